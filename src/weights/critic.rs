//! `critic`: contrast times conflict. Nodes that spread more, and say something else than the others, weigh more.
//!
//! ```text
//! c_j = s_j sum_k (1 - r_jk)      s_j the standard deviation of the scores of a node, r_jk the correlation of two nodes
//! w   = c / sum(c)
//! ```
//!
//! `conflict = "absolute"` takes 1 - |r| instead, which counts opposite nodes as agreeing. Scores should be on one scale,
//! such as minmax gives. A constant node has no correlation: it gets weight 0 with a warning and is left out of the
//! conflict of the others; so is a pair with fewer than three common rows. Two equal nodes have no conflict with each other;
//! if no node conflicts with another there are no weights. The only node that varies gets all the weight. Diakoulaki,
//! Mavrotas and Papayannakis (1995), doi:10.1016/0305-0548(94)00059-H.

use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};

/// Weights by contrast and conflict.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Critic {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
    /// What counts as conflict.
    #[serde(skip_serializing_if = "Conflict::is_signed")]
    pub conflict: Conflict,
}

/// What counts as conflict between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// 1 - r.
    #[default]
    Signed,
    /// 1 - |r|.
    Absolute,
}

impl Conflict {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_signed(&self) -> bool {
        *self == Self::Signed
    }
}

impl WeightMethod for Critic {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        1
    }

    fn update(&self, nodes: &[&[f64]], _: &[Tally], tally: &mut Tally) {
        tally.rows += nodes.first().map_or(0, |node| node.len()) as u64;
        tally.cross.update(nodes, self.missing == Some(Gaps::Listwise));
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let tally = super::last(tallies);
        let own = |i: usize| tally.cross.pair(i, i);
        let seen = gaps::Seen::new("critic", names, self.missing, tally, |i| own(i).count)?;
        let deviation = |i: usize| if own(i).count < 2 { 0.0 } else { (own(i).xx / (own(i).count - 1) as f64).sqrt() };
        let contrast: Vec<f64> = (0..names.len()).map(deviation).collect();
        let mut conflict = vec![0.0; names.len()];
        for (j, total) in conflict.iter_mut().enumerate() {
            for k in (0..names.len()).filter(|k| *k != j) {
                let r = tally.cross.pair(j, k).correlation();
                let r = if self.conflict == Conflict::Absolute { r.abs() } else { r };
                *total += if r.is_nan() { 0.0 } else { 1.0 - r };
            }
        }
        let varied = contrast.iter().filter(|contrast| **contrast > 0.0).count();
        // Alone, a node has nothing to conflict with.
        let of = |(s, c): (&f64, &f64)| if varied == 1 { *s } else { s * c };
        let information: Vec<f64> = contrast.iter().zip(&conflict).map(of).collect();
        if varied > 1 && information.iter().all(|information| *information <= 0.0) {
            return Err(
                "no two nodes differ in what they say (correlations of 1, or fewer than three common rows)".to_owned()
            );
        }
        let mut fitted = seen.shares_told(&information, |i| {
            let varies = contrast[i] > 0.0;
            if varies { "agrees with all others entirely and gets weight 0" } else { "does not vary and gets weight 0" }
        })?;
        fitted.details.insert("contrast".to_owned(), contrast);
        fitted.details.insert("conflict".to_owned(), conflict);
        Ok(fitted)
    }

    fn formula(&self) -> String {
        let r = if self.conflict == Conflict::Absolute { "|r_jk|" } else { "r_jk" };
        format!(
            "w = c / sum(c), c_j = s_j sum_k (1 - {r}), s the standard deviation (n - 1), r the correlation of scores"
        )
    }

    fn latex(&self) -> String {
        let r = if self.conflict == Conflict::Absolute { "|r_{jk}|" } else { "r_{jk}" };
        format!(r"w_j = \frac{{c_j}}{{\sum_k c_k}},\quad c_j = s_j \sum_k (1 - {r})")
    }

    fn references(&self) -> &'static [&'static str] {
        &["Diakoulaki, Mavrotas and Papayannakis (1995), doi:10.1016/0305-0548(94)00059-H"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn weights_by_hand() {
        // s = 1, 1, 1; r01 = 1, r02 = r12 = -1: conflicts 2, 2, 4; absolute: none.
        let nodes: [&[f64]; 3] = [&[0.0, 1.0, 2.0], &[5.0, 6.0, 7.0], &[2.0, 1.0, 0.0]];
        let fitted = fit(&Critic::default(), &nodes).expect("weights");
        for (weight, expected) in fitted.weights.iter().zip([0.25, 0.25, 0.5]) {
            approx::assert_relative_eq!(*weight, expected, max_relative = 1e-15);
        }
        let absolute = Critic { conflict: Conflict::Absolute, ..Critic::default() };
        assert!(fit(&absolute, &nodes).expect_err("no conflict").contains("differ"));
    }

    #[test]
    fn a_constant_node_has_no_part() {
        let fitted = fit(&Critic::default(), &[&[0.0, 1.0, 2.0], &[3.0, 3.0, 3.0], &[0.0, 2.0, 1.0]]).expect("weights");
        assert_eq!(fitted.weights, [0.5, 0.0, 0.5]);
        assert_eq!(fitted.warnings.len(), 1);
        let alone = fit(&Critic::default(), &[&[0.0, 1.0, 2.0], &[3.0, 3.0, 3.0]]).expect("weights");
        assert_eq!((alone.weights, alone.warnings.len()), (vec![1.0, 0.0], 1));
    }
}
