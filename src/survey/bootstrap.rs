//! The rescaled bootstrap within strata.
//!
//! A replicate draws `n_h - 1` of the `n_h` units of each stratum with replacement; a unit drawn t times has the weight
//! `w (1 - l + l t n_h / (n_h - 1))` with `l = sqrt(1 - n_h / N_h)`, so `w t n_h / (n_h - 1)` without population sizes.
//! Rao J. N. K., Wu C. F. J. (1988), Resampling inference with complex survey data, JASA 83(401): 231-241, doi
//! 10.1080/01621459.1988.10478591; Rao, Wu, Yue (1992), Some recent work on resampling methods for complex surveys,
//! Survey Methodology 18: 209-217.
//!
//! A replicate has a generator of its own, so that it is the same on any thread. Weights of replicates are used and
//! forgotten.

use super::draw::{Plan, generator};
use super::{Design, Domains, Single};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::quantile::quantile;
use crate::numeric::sum::Sum;
use crate::parallel::{self, Cancel};

/// More numbers than this are not kept.
const MOST_VALUES: usize = 200_000_000;

/// What is estimated in each group.
#[derive(Debug, Clone)]
pub enum Statistic {
    /// The shares of categories `0..count`; a negative code is no answer.
    Shares {
        /// The category of each row.
        codes: Vec<i64>,
        /// How many categories there are.
        count: usize,
    },
    /// The ratio of two totals, or a mean without the second variable.
    Ratio {
        /// The variable above.
        y: Vec<f64>,
        /// The variable below.
        x: Option<Vec<f64>>,
    },
}

impl Statistic {
    fn width(&self) -> usize {
        match self {
            Self::Shares { count, .. } => *count,
            Self::Ratio { .. } => 1,
        }
    }

    fn rows(&self) -> usize {
        match self {
            Self::Shares { codes, .. } => codes.len(),
            Self::Ratio { y, .. } => y.len(),
        }
    }
}

/// How many replicates, from where, on how many threads.
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    /// How many replicates.
    pub count: usize,
    /// The seed.
    pub seed: u64,
    /// Threads; the replicates are the same for any number.
    pub threads: Option<usize>,
}

/// One statistic, its rows in the order of the design and its sums told apart by cell; the last cell takes the rest.
struct Prepared {
    cells: Vec<u32>,
    pair: Option<(Vec<f64>, Vec<f64>)>,
    width: usize,
    groups: usize,
}

/// Estimates of replicates, one after the other: by statistic, group and category.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    /// All values, replicate by replicate.
    pub values: Vec<f64>,
    /// Values of one replicate.
    pub width: usize,
}

/// How the replicates of one value lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Replicates that have a value: those in which the group was drawn.
    pub used: usize,
    /// Their standard deviation (ddof 1), the standard error.
    pub se: f64,
    /// Quantile (1 - level) / 2 of the replicates.
    pub low: f64,
    /// Quantile (1 + level) / 2 of the replicates.
    pub high: f64,
}

/// Replicates of statistics.
pub fn replicates(
    design: &Design,
    groups: Option<&[i64]>,
    group_count: usize,
    statistics: &[Statistic],
    draws: Draws,
    cancel: &Cancel,
) -> Result<Replicates> {
    let Draws { count, seed, threads } = draws;
    // The codes are checked there.
    Domains::new(design, groups, group_count)?;
    if statistics.iter().any(|statistic| statistic.rows() != design.len()) {
        return Err(Error::new(Kind::Value, Problem::general("columns and weights differ in length")));
    }
    let alone = design.strata().iter().any(|stratum| stratum.units == 1 && stratum.open > 0.0);
    if alone && design.single() != Single::Certainty {
        let message = "a stratum with a single sampling unit cannot be drawn from again";
        let problem = Problem::general(message).remedy("say single=\"certainty\" in the design");
        return Err(Error::new(Kind::Degenerate, problem));
    }
    let group_count = if groups.is_none() { 1 } else { group_count };
    let width: usize = statistics.iter().map(|statistic| statistic.width().saturating_mul(group_count)).sum();
    if width.saturating_mul(count) > MOST_VALUES || width > u32::MAX as usize {
        let message = format!("{count} replicates of {width} values are too many to keep");
        return Err(Error::new(Kind::Limit, Problem::general(message)));
    }
    let prepared: Vec<Prepared> =
        statistics.iter().map(|statistic| prepare(design, groups, group_count, statistic)).collect();
    let plan = Plan::new(design);
    let found = parallel::map(
        (0..count as u64).collect(),
        threads,
        cancel,
        || Space { drawn: vec![0; design.units()], weights: vec![0.0; design.len()], sums: vec![] },
        |space, number| {
            plan.draw(&mut generator(seed, number), &mut space.drawn);
            plan.weigh(&space.drawn, &mut space.weights);
            let mut values = Vec::with_capacity(width);
            for statistic in &prepared {
                statistic.estimate(&space.weights, &mut space.sums, &mut values);
            }
            values
        },
    );
    let values = found.ok_or_else(Error::interrupted)?.concat();
    Ok(Replicates { values, width })
}

impl Replicates {
    /// The summary of each value.
    pub fn summaries(&self, level: f64) -> Vec<Summary> {
        (0..self.width)
            .map(|place| {
                let own = self.values.iter().skip(place).step_by(self.width.max(1)).filter(|value| !value.is_nan());
                summary(own.copied().collect(), level)
            })
            .collect()
    }
}

fn summary(mut values: Vec<f64>, level: f64) -> Summary {
    let used = values.len();
    let mean = Sum::of(&values).value() / used as f64;
    let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
    let se = if used < 2 { f64::NAN } else { (Sum::of(&squares).value() / (used - 1) as f64).sqrt() };
    values.sort_unstable_by(f64::total_cmp);
    Summary {
        used,
        se,
        low: quantile(&values, (1.0 - level) / 2.0),
        high: quantile(&values, f64::midpoint(1.0, level)),
    }
}

/// What a worker holds.
struct Space {
    drawn: Vec<u32>,
    weights: Vec<f64>,
    sums: Vec<f64>,
}

fn prepare(design: &Design, groups: Option<&[i64]>, group_count: usize, statistic: &Statistic) -> Prepared {
    let width = statistic.width();
    let rest = (width * group_count) as u32;
    let group = |row: usize| groups.map_or(Some(0), |codes| usize::try_from(codes[row]).ok());
    let rows = || design.order().iter().map(|row| *row as usize);
    match statistic {
        Statistic::Shares { codes, .. } => {
            let cell = |row: usize| {
                let category = usize::try_from(codes[row]).ok().filter(|code| *code < width)?;
                Some((group(row)? * width + category) as u32)
            };
            let cells = rows().map(|row| cell(row).unwrap_or(rest)).collect();
            Prepared { cells, pair: None, width, groups: group_count }
        }
        Statistic::Ratio { y, x } => {
            let below = |row: usize| x.as_ref().map_or(1.0, |x| x[row]);
            let usable = |row: usize| !y[row].is_nan() && !below(row).is_nan();
            let cell = |row: usize| group(row).filter(|_| usable(row)).map_or(rest, |group| group as u32);
            let value = |row: usize, value: f64| if usable(row) { value } else { 0.0 };
            let pair =
                (rows().map(|row| value(row, y[row])).collect(), rows().map(|row| value(row, below(row))).collect());
            Prepared { cells: rows().map(cell).collect(), pair: Some(pair), width, groups: group_count }
        }
    }
}

/// Neighboring rows often share a cell; in turns over so many sums none waits for the one before.
const TURNS: usize = 4;

impl Prepared {
    fn estimate(&self, weights: &[f64], sums: &mut Vec<f64>, values: &mut Vec<f64>) {
        let cells = self.width * self.groups + 1;
        match &self.pair {
            None => {
                let shares = add_up(&self.cells, weights.iter().copied(), cells, sums);
                for group in shares[..cells - 1].chunks(self.width.max(1)) {
                    let total: f64 = group.iter().sum();
                    values.extend(group.iter().map(|sum| if total > 0.0 { sum / total } else { f64::NAN }));
                }
            }
            Some((y, x)) => {
                let above = add_up(&self.cells, weights.iter().zip(y).map(|(w, y)| w * y), cells, sums);
                let below = add_up(&self.cells, weights.iter().zip(x).map(|(w, x)| w * x), cells, sums);
                let ratio = |(y, x): (&f64, &f64)| if *x == 0.0 { f64::NAN } else { y / x };
                values.extend(above[..cells - 1].iter().zip(&below).map(ratio));
            }
        }
    }
}

fn add_up(cells: &[u32], values: impl Iterator<Item = f64>, count: usize, sums: &mut Vec<f64>) -> Vec<f64> {
    sums.clear();
    sums.resize(count * TURNS, 0.0);
    let mut turn = 0;
    for (cell, value) in cells.iter().zip(values) {
        sums[*cell as usize * TURNS + turn] += value;
        turn = (turn + 1) % TURNS;
    }
    sums.chunks_exact(TURNS).map(|turns| (turns[0] + turns[1]) + (turns[2] + turns[3])).collect()
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::rand_core::Rng;

    use super::super::Columns;
    use super::super::linearized::{mean, share};
    use super::super::testing::{plain, stratified};
    use super::*;

    fn run(design: &Design, statistics: &[Statistic], count: usize, seed: u64, threads: usize) -> Replicates {
        replicates(design, None, 1, statistics, Draws { count, seed, threads: Some(threads) }, &Cancel::new())
            .expect("valid")
    }

    fn sample(n: usize) -> (Vec<f64>, Vec<i64>, Vec<f64>) {
        let mut random = generator(9, 9);
        let mut uniform = || (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let weights = (0..n).map(|_| 1.0 + 4.0 * uniform()).collect();
        let strata = (0..n).map(|i| i64::from(i as u32 % 3)).collect();
        let y = (0..n).map(|i| (i % 3) as f64 + uniform()).collect();
        (weights, strata, y)
    }

    #[test]
    fn streams_differ_and_do_not_depend_on_threads() {
        let (weights, strata, y) = sample(90);
        let design = stratified(&weights, &strata, Single::Error);
        let statistic = [Statistic::Ratio { y, x: None }];
        let first = run(&design, &statistic, 40, 0, 1);
        assert_eq!(first, run(&design, &statistic, 40, 0, 2));
        assert_ne!(first, run(&design, &statistic, 40, 1, 1));
        let mut distinct = first.values.clone();
        distinct.sort_unstable_by(f64::total_cmp);
        distinct.dedup();
        assert_eq!(distinct.len(), 40);
        // More replicates begin with the same ones.
        assert_eq!(run(&design, &statistic, 60, 0, 1).values[..40], first.values);
    }

    #[test]
    fn agrees_with_the_linearized_error() {
        let (weights, strata, y) = sample(300);
        let codes: Vec<i64> = y.iter().map(|y| i64::from(*y > 1.2)).collect();
        let population = vec![150.0; 300];
        for fpc in [None, Some(population.as_slice())] {
            let columns = Columns { strata: Some(&strata), units: None, population: fpc };
            let design = Design::new(&weights, columns, Single::Error).expect("valid");
            let statistics =
                [Statistic::Ratio { y: y.clone(), x: None }, Statistic::Shares { codes: codes.clone(), count: 2 }];
            let found = run(&design, &statistics, 4000, 3, 2).summaries(0.95);
            let expected = [
                mean(&design, design.order(), |row| y[row]).se,
                share(&design, design.order(), &codes, 0).se,
                share(&design, design.order(), &codes, 1).se,
            ];
            for (found, expected) in found.iter().zip(expected) {
                // 4000 replicates: a relative standard deviation of 1.1 %; four of them.
                assert!((found.se / expected - 1.0).abs() < 0.045, "{} {expected}", found.se);
                assert!(found.low < found.high && found.used == 4000);
            }
        }
    }

    #[test]
    fn edges() {
        let design = plain(&[1.0; 3]);
        let nothing = [Statistic::Shares { codes: vec![-1; 3], count: 2 }];
        let found = run(&design, &nothing, 5, 0, 1).summaries(0.9);
        assert!(
            found.len() == 2 && found.iter().all(|value| value.used == 0 && value.se.is_nan() && value.low.is_nan())
        );
        let strata = [0, 0, 1];
        let statistic = [Statistic::Ratio { y: vec![1.0, 2.0, 3.0], x: None }];
        let kept = stratified(&[1.0; 3], &strata, Single::Certainty);
        assert!(run(&kept, &statistic, 20, 0, 1).values.iter().all(|value| (4.0 / 3.0 - 1e-15..=2.5).contains(value)));
        let centered = stratified(&[1.0; 3], &strata, Single::Centered);
        let (five, cancel) = (Draws { count: 5, seed: 0, threads: None }, Cancel::new());
        assert!(replicates(&centered, None, 1, &statistic, five, &cancel).is_err());
        cancel.cancel();
        assert!(replicates(&kept, None, 1, &statistic, five, &cancel).is_err());
        assert!(replicates(&plain(&[1.0; 2]), None, 1, &statistic, five, &Cancel::new()).is_err());
    }
}
