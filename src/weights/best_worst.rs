//! `best_worst`: weights from how much the best child counts against each, and each against the worst.
//!
//! `best_to_others = { cloud = 1, erp = 2, web = 8 }` and `others_to_worst = { cloud = 8, erp = 5, web = 1 }`: the best is the
//! child with 1 in the first, the worst the one with 1 in the second. `model = "linear"` (default, Rezaei 2016) minimizes the
//! greatest of |w_B - a_Bj w_j| and |w_j - a_jW w_W|; `"nonlinear"` (Rezaei 2015) that of |w_B / w_j - a_Bj| and |w_j / w_W -
//! a_jW|, where several solutions are the same good and the middle ratios are taken. Details: `ksi`, the greatest
//! difference, and `input_consistency_ratio`, max |a_Bj a_jW - a_BW| / (a_BW^2 - a_BW), which is 0 for judgements without
//! contradiction. Rezaei (2015), doi:10.1016/j.omega.2014.11.009; Rezaei (2016), doi:10.1016/j.omega.2015.12.001; Liang, Brunelli
//! and Rezaei (2020), doi:10.1016/j.omega.2019.102175.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{FittedWeights, Tally, WeightMethod};
use crate::numeric::linear_program::maximize;

/// Weights from judgements of the best and the worst child.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BestWorst {
    /// How many times as much the best child counts as each.
    pub best_to_others: IndexMap<String, f64>,
    /// How many times as much each child counts as the worst.
    pub others_to_worst: IndexMap<String, f64>,
    /// What is minimized.
    #[serde(skip_serializing_if = "Model::is_linear")]
    pub model: Model,
}

/// What is minimized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Differences of weights.
    #[default]
    Linear,
    /// Differences of ratios.
    Nonlinear,
}

impl Model {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_linear(&self) -> bool {
        *self == Self::Linear
    }
}

/// Judgements in the order of the children.
struct Judgements {
    best: usize,
    worst: usize,
    from_best: Vec<f64>,
    to_worst: Vec<f64>,
}

impl BestWorst {
    fn judgements(&self, names: &[&str]) -> Result<Judgements, String> {
        let list = |what: &str, given: &IndexMap<String, f64>| -> Result<Vec<f64>, String> {
            let one =
                |name: &&str| given.get(*name).copied().ok_or_else(|| format!("{what} has no judgement for {name:?}"));
            names.iter().map(one).collect()
        };
        let from_best = list("best_to_others", &self.best_to_others)?;
        let to_worst = list("others_to_worst", &self.others_to_worst)?;
        let one = |what: &str, list: &[f64]| {
            list.iter()
                .position(|times| *times == 1.0)
                .ok_or_else(|| format!("{what} has no 1, which marks the child itself"))
        };
        let (best, worst) = (one("best_to_others", &from_best)?, one("others_to_worst", &to_worst)?);
        if from_best[worst] != to_worst[best] {
            let (first, second) = (from_best[worst], to_worst[best]);
            return Err(format!("the best against the worst is judged twice, as {first} and as {second}"));
        }
        Ok(Judgements { best, worst, from_best, to_worst })
    }
}

impl Judgements {
    /// Weights and the greatest difference.
    fn linear(&self) -> (Vec<f64>, f64) {
        let n = self.from_best.len();
        let mut rows = Vec::new();
        for j in 0..n {
            for (one, other, times) in [(self.best, j, self.from_best[j]), (j, self.worst, self.to_worst[j])] {
                if one != other {
                    let mut row = vec![0.0; n];
                    (row[one], row[other]) = (1.0, -times);
                    rows.push(row.iter().map(|value| -value).collect());
                    rows.push(row);
                }
            }
        }
        // Everything scales: instead of the least difference at weights of sum 1, the greatest sum at a difference of 1.
        match maximize(&vec![1.0; n], &rows, &vec![1.0; rows.len()]) {
            Some(weights) => {
                let total: f64 = weights.iter().sum();
                (weights.iter().map(|weight| weight / total).collect(), 1.0 / total)
            }
            None => (normalized(self.from_best.iter().map(|times| 1.0 / times).collect()), 0.0),
        }
    }

    /// Whether ratios within `ksi` of the judgements exist: bounds on best over worst, and on each over the worst.
    fn feasible(&self, ksi: f64) -> Option<Vec<f64>> {
        let whole = self.from_best[self.worst];
        let (mut low, mut high) = (whole - ksi, whole + ksi);
        for (a, b) in self
            .from_best
            .iter()
            .zip(&self.to_worst)
            .enumerate()
            .filter(|(j, _)| *j != self.best && *j != self.worst)
            .map(|(_, pair)| pair)
        {
            low = low.max((a - ksi).max(0.0) * (b - ksi).max(0.0));
            high = high.min((a + ksi) * (b + ksi));
        }
        if low > high {
            return None;
        }
        let top = f64::midpoint(low, high);
        let ratio = |j: usize| {
            let (a, b) = (self.from_best[j], self.to_worst[j]);
            let ceiling = if a > ksi { top / (a - ksi) } else { f64::INFINITY };
            f64::midpoint((b - ksi).max(top / (a + ksi)), (b + ksi).min(ceiling))
        };
        let of = |j: usize| {
            if j == self.best {
                top
            } else if j == self.worst {
                1.0
            } else {
                ratio(j)
            }
        };
        Some((0..self.from_best.len()).map(of).collect())
    }

    fn nonlinear(&self) -> (Vec<f64>, f64) {
        if let Some(ratios) = self.feasible(0.0) {
            return (normalized(ratios), 0.0);
        }
        let (mut low, mut high) = (0.0, self.from_best.iter().chain(&self.to_worst).copied().fold(1.0, f64::max));
        // Bisection to the last bit.
        while f64::midpoint(low, high) > low && f64::midpoint(low, high) < high {
            let middle = f64::midpoint(low, high);
            *(if self.feasible(middle).is_some() { &mut high } else { &mut low }) = middle;
        }
        (normalized(self.feasible(high).unwrap_or_else(|| self.to_worst.clone())), high)
    }
}

fn normalized(parts: Vec<f64>) -> Vec<f64> {
    let total: f64 = parts.iter().sum();
    parts.iter().map(|part| part / total).collect()
}

impl WeightMethod for BestWorst {
    fn weights(&self, names: &[&str], _: &[Tally]) -> Result<FittedWeights, String> {
        let judgements = self.judgements(names)?;
        let (weights, ksi) = match self.model {
            Model::Linear => judgements.linear(),
            Model::Nonlinear => judgements.nonlinear(),
        };
        let whole = judgements.from_best[judgements.worst];
        let apart = judgements.from_best.iter().zip(&judgements.to_worst).map(|(a, b)| (a * b - whole).abs());
        let ratio = if whole > 1.0 { apart.fold(0.0, f64::max) / (whole * whole - whole) } else { 0.0 };
        let mut fitted = FittedWeights { weights, ..FittedWeights::default() };
        fitted.details.insert("ksi".to_owned(), vec![ksi]);
        fitted.details.insert("input_consistency_ratio".to_owned(), vec![ratio]);
        Ok(fitted)
    }

    fn problems(&self, children: &[&str]) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (what, given) in [("best_to_others", &self.best_to_others), ("others_to_worst", &self.others_to_worst)] {
            for (name, times) in given {
                if !children.contains(&name.as_str()) {
                    let hint = crate::error::hint(name, children.iter().copied());
                    problems.push((what.to_owned(), format!("{name:?} is no child{hint}")));
                }
                if !(times.is_finite() && *times >= 1.0) {
                    problems.push((
                        format!("{what}.{name}"),
                        format!("{times} is no judgement; expected a number of at least 1"),
                    ));
                }
            }
        }
        if problems.is_empty()
            && let Err(message) = self.judgements(children)
        {
            problems.push((String::new(), message));
        }
        problems
    }

    fn formula(&self) -> String {
        match self.model {
            Model::Linear => "w minimizes the greatest of |w_B - a_Bj w_j| and |w_j - a_jW w_W|",
            Model::Nonlinear => "w minimizes the greatest of |w_B / w_j - a_Bj| and |w_j / w_W - a_jW|",
        }
        .to_owned()
    }

    fn latex(&self) -> String {
        match self.model {
            Model::Linear => r"\min_w \max_j \max\bigl(|w_B - a_{Bj} w_j|,\; |w_j - a_{jW} w_W|\bigr)",
            Model::Nonlinear => {
                r"\min_w \max_j \max\Bigl(\Bigl|\frac{w_B}{w_j} - a_{Bj}\Bigr|,\; \Bigl|\frac{w_j}{w_W} - a_{jW}\Bigr|\Bigr)"
            }
        }
        .to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "Rezaei (2015), doi:10.1016/j.omega.2014.11.009",
            "Rezaei (2016), doi:10.1016/j.omega.2015.12.001",
            "Liang, Brunelli and Rezaei (2020), doi:10.1016/j.omega.2019.102175",
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(best: &[f64], worst: &[f64], model: Model) -> (BestWorst, Vec<String>) {
        let names: Vec<String> = (0..best.len()).map(|i| format!("c{i}")).collect();
        let of = |list: &[f64]| names.iter().cloned().zip(list.iter().copied()).collect();
        (BestWorst { best_to_others: of(best), others_to_worst: of(worst), model }, names)
    }

    fn fit(best: &[f64], worst: &[f64], model: Model) -> FittedWeights {
        let (method, names) = method(best, worst, model);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(method.problems(&names).is_empty());
        method.weights(&names, &[]).expect("weights")
    }

    #[test]
    fn published_examples() {
        // Rezaei (2015), example 1, with the nonlinear model: 3 digits there.
        let fitted = fit(&[8.0, 2.0, 1.0], &[1.0, 5.0, 8.0], Model::Nonlinear);
        for (weight, expected) in fitted.weights.iter().zip([0.071, 0.338, 0.589]) {
            approx::assert_abs_diff_eq!(*weight, expected, epsilon = 2e-3);
        }
        approx::assert_abs_diff_eq!(fitted.details["ksi"][0], 0.26, epsilon = 5e-3);
        // The greatest difference of the linear model is the one it reports.
        let linear = fit(&[8.0, 2.0, 1.0], &[1.0, 5.0, 8.0], Model::Linear);
        let w = &linear.weights;
        let worst = [(w[2] - 8.0 * w[0]).abs(), (w[2] - 2.0 * w[1]).abs(), (w[1] - 5.0 * w[0]).abs()];
        approx::assert_relative_eq!(
            worst.iter().copied().fold(0.0, f64::max),
            linear.details["ksi"][0],
            max_relative = 1e-9
        );
    }

    #[test]
    fn judgements_without_contradiction_give_their_ratios() {
        for model in [Model::Linear, Model::Nonlinear] {
            let fitted = fit(&[1.0, 2.0, 8.0], &[8.0, 4.0, 1.0], model);
            for (weight, expected) in fitted.weights.iter().zip([8.0 / 13.0, 4.0 / 13.0, 1.0 / 13.0]) {
                approx::assert_relative_eq!(*weight, expected, max_relative = 1e-12);
            }
            assert_eq!((fitted.details["ksi"][0], fitted.details["input_consistency_ratio"][0]), (0.0, 0.0));
        }
        let (twice, names) = method(&[1.0, 2.0], &[3.0, 1.0], Model::Linear);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(twice.problems(&names)[0].1.contains("twice"));
    }
}
