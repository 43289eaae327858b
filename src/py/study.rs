//! The room `study`: columns of doubles and codes in, numbers out.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::error::Error;
use crate::numeric::special::chi_squared_upper;
use crate::study::coupling::{Closed, Formula, coupled, grade};
use crate::study::dagum::{Dagum, dagum, ends, resampled};
use crate::study::lag::{Edges, lagged};
use crate::study::rows::ordered;
use crate::study::sample::{Sample, samples};
use crate::study::transition::{Moves, transitions};
use crate::study::{classes, convergence, inequality};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
type Codes<'py> = PyReadonlyArray1<'py, u32>;

fn owned(column: &Given<'_>) -> PyResult<Vec<f64>> {
    whole_strides(column)?;
    Ok(column.as_array().to_vec())
}

/// Periods of rows and their number; none where there is one period.
type Periods<'py> = Option<(Codes<'py>, usize)>;

fn cut(
    values: &Given<'_>,
    weights: Option<&Given<'_>>,
    groups: Option<(&Codes<'_>, usize)>,
    periods: &Periods<'_>,
) -> PyResult<Vec<Sample>> {
    let (values, weights) = (owned(values)?, weights.map(owned).transpose()?);
    let groups = groups.map(|(codes, count)| (codes.as_array().to_vec(), count));
    let groups = groups.as_ref().map(|(codes, count)| (codes.as_slice(), *count));
    let codes = periods.as_ref().map(|(codes, _)| codes.as_array().to_vec());
    Ok(samples(&values, weights.as_deref(), groups, codes.as_deref(), periods.as_ref().map_or(1, |periods| periods.1)))
}

/// Rows in the order of unit and period, and a row whose keys are there twice.
#[pyfunction]
fn study_order<'py>(
    py: Python<'py>,
    units: PyReadonlyArray1<'py, i64>,
    periods: Given<'py>,
) -> PyResult<(Bound<'py, PyArray1<u32>>, Option<u32>)> {
    let (units, periods) = (units.as_array().to_vec(), owned(&periods)?);
    let (order, twice) = run(py, units.len(), |_| Ok(ordered(&units, &periods)))?;
    Ok((order.into_pyarray(py), twice))
}

/// C, T and D of every row; the grade of D and the stage of C among cut-offs.
#[pyfunction]
fn study_coupling<'py>(
    py: Python<'py>,
    systems: Vec<Given<'py>>,
    weights: Vec<f64>,
    formula: &str,
    cuts: [Vec<f64>; 2],
    left: bool,
) -> PyResult<([Doubles<'py>; 3], [Bound<'py, PyArray1<i16>>; 2])> {
    let formula: Formula = serde_json::from_str(formula).map_err(|error| bad_request(&error))?;
    let columns = systems.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    let rows = columns.first().map_or(0, Vec::len);
    let total: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
    let mut found = [vec![0.0; rows], vec![0.0; rows], vec![0.0; rows]];
    let mut unit = vec![0.0; columns.len()];
    for row in 0..rows {
        unit.iter_mut().zip(&columns).for_each(|(u, column)| *u = column[row]);
        let own = coupled(&unit, &shares, formula);
        (found[0][row], found[1][row], found[2][row]) = (own.coupling, own.development, own.coordination);
    }
    let closed = if left { Closed::Left } else { Closed::Right };
    let graded = |degrees: &[f64], cuts: &[f64]| degrees.iter().map(|x| grade(*x, cuts, closed)).collect::<Vec<_>>();
    let grades = [graded(&found[2], &cuts[0]), graded(&found[0], &cuts[1])];
    Ok((found.map(|column| column.into_pyarray(py)), grades.map(|column| column.into_pyarray(py))))
}

/// Values used, rows left out; total, within, between, overlap; shares of the last three; by group mean, share of weight, share
/// of value, Gini; by pair Gini and affluence; ends of intervals of the totals.
type Decomposed = ((usize, usize), [f64; 4], [f64; 3], Vec<Vec<f64>>, Vec<f64>, Vec<f64>, Option<[[f64; 4]; 2]>);

/// Dagum's decomposition by period.
#[pyfunction]
#[pyo3(signature = (values, weights, groups, count, periods, resamples, level, seed, threads))]
#[allow(clippy::too_many_arguments)]
fn study_dagum(
    py: Python<'_>,
    values: Given<'_>,
    weights: Option<Given<'_>>,
    groups: Codes<'_>,
    count: usize,
    periods: Periods<'_>,
    resamples: usize,
    level: f64,
    seed: u64,
    threads: Option<usize>,
) -> PyResult<Vec<Decomposed>> {
    let samples = cut(&values, weights.as_ref(), Some((&groups, count)), &periods)?;
    run(py, usize::MAX, |cancel| {
        let of = |sample: &Sample| {
            let Dagum { total, within, between, overlap, means, weight_shares, value_shares, ginis, pairs, affluence } =
                dagum(sample, count);
            let interval = if resamples == 0 {
                None
            } else {
                let drawn = resampled(sample, count, resamples, seed, threads, cancel);
                Some(ends(&drawn.ok_or_else(Error::interrupted)?, level))
            };
            let share = |part: f64| if total > 0.0 { part / total } else { f64::NAN };
            let totals = [total, within, between, overlap];
            let shares = [share(within), share(between), share(overlap)];
            let by_group = vec![means, weight_shares, value_shares, ginis];
            let rows = (sample.values.len(), sample.left_out);
            Ok((rows, totals, shares, by_group, pairs, affluence, interval))
        };
        samples.iter().map(of).collect()
    })
}

/// By period: values used, rows left out, mean, and measures by their names.
#[pyfunction]
fn study_inequality(
    py: Python<'_>,
    values: Given<'_>,
    weights: Option<Given<'_>>,
    measures: Vec<(String, f64)>,
    periods: Periods<'_>,
) -> PyResult<Vec<(usize, usize, f64, Vec<f64>)>> {
    let samples = cut(&values, weights.as_ref(), None, &periods)?;
    let of = |sample: &Sample| {
        let (values, weights) = (sample.values.as_slice(), sample.weights.as_deref());
        let measure = |(name, option): &(String, f64)| match name.as_str() {
            "gini" => inequality::gini(values, weights),
            "atkinson" => inequality::atkinson(values, weights, *option),
            "cv" => inequality::variation(values, weights, *option * sample.weight_factor),
            "sd_log" => convergence::spread_of_logs(sample, *option),
            _ => inequality::generalized_entropy(values, weights, *option),
        };
        (values.len(), sample.left_out, sample.mean(), measures.iter().map(measure).collect())
    };
    run(py, usize::MAX, |_| Ok(samples.iter().map(of).collect()))
}

/// Differences of a column of numbers from one to the next.
#[pyfunction]
fn study_changes(values: Vec<f64>) -> Vec<f64> {
    convergence::changes(&values)
}

/// By period: rows left out; total, within, between, share of between; by group values used, entropy, contribution, share of
/// weight, share of value.
type Parts = (usize, [f64; 4], Vec<usize>, Vec<Vec<f64>>);

#[pyfunction]
fn study_entropy_parts(
    py: Python<'_>,
    values: Given<'_>,
    weights: Option<Given<'_>>,
    alpha: f64,
    groups: Codes<'_>,
    count: usize,
    periods: Periods<'_>,
) -> PyResult<Vec<Parts>> {
    let samples = cut(&values, weights.as_ref(), Some((&groups, count)), &periods)?;
    let of = |sample: &Sample| {
        let parts = inequality::decomposed(&sample.values, sample.weights.as_deref(), alpha, &sample.groups, count);
        let mut used = vec![0; count];
        for group in &sample.groups {
            if let Some(own) = used.get_mut(*group as usize) {
                *own += 1;
            }
        }
        let share = if parts.total > 0.0 { parts.between / parts.total } else { f64::NAN };
        let by_group = vec![parts.groups, parts.contributions, parts.weight_shares, parts.value_shares];
        (sample.left_out, [parts.total, parts.within, parts.between, share], used, by_group)
    };
    run(py, usize::MAX, |_| Ok(samples.iter().map(of).collect()))
}

/// Intercept, slope, standard error, share of variance, units, speed, half-life; units left out.
#[pyfunction]
fn study_beta(
    units: PyReadonlyArray1<'_, i64>,
    periods: Given<'_>,
    values: Given<'_>,
    order: Codes<'_>,
    between: (f64, f64),
    total: bool,
) -> PyResult<((f64, f64, f64, f64, usize, f64, f64), usize)> {
    let (units, order) = (units.as_array().to_vec(), order.as_array().to_vec());
    let (start, grown, left_out) =
        convergence::growth(&units, &owned(&periods)?, &owned(&values)?, &order, between, total);
    let found = convergence::regression(&start, &grown);
    // Total growth has k times the slope of the mean rate.
    let over = between.1 - between.0;
    let slope = if total { found.slope / over } else { found.slope };
    let (speed, half) = convergence::speed(slope, over);
    Ok(((found.intercept, found.slope, found.error, found.r_squared, found.count, speed, half), left_out))
}

/// Cut-offs; counts, shares, pooled shares, stationary distribution; likelihood ratio, its p, Pearson's statistic, its p, degrees
/// of freedom; gaps, missing.
type Chain = (Vec<Vec<f64>>, [Vec<f64>; 4], (f64, f64, f64, f64, usize), usize, usize);
/// Units, periods, rows in their order.
type Keys<'py> = (PyReadonlyArray1<'py, i64>, PyReadonlyArray1<'py, i64>, Codes<'py>);

/// A chain; where values are to be relative and the mean of a period is not positive, that period and its mean.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
fn study_transitions(
    py: Python<'_>,
    keys: Keys<'_>,
    values: Given<'_>,
    weights: Option<Given<'_>>,
    cuts: Option<Vec<f64>>,
    classes: usize,
    each: bool,
    relative: bool,
    edges: Option<(Codes<'_>, Codes<'_>, Given<'_>)>,
    step: i64,
) -> PyResult<(Option<Chain>, Option<(i64, f64)>)> {
    let (units, periods, order) = (keys.0.as_array().to_vec(), keys.1.as_array().to_vec(), keys.2.as_array().to_vec());
    let (mut values, weights) = (owned(&values)?, weights.as_ref().map(owned).transpose()?);
    let edges = edges.map(|(a, b, w)| Ok::<_, PyErr>((a.as_array().to_vec(), b.as_array().to_vec(), owned(&w)?)));
    let edges = edges.transpose()?;
    run(py, values.len(), |_| {
        let (distinct, codes) = classes::coded(&periods);
        if relative {
            match classes::relative(&values, &codes, distinct.len()) {
                Ok(found) => values = found,
                Err((place, mean)) => return Ok((None, distinct.get(place).map(|period| (*period, mean)))),
            }
        }
        let cuts =
            cuts.map_or_else(|| classes::quantiles(&values, &codes, distinct.len(), classes, each), |cuts| vec![cuts]);
        let class = classes::classed(&values, &codes, &cuts);
        let condition = edges.map(|(focal, other, weight)| {
            let edges = Edges { focal: &focal, other: &other, weight: &weight };
            classes::classed(&lagged(&units, &periods, &order, &values, edges), &codes, &cuts)
        });
        let moves = Moves {
            units: &units,
            periods: &periods,
            order: &order,
            class: &class,
            condition: condition.as_deref(),
            weights: weights.as_deref(),
        };
        let found = transitions(moves, classes, step);
        let (ratio, squares, freedom) = found.homogeneity();
        let p = |x: f64| if freedom > 0 { chi_squared_upper(x, freedom as f64) } else { f64::NAN };
        let pooled = found.pooled();
        let tests = (ratio, p(ratio), squares, p(squares), freedom);
        let parts = [found.counts.clone(), found.probabilities(), pooled.probabilities(), pooled.stationary()];
        Ok((Some((cuts, parts, tests, found.gaps, found.missing)), None))
    })
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(study_order, module)?)?;
    module.add_function(wrap_pyfunction!(study_changes, module)?)?;
    module.add_function(wrap_pyfunction!(study_coupling, module)?)?;
    module.add_function(wrap_pyfunction!(study_dagum, module)?)?;
    module.add_function(wrap_pyfunction!(study_inequality, module)?)?;
    module.add_function(wrap_pyfunction!(study_entropy_parts, module)?)?;
    module.add_function(wrap_pyfunction!(study_beta, module)?)?;
    module.add_function(wrap_pyfunction!(study_transitions, module)?)
}
