//! The room `plan`: the cheapest measures of every row.

use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::error::bad_request;
use super::fitted::Fitted;
use super::run::run;
use super::table::Table;
use crate::eligibility::Asked;
use crate::plan::change::ChangeOptions;
use crate::plan::{Measure, PlanOptions};
use crate::score::ScoreOptions;

/// One plan: cost, lower bound, months, measures, alternatives.
type PyPlan = (Option<f64>, f64, Option<f64>, Vec<usize>, Vec<Vec<usize>>);

/// The number of the plan of every row, the plans, and the scores measures give.
type PyPlans<'py> = (Bound<'py, PyArray1<u64>>, Vec<PyPlan>, Vec<(usize, String, f64)>);

/// For every row the number of its plan, and the plans.
#[pyfunction]
pub(super) fn plan_paths<'py>(
    py: Python<'py>,
    fitted: &Fitted,
    table: &Table,
    level: &str,
    measures: &str,
    wanted: &str,
    request: &str,
) -> PyResult<PyPlans<'py>> {
    let asked: Asked = serde_json::from_str(level).map_err(|error| bad_request(&error))?;
    let measures: Vec<Measure> = serde_json::from_str(measures).map_err(|error| bad_request(&error))?;
    let wanted: PlanOptions = serde_json::from_str(wanted).map_err(|error| bad_request(&error))?;
    let options: ScoreOptions = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
    let guards = table.guards(py)?;
    let borrowed = guards.table()?;
    let work =
        |cancel: &crate::parallel::Cancel| fitted.0.plans(&borrowed, &asked, &measures, &wanted, &options, cancel);
    // Plans take longer than a pass over the rows: they can always be stopped.
    let found = run(py, usize::MAX, work)?;
    let plans = found.plans.into_iter().map(|p| (p.cost, p.lower, p.months, p.measures, p.alternatives)).collect();
    let of: Vec<u64> = found.of.into_iter().map(|plan| plan as u64).collect();
    Ok((of.into_pyarray(py), plans, found.scores))
}

/// For every row the smallest change of some indicators that makes a node reach a score.
#[pyfunction]
pub(super) fn plan_changes<'py>(
    py: Python<'py>,
    fitted: &Fitted,
    table: &Table,
    wanted: &str,
    request: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let wanted: ChangeOptions = serde_json::from_str(wanted).map_err(|error| bad_request(&error))?;
    let options: ScoreOptions = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
    let guards = table.guards(py)?;
    let borrowed = guards.table()?;
    let found = run(py, usize::MAX, |cancel| fitted.0.changes(&borrowed, &wanted, &options, cancel))?;
    let dict = PyDict::new(py);
    dict.set_item("outcomes", found.outcomes.into_pyarray(py))?;
    for (name, values) in
        [("before", found.before), ("after", found.after), ("costs", found.costs), ("gap", found.gaps)]
    {
        dict.set_item(name, values.into_pyarray(py))?;
    }
    for (name, columns) in [("from", found.from), ("values", found.values)] {
        let columns: Vec<_> = columns.into_iter().map(|column| column.into_pyarray(py)).collect();
        dict.set_item(name, columns)?;
    }
    let (rows, columns): (Vec<_>, Vec<_>) = found.needed.into_iter().unzip();
    let rows: Vec<i64> = rows.into_iter().map(|row| i64::try_from(row).unwrap_or(i64::MAX)).collect();
    dict.set_item("needed", (rows.into_pyarray(py), columns))?;
    Ok(dict)
}
