//! What is gathered over rows: the state every learned weight and every referenced aggregation is made from.

use serde::{Deserialize, Serialize};

use crate::numeric::extremes::Extremes;
use crate::numeric::moments::Moments;
use crate::numeric::sum::Sum;
use crate::stats::cross::Cross;

/// Named-by-position sums, counts and minima over rows. Merging adds, so the order of batches does not matter beyond
/// rounding (compensated sums: 1e-12 and better).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tally {
    /// Rows seen.
    pub rows: u64,
    /// Rows or values used, one per node (or as the method lays them out).
    pub counts: Vec<u64>,
    /// Sums, as the method lays them out.
    pub sums: Vec<Sum>,
    /// How many values the method cannot use, one per node.
    pub refused: Vec<u64>,
    /// Count, extremes, mean and spread by node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Moments>,
    /// Count and extremes by node, where nothing more is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extremes: Vec<Extremes>,
    /// Joint moments of all pairs of nodes.
    #[serde(skip_serializing_if = "is_empty")]
    pub cross: Cross,
    /// All scores by node, where order statistics are needed: then a written state holds records of units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Vec<f64>>,
    /// Tallies of the parts of a method that combines others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Tally>,
}

fn is_empty(cross: &Cross) -> bool {
    cross.width() == 0
}

impl Tally {
    /// Nothing gathered yet.
    pub const fn new() -> Self {
        Self {
            rows: 0,
            counts: Vec::new(),
            sums: Vec::new(),
            refused: Vec::new(),
            moments: Vec::new(),
            extremes: Vec::new(),
            cross: Cross::new(),
            values: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Takes in the moments of every node.
    pub fn see(&mut self, nodes: &[&[f64]]) {
        self.moments.resize_with(nodes.len().max(self.moments.len()), Moments::default);
        for (moments, node) in self.moments.iter_mut().zip(nodes) {
            moments.update(node);
        }
    }

    /// Takes in the extremes of every node.
    pub fn see_extremes(&mut self, nodes: &[&[f64]]) {
        self.extremes.resize_with(nodes.len().max(self.extremes.len()), Extremes::default);
        for (extremes, node) in self.extremes.iter_mut().zip(nodes) {
            extremes.update(node);
        }
    }

    /// The extremes of a node, in whichever way they were gathered.
    pub fn extremes_of(&self, node: usize) -> Extremes {
        let gathered = self.extremes.get(node).copied();
        gathered.or_else(|| self.moments.get(node).map(Extremes::from)).unwrap_or_default()
    }

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
        self.moments.resize_with(other.moments.len().max(self.moments.len()), Moments::default);
        for (mine, theirs) in self.moments.iter_mut().zip(&other.moments) {
            mine.merge(theirs);
        }
        self.extremes.resize_with(other.extremes.len().max(self.extremes.len()), Extremes::default);
        for (mine, theirs) in self.extremes.iter_mut().zip(&other.extremes) {
            mine.merge(theirs);
        }
        self.cross.merge(&other.cross);
        self.values.resize_with(other.values.len().max(self.values.len()), Vec::new);
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            mine.extend_from_slice(theirs);
        }
        self.parts.resize_with(other.parts.len().max(self.parts.len()), Self::new);
        for (mine, theirs) in self.parts.iter_mut().zip(&other.parts) {
            mine.merge(theirs);
        }
    }
}
