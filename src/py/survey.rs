//! The room `survey`: columns of doubles and codes in, estimates out.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::{Cancel, map};
use crate::survey::bootstrap::{Statistic, replicates};
use crate::survey::combinations::{MOST_ITEMS, combined, most_frequent};
use crate::survey::linearized::{Estimate, difference, mean, part, ratio, share, spread, total};
use crate::survey::quantile::{Quantile, Rule, quantiles};
use crate::survey::reliability::flag;
use crate::survey::{Columns, Design, Domains, Single, interval};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Wholes<'py> = Bound<'py, PyArray1<i64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
type Codes<'py> = PyReadonlyArray1<'py, i64>;
/// Value, standard error, low, high, rows, weight, weighted sum; one entry per estimate.
type Found<'py> = (Doubles<'py>, Doubles<'py>, Doubles<'py>, Doubles<'py>, Wholes<'py>, Doubles<'py>, Doubles<'py>);

/// What a column, or a pair of columns, is asked for.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ask {
    Mean,
    Total,
    Variance,
}

/// A checked design.
#[pyclass(frozen, module = "indicia._core")]
pub(super) struct SurveyDesign {
    design: Design,
}

fn word<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_value(text.into()).map_err(|error| bad_request(&error))
}

fn doubles(values: &Given<'_>) -> PyResult<Vec<f64>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

fn codes(values: &Codes<'_>) -> PyResult<Vec<i64>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

fn each_is(rows: usize, lengths: impl IntoIterator<Item = usize>) -> Result<()> {
    if lengths.into_iter().all(|length| length == rows) {
        return Ok(());
    }
    Err(Error::new(Kind::Value, Problem::general("columns and weights differ in length")))
}

/// Rows in all columns of a call, by which it is decided whether somebody watches for Ctrl-C.
fn size(rows: usize, columns: usize) -> usize {
    rows.saturating_mul(columns.max(1))
}

/// Runs tasks on the pool, results in their order.
fn share_out<T: Send, R: Send>(
    tasks: Vec<T>,
    threads: Option<usize>,
    cancel: &Cancel,
    work: impl Fn(T) -> R + Sync,
) -> Result<Vec<R>> {
    map(tasks, threads, cancel, || (), |(), task| work(task)).ok_or_else(Error::interrupted)
}

fn found<'py>(py: Python<'py>, estimates: &[Estimate], bounds: impl Fn(&Estimate) -> (f64, f64)) -> Found<'py> {
    let column = |of: fn(&Estimate) -> f64| estimates.iter().map(of).collect::<Vec<_>>().into_pyarray(py);
    let (low, high): (Vec<f64>, Vec<f64>) = estimates.iter().map(bounds).unzip();
    let n: Vec<i64> = estimates.iter().map(|estimate| estimate.n as i64).collect();
    (
        column(|estimate| estimate.value),
        column(|estimate| estimate.se),
        low.into_pyarray(py),
        high.into_pyarray(py),
        n.into_pyarray(py),
        column(|estimate| estimate.weight),
        column(|estimate| estimate.total),
    )
}

#[pymethods]
impl SurveyDesign {
    #[new]
    #[pyo3(signature = (weights, strata, psu, fpc, single))]
    fn new(
        weights: Given<'_>,
        strata: Option<Codes<'_>>,
        psu: Option<Codes<'_>>,
        fpc: Option<Given<'_>>,
        single: &str,
        py: Python<'_>,
    ) -> PyResult<Self> {
        let (weights, single) = (doubles(&weights)?, word::<Single>(single)?);
        let (strata, psu) = (strata.as_ref().map(codes).transpose()?, psu.as_ref().map(codes).transpose()?);
        let fpc = fpc.as_ref().map(doubles).transpose()?;
        let columns = Columns { strata: strata.as_deref(), units: psu.as_deref(), population: fpc.as_deref() };
        let design = run(py, weights.len(), |_| Design::new(&weights, columns, single))?;
        Ok(Self { design })
    }

    /// Rows, strata, units, degrees of freedom.
    fn counts(&self) -> (usize, usize, usize, f64) {
        (self.design.len(), self.design.strata().len(), self.design.units(), self.design.degrees())
    }

    /// Means, ratios, totals or variances, by column and group.
    #[pyo3(signature = (ask, columns, groups, count, level, threads))]
    #[allow(clippy::too_many_arguments)]
    fn estimates<'py>(
        &self,
        py: Python<'py>,
        ask: &str,
        columns: Vec<(Given<'py>, Option<Given<'py>>)>,
        groups: Option<Codes<'py>>,
        count: usize,
        level: f64,
        threads: Option<usize>,
    ) -> PyResult<Found<'py>> {
        let (ask, design) = (word::<Ask>(ask)?, &self.design);
        let groups = groups.as_ref().map(codes).transpose()?;
        let columns = columns
            .iter()
            .map(|(y, x)| Ok((doubles(y)?, x.as_ref().map(doubles).transpose()?)))
            .collect::<PyResult<Vec<_>>>()?;
        let reach = interval::reach(level, design.degrees());
        let estimates = run(py, size(design.len(), columns.len()), |cancel| {
            each_is(design.len(), columns.iter().flat_map(|(y, x)| [y.len(), x.as_ref().map_or(y.len(), Vec::len)]))?;
            let domains = Domains::new(design, groups.as_deref(), count)?;
            let tasks: Vec<(usize, usize)> =
                (0..columns.len()).flat_map(|column| (0..domains.count()).map(move |group| (column, group))).collect();
            share_out(tasks, threads, cancel, |(column, group)| {
                let ((y, x), rows) = (&columns[column], domains.rows(group));
                match (ask, x) {
                    (Ask::Mean, None) => mean(design, rows, |row| y[row]),
                    (_, Some(x)) => ratio(design, rows, |row| y[row], |row| x[row]),
                    (Ask::Total, None) => total(design, rows, |row| y[row]),
                    (Ask::Variance, None) => spread(design, rows, |row| y[row]),
                }
            })
        })?;
        Ok(found(py, &estimates, |estimate| interval::plain(estimate.value, estimate.se, reach)))
    }

    /// Shares of categories, by column, group and category; and the rows of each.
    #[pyo3(signature = (columns, groups, count, level, threads))]
    fn shares<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<(Codes<'py>, usize)>,
        groups: Option<Codes<'py>>,
        count: usize,
        level: f64,
        threads: Option<usize>,
    ) -> PyResult<(Found<'py>, Wholes<'py>)> {
        let design = &self.design;
        let groups = groups.as_ref().map(codes).transpose()?;
        let columns =
            columns.iter().map(|(column, count)| Ok((codes(column)?, *count))).collect::<PyResult<Vec<_>>>()?;
        let reach = interval::reach(level, design.degrees());
        let made = run(py, size(design.len(), columns.len()), |cancel| {
            each_is(design.len(), columns.iter().map(|(column, _)| column.len()))?;
            let domains = Domains::new(design, groups.as_deref(), count)?;
            let mut tasks = Vec::new();
            for (place, (_, categories)) in columns.iter().enumerate() {
                for group in 0..domains.count() {
                    tasks.extend((0..*categories).map(|category| (place, group, category as i64)));
                }
            }
            share_out(tasks, threads, cancel, |(place, group, category)| {
                let (column, rows) = (&columns[place].0, domains.rows(group));
                let n = rows.iter().filter(|row| column[**row as usize] == category).count();
                (share(design, rows, column, category), n as i64)
            })
        })?;
        let (estimates, n): (Vec<Estimate>, Vec<i64>) = made.into_iter().unzip();
        let table = found(py, &estimates, |estimate| interval::logit(estimate.value, estimate.se, reach));
        Ok((table, n.into_pyarray(py)))
    }

    /// Shares of groups in the total of a column within a domain, by column, domain and group.
    #[pyo3(signature = (columns, groups, count, within, within_count, level, threads))]
    #[allow(clippy::too_many_arguments)]
    fn parts<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<Given<'py>>,
        groups: Codes<'py>,
        count: usize,
        within: Option<Codes<'py>>,
        within_count: usize,
        level: f64,
        threads: Option<usize>,
    ) -> PyResult<(Found<'py>, Wholes<'py>)> {
        let (design, groups) = (&self.design, codes(&groups)?);
        let within = within.as_ref().map(codes).transpose()?;
        let columns = columns.iter().map(doubles).collect::<PyResult<Vec<_>>>()?;
        let reach = interval::reach(level, design.degrees());
        let made = run(py, size(design.len(), columns.len()), |cancel| {
            each_is(design.len(), columns.iter().map(Vec::len).chain([groups.len()]))?;
            let domains = Domains::new(design, within.as_deref(), within_count)?;
            let mut tasks = Vec::new();
            for place in 0..columns.len() {
                for domain in 0..domains.count() {
                    tasks.extend((0..count as i64).map(|group| (place, domain, group)));
                }
            }
            share_out(tasks, threads, cancel, |(place, domain, group)| {
                let (y, rows) = (&columns[place], domains.rows(domain));
                let own = |row: usize| groups[row] == group;
                let n = rows.iter().map(|row| *row as usize).filter(|row| own(*row) && !y[*row].is_nan()).count();
                (part(design, rows, |row| y[row], own), n as i64)
            })
        })?;
        let (estimates, n): (Vec<Estimate>, Vec<i64>) = made.into_iter().unzip();
        Ok((found(py, &estimates, |estimate| interval::plain(estimate.value, estimate.se, reach)), n.into_pyarray(py)))
    }

    /// Quantiles by column, group and share wanted.
    #[pyo3(signature = (columns, groups, count, wanted, rule, level, threads))]
    #[allow(clippy::too_many_arguments)]
    fn quantiles<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<Given<'py>>,
        groups: Option<Codes<'py>>,
        count: usize,
        wanted: Vec<f64>,
        rule: &str,
        level: f64,
        threads: Option<usize>,
    ) -> PyResult<Found<'py>> {
        let (design, rule) = (&self.design, word::<Rule>(rule)?);
        let groups = groups.as_ref().map(codes).transpose()?;
        let columns = columns.iter().map(doubles).collect::<PyResult<Vec<_>>>()?;
        let reach = interval::reach(level, design.degrees());
        let made = run(py, size(design.len(), columns.len()), |cancel| {
            each_is(design.len(), columns.iter().map(Vec::len))?;
            let domains = Domains::new(design, groups.as_deref(), count)?;
            let tasks: Vec<(usize, usize)> =
                (0..columns.len()).flat_map(|column| (0..domains.count()).map(move |group| (column, group))).collect();
            share_out(tasks, threads, cancel, |(column, group)| {
                quantiles(design, domains.rows(group), |row| columns[column][row], &wanted, rule, reach)
            })
        })?;
        let made: Vec<Quantile> = made.concat();
        let column = |of: fn(&Quantile) -> f64| made.iter().map(of).collect::<Vec<_>>().into_pyarray(py);
        let n: Vec<i64> = made.iter().map(|found| found.n as i64).collect();
        Ok((
            column(|found| found.value),
            column(|found| found.se),
            column(|found| found.low),
            column(|found| found.high),
            n.into_pyarray(py),
            column(|found| found.weight),
            column(|found| found.weight),
        ))
    }

    /// Differences of means or ratios: per pair of sets of rows the first, the second, both standard errors, the
    /// difference, its standard error, low, high, t, p; and the rows of both.
    #[pyo3(signature = (columns, first, second, level, threads))]
    fn differences<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<(Given<'py>, Option<Given<'py>>)>,
        first: Vec<PyReadonlyArray1<'py, bool>>,
        second: Vec<PyReadonlyArray1<'py, bool>>,
        level: f64,
        threads: Option<usize>,
    ) -> PyResult<(Vec<[f64; 10]>, Vec<[usize; 2]>)> {
        let design = &self.design;
        let columns = columns
            .iter()
            .map(|(y, x)| Ok((doubles(y)?, x.as_ref().map(doubles).transpose()?)))
            .collect::<PyResult<Vec<_>>>()?;
        let sets = |given: &[PyReadonlyArray1<'_, bool>]| -> Vec<Vec<bool>> {
            given.iter().map(|set| set.as_array().to_vec()).collect()
        };
        let (first, second) = (sets(&first), sets(&second));
        // The difference of two groups is a coefficient beside a mean: one degree of freedom less.
        let degrees = design.degrees() - 1.0;
        let reach = interval::reach(level, degrees);
        let made = run(py, size(design.len(), columns.len() * first.len()), |cancel| {
            each_is(design.len(), columns.iter().flat_map(|(y, x)| [y.len(), x.as_ref().map_or(y.len(), Vec::len)]))?;
            each_is(design.len(), first.iter().chain(&second).map(Vec::len))?;
            let rows = |set: &[bool]| -> Vec<u32> {
                design.order().iter().copied().filter(|row| set[*row as usize]).collect()
            };
            let pairs: Vec<_> = first.iter().zip(&second).map(|(a, b)| (rows(a), rows(b))).collect();
            let tasks: Vec<(usize, usize)> =
                (0..columns.len()).flat_map(|column| (0..pairs.len()).map(move |pair| (column, pair))).collect();
            share_out(tasks, threads, cancel, |(column, pair)| {
                let ((y, x), (a, b)) = (&columns[column], &pairs[pair]);
                difference(design, a, b, |row| y[row], |row| x.as_ref().map_or(1.0, |x| x[row]))
            })
        })?;
        let numbers = |found: &crate::survey::linearized::Difference| {
            let (low, high) = interval::plain(found.value, found.se, reach);
            let (t, p) = interval::test(found.value, found.se, degrees);
            let (a, b) = (found.first, found.second);
            [a.value, b.value, a.se, b.se, found.value, found.se, low, high, t, p]
        };
        Ok((made.iter().map(numbers).collect(), made.iter().map(|found| [found.first.n, found.second.n]).collect()))
    }

    /// The most frequent combinations of each group: items as bits, rows, estimates; where each group begins; rows unknown.
    #[pyo3(signature = (items, groups, count, top, unknown, level))]
    #[allow(clippy::too_many_arguments)]
    fn combinations<'py>(
        &self,
        py: Python<'py>,
        items: Vec<Given<'py>>,
        groups: Option<Codes<'py>>,
        count: usize,
        top: usize,
        unknown: bool,
        level: f64,
    ) -> PyResult<(Vec<u64>, Vec<usize>, Found<'py>, Vec<usize>, Vec<usize>)> {
        let design = &self.design;
        let groups = groups.as_ref().map(codes).transpose()?;
        let items = items.iter().map(doubles).collect::<PyResult<Vec<_>>>()?;
        let made = run(py, size(design.len(), items.len()), |_| {
            each_is(design.len(), items.iter().map(Vec::len))?;
            if items.len() > MOST_ITEMS {
                let message = format!("{} items have too many combinations, at most {MOST_ITEMS}", items.len());
                return Err(Error::new(Kind::Limit, Problem::general(message)));
            }
            let views: Vec<&[f64]> = items.iter().map(Vec::as_slice).collect();
            let codes = combined(&views, design.len());
            let domains = Domains::new(design, groups.as_deref(), count)?;
            Ok((0..domains.count())
                .map(|group| most_frequent(design, domains.rows(group), &codes, top, unknown))
                .collect::<Vec<_>>())
        })?;
        let reach = interval::reach(level, design.degrees());
        let all: Vec<_> = made.iter().flat_map(|(found, _)| found).collect();
        let estimates: Vec<Estimate> = all.iter().map(|found| found.share).collect();
        Ok((
            all.iter().map(|found| found.items).collect(),
            all.iter().map(|found| found.n).collect(),
            found(py, &estimates, |estimate| interval::logit(estimate.value, estimate.se, reach)),
            made.iter().map(|(found, _)| found.len()).collect(),
            made.iter().map(|(_, unknown)| *unknown).collect(),
        ))
    }

    /// Replicates of shares (codes and number of categories) and of means or ratios; by statistic, group, category.
    /// Values replicate by replicate, then for each of them how many replicates have one, standard error, low, high.
    #[pyo3(signature = (shares, ratios, groups, count, number, seed, level, threads))]
    #[allow(clippy::too_many_arguments)]
    fn bootstrap<'py>(
        &self,
        py: Python<'py>,
        shares: Vec<(Codes<'py>, usize)>,
        ratios: Vec<(Given<'py>, Option<Given<'py>>)>,
        groups: Option<Codes<'py>>,
        count: usize,
        number: usize,
        seed: u64,
        level: f64,
        threads: Option<usize>,
    ) -> PyResult<(Doubles<'py>, Wholes<'py>, Doubles<'py>, Doubles<'py>, Doubles<'py>)> {
        let design = &self.design;
        let groups = groups.as_ref().map(codes).transpose()?;
        let mut statistics = Vec::new();
        for (column, count) in &shares {
            statistics.push(Statistic::Shares { codes: codes(column)?, count: *count });
        }
        for (y, x) in &ratios {
            statistics.push(Statistic::Ratio { y: doubles(y)?, x: x.as_ref().map(doubles).transpose()? });
        }
        let (made, summaries) = run(py, size(design.len(), number), |cancel| {
            let made = replicates(design, groups.as_deref(), count, &statistics, number, seed, threads, cancel)?;
            let summaries = made.summaries(level);
            Ok((made, summaries))
        })?;
        let used: Vec<i64> = summaries.iter().map(|summary| summary.used as i64).collect();
        Ok((
            made.values.into_pyarray(py),
            used.into_pyarray(py),
            summaries.iter().map(|summary| summary.se).collect::<Vec<_>>().into_pyarray(py),
            summaries.iter().map(|summary| summary.low).collect::<Vec<_>>().into_pyarray(py),
            summaries.iter().map(|summary| summary.high).collect::<Vec<_>>().into_pyarray(py),
        ))
    }
}

/// What is wrong with estimates: rows, values, standard errors, and the two thresholds.
#[pyfunction]
pub(super) fn survey_flags(
    rows: Codes<'_>,
    values: Given<'_>,
    errors: Given<'_>,
    min_rows: i64,
    max_cv: f64,
) -> PyResult<Vec<&'static str>> {
    let (rows, values, errors) = (codes(&rows)?, doubles(&values)?, doubles(&errors)?);
    let three = rows.iter().zip(values.iter().zip(&errors));
    Ok(three.map(|(rows, (value, se))| flag(*rows, *value, *se, min_rows, max_cv)).collect())
}

/// Puts the class of this room into the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<SurveyDesign>()?;
    module.add_function(wrap_pyfunction!(survey_flags, module)?)
}
