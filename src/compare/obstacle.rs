//! Obstacle degree: the share of each indicator in what a unit lacks.
//!
//! With scores z in [0, 1] and weights w: O_j = w_j (1 - z_j) / sum_k w_k (1 - z_k) over the observed indicators of the unit, so that
//! the degrees of a unit sum to one. Missing indicators have none. A unit that lacks nothing has no obstacles: missing.

use crate::error::{Error, Kind, Problem, Result};

/// Degrees by indicator, in the order of the rows. Scores must lie in [0, 1] within rounding.
pub fn obstacle(names: &[String], columns: &[&[f64]], weights: &[f64]) -> Result<Vec<Vec<f64>>> {
    const SLACK: f64 = 1e-9;
    for (name, column) in names.iter().zip(columns) {
        if let Some(row) = column.iter().position(|z| *z < -SLACK || *z > 1.0 + SLACK) {
            let problem = Problem::column(name.clone(), "obstacle degrees need scores in [0, 1]").row(row);
            let problem = problem.value(column[row].to_string());
            return Err(Error::new(Kind::Value, problem.remedy("use a scale onto [0, 1], such as minmax")));
        }
    }
    let lack = |z: f64, weight: f64| if z.is_nan() { 0.0 } else { weight * (1.0 - z).max(0.0) };
    let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    let total: Vec<f64> = (0..rows)
        .map(|row| columns.iter().zip(weights).map(|(column, weight)| lack(column[row], *weight)).sum())
        .collect();
    let degree = |row: usize, z: f64, weight: f64| {
        let known = !z.is_nan() && total[row] > 0.0;
        if known { lack(z, weight) / total[row] } else { f64::NAN }
    };
    Ok(columns
        .iter()
        .zip(weights)
        .map(|(column, weight)| (0..rows).map(|row| degree(row, column[row], *weight)).collect())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // Lacks 0.5 * 1 and 0.25 * 3, of 1.25; then a missing one; then nothing.
        let columns: [&[f64]; 2] = [&[0.5, 0.5, 1.0], &[0.75, f64::NAN, 1.0]];
        let names = ["a".to_owned(), "b".to_owned()];
        let found = obstacle(&names, &columns, &[1.0, 3.0]).expect("degrees");
        assert_eq!((found[0][0], found[1][0], found[0][1]), (0.4, 0.6, 1.0));
        assert!(found[1][1].is_nan() && found[0][2].is_nan());
        let error = obstacle(&names, &[&[2.0], &[0.0]], &[1.0, 1.0]).expect_err("outside");
        assert_eq!(error.problems[0].column.as_deref(), Some("a"));
    }
}
