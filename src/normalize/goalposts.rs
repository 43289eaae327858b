//! `goalposts`: a line between two fixed goalposts, clipped unless said otherwise.
//!
//! score = to[0] + (t(x) - t(low)) / (t(high) - t(low)) * (to[1] - to[0]). UNDP (2022), *Human Development Report*,
//! technical note 1, uses it with t = ln for income.

use serde::{Deserialize, Serialize};

use super::anchor::Anchor;
use super::linear::{Linear, Outside, Preset, Transform, is_unit, unit};
use crate::definition::Direction;

/// Fixed goalposts, in original units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goalposts {
    /// The lower goalpost.
    pub low: f64,
    /// The higher goalpost.
    pub high: f64,
    /// The scores of the worse and the better goalpost.
    #[serde(default = "unit", skip_serializing_if = "is_unit")]
    pub to: [f64; 2],
    /// Applied to values and goalposts first.
    #[serde(default, skip_serializing_if = "Transform::is_none")]
    pub transform: Transform,
    /// What happens to values beyond the goalposts.
    #[serde(default = "clip")]
    pub outside: Outside,
}

fn clip() -> Outside {
    Outside::Clip
}

impl Preset for Goalposts {
    fn linear(&self, _: Direction) -> Linear {
        Linear {
            low: Anchor::Number(self.low),
            high: Anchor::Number(self.high),
            to: self.to,
            transform: self.transform,
            outside: self.outside,
        }
    }

    fn sources(&self) -> &'static [&'static str] {
        &["UNDP (2022), Human Development Report, technical note 1"]
    }
}
