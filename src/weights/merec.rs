//! `merec`: removal effects. A node weighs by how much the rows' performance changes without it.
//!
//! ```text
//! n_ij = min_i x_ij / x_ij                     for the m nodes that vary
//! S_i  = ln(1 + sum_j |ln n_ij| / m)           S_ij' the same without node j (still over m)
//! E_j  = sum_i |S_ij' - S_i|                   w = E / sum(E)
//! ```
//!
//! Scores must be above 0: minmax onto [1, 100], say. Nodes are benefits here, since scores are directed; for a cost x the
//! published x / max is what min / x gives. A constant node has no effect and no part (the publication has none, and would
//! count it in m): weight 0 with a warning. Only whole rows count (`missing = "listwise"` must be said).
//! Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis and Antucheviciene (2021), doi:10.3390/sym13040525.

use serde::{Deserialize, Serialize};

use super::cilos::whole_rows;
use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::{Moments, Sum};

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
        let seen: Vec<Moments> = (0..p).map(|j| gaps::moments(extremes, j)).collect();
        if seen.iter().any(|seen| seen.min <= 0.0) {
            return; // told by `weights`
        }
        let varied: Vec<usize> = (0..p).filter(|j| seen[*j].min < seen[*j].max).collect();
        let m = varied.len() as f64;
        let counted = gaps::counted(nodes, self.missing);
        let log = |j: &usize| -> Vec<f64> { counted[*j].iter().map(|x| (x / seen[*j].min).ln()).collect() };
        let logs: Vec<Vec<f64>> = varied.iter().map(log).collect();
        let mut totals = vec![0.0; logs.first().map_or(0, Vec::len)];
        for logs in &logs {
            totals.iter_mut().zip(logs).for_each(|(total, log)| *total += log);
        }
        for (logs, j) in logs.iter().zip(&varied) {
            // A total is missing where there is a gap without a rule, which `weights` tells.
            for (log, total) in logs.iter().zip(&totals).filter(|(_, total)| !total.is_nan()) {
                // ln(1 + total / m) - ln(1 + (total - log) / m), without their cancellation.
                tally.sums[*j].add((log / (m + total - log)).ln_1p());
            }
        }
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let [extremes, effects] = tallies else {
            return Err("two passes are needed".to_owned());
        };
        let least = |i: usize| gaps::moments(extremes, i).min;
        let seen = gaps::Seen::new("merec", names, self.missing, extremes, |i| gaps::moments(extremes, i).count)?;
        if let Some(i) = (0..names.len()).find(|i| least(*i) <= 0.0) {
            let (name, least) = (names[i], least(i));
            return Err(format!(
                "{name:?} scores {least} somewhere; merec needs scores above 0, such as minmax to [1, 100]"
            ));
        }
        let effects: Vec<f64> = (0..names.len()).map(|i| effects.sums.get(i).map_or(0.0, Sum::value)).collect();
        let mut fitted = seen.shares(&effects)?;
        fitted.details.insert("effect".to_owned(), effects);
        Ok(fitted)
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        whole_rows(self.missing)
    }

    fn formula(&self) -> String {
        "w = E / sum(E), E_j = sum |S without j - S|, S = ln(1 + mean |ln(min x / x)|)".to_owned()
    }

    fn latex(&self) -> String {
        r"w_j = \frac{E_j}{\sum_k E_k},\quad E_j = \sum_i |S_{i(j)} - S_i|,\quad S_i = \ln\Bigl(1 + \frac{1}{m} \sum_j \Bigl|\ln \frac{\min_i x_{ij}}{x_{ij}}\Bigr|\Bigr)".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis and Antucheviciene (2021), doi:10.3390/sym13040525"]
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
        // A constant node changes nothing.
        let among = fit(&Merec::default(), &[nodes[0], &[3.0; 5], nodes[1], nodes[2], nodes[3]]).expect("weights");
        let w = &fitted.weights;
        assert_eq!(among.weights, [w[0], 0.0, w[1], w[2], w[3]]);
    }
}
