//! Joint moments of all pairs of several columns, as a state that merges: what weights learned from correlations keep.
//!
//! In each block the complete rows are centered once for all pairs; to them each pair adds the other rows that both have
//! (`pairwise`), or nothing (`listwise`).

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::comoments::{CoMoments, ROWS, center, four_products, products};
use crate::numeric::vectorized;

/// Joint moments of all pairs of columns; entry (i, j), i <= j, of the upper triangle by rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cross {
    pairs: Vec<CoMoments>,
}

/// Whether no value is missing.
fn is_complete(values: &[f64]) -> bool {
    let missing: u64 = vectorized(
        #[inline(always)]
        || values.iter().map(|x| u64::from(x.is_nan())).sum(),
    );
    missing == 0
}

/// Where the pair of columns i <= j of `p` is kept.
fn place(p: usize, i: usize, j: usize) -> usize {
    i * p + j - i * (i + 1) / 2
}

impl Cross {
    /// Of nothing yet.
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    /// Takes in a block of columns of equal length.
    pub fn update(&mut self, columns: &[&[f64]], listwise: bool) {
        let p = columns.len();
        self.pairs.resize(p * (p + 1) / 2, CoMoments::default());
        let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
        for start in (0..rows).step_by(ROWS) {
            let end = rows.min(start + ROWS);
            // A column without any value here is in no pair.
            let observed = |i: &usize| columns[*i][start..end].iter().any(|x| !x.is_nan());
            let active: Vec<usize> = (0..p).filter(observed).collect();
            if listwise && active.len() < p {
                continue;
            }
            let part: Vec<&[f64]> = active.iter().map(|i| &columns[*i][start..end]).collect();
            if part.iter().all(|column| is_complete(column)) {
                self.block(&part, &active, p);
                continue;
            }
            let kept = super::complete_rows(&part);
            let rows = |whole: bool| -> Vec<Vec<f64>> {
                let of =
                    |column: &&[f64]| column.iter().zip(&kept).filter(|(_, k)| **k == whole).map(|(x, _)| *x).collect();
                part.iter().map(of).collect()
            };
            self.block(&rows(true).iter().map(Vec::as_slice).collect::<Vec<_>>(), &active, p);
            if !listwise {
                let rest = rows(false);
                for (x, i) in rest.iter().zip(&active) {
                    for (y, j) in rest.iter().zip(&active).filter(|(_, j)| i <= *j) {
                        self.pairs[place(p, *i, *j)].merge(&CoMoments::of(x, y));
                    }
                }
            }
        }
    }

    /// Takes in columns of equal length without gaps.
    pub(super) fn complete(&mut self, columns: &[&[f64]]) {
        let p = columns.len();
        self.pairs.resize(p * (p + 1) / 2, CoMoments::default());
        let places: Vec<usize> = (0..p).collect();
        let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
        for start in (0..rows).step_by(ROWS) {
            let part: Vec<&[f64]> = columns.iter().map(|column| &column[start..rows.min(start + ROWS)]).collect();
            self.block(&part, &places, p);
        }
    }

    /// At most [`ROWS`] rows without gaps, of the columns at these places among `p`.
    fn block(&mut self, columns: &[&[f64]], places: &[usize], p: usize) {
        let count = columns.first().map_or(0, |column| column.len());
        let mut centered = vec![0.0; columns.len() * ROWS];
        vectorized(
            #[inline(always)]
            || {
                let mut means = Vec::with_capacity(columns.len());
                for (column, space) in columns.iter().zip(centered.chunks_mut(ROWS)) {
                    space[..count].copy_from_slice(column);
                    means.push(center(&mut space[..count]));
                }
                let column = |i: usize| &centered[i * ROWS..i * ROWS + count];
                let squares: Vec<f64> = (0..columns.len()).map(|i| products(column(i), column(i))).collect();
                let mut merge = |i: usize, j: usize, xy: f64| {
                    let (xx, yy) = (squares[i], squares[j]);
                    let found = CoMoments { count: count as u64, mean_x: means[i], mean_y: means[j], xx, yy, xy };
                    self.pairs[place(p, places[i], places[j])].merge(&found);
                };
                for (i, square) in squares.iter().enumerate() {
                    merge(i, i, *square);
                    let mut j = i + 1;
                    while j + 4 <= columns.len() {
                        let four = four_products(column(i), [column(j), column(j + 1), column(j + 2), column(j + 3)]);
                        for (k, xy) in four.into_iter().enumerate() {
                            merge(i, j + k, xy);
                        }
                        j += 4;
                    }
                    for j in j..columns.len() {
                        merge(i, j, products(column(i), column(j)));
                    }
                }
            },
        );
    }

    /// Adds what later rows had.
    pub fn merge(&mut self, later: &Self) {
        self.pairs.resize(later.pairs.len().max(self.pairs.len()), CoMoments::default());
        for (mine, theirs) in self.pairs.iter_mut().zip(&later.pairs) {
            mine.merge(theirs);
        }
    }

    /// The number of columns: that with p (p + 1) / 2 pairs.
    pub fn width(&self) -> usize {
        ((8 * self.pairs.len() + 1).isqrt() - 1) / 2
    }

    /// The joint moments of two columns, the one further left first; of nothing where there is no such column.
    pub fn pair(&self, i: usize, j: usize) -> CoMoments {
        let (p, i, j) = (self.width(), i.min(j), i.max(j));
        if j < p { self.pairs.get(place(p, i, j)).copied().unwrap_or_default() } else { CoMoments::default() }
    }

    /// A symmetric matrix, entry by entry.
    pub fn matrix(&self, of: impl Fn(&CoMoments) -> f64) -> Array2<f64> {
        let p = self.width();
        Array2::from_shape_fn((p, p), |(i, j)| of(&self.pair(i, j)))
    }

    /// Correlations; NaN for fewer than three rows or a constant side.
    pub fn correlations(&self) -> Array2<f64> {
        self.matrix(CoMoments::correlation)
    }

    /// Covariances with denominator n - 1; NaN for fewer than two rows.
    pub fn covariances(&self) -> Array2<f64> {
        self.matrix(CoMoments::covariance)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a pair is, computed plainly: count, means, sums of squares and products.
    fn twin(x: &[f64], y: &[f64], used: impl Fn(usize) -> bool) -> [f64; 6] {
        let rows: Vec<usize> = (0..x.len()).filter(|row| used(*row)).collect();
        let n = rows.len() as f64;
        let mean = |column: &[f64]| if n == 0.0 { 0.0 } else { rows.iter().map(|row| column[*row]).sum::<f64>() / n };
        let (a, b) = (mean(x), mean(y));
        let sum = |of: &dyn Fn(usize) -> f64| rows.iter().map(|row| of(*row)).sum::<f64>();
        [
            n,
            a,
            b,
            sum(&|row| (x[row] - a).powi(2)),
            sum(&|row| (y[row] - b).powi(2)),
            sum(&|row| (x[row] - a) * (y[row] - b)),
        ]
    }

    fn numbers(pair: &CoMoments) -> [f64; 6] {
        [pair.count as f64, pair.mean_x, pair.mean_y, pair.xx, pair.yy, pair.xy]
    }

    #[test]
    fn a_column_without_values_leaves_the_others_alone() {
        let ramp: Vec<f64> = (0..3000).map(f64::from).collect();
        let waves: Vec<f64> = ramp.iter().map(|x| (x * 0.1).sin()).collect();
        let (nothing, constant) = (vec![f64::NAN; 3000], vec![0.1; 3000]);
        let (mut with, mut without) = (Cross::new(), Cross::new());
        with.update(&[&ramp, &nothing, &waves, &constant], false);
        without.update(&[&ramp, &waves, &constant], false);
        assert_eq!((with.pair(0, 2), with.pair(2, 3)), (without.pair(0, 1), without.pair(1, 2)));
        assert_eq!((with.width(), with.pair(1, 2).count, with.pair(3, 3).xx), (4, 0, 0.0));
        assert_eq!((Cross::new().pair(2, 1), with.pair(0, 4)), (CoMoments::default(), CoMoments::default()));
        let mut listwise = Cross::new();
        listwise.update(&[&ramp, &nothing], true);
        assert_eq!(listwise.pair(0, 0).count, 0);
    }

    proptest! {
        #[test]
        fn merged_blocks_are_the_whole_and_the_plain_formulas(
            rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, -5.0..5.0f64), 3), 4..60),
            cut in 0usize..60, listwise: bool, offset in prop_oneof![Just(0.0), Just(1e6)],
        ) {
            let columns: Vec<Vec<f64>> =
                (0..3).map(|j| rows.iter().map(|row| row[j].map_or(f64::NAN, |x| x + offset)).collect()).collect();
            let cut = cut.min(rows.len());
            let part = |from: usize, to: usize| columns.iter().map(|c| &c[from..to]).collect::<Vec<_>>();
            let (mut whole, mut first, mut second) = (Cross::default(), Cross::default(), Cross::default());
            whole.update(&part(0, rows.len()), listwise);
            first.update(&part(0, cut), listwise);
            second.update(&part(cut, rows.len()), listwise);
            first.merge(&second);
            for i in 0..3 {
                for j in i..3 {
                    let usable = |row: usize| {
                        let row = &rows[row];
                        if listwise { row.iter().all(Option::is_some) } else { row[i].is_some() && row[j].is_some() }
                    };
                    let plain = twin(&columns[i], &columns[j], usable);
                    // The offset costs digits of the deviations themselves: 1e-12 of it, not of its square.
                    let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs().max(100.0).max(offset);
                    for ((a, b), c) in numbers(&whole.pair(i, j)).into_iter().zip(numbers(&first.pair(i, j))).zip(plain) {
                        prop_assert!(near(a, b) && near(a, c), "{a} {b} {c}");
                    }
                }
            }
        }
    }
}
