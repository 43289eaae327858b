//! Denomination: an indicator per head, per unit of output, per area, so that large units are not large in everything.

use crate::error::{Error, Kind, Problem, Result};

/// A denominated column.
#[derive(Debug, Clone, PartialEq)]
pub struct Denominated {
    /// `x / (D / scale)`; NaN where one of them is missing.
    pub values: Vec<f64>,
    /// The first rows that have a value and no denominator, at most five.
    pub without: Vec<usize>,
    /// How many rows have a value and no denominator.
    pub without_count: u64,
}

/// `y = x / (D / scale)`: per `scale` units of the denominator.
///
/// A missing denominator makes the value missing, and is counted. An error names the rows whose denominator is zero or
/// negative. Columns have equal length.
pub fn denominate(name: &str, values: &[f64], by: &str, denominators: &[f64], scale: f64) -> Result<Denominated> {
    if !(scale.is_finite() && scale > 0.0) {
        let problem = Problem::column(name, "scale: expected a positive number").value(scale.to_string());
        return Err(Error::new(Kind::Value, problem));
    }
    let rows = || values.iter().zip(denominators).enumerate();
    if let Some((first, rows, count)) = collected(rows().filter(|(_, (_, d))| **d <= 0.0).map(|(row, _)| row)) {
        let message = format!("a denominator of {name:?} must be positive");
        let value = denominators.get(first).copied().unwrap_or(f64::NAN).to_string();
        let problem = Problem { rows, count, ..Problem::column(by, message).value(value) };
        return Err(Error::new(Kind::Value, problem.remedy("correct it, or make it missing")));
    }
    let absent = collected(rows().filter(|(_, (x, d))| d.is_nan() && !x.is_nan()).map(|(row, _)| row));
    let (without, without_count) = absent.map_or((Vec::new(), 0), |(_, rows, count)| (rows, count));
    let values = values.iter().zip(denominators).map(|(x, d)| x / (d / scale)).collect();
    Ok(Denominated { values, without, without_count })
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
        let found =
            denominate("x", &[6.0, f64::NAN, 0.0, 1.0], "people", &[2.0, f64::NAN, 4.0, f64::NAN], 100.0).unwrap();
        assert_eq!((found.values[0], found.values[2]), (300.0, 0.0));
        assert!(found.values[1].is_nan() && found.values[3].is_nan());
        assert_eq!((found.without, found.without_count), (vec![3], 1));
    }

    #[test]
    fn errors_name_the_rows() {
        let error = denominate("x", &[1.0, f64::NAN, 2.0], "people", &[3.0, 0.0, -1.0], 1.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "column \"people\", row 1: 0: a denominator of \"x\" must be positive (2 rows); correct it, or make it missing"
        );
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(denominate("x", &[1.0], "d", &[1.0], scale).is_err());
        }
    }
}
