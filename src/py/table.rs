//! Borrowed NumPy columns.

use std::borrow::Cow;

use numpy::{PyArray1, PyArrayDescrMethods, PyArrayMethods, PyReadonlyArray1, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use super::error::raise;
use crate::columns::{self, Column};

/// Columns of equal length, kept alive while the table lives.
#[pyclass(module = "indicia._core", frozen)]
pub(super) struct Table {
    rows: usize,
    columns: std::sync::Mutex<Vec<(String, Held)>>,
}

/// One array.
enum Held {
    Number(Py<PyArray1<f64>>),
    Whole(HeldWhole),
    Text(HeldWhole, Vec<String>),
}

enum HeldWhole {
    I8(Py<PyArray1<i8>>),
    U8(Py<PyArray1<u8>>),
    I16(Py<PyArray1<i16>>),
    I32(Py<PyArray1<i32>>),
    I64(Py<PyArray1<i64>>),
}

#[pymethods]
impl Table {
    #[new]
    fn new(rows: usize) -> Self {
        Self { rows, columns: std::sync::Mutex::default() }
    }

    fn number(&self, name: String, values: &Bound<'_, PyAny>) -> PyResult<()> {
        let Ok(array) = values.cast::<PyArray1<f64>>() else {
            let message =
                format!("column {name:?}: expected a one-dimensional float64 array, found {}", describe(values));
            return Err(PyTypeError::new_err(message));
        };
        whole_strides(array)?;
        self.push(name, array.len(), Held::Number(array.clone().unbind()))
    }

    fn whole(&self, name: String, values: &Bound<'_, PyAny>) -> PyResult<()> {
        let held = HeldWhole::new(&name, values)?;
        self.push(name, values.len()?, Held::Whole(held))
    }

    fn text(&self, name: String, codes: &Bound<'_, PyAny>, labels: Vec<String>) -> PyResult<()> {
        let held = HeldWhole::new(&name, codes)?;
        self.push(name, codes.len()?, Held::Text(held, labels))
    }
}

fn describe(values: &Bound<'_, PyAny>) -> String {
    match values.cast::<PyUntypedArray>() {
        Ok(array) => format!("{} of {} dimensions", array.dtype(), array.ndim()),
        Err(_) => values.get_type().to_string(),
    }
}

impl HeldWhole {
    fn new(name: &str, values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let boolean = values.cast::<PyUntypedArray>().is_ok_and(|array| array.dtype().kind() == b'b');
        let values = if boolean { values.call_method1("view", ("uint8",))? } else { values.clone() };
        if let Ok(array) = values.cast::<PyArray1<i8>>() {
            whole_strides(array)?;
            return Ok(Self::I8(array.clone().unbind()));
        }
        if let Ok(array) = values.cast::<PyArray1<u8>>() {
            whole_strides(array)?;
            return Ok(Self::U8(array.clone().unbind()));
        }
        if let Ok(array) = values.cast::<PyArray1<i16>>() {
            whole_strides(array)?;
            return Ok(Self::I16(array.clone().unbind()));
        }
        if let Ok(array) = values.cast::<PyArray1<i32>>() {
            whole_strides(array)?;
            return Ok(Self::I32(array.clone().unbind()));
        }
        if let Ok(array) = values.cast::<PyArray1<i64>>() {
            whole_strides(array)?;
            return Ok(Self::I64(array.clone().unbind()));
        }
        let message = format!(
            "column {name:?}: expected a one-dimensional int8, uint8, int16, int32, int64 or bool array, found {}",
            describe(&values)
        );
        Err(PyTypeError::new_err(message))
    }
}

/// Read-only borrows that keep NumPy from handing out a writable view through this crate meanwhile.
pub(super) enum Guard<'py> {
    Number(PyReadonlyArray1<'py, f64>),
    Whole(GuardWhole<'py>),
    Text(GuardWhole<'py>, Vec<String>),
}

pub(super) enum GuardWhole<'py> {
    I8(PyReadonlyArray1<'py, i8>),
    U8(PyReadonlyArray1<'py, u8>),
    I16(PyReadonlyArray1<'py, i16>),
    I32(PyReadonlyArray1<'py, i32>),
    I64(PyReadonlyArray1<'py, i64>),
}

fn borrow<'py, T: numpy::Element>(py: Python<'py>, array: &Py<PyArray1<T>>) -> PyResult<PyReadonlyArray1<'py, T>> {
    let array = array.bind(py);
    whole_strides(array)?;
    Ok(array.try_readonly()?)
}

/// Views step by whole elements. A field of a record array steps by bytes, and would be read at wrong places.
pub(super) fn whole_strides<T: numpy::Element>(array: &Bound<'_, PyArray1<T>>) -> PyResult<()> {
    let size = isize::try_from(size_of::<T>()).unwrap_or(isize::MAX);
    if array.is_empty() || array.strides().iter().all(|stride| stride % size == 0) {
        return Ok(());
    }
    let found = array.strides();
    let message =
        format!("expected an array whose stride is a multiple of {size} bytes, found {found:?}; copy it first");
    Err(PyTypeError::new_err(message))
}

impl HeldWhole {
    fn guard<'py>(&self, py: Python<'py>) -> PyResult<GuardWhole<'py>> {
        Ok(match self {
            Self::I8(array) => GuardWhole::I8(borrow(py, array)?),
            Self::U8(array) => GuardWhole::U8(borrow(py, array)?),
            Self::I16(array) => GuardWhole::I16(borrow(py, array)?),
            Self::I32(array) => GuardWhole::I32(borrow(py, array)?),
            Self::I64(array) => GuardWhole::I64(borrow(py, array)?),
        })
    }
}

impl GuardWhole<'_> {
    fn view(&self) -> columns::Whole<'_> {
        match self {
            Self::I8(guard) => columns::Whole::I8(guard.as_array()),
            Self::U8(guard) => columns::Whole::U8(guard.as_array()),
            Self::I16(guard) => columns::Whole::I16(guard.as_array()),
            Self::I32(guard) => columns::Whole::I32(guard.as_array()),
            Self::I64(guard) => columns::Whole::I64(guard.as_array()),
        }
    }
}

/// Borrowed columns for one call.
pub(super) struct Guards<'py> {
    rows: usize,
    columns: Vec<(String, Guard<'py>)>,
}

impl Table {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    fn push(&self, name: String, len: usize, held: Held) -> PyResult<()> {
        if len != self.rows {
            let message = format!("column {name:?} has {len} rows, the table has {}", self.rows);
            return Err(PyValueError::new_err(message));
        }
        self.lock().push((name, held));
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(String, Held)>> {
        self.columns.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) fn guards<'py>(&self, py: Python<'py>) -> PyResult<Guards<'py>> {
        let mut columns = Vec::new();
        for (name, held) in self.lock().iter() {
            let guard = match held {
                Held::Number(array) => Guard::Number(borrow(py, array)?),
                Held::Whole(whole) => Guard::Whole(whole.guard(py)?),
                Held::Text(codes, labels) => Guard::Text(codes.guard(py)?, labels.clone()),
            };
            columns.push((name.clone(), guard));
        }
        Ok(Guards { rows: self.rows, columns })
    }
}

impl Guards<'_> {
    /// The columns as the core sees them.
    pub(super) fn table(&self) -> PyResult<columns::Table<'_>> {
        let mut table = columns::Table::new(self.rows);
        for (name, guard) in &self.columns {
            let column = match guard {
                Guard::Number(guard) => Column::Number(guard.as_array()),
                Guard::Whole(whole) => Column::Whole(whole.view()),
                Guard::Text(codes, labels) => Column::Text { codes: codes.view(), labels: Cow::Borrowed(labels) },
            };
            table.add(name.clone(), column).map_err(|error| raise(&error))?;
        }
        Ok(table)
    }
}
