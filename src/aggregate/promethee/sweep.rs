//! One child of `promethee`: sorted records, prefix sums, and pointers that move along them.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use crate::numeric::dispatch::LANES;
use crate::numeric::{Sum, vectorized};

/// Beyond this many s the gaussian preference is one in double precision: exp(-8.7^2 / 2) < 2^-54.
const FAR: f64 = 8.7;

/// Up to this many leads within a ramp are added one by one.
const FEW: usize = 16;

/// Records that a pointer looks at together.
const STEP: usize = 4;

/// Scores above this size, 2^960, are shrunk by a power of two: their differences and sums could overflow. Those that then
/// vanish are less than a rounding error of the large ones.
pub(super) const HUGE: f64 = f64::from_bits((1023 + 960) << 52);

/// By what they are shrunk, 2^-512.
pub(super) const TINY: f64 = f64::from_bits((1023 - 512) << 52);

/// The preference function of one child.
#[derive(Debug, Clone, Copy)]
pub(super) enum Curve {
    /// A half above each of two thresholds.
    Steps { q: f64, p: f64 },
    /// A ramp between two thresholds.
    Ramp { q: f64, p: f64 },
    /// Gaussian.
    Bell { s: f64 },
}

/// The observed values in order, with their rows. Equal values come in any order: what follows depends on values alone.
pub(super) fn sorted(column: &[f64]) -> Vec<(f64, u32)> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for x in column.iter().filter(|x| !x.is_nan()) {
        (low, high) = (low.min(*x), high.max(*x));
    }
    // Buckets of two values each where they spread evenly; where not, one long bucket is an ordinary sort.
    let buckets = (column.len() / 2).max(1);
    let scale = buckets as f64 / (high - low);
    let scale = if scale.is_finite() { scale } else { 0.0 };
    let bucket = |x: f64| (((x - low) * scale) as usize).min(buckets - 1);
    let mut ends = vec![0_u32; buckets];
    for x in column.iter().filter(|x| !x.is_nan()) {
        ends[bucket(*x)] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        (*end, total) = (total, total + *end);
    }
    let mut entries = vec![(0.0, 0_u32); total as usize];
    for (x, row) in column.iter().zip(0_u32..).filter(|(x, _)| !x.is_nan()) {
        let place = &mut ends[bucket(*x)];
        entries[*place as usize] = (*x, row);
        *place += 1;
    }
    let mut start = 0;
    for end in ends {
        order(&mut entries[start..end as usize]);
        start = end as usize;
    }
    entries
}

/// Sorts a bucket; most hold so little that a call costs more than the work.
#[inline(always)]
fn order(entries: &mut [(f64, u32)]) {
    if entries.len() > FEW {
        entries.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        return;
    }
    for i in 1..entries.len() {
        let mut j = i;
        while j > 0 && entries[j - 1].0 > entries[j].0 {
            entries.swap(j - 1, j);
            j -= 1;
        }
    }
}

/// Brings huge values down, in every list by the same factor, which is returned; 1 where none is huge.
pub(super) fn shrink(lists: &mut [&mut Vec<(f64, u32)>]) -> f64 {
    let huge = |entry: Option<&(f64, u32)>| entry.is_some_and(|(value, _)| value.abs() > HUGE);
    if !lists.iter().any(|list| huge(list.first()) || huge(list.last())) {
        return 1.0;
    }
    for (value, _) in lists.iter_mut().flat_map(|list| list.iter_mut()) {
        *value *= TINY;
    }
    TINY
}

/// Greatest less least value.
pub(super) fn range(sorted: &[(f64, u32)]) -> f64 {
    sorted.last().zip(sorted.first()).map_or(0.0, |(last, first)| last.0 - first.0)
}

/// Sums of the values less the middle one, from the middle outwards, so that an outlier spoils no digits of the others: the
/// sum over records a..b is sums[b] - sums[a].
fn prefix_sums(sorted: &[f64]) -> (f64, Vec<f64>) {
    let middle = sorted.len() / 2;
    let center = sorted.get(middle).copied().unwrap_or(0.0);
    let mut sums = vec![0.0; sorted.len() + 1];
    let (below, above) = sorted.split_at(middle);
    let (left, right) = sums.split_at_mut(middle);
    let mut total = Sum::default();
    for (value, sum) in above.iter().zip(right.iter_mut().skip(1)) {
        total.add(value - center);
        *sum = total.value();
    }
    total = Sum::default();
    for (value, sum) in below.iter().zip(left).rev() {
        total.add(center - value);
        *sum = total.value();
    }
    (center, sums)
}

/// The flows of sorted rows against sorted records with four pointers that only move forward. Of the records, `own` is the
/// row itself.
pub(super) fn sweep(curve: Curve, records: &[(f64, u32)], rows: &[(f64, u32)], own: usize, size: usize) -> Vec<f64> {
    vectorized(
        #[inline(always)]
        || sweep_plain(curve, records, rows, own, size),
    )
}

#[inline(always)]
fn sweep_plain(curve: Curve, records: &[(f64, u32)], rows: &[(f64, u32)], own: usize, size: usize) -> Vec<f64> {
    let mut flows = vec![f64::NAN; size];
    let n = records.len();
    let (q, p, slope) = match curve {
        Curve::Steps { q, p } => (q, p, 0.0),
        Curve::Ramp { q, p } => (q, p, 1.0 / (p - q)),
        Curve::Bell { .. } => return flows,
    };
    if n <= own {
        return flows;
    }
    // Beyond the last record no pointer goes on.
    let mut padded: Vec<f64> = records.iter().map(|record| record.0).collect();
    let (center, sums) = if slope > 0.0 { prefix_sums(&padded) } else { (0.0, Vec::new()) };
    padded.extend([f64::INFINITY; STEP]);
    let records = &padded[..n];
    let others = 1.0 / (n - own) as f64;
    // Records beaten by more than p and q, and the first ones that beat the row by more than q and p.
    let (mut beaten_p, mut beaten_q, mut beats_q, mut beats_p) = (0, 0, 0, 0);
    for &(x, row) in rows {
        beaten_p = advance(&padded, n, beaten_p, |other| x - other > p);
        beaten_q = advance(&padded, n, beaten_q, |other| x - other > q);
        beats_q = advance(&padded, n, beats_q, |other| other - x <= q);
        beats_p = advance(&padded, n, beats_p, |other| other - x <= p);
        let net = if slope > 0.0 {
            // Leads within a ramp, less q each: those of few records one by one, because prefix sums lose digits there.
            let few = |records: &[f64]| records.iter().map(|record| (x - record).abs() - q).sum::<f64>();
            let (won, lost) = (beaten_p..beaten_q, beats_q..beats_p);
            let wins = if won.len() <= FEW {
                few(&records[won])
            } else {
                won.len() as f64 * (x - center - q) - (sums[won.end] - sums[won.start])
            };
            let losses = if lost.len() <= FEW {
                few(&records[lost])
            } else {
                (sums[lost.end] - sums[lost.start]) - lost.len() as f64 * (x - center + q)
            };
            (beaten_p as f64 - (n - beats_p) as f64) + (wins - losses) * slope
        } else {
            0.5 * ((beaten_p + beaten_q) as f64 - ((n - beats_q) + (n - beats_p)) as f64)
        };
        if let Some(flow) = flows.get_mut(row as usize) {
            *flow = (net * others).clamp(-1.0, 1.0);
        }
    }
    flows
}

/// The first of the sorted records from `at` on that is not passed, of `n` and some behind them. How far it goes cannot be
/// foreseen, so that a loop record by record costs a wrong guess a row: a few are looked at together.
#[inline(always)]
fn advance(padded: &[f64], n: usize, mut at: usize, passed: impl Fn(f64) -> bool) -> usize {
    while let Some(next) = padded.get(at..at + STEP) {
        let step = next.iter().map(|other| usize::from(passed(*other))).sum::<usize>();
        at += step;
        if step < STEP {
            break;
        }
    }
    at.min(n)
}

/// The flow of one row against sorted records with the gaussian preference.
pub(super) fn bell(curve: Curve, records: &[f64], x: f64, own: usize) -> f64 {
    let Curve::Bell { s } = curve else { return f64::NAN };
    if x.is_nan() || records.len() <= own {
        return f64::NAN;
    }
    let near =
        records.partition_point(|other| x - other > FAR * s)..records.partition_point(|other| other - x <= FAR * s);
    let far = near.start as f64 - (records.len() - near.end) as f64;
    let net = far + leads(&records[near], x, s);
    (net / (records.len() - own) as f64).clamp(-1.0, 1.0)
}

/// The sum of P(x - other) - P(other - x), in eight lanes.
fn leads(records: &[f64], x: f64, s: f64) -> f64 {
    let scale = (1.0 / s).min(f64::MAX);
    vectorized(
        #[inline(always)]
        || {
            let mut lanes = [0.0; LANES];
            let whole = records.chunks_exact(LANES);
            let rest: f64 = whole.remainder().iter().map(|other| lead(x - other, scale)).sum();
            for others in whole {
                for (lane, other) in lanes.iter_mut().zip(others) {
                    *lane += lead(x - other, scale);
                }
            }
            lanes.iter().sum::<f64>() + rest
        },
    )
}

/// 1 - exp(-d^2 / (2 s^2)) with the sign of d.
#[inline(always)]
fn lead(d: f64, scale: f64) -> f64 {
    let d = d * scale;
    (1.0 - exp(-0.5 * d * d)).copysign(d)
}

/// exp(x) for x from -700 to 0, without branches: the library's does not vectorize and differs between machines.
///
/// Reduction and polynomial are those of `e_exp.c` in fdlibm (Sun Microsystems, 1993): x = k ln 2 + r.
#[inline(always)]
fn exp(x: f64) -> f64 {
    // 1.5 * 2^52: a number added to it is rounded to an integer, which then stands in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let rounded = x * std::f64::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    let (high, low) = (x - k * 6.931_471_803_691_238e-1, k * 1.908_214_929_270_587_7e-10);
    let r = high - low;
    let z = r * r;
    let tail = 6.613_756_321_437_934e-5 + z * (-1.653_390_220_546_525_2e-6 + z * 4.138_136_797_057_238_5e-8);
    let c = r - z * (1.666_666_666_666_660_2e-1 + z * (-2.777_777_777_701_559_3e-3 + z * tail));
    let y = 1.0 - ((low - r * c / (2.0 - c)) - high);
    f64::from_bits(y.to_bits().wrapping_add(rounded.to_bits() << 52))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn exponentials_are_those_of_the_library(x in -700.0..0.0f64, near in -1.0..0.0f64) {
            for x in [x, near, near * 1e-9, 0.0] {
                prop_assert!((exp(x) - x.exp()).abs() <= 2.0 * f64::EPSILON * x.exp());
            }
        }

        #[test]
        fn buckets_sort(column in prop::collection::vec(prop_oneof![any::<f64>(), -1.0..1.0f64], 0..200)) {
            let mut expected: Vec<f64> = column.iter().copied().filter(|x| !x.is_nan()).collect();
            expected.sort_by(f64::total_cmp);
            let entries = sorted(&column);
            prop_assert!(entries.iter().all(|(x, row)| column[*row as usize].to_bits() == x.to_bits()));
            prop_assert!(entries.iter().zip(&expected).all(|(entry, x)| entry.0 == *x));
            prop_assert_eq!(entries.len(), expected.len());
        }
    }
}
