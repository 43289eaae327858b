//! Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
//!
//! Jacobi, because the matrices here are correlations of some dozens of indicators: it needs no reduction to
//! tridiagonal form, small eigenvalues of positive definite matrices come out as accurate as large ones, vectors are
//! orthogonal to rounding, and a fixed order of rotations gives the same bits everywhere. It costs about
//! `10 p^3` multiplications for some 8 sweeps: milliseconds for p = 50, about a second for p = 400.
//!
//! Golub G. H., Van Loan C. F. (2013), Matrix Computations, 4th ed., section 8.5, doi 10.56021/9781421407944;
//! Demmel J., Veselic K. (1992), Jacobi's method is more accurate than QR, SIAM Journal on Matrix Analysis and
//! Applications 13(4): 1204-1245, doi 10.1137/0613074.

use ndarray::{Array2, ArrayBase, Data, Ix2};

use super::unit::{largest, unit};

/// Sweeps after which the rotations stop; ten are hardly ever needed.
const MOST_SWEEPS: usize = 60;

/// A sum of components, or a difference of two, within this is rounding; vectors have length one.
const ROUNDING: f64 = 1e-9;

/// Eigenvalues in descending order and the vectors that belong to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Eigen {
    /// Eigenvalues, the largest first.
    pub values: Vec<f64>,
    /// Unit vectors as columns, in the order of the values; signs as in [`fix_sign`].
    pub vectors: Array2<f64>,
}

impl Eigen {
    /// Whether the matrix is singular to working precision: the least eigenvalue is not above `p eps` times the
    /// largest one in magnitude. A matrix of no rows is not.
    pub fn is_singular(&self) -> bool {
        let largest = self.values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let floor = self.values.len() as f64 * f64::EPSILON * largest;
        self.values.last().is_some_and(|least| least.is_nan() || *least <= floor)
    }
}

/// The eigenvalues and eigenvectors of a symmetric matrix.
///
/// Only the upper triangle of the leading square is read. Entries are finite; a NaN makes everything NaN. Vectors of
/// equal eigenvalues are one of many bases, as everywhere. Any unit of the entries gives the same vectors.
pub fn symmetric_eigen<S: Data<Elem = f64>>(matrix: &ArrayBase<S, Ix2>) -> Eigen {
    let n = matrix.nrows().min(matrix.ncols());
    // Rotations look at products of entries, which must not overflow.
    let scale = unit(largest(matrix));
    let entry = |i: usize, j: usize| matrix[(i.min(j), i.max(j))] * scale;
    let mut a: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
    let mut vectors: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(i == j)).collect()).collect();
    for _ in 0..MOST_SWEEPS {
        if !sweep(&mut a, &mut vectors) {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|i, j| a[*j][*j].total_cmp(&a[*i][*i]));
    let mut sorted = Array2::zeros((n, n));
    for (column, &i) in order.iter().enumerate() {
        fix_sign(&mut vectors[i]);
        for (row, component) in vectors[i].iter().enumerate() {
            sorted[(row, column)] = *component;
        }
    }
    Eigen { values: order.iter().map(|&i| a[i][i] / scale).collect(), vectors: sorted }
}

/// Turns a vector so that its components have a positive sum; where the sum is nothing but rounding, so that the
/// largest component is positive (the first of those that are equal).
///
/// Signs of eigenvectors and loadings are arbitrary; with positively related indicators this rule makes "more" good.
pub fn fix_sign(vector: &mut [f64]) {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    let sum: f64 = vector.iter().sum();
    let most = vector.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let decisive = if sum.abs() > ROUNDING * length {
        sum
    } else {
        vector.iter().copied().find(|x| x.abs() >= most - ROUNDING * length).unwrap_or(0.0)
    };
    if decisive < 0.0 {
        for component in vector {
            *component = -*component;
        }
    }
}

/// One rotation for each pair that is not yet zero; whether there was any.
fn sweep(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>]) -> bool {
    let mut rotated = false;
    for p in 0..a.len() {
        for q in p + 1..a.len() {
            let off = a[p][q];
            // Zero next to both entries of the diagonal: a rotation would change neither.
            let small = f64::EPSILON * 1e-2 * (a[p][p].abs() * a[q][q].abs()).sqrt();
            if off.abs() <= small || off.is_nan() || off.abs() < f64::MIN_POSITIVE {
                continue;
            }
            rotated = true;
            let theta = (a[q][q] - a[p][p]) / (2.0 * off);
            // The smaller root, so that the angle is at most 45 degrees and the sweep converges.
            let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
            let c = 1.0 / t.hypot(1.0);
            let s = t * c;
            a[p][p] -= t * off;
            a[q][q] += t * off;
            rotate(a, p, q, c, s);
            (a[p][q], a[q][p]) = (0.0, 0.0);
            mirror(a, p, q);
            let (head, tail) = vectors.split_at_mut(q);
            turn(&mut head[p], &mut tail[0], c, s);
        }
    }
    rotated
}

/// Rotates rows p and q, p < q, but for the entries where they cross.
fn rotate(a: &mut [Vec<f64>], p: usize, q: usize, c: f64, s: f64) {
    let (pp, qq) = (a[p][p], a[q][q]);
    let (head, tail) = a.split_at_mut(q);
    turn(&mut head[p], &mut tail[0], c, s);
    (a[p][p], a[q][q]) = (pp, qq);
}

/// Copies rows p and q to the columns of the same number.
fn mirror(a: &mut [Vec<f64>], p: usize, q: usize) {
    for k in (0..a.len()).filter(|k| *k != p && *k != q) {
        (a[k][p], a[k][q]) = (a[p][k], a[q][k]);
    }
}

/// Rotates two vectors in their plane.
fn turn(x: &mut [f64], y: &mut [f64], c: f64, s: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() <= tolerance
    }

    #[test]
    fn known_matrices() {
        let eigen = symmetric_eigen(&array![[2.0, 1.0], [1.0, 2.0]]);
        assert!(close(eigen.values[0], 3.0, 1e-15) && close(eigen.values[1], 1.0, 1e-15));
        let half = 0.5_f64.sqrt();
        let expected = array![[half, half], [half, -half]];
        assert!(eigen.vectors.iter().zip(&expected).all(|(a, b)| close(*a, *b, 1e-15)));
        // Equal correlations r of p columns: 1 + (p - 1) r once, 1 - r otherwise.
        let p = 5;
        let equal = Array2::from_shape_fn((p, p), |(i, j)| if i == j { 1.0 } else { 0.3 });
        let eigen = symmetric_eigen(&equal);
        assert!(close(eigen.values[0], 2.2, 1e-14) && eigen.values[1..].iter().all(|v| close(*v, 0.7, 1e-14)));
        // The second difference matrix: 2 - 2 cos(k pi / (n + 1)).
        let n = 40;
        let matrix = Array2::from_shape_fn((n, n), |(i, j)| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let values = symmetric_eigen(&matrix).values;
        for (k, value) in values.iter().rev().enumerate() {
            let exact = 2.0 - 2.0 * (std::f64::consts::PI * (k + 1) as f64 / (n + 1) as f64).cos();
            assert!(close(*value, exact, 1e-13), "{k}: {value} {exact}");
        }
    }

    #[test]
    fn edges() {
        let nothing = symmetric_eigen(&Array2::zeros((0, 0)));
        assert!(nothing.values.is_empty() && !nothing.is_singular());
        let one = symmetric_eigen(&array![[-3.0]]);
        assert_eq!((one.values[0], one.vectors[(0, 0)]), (-3.0, 1.0));
        let twin = symmetric_eigen(&array![[1.0, 1.0], [1.0, 1.0]]);
        assert!(twin.is_singular() && !symmetric_eigen(&array![[1.0, 0.9], [0.9, 1.0]]).is_singular());
        assert!(symmetric_eigen(&Array2::zeros((3, 3))).is_singular());
        assert!(symmetric_eigen(&array![[1.0, f64::NAN], [f64::NAN, 1.0]]).values.len() == 2);
    }

    #[test]
    fn signs_are_defined() {
        let signed = |mut v: Vec<f64>| {
            fix_sign(&mut v);
            v
        };
        assert_eq!(signed(vec![-0.6, -0.8]), [0.6, 0.8]);
        assert_eq!(signed(vec![-0.5, 0.5]), [0.5, -0.5]);
        assert_eq!(signed(vec![0.1, -0.9, 0.8]), [-0.1, 0.9, -0.8]);
        assert_eq!(signed(vec![0.0, 0.0]), [0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn any_unit_gives_the_same_vectors(entries in prop::collection::vec(-3.0..3.0f64, 16), power in -950..950_i32) {
            let matrix = Array2::from_shape_fn((4, 4), |(i, j)| entries[i.min(j) * 4 + i.max(j)]);
            let (factor, own) = (2.0_f64.powi(power), symmetric_eigen(&matrix));
            let other = symmetric_eigen(&matrix.mapv(|entry| entry * factor));
            prop_assert_eq!(&own.vectors, &other.vectors);
            for (own, other) in own.values.iter().zip(&other.values) {
                prop_assert!((own - other / factor).abs() <= 1e-15);
            }
        }

        #[test]
        fn the_matrix_comes_back(entries in prop::collection::vec(-3.0..3.0f64, 36), n in 1_usize..7) {
            let matrix = Array2::from_shape_fn((n, n), |(i, j)| entries[i.min(j) * 6 + i.max(j)]);
            let eigen = symmetric_eigen(&matrix);
            let v = &eigen.vectors;
            prop_assert!(eigen.values.windows(2).all(|pair| pair[0] >= pair[1]));
            let diagonal = Array2::from_diag(&ndarray::Array1::from(eigen.values.clone()));
            let back = v.dot(&diagonal).dot(&v.t());
            let unit = v.t().dot(v);
            for i in 0..n {
                for j in 0..n {
                    prop_assert!(close(back[(i, j)], matrix[(i, j)], 1e-12));
                    prop_assert!(close(unit[(i, j)], f64::from(i == j), 1e-13));
                }
            }
        }
    }
}
