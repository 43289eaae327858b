//! `mean`: the mean of the observed values of the column, or of those of the same group of units.
//!
//! A group without an observed value, a group that was not fitted and a unit without a group leave the value missing.

use serde::{Deserialize, Serialize};

use super::{From, ImputeMethod, Middle};

/// The mean of the column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mean {
    /// The column that says which group a unit belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl ImputeMethod for Mean {
    fn from(&self) -> From {
        From::Column { middle: Middle::Mean, by: self.by.clone() }
    }

    fn formula(&self) -> String {
        let by = self.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        format!("x := mean of the column{by}")
    }

    fn latex(&self) -> String {
        let by = if self.by.is_some() { "_g" } else { "" };
        format!(r"x := \bar{{x}}{by}")
    }

    fn references(&self) -> &'static [&'static str] {
        &["OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3, doi:10.1787/9789264043466-en"]
    }
}
