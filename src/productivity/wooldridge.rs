//! Both equations of the proxy at once, by instruments.
//!
//! `y = a1 + b_l l + c(k, m) + e` and `y = a2 + b_l l + b_k k + f(k, m a step earlier) + u`: free inputs are instrumented in the
//! second by themselves a step earlier, everything else by itself. Two-stage least squares of the stacked equations, each
//! projected on its own instruments; errors allow for any dependence within a firm, across both equations.
//!
//! Wooldridge J. M. (2009), Economics Letters 104(3): 112-114, doi 10.1016/j.econlet.2009.04.026; the second equation alone:
//! Petrin A., Levinsohn J. (2012), RAND Journal of Economics 43(4): 705-725, doi 10.1111/1756-2171.12005.

use super::linear::{sandwich, subtract};
use super::polynomial::terms;
use super::sample::{Sample, pick};
use super::{Estimate, Options, System, dependent};
use crate::error::Result;
use crate::numeric::least_squares::LeastSquares;

/// The estimate.
pub fn wooldridge(sample: &Sample, options: &Options) -> Result<Estimate> {
    let (now, before) = sample.pairs();
    let n = now.len();
    let free: Vec<Vec<f64>> = sample.free.iter().map(|column| pick(column, &now)).collect();
    let state: Vec<Vec<f64>> = sample.state.iter().map(|column| pick(column, &now)).collect();
    let states = state.len();
    let base: Vec<&[f64]> = sample.state.iter().chain([&sample.proxy]).map(Vec::as_slice).collect();
    let all = terms(&base, options.degree);
    let first: Vec<Vec<f64>> = all.iter().map(|column| pick(column, &now)).collect();
    let second: Vec<Vec<f64>> = all.iter().map(|column| pick(column, &before)).collect();
    // Coefficients in the second equation: free inputs, state, and the proxy where it is an input.
    let material = options.gross.then(|| pick(&sample.proxy, &now));
    let mut own: Vec<Vec<f64>> = free.iter().chain(&state).cloned().collect();
    own.extend(material.clone());
    let mut instruments = vec![vec![1.0; n]];
    instruments.extend(sample.free.iter().map(|column| pick(column, &before)));
    // What was there a step earlier is its own instrument; the proxy's is itself a step earlier, already in the polynomial,
    // so that two steps earlier is the nearest that is left.
    instruments.extend(state.iter().chain(&second).cloned());
    let (now, instruments, own, free, state, first, second) = if options.gross {
        twice_before(sample, &now, &before, instruments, own, free, state, first, second)?
    } else {
        (now, instruments, own, free, state, first, second)
    };
    let n = now.len();
    let project = LeastSquares::new(instruments).map_err(|_| dependent("instruments"))?;
    let projected: Vec<Vec<f64>> = own.iter().map(|column| project.fitted(column)).collect();
    let joint = options.system != System::Second;
    // Stacked columns: of the first equation above, of the second below.
    let stack = |above: Option<&[f64]>, below: Option<&[f64]>| {
        let mut column = Vec::with_capacity(2 * n);
        if joint {
            column.extend(above.map_or_else(|| vec![0.0; n], <[f64]>::to_vec));
        }
        column.extend(below.map_or_else(|| vec![0.0; n], <[f64]>::to_vec));
        column
    };
    let shared = options.system == System::Shared;
    let above = |place: usize| -> Option<&[f64]> {
        if place < free.len() {
            return Some(&free[place]);
        }
        (shared && place < free.len() + states).then(|| state[place - free.len()].as_slice())
    };
    let one = vec![1.0; n];
    let mut columns: Vec<Vec<f64>> = (0..own.len()).map(|i| stack(above(i), Some(&projected[i]))).collect();
    let mut actual: Vec<Vec<f64>> = (0..own.len()).map(|i| stack(above(i), Some(&own[i]))).collect();
    let mut rest: Vec<Vec<f64>> = vec![stack(None, Some(&one))];
    if joint {
        rest.push(stack(Some(&one), None));
        // Linear terms come first among the terms; with one coefficient in both equations state has none of its own.
        rest.extend(first.iter().skip(if shared { states } else { 0 }).map(|column| stack(Some(column), None)));
    }
    rest.extend(second.iter().map(|column| stack(None, Some(column))));
    columns.extend(rest.iter().cloned());
    actual.extend(rest);
    let y = pick(&sample.output, &now);
    let y = stack(Some(&y), Some(&y));
    let fit = LeastSquares::new(columns.clone()).map_err(|_| dependent("two-stage least squares"))?;
    let b = fit.coefficients(&y);
    let mut residual = y;
    actual.iter().zip(&b).for_each(|(column, b)| subtract(&mut residual, column, *b));
    let inverse = fit.inverse();
    let variances = clustered(sample, &now, joint, &inverse, &columns, &residual);
    let coefficients: Vec<f64> = b.into_iter().take(own.len()).collect();
    let errors = variances.into_iter().take(coefficients.len()).map(f64::sqrt).collect();
    let omega = omega(sample, options, &coefficients)?;
    Ok(Estimate::closed(coefficients, errors, f64::INFINITY, omega, n))
}

/// Keeps the rows with two steps before them, and the proxy two steps earlier among the instruments.
#[allow(clippy::too_many_arguments, clippy::type_complexity, reason = "the parts of one system")]
fn twice_before(
    sample: &Sample,
    now: &[usize],
    before: &[usize],
    instruments: Vec<Vec<f64>>,
    own: Vec<Vec<f64>>,
    free: Vec<Vec<f64>>,
    state: Vec<Vec<f64>>,
    first: Vec<Vec<f64>>,
    second: Vec<Vec<f64>>,
) -> Result<(Vec<usize>, Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<Vec<f64>>)> {
    let kept: Vec<usize> = (0..now.len()).filter(|i| sample.lag[before[*i]] != super::sample::NONE).collect();
    let keep = |columns: Vec<Vec<f64>>| columns.iter().map(|column| pick(column, &kept)).collect::<Vec<_>>();
    let mut instruments = keep(instruments);
    instruments.push(kept.iter().map(|i| sample.proxy[sample.lag[before[*i]]]).collect());
    if kept.is_empty() {
        return Err(dependent("two steps earlier"));
    }
    let now = kept.iter().map(|i| now[*i]).collect();
    Ok((now, instruments, keep(own), keep(free), keep(state), keep(first), keep(second)))
}

/// Productivity without noise: what free inputs, state and proxy say of the residual.
fn omega(sample: &Sample, options: &Options, coefficients: &[f64]) -> Result<Vec<f64>> {
    let inputs: Vec<&Vec<f64>> = sample.inputs().chain(options.gross.then_some(&sample.proxy)).collect();
    let mut residual = sample.output.clone();
    inputs.iter().zip(coefficients).for_each(|(column, b)| subtract(&mut residual, column, *b));
    let base: Vec<Vec<f64>> =
        sample.state.iter().chain([&sample.proxy]).map(|column| super::polynomial::standardized(column)).collect();
    let mut columns = vec![vec![1.0; residual.len()]];
    columns.extend(terms(&base.iter().map(Vec::as_slice).collect::<Vec<_>>(), options.degree));
    let fit = LeastSquares::new(columns).map_err(|_| dependent("the polynomial"))?;
    Ok(fit.fitted(&residual))
}

fn clustered(
    sample: &Sample,
    now: &[usize],
    joint: bool,
    inverse: &[Vec<f64>],
    columns: &[Vec<f64>],
    residual: &[f64],
) -> Vec<f64> {
    // Rows of a firm lie together in each equation; both belong to one sum.
    let n = now.len();
    let mut order = Vec::with_capacity(residual.len());
    let mut starts = vec![0];
    let mut next = 0;
    for pair in sample.starts.windows(2) {
        let first = next;
        while next < n && now[next] < pair[1] {
            next += 1;
        }
        if next > first {
            order.extend(first..next);
            if joint {
                order.extend(first + n..next + n);
            }
            starts.push(order.len());
        }
    }
    let columns: Vec<Vec<f64>> = columns.iter().map(|column| pick(column, &order)).collect();
    sandwich(inverse, &columns, &pick(residual, &order), &starts)
}
