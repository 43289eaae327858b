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
    /// How often each unit was drawn into the sample; empty where all count alike.
    pub times: Vec<f64>,
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
    sorted: Vec<(u64, u32)>,
    starts: Vec<u32>,
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
        seen.times.clear();
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
        self.order.extend(rows.map(|row| (key(scores[row]), row as u32)).filter(|(key, _)| *key != MISSING));
        if !self.by_buckets(scores) {
            self.order.sort_unstable();
        }
        let (mut rank, mut last) = (0, None);
        for (place, (key, row)) in self.order.iter().enumerate() {
            if last != Some(*key) {
                (rank, last) = (place as u32 + 1, Some(*key));
            }
            ranks[*row as usize] = rank;
        }
    }

    /// Sorts by cutting the range of the scores into as many buckets as there are; whether it did. Twice as fast as a sort
    /// where scores spread evenly, and left alone where they do not.
    fn by_buckets(&mut self, scores: &[f64]) -> bool {
        let n = self.order.len();
        if n < FEW {
            return false;
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (_, row) in &self.order {
            let score = scores[*row as usize];
            (low, high) = (low.min(score), high.max(score));
        }
        let scale = (n as f64 - 1.0) / (high - low);
        if !(scale.is_finite() && scale > 0.0) {
            return false;
        }
        // The highest score comes first.
        let bucket = |row: u32| (((high - scores[row as usize]) * scale) as usize).min(n - 1);
        self.starts.clear();
        self.starts.resize(n + 1, 0);
        for (_, row) in &self.order {
            self.starts[bucket(*row) + 1] += 1;
        }
        if self.starts.iter().any(|count| *count > FULL) {
            return false;
        }
        for place in 1..=n {
            self.starts[place] += self.starts[place - 1];
        }
        self.sorted.clear();
        self.sorted.resize(n, (0, 0));
        for entry in &self.order {
            let start = &mut self.starts[bucket(entry.1)];
            self.sorted[*start as usize] = *entry;
            *start += 1;
        }
        // Buckets are in order, and each holds a few: insertion ends the work.
        for place in 1..n {
            let entry = self.sorted[place];
            let mut hole = place;
            while hole > 0 && self.sorted[hole - 1] > entry {
                self.sorted[hole] = self.sorted[hole - 1];
                hole -= 1;
            }
            self.sorted[hole] = entry;
        }
        std::mem::swap(&mut self.order, &mut self.sorted);
        true
    }
}

/// Below so many scores a sort is as fast.
const FEW: usize = 64;
/// A bucket with more makes the sort faster.
const FULL: u32 = 24;
/// The key of a missing score.
const MISSING: u64 = u64::MAX;

/// The bits of doubles from the highest to the lowest; -0 and 0 are equal.
fn key(score: f64) -> u64 {
    if score.is_nan() {
        return MISSING;
    }
    let bits = (score + 0.0).to_bits();
    !(if bits >> 63 == 1 { !bits } else { bits | (1 << 63) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::numeric::rank::{Ties, rank};

    proptest! {
        #[test]
        fn ranks_are_competition_ranks(
            mut scores in prop::collection::vec(prop_oneof![-1e3..1e3f64, Just(0.0), Just(-0.0), Just(f64::NAN)], 0..400),
            heavy in any::<bool>(),
        ) {
            if heavy {
                scores.extend([1e300, -1e300, 5.0]);
            }
            let mut seen = Seen { scores, ..Seen::default() };
            Room::default().rank(&mut seen, None);
            let expected = rank(&seen.scores, true, Ties::Min, Some(1));
            for (own, other) in seen.ranks.iter().zip(expected) {
                prop_assert_eq!(f64::from(*own), if other.is_nan() { 0.0 } else { other });
            }
        }
    }
}
