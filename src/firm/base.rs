//! The row of another period of the same unit, by time and not by row.

use std::ops::Range;

use super::order::{Order, Sorted};
use super::reason::Reason;
use super::same_length;
use crate::error::{Error, Result};
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

/// The row that stands for the other period, or why there is none.
pub type Base = std::result::Result<usize, Reason>;

/// Reasons among the numbers of rows: so many at the upper end.
const NONE: u32 = u32::MAX;

/// For each row the row `periods` before it (after it, where negative).
///
/// In a panel that lies in order that is as a rule so many rows away; only rows for which it is not are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Bases {
    rows: usize,
    periods: f64,
    which: Which,
    /// How many rows away; nothing where rows do not lie in order, or periods are broken.
    away: Option<usize>,
    /// The other rows, by chunk: the row, and its other row or the number of a reason.
    odd: Vec<Vec<(u32, u32)>>,
}

impl Bases {
    /// The bases of a panel whose order is that of these keys.
    pub fn new(
        order: &Order,
        units: &[i64],
        times: &[f64],
        periods: f64,
        which: Which,
        threads: Option<usize>,
        cancel: &Cancel,
    ) -> Result<Self> {
        same_length(&[order.rows, units.len(), times.len()])?;
        let distance = periods.abs();
        let whole = order.sorted.is_none() && distance.fract() == 0.0 && distance < f64::from(u32::MAX);
        let away = whole.then_some(distance as usize);
        let mut made = Self { rows: order.rows, periods, which, away, odd: Vec::new() };
        let parts = chunks(made.rows);
        let odd = if let Some(sorted) = &order.sorted {
            let found = made.all(order.span, sorted, threads, cancel)?;
            let part = |part: Range<usize>| {
                (0..).zip(&found).skip(part.start).take(part.len()).map(|(a, b)| (a, *b)).collect()
            };
            map(parts, threads, cancel, || (), |(), rows| part(rows))
        } else {
            map(parts, threads, cancel, || (), |(), part| made.irregular(order.span, units, times, part))
        };
        made.odd = odd.ok_or_else(Error::interrupted)?;
        Ok(made)
    }

    /// The other row of every row of a panel that does not lie in order.
    fn all(&self, span: [f64; 2], sorted: &Sorted, threads: Option<usize>, cancel: &Cancel) -> Result<Vec<u32>> {
        let code = |place: usize| match self.search(span, &sorted.units, &sorted.times, place) {
            Ok(place) => sorted.rows[place],
            Err(why) => NONE - why as u32,
        };
        let codes = |places: Range<usize>| places.map(code).collect::<Vec<_>>();
        let codes = map(chunks(sorted.rows.len()), threads, cancel, || (), |(), places| codes(places));
        let mut found = vec![NONE - Reason::Key as u32; self.rows];
        for (row, code) in sorted.rows.iter().zip(codes.ok_or_else(Error::interrupted)?.iter().flatten()) {
            found[*row as usize] = *code;
        }
        Ok(found)
    }

    /// Rows of a part whose other row is not [`regular`](Self::regular).
    fn irregular(&self, span: [f64; 2], units: &[i64], times: &[f64], part: Range<usize>) -> Vec<(u32, u32)> {
        let mut odd = Vec::new();
        let mut add = |row: usize| {
            let code = match self.search(span, units, times, row) {
                Ok(other) => u32::try_from(other).unwrap_or(NONE),
                Err(why) => NONE - why as u32,
            };
            odd.push((u32::try_from(row).unwrap_or(NONE), code));
        };
        let (rows, others) = self.regular(part.clone()).unwrap_or((part.start..part.start, 0..0));
        (part.start..rows.start).for_each(&mut add);
        let own = units[rows.clone()].iter().zip(&times[rows.clone()]);
        let other = units[others.clone()].iter().zip(&times[others]);
        for (row, ((unit, time), (before, then))) in rows.clone().zip(own.zip(other)) {
            // Both ways round, so that the distance is exactly that everywhere.
            if before != unit || *then != *time - self.periods || *time - *then != self.periods {
                add(row);
            }
        }
        (rows.end..part.end).for_each(&mut add);
        odd
    }

    /// The other place of a place among keys in order.
    fn search(&self, [first, last]: [f64; 2], units: &[i64], times: &[f64], place: usize) -> Base {
        let (unit, wanted) = (units[place], times[place] - self.periods);
        // Times are whole numbers as a rule; where not, a rounding is no gap.
        let near = 1e-9 * wanted.abs().max(1.0);
        let back = self.periods > 0.0;
        let mut at = place;
        loop {
            let next = if back { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < units.len()) };
            let Some(other) = next.filter(|place| units[*place] == unit) else {
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

    /// Whether the other row is the later one.
    pub fn ahead(&self) -> bool {
        self.periods < 0.0
    }

    /// How many periods the other row is away.
    pub fn distance(&self) -> f64 {
        self.periods.abs()
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The other row of a row, or why there is none.
    pub fn of(&self, row: usize) -> Base {
        let odd = self.odd.get(row / CHUNK).map(Vec::as_slice).unwrap_or_default();
        match odd.binary_search_by_key(&row, |(odd, _)| *odd as usize) {
            Ok(place) => self.decoded(odd[place].1),
            Err(_) => self.beside(row),
        }
    }

    /// The other row where it is so many rows away.
    fn beside(&self, row: usize) -> Base {
        let away = self.away.ok_or(Reason::Key)?;
        let other = if self.ahead() { row.checked_add(away) } else { row.checked_sub(away) };
        other.filter(|other| row.max(*other) < self.rows).ok_or(Reason::Key)
    }

    /// Rows of a chunk whose other row is not so many rows away, and what they have instead.
    pub(super) fn odd(&self, chunk: usize) -> impl Iterator<Item = (usize, Base)> + '_ {
        let odd = self.odd.get(chunk).map(Vec::as_slice).unwrap_or_default();
        odd.iter().map(|(row, code)| (*row as usize, self.decoded(*code)))
    }

    /// The other rows of all rows of a chunk, in order.
    pub(super) fn each(&self, chunk: usize) -> impl Iterator<Item = Base> + '_ {
        let mut odd = self.odd(chunk).peekable();
        let rows = chunk * CHUNK..self.rows.min((chunk + 1) * CHUNK);
        rows.map(move |row| odd.next_if(|(odd, _)| *odd == row).map_or_else(|| self.beside(row), |(_, base)| base))
    }

    fn decoded(&self, code: u32) -> Base {
        if (code as usize) < self.rows {
            return Ok(code as usize);
        }
        Err(match NONE - code {
            2 => Reason::Outside,
            3 => Reason::Absent,
            4 => Reason::Gap,
            _ => Reason::Key,
        })
    }

    /// Rows of a part, and the rows as many before or after them as there are periods between: in a panel that lies in order,
    /// where the other period is as a rule. Nothing where the panel does not.
    pub(super) fn regular(&self, part: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let away = self.away?;
        let (rows, others) = if self.ahead() {
            let end = part.end.min(self.rows.saturating_sub(away)).max(part.start);
            (part.start..end, part.start + away..end + away)
        } else {
            let start = part.start.max(away).min(part.end);
            (start..part.end, start.saturating_sub(away)..part.end.saturating_sub(away))
        };
        Some((rows, others)).filter(|(rows, _)| !rows.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(units: &[i64], times: &[f64], periods: f64, which: Which) -> Vec<Base> {
        let order = Order::new(units, times, Some(1), &Cancel::new()).unwrap();
        let found = Bases::new(&order, units, times, periods, which, None, &Cancel::new()).unwrap();
        let all: Vec<Base> = (0..found.len()).map(|row| found.of(row)).collect();
        assert!((0..=found.len() / CHUNK).flat_map(|chunk| found.each(chunk)).eq(all.iter().copied()));
        all
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
