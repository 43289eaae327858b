//! The room `explain`: contributions of children, and barriers of groups of units.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::error::bad_request;
use super::fitted::Fitted;
use super::index::{PyPeriods, periods};
use super::run::run;
use super::table::{Table, whole_strides};
use crate::explain::Asked;
use crate::explain::barriers::{Barriers, barriers};
use crate::score::ScoreOptions;

type Given<'py> = PyReadonlyArray1<'py, f64>;

/// Contributions by child, what they are counted from, their standard error, and what they add up to.
#[pyfunction]
pub(super) fn explain_contributions<'py>(
    py: Python<'py>,
    fitted: &Fitted,
    table: &Table,
    asked: &str,
    request: &str,
    periods: Option<PyPeriods<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let asked: Asked = serde_json::from_str(asked).map_err(|error| bad_request(&error))?;
    let options: ScoreOptions = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
    let periods = self::periods(periods, table.rows())?;
    let guards = table.guards(py)?;
    let borrowed = guards.table()?;
    // A row may take thousands of scores: it can always be stopped.
    let found =
        run(py, usize::MAX, |cancel| fitted.0.contributions(&borrowed, &asked, &options, periods.as_ref(), cancel))?;
    let (dict, children) = (PyDict::new(py), PyDict::new(py));
    for (name, values) in found.children {
        children.set_item(name, values.into_pyarray(py))?;
    }
    dict.set_item("children", children)?;
    dict.set_item("scores", found.scores.into_pyarray(py))?;
    dict.set_item("base", found.base.into_pyarray(py))?;
    dict.set_item("errors", found.errors.into_pyarray(py))?;
    dict.set_item("adds_up_to", found.adds_up_to)?;
    Ok(dict)
}

fn owned(columns: &[Given<'_>]) -> PyResult<Vec<Vec<f64>>> {
    columns.iter().try_for_each(|column| whole_strides(column))?;
    Ok(columns.iter().map(|column| column.as_array().to_vec()).collect())
}

fn views(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

/// Share, greatest, known, unknown and nothing lacking of every barrier in every group, as columns.
#[pyfunction]
#[pyo3(signature = (scores, degrees, indicators, groups, count, weights))]
pub(super) fn explain_barriers<'py>(
    py: Python<'py>,
    scores: Vec<Given<'py>>,
    degrees: Vec<Given<'py>>,
    indicators: Vec<Vec<usize>>,
    groups: Option<PyReadonlyArray1<'py, i64>>,
    count: usize,
    weights: Option<Given<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (scores, degrees) = (owned(&scores)?, owned(&degrees)?);
    let groups = groups.map(|groups| groups.as_array().to_vec());
    let weights = weights.map(|weights| weights.as_array().to_vec());
    let found = run(py, scores.first().map_or(0, Vec::len), |_| {
        barriers(&Barriers {
            scores: &views(&scores),
            degrees: &views(&degrees),
            barriers: &indicators,
            groups: groups.as_deref(),
            count,
            weights: weights.as_deref(),
        })
    })?;
    let dict = PyDict::new(py);
    let whole = |of: fn(&crate::explain::barriers::Barrier) -> u64| -> Vec<i64> {
        found.iter().map(|barrier| i64::try_from(of(barrier)).unwrap_or(i64::MAX)).collect()
    };
    dict.set_item("share", found.iter().map(|barrier| barrier.share).collect::<Vec<_>>().into_pyarray(py))?;
    dict.set_item("greatest", found.iter().map(|barrier| barrier.greatest).collect::<Vec<_>>().into_pyarray(py))?;
    dict.set_item("n", whole(|barrier| barrier.known).into_pyarray(py))?;
    dict.set_item("unknown", whole(|barrier| barrier.unknown).into_pyarray(py))?;
    dict.set_item("nothing", whole(|barrier| barrier.nothing).into_pyarray(py))?;
    Ok(dict)
}
