//! The room `study`: columns of doubles and codes in, numbers out.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::error::Error;
use crate::numeric::special::chi_squared_upper;
use crate::study::coupling::{Formula, coupled};
use crate::study::dagum::{Dagum, dagum, resampled};
use crate::study::transition::transitions;
use crate::study::{convergence, inequality};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
type Codes<'py> = PyReadonlyArray1<'py, u32>;

fn owned(column: &Given<'_>) -> PyResult<Vec<f64>> {
    whole_strides(column)?;
    Ok(column.as_array().to_vec())
}

/// C, T and D of every row.
#[pyfunction]
fn study_coupling<'py>(
    py: Python<'py>,
    systems: Vec<Given<'py>>,
    weights: Vec<f64>,
    formula: &str,
) -> PyResult<[Doubles<'py>; 3]> {
    let formula: Formula = serde_json::from_str(formula).map_err(|error| bad_request(&error))?;
    let columns = systems.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    let rows = columns.first().map_or(0, Vec::len);
    let mut found = [vec![0.0; rows], vec![0.0; rows], vec![0.0; rows]];
    let mut unit = vec![0.0; columns.len()];
    for row in 0..rows {
        unit.iter_mut().zip(&columns).for_each(|(u, column)| *u = column[row]);
        let own = coupled(&unit, &weights, formula);
        (found[0][row], found[1][row], found[2][row]) = (own.coupling, own.development, own.coordination);
    }
    Ok(found.map(|column| column.into_pyarray(py)))
}

/// Total, within, between, overlap; by group mean, share of weight, share of value, Gini; by pair Gini and affluence.
type Decomposed = ([f64; 4], Vec<Vec<f64>>, Vec<f64>, Vec<f64>);

/// Dagum's decomposition, and the four totals of resamples.
#[pyfunction]
#[pyo3(signature = (values, weights, groups, count, resamples, seed, threads))]
#[allow(clippy::too_many_arguments)]
fn study_dagum(
    py: Python<'_>,
    values: Given<'_>,
    weights: Option<Given<'_>>,
    groups: Codes<'_>,
    count: usize,
    resamples: usize,
    seed: u64,
    threads: Option<usize>,
) -> PyResult<(Decomposed, Vec<[f64; 4]>)> {
    let (values, groups) = (owned(&values)?, groups.as_array().to_vec());
    let weights = weights.as_ref().map(owned).transpose()?;
    let (found, drawn) = run(py, usize::MAX, |cancel| {
        let weights = weights.as_deref();
        let found = dagum(&values, weights, &groups, count);
        let drawn = if resamples == 0 {
            Vec::new()
        } else {
            resampled(&values, weights, &groups, count, resamples, seed, threads, cancel)
                .ok_or_else(Error::interrupted)?
        };
        Ok((found, drawn))
    })?;
    let Dagum { total, within, between, overlap, means, weight_shares, value_shares, ginis, pairs, affluence } = found;
    Ok((([total, within, between, overlap], vec![means, weight_shares, value_shares, ginis], pairs, affluence), drawn))
}

/// Generalized entropy, Gini, Atkinson, coefficient of variation by their names.
#[pyfunction]
fn study_inequality(values: Given<'_>, weights: Option<Given<'_>>, measures: Vec<(String, f64)>) -> PyResult<Vec<f64>> {
    let values = owned(&values)?;
    let weights = weights.as_ref().map(owned).transpose()?;
    let weights = weights.as_deref();
    Ok(measures
        .into_iter()
        .map(|(name, option)| match name.as_str() {
            "gini" => inequality::gini(&values, weights),
            "atkinson" => inequality::atkinson(&values, weights, option),
            "cv" => inequality::variation(&values, weights, option),
            _ => inequality::generalized_entropy(&values, weights, option),
        })
        .collect())
}

/// Total, within, between; by group entropy, contribution, share of weight, share of value.
#[pyfunction]
fn study_entropy_parts(
    values: Given<'_>,
    weights: Option<Given<'_>>,
    alpha: f64,
    groups: Codes<'_>,
    count: usize,
) -> PyResult<([f64; 3], Vec<Vec<f64>>)> {
    let (values, groups) = (owned(&values)?, groups.as_array().to_vec());
    let weights = weights.as_ref().map(owned).transpose()?;
    let parts = inequality::decomposed(&values, weights.as_deref(), alpha, &groups, count);
    let by_group = vec![parts.groups, parts.contributions, parts.weight_shares, parts.value_shares];
    Ok(([parts.total, parts.within, parts.between], by_group))
}

/// Intercept, slope, standard error, share of variance, units, speed, half-life.
#[pyfunction]
fn study_beta(
    start: Given<'_>,
    growth: Given<'_>,
    periods: f64,
    total: bool,
) -> PyResult<(f64, f64, f64, f64, usize, f64, f64)> {
    let found = convergence::regression(&owned(&start)?, &owned(&growth)?);
    // Total growth has k times the slope of the mean rate.
    let slope = if total { found.slope / periods } else { found.slope };
    let (speed, half) = convergence::speed(slope, periods);
    Ok((found.intercept, found.slope, found.error, found.r_squared, found.count, speed, half))
}

/// Counts, shares, pooled shares, stationary distribution; likelihood ratio, its p, Pearson's statistic, its p, degrees of
/// freedom; gaps, missing.
type Chain = (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>, (f64, f64, f64, f64, usize), usize, usize);

#[pyfunction]
#[allow(clippy::too_many_arguments)]
fn study_transitions(
    units: Codes<'_>,
    periods: PyReadonlyArray1<'_, i64>,
    class_: Codes<'_>,
    condition: Option<Codes<'_>>,
    weights: Option<Given<'_>>,
    classes: usize,
    conditions: usize,
    step: i64,
) -> PyResult<Chain> {
    let weights = weights.as_ref().map(owned).transpose()?;
    let condition = condition.map(|codes| codes.as_array().to_vec());
    let found = transitions(
        &units.as_array().to_vec(),
        &periods.as_array().to_vec(),
        &class_.as_array().to_vec(),
        condition.as_deref(),
        weights.as_deref(),
        classes,
        conditions,
        step,
    );
    let (ratio, squares, freedom) = found.homogeneity();
    let p = |x: f64| if freedom > 0 { chi_squared_upper(x, freedom as f64) } else { f64::NAN };
    let pooled = found.pooled();
    let tests = (ratio, p(ratio), squares, p(squares), freedom);
    let (shares, stationary) = (found.probabilities(), pooled.stationary());
    Ok((found.counts, shares, pooled.probabilities(), stationary, tests, found.gaps, found.missing))
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(study_coupling, module)?)?;
    module.add_function(wrap_pyfunction!(study_dagum, module)?)?;
    module.add_function(wrap_pyfunction!(study_inequality, module)?)?;
    module.add_function(wrap_pyfunction!(study_entropy_parts, module)?)?;
    module.add_function(wrap_pyfunction!(study_beta, module)?)?;
    module.add_function(wrap_pyfunction!(study_transitions, module)?)
}
