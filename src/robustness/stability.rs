//! How far one weight may move before the leader, or any level, changes.
//!
//! The weight of one child goes from its share `w` to another, the others keep their proportions. Where scores are linear in
//! the weight (sums and arithmetic means up to the node), what stays the same does so on an interval around `w`, and its
//! ends are found by bisection; elsewhere steps of [`STEP`] are walked first, and what changes and changes back between two
//! steps is not seen.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::prepared::{Asked, Given, Prepared};
use super::scorer::{Room, Seen};
use crate::bind::Absent;
use crate::columns::Table;
use crate::definition::{Index, Literal};
use crate::error::{Error, Result};
use crate::fit::{FitOptions, Periods};
use crate::parallel::{Cancel, map};
use crate::weights::{WeightChange, WeightChanges};

/// The steps in which a share of weight is walked.
pub const STEP: f64 = 1.0 / 64.0;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// The node whose scores are looked at; the index when absent.
    pub node: Option<String>,
    /// Whether levels are looked at.
    pub levels: bool,
    /// The node whose levels are meant; the index when absent.
    pub levels_of: Option<String>,
    /// Groups whose weights move; all when absent.
    pub groups: Option<Vec<String>>,
    /// Rows of the units that anchor a scale.
    pub units: IndexMap<String, Vec<usize>>,
    /// What to do about absent columns.
    pub absent: Absent,
    /// Answers to assume where blank.
    pub assume: IndexMap<String, Literal>,
    /// Number of threads.
    pub threads: Option<usize>,
}

/// One side of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// The share of weight up to which nothing changes: 0 or 1 where nothing ever does.
    pub share: f64,
    /// The row that leads beyond it, where the leader changes; rows whose level changes first, for levels.
    pub row: Option<usize>,
}

/// How far the weight of one child may move.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// The group.
    pub group: String,
    /// The child.
    pub child: String,
    /// Its share of the group's weight.
    pub share: f64,
    /// Where the leader changes, downwards and upwards.
    pub leader: [End; 2],
    /// Where the first level changes; none without levels.
    pub levels: Option<[End; 2]>,
}

/// What must stay the same.
#[derive(Clone, Copy)]
enum Same {
    Leader,
    Levels,
}

/// Intervals of all weights.
pub fn stability(
    index: &Index,
    table: &Table<'_>,
    question: &Question,
    periods: Option<&Periods>,
    cancel: &Cancel,
) -> Result<Vec<Stability>> {
    let fit = FitOptions {
        units: question.units.clone(),
        absent: question.absent,
        assume: question.assume.clone(),
        keep_records: false,
        threads: question.threads,
    };
    let asked =
        Asked { node: question.node.as_deref(), levels: question.levels, levels_of: question.levels_of.as_deref() };
    let given = Given { table, periods, fit: &fit };
    let prepared = Prepared::new(index.clone(), None, None, given, cancel)?;
    if let Some(groups) = &question.groups {
        for group in groups {
            prepared.tree.expect_node(group)?;
        }
    }
    let mut nominal = Seen::default();
    prepared.with_scorer(given, &asked, |scorer| scorer.score(&mut Room::default(), &mut nominal, cancel))?;
    let walk = Walk { prepared: &prepared, given, asked: &asked, nominal: &nominal, cancel };
    let wanted = |(group, _): &(String, String)| question.groups.as_ref().is_none_or(|groups| groups.contains(group));
    let edges: Vec<(String, String)> = prepared.edges().into_iter().filter(wanted).collect();
    let results =
        map(edges, question.threads, cancel, Room::default, |room, (group, child)| walk.child(group, child, room));
    let found: Vec<Option<Stability>> = results.ok_or_else(Error::interrupted)?.into_iter().collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

struct Walk<'w, 'a> {
    prepared: &'w Prepared,
    given: Given<'w, 'a>,
    asked: &'w Asked<'w>,
    nominal: &'w Seen,
    cancel: &'w Cancel,
}

impl Walk<'_, '_> {
    /// None for a child whose weight cannot move: an only one, or one that has all or none of the weight.
    fn child(&self, group: String, child: String, room: &mut Room) -> Result<Option<Stability>> {
        let weights = self.prepared.weights_of(&group);
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let Some(place) = weights.iter().position(|(id, _)| *id == child) else { return Ok(None) };
        let share = weights[place].1 / total;
        if !(share > 0.0 && share < 1.0) {
            return Ok(None);
        }
        let mut side = |same: Same, end: f64| self.end(&group, &weights, place, share, end, same, room);
        let leader = [side(Same::Leader, 0.0)?, side(Same::Leader, 1.0)?];
        let levels = if self.nominal.levels.is_empty() {
            None
        } else {
            Some([side(Same::Levels, 0.0)?, side(Same::Levels, 1.0)?])
        };
        Ok(Some(Stability { group, child, share, leader, levels }))
    }

    /// The last share before something changes on the way to an end, and what changes.
    #[allow(clippy::too_many_arguments)]
    fn end(
        &self,
        group: &str,
        weights: &[(String, f64)],
        place: usize,
        share: f64,
        end: f64,
        same: Same,
        room: &mut Room,
    ) -> Result<End> {
        let mut good = share;
        let mut bad: Option<(f64, usize)> = None;
        let steps = ((end - share).abs() / STEP).ceil().max(1.0);
        for step in 1..=steps as usize {
            let at = if step as f64 == steps { end } else { share + (end - share) * step as f64 / steps };
            if let Some(row) = self.change(group, weights, place, share, at, same, room)? {
                bad = Some((at, row));
                break;
            }
            good = at;
        }
        let Some((mut at, mut row)) = bad else { return Ok(End { share: end, row: None }) };
        while (at - good).abs() > 1e-12 {
            let middle = f64::midpoint(at, good);
            if middle == at || middle == good {
                break;
            }
            match self.change(group, weights, place, share, middle, same, room)? {
                Some(new) => (at, row) = (middle, new),
                None => good = middle,
            }
        }
        Ok(End { share: good, row: Some(row) })
    }

    /// The first row that tells a change, at another share.
    #[allow(clippy::too_many_arguments)]
    fn change(
        &self,
        group: &str,
        weights: &[(String, f64)],
        place: usize,
        share: f64,
        at: f64,
        same: Same,
        room: &mut Room,
    ) -> Result<Option<usize>> {
        if self.cancel.is_cancelled() {
            return Err(Error::interrupted());
        }
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        // A weight of exactly zero would take a child out of what is prepared.
        let at = at.clamp(1e-15, 1.0 - 1e-15);
        let others = (1.0 - at) / (1.0 - share);
        let moved =
            weights.iter().enumerate().map(|(i, (_, w))| Some(if i == place { at * total } else { w * others }));
        let changes: WeightChanges =
            [(group.to_owned(), vec![WeightChange::To(moved.collect())])].into_iter().collect();
        let mut seen = Seen::default();
        if self.prepared.refits(&changes) {
            let refitted = self.prepared.refit(std::sync::Arc::new(changes), self.given, self.cancel)?;
            refitted.with_scorer(self.given, self.asked, |scorer| scorer.score(room, &mut seen, self.cancel))?;
        } else {
            self.prepared.with_scorer(self.given, self.asked, |scorer| {
                scorer.change_weights(&changes);
                scorer.score(room, &mut seen, self.cancel)
            })?;
        }
        Ok(match same {
            Same::Leader => {
                let stays = self.nominal.ranks.iter().zip(&seen.ranks).any(|(old, new)| *old == 1 && *new == 1);
                if stays { None } else { seen.ranks.iter().position(|rank| *rank == 1) }
            }
            Same::Levels => self.nominal.levels.iter().zip(&seen.levels).position(|(old, new)| old != new),
        })
    }
}
