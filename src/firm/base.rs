//! The row of another period of the same unit, by time and not by row.

use super::reason::Reason;
use super::same_length;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::{CHUNK, Cancel, chunks, map};

/// Which row stands for the other period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The row at exactly that time.
    Exact,
    /// The nearest row at that time or farther away.
    Nearest,
}

/// Rows of the other period; those from `u32::MAX - 11` on are reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bases(Vec<u32>);

const NONE: u32 = u32::MAX;

fn reason(why: Reason) -> u32 {
    NONE - why as u32
}

impl Bases {
    /// The rows `periods` before each row (after it, where negative).
    ///
    /// A negative unit and a NaN time are unknown. An error where a unit has two rows of one time.
    pub fn new(
        units: &[i64],
        times: &[f64],
        periods: f64,
        which: Which,
        threads: Option<usize>,
        cancel: &Cancel,
    ) -> Result<Self> {
        same_length(&[units.len(), times.len()])?;
        let rows = units.len();
        if rows >= reason(Reason::NoGrowth) as usize {
            return Err(Error::new(
                Kind::Limit,
                Problem::general(format!("{rows} rows are more than a panel can have")),
            ));
        }
        let sorted = in_order(units, times, threads, cancel)?;
        let panel =
            Ordered { units, times, order: if sorted { None } else { Some(order(units, times)?) }, periods, which };
        // Comparisons with NaN are false, so that it is neither.
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for time in times {
            first = if *time < first { *time } else { first };
            last = if *time > last { *time } else { last };
        }
        let mut found = vec![0; rows];
        if let Some(order) = &panel.order {
            found.fill(reason(Reason::Key));
            for (place, row) in order.iter().enumerate() {
                if let Some(base) = found.get_mut(*row as usize) {
                    *base = panel.base(place, first, last);
                }
            }
            return Ok(Self(found));
        }
        let tasks: Vec<_> = found.chunks_mut(CHUNK).enumerate().collect();
        map(
            tasks,
            threads,
            cancel,
            || (),
            |(), (chunk, part)| {
                for (offset, base) in part.iter_mut().enumerate() {
                    *base = panel.base(chunk * CHUNK + offset, first, last);
                }
            },
        )
        .ok_or_else(Error::interrupted)?;
        Ok(Self(found))
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The other row of a row, or why there is none.
    #[inline]
    pub fn of(&self, row: usize) -> std::result::Result<usize, Reason> {
        let base = self.0.get(row).copied().unwrap_or(NONE);
        if (base as usize) < self.0.len() {
            return Ok(base as usize);
        }
        Err(match NONE - base {
            2 => Reason::Outside,
            3 => Reason::Absent,
            4 => Reason::Gap,
            _ => Reason::Key,
        })
    }
}

/// Rows by unit and time: as they come where that is their order.
struct Ordered<'a> {
    units: &'a [i64],
    times: &'a [f64],
    order: Option<Vec<u32>>,
    periods: f64,
    which: Which,
}

impl Ordered<'_> {
    fn row(&self, place: usize) -> usize {
        self.order.as_ref().map_or(place, |order| order[place] as usize)
    }

    #[inline]
    fn base(&self, place: usize, first: f64, last: f64) -> u32 {
        let row = self.row(place);
        // By far the commonest case, without any look beyond.
        if let Some(before) = row.checked_sub(1).filter(|_| self.order.is_none())
            && self.units[before] == self.units[row]
            && self.times[before] == self.times[row] - self.periods
        {
            return before as u32;
        }
        let (unit, wanted) = (self.units[row], self.times[row] - self.periods);
        // Times are whole numbers as a rule; where not, a rounding is no gap.
        let near = 1e-9 * wanted.abs().max(1.0);
        let back = self.periods > 0.0;
        let end = self.order.as_ref().map_or(self.units.len(), Vec::len);
        let mut at = place;
        loop {
            let next = if back { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < end) };
            let Some(row) = next.map(|next| self.row(next)).filter(|row| self.units[*row] == unit) else {
                let outside = if back { wanted < first - near } else { wanted > last + near };
                return reason(if outside { Reason::Outside } else { Reason::Absent });
            };
            at = if back { at - 1 } else { at + 1 };
            let past = if back { wanted - self.times[row] } else { self.times[row] - wanted };
            if past.abs() <= near || (past > 0.0 && self.which == Which::Nearest) {
                return u32::try_from(row).unwrap_or(NONE);
            }
            if past > 0.0 {
                return reason(Reason::Gap);
            }
        }
    }
}

/// Whether all rows have keys and lie in the order of unit and time.
pub(super) fn in_order(units: &[i64], times: &[f64], threads: Option<usize>, cancel: &Cancel) -> Result<bool> {
    let follows = |rows: std::ops::Range<usize>| {
        let start = rows.start.saturating_sub(1);
        let (units, times) = (&units[start..rows.end], &times[start..rows.end]);
        let mut fine = units.first().is_none_or(|unit| *unit >= 0) && times.first().is_none_or(|time| !time.is_nan());
        for (unit, time) in units.windows(2).zip(times.windows(2)) {
            let next = unit[0] < unit[1] && !time[1].is_nan();
            fine &= next || (unit[0] == unit[1] && time[0] < time[1]);
        }
        fine
    };
    let found = map(chunks(units.len()), threads, cancel, || (), |(), rows| follows(rows));
    Ok(found.ok_or_else(Error::interrupted)?.into_iter().all(|fine| fine))
}

/// Rows that have keys, by unit and time.
pub(super) fn order(units: &[i64], times: &[f64]) -> Result<Vec<u32>> {
    let known = |row: usize| units[row] >= 0 && !times[row].is_nan();
    let mut order: Vec<u32> =
        (0..units.len()).filter(|row| known(*row)).filter_map(|row| u32::try_from(row).ok()).collect();
    let key = |row: u32| (units[row as usize], times[row as usize]);
    // Rows of one key keep their order, so that the error names the later one.
    order.sort_by(|a, b| {
        let ((unit, time), (other, later)) = (key(*a), key(*b));
        unit.cmp(&other).then(time.total_cmp(&later))
    });
    for pair in order.windows(2) {
        if key(pair[0]) == key(pair[1]) {
            let message = "a unit has two rows of one time; rows must be unique in unit and time";
            return Err(Error::new(Kind::Value, Problem::general(message).row(pair[1] as usize)));
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(units: &[i64], times: &[f64], periods: f64, which: Which) -> Vec<std::result::Result<usize, Reason>> {
        let found = Bases::new(units, times, periods, which, Some(1), &Cancel::new()).unwrap();
        (0..found.len()).map(|row| found.of(row)).collect()
    }

    #[test]
    fn a_gap_is_a_gap_in_time() {
        let (units, times) = ([0, 0, 0, 1, 1], [2018.0, 2019.0, 2021.0, 2019.0, 2020.0]);
        let back = bases(&units, &times, 1.0, Which::Exact);
        assert_eq!(back, [Err(Reason::Outside), Ok(0), Err(Reason::Gap), Err(Reason::Absent), Ok(3)]);
        let nearest = bases(&units, &times, 1.0, Which::Nearest);
        assert_eq!(nearest[2], Ok(1));
        let ahead = bases(&units, &times, -1.0, Which::Exact);
        assert_eq!(ahead, [Ok(1), Err(Reason::Gap), Err(Reason::Outside), Ok(4), Err(Reason::Absent)]);
        let two = bases(&units, &times, 2.0, Which::Exact);
        assert_eq!(two[2], Ok(1));
        assert_eq!(two[1], Err(Reason::Outside));
    }

    #[test]
    fn any_order_of_rows_and_unknown_keys() {
        let (units, times) = ([1, 0, -1, 1, 0, 0], [2.0, 2.0, 1.0, 1.0, 1.0, f64::NAN]);
        let found = bases(&units, &times, 1.0, Which::Exact);
        let (key, outside) = (Err(Reason::Key), Err(Reason::Outside));
        assert_eq!(found, [Ok(3), Ok(4), key, outside, outside, key]);
        assert!(bases(&[], &[], 1.0, Which::Exact).is_empty());
    }

    #[test]
    fn two_rows_of_one_time_are_an_error() {
        for units in [[0, 0, 1], [1, 0, 0]] {
            let times = [1.0, 1.0, 1.0];
            assert!(Bases::new(&units, &times, 1.0, Which::Exact, None, &Cancel::new()).is_err());
        }
        assert!(Bases::new(&[0], &[], 1.0, Which::Exact, None, &Cancel::new()).is_err());
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let rows = 3 * CHUNK + 5;
        let units: Vec<i64> = (0..).map(|row: i64| row / 7).take(rows).collect();
        let times: Vec<f64> = (0..rows).map(|row| (row % 7 + usize::from(row % 7 > 3)) as f64).collect();
        let one = Bases::new(&units, &times, 1.0, Which::Exact, Some(1), &Cancel::new()).unwrap();
        let more = Bases::new(&units, &times, 1.0, Which::Exact, Some(3), &Cancel::new()).unwrap();
        assert_eq!(one, more);
        for row in 0..rows {
            let expected = match row % 7 {
                0 => Err(Reason::Outside),
                4 => Err(Reason::Gap),
                _ => Ok(row - 1),
            };
            assert_eq!(one.of(row), expected, "{row}");
        }
    }
}
