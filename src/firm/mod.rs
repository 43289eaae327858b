//! Figures of firms over time: lags and growth by time and not by row, ratios, stocks, concentration.
//!
//! Rows come in any order. What is not defined (a gap, a zero base) is missing and has a reason that is counted.

pub mod base;
pub mod concentration;
pub mod growth;
pub mod lag;
pub mod location;
pub mod order;
mod pairs;
pub mod ratio;
pub mod reason;
pub mod runs;
pub mod stock;
pub mod winsorize;

use crate::error::{Error, Kind, Problem, Result};

/// An error where columns of one call differ in length.
pub(crate) fn same_length(lengths: &[usize]) -> Result<()> {
    if lengths.windows(2).all(|pair| pair[0] == pair[1]) {
        return Ok(());
    }
    Err(Error::new(Kind::Value, Problem::general("columns differ in length")))
}
