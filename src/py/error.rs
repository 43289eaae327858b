//! Errors of the core as one exception that carries them as JSON; the Python layer gives them types and labels.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::error::{Error, Kind, Problem};

pyo3::create_exception!(indicia._core, CoreError, PyException);

#[derive(serde::Serialize)]
struct Payload<'e> {
    kind: Kind,
    code: &'static str,
    problems: &'e [Problem],
}

pub(super) fn raise(error: &Error) -> PyErr {
    let payload = Payload { kind: error.kind, code: error.kind.code(), problems: &error.problems };
    CoreError::new_err(serde_json::to_string(&payload).unwrap_or_else(|_| error.to_string()))
}

/// A request that is not the JSON it should be: a mistake in the Python layer.
pub(super) fn bad_request(error: &serde_json::Error) -> PyErr {
    raise(&Error::new(Kind::Value, Problem::general(format!("request: {error}"))))
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| bad_request(&error))
}
