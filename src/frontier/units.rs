//! Units as the walk wants them: columns divided by their largest value, equal rows once, similar rows next to each other.

use std::cmp::Ordering;

use crate::numeric::Sum;

/// Coordinates that decide who is near whom.
const LEADING: usize = 4;

/// Distinct units in the order of the walk.
#[derive(Debug)]
pub(super) struct Units {
    /// Number of columns.
    pub(super) width: usize,
    /// Scaled values, row by row.
    cells: Vec<f64>,
    /// The first row of the caller that each unit stands for.
    pub(super) first: Vec<usize>,
    /// The unit of every row of the caller; none for rows that have no part.
    pub(super) place: Vec<Option<usize>>,
    /// Means of the scaled columns over the caller's rows that have a part.
    pub(super) means: Vec<f64>,
}

impl Units {
    /// Takes in columns, divided by `scale`. A row with a missing value has no part, or with `leave_out` the value has
    /// none: it is zero, which neither helps the unit nor binds others.
    pub(super) fn new(columns: &[&[f64]], scale: &[f64], leave_out: bool) -> Self {
        let width = columns.len();
        let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
        let mut cells = Vec::with_capacity(rows * width);
        let mut kept = Vec::with_capacity(rows);
        let mut row = vec![0.0; width];
        for i in 0..rows {
            let mut missing = 0;
            for ((cell, column), scale) in row.iter_mut().zip(columns).zip(scale) {
                let value = column[i];
                missing += usize::from(value.is_nan());
                *cell = if value.is_nan() { 0.0 } else { value / scale };
            }
            if missing == 0 || (leave_out && missing < width) {
                cells.extend_from_slice(&row);
                kept.push(i);
            }
        }
        let count = kept.len();
        let mut sums = vec![Sum::default(); width];
        for row in cells.chunks_exact(width.max(1)) {
            sums.iter_mut().zip(row).for_each(|(sum, x)| sum.add(*x));
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum.value() / (count.max(1) as f64)).collect();
        let keys: Vec<u64> = cells.chunks_exact(width.max(1)).map(|row| key(row, &means)).collect();
        let of = |k: usize| &cells[k * width..(k + 1) * width];
        let compare =
            |a: &usize, b: &usize| keys[*a].cmp(&keys[*b]).then_with(|| by_value(of(*a), of(*b))).then(a.cmp(b));
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_unstable_by(compare);
        let (mut first, mut place, mut sorted) =
            (Vec::with_capacity(count), vec![None; rows], Vec::with_capacity(count * width));
        for (at, k) in order.iter().enumerate() {
            if at == 0 || by_value(of(order[at - 1]), of(*k)) != Ordering::Equal {
                first.push(kept[*k]);
                sorted.extend_from_slice(of(*k));
            }
            place[kept[*k]] = Some(first.len() - 1);
        }
        Self { width, cells: sorted, first, place, means }
    }

    /// Number of distinct units.
    pub(super) fn count(&self) -> usize {
        self.first.len()
    }

    /// The scaled values of a unit.
    pub(super) fn row(&self, unit: usize) -> &[f64] {
        &self.cells[unit * self.width..(unit + 1) * self.width]
    }
}

fn by_value(a: &[f64], b: &[f64]) -> Ordering {
    a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The leading coordinates, relative to the mean, the greatest first.
fn key(row: &[f64], means: &[f64]) -> u64 {
    let mut top = [(f64::NEG_INFINITY, 0usize); LEADING];
    for (q, (x, mean)) in row.iter().zip(means).enumerate() {
        let value = if *mean > 0.0 { x / mean } else { 0.0 };
        let mut entry = (value, q);
        for held in &mut top {
            if entry.0 > held.0 {
                std::mem::swap(held, &mut entry);
            }
        }
    }
    top.iter().fold(0, |key, (_, q)| (key << 16) | (*q as u64 & 0xFFFF))
}
