//! The room `firm`: columns of doubles and codes in, columns of doubles with reasons out.

use std::borrow::Cow;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::firm::base::{Bases, Which};
use crate::firm::concentration::{concentration, not_negative, totals};
use crate::firm::growth::{Options, growth};
use crate::firm::lag::lag;
use crate::firm::location::Cells;
use crate::firm::ratio::ratio;
use crate::firm::reason::{Reason, Reasoned};
use crate::firm::runs::codes;
use crate::firm::stock::{Growth, Rule, stock};
use crate::firm::winsorize::winsorize;

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Wholes<'py> = Bound<'py, PyArray1<i64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
type Codes<'py> = PyReadonlyArray1<'py, i64>;
/// Values, reasons by number, how many of each.
type Told<'py> = (Doubles<'py>, Bound<'py, PyArray1<u8>>, Vec<u64>);

fn word<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_value(text.into()).map_err(|error| bad_request(&error))
}

/// A column where it lies, or copied where it does not lie in one piece.
fn slice<'a, T: numpy::Element + Copy>(values: &'a PyReadonlyArray1<'_, T>) -> PyResult<Cow<'a, [T]>> {
    whole_strides(values)?;
    Ok(values.as_slice().map_or_else(|_| Cow::Owned(values.as_array().to_vec()), Cow::Borrowed))
}

fn told(py: Python<'_>, found: Reasoned) -> Told<'_> {
    (found.values.into_pyarray(py), found.reasons.into_pyarray(py), found.counts.to_vec())
}

/// The reasons in words, from number 1 on.
#[pyfunction]
pub(super) fn firm_reasons() -> Vec<&'static str> {
    Reason::WORDS.to_vec()
}

/// Codes of texts that come in runs; none where most rows begin one.
#[pyfunction]
pub(super) fn firm_runs<'py>(
    py: Python<'py>,
    offsets: Codes<'py>,
    bytes: PyReadonlyArray1<'py, u8>,
    threads: Option<usize>,
) -> PyResult<Option<Wholes<'py>>> {
    let (offsets, bytes) = (slice(&offsets)?, slice(&bytes)?);
    let found = run(py, offsets.len(), |cancel| codes(&offsets, &bytes, threads, cancel))?;
    Ok(found.map(|codes| codes.into_pyarray(py)))
}

/// For each row the row of another period of its unit.
#[pyclass(frozen, module = "indicia._core")]
pub(super) struct FirmBases {
    bases: Bases,
    ahead: bool,
}

#[pymethods]
impl FirmBases {
    #[new]
    #[pyo3(signature = (units, times, periods, which, threads))]
    fn new(
        py: Python<'_>,
        units: Codes<'_>,
        times: Given<'_>,
        periods: f64,
        which: &str,
        threads: Option<usize>,
    ) -> PyResult<Self> {
        let (units, times, which) = (slice(&units)?, slice(&times)?, word::<Which>(which)?);
        let bases = run(py, units.len(), |cancel| Bases::new(&units, &times, periods, which, threads, cancel))?;
        Ok(Self { bases, ahead: periods < 0.0 })
    }

    /// Values of the other period, or differences to them.
    #[pyo3(signature = (values, difference, threads))]
    fn lag<'py>(
        &self,
        py: Python<'py>,
        values: Given<'py>,
        difference: bool,
        threads: Option<usize>,
    ) -> PyResult<Told<'py>> {
        let values = slice(&values)?;
        let how = difference.then_some(self.ahead);
        let found = run(py, values.len(), |cancel| lag(&self.bases, &values, how, threads, cancel))?;
        Ok(told(py, found))
    }

    /// Growth to or from the other period.
    #[pyo3(signature = (values, times, method, signed, absent_is_zero, earlier, threads))]
    #[allow(clippy::too_many_arguments)]
    fn growth<'py>(
        &self,
        py: Python<'py>,
        values: Given<'py>,
        times: Given<'py>,
        method: &str,
        signed: bool,
        absent_is_zero: bool,
        earlier: Option<PyRef<'py, Self>>,
        threads: Option<usize>,
    ) -> PyResult<Told<'py>> {
        let (values, times, method) = (slice(&values)?, slice(&times)?, word(method)?);
        let options = Options { signed, absent_is_zero, ahead: self.ahead };
        let earlier = earlier.as_ref().map(|earlier| &earlier.bases);
        let found = run(py, values.len(), |cancel| {
            growth(&self.bases, earlier, &times, &values, method, options, threads, cancel)
        })?;
        Ok(told(py, found))
    }
}

/// Ratios, or their logarithms.
#[pyfunction]
#[pyo3(signature = (numerator, denominator, basis, bases, logarithm, threads))]
pub(super) fn firm_ratio<'py>(
    py: Python<'py>,
    numerator: Given<'py>,
    denominator: Given<'py>,
    basis: &str,
    bases: Option<PyRef<'py, FirmBases>>,
    logarithm: bool,
    threads: Option<usize>,
) -> PyResult<Told<'py>> {
    let (above, below, basis) = (slice(&numerator)?, slice(&denominator)?, word(basis)?);
    let bases = bases.as_ref().map(|bases| &bases.bases);
    let found = run(py, above.len(), |cancel| ratio(&above, &below, basis, bases, logarithm, threads, cancel))?;
    Ok(told(py, found))
}

/// Stocks by perpetual inventory; `growth` is a number, or a word where there is none.
#[pyfunction]
#[pyo3(signature = (units, times, flows, depreciation, initial, growth, rate, over, zero_gaps, lagged))]
#[allow(clippy::too_many_arguments)]
pub(super) fn firm_stock<'py>(
    py: Python<'py>,
    units: Codes<'py>,
    times: Given<'py>,
    flows: Given<'py>,
    depreciation: f64,
    initial: &str,
    growth: &str,
    rate: Option<f64>,
    over: Option<f64>,
    zero_gaps: bool,
    lagged: bool,
) -> PyResult<Told<'py>> {
    let growth = match (rate, growth) {
        (Some(rate), _) => Growth::Given(rate),
        (None, "cagr") => Growth::Cagr,
        (None, _) => Growth::LogMean,
    };
    let rule = Rule { depreciation, initial: word(initial)?, growth, over, zero_gaps, lagged };
    let (units, times, flows) = (slice(&units)?, slice(&times)?, slice(&flows)?);
    let found = run(py, flows.len(), |_| stock(&units, &times, &flows, &rule))?;
    Ok(told(py, found))
}

/// Values capped within groups; n, low cap, high cap, capped below, capped above by group.
#[pyfunction]
#[pyo3(signature = (values, groups, count, lower, upper, rule, threads))]
#[allow(clippy::type_complexity)]
#[allow(clippy::too_many_arguments)]
pub(super) fn firm_winsorize<'py>(
    py: Python<'py>,
    values: Given<'py>,
    groups: Codes<'py>,
    count: usize,
    lower: f64,
    upper: f64,
    rule: &str,
    threads: Option<usize>,
) -> PyResult<(Doubles<'py>, Vec<(u64, f64, f64, u64, u64)>)> {
    let (values, groups, rule) = (slice(&values)?, slice(&groups)?, word(rule)?);
    let (made, caps) =
        run(py, values.len(), |cancel| winsorize(&values, &groups, count, [lower, upper], rule, threads, cancel))?;
    let caps = caps.iter().map(|caps| (caps.n, caps.low, caps.high, caps.low_count, caps.high_count)).collect();
    Ok((made.into_pyarray(py), caps))
}

/// Sums by code.
#[pyfunction]
pub(super) fn firm_totals<'py>(
    py: Python<'py>,
    values: Given<'py>,
    codes: Codes<'py>,
    count: usize,
) -> PyResult<Doubles<'py>> {
    let (values, codes) = (slice(&values)?, slice(&codes)?);
    Ok(run(py, values.len(), |_| totals(&values, &codes, count))?.into_pyarray(py))
}

/// By group: members, total, Herfindahl, its normalized form, entropy; and the shares of the largest.
#[pyfunction]
#[pyo3(signature = (column, values, groups, count, members, largest))]
#[allow(clippy::type_complexity)]
pub(super) fn firm_concentration<'py>(
    py: Python<'py>,
    column: &str,
    values: Given<'py>,
    groups: Codes<'py>,
    count: usize,
    members: Option<Codes<'py>>,
    largest: Vec<usize>,
) -> PyResult<(Wholes<'py>, [Doubles<'py>; 4], Vec<Doubles<'py>>)> {
    let (values, groups) = (slice(&values)?, slice(&groups)?);
    let members = members.as_ref().map(slice).transpose()?;
    let found = run(py, values.len(), |_| {
        not_negative(column, &values)?;
        concentration(&values, &groups, count, members.as_deref(), &largest)
    })?;
    let n: Vec<i64> = found.iter().map(|group| i64::try_from(group.n).unwrap_or(i64::MAX)).collect();
    let part = |of: fn(&crate::firm::concentration::Concentration) -> f64| {
        found.iter().map(of).collect::<Vec<_>>().into_pyarray(py)
    };
    let parts = [
        part(|group| group.total),
        part(|group| group.hhi),
        part(|group| group.normalized),
        part(|group| group.shannon),
    ];
    let largest = (0..largest.len())
        .map(|place| {
            let shares: Vec<f64> =
                found.iter().map(|group| group.largest.get(place).copied().unwrap_or(f64::NAN)).collect();
            shares.into_pyarray(py)
        })
        .collect();
    Ok((n.into_pyarray(py), parts, largest))
}

/// Sums and location quotients, region by region.
#[pyfunction]
pub(super) fn firm_quotients<'py>(
    py: Python<'py>,
    column: &str,
    values: Given<'py>,
    regions: Codes<'py>,
    industries: Codes<'py>,
    counts: [usize; 2],
) -> PyResult<(Doubles<'py>, Doubles<'py>)> {
    let (values, regions, industries) = (slice(&values)?, slice(&regions)?, slice(&industries)?);
    let (sums, quotients) = run(py, values.len(), |_| {
        not_negative(column, &values)?;
        let cells = Cells::new(&values, &regions, &industries, counts)?;
        Ok((cells.sums().to_vec(), cells.quotients()))
    })?;
    Ok((sums.into_pyarray(py), quotients.into_pyarray(py)))
}

/// By industry: plants, raw concentration, Herfindahl of plants, the index of Ellison and Glaeser.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(super) fn firm_ellison_glaeser<'py>(
    py: Python<'py>,
    column: &str,
    values: Given<'py>,
    regions: Codes<'py>,
    industries: Codes<'py>,
    counts: [usize; 2],
) -> PyResult<(Wholes<'py>, [Doubles<'py>; 3])> {
    let (values, regions, industries) = (slice(&values)?, slice(&regions)?, slice(&industries)?);
    let (plants, found) = run(py, values.len(), |_| {
        not_negative(column, &values)?;
        // A plant that is in no known region is in no industry here either.
        let kept: Vec<i64> =
            industries.iter().zip(regions.iter()).map(|(own, region)| if *region < 0 { -1 } else { *own }).collect();
        let cells = Cells::new(&values, &regions, &kept, counts)?;
        let plants = concentration(&values, &kept, counts[1], None, &[])?;
        let found = cells.ellison_glaeser(&plants);
        Ok((plants.iter().map(|plants| i64::try_from(plants.n).unwrap_or(i64::MAX)).collect::<Vec<_>>(), found))
    })?;
    let part = |place: usize| found.iter().map(|row| row[place]).collect::<Vec<_>>().into_pyarray(py);
    Ok((plants.into_pyarray(py), [part(0), part(1), part(2)]))
}

/// Adds the room to the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<FirmBases>()?;
    module.add_function(wrap_pyfunction!(firm_reasons, module)?)?;
    module.add_function(wrap_pyfunction!(firm_runs, module)?)?;
    module.add_function(wrap_pyfunction!(firm_ratio, module)?)?;
    module.add_function(wrap_pyfunction!(firm_stock, module)?)?;
    module.add_function(wrap_pyfunction!(firm_winsorize, module)?)?;
    module.add_function(wrap_pyfunction!(firm_totals, module)?)?;
    module.add_function(wrap_pyfunction!(firm_concentration, module)?)?;
    module.add_function(wrap_pyfunction!(firm_quotients, module)?)?;
    module.add_function(wrap_pyfunction!(firm_ellison_glaeser, module)?)
}
