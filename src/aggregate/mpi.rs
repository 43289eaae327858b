//! `mpi`: the Mazziotta-Pareto index, a mean with a penalty for imbalance.
//!
//! With M the weighted mean of the children, S their standard deviation and cv = S / M: M - S cv (`penalty = "down"`, for
//! indices of which more is better) or M + S cv (`"up"`, for indices of which more is worse). Children should be z-scores
//! with mean 100 and standard deviation 10 (`scale = { zscore = { mean = 100, sd = 10 } }`), so that M is well above 0; a mean
//! of 0 or below is an error that names the unit. S weighs squares like M does; it is the sample form, as in the software for
//! this index (`ddof = 1`, the number of children less 1), and `ddof = 0` divides by their number, as some write it. One child
//! has no spread and no penalty. De Muro, Mazziotta and Pareto (2011), doi:10.1007/s11205-010-9727-z; Mazziotta and Pareto
//! (2016), doi:10.1007/s11205-015-0998-2.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use serde::{Deserialize, Serialize};

use super::AggregateMethod;
use crate::numeric::vectorized;

/// Mazziotta-Pareto index.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mpi {
    /// Which way the penalty goes (`down`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Penalty>,
    /// The standard deviation divides by the number of children less this, 0 or 1 (1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ddof: Option<u8>,
}

/// Which way a penalty goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// Imbalance lowers the score.
    #[default]
    Down,
    /// Imbalance raises the score.
    Up,
}

/// What `ddof` is where it is not given.
pub(super) const DDOF: u8 = 1;

/// Rows taken together: their sums stay in the first-level cache.
const TILE: usize = 64;

/// The mean with a penalty of the standard deviation times the coefficient of variation.
pub(super) fn penalized(values: &[f64], weights: &[f64], penalty: Penalty, ddof: u8) -> f64 {
    let total: f64 = weights.iter().sum();
    let mean = values.iter().zip(weights).map(|(value, weight)| weight * value).sum::<f64>() / total;
    if mean <= 0.0 {
        return f64::NAN;
    }
    let count = values.len() as f64;
    let squares =
        values.iter().zip(weights).map(|(value, weight)| weight * (value - mean).powi(2)).sum::<f64>() / total;
    let freedom = count - f64::from(ddof);
    let variance = if freedom > 0.0 { squares * count / freedom } else { 0.0 };
    match penalty {
        Penalty::Down => mean - variance / mean,
        Penalty::Up => mean + variance / mean,
    }
}

/// [`penalized`] for a block of rows, with the same bits. False when some row has no coefficient of variation.
pub(super) fn penalized_block(
    children: &[&[f64]],
    weights: &[f64],
    penalty: Penalty,
    ddof: u8,
    skip: bool,
    out: &mut [f64],
) -> bool {
    let sign = if penalty == Penalty::Down { -1.0 } else { 1.0 };
    vectorized(
        #[inline(always)]
        || {
            let mut fine = true;
            for (tile, scores) in out.chunks_mut(TILE).enumerate() {
                let rows = tile * TILE..tile * TILE + scores.len();
                let used = |x: f64| !(skip && x.is_nan());
                let (mut sum, mut total, mut count) = ([0.0; TILE], [0.0; TILE], [0.0; TILE]);
                for (child, weight) in children.iter().zip(weights) {
                    for (i, &x) in child[rows.clone()].iter().enumerate() {
                        sum[i] += if used(x) { weight * x } else { 0.0 };
                        total[i] += if used(x) { *weight } else { 0.0 };
                        count[i] += if used(x) { 1.0 } else { 0.0 };
                    }
                }
                let mut mean = [0.0; TILE];
                for i in 0..TILE {
                    mean[i] = sum[i] / total[i];
                }
                let mut squares = [0.0; TILE];
                for (child, weight) in children.iter().zip(weights) {
                    for (i, &x) in child[rows.clone()].iter().enumerate() {
                        let deviation = x - mean[i];
                        squares[i] += if used(x) { weight * (deviation * deviation) } else { 0.0 };
                    }
                }
                for (i, score) in scores.iter_mut().enumerate() {
                    let freedom = count[i] - f64::from(ddof);
                    let variance = if freedom > 0.0 { squares[i] / total[i] * count[i] / freedom } else { 0.0 };
                    let refused = mean[i] <= 0.0;
                    fine &= !refused;
                    *score = if refused { f64::NAN } else { mean[i] + sign * (variance / mean[i]) };
                }
            }
            fine
        },
    )
}

/// Why there is no coefficient of variation.
pub(super) fn no_variation(values: &[f64], weights: &[f64]) -> Option<String> {
    let mean =
        values.iter().zip(weights).map(|(value, weight)| weight * value).sum::<f64>() / weights.iter().sum::<f64>();
    (mean <= 0.0).then(|| {
        format!(
            "the children have the mean {mean}, and a coefficient of variation needs one above 0; \
                 scale them to mean 100 and standard deviation 10, or onto [70, 130]"
        )
    })
}

impl AggregateMethod for Mpi {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        penalized(values, weights, self.penalty.unwrap_or_default(), self.ddof.unwrap_or(DDOF))
    }

    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let ddof = self.ddof.unwrap_or(DDOF);
        penalized_block(children, weights, self.penalty.unwrap_or_default(), ddof, skip, out)
    }

    // Raising a child that is far above the others widens the spread more than it lifts the mean.
    fn monotone(&self) -> bool {
        false
    }

    fn complaint(&self, values: &[f64], weights: &[f64]) -> Option<String> {
        no_variation(values, weights)
    }

    fn problems(&self) -> Vec<(String, String)> {
        let bad = self.ddof.is_some_and(|ddof| ddof > 1);
        bad.then(|| ("ddof".to_owned(), "expected 0 or 1".to_owned())).into_iter().collect()
    }

    fn formula(&self) -> &'static str {
        "M - S cv (penalty up: +), cv = S / M, M the mean and S the standard deviation of the children"
    }

    fn latex(&self) -> String {
        let sign = if self.penalty.unwrap_or_default() == Penalty::Up { "+" } else { "-" };
        let count = if self.ddof.unwrap_or(DDOF) == 0 { "" } else { r"\,\frac{m}{m - 1}" };
        format!(r"y = M {sign} S \frac{{S}}{{M}},\quad S^2 = \frac{{\sum_j w_j (x_j - M)^2}}{{\sum_j w_j}}{count}")
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "De Muro, Mazziotta and Pareto (2011), doi:10.1007/s11205-010-9727-z",
            "Mazziotta and Pareto (2016), doi:10.1007/s11205-015-0998-2",
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // Mean 100, squares of 200 in all (of 90 and 110): the penalty is 2, or 1 with ddof = 0.
        let mpi = |penalty, ddof| Mpi { penalty, ddof }.value(&[90.0, 110.0], &[1.0, 1.0]);
        assert_eq!((mpi(None, None), mpi(Some(Penalty::Up), None)), (98.0, 102.0));
        assert_eq!((mpi(None, Some(1)), mpi(None, Some(0))), (98.0, 99.0));
        assert_eq!(Mpi { penalty: None, ddof: Some(1) }.value(&[90.0], &[2.0]), 90.0);
        assert!(Mpi::default().value(&[-1.0, 1.0], &[1.0, 1.0]).is_nan());
        assert!(Mpi::default().complaint(&[-1.0, 1.0], &[1.0, 1.0]).is_some());
        assert!(Mpi { penalty: None, ddof: Some(2) }.problems()[0].1.contains("0 or 1"));
    }
}
