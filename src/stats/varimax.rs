//! Varimax: the orthogonal rotation that makes each factor load highly on few indicators.
//!
//! Kaiser H. F. (1958), The varimax criterion for analytic rotation in factor analysis, Psychometrika 23(3): 187-200,
//! doi 10.1007/BF02289233. The angle of each plane has a closed form; planes are taken in a fixed order until none
//! turns any more, so the result is the same everywhere.

use ndarray::{Array2, ArrayBase, Data, Ix2};

use crate::numeric::eigen::fix_sign;

/// Rounds over all planes after which it stops.
const MOST_ROUNDS: usize = 1000;

/// Angles below this, in radians, are no rotation.
const SMALLEST: f64 = 1e-13;

/// Rotates loadings (indicators in rows, factors in columns) to the greatest sum, over factors, of the variances of the
/// squared loadings.
///
/// With `kaiser`, rows are divided by the square root of their communality before and multiplied again after, so that
/// every indicator counts the same; this is what SPSS, R (`varimax`) and the OECD/JRC handbook do. Communalities do not
/// change. Factors keep their places; each is turned to a positive sum, see [`fix_sign`]. An indicator without
/// loadings stays so; one factor is returned as it is, but for the sign.
pub fn varimax<S: Data<Elem = f64>>(loadings: &ArrayBase<S, Ix2>, kaiser: bool) -> Array2<f64> {
    let (rows, factors) = loadings.dim();
    let length = |row: usize| loadings.row(row).iter().map(|x| x * x).sum::<f64>().sqrt();
    let lengths: Vec<f64> = (0..rows).map(|row| if kaiser { length(row) } else { 1.0 }).collect();
    let scaled = |row: usize, x: f64| if lengths[row] > 0.0 { x / lengths[row] } else { x };
    let mut columns: Vec<Vec<f64>> = loadings
        .columns()
        .into_iter()
        .map(|c| c.iter().enumerate().map(|(row, x)| scaled(row, *x)).collect())
        .collect();
    for _ in 0..MOST_ROUNDS {
        let mut turned = false;
        for i in 0..factors {
            for j in i + 1..factors {
                let (head, tail) = columns.split_at_mut(j);
                turned |= rotate(&mut head[i], &mut tail[0]);
            }
        }
        if !turned {
            break;
        }
    }
    let mut rotated = Array2::zeros((rows, factors));
    for (j, column) in columns.iter_mut().enumerate() {
        for (x, length) in column.iter_mut().zip(&lengths) {
            *x *= length;
        }
        fix_sign(column);
        for (row, x) in column.iter().enumerate() {
            rotated[(row, j)] = *x;
        }
    }
    rotated
}

/// Rotates two factors by the angle that maximizes the criterion in their plane; whether it is any.
fn rotate(x: &mut [f64], y: &mut [f64]) -> bool {
    let n = x.len() as f64;
    let (mut a, mut b, mut c, mut d, mut size) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y.iter()) {
        let (u, v) = ((x + y) * (x - y), 2.0 * x * y);
        a += u;
        b += v;
        c += (u + v) * (u - v);
        d += 2.0 * u * v;
        size += u * u + v * v;
    }
    let (numerator, denominator) = (d - 2.0 * a * b / n, c - (a + b) * (a - b) / n);
    // A plane in which every angle is as good (equal rows, say) is left as it is.
    let steep = numerator.hypot(denominator);
    if steep.is_nan() || steep <= 1e-14 * size {
        return false;
    }
    let angle = numerator.atan2(denominator) / 4.0;
    if angle.abs() < SMALLEST {
        return false;
    }
    let (sine, cosine) = angle.sin_cos();
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (cosine * *x + sine * *y, cosine * *y - sine * *x);
    }
    true
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    fn criterion(loadings: &Array2<f64>) -> f64 {
        let n = loadings.nrows() as f64;
        loadings
            .columns()
            .into_iter()
            .map(|column| {
                let (squares, fourths) = column.iter().fold((0.0, 0.0), |(s, f), x| (s + x * x, f + x.powi(4)));
                fourths / n - (squares / n).powi(2)
            })
            .sum()
    }

    #[test]
    fn a_rotated_simple_structure_is_found_again() {
        let simple = array![[0.9, 0.0], [0.8, 0.0], [0.0, 0.7], [0.0, 0.6]];
        for degrees in [10.0_f64, 30.0, 44.0] {
            let (s, c) = degrees.to_radians().sin_cos();
            let mixed = simple.dot(&array![[c, -s], [s, c]]);
            for kaiser in [false, true] {
                let found = varimax(&mixed, kaiser);
                assert!(found.iter().zip(&simple).all(|(a, b)| (a - b).abs() < 1e-12), "{degrees}: {found}");
            }
        }
    }

    #[test]
    fn edges() {
        assert_eq!(varimax(&array![[-0.5], [-0.1]], true), array![[0.5], [0.1]]);
        assert_eq!(varimax(&Array2::<f64>::zeros((0, 3)), true).dim(), (0, 3));
        assert_eq!(varimax(&Array2::<f64>::zeros((3, 2)), true), Array2::<f64>::zeros((3, 2)));
        assert_eq!(varimax(&array![[0.0, 0.0], [0.6, 0.0]], true).row(0).sum(), 0.0);
    }

    proptest! {
        #[test]
        fn communalities_stay_and_the_criterion_is_at_its_top(entries in prop::collection::vec(-1.0..1.0f64, 18)) {
            let loadings = Array2::from_shape_vec((6, 3), entries).unwrap_or_default();
            let rotated = varimax(&loadings, false);
            for (before, after) in loadings.rows().into_iter().zip(rotated.rows()) {
                prop_assert!((before.dot(&before) - after.dot(&after)).abs() < 1e-12);
            }
            prop_assert!(criterion(&rotated) >= criterion(&loadings) - 1e-12);
            // No small turn in any plane improves it.
            for (i, j) in [(0, 1), (0, 2), (1, 2)] {
                for angle in [-1e-3_f64, 1e-3] {
                    let (s, c) = angle.sin_cos();
                    let mut turn = Array2::eye(3);
                    (turn[(i, i)], turn[(j, j)], turn[(i, j)], turn[(j, i)]) = (c, c, -s, s);
                    prop_assert!(criterion(&rotated.dot(&turn)) <= criterion(&rotated) + 1e-12);
                }
            }
        }
    }
}
