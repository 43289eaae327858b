//! Shapley values of one score: what each child brings, averaged over all orders in which children could come in.
//!
//! phi_k = sum over sets S without k of |S|! (m - |S| - 1)! / m! (v(S + k) - v(S)), where v(S) is the score with the children
//! in S at their own values and the others at the baseline. They add up to v(all) - v(none). Up to [`EXACT`] children all
//! 2^m sets are looked at; beyond, random orders are drawn: each gives marginal gains that add up exactly, and their means
//! have the standard error s / sqrt(n). Shapley (1953), doi:10.1515/9781400881970-018; Castro, Gomez and Tejada (2009),
//! doi:10.1016/j.cor.2008.04.004.

use crate::numeric::Sum;
use crate::numeric::random::SplitMix64;

/// Up to so many children all sets are looked at.
pub const EXACT: usize = 12;

/// Shapley values of one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shares {
    /// One value per child.
    pub values: Vec<f64>,
    /// The score with all children at the baseline.
    pub base: f64,
    /// The greatest standard error among the values; 0 where they are exact.
    pub error: f64,
}

/// Shapley values, exact or drawn by the number of children.
pub fn shapley(
    own: &[f64],
    baseline: &[f64],
    samples: usize,
    random: SplitMix64,
    score: impl Fn(&[f64]) -> f64,
) -> Shares {
    if own.len() <= EXACT { exact(own, baseline, score) } else { drawn(own, baseline, samples, random, score) }
}

/// All sets of children, each scored once.
fn exact(own: &[f64], baseline: &[f64], score: impl Fn(&[f64]) -> f64) -> Shares {
    let m = own.len();
    let mut mixed = vec![0.0; m];
    let scores: Vec<f64> = (0..1usize << m)
        .map(|set| {
            for (k, (mixed, (own, base))) in mixed.iter_mut().zip(own.iter().zip(baseline)).enumerate() {
                *mixed = if set >> k & 1 == 1 { *own } else { *base };
            }
            score(&mixed)
        })
        .collect();
    let chances = chances(m);
    let value = |k: usize| {
        let mut sum = Sum::default();
        for (set, without) in scores.iter().enumerate().filter(|(set, _)| set >> k & 1 == 0) {
            let chance = chances.get(set.count_ones() as usize).copied().unwrap_or(0.0);
            let with = scores.get(set | 1 << k).copied().unwrap_or(f64::NAN);
            sum.add(chance * (with - without));
        }
        sum.value()
    };
    Shares { values: (0..m).map(value).collect(), base: scores.first().copied().unwrap_or(f64::NAN), error: 0.0 }
}

/// The weight of a set by its size, s! (m - s - 1)! / m!.
fn chances(m: usize) -> Vec<f64> {
    let mut found = Vec::with_capacity(m);
    let mut chance = 1.0 / m.max(1) as f64;
    for size in 0..m {
        found.push(chance);
        if size + 1 < m {
            chance *= (size + 1) as f64 / (m - size - 1) as f64;
        }
    }
    found
}

/// Means over random orders.
fn drawn(
    own: &[f64],
    baseline: &[f64],
    samples: usize,
    mut random: SplitMix64,
    score: impl Fn(&[f64]) -> f64,
) -> Shares {
    let m = own.len();
    let base = score(baseline);
    let mut order: Vec<usize> = (0..m).collect();
    let mut sums = vec![(Sum::default(), Sum::default()); m];
    let mut mixed = baseline.to_vec();
    for _ in 0..samples {
        for last in (1..m).rev() {
            order.swap(last, random.below(last + 1));
        }
        mixed.copy_from_slice(baseline);
        let mut before = base;
        for k in &order {
            mixed[*k] = own[*k];
            let now = score(&mixed);
            sums[*k].0.add(now - before);
            sums[*k].1.add((now - before) * (now - before));
            before = now;
        }
    }
    let n = samples as f64;
    let error = |(sum, squares): &(Sum, Sum)| {
        let spread = squares.value() - sum.value() * sum.value() / n;
        (spread.max(0.0) / (n - 1.0) / n).sqrt()
    };
    Shares {
        values: sums.iter().map(|(sum, _)| sum.value() / n).collect(),
        base,
        // A missing score makes all missing.
        error: sums.iter().map(error).fold(0.0, |most, x| if x > most || x.is_nan() { x } else { most }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(own: &[f64], baseline: &[f64], score: impl Fn(&[f64]) -> f64) -> Shares {
        shapley(own, baseline, 200, SplitMix64::new(1), score)
    }

    fn max(x: &[f64]) -> f64 {
        x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    fn min(x: &[f64]) -> f64 {
        x.iter().copied().fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn the_airport_game_has_its_known_values() {
        // Littlechild and Owen (1973): the runway of cost max is shared step by step among those who need the step.
        let found = of(&[1.0, 3.0, 6.0], &[0.0; 3], max);
        for (value, expected) in found.values.iter().zip([1.0 / 3.0, 1.0 / 3.0 + 1.0, 1.0 / 3.0 + 1.0 + 3.0]) {
            assert!((value - expected).abs() < 1e-14);
        }
        // The minimum from zero is won by all together, in equal parts.
        assert_eq!(of(&[2.0, 9.0], &[0.0; 2], min).values, [1.0, 1.0]);
        assert_eq!(of(&[], &[], |_| 0.0).values, Vec::<f64>::new());
    }

    #[test]
    fn chances_of_sets_add_up() {
        // C(3, s) sets of each size without one of four: 1/4 in all for each size.
        let found = chances(4);
        let sets = [1.0, 3.0, 3.0, 1.0];
        assert!(found.iter().zip(sets).all(|(chance, sets)| (chance * sets - 0.25).abs() < 1e-15));
    }

    #[test]
    fn drawn_values_add_up_and_lie_within_their_error() {
        let own: Vec<f64> = (0..14).map(f64::from).collect();
        let found = shapley(&own, &[0.0; 14], 4000, SplitMix64::new(5), max);
        let mut expected = vec![0.0; 14];
        for (k, value) in expected.iter_mut().enumerate() {
            *value = (1..=k).map(|step| 1.0 / (14 - step) as f64).sum();
        }
        assert!((found.values.iter().sum::<f64>() - 13.0).abs() < 1e-9);
        assert!(found.error > 0.0 && found.error < 0.1);
        for (value, expected) in found.values.iter().zip(expected) {
            assert!((value - expected).abs() < 5.0 * found.error, "{value} {expected}");
        }
    }

    proptest! {
        #[test]
        fn values_are_efficient_symmetric_and_give_nothing_to_dummies(
            mut own in prop::collection::vec(0.1..9.0f64, 2..8), base in prop::collection::vec(0.1..9.0f64, 8), kind in 0usize..3,
        ) {
            let mut base = base[..own.len()].to_vec();
            own[1] = own[0];
            base[1] = base[0];
            let last = own.len() - 1;
            if last > 1 {
                base[last] = own[last];
            }
            let score = |x: &[f64]| match kind {
                0 => max(x),
                1 => min(x),
                _ => x.len() as f64 / x.iter().map(|x| 1.0 / x).sum::<f64>(),
            };
            let found = of(&own, &base, score);
            let gain = score(&own) - score(&base);
            prop_assert!((found.values.iter().sum::<f64>() - gain).abs() <= 1e-12 * (1.0 + score(&own).abs()));
            prop_assert!((found.values[0] - found.values[1]).abs() <= 1e-12);
            prop_assert!(last <= 1 || found.values[last] == 0.0);
        }
    }
}
