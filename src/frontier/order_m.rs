//! Order-m: how a unit stands against m others drawn at random, so that no single unit decides.
//!
//! `r[j] = min_q x_jq / x_oq` over indicators with x_oq > 0 is how much larger o could be with j still at least as good in
//! everything (free disposal hull, no convexity). Drawing m units with replacement, the best of them has the expectation
//! `E = sum_k r_(k) ((k/n)^m - ((k-1)/n)^m)`, r in ascending order, which needs no draws; the score is `1 / E`. It may exceed
//! 1: then o beats what m others usually bring. With `draws` the expectation is the mean over that many samples, for data
//! where n^2 ratios are too many. With a context z, a unit j is drawn with a chance in proportion to the kernel `max(0, 1 - u^2)`
//! at `u = (z_j - z_o) / h`: those in like circumstances; h = 0 draws those with the same z only. Then `k / n` above is the
//! share of the kernel up to k. As m grows, the score falls to that of the free disposal hull, `1 / max r`.
//! Cazals, Florens and Simar (2002), doi:10.1016/S0304-4076(01)00080-X; Daraio and Simar (2005), doi:10.1007/s11123-005-3042-8.

use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::Sum;
use crate::numeric::random::SplitMix64;
use crate::parallel::{Cancel, map};

/// Units per task.
const TASK: usize = 64;

/// What is asked.
#[derive(Debug)]
pub struct OrderM<'a> {
    /// One slice per indicator.
    pub columns: &'a [&'a [f64]],
    /// Names of the indicators.
    pub names: &'a [&'a str],
    /// Units drawn.
    pub m: usize,
    /// Samples per unit; exact when absent.
    pub draws: Option<usize>,
    /// Circumstances of each unit, and the bandwidth; then there are no draws.
    pub context: Option<(&'a [f64], f64)>,
    /// Seed of the draws.
    pub seed: u64,
    /// Number of threads.
    pub threads: Option<usize>,
    /// Asked between units of work.
    pub cancel: &'a Cancel,
}

/// Scores of order m, missing for units with a missing value, 0 for units that have nothing.
pub fn order_m(asked: &OrderM<'_>) -> Result<Vec<f64>> {
    if asked.m == 0 || asked.draws == Some(0) {
        let message = "order-m draws at least one unit, at least once";
        return Err(Error::new(Kind::Value, Problem::general(message)));
    }
    if asked.context.is_some_and(|(_, bandwidth)| !(bandwidth >= 0.0 && bandwidth.is_finite())) {
        return Err(Error::new(Kind::Value, Problem::at("bandwidth", "expected a finite number of at least 0")));
    }
    if asked.context.is_some() && asked.draws.is_some() {
        let problem = Problem::at("draws", "with a context the expectation is exact and nothing is drawn");
        return Err(Error::new(Kind::Value, problem.remedy("leave draws out")));
    }
    super::doubt::check(asked.columns, asked.names)?;
    let width = asked.columns.len();
    let mut part = super::doubt::takes_part(asked.columns, false);
    if let Some((context, _)) = asked.context {
        for (part, z) in part.iter_mut().zip(context) {
            *part &= !z.is_nan();
        }
    }
    let kept: Vec<usize> = (0..part.len()).filter(|row| part[*row]).collect();
    let cells: Vec<f64> = kept.iter().flat_map(|row| asked.columns.iter().map(|column| column[*row])).collect();
    let n = kept.len();
    let row = |k: usize| &cells[k * width..(k + 1) * width];
    let ratio = |other: usize, own: &[f64]| {
        let pairs = row(other).iter().zip(own).filter(|(_, own)| **own > 0.0);
        pairs.map(|(other, own)| other / own).fold(f64::INFINITY, f64::min)
    };
    let chances: Vec<f64> = (0..=n).map(|k| (k as f64 / n.max(1) as f64).powf(asked.m as f64)).collect();
    let units: Vec<usize> = (0..n).collect();
    let tasks: Vec<&[usize]> = units.chunks(TASK).collect();
    let room = || (Vec::new(), Vec::new());
    let work = |(ratios, likely): &mut (Vec<f64>, Vec<(f64, f64)>), task: &[usize]| {
        let mut expectation = |unit: &usize| {
            let own = row(*unit);
            let mut sum = Sum::default();
            match asked.draws {
                None if asked.context.is_some() => {
                    likely.clear();
                    likely.extend((0..n).map(|other| (ratio(other, own), kernel(asked, kept[*unit], kept[other]))));
                    likely.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
                    let total = likely.iter().map(|(_, chance)| chance).sum::<f64>();
                    let (mut upto, mut before) = (0.0, 0.0);
                    for (r, chance) in likely.iter() {
                        upto += chance;
                        let now = (upto / total).powf(asked.m as f64);
                        sum.add(r * (now - before));
                        before = now;
                    }
                    sum.value()
                }
                None => {
                    ratios.clear();
                    ratios.extend((0..n).map(|other| ratio(other, own)));
                    ratios.sort_unstable_by(f64::total_cmp);
                    for (k, r) in ratios.iter().enumerate() {
                        sum.add(r * (chances[k + 1] - chances[k]));
                    }
                    sum.value()
                }
                Some(draws) => {
                    // One stream per row of the caller: its draws do not depend on who else is scored.
                    let mut random = SplitMix64::stream(asked.seed, kept[*unit] as u64);
                    for _ in 0..draws {
                        let best = (0..asked.m).map(|_| ratio(random.below(n), own)).fold(0.0, f64::max);
                        sum.add(best);
                    }
                    sum.value() / draws as f64
                }
            }
        };
        let score = |unit: &usize| if row(*unit).iter().any(|x| *x > 0.0) { 1.0 / expectation(unit) } else { 0.0 };
        task.iter().map(score).collect::<Vec<f64>>()
    };
    let parts = map(tasks, asked.threads, asked.cancel, room, work);
    let mut scores = vec![f64::NAN; part.len()];
    for (row, score) in kept.into_iter().zip(parts.ok_or_else(Error::interrupted)?.concat()) {
        scores[row] = score;
    }
    Ok(scores)
}

/// How likely a row is drawn for another, by their circumstances.
fn kernel(asked: &OrderM<'_>, own: usize, other: usize) -> f64 {
    let Some((context, bandwidth)) = asked.context else { return 1.0 };
    let (own, other) = (context.get(own).copied().unwrap_or(f64::NAN), context.get(other).copied().unwrap_or(f64::NAN));
    if own == other {
        return 1.0;
    }
    let u = (other - own) / bandwidth;
    (1.0 - u * u).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(columns: &[&[f64]], m: usize, draws: Option<usize>, threads: usize) -> Vec<f64> {
        let names = ["a", "b"];
        let (cancel, threads) = (Cancel::new(), Some(threads));
        let names = &names[..columns.len()];
        let asked = OrderM { columns, names, m, draws, context: None, seed: 7, threads, cancel: &cancel };
        order_m(&asked).expect("scores")
    }

    #[test]
    fn known_expectations() {
        // One indicator, values 1, 2: the best of two draws is 1 with chance 1/4, else 2.
        let found = scores(&[&[1.0, 2.0]], 2, None, 1);
        approx::assert_relative_eq!(found[0], 1.0 / 1.75, max_relative = 1e-14);
        approx::assert_relative_eq!(found[1], 2.0 / 1.75, max_relative = 1e-14);
        // One draw: the mean of the ratios, min(3, 1/4), min(1/3, 4), 1 and so on.
        let found = scores(&[&[1.0, 3.0], &[4.0, 1.0]], 1, None, 1);
        approx::assert_relative_eq!(found[0], 1.0 / 0.625, max_relative = 1e-14);
        // Many draws: the free disposal hull, to which convex combinations do not belong.
        let found = scores(&[&[1.0, 4.0, 2.4, 1.0], &[4.0, 1.0, 2.4, 0.0]], 100_000, None, 1);
        for (score, expected) in found.iter().zip([1.0, 1.0, 1.0, 0.25]) {
            approx::assert_relative_eq!(*score, expected, max_relative = 1e-9);
        }
    }

    #[test]
    fn a_context_draws_those_in_like_circumstances() {
        let (cancel, columns): (Cancel, [&[f64]; 1]) = (Cancel::new(), [&[1.0, 2.0, 8.0, 4.0]]);
        let with = |context: (&[f64], f64)| {
            let asked = OrderM {
                columns: &columns,
                names: &["a"],
                m: 2,
                draws: None,
                context: Some(context),
                seed: 0,
                threads: Some(1),
                cancel: &cancel,
            };
            order_m(&asked)
        };
        // The same circumstances only: 1 and 2 among themselves, 8 alone; the last has none.
        let found = with((&[0.0, 0.0, 5.0, f64::NAN], 0.0)).expect("scores");
        for (score, expected) in found.iter().zip([1.0 / 1.75, 2.0 / 1.75, 1.0]) {
            approx::assert_relative_eq!(*score, expected, max_relative = 1e-14);
        }
        assert!(found[3].is_nan());
        // u = 1/2 counts 3/4: of 7/4 in all, 4/7 fall to the unit itself.
        let found = with((&[0.0, 1.0, 9.0, 9.0], 2.0)).expect("scores");
        let least = (4.0 / 7.0f64).powi(2);
        approx::assert_relative_eq!(found[0], 1.0 / (least + 2.0 * (1.0 - least)), max_relative = 1e-14);
        assert!(with((&[0.0; 4], -1.0)).is_err());
    }

    #[test]
    fn nothing_scores_zero_and_missing_is_missing() {
        let found = scores(&[&[1.0, 0.0, f64::NAN], &[4.0, 0.0, 2.0]], 3, None, 1);
        assert_eq!(found[1], 0.0);
        assert!(found[2].is_nan() && found[0] > 1.0);
    }

    #[test]
    fn draws_come_near_and_do_not_depend_on_threads() {
        let mut random = SplitMix64::new(3);
        let columns: Vec<Vec<f64>> = (0..2).map(|_| (0..200).map(|_| 0.1 + random.unit()).collect()).collect();
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let (exact, drawn) = (scores(&views, 20, None, 1), scores(&views, 20, Some(2000), 1));
        for (exact, drawn) in exact.iter().zip(&drawn) {
            assert!((exact - drawn).abs() < 0.05 * exact, "{exact} {drawn}");
        }
        assert_ne!(exact, drawn);
        assert_eq!(drawn, scores(&views, 20, Some(2000), 2));
    }
}
