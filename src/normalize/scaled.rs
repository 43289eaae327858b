//! `scaled`: a line through two fixed values that goes on beyond them.
//!
//! score = to[0] + (x - low) / (high - low) * (to[1] - to[0]), onto [0, 100] unless said otherwise.

use serde::{Deserialize, Serialize};

use super::anchor::Anchor;
use super::linear::{Linear, Outside, Preset, Transform};
use crate::definition::Direction;

/// A line through two fixed values, in original units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaled {
    /// The lower value.
    pub low: f64,
    /// The higher value.
    pub high: f64,
    /// The scores of the worse and the better of them.
    #[serde(default = "percent", skip_serializing_if = "is_percent")]
    pub to: [f64; 2],
}

fn percent() -> [f64; 2] {
    [0.0, 100.0]
}

fn is_percent(to: &[f64; 2]) -> bool {
    *to == percent()
}

impl Preset for Scaled {
    fn linear(&self, _: Direction) -> Linear {
        Linear {
            low: Anchor::Number(self.low),
            high: Anchor::Number(self.high),
            to: self.to,
            transform: Transform::None,
            outside: Outside::Extend,
        }
    }
}
