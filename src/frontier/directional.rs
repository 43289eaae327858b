//! Directional distance: how far a unit could go in a direction before it reaches the frontier.
//!
//! beta = max {b : x + b g lies on or below the frontier}, the frontier being that of benefit of the doubt: mixtures of units
//! (weights that add up to at most 1) and all that is nowhere above one. The score f(b) = max w.(x + b g) of benefit of the
//! doubt is convex and never falls in b, and beta solves f(b) = 1: from the right, Newton's steps `b = (1 - w.x) / (w.g)`
//! with the weights of the last point never pass it and end there after finitely many, for there are finitely many corners.
//! Each step is one walk for the units that are not there yet, along the same frame.
//!
//! Chambers, Chung and Faere (1998), doi:10.1023/A:1022637501082; Dinkelbach (1967), doi:10.1287/mnsc.13.7.492.

use serde::Deserialize;

use super::cone::Cone;
use super::doubt::{check, scale as largest, stopped, takes_part};
use super::grow::{Best, Cones, Means, grow, solve};
use super::inverse::dot;
use super::seeds::seeds;
use super::units::Units;
use super::{Doubt, Peer};
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::Cancel;

/// Steps of Newton's method; a handful is usual.
const STEPS: usize = 200;
/// A score this near to 1 is on the frontier.
const ON: f64 = 1e-13;

/// Where units go.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Along their own values: beta is 1 / score - 1.
    Own,
    /// Along the ranges of the records.
    Range,
    /// Along the same numbers for all, one per indicator.
    Numbers(Vec<f64>),
}

/// What is asked.
#[derive(Debug)]
pub struct Directional<'a> {
    /// Units compared with, one slice per indicator.
    pub records: &'a [&'a [f64]],
    /// Units to be measured; those compared with when absent.
    pub rows: Option<&'a [&'a [f64]]>,
    /// Names of the indicators.
    pub names: &'a [&'a str],
    /// Where units go.
    pub direction: &'a Direction,
    /// Number of threads.
    pub threads: Option<usize>,
    /// Asked between units of work.
    pub cancel: &'a Cancel,
}

/// Distances and what they lead to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Distances {
    /// How many times the direction each row could go; negative beyond the frontier.
    pub beta: Vec<f64>,
    /// Where rows would be then, by indicator.
    pub targets: Vec<Vec<f64>>,
    /// Who binds them there.
    pub peers: Vec<Peer>,
    /// Rows beyond the frontier where the direction does not lead back to it, or that have no direction.
    pub lost: Vec<usize>,
    /// What the user should know, in words.
    pub warnings: Vec<String>,
}

/// A row on its way.
struct Going {
    row: usize,
    /// Scaled values and direction.
    own: Vec<f64>,
    by: Vec<f64>,
    beta: f64,
}

/// Distances of rows to the frontier of the records.
pub fn directional(asked: &Directional<'_>) -> Result<Distances> {
    check(asked.records, asked.names)?;
    let rows = asked.rows.unwrap_or(asked.records);
    check(rows, asked.names)?;
    let width = asked.records.len();
    let numbers = direction(asked)?;
    let count = rows.iter().map(|column| column.len()).min().unwrap_or(0);
    let mut found =
        Distances { beta: vec![f64::NAN; count], targets: vec![vec![f64::NAN; count]; width], ..Distances::default() };
    let part = takes_part(asked.records, false);
    if !part.contains(&true) {
        return Ok(found);
    }
    let doubt = Doubt {
        records: asked.records,
        rows: asked.rows,
        names: asked.names,
        limits: None,
        leave_out: false,
        detail: false,
        threads: asked.threads,
        cancel: asked.cancel,
    };
    let scale = largest(&doubt, &part)?;
    let units = Units::new(asked.records, &scale, false);
    let cones = Cones::Common(Cone::free(width));
    let means = Means { cones: &cones, second: None, threads: asked.threads, cancel: asked.cancel };
    let start = seeds(&units, asked.threads, asked.cancel).ok_or_else(Error::interrupted)?;
    let (frame, members, _) = grow(&units, start, means).map_err(stopped)?;
    let mut going: Vec<Going> = Vec::new();
    for (row, _) in takes_part(rows, false).into_iter().enumerate().filter(|(_, part)| *part) {
        let own: Vec<f64> = rows.iter().zip(&scale).map(|(column, scale)| column[row] / scale).collect();
        let by = numbers.as_ref().map_or_else(|| own.clone(), |by| by.iter().zip(&scale).map(|(g, s)| g / s).collect());
        // Where one indicator is as great as the greatest the score is 1 or more.
        let to_greatest = own.iter().zip(&by).filter(|(_, by)| **by > 0.0).map(|(own, by)| (1.0 - own) / by);
        let beta = to_greatest.fold(f64::INFINITY, f64::min);
        if beta.is_finite() { going.push(Going { row, own, by, beta }) } else { found.lost.push(row) }
    }
    let mut steps = 0;
    while !going.is_empty() && steps < STEPS {
        steps += 1;
        let points: Vec<Vec<f64>> = going.iter().map(point).collect();
        let columns: Vec<Vec<f64>> = (0..width).map(|q| points.iter().map(|point| point[q]).collect()).collect();
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let there = Units::new(&views, &vec![1.0; width], false);
        let all: Vec<usize> = (0..there.count()).collect();
        let best = solve(&there, &all, &frame, means).map_err(stopped)?;
        let mut next = Vec::new();
        for (k, mut one) in going.into_iter().enumerate() {
            let Some(unit) = there.place[k] else { continue };
            let step = step(&one, &points[k], unit, width, &best);
            match step {
                Step::Go(beta) if steps < STEPS => {
                    one.beta = beta;
                    next.push(one);
                }
                Step::Lost => found.lost.push(one.row),
                _ => {
                    found.beta[one.row] = one.beta;
                    for (q, target) in found.targets.iter_mut().enumerate() {
                        target[one.row] = rows[q][one.row] + one.beta * one.by[q] * scale[q];
                    }
                    let peer = |(place, multiplier): &(usize, f64)| Peer {
                        row: one.row,
                        peer: units.first[members[*place]],
                        multiplier: *multiplier,
                    };
                    found.peers.extend(best.peers[unit].iter().map(peer));
                }
            }
        }
        going = next;
    }
    found.peers.sort_unstable_by_key(|peer| (peer.row, peer.peer));
    found.lost.sort_unstable();
    if let Some(row) = found.lost.first() {
        let message = "no distance: the unit has nothing to go along, or is beyond the frontier where the direction does not \
                       lead back to it";
        found.warnings.push(format!("{message} ({} rows, first row {row})", found.lost.len()));
    }
    Ok(found)
}

enum Step {
    There,
    Go(f64),
    Lost,
}

/// The next beta of a row, given the best weights where it is.
fn step(one: &Going, point: &[f64], unit: usize, width: usize, best: &Best) -> Step {
    let score = best.scores[unit];
    if (score - 1.0).abs() <= ON {
        return Step::There;
    }
    // What lies below zero counts as zero, and then bears no weight.
    let weights: Vec<f64> = best.weights[unit * width..(unit + 1) * width]
        .iter()
        .zip(point)
        .map(|(weight, value)| if *value > 0.0 { *weight } else { 0.0 })
        .collect();
    let (rise, own) = (dot(&weights, &one.by), dot(&weights, &one.own));
    if rise.is_nan() || rise <= 0.0 {
        return Step::Lost;
    }
    let beta = (1.0 - own) / rise;
    // Steps go down until rounding stops them.
    if beta >= one.beta - 1e-15 * one.beta.abs().max(1.0) { Step::There } else { Step::Go(beta) }
}

/// Scaled values a row would have, none below zero: with weights that are not negative those count as zero.
fn point(one: &Going) -> Vec<f64> {
    one.own.iter().zip(&one.by).map(|(own, by)| (own + one.beta * by).max(0.0)).collect()
}

/// The direction in units of the indicators; none where each row has its own.
fn direction(asked: &Directional<'_>) -> Result<Option<Vec<f64>>> {
    let numbers = match asked.direction {
        Direction::Own => return Ok(None),
        Direction::Range => {
            let part = takes_part(asked.records, false);
            let range = |column: &&[f64]| {
                let kept = || column.iter().zip(&part).filter(|(_, part)| **part).map(|(x, _)| *x);
                (kept().fold(f64::NEG_INFINITY, f64::max) - kept().fold(f64::INFINITY, f64::min)).max(0.0)
            };
            asked.records.iter().map(range).collect()
        }
        Direction::Numbers(numbers) => numbers.clone(),
    };
    let mut problems = Vec::new();
    if numbers.len() != asked.names.len() {
        problems.push(Problem::at("direction", "expected one number per indicator"));
    }
    for (name, number) in
        asked.names.iter().zip(&numbers).filter(|(_, number)| !(**number >= 0.0 && number.is_finite()))
    {
        let problem = Problem::at("direction", format!("{name:?}: expected a finite number that is not negative"));
        problems.push(problem.value(number.to_string()).remedy("turn an indicator where less is better first"));
    }
    if problems.is_empty() && !numbers.iter().any(|number| *number > 0.0) {
        problems.push(Problem::at("direction", "leads nowhere: all numbers are zero"));
    }
    Error::collect(Kind::Value, problems)?;
    Ok(Some(numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distances(direction: &Direction, rows: Option<&[&[f64]]>) -> Distances {
        let (cancel, names) = (Cancel::new(), ["a", "b"]);
        let records: [&[f64]; 2] = [&[4.0, 1.0, 2.0, 0.0], &[1.0, 4.0, 2.0, 0.0]];
        let asked =
            Directional { records: &records, rows, names: &names, direction, threads: Some(1), cancel: &cancel };
        directional(&asked).expect("distances")
    }

    #[test]
    fn known_values() {
        // The frontier is x + y = 5 between (1, 4) and (4, 1).
        let found = distances(&Direction::Numbers(vec![1.0, 1.0]), None);
        for (beta, expected) in found.beta.iter().zip([0.0, 0.0, 0.5, 2.5]) {
            assert!((beta - expected).abs() < 1e-14, "{beta} {expected}");
        }
        assert!((found.targets[0][2] - 2.5).abs() < 1e-14);
        // Straight up from (2, 2) to (2, 3).
        let found = distances(&Direction::Numbers(vec![0.0, 2.0]), None);
        assert!((found.beta[2] - 0.5).abs() < 1e-14);
        let peers: Vec<(usize, f64)> =
            found.peers.iter().filter(|peer| peer.row == 2).map(|peer| (peer.peer, peer.multiplier)).collect();
        assert!((peers[0].1 - 1.0 / 3.0).abs() < 1e-12 && (peers[1].1 - 2.0 / 3.0).abs() < 1e-12, "{peers:?}");
        // Own values: 1 / 0.8 - 1; what has nothing has no direction.
        let found = distances(&Direction::Own, None);
        assert!((found.beta[2] - 0.25).abs() < 1e-14);
        assert_eq!(found.lost, [3]);
        // Ranges are 4 and 4.
        assert!((distances(&Direction::Range, None).beta[2] - 0.125).abs() < 1e-14);
    }

    #[test]
    fn beyond_the_frontier_distances_are_negative() {
        let rows: [&[f64]; 2] = [&[5.0, 8.0, 0.5], &[5.0, 0.0, 4.5]];
        let found = distances(&Direction::Numbers(vec![1.0, 1.0]), Some(&rows));
        // (5, 5) comes back to (2.5, 2.5), (8, 0) to (4, -4), (0.5, 4.5) to (0, 4).
        for (beta, expected) in found.beta.iter().zip([-2.5, -4.0, -0.5]) {
            assert!((beta - expected).abs() < 1e-13, "{beta} {expected}");
        }
        // Only the first indicator moves: what is above the greatest of the second does not come back.
        let found = distances(&Direction::Numbers(vec![1.0, 0.0]), Some(&rows));
        assert_eq!(found.lost, [0, 2]);
        assert!(found.beta[0].is_nan() && (found.beta[1] + 4.0).abs() < 1e-13);
    }
}
