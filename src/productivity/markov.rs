//! What productivity a step earlier, and the chance to survive, say of productivity.

use std::ops::Range;

use super::polynomial::{Scale, count, terms};
use crate::numeric::least_squares::dot;
use crate::numeric::solve::solve;
use crate::parallel::BLOCK;

/// Expected productivity: `omega` on a polynomial of `before` (and of `survival`), with a constant. NaN where the polynomial
/// is not told apart.
///
/// Columns are in standard deviations, so that the normal equations of a few powers keep their digits. Rows come in blocks: a
/// search asks hundreds of times, and whole columns of every power would cost more than the sums.
pub fn expected(omega: &[f64], before: &[f64], survival: Option<&[f64]>, degree: usize) -> Vec<f64> {
    let n = omega.len();
    let given: Vec<(&[f64], Scale)> =
        std::iter::once(before).chain(survival).map(|column| (column, Scale::of(column))).collect();
    let p = count(given.len(), degree);
    let block = |rows: Range<usize>| {
        let base: Vec<Vec<f64>> = given.iter().map(|(column, scale)| scale.apply(&column[rows.clone()])).collect();
        let mut columns = vec![vec![1.0; rows.len()]];
        columns.extend(terms(&base.iter().map(Vec::as_slice).collect::<Vec<_>>(), degree));
        columns
    };
    let blocks = || (0..n).step_by(BLOCK).map(|first| first..n.min(first + BLOCK));
    let mut products = ndarray::Array2::zeros((p, p));
    let mut right = vec![0.0; p];
    for rows in blocks() {
        let columns = block(rows.clone());
        for (i, column) in columns.iter().enumerate() {
            right[i] += dot(column, &omega[rows.clone()]);
            for (j, other) in columns.iter().enumerate().take(i + 1) {
                products[(i, j)] += dot(column, other);
            }
        }
    }
    for i in 0..p {
        for j in 0..i {
            products[(j, i)] = products[(i, j)];
        }
    }
    let Some(coefficients) = solve(&products, &right) else { return vec![f64::NAN; n] };
    let mut found = vec![0.0; n];
    for rows in blocks() {
        for (column, b) in block(rows.clone()).iter().zip(&coefficients) {
            for (value, own) in found[rows.clone()].iter_mut().zip(column) {
                *value += b * own;
            }
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
        // Over several blocks, and with a second column.
        let n = 2 * BLOCK + 17;
        let before: Vec<f64> = (0..n).map(|i| (i as f64 / 100.0).sin()).collect();
        let chance: Vec<f64> = (0..n).map(|i| 0.5 + 0.4 * (i as f64 / 37.0).cos()).collect();
        let omega: Vec<f64> = before.iter().zip(&chance).map(|(w, c)| 2.0 - w * w + 3.0 * w * c + c).collect();
        let found = expected(&omega, &before, Some(&chance), 2);
        assert!(found.iter().zip(&omega).all(|(a, b)| (a - b).abs() < 1e-10));
    }
}
