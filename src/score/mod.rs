//! The second verb: a fitted index scores rows. Pure, row by row, in blocks.

mod job;
mod room;

use job::Job;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::bind::{Absent, Bound, Wishes};
use crate::columns::{Rows, Table};
use crate::definition::Literal;
use crate::error::{Error, Kind, Problem, Result};
use crate::expression::Reasons;
use crate::fit::Periods;
use crate::fitted::{Fitted, Ready};
use crate::notes::{Notes, Warning};
use crate::parallel::Cancel;
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
    /// Nodes whose range and coverage are returned; those of `nodes` when absent.
    pub bounds: Option<Vec<String>>,
    /// Whether levels are returned.
    pub levels: bool,
    /// Whether contributions of children are returned, for the groups among `nodes`.
    pub contributions: bool,
    /// What to do about absent columns.
    pub absent: Absent,
    /// Answers to assume where blank.
    pub assume: IndexMap<String, Literal>,
    /// Whether rows are the ones just fitted: relative aggregations compare them with each other.
    pub together: bool,
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
    /// Values filled by imputation, by indicator.
    pub imputed: IndexMap<String, u64>,
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

/// What an output column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Scores of a node.
    Score,
    /// Lowest scores of a node.
    Low,
    /// Highest scores of a node.
    High,
    /// Coverage of a node.
    Coverage,
    /// Share of answers observed that index and levels need.
    Answered,
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

impl Fitted {
    /// Scores every row of a table.
    pub fn score(
        &self,
        table: &Table<'_>,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        cancel: &Cancel,
    ) -> Result<Scored> {
        self.score_into(table, options, periods, cancel, Vec::new())
    }

    /// What the output columns of a call hold: the memory that may be lent to [`Fitted::score_into`], in this order.
    pub fn outputs(&self, options: &ScoreOptions) -> Result<Vec<(What, Option<String>)>> {
        Ok(Job::new(&self.tree, options)?.outputs())
    }

    /// Scores into memory the caller lends, one slice of the table's length per entry of [`Fitted::outputs`]; columns in
    /// lent memory are left out of the result.
    pub fn score_into(
        &self,
        table: &Table<'_>,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        cancel: &Cancel,
        lent: Vec<&mut [f64]>,
    ) -> Result<Scored> {
        let tree = &self.tree;
        let job = Job::new(tree, options)?;
        let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
        let bound = Bound::new(tree, table, &wishes, options.levels || options.coverage)?;
        let by_period = self.ready.iter().any(|ready| ready.period.is_some());
        let mut total = job.room(table.rows(), lent);
        if by_period {
            total.clear(); // rows of periods that were not fitted stay so
        }
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
                let mut part = job.room(rows.len(), Vec::new());
                job.run(ready, &bound, Rows::List(rows), &mut part, &mut notes, options, cancel)?;
                total.scatter(&part, rows);
            }
        } else if let Some(ready) = self.ready.first() {
            let rows = Rows::Range { start: 0, len: table.rows() };
            job.run(ready, &bound, rows, &mut total, &mut notes, options, cancel)?;
        }
        Error::collect(Kind::Value, notes.take_problems())?;
        let report = self.report(&bound, &notes, unseen, &job);
        Ok(job.named(tree, total, report))
    }

    fn report(&self, bound: &Bound<'_, '_>, notes: &Notes, unseen: Vec<String>, job: &Job<'_>) -> Report {
        let tree = &self.tree;
        let mut report = Report { unseen_periods: unseen, ..Report::default() };
        report.assumed = notes.assumed.iter().map(|(name, count)| (name.clone(), *count)).collect();
        report.imputed = notes.imputed.iter().map(|(leaf, count)| (tree.id(*leaf).to_owned(), *count)).collect();
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
        for (g, (count, row)) in &notes.alone {
            let group = &tree.groups[*g];
            let message = format!(
                "{}: no other unit is observed to compare with, so the score is missing ({count} rows, first row {row})",
                group.aggregation.name()
            );
            report.warnings.push(Warning::new("alone", Some(&group.id), message));
        }
        for (g, remark) in &notes.remarks {
            report.warnings.push(Warning::new("frontier", Some(&tree.groups[*g].id), remark.clone()));
        }
        for (slot, reasons) in &notes.reasons {
            let name = &bound.slots[*slot].name;
            let counts = counted(*reasons);
            let told: Vec<String> =
                counts.iter().map(|(why, rows)| format!("{rows} rows: {}", why.replace('_', " "))).collect();
            let message = format!("derived column is missing although its columns are not ({})", told.join(", "));
            report.warnings.push(Warning::new("reasons", Some(name), message));
            report.reasons.insert(name.clone(), counts);
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
