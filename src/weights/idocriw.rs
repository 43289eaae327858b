//! `idocriw`: the product of entropy weights and impact-loss weights, scaled to sum one.
//!
//! w_j = q_j v_j / sum(q v) with q of `cilos` and v of `entropy` (proportions of the scores, ln of the rows). Domain, missing
//! scores and constant nodes as in those. Zavadskas and Podvezko (2016), doi:10.1142/S0219622016500036.

use serde::{Deserialize, Serialize};

use super::cilos::{best_rows, impact_loss, whole_rows};
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
        gaps::check("idocriw", names, self.missing, extremes, |i| gaps::moments(extremes, i).count)?;
        let losses = impact_loss(names, extremes, best)?;
        let entropy = Entropy { missing: self.missing, ..Entropy::default() }.weights(names, &best.parts)?.weights;
        let product: Vec<f64> = losses.iter().zip(&entropy).map(|(q, v)| q * v).collect();
        let mut fitted = gaps::shares("idocriw", names, &product)?;
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
}
