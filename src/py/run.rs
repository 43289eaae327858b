//! The one boundary function: releases the interpreter, watches for Ctrl-C, converts errors.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use super::error::raise;
use crate::error::Result;
use crate::parallel::{CHUNK, Cancel};

/// Below so many rows the work is done before anyone could press Ctrl-C, and no thread is started.
const SMALL: usize = CHUNK;

/// Runs the work with the interpreter released.
pub(super) fn run<T: Send>(py: Python<'_>, rows: usize, work: impl FnOnce(&Cancel) -> Result<T> + Send) -> PyResult<T> {
    let cancel = Cancel::new();
    if rows <= SMALL {
        let caught = py.detach(|| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&cancel))));
        return caught.map_err(|_| internal())?.map_err(|error| raise(&error));
    }
    let tick = |py: Python<'_>| py.check_signals();
    py.detach(|| watched(&cancel, work, &tick))?.map_err(|error| raise(&error))
}

/// Runs long work with the interpreter released, and calls `tick` every now and then; an error of it ends the work.
pub(super) fn run_telling<T: Send>(
    py: Python<'_>,
    tick: &(impl Fn(Python<'_>) -> PyResult<()> + Sync),
    work: impl FnOnce(&Cancel) -> Result<T> + Send,
) -> PyResult<T> {
    let cancel = Cancel::new();
    let tick = |py: Python<'_>| py.check_signals().and_then(|()| tick(py));
    py.detach(|| watched(&cancel, work, &tick))?.map_err(|error| raise(&error))
}

/// What a panic becomes: always a bug of this package.
fn internal() -> PyErr {
    PyRuntimeError::new_err("internal error in the core; please report it")
}

fn watched<T: Send>(
    cancel: &Cancel,
    work: impl FnOnce(&Cancel) -> Result<T> + Send,
    tick: &(impl Fn(Python<'_>) -> PyResult<()> + Sync),
) -> PyResult<Result<T>> {
    std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        scope.spawn(move || {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(cancel)));
            let _ = sender.send(result);
        });
        let mut signal = None;
        loop {
            match receiver.recv_timeout(Duration::from_millis(20)) {
                Ok(Ok(result)) => return signal.map_or(Ok(result), Err),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                    return Err(internal());
                }
                Err(RecvTimeoutError::Timeout) if signal.is_none() => {
                    if let Err(interrupt) = Python::attach(tick) {
                        cancel.cancel();
                        signal = Some(interrupt);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    })
}
