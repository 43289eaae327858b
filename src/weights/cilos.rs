//! `cilos`: criterion impact loss. What is lost on a node when another one is at its best tells how much it weighs.
//!
//! ```text
//! p_ij = 1 - x_j(i) / x_j*        x_j* the greatest score of node j, x_j(i) its score where node i is at its best
//! sum_j p_ij q_j = q_i sum_k p_ki, sum(q) = 1
//! ```
//!
//! Where several rows share the best score of a node, their mean counts, so that the order of rows does not matter. Scores
//! must be at least 0. A constant node loses nothing, ever, and would take all the weight: it gets weight 0 with a warning
//! and has no part. Rows with a missing score do not count (`missing = "listwise"` must be said). If one row is the best on
//! every node there are no losses, and no weights. Zavadskas and Podvezko (2016), doi:10.1142/S0219622016500036.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::solve::solve;

/// Weights by impact loss.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cilos {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// `listwise`, where scores are missing: only whole rows count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

/// The second pass: sums of all nodes over the rows where one is at its best.
pub(super) fn best_rows(nodes: &[&[f64]], missing: Option<Gaps>, extremes: &Tally, tally: &mut Tally) {
    let p = nodes.len();
    tally.rows += nodes.first().map_or(0, |node| node.len()) as u64;
    tally.reserve(p, p * p);
    let counted = gaps::counted(nodes, missing);
    for i in 0..p {
        let best = gaps::moments(extremes, i).max;
        for (row, _) in counted[i].iter().enumerate().filter(|(_, z)| **z == best) {
            tally.counts[i] += 1;
            // Only a node without any score, which has no part, has gaps here.
            for (j, node) in counted.iter().enumerate().filter(|(_, node)| !node[row].is_nan()) {
                tally.sums[i * p + j].add(node[row]);
            }
        }
    }
}

/// Weights of the nodes that vary, and 0 for the others. The error is a message for people.
pub(super) fn impact_loss(names: &[&str], extremes: &Tally, best: &Tally) -> Result<Vec<f64>, String> {
    let p = names.len();
    let moments = |i: usize| gaps::moments(extremes, i);
    if let Some(i) = (0..p).find(|i| moments(*i).count > 0 && moments(*i).min < 0.0) {
        let name = names[i];
        return Err(format!(
            "{name:?} has negative scores; impact losses need scores of at least 0, such as minmax gives"
        ));
    }
    let varied: Vec<usize> = (0..p).filter(|i| moments(*i).count > 0 && !moments(*i).is_constant()).collect();
    let n = varied.len();
    let mut weights = vec![0.0; p];
    if n < 2 {
        for i in varied {
            weights[i] = 1.0;
        }
        return Ok(weights);
    }
    let loss = |i: usize, j: usize| {
        let count = best.counts.get(i).copied().unwrap_or(0) as f64;
        let mean = best.sums.get(i * p + j).map_or(f64::NAN, |sum| sum.value() / count);
        if i == j { 0.0 } else { (1.0 - mean / moments(j).max).max(0.0) }
    };
    let mut system = Array2::from_shape_fn((n, n), |(a, b)| loss(varied[a], varied[b]));
    let totals: Vec<f64> = (0..n).map(|b| system.column(b).sum()).collect();
    if totals.iter().all(|total| *total == 0.0) {
        return Err("one row is the best on every node, so there are no losses to weigh by".to_owned());
    }
    for (b, total) in totals.iter().enumerate() {
        system[(b, b)] -= total;
    }
    // Columns sum to zero: one equation follows from the others and gives way to sum(q) = 1.
    system.row_mut(n - 1).fill(1.0);
    let mut right = vec![0.0; n];
    right[n - 1] = 1.0;
    let Some(solution) = solve(&system, &right) else {
        return Err("several nodes lose nothing when others are at their best, so the weights are open".to_owned());
    };
    for (i, weight) in varied.iter().zip(solution) {
        weights[*i] = weight.max(0.0);
    }
    Ok(weights)
}

/// Why a node has weight 0.
pub(super) fn why(extremes: &Tally, node: usize) -> &'static str {
    if gaps::moments(extremes, node).is_constant() {
        "does not vary and gets weight 0"
    } else {
        "weighs nothing beside a node that loses nothing when others are at their best"
    }
}

/// What is wrong with a rule for missing scores where whole rows are needed.
pub(super) fn whole_rows(missing: Option<Gaps>) -> Vec<(String, String)> {
    let wrong = missing == Some(Gaps::Pairwise);
    let message = "the method compares nodes within a row; say \"listwise\"";
    wrong.then(|| ("missing".to_owned(), message.to_owned())).into_iter().collect()
}

impl WeightMethod for Cilos {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        2
    }

    fn update(&self, nodes: &[&[f64]], before: &[Tally], tally: &mut Tally) {
        match before.first() {
            None => gaps::see(nodes, self.missing, tally),
            Some(extremes) => best_rows(nodes, self.missing, extremes, tally),
        }
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let [extremes, best] = tallies else {
            return Err("two passes are needed".to_owned());
        };
        let seen = gaps::Seen::new("cilos", names, self.missing, extremes, |i| gaps::moments(extremes, i).count)?;
        seen.shares_told(&impact_loss(names, extremes, best)?, |i| why(extremes, i))
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        whole_rows(self.missing)
    }

    fn formula(&self) -> String {
        "w solves sum_j p_ij w_j = w_i sum_k p_ki, p_ij = 1 - x_j where i is best / max x_j".to_owned()
    }

    fn latex(&self) -> String {
        r"\sum_j p_{ij} w_j = w_i \sum_k p_{ki},\quad p_{ij} = 1 - \frac{x_j^{(i)}}{\max x_j},\quad \sum_j w_j = 1"
            .to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Zavadskas and Podvezko (2016), doi:10.1142/S0219622016500036"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn weights_by_hand() {
        // Where the first is best (row 2) the second has 0.5 of 1: p01 = 0.5; where the second is best, the first has 0.25
        // of 1: p10 = 0.75. Then 0.5 w1 = 0.75 w0: w = (0.4, 0.6).
        let fitted =
            fit(&Cilos::default(), &[&[0.0, 0.25, 1.0], &[0.25, 1.0, 0.5], &[7.0, 7.0, 7.0]]).expect("weights");
        for (weight, expected) in fitted.weights.iter().zip([0.4, 0.6, 0.0]) {
            approx::assert_abs_diff_eq!(*weight, expected, epsilon = 1e-14);
        }
        assert_eq!(fitted.warnings.len(), 1);
    }

    #[test]
    fn ties_and_one_best_row() {
        // Rows 1 and 2 tie on the first node: the second has (1 + 0) / 2 there.
        let fitted = fit(&Cilos::default(), &[&[0.5, 1.0, 1.0], &[2.0, 1.0, 0.0]]).expect("weights");
        approx::assert_relative_eq!(fitted.weights[0], 0.75 / 1.25, max_relative = 1e-14);
        assert!(fit(&Cilos::default(), &[&[0.0, 1.0], &[0.0, 1.0]]).expect_err("no loss").contains("best"));
        assert_eq!(Cilos { missing: Some(Gaps::Pairwise), ..Cilos::default() }.problems(&[]).len(), 1);
    }
}
