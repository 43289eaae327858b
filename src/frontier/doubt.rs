//! Benefit of the doubt: `score = max w.x` with `w >= 0`, no unit above 1, and the limits kept.

use super::cone::Cone;
use super::crowded::{coarse, crowded, on_frontier};
use super::grow::{Best, Cones, Means, Stop, grow, solve};
use super::limits::{Limits, Share};
use super::seeds::seeds;
use super::units::Units;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::Cancel;

/// What is asked.
#[derive(Debug)]
pub struct Doubt<'a> {
    /// Units compared with, one slice per indicator.
    pub records: &'a [&'a [f64]],
    /// Units to be scored; those compared with when absent.
    pub rows: Option<&'a [&'a [f64]]>,
    /// Names of the indicators.
    pub names: &'a [&'a str],
    /// Limits on the weights.
    pub limits: Option<&'a Limits>,
    /// Whether a missing value is left out, with weight 0, instead of the unit (Kuosmanen 2009, doi:10.1057/jors.2008.132).
    pub leave_out: bool,
    /// Whether weights and peers are wanted, and made unique by the second goal.
    pub detail: bool,
    /// Number of threads.
    pub threads: Option<usize>,
    /// Asked between units of work.
    pub cancel: &'a Cancel,
}

/// A unit that binds another, and how strongly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peer {
    /// The row that is bound.
    pub row: usize,
    /// The record that binds it.
    pub peer: usize,
    /// Its multiplier: those of a row add up to its score.
    pub multiplier: f64,
}

/// Scores and what they rest on.
#[derive(Debug, Default)]
pub struct Found {
    /// One score per row, missing for rows with missing values.
    pub scores: Vec<f64>,
    /// Weights by indicator, then by row; empty unless detail is wanted. Missing where any weights would do.
    pub weights: Vec<Vec<f64>>,
    /// Own pie shares, `w x / score`.
    pub pie_shares: Vec<Vec<f64>>,
    /// Peers, by row.
    pub peers: Vec<Peer>,
    /// Records that were enough to bind everybody: all extreme units are among them.
    pub frame: Vec<usize>,
    /// Records that had a part, and how many of them differ.
    pub records: (usize, usize),
    /// Rows whose own values allow no weights within the limits: their score is 0.
    pub barred: Vec<usize>,
    /// The frame as a share of the records that differ.
    pub frame_share: f64,
    /// Share of the scored rows that score 1 or more.
    pub on_frontier: f64,
    /// What the user should know of the scores, in words.
    pub warnings: Vec<String>,
    /// Steps walked, for the record.
    pub steps: usize,
}

/// Which rows have a part.
pub(super) fn takes_part(columns: &[&[f64]], leave_out: bool) -> Vec<bool> {
    let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    let row = |i: usize| {
        let missing = columns.iter().filter(|column| column[i].is_nan()).count();
        missing == 0 || (leave_out && missing < columns.len())
    };
    (0..rows).map(row).collect()
}

pub(super) fn check(columns: &[&[f64]], names: &[&str]) -> Result<()> {
    let mut problems = Vec::new();
    for (column, name) in columns.iter().zip(names) {
        let wrong = |x: &f64| *x < 0.0 || x.is_infinite();
        if let Some(row) = column.iter().position(wrong) {
            let message = "benefit of the doubt takes numbers that are not negative";
            let mut problem = Problem::column(*name, message).row(row).value(format!("{}", column[row]));
            problem.count = column.iter().filter(|x| wrong(x)).count() as u64;
            problems.push(problem.remedy("scale the indicator first, with minmax for one"));
        }
    }
    Error::collect(Kind::Value, problems)
}

/// The largest value of each column among the records that have a part.
pub(super) fn scale(doubt: &Doubt<'_>, part: &[bool]) -> Result<Vec<f64>> {
    let largest = |column: &&[f64]| {
        column.iter().zip(part).filter(|(x, part)| **part && !x.is_nan()).fold(0.0, |most, (x, _)| f64::max(most, *x))
    };
    let scale: Vec<f64> = doubt.records.iter().map(largest).collect();
    let zero = |name: &&str| {
        let message =
            "benefit of the doubt: no unit that has a part has a value above zero, so that any weight would do";
        Problem::column(*name, message).remedy("leave the indicator out")
    };
    let problems = doubt.names.iter().zip(&scale).filter(|(_, scale)| **scale <= 0.0).map(|(name, _)| zero(name));
    Error::collect(Kind::Degenerate, problems.collect())?;
    Ok(scale)
}

fn cones(doubt: &Doubt<'_>, scale: &[f64], units: &Units) -> Result<Cones> {
    let width = scale.len();
    let Some(limits) = doubt.limits else { return Ok(Cones::Common(Cone::free(width))) };
    let (low, high) =
        limits.resolve(doubt.names).map_err(|message| Error::new(Kind::Definition, Problem::at("limits", message)))?;
    // Weights of scaled columns are weights times scale.
    let base: Vec<f64> = match limits.on {
        Share::OwnPieShares => return Ok(Cones::Own { low, high }),
        Share::RelativeWeights => scale.iter().map(|scale| 1.0 / scale).collect(),
        Share::MeanPieShares => units.means.clone(),
    };
    let most = base.iter().copied().fold(0.0, f64::max);
    Ok(Cones::Common(Cone::new(base.into_iter().map(|base| base / most).collect(), low, high)))
}

/// Why there are no scores, as an error.
pub(super) fn stopped(stop: Stop) -> Error {
    match stop {
        Stop::Cancelled => Error::interrupted(),
        Stop::Lost(_) => {
            let message = "benefit of the doubt: rounding errors forbid a solution for some unit";
            let remedy = "values within one indicator may differ too much in size; scale them first";
            Error::new(Kind::Degenerate, Problem::general(message).remedy(remedy))
        }
    }
}

/// Scores by benefit of the doubt.
pub fn benefit_of_the_doubt(doubt: &Doubt<'_>) -> Result<Found> {
    check(doubt.records, doubt.names)?;
    if let Some(rows) = doubt.rows {
        check(rows, doubt.names)?;
    }
    // Rows without any value have no part anyway.
    let gaps = |columns: &[&[f64]]| takes_part(columns, true) != takes_part(columns, false);
    if doubt.leave_out && doubt.limits.is_some() && (gaps(doubt.records) || doubt.rows.is_some_and(gaps)) {
        let message = "shares of indicators are limited, and missing ones are to be left out of them";
        let remedy = "let units with missing values have no score (missing = \"propagate\"), or fill them first";
        return Err(Error::new(Kind::Definition, Problem::at("limits", message).remedy(remedy)));
    }
    let part = takes_part(doubt.records, doubt.leave_out);
    let wanted = doubt.rows.unwrap_or(doubt.records);
    let count = wanted.iter().map(|column| column.len()).min().unwrap_or(0);
    let width = doubt.records.len();
    let mut found = Found { scores: vec![f64::NAN; count], ..Found::default() };
    if doubt.detail {
        found.weights = vec![vec![f64::NAN; count]; width];
        found.pie_shares.clone_from(&found.weights);
    }
    if !part.contains(&true) {
        return Ok(found);
    }
    let scale = scale(doubt, &part)?;
    let units = Units::new(doubt.records, &scale, doubt.leave_out);
    let cones = cones(doubt, &scale, &units)?;
    let free = Cones::Common(Cone::free(width));
    let second = doubt.detail.then_some(units.means.as_slice());
    let means = Means { cones: &cones, second, threads: doubt.threads, cancel: doubt.cancel };
    let start = seeds(&units, doubt.threads, doubt.cancel).ok_or_else(Error::interrupted)?;
    let own = matches!(cones, Cones::Own { .. });
    // Own limits differ from unit to unit: the frame of all weights holds for any of them.
    let growing = if own { Means { cones: &free, second: None, ..means } } else { means };
    let (frame, members, mut best) = grow(&units, start, growing).map_err(stopped)?;
    let others = doubt.rows.map(|rows| Units::new(rows, &scale, doubt.leave_out));
    let scored = others.as_ref().unwrap_or(&units);
    found.steps = best.steps;
    if own || others.is_some() {
        let all: Vec<usize> = (0..scored.count()).collect();
        best = solve(scored, &all, &frame, means).map_err(stopped)?;
        found.steps += best.steps;
    }
    found.frame = members.iter().map(|unit| units.first[*unit]).collect();
    found.frame.sort_unstable();
    found.records = (part.iter().filter(|part| **part).count(), units.count());
    found.frame_share = members.len() as f64 / units.count().max(1) as f64;
    fill(&mut found, doubt, scored, &best, &scale);
    found.on_frontier = on_frontier(&found.scores).1;
    if doubt.limits.is_none() {
        found.warnings.extend(coarse(doubt.records, &found.scores).or_else(|| crowded(&found.scores)));
    }
    for (row, unit) in scored.place.iter().enumerate() {
        let Some(unit) = *unit else { continue };
        if best.scores[unit] == 0.0 && scored.row(unit).iter().any(|x| *x > 0.0) {
            found.barred.push(row);
        }
        if doubt.detail {
            let peer = |(place, multiplier): &(usize, f64)| Peer {
                row,
                peer: units.first[members[*place]],
                multiplier: *multiplier,
            };
            let from = found.peers.len();
            found.peers.extend(best.peers[unit].iter().map(peer));
            found.peers[from..].sort_unstable_by_key(|peer| peer.peer);
        }
    }
    if let Some(row) = found.barred.first() {
        let (count, limits) = (found.barred.len(), "the limits on its own pie shares");
        let message = format!(
            "a zero where {limits} want a part leaves no weights: the score is 0 ({count} rows, first row {row})"
        );
        found.warnings.push(message);
    }
    Ok(found)
}

/// Puts scores, weights and shares of units back in the order of the rows.
fn fill(found: &mut Found, doubt: &Doubt<'_>, scored: &Units, best: &Best, scale: &[f64]) {
    let width = scale.len();
    for (row, unit) in scored.place.iter().enumerate() {
        let Some(unit) = *unit else { continue };
        let score = best.scores[unit];
        found.scores[row] = score;
        if !doubt.detail {
            continue;
        }
        let weights = &best.weights[unit * width..(unit + 1) * width];
        let rows = doubt.rows.unwrap_or(doubt.records);
        for (q, weight) in weights.iter().enumerate() {
            // What is left out has no weight, though it might have any that the others bear.
            let weight = if rows[q][row].is_nan() { 0.0 } else { *weight };
            found.weights[q][row] = weight / scale[q];
            found.pie_shares[q][row] = if score > 0.0 { weight * scored.row(unit)[q] / score } else { f64::NAN };
        }
    }
}
