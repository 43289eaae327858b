//! `idocriw`: the product of entropy weights and impact-loss weights, scaled to sum one.
//!
//! w = q v / sum(q v) with q of `cilos` and v of `entropy` (proportions of the scores, ln of the rows). Domain, missing
//! scores and constant nodes as in those. Zavadskas and Podvezko (2016), doi:10.1142/S0219622016500036.

use serde::{Deserialize, Serialize};

use super::cilos::{best_rows, impact_loss, whole_rows, why};
use super::gaps::{self, Gaps};
use super::{Entropy, FittedWeights, Over, Tally, WeightMethod};

/// Weights by entropy and impact loss.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Idocriw {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// `listwise`, where scores are missing: only whole rows count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

impl WeightMethod for Idocriw {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        2
    }

    fn update(&self, nodes: &[&[f64]], before: &[Tally], tally: &mut Tally) {
        let Some(extremes) = before.first() else {
            gaps::see(nodes, self.missing, tally);
            return;
        };
        best_rows(nodes, self.missing, extremes, tally);
        tally.parts.resize_with(1, Tally::default);
        Entropy { missing: self.missing, ..Entropy::default() }.update(nodes, &[], &mut tally.parts[0]);
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let [extremes, best] = tallies else {
            return Err("two passes are needed".to_owned());
        };
        let seen = gaps::Seen::new("idocriw", names, self.missing, extremes, |i| gaps::moments(extremes, i).count)?;
        let losses = impact_loss(names, extremes, best)?;
        seen.shares(&losses)?;
        let entropy = Entropy { missing: self.missing, ..Entropy::default() }.weights(names, &best.parts)?.weights;
        let product: Vec<f64> = losses.iter().zip(&entropy).map(|(q, v)| q * v).collect();
        let mut fitted = seen.shares_told(&product, |i| why(extremes, i))?;
        fitted.details.insert("cilos".to_owned(), losses);
        fitted.details.insert("entropy".to_owned(), entropy);
        Ok(fitted)
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        whole_rows(self.missing)
    }

    fn formula(&self) -> String {
        "w = q v / sum(q v), q the weights of cilos, v those of entropy".to_owned()
    }

    fn latex(&self) -> String {
        r"w_j = \frac{q_j v_j}{\sum_k q_k v_k}".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Zavadskas and Podvezko (2016), doi:10.1142/S0219622016500036"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cilos;
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn it_is_the_product_of_both() {
        let nodes: [&[f64]; 3] = [&[0.1, 0.25, 1.0, 0.3], &[0.25, 1.0, 0.5, 0.2], &[7.0, 7.0, 7.0, 7.0]];
        let fitted = fit(&Idocriw::default(), &nodes).expect("weights");
        let losses = fit(&Cilos::default(), &nodes).expect("weights").weights;
        let entropy = fit(&Entropy::default(), &nodes).expect("weights").weights;
        let total = losses[0] * entropy[0] + losses[1] * entropy[1];
        approx::assert_relative_eq!(fitted.weights[0], losses[0] * entropy[0] / total, max_relative = 1e-14);
        assert_eq!((fitted.weights[2], fitted.warnings.len()), (0.0, 1));
        for (detail, expected) in [("cilos", losses), ("entropy", entropy)] {
            for (found, expected) in fitted.details[detail].iter().zip(expected) {
                approx::assert_relative_eq!(*found, expected, max_relative = 1e-14);
            }
        }
    }

    #[test]
    fn errors_speak_of_this_method() {
        let constant = fit(&Idocriw::default(), &[&[1.0, 1.0], &[2.0, 2.0]]).expect_err("constant");
        assert_eq!(constant, "no node varies between rows, so idocriw gives no weights");
        assert!(fit(&Idocriw::default(), &[&[-1.0, 1.0], &[2.0, 1.0]]).expect_err("negative").contains("\"c0\""));
    }
}
