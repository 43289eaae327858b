//! Conditions as alternatives: each a list of atoms that together make a level hold.

use std::sync::Arc;

use super::atoms::Atom;
use super::slots::{Slot, Slots, several};
use crate::aggregate::{AggregateMethod, Aggregation};
use crate::error::{Error, Kind, Problem, Result};
use crate::fitted::Ready;
use crate::logic::{Logic, LogicKind, Test, YES};
use crate::numeric::tolerance::slack;

/// More ways than this to meet a level are refused: each is solved by itself.
const MOST_WAYS: usize = 4096;

/// One row as plans see it: equal patterns have equal plans.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    /// The state.
    pub(super) start: Vec<f64>,
    /// The state of every rule, in their order.
    pub(super) states: Vec<u8>,
    /// For every rule that is `cases`: the first and the last band the row could lie in.
    pub(super) bands: Vec<(usize, usize)>,
}

impl Pattern {
    /// The same as bits, to be compared.
    pub(super) fn key(&self) -> Vec<u64> {
        let bands = self.bands.iter().flat_map(|(from, to)| [*from as u64, *to as u64]);
        let states = self.states.iter().map(|state| u64::from(*state));
        self.start.iter().map(|x| x.to_bits()).chain(states).chain(bands).collect()
    }
}

/// Conditions of one level with what they stand on.
pub(super) struct Expander<'e> {
    pub(super) slots: &'e Slots<'e>,
    pub(super) ready: Arc<Ready>,
    pub(super) pattern: &'e Pattern,
}

type Ways = Vec<Vec<Atom>>;

impl Expander<'_> {
    /// The ways to make all conditions hold; each starts at its place among the rules.
    pub(super) fn all(&self, logics: &[(&Logic, usize)]) -> Result<Ways> {
        let mut ways: Ways = vec![Vec::new()];
        for (logic, place) in logics {
            let own = self.ways(logic, *place)?;
            let joined = ways.iter().flat_map(|way| own.iter().map(move |more| [way.as_slice(), more].concat()));
            ways = joined.take(MOST_WAYS + 1).collect();
            if ways.len() > MOST_WAYS {
                let message = format!("there are more than {MOST_WAYS} ways to meet the level, too many to try each");
                return Err(Error::new(
                    Kind::Value,
                    Problem::general(message).remedy("plan for a part of its conditions"),
                ));
            }
        }
        Ok(ways)
    }

    fn inside(logic: &Logic, place: usize) -> Vec<(&Logic, usize)> {
        let mut at = place + 1;
        crate::eligibility::inside(logic)
            .into_iter()
            .map(|inner| {
                let own = (inner, at);
                at += crate::eligibility::size(inner);
                own
            })
            .collect()
    }

    fn ways(&self, logic: &Logic, place: usize) -> Result<Ways> {
        if self.pattern.states[place] == YES {
            return Ok(vec![Vec::new()]);
        }
        let inside = || Self::inside(logic, place);
        Ok(match &logic.kind {
            LogicKind::Node { node, test } => self.node(*node, test).into_iter().map(|atom| vec![atom]).collect(),
            LogicKind::Column { .. } => {
                let slot = self.slots.place(&Slot::Test(place));
                slot.map(|slot| vec![Atom::Reach { slot, at: 1.0 }]).into_iter().collect()
            }
            LogicKind::Count { leaves, ge, at_least } => {
                self.count(leaves, ge - slack(*ge), f64::from(*at_least)).into_iter().map(|atom| vec![atom]).collect()
            }
            LogicKind::All(_) => self.all(&inside())?,
            LogicKind::Any(_) => {
                let mut ways = Vec::new();
                for (inner, at) in inside() {
                    ways.extend(self.ways(inner, at)?);
                }
                ways
            }
            // What is not wanted cannot be brought about by adding.
            LogicKind::Not(_) => Vec::new(),
            LogicKind::AtLeast(least, _) => self.at_least(*least as usize, &inside())?,
            LogicKind::Cases { .. } => {
                let (from, to) = self.pattern.bands[place];
                let reachable: Vec<(&Logic, usize)> =
                    inside().into_iter().enumerate().filter(|(k, _)| (from..=to).contains(k)).map(|(_, x)| x).collect();
                self.all(&reachable)?
            }
        })
    }

    /// Every choice of so many of the conditions.
    fn at_least(&self, least: usize, inside: &[(&Logic, usize)]) -> Result<Ways> {
        let (held, open): (Vec<(&Logic, usize)>, Vec<_>) =
            inside.iter().copied().partition(|(_, place)| self.pattern.states[*place] == YES);
        let Some(more) = least.checked_sub(held.len()).filter(|more| *more <= open.len()) else {
            return Ok(Vec::new());
        };
        let mut ways = Vec::new();
        let mut picked: Vec<usize> = (0..more).collect();
        loop {
            let chosen: Vec<(&Logic, usize)> = picked.iter().map(|k| open[*k]).collect();
            ways.extend(self.all(&chosen)?);
            if ways.len() > MOST_WAYS {
                return self.all(&[]).and_then(|_| {
                    let message = format!("there are more than {MOST_WAYS} ways to meet {least} of {}", inside.len());
                    Err(Error::new(Kind::Value, Problem::general(message)))
                });
            }
            // The next combination in order.
            let Some(k) = (0..more).rev().find(|k| picked[*k] < open.len() - more + k) else { return Ok(ways) };
            picked[k] += 1;
            for next in k + 1..more {
                picked[next] = picked[next - 1] + 1;
            }
        }
    }

    fn count(&self, leaves: &[usize], each: f64, need: f64) -> Option<Atom> {
        if leaves.iter().all(|leaf| several(self.slots.tree, *leaf).is_none()) {
            let slots = leaves.iter().map(|leaf| self.slots.place(&Slot::Leaf(*leaf))).collect::<Option<_>>()?;
            return Some(Atom::Count { slots, each, need });
        }
        let children: Vec<_> = leaves.iter().map(|leaf| self.rising(*leaf)).collect::<Option<_>>()?;
        let slots = children.iter().flat_map(|(slots, _)| slots.iter().copied()).collect();
        let of = move |x: &[f64]| children.iter().filter(|(_, of)| of(x) >= each).count() as f64;
        Some(Atom::Rising { slots, of: Arc::new(of), need, slopes: None })
    }

    fn node(&self, node: usize, test: &Test) -> Option<Atom> {
        let tree = self.slots.tree;
        let Test::Bounds { low, high } = test else { return None };
        let limit =
            |bound: f64, closed: bool| if closed { bound - slack(bound) } else { (bound + slack(bound)).next_up() };
        match (low, high) {
            (Some((bound, closed)), None) => {
                let need = limit(*bound, *closed);
                let single = node < tree.leaves.len() && several(tree, node).is_none();
                if let Some(slot) = self.slots.place(&Slot::Leaf(node)).filter(|_| single) {
                    return Some(Atom::Reach { slot, at: need });
                }
                if let Some(terms) = self.linear(node) {
                    return Some(Atom::Sum { terms, need });
                }
                let slopes = self.slopes(node);
                self.rising(node).map(|(slots, of)| Atom::Rising { slots, of, need, slopes })
            }
            (None, Some((bound, closed))) => {
                let slot = self.slots.place(&Slot::Below(node))?;
                Some(Atom::Reach { slot, at: limit(-*bound, *closed) })
            }
            _ => None,
        }
    }

    /// A node as a weighted sum of slots, where it is one.
    fn linear(&self, node: usize) -> Option<Vec<(usize, f64)>> {
        let tree = self.slots.tree;
        if node < tree.leaves.len() {
            let Some(options) = several(tree, node) else {
                return self.slots.place(&Slot::Leaf(node)).map(|slot| vec![(slot, 1.0)]);
            };
            let points: Vec<(usize, f64)> = options
                .answers()
                .iter()
                .filter_map(|a| Some((self.slots.place(&Slot::Option(node, (*a).to_owned()))?, options.points_of(a)?)))
                .collect();
            let sum: f64 = points.iter().map(|(_, points)| points).sum();
            let whole = options.cap.is_none_or(|cap| sum <= cap) && points.iter().all(|(_, points)| *points >= 0.0);
            // An unanswered question may be worth more than no option at all.
            let start = &self.pattern.start;
            let chosen: f64 = points.iter().map(|(slot, points)| points * start[*slot]).sum();
            let own = self.slots.place(&Slot::Leaf(node)).map_or(f64::INFINITY, |slot| start[slot]);
            return (whole && own <= chosen).then_some(points);
        }
        let g = node - tree.leaves.len();
        let group = &tree.groups[g];
        if group.scale.is_some() {
            return None;
        }
        let (counted, weights) = (&self.ready.counted[g], &self.ready.weights[g]);
        let total: f64 = counted.iter().map(|place| weights[*place]).sum();
        let by = match group.aggregation {
            Aggregation::Sum(_) => 1.0,
            Aggregation::Arithmetic(_) => total,
            _ => return None,
        };
        let mut terms = Vec::new();
        for place in counted {
            if weights[*place] < 0.0 {
                return None;
            }
            let own = self.linear(group.children[*place])?;
            terms.extend(own.into_iter().map(|(slot, weight)| (slot, weight * weights[*place] / by)));
        }
        Some(terms)
    }

    /// A weighted sum of slots that rises at least as fast as a node does, where one is known.
    fn slopes(&self, node: usize) -> Option<Vec<(usize, f64)>> {
        let tree = self.slots.tree;
        if node < tree.leaves.len() {
            let Some(options) = several(tree, node) else {
                return self.slots.place(&Slot::Leaf(node)).map(|slot| vec![(slot, 1.0)]);
            };
            let point =
                |a: &&str| Some((self.slots.place(&Slot::Option(node, (*a).to_owned()))?, options.points_of(a)?));
            return Some(options.answers().iter().filter_map(point).filter(|(_, points)| *points > 0.0).collect());
        }
        let g = node - tree.leaves.len();
        let group = &tree.groups[g];
        let (counted, weights) = (&self.ready.counted[g], &self.ready.weights[g]);
        let total: f64 = counted.iter().map(|place| weights[*place]).sum();
        let mut terms = Vec::new();
        for place in counted {
            let weight = match group.aggregation {
                Aggregation::Sum(_) => weights[*place],
                Aggregation::Arithmetic(_) => weights[*place] / total,
                // No faster than its fastest child.
                Aggregation::Min(_) | Aggregation::Max(_) => 1.0,
                _ => return None,
            };
            terms.extend(self.slopes(group.children[*place])?.into_iter().map(|(slot, own)| (slot, own * weight)));
        }
        Some(terms)
    }

    /// A node as a rising function of slots, where its aggregations never fall.
    fn rising(&self, node: usize) -> Option<(Vec<usize>, Arc<dyn Fn(&[f64]) -> f64 + Send + Sync>)> {
        let tree = self.slots.tree;
        if node < tree.leaves.len() {
            let Some(options) = several(tree, node) else {
                let slot = self.slots.place(&Slot::Leaf(node))?;
                return Some((vec![slot], Arc::new(move |x: &[f64]| x[slot])));
            };
            let points: Vec<(usize, f64)> = options
                .answers()
                .iter()
                .filter_map(|a| Some((self.slots.place(&Slot::Option(node, (*a).to_owned()))?, options.points_of(a)?)))
                .collect();
            if points.iter().any(|(_, points)| *points < 0.0) {
                return None;
            }
            let own = self.slots.place(&Slot::Leaf(node))?;
            let (slots, cap) = (points.iter().map(|(slot, _)| *slot).collect(), options.cap.unwrap_or(f64::INFINITY));
            let of = move |x: &[f64]| {
                let chosen = points.iter().map(|(slot, points)| points * x[*slot]).sum::<f64>();
                chosen.min(cap).max(x[own])
            };
            return Some((slots, Arc::new(of)));
        }
        let g = node - tree.leaves.len();
        let group = &tree.groups[g];
        if group.scale.is_some() || !group.aggregation.method().monotone() || group.aggregation.method().relative() {
            return None;
        }
        let counted = &self.ready.counted[g];
        let weights: Vec<f64> = counted.iter().map(|place| self.ready.weights[g][*place]).collect();
        if weights.iter().any(|weight| *weight < 0.0) {
            return None;
        }
        let children: Vec<_> =
            counted.iter().map(|place| self.rising(group.children[*place])).collect::<Option<_>>()?;
        let slots = children.iter().flat_map(|(slots, _)| slots.iter().copied()).collect();
        let (ready, own) = (Arc::clone(&self.ready), group.aggregation.clone());
        let of = move |x: &[f64]| {
            let values: Vec<f64> = children.iter().map(|(_, of)| of(x)).collect();
            let method: &dyn AggregateMethod = ready.referenced[g].as_deref().unwrap_or(own.method());
            let value = method.bound(&values, &weights);
            if value.is_nan() { f64::NEG_INFINITY } else { value }
        };
        Some((slots, Arc::new(of)))
    }
}
