//! `minmax`: the worst observed value gets the lower end of `to`, the best the upper end.
//!
//! score = to[0] + (x - min) / (max - min) * (to[1] - to[0]); with direction -1 the numerator is max - x.
//! A constant column has no such scale: its scores are missing, with a warning.

use serde::{Deserialize, Serialize};

use super::anchor::{Anchor, Reference};
use super::linear::{Linear, Outside, Preset, Transform, is_unit, unit};
use crate::definition::Direction;

/// Between the observed extremes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Minmax {
    /// The scores of the worst and the best value.
    #[serde(skip_serializing_if = "is_unit")]
    pub to: [f64; 2],
    /// What happens to values beyond the fitted extremes.
    #[serde(skip_serializing_if = "Outside::is_extend")]
    pub outside: Outside,
}

impl Default for Minmax {
    fn default() -> Self {
        Self { to: unit(), outside: Outside::Extend }
    }
}

impl Preset for Minmax {
    fn linear(&self, _: Direction) -> Linear {
        Linear {
            low: Anchor::Reference(Reference::Min),
            high: Anchor::Reference(Reference::Max),
            to: self.to,
            transform: Transform::None,
            outside: self.outside,
        }
    }
}
