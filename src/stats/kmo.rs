//! The Kaiser-Meyer-Olkin measure of sampling adequacy: are correlations shared by all, or partial ones of pairs?
//!
//! Kaiser H. F. (1974), An index of factorial simplicity, Psychometrika 39(1): 31-36, doi 10.1007/BF02291575.

use ndarray::Array2;

use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::eigen::symmetric_eigen;

/// The measure, overall and by column; within [0, 1], more is better, 0.6 is often asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Kmo {
    /// `sum r^2 / (sum r^2 + sum a^2)` over all pairs, with partial correlations a.
    pub overall: f64,
    /// The same over the pairs of one column (MSA).
    pub by_column: Vec<f64>,
}

/// The measure of a correlation matrix.
///
/// Partial correlations come from the inverse: `a_ij = -q_ij / sqrt(q_ii q_jj)`. A singular matrix (two equal columns,
/// no more rows than columns) has none and is an error, and so is one that is not positive definite (pairwise gaps).
/// Uncorrelated columns have NaN.
pub fn kmo(correlations: &Array2<f64>) -> Result<Kmo> {
    let p = correlations.nrows();
    let inverse = inverse(correlations)?;
    let ratio = |pairs: &[(usize, usize)]| {
        let (mut simple, mut partial) = (0.0, 0.0);
        for &(i, j) in pairs {
            simple += correlations[(i, j)] * correlations[(i, j)];
            partial += inverse[(i, j)] * inverse[(i, j)] / (inverse[(i, i)] * inverse[(j, j)]);
        }
        simple / (simple + partial)
    };
    let of = |i: usize| (0..p).filter(|j| *j != i).map(|j| (i, j)).collect::<Vec<_>>();
    let all: Vec<(usize, usize)> = (0..p).flat_map(of).collect();
    Ok(Kmo { overall: ratio(&all), by_column: (0..p).map(|i| ratio(&of(i))).collect() })
}

/// The inverse of a positive definite matrix through its eigenvectors.
fn inverse(matrix: &Array2<f64>) -> Result<Array2<f64>> {
    let eigen = symmetric_eigen(matrix);
    if eigen.is_singular() {
        return Err(Error::new(Kind::Degenerate, singular()));
    }
    let mut scaled = eigen.vectors.clone();
    for (mut column, value) in scaled.columns_mut().into_iter().zip(&eigen.values) {
        column.mapv_inplace(|x| x / value);
    }
    Ok(scaled.dot(&eigen.vectors.t()))
}

/// What is said of a matrix without an inverse.
pub(super) fn singular() -> Problem {
    Problem::general("the correlation matrix is singular or not positive definite").remedy(
        "a column follows from the others, or there are too few rows without a gap: leave out columns, or use more rows",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn equal_correlations() {
        // p = 3, all r: the partial correlation is r / (1 + r).
        let r = 0.5;
        let found = kmo(&array![[1.0, r, r], [r, 1.0, r], [r, r, 1.0]]).unwrap();
        let expected = r * r / (r * r + (r / (1.0 + r)).powi(2));
        assert!((found.overall - expected).abs() < 1e-14);
        assert!(found.by_column.iter().all(|msa| (msa - expected).abs() < 1e-14));
        // Two columns: the partial correlation is the simple one.
        assert!((kmo(&array![[1.0, 0.3], [0.3, 1.0]]).unwrap().overall - 0.5).abs() < 1e-14);
    }

    #[test]
    fn degenerate_matrices() {
        let error = kmo(&array![[1.0, 1.0], [1.0, 1.0]]).unwrap_err();
        assert!(error.kind == Kind::Degenerate && error.to_string().contains("singular"));
        assert!(kmo(&Array2::eye(3)).unwrap().overall.is_nan());
        assert!(kmo(&array![[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]).is_err());
    }
}
