//! `none`: missing stays missing; switches a default imputation off for one indicator.

use serde::{Deserialize, Serialize};

use super::{From, ImputeMethod};

/// No imputation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoImputation {}

impl ImputeMethod for NoImputation {
    fn from(&self) -> From {
        From::Nowhere
    }

    fn formula(&self) -> String {
        "missing stays missing".to_owned()
    }
}
