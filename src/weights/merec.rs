//! `merec`: removal effects. A node weighs by how much the rows' performance changes without it.
//!
//! With n_ij = min_i x_ij / x_ij for m nodes: S_i = ln(1 + sum_j |ln n_ij| / m), S_ij' the same without node j (still over m),
//! E_j = sum_i |S_ij' - S_i|, w = E / sum(E). Scores must be above 0: minmax onto [1, 100], say. Nodes are benefits here, since
//! scores are directed; for a cost x the published x / max is what min / x gives. A constant node has no effect: weight 0
//! with a warning. Only whole rows count (`missing = "listwise"` must be said). Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis
//! and Antucheviciene (2021), doi:10.3390/sym13040525.

use serde::{Deserialize, Serialize};

use super::cilos::whole_rows;
use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};

/// Weights by removal effect.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Merec {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// `listwise`, where scores are missing: only whole rows count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

impl WeightMethod for Merec {
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
        let p = nodes.len();
        tally.reserve(0, p);
        let least: Vec<f64> = (0..p).map(|j| gaps::moments(extremes, j).min).collect();
        if least.iter().any(|least| *least <= 0.0 || !least.is_finite()) {
            return; // told by `weights`
        }
        let counted = gaps::counted(nodes, self.missing);
        let rows = counted.first().map_or(0, |node| node.len());
        let mut logs = vec![0.0; p];
        for i in 0..rows {
            for ((log, node), least) in logs.iter_mut().zip(&counted).zip(&least) {
                *log = (node[i] / least).ln();
            }
            let total: f64 = logs.iter().sum();
            for (effect, log) in tally.sums.iter_mut().zip(&logs) {
                // ln(1 + total / m) - ln(1 + (total - log) / m), without their cancellation.
                effect.add((log / (p as f64 + total - log)).ln_1p());
            }
        }
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let [extremes, effects] = tallies else {
            return Err("two passes are needed".to_owned());
        };
        gaps::check("merec", names, self.missing, extremes, |i| gaps::moments(extremes, i).count)?;
        let seen = |i: usize| gaps::moments(extremes, i);
        if let Some(i) = (0..names.len()).find(|i| seen(*i).count > 0 && seen(*i).min <= 0.0) {
            let (name, least) = (names[i], seen(i).min);
            return Err(format!(
                "{name:?} scores {least} somewhere; merec needs scores above 0, such as minmax to [1, 100]"
            ));
        }
        let effects: Vec<f64> = (0..names.len()).map(|i| effects.sums.get(i).map_or(0.0, |sum| sum.value())).collect();
        let mut fitted = gaps::shares("merec", names, &effects)?;
        fitted.details.insert("effect".to_owned(), effects);
        Ok(fitted)
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        whole_rows(self.missing)
    }

    fn formula(&self) -> String {
        "w = E / sum(E), E_j = sum |S without j - S|, S = ln(1 + mean |ln(min x / x)|)".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn the_published_example() {
        // Keshavarz-Ghorabaee et al. (2021), section 4.1: two benefits, two costs, the latter as min / x; 4 digits there.
        let costs = |x: [f64; 5], least: f64| x.map(|x| least / x);
        let nodes: [&[f64]; 4] = [
            &[450.0, 10.0, 100.0, 220.0, 5.0],
            &[8000.0, 9100.0, 8200.0, 9300.0, 8400.0],
            &costs([54.0, 2.0, 31.0, 1.0, 23.0], 1.0),
            &costs([145.0, 160.0, 153.0, 162.0, 158.0], 145.0),
        ];
        let fitted = fit(&Merec::default(), &nodes).expect("weights");
        for (weight, expected) in fitted.weights.iter().zip([0.5752, 0.0141, 0.4016, 0.0091]) {
            approx::assert_abs_diff_eq!(*weight, expected, epsilon = 5e-5);
        }
        assert!(fit(&Merec::default(), &[&[0.0, 1.0]]).expect_err("zero").contains("above 0"));
    }
}
