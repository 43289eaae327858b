//! What chosen rows fail, by how much, and what is still to be answered.

use std::collections::BTreeSet;

use super::needed::Missing;
use super::told::Told;
use super::{Asked, Requirements};
use crate::columns::{Rows, Table};
use crate::error::{Error, Kind, Problem, Result};
use crate::facts::BlockFacts;
use crate::fit::Periods;
use crate::fitted::Fitted;
use crate::kernel::{Kernel, Workspace};
use crate::logic::{NO, UNKNOWN};
use crate::parallel::Cancel;
use crate::score::ScoreOptions;

/// A comparison or count that fails and makes a requirement fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Row of the data.
    pub row: usize,
    /// Place among the rules of the level.
    pub rule: usize,
    /// The value that was compared, or how many could hold; the nearest one the row could have; NaN for texts.
    pub value: f64,
    /// How much is missing to the bound, at least; NaN where that has no meaning.
    pub short: f64,
    /// The same as a share of the bound; NaN for a bound of 0.
    pub share: f64,
}

/// An answer that is missing and could settle a requirement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needed {
    /// Row of the data.
    pub row: usize,
    /// The requirement.
    pub requirement: usize,
    /// Place among the columns of [`Findings`].
    pub column: usize,
}

/// What the rows of interest lack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// What fails, by row and rule.
    pub failures: Vec<Finding>,
    /// What is to be answered, by row and requirement.
    pub needed: Vec<Needed>,
    /// Names of columns.
    pub columns: Vec<String>,
}

impl Fitted {
    /// What these rows lack for a level.
    #[allow(clippy::too_many_arguments)]
    pub fn findings(
        &self,
        table: &Table<'_>,
        rows: &[usize],
        asked: &Asked,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        cancel: &Cancel,
    ) -> Result<Findings> {
        if let Some(row) = rows.iter().find(|row| **row >= table.rows()) {
            let message = format!("there is no row {row}; the data have {} rows", table.rows());
            return Err(Error::new(Kind::UnknownName, Problem::general(message)));
        }
        let requirements = Requirements::of(&self.tree, asked)?;
        let look = |kernel: &Kernel<'_, '_, '_>, part: &Rows<'_>, space: &Workspace| {
            let facts = BlockFacts::new(kernel.bound, space, *part, &requirements.nodes);
            let missing = Missing { tree: &self.tree, bound: kernel.bound, space, rows: *part };
            let told: Vec<Told<'_>> = requirements.logics.iter().map(|logic| Told::of(logic, &facts)).collect();
            let mut failures = Vec::new();
            let mut needed: Vec<(usize, usize, String)> = Vec::new();
            for i in 0..part.len() {
                let mut place = 0;
                for (number, told) in told.iter().enumerate() {
                    if told.states[i] == NO {
                        told.failures(i, place, part.row(i), &facts, &mut failures);
                    }
                    if told.states[i] == UNKNOWN {
                        let mut names = BTreeSet::new();
                        told.needed(i, &facts, &missing, &mut names);
                        needed.extend(names.into_iter().map(|name| (part.row(i), number, name)));
                    }
                    place += told.size;
                }
            }
            (failures, needed)
        };
        let mut findings = Findings::default();
        let mut known = indexmap::IndexSet::new();
        for (failures, needed) in self.blocks(table, &requirements, options, periods, Some(rows), cancel, &look)? {
            findings.failures.extend(failures);
            for (row, requirement, name) in needed {
                let (column, _) = known.insert_full(name);
                findings.needed.push(Needed { row, requirement, column });
            }
        }
        findings.columns = known.into_iter().collect();
        Ok(findings)
    }
}
