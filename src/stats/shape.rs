//! Skewness and kurtosis.
//!
//! The "type 2" forms of SAS, SPSS and spreadsheets: Joanes D. N., Gill C. A. (1998), Comparing measures of sample
//! skewness and kurtosis, Journal of the Royal Statistical Society D 47(1): 183-189, doi 10.1111/1467-9884.00122.

use crate::numeric::{Moments, Sum};

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
    shape_about(values, &Moments::of(values))
}

/// The same where the moments are known already.
pub fn shape_about(values: &[f64], moments: &Moments) -> Shape {
    let n = moments.count as f64;
    if moments.count < 3 || moments.is_constant() || moments.m2 <= 0.0 {
        return Shape { skew: f64::NAN, kurtosis: f64::NAN };
    }
    // In units of the root of the second sum, so that high powers of large values do not overflow.
    let scale = moments.m2.sqrt();
    let (mut third, mut fourth) = (Sum::default(), Sum::default());
    for value in values.iter().filter(|value| !value.is_nan()) {
        let deviation = (value - moments.mean) / scale;
        let square = deviation * deviation;
        third.add(square * deviation);
        fourth.add(square * square);
    }
    let skew = (n * (n - 1.0)).sqrt() / (n - 2.0) * n.sqrt() * third.value();
    let kurtosis = if moments.count < 4 {
        f64::NAN
    } else {
        (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (n * fourth.value() - 3.0) + 6.0)
    };
    Shape { skew, kurtosis }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // 1, 2, 3, 10: deviations -3, -2, -1, 6; S2 = 50, S3 = 180, S4 = 1394.
        let found = shape(&[1.0, f64::NAN, 2.0, 3.0, 10.0]);
        assert!((found.skew - 12.0_f64.sqrt() / 2.0 * 2.0 * 180.0 / 50.0_f64.powf(1.5)).abs() < 1e-14);
        assert!((found.kurtosis - 1.5 * (5.0 * (4.0 * 1394.0 / 2500.0 - 3.0) + 6.0)).abs() < 1e-13);
    }

    #[test]
    fn undefined_shapes() {
        assert!(shape(&[1.0, 2.0]).skew.is_nan());
        let three = shape(&[1.0, 2.0, 4.0]);
        assert!(three.skew.is_finite() && three.kurtosis.is_nan());
        assert!(shape(&[0.1; 9]).skew.is_nan() && shape(&[]).kurtosis.is_nan());
        let huge = shape(&[1e100, 2e100, 3e100, 1e101]);
        assert!((huge.skew - shape(&[1.0, 2.0, 3.0, 10.0]).skew).abs() < 1e-12);
    }
}
