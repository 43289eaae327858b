//! Each row of a panel and the row that stands for the other period, over whole columns.
//!
//! In a panel that lies in order the other row is nearly always a fixed number of rows away. So a column is first written as if
//! it always were, in a loop the processor does several rows at a time; what differs, and what comes out missing, is then looked at
//! row by row. Both ways take the same formula, so that the order of rows never shows in a result.

use std::ops::Range;

use super::base::{Base, Bases};
use super::reason::{Counts, Outcome, Sink};
use super::same_length;
use crate::error::{Error, Result};
use crate::parallel::{CHUNK, Cancel, chunks, map};

/// Rows that are looked at again where one of them is missing.
const LOOK: usize = 64;

/// Writes several columns at once. `plain` is the value of a row by its own and the other number, where both are numbers and nothing
/// stands against it, else NaN; `value` looks closer, at a column, a row and its base, and says why.
pub(super) fn pairs(
    bases: &Bases,
    columns: &[&[f64]],
    sinks: Vec<Sink<'_>>,
    threads: Option<usize>,
    cancel: &Cancel,
    plain: impl Fn(f64, f64) -> f64 + Sync,
    value: impl Fn(&[f64], usize, Base) -> Outcome + Sync,
) -> Result<Vec<Counts>> {
    same_length(&[columns.len(), sinks.len()])?;
    let mut lengths = vec![bases.len()];
    lengths.extend(columns.iter().map(|values| values.len()));
    for sink in &sinks {
        lengths.extend([sink.values.len(), sink.reasons.as_ref().map_or(bases.len(), |reasons| reasons.len())]);
    }
    same_length(&lengths)?;
    let mut tasks: Vec<(Range<usize>, Vec<Sink<'_>>)> =
        chunks(bases.len()).into_iter().map(|part| (part, Vec::new())).collect();
    for Sink { values, reasons } in sinks {
        let mut reasons = reasons.map(|reasons| reasons.chunks_mut(CHUNK));
        for (task, values) in tasks.iter_mut().zip(values.chunks_mut(CHUNK)) {
            task.1.push(Sink { values, reasons: reasons.as_mut().and_then(Iterator::next) });
        }
    }
    let write = |(part, sinks): (Range<usize>, Vec<Sink<'_>>)| {
        let both = columns.iter().zip(sinks);
        both.map(|(values, sink)| column(bases, values, part.clone(), sink, &plain, &value)).collect::<Vec<_>>()
    };
    let found = map(tasks, threads, cancel, || (), |(), task| write(task)).ok_or_else(Error::interrupted)?;
    let mut total = vec![Counts::default(); columns.len()];
    for counts in found {
        for (total, counts) in total.iter_mut().zip(counts) {
            total.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
    }
    Ok(total)
}

/// One column of one chunk on its way out.
struct Written<'a> {
    start: usize,
    sink: Sink<'a>,
    counts: Counts,
}

impl Written<'_> {
    fn put(&mut self, row: usize, outcome: Outcome) {
        let offset = row - self.start;
        self.sink.values[offset] = outcome.unwrap_or(f64::NAN);
        if let Err(why) = outcome {
            self.counts[why as usize - 1] += 1;
            if let Some(reasons) = &mut self.sink.reasons {
                reasons[offset] = why as u8;
            }
        }
    }
}

fn column(
    bases: &Bases,
    values: &[f64],
    part: Range<usize>,
    sink: Sink<'_>,
    plain: &impl Fn(f64, f64) -> f64,
    value: &impl Fn(&[f64], usize, Base) -> Outcome,
) -> Counts {
    let chunk = part.start / CHUNK;
    let mut made = Written { start: part.start, sink, counts: Counts::default() };
    if let Some((rows, others)) = bases.regular(part) {
        let out = &mut made.sink.values[rows.start - made.start..rows.end - made.start];
        let (own, other) = (&values[rows.clone()], &values[others.clone()]);
        let mut looks = Vec::new();
        for (place, ((out, own), other)) in
            out.chunks_mut(LOOK).zip(own.chunks(LOOK)).zip(other.chunks(LOOK)).enumerate()
        {
            let mut missing = false;
            for ((out, own), other) in out.iter_mut().zip(own).zip(other) {
                *out = plain(*own, *other);
                missing |= out.is_nan();
            }
            if missing {
                looks.push(rows.start + place * LOOK);
            }
        }
        let mut next = bases.odd(chunk).map(|(row, _)| row).peekable();
        for row in looks.into_iter().flat_map(|start| start..rows.end.min(start + LOOK)) {
            while next.next_if(|odd| *odd < row).is_some() {}
            if made.sink.values[row - made.start].is_nan() && next.peek() != Some(&row) {
                made.put(row, value(values, row, Ok(others.start + (row - rows.start))));
            }
        }
    }
    for (row, base) in bases.odd(chunk) {
        made.put(row, value(values, row, base));
    }
    made.counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::base::Which;
    use super::super::growth::{Method, Options, growth};
    use super::super::lag::lag;
    use super::super::order::Order;
    use super::super::reason::written;
    use super::*;

    type Made = Vec<(Vec<f64>, Vec<u8>, Counts)>;

    /// A panel with gaps, missing values, zeros and negative numbers, in order.
    fn panel() -> impl Strategy<Value = (Vec<i64>, Vec<f64>, Vec<f64>)> {
        let number = prop_oneof![6 => -5.0..50.0f64, 1 => Just(0.0), 2 => Just(f64::NAN)];
        prop::collection::vec((0..3i64, 1..3u8, number), 1..300).prop_map(|rows| {
            let (mut unit, mut time) = (0, 2000.0);
            let mut made = (Vec::new(), Vec::new(), Vec::new());
            for (step, years, value) in rows {
                (unit, time) = if step == 0 { (unit + 1, 2000.0) } else { (unit, time + f64::from(years)) };
                made.0.push(unit);
                made.1.push(time);
                made.2.push(value);
            }
            made
        })
    }

    fn of(units: &[i64], times: &[f64], values: &[f64], periods: f64, which: Which) -> Made {
        let order = Order::new(units, times, None, &Cancel::new()).unwrap();
        let bases = Bases::new(&order, units, times, periods, which, None, &Cancel::new()).unwrap();
        let options = Options { signed: false, absent_is_zero: true };
        let (n, cancel) = (units.len(), Cancel::new());
        let mut made = written(n, 1, |sinks| lag(&bases, &[values], false, sinks, None, &cancel)).unwrap();
        made.extend(written(n, 1, |sinks| lag(&bases, &[values], true, sinks, None, &cancel)).unwrap());
        for method in [Method::Percent, Method::Dhs, Method::Cagr, Method::Log] {
            let earlier = (which == Which::Nearest).then_some(&bases);
            let write =
                |sinks: Vec<Sink<'_>>| growth(&bases, earlier, times, &[values], method, options, sinks, None, &cancel);
            made.extend(written(n, 1, write).unwrap());
        }
        made
    }

    proptest! {
        #[test]
        fn whole_columns_and_single_rows_agree(
            (units, times, values) in panel(), periods in prop::sample::select(vec![1.0, 2.0, -1.0, -3.0]), nearest: bool,
        ) {
            let which = if nearest { Which::Nearest } else { Which::Exact };
            let straight = of(&units, &times, &values, periods, which);
            // Reversed rows do not lie in order, so that each is looked at alone.
            let back = |column: &[f64]| column.iter().rev().copied().collect::<Vec<_>>();
            let turned: Vec<i64> = units.iter().rev().copied().collect();
            let other = of(&turned, &back(&times), &back(&values), periods, which);
            for ((made, reasons, counts), (twin, why, count)) in straight.iter().zip(&other) {
                prop_assert_eq!(counts, count);
                prop_assert!(reasons.iter().eq(why.iter().rev()));
                prop_assert!(made.iter().map(|v| v.to_bits()).eq(twin.iter().rev().map(|v| v.to_bits())));
                let missing = made.iter().filter(|value| value.is_nan()).count() as u64;
                prop_assert_eq!(counts.iter().sum::<u64>(), missing);
            }
        }
    }
}
