//! The rows that bind, laid out for the walk: blocks of sixteen rows, column by column within a block.

use crate::numeric::vectorized;

/// Rows per block: four vectors of four numbers, so that four sums are under way at a time.
const WIDTH: usize = 16;

/// Rows x of the constraints x.w <= 1.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    width: usize,
    count: usize,
    cells: Vec<f64>,
}

impl Frame {
    /// A frame of rows of so many numbers.
    pub(super) fn new(width: usize) -> Self {
        Self { width, count: 0, cells: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: &[f64]) {
        let lane = self.count % WIDTH;
        if lane == 0 {
            self.cells.resize(self.cells.len() + WIDTH * self.width, 0.0);
        }
        let start = self.count / WIDTH * WIDTH * self.width;
        for (cell, value) in self.cells[start..].iter_mut().skip(lane).step_by(WIDTH).zip(row) {
            *cell = *value;
        }
        self.count += 1;
    }

    /// Number of rows.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Number of rows with those that fill the last block, which are all zero and never bind.
    pub(super) fn padded(&self) -> usize {
        self.count.div_ceil(WIDTH) * WIDTH
    }

    /// One row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = f64> + '_ {
        let start = row / WIDTH * WIDTH * self.width + row % WIDTH;
        self.cells[start..].iter().step_by(WIDTH).take(self.width).copied()
    }

    /// The products of all rows with a vector.
    pub(super) fn times(&self, vector: &[f64], out: &mut [f64]) {
        vectorized(
            #[inline(always)]
            || {
                for (block, out) in self.blocks().zip(out.chunks_exact_mut(WIDTH)) {
                    out.copy_from_slice(&product(block, vector));
                }
            },
        );
    }

    /// The products of all rows with a direction, and the least ratio of slack to product among products above `tiny`.
    pub(super) fn ratios(&self, direction: &[f64], slack: &[f64], tiny: f64, out: &mut [f64]) -> f64 {
        vectorized(
            #[inline(always)]
            || {
                let mut least = [f64::INFINITY; WIDTH];
                let parts = self.blocks().zip(out.chunks_exact_mut(WIDTH)).zip(slack.chunks_exact(WIDTH));
                for ((block, out), slack) in parts {
                    let sums = product(block, direction);
                    for k in 0..WIDTH {
                        // What is held has no slack and, but for rounding, no product; its slack is given as infinite.
                        let ratio = slack[k].max(0.0) / sums[k];
                        let ratio = if sums[k] > tiny { ratio } else { f64::INFINITY };
                        least[k] = if ratio < least[k] { ratio } else { least[k] };
                    }
                    out.copy_from_slice(&sums);
                }
                least.into_iter().fold(f64::INFINITY, f64::min)
            },
        )
    }

    #[inline(always)]
    fn blocks(&self) -> std::slice::ChunksExact<'_, f64> {
        self.cells.chunks_exact((WIDTH * self.width).max(1))
    }
}

#[inline(always)]
fn product(block: &[f64], vector: &[f64]) -> [f64; WIDTH] {
    let mut sums = [0.0; WIDTH];
    for (column, factor) in block.chunks_exact(WIDTH).zip(vector) {
        for k in 0..WIDTH {
            sums[k] += column[k] * factor;
        }
    }
    sums
}
