//! The cheapest choice of measures that makes all atoms hold: branch and bound, exact unless its limit is hit.
//!
//! Lower bounds are fractional covers: an atom that lacks r needs at least the cost of the cheapest gains that add up to r,
//! where a gain counts what a measure adds beyond the measures it requires. Atoms that share no measure are solved apart
//! and their costs add up. Ties go to the measure named first.

use super::atoms::Atom;
use super::cover::{Gain, grain, steps};

/// A measure as the solver sees it.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    pub(super) cost: f64,
    /// Slots it raises, and to what.
    pub(super) effects: Vec<(usize, f64)>,
    /// Measures it needs.
    pub(super) requires: Vec<usize>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) cost: f64,
    /// Numbers of the measures, ascending.
    pub(super) chosen: Vec<usize>,
    /// No choice costs less.
    pub(super) lower: f64,
}

/// Costs closer than this, relative to them, are equal.
const SAME: f64 = 1e-9;

/// The cheapest choice that costs less than `below`; none where there is none. `limit` bounds the number of nodes.
pub(super) fn solve(atoms: &[Atom], start: &[f64], choices: &[Choice], below: f64, limit: usize) -> Option<Found> {
    let open: Vec<&Atom> = atoms.iter().filter(|atom| !atom.holds(start)).collect();
    let mut total = Found { cost: 0.0, chosen: Vec::new(), lower: 0.0 };
    // What already holds keeps holding: measures only raise.
    for (part, useful) in components(&open, start, choices) {
        let room = below - total.cost;
        let mut search = Search::new(&part, start, choices, &useful, room, limit);
        search.run();
        let (cost, chosen) = search.best?;
        total.cost += cost;
        total.lower += if search.nodes > limit { search.root } else { cost };
        total.chosen.extend(chosen);
    }
    total.chosen.sort_unstable();
    total.chosen.dedup();
    (total.cost < below).then_some(total)
}

/// Whether a measure adds nothing to what is there.
pub(super) fn is_in_place(choice: &Choice, start: &[f64]) -> bool {
    choice.effects.iter().all(|(slot, to)| *to <= start[*slot])
}

/// Atoms that share measures, with the measures that matter to them: those that raise one of their slots, and what these
/// require.
fn components<'a>(open: &[&'a Atom], start: &[f64], choices: &[Choice]) -> Vec<(Vec<&'a Atom>, Vec<usize>)> {
    let of: Vec<Vec<usize>> = open.iter().map(|atom| useful(atom, start, choices)).collect();
    let mut done = vec![false; open.len()];
    let mut found = Vec::new();
    for first in 0..open.len() {
        if std::mem::replace(&mut done[first], true) {
            continue;
        }
        let (mut part, mut shared) = (vec![open[first]], of[first].clone());
        while let Some(next) = (0..open.len()).find(|k| !done[*k] && of[*k].iter().any(|m| shared.contains(m))) {
            done[next] = true;
            part.push(open[next]);
            shared.extend(&of[next]);
        }
        shared.sort_unstable();
        shared.dedup();
        found.push((part, shared));
    }
    found
}

fn useful(atom: &Atom, start: &[f64], choices: &[Choice]) -> Vec<usize> {
    let slots = atom.slots();
    let raises = |choice: &Choice| choice.effects.iter().any(|(slot, to)| slots.contains(slot) && *to > start[*slot]);
    let mut wanted: Vec<usize> = (0..choices.len()).filter(|m| raises(&choices[*m])).collect();
    let mut next = 0;
    while let Some(measure) = wanted.get(next).copied() {
        next += 1;
        for before in &choices[measure].requires {
            if !wanted.contains(before) && !is_in_place(&choices[*before], start) {
                wanted.push(*before);
            }
        }
    }
    wanted.sort_unstable();
    wanted
}

#[derive(Clone, Copy, PartialEq)]
enum Decision {
    Open,
    In,
    Out,
}

struct Search<'s> {
    atoms: &'s [&'s Atom],
    choices: &'s [Choice],
    useful: &'s [usize],
    decisions: Vec<Decision>,
    /// Where each measure starts from: what the measures it requires bring.
    floor: Vec<Vec<f64>>,
    /// Whether a measure waits for nothing that is not there from the start.
    free: Vec<bool>,
    x: Vec<f64>,
    cost: f64,
    below: f64,
    limit: usize,
    nodes: usize,
    /// All costs are multiples of this; 0 where there is no such number.
    grain: f64,
    root: f64,
    best: Option<(f64, Vec<usize>)>,
}

impl<'s> Search<'s> {
    fn new(
        atoms: &'s [&'s Atom],
        start: &[f64],
        choices: &'s [Choice],
        useful: &'s [usize],
        below: f64,
        limit: usize,
    ) -> Self {
        let mut decisions = vec![Decision::Out; choices.len()];
        for measure in useful {
            decisions[*measure] = Decision::Open;
        }
        for (measure, choice) in choices.iter().enumerate() {
            if is_in_place(choice, start) && !useful.contains(&measure) {
                decisions[measure] = Decision::In;
            }
        }
        let floor = choices.iter().map(|choice| floor(choice, choices, start)).collect();
        let free =
            choices.iter().map(|choice| choice.requires.iter().all(|m| is_in_place(&choices[*m], start))).collect();
        let x = start.to_vec();
        let grain = grain(useful.iter().map(|m| choices[*m].cost));
        Self {
            atoms,
            choices,
            useful,
            decisions,
            floor,
            free,
            x,
            cost: 0.0,
            below,
            limit,
            nodes: 0,
            grain,
            root: 0.0,
            best: None,
        }
    }

    fn run(&mut self) {
        self.root = self.bound().map_or(f64::INFINITY, |(bound, _)| self.rounded(bound));
        self.step();
    }

    fn step(&mut self) {
        self.nodes += 1;
        let Some((bound, branch)) = self.bound() else { return };
        let worst = self.best.as_ref().map_or(self.below, |(cost, _)| *cost);
        if self.rounded(self.cost + bound) >= worst - SAME * worst.abs().max(1.0) {
            return;
        }
        let Some(measure) = branch else {
            let chosen = self.useful.iter().copied().filter(|m| self.decisions[*m] == Decision::In).collect();
            self.best = Some((self.cost, chosen));
            return;
        };
        if self.nodes > self.limit && self.best.is_some() {
            return;
        }
        // With the measure and all it requires.
        if let Some(closure) = self.closure(measure) {
            let (x, cost) = (self.x.clone(), self.cost);
            for m in &closure {
                self.decisions[*m] = Decision::In;
                self.cost += self.choices[*m].cost;
                for (slot, to) in &self.choices[*m].effects {
                    self.x[*slot] = self.x[*slot].max(*to);
                }
            }
            self.step();
            for m in &closure {
                self.decisions[*m] = Decision::Open;
            }
            (self.x, self.cost) = (x, cost);
        }
        // Without it, and without all that require it.
        let dropped = self.dependents(measure);
        for m in &dropped {
            self.decisions[*m] = Decision::Out;
        }
        self.step();
        for m in &dropped {
            self.decisions[*m] = Decision::Open;
        }
    }

    /// A bound on a cost, raised to the next cost there can be.
    fn rounded(&self, bound: f64) -> f64 {
        if self.grain > 0.0 { (bound / self.grain - 1e-6).ceil() * self.grain } else { bound }
    }

    /// The measure with what it requires and is not chosen yet; none where a part is ruled out.
    fn closure(&self, measure: usize) -> Option<Vec<usize>> {
        let mut all = vec![measure];
        let mut next = 0;
        while let Some(m) = all.get(next).copied() {
            next += 1;
            for before in &self.choices[m].requires {
                match self.decisions[*before] {
                    Decision::Out => return None,
                    Decision::Open if !all.contains(before) => all.push(*before),
                    _ => {}
                }
            }
        }
        Some(all)
    }

    fn dependents(&self, measure: usize) -> Vec<usize> {
        let mut all = vec![measure];
        let mut next = 0;
        while let Some(m) = all.get(next).copied() {
            next += 1;
            for other in self.useful {
                let open = self.decisions[*other] == Decision::Open;
                if open && self.choices[*other].requires.contains(&m) && !all.contains(other) {
                    all.push(*other);
                }
            }
        }
        all
    }

    /// A bound on what is still to be paid, and the measure to decide next (none when all holds); nothing when the atoms
    /// cannot hold any more.
    fn bound(&self) -> Option<(f64, Option<usize>)> {
        let (mut bound, mut branch) = (0.0, None);
        let mut reachable: Option<Vec<f64>> = None;
        for atom in self.atoms {
            let lacking = atom.need() - atom.value(&self.x);
            if lacking <= 0.0 {
                continue;
            }
            let mut gains: Vec<Gain> = Vec::with_capacity(self.useful.len());
            for m in self.useful.iter().filter(|m| self.decisions[**m] == Decision::Open) {
                let (mut gain, mut touched, mut last) = (0.0, 0, 0);
                for (k, (slot, to)) in self.choices[*m].effects.iter().enumerate() {
                    let from = self.x[*slot].max(self.floor[*m][k]);
                    if *to > from {
                        let more = atom.gain(*slot, from, *to).unwrap_or(lacking);
                        gain += more;
                        if more > 0.0 {
                            (touched, last) = (touched + 1, *slot);
                        }
                    }
                }
                if gain > 0.0 {
                    // Measures that wait for nothing and raise one and the same slot exclude each other.
                    let slot = (touched == 1 && self.free[*m]).then_some(last);
                    gains.push(Gain { cost: self.choices[*m].cost, adds: gain.min(lacking), measure: *m, slot });
                }
            }
            let mut gains = steps(gains);
            if matches!(atom, Atom::Rising { .. }) {
                // What all open measures together bring shows whether the atom can hold at all.
                let most = reachable.get_or_insert_with(|| self.most());
                if atom.value(most) < atom.need() {
                    return None;
                }
            }
            gains.sort_unstable_by(|a, b| {
                (a.cost / a.adds).total_cmp(&(b.cost / b.adds)).then(a.measure.cmp(&b.measure))
            });
            let (mut left, mut cost) = (lacking, 0.0);
            for step in &gains {
                if left <= 0.0 {
                    break;
                }
                let share = (left / step.adds).min(1.0);
                cost += step.cost * share;
                left -= step.adds * share;
            }
            // Sums of many small gains may miss the need by their rounding.
            if left > 1e-9 * atom.need().abs().max(1.0) {
                return None;
            }
            let first = gains.first().map(|step| step.measure)?;
            if branch.is_none() || cost > bound {
                (bound, branch) = (f64::max(bound, cost), Some(first));
            }
        }
        Some((bound, branch))
    }

    fn most(&self) -> Vec<f64> {
        let mut x = self.x.clone();
        for m in self.useful.iter().filter(|m| self.decisions[**m] == Decision::Open) {
            for (slot, to) in &self.choices[*m].effects {
                x[*slot] = x[*slot].max(*to);
            }
        }
        x
    }
}

/// For each effect of a measure: what the measures it requires, directly or not, already bring in that slot.
fn floor(choice: &Choice, choices: &[Choice], start: &[f64]) -> Vec<f64> {
    // What is in place asks for nothing.
    let needed = |m: &usize| !is_in_place(&choices[*m], start);
    let mut before: Vec<usize> = choice.requires.iter().copied().filter(needed).collect();
    let mut next = 0;
    while let Some(m) = before.get(next).copied() {
        next += 1;
        let more = choices[m].requires.iter().copied().filter(needed).filter(|other| !before.contains(other));
        let more: Vec<usize> = more.collect();
        before.extend(more);
    }
    let brought = |slot: usize| {
        let all = before.iter().flat_map(|m| &choices[*m].effects).filter(|(own, _)| *own == slot).map(|(_, to)| *to);
        all.fold(f64::NEG_INFINITY, f64::max)
    };
    choice.effects.iter().map(|(slot, _)| brought(*slot)).collect()
}
