//! `borda`: the number of fitted values that are worse (rank - 1).

use serde::{Deserialize, Serialize};

use super::rank::{Empirical, Form, side, worse};
use super::{Learned, Prepared, ScaleMethod, Statistic};
use crate::definition::Direction;

/// Number of worse values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Borda {}

impl ScaleMethod for Borda {
    fn learns(&self, _: Direction) -> Vec<Statistic> {
        vec![Statistic::Distribution]
    }

    fn prepare(&self, direction: Direction, learned: &[Learned]) -> Result<Prepared, String> {
        Ok(Empirical::prepare(direction, learned, Form::Borda))
    }

    fn formula(&self, direction: Direction) -> String {
        format!("number of fitted values {} x", side(direction))
    }

    fn latex(&self, direction: Direction) -> String {
        format!(r"y = \#\{{i : x_i {} x\}}", worse(direction))
    }
}
