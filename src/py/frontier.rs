//! The room `frontier`: columns of doubles in, scores and what they rest on out.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::frontier::{
    Direction, Directional, Doubt, Limits, OrderM, Peer, benefit_of_the_doubt, directional, order_m, over_time,
};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
type Whole<'py> = Bound<'py, PyArray1<i64>>;
/// Rows, records and multipliers of peers.
type Peers<'py> = (Whole<'py>, Whole<'py>, Doubles<'py>);
/// Scores, weights and pie shares by indicator, peers, records of the frame, the frame as a share, share
/// of scores of 1, warnings.
type Doubted<'py> = (Doubles<'py>, Vec<Doubles<'py>>, Vec<Doubles<'py>>, Peers<'py>, Whole<'py>, f64, f64, Vec<String>);

fn owned(columns: &[Given<'_>]) -> PyResult<Vec<Vec<f64>>> {
    columns.iter().try_for_each(|column| whole_strides(column))?;
    Ok(columns.iter().map(|column| column.as_array().to_vec()).collect())
}

fn views(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

fn whole(values: impl Iterator<Item = usize>) -> Vec<i64> {
    values.map(|value| i64::try_from(value).unwrap_or(i64::MAX)).collect()
}

fn peers<'py>(py: Python<'py>, peers: &[Peer]) -> Peers<'py> {
    (
        whole(peers.iter().map(|peer| peer.row)).into_pyarray(py),
        whole(peers.iter().map(|peer| peer.peer)).into_pyarray(py),
        peers.iter().map(|peer| peer.multiplier).collect::<Vec<_>>().into_pyarray(py),
    )
}

/// Benefit of the doubt; limits as JSON.
#[pyfunction]
#[pyo3(signature = (names, columns, reference, limits, leave_out, detail, threads))]
#[allow(clippy::too_many_arguments)]
pub(super) fn frontier_doubt<'py>(
    py: Python<'py>,
    names: Vec<String>,
    columns: Vec<Given<'py>>,
    reference: Option<Vec<Given<'py>>>,
    limits: Option<&str>,
    leave_out: bool,
    detail: bool,
    threads: Option<usize>,
) -> PyResult<Doubted<'py>> {
    let limits: Option<Limits> = limits.map(serde_json::from_str).transpose().map_err(|error| bad_request(&error))?;
    let (columns, reference) = (owned(&columns)?, reference.map(|columns| owned(&columns)).transpose()?);
    let rows = columns.first().map_or(0, Vec::len);
    let found = run(py, rows.saturating_mul(names.len()), |cancel| {
        let (rows, names) = (views(&columns), names.iter().map(String::as_str).collect::<Vec<_>>());
        let records = reference.as_ref().map(|columns| views(columns));
        benefit_of_the_doubt(&Doubt {
            records: records.as_ref().unwrap_or(&rows),
            rows: records.is_some().then_some(rows.as_slice()),
            names: &names,
            limits: limits.as_ref(),
            leave_out,
            detail,
            threads,
            cancel,
        })
    })?;
    let arrays = |columns: Vec<Vec<f64>>| columns.into_iter().map(|column| column.into_pyarray(py)).collect();
    let peers = peers(py, &found.peers);
    Ok((
        found.scores.into_pyarray(py),
        arrays(found.weights),
        arrays(found.pie_shares),
        peers,
        whole(found.frame.into_iter()).into_pyarray(py),
        found.frame_share,
        found.on_frontier,
        found.warnings,
    ))
}

/// Distances, targets by indicator, peers, warnings.
type Directed<'py> = (Doubles<'py>, Vec<Doubles<'py>>, Peers<'py>, Vec<String>);

/// Directional distances; the direction as JSON.
#[pyfunction]
#[pyo3(signature = (names, columns, reference, direction, threads))]
pub(super) fn frontier_directional<'py>(
    py: Python<'py>,
    names: Vec<String>,
    columns: Vec<Given<'py>>,
    reference: Option<Vec<Given<'py>>>,
    direction: &str,
    threads: Option<usize>,
) -> PyResult<Directed<'py>> {
    let direction: Direction = serde_json::from_str(direction).map_err(|error| bad_request(&error))?;
    let (columns, reference) = (owned(&columns)?, reference.map(|columns| owned(&columns)).transpose()?);
    let rows = columns.first().map_or(0, Vec::len);
    let found = run(py, rows.saturating_mul(names.len()), |cancel| {
        let (rows, names) = (views(&columns), names.iter().map(String::as_str).collect::<Vec<_>>());
        let records = reference.as_ref().map(|columns| views(columns));
        directional(&Directional {
            records: records.as_ref().unwrap_or(&rows),
            rows: records.is_some().then_some(rows.as_slice()),
            names: &names,
            direction: &direction,
            threads,
            cancel,
        })
    })?;
    let targets = found.targets.into_iter().map(|column| column.into_pyarray(py)).collect();
    Ok((found.beta.into_pyarray(py), targets, peers(py, &found.peers), found.warnings))
}

/// Order-m scores; exact without draws.
#[pyfunction]
#[pyo3(signature = (names, columns, m, draws, context, bandwidth, seed, threads))]
#[allow(clippy::too_many_arguments)]
pub(super) fn frontier_order_m<'py>(
    py: Python<'py>,
    names: Vec<String>,
    columns: Vec<Given<'py>>,
    m: usize,
    draws: Option<usize>,
    context: Option<Given<'py>>,
    bandwidth: f64,
    seed: u64,
    threads: Option<usize>,
) -> PyResult<Doubles<'py>> {
    let columns = owned(&columns)?;
    let rows = columns.first().map_or(0, Vec::len);
    let context = context.map(|context| whole_strides(&context).map(|()| context.as_array().to_vec())).transpose()?;
    let work = rows.saturating_mul(draws.map_or(rows, |draws| draws.saturating_mul(m)));
    let scores = run(py, work, |cancel| {
        let (columns, names) = (views(&columns), names.iter().map(String::as_str).collect::<Vec<_>>());
        let context = context.as_deref().map(|context| (context, bandwidth));
        order_m(&OrderM { columns: &columns, names: &names, m, draws, context, seed, threads, cancel })
    })?;
    Ok(scores.into_pyarray(py))
}

/// Change, catching up and shift of the frontier between two periods; limits as JSON.
#[pyfunction]
#[pyo3(signature = (names, first, last, limits, threads))]
pub(super) fn frontier_over_time<'py>(
    py: Python<'py>,
    names: Vec<String>,
    first: Vec<Given<'py>>,
    last: Vec<Given<'py>>,
    limits: Option<&str>,
    threads: Option<usize>,
) -> PyResult<(Doubles<'py>, Doubles<'py>, Doubles<'py>)> {
    let limits: Option<Limits> = limits.map(serde_json::from_str).transpose().map_err(|error| bad_request(&error))?;
    let (first, last) = (owned(&first)?, owned(&last)?);
    let rows = first.first().map_or(0, Vec::len);
    let found = run(py, rows.saturating_mul(names.len()), |cancel| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        over_time(&names, &views(&first), &views(&last), limits.as_ref(), threads, cancel)
    })?;
    Ok((found.change.into_pyarray(py), found.catching_up.into_pyarray(py), found.frontier_shift.into_pyarray(py)))
}

/// Puts the functions of this room into the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(frontier_doubt, module)?)?;
    module.add_function(wrap_pyfunction!(frontier_directional, module)?)?;
    module.add_function(wrap_pyfunction!(frontier_order_m, module)?)?;
    module.add_function(wrap_pyfunction!(frontier_over_time, module)?)?;
    Ok(())
}
