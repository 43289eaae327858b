//! Comparisons: of two indices on the same units, of the same units in two periods, of one unit with the others.
//!
//! All functions take numbers, NaN being missing, and say by a [`Reason`] why a result is missing.

pub mod chain;
pub mod decompose;
pub mod difference;
pub mod growth;
pub mod obstacle;
pub mod standing;

use serde::Serialize;

/// Why a result is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no value at all.
    NoObservation,
    /// There is one value, and growth needs two.
    OneObservation,
    /// The first value, or the fitted one at the first time, is zero or negative.
    NotPositive,
    /// First and last value differ in sign.
    SignsDiffer,
    /// The score of the first period is missing.
    MissingFirst,
    /// The score of the last period is missing.
    MissingLast,
    /// Other nodes are missing in the first period than in the last, so that the weights differ.
    GapsDiffer,
    /// A geometric mean has a child that is not positive.
    ZeroInGeometric,
    /// The result is beyond the range of doubles.
    Overflow,
}

impl Reason {
    /// The words for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::NoObservation => "no observation",
            Self::OneObservation => "one observation",
            Self::NotPositive => "first value not positive",
            Self::SignsDiffer => "signs differ",
            Self::MissingFirst => "missing in the first period",
            Self::MissingLast => "missing in the last period",
            Self::GapsDiffer => "other gaps in the first period than in the last",
            Self::ZeroInGeometric => "zero in a geometric mean",
            Self::Overflow => "result beyond the range of numbers",
        }
    }
}
