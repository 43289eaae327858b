//! Sums over rows: the state every learned weight is made from.

use serde::{Deserialize, Serialize};

use crate::numeric::sum::Sum;

/// Named-by-position sums, counts and minima over rows. Merging adds, so the order of batches does not matter beyond
/// rounding (compensated sums: 1e-12 and better).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Rows seen.
    pub rows: u64,
    /// Rows or values used, one per node (or as the method lays them out).
    pub counts: Vec<u64>,
    /// Sums, as the method lays them out.
    pub sums: Vec<Sum>,
    /// How many values the method cannot use, one per node.
    pub refused: Vec<u64>,
}

impl Tally {
    /// Makes room for so many counts and sums.
    pub fn reserve(&mut self, counts: usize, sums: usize) {
        self.counts.resize(counts.max(self.counts.len()), 0);
        self.refused.resize(counts.max(self.refused.len()), 0);
        self.sums.resize_with(sums.max(self.sums.len()), Sum::default);
    }

    /// Adds another tally of the same layout.
    pub fn merge(&mut self, other: &Self) {
        self.reserve(other.counts.len(), other.sums.len());
        self.rows += other.rows;
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        for (mine, theirs) in self.refused.iter_mut().zip(&other.refused) {
            *mine += theirs;
        }
        for (mine, theirs) in self.sums.iter_mut().zip(&other.sums) {
            mine.merge(theirs);
        }
    }
}
