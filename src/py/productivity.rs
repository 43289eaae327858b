//! The room `productivity`: columns of doubles and codes in, one fit out.

use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::run::run_telling;
use super::survey_convert::{Codes, Given, codes, doubles, word};
use crate::error::{Error, Kind, Problem};
use crate::numeric::{normal, student};
use crate::productivity::bootstrap::{Replicates, replicates};
use crate::productivity::explain::explained;
use crate::productivity::solow::{Shares, solow};
use crate::productivity::{Columns, Counts, Estimate, Method, Options, Sample, System, estimate};

/// The columns of a call.
#[derive(FromPyObject)]
struct Rows<'py> {
    #[pyo3(item)]
    output: Given<'py>,
    #[pyo3(item)]
    free: Vec<Given<'py>>,
    #[pyo3(item)]
    state: Vec<Given<'py>>,
    #[pyo3(item)]
    proxy: Option<Given<'py>>,
    #[pyo3(item)]
    exit: Option<Given<'py>>,
    #[pyo3(item)]
    unit: Codes<'py>,
    #[pyo3(item)]
    time: Given<'py>,
    #[pyo3(item)]
    logged: bool,
    #[pyo3(item)]
    step: f64,
    #[pyo3(item)]
    names: Vec<String>,
}

/// The same, owned.
struct Own {
    output: Vec<f64>,
    free: Vec<Vec<f64>>,
    state: Vec<Vec<f64>>,
    proxy: Option<Vec<f64>>,
    exit: Option<Vec<f64>>,
    unit: Vec<i64>,
    time: Vec<f64>,
    logged: bool,
    step: f64,
}

impl Own {
    fn new(rows: &Rows<'_>) -> PyResult<Self> {
        let all = |columns: &[Given<'_>]| columns.iter().map(doubles).collect::<PyResult<Vec<_>>>();
        Ok(Self {
            output: doubles(&rows.output)?,
            free: all(&rows.free)?,
            state: all(&rows.state)?,
            proxy: rows.proxy.as_ref().map(doubles).transpose()?,
            exit: rows.exit.as_ref().map(doubles).transpose()?,
            unit: codes(&rows.unit)?,
            time: doubles(&rows.time)?,
            logged: rows.logged,
            step: rows.step,
        })
    }

    fn sample(&self) -> Result<(Sample, Counts), Error> {
        let columns = Columns {
            output: &self.output,
            free: &self.free,
            state: &self.state,
            proxy: self.proxy.as_deref(),
            exit: self.exit.as_deref(),
            unit: &self.unit,
            time: &self.time,
        };
        Sample::new(&columns, self.logged, self.step)
    }

    /// Output less inputs times coefficients, in logarithms, wherever all of them are there.
    fn residual(&self, coefficients: &[f64], gross: bool) -> Vec<f64> {
        let log = |value: f64| match () {
            () if self.logged => value,
            () if value > 0.0 => value.ln(),
            () => f64::NAN,
        };
        let proxy = self.proxy.iter().filter(|_| gross);
        let inputs: Vec<&Vec<f64>> = self.free.iter().chain(&self.state).chain(proxy).collect();
        let explained =
            |row: usize| inputs.iter().zip(coefficients).map(|(column, b)| b * log(column[row])).sum::<f64>();
        (0..self.output.len()).map(|row| log(self.output[row]) - explained(row)).collect()
    }

    /// Values of the sample where the rows came.
    fn scattered(&self, sample: &Sample, values: &[f64]) -> Vec<f64> {
        let mut all = vec![f64::NAN; self.output.len()];
        sample.rows.iter().zip(values).for_each(|(row, value)| all[*row] = *value);
        all
    }
}

fn counted<'py>(py: Python<'py>, counts: &Counts) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    let all = [
        ("rows", counts.rows),
        ("used", counts.used),
        ("missing", counts.missing),
        ("nonpositive", counts.nonpositive),
        ("proxy_missing", counts.proxy_missing),
        ("proxy_nonpositive", counts.proxy_nonpositive),
        ("firms", counts.firms),
        ("singletons", counts.singletons),
        ("pairs", counts.pairs),
        ("gaps", counts.gaps),
    ];
    all.into_iter().try_for_each(|(name, count)| found.set_item(name, count))?;
    Ok(found)
}

/// Standard errors and limits: of the estimator, or of replicates.
fn limits(found: &Estimate, drawn: Option<&Replicates>, percentile: bool, level: f64) -> Vec<[f64; 3]> {
    let reach = |degrees: f64| match () {
        () if degrees.is_infinite() => normal::quantile(f64::midpoint(1.0, level)),
        () if degrees > 0.0 => student::two_sided_quantile(1.0 - level, degrees),
        () => f64::NAN,
    };
    let around = |b: f64, se: f64, reach: f64| [se, b - reach * se, b + reach * se];
    let coefficients = found.coefficients.iter();
    let Some(drawn) = drawn else {
        let reach = reach(found.degrees);
        return coefficients.zip(&found.errors).map(|(b, se)| around(*b, *se, reach)).collect();
    };
    let summaries = drawn.summaries(found.coefficients.len(), level);
    let normal = reach(f64::INFINITY);
    coefficients.zip(summaries).map(|(b, own)| if percentile { own } else { around(*b, own[0], normal) }).collect()
}

/// Coefficients of a production function, and what they leave.
#[pyfunction]
#[pyo3(signature = (rows, method, degree, markov, gross, system, cluster, count, seed, percentile, level, threads))]
#[allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools)]
fn production<'py>(
    py: Python<'py>,
    rows: Rows<'py>,
    method: &str,
    degree: usize,
    markov: usize,
    gross: bool,
    system: &str,
    cluster: bool,
    count: usize,
    seed: u64,
    percentile: bool,
    level: f64,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let (own, method) = (Own::new(&rows)?, word::<Method>(method)?);
    let options = Options { method, degree, markov, gross, system: word::<System>(system)?, cluster };
    let (sample, counts, found, drawn) = run_telling(py, &|_| Ok(()), |cancel| {
        let (sample, counts) = own.sample()?;
        if method != Method::Ols && method != Method::FixedEffects && sample.proxy.is_empty() && counts.used > 0 {
            return Err(Error::new(Kind::Definition, Problem::general("this estimator needs a proxy")));
        }
        let explain = |error| explained(error, &sample, &counts, &options, &rows.names);
        let found = estimate(&sample, &options).map_err(explain)?;
        let drawn = (count > 0).then(|| replicates(&sample, &options, count, seed, threads, cancel)).transpose()?;
        Ok((sample, counts, found, drawn))
    })?;
    let made = PyDict::new(py);
    let constant = usize::from(method == Method::Ols);
    let slopes = found.coefficients.get(constant..).unwrap_or_default();
    made.set_item("residual", own.residual(slopes, gross).into_pyarray(py))?;
    made.set_item("omega", own.scattered(&sample, &found.omega).into_pyarray(py))?;
    made.set_item("limits", limits(&found, drawn.as_ref(), percentile, level))?;
    made.set_item("counts", counted(py, &counts)?)?;
    made.set_item("used", found.used)?;
    made.set_item("objective", found.objective)?;
    made.set_item("converged", found.converged)?;
    made.set_item("corner", found.corner)?;
    made.set_item("strength", found.strength)?;
    made.set_item("thin", found.thin)?;
    made.set_item("solutions", found.solutions)?;
    made.set_item("failed", drawn.as_ref().map_or(0, Replicates::failed))?;
    let width = found.coefficients.len();
    let drawn = drawn.map_or_else(Vec::new, |drawn| drawn.coefficients);
    let replicates: Vec<f64> = drawn.into_iter().flat_map(|own| own.unwrap_or_else(|| vec![f64::NAN; width])).collect();
    made.set_item("replicates", replicates.into_pyarray(py))?;
    made.set_item("coefficients", found.coefficients)?;
    Ok(made)
}

/// Mean cost shares of inputs, the index by row, and the counts.
#[pyfunction]
fn solow_index<'py>(
    py: Python<'py>,
    rows: Rows<'py>,
    costs: Vec<Given<'py>>,
    shares: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let (own, shares) = (Own::new(&rows)?, word::<Shares>(shares)?);
    let costs = costs.iter().map(doubles).collect::<PyResult<Vec<_>>>()?;
    let (sample, counts, (mean, index, without)) = run_telling(py, &|_| Ok(()), |_| {
        let (sample, counts) = own.sample()?;
        let inputs = own.free.len() + own.state.len();
        if costs.len() != inputs || costs.iter().any(|cost| cost.len() != own.output.len()) {
            return Err(Error::new(Kind::Value, Problem::general("costs and inputs differ in number or length")));
        }
        let costs: Vec<Vec<f64>> =
            costs.iter().map(|cost| sample.rows.iter().map(|row| cost[*row]).collect()).collect();
        let found = solow(&sample, &costs, shares);
        Ok((sample, counts, found))
    })?;
    let made = PyDict::new(py);
    made.set_item("shares", mean)?;
    made.set_item("without", without)?;
    made.set_item("index", own.scattered(&sample, &index).into_pyarray(py))?;
    made.set_item("counts", counted(py, &counts)?)?;
    Ok(made)
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(production, module)?)?;
    module.add_function(wrap_pyfunction!(solow_index, module)?)
}
