//! Two steps: the proxy stands for productivity, then state inputs are told apart from it by how productivity moves.
//!
//! Step 1: `y` on free inputs and a polynomial in state and proxy; it gives `b_l` and `phi`, the polynomial. Step 2: with
//! `w = phi - b_k k` and `g(w)` its polynomial on `w` a step earlier, the `b_k` with the least sum of squares of
//! `y - b_l l - b_k k - g`. Olley and Pakes take investment, and the chance to survive into `g` where exits are known;
//! Levinsohn and Petrin take materials. Where output is gross, materials are an input whose coefficient comes from step 2 too:
//! then the innovation `w - g` is uncorrelated with state, and with the proxy a step earlier.
//!
//! Olley G. S., Pakes A. (1996), Econometrica 64(6): 1263-1297, doi 10.2307/2171831; Levinsohn J., Petrin A. (2003), Review of
//! Economic Studies 70(2): 317-341, doi 10.1111/1467-937X.00246.

use super::linear::{minus, subtract};
use super::markov::expected;
use super::polynomial::{standardized, terms};
use super::sample::{Sample, pick};
use super::{EDGES, Estimate, Options, at_edge, dependent, probit};
use crate::error::Result;
use crate::numeric::least_squares::{LeastSquares, dot};
use crate::numeric::minimize::{Minimum, golden, nelder_mead};

/// Points of the grid before golden sections.
const GRID: usize = 61;
/// Most evaluations of a search in several numbers, from each start.
const MOST: usize = 2000;

/// The two steps.
pub fn two_steps(sample: &Sample, options: &Options) -> Result<Estimate> {
    let n = sample.output.len();
    let mut columns = vec![vec![1.0; n]];
    columns.extend(sample.free.iter().cloned());
    columns.extend(polynomial(sample, options.degree));
    let fit = LeastSquares::new(columns).map_err(|_| dependent("step 1"))?;
    let coefficients = fit.coefficients(&sample.output);
    let free = coefficients[1..=sample.free.len()].to_vec();
    let (mut phi, mut rest) = (fit.fitted(&sample.output), sample.output.clone());
    for (column, b) in sample.free.iter().zip(&free) {
        subtract(&mut phi, column, *b);
        subtract(&mut rest, column, *b);
    }
    let survival = if sample.exit.is_empty() { None } else { Some(probit::survival(sample, options.degree)?) };
    // A row is of use where its chance to have survived is known.
    let (now, before): (Vec<usize>, Vec<usize>) = {
        let (now, before) = sample.pairs();
        let known = |lag: usize| survival.as_ref().is_none_or(|chance| !chance[lag].is_nan());
        now.into_iter().zip(before).filter(|(_, lag)| known(*lag)).unzip()
    };
    let chance = survival.map(|chance| pick(&chance, &before));
    let inputs: Vec<&[f64]> =
        sample.state.iter().map(Vec::as_slice).chain(options.gross.then_some(sample.proxy.as_slice())).collect();
    let step = Second {
        phi: pick(&phi, &now),
        phi_before: pick(&phi, &before),
        rest: pick(&rest, &now),
        inputs: inputs.iter().map(|column| pick(column, &now)).collect(),
        inputs_before: inputs.iter().map(|column| pick(column, &before)).collect(),
        chance,
        degree: options.markov,
    };
    let instruments = if options.gross { Some(step.instruments(sample.state.len())?) } else { None };
    let start = step.start()?;
    let found = step.lowest(instruments.as_ref(), &start);
    let mut omega = phi;
    for (column, b) in inputs.iter().zip(&found.at) {
        subtract(&mut omega, column, *b);
    }
    let all: Vec<f64> = free.into_iter().chain(found.at.iter().copied()).collect();
    let errors = vec![f64::NAN; all.len()];
    let (corner, converged) = (at_edge(&found.at), found.converged);
    let closed = Estimate::closed(all, errors, f64::INFINITY, omega, now.len());
    Ok(Estimate { objective: found.value, converged, corner, ..closed })
}

/// The polynomial in state and proxy. In standard deviations: with a constant it spans the same.
fn polynomial(sample: &Sample, degree: usize) -> Vec<Vec<f64>> {
    let base: Vec<Vec<f64>> = sample.state.iter().chain([&sample.proxy]).map(|column| standardized(column)).collect();
    terms(&base.iter().map(Vec::as_slice).collect::<Vec<_>>(), degree)
}

/// Rows of step 2 with those a step earlier.
struct Second {
    phi: Vec<f64>,
    phi_before: Vec<f64>,
    rest: Vec<f64>,
    inputs: Vec<Vec<f64>>,
    inputs_before: Vec<Vec<f64>>,
    chance: Option<Vec<f64>>,
    degree: usize,
}

impl Second {
    /// State now and the proxy (the last input) a step earlier.
    fn instruments(&self, states: usize) -> Result<LeastSquares> {
        let mut columns = vec![vec![1.0; self.phi.len()]];
        columns.extend(self.inputs.iter().take(states).cloned());
        columns.extend(self.inputs_before.iter().skip(states).cloned());
        LeastSquares::new(columns).map_err(|_| dependent("step 2"))
    }

    /// Least squares of `phi` on the inputs.
    fn start(&self) -> Result<Vec<f64>> {
        let columns = std::iter::once(vec![1.0; self.phi.len()]).chain(self.inputs.iter().cloned()).collect();
        let fit = LeastSquares::new(columns).map_err(|_| dependent("step 2"))?;
        Ok(fit.coefficients(&self.phi).into_iter().skip(1).collect())
    }

    fn criterion(&self, at: &[f64], instruments: Option<&LeastSquares>) -> f64 {
        if at.iter().any(|b| !(EDGES.0..=EDGES.1).contains(b)) {
            return f64::INFINITY;
        }
        let less = |values: &[f64], columns: &[Vec<f64>]| {
            let mut values = values.to_vec();
            columns.iter().zip(at).for_each(|(column, b)| subtract(&mut values, column, *b));
            values
        };
        let omega = less(&self.phi, &self.inputs);
        let before = less(&self.phi_before, &self.inputs_before);
        let guess = expected(&omega, &before, self.chance.as_deref(), self.degree);
        let apart = if let Some(instruments) = instruments {
            instruments.fitted(&minus(&omega, &guess))
        } else {
            minus(&less(&self.rest, &self.inputs), &guess)
        };
        dot(&apart, &apart)
    }

    fn lowest(&self, instruments: Option<&LeastSquares>, start: &[f64]) -> Minimum {
        if self.inputs.len() == 1 && instruments.is_none() {
            return golden(|b| self.criterion(&[b], None), EDGES.0, EDGES.1, GRID);
        }
        let inside = |b: &f64| b.clamp(EDGES.0 + 0.1, EDGES.1 - 0.3);
        let starts = [0.0, 0.5, 1.0].map(|share| start.iter().map(|b| share * inside(b)).collect::<Vec<f64>>());
        let ends = starts.iter().map(|start| nelder_mead(|at| self.criterion(at, instruments), start, 0.1, MOST));
        ends.min_by(|a, b| a.value.total_cmp(&b.value)).unwrap_or(Minimum {
            at: start.to_vec(),
            value: f64::NAN,
            converged: false,
            evaluations: 0,
        })
    }
}
