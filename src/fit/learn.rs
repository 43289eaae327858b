//! One pass over rows: what a stage learns from them.

use indexmap::IndexMap;

use super::{FitOptions, StageState};
use crate::bind::Bound;
use crate::columns::Rows;
use crate::definition::Period;
use crate::error::{Error, Kind, Result};
use crate::fitted::Numbers;
use crate::kernel::Kernel;
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
    rows: &Option<Vec<usize>>,
    options: &FitOptions,
    notes: &mut Notes,
    cancel: &Cancel,
) -> Result<StageState> {
    let lessons = Lessons::of(tree, stage, scope);
    if lessons.is_empty() {
        return Ok(StageState::default());
    }
    let (scales, weights) = numbers.prepared(tree, true)?;
    let mut needed = vec![false; tree.nodes()];
    // A scale of an indicator learns from its column, which needs no score.
    let columns: Vec<usize> = lessons.scales.iter().map(|(node, _)| *node).filter(|n| *n < tree.leaves.len()).collect();
    for node in lessons.nodes().filter(|node| !columns.contains(node) || lessons.weighs(*node)) {
        crate::score::need(tree, node, &mut needed);
    }
    let mut kernel = Kernel::new(tree, bound, &scales, &weights, needed).map_err(|p| Error::new(Kind::Value, p))?;
    kernel.coverage = tree.groups.iter().any(|group| group.min_coverage.is_some());
    kernel.only_needed_columns(&columns);
    let count = rows.as_ref().map_or(bound.table.rows(), Vec::len);
    let whole = match rows {
        Some(rows) => Rows::List(rows),
        None => Rows::Range { start: 0, len: count },
    };
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
                lessons.update(tree, &kernel, &part, space, &mut state);
            }
            (state.finish(), notes)
        },
    );
    let Some(results) = results else {
        return Err(Error::interrupted());
    };
    let mut total = StageState::default();
    let mut distributions: IndexMap<usize, Vec<Distribution>> = IndexMap::new();
    for (mut state, found) in results {
        for (node, distribution) in std::mem::take(&mut state.distributions) {
            distributions.entry(node).or_default().push(distribution);
        }
        total.merge(&state);
        notes.merge(found);
    }
    for (node, found) in distributions {
        total.distributions.insert(node, Distribution::merge_all(found));
    }
    Error::collect(Kind::Value, notes.take_problems())?;
    Ok(total)
}

/// What a stage has to learn from rows of one scope.
struct Lessons {
    /// Leaves (raw values) and groups (scores before their own scale) with what their scales ask.
    scales: Vec<(usize, Vec<Statistic>)>,
    /// Groups whose weights are fitted, with the nodes they are fitted on.
    weights: Vec<(usize, Vec<usize>)>,
}

impl Lessons {
    fn of(tree: &Tree, stage: usize, scope: &Period) -> Self {
        let first = tree.leaves.len();
        let mut lessons = Self { scales: Vec::new(), weights: Vec::new() };
        for (i, leaf) in tree.leaves.iter().enumerate() {
            if stage == 1 && !leaf.learns.is_empty() && leaf.period == *scope {
                lessons.scales.push((i, leaf.learns.clone()));
            }
        }
        for (g, group) in tree.groups.iter().enumerate().filter(|(_, group)| group.period == *scope) {
            if !group.learns.is_empty() && tree.ready[first + g] == stage {
                lessons.scales.push((first + g, group.learns.clone()));
            }
            if tree.weight_stage[g] == stage {
                match &group.weigh {
                    Weigh::Children(_) => lessons.weights.push((g, group.children.clone())),
                    Weigh::Leaves(_, leaves) => lessons.weights.push((g, leaves.clone())),
                    Weigh::Above(_) => {}
                }
            }
        }
        lessons
    }

    fn is_empty(&self) -> bool {
        self.scales.is_empty() && self.weights.is_empty()
    }

    /// Every node that is looked at. A group's scale learns from the aggregated score, which is what a group without a
    /// scale yet is scored as.
    fn nodes(&self) -> impl Iterator<Item = usize> + '_ {
        self.scales
            .iter()
            .map(|(node, _)| *node)
            .chain(self.weights.iter().flat_map(|(_, nodes)| nodes.iter().copied()))
    }

    fn weighs(&self, node: usize) -> bool {
        self.weights.iter().any(|(_, nodes)| nodes.contains(&node))
    }

    fn update(
        &self,
        tree: &Tree,
        kernel: &Kernel<'_, '_, '_>,
        rows: &Rows<'_>,
        space: &crate::kernel::Workspace,
        state: &mut Learning,
    ) {
        for (node, statistics) in &self.scales {
            let mut see = |values: &[f64]| {
                if statistics.iter().any(|s| matches!(s, Statistic::Quantile(_) | Statistic::Distribution)) {
                    state.values.entry(*node).or_default().extend(values.iter().filter(|value| !value.is_nan()));
                }
                state.state.moments.entry(*node).or_default().update(values);
            };
            if *node >= tree.leaves.len() {
                see(space.node(*node));
                continue;
            }
            // The first alternative that is observed, as scoring reads it.
            let sources = kernel.bound.leaves[*node].sources.iter();
            let slots: Vec<usize> = sources
                .filter_map(|source| match source {
                    crate::bind::Source::Number(slot) => Some(*slot),
                    _ => None,
                })
                .collect();
            match slots.as_slice() {
                [] => see(&[]),
                [one] => see(space.slot(kernel.bound, *one, rows)),
                several => {
                    let mut values = space.slot(kernel.bound, several[0], rows).to_vec();
                    for slot in &several[1..] {
                        for (value, other) in values.iter_mut().zip(space.slot(kernel.bound, *slot, rows)) {
                            *value = if value.is_nan() { *other } else { *value };
                        }
                    }
                    see(&values);
                }
            }
        }
        for (group, nodes) in &self.weights {
            let (Weigh::Children(weighting) | Weigh::Leaves(weighting, _)) = &tree.groups[*group].weigh else {
                continue;
            };
            let blocks: Vec<&[f64]> = nodes.iter().map(|node| space.node(*node)).collect();
            weighting.method().update(&blocks, state.state.tallies.entry(*group).or_default());
        }
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
