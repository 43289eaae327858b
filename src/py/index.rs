//! `Index` and `FitState`.

use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

use super::error::{bad_request, json, raise};
use super::fitted::Fitted;
use super::run::run;
use super::table::Table;
use crate::definition::{self, Literal};
use crate::error::{Error, Kind, Problem};
use crate::fit::{self, FitOptions, Periods};

/// Rows by period, as Python hands them over: (label as JSON, row numbers).
pub(super) type PyPeriods<'py> = Vec<(String, PyReadonlyArray1<'py, i64>)>;

/// Checked row numbers by period.
pub(super) fn periods(given: Option<PyPeriods<'_>>, rows: usize) -> PyResult<Option<Periods>> {
    let Some(given) = given else { return Ok(None) };
    let mut periods = Periods::new();
    for (label, list) in given {
        let label: Literal = serde_json::from_str(&label).map_err(|error| bad_request(&error))?;
        let mut numbers = Vec::with_capacity(list.as_array().len());
        for row in list.as_array() {
            match usize::try_from(*row) {
                Ok(row) if row < rows => numbers.push(row),
                _ => {
                    let message = format!("period {label}: there is no row {row}");
                    return Err(raise(&Error::new(Kind::Value, Problem::general(message))));
                }
            }
        }
        periods.push((label, numbers));
    }
    Ok(Some(periods))
}

/// A validated definition.
#[pyclass(module = "indicia._core", frozen)]
pub(super) struct Index(pub(super) definition::Index);

#[pymethods]
impl Index {
    #[staticmethod]
    fn from_toml(text: &str) -> PyResult<Self> {
        definition::Index::from_toml(text).map(Self).map_err(|error| raise(&error))
    }

    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        definition::Index::from_json(text).map(Self).map_err(|error| raise(&error))
    }

    fn to_toml(&self) -> PyResult<String> {
        self.0.to_toml().map_err(|error| raise(&error))
    }

    fn to_json(&self) -> PyResult<String> {
        self.0.to_json().map_err(|error| raise(&error))
    }

    fn summary(&self) -> PyResult<String> {
        json(&self.0.summary().map_err(|error| raise(&error))?)
    }

    /// As Markdown, HTML and LaTeX.
    fn describe(&self) -> PyResult<(String, String, String)> {
        let description = self.0.describe().map_err(|error| raise(&error))?;
        Ok((description.text(), description.html(), description.latex()))
    }

    #[pyo3(signature = (table, request, periods))]
    fn fit(&self, py: Python<'_>, table: &Table, request: &str, periods: Option<PyPeriods<'_>>) -> PyResult<Fitted> {
        let options: FitOptions = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
        let periods = self::periods(periods, table.rows())?;
        let (guards, index) = (table.guards(py)?, self.0.clone());
        let borrowed = guards.table()?;
        run(py, table.rows(), |cancel| fit::fit(index, &borrowed, &options, periods.as_ref(), cancel)).map(Fitted)
    }

    fn fit_state(&self, request: &str) -> PyResult<FitState> {
        let options: FitOptions = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
        let state = fit::FitState::new(self.0.clone(), options).map_err(|error| raise(&error))?;
        Ok(FitState(state))
    }
}

/// A fit over batches.
#[pyclass(module = "indicia._core")]
pub(super) struct FitState(fit::FitState);

#[pymethods]
impl FitState {
    #[getter]
    fn stage(&self) -> usize {
        self.0.stage()
    }

    #[getter]
    fn stages(&self) -> usize {
        self.0.stages()
    }

    fn update(&mut self, py: Python<'_>, table: &Table) -> PyResult<()> {
        let guards = table.guards(py)?;
        let borrowed = guards.table()?;
        let state = &mut self.0;
        run(py, table.rows(), |cancel| state.update(&borrowed, cancel))
    }

    fn merge(&mut self, other: &Self) -> PyResult<()> {
        self.0.merge(&other.0).map_err(|error| raise(&error))
    }

    fn advance(&mut self) -> PyResult<()> {
        self.0.advance().map_err(|error| raise(&error))
    }

    fn finish(&self) -> PyResult<Fitted> {
        self.0.finish().map(Fitted).map_err(|error| raise(&error))
    }

    fn to_json(&self) -> PyResult<String> {
        self.0.to_json().map_err(|error| raise(&error))
    }

    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        fit::FitState::from_json(text).map(Self).map_err(|error| raise(&error))
    }
}

/// JSON Schema of a definition.
#[pyfunction]
pub(super) fn json_schema() -> String {
    definition::json_schema().to_string()
}
