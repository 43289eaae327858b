//! `entropy`: indicators that differ more between rows weigh more.
//!
//! With scores z >= 0 over N rows: p = z / sum(z), e = -sum(p ln p) / ln(N) with 0 ln 0 = 0, d = 1 - e, w = d / sum(d).
//! One pass suffices, because with S = sum(z) and T = sum(z ln z) the entropy is ln(S) - T / S. The weights describe
//! dispersion in this sample, not importance. Zou, Yun and Sun (2006), doi:10.1016/S1001-0742(06)60032-6.

use serde::{Deserialize, Serialize};

use super::gaps::Gaps;
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::log::sum_and_x_ln_x;

/// Entropy weights.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entropy {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "super::entropy::is_children")]
    pub over: Over,
    /// What a score of zero does.
    #[serde(skip_serializing_if = "ZeroRule::is_limit")]
    pub zero: ZeroRule,
    /// A constant added to the scores before the proportions are taken.
    #[serde(skip_serializing_if = "is_zero")]
    pub shift: f64,
    /// What the entropy is divided by.
    #[serde(skip_serializing_if = "Normalizer::is_ln_rows")]
    pub normalizer: Normalizer,
    /// Which rows count when scores are missing. There is no silent default: with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
fn is_children(over: &Over) -> bool {
    *over == Over::Children
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
fn is_zero(shift: &f64) -> bool {
    *shift == 0.0
}

/// What a score of zero does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroRule {
    /// 0 ln 0 = 0, the limit.
    #[default]
    Limit,
}

impl ZeroRule {
    #[allow(clippy::trivially_copy_pass_by_ref, clippy::unused_self)] // the signature serde asks for
    fn is_limit(&self) -> bool {
        true
    }
}

/// What the entropy is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalizer {
    /// ln of the number of rows in the sum: the entropy is then in [0, 1].
    #[default]
    LnRows,
}

impl Normalizer {
    #[allow(clippy::trivially_copy_pass_by_ref, clippy::unused_self)] // the signature serde asks for
    fn is_ln_rows(&self) -> bool {
        true
    }
}

impl WeightMethod for Entropy {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        1
    }

    fn update(&self, nodes: &[&[f64]], _: &[Tally], tally: &mut Tally) {
        tally.reserve(nodes.len(), 2 * nodes.len());
        let rows = nodes.first().map_or(0, |node| node.len());
        tally.rows += rows as u64;
        let mut used: Vec<f64> = Vec::with_capacity(rows);
        let listwise = self.missing == Some(Gaps::Listwise);
        let complete: Vec<bool> = if listwise {
            (0..rows).map(|row| nodes.iter().all(|node| !node[row].is_nan())).collect()
        } else {
            Vec::new()
        };
        for (i, node) in nodes.iter().enumerate() {
            if self.shift == 0.0 && !listwise {
                // A missing or negative score makes the sums missing: only then is it worth to look closer.
                let (sum, x_ln_x) = sum_and_x_ln_x(node);
                if x_ln_x.is_finite() {
                    tally.counts[i] += node.len() as u64;
                    tally.sums[2 * i].add(sum);
                    tally.sums[2 * i + 1].add(x_ln_x);
                    continue;
                }
            }
            used.clear();
            let kept = node.iter().enumerate().filter(|(row, z)| !z.is_nan() && (!listwise || complete[*row]));
            used.extend(kept.map(|(_, z)| z + self.shift));
            let negative = used.iter().filter(|z| **z < 0.0).count();
            tally.refused[i] += negative as u64;
            tally.counts[i] += used.len() as u64;
            if negative == 0 {
                let (sum, x_ln_x) = sum_and_x_ln_x(&used);
                tally.sums[2 * i].add(sum);
                tally.sums[2 * i + 1].add(x_ln_x);
            }
        }
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let tally = super::last(tallies);
        let mut fitted = FittedWeights::default();
        for (i, name) in names.iter().enumerate() {
            if tally.refused.get(i).is_some_and(|count| *count > 0) {
                return Err(format!(
                    "{name:?} has negative scores; entropy needs scores of at least 0, such as minmax gives"
                ));
            }
            let count = tally.counts.get(i).copied().unwrap_or(0);
            if count == 0 {
                fitted.weights.push(0.0);
                fitted.warnings.push((Some((*name).to_owned()), "has no scores and gets weight 0".to_owned()));
                continue;
            }
            if count < tally.rows && self.missing.is_none() {
                let gaps = tally.rows - count;
                return Err(format!(
                    "{name:?} misses {gaps} of {} scores; say missing = \"pairwise\" or \"listwise\" in entropy, or fill them first",
                    tally.rows
                ));
            }
            let (sum, x_ln_x) = (tally.sums[2 * i].value(), tally.sums[2 * i + 1].value());
            let divergence = if count < 2 || sum <= 0.0 {
                0.0
            } else {
                // Rounding can leave a constant column a few ulp below 0.
                (1.0 - (sum.ln() - x_ln_x / sum) / (count as f64).ln()).max(0.0)
            };
            if divergence <= 1e-14 {
                fitted.warnings.push((Some((*name).to_owned()), "does not vary and gets weight 0".to_owned()));
            }
            fitted.weights.push(if divergence <= 1e-14 { 0.0 } else { divergence });
        }
        let total: f64 = fitted.weights.iter().sum();
        if total <= 0.0 {
            return Err("no node varies between rows, so entropy gives no weights".to_owned());
        }
        for weight in &mut fitted.weights {
            *weight /= total;
        }
        Ok(fitted)
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        if self.shift.is_finite() && self.shift >= 0.0 {
            vec![]
        } else {
            vec![("shift".into(), "expected a finite number of at least 0".into())]
        }
    }

    fn formula(&self) -> String {
        let shift = if self.shift == 0.0 { String::new() } else { format!(" + {}", self.shift) };
        format!("w = d / sum(d), d = 1 + sum(p ln p) / ln(N), p = z / sum(z), z = score{shift}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(method: &Entropy, nodes: &[&[f64]]) -> Result<FittedWeights, String> {
        let names: Vec<String> = (0..nodes.len()).map(|i| format!("c{i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut tally = Tally::default();
        method.update(nodes, &[], &mut tally);
        method.weights(&names, &[tally])
    }

    #[test]
    fn weights_by_hand() {
        // p = (0, 1) has entropy 0, so d = 1; p = (1/4, 3/4): e = (0.25 ln 4 + 0.75 ln(4/3)) / ln 2 = 0.8112781245.
        let fitted = fit(&Entropy::default(), &[&[0.0, 1.0], &[0.25, 0.75]]).expect("weights");
        let d = 1.0 - 0.811_278_124_459_132_8;
        approx::assert_relative_eq!(fitted.weights[0], 1.0 / (1.0 + d), max_relative = 1e-14);
        approx::assert_relative_eq!(fitted.weights[1], d / (1.0 + d), max_relative = 1e-14);
    }

    #[test]
    fn degenerate_columns_are_named() {
        let fitted = fit(&Entropy::default(), &[&[0.5, 0.5, 0.5], &[0.0, 0.5, 1.0]]).expect("weights");
        assert_eq!(fitted.weights, [0.0, 1.0]);
        assert_eq!(fitted.warnings.len(), 1);
        assert!(fit(&Entropy::default(), &[&[0.5, 0.5]]).is_err());
        assert!(fit(&Entropy::default(), &[&[-0.5, 0.5]]).expect_err("negative").contains("negative"));
    }

    #[test]
    fn missing_scores_need_a_chosen_rule() {
        let nodes: [&[f64]; 2] = [&[0.0, f64::NAN, 1.0], &[0.25, 0.5, 0.75]];
        assert!(fit(&Entropy::default(), &nodes).expect_err("no rule").contains("pairwise"));
        let listwise = Entropy { missing: Some(Gaps::Listwise), ..Entropy::default() };
        let complete = fit(&Entropy::default(), &[&[0.0, 1.0], &[0.25, 0.75]]).expect("weights");
        assert_eq!(fit(&listwise, &nodes).expect("weights").weights, complete.weights);
    }
}
