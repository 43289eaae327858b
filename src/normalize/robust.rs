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

    fn own_formula(&self, direction: Direction) -> Option<[String; 2]> {
        let (words, latex) = match direction {
            Direction::More => ("x - median", r"x - Q_{0.5}"),
            Direction::Less => ("median - x", r"Q_{0.5} - x"),
        };
        let words = format!("({words}) / (q75 - q25), quantiles of type 7");
        Some([words, format!(r"y = \frac{{{latex}}}{{Q_{{0.75}} - Q_{{0.25}}}}")])
    }

    fn sources(&self) -> &'static [&'static str] {
        &["Hyndman and Fan (1996), doi:10.2307/2684934"]
    }
}
