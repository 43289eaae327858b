//! The frame grows until nobody is outside: few units bind, and those that do are found by those they bind.
//!
//! Every unit is scored against the frame. One that scores more than 1 is outside; the unit that its weights favour most, of
//! those outside, joins the frame. Only units whose weights a new row breaks are scored again. When nobody is outside, every
//! unit lies below the frame, so that adding it to the programme would change nothing: all scores are exact.
//! After Dula (2011), doi:10.1287/ijoc.1100.0411 (BuildHull), and Khezrimotlagh et al. (2019), doi:10.1016/j.ejor.2018.10.029.

use super::cone::Cone;
use super::frame::Frame;
use super::inverse::dot;
use super::units::Units;
use super::walk::Walk;
use crate::parallel::{Cancel, map};

/// Units per task: a fixed cut, each task starting anew, so that results do not depend on the number of threads.
const TASK: usize = 128;
/// Above this a score is more than 1.
const OUTSIDE: f64 = 1.0 + 1e-10;
/// Scores this near to 1 are 1.
const SNAP: f64 = 1e-11;

/// The limits of a programme.
#[derive(Debug, Clone)]
pub(super) enum Cones {
    /// The same for all units.
    Common(Cone),
    /// On each unit's own pie shares.
    Own {
        /// Least shares.
        low: Vec<f64>,
        /// Greatest shares.
        high: Vec<f64>,
    },
}

/// How programmes are solved.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) cones: &'a Cones,
    /// The second goal.
    pub(super) second: Option<&'a [f64]>,
    pub(super) threads: Option<usize>,
    pub(super) cancel: &'a Cancel,
}

/// Best weights of units.
#[derive(Debug, Default)]
pub(super) struct Best {
    pub(super) scores: Vec<f64>,
    /// Weights of scaled columns, unit by unit; NaN where any weights would do.
    pub(super) weights: Vec<f64>,
    /// Rows of the frame with their multipliers, by unit.
    pub(super) peers: Vec<Vec<(usize, f64)>>,
    /// Steps walked.
    pub(super) steps: usize,
}

/// Why there are no scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Cancelled.
    Cancelled,
    /// The programme of this unit could not be solved for rounding errors.
    Lost(usize),
}

/// The best weights of some units against a frame.
pub(super) fn solve(units: &Units, which: &[usize], frame: &Frame, means: Means<'_>) -> Result<Best, Stop> {
    let width = units.width;
    let parts = map(
        which.chunks(TASK).collect(),
        means.threads,
        means.cancel,
        || (),
        |(), which: &[usize]| {
            let mut best = Best::default();
            let cone = match means.cones {
                Cones::Common(cone) => cone.clone(),
                Cones::Own { .. } => Cone::free(width),
            };
            let mut walk = Walk::new(frame, width, cone, means.second);
            let mut goal = vec![0.0; width];
            for unit in which {
                let row = units.row(*unit);
                let most = row.iter().copied().fold(0.0, f64::max);
                goal.iter_mut().zip(row).for_each(|(goal, x)| *goal = x / most);
                if let Cones::Own { low, high } = means.cones {
                    walk.limit(Cone::new(goal.clone(), low.clone(), high.clone()));
                }
                if most <= 0.0 || !walk.open() {
                    best.scores.push(0.0);
                    best.weights.extend(std::iter::repeat_n(f64::NAN, width));
                    best.peers.push(Vec::new());
                    continue;
                }
                if !walk.reach(&goal) {
                    return Err(Stop::Lost(*unit));
                }
                let score = dot(row, walk.weights());
                best.scores.push(if (score - 1.0).abs() <= SNAP { 1.0 } else { score.max(0.0) });
                best.weights.extend(walk.weights().iter().map(|w| if *w > 1e-14 { *w } else { 0.0 }));
                best.peers.push(walk.peers().map(|(row, multiplier)| (row, multiplier * most)).collect());
            }
            best.steps = walk.steps;
            Ok(best)
        },
    );
    let mut all = Best::default();
    for part in parts.ok_or(Stop::Cancelled)? {
        let part = part?;
        all.scores.extend(part.scores);
        all.weights.extend(part.weights);
        all.peers.extend(part.peers);
        all.steps += part.steps;
    }
    Ok(all)
}

/// The frame of units under the limits, from some of them on, with the best weights of all. Members are units by number.
pub(super) fn grow(units: &Units, seeds: Vec<usize>, means: Means<'_>) -> Result<(Frame, Vec<usize>, Best), Stop> {
    let width = units.width;
    let mut frame = Frame::new(width);
    let mut members = Vec::new();
    let mut inside = vec![false; units.count()];
    let mut best = Best {
        scores: vec![0.0; units.count()],
        weights: vec![0.0; units.count() * width],
        peers: vec![Vec::new(); units.count()],
        steps: 0,
    };
    let mut added = seeds;
    let mut again: Vec<usize> = (0..units.count()).collect();
    while !again.is_empty() {
        for unit in &added {
            frame.push(units.row(*unit));
            members.push(*unit);
            inside[*unit] = true;
        }
        let found = solve(units, &again, &frame, means)?;
        best.steps += found.steps;
        for (k, (unit, peers)) in again.iter().zip(found.peers).enumerate() {
            best.scores[*unit] = found.scores[k];
            best.weights[unit * width..(unit + 1) * width].copy_from_slice(&found.weights[k * width..(k + 1) * width]);
            best.peers[*unit] = peers;
        }
        let outside: Vec<usize> =
            (0..units.count()).filter(|unit| best.scores[*unit] > OUTSIDE && !inside[*unit]).collect();
        if outside.is_empty() {
            break;
        }
        added = favoured(units, &outside, &best.weights, means)?;
        again = broken(units, &added, &best.weights, means)?;
    }
    Ok((frame, members, best))
}

fn frame_of(units: &Units, which: &[usize]) -> Frame {
    let mut frame = Frame::new(units.width);
    for unit in which {
        frame.push(units.row(*unit));
    }
    frame
}

/// For each unit outside, the unit outside that its weights favour most.
fn favoured(units: &Units, outside: &[usize], weights: &[f64], means: Means<'_>) -> Result<Vec<usize>, Stop> {
    let candidates = frame_of(units, outside);
    let room = || vec![0.0; candidates.padded()];
    let parts = map(outside.chunks(TASK).collect(), means.threads, means.cancel, room, |products, part: &[usize]| {
        let best_of = |unit: &usize| {
            candidates.times(&weights[unit * units.width..(unit + 1) * units.width], products);
            let mut best = (f64::NEG_INFINITY, *unit);
            for (product, candidate) in products.iter().zip(outside) {
                if *product > best.0 {
                    best = (*product, *candidate);
                }
            }
            best.1
        };
        part.iter().map(best_of).collect::<Vec<usize>>()
    });
    let mut found = parts.ok_or(Stop::Cancelled)?.concat();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Units whose weights give some new member more than 1.
fn broken(units: &Units, added: &[usize], weights: &[f64], means: Means<'_>) -> Result<Vec<usize>, Stop> {
    let members = frame_of(units, added);
    let all: Vec<usize> = (0..units.count()).collect();
    let room = || vec![0.0; members.padded()];
    let parts = map(all.chunks(8 * TASK).collect(), means.threads, means.cancel, room, |products, part: &[usize]| {
        let breaks = |unit: &usize| {
            members.times(&weights[unit * units.width..(unit + 1) * units.width], products);
            products.iter().any(|product| *product > OUTSIDE)
        };
        part.iter().copied().filter(breaks).collect::<Vec<usize>>()
    });
    Ok(parts.ok_or(Stop::Cancelled)?.concat())
}
