//! The smallest change of one row.

use super::ascent::Ascent;
use super::cuts;
use super::road::Road;
use super::search::{Moved, Mover, least, smallest};
use super::{ChangeOptions, Outcome};
use crate::normalize::Scorer;

/// An indicator that may change, worked out once.
pub(super) struct Way<'f> {
    pub(super) scorer: &'f dyn Scorer,
    pub(super) up: bool,
    pub(super) cost: f64,
    /// Where it ends; infinite where it does not.
    pub(super) end: f64,
    /// The range of the scale, for a first guess.
    pub(super) range: f64,
    pub(super) place: usize,
}

pub(super) type Told = (Outcome, f64, f64, Option<Moved>, Vec<f64>);

/// The share of the cost that a change could be cheaper at most; 0 within rounding.
pub(super) fn gap(moved: &Moved) -> f64 {
    let gap = if moved.cost > 0.0 { (moved.cost - moved.lower) / moved.cost } else { 0.0 };
    if gap <= 1e-8 { 0.0 } else { gap }
}

/// The smallest change of one row.
pub(super) fn change(
    ascent: &Ascent<'_>,
    ways: &[Way<'_>],
    scores: Vec<f64>,
    from: &[f64],
    asked: &ChangeOptions,
) -> Told {
    let mark = asked.to;
    let mut kept = scores.clone();
    let stored = ascent.top_of(&scores);
    let before = ascent.score(&mut kept);
    let stay = |outcome: Outcome, after: f64| (outcome, stored, after, None, from.to_vec());
    // A score that is known although children are missing is not what the others alone would give.
    if stored.is_nan() || (before - stored).abs() > 1e-9 * stored.abs().max(1.0) {
        return stay(Outcome::Unknown, f64::NAN);
    }
    if before >= mark - cuts::REACHED * mark.abs().max(1.0) {
        let nothing = Moved { distances: vec![0.0; ways.len()], cost: 0.0, lower: 0.0 };
        return (Outcome::There, stored, stored, Some(nothing), from.to_vec());
    }
    // What has no answer does not move, nor what is beyond its end already.
    let moving: Vec<usize> =
        (0..ways.len()).filter(|k| !from[*k].is_nan() && !scores[ways[*k].place].is_nan()).collect();
    let length = |k: usize| if ways[k].up { ways[k].end - from[k] } else { from[k] - ways[k].end }.max(0.0);
    let value = |k: usize, distance: f64| {
        let value = if ways[k].up { from[k] + distance } else { from[k] - distance };
        // The end itself, not what rounding makes of it.
        if distance >= length(k) { ways[k].end } else { value }
    };
    let score_at = |distances: &[f64]| {
        let mut scores = scores.clone();
        for (k, distance) in moving.iter().zip(distances) {
            if *distance > 0.0 {
                scores[ways[*k].place] = ways[*k].scorer.one(value(*k, *distance));
            }
        }
        ascent.score(&mut scores)
    };
    let price = |distances: &[f64]| moving.iter().zip(distances).map(|(k, d)| ways[*k].cost * d).sum::<f64>();
    let mut lengths: Vec<f64> = moving.iter().map(|k| length(*k)).collect();
    let endless: Vec<bool> = lengths.iter().map(|length| length.is_infinite()).collect();
    if endless.contains(&true) {
        let (mut times, mut enough) = (1.0, false);
        while times < 1e15 && !enough {
            for (k, length) in lengths.iter_mut().enumerate().filter(|(k, _)| endless[*k]) {
                *length = times * ways[moving[k]].range;
            }
            enough = score_at(&lengths) >= mark;
            times *= 2.0;
        }
        // Nothing that costs more than this is wanted, whichever indicator it is spent on.
        let most = price(&lengths);
        for (k, length) in lengths.iter_mut().enumerate().filter(|(k, _)| endless[*k] && enough) {
            *length = most / ways[moving[k]].cost;
        }
    }
    let far = score_at(&lengths);
    if far.is_nan() || far < mark - cuts::REACHED * mark.abs().max(1.0) {
        return stay(Outcome::Unreachable, if endless.contains(&true) { f64::NAN } else { far.max(stored) });
    }
    let found = if let [k] = moving.as_slice() {
        least(lengths[0], mark, |distance| score_at(&[distance])).map(|distance| {
            let cost = ways[*k].cost * distance;
            Moved { distances: vec![distance], cost, lower: cost }
        })
    } else {
        let mover = |(k, length): (&usize, &f64)| {
            let way = &ways[*k];
            let road = Road::new(way.scorer, from[*k], way.up, *length)?;
            Some(Mover { place: way.place, cost: way.cost, road })
        };
        let movers: Option<Vec<Mover>> = moving.iter().zip(&lengths).map(mover).collect();
        movers.and_then(|movers| smallest(ascent, &scores, &movers, mark, asked.limit, score_at))
    };
    let Some(mut moved) = found else { return stay(Outcome::Limit, f64::NAN) };
    // Costs of very different size leave the cheap ones undecided: nobody goes farther than needed, the dearest first. The edge
    // of a step is a value of its own.
    let mut order: Vec<usize> = (0..moving.len()).collect();
    order.sort_by(|a, b| ways[moving[*b]].cost.total_cmp(&ways[moving[*a]].cost));
    let steps = |k: &usize| ways[moving[*k]].scorer.shape().is_none_or(|shape| shape.steps);
    for k in order.into_iter().filter(|k| moving.len() > 1 && !steps(k)) {
        if score_at(&moved.distances) <= mark + cuts::REACHED * mark.abs().max(1.0) {
            break;
        }
        let with = |distance: f64| {
            let mut distances = moved.distances.clone();
            distances[k] = distance;
            score_at(&distances)
        };
        if let Some(distance) = least(moved.distances[k], mark, with) {
            moved.distances[k] = distance;
            moved.cost = price(&moved.distances);
            moved.lower = moved.lower.min(moved.cost);
        }
    }
    let after = score_at(&moved.distances);
    let mut values = from.to_vec();
    for (k, distance) in moving.iter().zip(&moved.distances) {
        if *distance > 0.0 {
            values[*k] = value(*k, *distance);
        }
    }
    (if gap(&moved) == 0.0 { Outcome::Changed } else { Outcome::Limit }, stored, after, Some(moved), values)
}
