//! Outranking matrices and Kemeny orders.

use numpy::{IntoPyArray, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::error::raise;
use super::run::run;
use super::table::whole_strides;
use crate::aggregate::{dominance, kemeny, outranking as matrix_of};
use crate::error::{Error, Kind, Problem};

/// The outranking matrix of columns of scores, and the share of pairs in which one unit is nowhere behind.
#[pyfunction]
#[pyo3(signature = (columns, weights))]
pub(super) fn outranking<'py>(
    py: Python<'py>,
    columns: Vec<PyReadonlyArray1<'py, f64>>,
    weights: Vec<f64>,
) -> PyResult<(Bound<'py, PyArray2<f64>>, f64)> {
    columns.iter().try_for_each(|column| whole_strides(column))?;
    let columns: Vec<Vec<f64>> = columns.into_iter().map(|column| column.as_array().to_vec()).collect();
    if columns.len() != weights.len() {
        let message = format!("{} columns have {} weights", columns.len(), weights.len());
        return Err(raise(&Error::new(Kind::Value, Problem::general(message))));
    }
    let rows = columns.first().map_or(0, Vec::len);
    let (matrix, share) = run(py, rows * rows, |_| {
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let matrix = matrix_of(&views, &weights);
        let share = dominance(&matrix);
        Ok((matrix, share))
    })?;
    Ok((matrix.into_pyarray(py), share))
}

/// The Kemeny order of a square matrix: units by number, score, whether it is exact, bound on the score.
#[pyfunction]
#[pyo3(signature = (matrix))]
pub(super) fn kemeny_order(
    py: Python<'_>,
    matrix: PyReadonlyArray2<'_, f64>,
) -> PyResult<(Vec<usize>, f64, bool, f64)> {
    let matrix = matrix.as_array().to_owned();
    let found = run(py, matrix.len(), |_| Ok(kemeny::kemeny(&matrix)))?;
    Ok((found.order, found.score, found.exact, found.bound))
}

/// How much weight puts one unit above another, from rankings of units by number.
#[pyfunction]
#[pyo3(signature = (units, rankings))]
pub(super) fn kemeny_votes(py: Python<'_>, units: usize, rankings: Vec<(f64, Vec<usize>)>) -> Bound<'_, PyArray2<f64>> {
    kemeny::votes(units, &rankings).into_pyarray(py)
}
