//! The observed values of a column, as a treatment sees them.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use std::sync::OnceLock;

use super::{Check, Curve};
use crate::numeric::dispatch::LANES;
use crate::numeric::distribution::Distribution;
use crate::numeric::extremes::Extremes;
use crate::numeric::sum::Sum;
use crate::numeric::vectorized;

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

    /// Skewness and excess kurtosis, the adjusted (type 2) forms of spreadsheets.
    ///
    /// With S_k = sum((x - mean)^k): skewness = sqrt(n (n-1)) / (n-2) * sqrt(n) S_3 / S_2^1.5, from 3 values; excess kurtosis =
    /// (n-1) / ((n-2)(n-3)) * ((n+1) (n S_4 / S_2^2 - 3) + 6), from 4. A constant column has neither. Joanes and Gill (1998),
    /// doi:10.1111/1467-9884.00122.
    pub fn shape(&self) -> Check {
        self.shape_within(f64::NEG_INFINITY, f64::INFINITY)
    }

    /// The same after capping.
    pub fn shape_within(&self, low: f64, high: f64) -> Check {
        let n = self.values.len() as f64;
        let capped = |x: f64| x.max(low).min(high);
        let extremes = self.extremes().map(|ends| ends.map(capped));
        let Some([least, most]) = extremes.filter(|[least, most]| least < most) else {
            return Check::default();
        };
        // The first pass is shifted, so that a large mean costs no digits.
        let shift = f64::midpoint(least, most);
        let mut total = Sum::default();
        let mut powers = [Sum::default(); 3];
        vectorized(
            #[inline(always)]
            || {
                for block in self.values.chunks(1024) {
                    total.add(lanes(block, |x| [x.max(low).min(high) - shift, 0.0, 0.0])[0]);
                }
                let mean = shift + total.value() / n;
                for block in self.values.chunks(1024) {
                    let sums = lanes(block, |x| {
                        let d = x.max(low).min(high) - mean;
                        let square = d * d;
                        [square, square * d, square * square]
                    });
                    for (power, sum) in powers.iter_mut().zip(sums) {
                        power.add(sum);
                    }
                }
            },
        );
        let [s2, s3, s4] = powers.map(|power| power.value());
        let skewness = (n * (n - 1.0)).sqrt() / (n - 2.0) * n.sqrt() * s3 / (s2 * s2.sqrt());
        let kurtosis = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (n * s4 / (s2 * s2) - 3.0) + 6.0);
        Check {
            skewness: Some(skewness).filter(|value| n >= 3.0 && value.is_finite()),
            kurtosis: Some(kurtosis).filter(|value| n >= 4.0 && value.is_finite()),
            passes: None,
        }
    }
}

/// Three sums over a block, in fixed lanes.
#[inline(always)]
fn lanes(block: &[f64], terms: impl Fn(f64) -> [f64; 3]) -> [f64; 3] {
    let mut sums = [[0.0; LANES]; 3];
    let (whole, rest) = block.as_chunks::<LANES>();
    for eight in whole {
        for lane in 0..LANES {
            let [a, b, c] = terms(eight[lane]);
            sums[0][lane] += a;
            sums[1][lane] += b;
            sums[2][lane] += c;
        }
    }
    for (lane, x) in rest.iter().enumerate() {
        let found = terms(*x);
        for (sum, term) in sums.iter_mut().zip(found) {
            sum[lane] += term;
        }
    }
    sums.map(|lanes| lanes.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // 1, 2, 3, 4, 10: mean 4, S_2 = 50, S_3 = 180, S_4 = 1394.
        let check = Sample::new(&[10.0, 1.0, 3.0, 2.0, 4.0]).shape();
        approx::assert_relative_eq!(check.skewness.expect("skewness"), 1.697_056_274_847_714, max_relative = 1e-14);
        approx::assert_relative_eq!(check.kurtosis.expect("kurtosis"), 3.152, max_relative = 1e-12);
        let far: Vec<f64> = [10.0, 1.0, 3.0, 2.0, 4.0].iter().map(|x| x + 1e9).collect();
        let moved = Sample::new(&far).shape();
        approx::assert_relative_eq!(moved.kurtosis.expect("kurtosis"), 3.152, max_relative = 1e-6);
        let capped = Sample::new(&[10.0, 1.0, 3.0, 2.0, 4.0]).shape_within(1.0, 4.0);
        assert_eq!(capped, Sample::new(&[4.0, 1.0, 3.0, 2.0, 4.0]).shape());
        assert_eq!(Sample::new(&[1.0; 9]).shape(), Check::default());
        assert_eq!(Sample::new(&[1.0, 2.0]).shape().skewness, None);
    }
}
