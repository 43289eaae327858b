//! `grey_relational`: how close a unit runs to the reference, child by child.
//!
//! With D_j = |ref_j - x_j| and its least and greatest value over the fitted rows: xi_j = (min D + rho max D) / (D_j + rho max D),
//! score = sum(w xi) / sum(w), in (0, 1] for fitted rows, more being better. The reference is the best fitted score of each
//! child, or a number for every one (`reference`). `extremes = "global"` (default) takes min and max over all children, `"per_child"`
//! over each; `rho` (0.5) sets how far apart scores lie. Where all D are 0, xi is 1 for a row on the reference and
//! 0 for one that is not. Scaling is the scale's business: minmax, or raw values over the mean or the initial value. Missing
//! children, and those without a fitted score, drop out and the weights of the others are scaled up. Deng (1982),
//! doi:10.1016/S0167-6911(82)80025-X.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{AggregateMethod, References, shares};
use crate::numeric::vectorized;
use crate::tally::Tally;

/// Grey relational degree.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GreyRelational {
    /// The distinguishing coefficient, in (0, 1] (0.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rho: Option<f64>,
    /// The reference of every child, in their order; the best fitted scores when absent.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub reference: IndexMap<String, f64>,
    /// Over what the least and greatest distances are taken (`global`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extremes: Option<Extremes>,
}

/// Over what the least and greatest distances are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extremes {
    /// All children together.
    #[default]
    Global,
    /// Each child by itself.
    PerChild,
}

/// The method with its reference.
#[derive(Debug)]
struct Fitted {
    rho: f64,
    reference: Vec<f64>,
    least: Vec<f64>,
    greatest: Vec<f64>,
}

/// Least and greatest of a child; NaN where it has no score.
fn ends(tally: &Tally, child: usize) -> (f64, f64) {
    let [least, most] = tally.extremes_of(child).ends.unwrap_or([f64::NAN; 2]);
    (least, most)
}

impl AggregateMethod for GreyRelational {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    fn complaint(&self, _: &[f64], _: &[f64]) -> Option<String> {
        Some("the reference is not fitted".to_owned())
    }

    fn monotone(&self) -> bool {
        false
    }

    // The distances from a best score need that score first.
    fn passes(&self) -> usize {
        if self.reference.is_empty() { 1 } else { 2 }
    }

    fn update(&self, children: &[&[f64]], _: &[f64], before: &[Tally], tally: &mut Tally) {
        let Some(first) = before.first() else {
            tally.see_extremes(children);
            return;
        };
        let distances: Vec<Vec<f64>> = children
            .iter()
            .enumerate()
            .map(|(i, child)| {
                // References are in the order of the children, which `learn` makes sure of.
                let best = first.extremes_of(i).max().unwrap_or(f64::NAN);
                let reference = self.reference.get_index(i).map_or(best, |(_, reference)| *reference);
                child.iter().map(|x| (reference - x).abs()).collect()
            })
            .collect();
        tally.see_extremes(&distances.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }

    fn learn(&self, names: &[&str], tallies: &[Tally]) -> Result<References, String> {
        let Some(first) = tallies.first() else { return Err("a pass is needed".to_owned()) };
        if let Some(name) = self.reference.keys().find(|name| !names.contains(&name.as_str())) {
            let near = crate::error::hint(name, names.iter().copied());
            return Err(format!("reference of {name:?}: no such child{near}"));
        }
        let in_order = names.iter().zip(self.reference.keys()).all(|(name, given)| *name == given.as_str());
        let complete = in_order && self.reference.len() == names.len();
        if !(self.reference.is_empty() || complete) {
            return Err("a reference must be given for every child, in the order of the children".to_owned());
        }
        let most = |i: usize| first.extremes_of(i).max();
        let mut reference: Vec<f64> =
            (0..names.len()).map(|i| self.reference.get(names[i]).copied().or(most(i)).unwrap_or(f64::NAN)).collect();
        if !(0..names.len()).any(|i| most(i).is_some()) {
            return Err("no child has a score".to_owned());
        }
        let (mut least, mut greatest): (Vec<f64>, Vec<f64>) = match tallies.get(1) {
            Some(second) => (0..names.len()).map(|i| ends(second, i)).unzip(),
            None => (0..names.len()).map(|i| ends(first, i)).map(|(least, most)| (0.0, most - least)).unzip(),
        };
        if self.extremes.unwrap_or_default() == Extremes::Global {
            let known = |values: &[f64]| values.iter().copied().filter(|value| value.is_finite()).collect::<Vec<_>>();
            let low = known(&least).into_iter().fold(f64::INFINITY, f64::min);
            let high = known(&greatest).into_iter().fold(f64::NEG_INFINITY, f64::max);
            least.fill(low);
            greatest.fill(high);
        }
        // What has no fitted score cannot be written as infinite: a greatest distance below 0 says it has no part.
        for ((reference, least), greatest) in reference.iter_mut().zip(&mut least).zip(&mut greatest) {
            if !(reference.is_finite() && least.is_finite() && greatest.is_finite()) {
                (*reference, *least, *greatest) = (0.0, 0.0, -1.0);
            }
        }
        let names = ["reference", "least_distance", "greatest_distance"];
        Ok(names.into_iter().map(str::to_owned).zip([reference, least, greatest]).collect())
    }

    fn prepare(&self, learned: &References, places: &[usize]) -> Result<Option<Box<dyn AggregateMethod>>, String> {
        let take = |name: &str| -> Result<Vec<f64>, String> {
            let all = learned.get(name).ok_or_else(|| format!("{name} is missing"))?;
            places.iter().map(|place| all.get(*place).copied().ok_or_else(|| format!("{name} is too short"))).collect()
        };
        Ok(Some(Box::new(Fitted {
            rho: self.rho.unwrap_or(0.5),
            reference: take("reference")?,
            least: take("least_distance")?,
            greatest: take("greatest_distance")?,
        })))
    }

    fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        if self.rho.is_some_and(|rho| !(rho > 0.0 && rho <= 1.0)) {
            problems.push(("rho".to_owned(), "expected a number in (0, 1]".to_owned()));
        }
        for (name, _) in self.reference.iter().filter(|(_, reference)| !reference.is_finite()) {
            problems.push((format!("reference.{name}"), "expected a finite number".to_owned()));
        }
        problems
    }

    fn formula(&self) -> &'static str {
        FORMULA
    }

    fn latex(&self) -> String {
        r"y = \frac{\sum_j w_j \xi_j}{\sum_j w_j},\quad \xi_j = \frac{\min D + \rho \max D}{D_j + \rho \max D},\quad D_j = |x_j^* - x_j|".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Deng (1982), doi:10.1016/S0167-6911(82)80025-X"]
    }
}

const FORMULA: &str = "sum(w xi) / sum(w), xi = (min D + rho max D) / (D + rho max D), D = |reference - x|";

/// xi of one score.
#[inline(always)]
fn relation((reference, top, wide): (f64, f64, f64), value: f64) -> f64 {
    let below = (reference - value).abs() + wide;
    if below == 0.0 { 1.0 } else { top / below }
}

impl Fitted {
    /// Reference, least distance plus rho times the greatest, and the latter; none for a child without fitted scores.
    fn numbers(&self, place: usize) -> Option<(f64, f64, f64)> {
        let wide = self.rho * self.greatest[place];
        (wide >= 0.0).then(|| (self.reference[place], self.least[place] + wide, wide))
    }
}

impl AggregateMethod for Fitted {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        let all: Vec<usize> = (0..values.len()).collect();
        self.observed(&all, values, weights, weights)
    }

    // Beyond the reference, more is further from it.
    fn monotone(&self) -> bool {
        false
    }

    fn observed(&self, places: &[usize], values: &[f64], kept: &[f64], _: &[f64]) -> f64 {
        self.parts(places, values, kept).iter().sum()
    }

    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let mut seen = vec![0.0; out.len()];
        vectorized(
            #[inline(always)]
            || {
                out.fill(0.0);
                for (place, (child, weight)) in children.iter().zip(weights).enumerate() {
                    // Without a part, a missing score still makes the sum missing where it must not be skipped.
                    let numbers = self.numbers(place);
                    let weight = if numbers.is_some() { *weight } else { 0.0 };
                    let numbers = numbers.unwrap_or((0.0, 1.0, 1.0));
                    for ((x, score), seen) in child.iter().zip(out.iter_mut()).zip(&mut seen) {
                        let there = !(skip && x.is_nan());
                        let part = weight * relation(numbers, *x);
                        *score += if there { part } else { 0.0 };
                        *seen += if there { weight } else { 0.0 };
                    }
                }
                // Nothing observed is 0 / 0, which is missing.
                for (score, seen) in out.iter_mut().zip(&seen) {
                    *score /= seen;
                }
            },
        );
        true
    }

    fn parts(&self, places: &[usize], values: &[f64], weights: &[f64]) -> Vec<f64> {
        let numbers: Vec<_> = places.iter().map(|place| self.numbers(*place)).collect();
        let kept = |(weight, numbers): (&f64, &Option<_>)| if numbers.is_some() { *weight } else { 0.0 };
        let kept: Vec<f64> = weights.iter().zip(&numbers).map(kept).collect();
        let one = |((numbers, value), share): ((&Option<_>, &f64), f64)| {
            numbers.map_or(0.0, |numbers| share * relation(numbers, *value))
        };
        let parts: Vec<f64> = numbers.iter().zip(values).zip(shares(&kept)).map(one).collect();
        if kept.iter().any(|weight| *weight > 0.0) { parts } else { vec![f64::NAN; values.len()] }
    }

    fn formula(&self) -> &'static str {
        FORMULA
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit_and_score;
    use super::*;

    #[test]
    fn known_values() {
        // D = 1, 0, 0.5 and 0, 2, 1: max D 2 over all, so xi = 1 / (D + 1).
        let rows: [&[f64]; 2] = [&[0.0, 1.0, 0.5], &[2.0, 0.0, 1.0]];
        let scores = fit_and_score(&GreyRelational::default(), &rows, &[1.0, 3.0]).expect("scores");
        for (score, expected) in scores.iter().zip([0.25 * 0.5 + 0.75, 0.25 + 0.75 / 3.0, 0.25 / 1.5 + 0.75 / 2.0]) {
            approx::assert_relative_eq!(*score, expected, max_relative = 1e-14);
        }
        let each = GreyRelational { extremes: Some(Extremes::PerChild), ..GreyRelational::default() };
        approx::assert_relative_eq!(
            fit_and_score(&each, &rows, &[1.0, 1.0]).expect("scores")[0],
            f64::midpoint(0.5 / 1.5, 1.0),
            max_relative = 1e-14
        );
    }

    #[test]
    fn given_references_and_constants() {
        let given = GreyRelational { reference: IndexMap::from([("c0".to_owned(), 2.0)]), ..GreyRelational::default() };
        // D = 2, 1: min 1, max 2: xi = 2 / 3, 1.
        approx::assert_relative_eq!(
            fit_and_score(&given, &[&[0.0, 1.0]], &[1.0]).expect("scores")[0],
            2.0 / 3.0,
            max_relative = 1e-14
        );
        assert!(
            fit_and_score(&given, &[&[0.0, 1.0], &[0.0, 1.0]], &[1.0, 1.0])
                .expect_err("partial")
                .contains("every child")
        );
        assert_eq!(fit_and_score(&GreyRelational::default(), &[&[3.0, 3.0]], &[1.0]).expect("scores"), [1.0, 1.0]);
        // A child that was never observed has no part; without any there is nothing to refer to.
        let (gone, there) = ([f64::NAN; 3], [0.0, 1.0, f64::NAN]);
        let scores = fit_and_score(&GreyRelational::default(), &[&gone, &there], &[3.0, 1.0]).expect("scores");
        assert_eq!(scores[..2], [1.0 / 3.0, 1.0]);
        assert!(scores[2].is_nan());
        let nothing = fit_and_score(&GreyRelational::default(), &[&gone], &[1.0]).expect_err("nothing");
        assert_eq!(nothing, "no child has a score");
    }
}
