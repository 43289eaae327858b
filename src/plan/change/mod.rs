//! The smallest change of some indicators that makes a node reach a score.
//!
//! minimize sum(cost_j |x_j' - x_j|) over the chosen indicators such that the node's score reaches the mark. One indicator:
//! bisection along its way, for any score that never falls. Several: scales made of lines and steps, and aggregations that are
//! concave ([`crate::aggregate::AggregateMethod::slopes`]): exact within the bounds of [`cuts`], steps and turns by [`search`].

mod ascent;
mod cuts;
mod road;
mod row;
mod search;

use serde::Deserialize;

use ascent::Ascent;
use row::{Way, change, gap};

use crate::bind::{Bound, Wishes};
use crate::columns::{Column, Rows, Table};
use crate::error::{Error, Kind, Problem, Result};
use crate::fitted::{Fitted, Ready};
use crate::parallel::{Cancel, map};
use crate::score::ScoreOptions;

/// Rows per task.
const TASK: usize = 16;

/// An indicator that may change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// The indicator.
    pub id: String,
    /// Cost of one unit of its measure; one over the range of its scale when absent.
    #[serde(default)]
    pub cost: Option<f64>,
    /// It may not go below.
    #[serde(default)]
    pub low: Option<f64>,
    /// It may not go above.
    #[serde(default)]
    pub high: Option<f64>,
}

/// What is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeOptions {
    /// The group whose score is to be reached.
    pub node: String,
    /// The score.
    pub to: f64,
    /// Indicators that may change.
    pub vary: Vec<Vary>,
    /// Choices of stretches looked at, by row.
    pub limit: usize,
}

/// What a row came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// Its score is missing.
    Unknown,
    /// No change reaches the score.
    Unreachable,
    /// A change, perhaps not the smallest.
    Limit,
    /// The smallest change.
    Changed,
    /// It is there already.
    There,
}

/// The changes of a table, by row.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// What rows came to.
    pub outcomes: Vec<u8>,
    /// Scores before.
    pub before: Vec<f64>,
    /// Scores after; the best that can be reached where that is not enough.
    pub after: Vec<f64>,
    /// Costs of the changes; missing where there is none.
    pub costs: Vec<f64>,
    /// The share of the cost that a change could be cheaper at most.
    pub gaps: Vec<f64>,
    /// Values before, by indicator.
    pub from: Vec<Vec<f64>>,
    /// Values after, by indicator.
    pub values: Vec<Vec<f64>>,
    /// Columns of unanswered indicators, for rows whose score is missing: (row, column).
    pub needed: Vec<(usize, String)>,
}

impl Fitted {
    /// For every row the smallest change of some indicators that makes a node reach a score.
    pub fn changes(
        &self,
        table: &Table<'_>,
        asked: &ChangeOptions,
        options: &ScoreOptions,
        cancel: &Cancel,
    ) -> Result<Changes> {
        let tree = &self.tree;
        let [ready] = self.ready.as_slice() else {
            let message = "changes need one set of fitted numbers, and this index is fitted by period";
            return Err(Error::new(Kind::Value, Problem::general(message)));
        };
        let node = tree.expect_node(&asked.node)?;
        if tree.group(node).is_none() || !tree.scored(node) {
            let message = format!("{:?} is no group with a score", asked.node);
            return Err(Error::new(Kind::UnknownName, Problem::at("node", message)));
        }
        let leaves = self.leaves(asked)?;
        let ascent = Ascent::new(self, ready, node, &leaves)?;
        let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
        let bound = Bound::new(tree, table, &wishes, false)?;
        let ways = self.ways(ready, &bound, &ascent, asked, &leaves)?;
        drop(bound);
        let nodes: Vec<String> = ascent.nodes.iter().map(|node| tree.id(*node).to_owned()).collect();
        let wanted = ScoreOptions { nodes: nodes.clone(), bounds: Some(Vec::new()), ..options.clone() };
        let scored = self.score(table, &wanted, None, cancel)?;
        let columns: Vec<&[f64]> = nodes.iter().filter_map(|id| scored.nodes.get(id)).map(Vec::as_slice).collect();
        let count = table.rows();
        let raw: Vec<Vec<f64>> = leaves
            .iter()
            .map(|leaf| {
                let mut values = vec![f64::NAN; count];
                if let Some(column) = tree.leaves[*leaf].columns.first().and_then(|name| table.get(name)) {
                    column.load(&Rows::Range { start: 0, len: count }, &mut values);
                }
                values
            })
            .collect();
        let one = |row: usize| {
            let scores: Vec<f64> = columns.iter().map(|column| column.get(row).copied().unwrap_or(f64::NAN)).collect();
            let from: Vec<f64> = raw.iter().map(|values| values[row]).collect();
            change(&ascent, &ways, scores, &from, asked)
        };
        let rows: Vec<usize> = (0..count).collect();
        let tasks: Vec<&[usize]> = rows.chunks(TASK).collect();
        let work = |(): &mut (), rows: &[usize]| rows.iter().map(|row| one(*row)).collect::<Vec<_>>();
        let parts = map(tasks, options.threads, cancel, || (), work).ok_or_else(Error::interrupted)?;
        let mut found = Changes { from: raw, values: vec![Vec::new(); leaves.len()], ..Changes::default() };
        for (outcome, before, after, moved, values) in parts.into_iter().flatten() {
            found.outcomes.push(outcome as u8);
            found.before.push(before);
            found.after.push(after);
            found.costs.push(moved.as_ref().map_or(f64::NAN, |moved| moved.cost));
            found.gaps.push(moved.as_ref().map_or(f64::NAN, gap));
            found.values.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        }
        found.needed = self.unanswered(table, node, &found.outcomes, options, cancel)?;
        Ok(found)
    }

    /// Numbers of the indicators, which must be known and named once.
    fn leaves(&self, asked: &ChangeOptions) -> Result<Vec<usize>> {
        let tree = &self.tree;
        let (mut leaves, mut problems) = (Vec::new(), Vec::new());
        for vary in &asked.vary {
            let names = || tree.leaves.iter().map(|leaf| leaf.id.as_str());
            match names().position(|id| id == vary.id) {
                Some(leaf) if leaves.contains(&leaf) => {
                    problems.push(Problem::at("vary", format!("{:?} is named twice", vary.id)));
                }
                Some(leaf) => leaves.push(leaf),
                None => {
                    let near = crate::error::hint(&vary.id, names());
                    problems.push(Problem::at("vary", format!("no indicator is named {:?}{near}", vary.id)));
                }
            }
        }
        if asked.vary.is_empty() {
            problems.push(Problem::at("vary", "expected at least one indicator"));
        }
        Error::collect(Kind::UnknownName, problems)?;
        Ok(leaves)
    }

    /// What each indicator's way is like; all that cannot be said is refused.
    fn ways<'f>(
        &'f self,
        ready: &'f Ready,
        bound: &Bound<'_, '_>,
        ascent: &Ascent<'_>,
        asked: &ChangeOptions,
        leaves: &[usize],
    ) -> Result<Vec<Way<'f>>> {
        let tree = &self.tree;
        let (mut ways, mut problems) = (Vec::new(), Vec::new());
        let several = leaves.len() > 1;
        if let Some(where_) = ascent.concave.as_ref().filter(|_| several) {
            let message =
                format!("{where_} is not concave: the smallest change of several indicators is not defined by slopes");
            problems
                .push(Problem::at("node", message).remedy("vary one indicator at a time, or ask for a node below it"));
        }
        for (vary, leaf) in asked.vary.iter().zip(leaves) {
            let plan = &tree.leaves[*leaf];
            let mut refuse = |message: String, remedy: &str| {
                problems.push(Problem::at("vary", format!("{:?} {message}", vary.id)).remedy(remedy));
            };
            let path = "leave it out, or use ix.plan.path with measures";
            let raw = plan.columns.first().filter(|_| plan.columns.len() == 1);
            let raw = raw.filter(|name| !tree.index.derived.contains_key(*name));
            let Some(column) = raw.map(|name| bound.table.get(name)) else {
                refuse("is not read from one column of the data as it is".to_owned(), path);
                continue;
            };
            if matches!(column, Some(Column::Text { .. })) || matches!(plan.scale, crate::normalize::Scale::Options(_))
            {
                refuse("is answered by a choice, not a number".to_owned(), path);
                continue;
            }
            if !plan.implies.is_empty() {
                refuse("implies other answers".to_owned(), path);
                continue;
            }
            let Some(prepared) = ready.scales[*leaf].as_ref().filter(|prepared| prepared.warning.is_none()) else {
                refuse("has no scale: its column is constant or empty".to_owned(), "leave it out");
                continue;
            };
            let scorer = prepared.scorer.as_ref();
            let shape = scorer.shape();
            if several && shape.is_none() {
                refuse("has a scale that is not made of lines or steps".to_owned(), "vary it alone");
                continue;
            }
            let up = shape.as_ref().map_or(plan.direction == crate::definition::Direction::More, |shape| shape.rising);
            let limits =
                [Some([vary.low.unwrap_or(f64::NEG_INFINITY), vary.high.unwrap_or(f64::INFINITY)]), plan.domain];
            let limits = limits.into_iter().chain([shape.as_ref().and_then(|shape| shape.ends)]).flatten();
            let end = limits.fold(if up { f64::INFINITY } else { f64::NEG_INFINITY }, |end, [low, high]| {
                if up { end.min(high) } else { end.max(low) }
            });
            let wide = |ends: &[f64; 2]| (ends[1] - ends[0]).abs();
            let range =
                plan.domain.as_ref().map(wide).or_else(|| shape.as_ref().and_then(|s| s.anchors.as_ref().map(wide)));
            let range = range.or_else(|| vary.low.zip(vary.high).map(|(low, high)| high - low));
            let range = range.filter(|range| *range > 0.0 && range.is_finite());
            let Some(cost) = vary.cost.or_else(|| range.map(|range| 1.0 / range)) else {
                refuse(
                    "has a scale without a range to count in".to_owned(),
                    "give its cost in costs=, or both its bounds",
                );
                continue;
            };
            if !(cost.is_finite() && cost > 0.0) {
                refuse(format!("costs {cost} per unit"), "costs are above zero");
                continue;
            }
            let place = ascent.place(*leaf).unwrap_or_default();
            ways.push(Way { scorer, up, cost, end, range: range.unwrap_or(1.0), place });
        }
        Error::collect(Kind::Definition, problems)?;
        Ok(ways)
    }

    /// Columns of the leaves below a node that rows without a score have not answered.
    fn unanswered(
        &self,
        table: &Table<'_>,
        node: usize,
        outcomes: &[u8],
        options: &ScoreOptions,
        cancel: &Cancel,
    ) -> Result<Vec<(usize, String)>> {
        let unknown: Vec<usize> = (0..outcomes.len()).filter(|row| outcomes[*row] == Outcome::Unknown as u8).collect();
        if unknown.is_empty() {
            return Ok(Vec::new());
        }
        let mut below = vec![false; self.tree.nodes()];
        crate::score::need(&self.tree, node, &mut below);
        let leaves: Vec<usize> = (0..self.tree.leaves.len()).filter(|leaf| below[*leaf]).collect();
        let nodes = leaves.iter().map(|leaf| self.tree.leaves[*leaf].id.clone()).collect();
        let wanted = ScoreOptions { nodes, bounds: Some(Vec::new()), ..options.clone() };
        let scored = self.score(table, &wanted, None, cancel)?;
        let missing = |row: usize, leaf: &usize| {
            let plan = &self.tree.leaves[*leaf];
            let gone =
                scored.nodes.get(&plan.id).and_then(|column| column.get(row)).is_some_and(|score| score.is_nan());
            gone.then(|| plan.columns.first().cloned()).flatten().map(|column| (row, column))
        };
        Ok(unknown.into_iter().flat_map(|row| leaves.iter().filter_map(move |leaf| missing(row, leaf))).collect())
    }
}
