//! The order of a panel by unit and time, whatever the order of its rows.

use std::ops::Range;

use super::same_length;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::{CHUNK, Cancel, chunks, map};

/// The order of a panel, found once.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub(super) rows: usize,
    /// First and last time.
    pub(super) span: [f64; 2],
    /// Nothing where rows lie in their order.
    pub(super) sorted: Option<Sorted>,
}

/// Rows that have keys, by unit and time, and these keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sorted {
    /// Numbers of rows.
    pub rows: Vec<u32>,
    /// Their units, ascending.
    pub units: Vec<i64>,
    /// Their times, ascending in each unit.
    pub times: Vec<f64>,
}

impl Order {
    /// The order of rows with these keys. A negative unit and a NaN time are unknown.
    ///
    /// An error where a unit has two rows of one time.
    pub fn new(units: &[i64], times: &[f64], threads: Option<usize>, cancel: &Cancel) -> Result<Self> {
        same_length(&[units.len(), times.len()])?;
        let rows = units.len();
        if rows >= u32::MAX as usize {
            let message = format!("{rows} rows are more than a panel can have");
            return Err(Error::new(Kind::Limit, Problem::general(message)));
        }
        let (fine, span) = in_order(units, times, threads, cancel)?;
        let sorted = if fine { None } else { Some(sorted(units, times, threads, cancel)?) };
        Ok(Self { rows, span, sorted })
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

/// Rows that have keys, in order; an error where a unit has two rows of one time.
pub(super) fn sorted(units: &[i64], times: &[f64], threads: Option<usize>, cancel: &Cancel) -> Result<Sorted> {
    let keys = || (0..).zip(units.iter().zip(times)).filter(|(_, (unit, time))| **unit >= 0 && !time.is_nan());
    let most = keys().map(|(_, (unit, _))| *unit).max();
    let mut entries: Vec<(i64, f64, u32)> = keys().map(|(row, (unit, time))| (*unit, *time, row)).collect();
    // Numbers that lie close together are put in their places; others are compared.
    match most.and_then(|most| usize::try_from(most).ok()).filter(|most| *most < 4 * units.len() + 1024) {
        Some(most) => entries = by_unit(&entries, most),
        None => entries.sort_unstable_by_key(|(unit, _, row)| (*unit, *row)),
    }
    let mut tasks = Vec::new();
    let mut rest = entries.as_mut_slice();
    while !rest.is_empty() {
        // No unit is cut in two.
        let mut end = rest.len().min(CHUNK);
        end += rest[end..].iter().take_while(|entry| entry.0 == rest[end - 1].0).count();
        let (part, later) = rest.split_at_mut(end);
        tasks.push(part);
        rest = later;
    }
    let by_time = |part: &mut [(i64, f64, u32)]| {
        for unit in part.chunk_by_mut(|a, b| a.0 == b.0) {
            // Rows of one time keep their order, so that the error names the later one.
            unit.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)));
        }
        part.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[0].1 == pair[1].1).map(|pair| pair[1].2)
    };
    let twice = map(tasks, threads, cancel, || (), |(), part| by_time(part)).ok_or_else(Error::interrupted)?;
    if let Some(row) = twice.into_iter().flatten().next() {
        let message = "a unit has two rows of one time; rows must be unique in unit and time";
        return Err(Error::new(Kind::Value, Problem::general(message).row(row as usize)));
    }
    Ok(Sorted {
        rows: entries.iter().map(|entry| entry.2).collect(),
        units: entries.iter().map(|entry| entry.0).collect(),
        times: entries.iter().map(|entry| entry.1).collect(),
    })
}

/// Entries by unit, in their order within each.
fn by_unit(entries: &[(i64, f64, u32)], most: usize) -> Vec<(i64, f64, u32)> {
    let place = |unit: i64| usize::try_from(unit).unwrap_or(most).min(most);
    let mut next = vec![0_usize; most + 2];
    for (unit, ..) in entries {
        next[place(*unit) + 1] += 1;
    }
    for unit in 0..=most {
        next[unit + 1] += next[unit];
    }
    let mut made = vec![(0, 0.0, 0); entries.len()];
    for entry in entries {
        let next = &mut next[place(entry.0)];
        made[*next] = *entry;
        *next += 1;
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_and_distant_numbers_have_one_order() {
        let units = [2, 0, 2, 1, -1, 0, 2];
        let times = [3.0, 2.0, 1.0, f64::NAN, 1.0, 1.0, 2.0];
        let of = |units: &[i64]| sorted(units, &times, None, &Cancel::new()).unwrap();
        assert_eq!(of(&units).rows, [5, 1, 2, 6, 0]);
        let distant = units.map(|unit| unit * 1_000_000_007);
        assert_eq!((of(&distant).rows, of(&distant).times), (of(&units).rows, of(&units).times));
        assert_eq!(Order::new(&units, &times, None, &Cancel::new()).unwrap().span, [1.0, 3.0]);
        assert_eq!(sorted(&[], &[], None, &Cancel::new()).unwrap(), Sorted::default());
    }

    #[test]
    fn two_rows_of_one_time_are_an_error() {
        for units in [[0, 0, 1], [1, 0, 0], [i64::MAX, 0, 0]] {
            let error = Order::new(&units, &[1.0, 1.0, 1.0], None, &Cancel::new()).unwrap_err();
            assert_eq!(error.problems[0].rows, [if units[1] == units[0] { 1 } else { 2 }]);
        }
        assert!(Order::new(&[0], &[], None, &Cancel::new()).is_err());
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let rows = 2 * CHUNK + 5;
        let units: Vec<i64> = (0..).map(|row: i64| row * 7919 % 5003).take(rows).collect();
        let times: Vec<f64> = (0..rows).map(|row| row as f64).collect();
        let of = |threads| Order::new(&units, &times, Some(threads), &Cancel::new()).unwrap();
        assert_eq!(of(1), of(3));
        assert!(of(1).sorted.unwrap().units.is_sorted());
    }
}
