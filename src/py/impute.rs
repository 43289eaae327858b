//! Panel filling.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::run::run;
use super::table::whole_strides;
use crate::impute::panel::{Fill, Series};

/// Values of a column, and the row each comes from (-1 where still missing).
type Filled<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<i64>>);

/// Columns filled from other periods of the same unit.
#[pyfunction]
#[pyo3(signature = (units, times, columns, method, max_gap))]
pub(super) fn fill_panel<'py>(
    py: Python<'py>,
    units: PyReadonlyArray1<'py, i64>,
    times: PyReadonlyArray1<'py, f64>,
    columns: Vec<(String, PyReadonlyArray1<'py, f64>)>,
    method: &str,
    max_gap: Option<f64>,
) -> PyResult<Vec<Filled<'py>>> {
    let Some(fill) = Fill::named(method) else {
        return Err(PyValueError::new_err(format!("there is no panel method {method:?}")));
    };
    whole_strides(&units)?;
    whole_strides(&times)?;
    columns.iter().try_for_each(|(_, column)| whole_strides(column))?;
    let (units, times) = (units.as_array().to_vec(), times.as_array().to_vec());
    let columns: Vec<(String, Vec<f64>)> =
        columns.into_iter().map(|(name, column)| (name, column.as_array().to_vec())).collect();
    let filled = run(py, times.len(), |_| {
        let series = Series::new(&units, &times)?;
        columns.iter().map(|(name, values)| series.fill(name, values, fill, max_gap)).collect::<Result<Vec<_>, _>>()
    })?;
    let number = |row: Option<usize>| row.and_then(|row| i64::try_from(row).ok()).unwrap_or(-1);
    Ok(filled
        .into_iter()
        .map(|column| {
            let sources: Vec<i64> = column.sources.into_iter().map(number).collect();
            (column.values.into_pyarray(py), sources.into_pyarray(py))
        })
        .collect())
}
