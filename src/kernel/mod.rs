//! One block of rows through the tree: columns, leaves, groups, and the range of what is unanswered.
//!
//! Blocks without missing answers take the plain path; only blocks with gaps compute which scores are known, how low and
//! how high they could be.

mod columns;
pub(crate) mod fill;
mod groups;
mod leaves;
pub(crate) mod relative;
mod workspace;

pub(crate) use leaves::assumed_score;
use leaves::one_column_per_option;
use relative::Given;
pub(crate) use workspace::Workspace;

use crate::aggregate::AggregateMethod;
use crate::bind::{Bound, Input, SlotSource, Source};
use crate::columns::Rows;
use crate::error::Problem;
use crate::fitted::Ready;
use crate::normalize::Scorer;
use crate::notes::Notes;
use crate::numeric::vectorized;
use crate::parallel::BLOCK;
use crate::tree::Tree;

/// What a tree needs to score: fitted scales and weights.
pub(crate) struct Kernel<'k, 't, 'a> {
    pub(crate) tree: &'k Tree,
    pub(crate) bound: &'k Bound<'t, 'a>,
    /// What was learned.
    pub(crate) ready: &'k Ready,
    /// Nodes to compute.
    pub(crate) needed: Vec<bool>,
    /// Whether low and high are wanted.
    pub(crate) range: bool,
    /// Whether coverage is wanted.
    pub(crate) coverage: bool,
    /// Scores of relative groups, which see all rows at once.
    pub(crate) given: Option<&'k Given>,
    leaves: Vec<LeafFacts>,
    groups: Vec<GroupFacts>,
    slots: Vec<bool>,
    texts: bool,
}

/// A leaf's image and what is assumed of a blank answer.
struct LeafFacts {
    image: [f64; 2],
    /// Whether its scale scores every number.
    total: bool,
    fill: Option<f64>,
    /// A blank answer can only score this.
    only: Option<f64>,
}

/// Children that count, with their weights.
struct GroupFacts {
    children: Vec<usize>,
    weights: Vec<f64>,
    total: f64,
}

impl<'k, 't, 'a> Kernel<'k, 't, 'a> {
    pub(crate) fn new(
        tree: &'k Tree,
        bound: &'k Bound<'t, 'a>,
        ready: &'k Ready,
        needed: Vec<bool>,
    ) -> Result<Self, Problem> {
        let mut leaves = Vec::new();
        for (i, leaf) in tree.leaves.iter().enumerate() {
            let scorer = ready.scales[i].as_ref().map(|prepared| prepared.scorer.as_ref());
            let mut image = scorer.map_or([f64::NAN; 2], |scorer| scorer.image(leaf.domain));
            if one_column_per_option(&bound.leaves[i].sources) {
                image = [image[0].min(0.0), image[1].max(0.0)];
            }
            let fill = match &bound.leaves[i].fill {
                Some((literal, name)) => Some(assumed_score(&leaf.scale, scorer, literal).map_err(|message| {
                    Problem::column(name.clone(), format!("assumed answer {literal}: {message}"))
                })?),
                None => None,
            };
            let total = scorer.is_some_and(Scorer::total);
            leaves.push(LeafFacts { image, total, fill, only: (image[0] == image[1]).then_some(image[0]) });
        }
        let places = ready.counted.iter().zip(&ready.weights).zip(&tree.groups);
        let groups = places
            .map(|((places, weights), group)| {
                let weights: Vec<f64> = places.iter().map(|place| weights[*place]).collect();
                let children = places.iter().map(|place| group.children[*place]).collect();
                GroupFacts { children, total: weights.iter().sum(), weights }
            })
            .collect();
        Ok(Self {
            tree,
            bound,
            ready,
            needed,
            range: false,
            coverage: false,
            given: None,
            leaves,
            groups,
            slots: vec![true; bound.slots.len()],
            texts: true,
        })
    }

    /// Reads only the columns of the needed leaves and of those named; conditions are not looked at.
    pub(crate) fn only_needed_columns(&mut self, also: &[usize]) {
        let mut slots = vec![false; self.bound.slots.len()];
        let used = |leaf: &usize| self.needed[*leaf] || also.contains(leaf);
        for bound in self.bound.leaves.iter().enumerate().filter(|(leaf, _)| used(leaf)).map(|(_, bound)| bound) {
            for source in &bound.sources {
                match source {
                    Source::Number(slot) => slots[*slot] = true,
                    Source::Each { options, none, .. } => {
                        for (slot, _) in options {
                            slots[*slot] = true;
                        }
                        if let Some(none) = none {
                            slots[*none] = true;
                        }
                    }
                    Source::Coded { .. } => {}
                }
            }
        }
        // Later slots use earlier ones.
        for slot in (0..slots.len()).rev() {
            match &self.bound.slots[slot].source {
                SlotSource::Derived { inputs, .. } if slots[slot] => {
                    for input in inputs {
                        if let Input::Number(input) = input {
                            slots[*input] = true;
                        }
                    }
                }
                SlotSource::Filled(filling) if slots[slot] => {
                    for input in filling.inputs() {
                        slots[input] = true;
                    }
                }
                _ => {}
            }
        }
        self.slots = slots;
    }

    /// Other weights for a group's children, all of them in order; what does not count goes on not to count.
    pub(crate) fn set_weights(&mut self, group: usize, weights: &[f64]) {
        let facts = &mut self.groups[group];
        for (weight, place) in facts.weights.iter_mut().zip(&self.ready.counted[group]) {
            *weight = weights.get(*place).copied().unwrap_or(*weight);
        }
        facts.total = facts.weights.iter().sum();
    }

    /// The aggregation of a group, with what it has learned.
    pub(crate) fn aggregation(&self, group: usize) -> &dyn AggregateMethod {
        let own = self.tree.groups[group].aggregation.method();
        self.ready.referenced[group].as_deref().unwrap_or(own)
    }

    /// Buffers for one worker.
    pub(crate) fn workspace(&self) -> Workspace {
        let nodes = self.tree.nodes();
        let buffer = |wanted: bool| {
            if wanted { vec![0.0; nodes * BLOCK] } else { Vec::new() }
        };
        let slots = self.bound.slots.iter().map(|_| Vec::new()).collect();
        let texts = self.bound.texts.iter().map(|_| vec![-1; BLOCK]).collect();
        Workspace {
            complete: vec![false; self.bound.slots.len()],
            slots,
            texts,
            score: buffer(true),
            low: buffer(self.range),
            high: buffer(self.range),
            cover: buffer(self.coverage),
            ones: if self.coverage { vec![1.0; BLOCK] } else { Vec::new() },
            gaps: vec![false; nodes],
            assumed: vec![0; BLOCK],
            spare: vec![0.0; BLOCK],
            ..Workspace::default()
        }
    }

    /// Scores one block of at most [`BLOCK`] rows into the workspace.
    pub(crate) fn block(&self, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        space.rows = rows.len();
        space.ranged = false;
        space.assumed[..rows.len()].fill(0);
        self.columns(rows, space, notes);
        for leaf in 0..self.tree.leaves.len() {
            if self.needed[leaf] {
                self.leaf(leaf, rows, space, notes);
            }
        }
        self.implications(rows, space, notes);
        let gaps = self.finish_leaves(rows, space, notes);
        if self.range && gaps {
            space.ranged = true;
            self.leaf_ranges(rows, space);
        }
        for group in 0..self.tree.groups.len() {
            if self.needed[self.tree.leaves.len() + group] {
                self.group(group, rows, space, notes);
            }
        }
    }
}

/// How many are missing.
fn missing_in(values: &[f64]) -> u64 {
    vectorized(
        #[inline(always)]
        || values.iter().map(|x| u64::from(x.is_nan())).sum(),
    )
}
