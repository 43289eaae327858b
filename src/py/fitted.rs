//! `Fitted`: scores, weights and audits.

use std::collections::HashMap;

use indexmap::IndexMap;
use numpy::{IntoPyArray, PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::error::{bad_request, json, raise};
use super::index::{Index, PyPeriods, periods};
use super::run::run;
use super::table::Table;
use crate::definition::Literal;
use crate::fitted;
use crate::parallel::Cancel;
use crate::score::{ScoreOptions, Scored, What};

/// A fitted index.
#[pyclass(module = "indicia._core", frozen)]
pub(super) struct Fitted(pub(super) fitted::Fitted);

#[pymethods]
impl Fitted {
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        fitted::Fitted::from_json(text).map(Self).map_err(|error| raise(&error))
    }

    #[staticmethod]
    fn unfitted(index: &Index) -> PyResult<Self> {
        fitted::Fitted::unfitted(index.0.clone()).map(Self).map_err(|error| raise(&error))
    }

    #[pyo3(signature = (include_records = false))]
    fn to_json(&self, include_records: bool) -> PyResult<String> {
        self.0.to_json(include_records).map_err(|error| raise(&error))
    }

    fn index(&self) -> Index {
        Index(self.0.index().clone())
    }

    fn weights(&self) -> PyResult<String> {
        json(&self.0.weights())
    }

    fn scales(&self) -> PyResult<String> {
        json(&self.0.scales())
    }

    fn treatments(&self) -> PyResult<String> {
        json(&self.0.treatments())
    }

    fn details(&self) -> PyResult<String> {
        json(&self.0.details())
    }

    fn warnings(&self) -> PyResult<String> {
        json(&self.0.warnings)
    }

    #[pyo3(signature = (table, request, periods))]
    fn score<'py>(
        &self,
        py: Python<'py>,
        table: &Table,
        request: &str,
        periods: Option<PyPeriods<'py>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let options: ScoreOptions = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
        let periods = self::periods(periods, table.rows())?;
        let guards = table.guards(py)?;
        let borrowed = guards.table()?;
        // NumPy asks the system for large pages, so results are written into its memory.
        let outputs = self.0.outputs(&options).map_err(|error| raise(&error))?;
        let arrays: Vec<_> = outputs.iter().map(|_| PyArray1::<f64>::zeros(py, table.rows(), false)).collect();
        let mut writable = arrays.iter().map(|array| Ok(array.try_readwrite()?)).collect::<PyResult<Vec<_>>>()?;
        let lent = writable.iter_mut().map(|array| Ok(array.as_slice_mut()?)).collect::<PyResult<Vec<_>>>()?;
        let work = |cancel: &Cancel| self.0.score_into(&borrowed, &options, periods.as_ref(), cancel, lent);
        let scored = run(py, table.rows(), work)?;
        drop(writable);
        to_dict(py, scored, outputs.into_iter().zip(arrays))
    }

    #[pyo3(signature = (table, row, request, period))]
    fn audit(
        &self,
        py: Python<'_>,
        table: &Table,
        row: usize,
        request: &str,
        period: Option<&str>,
    ) -> PyResult<String> {
        let options: ScoreOptions = serde_json::from_str(request).map_err(|error| bad_request(&error))?;
        let period: Option<Literal> =
            period.map(serde_json::from_str).transpose().map_err(|error| bad_request(&error))?;
        let guards = table.guards(py)?;
        let borrowed = guards.table()?;
        let audit = run(py, 1, |_| self.0.audit(&borrowed, row, &options, period.as_ref()))?;
        json(&audit)
    }
}

fn columns(py: Python<'_>, columns: IndexMap<String, Vec<f64>>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for (name, values) in columns {
        dict.set_item(name, values.into_pyarray(py))?;
    }
    Ok(dict)
}

fn to_dict<'py>(
    py: Python<'py>,
    scored: Scored,
    columns_written: impl Iterator<Item = ((What, Option<String>), Bound<'py, PyArray1<f64>>)>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    let (nodes, low, high, coverage) = (PyDict::new(py), PyDict::new(py), PyDict::new(py), PyDict::new(py));
    dict.set_item("answered", py.None())?;
    for ((what, node), array) in columns_written {
        match what {
            What::Score => nodes.set_item(node, array)?,
            What::Low => low.set_item(node, array)?,
            What::High => high.set_item(node, array)?,
            What::Coverage => coverage.set_item(node, array)?,
            What::Answered => dict.set_item("answered", array)?,
        }
    }
    dict.set_item("report", json(&scored.report)?)?;
    let mut levels = Vec::new();
    for level in scored.levels {
        let entry = PyDict::new(py);
        entry.set_item("owner", level.owner)?;
        entry.set_item("names", level.names)?;
        entry.set_item("certain", level.certain.into_pyarray(py))?;
        entry.set_item("possible", level.possible.into_pyarray(py))?;
        levels.push(entry);
    }
    dict.set_item("levels", levels)?;
    for (name, columns) in [("nodes", nodes), ("low", low), ("high", high), ("coverage", coverage)] {
        dict.set_item(name, columns)?;
    }
    dict.set_item("assumed", scored.assumed.into_pyarray(py))?;
    let mut contributions = HashMap::new();
    for (group, children) in scored.contributions {
        contributions.insert(group, columns(py, children)?);
    }
    dict.set_item("contributions", contributions)?;
    Ok(dict)
}
