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
    let next_ratio = best_ratio(choices, &among, &mut cover);
    let mut nobody = Cover::new(choices);
    for candidate in &among {
        let single = nobody.gain(*candidate);
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
/// doi 10.1007/BF01588971), so this holds at every place; the least is taken. Because gains fall, those of an earlier place
/// are looked at again only when they come first.
fn bound(choices: &Choices, among: &[usize], budget: f64, order: &[usize], cancel: &Cancel) -> Result<f64> {
    let mut cover = Cover::new(choices);
    let mut gains: Vec<f64> = among.iter().map(|candidate| cover.gain(*candidate)).collect();
    let mut least = f64::INFINITY;
    let step = order.len().div_ceil(PLACES).max(1);
    for place in 0..=order.len() {
        if place % step == 0 || place == order.len() {
            if cancel.is_cancelled() {
                return Err(Error::interrupted());
            }
            let reached = cover.value;
            least = least.min(reached + in_parts(choices, among, budget, &mut cover, &mut gains));
        }
        if let Some(candidate) = order.get(place) {
            cover.add(*candidate);
        }
    }
    Ok(least)
}

/// The most that gains bring within a budget when they can be bought in parts; gains that are looked at are renewed.
fn in_parts(choices: &Choices, among: &[usize], budget: f64, cover: &mut Cover<'_>, gains: &mut [f64]) -> f64 {
    let entry = |place: usize, gain: f64, round: usize| {
        let ratio = ratio(gain, choices.costs[among[place]]);
        Entry { ratio, candidate: place, round }
    };
    let mut heap: BinaryHeap<Entry> = gains.iter().enumerate().map(|(place, gain)| entry(place, *gain, 0)).collect();
    let (mut left, mut most) = (room(budget), 0.0);
    while let Some(first) = heap.pop() {
        if first.ratio <= 0.0 {
            break;
        }
        let place = first.candidate;
        if first.round == 0 {
            gains[place] = cover.gain(among[place]);
            heap.push(entry(place, gains[place], 1));
            continue;
        }
        let cost = choices.costs[among[place]];
        if cost > left {
            return most + gains[place] * left / cost;
        }
        left -= cost;
        most += gains[place];
    }
    most
}

/// The best value per cost among candidates, those taken add nothing any more.
fn best_ratio(choices: &Choices, among: &[usize], cover: &mut Cover<'_>) -> f64 {
    // What all it reaches is worth is the most that a candidate can add.
    let worth = |candidate: usize| choices.reaches[candidate].iter().map(|i| choices.value(*i)).sum::<f64>();
    let entry = |candidate: usize, gain: f64, round: usize| {
        let ratio = ratio(gain, choices.costs[candidate]);
        Entry { ratio, candidate, round }
    };
    let mut heap: BinaryHeap<Entry> = among.iter().map(|candidate| entry(*candidate, worth(*candidate), 0)).collect();
    while let Some(first) = heap.pop() {
        if first.round == 1 || first.ratio <= 0.0 {
            return first.ratio;
        }
        heap.push(entry(first.candidate, cover.gain(first.candidate), 1));
    }
    0.0
}
