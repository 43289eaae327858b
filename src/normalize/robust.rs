//! `robust`: distance to the median in interquartile ranges.
//!
//! score = (x - median) / (q75 - q25), quantiles of type 7 (Hyndman and Fan 1996, doi:10.2307/2684934); direction -1 turns
//! the sign.

use serde::{Deserialize, Serialize};

use super::anchor::{Anchor, Reference};
use super::linear::{Linear, Outside, Preset, Transform};
use crate::definition::Direction;

/// Median and interquartile range.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Robust {}

impl Preset for Robust {
    fn linear(&self, _: Direction) -> Linear {
        Linear {
            low: Anchor::Reference(Reference::MedianIqr(-1.0)),
            high: Anchor::Reference(Reference::MedianIqr(1.0)),
            to: [-1.0, 1.0],
            transform: Transform::None,
            outside: Outside::Extend,
        }
    }
}
