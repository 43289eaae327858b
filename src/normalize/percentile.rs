//! `percentile`: the share of fitted values that are worse, (rank - 1) / (n - 1).

use serde::{Deserialize, Serialize};

use super::rank::{Empirical, Form, side, worse};
use super::{Learned, Prepared, ScaleMethod, Statistic};
use crate::definition::Direction;

/// Percentile rank in [0, 1].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Percentile {
    /// The rank of tied values.
    #[serde(skip_serializing_if = "PercentileTies::is_min")]
    pub ties: PercentileTies,
}

/// The rank of tied values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PercentileTies {
    /// The lowest rank of the tie.
    #[default]
    Min,
    /// The mean rank of the tie.
    Average,
}

impl PercentileTies {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_min(&self) -> bool {
        *self == Self::Min
    }
}

impl ScaleMethod for Percentile {
    fn learns(&self, _: Direction) -> Vec<Statistic> {
        vec![Statistic::Distribution]
    }

    fn prepare(&self, direction: Direction, learned: &[Learned]) -> Result<Prepared, String> {
        let form = if self.ties == PercentileTies::Min { Form::PercentileMin } else { Form::PercentileAverage };
        Ok(Empirical::prepare(direction, learned, form))
    }

    fn formula(&self, direction: Direction) -> String {
        format!("(number of fitted values {} x) / (n - 1)", side(direction))
    }

    fn latex(&self, direction: Direction) -> String {
        let ties = if self.ties == PercentileTies::Min { "" } else { r" + \frac{1}{2} (\#\{i : x_i = x\} - 1)" };
        format!(r"y = \frac{{\#\{{i : x_i {} x\}}{ties}}}{{n - 1}}", worse(direction))
    }
}
