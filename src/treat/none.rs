//! `none`: values as they are; switches a default treatment off for one indicator.

use serde::{Deserialize, Serialize};

use super::{Sample, TreatMethod, Treated};

/// No treatment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoTreatment {}

impl TreatMethod for NoTreatment {
    fn learn(&self, _: &Sample<'_>) -> Result<Treated, String> {
        Ok(Treated::default())
    }

    fn formula(&self) -> String {
        "values as they are".to_owned()
    }
}
