//! The room `plan`: the cheapest measures of every row.

use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;

use super::error::bad_request;
use super::fitted::Fitted;
use super::run::run;
use super::table::Table;
use crate::eligibility::Asked;
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
