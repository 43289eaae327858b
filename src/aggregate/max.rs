//! `max`: the highest child (a group is as good as its strongest child). Weights play no part.

use serde::{Deserialize, Serialize};

use super::AggregateMethod;
use crate::definition::Missing;

/// The highest child.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Max {}

impl AggregateMethod for Max {
    fn value(&self, values: &[f64], _: &[f64]) -> f64 {
        values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    fn missing(&self) -> Missing {
        Missing::Propagate
    }

    fn monotone(&self) -> bool {
        true
    }

    fn weighted(&self) -> bool {
        false
    }

    /// The highest children carry the whole score, in equal parts.
    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        let score = self.value(values, weights);
        let carriers = values.iter().filter(|value| **value == score).count() as f64;
        values.iter().map(|value| if *value == score { score / carriers } else { 0.0 }).collect()
    }

    fn formula(&self) -> &'static str {
        "max(x)"
    }

    fn latex(&self) -> String {
        r"y = \max_j x_j".to_owned()
    }
}
