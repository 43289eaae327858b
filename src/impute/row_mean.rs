//! `row_mean`: the unit's own standing on other indicators.
//!
//! Every indicator is turned by its direction and put on [0, 1] by its fitted extremes; the mean of the unit's observed ones
//! is put back on the scale of the missing one. A constant column is filled with its constant; a unit with nothing
//! observed there stays missing.

use serde::{Deserialize, Serialize};

use super::{From, ImputeMethod, Middle};

/// The mean of the unit's other indicators.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RowMean {
    /// The node below which indicators are used; those with the same parent when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
}

impl ImputeMethod for RowMean {
    fn from(&self) -> From {
        From::Row { middle: Middle::Mean, within: self.within.clone() }
    }

    fn formula(&self) -> String {
        let within =
            self.within.as_ref().map_or_else(|| "its siblings".to_owned(), |node| format!("the indicators of {node}"));
        format!("x := mean of {within} on [0, 1], put back on the scale of x")
    }

    fn latex(&self) -> String {
        r"x := \min x + (\max x - \min x) \frac{1}{m} \sum_{k=1}^{m} \frac{x_k - \min x_k}{\max x_k - \min x_k}"
            .to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3, doi:10.1787/9789264043466-en"]
    }
}
