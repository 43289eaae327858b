//! The memory of output columns, and its cut into tasks.

use std::ops::{Deref, DerefMut};

use crate::parallel::CHUNK;

/// Memory of an output column: our own, or lent by the caller.
pub(super) enum Memory<'m> {
    Own(Vec<f64>),
    Lent(&'m mut [f64]),
}

impl Deref for Memory<'_> {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match self {
            Self::Own(values) => values,
            Self::Lent(values) => values,
        }
    }
}

impl DerefMut for Memory<'_> {
    fn deref_mut(&mut self) -> &mut [f64] {
        match self {
            Self::Own(values) => values,
            Self::Lent(values) => values,
        }
    }
}

/// Output columns of a number of rows.
pub(super) struct Room<'m> {
    pub(super) numbers: Vec<Memory<'m>>,
    pub(super) contributions: Vec<Vec<f64>>,
    pub(super) levels: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) assumed: Vec<u16>,
}

impl Room<'_> {
    /// Everything missing.
    pub(super) fn clear(&mut self) {
        for column in &mut self.numbers {
            column.fill(f64::NAN);
        }
        for column in &mut self.contributions {
            column.fill(f64::NAN);
        }
    }

    pub(super) fn scatter(&mut self, part: &Room<'_>, rows: &[usize]) {
        let numbers = self.numbers.iter_mut().zip(&part.numbers).map(|(whole, part)| (&mut **whole, &**part));
        let contributions = self.contributions.iter_mut().zip(&part.contributions);
        let contributions = contributions.map(|(whole, part)| (whole.as_mut_slice(), part.as_slice()));
        for (whole, part) in numbers.chain(contributions) {
            for (row, value) in rows.iter().zip(part) {
                whole[*row] = *value;
            }
        }
        for (whole, part) in self.levels.iter_mut().zip(&part.levels) {
            for (i, row) in rows.iter().enumerate() {
                whole.0[*row] = part.0[i];
                whole.1[*row] = part.1[i];
            }
        }
        for (row, value) in rows.iter().zip(&part.assumed) {
            self.assumed[*row] = *value;
        }
    }
}

/// One task's part of the output columns.
pub(super) struct Task<'r> {
    pub(super) from: usize,
    pub(super) len: usize,
    pub(super) numbers: Vec<&'r mut [f64]>,
    pub(super) contributions: Vec<&'r mut [f64]>,
    pub(super) levels: Vec<(&'r mut [u8], &'r mut [u8])>,
    pub(super) assumed: &'r mut [u16],
}

pub(super) fn cut<'r>(room: &'r mut Room<'_>, rows: usize) -> Vec<Task<'r>> {
    let mut tasks: Vec<Task<'_>> = Vec::new();
    let mut numbers: Vec<_> = room.numbers.iter_mut().map(|column| column.chunks_mut(CHUNK)).collect();
    let mut contributions: Vec<_> = room.contributions.iter_mut().map(|column| column.chunks_mut(CHUNK)).collect();
    let mut levels: Vec<_> = room
        .levels
        .iter_mut()
        .map(|(certain, possible)| (certain.chunks_mut(CHUNK), possible.chunks_mut(CHUNK)))
        .collect();
    for (k, assumed) in room.assumed.chunks_mut(CHUNK).enumerate() {
        let from = k * CHUNK;
        tasks.push(Task {
            from,
            len: CHUNK.min(rows - from),
            numbers: numbers.iter_mut().filter_map(Iterator::next).collect(),
            contributions: contributions.iter_mut().filter_map(Iterator::next).collect(),
            levels: levels.iter_mut().filter_map(|(a, b)| a.next().zip(b.next())).collect(),
            assumed,
        });
    }
    tasks
}
