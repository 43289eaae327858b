//! Why a value is not defined.

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

/// Values, and the number of the reason where one is missing (0 where not).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reasoned {
    /// The values, NaN where missing.
    pub values: Vec<f64>,
    /// Reasons, 0 where there is a value.
    pub reasons: Vec<u8>,
    /// How many rows have each reason, in the order of [`Reason::WORDS`].
    pub counts: [u64; Reason::WORDS.len()],
}

/// One reasoned value per row, rows cut by [`crate::parallel::CHUNK`].
pub(crate) fn each(
    rows: usize,
    threads: Option<usize>,
    cancel: &crate::parallel::Cancel,
    value: impl Fn(usize) -> Outcome + Sync,
) -> crate::error::Result<Reasoned> {
    use crate::parallel::{CHUNK, map};
    let mut made = Reasoned { values: vec![0.0; rows], reasons: vec![0; rows], ..Reasoned::default() };
    let tasks: Vec<_> = made.values.chunks_mut(CHUNK).zip(made.reasons.chunks_mut(CHUNK)).enumerate().collect();
    let counts = map(
        tasks,
        threads,
        cancel,
        || (),
        |(), (chunk, (values, reasons))| {
            let mut counts = [0_u64; Reason::WORDS.len()];
            for (offset, (place, reason)) in values.iter_mut().zip(reasons).enumerate() {
                match value(chunk * CHUNK + offset) {
                    Ok(value) => *place = value,
                    Err(why) => {
                        (*place, *reason) = (f64::NAN, why as u8);
                        if let Some(count) = counts.get_mut(why as usize - 1) {
                            *count += 1;
                        }
                    }
                }
            }
            counts
        },
    )
    .ok_or_else(crate::error::Error::interrupted)?;
    for part in counts {
        for (total, count) in made.counts.iter_mut().zip(part) {
            *total += count;
        }
    }
    Ok(made)
}
