//! How a fitted definition scores all units, again and again with other weights.

use indexmap::IndexMap;

use super::prepared::Prepared;
use crate::columns::Rows;
use crate::error::{Error, Kind, Result};
use crate::facts::BlockFacts;
use crate::fit::Periods;
use crate::kernel::relative::{Comparing, compare};
use crate::kernel::{Kernel, Workspace};
use crate::logic::{LevelPlan, levels};
use crate::notes::Notes;
use crate::parallel::{BLOCK, Cancel};
use crate::weights::WeightChanges;

/// All units as one replay sees them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// Scores; NaN is missing.
    pub scores: Vec<f64>,
    /// Ranks, 1 for the highest score (of its period, where there are periods), ties get the best; 0 without a score.
    pub ranks: Vec<u32>,
    /// Levels held for certain, 0 for none.
    pub levels: Vec<u8>,
}

/// A definition bound to a table.
pub(super) struct Scorer<'k, 't, 'a> {
    pub(super) prepared: &'k Prepared,
    /// One for all rows, or one for the rows of each period.
    pub(super) kernels: Vec<(Kernel<'k, 't, 'a>, Option<&'k [usize]>)>,
    pub(super) node: Option<usize>,
    pub(super) plan: Option<&'k LevelPlan>,
    pub(super) level_nodes: Vec<usize>,
    pub(super) relative: bool,
    pub(super) periods: Option<&'k Periods>,
    pub(super) threads: Option<usize>,
}

/// The buffers of one worker.
#[derive(Default)]
pub(super) struct Room {
    space: Option<([usize; 5], Workspace)>,
    order: Vec<(u64, u32)>,
}

impl Scorer<'_, '_, '_> {
    pub(super) fn level_names(&self) -> Vec<String> {
        self.plan.map(|plan| plan.names.clone()).unwrap_or_default()
    }

    /// Takes the fitted weights, changed.
    pub(super) fn change_weights(&mut self, changes: &WeightChanges) {
        let tree = &self.prepared.tree;
        for (id, changes) in changes {
            let Some(group) = tree.node(id).and_then(|node| node.checked_sub(tree.leaves.len())) else { continue };
            for (kernel, _) in &mut self.kernels {
                let mut weights = kernel.ready.weights[group].clone();
                for change in changes {
                    change.apply(&mut weights);
                }
                kernel.set_weights(group, &weights);
            }
        }
    }

    /// Scores, ranks and levels of all units.
    pub(super) fn score(&self, room: &mut Room, seen: &mut Seen, cancel: &Cancel) -> Result<()> {
        let rows = self.kernels.first().map_or(0, |(kernel, _)| kernel.bound.table.rows());
        seen.scores.clear();
        seen.scores.resize(rows, f64::NAN);
        seen.levels.clear();
        seen.levels.resize(if self.plan.is_some() { rows } else { 0 }, 0);
        for (kernel, own) in &self.kernels {
            let whole = own.map_or(Rows::Range { start: 0, len: rows }, Rows::List);
            if !self.relative {
                self.rows(kernel, whole, room, seen, cancel)?;
                continue;
            }
            let none = IndexMap::new();
            let comparing = Comparing { records: &none, together: true, threads: self.threads, cancel };
            let given = compare(kernel.tree, kernel.bound, kernel.ready, &kernel.needed, whole, &comparing)?;
            let mut with_given = Kernel::new(kernel.tree, kernel.bound, kernel.ready, kernel.needed.clone())
                .map_err(|problem| Error::new(Kind::Value, problem))?;
            with_given.given = Some(&given);
            with_given.range = kernel.range;
            with_given.coverage = kernel.coverage;
            self.rows(&with_given, whole, room, seen, cancel)?;
        }
        if self.node.is_none() {
            // Levels without a score: units rank by their level.
            seen.scores.iter_mut().zip(&seen.levels).for_each(|(score, level)| *score = f64::from(*level));
        }
        room.rank(seen, self.periods);
        Ok(())
    }

    fn rows(
        &self,
        kernel: &Kernel<'_, '_, '_>,
        whole: Rows<'_>,
        room: &mut Room,
        seen: &mut Seen,
        cancel: &Cancel,
    ) -> Result<()> {
        // A workspace fits every kernel of the same shape.
        let bound = kernel.bound;
        let shape = [
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
        let mut notes = Notes::default();
        let (mut certain, mut possible) = ([0u8; BLOCK], [0u8; BLOCK]);
        for start in (0..whole.len()).step_by(BLOCK) {
            if cancel.is_cancelled() {
                return Err(Error::interrupted());
            }
            let part = whole.part(start, BLOCK.min(whole.len() - start));
            kernel.block(&part, space, &mut notes);
            if let Some(node) = self.node {
                scatter(&part, space.node(node), &mut seen.scores);
            }
            if let Some(plan) = self.plan {
                let facts = BlockFacts::new(bound, space, part, &self.level_nodes);
                levels(plan, &facts, &mut certain[..part.len()], &mut possible[..part.len()]);
                scatter(&part, &certain[..part.len()], &mut seen.levels);
            }
        }
        Error::collect(Kind::Value, notes.take_problems())
    }
}

fn scatter<T: Copy>(rows: &Rows<'_>, values: &[T], out: &mut [T]) {
    match rows {
        Rows::Range { start, len } => out[*start..start + len].copy_from_slice(values),
        Rows::List(list) => {
            for (row, value) in list.iter().zip(values) {
                out[*row] = *value;
            }
        }
    }
}

impl Room {
    /// Ranks of scores: 1 for the highest, ties get the best, 0 for missing; within periods where there are any.
    fn rank(&mut self, seen: &mut Seen, periods: Option<&Periods>) {
        let Seen { scores, ranks, .. } = seen;
        ranks.clear();
        ranks.resize(scores.len(), 0);
        match periods {
            Some(periods) => {
                for (_, rows) in periods {
                    self.rank_rows(rows.iter().copied(), scores, ranks);
                }
            }
            None => self.rank_rows(0..scores.len(), scores, ranks),
        }
    }

    fn rank_rows(&mut self, rows: impl Iterator<Item = usize>, scores: &[f64], ranks: &mut [u32]) {
        self.order.clear();
        // The bits of doubles in their order; -0 and 0 are equal.
        let key = |score: f64| {
            let bits = (score + 0.0).to_bits();
            !(if bits >> 63 == 1 { !bits } else { bits | (1 << 63) })
        };
        let scored = rows.filter(|row| !scores[*row].is_nan());
        self.order.extend(scored.map(|row| (key(scores[row]), row as u32)));
        self.order.sort_unstable();
        let (mut rank, mut last) = (0, None);
        for (place, (key, row)) in self.order.iter().enumerate() {
            if last != Some(*key) {
                (rank, last) = (place as u32 + 1, Some(*key));
            }
            ranks[*row as usize] = rank;
        }
    }
}
