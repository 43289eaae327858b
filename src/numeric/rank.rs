//! Ranks of a column, and the stable order of its rows.
//!
//! Equal means exactly equal here. The result is the same for any number of threads.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::partition::{Entry, FEW, sorted};
use crate::parallel::{Cancel, map, run};

/// Which rank equal values get. Ranks count from 1; equal means exactly equal (-0 equals 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The best rank of the tied ones: 1, 2, 2, 4 (competition ranking).
    #[default]
    Min,
    /// The worst rank of the tied ones: 1, 3, 3, 4.
    Max,
    /// The mean of the tied ranks: 1, 2.5, 2.5, 4.
    Average,
    /// The next rank without gaps: 1, 2, 2, 3.
    Dense,
    /// Different ranks in the order of the rows: 1, 2, 3, 4.
    First,
}

/// The rank of each value: 1 for the least, or for the greatest when `descending`.
///
/// NaN gets NaN and takes no rank; infinities rank at the ends. O(n log n) at worst, nearly linear
/// when values spread; `threads` as in [`map`], with no influence on the result.
pub fn rank(values: &[f64], descending: bool, ties: Ties, threads: Option<usize>) -> Vec<f64> {
    let threads = if values.len() < FEW { Some(1) } else { threads };
    run(threads, |on_pool| {
        let threads = if on_pool { threads } else { Some(1) };
        let partitions = sorted(values, descending, threads);
        // Every row is written at most once; atomics let partitions write side by side.
        let nan = f64::NAN.to_bits();
        let ranks: Vec<AtomicU64> = values.iter().map(|_| AtomicU64::new(nan)).collect();
        let (mut before, mut distinct_before) = (0, 0);
        let mut tasks = Vec::with_capacity(partitions.len());
        for partition in &partitions {
            tasks.push((partition.as_slice(), if ties == Ties::Dense { distinct_before } else { before }));
            before += partition.len();
            if ties == Ties::Dense {
                distinct_before += partition.chunk_by(|a, b| a.key == b.key).count();
            }
        }
        let never = Cancel::new();
        map(tasks, threads, &never, || (), |(), (partition, start)| write(partition, start, ties, &ranks));
        ranks.into_iter().map(|bits| f64::from_bits(bits.into_inner())).collect()
    })
}

/// The rows in ascending or descending order of their values; equal values keep the order of the
/// rows, NaN comes last in either direction.
///
/// For at most 2^32 values.
pub fn order(values: &[f64], descending: bool) -> Vec<u32> {
    let threads = if values.len() < FEW { Some(1) } else { None };
    let partitions = run(threads, |on_pool| sorted(values, descending, if on_pool { threads } else { Some(1) }));
    let mut rows: Vec<u32> = Vec::with_capacity(values.len());
    for partition in partitions {
        rows.extend(partition.iter().map(|entry| entry.row as u32));
    }
    rows.extend((0..).zip(values).filter(|(_, value)| value.is_nan()).map(|(row, _)| row));
    rows
}

/// Writes the ranks of a sorted partition with `start` ranks before it.
fn write(partition: &[Entry], start: usize, ties: Ties, ranks: &[AtomicU64]) {
    let mut next = start + 1;
    for tied in partition.chunk_by(|a, b| a.key == b.key) {
        let last = next + tied.len() - 1;
        let mut rank = match ties {
            Ties::Min | Ties::Dense | Ties::First => next as f64,
            Ties::Max => last as f64,
            Ties::Average => f64::midpoint(next as f64, last as f64),
        };
        for entry in tied {
            if let Some(slot) = ranks.get(entry.row as usize) {
                slot.store(rank.to_bits(), Ordering::Relaxed);
            }
            if ties == Ties::First {
                rank += 1.0;
            }
        }
        next = if ties == Ties::Dense { next + 1 } else { last + 1 };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Ties; 5] = [Ties::Min, Ties::Max, Ties::Average, Ties::Dense, Ties::First];

    /// The definition, one pair at a time.
    fn twin(values: &[f64], descending: bool, ties: Ties) -> Vec<f64> {
        let better = |a: f64, b: f64| if descending { a > b } else { a < b };
        let count =
            |test: &dyn Fn(usize, f64) -> bool| values.iter().enumerate().filter(|(j, v)| test(*j, **v)).count() as f64;
        let one = |(i, &x): (usize, &f64)| {
            if x.is_nan() {
                return f64::NAN;
            }
            let below = count(&|_, v| better(v, x));
            let tied = count(&|_, v| v == x);
            match ties {
                Ties::Min => below + 1.0,
                Ties::Max => below + tied,
                Ties::Average => below + f64::midpoint(tied, 1.0),
                Ties::First => below + count(&|j, v| v == x && j <= i),
                Ties::Dense => 1.0 + count(&|j, v| better(v, x) && !values[..j].contains(&v)),
            }
        };
        values.iter().enumerate().map(one).collect()
    }

    fn same(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
    }

    /// Every way through must agree with one plain sort.
    fn check_large(values: &[f64]) {
        for descending in [false, true] {
            let mut expected: Vec<usize> = (0..values.len()).filter(|i| !values[*i].is_nan()).collect();
            let sign = if descending { -1.0 } else { 1.0 };
            expected.sort_by(|a, b| (sign * values[*a] + 0.0).total_cmp(&(sign * values[*b] + 0.0)));
            let mut first = vec![f64::NAN; values.len()];
            let mut dense = first.clone();
            let mut level = 0.0;
            for (i, row) in expected.iter().enumerate() {
                if i == 0 || values[expected[i - 1]] != values[*row] {
                    level += 1.0;
                }
                first[*row] = (i + 1) as f64;
                dense[*row] = level;
            }
            for threads in [Some(1), Some(2), Some(3)] {
                assert!(same(&rank(values, descending, Ties::First, threads), &first));
                assert!(same(&rank(values, descending, Ties::Dense, threads), &dense));
            }
            expected.extend((0..values.len()).filter(|i| values[*i].is_nan()));
            let rows: Vec<usize> = order(values, descending).into_iter().map(|row| row as usize).collect();
            assert_eq!(rows, expected);
        }
    }

    /// Uniform within [0, 1), from a small generator.
    fn uniform(n: usize) -> Vec<f64> {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn known_values() {
        let x = [3.0, f64::NAN, 1.0, 3.0, 5.0];
        let nan = f64::NAN;
        assert!(same(&rank(&x, false, Ties::Min, None), &[2.0, nan, 1.0, 2.0, 4.0]));
        assert!(same(&rank(&x, true, Ties::Min, None), &[2.0, nan, 4.0, 2.0, 1.0]));
        assert!(same(&rank(&x, true, Ties::Max, None), &[3.0, nan, 4.0, 3.0, 1.0]));
        assert!(same(&rank(&x, true, Ties::Average, None), &[2.5, nan, 4.0, 2.5, 1.0]));
        assert!(same(&rank(&x, true, Ties::Dense, None), &[2.0, nan, 3.0, 2.0, 1.0]));
        assert!(same(&rank(&x, true, Ties::First, None), &[2.0, nan, 4.0, 3.0, 1.0]));
        assert_eq!(order(&x, false), [2, 0, 3, 4, 1]);
        assert_eq!(order(&x, true), [4, 0, 3, 2, 1]);
    }

    #[test]
    fn edges() {
        assert!(rank(&[], true, Ties::Min, None).is_empty() && order(&[], true).is_empty());
        assert!(rank(&[f64::NAN], true, Ties::Min, None)[0].is_nan());
        assert_eq!(rank(&[-0.0, 0.0], false, Ties::Min, None), [1.0, 1.0]);
        assert_eq!(order(&[0.0, -0.0], false), [0, 1]);
        let ends = [f64::INFINITY, -1.0, f64::NEG_INFINITY, f64::MAX, f64::MIN];
        assert_eq!(rank(&ends, false, Ties::Min, None), [5.0, 3.0, 1.0, 4.0, 2.0]);
        // Near is not equal here.
        assert_eq!(rank(&[0.3, 0.1 + 0.2], false, Ties::Min, None), [1.0, 2.0]);
        assert_eq!(serde_json::to_string(&Ties::Average).unwrap(), "\"average\"");
    }

    #[test]
    fn large_columns_of_every_shape() {
        let even = uniform(150_000);
        check_large(&even);
        check_large(&even.iter().map(|u| (8.0 * u).exp().exp()).collect::<Vec<_>>());
        check_large(&even.iter().map(|u| (u * 5.0).floor() - 2.0).collect::<Vec<_>>());
        check_large(&even.iter().map(|u| (u - 0.6).max(0.0)).collect::<Vec<_>>());
        check_large(&even.iter().map(|u| if *u < 0.3 { f64::NAN } else { 1.0 / (u - 0.5) }).collect::<Vec<_>>());
        check_large(&vec![4.0; 50_000]);
        check_large(&vec![f64::NAN; 50_000]);
        check_large(&(0..100_000).map(f64::from).collect::<Vec<_>>());
        // The sample sees only zeros, or only NaN.
        let hidden =
            |seen: f64| (0..100_000_usize).map(|i| if i % 25 == 0 { seen } else { even[i] }).collect::<Vec<_>>();
        check_large(&hidden(0.0));
        check_large(&hidden(f64::NAN));
        let mut ends = even;
        (ends[0], ends[1], ends[77]) = (f64::INFINITY, f64::NEG_INFINITY, -0.0);
        check_large(&ends);
    }

    fn columns() -> impl Strategy<Value = Vec<f64>> {
        let value = prop_oneof![
            4 => (-5..5_i32).prop_map(f64::from),
            3 => -5.0..5.0f64,
            1 => Just(f64::NAN),
            1 => Just(-0.0),
            1 => Just(f64::INFINITY),
        ];
        prop::collection::vec(value, 0..60)
    }

    proptest! {
        #[test]
        fn same_as_the_definition(values in columns(), descending: bool) {
            for ties in ALL {
                let (ours, twin) = (rank(&values, descending, ties, None), twin(&values, descending, ties));
                prop_assert!(same(&ours, &twin), "{:?}: {:?} {:?}", ties, ours, twin);
            }
        }

        #[test]
        fn permuted_rows_keep_their_ranks(values in columns(), shift in 0_usize..60) {
            let mut turned = values.clone();
            let shift = shift.min(values.len());
            turned.rotate_left(shift);
            for ties in [Ties::Min, Ties::Max, Ties::Average, Ties::Dense] {
                let mut expected = rank(&values, true, ties, None);
                expected.rotate_left(shift);
                prop_assert!(same(&rank(&turned, true, ties, None), &expected));
            }
        }
    }

    /// `cargo test --release figures -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    #[allow(clippy::print_stdout)]
    fn figures() {
        let even = uniform(1_000_000);
        let skewed: Vec<f64> = even.iter().map(|u| (8.0 * u).exp().exp()).collect();
        let zeros: Vec<f64> = skewed.iter().zip(&even).map(|(x, u)| if *u < 0.4 { 0.0 } else { *x }).collect();
        let levels: Vec<f64> = even.iter().map(|u| (u * 5.0).floor()).collect();
        for (name, values) in [("even", &even), ("skewed", &skewed), ("40 % zeros", &zeros), ("5 levels", &levels)] {
            for threads in [1, 2] {
                let best = (0..20)
                    .map(|_| {
                        let start = std::time::Instant::now();
                        std::hint::black_box(rank(std::hint::black_box(values), true, Ties::Min, Some(threads)));
                        start.elapsed()
                    })
                    .min();
                println!("rank of 1e6, {name}, {threads} threads: {:.1?}", best.unwrap_or_default());
            }
        }
    }
}
