//! `distance_to_reference`: one minus the distance to a named unit, in units of its lead over the worst.
//!
//! score = 1 - (x_ref - x) / (x_ref - min) where more is better; where less is better the same on -x, so the unit named
//! by `unit` gets 1 and the worst observed value 0. `outside = "clip"` caps the score at 1.

use serde::{Deserialize, Serialize};

use super::anchor::{Anchor, Reference};
use super::linear::{Linear, Outside, Preset, Transform, unit};
use crate::definition::Direction;

/// Distance to a named unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistanceToReference {
    /// The label of the unit.
    pub unit: String,
    /// What happens to values beyond the anchors.
    #[serde(default, skip_serializing_if = "Outside::is_extend")]
    pub outside: Outside,
}

impl Preset for DistanceToReference {
    fn linear(&self, direction: Direction) -> Linear {
        between_worst_and(Anchor::Reference(Reference::Unit(self.unit.clone())), direction, self.outside)
    }
}

/// A line from the worst observed value to an anchor on the better side.
pub(super) fn between_worst_and(best: Anchor, direction: Direction, outside: Outside) -> Linear {
    let (low, high) = match direction {
        Direction::More => (Anchor::Reference(Reference::Min), best),
        Direction::Less => (best, Anchor::Reference(Reference::Max)),
    };
    Linear { low, high, to: unit(), transform: Transform::None, outside }
}
