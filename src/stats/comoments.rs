//! Counts, means and sums of squares and products of two columns over the rows both have: what covariances and
//! Pearson correlations are made of.
//!
//! Complete columns are taken together, block by block, so that each is read from memory once for all its partners;
//! a pair with gaps is gathered first. Blocks are centered at their own mean and merged in row order.

use std::borrow::Cow;

use ndarray::Array2;
use serde::{Deserialize, Deserializer, Serialize};

use super::cross::Cross;
use crate::error::{Error, Result};
use crate::numeric::dispatch::LANES;
use crate::numeric::unit::{SOUND, largest, needed, times};
use crate::numeric::vectorized;
use crate::parallel::{Cancel, chunks, map};

/// Rows centered at a time: twenty columns stay in the second-level cache.
pub(super) const ROWS: usize = 1024;

/// The joint moments of two columns; merges like [`crate::numeric::Moments`].
///
/// A side that is constant has a sum of squares of exactly zero. Chan T. F., Golub G. H., LeVeque R. J. (1983),
/// Algorithms for computing the sample variance, The American Statistician 37(3): 242-247,
/// doi 10.1080/00031305.1983.10483115.
#[allow(clippy::doc_markdown, reason = "a name")]
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoMoments {
    /// Rows where both are observed.
    pub count: u64,
    /// Mean of the first column over these rows.
    #[serde(deserialize_with = "overflow_as_nan")]
    pub mean_x: f64,
    /// Mean of the second.
    #[serde(deserialize_with = "overflow_as_nan")]
    pub mean_y: f64,
    /// Sum of squared deviations of the first.
    #[serde(deserialize_with = "overflow_as_nan")]
    pub xx: f64,
    /// Sum of squared deviations of the second.
    #[serde(deserialize_with = "overflow_as_nan")]
    pub yy: f64,
    /// Sum of products of deviations.
    #[serde(deserialize_with = "overflow_as_nan")]
    pub xy: f64,
}

/// JSON has no infinity: a sum that overflows is stored as null, and read as not known.
fn overflow_as_nan<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

impl CoMoments {
    /// The joint moments of two columns of equal length; rows where one is NaN do not count.
    pub fn of(x: &[f64], y: &[f64]) -> Self {
        let mut total = Self::default();
        let (mut left, mut right) = (Vec::with_capacity(ROWS), Vec::with_capacity(ROWS));
        for (x, y) in x.chunks(ROWS).zip(y.chunks(ROWS)) {
            left.clear();
            right.clear();
            for (x, y) in x.iter().zip(y) {
                if !x.is_nan() && !y.is_nan() {
                    left.push(*x);
                    right.push(*y);
                }
            }
            let (mean_x, mean_y) = (center(&mut left), center(&mut right));
            let (xx, yy, xy) = (products(&left, &left), products(&right, &right), products(&left, &right));
            total.merge(&Self { count: left.len() as u64, mean_x, mean_y, xx, yy, xy });
        }
        total
    }

    /// Takes in what later rows have.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (mine, theirs) = (self.count as f64, other.count as f64);
        let share = theirs / (mine + theirs);
        let (dx, dy) = (other.mean_x - self.mean_x, other.mean_y - self.mean_y);
        self.count += other.count;
        self.mean_x += dx * share;
        self.mean_y += dy * share;
        self.xx += other.xx + dx * dx * (mine * share);
        self.yy += other.yy + dy * dy * (mine * share);
        self.xy += other.xy + dx * dy * (mine * share);
    }

    /// The covariance with denominator n - 1; NaN for fewer than two rows.
    pub fn covariance(&self) -> f64 {
        if self.count < 2 { f64::NAN } else { self.xy / (self.count - 1) as f64 }
    }

    /// Pearson's correlation; NaN for fewer than three rows or a constant side. Within [-1, 1].
    pub fn correlation(&self) -> f64 {
        let varies = |squares: f64| squares > 0.0;
        if self.count < 3 || !varies(self.xx) || !varies(self.yy) {
            return f64::NAN;
        }
        // The root of the product is exact where both sides are the same; the product of roots cannot overflow.
        let product = self.xx * self.yy;
        let scale = if product.is_normal() { product.sqrt() } else { self.xx.sqrt() * self.yy.sqrt() };
        (self.xy / scale).clamp(-1.0, 1.0)
    }

    /// Seen from the other side.
    #[must_use]
    pub(super) fn turned(&self) -> Self {
        Self { mean_x: self.mean_y, mean_y: self.mean_x, xx: self.yy, yy: self.xx, ..*self }
    }
}

/// Subtracts the mean and returns it. The first value is taken off before, so that a constant gives exact zeros.
#[inline(always)]
pub(super) fn center(values: &mut [f64]) -> f64 {
    let Some(&first) = values.first() else { return 0.0 };
    let mut lanes = [0.0; LANES];
    for eight in values.chunks(LANES) {
        for (lane, value) in lanes.iter_mut().zip(eight) {
            *lane += value - first;
        }
    }
    let offset = lanes.iter().sum::<f64>() / values.len() as f64;
    for value in &mut *values {
        *value = (*value - first) - offset;
    }
    first + offset
}

/// The sum of products in eight lanes.
#[inline(always)]
pub(super) fn products(x: &[f64], y: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (whole_x, rest_x) = x.as_chunks::<LANES>();
    let (whole_y, rest_y) = y.as_chunks::<LANES>();
    for (x, y) in whole_x.iter().zip(whole_y) {
        for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
            *lane += x * y;
        }
    }
    for ((lane, x), y) in lanes.iter_mut().zip(rest_x).zip(rest_y) {
        *lane += x * y;
    }
    lanes.iter().sum()
}

/// The sums of products of one column with four: each the bits of [`products`], in a quarter of the time, because
/// additions of different sums need not wait for each other.
#[inline(always)]
pub(super) fn four_products(x: &[f64], four: [&[f64]; 4]) -> [f64; 4] {
    let mut lanes = [[0.0; LANES]; 4];
    let (whole_x, rest_x) = x.as_chunks::<LANES>();
    let [a, b, c, d] = four.map(|y| y.as_chunks::<LANES>());
    for ((((x, a), b), c), d) in whole_x.iter().zip(a.0).zip(b.0).zip(c.0).zip(d.0) {
        let [mut sums_a, mut sums_b, mut sums_c, mut sums_d] = lanes;
        for i in 0..LANES {
            sums_a[i] += x[i] * a[i];
            sums_b[i] += x[i] * b[i];
            sums_c[i] += x[i] * c[i];
            sums_d[i] += x[i] * d[i];
        }
        lanes = [sums_a, sums_b, sums_c, sums_d];
    }
    for (lanes, y) in lanes.iter_mut().zip([a.1, b.1, c.1, d.1]) {
        for ((lane, x), y) in lanes.iter_mut().zip(rest_x).zip(y) {
            *lane += x * y;
        }
    }
    lanes.map(|lanes| lanes.iter().sum())
}

/// The joint moments of all pairs; entry (i, j) has column i as its first side.
///
/// Columns have equal length. Takes O(n p^2); the bits do not depend on the number of threads.
pub fn comoments(columns: &[&[f64]], threads: Option<usize>, cancel: &Cancel) -> Result<Array2<CoMoments>> {
    let p = columns.len();
    let mut all = Array2::from_elem((p, p), CoMoments::default());
    let gaps = map((0..p).collect(), threads, cancel, || (), |(), i: usize| columns[i].iter().any(|x| x.is_nan()))
        .ok_or_else(Error::interrupted)?;
    let complete: Vec<usize> = (0..p).filter(|i| !gaps[*i]).collect();
    let together: Vec<&[f64]> = complete.iter().map(|i| columns[*i]).collect();
    // Each block of rows is centered once for all pairs of columns without gaps.
    let rows = together.iter().map(|column| column.len()).min().unwrap_or(0);
    let parts = map(
        chunks(rows),
        threads,
        cancel,
        || (),
        |(), rows| {
            let mut part = Cross::new();
            part.complete(&together.iter().map(|column| &column[rows.clone()]).collect::<Vec<_>>());
            part
        },
    )
    .ok_or_else(Error::interrupted)?;
    let mut total = Cross::new();
    for part in &parts {
        total.merge(part);
    }
    for (i, own) in complete.iter().enumerate() {
        for (j, other) in complete.iter().enumerate().skip(i) {
            all[(*own, *other)] = total.pair(i, j);
        }
    }
    let pairs: Vec<(usize, usize)> =
        (0..p).flat_map(|i| (i..p).map(move |j| (i, j))).filter(|(i, j)| gaps[*i] || gaps[*j]).collect();
    let found = map(
        pairs.clone(),
        threads,
        cancel,
        || (),
        |(), (i, j)| {
            vectorized(
                #[inline(always)]
                || CoMoments::of(columns[i], columns[j]),
            )
        },
    )
    .ok_or_else(Error::interrupted)?;
    for ((i, j), moments) in pairs.into_iter().zip(found) {
        all[(i, j)] = moments;
    }
    for i in 0..p {
        for j in 0..i {
            all[(i, j)] = all[(j, i)].turned();
        }
    }
    Ok(all)
}

/// The same of columns each times a power of two, which is 1 wherever sums of squares are sound (see
/// [`crate::numeric::unit`]), and these factors: correlations do not ask for the unit of a column.
pub fn comoments_scaled(
    columns: &[&[f64]],
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<(Array2<CoMoments>, Vec<f64>)> {
    let all = comoments(columns, threads, cancel)?;
    let factor = |(i, column): (usize, &&[f64])| {
        if SOUND.contains(&all[(i, i)].xx) { 1.0 } else { needed(largest(*column)) }
    };
    let factors: Vec<f64> = columns.iter().enumerate().map(factor).collect();
    if factors.iter().all(|factor| *factor == 1.0) {
        return Ok((all, factors));
    }
    let scaled: Vec<Cow<'_, [f64]>> = columns.iter().zip(&factors).map(|(column, by)| times(column, *by)).collect();
    let views: Vec<&[f64]> = scaled.iter().map(AsRef::as_ref).collect();
    Ok((comoments(&views, threads, cancel)?, factors))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        let moments = CoMoments::of(&[1.0, 2.0, 3.0, f64::NAN], &[2.0, 4.0, 9.0, 1.0]);
        assert_eq!((moments.count, moments.mean_x, moments.mean_y), (3, 2.0, 5.0));
        assert_eq!((moments.xx, moments.yy, moments.xy), (2.0, 26.0, 7.0));
        assert_eq!(moments.covariance(), 3.5);
        assert!((moments.correlation() - 7.0 / 52.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn constants_are_constant_and_twins_are_one() {
        let ramp: Vec<f64> = (0..5000).map(|i| 1e9 + f64::from(i % 97) * 0.1).collect();
        let constant = vec![0.1; 5000];
        let all = comoments(&[&ramp, &constant, &ramp], None, &Cancel::new()).unwrap();
        assert_eq!(all[(1, 1)].xx, 0.0);
        assert!(all[(0, 1)].correlation().is_nan() && all[(1, 1)].correlation().is_nan());
        assert_eq!((all[(0, 2)].correlation(), all[(0, 0)].correlation()), (1.0, 1.0));
        assert!(CoMoments::of(&ramp[..2], &ramp[..2]).correlation().is_nan());
        assert!(CoMoments::of(&[], &[]).covariance().is_nan());
        assert!(comoments(&[], None, &Cancel::new()).unwrap().is_empty());
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let columns: Vec<Vec<f64>> = (0..4)
            .map(|j| {
                let value = |i: usize| ((i * (j + 3)) as f64 * 0.7).sin() * 1e3 + j as f64;
                (0..50_000).map(|i| if j == 3 && i % 7 == 0 { f64::NAN } else { value(i) }).collect()
            })
            .collect();
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let one = comoments(&views, Some(1), &Cancel::new()).unwrap();
        assert_eq!(one, comoments(&views, Some(3), &Cancel::new()).unwrap());
        for i in 0..4 {
            for j in 0..4 {
                let alone = CoMoments::of(views[i], views[j]);
                assert!((alone.xy - one[(i, j)].xy).abs() <= 1e-12 * (alone.xx * alone.yy).sqrt());
                assert_eq!(alone.count, one[(i, j)].count);
            }
        }
    }

    proptest! {
        #[test]
        fn pairs_are_symmetric_and_shifts_do_not_matter(
            x in prop::collection::vec(prop_oneof![4 => -5.0..5.0f64, 1 => Just(f64::NAN)], 3..40),
            shift in -100.0..100.0f64,
        ) {
            let y: Vec<f64> = x.iter().enumerate().map(|(i, v)| v * 0.3 + (i as f64).cos()).collect();
            let moved: Vec<f64> = x.iter().map(|v| v + shift).collect();
            let (a, b, c) = (CoMoments::of(&x, &y), CoMoments::of(&y, &x), CoMoments::of(&moved, &y));
            prop_assert_eq!(a.turned(), b);
            prop_assert!((a.xy - c.xy).abs() < 1e-11);
        }
    }
}
