//! What the replays say of each unit: distributions of score, rank and level.

use crate::numeric::quantile::quantile;
use crate::parallel::{Cancel, map};

/// The distribution of a number of each unit over the replays that gave it one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distribution {
    /// Mean.
    pub mean: Vec<f64>,
    /// Standard deviation (n - 1).
    pub sd: Vec<f64>,
    /// Quantiles (type 7), one column each.
    pub quantiles: Vec<Vec<f64>>,
    /// Number of replays.
    pub count: Vec<u32>,
}

/// Units of a task.
const TASK: usize = 256;

/// Distributions of values by replay and unit; `read` gives none for a missing one.
pub fn distribution<T: Copy + Sync>(
    values: &[T],
    units: usize,
    read: impl Fn(T) -> Option<f64> + Sync,
    at: &[f64],
    threads: Option<usize>,
    cancel: &Cancel,
) -> Option<Distribution> {
    let tasks: Vec<usize> = (0..units).step_by(TASK).collect();
    let task = |own: &mut Vec<Vec<f64>>, start: usize| {
        let end = units.min(start + TASK);
        own.resize(TASK, Vec::new());
        own.iter_mut().for_each(Vec::clear);
        for replay in values.chunks_exact(units) {
            for (unit, value) in own.iter_mut().zip(&replay[start..end]) {
                unit.extend(read(*value));
            }
        }
        own[..end - start].iter_mut().map(|values| described(values, at)).collect::<Vec<_>>()
    };
    let found = map(tasks, threads, cancel, Vec::new, task)?;
    let mut total = Distribution { quantiles: vec![Vec::with_capacity(units); at.len()], ..Distribution::default() };
    for (mean, sd, quantiles, count) in found.into_iter().flatten() {
        total.mean.push(mean);
        total.sd.push(sd);
        total.count.push(count);
        total.quantiles.iter_mut().zip(quantiles).for_each(|(column, value)| column.push(value));
    }
    Some(total)
}

fn described(values: &mut [f64], at: &[f64]) -> (f64, f64, Vec<f64>, u32) {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n; // 0 / 0 is missing
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let sd = if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { f64::NAN };
    let quantiles = at.iter().map(|q| if values.is_empty() { f64::NAN } else { quantile(values, *q) }).collect();
    (mean, sd, quantiles, u32::try_from(values.len()).unwrap_or(u32::MAX))
}

/// Share of replays in which each of `rows` has each of the ranks 1 to `most`, by row and rank (rank acceptability; Lahdelma
/// and Salminen 2001, doi:10.1287/opre.49.3.444.11220). Replays that give a unit no rank do not count for it.
pub fn acceptability(ranks: &[u32], units: usize, rows: &[usize], most: usize) -> Vec<f64> {
    let mut shares = vec![0.0; rows.len() * most];
    for (row, shares) in rows.iter().zip(shares.chunks_mut(most.max(1))) {
        let mut count = 0.0;
        for rank in ranks.iter().skip(*row).step_by(units.max(1)).filter(|rank| **rank > 0) {
            count += 1.0;
            if let Some(share) = shares.get_mut(*rank as usize - 1) {
                *share += 1.0;
            }
        }
        for share in shares {
            *share /= count;
        }
    }
    shares
}

/// Share of replays in which the first of each pair of rows ranks strictly above the second, among those that rank both.
pub fn above(ranks: &[u32], units: usize, pairs: &[(usize, usize)]) -> Vec<f64> {
    let one = |(a, b): &(usize, usize)| {
        let both = ranks.chunks_exact(units.max(1)).map(|replay| (replay[*a], replay[*b]));
        let (above, count) = both
            .filter(|(a, b)| *a > 0 && *b > 0)
            .fold((0u32, 0u32), |(above, count), (a, b)| (above + u32::from(a < b), count + 1));
        f64::from(above) / f64::from(count)
    };
    pairs.iter().map(one).collect()
}

/// Share of replays in which each unit holds at least each level above "no level": one column a level.
pub fn at_least(levels: &[u8], units: usize, count: usize) -> Vec<Vec<f64>> {
    let mut shares = vec![vec![0.0; units]; count.saturating_sub(1)];
    let mut totals = vec![0.0; units];
    for replay in levels.chunks_exact(units.max(1)) {
        for (unit, level) in replay.iter().enumerate().filter(|(_, level)| **level != u8::MAX) {
            totals[unit] += 1.0;
            shares.iter_mut().take(usize::from(*level)).for_each(|column| column[unit] += 1.0);
        }
    }
    for column in &mut shares {
        column.iter_mut().zip(&totals).for_each(|(share, total)| *share /= total);
    }
    shares
}

/// How much of the variance of each unit's level a factor's alternatives explain (correlation ratio, 0 to 1; missing where the
/// level never changes): one column a factor. `choices` has one alternative by replay and factor.
pub fn hinges(levels: &[u8], units: usize, choices: &[u16], factors: usize) -> Vec<Vec<f64>> {
    let replays = levels.len().checked_div(units).unwrap_or(0);
    let choice = |replay: usize, factor: usize| usize::from(choices[replay * factors + factor]);
    let mut columns = Vec::with_capacity(factors);
    for factor in 0..factors {
        let options = (0..replays).map(|replay| choice(replay, factor) + 1).max().unwrap_or(0);
        let ratio = |unit: usize| {
            let mut sums = vec![(0.0, 0.0); options];
            let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
            for replay in 0..replays {
                let level = levels[replay * units + unit];
                if level == u8::MAX {
                    continue;
                }
                let level = f64::from(level);
                (n, sum, squares) = (n + 1.0, sum + level, squares + level * level);
                let own = &mut sums[choice(replay, factor)];
                *own = (own.0 + 1.0, own.1 + level);
            }
            let total = squares - sum * sum / n;
            let between: f64 =
                sums.iter().filter(|(n, _)| *n > 0.0).map(|(n, sum)| sum * sum / n).sum::<f64>() - sum * sum / n;
            // Sums of whole numbers are exact: no variance is zero.
            if total > 1e-9 { (between / total).clamp(0.0, 1.0) } else { f64::NAN }
        };
        columns.push((0..units).map(ratio).collect());
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replays_are_described_by_unit() {
        // Three replays of two units; the second failed for unit 1.
        let scores = [1.0, 5.0, 2.0, f64::NAN, 6.0, 7.0];
        let read = |x: f64| (!x.is_nan()).then_some(x);
        let found = distribution(&scores, 2, read, &[0.5], None, &Cancel::new()).expect("not cancelled");
        assert_eq!(found.mean, [3.0, 6.0]);
        assert_eq!(found.quantiles, [vec![2.0, 6.0]]);
        assert_eq!(found.count, [3, 2]);
        assert!((found.sd[0] - 7.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn ranks_and_levels_become_shares() {
        let ranks = [1, 2, 2, 1, 1, 1, 0, 1];
        assert_eq!(acceptability(&ranks, 2, &[0, 1], 2), [2.0 / 3.0, 1.0 / 3.0, 0.75, 0.25]);
        assert_eq!(above(&ranks, 2, &[(0, 1), (1, 0)]), [1.0 / 3.0, 1.0 / 3.0]);
        let levels = [0, 2, 1, 2, 1, 255];
        assert_eq!(at_least(&levels, 2, 3), [vec![2.0 / 3.0, 1.0], vec![0.0, 1.0]]);
    }

    #[test]
    fn a_level_hinges_on_the_factor_that_moves_it() {
        let choices = [0, 0, 0, 1, 1, 0, 1, 1];
        let levels = [1, 1, 2, 2];
        let found = hinges(&levels, 1, &choices, 2);
        assert_eq!(found, [vec![1.0], vec![0.0]]);
        assert!(hinges(&[1, 1, 1, 1], 1, &choices, 2)[0][0].is_nan());
    }
}
