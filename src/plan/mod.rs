//! The cheapest way of each unit to a level.
//!
//! A plan is a choice of measures after which the level holds for certain, whatever the unanswered questions would say: an
//! answer nobody gave is taken at its worst, and a measure settles what it sets. Units with the same answers share one
//! plan, solved once, exactly unless the limit of the search is hit; then the gap is told.

pub mod allocate;
mod atoms;
pub mod chain;
pub mod change;
mod cover;
mod expand;
pub mod follow;
mod measures;
mod slots;
mod solve;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

pub use measures::{Answer, AtMost, Measure};

use expand::{Expander, Pattern};
use slots::Slots;
use solve::{Choice, Found, solve};

use crate::columns::{Rows, Table};
use crate::eligibility::{Asked, Requirements, Told, inside};
use crate::error::{Error, Kind, Problem, Result};
use crate::facts::BlockFacts;
use crate::fitted::{Fitted, Ready};
use crate::kernel::{Kernel, Workspace};
use crate::logic::{Facts, Logic, LogicKind, band};
use crate::parallel::Cancel;
use crate::score::ScoreOptions;

/// The plan of one pattern of answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// What it costs; none where no choice of measures reaches the level.
    pub cost: Option<f64>,
    /// No plan costs less; below `cost` only where the limit was hit.
    pub lower: f64,
    /// How long it takes when measures run side by side as far as they may; none where a measure does not say.
    pub months: Option<f64>,
    /// Numbers of the measures, those required first.
    pub measures: Vec<usize>,
    /// For each measure of the plan: the cheapest plan without it, where it costs at most so much more as was asked for.
    pub alternatives: Vec<Vec<usize>>,
}

/// The plans of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plans {
    /// For every row, the number of its plan.
    pub of: Vec<usize>,
    /// The plans.
    pub plans: Vec<Plan>,
    /// The score a measure gives an indicator it sets: (measure, indicator, score).
    pub scores: Vec<(usize, String, f64)>,
}

/// What is wanted of plans.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanOptions {
    /// Nodes of the search per pattern and way.
    pub limit: usize,
    /// Alternatives may cost this share more; none are looked for without it.
    pub within: Option<f64>,
}

impl Fitted {
    /// The cheapest plan of every row to a level.
    pub fn plans(
        &self,
        table: &Table<'_>,
        asked: &Asked,
        measures: &[Measure],
        wanted: &PlanOptions,
        options: &ScoreOptions,
        cancel: &Cancel,
    ) -> Result<Plans> {
        let requires = measures::check(measures)?;
        let requirements = Requirements::of(&self.tree, asked)?;
        let [ready] = self.ready.as_slice() else {
            let message = "plans need one set of fitted numbers, and this index is fitted by period";
            return Err(Error::new(Kind::Value, Problem::general(message)));
        };
        let mut rules: Vec<&Logic> = Vec::new();
        let mut starts = Vec::new();
        for logic in &requirements.logics {
            starts.push((*logic, rules.len()));
            list(logic, &mut rules);
        }
        let mut needed = vec![false; self.tree.nodes()];
        for node in &requirements.nodes {
            crate::score::need(&self.tree, *node, &mut needed);
        }
        let leaves: Vec<usize> = (0..self.tree.leaves.len()).filter(|leaf| needed[*leaf]).collect();
        let slots = Slots::new(&self.tree, &leaves, &rules);
        let choices = slots.choices(measures, &requires, ready, &rules)?;

        let look = |kernel: &Kernel<'_, '_, '_>, part: &Rows<'_>, space: &Workspace| {
            let facts = BlockFacts::new(kernel.bound, space, *part, &requirements.nodes);
            let told: Vec<Told<'_>> = requirements.logics.iter().map(|logic| Told::of(logic, &facts)).collect();
            let mut states: Vec<&[u8]> = Vec::new();
            for told in &told {
                told.list(&mut states);
            }
            (0..part.len())
                .map(|i| {
                    let states: Vec<u8> = states.iter().map(|all| all[i]).collect();
                    let bands = rules.iter().map(|logic| bands(logic, &facts, i)).collect();
                    let start = slots.start(kernel.bound, space, part, i, &states);
                    (part.row(i), Pattern { start, states, bands })
                })
                .collect::<Vec<_>>()
        };
        let scores = slots.scores(measures, ready);
        let mut plans = Plans { of: vec![0; table.rows()], plans: Vec::new(), scores };
        let mut known: HashMap<Vec<u64>, usize> = HashMap::new();
        let mut patterns: Vec<Pattern> = Vec::new();
        for block in self.blocks(table, &requirements, options, None, None, cancel, &look)? {
            for (row, pattern) in block {
                plans.of[row] = *known.entry(pattern.key()).or_insert_with(|| {
                    patterns.push(pattern);
                    patterns.len() - 1
                });
            }
        }
        // The scales of the fitted index are needed by functions that outlive this call's borrow of it.
        let ready = Arc::new(self.numbers_ready()?);
        let one = |(): &mut (), pattern: Pattern| {
            let expander = Expander { slots: &slots, ready: Arc::clone(&ready), pattern: &pattern };
            expander.all(&starts).map(|ways| plan(&ways, &pattern, &choices, measures, wanted))
        };
        let found =
            crate::parallel::map(patterns, options.threads, cancel, || (), one).ok_or_else(Error::interrupted)?;
        plans.plans = found.into_iter().collect::<Result<_>>()?;
        Ok(plans)
    }

    fn numbers_ready(&self) -> Result<Ready> {
        let part =
            self.parts().first().ok_or_else(|| Error::new(Kind::NotFitted, Problem::general("nothing is fitted")))?;
        part.numbers.ready(&self.tree, false)
    }
}

/// A condition and all inside it, each before those inside it.
fn list<'l>(logic: &'l Logic, rules: &mut Vec<&'l Logic>) {
    rules.push(logic);
    for inner in inside(logic) {
        list(inner, rules);
    }
}

fn bands(logic: &Logic, facts: &dyn Facts, i: usize) -> (usize, usize) {
    let LogicKind::Cases { on, edges, closed, then } = &logic.kind else { return (0, 0) };
    let (low, high) = facts.number(on);
    let most = then.len().saturating_sub(1);
    let end = |ends: &[f64]| ends.get(i).map_or(most, |x| band(*x, edges, *closed).min(most));
    let from = if low.is_empty() { 0 } else { end(low) };
    (from, end(high).max(from))
}

/// The cheapest of all ways.
fn cheapest(ways: &[Vec<atoms::Atom>], start: &[f64], choices: &[Choice], below: f64, limit: usize) -> Option<Found> {
    let mut best: Option<Found> = None;
    let mut lower = f64::INFINITY;
    for atoms in ways {
        let room = best.as_ref().map_or(below, |best| best.cost);
        match solve(atoms, start, choices, room, limit) {
            Some(found) => {
                lower = lower.min(found.lower);
                best = Some(found);
            }
            // Nothing cheaper this way.
            None => lower = lower.min(room),
        }
    }
    best.map(|best| Found { lower: lower.min(best.cost), ..best })
}

fn plan(
    ways: &[Vec<atoms::Atom>],
    pattern: &Pattern,
    choices: &[Choice],
    measures: &[Measure],
    wanted: &PlanOptions,
) -> Plan {
    let Some(best) = cheapest(ways, &pattern.start, choices, f64::INFINITY, wanted.limit) else {
        return Plan { lower: f64::INFINITY, ..Plan::default() };
    };
    let mut alternatives = Vec::new();
    if let Some(within) = wanted.within {
        let below = best.cost * (1.0 + within) + 1e-9 * best.cost.max(1.0);
        for gone in &best.chosen {
            let mut without = choices.to_vec();
            without[*gone] = Choice { cost: f64::INFINITY, effects: Vec::new(), requires: Vec::new() };
            for choice in &mut without {
                // What needs the measure that is gone is gone too.
                if choice.requires.contains(gone) {
                    choice.effects.clear();
                }
            }
            if let Some(found) = cheapest(ways, &pattern.start, &without, below, wanted.limit)
                && !alternatives.contains(&found.chosen)
            {
                alternatives.push(found.chosen);
            }
        }
    }
    Plan {
        cost: Some(best.cost),
        lower: best.lower,
        months: months(&best.chosen, choices, measures),
        measures: in_order(&best.chosen, choices),
        alternatives,
    }
}

/// Measures in an order in which those required come first.
fn in_order(chosen: &[usize], choices: &[Choice]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < chosen.len() {
        let waits = |m: &usize| choices[*m].requires.iter().any(|r| chosen.contains(r) && !order.contains(r));
        let Some(next) = chosen.iter().find(|m| !order.contains(m) && !waits(m)).copied() else { break };
        order.push(next);
    }
    order
}

/// The longest chain of measures that wait for each other.
fn months(chosen: &[usize], choices: &[Choice], measures: &[Measure]) -> Option<f64> {
    let mut ends: HashMap<usize, f64> = HashMap::new();
    for m in in_order(chosen, choices) {
        let before = choices[m].requires.iter().filter_map(|r| ends.get(r)).fold(0.0, |a: f64, b| a.max(*b));
        ends.insert(m, before + measures[m].months?);
    }
    Some(ends.values().fold(0.0, |a: f64, b| a.max(*b)))
}
