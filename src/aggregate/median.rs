//! `median`: the weighted median of the children.
//!
//! With children sorted and weights scaled to sum one: the value at which the weights below it reach one half; where they
//! reach it exactly, the mean of that value and the next (so that equal weights give the usual median). One extreme child
//! does not move it.

use serde::{Deserialize, Serialize};

use super::AggregateMethod;

/// Weighted median.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Median {}

impl AggregateMethod for Median {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        let mut sorted: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
        sorted.retain(|(_, weight)| *weight > 0.0);
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let half = weights.iter().sum::<f64>() / 2.0;
        let mut below = 0.0;
        for (place, (value, weight)) in sorted.iter().enumerate() {
            below += weight;
            // Sums of thirds reach a half within rounding.
            if (below - half).abs() <= 1e-12 * half {
                return sorted.get(place + 1).map_or(*value, |(next, _)| f64::midpoint(*value, *next));
            }
            if below > half {
                return *value;
            }
        }
        f64::NAN
    }

    fn monotone(&self) -> bool {
        true
    }

    fn formula(&self) -> &'static str {
        "weighted median of x"
    }

    fn latex(&self) -> String {
        r"y = \operatorname{med}_j(x_j; w_j)".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let median = |values: &[f64], weights: &[f64]| Median {}.value(values, weights);
        assert_eq!(median(&[3.0, 1.0, 2.0], &[1.0; 3]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 9.0], &[1.0; 4]), 3.0);
        assert_eq!(median(&[1.0, 2.0, 3.0], &[3.0, 1.0, 1.0]), 1.0);
        assert_eq!(median(&[1.0, 2.0, 3.0], &[2.0, 1.0, 1.0]), 1.5);
        assert_eq!(median(&[7.0], &[0.3]), 7.0);
    }
}
