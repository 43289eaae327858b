//! What a call of `score` computes, worked out once, and the columns it fills.

use super::room::{Memory, Room, Task, cut};
use super::{LevelColumn, Report, ScoreOptions, Scored, What, need};
use crate::bind::{Bound, SlotSource};
use crate::columns::Rows;
use crate::definition::Missing;
use crate::error::{Error, Kind, Result};
use crate::explain::contributions;
use crate::facts::BlockFacts;
use crate::fitted::Ready;
use crate::kernel::relative::{Comparing, compare};
use crate::kernel::{Kernel, Workspace};
use crate::logic::{LevelPlan, levels};
use crate::notes::Notes;
use crate::parallel::{BLOCK, Cancel};
use crate::tree::Tree;

/// What goes into one output column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Output {
    Score(usize),
    Low(usize),
    High(usize),
    Coverage(usize),
    Answered,
}

/// What to compute, worked out once.
pub(super) struct Job<'t> {
    tree: &'t Tree,
    outputs: Vec<Output>,
    contributions: Vec<usize>,
    plans: Vec<&'t LevelPlan>,
    level_nodes: Vec<usize>,
    pub(super) needed: Vec<bool>,
    /// Leaves that index and levels need.
    asked: Vec<usize>,
    pub(super) range: bool,
    coverage: bool,
}

impl<'t> Job<'t> {
    pub(super) fn new(tree: &'t Tree, options: &ScoreOptions) -> Result<Self> {
        let nodes: Vec<usize> = options.nodes.iter().map(|id| tree.expect_node(id)).collect::<Result<_>>()?;
        let bounded: Vec<usize> = match &options.bounds {
            Some(bounds) => bounds.iter().map(|id| tree.expect_node(id)).collect::<Result<_>>()?,
            None => nodes.clone(),
        };
        let plans: Vec<&LevelPlan> = if options.levels { tree.levels.iter().collect() } else { Vec::new() };
        let mut level_nodes: Vec<usize> = plans.iter().flat_map(|plan| plan.nodes()).collect();
        level_nodes.sort_unstable();
        level_nodes.dedup();
        let mut needed = vec![false; tree.nodes()];
        for node in nodes.iter().chain(&bounded).chain(&level_nodes) {
            need(tree, *node, &mut needed);
        }
        let mut outputs: Vec<Output> = nodes.iter().map(|node| Output::Score(*node)).collect();
        if options.range {
            outputs.extend(bounded.iter().flat_map(|node| [Output::Low(*node), Output::High(*node)]));
        }
        let mut asked = vec![false; tree.nodes()];
        if options.coverage {
            outputs.extend(bounded.iter().map(|node| Output::Coverage(*node)));
            outputs.push(Output::Answered);
            for node in tree.root.into_iter().chain(tree.levels.iter().flat_map(LevelPlan::nodes)) {
                need(tree, node, &mut asked);
                need(tree, node, &mut needed);
            }
        }
        let min_coverage = tree.groups.iter().any(|group| group.min_coverage.is_some());
        // Where a missing answer makes a score missing, the range shows whether the score is known all the same.
        let propagates = tree.groups.iter().enumerate().any(|(g, group)| {
            let node = tree.leaves.len() + g;
            needed[node] && tree.scored(node) && group.missing == Missing::Propagate
        });
        Ok(Self {
            tree,
            contributions: nodes
                .iter()
                .copied()
                .filter(|node| options.contributions && tree.group(*node).is_some())
                .collect(),
            outputs,
            range: options.range || !plans.is_empty() || propagates,
            plans,
            level_nodes,
            needed,
            asked: (0..tree.leaves.len()).filter(|leaf| asked[*leaf]).collect(),
            coverage: options.coverage || min_coverage,
        })
    }

    /// What each output column holds.
    pub(super) fn outputs(&self) -> Vec<(What, Option<String>)> {
        let id = |node: &usize| Some(self.tree.id(*node).to_owned());
        self.outputs
            .iter()
            .map(|output| match output {
                Output::Score(node) => (What::Score, id(node)),
                Output::Low(node) => (What::Low, id(node)),
                Output::High(node) => (What::High, id(node)),
                Output::Coverage(node) => (What::Coverage, id(node)),
                Output::Answered => (What::Answered, None),
            })
            .collect()
    }

    /// Output columns, in lent memory as far as it fits.
    pub(super) fn room<'m>(&self, rows: usize, lent: Vec<&'m mut [f64]>) -> Room<'m> {
        let mut lent = lent.into_iter().filter(|memory| memory.len() == rows);
        let contributions =
            self.contributions.iter().map(|node| self.tree.group(*node).map_or(0, |g| g.children.len())).sum();
        Room {
            numbers: self
                .outputs
                .iter()
                .map(|_| lent.next().map_or_else(|| Memory::Own(vec![0.0; rows]), Memory::Lent))
                .collect(),
            contributions: (0..contributions).map(|_| vec![0.0; rows]).collect(),
            levels: self
                .plans
                .iter()
                .map(|plan| (vec![0; rows], vec![u8::try_from(plan.when.len()).unwrap_or(u8::MAX); rows]))
                .collect(),
            assumed: vec![0; rows],
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn run(
        &self,
        ready: &Ready,
        bound: &Bound<'_, '_>,
        rows: Rows<'_>,
        room: &mut Room<'_>,
        notes: &mut Notes,
        options: &ScoreOptions,
        cancel: &Cancel,
    ) -> Result<()> {
        let comparing =
            Comparing { records: &ready.records, together: options.together, threads: options.threads, cancel };
        let given = compare(self.tree, bound, ready, &self.needed, rows, &comparing)?;
        for (g, scores) in given.iter().enumerate() {
            let remark = |scores: &Vec<f64>| self.tree.groups[g].aggregation.method().remark(scores);
            notes.remarks.extend(scores.as_ref().and_then(remark).map(|remark| (g, remark)));
        }
        let mut kernel = Kernel::new(self.tree, bound, ready, self.needed.clone())
            .map_err(|problem| Error::new(Kind::Value, problem))?;
        kernel.given = Some(&given);
        kernel.range = self.range;
        kernel.coverage = self.coverage;
        if self.plans.is_empty() && !options.coverage {
            kernel.only_needed_columns(&[]);
        }
        let tasks = cut(room, rows.len());
        let results = crate::parallel::map(
            tasks,
            options.threads,
            cancel,
            || kernel.workspace(),
            |space, mut task| {
                let mut notes = Notes::default();
                for at in (0..task.len).step_by(BLOCK) {
                    let len = BLOCK.min(task.len - at);
                    let part = rows.part(task.from + at, len);
                    kernel.block(&part, space, &mut notes);
                    self.note_alone(&kernel, &part, space, &mut notes);
                    self.write(&kernel, &part, space, &mut task, at, &mut notes);
                }
                notes
            },
        );
        let Some(results) = results else {
            return Err(Error::interrupted());
        };
        for found in results {
            notes.merge(found);
        }
        Ok(())
    }

    /// Notes units that a relative group gives no score although their own children are observed.
    fn note_alone(&self, kernel: &Kernel<'_, '_, '_>, rows: &Rows<'_>, space: &Workspace, notes: &mut Notes) {
        for (g, scores) in kernel.given.into_iter().flatten().enumerate() {
            let Some(scores) = scores else { continue };
            let group = &self.tree.groups[g];
            let seen = |i: usize| {
                let mut counted = kernel.ready.counted[g].iter().map(|place| space.node(group.children[*place])[i]);
                match group.missing {
                    Missing::Renormalize => counted.any(|score| !score.is_nan()),
                    _ => counted.all(|score| !score.is_nan()),
                }
            };
            for i in 0..rows.len() {
                let row = rows.row(i);
                if scores.get(row).is_some_and(|score| score.is_nan()) && seen(i) {
                    notes.alone.entry(g).or_insert((0, row)).0 += 1;
                }
            }
        }
    }

    /// Copies a scored block into the output columns.
    fn write(
        &self,
        kernel: &Kernel<'_, '_, '_>,
        rows: &Rows<'_>,
        space: &mut Workspace,
        task: &mut Task<'_>,
        at: usize,
        notes: &mut Notes,
    ) {
        let n = rows.len();
        let to = at..at + n;
        if !self.plans.is_empty() || self.outputs.iter().any(|output| matches!(output, Output::Answered)) {
            let blanks = self.conditions(kernel, rows, space, task, &to);
            for (column, rows) in blanks {
                *notes.assumed.entry(column).or_default() += rows.len() as u64;
                for row in rows {
                    space.assumed[row] += 1;
                }
            }
        }
        for (output, column) in self.outputs.iter().zip(&mut task.numbers) {
            let values = match output {
                Output::Score(node) => space.node(*node),
                Output::Low(node) => space.ends(*node).0,
                Output::High(node) => space.ends(*node).1,
                Output::Coverage(node) => space.coverage(*node),
                Output::Answered => continue, // written with the conditions
            };
            column[to.clone()].copy_from_slice(values);
        }
        task.assumed[to.clone()].copy_from_slice(&space.assumed[..n]);
        let mut place = 0;
        for node in &self.contributions {
            let Some(group) = self.tree.group(*node) else {
                continue;
            };
            let g = *node - self.tree.leaves.len();
            for i in 0..n {
                let children: Vec<f64> = group.children.iter().map(|child| space.node(*child)[i]).collect();
                let score = space.node(*node)[i];
                for (k, part) in contributions(kernel.ready, group, g, &children, score).into_iter().enumerate() {
                    task.contributions[place + k][at + i] = part;
                }
            }
            place += group.children.len();
        }
    }

    /// Levels and the share of answered questions; returns which blank columns were assumed, with rows of the block.
    fn conditions(
        &self,
        kernel: &Kernel<'_, '_, '_>,
        rows: &Rows<'_>,
        space: &Workspace,
        task: &mut Task<'_>,
        to: &std::ops::Range<usize>,
    ) -> Vec<(String, Vec<usize>)> {
        let bound = kernel.bound;
        let facts = BlockFacts::new(bound, space, *rows, &self.level_nodes);
        for (plan, (certain, possible)) in self.plans.iter().zip(&mut task.levels) {
            levels(plan, &facts, &mut certain[to.clone()], &mut possible[to.clone()]);
        }
        let answered = self.outputs.iter().position(|output| matches!(output, Output::Answered));
        if let Some(column) = answered {
            let share = &mut task.numbers[column][to.clone()];
            share.fill(0.0);
            let covered = space.covered();
            if covered {
                share.fill(self.asked.len() as f64);
            }
            for leaf in self.asked.iter().filter(|_| !covered) {
                for (share, cover) in share.iter_mut().zip(space.coverage(*leaf)) {
                    *share += cover;
                }
            }
            for (name, compared) in &bound.compared {
                let missing = match compared.kind {
                    crate::bind::ComparedKind::Number(slot) if bound.slots[slot].fill.is_some() => {
                        let mut raw = vec![f64::NAN; rows.len()];
                        if let SlotSource::Raw(place) = bound.slots[slot].source {
                            bound.table.at(place).load(rows, &mut raw);
                        }
                        raw.iter().map(|x| x.is_nan()).collect()
                    }
                    _ => facts.missing(name),
                };
                for (share, missing) in share.iter_mut().zip(missing) {
                    *share += f64::from(u8::from(!missing));
                }
            }
            let asked = self.asked.len() + bound.compared.len();
            if asked > 0 {
                for share in share.iter_mut() {
                    *share /= asked as f64;
                }
            } else {
                share.fill(f64::NAN);
            }
        }
        let mut assumed = Vec::new();
        if !self.plans.is_empty() {
            for (name, compared) in &bound.compared {
                let number = matches!(compared.assumed, Some(crate::definition::Literal::Number(_)));
                if (compared.assumed.is_some() && !number) || bound.blanks.contains(name) {
                    let missing = facts.missing(name);
                    let rows: Vec<usize> =
                        missing.iter().enumerate().filter(|(_, missing)| **missing).map(|(i, _)| i).collect();
                    if !rows.is_empty() {
                        assumed.push((name.clone(), rows));
                    }
                }
            }
        }
        assumed
    }

    pub(super) fn named(&self, tree: &Tree, room: Room<'_>, report: Report) -> Scored {
        let mut scored = Scored { report, ..Scored::default() };
        for (output, memory) in self.outputs.iter().zip(room.numbers) {
            let Memory::Own(values) = memory else {
                continue; // the caller has it
            };
            let (map, node) = match output {
                Output::Score(node) => (&mut scored.nodes, *node),
                Output::Low(node) => (&mut scored.low, *node),
                Output::High(node) => (&mut scored.high, *node),
                Output::Coverage(node) => (&mut scored.coverage, *node),
                Output::Answered => {
                    scored.answered = values;
                    continue;
                }
            };
            map.insert(tree.id(node).to_owned(), values);
        }
        let mut contributions = room.contributions.into_iter();
        for node in &self.contributions {
            let Some(group) = tree.group(*node) else {
                continue;
            };
            let children = group.children.iter().map(|child| tree.id(*child).to_owned());
            scored.contributions.insert(tree.id(*node).to_owned(), children.zip(contributions.by_ref()).collect());
        }
        for (plan, (certain, possible)) in self.plans.iter().zip(room.levels) {
            scored.levels.push(LevelColumn { owner: plan.owner.clone(), names: plan.names.clone(), certain, possible });
        }
        scored.assumed = room.assumed;
        scored
    }
}
