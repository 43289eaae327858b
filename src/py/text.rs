//! The room `text`: dictionaries as JSON, documents as buffers or bytes, columns out.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use super::error::{bad_request, raise};
use super::run::run;
use super::table::whole_strides;
use crate::text::audit::Hit;
use crate::text::count::By;
use crate::text::dictionary::Dictionary;
use crate::text::measure::Measure;
use crate::text::{Counter, Document};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
/// Counts by column, total, dropped by context, characters, tokens; one entry per document.
type Counted<'py> = (Vec<Doubles<'py>>, Doubles<'py>, Vec<Doubles<'py>>, Doubles<'py>, Doubles<'py>);
/// Document and position; term, group, before, hit, after; reason.
type Hits<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>, [Vec<String>; 5], Vec<Option<String>>);
type Whole<'py> = PyReadonlyArray1<'py, i64>;

/// A dictionary ready to count.
#[pyclass(module = "indicia._core", frozen)]
pub(super) struct TextCounter(Counter);

#[pymethods]
impl TextCounter {
    #[new]
    #[pyo3(signature = (dictionary, contexts=None))]
    fn new(dictionary: &str, contexts: Option<Vec<String>>) -> PyResult<Self> {
        let made = Dictionary::from_json(dictionary).and_then(|read| Counter::new(&read, contexts.as_deref()));
        made.map(Self).map_err(|error| raise(&error))
    }

    fn groups(&self) -> Vec<String> {
        self.0.groups().to_vec()
    }

    fn terms(&self) -> Vec<&str> {
        self.0.terms().collect()
    }

    fn contexts(&self) -> Vec<String> {
        self.0.contexts().to_vec()
    }

    /// Texts one behind the other, where each begins (and the last ends), and which are missing.
    #[pyo3(signature = (data, offsets, missing, by, threads=None))]
    fn count_buffers<'py>(
        &self,
        py: Python<'py>,
        data: PyReadonlyArray1<'py, u8>,
        offsets: Whole<'py>,
        missing: PyReadonlyArray1<'py, bool>,
        by: &str,
        threads: Option<usize>,
    ) -> PyResult<Counted<'py>> {
        self.counted(py, &buffers(&data, &offsets, &missing)?, by, threads)
    }

    /// Texts as bytes.
    #[pyo3(signature = (texts, by, threads=None))]
    fn count_bytes<'py>(
        &self,
        py: Python<'py>,
        texts: Vec<Option<PyBackedBytes>>,
        by: &str,
        threads: Option<usize>,
    ) -> PyResult<Counted<'py>> {
        self.counted(py, &bytes(&texts), by, threads)
    }

    /// Tokens of each document one behind the other, and where each ends.
    #[pyo3(signature = (texts, ends, by, threads=None))]
    fn count_tokens<'py>(
        &self,
        py: Python<'py>,
        texts: Vec<Option<PyBackedBytes>>,
        ends: Vec<Vec<i64>>,
        by: &str,
        threads: Option<usize>,
    ) -> PyResult<Counted<'py>> {
        self.counted(py, &tokens(&texts, &ends)?, by, threads)
    }

    /// The hits of texts as bytes.
    #[pyo3(signature = (texts, around, threads=None))]
    fn audit_bytes<'py>(
        &self,
        py: Python<'py>,
        texts: Vec<Option<PyBackedBytes>>,
        around: usize,
        threads: Option<usize>,
    ) -> PyResult<Hits<'py>> {
        self.listed(py, &bytes(&texts), around, threads)
    }

    /// The hits of token lists.
    #[pyo3(signature = (texts, ends, around, threads=None))]
    fn audit_tokens<'py>(
        &self,
        py: Python<'py>,
        texts: Vec<Option<PyBackedBytes>>,
        ends: Vec<Vec<i64>>,
        around: usize,
        threads: Option<usize>,
    ) -> PyResult<Hits<'py>> {
        self.listed(py, &tokens(&texts, &ends)?, around, threads)
    }
}

impl TextCounter {
    fn counted<'py>(
        &self,
        py: Python<'py>,
        documents: &[Document<'_>],
        by: &str,
        threads: Option<usize>,
    ) -> PyResult<Counted<'py>> {
        let by: By = serde_json::from_value(by.into()).map_err(|error| bad_request(&error))?;
        let found = run(py, size(documents), |cancel| self.0.count(documents, by, threads, cancel))?;
        let columns = |columns: Vec<Vec<f64>>| columns.into_iter().map(|column| column.into_pyarray(py)).collect();
        Ok((
            columns(found.counts),
            found.total.into_pyarray(py),
            columns(found.dropped),
            found.characters.into_pyarray(py),
            found.tokens.into_pyarray(py),
        ))
    }

    fn listed<'py>(
        &self,
        py: Python<'py>,
        documents: &[Document<'_>],
        around: usize,
        threads: Option<usize>,
    ) -> PyResult<Hits<'py>> {
        let hits = run(py, size(documents), |cancel| self.0.audit(documents, around, threads, cancel))?;
        let numbers = |of: fn(&Hit) -> usize| {
            hits.iter().map(|hit| i64::try_from(of(hit)).unwrap_or(i64::MAX)).collect::<Vec<_>>().into_pyarray(py)
        };
        let texts = |of: fn(&Hit) -> &String| hits.iter().map(of).cloned().collect();
        Ok((
            numbers(|hit| hit.document),
            numbers(|hit| hit.position),
            [
                texts(|hit| &hit.term),
                texts(|hit| &hit.group),
                texts(|hit| &hit.before),
                texts(|hit| &hit.hit),
                texts(|hit| &hit.after),
            ],
            hits.iter().map(|hit| hit.reason.clone()).collect(),
        ))
    }
}

/// Bytes stand for rows: what decides whether anyone could wish to interrupt.
fn size(documents: &[Document<'_>]) -> usize {
    documents.iter().map(|document| document.bytes().len()).sum()
}

fn bytes(texts: &[Option<PyBackedBytes>]) -> Vec<Document<'_>> {
    texts.iter().map(|text| text.as_ref().map_or(Document::Missing, |text| Document::Text(text))).collect()
}

fn buffers<'a>(
    data: &'a PyReadonlyArray1<'_, u8>,
    offsets: &Whole<'_>,
    missing: &PyReadonlyArray1<'_, bool>,
) -> PyResult<Vec<Document<'a>>> {
    whole_strides(offsets)?;
    let (data, offsets, missing) = (data.as_slice()?, offsets.as_array(), missing.as_array());
    let place = |i: usize| offsets.get(i).and_then(|offset| usize::try_from(*offset).ok());
    let text = |i: usize| place(i).zip(place(i + 1)).and_then(|(start, end)| data.get(start..end));
    let document = |(i, missing): (usize, &bool)| match text(i) {
        _ if *missing => Ok(Document::Missing),
        Some(text) => Ok(Document::Text(text)),
        None => Err(PyValueError::new_err(format!("offsets of text {i} lie outside the data"))),
    };
    missing.iter().enumerate().map(document).collect()
}

fn tokens<'a>(texts: &'a [Option<PyBackedBytes>], ends: &'a [Vec<i64>]) -> PyResult<Vec<Document<'a>>> {
    if texts.len() != ends.len() {
        return Err(PyValueError::new_err("expected the ends of the tokens of every text"));
    }
    let document = |(text, ends): (&'a Option<PyBackedBytes>, &'a Vec<i64>)| {
        text.as_ref().map_or(Document::Missing, |text| Document::Tokens(text, ends))
    };
    Ok(texts.iter().zip(ends).map(document).collect())
}

/// A dictionary as JSON, read and validated. format: "toml", "json".
#[pyfunction]
pub(super) fn text_dictionary(text: &str, format: &str) -> PyResult<String> {
    let read = if format == "toml" { Dictionary::from_toml(text) } else { Dictionary::from_json(text) };
    read.and_then(|read| read.to_json()).map_err(|error| raise(&error))
}

/// A dictionary in JSON as TOML.
#[pyfunction]
pub(super) fn text_dictionary_toml(dictionary: &str) -> PyResult<String> {
    Dictionary::from_json(dictionary).and_then(|read| read.to_toml()).map_err(|error| raise(&error))
}

/// What counts become. measure: JSON "count", "ln1p", "any", or {"per": number} of the length.
#[pyfunction]
pub(super) fn text_measure<'py>(
    py: Python<'py>,
    counts: PyReadonlyArray1<'py, f64>,
    lengths: PyReadonlyArray1<'py, f64>,
    measure: &str,
) -> PyResult<Doubles<'py>> {
    let measure: Measure = serde_json::from_str(measure).map_err(|error| bad_request(&error))?;
    whole_strides(&counts)?;
    whole_strides(&lengths)?;
    let pairs = counts.as_array().into_iter().zip(lengths.as_array());
    Ok(pairs.map(|(count, length)| measure.of(*count, *length)).collect::<Vec<_>>().into_pyarray(py))
}

/// Puts the class and the functions of this room into the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<TextCounter>()?;
    module.add_function(wrap_pyfunction!(text_dictionary, module)?)?;
    module.add_function(wrap_pyfunction!(text_dictionary_toml, module)?)?;
    module.add_function(wrap_pyfunction!(text_measure, module)?)
}
