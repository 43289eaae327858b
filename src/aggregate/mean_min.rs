//! `mean_min`: the mean less a penalty for lagging behind it, between the mean and the minimum.
//!
//! With m the weighted mean and n the smallest child: m - alpha (sqrt((m - n)^2 + beta^2) - beta). alpha in [0, 1] is how much
//! imbalance costs (0: the mean); beta >= 0 how gently it starts (0 with alpha 1: the minimum). The score never falls when a
//! child rises. Casadio Tarabusi and Guarini (2013), doi:10.1007/s11205-012-0100-z.

use serde::{Deserialize, Serialize};

use super::{AggregateMethod, shares};

/// Mean less a penalty for imbalance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MeanMin {
    /// How much imbalance costs, in [0, 1] (1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f64>,
    /// How gently the penalty starts, at least 0 (0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beta: Option<f64>,
}

impl AggregateMethod for MeanMin {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        let (alpha, beta) = (self.alpha.unwrap_or(1.0), self.beta.unwrap_or(0.0));
        let total: f64 = weights.iter().sum();
        let mean = values.iter().zip(weights).map(|(value, weight)| weight * value).sum::<f64>() / total;
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        mean - alpha * ((mean - least).hypot(beta) - beta)
    }

    // With u = m - n and f(u) = alpha (sqrt(u^2 + beta^2) - beta), f' is in [0, alpha]: raising a child with weight w moves the
    // score by w (1 - f') >= 0, and raising the smallest one by w (1 - f') + f' >= 0.
    fn monotone(&self) -> bool {
        true
    }

    fn bound(&self, values: &[f64], weights: &[f64]) -> f64 {
        let worst = values.iter().copied().fold(f64::INFINITY, f64::min);
        let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if worst == f64::NEG_INFINITY {
            return worst;
        }
        if best == f64::INFINITY {
            let (alpha, beta) = (self.alpha.unwrap_or(1.0), self.beta.unwrap_or(0.0));
            // As the mean grows the penalty nears alpha (m - n - beta): the limit is n + beta for alpha = 1.
            return if alpha < 1.0 { best } else { worst + beta };
        }
        self.value(values, weights)
    }

    fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        if self.alpha.is_some_and(|alpha| !(0.0..=1.0).contains(&alpha)) {
            problems.push(("alpha".to_owned(), "expected a number in [0, 1]".to_owned()));
        }
        if self.beta.is_some_and(|beta| !(beta.is_finite() && beta >= 0.0)) {
            problems.push(("beta".to_owned(), "expected a finite number of at least 0".to_owned()));
        }
        problems
    }

    fn slopes(&self, values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        let (alpha, beta) = (self.alpha.unwrap_or(1.0), self.beta.unwrap_or(0.0));
        let shares = shares(weights);
        let mean: f64 = values.iter().zip(&shares).map(|(value, share)| share * value).sum();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let lag = mean - least;
        // Where all are equal the penalty bends: half-way between its slopes there is one that holds.
        let penalty = if lag > 0.0 { alpha * lag / lag.hypot(beta) } else { 0.0 };
        let first = values.iter().position(|value| *value == least);
        let slope = |(k, share): (usize, &f64)| share * (1.0 - penalty) + if Some(k) == first { penalty } else { 0.0 };
        Some(shares.iter().enumerate().map(slope).collect())
    }

    fn formula(&self) -> &'static str {
        "m - alpha (sqrt((m - min x)^2 + beta^2) - beta), m = sum(w x) / sum(w)"
    }

    fn latex(&self) -> String {
        let (alpha, beta) = (self.alpha.unwrap_or(1.0), self.beta.unwrap_or(0.0));
        format!(
            r"y = m - \alpha \Bigl(\sqrt{{(m - \min_j x_j)^2 + \beta^2}} - \beta\Bigr),\quad m = \frac{{\sum_j w_j x_j}}{{\sum_j w_j}},\quad \alpha = {alpha},\; \beta = {beta}"
        )
    }

    fn references(&self) -> &'static [&'static str] {
        &["Casadio Tarabusi and Guarini (2013), doi:10.1007/s11205-012-0100-z"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let with = |alpha, beta| MeanMin { alpha: Some(alpha), beta: Some(beta) }.value(&[1.0, 4.0, 7.0], &[1.0; 3]);
        assert_eq!((with(0.0, 1.0), with(1.0, 0.0)), (4.0, 1.0));
        // m - n = 3, beta = 4: the penalty is half of 5 - 4.
        assert_eq!(with(0.5, 4.0), 3.5);
        assert_eq!(MeanMin { alpha: Some(1.0), beta: Some(4.0) }.bound(&[1.0, f64::INFINITY], &[1.0; 2]), 5.0);
        assert_eq!(MeanMin { alpha: Some(2.0), beta: None }.problems().len(), 1);
    }
}
