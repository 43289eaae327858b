//! The inverse of a small matrix, kept up to date while its rows are exchanged one at a time.

/// Columns of the inverse of a square matrix, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Inverse {
    size: usize,
    columns: Vec<f64>,
    products: Vec<f64>,
}

impl Inverse {
    /// Room for a matrix of so many rows; not yet an inverse.
    pub(super) fn new(size: usize) -> Self {
        Self { size, columns: vec![0.0; size * size], products: vec![0.0; size] }
    }

    /// One column.
    pub(super) fn column(&self, column: usize) -> &[f64] {
        &self.columns[column * self.size..(column + 1) * self.size]
    }

    /// The columns in order.
    pub(super) fn iter(&self) -> std::slice::ChunksExact<'_, f64> {
        self.columns.chunks_exact(self.size.max(1))
    }

    /// Inverts a matrix given row by row, by elimination with partial pivoting. False where it is singular.
    pub(super) fn invert(&mut self, mut rows: Vec<f64>) -> bool {
        let n = self.size;
        let mut right = vec![0.0; n * n];
        for i in 0..n {
            right[i * n + i] = 1.0;
        }
        for c in 0..n {
            let Some(best) = (c..n).max_by(|a, b| rows[a * n + c].abs().total_cmp(&rows[b * n + c].abs())) else {
                return false;
            };
            let pivot = rows[best * n + c];
            if pivot.is_nan() || pivot.abs() < 1e-280 {
                return false;
            }
            for k in 0..n {
                rows.swap(c * n + k, best * n + k);
                right.swap(c * n + k, best * n + k);
            }
            for k in 0..n {
                rows[c * n + k] /= pivot;
                right[c * n + k] /= pivot;
            }
            for r in (0..n).filter(|r| *r != c) {
                let factor = rows[r * n + c];
                if factor == 0.0 {
                    continue;
                }
                for k in c..n {
                    rows[r * n + k] -= factor * rows[c * n + k];
                }
                for k in 0..n {
                    right[r * n + k] -= factor * right[c * n + k];
                }
            }
        }
        for i in 0..n {
            for j in 0..n {
                self.columns[j * n + i] = right[i * n + j];
            }
        }
        self.columns.iter().all(|value| value.is_finite())
    }

    /// Puts a row in the place of another. False where the matrix becomes singular; the inverse is then of no use.
    pub(super) fn exchange(&mut self, place: usize, row: &[f64]) -> bool {
        let n = self.size;
        for (product, column) in self.products.iter_mut().zip(self.columns.chunks_exact(n)) {
            *product = dot(column, row);
        }
        let pivot = self.products[place];
        if pivot.is_nan() || pivot.abs() < 1e-14 {
            return false;
        }
        let (before, rest) = self.columns.split_at_mut(place * n);
        let (own, after) = rest.split_at_mut(n);
        for value in own.iter_mut() {
            *value /= pivot;
        }
        let others = before.chunks_exact_mut(n).chain(after.chunks_exact_mut(n));
        let products = self.products[..place].iter().chain(&self.products[place + 1..]);
        for (column, product) in others.zip(products) {
            if *product != 0.0 {
                for (value, own) in column.iter_mut().zip(own.iter()) {
                    *value -= product * own;
                }
            }
        }
        true
    }
}

/// The product of two vectors, in four lanes.
#[inline(always)]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (left, right) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = left.remainder().iter().zip(right.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in left.zip(right) {
        for k in 0..4 {
            lanes[k] += a[k] * b[k];
        }
    }
    ((lanes[0] + lanes[2]) + (lanes[1] + lanes[3])) + rest
}
