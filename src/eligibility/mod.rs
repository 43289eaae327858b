//! Who meets a level, who does not, and who cannot be told yet; requirement by requirement.
//!
//! A level asks for requirements: the conditions of its `all`, or the one condition it has; with levels that build on each
//! other those of the lower ones too. The answer of a row is the least state of its requirements, in three values: an
//! unanswered question is unknown, never no.

mod findings;
mod needed;
mod rules;
mod told;

pub use findings::{Finding, Findings, Needed};
pub use rules::Rule;
pub(crate) use rules::{inside, size};
use serde::{Deserialize, Serialize};
pub(crate) use told::Told;

use crate::bind::{Bound, Wishes};
use crate::columns::{Rows, Table};
use crate::error::{Error, Kind, Problem, Result};
use crate::facts::BlockFacts;
use crate::fit::Periods;
use crate::fitted::{Fitted, Ready};
use crate::kernel::relative::{Comparing, compare};
use crate::kernel::{Kernel, Workspace};
use crate::logic::{Facts, LevelPlan, Logic, LogicKind, NO, UNKNOWN, YES};
use crate::notes::Notes;
use crate::parallel::{BLOCK, CHUNK, Cancel};
use crate::score::ScoreOptions;
use crate::tree::Tree;

/// The level that is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The node whose levels are meant; none for those of the index.
    #[serde(default)]
    pub owner: Option<String>,
    /// The level.
    pub level: String,
}

/// The answer of every row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Eligibility {
    /// 0 not met, 1 cannot be told, 2 met.
    pub states: Vec<u8>,
    /// Requirements that fail for certain.
    pub failed: Vec<u16>,
    /// The fewest comparisons that would have to turn out otherwise, at least: what is unknown counts as holding.
    pub lacking: Vec<u16>,
    /// Requirements that cannot be told.
    pub open: Vec<u16>,
    /// For each requirement with several ways to meet it: the first way that holds, counted from 1; 0 for none.
    pub routes: Vec<Vec<u8>>,
    /// By requirement: rows that meet it, fail it, cannot be told, and that fail nothing else.
    pub counts: Vec<[u64; 4]>,
}

/// What a level asks for.
pub(crate) struct Requirements<'t> {
    pub(crate) logics: Vec<&'t Logic>,
    pub(crate) nodes: Vec<usize>,
}

impl<'t> Requirements<'t> {
    pub(crate) fn of(tree: &'t Tree, asked: &Asked) -> Result<Self> {
        let refuse = |message: String| Err(Error::new(Kind::UnknownName, Problem::general(message)));
        let Some(plan) = tree.levels.iter().find(|plan| plan.owner == asked.owner) else {
            let owner = asked.owner.as_deref().map_or_else(|| "the index".to_owned(), |owner| format!("{owner:?}"));
            return refuse(format!("{owner} has no levels"));
        };
        // The first name is that of no level.
        let Some(place) = plan.names.iter().skip(1).position(|name| *name == asked.level) else {
            let names = plan.names.iter().skip(1).map(String::as_str);
            let known: Vec<&str> = names.clone().collect();
            let hint = crate::error::hint(&asked.level, names);
            return refuse(format!("there is no level {:?}{hint}; there are {}", asked.level, known.join(", ")));
        };
        let first = if plan.rule == crate::definition::LevelRule::Cumulative { 0 } else { place };
        let mut logics = Vec::new();
        for logic in &plan.when[first..=place] {
            match &logic.kind {
                LogicKind::All(list) => logics.extend(list),
                _ => logics.push(logic),
            }
        }
        Ok(Self { logics, nodes: LevelPlan::nodes(plan) })
    }

    /// The ways to meet a requirement, where there are several.
    fn ways(&self) -> impl Iterator<Item = (usize, &'t [Logic])> + '_ {
        self.logics.iter().enumerate().filter_map(|(i, logic)| match &logic.kind {
            LogicKind::Any(list) => Some((i, list.as_slice())),
            _ => None,
        })
    }
}

/// What one block of rows answers.
struct Answers {
    rows: Vec<usize>,
    found: Eligibility,
}

impl Fitted {
    /// The answer of every row about one level.
    pub fn eligibility(
        &self,
        table: &Table<'_>,
        asked: &Asked,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        cancel: &Cancel,
    ) -> Result<Eligibility> {
        let requirements = Requirements::of(&self.tree, asked)?;
        let ways: Vec<&[Logic]> = requirements.ways().map(|(_, ways)| ways).collect();
        let answer = |kernel: &Kernel<'_, '_, '_>, rows: &Rows<'_>, space: &Workspace| {
            let facts = BlockFacts::new(kernel.bound, space, *rows, &requirements.nodes);
            let found = requirements.answer(&facts, &ways);
            Answers { rows: (0..rows.len()).map(|i| rows.row(i)).collect(), found }
        };
        let blocks = self.blocks(table, &requirements, options, periods, None, cancel, &answer)?;
        let rows = table.rows();
        let mut total = Eligibility {
            states: vec![UNKNOWN; rows],
            failed: vec![0; rows],
            lacking: vec![0; rows],
            open: vec![0; rows],
            routes: vec![vec![0; rows]; ways.len()],
            counts: vec![[0; 4]; requirements.logics.len()],
        };
        for Answers { rows, found } in blocks {
            for (i, row) in rows.into_iter().enumerate() {
                total.states[row] = found.states[i];
                total.failed[row] = found.failed[i];
                total.lacking[row] = found.lacking[i];
                total.open[row] = found.open[i];
                for (whole, part) in total.routes.iter_mut().zip(&found.routes) {
                    whole[row] = part[i];
                }
            }
            for (whole, part) in total.counts.iter_mut().zip(&found.counts) {
                for (whole, part) in whole.iter_mut().zip(part) {
                    *whole += part;
                }
            }
        }
        Ok(total)
    }

    /// Scores the rows of interest block by block and looks at each block.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn blocks<R: Send>(
        &self,
        table: &Table<'_>,
        requirements: &Requirements<'_>,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        only: Option<&[usize]>,
        cancel: &Cancel,
        look: &(dyn Fn(&Kernel<'_, '_, '_>, &Rows<'_>, &Workspace) -> R + Sync),
    ) -> Result<Vec<R>> {
        let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
        let bound = Bound::new(&self.tree, table, &wishes, true)?;
        let mut needed = vec![false; self.tree.nodes()];
        for node in &requirements.nodes {
            crate::score::need(&self.tree, *node, &mut needed);
        }
        let mut notes = Notes::default();
        let mut found = Vec::new();
        for (ready, own) in self.learned_on(table, periods)? {
            // Relative aggregations compare all rows of the part, whichever are looked at.
            let all = own.map_or(Rows::Range { start: 0, len: table.rows() }, Rows::List);
            let comparing =
                Comparing { records: &ready.records, together: options.together, threads: options.threads, cancel };
            let given = compare(&self.tree, &bound, ready, &needed, all, &comparing)?;
            let mut kernel = Kernel::new(&self.tree, &bound, ready, needed.clone())
                .map_err(|problem| Error::new(Kind::Value, problem))?;
            kernel.given = Some(&given);
            kernel.range = true;
            let chosen: Option<Vec<usize>> = only.map(|only| match own {
                Some(own) => only.iter().copied().filter(|row| own.contains(row)).collect(),
                None => only.to_vec(),
            });
            let rows = chosen.as_ref().map_or(all, |rows| Rows::List(rows));
            let count = rows.len();
            let tasks = (0..count).step_by(CHUNK).map(|from| (from, CHUNK.min(count - from))).collect();
            let results = crate::parallel::map(
                tasks,
                options.threads,
                cancel,
                || kernel.workspace(),
                |space, (from, len): (usize, usize)| {
                    let mut notes = Notes::default();
                    let looked: Vec<R> = (from..from + len)
                        .step_by(BLOCK)
                        .map(|start| {
                            let part = rows.part(start, BLOCK.min(from + len - start));
                            kernel.block(&part, space, &mut notes);
                            look(&kernel, &part, space)
                        })
                        .collect();
                    (looked, notes)
                },
            );
            for (looked, more) in results.ok_or_else(Error::interrupted)? {
                found.extend(looked);
                notes.merge(more);
            }
        }
        Error::collect(Kind::Value, notes.take_problems())?;
        Ok(found)
    }

    /// What was learned with the rows it holds for; none means all.
    pub(crate) fn learned_on<'p>(
        &'p self,
        table: &Table<'_>,
        periods: Option<&'p Periods>,
    ) -> Result<Vec<(&'p Ready, Option<&'p [usize]>)>> {
        if self.ready.iter().all(|ready| ready.period.is_none()) {
            let all = self.ready.first().filter(|_| table.rows() > 0);
            return Ok(all.map(|ready| (ready, None)).into_iter().collect());
        }
        let Some(periods) = periods else {
            let problem = Problem::general("the index is fitted by period, but no time column was given");
            return Err(Error::new(Kind::Value, problem.remedy("say time = ...")));
        };
        let of = |label: &crate::definition::Literal| {
            self.ready.iter().find(|r| r.period.as_ref().is_some_and(|p| p.to_string() == label.to_string()))
        };
        Ok(periods.iter().filter_map(|(label, rows)| Some((of(label)?, Some(rows.as_slice())))).collect())
    }
}

impl Requirements<'_> {
    fn answer(&self, facts: &dyn Facts, ways: &[&[Logic]]) -> Eligibility {
        let rows = facts.rows();
        let mut found = Eligibility {
            states: vec![YES; rows],
            failed: vec![0; rows],
            lacking: vec![0; rows],
            open: vec![0; rows],
            routes: Vec::new(),
            counts: Vec::new(),
        };
        let each: Vec<Told<'_>> = self.logics.iter().map(|logic| Told::of(logic, facts)).collect();
        for told in &each {
            for (i, state) in told.states.iter().enumerate() {
                found.states[i] = found.states[i].min(*state);
                found.failed[i] += u16::from(*state == NO);
                found.open[i] += u16::from(*state == UNKNOWN);
                if *state == NO {
                    found.lacking[i] = found.lacking[i].saturating_add(told.lacking(i, facts));
                }
            }
        }
        for told in &each {
            let mut counts = [0; 4];
            for (i, state) in told.states.iter().enumerate() {
                counts[usize::from(YES - *state)] += 1;
                counts[3] += u64::from(*state == NO && found.failed[i] == 1 && found.open[i] == 0);
            }
            // Met, failed, open, alone.
            found.counts.push([counts[0], counts[2], counts[1], counts[3]]);
        }
        let mut states = vec![NO; rows];
        for list in ways {
            let mut route = vec![0u8; rows];
            for (way, logic) in list.iter().enumerate() {
                logic.evaluate(facts, &mut states);
                let number = u8::try_from(way + 1).unwrap_or(u8::MAX);
                for (route, state) in route.iter_mut().zip(&states) {
                    *route = if *route == 0 && *state == YES { number } else { *route };
                }
            }
            found.routes.push(route);
        }
        found
    }
}
