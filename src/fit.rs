//! The first verb: a definition and data make a fitted index.
//!
//! A fit is a list of stages known before any data are read. Each stage learns statistics of scales and sums for weights
//! as a state that merges, so one path serves threads, batches and clusters. Tasks are cut by rows, never by threads, and
//! merged in row order: the same rows give the same bits.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::bind::{Absent, Bound, Wishes};
use crate::columns::{Rows, Table};
use crate::definition::{Direction, Index, Literal, Period};
use crate::error::{Error, Kind, Problem, Result};
use crate::fitted::{Fitted, Numbers, Part};
use crate::kernel::Kernel;
use crate::normalize::{Learned, Prepared, Statistic};
use crate::notes::{Notes, Warning};
use crate::numeric::distribution::Distribution;
use crate::numeric::moments::Moments;
use crate::parallel::{BLOCK, CHUNK, Cancel};
use crate::tree::{Tree, Weigh};
use crate::weights::Tally;

/// What the caller says about a fit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FitOptions {
    /// Rows of the units that anchor a scale.
    pub units: IndexMap<String, Vec<usize>>,
    /// What to do about absent columns.
    pub absent: Absent,
    /// Answers to assume where blank.
    pub assume: IndexMap<String, Literal>,
    /// Number of threads.
    pub threads: Option<usize>,
}

/// The rows of each period, in the order they first appear.
pub type Periods = Vec<(Literal, Vec<usize>)>;

/// What one stage learns; merges with the state of other rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageState {
    /// Count, extremes, mean and spread by node.
    pub moments: IndexMap<usize, Moments>,
    /// All values by node, where order statistics are needed.
    pub distributions: IndexMap<usize, Distribution>,
    /// Sums for weights by group.
    pub tallies: IndexMap<usize, Tally>,
}

impl StageState {
    /// Adds what other rows had.
    pub fn merge(&mut self, other: &Self) {
        for (node, theirs) in &other.moments {
            self.moments.entry(*node).or_default().merge(theirs);
        }
        for (node, theirs) in &other.distributions {
            self.distributions.entry(*node).or_default().merge(theirs);
        }
        for (group, theirs) in &other.tallies {
            self.tallies.entry(*group).or_default().merge(theirs);
        }
    }
}

/// Fits an index to a table.
pub fn fit(
    index: Index,
    table: &Table<'_>,
    options: &FitOptions,
    periods: Option<&Periods>,
    cancel: &Cancel,
) -> Result<Fitted> {
    let tree = Tree::new(index)?;
    if table.rows() == 0 && tree.stage_count() > 0 {
        let problem = Problem::general("there are no rows to fit on").remedy("fit on at least one row");
        return Err(Error::new(Kind::Degenerate, problem));
    }
    let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
    let bound = Bound::new(&tree, table, &wishes, false)?;
    let steps = tree.steps();
    let each = steps.contains(&&Period::Each);
    if periods.is_none() && steps.iter().any(|period| **period != Period::Pooled) {
        let problem =
            Problem::general("a step is fitted by period, but no time column was given").remedy("say time = ...");
        return Err(Error::new(Kind::Value, problem));
    }
    let mut parts = Vec::new();
    let mut notes = Notes::default();
    let rounds: Vec<Option<&(Literal, Vec<usize>)>> = match periods.filter(|_| each) {
        Some(periods) => periods.iter().map(Some).collect(),
        None => vec![None],
    };
    for round in rounds {
        let mut numbers = Numbers::new(&tree);
        for stage in 1..=tree.stage_count() {
            let mut state = StageState::default();
            // Steps on the same rows share one pass.
            let mut scopes: Vec<&Period> = Vec::new();
            for period in &steps {
                if !scopes.contains(period) {
                    scopes.push(period);
                }
            }
            for scope in scopes {
                let rows = rows_of(scope, round, periods, table.rows())?;
                let learned = learn(&tree, &bound, &numbers, stage, scope, &rows, options, &mut notes, cancel)?;
                state.merge(&learned);
            }
            let chosen = |leaf: usize, unit: &str| unit_value(&tree, &bound, leaf, unit, options, round, periods);
            numbers.absorb(&tree, stage, &state, &chosen)?;
        }
        numbers.complete(&tree)?;
        parts.push(Part { period: round.map(|(label, _)| label.clone()), numbers });
    }
    Error::collect(Kind::Value, notes.take_problems())?;
    let shadowed = bound.shadowed.clone();
    drop(steps);
    drop(bound);
    let mut fitted = Fitted::new(tree, parts)?;
    for name in &shadowed {
        let message = "the definition derives this column; the one in the data is not used";
        fitted.warnings.push(Warning::new("shadowed", Some(name), message));
    }
    Ok(fitted)
}

/// The rows a step is fitted on; none means all.
fn rows_of(
    period: &Period,
    round: Option<&(Literal, Vec<usize>)>,
    periods: Option<&Periods>,
    all: usize,
) -> Result<Option<Vec<usize>>> {
    match (period, round, periods) {
        (Period::Each, Some((_, rows)), _) => Ok(Some(rows.clone())),
        (Period::Base(base), _, Some(periods)) => {
            let found = periods.iter().find(|(label, _)| label == base || label.to_string() == base.to_string());
            found.map(|(_, rows)| Some(rows.clone())).ok_or_else(|| {
                let there: Vec<String> = periods.iter().map(|(label, _)| label.to_string()).take(40).collect();
                let message = format!("the base period {base} is not in the data; there are {}", there.join(", "));
                Error::new(Kind::Value, Problem::general(message))
            })
        }
        _ => {
            let _ = all;
            Ok(None)
        }
    }
}

/// One pass over the rows of a scope: what this stage learns from them.
#[allow(clippy::too_many_arguments)]
fn learn(
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
    for node in lessons.nodes(tree) {
        crate::score::need(tree, node, &mut needed);
    }
    let mut kernel = Kernel::new(tree, bound, &scales, &weights, needed).map_err(|p| Error::new(Kind::Value, p))?;
    kernel.coverage = tree.groups.iter().any(|group| group.min_coverage.is_some());
    kernel.only_needed_columns();
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

    fn nodes<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = usize> + 'a {
        // A group's scale learns from the aggregated score, which needs its children only; computing the group itself
        // before its scale exists gives just that.
        let _ = tree;
        self.scales
            .iter()
            .map(|(node, _)| *node)
            .chain(self.weights.iter().flat_map(|(_, nodes)| nodes.iter().copied()))
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

/// The value of a named unit, which must be one row of the rows the scale is fitted on.
fn unit_value(
    tree: &Tree,
    bound: &Bound<'_, '_>,
    leaf: usize,
    unit: &str,
    options: &FitOptions,
    round: Option<&(Literal, Vec<usize>)>,
    periods: Option<&Periods>,
) -> Result<Learned> {
    let id = &tree.leaves[leaf].id;
    let allowed = rows_of(&tree.leaves[leaf].period, round, periods, bound.table.rows())?;
    let rows = options.units.get(unit).map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<usize> =
        rows.iter().copied().filter(|row| allowed.as_ref().is_none_or(|all| all.contains(row))).collect();
    let [row] = rows.as_slice() else {
        let message = format!("the reference unit {unit:?} has {} rows here, expected one", rows.len());
        return Err(Error::new(Kind::Value, Problem::column(id.clone(), message)));
    };
    for source in &bound.leaves[leaf].sources {
        if let crate::bind::Source::Number(slot) = source
            && let crate::bind::SlotSource::Raw(place) = bound.slots[*slot].source
        {
            let mut value = [f64::NAN];
            bound.table.at(place).load(&Rows::Range { start: *row, len: 1 }, &mut value);
            if value[0].is_finite() {
                return Ok(Learned::Number(value[0]));
            }
        }
    }
    let message = format!("the reference unit {unit:?} has no value");
    Err(Error::new(Kind::Value, Problem::column(id.clone(), message).row(*row)))
}

/// The learned form of a statistic.
pub(crate) fn learned(
    statistic: &Statistic,
    node: usize,
    state: &StageState,
    unit: &dyn Fn(usize, &str) -> Result<Learned>,
) -> Result<Learned> {
    let moments = state.moments.get(&node).filter(|moments| moments.count > 0);
    let distribution = state.distributions.get(&node).filter(|distribution| !distribution.is_empty());
    let number = |value: Option<f64>| value.filter(|v| v.is_finite()).map_or(Learned::Nothing, Learned::Number);
    Ok(match statistic {
        Statistic::Min => number(moments.map(|moments| moments.min)),
        Statistic::Max => number(moments.map(|moments| moments.max)),
        Statistic::Mean => number(moments.map(|moments| moments.mean)),
        Statistic::Sd => number(moments.and_then(|moments| moments.sd(1))),
        Statistic::Quantile(q) => number(distribution.map(|distribution| distribution.quantile(*q))),
        Statistic::Distribution => distribution.cloned().map_or(Learned::Nothing, Learned::Distribution),
        Statistic::Unit(label) => unit(node, label)?,
    })
}

impl Tree {
    /// The periods of everything that is fitted.
    fn steps(&self) -> Vec<&Period> {
        let leaves = self.leaves.iter().filter(|leaf| !leaf.learns.is_empty()).map(|leaf| &leaf.period);
        let groups = self.groups.iter().enumerate().filter(|(g, group)| {
            !group.learns.is_empty() || (self.weight_stage[*g] > 0 && !matches!(group.weigh, Weigh::Above(_)))
        });
        leaves.chain(groups.map(|(_, group)| &group.period)).collect()
    }

    /// Whether fitting needs to know the period of each row.
    pub(crate) fn needs_time(&self) -> bool {
        self.steps().into_iter().any(|period| *period != Period::Pooled)
    }

    /// Labels of units whose values anchor a scale.
    pub(crate) fn units(&self) -> Vec<String> {
        let mut units: Vec<String> = Vec::new();
        for statistic in self.leaves.iter().flat_map(|leaf| &leaf.learns) {
            if let Statistic::Unit(unit) = statistic
                && !units.contains(unit)
            {
                units.push(unit.clone());
            }
        }
        units
    }
}

/// Scale of a node with what it learned; `Direction` is that of the leaf.
pub(crate) fn prepare(tree: &Tree, node: usize, learned: &[Learned]) -> Result<Option<Prepared>> {
    let (scale, direction) = match tree.group(node) {
        Some(group) => (group.scale.as_ref(), Direction::More),
        None => (Some(&tree.leaves[node].scale), tree.leaves[node].direction),
    };
    let Some(scale) = scale else { return Ok(None) };
    scale.method().prepare(direction, learned).map(Some).map_err(|message| {
        let message = format!("scale {}: {message}", scale.name());
        Error::new(Kind::Degenerate, Problem::column(tree.id(node), message))
    })
}

/// A fit over batches: every batch of a stage, then the next stage.
#[derive(Debug)]
pub struct FitState {
    tree: Tree,
    options: FitOptions,
    numbers: Numbers,
    stage: usize,
    state: StageState,
    rows: u64,
}

/// The state as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    definition: Index,
    options: FitOptions,
    numbers: Numbers,
    stage: usize,
    state: StageState,
    rows: u64,
}

impl FitState {
    /// A state that has seen nothing.
    pub fn new(index: Index, options: FitOptions) -> Result<Self> {
        let tree = Tree::new(index)?;
        if tree.needs_time() || !tree.units().is_empty() {
            let message = "a fit by period or with a reference unit needs all rows at once";
            return Err(Error::new(Kind::Definition, Problem::general(message).remedy("use fit on a frame")));
        }
        let numbers = Numbers::new(&tree);
        Ok(Self { tree, options, numbers, stage: 1, state: StageState::default(), rows: 0 })
    }

    /// The stage under way, from 1.
    pub fn stage(&self) -> usize {
        self.stage
    }

    /// How many stages there are.
    pub fn stages(&self) -> usize {
        self.tree.stage_count()
    }

    /// Learns from a batch.
    pub fn update(&mut self, table: &Table<'_>, cancel: &Cancel) -> Result<()> {
        let wishes = Wishes { absent: self.options.absent, assume: self.options.assume.clone() };
        let bound = Bound::new(&self.tree, table, &wishes, false)?;
        let mut notes = Notes::default();
        let scope = Period::Pooled;
        let learned =
            learn(&self.tree, &bound, &self.numbers, self.stage, &scope, &None, &self.options, &mut notes, cancel)?;
        self.state.merge(&learned);
        self.rows += table.rows() as u64;
        Ok(())
    }

    /// Adds what another state of the same stage has seen.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.tree.index != other.tree.index || self.stage != other.stage || self.numbers != other.numbers {
            let message = "only states of the same definition and stage can be merged";
            return Err(Error::new(Kind::Value, Problem::general(message)));
        }
        self.state.merge(&other.state);
        self.rows += other.rows;
        Ok(())
    }

    /// Ends the stage.
    pub fn advance(&mut self) -> Result<()> {
        if self.stage > self.stages() {
            return Err(Error::new(Kind::Value, Problem::general("all stages are done; call finish")));
        }
        if self.rows == 0 {
            return Err(Error::new(Kind::Degenerate, Problem::general("this stage has seen no rows")));
        }
        let none = |_: usize, _: &str| Ok(Learned::Nothing);
        self.numbers.absorb(&self.tree, self.stage, &self.state, &none)?;
        self.state = StageState::default();
        self.rows = 0;
        self.stage += 1;
        Ok(())
    }

    /// The fitted index, when all stages are done.
    pub fn finish(&self) -> Result<Fitted> {
        if self.stage <= self.stages() {
            let message = format!("stage {} of {} is not done; call advance", self.stage, self.stages());
            return Err(Error::new(Kind::NotFitted, Problem::general(message)));
        }
        let mut numbers = self.numbers.clone();
        numbers.complete(&self.tree)?;
        Fitted::new(Tree::new(self.tree.index.clone())?, vec![Part { period: None, numbers }])
    }

    /// As JSON, to be merged elsewhere.
    pub fn to_json(&self) -> Result<String> {
        let written = Written {
            definition: self.tree.index.clone(),
            options: self.options.clone(),
            numbers: self.numbers.clone(),
            stage: self.stage,
            state: self.state.clone(),
            rows: self.rows,
        };
        serde_json::to_string(&written)
            .map_err(|error| Error::new(Kind::Value, Problem::general(format!("cannot be written: {error}"))))
    }

    /// Reads what [`FitState::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self> {
        let written: Written = serde_json::from_str(text)
            .map_err(|error| Error::new(Kind::Value, Problem::general(format!("not a fit state: {error}"))))?;
        let Written { definition, options, numbers, stage, state, rows } = written;
        Ok(Self { tree: Tree::new(definition)?, options, numbers, stage, state, rows })
    }
}
