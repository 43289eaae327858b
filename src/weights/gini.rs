//! `gini`: scores that are more unequal between rows weigh more.
//!
//! ```text
//! G = sum_i (2 i - n - 1) x_(i) / (n^2 m)      x_(1) <= ... <= x_(n) the sorted scores, m their mean
//! w = G / sum(G)
//! ```
//!
//! G is the mean absolute difference over twice the mean. Scores must be at least 0. A node whose scores are all zero, or all
//! equal, gets weight 0 with a warning. A written state of an unfinished fit holds the scores of units, because they must be
//! sorted. Gini (1912); Sen (1973), On Economic Inequality, doi:10.1093/0198281935.001.0001.

use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::sum::Sum;

/// Weights by Gini index.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gini {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

/// The Gini index of scores that are at least 0; 0 where there is nothing to share.
fn index(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let (mut weighted, mut total) = (Sum::default(), Sum::default());
    for (i, x) in sorted.iter().enumerate() {
        weighted.add((2.0 * (i as f64 + 1.0) - n - 1.0) * x);
        total.add(*x);
    }
    let varies = sorted.first() < sorted.last();
    if varies && total.value() > 0.0 { weighted.value() / (n * total.value()) } else { 0.0 }
}

impl WeightMethod for Gini {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        1
    }

    fn update(&self, nodes: &[&[f64]], _: &[Tally], tally: &mut Tally) {
        tally.rows += nodes.first().map_or(0, |node| node.len()) as u64;
        tally.values.resize_with(nodes.len().max(tally.values.len()), Vec::new);
        for (values, node) in tally.values.iter_mut().zip(gaps::counted(nodes, self.missing)) {
            values.extend(node.iter().filter(|z| !z.is_nan()));
        }
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let tally = super::last(tallies);
        let values = |i: usize| tally.values.get(i).map(Vec::as_slice).unwrap_or_default();
        let seen = gaps::Seen::new("gini", names, self.missing, tally, |i| values(i).len() as u64)?;
        if let Some(i) = (0..names.len()).find(|i| values(*i).iter().any(|z| *z < 0.0)) {
            return Err(format!(
                "{:?} has negative scores; gini needs scores of at least 0, such as minmax gives",
                names[i]
            ));
        }
        let indices: Vec<f64> = (0..names.len()).map(|i| index(values(i))).collect();
        let mut fitted = seen.shares(&indices)?;
        fitted.details.insert("gini".to_owned(), indices);
        Ok(fitted)
    }

    fn formula(&self) -> String {
        "w = G / sum(G), G the Gini index of the scores: mean absolute difference over twice the mean".to_owned()
    }

    fn latex(&self) -> String {
        r"w_j = \frac{G_j}{\sum_k G_k},\quad G = \frac{\sum_i (2 i - n - 1)\, x_{(i)}}{n^2 \bar{x}}".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Gini (1912)", "Sen (1973), On Economic Inequality, doi:10.1093/0198281935.001.0001"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn weights_by_hand() {
        // Gini(10, 20, 30, 40, 100) = 0.4; Gini(0, 1) = 0.5.
        approx::assert_relative_eq!(index(&[10.0, 100.0, 20.0, 30.0, 40.0]), 0.4, max_relative = 1e-15);
        let fitted = fit(&Gini::default(), &[&[0.0, 1.0], &[1.0, 3.0], &[2.0, 2.0]]).expect("weights");
        for (weight, expected) in fitted.weights.iter().zip([2.0 / 3.0, 1.0 / 3.0, 0.0]) {
            approx::assert_abs_diff_eq!(*weight, expected, epsilon = 1e-15);
        }
        assert!(fit(&Gini::default(), &[&[0.0, -1.0]]).expect_err("negative").contains("negative"));
    }
}
