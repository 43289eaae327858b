//! The observed values of a column, as a treatment sees them.

use std::sync::OnceLock;

use super::Check;
use crate::numeric::distribution::Distribution;
use crate::numeric::moments::Moments;
use crate::stats::shape::{Shape, shape_within};

/// Values in any order, without missing ones. They are sorted when somebody asks for order statistics, and only then: most
/// columns pass a test that needs none.
#[derive(Debug)]
pub struct Sample<'a> {
    values: &'a [f64],
    sorted: OnceLock<Distribution>,
}

impl<'a> Sample<'a> {
    /// A sample of finite values.
    pub fn new(values: &'a [f64]) -> Self {
        Self { values, sorted: OnceLock::new() }
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
        let moments = Moments::of(self.values);
        (moments.count > 0).then_some([moments.min, moments.max])
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
        let Shape { skew, kurtosis } = shape_within(self.values, low, high);
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
