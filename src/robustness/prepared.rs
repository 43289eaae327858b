//! One definition fitted to the data, and how it scores all units again and again.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::bind::{Absent, Bound, Wishes};
use crate::columns::{Rows, Table};
use crate::definition::{Index, Literal};
use crate::error::{Error, Kind, Problem, Result};
use crate::facts::BlockFacts;
use crate::fit::{FitOptions, Start, learn_numbers};
use crate::fitted::{Numbers, Ready};
use crate::kernel::relative::{Comparing, Given, compare};
use crate::kernel::{Kernel, Workspace};
use crate::logic::{LevelPlan, levels};
use crate::notes::Notes;
use crate::parallel::{BLOCK, Cancel};
use crate::tree::{Tree, Weigh};
use crate::weights::WeightChanges;

/// What is looked at.
pub(super) struct Asked<'q> {
    pub(super) node: Option<&'q str>,
    pub(super) levels: bool,
    pub(super) levels_of: Option<&'q str>,
    pub(super) absent: Absent,
    pub(super) assume: &'q IndexMap<String, Literal>,
    pub(super) threads: Option<usize>,
}

/// All units as one replay sees them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// Scores; NaN is missing.
    pub scores: Vec<f64>,
    /// Ranks, 1 for the highest score, ties get the best; 0 without a score.
    pub ranks: Vec<u32>,
    /// Levels held for certain, 0 for none.
    pub levels: Vec<u8>,
}

/// A definition and what was learned for it.
pub(super) struct Prepared {
    pub(super) tree: Tree,
    numbers: Numbers,
    ready: Ready,
}

impl Prepared {
    /// Fits a definition; with the numbers of indicators known, only what is above them.
    pub(super) fn new(
        index: Index,
        known: Option<&Numbers>,
        rows: Option<&[usize]>,
        table: &Table<'_>,
        options: &FitOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut tree = Tree::new(index)?;
        let numbers = known.map_or_else(Numbers::default, |known| {
            tree.know_leaves();
            known.clone()
        });
        Self::learn(tree, numbers, rows, table, options, cancel)
    }

    /// Fits a definition with other weights than it says.
    pub(super) fn changed(
        index: Index,
        changes: Arc<WeightChanges>,
        rows: Option<&[usize]>,
        table: &Table<'_>,
        options: &FitOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let numbers = Numbers::default().changing(changes);
        Self::learn(Tree::new(index)?, numbers, rows, table, options, cancel)
    }

    /// Fits again what is above the indicators, with other weights.
    pub(super) fn refit(
        &self,
        changes: Arc<WeightChanges>,
        table: &Table<'_>,
        options: &FitOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut tree = Tree::new(self.tree.index.clone())?;
        tree.know_leaves();
        let numbers = self.of_leaves().changing(changes);
        Self::learn(tree, numbers, None, table, options, cancel)
    }

    fn learn(
        tree: Tree,
        numbers: Numbers,
        rows: Option<&[usize]>,
        table: &Table<'_>,
        options: &FitOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let (mut parts, _) = learn_numbers(&tree, table, options, None, &Start { numbers, rows }, cancel)?;
        let numbers = parts.pop().map(|part| part.numbers).unwrap_or_default();
        let ready = numbers.ready(&tree, false)?;
        Ok(Self { tree, numbers, ready })
    }

    pub(super) fn of_leaves(&self) -> Numbers {
        self.numbers.of_leaves(&self.tree)
    }

    /// Whether other weights of these groups change anything that is fitted.
    pub(super) fn refits(&self, changes: &WeightChanges) -> bool {
        let tree = &self.tree;
        let first = tree.leaves.len();
        let mut touched = vec![false; tree.groups.len()];
        for (g, group) in tree.groups.iter().enumerate() {
            let method = group.aggregation.method();
            let own = changes.contains_key(&group.id);
            let below = group.children.iter().filter_map(|child| child.checked_sub(first)).any(|child| touched[child]);
            touched[g] = own || below;
            let learned = matches!(&group.weigh, Weigh::Children(weighting) if weighting.method().learns());
            let depends = !group.learns.is_empty() || method.passes() > 0 || method.relative() || (below && learned);
            // A zero weight takes a child out, which an aggregation prepares for.
            if touched[g] && depends {
                return true;
            }
        }
        false
    }

    /// Binds the definition to a table and hands out what scores it.
    pub(super) fn with_scorer<R>(
        &self,
        table: &Table<'_>,
        asked: &Asked<'_>,
        act: impl FnOnce(&mut Scorer<'_, '_, '_>) -> Result<R>,
    ) -> Result<R> {
        let wishes = Wishes { absent: asked.absent, assume: asked.assume.clone() };
        let bound = Bound::new(&self.tree, table, &wishes, asked.levels)?;
        let node = match (asked.node, self.tree.root) {
            (Some(node), _) => Some(self.tree.expect_node(node)?),
            (None, root) => root.filter(|root| self.tree.scored(*root)),
        };
        let plan = if asked.levels {
            let found = self.tree.levels.iter().find(|plan| plan.owner.as_deref() == asked.levels_of);
            Some(found.ok_or_else(|| {
                let whose = asked.levels_of.map_or_else(|| "the index".to_owned(), |node| format!("{node:?}"));
                Error::new(Kind::Value, Problem::general(format!("{whose} has no levels")))
            })?)
        } else {
            None
        };
        if node.is_none() && plan.is_none() {
            let problem = Problem::general("the index has neither a score nor levels to look at");
            return Err(Error::new(Kind::Value, problem.remedy("name a node")));
        }
        let level_nodes: Vec<usize> = plan.map(LevelPlan::nodes).unwrap_or_default();
        let mut needed = vec![false; self.tree.nodes()];
        for node in node.iter().chain(&level_nodes) {
            crate::score::need(&self.tree, *node, &mut needed);
        }
        let mut kernel =
            Kernel::new(&self.tree, &bound, &self.ready, needed).map_err(|problem| Error::new(Kind::Value, problem))?;
        kernel.range = plan.is_some();
        kernel.coverage = self.tree.groups.iter().any(|group| group.min_coverage.is_some());
        if plan.is_none() {
            kernel.only_needed_columns(&[]);
        }
        let relative = |(g, group): (usize, &crate::tree::Inner)| {
            group.aggregation.method().relative() && kernel.needed[self.tree.leaves.len() + g]
        };
        let relative = self.tree.groups.iter().enumerate().any(relative);
        let mut scorer = Scorer { prepared: self, kernel, node, plan, level_nodes, relative, threads: asked.threads };
        act(&mut scorer)
    }
}

/// A definition bound to a table.
pub(super) struct Scorer<'k, 't, 'a> {
    prepared: &'k Prepared,
    kernel: Kernel<'k, 't, 'a>,
    node: Option<usize>,
    plan: Option<&'k LevelPlan>,
    level_nodes: Vec<usize>,
    relative: bool,
    threads: Option<usize>,
}

/// The buffers of one worker.
#[derive(Default)]
pub(super) struct Room {
    space: Option<(Vec<usize>, Workspace)>,
    order: Vec<(u64, u32)>,
    ranks: Vec<u32>,
}

impl Scorer<'_, '_, '_> {
    pub(super) fn level_names(&self) -> Vec<String> {
        self.plan.map(|plan| plan.names.clone()).unwrap_or_default()
    }

    /// Takes the fitted weights, changed.
    pub(super) fn change_weights(&mut self, changes: &WeightChanges) {
        for (id, changes) in changes {
            let group = self.prepared.tree.node(id).and_then(|node| node.checked_sub(self.prepared.tree.leaves.len()));
            let Some((group, fitted)) = group.and_then(|g| Some((g, self.prepared.ready.weights.get(g)?))) else {
                continue;
            };
            let mut weights = fitted.clone();
            changes.iter().for_each(|change| change.apply(&mut weights));
            self.kernel.set_weights(group, &weights);
        }
    }

    /// Scores, ranks and levels of all units.
    pub(super) fn score(&self, room: &mut Room, seen: &mut Seen, cancel: &Cancel) -> Result<()> {
        let kernel = &self.kernel;
        let rows = kernel.bound.table.rows();
        let whole = Rows::Range { start: 0, len: rows };
        let given: Given;
        let mut notes = Notes::default();
        let with_given;
        let kernel = if self.relative {
            let none = IndexMap::new();
            let comparing = Comparing { records: &none, together: true, threads: self.threads, cancel };
            given = compare(kernel.tree, kernel.bound, kernel.ready, &kernel.needed, whole, &comparing)?;
            let mut own = Kernel::new(kernel.tree, kernel.bound, kernel.ready, kernel.needed.clone())
                .map_err(|problem| Error::new(Kind::Value, problem))?;
            own.given = Some(&given);
            own.range = kernel.range;
            own.coverage = kernel.coverage;
            with_given = own;
            &with_given
        } else {
            kernel
        };
        // A workspace fits every kernel of the same shape.
        let bound = kernel.bound;
        let shape = vec![
            kernel.tree.nodes(),
            bound.slots.len(),
            bound.texts.len(),
            usize::from(kernel.range),
            usize::from(kernel.coverage),
        ];
        if room.space.as_ref().is_none_or(|(own, _)| *own != shape) {
            room.space = Some((shape, kernel.workspace()));
        }
        let Some((_, space)) = &mut room.space else { return Ok(()) };
        seen.scores.clear();
        seen.scores.resize(rows, f64::NAN);
        seen.levels.clear();
        seen.levels.resize(if self.plan.is_some() { rows } else { 0 }, 0);
        let mut possible = [0u8; BLOCK];
        for start in (0..rows).step_by(BLOCK) {
            if cancel.is_cancelled() {
                return Err(Error::interrupted());
            }
            let part = whole.part(start, BLOCK.min(rows - start));
            let to = start..start + part.len();
            kernel.block(&part, space, &mut notes);
            if let Some(node) = self.node {
                seen.scores[to.clone()].copy_from_slice(space.node(node));
            }
            if let Some(plan) = self.plan {
                let facts = BlockFacts::new(bound, space, part, &self.level_nodes);
                levels(plan, &facts, &mut seen.levels[to], &mut possible[..part.len()]);
            }
        }
        Error::collect(Kind::Value, notes.take_problems())?;
        if self.node.is_none() {
            // Levels without a score: units rank by their level.
            seen.scores.iter_mut().zip(&seen.levels).for_each(|(score, level)| *score = f64::from(*level));
        }
        seen.ranks.clear();
        seen.ranks.extend_from_slice(room.ranks(&seen.scores));
        Ok(())
    }
}

impl Room {
    /// Ranks of scores: 1 for the highest, ties get the best, 0 for missing.
    pub(super) fn ranks(&mut self, scores: &[f64]) -> &[u32] {
        self.order.clear();
        let scored = scores.iter().enumerate().filter(|(_, score)| !score.is_nan());
        // The bits of doubles in their order; -0 and 0 are equal.
        let key = |score: f64| {
            let bits = (score + 0.0).to_bits();
            !(if bits >> 63 == 1 { !bits } else { bits | (1 << 63) })
        };
        self.order.extend(scored.map(|(row, score)| (key(*score), row as u32)));
        self.order.sort_unstable();
        self.ranks.clear();
        self.ranks.resize(scores.len(), 0);
        let (mut rank, mut last) = (0, None);
        for (place, (key, row)) in self.order.iter().enumerate() {
            if last != Some(*key) {
                (rank, last) = (place as u32 + 1, Some(*key));
            }
            if let Some(own) = self.ranks.get_mut(*row as usize) {
                *own = rank;
            }
        }
        &self.ranks
    }
}
