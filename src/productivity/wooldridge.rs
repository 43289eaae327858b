//! Both equations of the proxy at once, by instruments.
//!
//! `y = a1 + b_l l + c(k, m) + e` and `y = a2 + b_l l + b_k k + f(k, m a step earlier) + u`: free inputs are instrumented in the
//! second by themselves a step earlier, everything else by itself. Two-stage least squares of the stacked equations, each
//! projected on its own instruments; errors allow for any dependence within a firm, across both equations. The first equation
//! has no `b_k`: `c` takes it up. Where output is gross the second has `b_m m` too, with [`products`] as its instruments.
//!
//! Wooldridge J. M. (2009), Economics Letters 104(3): 112-114, doi 10.1016/j.econlet.2009.04.026; the second equation alone:
//! Petrin A., Levinsohn J. (2012), RAND Journal of Economics 43(4): 705-725, doi 10.1111/1756-2171.12005.

use super::instruments::{products, strength};
use super::linear::{sandwich, subtract};
use super::polynomial::in_proxy;
use super::sample::{Sample, pick};
use super::{Estimate, Options, System, dependent};
use crate::error::Result;
use crate::numeric::least_squares::LeastSquares;

/// The estimate.
pub fn wooldridge(sample: &Sample, options: &Options) -> Result<Estimate> {
    let (now, before) = sample.pairs();
    let n = now.len();
    let columns = |all: &[Vec<f64>], rows: &[usize]| all.iter().map(|column| pick(column, rows)).collect::<Vec<_>>();
    let (free, state) = (columns(&sample.free, &now), columns(&sample.state, &now));
    let all = in_proxy(sample, options.degree);
    let (first, second) = (columns(&all, &now), columns(&all, &before));
    // Coefficients in the second equation: free inputs, state, and the proxy where it is an input.
    let mut own: Vec<Vec<f64>> = free.iter().chain(&state).cloned().collect();
    let mut instruments = vec![vec![1.0; n]];
    let mut weight = f64::NAN;
    if options.gross {
        // The products span the polynomial of the second equation and state.
        let material = pick(&sample.proxy, &now);
        instruments = products(sample, options, &now, &before)?;
        instruments.extend(columns(&sample.free, &before));
        let mut known = vec![vec![1.0; n]];
        known.extend(state.iter().chain(&second).cloned().chain(columns(&sample.free, &before)));
        let project = LeastSquares::new(instruments.clone()).map_err(|_| dependent("instruments"))?;
        weight = strength(&project, instruments.len(), &material, known);
        own.push(material);
    } else {
        instruments.extend(columns(&sample.free, &before));
        instruments.extend(state.iter().chain(&second).cloned());
    }
    let project = LeastSquares::new(instruments).map_err(|_| dependent("instruments"))?;
    let projected: Vec<Vec<f64>> = own.iter().map(|column| project.fitted(column)).collect();
    let joint = options.system == System::Joint;
    // Stacked columns: of the first equation above, of the second below.
    let stack = |above: Option<&[f64]>, below: Option<&[f64]>| {
        let mut column = Vec::with_capacity(2 * n);
        if joint {
            column.extend(above.map_or_else(|| vec![0.0; n], <[f64]>::to_vec));
        }
        column.extend(below.map_or_else(|| vec![0.0; n], <[f64]>::to_vec));
        column
    };
    let above = |place: usize| free.get(place).map(Vec::as_slice);
    let one = vec![1.0; n];
    let mut columns: Vec<Vec<f64>> = projected.iter().enumerate().map(|(i, own)| stack(above(i), Some(own))).collect();
    let mut actual: Vec<Vec<f64>> = own.iter().enumerate().map(|(i, own)| stack(above(i), Some(own))).collect();
    let mut rest: Vec<Vec<f64>> = vec![stack(None, Some(&one))];
    if joint {
        rest.push(stack(Some(&one), None));
        rest.extend(first.iter().map(|column| stack(Some(column), None)));
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
    let (variances, firms) = clustered(sample, &now, joint, &fit.inverse(), &columns, &residual);
    let coefficients: Vec<f64> = b.into_iter().take(own.len()).collect();
    // One firm tells nothing of other firms, and a fit without a residual nothing of noise.
    let told = firms > 1 && columns.len() < residual.len();
    let error = |variance: f64| if told { variance.sqrt() } else { f64::NAN };
    let errors = variances.into_iter().take(coefficients.len()).map(error).collect();
    let omega = omega(sample, options, &coefficients)?;
    let closed = Estimate::closed(coefficients, errors, f64::INFINITY, omega, n);
    Ok(Estimate { strength: weight, thin: firms <= columns.len(), ..closed })
}

/// Productivity without noise: what free inputs, state and proxy say of the residual.
fn omega(sample: &Sample, options: &Options, coefficients: &[f64]) -> Result<Vec<f64>> {
    let inputs: Vec<&Vec<f64>> = sample.inputs().chain(options.gross.then_some(&sample.proxy)).collect();
    let mut residual = sample.output.clone();
    inputs.iter().zip(coefficients).for_each(|(column, b)| subtract(&mut residual, column, *b));
    let mut columns = vec![vec![1.0; residual.len()]];
    columns.extend(in_proxy(sample, options.degree));
    let fit = LeastSquares::new(columns).map_err(|_| dependent("the polynomial"))?;
    Ok(fit.fitted(&residual))
}

/// Variances, and how many firms they rest on.
fn clustered(
    sample: &Sample,
    now: &[usize],
    joint: bool,
    inverse: &[Vec<f64>],
    columns: &[Vec<f64>],
    residual: &[f64],
) -> (Vec<f64>, usize) {
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
    (sandwich(inverse, &columns, &pick(residual, &order), &starts), starts.len() - 1)
}
