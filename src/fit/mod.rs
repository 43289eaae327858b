//! The first verb: a definition and data make a fitted index.
//!
//! A fit is a list of stages known before any data are read. Each stage learns statistics of scales and sums for weights
//! as a state that merges, so one path serves threads, batches and clusters. Tasks are cut by rows, never by threads, and
//! merged in row order: the same rows give the same bits.

mod learn;
mod state;

use learn::learn;
pub use state::FitState;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::bind::{Absent, Bound, SlotSource, Source, Wishes};
use crate::columns::{Rows, Table};
use crate::definition::{Direction, Index, Literal, Period};
use crate::error::{Error, Kind, Problem, Result};
use crate::fitted::{Fitted, Numbers, Part};
use crate::impute::Seen;
use crate::kernel::relative::{Comparing, records};
use crate::normalize::{Learned, Prepared, Statistic};
use crate::notes::{Notes, Warning};
use crate::numeric::distribution::Distribution;
use crate::numeric::extremes::Extremes;
use crate::numeric::moments::Moments;
use crate::parallel::Cancel;
use crate::tally::Tally;
use crate::tree::{Leaf, Tree};

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
    /// Whether relative aggregations keep the units, to compare new rows with.
    pub keep_records: bool,
    /// Number of threads.
    pub threads: Option<usize>,
}

/// The rows of each period, in the order they first appear.
pub type Periods = Vec<(Literal, Vec<usize>)>;

/// What one stage learns; merges with the state of other rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageState {
    /// Count and extremes by node, where a scale asks for nothing more.
    pub extremes: IndexMap<usize, Extremes>,
    /// Count, extremes, mean and spread by node.
    pub moments: IndexMap<usize, Moments>,
    /// All values by node, where order statistics are needed.
    pub distributions: IndexMap<usize, Distribution>,
    /// All values by leaf, where a treatment is learned.
    pub samples: IndexMap<usize, Vec<f64>>,
    /// What imputations see, by leaf.
    pub seen: IndexMap<usize, Seen>,
    /// What weights are made from, by group.
    pub tallies: IndexMap<usize, Tally>,
    /// What references of aggregations are made from, by group.
    pub references: IndexMap<usize, Tally>,
}

impl StageState {
    /// The same as [`StageState::merge`], without a copy where there is nothing yet.
    fn join(&mut self, other: Self) {
        if *self == Self::default() {
            *self = other;
        } else {
            self.merge(&other);
        }
    }

    /// Adds what other rows had.
    pub fn merge(&mut self, other: &Self) {
        for (node, theirs) in &other.extremes {
            self.extremes.entry(*node).or_default().merge(theirs);
        }
        for (node, theirs) in &other.moments {
            self.moments.entry(*node).or_default().merge(theirs);
        }
        for (node, theirs) in &other.distributions {
            self.distributions.entry(*node).or_default().merge(theirs);
        }
        for (leaf, theirs) in &other.samples {
            self.samples.entry(*leaf).or_default().extend_from_slice(theirs);
        }
        for (leaf, theirs) in &other.seen {
            self.seen.entry(*leaf).or_default().merge(theirs);
        }
        for (group, theirs) in &other.tallies {
            self.tallies.entry(*group).or_default().merge(theirs);
        }
        for (group, theirs) in &other.references {
            self.references.entry(*group).or_default().merge(theirs);
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
    let (parts, shadowed) = learn_numbers(&tree, table, options, periods, &Start::default(), cancel)?;
    let mut fitted = Fitted::new(tree, parts)?;
    for name in &shadowed {
        let message = "the definition derives this column; the one in the data is not used";
        fitted.warnings.push(Warning::new("shadowed", Some(name), message));
    }
    Ok(fitted)
}

/// What a fit starts from, when it is not the first on these data.
#[derive(Debug, Default)]
pub(crate) struct Start<'s> {
    /// Numbers that are known already, and how given and learned weights are changed.
    pub(crate) numbers: Numbers,
    /// The rows to fit on, as often as they are named; all when absent.
    pub(crate) rows: Option<&'s [usize]>,
}

/// The numbers of a definition on a table, and the derived columns whose name the table has too.
pub(crate) fn learn_numbers(
    tree: &Tree,
    table: &Table<'_>,
    options: &FitOptions,
    periods: Option<&Periods>,
    start: &Start<'_>,
    cancel: &Cancel,
) -> Result<(Vec<Part>, Vec<String>)> {
    if table.rows() == 0 && tree.stage_count() > 0 {
        let problem = Problem::general("there are no rows to fit on").remedy("fit on at least one row");
        return Err(Error::new(Kind::Degenerate, problem));
    }
    let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
    let bound = Bound::new(tree, table, &wishes, false)?;
    let steps = tree.steps();
    let each = steps.contains(&&Period::Each);
    let by_period = steps.iter().any(|period| **period != Period::Pooled);
    if periods.is_none() && by_period {
        let problem =
            Problem::general("a step is fitted by period, but no time column was given").remedy("say time = ...");
        return Err(Error::new(Kind::Value, problem));
    }
    if start.rows.is_some() && by_period {
        let problem = Problem::general("a step is fitted by period: other rows cannot stand for those of a period");
        return Err(Error::new(Kind::Value, problem));
    }
    let mut parts = Vec::new();
    let mut notes = Notes::default();
    let rounds: Vec<Option<&Round>> = match periods.filter(|_| each) {
        Some(periods) => periods.iter().map(Some).collect(),
        None => vec![None],
    };
    // Steps on the same rows share one pass.
    let mut scopes: Vec<&Period> = Vec::new();
    for period in &steps {
        if !scopes.contains(period) {
            scopes.push(period);
        }
    }
    let mut learned: Vec<Numbers> = rounds.iter().map(|_| start.numbers.clone()).collect();
    for stage in 1..=tree.stage_count() {
        let mut states: Vec<StageState> = rounds.iter().map(|_| StageState::default()).collect();
        for scope in &scopes {
            // What is fitted on rows of several periods sees each row as its own period scores it.
            let mut shared = StageState::default();
            for ((round, numbers), state) in rounds.iter().zip(&learned).zip(&mut states) {
                let rows = start.rows.map_or_else(|| rows_in(scope, *round, periods), |rows| Ok(Some(rows)))?;
                let found = learn(tree, &bound, numbers, stage, scope, rows, options, &mut notes, cancel)?;
                let target = if **scope == Period::Each { state } else { &mut shared };
                target.join(found);
            }
            match states.as_mut_slice() {
                [only] => only.join(shared),
                several => several.iter_mut().for_each(|state| state.merge(&shared)),
            }
        }
        for ((round, numbers), state) in rounds.iter().zip(&mut learned).zip(&states) {
            let chosen = |leaf: usize, unit: &str| unit_value(tree, &bound, leaf, unit, options, *round, periods);
            numbers.absorb(tree, stage, state, &chosen)?;
        }
    }
    for (round, mut numbers) in rounds.into_iter().zip(learned) {
        numbers.complete(tree)?;
        if options.keep_records {
            let rows = round.map_or(Rows::Range { start: 0, len: table.rows() }, |(_, rows)| Rows::List(rows));
            let comparing = Comparing { records: &IndexMap::new(), together: true, threads: options.threads, cancel };
            numbers.records = records(tree, &bound, &numbers.ready(tree, false)?, rows, &comparing)?;
        }
        parts.push(Part { period: round.map(|(label, _)| label.clone()), numbers });
    }
    Error::collect(Kind::Value, notes.take_problems())?;
    Ok((parts, bound.shadowed))
}

/// The rows of one period, with its label.
type Round = (Literal, Vec<usize>);

/// The rows a step is fitted on; none means all.
fn rows_of<'p>(period: &Period, round: Option<&'p Round>, periods: Option<&'p Periods>) -> Result<Option<&'p [usize]>> {
    match (period, round, periods) {
        (Period::Each, Some((_, rows)), _) => Ok(Some(rows)),
        (Period::Base(base), _, Some(periods)) => {
            let found = periods.iter().find(|(label, _)| is_period(label, base));
            found.map(|(_, rows)| Some(rows.as_slice())).ok_or_else(|| {
                let there: Vec<String> = periods.iter().map(|(label, _)| label.to_string()).take(40).collect();
                let message = format!("the base period {base} is not in the data; there are {}", there.join(", "));
                Error::new(Kind::Value, Problem::general(message))
            })
        }
        _ => Ok(None),
    }
}

/// The same of one round: the rows of this period among them.
fn rows_in<'p>(period: &Period, round: Option<&'p Round>, periods: Option<&'p Periods>) -> Result<Option<&'p [usize]>> {
    let rows = rows_of(period, round, periods)?;
    Ok(match (period, round) {
        (Period::Pooled, Some((_, own))) => Some(own),
        (Period::Base(base), Some((label, _))) if !is_period(label, base) => Some(&[]),
        _ => rows,
    })
}

fn is_period(label: &Literal, named: &Literal) -> bool {
    label == named || label.to_string() == named.to_string()
}

/// The value of a named unit, which must be one row of the rows the scale is fitted on.
fn unit_value(
    tree: &Tree,
    bound: &Bound<'_, '_>,
    leaf: usize,
    unit: &str,
    options: &FitOptions,
    round: Option<&Round>,
    periods: Option<&Periods>,
) -> Result<Learned> {
    let id = &tree.leaves[leaf].id;
    let allowed = rows_of(&tree.leaves[leaf].period, round, periods)?;
    let rows = options.units.get(unit).map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<usize> = rows.iter().copied().filter(|row| allowed.is_none_or(|all| all.contains(row))).collect();
    let [row] = rows.as_slice() else {
        let message = format!("the reference unit {unit:?} has {} rows here, expected one", rows.len());
        return Err(Error::new(Kind::Value, Problem::column(id.clone(), message)));
    };
    let numbers = bound.leaves[leaf].sources.iter().filter_map(|source| match source {
        Source::Number(slot) => Some(*slot),
        _ => None,
    });
    // What is imputed is not the unit's own value.
    let own = numbers.flat_map(|slot| match &bound.slots[slot].source {
        SlotSource::Filled(filling) => filling.raw.clone(),
        _ => vec![slot],
    });
    for slot in own {
        if let SlotSource::Raw(place) = bound.slots[slot].source {
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
    let extremes = state.extremes.get(&node).copied().or(moments.map(Extremes::from)).unwrap_or_default();
    let distribution = state.distributions.get(&node).filter(|distribution| !distribution.is_empty());
    let number = |value: Option<f64>| value.filter(|v| v.is_finite()).map_or(Learned::Nothing, Learned::Number);
    Ok(match statistic {
        Statistic::Min => number(extremes.min()),
        Statistic::Max => number(extremes.max()),
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
        let learns = |leaf: &&Leaf| !leaf.learns.is_empty() || leaf.impute.is_some() || leaf.treat.is_some();
        let leaves = self.leaves.iter().filter(learns).map(|leaf| &leaf.period);
        let groups = self.groups.iter().enumerate().filter(|(g, _)| self.group_learns(*g));
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
