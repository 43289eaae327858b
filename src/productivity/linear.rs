//! Least squares over all rows, and within firms.

use super::{Estimate, Sample, dependent};
use crate::error::Result;
use crate::numeric::least_squares::{LeastSquares, dot};

/// Ordinary least squares, with a constant.
pub fn ols(sample: &Sample, cluster: bool) -> Result<Estimate> {
    let n = sample.output.len();
    let columns: Vec<Vec<f64>> = std::iter::once(vec![1.0; n]).chain(sample.inputs().cloned()).collect();
    let fit = LeastSquares::new(columns.clone()).map_err(|_| dependent("least squares"))?;
    let p = columns.len();
    let coefficients = fit.coefficients(&sample.output);
    let rest = minus(&sample.output, &fit.fitted(&sample.output));
    let errors = errors(&fit, &columns, &rest, sample, cluster, n.saturating_sub(p));
    let degrees = if cluster { sample.firms().saturating_sub(1) } else { n.saturating_sub(p) } as f64;
    let thin = cluster && sample.firms() <= p;
    Ok(Estimate { thin, ..Estimate::closed(coefficients, errors, degrees, vec![], n) })
}

/// Least squares of what deviates from the mean of the firm. Productivity without noise is the mean of the firm's residuals.
pub fn within(sample: &Sample, cluster: bool) -> Result<Estimate> {
    let n = sample.output.len();
    let columns: Vec<Vec<f64>> = sample.inputs().map(|column| demeaned(column, &sample.starts)).collect();
    let y = demeaned(&sample.output, &sample.starts);
    let fit = LeastSquares::new(columns.clone()).map_err(|_| dependent("within firms"))?;
    let p = columns.len();
    let coefficients = fit.coefficients(&y);
    let rest = minus(&y, &fit.fitted(&y));
    let free = n.saturating_sub(p + sample.firms());
    let errors = errors(&fit, &columns, &rest, sample, cluster, free);
    let degrees = if cluster { sample.firms().saturating_sub(1) } else { free } as f64;
    let residual = residual(sample, &coefficients);
    let deviation = demeaned(&residual, &sample.starts);
    let thin = cluster && sample.firms() <= p;
    Ok(Estimate { thin, ..Estimate::closed(coefficients, errors, degrees, minus(&residual, &deviation), n) })
}

/// Output less what the inputs explain; coefficients of the inputs alone.
pub fn residual(sample: &Sample, coefficients: &[f64]) -> Vec<f64> {
    let mut rest = sample.output.clone();
    for (column, b) in sample.inputs().zip(coefficients) {
        subtract(&mut rest, column, *b);
    }
    rest
}

/// Takes `b` times a column away.
pub fn subtract(values: &mut [f64], column: &[f64], b: f64) {
    for (value, own) in values.iter_mut().zip(column) {
        *value -= b * own;
    }
}

/// The difference of two columns.
pub fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn demeaned(column: &[f64], starts: &[usize]) -> Vec<f64> {
    let mut values = column.to_vec();
    for pair in starts.windows(2) {
        let own = &mut values[pair[0]..pair[1]];
        // From the first value on, so that a large common level costs no digits.
        let first = own.first().copied().unwrap_or(0.0);
        let mean = own.iter().map(|value| value - first).sum::<f64>() / own.len() as f64;
        for value in own {
            *value = (*value - first) - mean;
        }
    }
    values
}

fn errors(
    fit: &LeastSquares,
    columns: &[Vec<f64>],
    rest: &[f64],
    sample: &Sample,
    cluster: bool,
    degrees: usize,
) -> Vec<f64> {
    let inverse = fit.inverse();
    // One firm tells nothing of other firms, and a fit without a residual nothing of noise.
    if degrees == 0 || (cluster && sample.firms() < 2) {
        return vec![f64::NAN; columns.len()];
    }
    if cluster {
        let firms = sample.firms() as f64;
        let scale = firms / (firms - 1.0);
        return sandwich(&inverse, columns, rest, &sample.starts).iter().map(|v| (v * scale).sqrt()).collect();
    }
    let variance = dot(rest, rest) / degrees as f64;
    inverse.iter().enumerate().map(|(i, row)| (row[i] * variance).sqrt()).collect()
}

/// Variances that allow for any dependence within a firm: A (sum of g g') A with g = X'u of each firm. Liang and Zeger
/// (1986), doi:10.1093/biomet/73.1.13.
pub fn sandwich(inverse: &[Vec<f64>], columns: &[Vec<f64>], rest: &[f64], starts: &[usize]) -> Vec<f64> {
    let mut variances = vec![0.0; columns.len()];
    for pair in starts.windows(2) {
        let score: Vec<f64> =
            columns.iter().map(|column| dot(&column[pair[0]..pair[1]], &rest[pair[0]..pair[1]])).collect();
        for (variance, row) in variances.iter_mut().zip(inverse) {
            *variance += dot(row, &score).powi(2);
        }
    }
    variances
}
