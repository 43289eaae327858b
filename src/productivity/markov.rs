//! What productivity a step earlier, and the chance to survive, say of productivity.

use super::polynomial::{standardized, terms};
use crate::numeric::least_squares::dot;
use crate::numeric::solve::solve;

/// Expected productivity: `omega` on a polynomial of `before` (and of `survival`), with a constant. NaN where the polynomial
/// is not told apart.
///
/// Columns are in standard deviations, so that the normal equations of a few powers keep their digits.
pub fn expected(omega: &[f64], before: &[f64], survival: Option<&[f64]>, degree: usize) -> Vec<f64> {
    let n = omega.len();
    let before = standardized(before);
    let survival = survival.map(standardized);
    let base: Vec<&[f64]> = std::iter::once(before.as_slice()).chain(survival.as_deref()).collect();
    let mut columns = vec![vec![1.0; n]];
    columns.extend(terms(&base, degree));
    let p = columns.len();
    let mut products = ndarray::Array2::zeros((p, p));
    for i in 0..p {
        for j in 0..=i {
            let value = dot(&columns[i], &columns[j]);
            products[(i, j)] = value;
            products[(j, i)] = value;
        }
    }
    let right: Vec<f64> = columns.iter().map(|column| dot(column, omega)).collect();
    let Some(coefficients) = solve(&products, &right) else { return vec![f64::NAN; n] };
    let mut found = vec![0.0; n];
    for (column, b) in columns.iter().zip(&coefficients) {
        for (value, own) in found.iter_mut().zip(column) {
            *value += b * own;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_met() {
        let before: Vec<f64> = (0..30).map(|i| 9.0 + f64::from(i) / 10.0).collect();
        let omega: Vec<f64> = before.iter().map(|w| 1.0 + 0.5 * w - 0.1 * w * w + 0.02 * w * w * w).collect();
        let found = expected(&omega, &before, None, 3);
        assert!(found.iter().zip(&omega).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(expected(&omega, &[2.0; 30], None, 1)[0].is_nan());
    }
}
