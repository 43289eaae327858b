//! `fraction_of_max`: the value as a fraction of the best observed one.
//!
//! score = x / max where more is better, min / x where less is better: the best unit gets 1 either way. (Dividing the
//! sign-flipped column by its maximum, as some software does, would rank the best unit last.) Values must be positive.

use serde::{Deserialize, Serialize};

use super::statistic::number;
use super::{Learned, Prepared, ScaleMethod, Scorer, Statistic, ordered};
use crate::definition::Direction;

/// Fraction of the best value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FractionOfMax {}

impl ScaleMethod for FractionOfMax {
    fn learns(&self, _: Direction) -> Vec<Statistic> {
        vec![Statistic::Min, Statistic::Max]
    }

    fn prepare(&self, direction: Direction, learned: &[Learned]) -> Result<Prepared, String> {
        let observed = [number(learned, 0), number(learned, 1)];
        if observed[0].is_nan() {
            return Ok(Prepared::undefined("no value was observed, so nothing could be fitted"));
        }
        if observed[0] <= 0.0 {
            return Err(format!("the smallest value is {}; a fraction of the best needs positive values", observed[0]));
        }
        Ok(Prepared::new(Fraction { observed, less: direction == Direction::Less }))
    }

    fn formula(&self, direction: Direction) -> String {
        if direction == Direction::More { "x / max".to_owned() } else { "min / x".to_owned() }
    }

    fn latex(&self, direction: Direction) -> String {
        if direction == Direction::More { r"y = \frac{x}{\max x}" } else { r"y = \frac{\min x}{x}" }.to_owned()
    }
}

#[derive(Debug)]
struct Fraction {
    observed: [f64; 2],
    less: bool,
}

impl Scorer for Fraction {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        let mut fine = true;
        for (y, &x) in out.iter_mut().zip(values) {
            fine &= x > 0.0 || x.is_nan();
            *y = if self.less { self.observed[0] / x } else { x / self.observed[1] };
        }
        fine
    }

    fn complaint(&self, value: f64) -> Option<String> {
        (value <= 0.0).then(|| "expected a positive value".to_owned())
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        let [low, high] = domain.unwrap_or(self.observed);
        ordered(self.one(low), self.one(high))
    }

    fn rule(&self, _: f64) -> String {
        if self.less { format!("{} / value", self.observed[0]) } else { format!("value / {}", self.observed[1]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_unit_gets_one_in_both_directions() {
        let learned = [Learned::Number(2.0), Learned::Number(10.0)];
        let more = FractionOfMax {}.prepare(Direction::More, &learned).expect("positive").scorer;
        assert_eq!([2.0, 5.0, 10.0].map(|x| more.one(x)), [0.2, 0.5, 1.0]);
        let less = FractionOfMax {}.prepare(Direction::Less, &learned).expect("positive").scorer;
        assert_eq!([2.0, 5.0, 10.0].map(|x| less.one(x)), [1.0, 0.4, 0.2]);
        assert!(!less.score(&[0.0], &mut [0.0]));
        assert!(FractionOfMax {}.prepare(Direction::More, &[Learned::Number(0.0), Learned::Number(1.0)]).is_err());
    }
}
