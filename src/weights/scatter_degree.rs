//! `scatter_degree`: the weights that set the rows furthest apart, vertical and horizontal grading.
//!
//! With Z the scores of all rows (units and periods together): H = Z'Z, w its leading eigenvector, scaled to sum one. It
//! maximizes the sum of squared scores over unit vectors w. Where all scores are at least 0, as from minmax, w cannot be
//! negative (Perron and Frobenius); z-scores can give negative weights: `negative = "error"` (default) refuses them, `"drop"`
//! leaves those nodes out and fits again, `"nonnegative"` finds the best w >= 0. Constant nodes have a part here where their
//! constant is not 0: the method looks at size, not at spread; a warning says so. Guo (2002), Journal of Management Sciences
//! in China; Tang, Cao and Chen (2025).

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::eigen::symmetric_eigen;

/// Weights that set the rows furthest apart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScatterDegree {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
    /// What is done about negative weights.
    #[serde(skip_serializing_if = "Negative::is_error")]
    pub negative: Negative,
}

/// What is done about negative weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Negative {
    /// An error that names the nodes.
    #[default]
    Error,
    /// Those nodes are left out, and the others fitted again.
    Drop,
    /// The best weights of at least 0 are taken.
    Nonnegative,
}

impl Negative {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_error(&self) -> bool {
        *self == Self::Error
    }
}

/// The leading eigenvector of some nodes' products, turned to sum to at least 0.
fn leading(products: &Array2<f64>, nodes: &[usize]) -> Vec<f64> {
    let part = Array2::from_shape_fn((nodes.len(), nodes.len()), |(i, j)| products[(nodes[i], nodes[j])]);
    symmetric_eigen(&part).vectors.column(0).to_vec()
}

/// The w >= 0 of unit length with the greatest w'Hw. For a symmetric H the best one is the leading eigenvector of the nodes
/// it does not leave out, so nodes with a negative part are left out until none is left, and taken back where the product
/// with them would be positive.
fn nonnegative(products: &Array2<f64>, p: usize) -> Vec<f64> {
    let mut used: Vec<usize> = (0..p).collect();
    for _ in 0..4 * p {
        let vector = leading(products, &used);
        let kept: Vec<usize> =
            used.iter().zip(&vector).filter(|(_, part)| **part > 1e-12).map(|(node, _)| *node).collect();
        if kept.len() == used.len() || kept.is_empty() {
            let gain = |node: &usize| {
                used.iter().zip(&vector).map(|(other, part)| products[(*node, *other)] * part).sum::<f64>()
            };
            let scale = used.iter().map(|node| products[(*node, *node)]).fold(0.0, f64::max);
            let back = (0..p).filter(|node| !used.contains(node)).find(|node| gain(node) > 1e-10 * scale);
            match back {
                Some(node) => used.push(node),
                None => break,
            }
            used.sort_unstable();
        } else {
            used = kept;
        }
    }
    let mut weights = vec![0.0; p];
    for (node, part) in used.iter().zip(leading(products, &used)) {
        weights[*node] = part.max(0.0);
    }
    weights
}

impl WeightMethod for ScatterDegree {
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
        let (tally, p) = (super::last(tallies), names.len());
        // It looks at size, not at spread: one row has a size.
        let count = |i: usize| tally.cross.pair(i, i).count;
        let seen = gaps::Seen::counted("scatter_degree", names, self.missing, tally, count)?;
        // sum(z_i z_j) about zero, from sums about the means; per row, so that pairs with gaps compare.
        let products = tally.cross.matrix(|pair| {
            let n = pair.count as f64;
            if n == 0.0 { 0.0 } else { pair.xy / n + pair.mean_x * pair.mean_y }
        });
        seen.sound(|i| products[(i, i)])?;
        if p == 0 || products.iter().all(|product| *product == 0.0) {
            return Err("all scores are zero, so scatter_degree gives no weights".to_owned());
        }
        let mut used: Vec<usize> = (0..p).collect();
        let mut weights = vec![0.0; p];
        let mut warnings = Vec::new();
        if self.negative == Negative::Nonnegative {
            weights = nonnegative(&products, p);
        } else {
            loop {
                let vector = leading(&products, &used);
                let below: Vec<usize> =
                    used.iter().zip(&vector).filter(|(_, part)| **part < -1e-12).map(|(node, _)| *node).collect();
                if below.is_empty() {
                    for (node, part) in used.iter().zip(vector) {
                        weights[*node] = part.max(0.0);
                    }
                    break;
                }
                if self.negative == Negative::Error {
                    let shown: Vec<String> = below.iter().map(|node| format!("{:?}", names[*node])).collect();
                    return Err(format!(
                        "negative weights for {}; scale scores onto 0 and above (minmax), or say negative = \"drop\" or \"nonnegative\"",
                        shown.join(", ")
                    ));
                }
                for node in &below {
                    let message = "would weigh less than nothing; it is left out and gets weight 0".to_owned();
                    warnings.push((Some(names[*node].to_owned()), message));
                }
                used.retain(|node| !below.contains(node));
            }
        }
        let total: f64 = weights.iter().sum();
        let mut fitted =
            FittedWeights { weights: weights.iter().map(|w| w / total).collect(), warnings, ..Default::default() };
        for (i, name) in names.iter().enumerate() {
            let told = match seen.has_scores(i) {
                true if tally.cross.pair(i, i).xx == 0.0 && fitted.weights[i] > 0.0 => {
                    "does not vary, and weighs by its size alone"
                }
                true => continue,
                false => gaps::NO_SCORES,
            };
            fitted.warnings.push((Some((*name).to_owned()), told.to_owned()));
        }
        Ok(fitted)
    }

    fn formula(&self) -> String {
        "w = the leading eigenvector of Z'Z, Z the scores of all rows, scaled to sum 1".to_owned()
    }

    fn latex(&self) -> String {
        r"Z^{\top} Z\, w = \lambda_{\max} w,\quad \sum_j w_j = 1".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Guo (2002), Journal of Management Sciences in China", "Tang, Cao and Chen (2025)"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn weights_by_hand() {
        // Z'Z = [[4, 0], [0, 1]] has the leading eigenvector (1, 0); [[2, 1], [1, 2]] has (1, 1).
        assert_eq!(fit(&ScatterDegree::default(), &[&[2.0, 0.0], &[0.0, 1.0]]).expect("weights").weights, [1.0, 0.0]);
        let fitted = fit(&ScatterDegree::default(), &[&[1.0, 1.0, 0.0], &[0.0, 1.0, 1.0]]).expect("weights");
        approx::assert_relative_eq!(fitted.weights[0], 0.5, max_relative = 1e-14);
    }

    #[test]
    fn negative_weights_are_refused_dropped_or_bounded() {
        let nodes: [&[f64]; 3] = [&[1.0, -1.0, 2.0, -2.0], &[1.0, -1.0, 1.0, -1.0], &[-0.5, 0.5, -1.0, 0.0]];
        let with = |negative| fit(&ScatterDegree { negative, ..ScatterDegree::default() }, &nodes);
        assert!(with(Negative::Error).expect_err("negative").contains("\"c2\""));
        let dropped = with(Negative::Drop).expect("weights");
        assert_eq!((dropped.weights[2], dropped.warnings.len()), (0.0, 1));
        let bounded = with(Negative::Nonnegative).expect("weights");
        for (a, b) in dropped.weights.iter().zip(&bounded.weights) {
            approx::assert_abs_diff_eq!(a, b, epsilon = 1e-12);
        }
    }
}
