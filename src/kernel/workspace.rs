//! The buffers of one worker.

use crate::bind::{Bound, SlotSource};
use crate::columns::Rows;
use crate::expression::Scratch;
use crate::parallel::BLOCK;

/// Buffers of one worker.
#[derive(Default)]
pub(crate) struct Workspace {
    pub(super) slots: Vec<Vec<f64>>,
    /// Columns without a missing value in the block.
    pub(super) complete: Vec<bool>,
    pub(super) texts: Vec<Vec<i32>>,
    pub(crate) score: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) high: Vec<f64>,
    pub(crate) cover: Vec<f64>,
    /// Whether the block has a missing score, by node.
    pub(crate) gaps: Vec<bool>,
    /// Whether every answer of the block was observed; coverage is then 1 everywhere.
    pub(super) covered: bool,
    pub(super) ones: Vec<f64>,
    /// Whether low and high were computed for this block.
    pub(crate) ranged: bool,
    pub(crate) assumed: Vec<u16>,
    pub(super) spare: Vec<f64>,
    pub(super) scratch: Scratch,
    pub(super) rows: usize,
}

impl Workspace {
    /// The scores of a node in the current block.
    pub(crate) fn node(&self, node: usize) -> &[f64] {
        &self.score[node * BLOCK..node * BLOCK + self.rows]
    }

    /// Lowest and highest scores of a node.
    pub(crate) fn ends(&self, node: usize) -> (&[f64], &[f64]) {
        if self.ranged {
            let at = node * BLOCK..node * BLOCK + self.rows;
            (&self.low[at.clone()], &self.high[at])
        } else {
            (self.node(node), self.node(node))
        }
    }

    /// Whether every answer of the block was observed.
    pub(crate) fn covered(&self) -> bool {
        self.covered
    }

    /// Coverage of a node.
    pub(crate) fn coverage(&self, node: usize) -> &[f64] {
        if self.covered {
            return &self.ones[..self.rows];
        }
        &self.cover[node * BLOCK..node * BLOCK + self.rows]
    }

    /// The values of a column of numbers.
    pub(crate) fn slot<'s>(&'s self, bound: &'s Bound<'_, '_>, slot: usize, rows: &Rows<'_>) -> &'s [f64] {
        match &bound.slots[slot] {
            found if found.fill.is_none() => match found.source {
                SlotSource::Raw(place) => bound.table.at(place).direct(rows),
                _ => None,
            },
            _ => None,
        }
        .unwrap_or_else(|| &self.slots[slot][..self.rows])
    }

    /// The codes of a text column.
    pub(crate) fn codes(&self, text: usize) -> &[i32] {
        &self.texts[text][..self.rows]
    }
}
