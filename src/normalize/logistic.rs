//! `logistic`: an S-shaped curve around the mean, so that outliers come ever closer to 0 and 1 without leaving them.
//!
//! score = 1 / (1 + exp(-k (x - m) / s)) with the observed mean m and standard deviation s (n - 1); direction -1 turns the
//! sign, so that the score of -x is one less that of x. `k` (1) is the steepness. A constant column has no such scale.

use serde::{Deserialize, Serialize};

use super::statistic::number;
use super::{Learned, Prepared, ScaleMethod, Scorer, Statistic, ordered};
use crate::definition::Direction;

/// Logistic curve around the mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logistic {
    /// Steepness at the mean, above 0 (1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<f64>,
}

impl ScaleMethod for Logistic {
    fn learns(&self, _: Direction) -> Vec<Statistic> {
        vec![Statistic::Mean, Statistic::Sd]
    }

    fn prepare(&self, direction: Direction, learned: &[Learned]) -> Result<Prepared, String> {
        let (mean, sd) = (number(learned, 0), number(learned, 1));
        if sd.is_nan() || sd <= 0.0 {
            return Ok(Prepared::undefined("the column does not vary, so it has no standard deviation to scale by"));
        }
        let turn = if direction == Direction::Less { -1.0 } else { 1.0 };
        Ok(Prepared::new(Curve { mean, slope: turn * self.k.unwrap_or(1.0) / sd }))
    }

    fn problems(&self, _: Direction) -> Vec<(String, String)> {
        let good = self.k.is_none_or(|k| k.is_finite() && k > 0.0);
        if good { vec![] } else { vec![("k".into(), "expected a positive number".into())] }
    }

    fn formula(&self, direction: Direction) -> String {
        let lead = if direction == Direction::More { "x - m" } else { "m - x" };
        format!(
            "1 / (1 + exp(-{} ({lead}) / s)), m the mean and s the standard deviation (n - 1)",
            self.k.unwrap_or(1.0)
        )
    }

    fn latex(&self, direction: Direction) -> String {
        let lead = if direction == Direction::More { r"x - \bar{x}" } else { r"\bar{x} - x" };
        format!(r"y = \frac{{1}}{{1 + \exp\bigl(-{} \frac{{{lead}}}{{s}}\bigr)}}", self.k.unwrap_or(1.0))
    }
}

#[derive(Debug)]
struct Curve {
    mean: f64,
    slope: f64,
}

impl Scorer for Curve {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        for (y, &x) in out.iter_mut().zip(values) {
            *y = 1.0 / (1.0 + (-self.slope * (x - self.mean)).exp());
        }
        true
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        domain.map_or([0.0, 1.0], |[low, high]| ordered(self.one(low), self.one(high)))
    }

    fn rule(&self, _: f64) -> String {
        format!("1 / (1 + exp({} * (value - {})))", -self.slope, self.mean)
    }

    fn total(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let learned = [Learned::Number(10.0), Learned::Number(2.0)];
        let scorer = |k, direction| Logistic { k }.prepare(direction, &learned).expect("varies").scorer;
        let more = scorer(None, Direction::More);
        assert_eq!(more.one(10.0), 0.5);
        // Two standard deviations above: 1 / (1 + e^-2); turned, what is left to one.
        approx::assert_relative_eq!(more.one(14.0), 0.880_797_077_977_882_4, max_relative = 1e-15);
        approx::assert_relative_eq!(
            scorer(None, Direction::Less).one(14.0),
            1.0 - more.one(14.0),
            max_relative = 1e-14
        );
        approx::assert_relative_eq!(scorer(Some(2.0), Direction::More).one(12.0), more.one(14.0), max_relative = 1e-15);
        assert_eq!((more.one(1e9), more.image(None), more.image(Some([10.0, 10.0]))), (1.0, [0.0, 1.0], [0.5, 0.5]));
    }

    #[test]
    fn a_constant_column_and_a_wrong_steepness() {
        let flat = Logistic::default().prepare(Direction::More, &[Learned::Number(1.0), Learned::Number(0.0)]);
        assert!(flat.expect("told").warning.expect("warning").contains("does not vary"));
        assert_eq!(Logistic { k: Some(-1.0) }.problems(Direction::More).len(), 1);
    }
}
