//! One pass over rows: what a stage learns from them.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::{FitOptions, StageState};
use crate::bind::{Bound, SlotSource, Source};
use crate::columns::Rows;
use crate::definition::Period;
use crate::error::{Error, Kind, Result};
use crate::fitted::{Numbers, Ready};
use crate::impute::{Middle, Seen};
use crate::kernel::fill::{first_observed, group_name};
use crate::kernel::relative::{Comparing, compare};
use crate::kernel::{Kernel, Workspace};
use crate::normalize::Statistic;
use crate::notes::Notes;
use crate::numeric::distribution::Distribution;
use crate::parallel::{BLOCK, CHUNK, Cancel};
use crate::tree::{Tree, Weigh};

/// One pass over the rows of a scope: what this stage learns from them.
#[allow(clippy::too_many_arguments)]
pub(super) fn learn(
    tree: &Tree,
    bound: &Bound<'_, '_>,
    numbers: &Numbers,
    stage: usize,
    scope: &Period,
    rows: Option<&[usize]>,
    options: &FitOptions,
    notes: &mut Notes,
    cancel: &Cancel,
) -> Result<StageState> {
    let lessons = Lessons::of(tree, stage, scope);
    if lessons.is_empty() || rows.is_some_and(<[usize]>::is_empty) {
        return Ok(StageState::default());
    }
    let ready = numbers.ready(tree, true)?;
    let lessons = lessons.without_unscored(&ready);
    let mut needed = vec![false; tree.nodes()];
    // A scale of an indicator learns from its column, which needs no score.
    let prepared = lessons.imputations.iter().chain(&lessons.treatments).copied();
    let scaled = lessons.scales.iter().map(|(node, _)| *node);
    let columns: Vec<usize> = scaled.chain(prepared).filter(|node| *node < tree.leaves.len()).collect();
    let scored: Vec<usize> = lessons.scored(tree).collect();
    for node in lessons.nodes(tree).filter(|node| !columns.contains(node) || scored.contains(node)) {
        crate::score::need(tree, node, &mut needed);
    }
    let count = rows.map_or(bound.table.rows(), <[usize]>::len);
    let whole = match rows {
        Some(rows) => Rows::List(rows),
        None => Rows::Range { start: 0, len: count },
    };
    let comparing = Comparing { records: &ready.records, together: true, threads: options.threads, cancel };
    let given = compare(tree, bound, &ready, &needed, whole, &comparing)?;
    let mut kernel = Kernel::new(tree, bound, &ready, needed).map_err(|p| Error::new(Kind::Value, p))?;
    kernel.given = Some(&given);
    kernel.coverage = tree.groups.iter().any(|group| group.min_coverage.is_some());
    kernel.only_needed_columns(&columns);
    let tasks: Vec<(usize, usize)> = (0..count).step_by(CHUNK).map(|from| (from, CHUNK.min(count - from))).collect();
    let results = crate::parallel::map(
        tasks,
        options.threads,
        cancel,
        || kernel.workspace(),
        |space, (from, len)| {
            let mut notes = Notes::default();
            let mut state = Learning::default();
            for start in (from..from + len).step_by(BLOCK) {
                let part = whole.part(start, BLOCK.min(from + len - start));
                kernel.block(&part, space, &mut notes);
                lessons.update(&kernel, numbers, &part, space, &mut state);
            }
            (state.finish(), notes)
        },
    );
    let Some(results) = results else {
        return Err(Error::interrupted());
    };
    let mut total = StageState::default();
    let mut distributions: IndexMap<usize, Vec<Distribution>> = IndexMap::new();
    let mut samples: IndexMap<usize, Vec<Vec<f64>>> = IndexMap::new();
    for (mut state, found) in results {
        for (leaf, sample) in std::mem::take(&mut state.samples) {
            samples.entry(leaf).or_default().push(sample);
        }
        for (node, distribution) in std::mem::take(&mut state.distributions) {
            distributions.entry(node).or_default().push(distribution);
        }
        total.merge(&state);
        notes.merge(found);
    }
    for (node, found) in distributions {
        total.distributions.insert(node, Distribution::merge_all(found));
    }
    // Put together at once: growing step by step copies them again and again.
    let together = |(): &mut (), (leaf, found): (usize, Vec<Vec<f64>>)| (leaf, found.concat());
    let samples = crate::parallel::map(samples.into_iter().collect(), options.threads, cancel, || (), together);
    total.samples.extend(samples.ok_or_else(Error::interrupted)?);
    Error::collect(Kind::Value, notes.take_problems())?;
    Ok(total)
}

/// What a stage has to learn from rows of one scope.
#[derive(Default)]
struct Lessons {
    /// Leaves (raw values) and groups (scores before their own scale) with what their scales ask.
    scales: Vec<(usize, Vec<Statistic>)>,
    /// Leaves whose imputation is learned.
    imputations: Vec<usize>,
    /// Leaves whose treatment is learned.
    treatments: Vec<usize>,
    /// Groups whose weights are fitted, with the nodes they are fitted on.
    weights: Vec<(usize, Vec<usize>)>,
    /// Groups whose aggregation learns its references from the children.
    references: Vec<usize>,
}

impl Lessons {
    fn of(tree: &Tree, stage: usize, scope: &Period) -> Self {
        let first = tree.leaves.len();
        let mut lessons = Self::default();
        for (i, leaf) in tree.leaves.iter().enumerate() {
            if leaf.period != *scope {
                continue;
            }
            if tree.ready[i] == stage && !leaf.learns.is_empty() {
                lessons.scales.push((i, leaf.learns.clone()));
            }
            if stage == 1 && leaf.impute.is_some() && !tree.leaves_known {
                lessons.imputations.push(i);
            }
            if tree.treat_stage[i] == stage {
                lessons.treatments.push(i);
            }
        }
        for (g, group) in tree.groups.iter().enumerate().filter(|(_, group)| group.period == *scope) {
            if !group.learns.is_empty() && tree.ready[first + g] == stage {
                lessons.scales.push((first + g, group.learns.clone()));
            }
            if tree.reference_stages[g].contains(&stage) {
                lessons.references.push(g);
            }
            if tree.weight_stages[g].contains(&stage) {
                match &group.weigh {
                    Weigh::Children(_) => lessons.weights.push((g, group.children.clone())),
                    Weigh::Leaves(_, leaves) => lessons.weights.push((g, leaves.clone())),
                    Weigh::Above(_) => {}
                }
            }
        }
        lessons
    }

    /// Nodes whose scale could not be fitted have no scores, and no part in weights.
    fn without_unscored(mut self, ready: &Ready) -> Self {
        for (_, nodes) in &mut self.weights {
            nodes.retain(|node| !ready.unscored(*node));
        }
        self
    }

    fn is_empty(&self) -> bool {
        let leaves = self.scales.is_empty() && self.imputations.is_empty() && self.treatments.is_empty();
        leaves && self.weights.is_empty() && self.references.is_empty()
    }

    /// Every node that is looked at. A group's scale learns from the aggregated score, which is what a group without a
    /// scale yet is scored as.
    fn nodes<'l>(&'l self, tree: &'l Tree) -> impl Iterator<Item = usize> + 'l {
        self.scales.iter().map(|(node, _)| *node).chain(self.scored(tree))
    }

    /// Nodes whose scores are looked at, not only their columns.
    fn scored<'l>(&'l self, tree: &'l Tree) -> impl Iterator<Item = usize> + 'l {
        let referenced = self.references.iter().flat_map(|group| tree.groups[*group].children.iter().copied());
        self.weights.iter().flat_map(|(_, nodes)| nodes.iter().copied()).chain(referenced)
    }

    fn update(
        &self,
        kernel: &Kernel<'_, '_, '_>,
        numbers: &Numbers,
        rows: &Rows<'_>,
        space: &Workspace,
        state: &mut Learning,
    ) {
        let tree = kernel.tree;
        for (node, statistics) in &self.scales {
            let mut see = |values: &[f64]| {
                if statistics.iter().any(|s| matches!(s, Statistic::Quantile(_) | Statistic::Distribution)) {
                    state.values.entry(*node).or_default().extend(values.iter().filter(|value| !value.is_nan()));
                }
                if statistics.iter().any(|s| matches!(s, Statistic::Mean | Statistic::Sd)) {
                    state.state.moments.entry(*node).or_default().update(values);
                } else if statistics.iter().any(|s| matches!(s, Statistic::Min | Statistic::Max)) {
                    state.state.extremes.entry(*node).or_default().update(values);
                }
            };
            if *node >= tree.leaves.len() {
                see(space.node(*node));
                continue;
            }
            let values = leaf_values(kernel, *node, rows, space);
            match numbers.treated.get(&tree.leaves[*node].id).filter(|treated| !treated.is_identity()) {
                Some(treated) => {
                    let mut after = vec![0.0; values.len()];
                    treated.block(&values, &mut after);
                    see(&after);
                }
                None => see(&values),
            }
        }
        for leaf in &self.treatments {
            let values = leaf_values(kernel, *leaf, rows, space);
            let sample = state.state.samples.entry(*leaf).or_insert_with(|| Vec::with_capacity(CHUNK));
            sample.extend(values.iter().filter(|value| !value.is_nan()));
        }
        for leaf in &self.imputations {
            see_groups(kernel, *leaf, rows, space, state.state.seen.entry(*leaf).or_default());
        }
        for (group, nodes) in &self.weights {
            let (Weigh::Children(weighting) | Weigh::Leaves(weighting, _)) = &tree.groups[*group].weigh else {
                continue;
            };
            let blocks: Vec<&[f64]> = nodes.iter().map(|node| space.node(*node)).collect();
            let tally = state.state.tallies.entry(*group).or_default();
            weighting.method().update(&blocks, numbers.tallies(&tree.groups[*group].id), tally);
        }
        for group in &self.references {
            let inner = &tree.groups[*group];
            let before = numbers.reference_tallies(&inner.id);
            let weights: &[f64] = if before.is_empty() { &[] } else { &kernel.ready.weights[*group] };
            let blocks: Vec<&[f64]> = inner.children.iter().map(|node| space.node(*node)).collect();
            let tally = state.state.references.entry(*group).or_default();
            inner.aggregation.method().update(&blocks, weights, before, tally);
        }
    }
}

/// The values of a leaf: the first alternative that is observed, as scoring reads it.
fn leaf_values<'s>(
    kernel: &'s Kernel<'_, '_, '_>,
    leaf: usize,
    rows: &Rows<'_>,
    space: &'s Workspace,
) -> Cow<'s, [f64]> {
    let number = |source: &Source| match source {
        Source::Number(slot) => Some(*slot),
        _ => None,
    };
    let slots: Vec<usize> = kernel.bound.leaves[leaf].sources.iter().filter_map(number).collect();
    match slots.as_slice() {
        [] => Cow::Borrowed(&[]),
        [one] => Cow::Borrowed(space.slot(kernel.bound, *one, rows)),
        several => {
            let mut values = vec![f64::NAN; rows.len()];
            first_observed(kernel.bound, space, several, rows, &mut values);
            Cow::Owned(values)
        }
    }
}

/// What an imputation sees of a block.
fn see_groups(kernel: &Kernel<'_, '_, '_>, leaf: usize, rows: &Rows<'_>, space: &Workspace, seen: &mut Seen) {
    let plan = &kernel.tree.leaves[leaf];
    let Some(imputing) = &plan.impute else { return };
    let Some(Source::Number(slot)) = kernel.bound.leaves[leaf].sources.first() else { return };
    let SlotSource::Filled(filling) = &kernel.bound.slots[*slot].source else { return };
    let mut values = vec![f64::NAN; rows.len()];
    first_observed(kernel.bound, space, &filling.raw, rows, &mut values);
    if imputing.others.is_some() {
        seen.update(&plan.id, &values, Middle::Mean);
        for (other, slots) in &filling.others {
            first_observed(kernel.bound, space, slots, rows, &mut values);
            seen.update(&kernel.tree.leaves[*other].id, &values, Middle::Mean);
        }
        return;
    }
    let mut groups: IndexMap<String, Vec<f64>> = IndexMap::new();
    for (i, value) in values.iter().enumerate() {
        match group_name(kernel.bound, space, filling.by, rows, i) {
            Some(group) => groups.entry(group).or_default().push(*value),
            None => seen.without_group += u64::from(value.is_nan()),
        }
    }
    for (group, values) in &groups {
        seen.update(group, values, imputing.middle);
    }
}

/// The state of one task, with values not yet sorted.
#[derive(Default)]
struct Learning {
    state: StageState,
    values: IndexMap<usize, Vec<f64>>,
}

impl Learning {
    fn finish(mut self) -> StageState {
        for (node, values) in self.values {
            self.state.distributions.insert(node, Distribution::of(&values));
        }
        self.state
    }
}
