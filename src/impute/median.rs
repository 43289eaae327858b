//! `median`: the median of the observed values of the column, or of those of the same group of units.
//!
//! A group without an observed value, a group that was not fitted and a unit without a group leave the value missing.

use serde::{Deserialize, Serialize};

use super::{From, ImputeMethod, Middle};

/// The median of the column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Median {
    /// The column that says which group a unit belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl ImputeMethod for Median {
    fn from(&self) -> From {
        From::Column { middle: Middle::Median, by: self.by.clone() }
    }

    fn formula(&self) -> String {
        let by = self.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        format!("x := median of the column{by}")
    }

    fn latex(&self) -> String {
        let by = if self.by.is_some() { "_g" } else { "" };
        format!(r"x := \operatorname{{med}}(x{by})")
    }

    fn references(&self) -> &'static [&'static str] {
        &["OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3, doi:10.1787/9789264043466-en"]
    }
}
