//! Why a value is not defined.

use super::base::{Base, Bases};
use super::same_length;
use crate::error::{Error, Result};
use crate::parallel::{CHUNK, Cancel, map};

/// A value, or the reason why there is none.
pub type Outcome = std::result::Result<f64, Reason>;

/// Why a value is not defined; the number is what columns of reasons hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// The row has no unit or no time.
    Key = 1,
    /// The other period lies outside the panel.
    Outside = 2,
    /// The unit was not there yet, or is not there any more, though the panel is.
    Absent = 3,
    /// The unit has rows on both sides of the other period, and none at it.
    Gap = 4,
    /// The value of the row is missing.
    Missing = 5,
    /// The value of the other period, or the denominator, is missing.
    MissingBase = 6,
    /// The base or denominator is zero.
    ZeroBase = 7,
    /// The base or denominator is negative.
    NegativeBase = 8,
    /// Both values are zero.
    BothZero = 9,
    /// The value is negative, or zero where its logarithm is asked for.
    NotPositive = 10,
    /// No growth rate of the flow can be had.
    NoGrowth = 11,
}

impl Reason {
    /// All reasons in words, in the order of their numbers from 1.
    pub const WORDS: [&'static str; 11] = [
        "no unit or period",
        "other period outside the panel",
        "unit not there in the other period",
        "gap in time",
        "value missing",
        "base missing",
        "base zero",
        "base negative",
        "both zero",
        "value not positive",
        "no growth rate",
    ];
}

/// How many rows have each reason, in the order of [`Reason::WORDS`].
pub type Counts = [u64; Reason::WORDS.len()];

/// Where a column of values goes, and of reasons where they are asked for. Both come filled with zeros.
#[derive(Debug)]
pub struct Sink<'a> {
    /// The values, NaN where missing.
    pub values: &'a mut [f64],
    /// Reasons, 0 where there is a value.
    pub reasons: Option<&'a mut [u8]>,
}

/// Writes a column, rows cut by [`crate::parallel::CHUNK`]: the value of each row by its base, or why there is none. Without bases no
/// row has one.
pub(super) fn each(
    out: &mut [f64],
    bases: Option<&Bases>,
    threads: Option<usize>,
    cancel: &Cancel,
    value: impl Fn(usize, Base) -> Outcome + Sync,
) -> Result<Counts> {
    same_length(&[out.len(), bases.map_or(out.len(), Bases::len)])?;
    let tasks: Vec<_> = out.chunks_mut(CHUNK).enumerate().collect();
    let write = |(chunk, values): (usize, &mut [f64])| {
        let mut counts = Counts::default();
        let mut bases = bases.map(|bases| bases.each(chunk));
        for (offset, out) in values.iter_mut().enumerate() {
            let base = bases.as_mut().and_then(Iterator::next).unwrap_or(Err(Reason::Key));
            let outcome = value(chunk * CHUNK + offset, base);
            *out = outcome.unwrap_or(f64::NAN);
            if let Err(why) = outcome {
                counts[why as usize - 1] += 1;
            }
        }
        counts
    };
    let found = map(tasks, threads, cancel, || (), |(), task| write(task)).ok_or_else(Error::interrupted)?;
    Ok(found.into_iter().fold(Counts::default(), |total, counts| std::array::from_fn(|why| total[why] + counts[why])))
}

/// Columns written to memory of their own.
#[cfg(test)]
pub(super) fn written(
    rows: usize,
    columns: usize,
    write: impl FnOnce(Vec<Sink<'_>>) -> Result<Vec<Counts>>,
) -> Result<Vec<(Vec<f64>, Vec<u8>, Counts)>> {
    let mut made = vec![(vec![0.0; rows], vec![0; rows]); columns];
    let sinks = made.iter_mut().map(|(values, reasons)| Sink { values, reasons: Some(reasons) }).collect();
    let counts = write(sinks)?;
    Ok(made.into_iter().zip(counts).map(|((values, reasons), counts)| (values, reasons, counts)).collect())
}
