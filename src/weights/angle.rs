//! `angle`: the angle between the scores of a node and a node on which all rows are equal.
//!
//! With m the mean and q the root mean square of the scores: u = arccos(|m| / q), w = u / sum(u). Not affected by the unit of
//! measurement where scores are the values themselves. Constant nodes have angle 0 and get weight 0 with a warning. The
//! angle is taken from the standard deviation, arctan(s / |m|) with s over n, which is the same and exact for small ones.
//! Shuai, Zongzhun, Yongji and Lei (2012), doi:10.1109/CCDC.2012.6244621.

use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};

/// Weights by angle to the constant node.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Angle {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

impl WeightMethod for Angle {
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
        let seen = gaps::Seen::moments("angle", names, self.missing, tally)?;
        let angle = |i: usize| {
            let moments = gaps::moments(tally, i);
            moments.variance(0).unwrap_or(0.0).sqrt().atan2(moments.mean.abs())
        };
        let angles: Vec<f64> = (0..names.len()).map(angle).collect();
        let mut fitted = seen.shares(&angles)?;
        fitted.details.insert("angle".to_owned(), angles);
        Ok(fitted)
    }

    fn formula(&self) -> String {
        "w = u / sum(u), u = arccos(|mean| / root mean square) of the scores".to_owned()
    }

    fn latex(&self) -> String {
        r"w_j = \frac{u_j}{\sum_k u_k},\quad u_j = \arccos \frac{|\bar{x}_j|}{\sqrt{\frac{1}{n} \sum_i x_{ij}^2}}"
            .to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Shuai, Zongzhun, Yongji and Lei (2012), doi:10.1109/CCDC.2012.6244621"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn weights_by_hand() {
        // (0, 1) stands at 45 degrees to (1, 1); (1, 1) does not move; (1, -1) stands upright.
        let fitted = fit(&Angle::default(), &[&[0.0, 1.0], &[1.0, 1.0], &[1.0, -1.0]]).expect("weights");
        for (weight, expected) in fitted.weights.iter().zip([1.0 / 3.0, 0.0, 2.0 / 3.0]) {
            approx::assert_abs_diff_eq!(*weight, expected, epsilon = 1e-15);
        }
        assert_eq!(fitted.warnings.len(), 1);
    }
}
