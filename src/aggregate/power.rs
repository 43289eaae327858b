//! `power`: the weighted power mean, (sum(w x^p) / sum(w))^(1/p), for x > 0.
//!
//! p = 1 is the arithmetic mean, p = -1 the harmonic one, p -> 0 the geometric one (use that); the smaller p, the less a
//! strong child makes up for a weak one. `zero` as in `geometric`. Negative values are always an error.

use serde::{Deserialize, Serialize};

use super::geometric::Zero;
use super::{AggregateMethod, shares};

/// Weighted power mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// The exponent, not 0.
    pub p: f64,
    /// What a zero does.
    #[serde(default, skip_serializing_if = "Zero::is_error")]
    pub zero: Zero,
}

impl AggregateMethod for Power {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        // With p > 0 a zero is a value like any other: x^p is defined.
        let limit = if self.p > 0.0 { None } else { self.zero.of(values) };
        limit.unwrap_or_else(|| self.bound(values, weights))
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
        (used.map(|(value, weight)| weight * value.powf(self.p)).sum::<f64>() / total).powf(1.0 / self.p)
    }

    fn complaint(&self, values: &[f64], _: &[f64]) -> Option<String> {
        let zero = if self.p > 0.0 { Zero::Zero } else { self.zero };
        zero.complaint(values)
    }

    fn problems(&self) -> Vec<(String, String)> {
        if self.p.is_finite() && self.p != 0.0 {
            vec![]
        } else {
            vec![("p".into(), "expected a finite number other than 0 (p -> 0 is the geometric mean)".into())]
        }
    }

    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        values.iter().zip(shares(weights)).map(|(value, weight)| weight * value.powf(self.p)).collect()
    }

    fn adds_up_to(&self) -> &'static str {
        "score^p"
    }

    fn slopes(&self, values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        let score = self.value(values, weights);
        let slope = |(value, weight): (&f64, f64)| weight * (value / score).powf(self.p - 1.0);
        (self.p <= 1.0).then(|| values.iter().zip(shares(weights)).map(slope).collect())
    }

    fn formula(&self) -> &'static str {
        "(sum(w x^p) / sum(w))^(1/p)"
    }

    fn latex(&self) -> String {
        let p = self.p;
        format!(r"y = \Bigl(\frac{{\sum_j w_j x_j^{{{p}}}}}{{\sum_j w_j}}\Bigr)^{{1 / ({p})}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_exponents_are_known_means() {
        let mean = |p: f64| Power { p, zero: Zero::Error }.value(&[1.0, 2.0, 4.0], &[1.0, 1.0, 2.0]);
        approx::assert_relative_eq!(mean(1.0), 2.75, max_relative = 1e-15);
        approx::assert_relative_eq!(mean(-1.0), 2.0, max_relative = 1e-15);
        approx::assert_relative_eq!(mean(2.0), (37.0f64 / 4.0).sqrt(), max_relative = 1e-15);
        approx::assert_relative_eq!(mean(1e-9), 32f64.powf(0.25), max_relative = 1e-7);
        assert_eq!(Power { p: -2.0, zero: Zero::Zero }.value(&[0.0, 1.0], &[1.0, 1.0]), 0.0);
        assert_eq!(Power { p: 1.0, zero: Zero::Error }.value(&[0.0, 1.0], &[1.0, 1.0]), 0.5);
        assert_eq!(Power { p: 0.0, zero: Zero::Error }.problems().len(), 1);
    }
}
