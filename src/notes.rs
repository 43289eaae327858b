//! What happened while rows were read: problems, assumptions, reasons. Collected per task, merged in task order, so that
//! messages do not depend on the number of threads.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Problem;
use crate::expression::Reasons;

/// Rows shown with a problem.
const SHOWN: usize = 5;

/// Problems by place, and counts by node or column number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    problems: BTreeMap<(u8, usize), Problem>,
    /// Assumed answers by column name.
    pub(crate) assumed: BTreeMap<String, u64>,
    /// Filled values, by leaf.
    pub(crate) imputed: BTreeMap<usize, u64>,
    /// Answers that follow from another one, by leaf.
    pub(crate) implied: BTreeMap<usize, u64>,
    /// Answers that contradict an implication, by leaf, with the first row.
    pub(crate) contradicted: BTreeMap<usize, (u64, usize)>,
    /// Rows whose alternative columns lead to different scores, by leaf, with the first row.
    pub(crate) disagreed: BTreeMap<usize, (u64, usize)>,
    /// Observed units without a score, because nobody else is there to compare them with, by group, with the first row.
    pub(crate) alone: BTreeMap<usize, (u64, usize)>,
    /// What should be known of the scores of relative groups.
    pub(crate) remarks: BTreeMap<usize, String>,
    /// Why derived columns are missing, by slot.
    pub(crate) reasons: BTreeMap<usize, Reasons>,
}

/// Kinds of places a problem can have.
pub(crate) const OF_SLOT: u8 = 0;
pub(crate) const OF_LEAF: u8 = 1;
pub(crate) const OF_GROUP: u8 = 2;

impl Notes {
    /// Notes a problem of one row; the first row's text stands for all.
    pub(crate) fn problem(&mut self, kind: u8, place: usize, row: usize, make: impl FnOnce() -> Problem) {
        let problem = self.problems.entry((kind, place)).or_insert_with(make);
        problem.count += 1;
        if problem.rows.len() < SHOWN {
            problem.rows.push(row);
        }
    }

    /// Adds what later rows had.
    pub(crate) fn merge(&mut self, later: Self) {
        for (key, theirs) in later.problems {
            match self.problems.get_mut(&key) {
                Some(mine) => {
                    mine.count += theirs.count;
                    let room = SHOWN.saturating_sub(mine.rows.len());
                    mine.rows.extend(theirs.rows.into_iter().take(room));
                }
                None => {
                    self.problems.insert(key, theirs);
                }
            }
        }
        for (leaf, count) in later.imputed {
            *self.imputed.entry(leaf).or_default() += count;
        }
        for (name, count) in later.assumed {
            *self.assumed.entry(name).or_default() += count;
        }
        for (leaf, count) in later.implied {
            *self.implied.entry(leaf).or_default() += count;
        }
        for (mine, theirs) in [
            (&mut self.contradicted, later.contradicted),
            (&mut self.disagreed, later.disagreed),
            (&mut self.alone, later.alone),
        ] {
            for (node, (count, row)) in theirs {
                mine.entry(node).or_insert((0, row)).0 += count;
            }
        }
        for (group, remark) in later.remarks {
            self.remarks.entry(group).or_insert(remark);
        }
        for (slot, reasons) in later.reasons {
            self.reasons.entry(slot).or_default().merge(reasons);
        }
    }

    /// The problems, columns first.
    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems).into_values().collect()
    }
}

/// Something the user should know that is no error.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct Warning {
    /// Its type: `constant`, `weights`, `shadowed`, `contradiction`, `disagreement`, `reasons`, `period`, `range`,
    /// `alone`, `treat`, `impute`, `comparability`, `frontier`.
    pub kind: String,
    /// The node or column concerned.
    pub node: Option<String>,
    /// What happened.
    pub message: String,
}

impl Warning {
    pub(crate) fn new(kind: &str, node: Option<&str>, message: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), node: node.map(str::to_owned), message: message.into() }
    }
}
