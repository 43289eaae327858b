//! The room `firm`: columns of doubles and codes in, columns of doubles with reasons out.

use std::borrow::Cow;

use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::error::Result;
use crate::firm::base::Bases;
use crate::firm::concentration::{concentration, not_negative, totals};
use crate::firm::growth::{Options, growth};
use crate::firm::lag::lag;
use crate::firm::location::Cells;
use crate::firm::order::Order;
use crate::firm::ratio::ratio;
use crate::firm::reason::{Counts, Reason, Sink};
use crate::firm::runs::codes;
use crate::firm::stock::{Growth, Rule, stock};
use crate::firm::winsorize::winsorize;
use crate::parallel::Cancel;

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Wholes<'py> = Bound<'py, PyArray1<i64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
type Codes<'py> = PyReadonlyArray1<'py, i64>;
/// Columns of a table, one below the other.
type Block<'py, T> = Bound<'py, PyArray2<T>>;
/// Values, reasons by number, and how many of each, by column.
type Written<'py> = (Block<'py, f64>, Option<Block<'py, u8>>, Vec<Counts>);

fn word<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_value(text.into()).map_err(|error| bad_request(&error))
}

/// A column where it lies, or copied where it does not lie in one piece.
fn slice<'a, T: numpy::Element + Copy>(values: &'a PyReadonlyArray1<'_, T>) -> PyResult<Cow<'a, [T]>> {
    whole_strides(values)?;
    Ok(values.as_slice().map_or_else(|_| Cow::Owned(values.as_array().to_vec()), Cow::Borrowed))
}

/// Columns written into memory of NumPy, which asks the system for large pages; all in one piece, whose pages are fewest.
fn written(
    py: Python<'_>,
    rows: usize,
    columns: usize,
    reasons: bool,
    write: impl FnOnce(Vec<Sink<'_>>, &Cancel) -> Result<Vec<Counts>> + Send,
) -> PyResult<Written<'_>> {
    let values = PyArray2::<f64>::zeros(py, [columns, rows], false);
    let told = reasons.then(|| PyArray2::<u8>::zeros(py, [columns, rows], false));
    if rows == 0 {
        return Ok((values, told, vec![Counts::default(); columns]));
    }
    let mut lent = values.try_readwrite()?;
    let mut told_lent = told.as_ref().map(PyArrayMethods::try_readwrite).transpose()?;
    let mut told_parts = told_lent.as_mut().map(|told| told.as_slice_mut()).transpose()?.map(|all| parts(all, rows));
    let sinks = parts(lent.as_slice_mut()?, rows)
        .map(|values| Sink { values, reasons: told_parts.as_mut().and_then(Iterator::next) })
        .collect();
    let counts = run(py, rows, |cancel| write(sinks, cancel))?;
    drop((lent, told_lent));
    Ok((values, told, counts))
}

/// Columns of a block, each in one piece; there are rows.
fn parts<T>(block: &mut [T], rows: usize) -> std::slice::ChunksExactMut<'_, T> {
    block.chunks_exact_mut(rows)
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
    offsets: PyReadonlyArray1<'py, i64>,
    bytes: PyReadonlyArray1<'py, u8>,
    threads: Option<usize>,
) -> PyResult<Option<Wholes<'py>>> {
    let (offsets, bytes) = (slice(&offsets)?, slice(&bytes)?);
    let made = PyArray1::<i64>::zeros(py, offsets.len().saturating_sub(1), false);
    let mut lent = made.try_readwrite()?;
    let out = lent.as_slice_mut()?;
    let found = run(py, offsets.len(), |cancel| codes(&offsets, &bytes, out, threads, cancel))?;
    drop(lent);
    Ok(found.then_some(made))
}

/// The order of a panel.
#[pyclass(frozen, module = "indicia._core")]
pub(super) struct FirmOrder(Order);

#[pymethods]
impl FirmOrder {
    #[new]
    #[pyo3(signature = (units, times, threads))]
    fn new(py: Python<'_>, units: Codes<'_>, times: Given<'_>, threads: Option<usize>) -> PyResult<Self> {
        let (units, times) = (slice(&units)?, slice(&times)?);
        run(py, units.len(), |cancel| Order::new(&units, &times, threads, cancel)).map(Self)
    }

    /// For each row the row of another period, of the same keys as the order.
    #[pyo3(signature = (units, times, periods, which, threads))]
    fn bases(
        &self,
        py: Python<'_>,
        units: Codes<'_>,
        times: Given<'_>,
        periods: f64,
        which: &str,
        threads: Option<usize>,
    ) -> PyResult<FirmBases> {
        let (units, times, which) = (slice(&units)?, slice(&times)?, word(which)?);
        let made = |cancel: &Cancel| Bases::new(&self.0, &units, &times, periods, which, threads, cancel);
        run(py, units.len(), made).map(FirmBases)
    }
}

/// For each row of a panel the row of another period.
#[pyclass(frozen, module = "indicia._core")]
pub(super) struct FirmBases(Bases);

#[pymethods]
impl FirmBases {
    /// Values of the other period by column, or differences to them; how many are missing by column and reason.
    #[pyo3(signature = (columns, difference, threads))]
    fn lag<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<Given<'py>>,
        difference: bool,
        threads: Option<usize>,
    ) -> PyResult<(Block<'py, f64>, Vec<Counts>)> {
        let columns = columns.iter().map(slice).collect::<PyResult<Vec<_>>>()?;
        let columns: Vec<&[f64]> = columns.iter().map(|column| &**column).collect();
        let (values, _, counts) = written(py, self.0.len(), columns.len(), false, |sinks, cancel| {
            lag(&self.0, &columns, difference, sinks, threads, cancel)
        })?;
        Ok((values, counts))
    }

    /// Growth to or from the other period by column, reasons where asked for, and how many are missing by column and reason.
    #[pyo3(signature = (columns, times, method, signed, absent_is_zero, earlier, reasons, threads))]
    #[allow(clippy::too_many_arguments)]
    fn growth<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<Given<'py>>,
        times: Given<'py>,
        method: &str,
        signed: bool,
        absent_is_zero: bool,
        earlier: Option<PyRef<'py, Self>>,
        reasons: bool,
        threads: Option<usize>,
    ) -> PyResult<Written<'py>> {
        let (times, method) = (slice(&times)?, word(method)?);
        let columns = columns.iter().map(slice).collect::<PyResult<Vec<_>>>()?;
        let columns: Vec<&[f64]> = columns.iter().map(|column| &**column).collect();
        let options = Options { signed, absent_is_zero };
        let earlier = earlier.as_ref().map(|earlier| &earlier.0);
        written(py, self.0.len(), columns.len(), reasons, |sinks, cancel| {
            growth(&self.0, earlier, &times, &columns, method, options, sinks, threads, cancel)
        })
    }
}

/// Ratios, or their logarithms; how many are missing by reason.
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
) -> PyResult<(Block<'py, f64>, Vec<Counts>)> {
    let (above, below, basis) = (slice(&numerator)?, slice(&denominator)?, word(basis)?);
    let bases = bases.as_ref().map(|bases| &bases.0);
    let (values, _, counts) = written(py, above.len(), 1, false, |sinks, cancel| {
        let one = |sink: Sink<'_>| ratio(&above, &below, basis, bases, logarithm, sink.values, threads, cancel);
        sinks.into_iter().map(one).collect()
    })?;
    Ok((values, counts))
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
) -> PyResult<(Doubles<'py>, Counts)> {
    let growth = match (rate, growth) {
        (Some(rate), _) => Growth::Given(rate),
        (None, "cagr") => Growth::Cagr,
        (None, _) => Growth::LogMean,
    };
    let rule = Rule { depreciation, initial: word(initial)?, growth, over, zero_gaps, lagged };
    let (units, times, flows) = (slice(&units)?, slice(&times)?, slice(&flows)?);
    let (found, counts) = run(py, flows.len(), |cancel| stock(&units, &times, &flows, &rule, cancel))?;
    Ok((found.into_pyarray(py), counts))
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
    module.add_class::<FirmOrder>()?;
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
