//! Barriers: obstacle degrees added up by what indicators have in common, for groups of units.
//!
//! A unit's share of a barrier is the sum of the obstacle degrees of its indicators that are observed. The mean over units
//! is weighted; of equal greatest shares each is the greatest in part. Unknown is not zero: a unit without any of the
//! indicators has no share, and a unit that lacks nothing has no obstacles.

use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::Sum;

/// What is asked.
#[derive(Debug)]
pub struct Barriers<'a> {
    /// Scores of the indicators.
    pub scores: &'a [&'a [f64]],
    /// Their obstacle degrees.
    pub degrees: &'a [&'a [f64]],
    /// Numbers of the indicators of each barrier.
    pub barriers: &'a [Vec<usize>],
    /// Group of each row; negative is none. All rows are one group when absent.
    pub groups: Option<&'a [i64]>,
    /// Number of groups.
    pub count: usize,
    /// Weights of the rows; 1 each when absent.
    pub weights: Option<&'a [f64]>,
}

/// One barrier in one group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Barrier {
    /// Weighted mean of the shares; missing where no unit has one.
    pub share: f64,
    /// Weighted share of the units whose greatest barrier it is.
    pub greatest: f64,
    /// Units with a share.
    pub known: u64,
    /// Units that have answered none of the indicators.
    pub unknown: u64,
    /// Units that lack nothing.
    pub nothing: u64,
}

/// Shares of a row: one per barrier, missing where unknown; none where the unit lacks nothing.
fn shares(asked: &Barriers<'_>, row: usize) -> Option<Vec<f64>> {
    let at =
        |columns: &[&[f64]], k: usize| columns.get(k).and_then(|column| column.get(row)).copied().unwrap_or(f64::NAN);
    let observed = (0..asked.scores.len()).any(|k| !at(asked.scores, k).is_nan());
    let obstacles = (0..asked.degrees.len()).any(|k| !at(asked.degrees, k).is_nan());
    if observed && !obstacles {
        return None;
    }
    let share = |indicators: &Vec<usize>| {
        let known: Vec<f64> =
            indicators.iter().map(|k| at(asked.degrees, *k)).filter(|degree| !degree.is_nan()).collect();
        if known.is_empty() { f64::NAN } else { Sum::of(&known).value() }
    };
    Some(asked.barriers.iter().map(share).collect())
}

/// Every barrier in every group, group by group.
pub fn barriers(asked: &Barriers<'_>) -> Result<Vec<Barrier>> {
    let rows = asked.scores.first().map_or(0, |column| column.len());
    let width = asked.barriers.len();
    let cells = asked.count.saturating_mul(width);
    if cells > 10_000_000 {
        let message = format!("{} groups are too many to tabulate", asked.count);
        return Err(Error::new(Kind::Limit, Problem::general(message)));
    }
    let mut found = vec![Barrier::default(); cells];
    // Weighted shares, weights of units with a share, weights of units whose greatest it is; weights of units with any.
    let mut sums = vec![[Sum::default(); 3]; cells];
    let mut totals = vec![Sum::default(); asked.count];
    for row in 0..rows {
        let group = asked.groups.map_or(Some(0), |groups| groups.get(row).and_then(|code| usize::try_from(*code).ok()));
        let Some(group) = group.filter(|group| *group < asked.count) else { continue };
        let weight = asked.weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(f64::NAN));
        if !weight.is_finite() || weight < 0.0 {
            let problem = Problem::column("sample_weight", "expected a finite weight of at least 0");
            return Err(Error::new(Kind::Value, problem.row(row).value(weight.to_string())));
        }
        let own = group * width..(group + 1) * width;
        let Some(shares) = shares(asked, row) else {
            found[own].iter_mut().for_each(|barrier| barrier.nothing += 1);
            continue;
        };
        let most = shares.iter().copied().fold(f64::NAN, f64::max);
        // Sums of the same degrees may differ by rounding.
        let greatest: Vec<bool> = shares.iter().map(|share| *share >= most - 1e-12).collect();
        let tied = greatest.iter().filter(|greatest| **greatest).count() as f64;
        if !most.is_nan() {
            totals[group].add(weight);
        }
        for ((cell, share), greatest) in own.zip(&shares).zip(greatest) {
            if share.is_nan() {
                found[cell].unknown += 1;
                continue;
            }
            found[cell].known += 1;
            let [weighted, weights, first] = &mut sums[cell];
            weighted.add(weight * share);
            weights.add(weight);
            first.add(if greatest { weight / tied } else { 0.0 });
        }
    }
    let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { f64::NAN };
    for (cell, (barrier, [weighted, weights, first])) in found.iter_mut().zip(&sums).enumerate() {
        barrier.share = ratio(weighted.value(), weights.value());
        let total = totals.get(cell / width.max(1)).map_or(0.0, Sum::value);
        barrier.greatest = ratio(first.value(), total);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    #[test]
    fn known_values() {
        // Rows: a and b lack; nothing is lacking; nothing is answered; only c is answered.
        let scores: [&[f64]; 3] = [&[0.5, 1.0, NONE, NONE], &[0.5, 1.0, NONE, NONE], &[0.0, 1.0, NONE, 0.5]];
        let degrees: [&[f64]; 3] = [&[0.25, NONE, NONE, NONE], &[0.25, NONE, NONE, NONE], &[0.5, NONE, NONE, 1.0]];
        let tags = [vec![0, 1], vec![2]];
        let weights = [1.0, 1.0, 1.0, 3.0];
        let asked = Barriers {
            scores: &scores,
            degrees: &degrees,
            barriers: &tags,
            groups: None,
            count: 1,
            weights: Some(&weights),
        };
        let found = barriers(&asked).expect("barriers");
        // Both barriers of the first unit are a half; the last unit knows of one only, and weighs three.
        assert_eq!(found[0], Barrier { share: 0.5, greatest: 0.125, known: 1, unknown: 2, nothing: 1 });
        assert_eq!(found[1], Barrier { share: 0.875, greatest: 0.875, known: 2, unknown: 1, nothing: 1 });
        let groups = [0, 0, 1, -1];
        let found = barriers(&Barriers { groups: Some(&groups), count: 2, weights: None, ..asked }).expect("barriers");
        assert_eq!((found[0].known, found[1].unknown, found[2].unknown), (1, 0, 1));
        assert!(found[2].share.is_nan() && found[3].greatest.is_nan());
        let heavy = [1.0, -1.0, 0.0, 0.0];
        assert!(barriers(&Barriers { weights: Some(&heavy), ..asked }).is_err());
    }
}
