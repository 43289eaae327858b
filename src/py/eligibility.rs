//! The room `eligibility`: the answer about one level, what it asks for, and what rows lack.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::error::{bad_request, json, raise};
use super::fitted::Fitted;
use super::index::{PyPeriods, periods};
use super::run::run;
use super::table::Table;
use crate::eligibility::Asked;
use crate::score::ScoreOptions;

fn asked(text: &str) -> PyResult<Asked> {
    serde_json::from_str(text).map_err(|error| bad_request(&error))
}

fn options(text: &str) -> PyResult<ScoreOptions> {
    serde_json::from_str(text).map_err(|error| bad_request(&error))
}

/// The conditions of a level, as JSON.
#[pyfunction]
pub(super) fn eligibility_rules(fitted: &Fitted, level: &str) -> PyResult<String> {
    json(&fitted.0.rules(&asked(level)?).map_err(|error| raise(&error))?)
}

/// States, failed, open and routes of every row, and counts by requirement.
#[pyfunction]
pub(super) fn eligibility<'py>(
    py: Python<'py>,
    fitted: &Fitted,
    table: &Table,
    level: &str,
    request: &str,
    periods: Option<PyPeriods<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (asked, options) = (asked(level)?, options(request)?);
    let periods = self::periods(periods, table.rows())?;
    let guards = table.guards(py)?;
    let borrowed = guards.table()?;
    let found =
        run(py, table.rows(), |cancel| fitted.0.eligibility(&borrowed, &asked, &options, periods.as_ref(), cancel))?;
    let dict = PyDict::new(py);
    dict.set_item("states", found.states.into_pyarray(py))?;
    dict.set_item("failed", found.failed.into_pyarray(py))?;
    dict.set_item("lacking", found.lacking.into_pyarray(py))?;
    dict.set_item("open", found.open.into_pyarray(py))?;
    let routes: Vec<_> = found.routes.into_iter().map(|route| route.into_pyarray(py)).collect();
    dict.set_item("routes", routes)?;
    dict.set_item("counts", found.counts)?;
    Ok(dict)
}

/// What rows fail and what they have not answered, as columns.
#[pyfunction]
pub(super) fn eligibility_findings<'py>(
    py: Python<'py>,
    fitted: &Fitted,
    table: &Table,
    rows: PyReadonlyArray1<'py, i64>,
    level: &str,
    request: &str,
    periods: Option<PyPeriods<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (asked, options) = (asked(level)?, options(request)?);
    let periods = self::periods(periods, table.rows())?;
    let rows: Vec<usize> = rows.as_array().iter().map(|row| usize::try_from(*row).unwrap_or(usize::MAX)).collect();
    let guards = table.guards(py)?;
    let borrowed = guards.table()?;
    let found =
        run(py, rows.len(), |cancel| fitted.0.findings(&borrowed, &rows, &asked, &options, periods.as_ref(), cancel))?;
    let dict = PyDict::new(py);
    let whole = |values: Vec<usize>| values.into_iter().map(|x| x as u64).collect::<Vec<u64>>().into_pyarray(py);
    let failures = PyDict::new(py);
    failures.set_item("row", whole(found.failures.iter().map(|failure| failure.row).collect()))?;
    failures.set_item("rule", whole(found.failures.iter().map(|failure| failure.rule).collect()))?;
    for (name, of) in [("value", 0), ("short", 1), ("share", 2)] {
        let values: Vec<f64> = found.failures.iter().map(|f| [f.value, f.short, f.share][of]).collect();
        failures.set_item(name, values.into_pyarray(py))?;
    }
    let needed = PyDict::new(py);
    needed.set_item("row", whole(found.needed.iter().map(|needed| needed.row).collect()))?;
    needed.set_item("requirement", whole(found.needed.iter().map(|needed| needed.requirement).collect()))?;
    needed.set_item("column", whole(found.needed.iter().map(|needed| needed.column).collect()))?;
    dict.set_item("failures", failures)?;
    dict.set_item("needed", needed)?;
    dict.set_item("columns", found.columns)?;
    Ok(dict)
}
