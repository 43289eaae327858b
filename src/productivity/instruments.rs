//! Instruments of a proxy that is an input itself.
//!
//! The innovation of productivity is uncorrelated with every function of state now, state a step earlier and the proxy a step
//! earlier. Their products tell the proxy only as far as it bends in them: where it is a straight line, output that is gross
//! is not identified from such rows (Gandhi, Navarro, Rivers 2020, Journal of Political Economy 128(8): 2973-3016, doi
//! 10.1086/707736), and [`strength`] says so.

use super::linear::minus;
use super::polynomial::{standardized, terms};
use super::sample::{Sample, pick};
use super::{Options, dependent};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::least_squares::{LeastSquares, dot};

/// A constant, and the complete polynomial in state now, state before and the proxy before; columns in standard deviations.
pub fn products(sample: &Sample, options: &Options, now: &[usize], before: &[usize]) -> Result<Vec<Vec<f64>>> {
    if options.degree < 2 {
        let message = "gross output: with degree=1 nothing tells the proxy's own coefficient";
        return Err(Error::new(Kind::Definition, Problem::general(message).remedy("take degree=2 or more")));
    }
    if now.is_empty() {
        return Err(dependent("instruments"));
    }
    let base = sample.state.iter().map(|column| pick(column, now));
    let earlier = sample.state.iter().chain([&sample.proxy]).map(|column| pick(column, before));
    let base: Vec<Vec<f64>> = base.chain(earlier).map(|column| standardized(&column)).collect();
    let mut columns = vec![vec![1.0; now.len()]];
    columns.extend(terms(&base.iter().map(Vec::as_slice).collect::<Vec<_>>(), options.degree));
    Ok(columns)
}

/// What instruments say of a column beyond `known` columns (of which they hold the projections): the partial F, about one where
/// they say nothing. Below ten they are weak: Staiger D., Stock J. H. (1997), Econometrica 65(3): 557-586, doi
/// 10.2307/2171753.
pub fn strength(instruments: &LeastSquares, count: usize, column: &[f64], known: Vec<Vec<f64>>) -> f64 {
    let excluded = count.saturating_sub(known.len());
    let free = column.len().saturating_sub(count);
    let Ok(less) = LeastSquares::new(known) else { return f64::NAN };
    let projected = instruments.fitted(column);
    let more = minus(&projected, &less.fitted(&projected));
    let rest = minus(column, &projected);
    (dot(&more, &more) / excluded as f64) / (dot(&rest, &rest) / free as f64)
}
