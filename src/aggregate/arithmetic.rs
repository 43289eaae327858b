//! `arithmetic`: the weighted mean, sum(w x) / sum(w).

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use serde::{Deserialize, Serialize};

use super::{AggregateMethod, Split, shares};
use crate::numeric::vectorized;

/// Weighted arithmetic mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arithmetic {}

impl AggregateMethod for Arithmetic {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        let total: f64 = weights.iter().sum();
        values.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>() / total
    }

    fn split(&self) -> Split {
        Split::Sum
    }

    fn monotone(&self) -> bool {
        true
    }

    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let total: f64 = weights.iter().sum();
        vectorized(
            #[inline(always)]
            || {
                if skip {
                    observed_mean(children, weights, out);
                } else {
                    weighted_sum(children, weights, out);
                    for score in out.iter_mut() {
                        *score /= total;
                    }
                }
            },
        );
        true
    }

    fn bounds(&self, children: &[&[f64]], weights: &[f64], out: &mut [f64]) {
        self.block(children, weights, false, out);
    }

    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        values.iter().zip(weights).map(|(value, weight)| value * weight / total).collect()
    }

    fn slopes(&self, _: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        Some(shares(weights))
    }

    fn formula(&self) -> &'static str {
        "sum(w x) / sum(w)"
    }

    fn latex(&self) -> String {
        r"y = \frac{\sum_j w_j x_j}{\sum_j w_j}".to_owned()
    }
}

/// sum(w x) by column; missing where any is missing.
#[inline(always)]
pub(super) fn weighted_sum(children: &[&[f64]], weights: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    // Four children at a time: one pass over the output for four over the input.
    let mut quads = children.chunks_exact(4).zip(weights.chunks_exact(4));
    for (x, w) in &mut quads {
        let (a, b, c, d) = (x[0], x[1], x[2], x[3]);
        for ((((y, a), b), c), d) in out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *y = *y + w[0] * a + w[1] * b + w[2] * c + w[3] * d;
        }
    }
    let rest = children.len() / 4 * 4;
    for (child, weight) in children[rest..].iter().zip(&weights[rest..]) {
        for (y, x) in out.iter_mut().zip(*child) {
            *y += weight * x;
        }
    }
}

/// sum(w x) / sum(w) over the observed children; missing where none is observed.
#[inline(always)]
fn observed_mean(children: &[&[f64]], weights: &[f64], out: &mut [f64]) {
    const LANES: usize = 64;
    let mut start = 0;
    for part in out.chunks_mut(LANES) {
        let (mut sum, mut observed) = ([0.0f64; LANES], [0.0f64; LANES]);
        for (child, &weight) in children.iter().zip(weights) {
            let child = &child[start..start + part.len()];
            for ((s, o), &x) in sum.iter_mut().zip(&mut observed).zip(child) {
                let missing = x.is_nan();
                *s += if missing { 0.0 } else { weight * x };
                *o += if missing { 0.0 } else { weight };
            }
        }
        for ((y, s), o) in part.iter_mut().zip(&sum).zip(&observed) {
            *y = s / o; // 0 / 0 is missing
        }
        start += part.len();
    }
}
