//! What chosen rows fail, by how much, and what is still to be answered.

use std::collections::BTreeSet;

use super::needed::Missing;
use super::rules::inside;
use super::{Asked, Requirements};
use crate::columns::{Rows, Table};
use crate::error::{Error, Kind, Problem, Result};
use crate::facts::BlockFacts;
use crate::fit::Periods;
use crate::fitted::Fitted;
use crate::kernel::{Kernel, Workspace};
use crate::logic::{Facts, Logic, LogicKind, NO, Test, UNKNOWN};
use crate::numeric::tolerance::slack;
use crate::parallel::Cancel;
use crate::score::ScoreOptions;

/// A comparison or count that fails and makes a requirement fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Row of the data.
    pub row: usize,
    /// Place among the rules of the level.
    pub rule: usize,
    /// The value that was compared, or how many could hold; the nearest one the row could have; NaN for texts.
    pub value: f64,
    /// How much is missing to the bound, at least; NaN where that has no meaning.
    pub short: f64,
    /// The same as a share of the bound; NaN for a bound of 0.
    pub share: f64,
}

/// An answer that is missing and could settle a requirement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needed {
    /// Row of the data.
    pub row: usize,
    /// The requirement.
    pub requirement: usize,
    /// Place among the columns of [`Findings`].
    pub column: usize,
}

/// What the rows of interest lack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// What fails, by row and rule.
    pub failures: Vec<Finding>,
    /// What is to be answered, by row and requirement.
    pub needed: Vec<Needed>,
    /// Names of columns.
    pub columns: Vec<String>,
}

impl Fitted {
    /// What these rows lack for a level.
    #[allow(clippy::too_many_arguments)]
    pub fn findings(
        &self,
        table: &Table<'_>,
        rows: &[usize],
        asked: &Asked,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        cancel: &Cancel,
    ) -> Result<Findings> {
        if let Some(row) = rows.iter().find(|row| **row >= table.rows()) {
            let message = format!("there is no row {row}; the data have {} rows", table.rows());
            return Err(Error::new(Kind::UnknownName, Problem::general(message)));
        }
        let requirements = Requirements::of(&self.tree, asked)?;
        let look = |kernel: &Kernel<'_, '_, '_>, part: &Rows<'_>, space: &Workspace| {
            let facts = BlockFacts::new(kernel.bound, space, *part, &requirements.nodes);
            let missing = Missing { tree: &self.tree, bound: kernel.bound, space, rows: *part };
            let told: Vec<Told<'_>> = requirements.logics.iter().map(|logic| Told::of(logic, &facts)).collect();
            let mut failures = Vec::new();
            let mut needed: Vec<(usize, usize, String)> = Vec::new();
            for i in 0..part.len() {
                let mut place = 0;
                for (number, told) in told.iter().enumerate() {
                    if told.states[i] == NO {
                        told.failures(i, place, part.row(i), &facts, &mut failures);
                    }
                    if told.states[i] == UNKNOWN {
                        let mut names = BTreeSet::new();
                        told.needed(i, &facts, &missing, &mut names);
                        needed.extend(names.into_iter().map(|name| (part.row(i), number, name)));
                    }
                    place += told.size;
                }
            }
            (failures, needed)
        };
        let mut findings = Findings::default();
        let mut known = indexmap::IndexSet::new();
        for (failures, needed) in self.blocks(table, &requirements, options, periods, Some(rows), cancel, &look)? {
            findings.failures.extend(failures);
            for (row, requirement, name) in needed {
                let (column, _) = known.insert_full(name);
                findings.needed.push(Needed { row, requirement, column });
            }
        }
        findings.columns = known.into_iter().collect();
        Ok(findings)
    }
}

/// A condition with its state in each row of a block, and those inside it.
struct Told<'l> {
    logic: &'l Logic,
    states: Vec<u8>,
    inner: Vec<Told<'l>>,
    /// How many conditions it is with all inside it.
    size: usize,
}

impl<'l> Told<'l> {
    fn of(logic: &'l Logic, facts: &dyn Facts) -> Self {
        let mut states = vec![NO; facts.rows()];
        logic.evaluate(facts, &mut states);
        let inner: Vec<Self> = inside(logic).into_iter().map(|inner| Self::of(inner, facts)).collect();
        let size = 1 + inner.iter().map(|told| told.size).sum::<usize>();
        Self { logic, states, inner, size }
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

    fn failures(&self, i: usize, place: usize, row: usize, facts: &dyn Facts, found: &mut Vec<Finding>) {
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

    fn needed(&self, i: usize, facts: &dyn Facts, missing: &Missing<'_, '_, '_>, names: &mut BTreeSet<String>) {
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
