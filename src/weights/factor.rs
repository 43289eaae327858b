//! `factor`: weights from rotated factors, the rule of Nicoletti.
//!
//! Principal components of the correlations between scores are kept (`keep`, as in `pca`), turned into loadings
//! a_jk = v_jk sqrt(l_k), and rotated by Kaiser-normalized varimax. Every node belongs to the factor on which its squared
//! loading, over the sum of squared loadings of that factor, is greatest; that share times the factor's part of the
//! explained variance is its weight, scaled to sum one. Signs do not matter, as loadings are squared. Constant nodes get
//! weight 0 with a warning; three rows are needed. Nicoletti, Scarpetta and Boylaud (2000), doi:10.1787/215182844604; OECD/JRC
//! (2008), step 6, doi:10.1787/9789264043466-en.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::pca::{Components, Keep, components};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::stats::varimax::varimax;

/// Weights from rotated factors.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Factor {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
    /// Which components are kept.
    #[serde(skip_serializing_if = "Keep::is_above_one")]
    pub keep: Keep,
}

impl WeightMethod for Factor {
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
        let Components { seen, varied, eigen } = components("factor", names, self.missing, super::last(tallies))?;
        let kept = self.keep.of(&eigen.values);
        let loading = |(j, k): (usize, usize)| eigen.vectors[(j, k)] * eigen.values[k].max(0.0).sqrt();
        let loadings = varimax(&Array2::from_shape_fn((varied.len(), kept), loading), true);
        let squares = loadings.mapv(|loading| loading * loading);
        let variance: Vec<f64> = (0..kept).map(|k| squares.column(k).sum()).collect();
        let explained: f64 = variance.iter().sum();
        let (mut size, mut factor) = (vec![0.0; names.len()], vec![f64::NAN; names.len()]);
        for (place, &node) in varied.iter().enumerate() {
            let share = |k: usize| squares[(place, k)] / variance[k];
            // The first of equal ones.
            let own = (1..kept).fold(0, |best, k| if share(k) > share(best) { k } else { best });
            factor[node] = own as f64 + 1.0;
            size[node] = share(own) * variance[own] / explained;
        }
        let mut fitted = seen.shares(&size)?;
        fitted.details.insert("factor".to_owned(), factor);
        fitted.details.insert("explained".to_owned(), vec![explained / varied.len() as f64]);
        Ok(fitted)
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        self.keep.problem().into_iter().collect()
    }

    fn formula(&self) -> String {
        "w = squared varimax loading on the node's factor / its sum, times the factor's share of the variance, scaled to sum 1"
            .to_owned()
    }

    fn latex(&self) -> String {
        r"w_j \propto \frac{a_{jf}^2}{\sum_k a_{kf}^2} \cdot \frac{\lambda_f}{\sum_l \lambda_l},\quad f = \operatorname{arg\,max}_f \frac{a_{jf}^2}{\sum_k a_{kf}^2}".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "Nicoletti, Scarpetta and Boylaud (2000), doi:10.1787/215182844604",
            "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6, doi:10.1787/9789264043466-en",
        ]
    }
}
