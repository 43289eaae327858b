//! `boxcox`: the power transform of Box and Cox on the column shifted to start at 1.
//!
//! With x' = x - mn + 1: (x'^lambda - 1) / lambda, ln x' for lambda = 0. A fitted lambda maximizes the profile likelihood
//! -n/2 ln(variance of the transformed) + (lambda - 1) sum(ln x') over [-5, 5] (variance over n, golden section to 1e-9).
//! Box and Cox (1964), doi:10.1111/j.2517-6161.1964.tb00553.x.

use serde::{Deserialize, Serialize};

use super::{Curve, Sample, TreatMethod, Treated};
use crate::numeric::distribution::Distribution;
use crate::numeric::sum::Sum;

/// A power transform.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Boxcox {
    /// The exponent, a number or "fitted" (the default).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<Lambda>,
}

/// An exponent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Lambda {
    /// Given.
    Given(f64),
    /// The one of greatest likelihood.
    Fitted(Fitted),
}

/// The word for an exponent that is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fitted {
    /// Learned from the column.
    Fitted,
}

impl Lambda {
    pub(super) fn latex(self) -> String {
        match self {
            Self::Given(0.0) => r"\ln(x - \min x + 1)".to_owned(),
            Self::Given(lambda) => format!(r"\frac{{(x - \min x + 1)^{{{lambda}}} - 1}}{{{lambda}}}"),
            Self::Fitted(_) => r"\frac{(x - \min x + 1)^{\lambda} - 1}{\lambda}".to_owned(),
        }
    }

    pub(super) fn problem(self) -> Option<String> {
        let bad = matches!(self, Self::Given(lambda) if !lambda.is_finite());
        bad.then(|| "expected a finite number, or \"fitted\"".to_owned())
    }

    pub(super) fn formula(self) -> String {
        match self {
            Self::Given(0.0) => "ln(x - mn + 1)".to_owned(),
            Self::Given(lambda) => format!("((x - mn + 1)^{lambda} - 1) / {lambda}"),
            Self::Fitted(_) => "((x - mn + 1)^lambda - 1) / lambda with the lambda of greatest likelihood".to_owned(),
        }
    }
}

impl TreatMethod for Boxcox {
    fn learn(&self, values: &Sample<'_>) -> Result<Treated, String> {
        let Some([min, max]) = values.extremes() else {
            return Ok(Treated::untouched("has no values and is left as it is"));
        };
        let shift = 1.0 - min;
        let lambda = match self.lambda.unwrap_or(Lambda::Fitted(Fitted::Fitted)) {
            Lambda::Given(lambda) => lambda,
            Lambda::Fitted(_) if min == max => {
                return Ok(Treated::untouched("does not vary and is left as it is"));
            }
            Lambda::Fitted(_) => likeliest(values.distribution(), shift),
        };
        Ok(Treated { curve: Some(Curve::BoxCox { shift, lambda }), ..Treated::default() })
    }

    fn problems(&self) -> Vec<(String, String)> {
        self.lambda.and_then(Lambda::problem).map(|message| ("lambda".to_owned(), message)).into_iter().collect()
    }

    fn formula(&self) -> String {
        self.lambda.unwrap_or(Lambda::Fitted(Fitted::Fitted)).formula()
    }

    fn latex(&self) -> String {
        format!("x' = {}", self.lambda.unwrap_or(Lambda::Fitted(Fitted::Fitted)).latex())
    }

    fn references(&self) -> &'static [&'static str] {
        &["Box and Cox (1964), doi:10.1111/j.2517-6161.1964.tb00553.x"]
    }
}

/// The exponent of greatest likelihood. The likelihood has one peak in practice; the search is deterministic.
fn likeliest(values: &Distribution, shift: f64) -> f64 {
    let n = values.len() as f64;
    let logs: Vec<f64> = values.values().iter().map(|x| (x + shift).ln()).collect();
    let mut total = Sum::default();
    for (log, count) in logs.iter().zip(values.counts()) {
        total.add(log * *count as f64);
    }
    let mean_log = total.value() / n;
    let likelihood = |lambda: f64| {
        // Scaled by exp(lambda * mean log), so that large exponents do not overflow: ln(variance) loses 2 lambda mean log.
        let power = |log: f64| {
            if lambda == 0.0 { log } else { ((lambda * (log - mean_log)).exp() - (-lambda * mean_log).exp()) / lambda }
        };
        let (mut sum, mut squares) = (Sum::default(), Sum::default());
        for (log, count) in logs.iter().zip(values.counts()) {
            sum.add(power(*log) * *count as f64);
        }
        let mean = sum.value() / n;
        for (log, count) in logs.iter().zip(values.counts()) {
            squares.add((power(*log) - mean).powi(2) * *count as f64);
        }
        let scale = if lambda == 0.0 { 0.0 } else { 2.0 * lambda * mean_log };
        -0.5 * ((squares.value() / n).ln() + scale) + (lambda - 1.0) * mean_log
    };
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-5.0, 5.0);
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (likelihood(a), likelihood(b));
    while high - low > 1e-9 {
        if at_a >= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = likelihood(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = likelihood(b);
        }
    }
    f64::midpoint(low, high)
}
