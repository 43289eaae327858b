//! Ranks and level shares.

use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::error::raise;
use super::run::run;
use super::table::whole_strides;
use crate::numeric::rank::{Ties, rank as ranks_of};
use crate::survey::shares as level_shares;

/// Ranks; NaN stays NaN.
#[pyfunction]
#[pyo3(signature = (values, descending, ties, threads))]
pub(super) fn rank<'py>(
    py: Python<'py>,
    values: PyReadonlyArray1<'py, f64>,
    descending: bool,
    ties: &str,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    whole_strides(&values)?;
    let ties = match ties {
        "min" => Ties::Min,
        "max" => Ties::Max,
        "average" => Ties::Average,
        "dense" => Ties::Dense,
        "first" => Ties::First,
        other => {
            let message =
                format!("ties: expected \"min\", \"max\", \"average\", \"dense\" or \"first\", found {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    let array = values.as_array();
    let ranks = run(py, array.len(), |_| {
        let copied;
        let run_of_values = if let Some(slice) = array.as_slice() {
            slice
        } else {
            copied = array.to_vec();
            &copied
        };
        Ok(ranks_of(run_of_values, descending, ties, threads))
    })?;
    Ok(ranks.into_pyarray(py))
}

/// Rows, weights and shares by group and level.
#[pyfunction]
#[pyo3(signature = (levels, count, groups, group_count, weights))]
#[allow(clippy::type_complexity)]
pub(super) fn shares<'py>(
    py: Python<'py>,
    levels: PyReadonlyArray1<'py, u8>,
    count: usize,
    groups: Option<PyReadonlyArray1<'py, i64>>,
    group_count: usize,
    weights: Option<PyReadonlyArray1<'py, f64>>,
) -> PyResult<(Bound<'py, PyArray2<i64>>, Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>)> {
    whole_strides(&levels)?;
    groups.as_ref().map_or(Ok(()), |groups| whole_strides(groups))?;
    weights.as_ref().map_or(Ok(()), |weights| whole_strides(weights))?;
    let (levels, groups, weights) = (
        levels.as_array(),
        groups.as_ref().map(PyReadonlyArray1::as_array),
        weights.as_ref().map(PyReadonlyArray1::as_array),
    );
    let tables = level_shares(levels, count, groups, group_count, weights).map_err(|error| raise(&error))?;
    let rows = tables.rows.into_pyarray(py).reshape([group_count, count + 1])?;
    let sums = tables.weights.into_pyarray(py).reshape([group_count, count + 1])?;
    let shares = tables.shares.into_pyarray(py).reshape([group_count, count + 1])?;
    Ok((rows, sums, shares))
}
