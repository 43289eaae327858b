//! Production functions of firms and the productivity they leave: one estimator a file.
//!
//! In logarithms `y = c + b_l l + b_k k (+ b_m m) + w + e`: the firm knows `w` when it chooses `l`, nobody knows `e`. All
//! estimators take the same [`Sample`] and give the same [`Estimate`]; everything runs in the order of firms and years, so
//! neither threads nor the order of the rows that came matter.

pub mod acf;
pub mod bootstrap;
pub mod control;
pub mod explain;
pub mod instruments;
pub mod linear;
pub mod markov;
pub mod polynomial;
pub mod probit;
pub mod sample;
pub mod search;
pub mod solow;
pub mod wooldridge;

#[cfg(test)]
mod made;

use serde::Deserialize;

pub use sample::{Columns, Counts, Sample};

use crate::error::{Error, Kind, Problem, Result};

/// An estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Ordinary least squares.
    Ols,
    /// Least squares within firms.
    FixedEffects,
    /// Olley and Pakes: investment tells productivity.
    OlleyPakes,
    /// Levinsohn and Petrin: materials tell productivity.
    LevinsohnPetrin,
    /// Wooldridge: both equations at once.
    Wooldridge,
    /// Ackerberg, Caves and Frazer: nothing but the noise is taken out at first.
    AckerbergCavesFrazer,
}

/// Equations of Wooldridge's estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// Both equations; the state inputs of the first are part of its polynomial.
    Joint,
    /// The second equation alone.
    Second,
}

/// Conventions.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The estimator.
    pub method: Method,
    /// Degree of the polynomial in state and proxy.
    pub degree: usize,
    /// Degree of the polynomial in productivity a step earlier.
    pub markov: usize,
    /// Whether the proxy is an input of the function too (output is gross).
    pub gross: bool,
    /// Equations of Wooldridge's estimator.
    pub system: System,
    /// Whether errors of least squares allow for any dependence within a firm.
    pub cluster: bool,
}

/// What an estimator found.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The constant first where the estimator has one, free inputs, state inputs, the proxy where it is an input.
    pub coefficients: Vec<f64>,
    /// Standard errors; NaN where only a bootstrap gives them.
    pub errors: Vec<f64>,
    /// Degrees of freedom of the errors; infinite: normal.
    pub degrees: f64,
    /// Productivity without noise by row of the sample, with the constant; empty where the estimator does not tell it apart.
    pub omega: Vec<f64>,
    /// Rows the last step rests on.
    pub used: usize,
    /// The value of the criterion at the end; NaN where there is none.
    pub objective: f64,
    /// Whether the search closed in.
    pub converged: bool,
    /// Whether it ended at the edge of where it may search.
    pub corner: bool,
    /// Other ends of the search: coefficients and criterion, best first.
    pub solutions: Vec<(Vec<f64>, f64)>,
    /// Partial F of the instruments of a proxy that is an input; NaN where there are none.
    pub strength: f64,
    /// Whether errors that allow for dependence within firms rest on no more firms than coefficients: they come out too small.
    pub thin: bool,
}

impl Estimate {
    /// What needs no search.
    fn closed(coefficients: Vec<f64>, errors: Vec<f64>, degrees: f64, omega: Vec<f64>, used: usize) -> Self {
        let (objective, strength, solutions) = (f64::NAN, f64::NAN, vec![]);
        let (converged, corner, thin) = (true, false, false);
        Self { coefficients, errors, degrees, omega, used, objective, converged, corner, solutions, strength, thin }
    }
}

/// Where coefficients are searched.
pub const EDGES: (f64, f64) = (-1.0, 2.0);

/// The estimate of a sample.
pub fn estimate(sample: &Sample, options: &Options) -> Result<Estimate> {
    match options.method {
        Method::Ols => linear::ols(sample, options.cluster),
        Method::FixedEffects => linear::within(sample, options.cluster),
        Method::OlleyPakes | Method::LevinsohnPetrin => control::two_steps(sample, options),
        Method::Wooldridge => wooldridge::wooldridge(sample, options),
        Method::AckerbergCavesFrazer => acf::acf(sample, options),
    }
}

/// Whether a coefficient lies at the edge of where it is searched.
fn at_edge(coefficients: &[f64]) -> bool {
    coefficients.iter().any(|b| (b - EDGES.0).min(EDGES.1 - b) < 1e-6)
}

/// Too few rows, or columns that say the same.
fn dependent(step: &str) -> Error {
    let message =
        format!("{step}: the rows do not tell the inputs apart (too few rows, or one input follows from others)");
    Error::new(
        Kind::Degenerate,
        Problem::general(message).remedy("drop an input, lower the degree, or pool industries"),
    )
}
