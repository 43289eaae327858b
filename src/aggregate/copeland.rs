//! `copeland`: in how many pairwise comparisons a unit wins, less those it loses.
//!
//! Unit i beats j when `o[i, j] > 1/2`, the share of weight where i scores higher plus half of the weight where both score
//! the same: the score is the sum over j of `sign(o[i, j] - 1/2)`, a whole number from -(n - 1) to n - 1. Only children
//! observed for both count, their weights scaled to sum one, so that `o[i, j] + o[j, i] = 1` whatever the order of the rows;
//! units without a common child leave each other's score as it is. That scaling does not change the sign, which is taken of
//! `sum(w sign(x[i] - x[j]))`; within 1e-12 of the sum of all weights it is a tie (without a tolerance, halves that round
//! differently count as losses). A unit observed on no child with weight has no score. The scores depend on who else is
//! there and compare within one population only. O(n^2) time, O(n) memory.
//!
//! OECD/JRC (2008), step 7, doi:10.1787/9789264043466-en; Copeland (1951), "A reasonable social welfare function".

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use std::sync::atomic::{AtomicI64, Ordering};

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::{AggregateMethod, Population};
use crate::numeric::vectorized;
use crate::parallel::map;

/// Rows per task.
const STRIP: usize = 128;
/// Opponents at a time: their scores and the sums of one row stay in the first-level cache.
const TILE: usize = 256;
/// Sums within this share of the weights are ties: they are rounding errors of sums of weights.
const TIE: f64 = 1e-12;

/// Pairwise wins less losses.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Copeland {}

impl AggregateMethod for Copeland {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    // A unit's own score never falls when a child rises, but its range is not the image of the children's ends.
    fn monotone(&self) -> bool {
        false
    }

    fn relative(&self) -> bool {
        true
    }

    fn against(&self, population: &Population<'_>, out: &mut [f64]) -> bool {
        let (records, rows) = (Used::of(population.records, population), Used::of(population.rows, population));
        let together = population.among_themselves();
        let totals: Vec<AtomicI64> = out.iter().map(|_| AtomicI64::new(0)).collect();
        let size = records.size();
        let strips: Vec<usize> = (0..out.len()).step_by(STRIP).collect();
        // Whole numbers: they add up to the same in any order.
        let work = |space: &mut Space, start: usize| {
            let end = out.len().min(start + STRIP);
            space.losses.clear();
            space.losses.resize(if together { size } else { 0 }, 0.0);
            let mut first = if together { start } else { 0 };
            while first < size {
                let last = size.min(first + TILE);
                for (i, total) in totals.iter().enumerate().take(end).skip(start) {
                    // Among themselves each pair is met once, from its earlier row.
                    let begin = if together { first.max(i + 1).min(last) } else { first };
                    let losses = space.losses.get_mut(begin..last).unwrap_or_default();
                    let sums = &mut space.sums[..last - begin];
                    rows.row(i, &mut space.row);
                    let balance = vectorized(
                        #[inline(always)]
                        || {
                            records.margins(&space.row, begin, sums);
                            signs(sums, records.tie, losses)
                        },
                    );
                    total.fetch_add(balance as i64, Ordering::Relaxed);
                }
                first = last;
            }
            for (loss, total) in space.losses.iter().zip(&totals).skip(start) {
                total.fetch_sub(*loss as i64, Ordering::Relaxed);
            }
        };
        if map(strips, population.threads, population.cancel, Space::new, work).is_none() {
            return false;
        }
        for (i, (score, total)) in out.iter_mut().zip(totals).enumerate() {
            *score = if rows.observed(i) { total.into_inner() as f64 } else { f64::NAN };
        }
        true
    }

    fn formula(&self) -> &'static str {
        "sum over the other units of sign(sum(w [x > other]) - sum(w [x < other]))"
    }

    fn latex(&self) -> String {
        r"y = \sum_i \operatorname{sign}\Bigl(\sum_j w_j \operatorname{sign}(x_j - x_{ij})\Bigr)".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7, doi:10.1787/9789264043466-en",
            "Copeland (1951), A reasonable social welfare function",
        ]
    }
}

/// What a thread works with.
struct Space {
    row: Vec<f64>,
    sums: Vec<f64>,
    losses: Vec<f64>,
}

impl Space {
    fn new() -> Self {
        Self { row: Vec::new(), sums: vec![0.0; TILE], losses: Vec::new() }
    }
}

/// The children with weight.
struct Used<'a> {
    children: Vec<(&'a [f64], f64)>,
    tie: f64,
}

impl<'a> Used<'a> {
    fn of(columns: &'a [&'a [f64]], population: &Population<'_>) -> Self {
        Self::new(columns, population.weights)
    }

    fn new(columns: &[&'a [f64]], weights: &[f64]) -> Self {
        let children: Vec<_> = columns.iter().copied().zip(weights.iter().copied()).filter(|(_, w)| *w > 0.0).collect();
        let tie = TIE * children.iter().map(|(_, weight)| weight).sum::<f64>();
        Self { children, tie }
    }

    fn size(&self) -> usize {
        self.children.iter().map(|(child, _)| child.len()).min().unwrap_or(0)
    }

    fn observed(&self, i: usize) -> bool {
        self.children.iter().any(|(child, _)| child.get(i).is_some_and(|x| !x.is_nan()))
    }

    fn row(&self, i: usize, row: &mut Vec<f64>) {
        row.clear();
        row.extend(self.children.iter().map(|(child, _)| child.get(i).copied().unwrap_or(f64::NAN)));
    }

    /// Weight where the row is better less weight where it is worse than the records from `begin` on. A comparison with
    /// NaN is false, so missing scores drop out by themselves.
    #[inline(always)]
    fn margins(&self, row: &[f64], begin: usize, sums: &mut [f64]) {
        sums.fill(0.0);
        let end = begin + sums.len();
        for ((child, weight), own) in self.children.iter().zip(row) {
            let (weight, own) = (*weight, *own);
            for (sum, other) in sums.iter_mut().zip(&child[begin..end]) {
                *sum += when(own > *other, weight) - when(own < *other, weight);
            }
        }
    }
}

/// The value where `holds`, else zero: a mask, because the compiler makes branches of two opposite choices.
#[inline(always)]
fn when(holds: bool, value: f64) -> f64 {
    f64::from_bits(value.to_bits() & u64::from(holds).wrapping_neg())
}

/// The sum of the signs, which are also added to `signed` where there is room.
#[inline(always)]
fn signs(sums: &mut [f64], tie: f64, signed: &mut [f64]) -> f64 {
    for sum in sums.iter_mut() {
        *sum = when(*sum > tie, 1.0) - when(*sum < -tie, 1.0);
    }
    for (total, sign) in signed.iter_mut().zip(sums.iter()) {
        *total += sign;
    }
    let mut lanes = [0.0; 8];
    let whole = sums.chunks_exact(8);
    let rest: f64 = whole.remainder().iter().sum();
    for eight in whole {
        for (lane, sign) in lanes.iter_mut().zip(eight) {
            *lane += sign;
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// The outranking matrix: `o[i, j]` is the share of weight where unit i scores higher than j plus half of the weight where both
/// score the same.
///
/// Columns hold one score a unit, more being better. Only columns observed for both units count, with their weights scaled
/// to sum one, so `o[i, j] + o[j, i] = 1`; the diagonal is 0, and a pair without a common column is NaN both ways. Takes n x n
/// numbers; the Copeland score does without.
///
/// OECD/JRC (2008), tables 35 and 36, doi:10.1787/9789264043466-en.
pub fn outranking(columns: &[&[f64]], weights: &[f64]) -> Array2<f64> {
    let used = Used::new(columns, weights);
    let n = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    let mut matrix = Array2::zeros((n, n));
    let mut sums = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
    for i in 0..n {
        let [better, worse, equal] = &mut sums;
        vectorized(
            #[inline(always)]
            || {
                better.fill(0.0);
                worse.fill(0.0);
                equal.fill(0.0);
                for (child, weight) in &used.children {
                    let own = child[i];
                    for (j, other) in child.iter().enumerate().take(n).skip(i + 1) {
                        better[j] += if own > *other { *weight } else { 0.0 };
                        worse[j] += if own < *other { *weight } else { 0.0 };
                        equal[j] += if own == *other { *weight } else { 0.0 };
                    }
                }
            },
        );
        for j in i + 1..n {
            // Without a loss the share is exactly one, however the weights round.
            let common = (better[j] + worse[j]) + equal[j];
            matrix[[i, j]] = (better[j] + 0.5 * equal[j]) / common;
            matrix[[j, i]] = (worse[j] + 0.5 * equal[j]) / common;
        }
    }
    matrix
}

/// The share of dominance pairs: pairs of units of which one is better on every child observed for both (an entry of the
/// outranking matrix is exactly one), over n (n - 1) / 2. NaN for fewer than two units, which have no pair.
pub fn dominance(outranking: &Array2<f64>) -> f64 {
    let n = outranking.nrows() as f64;
    outranking.iter().filter(|entry| **entry == 1.0).count() as f64 / (n * (n - 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parallel::Cancel;

    fn scores(records: &[&[f64]], rows: &[&[f64]], weights: &[f64], threads: usize) -> Vec<f64> {
        let cancel = Cancel::new();
        let population = Population { records, rows, weights, names: &[], threads: Some(threads), cancel: &cancel };
        let mut out = vec![0.5; rows.first().map_or(0, |row| row.len())];
        assert!(Copeland {}.against(&population, &mut out));
        out
    }

    fn same(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
    }

    /// Eight indicators of the Technology Achievement Index for Finland, United States, Sweden, Japan, Korea: OECD/JRC
    /// (2008), table 35.
    const FIVE: [[f64; 5]; 8] = [
        [187.0, 289.0, 271.0, 994.0, 779.0],
        [125.6, 130.0, 156.6, 64.6, 9.8],
        [200.2, 179.1, 125.8, 49.0, 4.8],
        [50.7, 66.2, 59.7, 80.8, 66.7],
        [3.08, 2.997, 3.096, 3.003, 2.972],
        [4.15, 4.073, 4.145, 3.865, 3.653],
        [10.0, 12.0, 11.4, 9.5, 10.8],
        [27.4, 13.9, 15.3, 10.0, 23.2],
    ];

    #[test]
    fn technology_achievement_of_five_countries() {
        let columns: Vec<&[f64]> = FIVE.iter().map(<[f64; 5]>::as_slice).collect();
        // OECD/JRC (2008), table 36.
        let expected = ndarray::arr2(&[
            [0.0, 0.5, 0.375, 0.75, 0.625],
            [0.5, 0.0, 0.5, 0.625, 0.625],
            [0.625, 0.5, 0.0, 0.75, 0.625],
            [0.25, 0.375, 0.25, 0.0, 0.75],
            [0.375, 0.375, 0.375, 0.25, 0.0],
        ]);
        let matrix = outranking(&columns, &[1.0; 8]);
        assert_eq!(matrix, expected);
        assert_eq!(dominance(&matrix), 0.0);
        assert_eq!(scores(&columns, &columns, &[1.0; 8], 1), [1.0, 2.0, 3.0, -2.0, -4.0]);
    }

    #[test]
    fn missing_scores_do_not_favor_a_row() {
        // Three indicators, two units, one of them observed on the first two only: one win each, whichever comes first.
        let (a, b) = ([3.0, 1.0], [1.0, 2.0]);
        let c = [f64::NAN, 9.0];
        let columns: [&[f64]; 3] = [&a, &b, &c];
        assert_eq!(outranking(&columns, &[1.0; 3]), ndarray::arr2(&[[0.0, 0.5], [0.5, 0.0]]));
        assert_eq!(scores(&columns, &columns, &[1.0; 3], 1), [0.0, 0.0]);
        // No common child: undefined, and nobody wins. No child with weight: no score.
        let apart: [&[f64]; 2] = [&[1.0, f64::NAN, 0.0], &[f64::NAN, 2.0, f64::NAN]];
        let matrix = outranking(&apart, &[1.0; 2]);
        assert!(matrix[[0, 1]].is_nan() && matrix[[1, 0]].is_nan() && matrix[[0, 2]] == 1.0);
        approx::assert_relative_eq!(dominance(&matrix), 1.0 / 3.0);
        assert!(same(&scores(&apart, &apart, &[1.0, 1.0], 1), &[1.0, 0.0, -1.0]));
        assert!(same(&scores(&apart, &apart, &[1.0, 0.0], 1), &[1.0, f64::NAN, -1.0]));
    }

    #[test]
    fn edges() {
        // Sums of weights that differ by rounding are a tie: 0.1 + 0.2 against 0.3.
        let tied: [&[f64]; 3] = [&[1.0, 0.0], &[1.0, 0.0], &[0.0, 1.0]];
        assert_eq!(scores(&tied, &tied, &[0.1, 0.2, 0.3], 1), [0.0, 0.0]);
        assert_eq!(scores(&[&[5.0]], &[&[5.0]], &[1.0], 1), [0.0]);
        assert_eq!(scores(&[&[1.0, 2.0, 2.0]], &[&[2.0, 3.0]], &[1.0], 1), [1.0, 3.0]);
        assert!(scores(&[&[]], &[&[]], &[1.0], 1).is_empty());
        assert!(dominance(&outranking(&[&[1.0]], &[1.0])).is_nan());
        assert_eq!(outranking(&[], &[]).nrows(), 0);
        let cancel = Cancel::new();
        cancel.cancel();
        let columns: [&[f64]; 1] = [&[1.0, 2.0]];
        let population = Population {
            records: &columns,
            rows: &columns,
            weights: &[1.0],
            names: &[],
            threads: Some(1),
            cancel: &cancel,
        };
        assert!(!Copeland {}.against(&population, &mut [0.0; 2]));
    }

    /// The definition, by shares of weight.
    fn twin(records: &[Vec<f64>], rows: &[Vec<f64>], weights: &[f64], together: bool) -> Vec<f64> {
        let observed = |row: &[f64]| row.iter().any(|x| !x.is_nan());
        let sign = |a: &[f64], b: &[f64]| {
            let (mut share, mut common) = (0.0, 0.0);
            for ((a, b), weight) in a.iter().zip(b).zip(weights).filter(|((a, b), _)| !a.is_nan() && !b.is_nan()) {
                common += weight;
                share += weight * if a > b { 1.0 } else { f64::from(a == b) / 2.0 };
            }
            let over = share / common - 0.5;
            if common == 0.0 || over.abs() <= 1e-12 { 0.0 } else { over.signum() }
        };
        let others = |i: usize| records.iter().enumerate().filter(move |(j, _)| !(together && *j == i));
        let score = |(i, row): (usize, &Vec<f64>)| others(i).map(|(_, other)| sign(row, other)).sum::<f64>();
        rows.iter().enumerate().map(|at| if observed(at.1) { score(at) } else { f64::NAN }).collect()
    }

    fn columns(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
        (0..4).map(|k| rows.iter().map(|row| row[k]).collect()).collect()
    }

    fn unit() -> impl Strategy<Value = Vec<f64>> {
        let score = prop::option::weighted(0.7, (0..5).prop_map(f64::from));
        prop::collection::vec(score.prop_map(|x| x.unwrap_or(f64::NAN)), 4)
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(
            records in prop::collection::vec(unit(), 1..300),
            rows in prop::collection::vec(unit(), 1..20),
            weights in prop::collection::vec((1..6).prop_map(f64::from), 4),
        ) {
            let (a, b) = (columns(&records), columns(&rows));
            let a: Vec<&[f64]> = a.iter().map(Vec::as_slice).collect();
            let b: Vec<&[f64]> = b.iter().map(Vec::as_slice).collect();
            let own = scores(&a, &a, &weights, 2);
            prop_assert!(same(&own, &twin(&records, &records, &weights, true)));
            prop_assert!(same(&own, &scores(&a, &a, &weights, 1)));
            prop_assert!(same(&scores(&a, &b, &weights, 1), &twin(&records, &rows, &weights, false)));
            prop_assert_eq!(own.iter().filter(|x| !x.is_nan()).sum::<f64>(), 0.0);
            // The order of rows and of children does not matter.
            let reversed: Vec<Vec<f64>> = a.iter().rev().map(|x| x.iter().rev().copied().collect()).collect();
            let reversed: Vec<&[f64]> = reversed.iter().map(Vec::as_slice).collect();
            let turned: Vec<f64> = weights.iter().rev().copied().collect();
            let mut back = scores(&reversed, &reversed, &turned, 2);
            back.reverse();
            prop_assert!(same(&own, &back));
        }
    }

    #[test]
    #[ignore = "a measurement, not a test"]
    #[allow(clippy::print_stderr)]
    fn time_of_ten_thousand() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let columns: Vec<Vec<f64>> =
            (0..20).map(|_| (0..10_000).map(|_| if next() < 0.02 { f64::NAN } else { next() }).collect()).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let weights: Vec<f64> = (1..=20).map(f64::from).collect();
        for _ in 0..5 {
            let start = std::time::Instant::now();
            let sum: f64 = scores(&columns, &columns, &weights, 2).iter().sum();
            eprintln!("copeland, n = 10 000, 20 children: {:?} (sum {sum})", start.elapsed());
        }
    }
}
