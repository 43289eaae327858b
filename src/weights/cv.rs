//! `cv`: the coefficient of variation: scores that spread more, compared with their mean, weigh more.
//!
//! With s the standard deviation (n - 1) and m the mean of the scores of a node: v = s / |m|, w = v / sum(v). Not affected by
//! the unit of measurement where scores are the values themselves (scale `none`); a mean near zero makes v explode, so a
//! mean of zero (|m| <= 1e-12 s) is an error. Constant nodes get weight 0 with a warning.

use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};

/// Weights by coefficient of variation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cv {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

impl WeightMethod for Cv {
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
        let seen = gaps::Seen::moments("cv", names, self.missing, tally)?;
        let mut variation = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            let moments = gaps::moments(tally, i);
            let sd = moments.sd(1).unwrap_or(0.0);
            if sd > 0.0 && moments.mean.abs() <= 1e-12 * sd {
                return Err(format!(
                    "{name:?} has mean 0, where a coefficient of variation has no meaning; use std instead"
                ));
            }
            variation.push(if sd == 0.0 { 0.0 } else { sd / moments.mean.abs() });
        }
        let mut fitted = seen.shares(&variation)?;
        fitted.details.insert("cv".to_owned(), variation);
        Ok(fitted)
    }

    fn formula(&self) -> String {
        "w = v / sum(v), v = s / |m|, s the standard deviation (n - 1) and m the mean of the scores".to_owned()
    }

    fn latex(&self) -> String {
        r"w_j = \frac{v_j}{\sum_k v_k},\quad v_j = \frac{s_j}{|\bar{x}_j|}".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn weights_by_hand() {
        // Standard deviations 1 and 3 around means 1 and 6.
        let fitted = fit(&Cv::default(), &[&[0.0, 1.0, 2.0], &[3.0, 6.0, 9.0]]).expect("weights");
        approx::assert_relative_eq!(fitted.weights[0], 2.0 / 3.0, max_relative = 1e-15);
        assert_eq!(fitted.details["cv"], [1.0, 0.5]);
    }

    #[test]
    fn a_mean_of_zero_is_an_error() {
        assert!(fit(&Cv::default(), &[&[-1.0, 1.0], &[1.0, 2.0]]).expect_err("mean").contains("\"c0\""));
        assert_eq!(fit(&Cv::default(), &[&[0.0, 0.0], &[1.0, 2.0]]).expect("weights").weights, [0.0, 1.0]);
    }
}
