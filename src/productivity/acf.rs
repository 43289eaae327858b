//! Ackerberg, Caves and Frazer: step 1 takes out the noise alone, all coefficients come from step 2.
//!
//! Step 1: `phi` is `y` on a polynomial in free inputs, state and proxy. Step 2: `w = phi - b_l l - b_k k`, its innovation `x`
//! off a polynomial of `w` a step earlier is uncorrelated with `k` and with `l` a step earlier. The criterion is the part of
//! the innovation that these explain, `|P x|^2 / |phi - mean|^2`: zero at a solution. There may be several (one is far from
//! the truth whenever inputs follow productivity closely: there the wage takes the place of productivity), so the search
//! starts from many points and tells every end. Kim, Luo, Su (2019), Journal of Applied Econometrics 34(4).
//!
//! Ackerberg D. A., Caves K., Frazer G. (2015), Econometrica 83(6): 2411-2451, doi 10.3982/ECTA13408.

use super::control::two_steps;
use super::linear::{minus, ols, subtract};
use super::markov::expected;
use super::polynomial::{standardized, terms};
use super::sample::{Sample, pick};
use super::search::ends;
use super::{EDGES, Estimate, Options, at_edge, dependent};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::least_squares::{LeastSquares, dot};
use crate::numeric::minimize::Minimum;

/// Most evaluations from each start.
const MOST: usize = 1500;
/// Criteria that differ by less than this are alike: rounding of a zero.
const ALIKE: f64 = 1e-10;

/// The estimate: the lowest end, and of those alike the one nearest to the two steps of Levinsohn and Petrin. Least squares is
/// no guide: the false solution is nearer to it.
pub fn acf(sample: &Sample, options: &Options) -> Result<Estimate> {
    if options.gross {
        let message =
            "gross output is not identified by this estimator (Gandhi, Navarro, Rivers 2020, doi:10.1086/707736)";
        return Err(Error::new(Kind::Definition, Problem::general(message).remedy("use value added")));
    }
    let n = sample.output.len();
    let base: Vec<Vec<f64>> = sample.inputs().chain([&sample.proxy]).map(|column| standardized(column)).collect();
    let mut columns = vec![vec![1.0; n]];
    columns.extend(terms(&base.iter().map(Vec::as_slice).collect::<Vec<_>>(), options.degree));
    let phi = LeastSquares::new(columns).map_err(|_| dependent("step 1"))?.fitted(&sample.output);
    let (now, before) = sample.pairs();
    if now.len() <= options.markov + 1 + sample.inputs().count() {
        return Err(dependent("step 2"));
    }
    let inputs: Vec<Vec<f64>> = sample.inputs().map(|column| pick(column, &now)).collect();
    let earlier: Vec<Vec<f64>> = sample.inputs().map(|column| pick(column, &before)).collect();
    let free = sample.free.len();
    let mut instruments = vec![vec![1.0; now.len()]];
    instruments.extend(earlier.iter().take(free).chain(inputs.iter().skip(free)).cloned());
    let instruments = LeastSquares::new(instruments).map_err(|_| dependent("step 2"))?;
    let (phi_now, phi_before) = (pick(&phi, &now), pick(&phi, &before));
    let level = phi_now.iter().sum::<f64>() / phi_now.len() as f64;
    let spread: f64 = phi_now.iter().map(|value| (value - level) * (value - level)).sum();
    let criterion = |at: &[f64]| {
        if at.iter().any(|b| !(EDGES.0..=EDGES.1).contains(b)) {
            return f64::INFINITY;
        }
        let (mut omega, mut last) = (phi_now.clone(), phi_before.clone());
        for ((column, before), b) in inputs.iter().zip(&earlier).zip(at) {
            subtract(&mut omega, column, *b);
            subtract(&mut last, before, *b);
        }
        let part = instruments.fitted(&minus(&omega, &expected(&omega, &last, None, options.markov)));
        dot(&part, &part) / spread
    };
    let least: Vec<f64> = ols(sample, false)?.coefficients.into_iter().skip(1).collect();
    let anchor = two_steps(&Sample { exit: vec![], ..sample.clone() }, &Options { markov: 1, ..*options })
        .map_or_else(|_| least.clone(), |found| found.coefficients);
    let ends = ends(criterion, &starts(&least, &anchor, free), MOST);
    let far = |end: &Minimum| end.at.iter().zip(&anchor).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let floor = ends.first().map_or(f64::NAN, |end| end.value) + ALIKE;
    let alike = ends.iter().take_while(|end| end.value <= floor);
    let Some(best) = alike.min_by(|a, b| far(a).total_cmp(&far(b))).cloned() else { return Err(dependent("step 2")) };
    let mut omega = phi;
    sample.inputs().zip(&best.at).for_each(|(column, b)| subtract(&mut omega, column, *b));
    let errors = vec![f64::NAN; best.at.len()];
    let solutions = ends.into_iter().map(|end| (end.at, end.value)).collect();
    let (corner, converged) = (at_edge(&best.at), best.converged);
    let closed = Estimate::closed(best.at, errors, f64::INFINITY, omega, now.len());
    Ok(Estimate { objective: best.value, converged, corner, solutions, ..closed })
}

/// Least squares, parts of it, the two steps, and shares that lean to free inputs or to state.
fn starts(least: &[f64], anchor: &[f64], free: usize) -> Vec<Vec<f64>> {
    let inside = |b: f64| b.clamp(EDGES.0 + 0.2, EDGES.1 - 0.3);
    let mut all: Vec<Vec<f64>> =
        [1.0, 0.6, 0.2].iter().map(|part| least.iter().map(|b| inside(part * b)).collect()).collect();
    all.push(anchor.iter().map(|b| inside(*b)).collect());
    let states = least.len() - free;
    for lean in [0.1, 0.5, 0.9] {
        let share = |i: usize| if i < free { lean / free as f64 } else { (1.0 - lean) / states as f64 };
        all.push((0..least.len()).map(share).collect());
    }
    all
}
