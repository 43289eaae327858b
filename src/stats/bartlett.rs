//! Bartlett's test of sphericity: are the columns correlated at all?
//!
//! Bartlett M. S. (1951), The effect of standardization on a chi-squared approximation in factor analysis, Biometrika
//! 38(3-4): 337-344, doi 10.1093/biomet/38.3-4.337.

use ndarray::Array2;

use super::kmo::singular;
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::eigen::symmetric_eigen;
use crate::numeric::special::chi_squared_upper;

/// The test against the identity matrix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bartlett {
    /// `-(n - 1 - (2 p + 5) / 6) ln |R|`.
    pub chi_squared: f64,
    /// `p (p - 1) / 2`.
    pub degrees: u64,
    /// Probability of a greater value if the columns are uncorrelated and normal.
    pub p_value: f64,
}

/// The test for a correlation matrix from so many complete rows.
pub fn bartlett(correlations: &Array2<f64>, rows: u64) -> Result<Bartlett> {
    let p = correlations.nrows() as u64;
    if p < 2 {
        let problem = Problem::general("the test needs at least 2 columns").remedy("name more columns");
        return Err(Error::new(Kind::Degenerate, problem));
    }
    let factor = rows as f64 - 1.0 - (2.0 * p as f64 + 5.0) / 6.0;
    let eigen = symmetric_eigen(correlations);
    if eigen.is_singular() || factor <= 0.0 {
        return Err(Error::new(Kind::Degenerate, singular()));
    }
    let log_determinant: f64 = eigen.values.iter().map(|value| value.ln()).sum();
    let degrees = p * (p - 1) / 2;
    // The determinant of a correlation matrix is at most 1; rounding may leave a little more.
    let chi_squared = (-factor * log_determinant).max(0.0);
    Ok(Bartlett { chi_squared, degrees, p_value: chi_squared_upper(chi_squared, degrees as f64) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn worked_by_hand() {
        // |R| = 0.75, n = 20, p = 2: factor 19 - 1.5 = 17.5; one degree of freedom.
        let found = bartlett(&array![[1.0, 0.5], [0.5, 1.0]], 20).unwrap();
        assert!((found.chi_squared - -17.5 * 0.75_f64.ln()).abs() < 1e-13);
        assert_eq!(found.degrees, 1);
        assert!((found.p_value - 0.024_8).abs() < 1e-3);
        let none = bartlett(&Array2::eye(4), 30).unwrap();
        assert_eq!((none.chi_squared, none.p_value, none.degrees), (0.0, 1.0, 6));
    }

    #[test]
    fn degenerate_matrices() {
        assert!(bartlett(&array![[1.0]], 10).is_err());
        assert!(bartlett(&array![[1.0, 1.0], [1.0, 1.0]], 10).is_err());
        assert!(bartlett(&array![[1.0, 0.5], [0.5, 1.0]], 2).is_err());
    }
}
