//! `equal`: every child counts the same.

use serde::{Deserialize, Serialize};

use super::{FittedWeights, Tally, WeightMethod};

/// Equal weights.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Equal {}

impl WeightMethod for Equal {
    fn weights(&self, names: &[&str], _: &[Tally]) -> Result<FittedWeights, String> {
        Ok(FittedWeights { weights: vec![1.0; names.len()], ..FittedWeights::default() })
    }

    fn formula(&self) -> String {
        "w = 1".to_owned()
    }

    fn latex(&self) -> String {
        r"w_j = 1".to_owned()
    }
}
