//! Two steps: the proxy stands for productivity, then state inputs are told apart from it by how productivity moves.
//!
//! Step 1: `y` on free inputs and a polynomial in state and proxy; it gives `b_l` and `phi`, the polynomial. Step 2: with
//! `w = phi - b_k k` and `g(w)` its polynomial on `w` a step earlier, the `b_k` with the least sum of squares of
//! `y - b_l l - b_k k - g`. Olley and Pakes take investment, and the chance to survive into `g` where exits are known;
//! Levinsohn and Petrin take materials. Where output is gross, materials are an input whose coefficient comes from step 2 too:
//! then the innovation `x = w - g` is uncorrelated with every function of state now and before and of materials before, and
//! the criterion is the share of `x` that products of these explain, `|P x|^2 / |x|^2`. Without the divisor the lowest point
//! would be where materials and state explain all of `phi` and no productivity is left.
//!
//! Olley G. S., Pakes A. (1996), Econometrica 64(6): 1263-1297, doi 10.2307/2171831; Levinsohn J., Petrin A. (2003), Review of
//! Economic Studies 70(2): 317-341, doi 10.1111/1467-937X.00246.

use super::instruments::{products, strength};
use super::linear::{minus, subtract};
use super::markov::expected;
use super::polynomial::{count as terms_count, in_proxy};
use super::sample::{Sample, pick};
use super::search::ends;
use super::{EDGES, Estimate, Options, at_edge, dependent, probit};
use crate::error::Result;
use crate::numeric::least_squares::{LeastSquares, dot};
use crate::numeric::minimize::{Minimum, golden};

/// Points of the grid before golden sections.
const GRID: usize = 61;
/// Most evaluations of a search in several numbers, from each start.
const MOST: usize = 2000;
/// Of the differences that tell slopes.
const STEP: f64 = 1e-4;

/// The two steps.
pub fn two_steps(sample: &Sample, options: &Options) -> Result<Estimate> {
    let n = sample.output.len();
    let mut columns = vec![vec![1.0; n]];
    columns.extend(sample.free.iter().cloned());
    columns.extend(in_proxy(sample, options.degree));
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
    // As many rows as numbers to find meet anything.
    if now.len() <= terms_count(1 + usize::from(step.chance.is_some()), options.markov) + inputs.len() {
        return Err(dependent("step 2"));
    }
    let start = step.start()?;
    let (found, ends, strength) = if options.gross {
        let instruments = products(sample, options, &now, &before)?;
        step.told(instruments, &start)?
    } else {
        (step.lowest(&start), vec![], f64::NAN)
    };
    let mut omega = phi;
    for (column, b) in inputs.iter().zip(&found.at) {
        subtract(&mut omega, column, *b);
    }
    let solutions = ends.into_iter().map(|end| (free.iter().copied().chain(end.at).collect(), end.value)).collect();
    let all: Vec<f64> = free.into_iter().chain(found.at.iter().copied()).collect();
    let errors = vec![f64::NAN; all.len()];
    let (corner, converged) = (at_edge(&found.at), found.converged);
    let closed = Estimate::closed(all, errors, f64::INFINITY, omega, now.len());
    Ok(Estimate { objective: found.value, converged, corner, solutions, strength, ..closed })
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
    /// Least squares of `phi` on the inputs.
    fn start(&self) -> Result<Vec<f64>> {
        let columns = std::iter::once(vec![1.0; self.phi.len()]).chain(self.inputs.iter().cloned()).collect();
        let fit = LeastSquares::new(columns).map_err(|_| dependent("step 2"))?;
        Ok(fit.coefficients(&self.phi).into_iter().skip(1).collect())
    }

    /// Productivity, and what productivity a step earlier says of it.
    fn omega(&self, at: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let omega = less(&self.phi, &self.inputs, at);
        let before = less(&self.phi_before, &self.inputs_before, at);
        let guess = expected(&omega, &before, self.chance.as_deref(), self.degree);
        (omega, guess)
    }

    fn criterion(&self, at: &[f64]) -> f64 {
        if !inside(at) {
            return f64::INFINITY;
        }
        let (_, guess) = self.omega(at);
        let mut apart = less(&self.rest, &self.inputs, at);
        subtract(&mut apart, &guess, 1.0);
        dot(&apart, &apart)
    }

    fn lowest(&self, start: &[f64]) -> Minimum {
        if self.inputs.len() == 1 {
            return golden(|b| self.criterion(&[b]), EDGES.0, EDGES.1, GRID);
        }
        let ends = ends(|at| self.criterion(at), &parts(start, &[0.0, 0.5, 1.0]), MOST);
        ends.into_iter().next().unwrap_or_else(|| nowhere(start))
    }

    /// Gross output: the lowest end, all of them, and the strength of the instruments there.
    fn told(&self, instruments: Vec<Vec<f64>>, start: &[f64]) -> Result<(Minimum, Vec<Minimum>, f64)> {
        let count = instruments.len();
        let project = LeastSquares::new(instruments).map_err(|_| dependent("instruments"))?;
        let innovation = |at: &[f64]| {
            let (omega, guess) = self.omega(at);
            minus(&omega, &guess)
        };
        let criterion = |at: &[f64]| {
            let apart = innovation(at);
            let part = project.fitted(&apart);
            if inside(at) { dot(&part, &part) / dot(&apart, &apart) } else { f64::INFINITY }
        };
        let ends = ends(criterion, &parts(start, &[0.0, 0.25, 0.5, 0.75, 1.0]), MOST);
        let best = ends.first().cloned().unwrap_or_else(|| nowhere(start));
        // How the innovation moves with each coefficient.
        let slopes: Vec<Vec<f64>> = (0..best.at.len())
            .map(|i| {
                let moved = |by: f64| {
                    let mut at = best.at.clone();
                    at[i] += by;
                    innovation(&at)
                };
                minus(&moved(STEP), &moved(-STEP)).into_iter().map(|value| value / (2.0 * STEP)).collect()
            })
            .collect();
        let strength = slopes.split_last().map_or(f64::NAN, |(own, others)| {
            let one = vec![1.0; self.phi.len()];
            let known = std::iter::once(one).chain(others.iter().map(|slope| project.fitted(slope))).collect();
            strength(&project, count, own, known)
        });
        Ok((best, ends, strength))
    }
}

/// A column less inputs times coefficients.
fn less(values: &[f64], columns: &[Vec<f64>], at: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    columns.iter().zip(at).for_each(|(column, b)| subtract(&mut values, column, *b));
    values
}

fn inside(at: &[f64]) -> bool {
    at.iter().all(|b| (EDGES.0..=EDGES.1).contains(b))
}

/// Shares of a start, away from the edges.
fn parts(start: &[f64], shares: &[f64]) -> Vec<Vec<f64>> {
    let inside = |b: &f64| b.clamp(EDGES.0 + 0.1, EDGES.1 - 0.3);
    shares.iter().map(|share| start.iter().map(|b| share * inside(b)).collect()).collect()
}

fn nowhere(start: &[f64]) -> Minimum {
    Minimum { at: start.to_vec(), value: f64::NAN, converged: false, evaluations: 0 }
}
