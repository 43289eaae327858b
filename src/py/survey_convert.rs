//! The room `survey`: what goes across the boundary and how.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use super::error::bad_request;
use super::table::whole_strides;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::{Cancel, map};
use crate::survey::interval;
use crate::survey::linearized::Estimate;
use crate::survey::reliability::flag;

pub(super) type Doubles<'py> = Bound<'py, PyArray1<f64>>;
pub(super) type Wholes<'py> = Bound<'py, PyArray1<i64>>;
pub(super) type Given<'py> = PyReadonlyArray1<'py, f64>;
pub(super) type Codes<'py> = PyReadonlyArray1<'py, i64>;
/// Value, standard error, low, high, rows, weight, weighted sum; one entry per estimate.
pub(super) type Found<'py> =
    (Doubles<'py>, Doubles<'py>, Doubles<'py>, Doubles<'py>, Wholes<'py>, Doubles<'py>, Doubles<'py>);

pub(super) fn word<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_value(text.into()).map_err(|error| bad_request(&error))
}

pub(super) fn doubles(values: &Given<'_>) -> PyResult<Vec<f64>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

pub(super) fn codes(values: &Codes<'_>) -> PyResult<Vec<i64>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

pub(super) fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn each_is(rows: usize, lengths: impl IntoIterator<Item = usize>) -> Result<()> {
    if lengths.into_iter().all(|length| length == rows) {
        return Ok(());
    }
    Err(Error::new(Kind::Value, Problem::general("columns and weights differ in length")))
}

/// No more estimates than memory holds.
pub(super) fn few_enough(sizes: impl IntoIterator<Item = usize>, groups: usize) -> Result<()> {
    let cells = sizes.into_iter().fold(0_usize, |sum, size| sum.saturating_add(size.saturating_mul(groups)));
    if cells <= 10_000_000 {
        return Ok(());
    }
    Err(Error::new(Kind::Limit, Problem::general(format!("{cells} estimates are too many to tabulate"))))
}

/// Rows in all columns of a call, by which it is decided whether somebody watches for Ctrl-C.
pub(super) fn size(rows: usize, columns: usize) -> usize {
    rows.saturating_mul(columns.max(1))
}

/// Runs tasks on the pool, results in their order.
pub(super) fn share_out<T: Send, R: Send>(
    tasks: Vec<T>,
    threads: Option<usize>,
    cancel: &Cancel,
    work: impl Fn(T) -> R + Sync,
) -> Result<Vec<R>> {
    map(tasks, threads, cancel, || (), |(), task| work(task)).ok_or_else(Error::interrupted)
}

pub(super) fn found<'py>(
    py: Python<'py>,
    estimates: &[Estimate],
    level: f64,
    bounds: fn(f64, f64, f64) -> (f64, f64),
) -> Found<'py> {
    let mut reach = interval::Reach::new(level);
    let column = |of: fn(&Estimate) -> f64| estimates.iter().map(of).collect::<Vec<_>>().into_pyarray(py);
    let (low, high): (Vec<f64>, Vec<f64>) =
        estimates.iter().map(|found| bounds(found.value, found.se, reach.of(found.degrees))).unzip();
    let n: Vec<i64> = estimates.iter().map(|estimate| whole(estimate.n)).collect();
    (
        column(|estimate| estimate.value),
        column(|estimate| estimate.se),
        low.into_pyarray(py),
        high.into_pyarray(py),
        n.into_pyarray(py),
        column(|estimate| estimate.weight),
        column(|estimate| estimate.total),
    )
}

/// What is wrong with estimates: rows, values, standard errors, and the two thresholds.
#[pyfunction]
pub(super) fn survey_flags(
    rows: Codes<'_>,
    values: Given<'_>,
    errors: Given<'_>,
    min_rows: i64,
    max_cv: f64,
) -> PyResult<Vec<&'static str>> {
    let (rows, values, errors) = (codes(&rows)?, doubles(&values)?, doubles(&errors)?);
    let three = rows.iter().zip(values.iter().zip(&errors));
    Ok(three.map(|(rows, (value, se))| flag(*rows, *value, *se, min_rows, max_cv)).collect())
}
