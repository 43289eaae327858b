//! Denomination: an indicator per head, per unit of output, per area, so that large units are not large in everything.

use crate::error::{Error, Kind, Problem, Result};

/// `y = x / (D / scale)`: per `scale` units of the denominator.
///
/// A missing value stays missing and needs no denominator. Errors name the rows whose denominator is zero or negative,
/// and those that have a value and no denominator. Columns have equal length.
pub fn denominate(name: &str, values: &[f64], by: &str, denominators: &[f64], scale: f64) -> Result<Vec<f64>> {
    if !(scale.is_finite() && scale > 0.0) {
        let problem = Problem::column(name, "scale: expected a positive number").value(scale.to_string());
        return Err(Error::new(Kind::Value, problem));
    }
    let rows = || values.iter().zip(denominators).enumerate();
    let bad = collected(rows().filter(|(_, (_, d))| **d <= 0.0).map(|(row, _)| row));
    let absent = collected(rows().filter(|(_, (x, d))| d.is_nan() && !x.is_nan()).map(|(row, _)| row));
    let mut problems = Vec::new();
    if let Some((first, rows, count)) = bad {
        let message = format!("a denominator of {name:?} must be positive");
        let value = denominators.get(first).copied().unwrap_or(f64::NAN).to_string();
        let problem = Problem { rows, count, ..Problem::column(by, message).value(value) };
        problems.push(problem.remedy("correct it, or make it and the value missing"));
    }
    if let Some((_, rows, count)) = absent {
        let problem =
            Problem { rows, count, ..Problem::column(by, format!("{name:?} has a value and no denominator")) };
        problems.push(problem.remedy("add the denominator, or make the value missing"));
    }
    Error::collect(Kind::Value, problems)?;
    Ok(values.iter().zip(denominators).map(|(x, d)| x / (d / scale)).collect())
}

/// The first row, the first five, and how many.
fn collected(rows: impl Iterator<Item = usize>) -> Option<(usize, Vec<usize>, u64)> {
    let (mut shown, mut count) = (Vec::new(), 0);
    for row in rows {
        count += 1;
        if shown.len() < 5 {
            shown.push(row);
        }
    }
    shown.first().copied().map(|first| (first, shown, count))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let found = denominate("x", &[6.0, f64::NAN, 0.0], "people", &[2.0, f64::NAN, 4.0], 100.0).unwrap();
        assert_eq!((found[0], found[2]), (300.0, 0.0));
        assert!(found[1].is_nan());
    }

    #[test]
    fn errors_name_the_rows() {
        let error = denominate("x", &[1.0, 1.0, 2.0], "people", &[0.0, f64::NAN, -1.0], 1.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "2 problems\n  - column \"people\", row 0: 0: a denominator of \"x\" must be positive (2 rows); correct it, \
             or make it and the value missing\n  - column \"people\", row 1: \"x\" has a value and no denominator; add \
             the denominator, or make the value missing"
        );
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(denominate("x", &[1.0], "d", &[1.0], scale).is_err());
        }
    }
}
