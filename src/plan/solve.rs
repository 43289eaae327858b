//! The cheapest choice of measures that makes all atoms hold: branch and bound, exact unless its limit is hit.
//!
//! Lower bounds are fractional covers: an atom that lacks r needs at least the cost of the cheapest gains that add up to r,
//! where a gain counts what a measure adds beyond the measures it requires. Atoms that share no measure are solved apart
//! and their costs add up. Ties go to the measure named first.

use super::atoms::Atom;

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
fn is_in_place(choice: &Choice, start: &[f64]) -> bool {
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

/// What a measure adds to an atom, and for how much.
#[derive(Clone, Copy)]
struct Gain {
    cost: f64,
    adds: f64,
    measure: usize,
    /// The only slot it raises for this atom, where others that do so exclude it.
    slot: Option<usize>,
}

/// Of measures that exclude each other, the steps from one to the next better one on the concave envelope of gain over
/// cost: a sum of steps in order of their price is what a mixture of them could bring at most.
fn steps(gains: Vec<Gain>) -> Vec<Gain> {
    let mut found: Vec<Gain> = Vec::with_capacity(gains.len());
    let mut alone = gains;
    found.extend(alone.iter().filter(|gain| gain.slot.is_none()));
    alone.retain(|gain| gain.slot.is_some());
    alone.sort_unstable_by(|a, b| {
        a.slot
            .cmp(&b.slot)
            .then(a.cost.total_cmp(&b.cost))
            .then(b.adds.total_cmp(&a.adds))
            .then(a.measure.cmp(&b.measure))
            .then(a.measure.cmp(&b.measure))
    });
    for same in alone.chunk_by(|a, b| a.slot == b.slot) {
        let mut hull: Vec<Gain> = Vec::with_capacity(same.len());
        for next in same {
            if hull.last().is_some_and(|last| next.adds <= last.adds) {
                continue;
            }
            // A step that is dearer than the one after it is none.
            while let Some(last) = hull.last().copied() {
                let before = hull.len().checked_sub(2).map_or((0.0, 0.0), |place| (hull[place].cost, hull[place].adds));
                let (one, both) =
                    ((last.cost - before.0, last.adds - before.1), (next.cost - last.cost, next.adds - last.adds));
                if one.0 * both.1 < both.0 * one.1 {
                    break;
                }
                hull.pop();
            }
            hull.push(*next);
        }
        let mut before = (0.0, 0.0);
        for step in hull {
            found.push(Gain { cost: step.cost - before.0, adds: step.adds - before.1, ..step });
            before = (step.cost, step.adds);
        }
    }
    found
}

/// The greatest number of thousandths that all costs are multiples of; 0 where they are no thousandths.
fn grain(costs: impl Iterator<Item = f64>) -> f64 {
    let mut grain: u64 = 0;
    for cost in costs {
        let thousandths = cost * 1000.0;
        if thousandths.fract() != 0.0 || thousandths > 1e15 {
            return 0.0;
        }
        let (mut a, mut b) = (grain, thousandths as u64);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        grain = a;
    }
    grain as f64 / 1000.0
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every subset, plainly.
    fn brute(atoms: &[Atom], start: &[f64], choices: &[Choice]) -> Option<f64> {
        let mut best: Option<f64> = None;
        for set in 0u32..1 << choices.len() {
            let has = |m: usize| set >> m & 1 == 1;
            let closed = (0..choices.len()).filter(|m| has(*m)).all(|m| {
                choices[m].requires.iter().all(|before| has(*before) || is_in_place(&choices[*before], start))
            });
            if !closed {
                continue;
            }
            let (mut x, mut cost) = (start.to_vec(), 0.0);
            for (m, choice) in choices.iter().enumerate().filter(|(m, _)| has(*m)) {
                let _ = m;
                cost += choice.cost;
                for (slot, to) in &choice.effects {
                    x[*slot] = x[*slot].max(*to);
                }
            }
            if atoms.iter().all(|atom| atom.holds(&x)) && best.is_none_or(|best| cost < best) {
                best = Some(cost);
            }
        }
        best
    }

    fn choice() -> impl Strategy<Value = (f64, Vec<(usize, f64)>, Vec<usize>)> {
        let effects = prop::collection::vec((0usize..6, prop_oneof![Just(1.0), Just(2.0), 0.0..3.0f64]), 1..4);
        (prop_oneof![Just(0.0), Just(1.0), 0.0..9.0f64], effects, prop::collection::vec(0usize..9, 0..2))
    }

    fn atom() -> impl Strategy<Value = Atom> {
        let slots = || prop::collection::vec(0usize..6, 1..6);
        prop_oneof![
            (0usize..6, 0.5..2.5f64).prop_map(|(slot, at)| Atom::Reach { slot, at }),
            (prop::collection::vec((0usize..6, 0.1..2.0f64), 1..6), 0.5..8.0f64)
                .prop_map(|(terms, need)| Atom::Sum { terms, need }),
            (slots(), prop_oneof![Just(1.0), Just(2.0)], 1u8..4).prop_map(|(mut slots, each, need)| {
                slots.sort_unstable();
                slots.dedup();
                Atom::Count { slots, each, need: f64::from(need) }
            }),
            (slots(), 0.5..2.0f64).prop_map(|(slots, need)| {
                let own = slots.clone();
                let of = move |x: &[f64]| own.iter().map(|slot| x[*slot]).fold(f64::INFINITY, f64::min);
                let slopes = (need > 1.0).then(|| slots.iter().map(|slot| (*slot, 1.0)).collect());
                Atom::Rising { slots, of: std::sync::Arc::new(of), need, slopes }
            }),
            // Capped and with a floor, as points of several options are.
            (prop::collection::vec((0usize..6, 0.1..2.0f64), 1..6), 0.0..3.0f64, 0.5..5.0f64, 0.5..6.0f64).prop_map(
                |(terms, floor, cap, need)| {
                    let own = terms.clone();
                    let of = move |x: &[f64]| {
                        own.iter().map(|(slot, weight)| weight * x[*slot]).sum::<f64>().min(cap).max(floor)
                    };
                    let slots = terms.iter().map(|(slot, _)| *slot).collect();
                    Atom::Rising { slots, of: std::sync::Arc::new(of), need, slopes: Some(terms) }
                }
            ),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn no_choice_is_cheaper(
            given in prop::collection::vec(choice(), 1..10), atoms in prop::collection::vec(atom(), 1..4),
            start in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..2.0f64], 6),
        ) {
            let choices: Vec<Choice> = given
                .iter()
                .enumerate()
                // Requirements point at earlier measures, so there is no circle.
                .map(|(i, (cost, effects, requires))| Choice {
                    cost: *cost,
                    effects: effects.clone(),
                    requires: requires.iter().copied().filter(|r| *r < i).collect(),
                })
                .collect();
            let found = solve(&atoms, &start, &choices, f64::INFINITY, 1_000_000);
            let best = brute(&atoms, &start, &choices);
            prop_assert_eq!(found.is_some(), best.is_some());
            if let (Some(found), Some(best)) = (found, best) {
                prop_assert!((found.cost - best).abs() <= 1e-8 * best.max(1.0), "{} {}", found.cost, best);
                prop_assert_eq!(found.lower, found.cost);
                let (mut x, mut cost) = (start.clone(), 0.0);
                for m in &found.chosen {
                    cost += choices[*m].cost;
                    for (slot, to) in &choices[*m].effects {
                        x[*slot] = x[*slot].max(*to);
                    }
                }
                prop_assert!((cost - found.cost).abs() < 1e-9 && atoms.iter().all(|atom| atom.holds(&x)));
            }
        }
    }

    #[test]
    fn a_limit_gives_a_gap_and_a_bound_gives_nothing() {
        let choices: Vec<Choice> = (0..20)
            .map(|i| Choice { cost: 7.0 + f64::from(i * i % 7), effects: vec![(i as usize, 1.0)], requires: vec![] })
            .collect();
        let atoms = [Atom::Sum { terms: (0..20).map(|i| (i, 1.0 + (i % 3) as f64)).collect(), need: 13.5 }];
        let start = vec![0.0; 20];
        let exact = solve(&atoms, &start, &choices, f64::INFINITY, 1_000_000).expect("a plan");
        let quick = solve(&atoms, &start, &choices, f64::INFINITY, 1).expect("a plan");
        assert!(quick.lower <= exact.cost && exact.cost <= quick.cost && exact.lower == exact.cost);
        assert_eq!(solve(&atoms, &start, &choices, exact.cost, 1_000_000), None);
        assert_eq!(solve(&[], &start, &choices, 1.0, 1).map(|found| found.cost), Some(0.0));
    }
}
