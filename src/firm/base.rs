//! The row of another period of the same unit, by time and not by row.

use std::ops::Range;

use super::order::{Order, Sorted};
use super::reason::Reason;
use super::same_length;
use crate::error::{Error, Result};
use crate::parallel::{Cancel, chunks, map};

/// Which row stands for the other period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The row at exactly that time.
    Exact,
    /// The nearest row at that time or farther away.
    Nearest,
}

/// The row that stands for the other period, or why there is none.
pub type Base = std::result::Result<usize, Reason>;

/// Reasons among the numbers of rows: so many at the upper end.
const NONE: u32 = u32::MAX;

/// For each row the row `periods` before it (after it, where negative).
#[derive(Debug, Clone)]
pub struct Bases<'a> {
    order: &'a Order,
    units: &'a [i64],
    times: &'a [f64],
    periods: f64,
    which: Which,
    /// Where rows do not lie in order: the other row of each, or the number of a reason, counted from the upper end.
    found: Option<Vec<u32>>,
}

impl<'a> Bases<'a> {
    /// The bases of a panel whose order is that of these keys.
    pub fn new(
        order: &'a Order,
        units: &'a [i64],
        times: &'a [f64],
        periods: f64,
        which: Which,
        threads: Option<usize>,
        cancel: &Cancel,
    ) -> Result<Self> {
        same_length(&[order.rows, units.len(), times.len()])?;
        let mut made = Self { order, units, times, periods, which, found: None };
        if let Some(sorted) = &order.sorted {
            made.found = Some(made.all(sorted, threads, cancel)?);
        }
        Ok(made)
    }

    fn all(&self, sorted: &Sorted, threads: Option<usize>, cancel: &Cancel) -> Result<Vec<u32>> {
        let code = |place: usize| match self.search(&sorted.units, &sorted.times, place) {
            Ok(place) => sorted.rows[place],
            Err(why) => NONE - why as u32,
        };
        let codes = |places: Range<usize>| places.map(code).collect::<Vec<_>>();
        let codes = map(chunks(sorted.rows.len()), threads, cancel, || (), |(), places| codes(places));
        let mut found = vec![NONE - Reason::Key as u32; self.units.len()];
        for (row, code) in sorted.rows.iter().zip(codes.ok_or_else(Error::interrupted)?.iter().flatten()) {
            found[*row as usize] = *code;
        }
        Ok(found)
    }

    /// Whether the other row is the later one.
    pub fn ahead(&self) -> bool {
        self.periods < 0.0
    }

    /// How many periods the other row is away.
    pub fn distance(&self) -> f64 {
        self.periods.abs()
    }

    /// Which row stands for the other period.
    pub fn which(&self) -> Which {
        self.which
    }

    /// The times of the rows.
    pub fn times(&self) -> &'a [f64] {
        self.times
    }

    /// The nearest rows of any other period on the same side.
    pub fn next(&self, threads: Option<usize>, cancel: &Cancel) -> Result<Self> {
        let periods = if self.ahead() { -1e-6 } else { 1e-6 };
        Self::new(self.order, self.units, self.times, periods, Which::Nearest, threads, cancel)
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The other row of a row, or why there is none.
    #[inline]
    pub fn of(&self, row: usize) -> Base {
        let Some(found) = &self.found else {
            return if row < self.len() { self.search(self.units, self.times, row) } else { Err(Reason::Key) };
        };
        let code = found.get(row).copied().unwrap_or(NONE);
        if (code as usize) < found.len() {
            return Ok(code as usize);
        }
        Err(match NONE - code {
            2 => Reason::Outside,
            3 => Reason::Absent,
            4 => Reason::Gap,
            _ => Reason::Key,
        })
    }

    /// Rows whose other row is not [`regular`](Self::regular), with the one they have instead.
    pub(super) fn irregular(&self, part: Range<usize>, odd: &mut Vec<(usize, Base)>) {
        odd.clear();
        let Some((rows, others)) = self.regular(part.clone()) else {
            return odd.extend(part.map(|row| (row, self.of(row))));
        };
        odd.extend((part.start..rows.start).map(|row| (row, self.of(row))));
        let both = self.units[others.clone()].iter().zip(&self.times[others]);
        for (row, (unit, time)) in rows.clone().zip(both) {
            // Both ways round, so that the distance is exactly that everywhere.
            let exact = *time == self.times[row] - self.periods && self.times[row] - *time == self.periods;
            if *unit != self.units[row] || !exact {
                odd.push((row, self.of(row)));
            }
        }
        odd.extend((rows.end..part.end).map(|row| (row, self.of(row))));
    }

    /// Rows of a part and the rows as many before or after them as there are periods between: in a panel that lies in order, where
    /// the other period is as a rule. Nothing where the panel does not.
    pub(super) fn regular(&self, part: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let away = self.periods.abs();
        if self.order.sorted.is_some() || away.fract() != 0.0 || away >= f64::from(u32::MAX) {
            return None;
        }
        let away = away as usize;
        if self.ahead() {
            let end = part.end.min(self.len().saturating_sub(away)).max(part.start);
            Some((part.start..end, part.start + away..end + away)).filter(|(rows, _)| !rows.is_empty())
        } else {
            let start = part.start.max(away).min(part.end);
            Some((start..part.end, start.checked_sub(away)?..part.end - away)).filter(|(rows, _)| !rows.is_empty())
        }
    }

    /// The other place of a place among keys in order.
    fn search(&self, units: &[i64], times: &[f64], place: usize) -> Base {
        let (unit, wanted) = (units[place], times[place] - self.periods);
        // Times are whole numbers as a rule; where not, a rounding is no gap.
        let near = 1e-9 * wanted.abs().max(1.0);
        let back = self.periods > 0.0;
        let mut at = place;
        loop {
            let next = if back { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < units.len()) };
            let Some(other) = next.filter(|place| units[*place] == unit) else {
                let [first, last] = self.order.span;
                let outside = if back { wanted < first - near } else { wanted > last + near };
                return Err(if outside { Reason::Outside } else { Reason::Absent });
            };
            at = other;
            let past = if back { wanted - times[other] } else { times[other] - wanted };
            if past.abs() <= near || (past > 0.0 && self.which == Which::Nearest) {
                return Ok(other);
            }
            if past > 0.0 {
                return Err(Reason::Gap);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parallel::CHUNK;

    fn bases(units: &[i64], times: &[f64], periods: f64, which: Which) -> Vec<Base> {
        let order = Order::new(units, times, Some(1), &Cancel::new()).unwrap();
        let found = Bases::new(&order, units, times, periods, which, None, &Cancel::new()).unwrap();
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
    fn a_panel_of_several_chunks() {
        let rows = 3 * CHUNK + 5;
        let units: Vec<i64> = (0..).map(|row: i64| row / 7).take(rows).collect();
        let times: Vec<f64> = (0..rows).map(|row| (row % 7 + usize::from(row % 7 > 3)) as f64).collect();
        for (row, found) in bases(&units, &times, 1.0, Which::Exact).into_iter().enumerate() {
            let expected = match row % 7 {
                0 => Err(Reason::Outside),
                4 => Err(Reason::Gap),
                _ => Ok(row - 1),
            };
            assert_eq!(found, expected, "{row}");
        }
    }
}
