//! `geometric`: the weighted geometric mean, exp(sum(w ln x) / sum(w)), for x > 0.
//!
//! `zero` says what a zero does: an error (the default), a score of zero (the limit, as in the Human Development Index),
//! or a missing score. Negative values are always an error. OECD/JRC (2008), step 7, doi:10.1787/9789264043466-en.

use serde::{Deserialize, Serialize};

use super::{AggregateMethod, Split, shares};

/// Weighted geometric mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Geometric {
    /// What a zero does.
    #[serde(skip_serializing_if = "Zero::is_error")]
    pub zero: Zero,
}

/// What a zero does where a method needs positive values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zero {
    /// An error that names group and unit.
    #[default]
    Error,
    /// The score is zero, the limit for x -> 0.
    Zero,
    /// The score is missing.
    Missing,
}

impl Zero {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    pub(super) fn is_error(&self) -> bool {
        *self == Self::Error
    }

    /// Shared by the methods that need positive values: the score where some value is not positive, if any is.
    pub(super) fn of(self, values: &[f64]) -> Option<f64> {
        if values.iter().any(|value| *value < 0.0) || (self != Self::Zero && values.contains(&0.0)) {
            Some(f64::NAN)
        } else {
            values.contains(&0.0).then_some(0.0)
        }
    }

    pub(super) fn complaint(self, values: &[f64]) -> Option<String> {
        let worst = values.iter().copied().fold(f64::INFINITY, f64::min);
        let refused = worst < 0.0 || (worst == 0.0 && self == Self::Error);
        refused.then(|| {
            format!("a child scores {worst}, but the mean needs positive scores; \
                     rescale the children, for example onto [1, 100], or set zero = \"zero\" or \"missing\" where a zero is meant")
        })
    }
}

impl AggregateMethod for Geometric {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        if let Some(score) = self.zero.of(values) {
            return score;
        }
        let total: f64 = weights.iter().sum();
        (values.iter().zip(weights).map(|(value, weight)| weight * value.ln()).sum::<f64>() / total).exp()
    }

    fn split(&self) -> Split {
        Split::Log
    }

    fn monotone(&self) -> bool {
        true
    }

    fn bound(&self, values: &[f64], weights: &[f64]) -> f64 {
        if values.iter().any(|value| *value < 0.0) {
            return f64::NAN;
        }
        if values.iter().zip(weights).any(|(value, weight)| *value == 0.0 && *weight > 0.0) {
            return 0.0;
        }
        let total: f64 = weights.iter().sum();
        let used = values.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
        (used.map(|(value, weight)| weight * value.ln()).sum::<f64>() / total).exp()
    }

    fn complaint(&self, values: &[f64], _: &[f64]) -> Option<String> {
        self.zero.complaint(values)
    }

    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        values.iter().zip(shares(weights)).map(|(value, weight)| weight * value.ln()).collect()
    }

    fn adds_up_to(&self) -> &'static str {
        "ln(score)"
    }

    fn slopes(&self, values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        let score = self.value(values, weights);
        Some(values.iter().zip(shares(weights)).map(|(value, weight)| score * weight / value).collect())
    }

    fn formula(&self) -> &'static str {
        "exp(sum(w ln x) / sum(w))"
    }

    fn latex(&self) -> String {
        r"y = \exp \frac{\sum_j w_j \ln x_j}{\sum_j w_j} = \Bigl(\prod_j x_j^{w_j}\Bigr)^{1 / \sum_j w_j}".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7, doi:10.1787/9789264043466-en"]
    }
}
