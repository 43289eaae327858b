//! The room `robustness`: points in, replays and what they say out.

use std::sync::atomic::{AtomicUsize, Ordering};

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyReadonlyArray2, ToPyArray};
use pyo3::prelude::*;

use super::error::{bad_request, json, raise};
use super::index::{Index, PyPeriods, periods};
use super::run::{run, run_telling};
use super::table::{Table, whole_strides};
use crate::error::{Error, Kind, Problem};
use crate::parallel::Cancel;
use crate::robustness::grid;
use crate::robustness::points::{Blocks, Design, points, saltelli};
use crate::robustness::sensitivity::{Conventions, Estimate, sensitivity};
use crate::robustness::stability::{End, Question, stability};
use crate::robustness::{self, Factor, Layout, Request, replay, summary};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;

fn factors(text: &str) -> PyResult<Vec<Factor>> {
    serde_json::from_str(text).map_err(|error| bad_request(&error))
}

fn design(name: &str) -> PyResult<Design> {
    serde_json::from_value(serde_json::Value::from(name)).map_err(|error| bad_request(&error))
}

fn layout(index: &Index, factors: &[Factor]) -> PyResult<Layout> {
    Layout::new(&index.0, factors).map_err(|error| raise(&error))
}

/// First dimension of each factor and the number of all.
#[pyfunction]
fn robustness_layout(index: &Index, factors: &str) -> PyResult<Vec<usize>> {
    let factors = self::factors(factors)?;
    let layout = layout(index, &factors)?;
    let starts = (0..factors.len()).map(|factor| layout.of(factor).start);
    Ok(starts.chain([layout.dimensions_of_points()]).collect())
}

/// Points of a design, by row.
#[pyfunction]
fn robustness_points<'py>(
    py: Python<'py>,
    design: &str,
    count: usize,
    width: usize,
    seed: u64,
) -> PyResult<Doubles<'py>> {
    Ok(points(self::design(design)?, count, width, seed).into_pyarray(py))
}

/// Points of a design for sensitivity, by row.
#[pyfunction]
fn robustness_saltelli<'py>(
    py: Python<'py>,
    index: &Index,
    factors: &str,
    second: bool,
    design: &str,
    count: usize,
    seed: u64,
) -> PyResult<Doubles<'py>> {
    let factors = self::factors(factors)?;
    let layout = layout(index, &factors)?;
    let blocks = Blocks { factors: factors.len(), second };
    Ok(saltelli(&layout, blocks, self::design(design)?, count, seed).into_pyarray(py))
}

/// Every combination of alternatives, by row.
#[pyfunction]
fn robustness_grid<'py>(py: Python<'py>, index: &Index, factors: &str) -> PyResult<Doubles<'py>> {
    let factors = self::factors(factors)?;
    let layout = layout(index, &factors)?;
    Ok(grid::combinations(&layout, &factors).map_err(|error| raise(&error))?.into_pyarray(py))
}

/// Group, child, share; ends for the leader and for levels as (share, row), downwards and upwards.
type Interval = (String, String, f64, Ends, Option<Ends>);
type Ends = [(f64, Option<usize>); 2];

/// How far each weight may move.
#[pyfunction]
fn robustness_stability(
    py: Python<'_>,
    index: &Index,
    table: &Table,
    question: &str,
    periods: Option<PyPeriods<'_>>,
) -> PyResult<Vec<Interval>> {
    let periods = self::periods(periods, table.rows())?;
    let question: Question = serde_json::from_str(question).map_err(|error| bad_request(&error))?;
    let guards = table.guards(py)?;
    let borrowed = guards.table()?;
    let found = run(py, usize::MAX, |cancel| stability(&index.0, &borrowed, &question, periods.as_ref(), cancel))?;
    let ends = |ends: [End; 2]| ends.map(|end| (end.share, end.row));
    Ok(found.into_iter().map(|s| (s.group, s.child, s.share, ends(s.leader), s.levels.map(ends))).collect())
}

/// Estimates as value, lower and upper end.
type Estimates = Vec<(f64, f64, f64)>;

/// First order, total, second order, mean, variance, points used, points left out.
#[pyfunction]
fn robustness_sensitivity(
    py: Python<'_>,
    output: PyReadonlyArray1<'_, f64>,
    factors: usize,
    second: bool,
    conventions: &str,
    threads: Option<usize>,
) -> PyResult<(Estimates, Estimates, Estimates, f64, f64, usize, usize)> {
    let conventions: Conventions = serde_json::from_str(conventions).map_err(|error| bad_request(&error))?;
    whole_strides(&output)?;
    let output = output.as_array().to_vec();
    let blocks = Blocks { factors, second };
    let found = run(py, usize::MAX, |cancel| {
        sensitivity(&output, blocks, &conventions, threads, cancel).ok_or_else(Error::interrupted)
    })?;
    let told = |estimates: Vec<Estimate>| estimates.into_iter().map(|e| (e.value, e.low, e.high)).collect();
    let counts = (found.points, found.left_out);
    Ok((told(found.first), told(found.total), told(found.second), found.mean, found.variance, counts.0, counts.1))
}

/// What replays saw.
#[pyclass(module = "indicia._core", frozen)]
pub(super) struct Replays {
    found: robustness::Replays,
    threads: Option<usize>,
}

/// Replays an index at points; `progress` is called with the number of finished replays.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
fn robustness_replay(
    py: Python<'_>,
    index: &Index,
    table: &Table,
    request: &str,
    points: PyReadonlyArray2<'_, f64>,
    weights: Option<PyReadonlyArray1<'_, f64>>,
    periods: Option<PyPeriods<'_>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Replays> {
    let request: Request = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
    let layout = layout(index, &request.factors)?;
    let points = points.as_array();
    if points.ncols() != layout.dimensions_of_points() || points.iter().any(|u| !(0.0..1.0).contains(u)) {
        let expected = layout.dimensions_of_points();
        let message = format!("points are rows of {expected} numbers of at least 0 and below 1");
        return Err(raise(&Error::new(Kind::Value, Problem::general(message))));
    }
    let points: Vec<f64> = points.iter().copied().collect();
    let weights = weights.map(|weights| weights.as_array().to_vec());
    let guards = table.guards(py)?;
    let borrowed = guards.table()?;
    let periods = self::periods(periods, table.rows())?;
    let done = AtomicUsize::new(0);
    let tick = |py: Python<'_>| match &progress {
        Some(progress) => progress.call1(py, (done.load(Ordering::Relaxed),)).map(|_| ()),
        None => Ok(()),
    };
    let work = |cancel: &Cancel| {
        replay(&index.0, &borrowed, &request, &layout, &points, weights.as_deref(), periods.as_ref(), &done, cancel)
    };
    let found = run_telling(py, &tick, work)?;
    tick(py)?;
    Ok(Replays { found, threads: request.threads })
}

/// Mean, standard deviation, quantiles, number of replays.
type Described<'py> = (Doubles<'py>, Doubles<'py>, Vec<Doubles<'py>>, Bound<'py, PyArray1<u32>>);

fn described(py: Python<'_>, found: Option<summary::Distribution>) -> PyResult<Described<'_>> {
    let found = found.ok_or_else(|| raise(&Error::interrupted()))?;
    let quantiles = found.quantiles.into_iter().map(|column| column.into_pyarray(py)).collect();
    Ok((found.mean.into_pyarray(py), found.sd.into_pyarray(py), quantiles, found.count.into_pyarray(py)))
}

#[pymethods]
impl Replays {
    #[getter]
    fn units(&self) -> usize {
        self.found.units
    }

    #[getter]
    fn count(&self) -> usize {
        self.found.count
    }

    #[getter]
    fn level_names(&self) -> Vec<String> {
        self.found.level_names.clone()
    }

    #[getter]
    fn failed(&self) -> Vec<(usize, String)> {
        self.found.failed.clone()
    }

    /// Scores, ranks and levels of the index as it is.
    fn nominal<'py>(&self, py: Python<'py>) -> (Doubles<'py>, Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<u8>>) {
        let seen = &self.found.nominal;
        (seen.scores.to_pyarray(py), seen.ranks.to_pyarray(py), seen.levels.to_pyarray(py))
    }

    fn choices<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u16>> {
        self.found.choices.to_pyarray(py)
    }

    fn shift<'py>(&self, py: Python<'py>) -> Doubles<'py> {
        self.found.shift.to_pyarray(py)
    }

    fn shares<'py>(&self, py: Python<'py>) -> Doubles<'py> {
        self.found.shares.to_pyarray(py)
    }

    fn watched<'py>(&self, py: Python<'py>) -> (Doubles<'py>, Bound<'py, PyArray1<u32>>) {
        (self.found.watched_scores.to_pyarray(py), self.found.watched_ranks.to_pyarray(py))
    }

    fn scores<'py>(&self, py: Python<'py>) -> Doubles<'py> {
        self.found.scores.to_pyarray(py)
    }

    fn ranks<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u32>> {
        self.found.ranks.to_pyarray(py)
    }

    fn levels<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u8>> {
        self.found.levels.to_pyarray(py)
    }

    fn score_distribution<'py>(&self, py: Python<'py>, quantiles: Vec<f64>) -> PyResult<Described<'py>> {
        let read = |score: f64| (!score.is_nan()).then_some(score);
        let found = &self.found;
        let work = |cancel: &Cancel| {
            Ok(summary::distribution(&found.scores, found.units, read, &quantiles, self.threads, cancel))
        };
        described(py, run(py, found.scores.len(), work)?)
    }

    fn rank_distribution<'py>(&self, py: Python<'py>, quantiles: Vec<f64>) -> PyResult<Described<'py>> {
        let read = |rank: u32| (rank > 0).then_some(f64::from(rank));
        let found = &self.found;
        let work = |cancel: &Cancel| {
            Ok(summary::distribution(&found.ranks, found.units, read, &quantiles, self.threads, cancel))
        };
        described(py, run(py, found.ranks.len(), work)?)
    }

    fn acceptability<'py>(&self, py: Python<'py>, rows: Vec<usize>, most: usize) -> PyResult<Doubles<'py>> {
        self.check(&rows)?;
        Ok(summary::acceptability(&self.found.ranks, self.found.units, &rows, most).into_pyarray(py))
    }

    fn above<'py>(&self, py: Python<'py>, pairs: Vec<(usize, usize)>) -> PyResult<Doubles<'py>> {
        let rows: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        self.check(&rows)?;
        Ok(summary::above(&self.found.ranks, self.found.units, &pairs).into_pyarray(py))
    }

    fn at_least<'py>(&self, py: Python<'py>) -> Vec<Doubles<'py>> {
        let found = &self.found;
        let columns = summary::at_least(&found.levels, found.units, found.level_names.len());
        columns.into_iter().map(|column| column.into_pyarray(py)).collect()
    }

    fn hinges<'py>(&self, py: Python<'py>, factors: usize) -> Vec<Doubles<'py>> {
        let found = &self.found;
        let columns = summary::hinges(&found.levels, found.units, &found.choices, factors);
        columns.into_iter().map(|column| column.into_pyarray(py)).collect()
    }

    /// Groups and children whose weights were kept, their shares by the index as it is and by replay.
    fn weights<'py>(&self, py: Python<'py>) -> (Vec<(String, String)>, Doubles<'py>, Doubles<'py>) {
        let found = &self.found;
        (found.edges.clone(), found.nominal_weights.to_pyarray(py), found.weights.to_pyarray(py))
    }

    /// By replay: rank correlation with the index as it is, largest difference of ranks, units that moved, weight that moved.
    fn against<'py>(&self, py: Python<'py>) -> [Doubles<'py>; 4] {
        let found = grid::against(&self.found);
        let column = |read: fn(&grid::Against) -> f64| found.iter().map(read).collect::<Vec<_>>().into_pyarray(py);
        [column(|a| a.correlation), column(|a| a.largest), column(|a| a.moved), column(|a| a.weight)]
    }

    /// By factor: mean and largest change of ranks when it alone changes, and the number of pairs.
    fn matters(&self, factors: usize) -> Vec<(f64, f64, usize)> {
        grid::matters(&self.found, factors).into_iter().map(|m| (m.rank_change, m.largest, m.pairs)).collect()
    }

    /// What failed, by reason, as JSON.
    fn failures(&self) -> PyResult<String> {
        let mut reasons = indexmap::IndexMap::<&str, usize>::new();
        for (_, reason) in &self.found.failed {
            *reasons.entry(reason).or_default() += 1;
        }
        json(&reasons)
    }
}

impl Replays {
    fn check(&self, rows: &[usize]) -> PyResult<()> {
        let known = rows.iter().all(|row| *row < self.found.units);
        if known && !self.found.ranks.is_empty() {
            return Ok(());
        }
        let message = if known { "ranks were not kept" } else { "there is no such row" };
        Err(raise(&Error::new(Kind::Value, Problem::general(message).remedy("keep ranks"))))
    }
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Replays>()?;
    module.add_function(wrap_pyfunction!(robustness_layout, module)?)?;
    module.add_function(wrap_pyfunction!(robustness_points, module)?)?;
    module.add_function(wrap_pyfunction!(robustness_saltelli, module)?)?;
    module.add_function(wrap_pyfunction!(robustness_sensitivity, module)?)?;
    module.add_function(wrap_pyfunction!(robustness_grid, module)?)?;
    module.add_function(wrap_pyfunction!(robustness_stability, module)?)?;
    module.add_function(wrap_pyfunction!(robustness_replay, module)?)
}
