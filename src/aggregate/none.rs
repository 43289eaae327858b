//! `none`: the group has no score of its own; conditions count its indicators.

use serde::{Deserialize, Serialize};

use super::{AggregateMethod, Split};
use crate::definition::Missing;

/// No score.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoAggregate {}

impl AggregateMethod for NoAggregate {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    fn missing(&self) -> Missing {
        Missing::Propagate
    }

    fn split(&self) -> Split {
        Split::Never
    }

    fn monotone(&self) -> bool {
        false
    }

    fn weighted(&self) -> bool {
        false
    }

    fn block(&self, _: &[&[f64]], _: &[f64], _: bool, out: &mut [f64]) -> bool {
        out.fill(f64::NAN);
        true
    }

    fn contributions(&self, values: &[f64], _: &[f64]) -> Vec<f64> {
        vec![f64::NAN; values.len()]
    }

    fn formula(&self) -> &'static str {
        "no score of its own"
    }
}
