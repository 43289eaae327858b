//! `topsis`: closeness to the ideal point, and distance from the worst one.
//!
//! With r the child scores, or r = x / sqrt(sum x^2) over the fitted rows (`normalization = "vector"`), the ideal r* and the
//! anti-ideal r' of each child, its greatest and least fitted value or numbers given (in units of the child scores), and
//! weights scaled to sum one: D+ = sqrt(sum (w (r* - r))^2), D- = sqrt(sum (w (r - r'))^2), score = D- / (D+ + D-), in [0, 1],
//! more being better. `weighting = "outside"` takes sqrt(sum w (r* - r)^2) instead, as many scripts do; ranks differ. Ideals
//! come from the fitted rows: adding rows can reverse ranks, so scores compare within one fit only. Beyond an ideal a child is
//! further from both points, so that more of it can lower the score. Missing children drop out of both distances, and so do
//! those whose ideal is their anti-ideal (constant ones); a row left without any has no score. Where no child that counts
//! varies there is an error. Hwang and Yoon (1981), doi:10.1007/978-3-642-48318-9.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{AggregateMethod, References};
use crate::numeric::vectorized;
use crate::tally::Tally;

/// Closeness to the ideal point.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Topsis {
    /// What is done to the child scores (`none`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalization: Option<Normalization>,
    /// Where the weights enter the distance (`inside`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighting: Option<WeightPlace>,
    /// Ideal scores by child; the greatest fitted one for children not named.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub ideal: IndexMap<String, f64>,
    /// Anti-ideal scores by child; the least fitted one for children not named.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub anti_ideal: IndexMap<String, f64>,
}

/// What is done to the child scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalization {
    /// Nothing: they are on one scale.
    #[default]
    None,
    /// Divided by the root of the sum of squares of the fitted rows.
    Vector,
}

/// Where the weights enter a distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightPlace {
    /// (w d)^2.
    #[default]
    Inside,
    /// w d^2.
    Outside,
}

/// The method with its ideals: per child the ideal, the anti-ideal, and what squared differences are multiplied with before
/// the weight.
#[derive(Debug)]
struct Fitted {
    ideal: Vec<f64>,
    anti: Vec<f64>,
    unit: Vec<f64>,
    place: WeightPlace,
}

impl AggregateMethod for Topsis {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    fn complaint(&self, _: &[f64], _: &[f64]) -> Option<String> {
        Some("the ideals are not fitted".to_owned())
    }

    fn monotone(&self) -> bool {
        false
    }

    fn passes(&self) -> usize {
        1
    }

    fn update(&self, children: &[&[f64]], _: &[f64], _: &[Tally], tally: &mut Tally) {
        // The length of a column needs its squares.
        if self.normalization == Some(Normalization::Vector) {
            tally.see(children);
        } else {
            tally.see_extremes(children);
        }
    }

    fn learn(&self, names: &[&str], tallies: &[Tally]) -> Result<References, String> {
        let Some(tally) = tallies.first() else { return Err("a pass is needed".to_owned()) };
        let moments = |i: usize| tally.moments.get(i).copied().unwrap_or_default();
        // A child without scores has 0 for both: it cannot be written as infinite, and has no part either way.
        let [least, most] = [0, 1].map(|end| {
            let of = |i: usize| tally.extremes_of(i).ends.map_or(0.0, |ends| ends[end]);
            (0..names.len()).map(of).collect::<Vec<f64>>()
        });
        for (what, given) in [("ideal", &self.ideal), ("anti_ideal", &self.anti_ideal)] {
            if let Some(name) = given.keys().find(|name| !names.contains(&name.as_str())) {
                return Err(format!(
                    "{what} of {name:?}: no such child{}",
                    crate::error::hint(name, names.iter().copied())
                ));
            }
        }
        let pick =
            |given: &IndexMap<String, f64>, i: usize, fitted: &[f64]| given.get(names[i]).copied().unwrap_or(fitted[i]);
        for (i, name) in names.iter().enumerate() {
            let (ideal, anti) = (pick(&self.ideal, i, &most), pick(&self.anti_ideal, i, &least));
            if ideal < anti && (self.ideal.contains_key(*name) || self.anti_ideal.contains_key(*name)) {
                return Err(format!("the ideal of {name:?}, {ideal}, lies below its anti-ideal, {anti}"));
            }
        }
        let square = |i: usize| moments(i).m2 + moments(i).count as f64 * moments(i).mean * moments(i).mean;
        let norm = |i: usize| if self.normalization == Some(Normalization::Vector) { square(i).sqrt() } else { 1.0 };
        let all = 0..names.len();
        Ok(References::from([
            ("ideal".to_owned(), all.clone().map(|i| pick(&self.ideal, i, &most)).collect()),
            ("anti_ideal".to_owned(), all.clone().map(|i| pick(&self.anti_ideal, i, &least)).collect()),
            ("norm".to_owned(), all.map(norm).collect()),
        ]))
    }

    fn prepare(&self, learned: &References, places: &[usize]) -> Result<Option<Box<dyn AggregateMethod>>, String> {
        let take = |name: &str| -> Result<Vec<f64>, String> {
            let all = learned.get(name).ok_or_else(|| format!("{name} is missing"))?;
            places.iter().map(|place| all.get(*place).copied().ok_or_else(|| format!("{name} is too short"))).collect()
        };
        let (ideal, anti, norm) = (take("ideal")?, take("anti_ideal")?, take("norm")?);
        if !ideal.iter().zip(&anti).any(|(ideal, anti)| ideal > anti) {
            return Err("no child varies between rows, or has an ideal above its anti-ideal".to_owned());
        }
        // A child that is constant, without scores, or with nothing but zeros has no part.
        let usable = |i: usize| ideal[i] > anti[i] && (ideal[i] - anti[i]).is_finite() && norm[i] > 0.0;
        let unit = (0..norm.len()).map(|i| if usable(i) { 1.0 / norm[i] } else { 0.0 }).collect();
        Ok(Some(Box::new(Fitted { ideal, anti, unit, place: self.weighting.unwrap_or_default() })))
    }

    fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (what, given) in [("ideal", &self.ideal), ("anti_ideal", &self.anti_ideal)] {
            for (name, _) in given.iter().filter(|(_, value)| !value.is_finite()) {
                problems.push((format!("{what}.{name}"), "expected a finite number".to_owned()));
            }
        }
        problems
    }

    fn formula(&self) -> &'static str {
        match (self.normalization.unwrap_or_default(), self.weighting.unwrap_or_default()) {
            (Normalization::None, WeightPlace::Inside) => TEXTS[0],
            (Normalization::None, WeightPlace::Outside) => TEXTS[1],
            (Normalization::Vector, WeightPlace::Inside) => TEXTS[2],
            (Normalization::Vector, WeightPlace::Outside) => TEXTS[3],
        }
    }

    fn latex(&self) -> String {
        let r = match self.normalization.unwrap_or_default() {
            Normalization::None => "",
            Normalization::Vector => r",\quad r_j = \frac{x_j}{\sqrt{\sum_i x_{ij}^2}}",
        };
        let distance = match self.weighting.unwrap_or_default() {
            WeightPlace::Inside => r"\sqrt{\sum_j (w_j (r_j - r_j^{\pm}))^2}",
            WeightPlace::Outside => r"\sqrt{\sum_j w_j (r_j - r_j^{\pm})^2}",
        };
        format!(r"y = \frac{{D^-}}{{D^+ + D^-}},\quad D^{{\pm}} = {distance}{r}")
    }

    fn references(&self) -> &'static [&'static str] {
        &["Hwang and Yoon (1981), doi:10.1007/978-3-642-48318-9"]
    }
}

const TEXTS: [&str; 4] = [
    "D- / (D+ + D-), D+ = sqrt(sum((w (x - ideal))^2)), D- = sqrt(sum((w (x - anti-ideal))^2))",
    "D- / (D+ + D-), D+ = sqrt(sum(w (x - ideal)^2)), D- = sqrt(sum(w (x - anti-ideal)^2))",
    "D- / (D+ + D-), D+ = sqrt(sum((w (r - ideal))^2)), D- = sqrt(sum((w (r - anti-ideal))^2)), r = x / sqrt(sum x^2)",
    "D- / (D+ + D-), D+ = sqrt(sum(w (r - ideal)^2)), D- = sqrt(sum(w (r - anti-ideal)^2)), r = x / sqrt(sum x^2)",
];

impl Fitted {
    fn factor(&self, child: usize, weight: f64) -> f64 {
        let unit = self.unit[child] * self.unit[child];
        unit * if self.place == WeightPlace::Inside { weight * weight } else { weight }
    }
}

impl AggregateMethod for Fitted {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        let all: Vec<usize> = (0..values.len()).collect();
        self.observed(&all, values, weights, weights)
    }

    // Beyond an ideal, more is further from it.
    fn monotone(&self) -> bool {
        false
    }

    fn observed(&self, places: &[usize], values: &[f64], kept: &[f64], _: &[f64]) -> f64 {
        let (mut plus, mut minus) = (0.0, 0.0);
        for ((place, value), weight) in places.iter().zip(values).zip(kept) {
            let factor = self.factor(*place, *weight);
            plus += factor * (value - self.ideal[*place]).powi(2);
            minus += factor * (value - self.anti[*place]).powi(2);
        }
        minus.sqrt() / (plus.sqrt() + minus.sqrt())
    }

    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let mut plus = vec![0.0; out.len()];
        vectorized(
            #[inline(always)]
            || {
                out.fill(0.0);
                for (place, (child, weight)) in children.iter().zip(weights).enumerate() {
                    let (factor, ideal, anti) = (self.factor(place, *weight), self.ideal[place], self.anti[place]);
                    if skip {
                        for ((x, plus), minus) in child.iter().zip(&mut plus).zip(out.iter_mut()) {
                            let there = if x.is_nan() { 0.0 } else { 1.0 };
                            let x = if x.is_nan() { 0.0 } else { *x };
                            *plus += there * factor * ((x - ideal) * (x - ideal));
                            *minus += there * factor * ((x - anti) * (x - anti));
                        }
                    } else {
                        for ((x, plus), minus) in child.iter().zip(&mut plus).zip(out.iter_mut()) {
                            *plus += factor * ((x - ideal) * (x - ideal));
                            *minus += factor * ((x - anti) * (x - anti));
                        }
                    }
                }
                for (plus, score) in plus.iter().zip(out.iter_mut()) {
                    let minus = score.sqrt();
                    *score = minus / (plus.sqrt() + minus);
                }
            },
        );
        // Where every child that varies is missing, both distances are zero and so the score is missing.
        true
    }

    fn formula(&self) -> &'static str {
        TEXTS[0]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit_and_score;
    use super::*;

    #[test]
    fn known_values() {
        // Two children on [0, 1], weights 1/2: (0.6, 0.8) is (0.4, 0.2) from the ideal and (0.6, 0.8) from the worst.
        let rows: [&[f64]; 2] = [&[0.0, 1.0, 0.6, 0.5], &[0.0, 1.0, 0.8, f64::NAN]];
        let scores = fit_and_score(&Topsis::default(), &rows, &[1.0, 1.0]).expect("scores");
        assert_eq!(scores[..2], [0.0, 1.0]);
        approx::assert_relative_eq!(scores[2], 1.0 / (1.0 + 0.2f64.sqrt()), max_relative = 1e-14);
        assert_eq!(scores[3], 0.5);
        // Weights 3 and 1 inside: 9 and 1; outside: 3 and 1.
        let weighted = |weighting| Topsis { weighting, ..Topsis::default() };
        let inside = fit_and_score(&weighted(None), &rows, &[3.0, 1.0]).expect("scores")[2];
        let (minus, plus) = ((9.0f64 * 0.36 + 0.64).sqrt(), (9.0f64 * 0.16 + 0.04).sqrt());
        approx::assert_relative_eq!(inside, minus / (minus + plus), max_relative = 1e-14);
        let outside = fit_and_score(&weighted(Some(WeightPlace::Outside)), &rows, &[3.0, 1.0]).expect("scores")[2];
        let (minus, plus) = ((3.0f64 * 0.36 + 0.64).sqrt(), (3.0f64 * 0.16 + 0.04).sqrt());
        approx::assert_relative_eq!(outside, minus / (minus + plus), max_relative = 1e-14);
    }

    #[test]
    fn nothing_that_varies_is_an_error() {
        assert!(fit_and_score(&Topsis::default(), &[&[1.0, 1.0]], &[1.0]).expect_err("constant").contains("varies"));
        let named = Topsis { ideal: IndexMap::from([("x".to_owned(), 1.0)]), ..Topsis::default() };
        assert!(fit_and_score(&named, &[&[0.0, 1.0]], &[1.0]).expect_err("name").contains("no such child"));
    }

    #[test]
    fn given_ideals_and_constant_children() {
        let ideals = |ideal: f64, anti: f64| Topsis {
            ideal: IndexMap::from([("c0".to_owned(), ideal)]),
            anti_ideal: IndexMap::from([("c0".to_owned(), anti)]),
            ..Topsis::default()
        };
        assert_eq!(fit_and_score(&ideals(4.0, 0.0), &[&[1.0, 3.0]], &[1.0]).expect("scores"), [0.25, 0.75]);
        // Beyond the ideal: 6 is 2 from it and 6 from the worst.
        assert_eq!(fit_and_score(&ideals(4.0, 0.0), &[&[6.0, 4.0]], &[1.0]).expect("scores"), [0.75, 1.0]);
        assert_eq!(
            fit_and_score(&ideals(1.0, 2.0), &[&[1.0, 3.0]], &[1.0]).expect_err("order"),
            "the ideal of \"c0\", 1, lies below its anti-ideal, 2"
        );
        assert_eq!(ideals(f64::INFINITY, f64::NAN).problems()[1].0, "anti_ideal.c0");
        // A constant child has no part; a row observed on nothing else has no score.
        let rows: [&[f64]; 2] = [&[0.0, 4.0, 1.0, f64::NAN], &[7.0, 7.0, 7.0, 7.0]];
        let scores = fit_and_score(&Topsis::default(), &rows, &[1.0, 9.0]).expect("scores");
        assert_eq!(scores[..3], [0.0, 1.0, 0.25]);
        assert!(scores[3].is_nan());
    }
}
