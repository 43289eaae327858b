//! A condition with its states in a block of rows, and what follows from them row by row.

use std::collections::BTreeSet;

use super::Finding;
use super::needed::Missing;
use super::rules::inside;
use crate::logic::{Facts, Logic, LogicKind, NO, Test, UNKNOWN};
use crate::numeric::tolerance::slack;

/// A condition with its state in each row of a block, and those inside it.
pub(super) struct Told<'l> {
    logic: &'l Logic,
    pub(super) states: Vec<u8>,
    inner: Vec<Told<'l>>,
    /// How many conditions it is with all inside it.
    pub(super) size: usize,
}

impl<'l> Told<'l> {
    pub(super) fn of(logic: &'l Logic, facts: &dyn Facts) -> Self {
        let mut states = vec![NO; facts.rows()];
        logic.evaluate(facts, &mut states);
        let inner: Vec<Self> = inside(logic).into_iter().map(|inner| Self::of(inner, facts)).collect();
        let size = 1 + inner.iter().map(|told| told.size).sum::<usize>();
        Self { logic, states, inner, size }
    }

    /// The fewest comparisons that would have to turn out otherwise for the condition to hold, at least: what is unknown
    /// counts as holding.
    pub(super) fn lacking(&self, i: usize, facts: &dyn Facts) -> u16 {
        if self.states[i] != NO {
            return 0;
        }
        let inner = || self.inner.iter().map(|told| told.lacking(i, facts));
        match &self.logic.kind {
            LogicKind::Node { .. } | LogicKind::Column { .. } | LogicKind::Count { .. } | LogicKind::Not(_) => 1,
            LogicKind::All(_) => inner().sum(),
            LogicKind::Any(_) => inner().min().unwrap_or(1),
            LogicKind::AtLeast(least, _) => {
                let mut each: Vec<u16> = inner().collect();
                each.sort_unstable();
                each.iter().take(usize::try_from(*least).unwrap_or(usize::MAX)).sum::<u16>().max(1)
            }
            LogicKind::Cases { .. } => {
                let reachable = self.reachable(i, facts);
                reachable.into_iter().map(|(_, told)| told.lacking(i, facts)).min().unwrap_or(1)
            }
        }
    }

    /// The parts that count in a row: of cases the bands the value could lie in.
    fn reachable(&self, i: usize, facts: &dyn Facts) -> Vec<(usize, &Self)> {
        let (from, to) = match &self.logic.kind {
            LogicKind::Cases { on, edges, closed, .. } => {
                let (low, high) = facts.number(on);
                let most = self.inner.len().saturating_sub(1);
                let end = |ends: &[f64]| ends.get(i).map_or(most, |x| crate::logic::band(*x, edges, *closed).min(most));
                (end(low), end(high).max(end(low)))
            }
            _ => (0, self.inner.len().saturating_sub(1)),
        };
        let mut place = 1;
        let mut found = Vec::new();
        for (k, told) in self.inner.iter().enumerate() {
            if (from..=to).contains(&k) {
                found.push((place, told));
            }
            place += told.size;
        }
        found
    }

    pub(super) fn failures(&self, i: usize, place: usize, row: usize, facts: &dyn Facts, found: &mut Vec<Finding>) {
        let mut tell = |value: f64, short: f64, bound: f64| {
            let share = if bound == 0.0 { f64::NAN } else { short / bound.abs() };
            found.push(Finding { row, rule: place, value, short, share });
        };
        match &self.logic.kind {
            LogicKind::Node { node, test } => {
                let (low, high) = facts.node(*node);
                let [value, short, bound] = shortfall(test, low[i], high[i]);
                tell(value, short, bound);
            }
            LogicKind::Column { column, test, .. } => {
                let (low, high) = facts.number(column);
                let ends = low.get(i).zip(high.get(i));
                let [value, short, bound] = ends.map_or([f64::NAN; 3], |(low, high)| shortfall(test, *low, *high));
                tell(value, short, bound);
            }
            LogicKind::Count { leaves, ge, at_least } => {
                let could = |leaf: &&usize| facts.node(**leaf).1[i] >= ge - slack(*ge);
                let possible = leaves.iter().filter(could).count() as f64;
                tell(possible, f64::from(*at_least) - possible, f64::from(*at_least));
            }
            LogicKind::Not(_) => tell(f64::NAN, f64::NAN, f64::NAN),
            LogicKind::AtLeast(least, _) => {
                let possible = self.inner.iter().filter(|told| told.states[i] != NO).count() as f64;
                tell(possible, f64::from(*least) - possible, f64::from(*least));
                self.inside_failures(i, place, row, facts, found);
            }
            LogicKind::All(_) | LogicKind::Any(_) | LogicKind::Cases { .. } => {
                self.inside_failures(i, place, row, facts, found);
            }
        }
    }

    fn inside_failures(&self, i: usize, place: usize, row: usize, facts: &dyn Facts, found: &mut Vec<Finding>) {
        for (offset, told) in self.reachable(i, facts) {
            if told.states[i] == NO {
                told.failures(i, place + offset, row, facts, found);
            }
        }
    }

    pub(super) fn needed(
        &self,
        i: usize,
        facts: &dyn Facts,
        missing: &Missing<'_, '_, '_>,
        names: &mut BTreeSet<String>,
    ) {
        match &self.logic.kind {
            LogicKind::Node { node, .. } => missing.below(*node, i, names),
            LogicKind::Column { column, .. } => missing.column(column, i, names),
            LogicKind::Count { leaves, .. } => leaves.iter().for_each(|leaf| missing.below(*leaf, i, names)),
            LogicKind::Cases { on, .. } => {
                let (low, high) = facts.number(on);
                if low.get(i) != high.get(i) || low.get(i).is_none() {
                    missing.column(on, i, names);
                }
            }
            _ => {}
        }
        for (_, told) in self.reachable(i, facts) {
            if told.states[i] == UNKNOWN {
                told.needed(i, facts, missing, names);
            }
        }
    }
}

/// The value nearest to the bound that the row could have, how far it is from it, and the bound.
fn shortfall(test: &Test, low: f64, high: f64) -> [f64; 3] {
    let finite = |x: f64| if x.is_finite() { x } else { f64::NAN };
    let known = if low == high { finite(low) } else { f64::NAN };
    let Test::Bounds { low: from, high: to } = test else {
        return [known, f64::NAN, f64::NAN];
    };
    match (from, to) {
        (Some((bound, _)), _) if high <= *bound => [finite(high), finite(bound - high), *bound],
        (_, Some((bound, _))) if low >= *bound => [finite(low), finite(low - bound), *bound],
        _ => [known, f64::NAN, f64::NAN],
    }
}
