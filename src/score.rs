//! The second verb: a fitted index scores rows. Pure, row by row, in blocks.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::bind::{Absent, Bound, SlotSource, Wishes};
use crate::columns::{Rows, Table};
use crate::definition::Literal;
use crate::error::{Error, Kind, Problem, Result};
use crate::expression::Reasons;
use crate::facts::BlockFacts;
use crate::fit::Periods;
use crate::fitted::{Fitted, Ready};
use crate::kernel::{Kernel, Workspace};
use crate::logic::{LevelPlan, levels};
use crate::notes::{Notes, Warning};
use crate::parallel::{BLOCK, CHUNK, Cancel};
use crate::tree::Tree;

/// What is wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScoreOptions {
    /// Nodes whose scores are returned.
    pub nodes: Vec<String>,
    /// Whether lowest and highest scores are returned.
    pub range: bool,
    /// Whether coverage is returned.
    pub coverage: bool,
    /// Whether levels are returned.
    pub levels: bool,
    /// Whether contributions of children are returned, for the groups among `nodes`.
    pub contributions: bool,
    /// What to do about absent columns.
    pub absent: Absent,
    /// Answers to assume where blank.
    pub assume: IndexMap<String, Literal>,
    /// Number of threads.
    pub threads: Option<usize>,
}

/// Levels of one node, or of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelColumn {
    /// The node; none for the levels of the index.
    pub owner: Option<String>,
    /// Names, "no level" first.
    pub names: Vec<String>,
    /// The level each row has for certain.
    pub certain: Vec<u8>,
    /// The highest level each row could have.
    pub possible: Vec<u8>,
}

/// The scores of rows, in the order of the data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scored {
    /// Scores by node; NaN is missing.
    pub nodes: IndexMap<String, Vec<f64>>,
    /// Lowest score each row could have, by node.
    pub low: IndexMap<String, Vec<f64>>,
    /// Highest score each row could have, by node.
    pub high: IndexMap<String, Vec<f64>>,
    /// Share of weight observed, by node.
    pub coverage: IndexMap<String, Vec<f64>>,
    /// Share of answers observed that index and levels need.
    pub answered: Vec<f64>,
    /// Number of assumed answers.
    pub assumed: Vec<u16>,
    /// Levels.
    pub levels: Vec<LevelColumn>,
    /// Contributions of children, by group and child.
    pub contributions: IndexMap<String, IndexMap<String, Vec<f64>>>,
    /// What happened.
    pub report: Report,
}

/// What happened while rows were scored.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Assumed answers by column.
    pub assumed: IndexMap<String, u64>,
    /// Answers that follow from others, by indicator.
    pub implied: IndexMap<String, u64>,
    /// Contradicted implications, by indicator.
    pub contradicted: IndexMap<String, u64>,
    /// Rows whose alternative columns lead to different scores, by indicator.
    pub disagreed: IndexMap<String, u64>,
    /// Why derived columns are missing.
    pub reasons: IndexMap<String, IndexMap<String, u64>>,
    /// Indicators whose open range is that of the fitted values, because no domain is declared.
    pub range_from_observed: Vec<String>,
    /// Periods that were not fitted; their rows have no scores.
    pub unseen_periods: Vec<String>,
    /// Things the user should know.
    pub warnings: Vec<Warning>,
}

/// Marks a node and everything below it.
pub(crate) fn need(tree: &Tree, node: usize, needed: &mut [bool]) {
    if std::mem::replace(&mut needed[node], true) {
        return;
    }
    if let Some(group) = tree.group(node) {
        for child in &group.children {
            need(tree, *child, needed);
        }
    }
}

/// What goes into one output column.
#[derive(Debug, Clone, Copy)]
enum Output {
    Score(usize),
    Low(usize),
    High(usize),
    Coverage(usize),
    Answered,
}

impl Fitted {
    /// Scores every row of a table.
    pub fn score(
        &self,
        table: &Table<'_>,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        cancel: &Cancel,
    ) -> Result<Scored> {
        let tree = &self.tree;
        let job = Job::new(tree, options)?;
        let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
        let bound = Bound::new(tree, table, &wishes, options.levels || options.coverage)?;
        let by_period = self.ready.iter().any(|ready| ready.period.is_some());
        let mut total = job.room(table.rows());
        let mut notes = Notes::default();
        let mut unseen = Vec::new();
        if by_period {
            let Some(periods) = periods else {
                let problem = Problem::general("the index is fitted by period, but no time column was given");
                return Err(Error::new(Kind::Value, problem.remedy("say time = ...")));
            };
            for (label, rows) in periods {
                let same = |ready: &&Ready| ready.period.as_ref().is_some_and(|p| p.to_string() == label.to_string());
                let Some(ready) = self.ready.iter().find(same) else {
                    unseen.push(label.to_string());
                    continue;
                };
                let mut part = job.room(rows.len());
                job.run(ready, &bound, Rows::List(rows), &mut part, &mut notes, options, cancel)?;
                total.scatter(&part, rows);
            }
        } else if let Some(ready) = self.ready.first() {
            let rows = Rows::Range { start: 0, len: table.rows() };
            job.run(ready, &bound, rows, &mut total, &mut notes, options, cancel)?;
        }
        Error::collect(Kind::Value, notes.take_problems())?;
        let report = self.report(&bound, &notes, unseen, &job);
        Ok(job.named(tree, total, report, options))
    }

    fn report(&self, bound: &Bound<'_, '_>, notes: &Notes, unseen: Vec<String>, job: &Job<'_>) -> Report {
        let tree = &self.tree;
        let mut report = Report { unseen_periods: unseen, ..Report::default() };
        report.assumed = notes.assumed.iter().map(|(name, count)| (name.clone(), *count)).collect();
        report.implied = notes.implied.iter().map(|(leaf, count)| (tree.id(*leaf).to_owned(), *count)).collect();
        for (leaf, (count, row)) in &notes.contradicted {
            let id = tree.id(*leaf);
            report.contradicted.insert(id.to_owned(), *count);
            let message = format!(
                "is yes where an answer it implies is no ({count} rows, first row {row}); both are used as given"
            );
            report.warnings.push(Warning::new("contradiction", Some(id), message));
        }
        for (leaf, (count, row)) in &notes.disagreed {
            let id = tree.id(*leaf);
            report.disagreed.insert(id.to_owned(), *count);
            let message = format!(
                "alternative columns lead to different scores ({count} rows, first row {row}); the first observed is used"
            );
            report.warnings.push(Warning::new("disagreement", Some(id), message));
        }
        for (slot, reasons) in &notes.reasons {
            report.reasons.insert(bound.slots[*slot].name.clone(), counted(*reasons));
        }
        for period in &report.unseen_periods {
            let message = format!("period {period} was not fitted; its rows have no scores");
            report.warnings.push(Warning::new("period", None, message));
        }
        for name in &bound.shadowed {
            let message = "the definition derives this column; the one in the data is not used";
            report.warnings.push(Warning::new("shadowed", Some(name), message));
        }
        let observed = tree
            .leaves
            .iter()
            .enumerate()
            .filter(|(i, leaf)| job.needed[*i] && job.range && leaf.domain.is_none() && !leaf.learns.is_empty());
        report.range_from_observed = observed.map(|(_, leaf)| leaf.id.clone()).collect();
        report
    }
}

fn counted(reasons: Reasons) -> IndexMap<String, u64> {
    let all = [
        ("zero_denominator", reasons.zero_denominator),
        ("log_of_non_positive", reasons.log_of_non_positive),
        ("overflow", reasons.overflow),
        ("no_match", reasons.no_match),
    ];
    all.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name.to_owned(), count)).collect()
}

/// What to compute, worked out once.
struct Job<'t> {
    tree: &'t Tree,
    nodes: Vec<usize>,
    outputs: Vec<Output>,
    contributions: Vec<usize>,
    plans: Vec<&'t LevelPlan>,
    level_nodes: Vec<usize>,
    needed: Vec<bool>,
    /// Leaves that index and levels need.
    asked: Vec<usize>,
    range: bool,
    coverage: bool,
}

/// Output columns of a number of rows.
struct Room {
    numbers: Vec<Vec<f64>>,
    contributions: Vec<Vec<f64>>,
    levels: Vec<(Vec<u8>, Vec<u8>)>,
    assumed: Vec<u16>,
}

impl Room {
    fn scatter(&mut self, part: &Self, rows: &[usize]) {
        let numbers = self.numbers.iter_mut().zip(&part.numbers);
        for (whole, part) in numbers.chain(self.contributions.iter_mut().zip(&part.contributions)) {
            for (row, value) in rows.iter().zip(part) {
                whole[*row] = *value;
            }
        }
        for (whole, part) in self.levels.iter_mut().zip(&part.levels) {
            for (i, row) in rows.iter().enumerate() {
                whole.0[*row] = part.0[i];
                whole.1[*row] = part.1[i];
            }
        }
        for (row, value) in rows.iter().zip(&part.assumed) {
            self.assumed[*row] = *value;
        }
    }
}

/// One task's part of the output columns.
struct Task<'r> {
    from: usize,
    len: usize,
    numbers: Vec<&'r mut [f64]>,
    contributions: Vec<&'r mut [f64]>,
    levels: Vec<(&'r mut [u8], &'r mut [u8])>,
    assumed: &'r mut [u16],
}

impl<'t> Job<'t> {
    fn new(tree: &'t Tree, options: &ScoreOptions) -> Result<Self> {
        let nodes: Vec<usize> = options.nodes.iter().map(|id| tree.expect_node(id)).collect::<Result<_>>()?;
        let plans: Vec<&LevelPlan> = if options.levels { tree.levels.iter().collect() } else { Vec::new() };
        let mut level_nodes: Vec<usize> = plans.iter().flat_map(|plan| plan.nodes()).collect();
        level_nodes.sort_unstable();
        level_nodes.dedup();
        let mut needed = vec![false; tree.nodes()];
        for node in nodes.iter().chain(&level_nodes) {
            need(tree, *node, &mut needed);
        }
        let mut outputs: Vec<Output> = nodes.iter().map(|node| Output::Score(*node)).collect();
        if options.range {
            outputs.extend(nodes.iter().flat_map(|node| [Output::Low(*node), Output::High(*node)]));
        }
        let mut asked = vec![false; tree.nodes()];
        if options.coverage {
            outputs.extend(nodes.iter().map(|node| Output::Coverage(*node)));
            outputs.push(Output::Answered);
            for node in tree.root.into_iter().chain(tree.levels.iter().flat_map(|plan| plan.nodes())) {
                need(tree, node, &mut asked);
                need(tree, node, &mut needed);
            }
        }
        let min_coverage = tree.groups.iter().any(|group| group.min_coverage.is_some());
        // Where a missing answer makes a score missing, the range shows whether the score is known all the same.
        let propagates = tree.groups.iter().enumerate().any(|(g, group)| {
            let node = tree.leaves.len() + g;
            needed[node] && tree.scored(node) && group.missing == crate::definition::Missing::Propagate
        });
        Ok(Self {
            tree,
            contributions: nodes
                .iter()
                .copied()
                .filter(|node| options.contributions && tree.group(*node).is_some())
                .collect(),
            nodes,
            outputs,
            range: options.range || !plans.is_empty() || propagates,
            plans,
            level_nodes,
            needed,
            asked: (0..tree.leaves.len()).filter(|leaf| asked[*leaf]).collect(),
            coverage: options.coverage || min_coverage,
        })
    }

    fn room(&self, rows: usize) -> Room {
        let contributions =
            self.contributions.iter().map(|node| self.tree.group(*node).map_or(0, |g| g.children.len())).sum();
        Room {
            numbers: self.outputs.iter().map(|_| vec![f64::NAN; rows]).collect(),
            contributions: (0..contributions).map(|_| vec![f64::NAN; rows]).collect(),
            levels: self
                .plans
                .iter()
                .map(|plan| (vec![0; rows], vec![u8::try_from(plan.when.len()).unwrap_or(u8::MAX); rows]))
                .collect(),
            assumed: vec![0; rows],
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn run(
        &self,
        ready: &Ready,
        bound: &Bound<'_, '_>,
        rows: Rows<'_>,
        room: &mut Room,
        notes: &mut Notes,
        options: &ScoreOptions,
        cancel: &Cancel,
    ) -> Result<()> {
        let mut kernel = Kernel::new(self.tree, bound, &ready.scales, &ready.weights, self.needed.clone())
            .map_err(|problem| Error::new(Kind::Value, problem))?;
        kernel.range = self.range;
        kernel.coverage = self.coverage;
        if self.plans.is_empty() && !options.coverage {
            kernel.only_needed_columns();
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
            let weights = &kernel.weights[*node - self.tree.leaves.len()];
            for i in 0..n {
                let children: Vec<f64> = group.children.iter().map(|child| space.node(*child)[i]).collect();
                let score = space.node(*node)[i];
                for (k, part) in contributions(group, &children, weights, score).into_iter().enumerate() {
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
            for leaf in &self.asked {
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

    fn named(&self, tree: &Tree, room: Room, report: Report, options: &ScoreOptions) -> Scored {
        let mut scored = Scored { report, ..Scored::default() };
        for (output, values) in self.outputs.iter().zip(room.numbers) {
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
        let _ = (options, &self.nodes);
        scored.assumed = room.assumed;
        scored
    }
}

/// Contributions of children to a group's score, in the order of the children; missing children contribute nothing known.
pub(crate) fn contributions(group: &crate::tree::Inner, children: &[f64], weights: &[f64], score: f64) -> Vec<f64> {
    let mut parts = vec![f64::NAN; children.len()];
    if score.is_nan() {
        return parts;
    }
    let method = group.aggregation.method();
    let used: Vec<usize> =
        (0..children.len()).filter(|&k| !children[k].is_nan() && (!method.weighted() || weights[k] > 0.0)).collect();
    let values: Vec<f64> = used.iter().map(|&k| children[k]).collect();
    let kept: Vec<f64> = used.iter().map(|&k| weights[k]).collect();
    for (k, part) in used.iter().zip(method.contributions(&values, &kept)) {
        parts[*k] = part;
    }
    for (k, child) in children.iter().enumerate() {
        if !child.is_nan() && method.weighted() && weights[k] == 0.0 {
            parts[k] = 0.0;
        }
    }
    parts
}

fn cut(room: &mut Room, rows: usize) -> Vec<Task<'_>> {
    let mut tasks: Vec<Task<'_>> = Vec::new();
    let mut numbers: Vec<_> = room.numbers.iter_mut().map(|column| column.chunks_mut(CHUNK)).collect();
    let mut contributions: Vec<_> = room.contributions.iter_mut().map(|column| column.chunks_mut(CHUNK)).collect();
    let mut levels: Vec<_> = room
        .levels
        .iter_mut()
        .map(|(certain, possible)| (certain.chunks_mut(CHUNK), possible.chunks_mut(CHUNK)))
        .collect();
    for (k, assumed) in room.assumed.chunks_mut(CHUNK).enumerate() {
        let from = k * CHUNK;
        tasks.push(Task {
            from,
            len: CHUNK.min(rows - from),
            numbers: numbers.iter_mut().filter_map(Iterator::next).collect(),
            contributions: contributions.iter_mut().filter_map(Iterator::next).collect(),
            levels: levels.iter_mut().filter_map(|(a, b)| a.next().zip(b.next())).collect(),
            assumed,
        });
    }
    tasks
}
