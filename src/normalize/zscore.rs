//! `zscore`: distance to the mean in standard deviations.
//!
//! score = mean + sd * (x - m) / s with the observed mean m and standard deviation s (n - 1); direction -1 turns the sign.

use serde::{Deserialize, Serialize};

use super::anchor::{Anchor, Reference};
use super::linear::{Linear, Outside, Preset, Transform};
use crate::definition::Direction;

/// Standard scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zscore {
    /// The mean of the scores.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
}

impl Default for Zscore {
    fn default() -> Self {
        Self { mean: 0.0, sd: 1.0 }
    }
}

impl Preset for Zscore {
    fn linear(&self, _: Direction) -> Linear {
        // Anchors on both sides of the mean, so that turning the line turns the sign.
        Linear {
            low: Anchor::Reference(Reference::MeanSd(-1.0)),
            high: Anchor::Reference(Reference::MeanSd(1.0)),
            to: [self.mean - self.sd, self.mean + self.sd],
            transform: Transform::None,
            outside: Outside::Extend,
        }
    }

    fn own_formula(&self, direction: Direction) -> Option<[String; 2]> {
        let (words, latex) = match direction {
            Direction::More => ("(x - m) / s", r"\frac{x - \bar{x}}{s}"),
            Direction::Less => ("(m - x) / s", r"\frac{\bar{x} - x}{s}"),
        };
        let before = |times: &str| match [self.mean, self.sd] {
            [0.0, 1.0] => String::new(),
            [0.0, sd] => format!("{sd} {times} "),
            [mean, sd] => format!("{mean} + {sd} {times} "),
        };
        let words = format!("{}{words}, m the mean and s the standard deviation (n - 1)", before("*"));
        Some([words, format!("y = {}{latex}", before(r"\cdot"))])
    }

    fn more_problems(&self) -> Vec<(String, String)> {
        if self.sd > 0.0 { vec![] } else { vec![("sd".into(), "expected a positive number".into())] }
    }
}
