//! `hybrid`: weights that combine those of other methods, such as judgements and dispersion.
//!
//! With the weights w_k of each method in `of`, scaled to sum one: `how = "product"` (default) w = prod w_k, scaled; `"geometric"` w =
//! prod w_k^a_k, scaled; `"mean"` w = sum a_k w_k, where `shares` gives a (equal ones when absent); `"game_theory"` w = sum a_k w_k with
//! the a that make w nearest to all w_k at once, sum_l a_l w_k . w_l = w_k . w_k, as absolute values scaled to sum one. Warnings of
//! the methods are passed on, as are their details, under the name of the method.

use serde::{Deserialize, Serialize};

use super::gaps;
use super::{FittedWeights, Over, Tally, WeightMethod, Weighting};
use crate::definition::shorthand;
use crate::numeric::solve::solve;

/// Weights that combine those of other methods.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hybrid {
    /// Which nodes the weights are fitted on; the methods inside follow.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// The methods.
    #[serde(with = "shorthand::list")]
    pub of: Vec<Weighting>,
    /// How they are combined.
    #[serde(skip_serializing_if = "Combination::is_product")]
    pub how: Combination,
    /// How much each method counts, for `mean` and `geometric`; equally when absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<f64>,
}

/// How weights are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// Multiplied.
    #[default]
    Product,
    /// Multiplied, each to a power.
    Geometric,
    /// Averaged.
    Mean,
    /// Averaged, with the shares that come nearest to all.
    GameTheory,
}

impl Combination {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_product(&self) -> bool {
        *self == Self::Product
    }
}

impl Hybrid {
    fn given_shares(&self) -> Vec<f64> {
        let shares = if self.shares.is_empty() { vec![1.0; self.of.len()] } else { self.shares.clone() };
        let total: f64 = shares.iter().sum();
        shares.iter().map(|share| share / total).collect()
    }
}

/// Shares for which the combined weights are nearest to all of them. None where two methods give the same weights.
fn nearest(parts: &[Vec<f64>]) -> Option<Vec<f64>> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let n = parts.len();
    let matrix = ndarray::Array2::from_shape_fn((n, n), |(k, l)| dot(&parts[k], &parts[l]));
    let right: Vec<f64> = parts.iter().map(|part| dot(part, part)).collect();
    let shares: Vec<f64> = solve(&matrix, &right)?.iter().map(|share| share.abs()).collect();
    let total: f64 = shares.iter().sum();
    (total > 0.0).then(|| shares.iter().map(|share| share / total).collect())
}

impl WeightMethod for Hybrid {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        self.of.iter().map(|method| method.method().passes()).max().unwrap_or(0)
    }

    fn update(&self, nodes: &[&[f64]], before: &[Tally], tally: &mut Tally) {
        tally.parts.resize_with(self.of.len(), Tally::default);
        for (k, (method, part)) in self.of.iter().zip(&mut tally.parts).enumerate() {
            if before.len() < method.method().passes() {
                let own: Vec<Tally> = before.iter().filter_map(|tally| tally.parts.get(k).cloned()).collect();
                method.method().update(nodes, &own, part);
            }
        }
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let mut fitted = FittedWeights::default();
        let mut parts = Vec::new();
        for (k, method) in self.of.iter().enumerate() {
            let passes = method.method().passes();
            let own: Vec<Tally> = tallies.iter().take(passes).filter_map(|tally| tally.parts.get(k).cloned()).collect();
            let found =
                method.method().weights(names, &own).map_err(|message| format!("{}: {message}", method.name()))?;
            let total: f64 = found.weights.iter().sum();
            parts.push(found.weights.iter().map(|weight| weight / total).collect::<Vec<f64>>());
            let told = |(node, message): (Option<String>, String)| (node, format!("{}: {message}", method.name()));
            fitted.warnings.extend(found.warnings.into_iter().map(told));
            fitted.details.insert(method.name().to_owned(), parts[k].clone());
            for (detail, numbers) in found.details {
                fitted.details.insert(format!("{} {detail}", method.name()), numbers);
            }
        }
        let mut shares = self.given_shares();
        if self.how == Combination::GameTheory {
            match nearest(&parts) {
                Some(found) => shares = found,
                None => {
                    fitted.warnings.push((None, "two methods give the same weights, so all count equally".to_owned()))
                }
            }
        }
        let combined = |i: usize| -> f64 {
            let own = parts.iter().map(|part| part[i]);
            match self.how {
                Combination::Product => own.product(),
                Combination::Geometric => own.zip(&shares).map(|(weight, share)| weight.powf(*share)).product(),
                Combination::Mean | Combination::GameTheory => {
                    own.zip(&shares).map(|(weight, share)| weight * share).sum()
                }
            }
        };
        let weights: Vec<f64> = (0..names.len()).map(combined).collect();
        let total: f64 = weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err("every node has weight 0 by one of the methods, so their product gives no weights".to_owned());
        }
        fitted.weights = weights.iter().map(|weight| weight / total).collect();
        if self.how != Combination::Product {
            for (method, share) in self.of.iter().zip(shares) {
                fitted.details.insert(format!("share of {}", method.name()), vec![share]);
            }
        }
        Ok(fitted)
    }

    fn problems(&self, children: &[&str]) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        if self.of.len() < 2 {
            problems.push(("of".to_owned(), "expected at least two methods".to_owned()));
        }
        let names: Vec<&str> = self.of.iter().map(Weighting::name).collect();
        if let Some(twice) = names.iter().enumerate().find(|(k, name)| names[..*k].contains(name)) {
            problems.push(("of".to_owned(), format!("{} stands there twice", twice.1)));
        }
        for (k, method) in self.of.iter().enumerate() {
            if matches!(method, Weighting::Hybrid(_)) {
                problems.push((format!("of[{k}]"), "a hybrid combines methods, not other hybrids".to_owned()));
            }
            // Weights over leaves are checked against leaves when they are fitted.
            if self.over == Over::Children {
                let below = |(path, message)| (format!("of[{k}].{}.{path}", method.name()), message);
                problems.extend(method.method().problems(children).into_iter().map(below));
            }
        }
        let bad = self.shares.iter().any(|share| !(share.is_finite() && *share >= 0.0))
            || self.shares.iter().sum::<f64>() <= 0.0;
        if !self.shares.is_empty() && (bad || self.shares.len() != self.of.len()) {
            problems.push(("shares".to_owned(), "expected one number of at least 0 per method, not all 0".to_owned()));
        }
        problems
    }

    fn formula(&self) -> String {
        let parts: Vec<String> =
            self.of.iter().map(|method| format!("{} ({})", method.name(), method.method().formula())).collect();
        let how = match self.how {
            Combination::Product => "the product",
            Combination::Geometric => "the weighted geometric mean",
            Combination::Mean => "the weighted mean",
            Combination::GameTheory => "the mean nearest to all",
        };
        format!("{how} of the weights of {}, scaled to sum 1", parts.join(" and "))
    }

    fn latex(&self) -> String {
        match self.how {
            Combination::Product => r"w_j \propto \prod_k w_{jk}",
            Combination::Geometric => r"w_j \propto \prod_k w_{jk}^{a_k}",
            Combination::Mean => r"w_j = \sum_k a_k w_{jk}",
            Combination::GameTheory => {
                r"w_j \propto \sum_k |a_k| w_{jk},\quad \sum_l a_l\, w_k \cdot w_l = w_k \cdot w_k"
            }
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;
    use crate::weights::{Cilos, Fixed, Std};

    fn hybrid(how: Combination, of: Vec<Weighting>) -> Hybrid {
        Hybrid { of, how, ..Hybrid::default() }
    }

    #[test]
    fn weights_by_hand() {
        // Spread gives 1/4 and 3/4; given weights 2/3 and 1/3.
        let given = || Weighting::Fixed(Fixed { weights: [("c0".to_owned(), 2.0), ("c1".to_owned(), 1.0)].into() });
        let nodes: [&[f64]; 2] = [&[0.0, 1.0, 2.0], &[0.0, 3.0, 6.0]];
        let weights =
            |how| fit(&hybrid(how, vec![Weighting::Std(Std::default()), given()]), &nodes).expect("weights").weights[0];
        approx::assert_relative_eq!(weights(Combination::Product), 0.4, max_relative = 1e-14);
        approx::assert_relative_eq!(weights(Combination::Mean), f64::midpoint(0.25, 2.0 / 3.0), max_relative = 1e-14);
        let root = (0.5f64 / 3.0).sqrt();
        approx::assert_relative_eq!(weights(Combination::Geometric), root / (root + 0.5), max_relative = 1e-14);
        // a . (w1.w1, w1.w2) = w1.w1: 0.625 a1 + 0.41667 a2 = 0.625; 0.41667 a1 + 0.55556 a2 = 0.55556: a = (2/3, 1/2) = (4/7, 3/7).
        approx::assert_relative_eq!(
            weights(Combination::GameTheory),
            4.0 / 7.0 / 4.0 + 3.0 / 7.0 * 2.0 / 3.0,
            max_relative = 1e-12
        );
    }

    #[test]
    fn methods_of_different_passes_go_together() {
        let nodes: [&[f64]; 2] = [&[0.0, 0.25, 1.0], &[0.25, 1.0, 0.5]];
        let of = vec![Weighting::Std(Std::default()), Weighting::Cilos(Cilos::default())];
        let fitted = fit(&hybrid(Combination::Mean, of), &nodes).expect("weights");
        approx::assert_relative_eq!(fitted.details["cilos"][0], 0.4, max_relative = 1e-12);
        assert_eq!(hybrid(Combination::Mean, vec![Weighting::Std(Std::default())]).problems(&["c0"]).len(), 1);
    }
}
