//! Small systems of linear equations.

use ndarray::Array2;

/// The solution of `matrix` x = `right` by elimination with partial pivoting; none where the matrix is singular to working
/// precision, or not square.
pub fn solve(matrix: &Array2<f64>, right: &[f64]) -> Option<Vec<f64>> {
    let n = right.len();
    if matrix.dim() != (n, n) {
        return None;
    }
    let mut rows: Vec<Vec<f64>> = matrix
        .outer_iter()
        .zip(right)
        .map(|(row, b)| row.iter().copied().chain(std::iter::once(*b)).collect())
        .collect();
    let scale = matrix.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    for column in 0..n {
        let best = (column..n).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, best);
        let pivot = rows[column][column];
        if pivot.is_nan() || pivot.abs() <= 1e-13 * scale {
            return None;
        }
        let (done, below) = rows.split_at_mut(column + 1);
        let lead = &done[column];
        for row in below {
            let factor = row[column] / pivot;
            for (value, lead) in row[column..].iter_mut().zip(&lead[column..]) {
                *value -= factor * lead;
            }
        }
    }
    let mut solution = vec![0.0; n];
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| rows[i][j] * solution[j]).sum();
        solution[i] = (rows[i][n] - known) / rows[i][i];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_singular() {
        let matrix = ndarray::array![[0.0, 2.0, 1.0], [1.0, 0.0, 0.0], [1.0, 1.0, 3.0]];
        assert_eq!(solve(&matrix, &[7.0, 1.0, 12.0]), Some(vec![1.0, 2.0, 3.0]));
        assert_eq!(solve(&ndarray::array![[1.0, 2.0], [2.0, 4.0]], &[1.0, 2.0]), None);
        assert_eq!(solve(&ndarray::array![[1.0, 2.0]], &[1.0]), None);
    }
}
