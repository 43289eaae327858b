//! The Python bindings: conversions and nothing else. No other file names pyo3.

mod aggregate;
mod allocate;
mod chain;
mod compare;
mod eligibility;
mod error;
mod explain;
mod firm;
mod fitted;
mod frontier;
mod impute;
mod index;
mod network;
mod numbers;
mod plan;
mod productivity;
mod robustness;
mod run;
mod stats;
mod study;
mod survey;
mod survey_convert;
mod table;
mod text;

use pyo3::prelude::*;

/// The compiled module `indicia._core`.
#[pymodule(gil_used = false, name = "_core")]
fn core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("debug_build", cfg!(debug_assertions))?;
    module.add("CoreError", module.py().get_type::<error::CoreError>())?;
    module.add_class::<table::Table>()?;
    module.add_class::<index::Index>()?;
    module.add_class::<index::FitState>()?;
    module.add_class::<fitted::Fitted>()?;
    module.add_function(wrap_pyfunction!(numbers::rank, module)?)?;
    module.add_function(wrap_pyfunction!(numbers::shares, module)?)?;
    module.add_function(wrap_pyfunction!(index::json_schema, module)?)?;
    module.add_function(wrap_pyfunction!(impute::fill_panel, module)?)?;
    module.add_function(wrap_pyfunction!(aggregate::outranking, module)?)?;
    module.add_function(wrap_pyfunction!(aggregate::kemeny_order, module)?)?;
    module.add_function(wrap_pyfunction!(aggregate::kemeny_votes, module)?)?;
    module.add_function(wrap_pyfunction!(eligibility::eligibility, module)?)?;
    module.add_function(wrap_pyfunction!(eligibility::eligibility_rules, module)?)?;
    module.add_function(wrap_pyfunction!(eligibility::eligibility_findings, module)?)?;
    module.add_function(wrap_pyfunction!(plan::plan_paths, module)?)?;
    chain::register(module)?;
    allocate::register(module)?;
    module.add_function(wrap_pyfunction!(plan::plan_changes, module)?)?;
    module.add_function(wrap_pyfunction!(explain::explain_contributions, module)?)?;
    module.add_function(wrap_pyfunction!(explain::explain_barriers, module)?)?;
    compare::register(module)?;
    firm::register(module)?;
    frontier::register(module)?;
    productivity::register(module)?;
    robustness::register(module)?;
    stats::register(module)?;
    network::register(module)?;
    study::register(module)?;
    text::register(module)?;
    survey::register(module)?;
    Ok(())
}
