//! The ends of a line: numbers, or something to learn from the column.

use serde::{Deserialize, Serialize};

use super::statistic::number;
use super::{Learned, Statistic};
use crate::describe::escape;

/// An end of the line: a number, or something to learn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a number, \"min\", \"max\", { quantile = q }, { mean_sd = k }, { median_iqr = k } or { unit = \"name\" }"
)]
pub enum Anchor {
    /// Given.
    Number(f64),
    /// Learned at fit.
    Reference(Reference),
}

/// An anchor taken from the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// Smallest value.
    Min,
    /// Largest value.
    Max,
    /// Quantile (type 7).
    Quantile(f64),
    /// Mean + k standard deviations (n - 1).
    MeanSd(f64),
    /// Median + k interquartile ranges.
    MedianIqr(f64),
    /// Value of a named unit.
    Unit(String),
}

impl Anchor {
    /// What must be learned for it.
    pub(super) fn learns(&self) -> Vec<Statistic> {
        match self {
            Self::Number(_) => vec![],
            Self::Reference(Reference::Min) => vec![Statistic::Min],
            Self::Reference(Reference::Max) => vec![Statistic::Max],
            Self::Reference(Reference::Quantile(q)) => vec![Statistic::Quantile(*q)],
            Self::Reference(Reference::MeanSd(_)) => vec![Statistic::Mean, Statistic::Sd],
            Self::Reference(Reference::MedianIqr(_)) => {
                vec![Statistic::Quantile(0.5), Statistic::Quantile(0.25), Statistic::Quantile(0.75)]
            }
            Self::Reference(Reference::Unit(unit)) => vec![Statistic::Unit(unit.clone())],
        }
    }

    pub(super) fn place(&self, learned: &[Learned]) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Reference(Reference::MeanSd(k)) => number(learned, 0) + k * number(learned, 1),
            Self::Reference(Reference::MedianIqr(k)) => {
                number(learned, 0) + k * (number(learned, 2) - number(learned, 1))
            }
            Self::Reference(_) => number(learned, 0),
        }
    }

    pub(super) fn latex(&self) -> String {
        match self {
            Self::Number(value) if *value < 0.0 => format!("({value})"),
            Self::Number(value) => value.to_string(),
            Self::Reference(Reference::Min) => r"\min x".to_owned(),
            Self::Reference(Reference::Max) => r"\max x".to_owned(),
            Self::Reference(Reference::Quantile(q)) => format!("Q_{{{q}}}"),
            Self::Reference(Reference::MeanSd(k)) => format!(r"(\bar{{x}} {k:+}\, s)"),
            Self::Reference(Reference::MedianIqr(k)) => format!(r"(Q_{{0.5}} {k:+}\,(Q_{{0.75}} - Q_{{0.25}}))"),
            Self::Reference(Reference::Unit(unit)) => format!(r"x_{{\text{{{}}}}}", escape(unit)),
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(value) => value.to_string(),
            Self::Reference(Reference::Min) => "min".to_owned(),
            Self::Reference(Reference::Max) => "max".to_owned(),
            Self::Reference(Reference::Quantile(q)) => format!("quantile({q})"),
            Self::Reference(Reference::MeanSd(k)) => format!("(mean {k:+} sd)"),
            Self::Reference(Reference::MedianIqr(k)) => format!("(median {k:+} iqr)"),
            Self::Reference(Reference::Unit(unit)) => format!("x[{unit}]"),
        }
    }
}
