//! Every combination of alternatives, and which of them matters.

use super::factor::Factor;
use super::layout::Layout;
use super::place::Replays;
use crate::error::{Error, Kind, Problem, Result};

/// The most combinations of a grid.
pub const MOST: usize = 100_000;

/// One point for every combination of the alternatives of factors, the last factor fastest. Factors that vary continuously
/// are refused.
pub fn combinations(layout: &Layout, factors: &[Factor]) -> Result<Vec<f64>> {
    let mut counts = Vec::new();
    for factor in factors {
        let Some((options, probabilities)) = factor.vary.discrete() else {
            let message = format!("factor {:?} has no list of alternatives", factor.id);
            let remedy = "a grid takes factors with alternatives; draw the others with uncertainty";
            return Err(Error::new(Kind::Value, Problem::general(message).remedy(remedy)));
        };
        // The middle of each alternative's part of [0, 1).
        let mut parts = Vec::new();
        let mut start = 0.0;
        for option in 0..options {
            let width = probabilities.map_or(1.0 / options as f64, |p| p.get(option).copied().unwrap_or(0.0));
            if width > 0.0 {
                parts.push(start + width / 2.0);
            }
            start += width;
        }
        counts.push(parts);
    }
    let total = counts.iter().try_fold(1usize, |total, parts| total.checked_mul(parts.len()));
    let Some(total) = total.filter(|total| *total <= MOST) else {
        let message = format!("more than {MOST} combinations of alternatives");
        return Err(Error::new(Kind::Value, Problem::general(message).remedy("draw them with uncertainty")));
    };
    let mut points = Vec::with_capacity(total * layout.dimensions_of_points());
    for number in 0..total {
        let mut rest = number;
        let mut point = vec![0.5; layout.dimensions_of_points()];
        for (place, parts) in counts.iter().enumerate().rev() {
            point[layout.of(place).start] = parts[rest % parts.len()];
            rest /= parts.len();
        }
        points.extend(point);
    }
    Ok(points)
}

/// What one combination changes against the index as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Against {
    /// Spearman's rank correlation of scores; missing where one side does not vary.
    pub correlation: f64,
    /// Largest absolute difference of ranks.
    pub largest: f64,
    /// Units whose rank differs.
    pub moved: f64,
    /// Sum of absolute differences of weights of a group's children, halved, at most over groups: the share of weight that
    /// moved.
    pub weight: f64,
}

/// Each replay against the index as it is.
pub fn against(found: &Replays) -> Vec<Against> {
    let nominal = found.nominal_weights.as_slice();
    let base = &found.nominal.ranks;
    let one = |replay: usize| {
        let ranks = &found.ranks[replay * found.units..(replay + 1) * found.units];
        let pairs: Vec<(f64, f64)> = base
            .iter()
            .zip(ranks)
            .filter(|(a, b)| **a > 0 && **b > 0)
            .map(|(a, b)| (f64::from(*a), f64::from(*b)))
            .collect();
        let differences = || pairs.iter().map(|(a, b)| (a - b).abs());
        let none = pairs.is_empty();
        let weights = found.weights.get(replay * nominal.len()..(replay + 1) * nominal.len()).unwrap_or_default();
        Against {
            correlation: spearman(&pairs),
            largest: if none { f64::NAN } else { differences().fold(0.0, f64::max) },
            moved: if none { f64::NAN } else { differences().filter(|d| *d > 0.0).count() as f64 },
            weight: moved_weight(&found.edges, nominal, weights),
        }
    };
    (0..found.count).map(one).collect()
}

fn moved_weight(edges: &[(String, String)], nominal: &[f64], weights: &[f64]) -> f64 {
    let mut most: f64 = f64::NAN;
    let mut at = 0;
    for group in edges.chunk_by(|a, b| a.0 == b.0) {
        let pairs = nominal[at..at + group.len()].iter().zip(weights.get(at..at + group.len()).unwrap_or_default());
        at += group.len();
        // A child that is not there has no weight; a group of which nothing is there has none to compare.
        let there = pairs.clone().any(|(_, new)| !new.is_nan());
        let value = |x: &f64| if x.is_nan() { 0.0 } else { *x };
        let moved: f64 = pairs.map(|(old, new)| (value(old) - value(new)).abs()).sum::<f64>() / 2.0;
        if there {
            most = most.max(moved);
        }
    }
    most
}

/// Pearson's correlation of average ranks, from competition ranks.
fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let average = |own: &dyn Fn(&(f64, f64)) -> f64| {
        let values: Vec<f64> = pairs.iter().map(own).collect();
        crate::numeric::rank::rank(&values, false, crate::numeric::rank::Ties::Average, Some(1))
    };
    let (x, y) = (average(&|pair| pair.0), average(&|pair| pair.1));
    let n = pairs.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let sums = x.iter().zip(&y).fold((0.0, 0.0, 0.0), |(xx, yy, xy), (x, y)| {
        (xx + (x - mx).powi(2), yy + (y - my).powi(2), xy + (x - mx) * (y - my))
    });
    if sums.0 > 0.0 && sums.1 > 0.0 { sums.2 / (sums.0 * sums.1).sqrt() } else { f64::NAN }
}

/// How much one factor matters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matters {
    /// Mean absolute difference of ranks between two combinations that differ in this factor only.
    pub rank_change: f64,
    /// Mean over such pairs of the largest absolute difference of ranks.
    pub largest: f64,
    /// Number of such pairs.
    pub pairs: usize,
}

/// Which factor of a grid matters, over all pairs of combinations that differ in it alone and did not fail.
pub fn matters(found: &Replays, factors: usize) -> Vec<Matters> {
    let choice = |replay: usize| &found.choices[replay * factors..(replay + 1) * factors];
    let ranks = |replay: usize| &found.ranks[replay * found.units..(replay + 1) * found.units];
    let mut result = Vec::new();
    for factor in 0..factors {
        let mut groups = indexmap::IndexMap::<Vec<u16>, Vec<usize>>::new();
        for replay in 0..found.count {
            let mut rest = choice(replay).to_vec();
            rest[factor] = 0;
            groups.entry(rest).or_default().push(replay);
        }
        let (mut sum, mut largest, mut pairs) = (0.0, 0.0, 0usize);
        for replays in groups.values() {
            for (place, a) in replays.iter().enumerate() {
                for b in &replays[place + 1..] {
                    let both = ranks(*a).iter().zip(ranks(*b)).filter(|(a, b)| **a > 0 && **b > 0);
                    let (total, most, count) = both.fold((0.0, 0u32, 0u32), |(total, most, count), (a, b)| {
                        let d = a.abs_diff(*b);
                        (total + f64::from(d), most.max(d), count + 1)
                    });
                    if count > 0 {
                        sum += total / f64::from(count);
                        largest += f64::from(most);
                        pairs += 1;
                    }
                }
            }
        }
        let mean = |total: f64| if pairs > 0 { total / pairs as f64 } else { f64::NAN };
        result.push(Matters { rank_change: mean(sum), largest: mean(largest), pairs });
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robustness::Seen;

    fn found(ranks: Vec<u32>, choices: Vec<u16>, factors: usize) -> Replays {
        let count = choices.len() / factors;
        let nominal = Seen { ranks: vec![1, 2, 3], ..Seen::default() };
        Replays { units: 3, count, nominal, choices, ranks, ..Replays::default() }
    }

    #[test]
    fn only_the_factor_that_moves_ranks_matters() {
        let same = [1, 2, 3];
        let other = [3, 2, 1];
        let ranks = [same, same, other, other].concat();
        let found = found(ranks, vec![0, 0, 0, 1, 1, 0, 1, 1], 2);
        let matters = matters(&found, 2);
        assert!((matters[0].rank_change - 4.0 / 3.0).abs() < 1e-12 && matters[0].pairs == 2);
        assert_eq!((matters[1].rank_change, matters[1].largest), (0.0, 0.0));
        let against = against(&found);
        assert!((against[0].correlation - 1.0).abs() < 1e-12 && (against[3].correlation + 1.0).abs() < 1e-12);
        assert_eq!((against[2].largest, against[2].moved), (2.0, 2.0));
    }
}
