//! What replays write: the result, and the part of it that belongs to one replay.

use super::scorer::Seen;
use crate::error::{Kind, Result};

/// What came of the replays. A failed one has missing scores, ranks of 0, levels of 255 and a reason.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replays {
    /// Number of units.
    pub units: usize,
    /// Number of replays.
    pub count: usize,
    /// The units by the index as it is.
    pub nominal: Seen,
    /// Names of levels, "no level" first.
    pub level_names: Vec<String>,
    /// Which alternative each factor took, by replay; 0 for factors that vary continuously.
    pub choices: Vec<u16>,
    /// Mean absolute difference of ranks to the index as it is, by replay.
    pub shift: Vec<f64>,
    /// Share of units at each level, by replay; weighted where weights were given.
    pub shares: Vec<f64>,
    /// Scores of watched rows, by replay.
    pub watched_scores: Vec<f64>,
    /// Ranks of watched rows, by replay.
    pub watched_ranks: Vec<u32>,
    /// Scores, by replay and unit.
    pub scores: Vec<f64>,
    /// Ranks, by replay and unit; 0 without a score.
    pub ranks: Vec<u32>,
    /// Levels held for certain, by replay and unit.
    pub levels: Vec<u8>,
    /// Groups and children whose weights are kept.
    pub edges: Vec<(String, String)>,
    /// Shares of weight by the index as it is.
    pub nominal_weights: Vec<f64>,
    /// Shares of weight, by replay and edge; missing where the node is left out.
    pub weights: Vec<f64>,
    /// Replays that failed, and why.
    pub failed: Vec<(usize, String)>,
}

/// Where one replay writes.
pub(super) struct Place<'p> {
    pub(super) number: usize,
    scores: Option<&'p mut [f64]>,
    ranks: Option<&'p mut [u32]>,
    levels: Option<&'p mut [u8]>,
    shares: Option<&'p mut [f64]>,
    shift: &'p mut f64,
    watched: Option<(&'p mut [f64], &'p mut [u32])>,
    pub(super) weights: Option<&'p mut [f64]>,
}

/// What a replay is compared with, and which rows are watched.
pub(super) struct Against<'r> {
    /// The units by the index as it is.
    pub(super) nominal: &'r Seen,
    /// Rows whose score and rank are kept in any case.
    pub(super) watch: &'r [usize],
    /// Weights of the units.
    pub(super) weights: Option<&'r [f64]>,
}

impl Place<'_> {
    /// Writes what a replay saw, or why it failed. Only an interrupt ends the study.
    pub(super) fn note(
        &mut self,
        result: Result<()>,
        seen: &Seen,
        against: &Against<'_>,
        failed: &mut Vec<(usize, String)>,
    ) -> Result<()> {
        match result {
            Err(error) if error.kind == Kind::Interrupted => return Err(error),
            Err(error) => {
                failed.push((self.number, error.to_string()));
                return Ok(());
            }
            Ok(()) => {}
        }
        if seen.scores.iter().all(|score| score.is_nan()) {
            failed.push((self.number, "no unit has a score".to_owned()));
        }
        let ranks = &seen.ranks;
        let pairs = ranks.iter().zip(&against.nominal.ranks).filter(|(new, old)| **new > 0 && **old > 0);
        let (sum, count) = pairs.fold((0.0, 0u32), |(sum, n), (new, old)| (sum + f64::from(new.abs_diff(*old)), n + 1));
        *self.shift = if count > 0 { sum / f64::from(count) } else { f64::NAN };
        if let Some(shares) = &mut self.shares {
            level_shares(&seen.levels, &seen.times, against.weights, shares);
        }
        if let Some((scores, watched)) = &mut self.watched {
            for ((row, score), rank) in against.watch.iter().zip(scores.iter_mut()).zip(watched.iter_mut()) {
                *score = seen.scores.get(*row).copied().unwrap_or(f64::NAN);
                *rank = ranks.get(*row).copied().unwrap_or(0);
            }
        }
        if let Some(kept) = &mut self.ranks {
            kept.copy_from_slice(ranks);
        }
        if let Some(kept) = &mut self.scores {
            kept.copy_from_slice(&seen.scores);
        }
        if let Some(kept) = self.levels.as_mut().filter(|kept| kept.len() == seen.levels.len()) {
            kept.copy_from_slice(&seen.levels);
        }
        Ok(())
    }
}

/// The share of units at each level, every unit by its weight and as often as it was drawn.
fn level_shares(levels: &[u8], times: &[f64], weights: Option<&[f64]>, shares: &mut [f64]) {
    shares.fill(0.0);
    let mut total = 0.0;
    for (row, level) in levels.iter().enumerate() {
        let weight = weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(0.0));
        let weight = weight * times.get(row).copied().unwrap_or(1.0);
        total += weight;
        if let Some(share) = shares.get_mut(usize::from(*level)) {
            *share += weight;
        }
    }
    for share in shares {
        *share = if total > 0.0 { *share / total } else { f64::NAN };
    }
}

/// The parts of the result each replay writes.
pub(super) fn places(found: &mut Replays, levels: usize, watch: usize) -> Vec<Option<Place<'_>>> {
    let units = found.units;
    let mut scores = found.scores.chunks_mut(units);
    let mut ranks = found.ranks.chunks_mut(units);
    let mut kept = found.levels.chunks_mut(units);
    let mut shares = found.shares.chunks_mut(levels.max(1));
    let mut watched = found.watched_scores.chunks_mut(watch.max(1)).zip(found.watched_ranks.chunks_mut(watch.max(1)));
    let mut weights = found.weights.chunks_mut(found.edges.len().max(1));
    let one = |(number, shift)| {
        Some(Place {
            weights: weights.next(),
            number,
            scores: scores.next(),
            ranks: ranks.next(),
            levels: kept.next(),
            shares: shares.next(),
            shift,
            watched: watched.next(),
        })
    };
    found.shift.iter_mut().enumerate().map(one).collect()
}
