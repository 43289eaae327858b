//! The room `stats`: every function takes a table of number columns.

use std::borrow::Cow;

use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use super::error::bad_request;
use super::run::run;
use super::table::Table;
use crate::columns::{self, Rows};
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::Cancel;
use crate::stats::availability::{By, availability, screen};
use crate::stats::bartlett::bartlett;
use crate::stats::correlation::{Method, correlations, relative_covariances};
use crate::stats::cronbach::cronbach;
use crate::stats::denominate::denominate;
use crate::stats::kmo::kmo;
use crate::stats::pca::{Matrix, pca, sound_correlations};
use crate::stats::summary::{Thresholds, summaries};
use crate::stats::varimax::varimax;
use crate::stats::{Gaps, complete_rows, refuse_infinity};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Counts<'py> = Bound<'py, PyArray1<u64>>;
type Square<'py> = Bound<'py, PyArray2<f64>>;

/// Runs on the columns as doubles, finite or NaN; what is one run of doubles already is not copied.
fn on_columns<T: Send>(
    py: Python<'_>,
    table: &Table,
    work: impl FnOnce(&[String], &[&[f64]], &Cancel) -> Result<T> + Send,
) -> PyResult<T> {
    let guards = table.guards(py)?;
    let table = guards.table()?;
    run(py, table.rows(), |cancel| {
        let doubles: Vec<Cow<'_, [f64]>> = table.names().iter().filter_map(|name| doubles(&table, name)).collect();
        let views: Vec<&[f64]> = doubles.iter().map(AsRef::as_ref).collect();
        refuse_infinity(table.names(), &views)?;
        work(table.names(), &views, cancel)
    })
}

fn doubles<'t>(table: &'t columns::Table<'_>, name: &str) -> Option<Cow<'t, [f64]>> {
    let (column, all) = (table.get(name)?, Rows::Range { start: 0, len: table.rows() });
    Some(column.direct(&all).map_or_else(
        || {
            let mut copy = vec![0.0; table.rows()];
            column.load(&all, &mut copy);
            Cow::Owned(copy)
        },
        Cow::Borrowed,
    ))
}

/// A word as one of an enum.
fn word<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_value(text.into()).map_err(|error| bad_request(&error))
}

/// Statistics in columns: eleven numbers, four counts, four flags.
#[pyfunction]
pub(super) fn stats_summary<'py>(
    py: Python<'py>,
    table: &Table,
    thresholds: &str,
) -> PyResult<(Vec<Doubles<'py>>, Vec<Counts<'py>>, Vec<Bound<'py, PyArray1<bool>>>)> {
    let thresholds: Thresholds = serde_json::from_str(thresholds).map_err(|error| bad_request(&error))?;
    let all = on_columns(py, table, |_, columns, cancel| summaries(columns, &thresholds, None, cancel))?;
    let mut numbers = vec![Vec::new(); 11];
    let (mut counts, mut flags) = (vec![Vec::new(); 4], vec![Vec::new(); 4]);
    for s in &all {
        let shares = [s.share_available, s.share_nonzero, s.share_unique, s.share_same];
        let values = [s.min, s.max, s.mean, s.median, s.sd, s.skew, s.kurtosis].into_iter().chain(shares);
        numbers.iter_mut().zip(values).for_each(|(column, x)| column.push(x));
        counts.iter_mut().zip([s.available, s.nonzero, s.unique, s.same]).for_each(|(column, x)| column.push(x));
        let found = [s.flag_available, s.flag_nonzero, s.flag_unique, s.flag_outliers];
        flags.iter_mut().zip(found).for_each(|(column, x)| column.push(x));
    }
    let numbers = numbers.into_iter().map(|column| column.into_pyarray(py)).collect();
    let counts = counts.into_iter().map(|column| column.into_pyarray(py)).collect();
    Ok((numbers, counts, flags.into_iter().map(|column| column.into_pyarray(py)).collect()))
}

/// Missing, zeros, share available, share not zero; and the verdict where rules are given.
#[pyfunction]
#[pyo3(signature = (table, min_availability, min_nonzero, by, include, exclude))]
#[allow(clippy::too_many_arguments)]
pub(super) fn stats_screen<'py>(
    py: Python<'py>,
    table: &Table,
    min_availability: f64,
    min_nonzero: f64,
    by: &str,
    include: Vec<usize>,
    exclude: Vec<usize>,
) -> PyResult<(Counts<'py>, Counts<'py>, Doubles<'py>, Doubles<'py>, Bound<'py, PyArray1<u8>>)> {
    let by: By = word(by)?;
    let found = on_columns(py, table, |_, columns, cancel| availability(columns, None, cancel))?;
    let verdicts = screen(&found, min_availability, min_nonzero, by, &include, &exclude);
    Ok((
        found.missing.into_pyarray(py),
        found.zeros.into_pyarray(py),
        found.available.into_pyarray(py),
        found.nonzero.into_pyarray(py),
        verdicts.into_iter().map(|verdict| verdict as u8).collect::<Vec<_>>().into_pyarray(py),
    ))
}

/// The first column of the table over the second; the rows that have a value and no denominator, and how many.
#[pyfunction]
pub(super) fn stats_denominate<'py>(
    py: Python<'py>,
    table: &Table,
    scale: f64,
) -> PyResult<(Doubles<'py>, Vec<usize>, u64)> {
    let found = on_columns(py, table, |names, columns, _| match (names, columns) {
        ([name, by, ..], [values, denominators, ..]) => denominate(name, values, by, denominators, scale),
        _ => Err(Error::new(Kind::Value, Problem::general("two columns are expected"))),
    })?;
    Ok((found.values.into_pyarray(py), found.without, found.without_count))
}

/// Coefficients, p-values and counts of all pairs.
#[pyfunction]
pub(super) fn stats_correlation<'py>(
    py: Python<'py>,
    table: &Table,
    method: &str,
    gaps: &str,
) -> PyResult<(Square<'py>, Square<'py>, Bound<'py, PyArray2<u64>>)> {
    let (method, gaps): (Method, Gaps) = (word(method)?, word(gaps)?);
    let found = on_columns(py, table, |_, columns, cancel| correlations(columns, method, gaps, None, cancel))?;
    Ok((found.values.into_pyarray(py), found.p_values.into_pyarray(py), found.counts.into_pyarray(py)))
}

/// Alpha, alpha without each column, correlation of each column with the rest, rows without a gap.
#[pyfunction]
pub(super) fn stats_cronbach<'py>(
    py: Python<'py>,
    table: &Table,
    gaps: &str,
    standardized: bool,
) -> PyResult<(f64, Doubles<'py>, Doubles<'py>, usize)> {
    let gaps: Gaps = word(gaps)?;
    let (found, complete) = on_columns(py, table, |_, columns, cancel| {
        let complete = complete_rows(columns).iter().filter(|keep| **keep).count();
        let matrix = if standardized {
            correlations(columns, Method::Pearson, gaps, None, cancel)?.values
        } else {
            relative_covariances(columns, gaps, None, cancel)?
        };
        Ok((cronbach(&matrix), complete))
    })?;
    Ok((found.alpha, found.if_deleted.into_pyarray(py), found.with_rest.into_pyarray(py), complete))
}

/// Eigenvalues, deviations, shares, running shares; vectors, loadings; scores by component; rows without a gap.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(super) fn stats_pca<'py>(
    py: Python<'py>,
    table: &Table,
    matrix: &str,
    gaps: &str,
    scores: usize,
) -> PyResult<(Vec<Doubles<'py>>, Square<'py>, Square<'py>, Vec<Doubles<'py>>, u64)> {
    let (matrix, gaps): (Matrix, Gaps) = (word(matrix)?, word(gaps)?);
    let (found, scores) = on_columns(py, table, |names, columns, cancel| {
        let found = pca(names, columns, matrix, gaps, None, cancel)?;
        let scores = found.scores(columns, scores, None, cancel)?;
        Ok((found, scores))
    })?;
    let (deviations, (shares, running)) = (found.deviations(), found.explained());
    let numbers = [found.values, deviations, shares, running].map(|column| column.into_pyarray(py)).into();
    let scores = scores.into_iter().map(|column| column.into_pyarray(py)).collect();
    Ok((numbers, found.vectors.into_pyarray(py), found.loadings.into_pyarray(py), scores, found.complete))
}

/// The measure, that of each column, rows without a gap.
#[pyfunction]
pub(super) fn stats_kmo<'py>(py: Python<'py>, table: &Table, gaps: &str) -> PyResult<(f64, Doubles<'py>, u64)> {
    let gaps: Gaps = word(gaps)?;
    let (found, complete) = on_columns(py, table, |names, columns, cancel| {
        let (matrix, complete) = sound_correlations(names, columns, gaps, None, cancel)?;
        Ok((kmo(&matrix)?, complete))
    })?;
    Ok((found.overall, found.by_column.into_pyarray(py), complete))
}

/// Chi-squared, degrees of freedom, p-value, rows without a gap.
#[pyfunction]
pub(super) fn stats_bartlett(py: Python<'_>, table: &Table) -> PyResult<(f64, u64, f64, u64)> {
    let (found, complete) = on_columns(py, table, |names, columns, cancel| {
        let (matrix, complete) = sound_correlations(names, columns, Gaps::Complete, None, cancel)?;
        Ok((bartlett(&matrix, complete)?, complete))
    })?;
    Ok((found.chi_squared, found.degrees, found.p_value, complete))
}

/// Rotated loadings.
#[pyfunction]
pub(super) fn stats_varimax<'py>(
    py: Python<'py>,
    loadings: PyReadonlyArray2<'py, f64>,
    kaiser: bool,
) -> PyResult<Square<'py>> {
    // An owned copy has whole strides, whatever the array had.
    let loadings = loadings.to_owned_array();
    if loadings.iter().any(|x| !x.is_finite()) {
        return Err(PyValueError::new_err("loadings: expected finite numbers, found a missing or infinite one"));
    }
    let rotated = run(py, loadings.len(), |_| Ok(varimax(&loadings, kaiser)))?;
    Ok(rotated.into_pyarray(py))
}

/// Puts the functions of this room into the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(stats_summary, module)?)?;
    module.add_function(wrap_pyfunction!(stats_screen, module)?)?;
    module.add_function(wrap_pyfunction!(stats_denominate, module)?)?;
    module.add_function(wrap_pyfunction!(stats_correlation, module)?)?;
    module.add_function(wrap_pyfunction!(stats_cronbach, module)?)?;
    module.add_function(wrap_pyfunction!(stats_pca, module)?)?;
    module.add_function(wrap_pyfunction!(stats_kmo, module)?)?;
    module.add_function(wrap_pyfunction!(stats_bartlett, module)?)?;
    module.add_function(wrap_pyfunction!(stats_varimax, module)?)?;
    Ok(())
}
