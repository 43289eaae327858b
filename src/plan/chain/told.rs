//! A choice told: who comes first, what each adds, who reaches whom.

use std::collections::BTreeSet;

use super::cover::{Choices, Cover};
use super::greedy::fill;

/// What a choice comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToldChoice {
    /// The chosen, by value per cost of what they add.
    pub order: Vec<usize>,
    /// What each adds, in that order: value and number.
    pub added: Vec<(f64, usize)>,
    /// For each that can be reached, the chosen one that counts it.
    pub by: Vec<Option<usize>>,
    /// For each that can be reached, how many of the chosen could reach it.
    pub times: Vec<usize>,
    /// Value reached.
    pub value: f64,
    /// Money spent.
    pub spent: f64,
}

/// Tells a choice; those who add nothing come last.
pub fn tell(choices: &Choices, chosen: &[usize]) -> ToldChoice {
    let (_, mut order) = fill(choices, chosen, f64::MAX, &[]);
    let taken: BTreeSet<usize> = order.iter().copied().collect();
    order.extend(chosen.iter().copied().filter(|candidate| !taken.contains(candidate)));
    let mut cover = Cover::new(choices);
    let mut told = ToldChoice { times: vec![0; choices.values.len()], ..ToldChoice::default() };
    let mut spent = crate::numeric::sum::Sum::default();
    for candidate in &order {
        let before = (cover.value, cover.count);
        cover.add(*candidate);
        told.added.push((cover.value - before.0, cover.count - before.1));
        spent.add(choices.costs.get(*candidate).copied().unwrap_or(0.0));
        for i in choices.reaches.get(*candidate).into_iter().flatten() {
            if let Some(times) = told.times.get_mut(*i) {
                *times += 1;
            }
        }
    }
    ToldChoice { order, by: cover.by, value: cover.value, spent: spent.value(), ..told }
}

/// So many are taken out one by one where places are limited; each time all is reached anew.
const MOST_PRUNED: usize = 300;

/// A choice without those it does not need, the dearest looked at first; its value stays the same.
pub fn prune(choices: &Choices, chosen: &[usize]) -> Vec<usize> {
    let cost = |candidate: &usize| choices.costs.get(*candidate).copied().unwrap_or(0.0);
    let mut order = chosen.to_vec();
    order.sort_by(|a, b| cost(b).total_cmp(&cost(a)).then(b.cmp(a)));
    if choices.most.is_some() {
        return prune_places(choices, order);
    }
    let mut times = vec![0_usize; choices.values.len()];
    let reach = |candidate: &usize| choices.reaches.get(*candidate).map_or(&[][..], Vec::as_slice);
    for i in order.iter().flat_map(reach) {
        times[*i] += 1;
    }
    order.retain(|candidate| {
        let needed = reach(candidate).iter().any(|i| times[*i] == 1 && choices.value(*i) > 0.0);
        if !needed {
            for i in reach(candidate) {
                times[*i] -= 1;
            }
        }
        needed
    });
    order.sort_unstable();
    order
}

fn prune_places(choices: &Choices, mut order: Vec<usize>) -> Vec<usize> {
    let value = |chosen: &[usize]| {
        let mut cover = Cover::new(choices);
        for candidate in chosen {
            cover.add(*candidate);
        }
        cover.value
    };
    let best = value(&order);
    for candidate in order.clone().into_iter().take(MOST_PRUNED) {
        let without: Vec<usize> = order.iter().copied().filter(|other| *other != candidate).collect();
        if value(&without) >= best - 1e-12 * best.abs() {
            order = without;
        }
    }
    order.sort_unstable();
    order
}
