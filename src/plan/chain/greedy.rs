//! Greedy choice under a budget, with what it guarantees and a bound that holds for these data.
//!
//! Khuller S., Moss A., Naor J. (1999), The budgeted maximum coverage problem, Information Processing Letters 70(1), 39-45,
//! doi 10.1016/S0020-0190(99)00031-9: the better of the greedy choice by value per cost and the best single candidate has at
//! least (1 - 1/e) / 2 of the best value; with all sets of three as starts, 1 - 1/e.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::cover::{Choices, Cover};
use crate::error::{Error, Result};
use crate::parallel::Cancel;

/// Starts are enumerated where that is no more work than this (starts times what all candidates reach).
const MOST_WORK: f64 = 3e8;
/// At so many places of the greedy path the bound is taken.
const PLACES: usize = 24;

/// A choice of candidates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chosen {
    /// Candidates, in the order in which they were taken.
    pub order: Vec<usize>,
    /// Value reached.
    pub value: f64,
    /// No choice within the budget has more.
    pub bound: f64,
    /// The share of the best value that this method never falls short of.
    pub guarantee: f64,
    /// Value per cost of the best candidate that the budget no longer allows; 0 where there is none.
    pub next_ratio: f64,
}

#[derive(PartialEq)]
struct Entry {
    ratio: f64,
    candidate: usize,
    round: usize,
}

impl Eq for Entry {}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ratio.total_cmp(&other.ratio).then(other.candidate.cmp(&self.candidate))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Money that is there: sums of costs may round up a little.
pub(super) fn room(budget: f64) -> f64 {
    budget + 1e-9 * budget.abs().max(1.0)
}

fn ratio(gain: f64, cost: f64) -> f64 {
    if gain <= 0.0 {
        0.0
    } else if cost > 0.0 {
        gain / cost
    } else {
        f64::INFINITY
    }
}

/// Adds candidates by value per cost as long as the budget allows; gains only fall, so old ones are looked at again only
/// when they come first (Minoux 1978, doi 10.1007/BFb0006528).
pub(super) fn fill<'c>(choices: &'c Choices, among: &[usize], budget: f64, start: &[usize]) -> (Cover<'c>, Vec<usize>) {
    let mut cover = Cover::new(choices);
    let mut spent = crate::numeric::sum::Sum::default();
    let mut order = Vec::new();
    for candidate in start {
        cover.add(*candidate);
        spent.add(choices.costs[*candidate]);
        order.push(*candidate);
    }
    let mut heap: BinaryHeap<Entry> = BinaryHeap::new();
    for candidate in among.iter().filter(|candidate| !start.contains(candidate)) {
        let ratio = ratio(cover.gain(*candidate), choices.costs[*candidate]);
        heap.push(Entry { ratio, candidate: *candidate, round: order.len() });
    }
    while let Some(entry) = heap.pop() {
        if entry.ratio <= 0.0 {
            break;
        }
        let cost = choices.costs[entry.candidate];
        if spent.value() + cost > room(budget) {
            continue;
        }
        if entry.round < order.len() {
            let ratio = ratio(cover.gain(entry.candidate), cost);
            heap.push(Entry { ratio, candidate: entry.candidate, round: order.len() });
            continue;
        }
        cover.add(entry.candidate);
        spent.add(cost);
        order.push(entry.candidate);
    }
    (cover, order)
}

/// The greedy choice within a budget.
pub fn greedy(choices: &Choices, budget: f64, cancel: &Cancel) -> Result<Chosen> {
    let among: Vec<usize> = (0..choices.len()).filter(|c| choices.costs[*c] <= room(budget)).collect();
    let (mut cover, mut order) = fill(choices, &among, budget, &[]);
    let bound = bound(choices, &among, budget, &order, cancel)?;
    let mut value = cover.value;
    // Those taken add nothing any more.
    let next_ratio =
        among.iter().map(|candidate| ratio(cover.gain(*candidate), choices.costs[*candidate])).fold(0.0, f64::max);
    for candidate in &among {
        let single = Cover::new(choices).gain(*candidate);
        if single > value {
            (value, order) = (single, vec![*candidate]);
        }
    }
    let n = among.len() as f64;
    let size: usize = choices.reaches.iter().map(|reach| reach.len() + 1).sum();
    let half = (1.0 - (-1.0_f64).exp()) / 2.0;
    let guarantee = if n * n * n / 6.0 * size as f64 <= MOST_WORK {
        (value, order) = starts(choices, &among, budget, (value, order), cancel)?;
        2.0 * half
    } else {
        half
    };
    Ok(Chosen { order, value, bound: bound.max(value), guarantee, next_ratio })
}

/// The best of all choices of two, and of all of three filled up.
fn starts(
    choices: &Choices,
    among: &[usize],
    budget: f64,
    mut best: (f64, Vec<usize>),
    cancel: &Cancel,
) -> Result<(f64, Vec<usize>)> {
    let mut offer = |found: (Cover<'_>, Vec<usize>)| {
        if found.0.value > best.0 + 1e-12 * best.0.abs() {
            best = (found.0.value, found.1);
        }
    };
    let fits = |start: &[usize]| start.iter().map(|c| choices.costs[*c]).sum::<f64>() <= room(budget);
    for (i, a) in among.iter().enumerate() {
        if cancel.is_cancelled() {
            return Err(Error::interrupted());
        }
        for (j, b) in among.iter().enumerate().skip(i + 1) {
            if !fits(&[*a, *b]) {
                continue;
            }
            offer(fill(choices, &[], budget, &[*a, *b]));
            for c in among.iter().skip(j + 1) {
                if fits(&[*a, *b, *c]) {
                    offer(fill(choices, among, budget, &[*a, *b, *c]));
                }
            }
        }
    }
    Ok(best)
}

/// No choice reaches more: what is reached at a place of the path, and the best of all other gains as if they could be
/// bought in parts and added up. Value that is reached has falling gains (Nemhauser, Wolsey and Fisher 1978,
/// doi 10.1007/BF01588971), so this holds at every place; the least is taken.
fn bound(choices: &Choices, among: &[usize], budget: f64, order: &[usize], cancel: &Cancel) -> Result<f64> {
    let mut cover = Cover::new(choices);
    let mut least = f64::INFINITY;
    let step = order.len().div_ceil(PLACES).max(1);
    for place in 0..=order.len() {
        if place % step == 0 || place == order.len() {
            if cancel.is_cancelled() {
                return Err(Error::interrupted());
            }
            let mut gains: Vec<(f64, f64)> = among.iter().map(|c| (cover.gain(*c), choices.costs[*c])).collect();
            gains.retain(|(gain, _)| *gain > 0.0);
            gains.sort_by(|a, b| ratio(b.0, b.1).total_cmp(&ratio(a.0, a.1)));
            let (mut left, mut most) = (room(budget), cover.value);
            for (gain, cost) in gains {
                if cost <= left {
                    left -= cost;
                    most += gain;
                } else {
                    most += gain * left / cost;
                    break;
                }
            }
            least = least.min(most);
        }
        if let Some(candidate) = order.get(place) {
            cover.add(*candidate);
        }
    }
    Ok(least)
}
