//! Small linear programs with a known start.

/// The x >= 0 that maximizes `goal` x under `rows` x <= `bounds`, all bounds being at least 0, by the simplex method on a
/// dense table with Bland's rule (which never circles). None where the maximum is infinite.
pub fn maximize(goal: &[f64], rows: &[Vec<f64>], bounds: &[f64]) -> Option<Vec<f64>> {
    const NONE: f64 = 1e-11;
    let (n, m) = (goal.len(), rows.len());
    // Columns: variables, slacks, right side; the last row holds what a variable still gains.
    let mut table: Vec<Vec<f64>> = rows
        .iter()
        .zip(bounds)
        .enumerate()
        .map(|(i, (row, bound))| {
            let slack = (0..m).map(|k| f64::from(u8::from(k == i)));
            row.iter().copied().chain(slack).chain(std::iter::once(*bound)).collect()
        })
        .collect();
    let mut gain: Vec<f64> = goal.iter().copied().chain(std::iter::repeat_n(0.0, m + 1)).collect();
    let mut basis: Vec<usize> = (n..n + m).collect();
    while let Some(entering) = (0..n + m).find(|column| gain[*column] > NONE) {
        let mut leaving: Option<(usize, f64)> = None;
        for (i, row) in table.iter().enumerate().filter(|(_, row)| row[entering] > NONE) {
            let ratio = row[n + m] / row[entering];
            let better = leaving
                .is_none_or(|(best, least)| ratio < least - NONE || (ratio <= least + NONE && basis[i] < basis[best]));
            if better {
                leaving = Some((i, ratio));
            }
        }
        let (pivot, _) = leaving?;
        let factor = table[pivot][entering];
        table[pivot].iter_mut().for_each(|value| *value /= factor);
        let lead = table[pivot].clone();
        for row in table.iter_mut().enumerate().filter(|(i, _)| *i != pivot).map(|(_, row)| row).chain([&mut gain]) {
            let times = row[entering];
            if times != 0.0 {
                row.iter_mut().zip(&lead).for_each(|(value, lead)| *value -= times * lead);
            }
        }
        basis[pivot] = entering;
    }
    let mut solution = vec![0.0; n];
    for (row, variable) in table.iter().zip(&basis).filter(|(_, variable)| **variable < n) {
        solution[*variable] = row[n + m].max(0.0);
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_corners() {
        // Dantzig's example: max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18 is at (2, 6).
        let rows = [vec![1.0, 0.0], vec![0.0, 2.0], vec![3.0, 2.0]];
        assert_eq!(maximize(&[3.0, 5.0], &rows, &[4.0, 12.0, 18.0]), Some(vec![2.0, 6.0]));
        assert_eq!(maximize(&[1.0, 1.0], &[vec![1.0, -1.0]], &[1.0]), None);
        // Beale's example circles without a rule.
        let rows = [vec![0.25, -8.0, -1.0, 9.0], vec![0.5, -12.0, -0.5, 3.0], vec![0.0, 0.0, 1.0, 0.0]];
        let solution = maximize(&[0.75, -20.0, 0.5, -6.0], &rows, &[0.0, 0.0, 1.0]).expect("bounded");
        let value: f64 = solution.iter().zip([0.75, -20.0, 0.5, -6.0]).map(|(x, c)| x * c).sum();
        approx::assert_relative_eq!(value, 1.25, max_relative = 1e-12);
    }
}
