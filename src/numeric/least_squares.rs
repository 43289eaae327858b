//! Least squares by Householder reflections: columns that are nearly dependent cost half the digits of the normal equations.
//!
//! Golub G. H., Van Loan C. F. (2013), Matrix Computations, 4th ed., section 5.2, doi 10.56021/9781421407944.

/// A column whose part outside the earlier ones is below this share of its length depends on them.
const DEPENDENT: f64 = 1e-11;

/// Columns as an orthogonal basis times a triangle.
#[derive(Debug, Clone)]
pub struct LeastSquares {
    /// Unit vectors of the reflections, each from its own row on.
    reflections: Vec<Vec<f64>>,
    /// The triangle, column by column.
    triangle: Vec<Vec<f64>>,
    rows: usize,
}

/// The sum of products in eight lanes, of the shorter length.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (mut left, mut right) = (a.chunks_exact(8), b.chunks_exact(8));
    for (x, y) in left.by_ref().zip(right.by_ref()) {
        for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
            *lane += x * y;
        }
    }
    let done = a.len().min(b.len()) / 8 * 8;
    let rest: f64 = a.iter().skip(done).zip(b.iter().skip(done)).map(|(x, y)| x * y).sum();
    lanes.iter().sum::<f64>() + rest
}

impl LeastSquares {
    /// Factors columns of one length, at least one; an error is the first column that the ones before it explain (or that has
    /// no row left).
    pub fn new(mut columns: Vec<Vec<f64>>) -> Result<Self, usize> {
        let rows = columns.first().ok_or(0_usize)?.len();
        let lengths: Vec<f64> = columns.iter().map(|column| dot(column, column).sqrt()).collect();
        let (mut reflections, mut triangle) = (Vec::new(), Vec::new());
        for j in 0..columns.len() {
            let mut column = std::mem::take(&mut columns[j]);
            if j >= rows || column.len() != rows {
                return Err(j);
            }
            let mut vector = column.split_off(j);
            let length = dot(&vector, &vector).sqrt();
            if length.is_nan() || length <= DEPENDENT * lengths[j] {
                return Err(j);
            }
            let lead = if vector[0] > 0.0 { -length } else { length };
            vector[0] -= lead;
            let size = dot(&vector, &vector).sqrt();
            for value in &mut vector {
                *value /= size;
            }
            column.push(lead);
            triangle.push(column);
            for other in columns.iter_mut().skip(j + 1).filter(|other| other.len() == rows) {
                reflect(&vector, &mut other[j..]);
            }
            reflections.push(vector);
        }
        Ok(Self { reflections, triangle, rows })
    }

    /// The coefficients of `y`; NaN where its length is another.
    pub fn coefficients(&self, y: &[f64]) -> Vec<f64> {
        if y.len() != self.rows {
            return vec![f64::NAN; self.triangle.len()];
        }
        let mut turned = y.to_vec();
        for (j, vector) in self.reflections.iter().enumerate() {
            reflect(vector, &mut turned[j..]);
        }
        self.back(&turned)
    }

    /// What the columns say of `y`: its projection on them.
    pub fn fitted(&self, y: &[f64]) -> Vec<f64> {
        if y.len() != self.rows {
            return vec![f64::NAN; y.len()];
        }
        let mut turned = y.to_vec();
        for (j, vector) in self.reflections.iter().enumerate() {
            reflect(vector, &mut turned[j..]);
        }
        turned[self.triangle.len()..].fill(0.0);
        for (j, vector) in self.reflections.iter().enumerate().rev() {
            reflect(vector, &mut turned[j..]);
        }
        turned
    }

    /// The inverse of the matrix of products of the columns, by rows.
    pub fn inverse(&self) -> Vec<Vec<f64>> {
        let p = self.triangle.len();
        // Columns of the inverse triangle.
        let inverse: Vec<Vec<f64>> =
            (0..p).map(|j| self.back(&(0..p).map(|i| f64::from(i == j)).collect::<Vec<_>>())).collect();
        let entry = |i: usize, j: usize| inverse.iter().map(|column| column[i] * column[j]).sum();
        (0..p).map(|i| (0..p).map(|j| entry(i, j)).collect()).collect()
    }

    fn back(&self, right: &[f64]) -> Vec<f64> {
        let p = self.triangle.len();
        let mut solution = vec![0.0; p];
        for i in (0..p).rev() {
            let known: f64 = (i + 1..p).map(|j| self.triangle[j][i] * solution[j]).sum();
            solution[i] = (right[i] - known) / self.triangle[i][i];
        }
        solution
    }
}

fn reflect(vector: &[f64], values: &mut [f64]) {
    let twice = 2.0 * dot(vector, values);
    for (value, own) in values.iter_mut().zip(vector) {
        *value -= twice * own;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::numeric::random::SplitMix64;

    #[test]
    fn a_line_through_points() {
        let found = LeastSquares::new(vec![vec![1.0; 4], vec![0.0, 1.0, 2.0, 3.0]]).unwrap();
        let b = found.coefficients(&[1.0, 3.0, 2.0, 6.0]);
        assert!((b[0] - 0.9).abs() < 1e-14 && (b[1] - 1.4).abs() < 1e-14, "{b:?}");
        let fitted = found.fitted(&[1.0, 3.0, 2.0, 6.0]);
        assert!(fitted.iter().zip([0.9, 2.3, 3.7, 5.1]).all(|(a, b)| (a - b).abs() < 1e-13), "{fitted:?}");
        let inverse = found.inverse();
        assert!((inverse[0][0] - 0.7).abs() < 1e-14 && (inverse[0][1] + 0.3).abs() < 1e-14);
        assert!((inverse[1][1] - 0.2).abs() < 1e-14);
    }

    #[test]
    fn dependent_columns_are_named() {
        let (a, b) = (vec![1.0, 2.0, 4.0, 3.0], vec![0.0, 1.0, 1.0, 5.0]);
        let both = a.iter().zip(&b).map(|(a, b)| 2.0 * a - b).collect();
        assert_eq!(LeastSquares::new(vec![a.clone(), b, both]).unwrap_err(), 2);
        assert_eq!(LeastSquares::new(vec![vec![1.0], vec![2.0]]).unwrap_err(), 1);
        assert_eq!(LeastSquares::new(vec![a, vec![0.0; 4]]).unwrap_err(), 1);
    }

    #[test]
    fn residuals_are_orthogonal() {
        let mut random = SplitMix64::new(5);
        let mut column = |n: usize| (0..n).map(|_| 10.0 + random.normal()).collect::<Vec<f64>>();
        let columns = vec![vec![1.0; 103], column(103), column(103)];
        let y = column(103);
        let fitted = LeastSquares::new(columns.clone()).unwrap().fitted(&y);
        let rest: Vec<f64> = y.iter().zip(&fitted).map(|(y, f)| y - f).collect();
        assert!(columns.iter().all(|column| dot(column, &rest).abs() < 1e-10));
    }
}
