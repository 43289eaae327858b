//! Differences of two columns on the same rows, and how much they come to on average.

use crate::numeric::sum::Sum;

/// First minus second, and its size; missing where either is.
pub fn differences(first: &[f64], second: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let signed: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let sizes = signed.iter().map(|difference| difference.abs()).collect();
    (signed, sizes)
}

/// Mean of the sizes of the differences over the rows that have both values, and their number; missing where none has.
pub fn mean_absolute(first: &[f64], second: &[f64]) -> (f64, usize) {
    let (mut sum, mut rows) = (Sum::default(), 0usize);
    for size in first.iter().zip(second).map(|(a, b)| (a - b).abs()).filter(|size| !size.is_nan()) {
        sum.add(size);
        rows += 1;
    }
    (if rows == 0 { f64::NAN } else { sum.value() / rows as f64 }, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_leave_missing_rows_out() {
        let (mean, rows) = mean_absolute(&[1.0, 2.0, f64::NAN, 4.0], &[3.0, 2.0, 1.0, f64::NAN]);
        assert_eq!((mean, rows), (1.0, 2));
        assert!(mean_absolute(&[f64::NAN], &[1.0]).0.is_nan());
    }

    #[test]
    fn differences_are_antisymmetric() {
        let (ab, size) = differences(&[1.0, 5.0], &[4.0, 2.5]);
        let (ba, same) = differences(&[4.0, 2.5], &[1.0, 5.0]);
        assert_eq!(ab, ba.iter().map(|x| -x).collect::<Vec<_>>());
        assert_eq!((size.clone(), ab), (same, vec![-3.0, 2.5]));
        assert_eq!(size, vec![3.0, 2.5]);
    }
}
