//! Skewness and kurtosis.
//!
//! The "type 2" forms of SAS, SPSS and spreadsheets: Joanes D. N., Gill C. A. (1998), Comparing measures of sample
//! skewness and kurtosis, Journal of the Royal Statistical Society D 47(1): 183-189, doi 10.1111/1467-9884.00122.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use std::borrow::Cow;

use crate::numeric::dispatch::LANES;
use crate::numeric::unit::unit;
use crate::numeric::{Extremes, Sum, vectorized};

/// Values added before the sum is compensated.
const BLOCK: usize = 1024;

/// How a column departs from a normal one; NaN where undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// `sqrt(n (n - 1)) / (n - 2) * sqrt(n) S3 / S2^1.5`; needs three values that are not all equal.
    pub skew: f64,
    /// Excess: `(n - 1) / ((n - 2) (n - 3)) * ((n + 1) (n S4 / S2^2 - 3) + 6)`; needs four values.
    pub kurtosis: f64,
}

/// The shape of the observed values, with `S_k` the sum of the k-th powers of deviations from the mean.
pub fn shape(values: &[f64]) -> Shape {
    let observed: Cow<'_, [f64]> = if values.iter().any(|value| value.is_nan()) {
        values.iter().copied().filter(|value| !value.is_nan()).collect()
    } else {
        values.into()
    };
    let ends = Extremes::of(&observed).ends.unwrap_or_default();
    shape_within(&observed, ends, f64::NEG_INFINITY, f64::INFINITY)
}

/// The shape of values without gaps, whose extremes are known, after capping.
pub fn shape_within(values: &[f64], ends: [f64; 2], low: f64, high: f64) -> Shape {
    let n = values.len() as f64;
    let [least, most] = ends.map(|x| x.max(low).min(high));
    if values.len() < 3 || least >= most {
        return Shape { skew: f64::NAN, kurtosis: f64::NAN };
    }
    let size = least.abs().max(most.abs());
    let capped = |x: f64| x.max(low).min(high);
    let middle = |scale: f64| f64::midpoint(least * scale, most * scale);
    let [s2, s3, s4] = if (1e-60..=1e60).contains(&size) {
        powers(values, middle(1.0), capped)
    } else {
        // Near one, fourth powers neither overflow nor vanish.
        let scale = unit(size);
        powers(values, middle(scale), |x| capped(x) * scale)
    };
    let skew = (n * (n - 1.0)).sqrt() / (n - 2.0) * n.sqrt() * s3 / (s2 * s2.sqrt());
    let kurtosis = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (n * s4 / (s2 * s2) - 3.0) + 6.0);
    let defined = |value: f64, least: usize| if values.len() >= least && value.is_finite() { value } else { f64::NAN };
    Shape { skew: defined(skew, 3), kurtosis: defined(kurtosis, 4) }
}

/// The sums of the second, third and fourth powers of deviations from the mean. The first pass is shifted, so that a large
/// mean costs no digits.
fn powers(values: &[f64], shift: f64, see: impl Fn(f64) -> f64) -> [f64; 3] {
    let mut total = Sum::default();
    let mut powers = [Sum::default(); 3];
    vectorized(
        #[inline(always)]
        || {
            for block in values.chunks(BLOCK) {
                total.add(lanes(block, |x| [see(x) - shift, 0.0, 0.0])[0]);
            }
            let mean = shift + total.value() / values.len() as f64;
            for block in values.chunks(BLOCK) {
                let sums = lanes(block, |x| {
                    let deviation = see(x) - mean;
                    let square = deviation * deviation;
                    [square, square * deviation, square * square]
                });
                for (power, sum) in powers.iter_mut().zip(sums) {
                    power.add(sum);
                }
            }
        },
    );
    powers.map(|power| power.value())
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn worked_by_hand() {
        // 1, 2, 3, 10: deviations -3, -2, -1, 6; S2 = 50, S3 = 180, S4 = 1394.
        let found = shape(&[1.0, f64::NAN, 2.0, 3.0, 10.0]);
        assert!((found.skew - 12.0_f64.sqrt() / 2.0 * 2.0 * 180.0 / 50.0_f64.powf(1.5)).abs() < 1e-14);
        assert!((found.kurtosis - 1.5 * (5.0 * (4.0 * 1394.0 / 2500.0 - 3.0) + 6.0)).abs() < 1e-13);
        // With 4 among them: mean 4, the same sums.
        let five = [10.0, 1.0, 3.0, 2.0, 4.0];
        assert!(
            (shape(&five).skew - 1.697_056_274_847_714).abs() < 1e-14 && (shape(&five).kurtosis - 3.152).abs() < 1e-12
        );
        assert!((shape(&five.map(|x| x + 1e9)).kurtosis - 3.152).abs() < 3e-6);
        assert_eq!(shape_within(&five, [1.0, 10.0], 1.0, 4.0), shape(&[4.0, 1.0, 3.0, 2.0, 4.0]));
    }

    #[test]
    fn undefined_shapes() {
        assert!(shape(&[1.0, 2.0]).skew.is_nan());
        let three = shape(&[1.0, 2.0, 4.0]);
        assert!(three.skew.is_finite() && three.kurtosis.is_nan());
        assert!(shape(&[0.1; 9]).skew.is_nan() && shape(&[]).kurtosis.is_nan());
        assert!(shape_within(&[1.0, 2.0, 3.0, 4.0], [1.0, 4.0], 5.0, 6.0).skew.is_nan());
    }

    proptest! {
        #[test]
        fn any_unit_gives_the_same_shape(values in prop::collection::vec(-9.0..9.0f64, 4..60), power in -1000..1000_i32) {
            let own = shape(&values);
            let scaled: Vec<f64> = values.iter().map(|x| x * 2.0_f64.powi(power)).collect();
            let other = shape(&scaled);
            prop_assert!((own.skew - other.skew).abs() <= 1e-12 && (own.kurtosis - other.kurtosis).abs() <= 1e-12);
        }
    }
}
