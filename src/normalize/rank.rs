//! `rank`: how many fitted values lie below, plus one.
//!
//! score = 1 + #{fitted values worse than x}; ties share the lowest rank. More is better for every rank score: with
//! direction -1 the fitted values above x are counted. A new value is ranked among the fitted ones.

use serde::{Deserialize, Serialize};

use super::{Learned, Prepared, ScaleMethod, Scorer, Statistic, ordered};
use crate::definition::Direction;
use crate::numeric::distribution::Distribution;

/// Ascending rank of the better.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rank {}

impl ScaleMethod for Rank {
    fn learns(&self, _: Direction) -> Vec<Statistic> {
        vec![Statistic::Distribution]
    }

    fn prepare(&self, direction: Direction, learned: &[Learned]) -> Result<Prepared, String> {
        Ok(Empirical::prepare(direction, learned, Form::Rank))
    }

    fn formula(&self, direction: Direction) -> String {
        format!("1 + number of fitted values {} x", side(direction))
    }

    fn latex(&self, direction: Direction) -> String {
        format!(r"y = 1 + \#\{{i : x_i {} x\}}", worse(direction))
    }
}

pub(super) fn side(direction: Direction) -> &'static str {
    if direction == Direction::More { "below" } else { "above" }
}

/// The sign that says "worse than".
pub(super) fn worse(direction: Direction) -> &'static str {
    if direction == Direction::More { "<" } else { ">" }
}

/// What is made of the number of worse values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Rank,
    Borda,
    PercentileMin,
    PercentileAverage,
}

/// A fitted empirical distribution.
#[derive(Debug)]
pub(super) struct Empirical {
    distribution: Distribution,
    less: bool,
    form: Form,
}

impl Empirical {
    pub(super) fn prepare(direction: Direction, learned: &[Learned], form: Form) -> Prepared {
        let Some(Learned::Distribution(distribution)) = learned.first() else {
            return Prepared::undefined("no value was observed, so nothing could be fitted");
        };
        let percentile = matches!(form, Form::PercentileMin | Form::PercentileAverage);
        if percentile && distribution.len() < 2 {
            return Prepared::undefined("a percentile needs at least two observed values");
        }
        let distribution = distribution.clone();
        Prepared::new(Self { distribution, less: direction == Direction::Less, form })
    }

    fn at(&self, x: f64) -> f64 {
        if x.is_nan() {
            return f64::NAN;
        }
        let (all, below, equal) = (self.distribution.len(), self.distribution.below(x), self.distribution.equal(x));
        let worse = if self.less { all - below - equal } else { below } as f64;
        match self.form {
            Form::Rank => worse + 1.0,
            Form::Borda => worse,
            Form::PercentileMin => worse / (all - 1) as f64,
            Form::PercentileAverage => (worse + (equal.max(1) - 1) as f64 / 2.0) / (all - 1) as f64,
        }
    }
}

impl Scorer for Empirical {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        for (y, &x) in out.iter_mut().zip(values) {
            *y = self.at(x);
        }
        true
    }

    fn total(&self) -> bool {
        true
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        let observed = [self.distribution.quantile(0.0), self.distribution.quantile(1.0)];
        let [low, high] = domain.unwrap_or(observed);
        ordered(self.at(low), self.at(high))
    }

    fn rule(&self, _: f64) -> String {
        format!("place among {} fitted values", self.distribution.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{Borda, Percentile, PercentileTies};

    fn learned() -> Vec<Learned> {
        vec![Learned::Distribution(Distribution::of(&[3.0, 1.0, 2.0, 2.0]))]
    }

    #[test]
    fn ranks_ascend_with_the_better_and_ties_share_the_lowest() {
        let more = Rank {}.prepare(Direction::More, &learned()).expect("ranks").scorer;
        assert_eq!([1.0, 2.0, 3.0, 2.5].map(|x| more.one(x)), [1.0, 2.0, 4.0, 4.0]);
        let less = Rank {}.prepare(Direction::Less, &learned()).expect("ranks").scorer;
        assert_eq!([1.0, 2.0, 3.0].map(|x| less.one(x)), [4.0, 2.0, 1.0]);
        let borda = Borda {}.prepare(Direction::More, &learned()).expect("ranks").scorer;
        assert_eq!([1.0, 2.0, 3.0].map(|x| borda.one(x)), [0.0, 1.0, 3.0]);
    }

    #[test]
    fn percentiles_name_their_tie_rule() {
        let least = Percentile::default().prepare(Direction::More, &learned()).expect("ranks").scorer;
        assert_eq!([1.0, 2.0, 3.0].map(|x| least.one(x)), [0.0, 1.0 / 3.0, 1.0]);
        let average = Percentile { ties: PercentileTies::Average };
        let average = average.prepare(Direction::More, &learned()).expect("ranks").scorer;
        assert_eq!(average.one(2.0), 0.5);
        assert!(average.one(f64::NAN).is_nan());
    }
}
