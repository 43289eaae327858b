//! The room `compare`: columns of doubles in, columns of doubles out.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::compare::chain::{Link, means};
use crate::compare::decompose::{Node, decompose};
use crate::compare::difference::{differences, mean_absolute};
use crate::compare::growth::{Measure, growth, growths};
use crate::compare::obstacle::obstacle;
use crate::compare::standing::{rank_within, standing};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::rank::Ties;

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
/// Growth, availability, row of the first value, row of the last, values used, reason; one entry per unit.
type Grown<'py> = (
    Doubles<'py>,
    Doubles<'py>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Vec<Option<&'static str>>,
);

fn word<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_value(text.into()).map_err(|error| bad_request(&error))
}

fn owned(values: &Given<'_>) -> PyResult<Vec<f64>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

fn whole(values: &PyReadonlyArray1<'_, i64>) -> PyResult<Vec<i64>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

fn same_length(a: usize, b: usize) -> Result<()> {
    if a == b { Ok(()) } else { Err(Error::new(Kind::Value, Problem::general("columns differ in length"))) }
}

/// Obstacle degrees by indicator.
#[pyfunction]
pub(super) fn compare_obstacle<'py>(
    py: Python<'py>,
    names: Vec<String>,
    columns: Vec<Given<'py>>,
    weights: Vec<f64>,
) -> PyResult<Vec<Doubles<'py>>> {
    let columns = columns.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    let found = run(py, columns.first().map_or(0, Vec::len), |_| {
        same_length(names.len(), columns.len())?;
        same_length(weights.len(), columns.len())?;
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        obstacle(&names, &views, &weights)
    })?;
    Ok(found.into_iter().map(|column| column.into_pyarray(py)).collect())
}

/// First minus second, its size, the mean of the sizes, and over how many rows.
#[pyfunction]
pub(super) fn compare_difference<'py>(
    py: Python<'py>,
    first: Given<'py>,
    second: Given<'py>,
) -> PyResult<(Doubles<'py>, Doubles<'py>, f64, usize)> {
    let (first, second) = (owned(&first)?, owned(&second)?);
    let ((signed, sizes), (mean, rows)) = run(py, first.len(), |_| {
        same_length(first.len(), second.len())?;
        Ok((differences(&first, &second), mean_absolute(&first, &second)))
    })?;
    Ok((signed.into_pyarray(py), sizes.into_pyarray(py), mean, rows))
}

/// Ranks among the rows of the same group.
#[pyfunction]
pub(super) fn compare_rank_within<'py>(
    py: Python<'py>,
    values: Given<'py>,
    groups: PyReadonlyArray1<'py, i64>,
    ties: &str,
) -> PyResult<Doubles<'py>> {
    let (values, groups, ties) = (owned(&values)?, whole(&groups)?, word::<Ties>(ties)?);
    let ranks = run(py, values.len(), |_| {
        same_length(values.len(), groups.len())?;
        Ok(rank_within(&values, &groups, ties))
    })?;
    Ok(ranks.into_pyarray(py))
}

/// Rank, worst rank, number of values and of distinct values of one row, for each column.
#[pyfunction]
pub(super) fn compare_standing(
    py: Python<'_>,
    columns: Vec<Given<'_>>,
    row: usize,
    among: Vec<usize>,
    ties: &str,
) -> PyResult<Vec<(f64, f64, usize, usize)>> {
    let ties: Ties = word(ties)?;
    let columns = columns.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    run(py, among.len(), |_| {
        let places = columns.iter().map(|values| standing(values, row, &among, ties));
        Ok(places.map(|place| (place.rank, place.worst, place.count, place.distinct)).collect())
    })
}

/// Contributions of the nodes to the change of the last one, and why a row has none.
#[pyfunction]
pub(super) fn compare_change<'py>(
    py: Python<'py>,
    nodes: &str,
    first: Vec<Given<'py>>,
    last: Vec<Given<'py>>,
) -> PyResult<(Vec<Doubles<'py>>, Vec<Option<&'static str>>)> {
    let nodes: Vec<Node> = serde_json::from_str(nodes).map_err(|error| bad_request(&error))?;
    let first = first.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    let last = last.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    let found = run(py, first.first().map_or(0, Vec::len), |_| {
        let (first, last): (Vec<&[f64]>, Vec<&[f64]>) =
            (first.iter().map(Vec::as_slice).collect(), last.iter().map(Vec::as_slice).collect());
        decompose(&nodes, &first, &last)
    })?;
    let reasons = found.reasons.iter().map(|reason| reason.map(crate::compare::Reason::text)).collect();
    Ok((found.contributions.into_iter().map(|column| column.into_pyarray(py)).collect(), reasons))
}

/// Links of a pair of periods unit by unit, that of the means, and how many links have no meaning.
#[pyfunction]
pub(super) fn compare_links<'py>(
    py: Python<'py>,
    earlier: Given<'py>,
    later: Given<'py>,
    link: &str,
) -> PyResult<(Doubles<'py>, f64, usize)> {
    let (earlier, later, link) = (owned(&earlier)?, owned(&later)?, word::<Link>(link)?);
    let (links, mean, undefined) = run(py, earlier.len(), |_| {
        same_length(earlier.len(), later.len())?;
        let pairs = || earlier.iter().zip(&later);
        let (a, b) = means(&earlier, &later);
        let undefined = pairs().filter(|(a, b)| link.undefined(**a, **b)).count();
        Ok((pairs().map(|(a, b)| link.between(*a, *b)).collect::<Vec<_>>(), link.between(a, b), undefined))
    })?;
    Ok((links.into_pyarray(py), mean, undefined))
}

/// Chains over links in the order of time, one list per unit.
#[pyfunction]
pub(super) fn compare_chain(links: Vec<Vec<f64>>, link: &str) -> PyResult<Vec<Vec<f64>>> {
    let link: Link = word(link)?;
    Ok(links.iter().map(|links| link.chain(links)).collect())
}

/// Growth of one column, unit by unit; units are counted from 0, negative is no unit.
#[pyfunction]
#[pyo3(signature = (units, times, values, count, measure, latest, step))]
#[allow(clippy::too_many_arguments)]
pub(super) fn compare_growth<'py>(
    py: Python<'py>,
    units: PyReadonlyArray1<'py, i64>,
    times: Given<'py>,
    values: Given<'py>,
    count: usize,
    measure: &str,
    latest: Option<usize>,
    step: f64,
) -> PyResult<Grown<'py>> {
    let (units, times, values, measure) = (whole(&units)?, owned(&times)?, owned(&values)?, word::<Measure>(measure)?);
    let (found, rows) =
        run(py, times.len(), |_| growths(&units, &times, &values, count, |t, x| growth(t, x, measure, latest, step)))?;
    let row = |unit: usize, place: Option<usize>| {
        place.and_then(|place| rows[unit].get(place)).and_then(|row| i64::try_from(*row).ok()).unwrap_or(-1)
    };
    let firsts: Vec<i64> = found.iter().enumerate().map(|(unit, growth)| row(unit, growth.first)).collect();
    let lasts: Vec<i64> = found.iter().enumerate().map(|(unit, growth)| row(unit, growth.last)).collect();
    let used: Vec<i64> = found.iter().map(|growth| i64::try_from(growth.used).unwrap_or(i64::MAX)).collect();
    Ok((
        found.iter().map(|growth| growth.value).collect::<Vec<_>>().into_pyarray(py),
        found.iter().map(|growth| growth.available).collect::<Vec<_>>().into_pyarray(py),
        firsts.into_pyarray(py),
        lasts.into_pyarray(py),
        used.into_pyarray(py),
        found.iter().map(|growth| growth.reason.map(crate::compare::Reason::text)).collect(),
    ))
}

/// Puts the functions of this room into the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(compare_obstacle, module)?)?;
    module.add_function(wrap_pyfunction!(compare_difference, module)?)?;
    module.add_function(wrap_pyfunction!(compare_rank_within, module)?)?;
    module.add_function(wrap_pyfunction!(compare_standing, module)?)?;
    module.add_function(wrap_pyfunction!(compare_change, module)?)?;
    module.add_function(wrap_pyfunction!(compare_links, module)?)?;
    module.add_function(wrap_pyfunction!(compare_chain, module)?)?;
    module.add_function(wrap_pyfunction!(compare_growth, module)?)?;
    Ok(())
}
