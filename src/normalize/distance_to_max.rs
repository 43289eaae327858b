//! `distance_to_max`: one minus the distance to the best observed value, in units of the observed range.
//!
//! score = 1 - (best - x) / (max - min), which is `minmax` onto [0, 1] under the name used in the literature.

use serde::{Deserialize, Serialize};

use super::linear::{Linear, Outside, Preset};
use super::minmax::Minmax;
use crate::definition::Direction;

/// Distance to the best observed value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DistanceToMax {
    /// What happens to values beyond the fitted extremes.
    #[serde(skip_serializing_if = "Outside::is_extend")]
    pub outside: Outside,
}

impl Preset for DistanceToMax {
    fn linear(&self, direction: Direction) -> Linear {
        Minmax { outside: self.outside, ..Minmax::default() }.linear(direction)
    }
}
