//! `balanced`: weights by which every node has the influence asked for.
//!
//! Influence is the correlation of a node with the weighted mean of all: with covariances C and standard deviations s of the
//! scores, r_i = (C w)_i / (s_i sqrt(w'Cw)). `aim = "balance"` (default) minimizes sum((r_i / sum(r) - t_i)^2) for targets t (equal
//! ones unless `targets` names them) over w > 0, by Levenberg's and Marquardt's method on ln(w), from w = 1 / s. `aim =
//! "information"` maximizes sum(r), which w = 1 / s does exactly. Weights sum to one. Details report the correlations, the
//! objective, the steps and whether the search converged; a warning says so when it did not, or when the targets cannot be
//! met. Constant nodes get weight 0 with a warning; three rows are needed. Paruolo, Saisana and Saltelli (2013),
//! doi:10.1111/j.1467-985X.2012.01059.x; Becker, Saisana, Paruolo and Vandecasteele (2017), doi:10.1016/j.ecolind.2017.03.056.

use indexmap::IndexMap;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::solve::solve;
use crate::numeric::unit::unit;

/// Steps after which the search gives up.
const STEPS: usize = 1000;

/// Weights by influence.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Balanced {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// Which rows count when scores are missing; with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
    /// What is sought.
    #[serde(skip_serializing_if = "Aim::is_balance")]
    pub aim: Aim,
    /// The influence of each node, in proportion; equal when absent.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub targets: IndexMap<String, f64>,
}

/// What is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// Influences in the proportions of the targets.
    #[default]
    Balance,
    /// The greatest sum of influences.
    Information,
}

impl Aim {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_balance(&self) -> bool {
        *self == Self::Balance
    }
}

/// Influences at given weights, with how they change with each weight.
struct Influence {
    values: Vec<f64>,
    slopes: Array2<f64>,
}

impl Influence {
    fn at(covariances: &Array2<f64>, weights: &[f64]) -> Self {
        let n = weights.len();
        let with: Vec<f64> =
            covariances.outer_iter().map(|row| row.iter().zip(weights).map(|(c, w)| c * w).sum()).collect();
        let variance: f64 = with.iter().zip(weights).map(|(c, w)| c * w).sum();
        let spread = variance.sqrt();
        let own = |i: usize| covariances[(i, i)].sqrt();
        let values: Vec<f64> = (0..n).map(|i| with[i] / (own(i) * spread)).collect();
        let slopes = Array2::from_shape_fn((n, n), |(i, k)| {
            (covariances[(i, k)] - with[i] * with[k] / variance) / (own(i) * spread)
        });
        Self { values, slopes }
    }

    /// Differences of the shares from the targets, with their slopes.
    fn residuals(&self, targets: &[f64]) -> (Vec<f64>, Array2<f64>) {
        let n = targets.len();
        let total: f64 = self.values.iter().sum();
        let shares: Vec<f64> = self.values.iter().map(|value| value / total).collect();
        let sums: Vec<f64> = (0..n).map(|k| self.slopes.column(k).sum()).collect();
        let slopes = Array2::from_shape_fn((n, n), |(i, k)| (self.slopes[(i, k)] - shares[i] * sums[k]) / total);
        (shares.iter().zip(targets).map(|(share, target)| share - target).collect(), slopes)
    }
}

fn squares(residuals: &[f64]) -> f64 {
    residuals.iter().map(|residual| residual * residual).sum()
}

/// Weights whose influences are nearest to the targets, the steps taken, and whether the search converged.
fn balance(covariances: &Array2<f64>, targets: &[f64]) -> (Vec<f64>, usize, bool) {
    let n = targets.len();
    let start = |i: usize| covariances[(i, i)].sqrt().recip();
    let total: f64 = (0..n).map(start).sum();
    let mut weights: Vec<f64> = (0..n).map(|i| start(i) / total).collect();
    let mut damping = 1e-3;
    let (mut residuals, mut slopes) = Influence::at(covariances, &weights).residuals(targets);
    for step in 0..STEPS {
        let objective = squares(&residuals);
        if !objective.is_finite() {
            return (weights, step, false);
        }
        if objective < 1e-26 {
            return (weights, step, true);
        }
        // Slopes by ln(w).
        let jacobian = Array2::from_shape_fn((n, n), |(i, k)| slopes[(i, k)] * weights[k]);
        let normal = jacobian.t().dot(&jacobian);
        let right: Vec<f64> =
            (0..n).map(|k| -jacobian.column(k).iter().zip(&residuals).map(|(j, r)| j * r).sum::<f64>()).collect();
        let scale = (0..n).map(|k| normal[(k, k)]).fold(0.0, f64::max).max(1e-300);
        if right.iter().all(|slope| slope.abs() < 1e-14 * objective.sqrt().max(1e-13)) {
            return (weights, step, true);
        }
        loop {
            let damped =
                Array2::from_shape_fn((n, n), |(i, k)| normal[(i, k)] + if i == k { damping * scale } else { 0.0 });
            let Some(move_by) = solve(&damped, &right) else {
                damping *= 10.0;
                if damping > 1e12 {
                    return (weights, step, false);
                }
                continue;
            };
            // No weight changes more than sevenfold at once.
            let tried: Vec<f64> = weights.iter().zip(&move_by).map(|(w, m)| w * m.clamp(-2.0, 2.0).exp()).collect();
            let total: f64 = tried.iter().sum();
            let tried: Vec<f64> = tried.iter().map(|weight| weight / total).collect();
            let (after, turned) = Influence::at(covariances, &tried).residuals(targets);
            if squares(&after) < objective {
                let gain = objective - squares(&after);
                (weights, residuals, slopes) = (tried, after, turned);
                damping = (damping / 10.0).max(1e-12);
                if gain <= 1e-12 * objective {
                    return (weights, step + 1, true);
                }
                break;
            }
            damping *= 10.0;
            if damping > 1e12 {
                return (weights, step, true); // no direction is better
            }
        }
    }
    // A weight on its way to zero takes ever smaller steps; targets met to a millionth are met.
    let met = residuals.iter().all(|residual| residual.abs() < 1e-6);
    (weights, STEPS, met)
}

impl WeightMethod for Balanced {
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
        let tally = super::last(tallies);
        let own = |i: usize| tally.cross.pair(i, i);
        let seen = gaps::Seen::cross("balanced", names, self.missing, tally)?;
        let varied: Vec<usize> = (0..names.len()).filter(|i| own(*i).count > 2 && own(*i).xx > 0.0).collect();
        if varied.is_empty() {
            return Err(
                "no node varies between rows (three rows are needed), so there is no influence to balance".to_owned()
            );
        }
        let n = varied.len();
        // Nodes with a spread far from 1 are taken in another unit, so that products of covariances are sound.
        let all = tally.cross.covariances();
        let own_unit = |spread: f64| if (1e-60..=1e60).contains(&spread) { 1.0 } else { unit(spread) };
        let units: Vec<f64> = varied.iter().map(|i| own_unit(all[(*i, *i)].sqrt())).collect();
        let covariances = Array2::from_shape_fn((n, n), |(i, k)| all[(varied[i], varied[k])] * units[i] * units[k]);
        if covariances.iter().any(|covariance| !covariance.is_finite()) {
            return Err(
                "two nodes have fewer than two rows in common, so their influence on each other is open".to_owned()
            );
        }
        let target =
            |i: usize| if self.targets.is_empty() { 1.0 } else { self.targets.get(names[i]).copied().unwrap_or(0.0) };
        let total: f64 = varied.iter().map(|i| target(*i)).sum();
        let targets: Vec<f64> = varied.iter().map(|i| target(*i) / total).collect();
        let (weights, steps, converged) = match self.aim {
            Aim::Balance => balance(&covariances, &targets),
            Aim::Information => {
                let size: Vec<f64> = (0..n).map(|i| covariances[(i, i)].sqrt().recip()).collect();
                let total: f64 = size.iter().sum();
                (size.iter().map(|size| size / total).collect(), 0, true)
            }
        };
        let influence = Influence::at(&covariances, &weights);
        if influence.values.iter().any(|value| !value.is_finite()) {
            return Err(
                "the nodes cancel each other out, so their mean does not vary; look at their directions".to_owned()
            );
        }
        let (residuals, _) = influence.residuals(&targets);
        let (mut size, mut correlation) = (vec![0.0; names.len()], vec![f64::NAN; names.len()]);
        let finest = units.iter().copied().fold(0.0, f64::max);
        for (place, node) in varied.iter().enumerate() {
            (size[*node], correlation[*node]) = (weights[place] * (units[place] / finest), influence.values[place]);
        }
        let mut fitted = seen.shares(&size)?;
        let worst = residuals.iter().fold(0.0_f64, |worst, residual| worst.max(residual.abs()));
        if !converged {
            fitted.warnings.push((None, format!("the search did not converge in {STEPS} steps")));
        }
        if self.aim == Aim::Balance && worst > 1e-6 {
            let message =
                format!("no weights of at least 0 have the influence asked for; shares differ by up to {worst:.2e}");
            fitted.warnings.push((None, message));
        }
        let objective =
            if self.aim == Aim::Balance { squares(&residuals) / n as f64 } else { influence.values.iter().sum() };
        fitted.details.insert("correlation".to_owned(), correlation);
        fitted.details.insert("objective".to_owned(), vec![objective]);
        fitted.details.insert("steps".to_owned(), vec![steps as f64]);
        fitted.details.insert("converged".to_owned(), vec![f64::from(u8::from(converged))]);
        Ok(fitted)
    }

    fn problems(&self, children: &[&str]) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (name, target) in &self.targets {
            if self.over == Over::Children && !children.contains(&name.as_str()) {
                let hint = crate::error::hint(name, children.iter().copied());
                problems.push((format!("targets.{name}"), format!("no such child{hint}")));
            }
            if !(target.is_finite() && *target > 0.0) {
                problems.push((format!("targets.{name}"), "expected a number above 0".to_owned()));
            }
        }
        if self.over == Over::Children && !self.targets.is_empty() {
            for child in children.iter().filter(|child| !self.targets.contains_key(**child)) {
                problems.push((format!("targets.{child}"), "no target is given for this child".to_owned()));
            }
        }
        problems
    }

    fn formula(&self) -> String {
        match self.aim {
            Aim::Balance => {
                "w > 0 minimizes sum((r_i / sum(r) - t_i)^2), r the correlations of the nodes with their weighted mean"
            }
            Aim::Information => {
                "w = (1 / s) / sum(1 / s), which maximizes the sum of the correlations with the weighted mean"
            }
        }
        .to_owned()
    }

    fn latex(&self) -> String {
        match self.aim {
            Aim::Balance => {
                r"\min_{w > 0} \sum_i \Bigl(\frac{r_i}{\sum_k r_k} - t_i\Bigr)^2,\quad r_i = \frac{(C w)_i}{s_i \sqrt{w^{\top} C w}}"
            }
            Aim::Information => r"w_j = \frac{1 / s_j}{\sum_k 1 / s_k}",
        }
        .to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "Paruolo, Saisana and Saltelli (2013), doi:10.1111/j.1467-985X.2012.01059.x",
            "Becker, Saisana, Paruolo and Vandecasteele (2017), doi:10.1016/j.ecolind.2017.03.056",
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::fit;
    use super::*;

    #[test]
    fn two_nodes_balance_by_their_spread() {
        // With two nodes equal correlations mean equal weighted spread, whatever their correlation: w = 1 / s.
        let nodes: [&[f64]; 2] = [&[0.0, 1.0, 2.0, 7.0], &[3.0, -1.0, 8.0, 5.0]];
        let fitted = fit(&Balanced::default(), &nodes).expect("weights");
        let r = &fitted.details["correlation"];
        approx::assert_relative_eq!(r[0], r[1], max_relative = 1e-10);
        assert_eq!(fitted.details["converged"], [1.0]);
        let information = fit(&Balanced { aim: Aim::Information, ..Balanced::default() }, &nodes).expect("weights");
        approx::assert_relative_eq!(fitted.weights[0], information.weights[0], max_relative = 1e-9);
    }

    #[test]
    fn nodes_that_cancel_out_have_no_weights() {
        for aim in [Aim::Balance, Aim::Information] {
            let method = Balanced { aim, ..Balanced::default() };
            let error = fit(&method, &[&[0.0, 1.0, 2.0, 3.0], &[3.0, 2.0, 1.0, 0.0]]).expect_err("no variation");
            assert!(error.contains("cancel"), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_met_is_said() {
        // The third node runs against the others: no positive weights give all three the same influence and keep it up.
        let nodes: [&[f64]; 3] = [&[0.0, 1.0, 2.0, 3.0], &[0.0, 1.1, 2.0, 3.1], &[3.0, 2.0, 1.0, 0.05]];
        let fitted = fit(&Balanced::default(), &nodes).expect("weights");
        assert!(fitted.weights.iter().all(|weight| *weight >= 0.0));
        assert!(fitted.details["objective"][0].is_finite());
        let targets = IndexMap::from([("c0".to_owned(), 1.0)]);
        assert_eq!(Balanced { targets, ..Balanced::default() }.problems(&["c0", "c1"]).len(), 1);
    }

    proptest! {
        #[test]
        fn related_nodes_are_balanced(
            rows in prop::collection::vec((0.0..1.0f64, prop::collection::vec(0.0..1.0f64, 4)), 12..40),
        ) {
            // A common part keeps all correlations with the mean positive.
            let columns: Vec<Vec<f64>> =
                (0..4).map(|j| rows.iter().map(|(common, own)| 2.0 * common + own[j] * (j + 1) as f64 / 2.0).collect()).collect();
            let nodes: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let fitted = fit(&Balanced::default(), &nodes).expect("weights");
            prop_assert!((fitted.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(fitted.weights.iter().all(|weight| *weight >= 0.0));
            // Where the best weight of a node is zero the search may end before it is there; then it says so.
            let [start, found] = [Aim::Information, Aim::Balance].map(|aim| {
                let method = Balanced { aim, ..Balanced::default() };
                let r = fit(&method, &nodes).expect("weights").details["correlation"].clone();
                let total: f64 = r.iter().sum();
                r.iter().map(|r| (r / total - 0.25).powi(2)).sum::<f64>()
            });
            prop_assert!(found <= start + 1e-15);
            prop_assert!(fitted.details["converged"][0] == 1.0 || !fitted.warnings.is_empty());
        }
    }
}
