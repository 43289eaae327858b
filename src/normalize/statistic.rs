//! What scales learn from a column.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::numeric::distribution::Distribution;

/// A property of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Statistic {
    /// Smallest value.
    Min,
    /// Largest value.
    Max,
    /// Mean.
    Mean,
    /// Standard deviation with n - 1.
    Sd,
    /// Quantile, type 7.
    Quantile(f64),
    /// Value of a named unit.
    Unit(String),
    /// All values with their counts.
    Distribution,
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Min => f.write_str("min"),
            Self::Max => f.write_str("max"),
            Self::Mean => f.write_str("mean"),
            Self::Sd => f.write_str("sd"),
            Self::Quantile(q) => write!(f, "quantile({q})"),
            Self::Unit(unit) => write!(f, "unit({unit})"),
            Self::Distribution => f.write_str("distribution"),
        }
    }
}

/// A learned property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Learned {
    /// A number.
    Number(f64),
    /// An empirical distribution.
    Distribution(Distribution),
    /// Nothing was observed.
    Nothing,
}

impl Learned {
    /// The number, or NaN.
    pub fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            _ => f64::NAN,
        }
    }
}

/// The learned number at a place, or NaN.
pub(crate) fn number(learned: &[Learned], i: usize) -> f64 {
    learned.get(i).map_or(f64::NAN, Learned::number)
}
