//! Cronbach's alpha: how far indicators measure one thing.
//!
//! Cronbach L. J. (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16(3): 297-334,
//! doi 10.1007/BF02310555.

use ndarray::Array2;

use crate::numeric::unit::{largest, unit};

/// Alpha of a set of indicators, and what each contributes; NaN where undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct Cronbach {
    /// `k^2 * (mean covariance of different indicators) / (sum of all covariances)`.
    pub alpha: f64,
    /// Alpha without each indicator.
    pub if_deleted: Vec<f64>,
    /// Correlation of each indicator with the sum of the others, from the same covariances.
    pub with_rest: Vec<f64>,
}

/// Alpha from a matrix of covariances; of correlations for standardized indicators.
///
/// At most 1; negative values are returned as they are. Undefined for fewer than two indicators, for a covariance that
/// is missing, and where the sum of all covariances is not positive.
pub fn cronbach(covariances: &Array2<f64>) -> Cronbach {
    // Products of covariances must not overflow; alpha has no unit.
    let scale = unit(largest(covariances));
    let covariances = &covariances.mapv(|covariance| covariance * scale);
    let all: Vec<usize> = (0..covariances.nrows().min(covariances.ncols())).collect();
    let without = |i: usize| all.iter().copied().filter(|j| *j != i).collect::<Vec<_>>();
    let with_rest = |i: usize| {
        let rest = without(i);
        let shared: f64 = rest.iter().map(|j| covariances[(i, *j)]).sum();
        let variances = covariances[(i, i)] * total(covariances, &rest);
        if variances > 0.0 { (shared / variances.sqrt()).clamp(-1.0, 1.0) } else { f64::NAN }
    };
    Cronbach {
        alpha: alpha(covariances, &all),
        if_deleted: all.iter().map(|i| alpha(covariances, &without(*i))).collect(),
        with_rest: all.iter().map(|i| with_rest(*i)).collect(),
    }
}

fn total(covariances: &Array2<f64>, items: &[usize]) -> f64 {
    items.iter().flat_map(|i| items.iter().map(move |j| covariances[(*i, *j)])).sum()
}

fn alpha(covariances: &Array2<f64>, items: &[usize]) -> f64 {
    let k = items.len() as f64;
    let total = total(covariances, items);
    if items.len() < 2 || total.is_nan() || total <= 0.0 {
        return f64::NAN;
    }
    let own: f64 = items.iter().map(|i| covariances[(*i, *i)]).sum();
    k / (k - 1.0) * (total - own) / total
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn worked_by_hand() {
        let found = cronbach(&array![[1.0, 0.5, 0.2], [0.5, 1.0, 0.3], [0.2, 0.3, 1.0]]);
        assert!((found.alpha - 0.6).abs() < 1e-15);
        // k = 2: 2 r / (1 + r).
        for (found, r) in found.if_deleted.iter().zip([0.3, 0.2, 0.5]) {
            assert!((found - 2.0 * r / (1.0 + r)).abs() < 1e-15);
        }
        assert!((found.with_rest[0] - 0.7 / 2.6_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn undefined_and_negative() {
        assert!(cronbach(&Array2::zeros((0, 0))).alpha.is_nan() && cronbach(&array![[1.0]]).alpha.is_nan());
        assert!(cronbach(&Array2::zeros((3, 3))).alpha.is_nan());
        assert!(cronbach(&array![[1.0, f64::NAN], [f64::NAN, 1.0]]).alpha.is_nan());
        assert!((cronbach(&array![[1.0, -0.5], [-0.5, 1.0]]).alpha - -2.0).abs() < 1e-15);
        assert!(cronbach(&array![[1.0, 1.0], [1.0, 1.0]]).alpha == 1.0);
    }
}
