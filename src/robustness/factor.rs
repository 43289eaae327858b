//! What is varied: typed alternatives around an index. A factor that would change nothing is refused.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::noise::WeightNoise;
use super::rows::RowDraw;

/// One uncertain choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Its name in results.
    pub id: String,
    /// What it varies.
    pub vary: Vary,
}

/// What a factor varies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vary {
    /// The method of a step.
    Method(Methods),
    /// Whole definitions.
    Definition(Chances<Value>),
    /// Sets of weights: by group, then child.
    WeightSets(Chances<IndexMap<String, IndexMap<String, f64>>>),
    /// Indicators and groups left out, one at a time.
    LeaveOut(Chances<String>),
    /// Weights that are not known exactly.
    WeightNoise(WeightNoise),
    /// Anchors of a linear scale, uniform between two numbers.
    Goalposts(Goalposts),
    /// Thresholds of levels, each moved by up to so many points.
    Thresholds(Thresholds),
    /// Rows that are not known exactly.
    Rows(RowDraw),
}

/// Alternatives with their probabilities; equal ones when absent. None is what the index says itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chances<T> {
    /// The alternatives.
    pub options: Vec<Option<T>>,
    /// One probability each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probabilities: Option<Vec<f64>>,
}

/// A step of an index, as definitions name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// What stands for a missing value.
    Impute,
    /// What is done to outliers.
    Treat,
    /// How a value becomes a score.
    Scale,
    /// How children are weighted.
    Weights,
    /// How children make one score.
    Aggregate,
    /// The levels.
    Levels,
    /// Which periods things are fitted on.
    Period,
}

/// Alternatives of one step, each as a definition writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Methods {
    /// The step.
    pub step: Step,
    /// The nodes it concerns; where absent all it makes sense for (levels: those of the index).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<String>>,
    /// The alternatives; none is what the index says itself.
    pub options: Vec<Option<Value>>,
    /// One probability each; equal ones when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probabilities: Option<Vec<f64>>,
}

/// Anchors of one indicator's linear scale, each uniform between two numbers in units of the column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goalposts {
    /// The indicator.
    pub node: String,
    /// Where the lower anchor may lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<[f64; 2]>,
    /// Where the higher anchor may lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<[f64; 2]>,
}

/// Thresholds of levels, each moved by its own uniform draw between `-by` and `by`, in the order they were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The node whose levels are meant; those of the index when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// In points of the score.
    pub by: f64,
}

impl Vary {
    /// The number of alternatives, and their probabilities; none for what varies continuously.
    pub(super) fn discrete(&self) -> Option<(usize, Option<&[f64]>)> {
        match self {
            Self::Method(methods) => Some((methods.options.len(), methods.probabilities.as_deref())),
            Self::Definition(chances) => Some((chances.options.len(), chances.probabilities.as_deref())),
            Self::WeightSets(chances) => Some((chances.options.len(), chances.probabilities.as_deref())),
            Self::LeaveOut(chances) => Some((chances.options.len(), chances.probabilities.as_deref())),
            _ => None,
        }
    }

    /// Whether its alternatives concern indicators.
    pub(super) fn of_leaves(&self) -> bool {
        match self {
            Self::Method(methods) => matches!(methods.step, Step::Impute | Step::Treat | Step::Scale | Step::Period),
            Self::Definition(_) | Self::LeaveOut(_) => true,
            _ => false,
        }
    }

    /// Whether its alternatives are other definitions.
    pub(super) fn of_definition(&self) -> bool {
        matches!(self, Self::Method(_) | Self::Definition(_) | Self::LeaveOut(_))
    }
}

/// The alternative of a number in [0, 1): equal parts, or parts as large as the probabilities.
pub(super) fn choose(u: f64, options: usize, probabilities: Option<&[f64]>) -> usize {
    let Some(probabilities) = probabilities else {
        return ((u * options as f64) as usize).min(options.saturating_sub(1));
    };
    let mut above = 0.0;
    let mut last = 0;
    for (place, probability) in probabilities.iter().enumerate() {
        above += probability;
        if *probability > 0.0 {
            last = place;
            if u < above {
                return place;
            }
        }
    }
    last // sums of probabilities may fall short of 1 by a rounding error
}
