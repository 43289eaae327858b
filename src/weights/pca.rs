//! `pca`: weights from the principal components of the correlations between scores.
//!
//! With eigenvalues l_k and unit eigenvectors v_k of the correlation matrix, signs fixed so that each sums to at least 0:
//! `rule = "loadings"` (default) w_j = |v_j1| / sum |v_1|, the first component; `"squared"` w_j = v_j1^2, which sums to one;
//! `"variance"` w_j = sum over kept components of |v_jk| l_k / sum(l), scaled to sum one. Components are kept with an
//! eigenvalue above 1 (`keep = "above_one"`, at least the first) or until they explain a share (`keep = { share = 0.85 }`).
//! A loading of the first component below zero says that the node runs against the others: a warning names it, and its size
//! counts. Constant nodes get weight 0 with a warning; three rows are needed. OECD/JRC (2008), step 6,
//! doi:10.1787/9789264043466-en.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::eigen::{Eigen, symmetric_eigen};

/// Weights from principal components.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pca {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
    /// What is made of the loadings.
    #[serde(skip_serializing_if = "PcaRule::is_loadings")]
    pub rule: PcaRule,
    /// Which components are kept, for `variance`.
    #[serde(skip_serializing_if = "Keep::is_above_one")]
    pub keep: Keep,
}

/// What is made of the loadings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PcaRule {
    /// The size of the first component's.
    #[default]
    Loadings,
    /// The squares of the first component's.
    Squared,
    /// Sizes over all kept components, by the variance they explain.
    Variance,
}

impl PcaRule {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_loadings(&self) -> bool {
        *self == Self::Loadings
    }
}

/// Which components are kept.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Those with an eigenvalue above 1, at least one.
    #[default]
    AboveOne,
    /// As many as explain this share of the variance.
    Share(f64),
    /// So many.
    Count(usize),
}

impl Keep {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    pub(super) fn is_above_one(&self) -> bool {
        *self == Self::AboveOne
    }

    /// How many of the descending eigenvalues are kept.
    pub(super) fn of(self, values: &[f64]) -> usize {
        let total: f64 = values.iter().sum();
        let kept = match self {
            // An eigenvalue of 1 within rounding is that of a node unrelated to the others.
            Self::AboveOne => values.iter().filter(|value| **value > 1.0 + 1e-9).count(),
            Self::Share(share) => {
                let mut sum = 0.0;
                1 + values
                    .iter()
                    .take_while(|value| {
                        sum += **value;
                        sum < (share - 1e-12) * total
                    })
                    .count()
            }
            Self::Count(count) => count,
        };
        kept.clamp(1, values.len().max(1))
    }

    pub(super) fn problem(self) -> Option<(String, String)> {
        let message = match self {
            Self::Share(share) if !(share > 0.0 && share <= 1.0) => "expected a share in (0, 1]",
            Self::Count(0) => "expected at least one component",
            _ => return None,
        };
        Some(("keep".to_owned(), message.to_owned()))
    }
}

/// Components of the nodes that vary.
pub(super) struct Components<'a> {
    pub(super) seen: gaps::Seen<'a>,
    /// Places of the nodes that vary.
    pub(super) varied: Vec<usize>,
    pub(super) eigen: Eigen,
}

/// Eigenvalues and eigenvectors of the correlations of the nodes that vary. The error is a message for people.
pub(super) fn components<'a>(
    method: &'a str,
    names: &'a [&'a str],
    missing: Option<Gaps>,
    tally: &Tally,
) -> Result<Components<'a>, String> {
    let seen = gaps::Seen::cross(method, names, missing, tally)?;
    let varied: Vec<usize> = (0..names.len()).filter(|i| tally.cross.pair(*i, *i).xx > 0.0).collect();
    if varied.is_empty() {
        return Err(format!("no node varies between rows, so {method} gives no weights"));
    }
    let at = |i: usize, j: usize| tally.cross.pair(varied[i], varied[j]);
    for i in 0..varied.len() {
        for j in i + 1..varied.len() {
            if at(i, j).correlation().is_nan() {
                let (a, b) = (names[varied[i]], names[varied[j]]);
                return Err(format!(
                    "{a:?} and {b:?} have no correlation: fewer than three rows have both, or one is constant there"
                ));
            }
        }
    }
    let matrix =
        Array2::from_shape_fn((varied.len(), varied.len()), |(i, j)| if i == j { 1.0 } else { at(i, j).correlation() });
    Ok(Components { seen, varied, eigen: symmetric_eigen(&matrix) })
}

impl WeightMethod for Pca {
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
        let Components { seen, varied, eigen } = components("pca", names, self.missing, super::last(tallies))?;
        let total: f64 = eigen.values.iter().sum();
        let mut size = vec![0.0; names.len()];
        let mut loading = vec![f64::NAN; names.len()];
        for (place, &node) in varied.iter().enumerate() {
            let first = eigen.vectors[(place, 0)];
            loading[node] = first;
            size[node] = match self.rule {
                PcaRule::Loadings => first.abs(),
                PcaRule::Squared => first * first,
                PcaRule::Variance => (0..self.keep.of(&eigen.values))
                    .map(|k| eigen.vectors[(place, k)].abs() * eigen.values[k] / total)
                    .sum(),
            };
        }
        let mut fitted = seen.shares(&size)?;
        for (name, _) in names.iter().zip(&loading).filter(|(_, loading)| **loading < -1e-9) {
            let message = "runs against the others on the first component; look at its direction".to_owned();
            fitted.warnings.push((Some((*name).to_owned()), message));
        }
        fitted.details.insert("loading".to_owned(), loading);
        fitted.details.insert("explained_by_first".to_owned(), vec![eigen.values[0] / total]);
        Ok(fitted)
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        self.keep.problem().into_iter().collect()
    }

    fn formula(&self) -> String {
        match self.rule {
            PcaRule::Loadings => "w = |v| / sum |v|, v the first eigenvector of the correlations",
            PcaRule::Squared => "w = v^2, v the first eigenvector of the correlations",
            PcaRule::Variance => "w = sum |v_k| l_k / sum(l) over the kept components, scaled to sum 1",
        }
        .to_owned()
    }

    fn latex(&self) -> String {
        match self.rule {
            PcaRule::Loadings => r"w_j = \frac{|v_{j1}|}{\sum_k |v_{k1}|}",
            PcaRule::Squared => r"w_j = v_{j1}^2",
            PcaRule::Variance => r"w_j \propto \sum_k |v_{jk}| \frac{\lambda_k}{\sum_l \lambda_l}",
        }
        .to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6, doi:10.1787/9789264043466-en"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn two_nodes_weigh_the_same_and_a_turned_one_is_named() {
        let up: [&[f64]; 2] = [&[0.0, 1.0, 5.0, 2.0], &[1.0, 0.0, 4.0, 3.0]];
        let fitted = fit(&Pca::default(), &up).expect("weights");
        approx::assert_relative_eq!(fitted.weights[0], 0.5, max_relative = 1e-12);
        assert!(fitted.warnings.is_empty());
        let down: [&[f64]; 3] = [up[0], up[1], &[9.0, 8.0, 1.0, 7.0]];
        let fitted = fit(&Pca::default(), &down).expect("weights");
        assert_eq!(fitted.warnings[0].0.as_deref(), Some("c2"));
        assert_eq!(Keep::AboveOne.of(&[1.8, 1.2, 0.0]), 2);
        assert_eq!((Keep::Share(0.6).of(&[1.8, 1.2, 0.0]), Keep::Share(0.7).of(&[1.8, 1.2, 0.0])), (1, 2));
    }

    #[test]
    fn constants_and_too_few_rows() {
        let fitted = fit(&Pca::default(), &[&[1.0, 2.0, 4.0], &[3.0, 3.0, 3.0], &[2.0, 4.0, 5.0]]).expect("weights");
        assert_eq!(fitted.weights[1], 0.0);
        assert!(fit(&Pca::default(), &[&[1.0, 2.0], &[2.0, 1.0]]).expect_err("rows").contains("three rows"));
    }
}
