//! `min`: the lowest child (bottleneck rule: a group is as good as its weakest child). Weights play no part.

use serde::{Deserialize, Serialize};

use super::AggregateMethod;
use crate::definition::Missing;

/// The lowest child.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Min {}

impl AggregateMethod for Min {
    fn value(&self, values: &[f64], _: &[f64]) -> f64 {
        values.iter().copied().fold(f64::INFINITY, f64::min)
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

    /// The lowest children carry the whole score, in equal parts.
    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        let score = self.value(values, weights);
        let carriers = values.iter().filter(|value| **value == score).count() as f64;
        values.iter().map(|value| if *value == score { score / carriers } else { 0.0 }).collect()
    }

    fn slopes(&self, values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        let least = self.value(values, weights);
        let first = values.iter().position(|value| *value == least);
        Some((0..values.len()).map(|k| f64::from(u8::from(Some(k) == first))).collect())
    }

    fn formula(&self) -> &'static str {
        "min(x)"
    }

    fn latex(&self) -> String {
        r"y = \min_j x_j".to_owned()
    }
}
