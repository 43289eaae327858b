//! The two passes over one block of a column, the kernel of [`Moments`].

use super::dispatch::{LANES, fold};
use super::moments::Moments;

/// The moments of at most one block.
#[inline(always)]
pub(super) fn two_passes(values: &[f64]) -> Moments {
    // Any finite value serves as the shift; the first is there at once in nearly every block.
    let shift = values.iter().copied().find(|v| v.is_finite()).unwrap_or(0.0);
    let (whole, rest) = values.as_chunks::<LANES>();
    let quick = First::pass::<false>(whole, rest, shift);
    // A finite sum shows that every value is finite, and then masks would change no bit.
    if fold(quick.sum).is_finite() {
        return finish::<false>(whole, rest, shift, &quick, values.len() as u64);
    }
    let missing = values.iter().filter(|v| v.is_nan()).count() as u64;
    let count = values.iter().filter(|v| v.is_finite()).count() as u64;
    let infinite = values.len() as u64 - count - missing;
    let masked = First::pass::<true>(whole, rest, shift);
    let moments = finish::<true>(whole, rest, shift, &masked, count);
    Moments { missing, infinite, ..moments }
}

/// The second pass, once the first is known.
#[inline(always)]
fn finish<const MASKED: bool>(whole: &[[f64; LANES]], rest: &[f64], shift: f64, first: &First, count: u64) -> Moments {
    if count == 0 {
        return Moments::default();
    }
    let n = count as f64;
    let mean = shift + fold(first.sum) / n;
    let second = Second::pass::<MASKED>(whole, rest, mean);
    // The deviations would sum to zero if the mean were exact: both parts are corrected.
    let drift = fold(second.sum);
    let m2 = fold(second.squares) - drift * drift / n;
    Moments {
        count,
        // Adding zero turns -0 into 0, whichever of the two came first.
        min: first.min.into_iter().fold(f64::INFINITY, f64::min) + 0.0,
        max: first.max.into_iter().fold(f64::NEG_INFINITY, f64::max) + 0.0,
        mean: mean + drift / n,
        m2: if m2 < 0.0 { 0.0 } else { m2 },
        ..Moments::default()
    }
}

/// Lanes of the first pass: extremes and shifted sum.
#[derive(Clone, Copy)]
struct First {
    min: [f64; LANES],
    max: [f64; LANES],
    sum: [f64; LANES],
}

impl First {
    #[inline(always)]
    fn pass<const MASKED: bool>(whole: &[[f64; LANES]], rest: &[f64], shift: f64) -> Self {
        let mut lanes = Self { min: [f64::INFINITY; LANES], max: [f64::NEG_INFINITY; LANES], sum: [0.0; LANES] };
        for eight in whole {
            lanes = lanes.add::<MASKED>(eight, shift);
        }
        // The shift is a value of the block: as padding it changes nothing.
        lanes.add::<MASKED>(&padded(rest, shift), shift)
    }

    // By value: behind a reference the lanes would not be kept in registers.
    #[inline(always)]
    fn add<const MASKED: bool>(self, values: &[f64; LANES], shift: f64) -> Self {
        let Self { mut min, mut max, mut sum } = self;
        for i in 0..LANES {
            let v = values[i];
            let used = !MASKED || v.is_finite();
            let (low, high) = if used { (v, v) } else { (f64::INFINITY, f64::NEG_INFINITY) };
            sum[i] += if used { v - shift } else { 0.0 };
            min[i] = if low < min[i] { low } else { min[i] };
            max[i] = if high > max[i] { high } else { max[i] };
        }
        Self { min, max, sum }
    }
}

/// Lanes of the second pass: deviations from the mean and their squares.
#[derive(Clone, Copy)]
struct Second {
    sum: [f64; LANES],
    squares: [f64; LANES],
}

impl Second {
    #[inline(always)]
    fn pass<const MASKED: bool>(whole: &[[f64; LANES]], rest: &[f64], mean: f64) -> Self {
        let mut lanes = Self { sum: [0.0; LANES], squares: [0.0; LANES] };
        for eight in whole {
            lanes = lanes.add::<MASKED>(eight, mean);
        }
        lanes.add::<MASKED>(&padded(rest, mean), mean)
    }

    #[inline(always)]
    fn add<const MASKED: bool>(self, values: &[f64; LANES], mean: f64) -> Self {
        let Self { mut sum, mut squares } = self;
        for i in 0..LANES {
            let v = values[i];
            let deviation = if !MASKED || v.is_finite() { v - mean } else { 0.0 };
            sum[i] += deviation;
            squares[i] += deviation * deviation;
        }
        Self { sum, squares }
    }
}

/// The last values of a block, filled up.
#[inline(always)]
fn padded(rest: &[f64], filler: f64) -> [f64; LANES] {
    let mut eight = [filler; LANES];
    for (slot, value) in eight.iter_mut().zip(rest) {
        *slot = *value;
    }
    eight
}
