//! `distance_to_target`: how far a unit has come from the worst observed value to a target.
//!
//! score = (x - min) / (target - min) where more is better, (max - x) / (max - target) where less is better; the target
//! is in original units. `outside = "clip"` caps the score at 1.

use serde::{Deserialize, Serialize};

use super::anchor::Anchor;
use super::distance_to_reference::between_worst_and;
use super::linear::{Linear, Outside, Preset};
use crate::definition::Direction;

/// Distance to a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistanceToTarget {
    /// The target, in original units.
    pub target: f64,
    /// What happens to values beyond the anchors.
    #[serde(default, skip_serializing_if = "Outside::is_extend")]
    pub outside: Outside,
}

impl Preset for DistanceToTarget {
    fn linear(&self, direction: Direction) -> Linear {
        between_worst_and(Anchor::Number(self.target), direction, self.outside)
    }

    fn more_problems(&self) -> Vec<(String, String)> {
        if self.target.is_finite() { vec![] } else { vec![("target".into(), "expected a finite number".into())] }
    }
}
