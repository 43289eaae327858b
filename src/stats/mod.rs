//! Inspecting data: summaries, availability, correlations, reliability, components.
//!
//! Everything takes columns as slices of equal length in which NaN is missing, and says by name what it does with it.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

pub mod availability;
pub mod bartlett;
pub mod comoments;
pub mod correlation;
pub mod cronbach;
pub mod cross;
pub mod denominate;
pub mod kendall;
pub mod kmo;
pub mod pca;
pub mod shape;
pub mod summary;
pub mod varimax;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Problem, Result};

/// Which rows count where values are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gaps {
    /// For each pair of columns the rows both have.
    #[default]
    Pairwise,
    /// For all pairs the rows that have every column.
    Complete,
}

/// The columns as they are for [`Gaps::Pairwise`]; for [`Gaps::Complete`] without the rows that lack a value.
pub fn taken<'a>(columns: &[&'a [f64]], gaps: Gaps) -> Vec<Cow<'a, [f64]>> {
    let keep = complete_rows(columns);
    if gaps == Gaps::Pairwise || keep.iter().all(|keep| *keep) {
        return columns.iter().map(|column| Cow::Borrowed(*column)).collect();
    }
    let kept = |column: &[f64]| column.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(x, _)| *x).collect();
    columns.iter().map(|column| Cow::Owned(kept(column))).collect()
}

/// Whether a row has every column.
pub fn complete_rows(columns: &[&[f64]]) -> Vec<bool> {
    let rows = columns.first().map_or(0, |column| column.len());
    let mut keep = vec![true; rows];
    for column in columns {
        for (keep, x) in keep.iter_mut().zip(*column) {
            *keep &= !x.is_nan();
        }
    }
    keep
}

/// An error for every column that holds infinity.
pub fn refuse_infinity(names: &[String], columns: &[&[f64]]) -> Result<()> {
    let mut problems = Vec::new();
    for (name, column) in names.iter().zip(columns) {
        let rows: Vec<usize> = (0..column.len()).filter(|row| column[*row].is_infinite()).collect();
        let Some(&first) = rows.first() else { continue };
        let mut problem = Problem::column(name, "expected finite numbers").value(column[first].to_string());
        problem.count = rows.len() as u64;
        problem.rows = rows.into_iter().take(5).collect();
        problems.push(problem.remedy("make it missing, or mend the division it comes from"));
    }
    Error::collect(Kind::Value, problems)
}
