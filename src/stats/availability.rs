//! How much of a unit is observed, and which units to keep.
//!
//! OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3, doi 10.1787/9789264043466-en.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::parallel::{Cancel, chunks, map};

/// Counts and shares, one entry a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Availability {
    /// Missing values.
    pub missing: Vec<u64>,
    /// Zeros among the observed values.
    pub zeros: Vec<u64>,
    /// `1 - missing / p`; NaN without columns.
    pub available: Vec<f64>,
    /// `1 - zeros / (p - missing)`; NaN where nothing is observed.
    pub nonzero: Vec<f64>,
}

/// The availability of every row over columns of equal length.
pub fn availability(columns: &[&[f64]], threads: Option<usize>, cancel: &Cancel) -> Result<Availability> {
    let rows = columns.first().map_or(0, |column| column.len());
    let p = columns.len() as u64;
    let parts = map(
        chunks(rows),
        threads,
        cancel,
        || (),
        |(), rows| {
            let (mut missing, mut zeros) = (vec![0_u64; rows.len()], vec![0_u64; rows.len()]);
            for column in columns {
                for ((x, missing), zeros) in column[rows.clone()].iter().zip(&mut missing).zip(&mut zeros) {
                    *missing += u64::from(x.is_nan());
                    *zeros += u64::from(*x == 0.0);
                }
            }
            (missing, zeros)
        },
    )
    .ok_or_else(Error::interrupted)?;
    let mut all = Availability::default();
    for (missing, zeros) in parts {
        all.missing.extend(missing);
        all.zeros.extend(zeros);
    }
    all.available = all.missing.iter().map(|missing| 1.0 - *missing as f64 / p as f64).collect();
    let nonzero = |(missing, zeros): (&u64, &u64)| 1.0 - *zeros as f64 / (p - missing) as f64;
    all.nonzero = all.missing.iter().zip(&all.zeros).map(nonzero).collect();
    Ok(all)
}

/// What decides whether a unit stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The share of values that are observed.
    #[default]
    Availability,
    /// The share of observed values that are not zero.
    Nonzero,
    /// A unit goes when either share is too low.
    Either,
}

/// Why a unit stays or goes. The numbers cross the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Verdict {
    /// Nothing speaks against it.
    Kept = 0,
    /// Too little is observed.
    LowAvailability = 1,
    /// Too much is zero.
    LowNonzero = 2,
    /// Both.
    LowBoth = 3,
    /// The caller keeps it whatever the shares.
    Included = 4,
    /// The caller drops it whatever the shares.
    Excluded = 5,
}

impl Verdict {
    /// Whether the unit stays.
    pub fn keeps(self) -> bool {
        matches!(self, Self::Kept | Self::Included)
    }
}

/// The verdict on every row. Shares below a threshold are too low; an undefined share is not.
///
/// A row in `include` stays and one in `exclude` goes; a row in both goes. Numbers beyond the rows do nothing.
pub fn screen(
    shares: &Availability,
    min_availability: f64,
    min_nonzero: f64,
    by: By,
    include: &[usize],
    exclude: &[usize],
) -> Vec<Verdict> {
    let judge = |(available, nonzero): (&f64, &f64)| {
        let low = *available < min_availability && by != By::Nonzero;
        let zero = *nonzero < min_nonzero && by != By::Availability;
        match (low, zero) {
            (false, false) => Verdict::Kept,
            (true, false) => Verdict::LowAvailability,
            (false, true) => Verdict::LowNonzero,
            (true, true) => Verdict::LowBoth,
        }
    };
    let mut verdicts: Vec<Verdict> = shares.available.iter().zip(&shares.nonzero).map(judge).collect();
    for (rows, verdict) in [(include, Verdict::Included), (exclude, Verdict::Excluded)] {
        for row in rows {
            if let Some(place) = verdicts.get_mut(*row) {
                *place = verdict;
            }
        }
    }
    verdicts
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn example() -> Availability {
        let nan = f64::NAN;
        let (a, b, c) = ([1.0, 0.0, nan, nan], [2.0, 0.0, nan, 0.0], [3.0, 1.0, nan, nan]);
        availability(&[&a, &b, &c], None, &Cancel::new()).unwrap()
    }

    #[test]
    fn counts_and_shares() {
        let found = example();
        assert_eq!(
            (found.missing.as_slice(), found.zeros.as_slice()),
            ([0, 0, 3, 2].as_slice(), [0, 2, 0, 1].as_slice())
        );
        assert_eq!(found.available[..3], [1.0, 1.0, 0.0]);
        assert!((found.available[3] - 1.0 / 3.0).abs() < 1e-15 && found.nonzero[2].is_nan() && found.nonzero[3] == 0.0);
        assert!(availability(&[], None, &Cancel::new()).unwrap().available.is_empty());
    }

    #[test]
    fn verdicts() {
        use Verdict::{Excluded, Included, Kept, LowAvailability, LowBoth, LowNonzero};
        let (found, least) = (example(), 2.0 / 3.0);
        let by = |by| screen(&found, least, 0.5, by, &[], &[]);
        assert_eq!(by(By::Availability), [Kept, Kept, LowAvailability, LowAvailability]);
        // Nothing observed: the share of zeros is undefined and no reason.
        assert_eq!(by(By::Nonzero), [Kept, LowNonzero, Kept, LowNonzero]);
        assert_eq!(by(By::Either), [Kept, LowNonzero, LowAvailability, LowBoth]);
        let forced = screen(&found, least, 0.5, By::Either, &[2, 9], &[0]);
        assert_eq!(forced, [Excluded, LowNonzero, Included, LowBoth]);
        assert!(Included.keeps() && Kept.keeps() && !Excluded.keeps());
    }
}
