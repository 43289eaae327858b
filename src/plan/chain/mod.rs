//! Whose support reaches the most: choosing buyers for the sake of their suppliers, under a budget.
//!
//! A candidate costs money and reaches some units; each counts once. That is maximum coverage under a knapsack: with lead
//! firms as candidates and lagging suppliers as units it is the pull of a chain, with firms that just miss a level as
//! candidates (who reach themselves and those up their links) it is whom to cultivate.

mod cover;
mod greedy;
mod links;
mod program;
#[cfg(test)]
mod tests;
mod told;

pub use cover::Choices;
pub use greedy::{Chosen, greedy};
pub use links::{GivenLinks, LinkCounts, Links};
pub use program::Program;
pub use told::{ToldChoice, prune, tell};

use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::Cancel;

/// So many pairs of candidate and unit fit into memory without thought.
const MOST_PAIRS: usize = 100_000_000;

/// Whom each of the candidates reaches in so many steps up its chain, among the units that count.
///
/// Codes run from 0 to `counts.len()`. With `own`, each candidate also reaches one of its own: the first the code `own`, the
/// next the code after it.
pub fn reaches(
    links: &Links,
    candidates: &[usize],
    counts: &[bool],
    steps: usize,
    own: Option<usize>,
    cancel: &Cancel,
) -> Result<Vec<Vec<usize>>> {
    let (mut seen, mut mark) = (Vec::new(), vec![false; counts.len()]);
    let mut all = Vec::with_capacity(candidates.len());
    let mut pairs = 0_usize;
    for (place, candidate) in candidates.iter().enumerate() {
        if cancel.is_cancelled() {
            return Err(Error::interrupted());
        }
        links.upstream(*candidate, steps, &mut seen, &mut mark);
        let mut reach: Vec<usize> = seen.iter().copied().filter(|i| counts.get(*i) == Some(&true)).collect();
        // After all that are in links, so the list stays in order.
        reach.extend(own.map(|first| first + place));
        pairs += reach.len();
        if pairs > MOST_PAIRS {
            let message = format!("candidates reach more than {MOST_PAIRS} units in all");
            let problem =
                Problem::general(message).remedy("take fewer steps, a larger least share, or fewer candidates");
            return Err(Error::new(Kind::Limit, problem));
        }
        all.push(reach);
    }
    Ok(all)
}

/// What all that each candidate reaches is worth, as if nobody else were chosen and it could reach any number.
pub fn worth(choices: &Choices) -> Vec<f64> {
    let of = |reach: &Vec<usize>| reach.iter().map(|i| choices.value(*i)).sum();
    choices.reaches.iter().map(of).collect()
}

/// The cost of each candidate as a share of what the plans of all it reaches cost.
pub fn costs_of_plans(reaches: &[Vec<usize>], plans: &[f64], rate: f64) -> Vec<f64> {
    let cost = |i: &usize| plans.get(*i).copied().unwrap_or(f64::NAN);
    reaches
        .iter()
        .map(|reach| rate * crate::numeric::sum::Sum::of(&reach.iter().map(cost).collect::<Vec<_>>()).value())
        .collect()
}

/// What comparisons that fail cost to mend: of each row all its requirements, of each requirement its cheapest way.
///
/// The entries are those of near misses: row, requirement, way, cost; entries of way 0 are needed in any case.
pub fn costs_of_lacking(entries: &[(usize, usize, usize, f64)]) -> Vec<(usize, f64)> {
    let mut ways: std::collections::BTreeMap<(usize, usize), std::collections::BTreeMap<usize, f64>> =
        std::collections::BTreeMap::new();
    for (row, requirement, way, cost) in entries {
        *ways.entry((*row, *requirement)).or_default().entry(*way).or_default() += cost;
    }
    let mut found: Vec<(usize, f64)> = Vec::new();
    for ((row, _), ways) in ways {
        let always = ways.get(&0).copied().unwrap_or(0.0);
        let cheapest = ways.iter().filter(|(way, _)| **way > 0).map(|(_, cost)| *cost).reduce(f64::min).unwrap_or(0.0);
        match found.last_mut() {
            Some((last, sum)) if *last == row => *sum += always + cheapest,
            _ => found.push((row, always + cheapest)),
        }
    }
    found
}
