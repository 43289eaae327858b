//! Imputation at score time: what stands for a missing value of an indicator, before treatment and scale. One method per
//! file.
//!
//! All are row functions with fitted numbers: a constant, a constant by group of units, or the units' own standing on
//! other indicators. What is filled is counted as not observed. Filling from other periods, from neighbours and by
//! multiple draws is preparation, done before an index sees the rows. OECD/JRC (2008), step 3,
//! doi:10.1787/9789264043466-en.

mod filler;
pub mod panel;
mod seen;

use std::fmt::Debug;

pub use filler::Filler;
pub use seen::Seen;

use crate::methods::methods;

methods! {
    /// What stands for a missing value.
    Imputation: ImputeMethod {
        "none" => none::NoImputation,
        "mean" => mean::Mean,
        "median" => median::Median,
        "row_mean" => row_mean::RowMean,
        "row_median" => row_median::RowMedian,
    }
}

/// The middle that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Middle {
    /// The arithmetic mean.
    Mean,
    /// The median (type 7).
    Median,
}

/// Where a missing value is taken from.
#[derive(Debug, Clone, PartialEq)]
pub enum From {
    /// Nowhere: it stays missing.
    Nowhere,
    /// The same column of other units, of the same group where a column of groups is named.
    Column {
        /// The middle that is taken.
        middle: Middle,
        /// The column of groups.
        by: Option<String>,
    },
    /// Other indicators of the same unit.
    Row {
        /// The middle that is taken.
        middle: Middle,
        /// The node below which indicators are used; none for those with the same parent.
        within: Option<String>,
    },
}

/// An imputation, as a definition gives it.
pub trait ImputeMethod: Debug + Send + Sync {
    /// Where a missing value is taken from.
    fn from(&self) -> From;

    /// The imputation in words.
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
