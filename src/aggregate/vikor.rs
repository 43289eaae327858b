//! `vikor`: the compromise between the group's satisfaction and the worst regret.
//!
//! With best and worst the greatest and least fitted score of each child, weights scaled to sum one and d_j = w_j (best_j - x_j)
//! / (best_j - worst_j): S = sum d (utility), R = max d (regret), Q = v (S - S*) / (S' - S*) + (1 - v) (R - R*) / (R' - R*) with S*,
//! R* the least and S', R' the greatest fitted ones. In the source a small Q is good; **the score is 1 - Q**, so that more is
//! better, 1 for a unit that is best in both. `v` (0.5) is how much the majority counts. A constant child has no part;
//! where all S (or all R) are equal that term is 0; where no child varies there is an error. Missing children drop out and
//! the weights of the others are scaled up. References come from the fitted rows: adding rows can reverse ranks. Opricovic
//! and Tzeng (2004), doi:10.1016/S0377-2217(03)00020-1.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use serde::{Deserialize, Serialize};

use super::{AggregateMethod, References};
use crate::numeric::vectorized;
use crate::tally::Tally;

/// Rows at a time.
const TILE: usize = 64;

/// Compromise ranking.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vikor {
    /// How much the majority counts against the worst regret, in [0, 1] (0.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v: Option<f64>,
}

/// Best scores and, for children that vary, one over the distance from best to worst.
#[derive(Debug)]
struct Regret {
    best: Vec<f64>,
    unit: Vec<f64>,
}

/// The method with its references.
#[derive(Debug)]
struct Fitted {
    regret: Regret,
    v: f64,
    /// Least and greatest S, then R.
    utility: [f64; 2],
    worst: [f64; 2],
}

impl Regret {
    fn of(best: Vec<f64>, worst: &[f64]) -> Self {
        let unit = best.iter().zip(worst).map(|(best, worst)| if best > worst { 1.0 / (best - worst) } else { 0.0 });
        let unit: Vec<f64> = unit.map(|unit| if unit.is_finite() { unit } else { 0.0 }).collect();
        let best = best.iter().map(|best| if best.is_finite() { *best } else { 0.0 }).collect();
        Self { best, unit }
    }

    /// S and R of one row, from the children at these places.
    fn one(&self, places: &[usize], values: &[f64], weights: &[f64]) -> [f64; 2] {
        let total: f64 = weights.iter().sum();
        let (mut utility, mut worst, mut used) = (0.0, f64::NEG_INFINITY, false);
        for ((place, value), weight) in places.iter().zip(values).zip(weights) {
            if self.unit[*place] > 0.0 {
                let d = weight / total * ((self.best[*place] - value) * self.unit[*place]);
                utility += d;
                worst = f64::max(worst, d);
                used = true;
            }
        }
        if used { [utility, worst] } else { [f64::NAN; 2] }
    }

    /// S and R of a block; with `skip` from the observed children, else missing where one is.
    #[inline(always)]
    fn block<const SKIP: bool>(&self, children: &[&[f64]], weights: &[f64], utility: &mut [f64], worst: &mut [f64]) {
        let total: f64 = weights.iter().sum();
        // A few rows at a time, so that sums stay in registers and the first-level cache.
        for (tile, (utility, worst)) in utility.chunks_mut(TILE).zip(worst.chunks_mut(TILE)).enumerate() {
            let rows = tile * TILE..tile * TILE + utility.len();
            let (mut sum, mut most, mut seen) = ([0.0; TILE], [f64::NEG_INFINITY; TILE], [0.0; TILE]);
            for (place, (child, weight)) in children.iter().zip(weights).enumerate() {
                let child = child.get(rows.clone()).unwrap_or_default();
                let (best, factor) = (self.best[place], weight / total * self.unit[place]);
                if self.unit[place] > 0.0 {
                    for ((x, sum), most) in child.iter().zip(&mut sum).zip(&mut most) {
                        let d = (best - x) * factor;
                        *sum += if SKIP && d.is_nan() { 0.0 } else { d };
                        *most = if d > *most { d } else { *most };
                    }
                } else if !SKIP {
                    for (x, sum) in child.iter().zip(&mut sum) {
                        *sum += x * 0.0; // missing where x is
                    }
                }
                if SKIP {
                    for (x, seen) in child.iter().zip(&mut seen) {
                        *seen += if x.is_nan() { 0.0 } else { *weight };
                    }
                }
            }
            let sums = sum.iter().zip(&most).zip(&seen);
            for (((sum, most), seen), (utility, worst)) in sums.zip(utility.iter_mut().zip(worst.iter_mut())) {
                // All weights observed: the factor is exactly 1.
                let up = if SKIP { total / seen } else { 1.0 };
                let known = *most > f64::NEG_INFINITY && !sum.is_nan();
                *utility = if known { sum * up } else { f64::NAN };
                *worst = if known { most * up } else { f64::NAN };
            }
        }
    }

    fn both(&self, children: &[&[f64]], weights: &[f64], skip: bool, utility: &mut [f64], worst: &mut [f64]) {
        vectorized(
            #[inline(always)]
            || {
                if skip {
                    self.block::<true>(children, weights, utility, worst);
                } else {
                    self.block::<false>(children, weights, utility, worst);
                }
            },
        );
    }
}

/// What was never observed cannot be written as infinite; with 0 for best and worst it has no part.
fn ends(tally: &Tally, node: usize) -> [f64; 2] {
    tally.extremes_of(node).ends.unwrap_or_default()
}

impl Vikor {
    fn extremes(tally: &Tally, count: usize) -> Regret {
        let end = |end: usize| (0..count).map(|i| ends(tally, i)[end]).collect::<Vec<f64>>();
        Regret::of(end(1), &end(0))
    }
}

impl AggregateMethod for Vikor {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    fn complaint(&self, _: &[f64], _: &[f64]) -> Option<String> {
        Some("the references are not fitted".to_owned())
    }

    fn monotone(&self) -> bool {
        true
    }

    fn passes(&self) -> usize {
        2
    }

    fn update(&self, children: &[&[f64]], weights: &[f64], before: &[Tally], tally: &mut Tally) {
        let Some(extremes) = before.first() else {
            tally.see_extremes(children);
            return;
        };
        let rows = children.first().map_or(0, |child| child.len());
        let (mut utility, mut worst) = (vec![0.0; rows], vec![0.0; rows]);
        let regret = Self::extremes(extremes, children.len());
        regret.both(children, weights, false, &mut utility, &mut worst);
        // Rows with gaps are few: the mask is used only where it changes something.
        if utility.iter().any(|x| x.is_nan()) {
            regret.both(children, weights, true, &mut utility, &mut worst);
        }
        tally.see_extremes(&[&utility, &worst]);
    }

    fn learn(&self, names: &[&str], tallies: &[Tally]) -> Result<References, String> {
        let [extremes, second] = tallies else {
            return Err("two passes are needed".to_owned());
        };
        let all = |end: usize| (0..names.len()).map(|i| ends(extremes, i)[end]).collect::<Vec<f64>>();
        let pair = |i: usize| ends(second, i);
        let (best, worst) = (all(1), all(0));
        if !best.iter().zip(&worst).any(|(best, worst)| best > worst) {
            return Err("no child varies between rows".to_owned());
        }
        let (utility, regret) = (pair(0), pair(1));
        Ok(References::from([
            ("best".to_owned(), best),
            ("worst".to_owned(), worst),
            ("s_best".to_owned(), vec![utility[0]]),
            ("s_worst".to_owned(), vec![utility[1]]),
            ("r_best".to_owned(), vec![regret[0]]),
            ("r_worst".to_owned(), vec![regret[1]]),
        ]))
    }

    fn prepare(&self, learned: &References, places: &[usize]) -> Result<Option<Box<dyn AggregateMethod>>, String> {
        let all = |name: &str| learned.get(name).ok_or_else(|| format!("{name} is missing"));
        let take = |name: &str| -> Result<Vec<f64>, String> {
            let all = all(name)?;
            places.iter().map(|place| all.get(*place).copied().ok_or_else(|| format!("{name} is too short"))).collect()
        };
        let one = |name: &str| all(name)?.first().copied().ok_or_else(|| format!("{name} is empty"));
        let regret = Regret::of(take("best")?, &take("worst")?);
        if !regret.unit.iter().any(|unit| *unit > 0.0) {
            return Err("no child with weight varies between rows".to_owned());
        }
        Ok(Some(Box::new(Fitted {
            regret,
            v: self.v.unwrap_or(0.5),
            utility: [one("s_best")?, one("s_worst")?],
            worst: [one("r_best")?, one("r_worst")?],
        })))
    }

    fn problems(&self) -> Vec<(String, String)> {
        let bad = self.v.is_some_and(|v| !(0.0..=1.0).contains(&v));
        bad.then(|| ("v".to_owned(), "expected a number in [0, 1]".to_owned())).into_iter().collect()
    }

    fn formula(&self) -> &'static str {
        FORMULA
    }

    fn latex(&self) -> String {
        r"y = 1 - v \frac{S - S^*}{S' - S^*} - (1 - v) \frac{R - R^*}{R' - R^*},\quad S = \sum_j d_j,\; R = \max_j d_j,\; d_j = w_j \frac{x_j^* - x_j}{x_j^* - x_j'}".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Opricovic and Tzeng (2004), doi:10.1016/S0377-2217(03)00020-1"]
    }
}

const FORMULA: &str = "1 - v (S - S*) / (S' - S*) - (1 - v) (R - R*) / (R' - R*), S = sum d, R = max d, d = w (best - x) / (best - worst)";

impl Fitted {
    fn score(&self, utility: f64, worst: f64) -> f64 {
        // What does not count must not make the score of an infinite end undefined.
        let part = |share: f64, value: f64, [least, most]: [f64; 2]| {
            if most > least && share > 0.0 { share * ((value - least) / (most - least)) } else { 0.0 }
        };
        let score = 1.0 - part(self.v, utility, self.utility) - part(1.0 - self.v, worst, self.worst);
        if utility.is_nan() { f64::NAN } else { score }
    }
}

impl AggregateMethod for Fitted {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        let all: Vec<usize> = (0..values.len()).collect();
        self.observed(&all, values, weights, weights)
    }

    // S and R fall when a child rises, wherever it stands.
    fn monotone(&self) -> bool {
        true
    }

    fn observed(&self, places: &[usize], values: &[f64], kept: &[f64], _: &[f64]) -> f64 {
        let [utility, worst] = self.regret.one(places, values, kept);
        self.score(utility, worst)
    }

    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let mut worst = vec![0.0; out.len()];
        self.regret.both(children, weights, skip, out, &mut worst);
        for (score, worst) in out.iter_mut().zip(&worst) {
            *score = self.score(*score, *worst);
        }
        true
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
        // Equal weights on [0, 1]: S = 1, 0, 0.5, 0.5; R = 0.5, 0, 0.5, 0.25.
        let rows: [&[f64]; 2] = [&[0.0, 1.0, 1.0, 0.5], &[0.0, 1.0, 0.0, 0.5]];
        let scores = fit_and_score(&Vikor::default(), &rows, &[2.0, 2.0]).expect("scores");
        assert_eq!(scores, [0.0, 1.0, 0.25, 0.5]);
        let regret = fit_and_score(&Vikor { v: Some(0.0) }, &rows, &[2.0, 2.0]).expect("scores");
        assert_eq!(regret, [0.0, 1.0, 0.0, 0.5]);
    }

    #[test]
    fn missing_and_constant_children() {
        let rows: [&[f64]; 3] = [&[0.0, 1.0, 0.5], &[0.0, 1.0, f64::NAN], &[5.0, 5.0, 5.0]];
        let scores = fit_and_score(&Vikor::default(), &rows, &[1.0, 1.0, 1.0]).expect("scores");
        assert!((0.0..=1.0).contains(&scores[2]));
        assert!(fit_and_score(&Vikor::default(), &[&[1.0, 1.0]], &[1.0]).is_err());
        assert_eq!(Vikor { v: Some(2.0) }.problems().len(), 1);
    }
}
