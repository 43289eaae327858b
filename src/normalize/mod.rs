//! Scales: how a raw value becomes a score. One method per file.
//!
//! A scale says what it must learn from the data ([`ScaleMethod::learns`]); with those numbers it becomes a
//! [`Scorer`], a pure function of one value. A new scale is one file and one line below.

mod anchor;
mod line;
mod statistic;

use std::fmt::Debug;

pub use anchor::{Anchor, Reference};
pub use bands::ClosedEdges;
pub use linear::{Outside, Transform};
pub use percentile::PercentileTies;
pub use statistic::{Learned, Statistic};

pub(crate) use flag::yes_or_no;

use crate::definition::Direction;
use crate::methods::methods;

methods! {
    /// How a raw value becomes a score.
    Scale: ScaleMethod {
        "linear" => linear::Linear,
        "minmax" => minmax::Minmax,
        "zscore" => zscore::Zscore,
        "robust" => robust::Robust,
        "goalposts" => goalposts::Goalposts,
        "scaled" => scaled::Scaled,
        "distance_to_max" => distance_to_max::DistanceToMax,
        "distance_to_reference" => distance_to_reference::DistanceToReference,
        "distance_to_target" => distance_to_target::DistanceToTarget,
        "fraction_of_max" => fraction_of_max::FractionOfMax,
        "rank" => rank::Rank,
        "borda" => borda::Borda,
        "percentile" => percentile::Percentile,
        "logistic" => logistic::Logistic,
        "bands" => bands::Bands,
        "options" => options::Options,
        "flag" => flag::Flag,
        "none" => none::NoScale,
    }
}

/// A scale, as a definition gives it.
pub trait ScaleMethod: Debug + Send + Sync {
    /// What must be known of the column before it can be scored.
    fn learns(&self, direction: Direction) -> Vec<Statistic> {
        let _ = direction;
        Vec::new()
    }

    /// The score function, given what was learned (one entry per [`ScaleMethod::learns`], in that order).
    ///
    /// The error is a message for people: the numbers make no scale (for example, both anchors are equal).
    fn prepare(&self, direction: Direction, learned: &[Learned]) -> Result<Prepared, String>;

    /// What is wrong with the options, as (path below the scale, message).
    fn problems(&self, direction: Direction) -> Vec<(String, String)> {
        let _ = direction;
        Vec::new()
    }

    /// Whether points already say what is better, so that a direction of -1 makes no sense.
    fn has_own_direction(&self) -> bool {
        false
    }

    /// The score of a value x as a formula.
    fn formula(&self, direction: Direction) -> String;

    /// The formula in LaTeX mathematics, without delimiters; empty where words suffice. Its symbols are those of `formula`.
    fn latex(&self, direction: Direction) -> String {
        let _ = direction;
        String::new()
    }

    /// Where it comes from: short citations, each with its DOI where there is one.
    fn references(&self) -> &'static [&'static str] {
        &[]
    }
}

/// A score function and what is to be said about it.
#[derive(Debug)]
pub struct Prepared {
    /// The score function.
    pub scorer: Box<dyn Scorer>,
    /// Why it gives no scores, where the data allow none (a constant column, say).
    pub warning: Option<String>,
}

impl Prepared {
    pub(crate) fn new(scorer: impl Scorer + 'static) -> Self {
        Self { scorer: Box::new(scorer), warning: None }
    }

    pub(crate) fn undefined(why: impl Into<String>) -> Self {
        Self { scorer: Box::new(Undefined), warning: Some(why.into()) }
    }
}

/// How a score moves with the value: straight lines between knots, or steps at them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// Whether it never falls as the value rises; else it never rises.
    pub rising: bool,
    /// Ascending values where it bends; with `steps`, the first values beyond each jump on the way to better scores.
    pub knots: Vec<f64>,
    /// Whether it is constant between knots.
    pub steps: bool,
    /// The two values that span the scale, where there are any.
    pub anchors: Option<[f64; 2]>,
    /// Beyond these values there are no better scores, or none at all.
    pub ends: Option<[f64; 2]>,
}

/// A pure function from values to scores.
pub trait Scorer: Debug + Send + Sync {
    /// Scores a block; missing stays missing. False when a value is outside what the scale accepts: then
    /// [`Scorer::complaint`] names the reason for that value.
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool;

    /// Why a value is refused.
    fn complaint(&self, value: f64) -> Option<String> {
        let _ = value;
        None
    }

    /// Smallest and largest score an unanswered value could have, given the domain of the column.
    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2];

    /// The rule that gave this value its score, in words.
    fn rule(&self, value: f64) -> String;

    /// Whether the value counts as being on an edge although it is not exactly equal to it.
    fn snaps(&self, value: f64) -> bool {
        let _ = value;
        false
    }

    /// How the score moves with the value, where it is made of straight lines or steps; none where it is not.
    fn shape(&self) -> Option<Shape> {
        None
    }

    /// Whether every finite value has a score.
    fn total(&self) -> bool {
        false
    }

    /// The score of one value.
    fn one(&self, value: f64) -> f64 {
        let mut out = [f64::NAN];
        self.score(&[value], &mut out);
        out[0]
    }
}

/// The scorer of a column that has no scale: everything is missing.
#[derive(Debug)]
struct Undefined;

impl Scorer for Undefined {
    fn score(&self, _: &[f64], out: &mut [f64]) -> bool {
        out.fill(f64::NAN);
        true
    }

    fn image(&self, _: Option<[f64; 2]>) -> [f64; 2] {
        [f64::NAN, f64::NAN]
    }

    fn rule(&self, _: f64) -> String {
        "no scale could be fitted".to_owned()
    }
}

/// The two numbers in ascending order.
pub(crate) fn ordered(a: f64, b: f64) -> [f64; 2] {
    if b < a { [b, a] } else { [a, b] }
}
