//! One column in numbers: location, spread, shape, and how much of it is there.

use serde::{Deserialize, Serialize};

use super::shape::shape;
use crate::error::{Error, Result};
use crate::numeric::unit::{SOUND, largest, needed, times};
use crate::numeric::{Distribution, Moments};
use crate::parallel::{Cancel, map};

/// Where a column is flagged. Shares of the flags are over all rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Least share of rows that are observed.
    pub min_availability: f64,
    /// Least share of rows that are not zero.
    pub min_nonzero: f64,
    /// Least number of distinct values, as a share of rows.
    pub min_unique: f64,
    /// A column has outliers when its absolute skewness is above this and ...
    pub max_skew: f64,
    /// ... its excess kurtosis is above this.
    pub max_kurtosis: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { min_availability: 0.65, min_nonzero: 0.5, min_unique: 0.5, max_skew: 2.0, max_kurtosis: 3.5 }
    }
}

/// Statistics of the observed values of a column; NaN where undefined. Nothing is rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Median, the quantile of type 7.
    pub median: f64,
    /// Standard deviation with denominator n - 1.
    pub sd: f64,
    /// Skewness, type 2.
    pub skew: f64,
    /// Excess kurtosis, type 2.
    pub kurtosis: f64,
    /// Observed values.
    pub available: u64,
    /// Observed values that are not zero.
    pub nonzero: u64,
    /// Distinct values.
    pub unique: u64,
    /// Size of the largest group of equal values.
    pub same: u64,
    /// Observed over rows.
    pub share_available: f64,
    /// Not zero over observed.
    pub share_nonzero: f64,
    /// Distinct over observed.
    pub share_unique: f64,
    /// Largest group of equal values over observed.
    pub share_same: f64,
    /// Too few rows are observed.
    pub flag_available: bool,
    /// Too few rows are not zero.
    pub flag_nonzero: bool,
    /// Too few distinct values.
    pub flag_unique: bool,
    /// Both skewness and kurtosis are beyond their thresholds.
    pub flag_outliers: bool,
}

/// The summary of one column.
pub fn summary(values: &[f64], thresholds: &Thresholds) -> Summary {
    let mut moments = Moments::of(values);
    let mut scale = 1.0;
    if !SOUND.contains(&moments.m2) {
        scale = needed(largest(&[moments.min, moments.max]));
        if scale != 1.0 {
            moments = Moments::of(&times(values, scale));
        }
    }
    let shape = shape(values);
    let distribution = Distribution::of(values);
    let rows = values.len() as f64;
    let available = distribution.len();
    let nonzero = available - distribution.equal(0.0);
    let unique = distribution.values().len() as u64;
    let same = distribution.counts().iter().copied().max().unwrap_or(0);
    let some = |value: f64| if available > 0 { value } else { f64::NAN };
    let share = |count: u64| some(count as f64 / available as f64);
    // A table without rows has no shares, and nothing to flag.
    let below = |count: u64, least: f64| (count as f64 / rows) < least;
    Summary {
        min: some(moments.min / scale),
        max: some(moments.max / scale),
        mean: some(moments.mean / scale),
        median: distribution.quantile(0.5),
        sd: moments.sd(1).unwrap_or(f64::NAN) / scale,
        skew: shape.skew,
        kurtosis: shape.kurtosis,
        available,
        nonzero,
        unique,
        same,
        share_available: available as f64 / rows,
        share_nonzero: share(nonzero),
        share_unique: share(unique),
        share_same: share(same),
        flag_available: below(available, thresholds.min_availability),
        flag_nonzero: below(nonzero, thresholds.min_nonzero),
        flag_unique: below(unique, thresholds.min_unique),
        flag_outliers: shape.skew.abs() > thresholds.max_skew && shape.kurtosis > thresholds.max_kurtosis,
    }
}

/// The summaries of all columns, in parallel.
pub fn summaries(
    columns: &[&[f64]],
    thresholds: &Thresholds,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Vec<Summary>> {
    map(columns.to_vec(), threads, cancel, || (), |(), column| summary(column, thresholds))
        .ok_or_else(Error::interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let found = summary(&[0.0, 1.0, 2.0, 2.0, 5.0, f64::NAN], &Thresholds::default());
        assert_eq!((found.min, found.max, found.mean, found.median), (0.0, 5.0, 2.0, 2.0));
        assert!((found.sd - 3.5_f64.sqrt()).abs() < 1e-15);
        assert_eq!((found.available, found.nonzero, found.unique, found.same), (5, 4, 4, 2));
        assert_eq!((found.share_available, found.share_nonzero, found.share_same), (5.0 / 6.0, 0.8, 0.4));
        assert!(!(found.flag_available || found.flag_nonzero || found.flag_unique || found.flag_outliers));
    }

    #[test]
    fn flags() {
        let t = Thresholds::default();
        let mut tail = vec![0.0; 20];
        tail[0] = 1.0;
        let found = summary(&tail, &t);
        assert!(found.flag_nonzero && found.flag_unique && found.flag_outliers && !found.flag_available);
        assert!(summary(&[1.0, f64::NAN, f64::NAN], &t).flag_available);
    }

    #[test]
    fn degenerate_columns() {
        let t = Thresholds::default();
        let nothing = summary(&[f64::NAN; 3], &t);
        assert!(nothing.min.is_nan() && nothing.mean.is_nan() && nothing.sd.is_nan() && nothing.share_nonzero.is_nan());
        assert_eq!((nothing.available, nothing.unique, nothing.same, nothing.share_available), (0, 0, 0, 0.0));
        assert!(nothing.flag_available && !nothing.flag_outliers);
        let empty = summary(&[], &t);
        assert!(empty.share_available.is_nan() && !empty.flag_available && empty.median.is_nan());
        let constant = summary(&[0.1; 8], &t);
        assert_eq!((constant.sd, constant.same, constant.share_unique), (0.0, 8, 0.125));
        assert!(constant.skew.is_nan() && summary(&[3.0], &t).sd.is_nan());
    }
}
