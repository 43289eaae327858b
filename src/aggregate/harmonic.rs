//! `harmonic`: the weighted harmonic mean, sum(w) / sum(w / x), for x > 0.
//!
//! `zero` as in `geometric`. Negative values are always an error: the formula would give a number without meaning.

use serde::{Deserialize, Serialize};

use super::geometric::Zero;
use super::{AggregateMethod, shares};

/// Weighted harmonic mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Harmonic {
    /// What a zero does.
    #[serde(skip_serializing_if = "Zero::is_error")]
    pub zero: Zero,
}

impl AggregateMethod for Harmonic {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        if let Some(score) = self.zero.of(values) {
            return score;
        }
        self.bound(values, weights)
    }

    fn monotone(&self) -> bool {
        true
    }

    fn bound(&self, values: &[f64], weights: &[f64]) -> f64 {
        if values.iter().any(|value| *value < 0.0) {
            return f64::NAN;
        }
        let total: f64 = weights.iter().sum();
        let used = values.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
        // 1 / 0 is infinite and gives the limit 0; 1 / infinity is 0.
        total / used.map(|(value, weight)| weight / value).sum::<f64>()
    }

    fn complaint(&self, values: &[f64], _: &[f64]) -> Option<String> {
        self.zero.complaint(values)
    }

    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        values.iter().zip(shares(weights)).map(|(value, weight)| weight / value).collect()
    }

    fn adds_up_to(&self) -> &'static str {
        "1 / score"
    }

    fn slopes(&self, values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        let score = self.value(values, weights);
        let slope = |(value, weight): (&f64, f64)| weight * (score / value) * (score / value);
        Some(values.iter().zip(shares(weights)).map(slope).collect())
    }

    fn formula(&self) -> &'static str {
        "sum(w) / sum(w / x)"
    }

    fn latex(&self) -> String {
        r"y = \frac{\sum_j w_j}{\sum_j w_j / x_j}".to_owned()
    }
}
