//! Joint moments of all pairs of several columns, as a state that merges: what weights learned from correlations keep.
//!
//! Blocks without gaps are centered once for all pairs; in others each pair uses the rows both have (`pairwise`), or all
//! pairs the rows that are complete (`listwise`).

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::comoments::{CoMoments, ROWS, center, products};
use crate::numeric::vectorized;

/// Joint moments of all pairs of columns; entry (i, j), i <= j, of the upper triangle by rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cross {
    pairs: Vec<CoMoments>,
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
            let part: Vec<&[f64]> = columns.iter().map(|column| &column[start..end]).collect();
            if !part.iter().any(|column| column.iter().any(|x| x.is_nan())) {
                self.complete(&part);
            } else if listwise {
                let kept = super::complete_rows(&part);
                let chosen: Vec<Vec<f64>> = part
                    .iter()
                    .map(|column| column.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(x, _)| *x).collect())
                    .collect();
                self.complete(&chosen.iter().map(Vec::as_slice).collect::<Vec<_>>());
            } else {
                let mut place = 0;
                for i in 0..p {
                    for j in i..p {
                        self.pairs[place].merge(&CoMoments::of(part[i], part[j]));
                        place += 1;
                    }
                }
            }
        }
    }

    /// At most [`ROWS`] rows without gaps.
    fn complete(&mut self, columns: &[&[f64]]) {
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
                let mut place = 0;
                for i in 0..columns.len() {
                    for j in i..columns.len() {
                        let xy = if i == j { squares[i] } else { products(column(i), column(j)) };
                        let (xx, yy) = (squares[i], squares[j]);
                        let found = CoMoments { count: count as u64, mean_x: means[i], mean_y: means[j], xx, yy, xy };
                        self.pairs[place].merge(&found);
                        place += 1;
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

    /// The number of columns.
    pub fn width(&self) -> usize {
        let mut p = 0;
        while (p + 1) * (p + 2) / 2 <= self.pairs.len() {
            p += 1;
        }
        p
    }

    /// The joint moments of columns i <= j.
    pub fn pair(&self, i: usize, j: usize) -> CoMoments {
        let (p, i, j) = (self.width(), i.min(j), i.max(j));
        self.pairs.get(i * p + j - i * (i + 1) / 2).copied().unwrap_or_default()
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

    proptest! {
        #[test]
        fn merged_blocks_are_the_whole(
            rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, -5.0..5.0f64), 3), 4..60),
            cut in 0usize..60, listwise: bool,
        ) {
            let columns: Vec<Vec<f64>> =
                (0..3).map(|j| rows.iter().map(|row| row[j].unwrap_or(f64::NAN)).collect()).collect();
            let cut = cut.min(rows.len());
            let part = |from: usize, to: usize| columns.iter().map(|c| &c[from..to]).collect::<Vec<_>>();
            let (mut whole, mut first, mut second) = (Cross::default(), Cross::default(), Cross::default());
            whole.update(&part(0, rows.len()), listwise);
            first.update(&part(0, cut), listwise);
            second.update(&part(cut, rows.len()), listwise);
            first.merge(&second);
            for i in 0..3 {
                for j in i..3 {
                    let (a, b) = (whole.pair(i, j), first.pair(i, j));
                    prop_assert_eq!(a.count, b.count);
                    prop_assert!((a.xy - b.xy).abs() < 1e-10 && (a.xx - b.xx).abs() < 1e-10);
                    let usable = |row: &&Vec<Option<f64>>| {
                        if listwise { row.iter().all(Option::is_some) } else { row[i].is_some() && row[j].is_some() }
                    };
                    prop_assert_eq!(a.count as usize, rows.iter().filter(usable).count());
                }
            }
        }
    }
}
