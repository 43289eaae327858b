//! The row of another period of the same unit, by time and not by row.

use std::ops::Range;

use super::reason::Reason;
use super::same_length;
use crate::error::{Error, Kind, Problem, Result};
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

/// The place of a row that has none.
const NONE: u32 = u32::MAX;

/// The order of a panel by unit and time, found once.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    rows: usize,
    /// First and last time.
    span: [f64; 2],
    /// Nothing where rows lie in their order. Else the rows in order, and the place of each row in it.
    sorted: Option<(Vec<u32>, Vec<u32>)>,
}

impl Order {
    /// The order of rows with these keys. A negative unit and a NaN time are unknown.
    ///
    /// An error where a unit has two rows of one time.
    pub fn new(units: &[i64], times: &[f64], threads: Option<usize>, cancel: &Cancel) -> Result<Self> {
        same_length(&[units.len(), times.len()])?;
        let rows = units.len();
        if rows >= NONE as usize {
            let message = format!("{rows} rows are more than a panel can have");
            return Err(Error::new(Kind::Limit, Problem::general(message)));
        }
        let (fine, span) = in_order(units, times, threads, cancel)?;
        if fine {
            return Ok(Self { rows, span, sorted: None });
        }
        let order = order(units, times)?;
        let mut places = vec![NONE; rows];
        for (place, row) in (0..).zip(&order) {
            places[*row as usize] = place;
        }
        Ok(Self { rows, span, sorted: Some((order, places)) })
    }
}

/// For each row the row `periods` before it (after it, where negative).
#[derive(Debug, Clone, Copy)]
pub struct Bases<'a> {
    order: &'a Order,
    units: &'a [i64],
    times: &'a [f64],
    periods: f64,
    which: Which,
}

impl<'a> Bases<'a> {
    /// The bases of a panel whose order is that of these keys.
    pub fn new(order: &'a Order, units: &'a [i64], times: &'a [f64], periods: f64, which: Which) -> Result<Self> {
        same_length(&[order.rows, units.len(), times.len()])?;
        Ok(Self { order, units, times, periods, which })
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
    #[must_use]
    pub fn next(&self) -> Self {
        Self { periods: if self.ahead() { -1e-6 } else { 1e-6 }, which: Which::Nearest, ..*self }
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
    pub fn of(&self, row: usize) -> Base {
        let place = match &self.order.sorted {
            None => Some(row).filter(|row| *row < self.len()),
            Some((_, places)) => places.get(row).filter(|place| **place != NONE).map(|place| *place as usize),
        };
        self.search(row, place.ok_or(Reason::Key)?)
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

    fn search(&self, row: usize, place: usize) -> Base {
        let order = self.order.sorted.as_ref().map(|(order, _)| order.as_slice());
        let row_at = |place: usize| order.map_or(place, |order| order[place] as usize);
        let (unit, wanted) = (self.units[row], self.times[row] - self.periods);
        // Times are whole numbers as a rule; where not, a rounding is no gap.
        let near = 1e-9 * wanted.abs().max(1.0);
        let back = self.periods > 0.0;
        let end = order.map_or(self.units.len(), <[u32]>::len);
        let mut at = place;
        loop {
            let next = if back { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < end) };
            let Some(row) = next.map(row_at).filter(|row| self.units[*row] == unit) else {
                let [first, last] = self.order.span;
                let outside = if back { wanted < first - near } else { wanted > last + near };
                return Err(if outside { Reason::Outside } else { Reason::Absent });
            };
            at = if back { at - 1 } else { at + 1 };
            let past = if back { wanted - self.times[row] } else { self.times[row] - wanted };
            if past.abs() <= near || (past > 0.0 && self.which == Which::Nearest) {
                return Ok(row);
            }
            if past > 0.0 {
                return Err(Reason::Gap);
            }
        }
    }
}

/// Whether all rows have keys and lie in the order of unit and time; and the first and last time.
fn in_order(units: &[i64], times: &[f64], threads: Option<usize>, cancel: &Cancel) -> Result<(bool, [f64; 2])> {
    let follows = |rows: Range<usize>| {
        let start = rows.start.saturating_sub(1);
        let (units, times) = (&units[start..rows.end], &times[start..rows.end]);
        let mut fine = units.first().is_none_or(|unit| *unit >= 0) && times.first().is_none_or(|time| !time.is_nan());
        for (unit, time) in units.windows(2).zip(times.windows(2)) {
            let next = unit[0] < unit[1] && !time[1].is_nan();
            fine &= next || (unit[0] == unit[1] && time[0] < time[1]);
        }
        // Comparisons with NaN are false, so that it is neither.
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for time in times {
            first = if *time < first { *time } else { first };
            last = if *time > last { *time } else { last };
        }
        (fine, [first, last])
    };
    let found = map(chunks(units.len()), threads, cancel, || (), |(), rows| follows(rows));
    let all = (true, [f64::INFINITY, f64::NEG_INFINITY]);
    Ok(found
        .ok_or_else(Error::interrupted)?
        .into_iter()
        .fold(all, |(fine, [first, last]), (own, span)| (fine && own, [first.min(span[0]), last.max(span[1])])))
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

    fn bases(units: &[i64], times: &[f64], periods: f64, which: Which) -> Vec<Base> {
        let order = Order::new(units, times, Some(1), &Cancel::new()).unwrap();
        let found = Bases::new(&order, units, times, periods, which).unwrap();
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
            assert!(Order::new(&units, &times, None, &Cancel::new()).is_err());
        }
        assert!(Order::new(&[0], &[], None, &Cancel::new()).is_err());
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let rows = 3 * CHUNK + 5;
        let units: Vec<i64> = (0..).map(|row: i64| row / 7).take(rows).collect();
        let times: Vec<f64> = (0..rows).map(|row| (row % 7 + usize::from(row % 7 > 3)) as f64).collect();
        let order = Order::new(&units, &times, Some(1), &Cancel::new()).unwrap();
        assert_eq!(order, Order::new(&units, &times, Some(3), &Cancel::new()).unwrap());
        assert!(order.sorted.is_none());
        let one = Bases::new(&order, &units, &times, 1.0, Which::Exact).unwrap();
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
