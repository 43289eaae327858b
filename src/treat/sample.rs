//! The observed values of a column, as a treatment sees them.

use std::sync::OnceLock;

use super::{Check, Curve};
use crate::numeric::distribution::Distribution;
use crate::numeric::extremes::Extremes;
use crate::stats::shape::{Shape, shape_within};

/// Values in any order, without missing ones. They are sorted when somebody asks for order statistics, and only then: most
/// columns pass a test that needs none.
#[derive(Debug)]
pub struct Sample<'a> {
    values: &'a [f64],
    extremes: OnceLock<Extremes>,
    sorted: OnceLock<Distribution>,
}

impl<'a> Sample<'a> {
    /// A sample of finite values.
    pub fn new(values: &'a [f64]) -> Self {
        Self { values, extremes: OnceLock::new(), sorted: OnceLock::new() }
    }

    /// How many values there are.
    pub fn len(&self) -> u64 {
        self.values.len() as u64
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The smallest and the greatest value.
    pub fn extremes(&self) -> Option<[f64; 2]> {
        self.extremes.get_or_init(|| Extremes::of(self.values)).ends
    }

    /// Distinct values with their counts, sorted, of the `count` smallest and the `count` greatest values, where these are a
    /// small part of all; with how many distinct values the smallest have. Ties may reach beyond.
    pub fn tails(&self, count: usize) -> Option<(Distribution, usize)> {
        if count >= self.values.len() / 8 {
            return None;
        }
        let mut values = self.values.to_vec();
        let (low, _, rest) = values.select_nth_unstable_by(count, f64::total_cmp);
        let most = rest.len() - count;
        let (_, _, high) = rest.select_nth_unstable_by(most, f64::total_cmp);
        let low = Distribution::of(low);
        let distinct = low.values().len();
        Some((Distribution::merge_all(vec![low, Distribution::of(high)]), distinct))
    }

    /// The values on a curve; what it makes missing is left out.
    pub fn curved(&self, curve: Curve) -> Vec<f64> {
        let mut values = self.values.to_vec();
        if !curve.block(&mut values) {
            values.retain(|x| !x.is_nan());
        }
        values
    }

    /// Distinct values with their counts, sorted.
    pub fn distribution(&self) -> &Distribution {
        self.sorted.get_or_init(|| Distribution::of(self.values))
    }

    /// The values, each seen through a function; what it makes missing is left out.
    pub fn map(&self, map: impl Fn(f64) -> f64) -> Vec<f64> {
        self.values.iter().map(|x| map(*x)).filter(|x| !x.is_nan()).collect()
    }

    /// Skewness and excess kurtosis, see [`crate::stats::shape`]; a constant column has neither.
    pub fn shape(&self) -> Check {
        self.shape_within(f64::NEG_INFINITY, f64::INFINITY)
    }

    /// The same after capping.
    pub fn shape_within(&self, low: f64, high: f64) -> Check {
        let Some(ends) = self.extremes() else { return Check::default() };
        let Shape { skew, kurtosis } = shape_within(self.values, ends, low, high);
        let known = |value: f64| Some(value).filter(|value| !value.is_nan());
        Check { skewness: known(skew), kurtosis: known(kurtosis), passes: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_defined_is_none() {
        let check = Sample::new(&[10.0, 1.0, 3.0, 2.0, 4.0]).shape();
        approx::assert_relative_eq!(check.skewness.expect("skewness"), 1.697_056_274_847_714, max_relative = 1e-14);
        approx::assert_relative_eq!(check.kurtosis.expect("kurtosis"), 3.152, max_relative = 1e-12);
        assert_eq!(Sample::new(&[1.0; 9]).shape(), Check::default());
        assert_eq!(Sample::new(&[1.0, 2.0]).shape().skewness, None);
        assert_eq!(Sample::new(&[1.0, 2.0, 4.0]).shape().kurtosis, None);
    }
}
