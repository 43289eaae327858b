//! Outlier treatment: what is done to the values of an indicator before its scale sees them. One method per file.
//!
//! A treatment learns from the values of the column ([`TreatMethod::learn`]) and becomes two caps and a curve
//! ([`Treated`]), a pure, never falling function of one value: new rows are treated by the fitted numbers. Directions
//! come later; caps are in original units. OECD/JRC (2008), step 4, doi:10.1787/9789264043466-en.

mod curve;
mod sample;
mod treated;

use std::fmt::Debug;

pub use curve::Curve;
pub use log::LogForm;
pub use sample::Sample;
pub use treated::{Check, Treated, TreatedScorer};
pub use winsorize_quantile::QuantileRule;

use crate::methods::methods;

methods! {
    /// What is done to outliers before values are scaled.
    Treatment: TreatMethod {
        "none" => none::NoTreatment,
        "winsorize" => winsorize::Winsorize,
        "winsorize_quantile" => winsorize_quantile::WinsorizeQuantile,
        "winsorize_count" => winsorize_count::WinsorizeCount,
        "log" => log::Log,
        "boxcox" => boxcox::Boxcox,
        "asinh" => asinh::Asinh,
    }
}

/// A treatment, as a definition gives it.
pub trait TreatMethod: Debug + Send + Sync {
    /// The treatment of a column with these values. Where it can do nothing (too few values, a constant column) it
    /// leaves the column as it is and says so in the warning; the error is a message for people.
    fn learn(&self, values: &Sample<'_>) -> Result<Treated, String>;

    /// What is wrong with the options, as (path below the treatment, message).
    fn problems(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The treatment in words and formulas.
    fn formula(&self) -> String;

    /// The formula in LaTeX mathematics, without delimiters; empty where words suffice. Its symbols are those of `formula`.
    fn latex(&self) -> String {
        String::new()
    }

    /// Where it comes from: short citations, each with its DOI where there is one.
    fn references(&self) -> &'static [&'static str] {
        &[]
    }
}

impl Treatment {
    /// This treatment with the options it does not set taken from the default, where both are the same method.
    #[must_use]
    pub fn over(&self, default: Option<&Self>) -> Self {
        let merge = |default: &Self| -> Option<Self> {
            let (mut merged, own) = (serde_json::to_value(default).ok()?, serde_json::to_value(self).ok()?);
            let (name, options) = own.as_object()?.iter().next()?;
            let target = merged.as_object_mut()?.get_mut(name)?.as_object_mut()?;
            target.extend(options.as_object()?.clone());
            serde_json::from_value(merged).ok()
        };
        default.and_then(merge).unwrap_or_else(|| self.clone())
    }
}
