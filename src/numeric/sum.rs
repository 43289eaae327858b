//! Sums: a compensated accumulator for partial sums, and a fast sum of a slice.

use serde::{Deserialize, Serialize};

use super::dispatch::{LANES, fold, vectorized};
use crate::parallel::BLOCK;

/// A compensated sum (Neumaier's variant of Kahan's): the low part holds what the high part lost.
///
/// The error does not grow with the number of terms: it is about one rounding of the result plus
/// `n * eps^2` times the sum of magnitudes. Missing and infinite terms are the caller's to refuse;
/// they make the sum NaN or infinite, as plain addition would.
///
/// Neumaier A. (1974), Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen,
/// ZAMM 54(1): 39-51, doi 10.1002/zamm.19740540106.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Sum {
    /// The rounded sum.
    pub high: f64,
    /// What rounding dropped so far.
    pub low: f64,
}

impl Sum {
    /// The compensated sum of a slice; [`sum`] is faster and nearly as accurate.
    pub fn of(values: &[f64]) -> Self {
        let mut total = Self::default();
        for &value in values {
            total.add(value);
        }
        total
    }

    /// Adds one term.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let total = self.high + value;
        // Once the total is infinite the lost part would be inf - inf.
        if total.is_finite() {
            self.low +=
                if self.high.abs() >= value.abs() { (self.high - total) + value } else { (value - total) + self.high };
        }
        self.high = total;
    }

    /// Adds another sum. Merging in a fixed order gives the same bits each time.
    pub fn merge(&mut self, other: &Self) {
        self.add(other.high);
        self.low += other.low;
    }

    /// The sum.
    pub fn value(&self) -> f64 {
        if self.high.is_finite() { self.high + self.low } else { self.high }
    }
}

/// The sum of a slice: eight lanes per block, blocks added with compensation.
///
/// Zero for an empty slice, NaN when a value is NaN. The relative error is at most about
/// `130 * eps * sum |x| / |sum x|` for any length (a block of 1024 is 128 additions deep).
pub fn sum(values: &[f64]) -> f64 {
    vectorized(
        #[inline(always)]
        || blocks(values, lanes).value(),
    )
}

/// Applies a kernel to each block and adds up the results.
#[inline(always)]
fn blocks(values: &[f64], kernel: impl Fn(&[f64]) -> f64) -> Sum {
    let mut total = Sum::default();
    for block in values.chunks(BLOCK) {
        total.add(kernel(block));
    }
    total
}

/// The sum of a block in eight lanes; the last values go to the first lanes.
#[inline(always)]
fn lanes(block: &[f64]) -> f64 {
    let (whole, rest) = block.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for eight in whole {
        for (lane, value) in lanes.iter_mut().zip(eight) {
            *lane += value;
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane += value;
    }
    fold(lanes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_plain_addition_loses_is_kept() {
        let values = [1.0, 1e100, 1.0, -1e100];
        assert_eq!(values.iter().sum::<f64>(), 0.0);
        assert_eq!(Sum::of(&values).value(), 2.0);
    }

    #[test]
    fn ten_million_tenths() {
        let tenth = vec![0.1; 10_000_000];
        assert!((Sum::of(&tenth).value() - 1e6).abs() < 1e-9);
        assert!((sum(&tenth) - 1e6).abs() < 1e-7);
    }

    #[test]
    fn edges() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(Sum::default().value(), 0.0);
        assert!(sum(&[1.0, f64::NAN]).is_nan());
        assert_eq!(Sum::of(&[1.0, f64::INFINITY, 1.0]).value(), f64::INFINITY);
        assert!(Sum::of(&[f64::INFINITY, f64::NEG_INFINITY]).value().is_nan());
        assert_eq!(Sum::of(&[f64::MAX, f64::MAX]).value(), f64::INFINITY);
    }

    #[test]
    fn both_instruction_sets_give_the_same_bits() {
        for n in [0, 1, 7, 8, 9, 1023, 1024, 1025, 5000] {
            let values: Vec<f64> = (0..n).map(|i| 1.0 / f64::from(i + 1)).collect();
            assert_eq!(sum(&values).to_bits(), blocks(&values, lanes).value().to_bits());
        }
    }

    proptest! {
        #[test]
        fn merged_is_whole(values in prop::collection::vec(-1e9..1e9f64, 0..3000), cut in 0.0..1.0f64) {
            let (left, right) = values.split_at((cut * values.len() as f64) as usize);
            let mut merged = Sum::of(left);
            merged.merge(&Sum::of(right));
            let scale: f64 = values.iter().map(|v| v.abs()).sum();
            prop_assert!((merged.value() - Sum::of(&values).value()).abs() <= 1e-15 * scale);
            prop_assert!((sum(&values) - Sum::of(&values).value()).abs() <= 3e-14 * scale);
        }
    }
}
