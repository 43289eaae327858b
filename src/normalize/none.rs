//! `none`: the value itself is the score (its negative where less is better).

use serde::{Deserialize, Serialize};

use super::{Learned, Prepared, ScaleMethod, Scorer, Shape, ordered};
use crate::definition::Direction;

/// No scale.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoScale {}

impl ScaleMethod for NoScale {
    fn prepare(&self, direction: Direction, _: &[Learned]) -> Result<Prepared, String> {
        Ok(Prepared::new(Identity { sign: if direction == Direction::More { 1.0 } else { -1.0 } }))
    }

    fn formula(&self, direction: Direction) -> String {
        if direction == Direction::More { "x".to_owned() } else { "-x".to_owned() }
    }

    fn latex(&self, direction: Direction) -> String {
        if direction == Direction::More { "y = x" } else { "y = -x" }.to_owned()
    }
}

#[derive(Debug)]
struct Identity {
    sign: f64,
}

impl Scorer for Identity {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        for (y, x) in out.iter_mut().zip(values) {
            *y = x * self.sign;
        }
        true
    }

    fn shape(&self) -> Option<Shape> {
        Some(Shape { rising: self.sign > 0.0, ..Shape::default() })
    }

    fn total(&self) -> bool {
        true
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        let [low, high] = domain.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
        ordered(low * self.sign, high * self.sign)
    }

    fn rule(&self, _: f64) -> String {
        "the value itself".to_owned()
    }
}
