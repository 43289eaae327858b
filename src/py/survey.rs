//! The room `survey`: columns of doubles and codes in, estimates out.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::prelude::*;
use serde::Deserialize;

use super::run::run;
use super::survey_convert as convert;
use super::survey_convert::{
    Codes, Doubles, Found, Given, Wholes, codes, doubles, each_is, few_enough, found, share_out, size, whole, word,
};
use crate::error::{Error, Kind, Problem};
use crate::survey::bootstrap::{Draws, Statistic, replicates};
use crate::survey::combinations::{MOST_ITEMS, combined, most_frequent};
use crate::survey::linearized::{Difference, Estimate, difference, mean, part, ratio, share, spread, total};
use crate::survey::quantile::{Quantile, Rule, quantiles};
use crate::survey::{Columns, Design, Domains, Single, interval};

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
        Ok(found(py, &estimates, level, interval::plain))
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
        let made = run(py, size(design.len(), columns.len()), |cancel| {
            each_is(design.len(), columns.iter().map(|(column, _)| column.len()))?;
            let domains = Domains::new(design, groups.as_deref(), count)?;
            few_enough(columns.iter().map(|(_, categories)| *categories), domains.count())?;
            let mut tasks = Vec::new();
            for (place, (_, categories)) in columns.iter().enumerate() {
                for group in 0..domains.count() {
                    tasks.extend((0..*categories).map(|category| (place, group, whole(category))));
                }
            }
            share_out(tasks, threads, cancel, |(place, group, category)| {
                let (column, rows) = (&columns[place].0, domains.rows(group));
                let n = rows.iter().filter(|row| column[**row as usize] == category).count();
                (share(design, rows, column, category), whole(n))
            })
        })?;
        let (estimates, n): (Vec<Estimate>, Vec<i64>) = made.into_iter().unzip();
        let table = found(py, &estimates, level, interval::logit);
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
        let made = run(py, size(design.len(), columns.len()), |cancel| {
            each_is(design.len(), columns.iter().map(Vec::len).chain([groups.len()]))?;
            let domains = Domains::new(design, within.as_deref(), within_count)?;
            few_enough(columns.iter().map(|_| count), domains.count())?;
            let mut tasks = Vec::new();
            for place in 0..columns.len() {
                for domain in 0..domains.count() {
                    tasks.extend((0..whole(count)).map(|group| (place, domain, group)));
                }
            }
            share_out(tasks, threads, cancel, |(place, domain, group)| {
                let (y, rows) = (&columns[place], domains.rows(domain));
                let own = |row: usize| groups[row] == group;
                let n = rows.iter().map(|row| *row as usize).filter(|row| own(*row) && !y[*row].is_nan()).count();
                (part(design, rows, |row| y[row], own), whole(n))
            })
        })?;
        let (estimates, n): (Vec<Estimate>, Vec<i64>) = made.into_iter().unzip();
        Ok((found(py, &estimates, level, interval::plain), n.into_pyarray(py)))
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
        let made = run(py, size(design.len(), columns.len()), |cancel| {
            each_is(design.len(), columns.iter().map(Vec::len))?;
            let domains = Domains::new(design, groups.as_deref(), count)?;
            let tasks: Vec<(usize, usize)> =
                (0..columns.len()).flat_map(|column| (0..domains.count()).map(move |group| (column, group))).collect();
            share_out(tasks, threads, cancel, |(column, group)| {
                quantiles(design, domains.rows(group), |row| columns[column][row], &wanted, rule, level)
            })
        })?;
        let made: Vec<Quantile> = made.concat();
        let column = |of: fn(&Quantile) -> f64| made.iter().map(of).collect::<Vec<_>>().into_pyarray(py);
        let n: Vec<i64> = made.iter().map(|found| whole(found.n)).collect();
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
    /// difference, its standard error, low, high, t, degrees of freedom, p; and the rows of both.
    #[pyo3(signature = (columns, first, second, level, threads))]
    fn differences<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<(Given<'py>, Option<Given<'py>>)>,
        first: Vec<PyReadonlyArray1<'py, bool>>,
        second: Vec<PyReadonlyArray1<'py, bool>>,
        level: f64,
        threads: Option<usize>,
    ) -> PyResult<(Vec<[f64; 11]>, Vec<[usize; 2]>)> {
        let design = &self.design;
        let columns = columns
            .iter()
            .map(|(y, x)| Ok((doubles(y)?, x.as_ref().map(doubles).transpose()?)))
            .collect::<PyResult<Vec<_>>>()?;
        let sets = |given: &[PyReadonlyArray1<'_, bool>]| -> Vec<Vec<bool>> {
            given.iter().map(|set| set.as_array().to_vec()).collect()
        };
        let (first, second) = (sets(&first), sets(&second));
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
        let mut reach = interval::Reach::new(level);
        let numbers = |found: &Difference| {
            let degrees = found.degrees;
            let (low, high) = interval::plain(found.value, found.se, reach.of(degrees));
            let (t, p) = interval::test(found.value, found.se, degrees);
            let (a, b) = (found.first, found.second);
            [a.value, b.value, a.se, b.se, found.value, found.se, low, high, t, degrees, p]
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
        let all: Vec<_> = made.iter().flat_map(|(found, _)| found).collect();
        let estimates: Vec<Estimate> = all.iter().map(|found| found.share).collect();
        Ok((
            all.iter().map(|found| found.items).collect(),
            all.iter().map(|found| found.n).collect(),
            found(py, &estimates, level, interval::logit),
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
        let draws = Draws { count: number, seed, threads };
        let (made, summaries) = run(py, size(design.len(), number), |cancel| {
            let made = replicates(design, groups.as_deref(), count, &statistics, draws, cancel)?;
            let summaries = made.summaries(level);
            Ok((made, summaries))
        })?;
        let used: Vec<i64> = summaries.iter().map(|summary| whole(summary.used)).collect();
        Ok((
            made.values.into_pyarray(py),
            used.into_pyarray(py),
            summaries.iter().map(|summary| summary.se).collect::<Vec<_>>().into_pyarray(py),
            summaries.iter().map(|summary| summary.low).collect::<Vec<_>>().into_pyarray(py),
            summaries.iter().map(|summary| summary.high).collect::<Vec<_>>().into_pyarray(py),
        ))
    }
}

/// Puts the class of this room into the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<SurveyDesign>()?;
    module.add_function(wrap_pyfunction!(convert::survey_flags, module)?)
}
