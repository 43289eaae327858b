//! `std`: scores that spread more weigh more.
//!
//! With s the standard deviation of the scores of a node: w = s / sum(s). The denominator of s (n or n - 1) cancels where all
//! nodes have the same rows; it is n - 1. Scores should be on one scale, such as minmax gives: s has the unit of the scores.
//! Constant nodes get weight 0 with a warning. Diakoulaki, Mavrotas and Papayannakis (1995),
//! doi:10.1016/0305-0548(94)00059-H.

use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};

/// Weights by standard deviation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Std {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

impl WeightMethod for Std {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        1
    }

    fn update(&self, nodes: &[&[f64]], _: &[Tally], tally: &mut Tally) {
        gaps::see(nodes, self.missing, tally);
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let tally = super::last(tallies);
        let seen = gaps::Seen::moments("std", names, self.missing, tally)?;
        let sd: Vec<f64> = (0..names.len()).map(|i| gaps::moments(tally, i).sd(1).unwrap_or(0.0)).collect();
        let mut fitted = seen.shares(&sd)?;
        fitted.details.insert("sd".to_owned(), sd);
        Ok(fitted)
    }

    fn formula(&self) -> String {
        "w = s / sum(s), s the standard deviation of the scores (n - 1)".to_owned()
    }

    fn latex(&self) -> String {
        r"w_j = \frac{s_j}{\sum_k s_k},\quad s_j = \sqrt{\frac{1}{n-1} \sum_i (x_{ij} - \bar{x}_j)^2}".to_owned()
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
        // Standard deviations 1 and 3.
        let fitted = fit(&Std::default(), &[&[0.0, 1.0, 2.0], &[0.0, 3.0, 6.0]]).expect("weights");
        assert_eq!(fitted.weights, [0.25, 0.75]);
        assert_eq!(fitted.details["sd"], [1.0, 3.0]);
    }

    #[test]
    fn constant_and_missing() {
        let fitted = fit(&Std::default(), &[&[5.0, 5.0], &[0.0, 1.0]]).expect("weights");
        assert_eq!((fitted.weights, fitted.warnings.len()), (vec![0.0, 1.0], 1));
        assert!(fit(&Std::default(), &[&[5.0, 5.0]]).is_err());
        assert!(fit(&Std::default(), &[&[5.0, f64::NAN]]).expect_err("rule").contains("pairwise"));
        let listwise = Std { missing: Some(Gaps::Listwise), ..Std::default() };
        let fitted = fit(&listwise, &[&[0.0, 9.0, 2.0], &[0.0, f64::NAN, 6.0]]).expect("weights");
        approx::assert_relative_eq!(fitted.weights[0], 0.25, max_relative = 1e-14);
    }
}
