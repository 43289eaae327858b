//! `sum`: the weighted sum, sum(w x); weights are 1 unless given.
//!
//! A missing child makes the sum missing. With `missing = "renormalize"` the observed part is scaled up by
//! sum(w) / sum(w observed).

use serde::{Deserialize, Serialize};

use super::arithmetic::weighted_sum;
use super::{AggregateMethod, Split};
use crate::definition::Missing;
use crate::numeric::vectorized;

/// Weighted sum.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sum {}

impl AggregateMethod for Sum {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
    }

    fn missing(&self) -> Missing {
        Missing::Propagate
    }

    fn split(&self) -> Split {
        Split::Sum
    }

    fn monotone(&self) -> bool {
        true
    }

    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        vectorized(
            #[inline(always)]
            || weighted_sum(children, weights, out),
        );
        if !skip {
            return true;
        }
        for (i, score) in out.iter_mut().enumerate().filter(|(_, score)| score.is_nan()) {
            let (mut sum, mut kept, mut any) = (0.0, 0.0, false);
            for (child, weight) in children.iter().zip(weights).filter(|(child, _)| !child[i].is_nan()) {
                sum += weight * child[i];
                kept += weight;
                any = true;
            }
            if any {
                *score = sum * (weights.iter().sum::<f64>() / kept);
            }
        }
        true
    }

    fn bounds(&self, children: &[&[f64]], weights: &[f64], out: &mut [f64]) {
        self.block(children, weights, false, out);
    }

    fn renormalized(&self, values: &[f64], kept: &[f64], all: &[f64]) -> f64 {
        self.value(values, kept) * (all.iter().sum::<f64>() / kept.iter().sum::<f64>())
    }

    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        values.iter().zip(weights).map(|(value, weight)| value * weight).collect()
    }

    fn slopes(&self, _: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        Some(weights.to_vec())
    }

    fn formula(&self) -> &'static str {
        "sum(w x)"
    }

    fn latex(&self) -> String {
        r"y = \sum_j w_j x_j".to_owned()
    }
}
