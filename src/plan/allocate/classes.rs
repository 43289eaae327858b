//! Units with the same offers, worths and categories: one class with a count.

use std::collections::HashMap;

use super::offers::offer;
use super::{Asked, Units};

/// One offer to each unit of a class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// Programme.
    pub program: usize,
    /// Path.
    pub path: usize,
    /// Paid by the programme.
    pub grant: f64,
    /// Worth by the goal.
    pub value: f64,
    /// Whether it brings a unit to the counted level that is not there already.
    pub reaches: bool,
}

/// The classes, in an order that depends on what they are and not on the order of the units.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    /// All offers, class by class.
    pub offers: Vec<Offer>,
    /// Where the offers of each class begin, and the end.
    pub start: Vec<usize>,
    /// The units of each class, weakest first, then in the order of the rows.
    pub units: Vec<Vec<usize>>,
    /// Categories of each class.
    pub groups: Vec<Vec<i64>>,
    /// Class of each unit that has an offer.
    pub of: Vec<Option<usize>>,
}

impl Classes {
    pub(super) fn new(asked: &Asked, units: &Units) -> Self {
        let weakness = weakness(&units.score, asked.weakest_first);
        let mut found: HashMap<Vec<u64>, (Vec<Offer>, Vec<usize>, Vec<i64>)> = HashMap::new();
        for (unit, weakness) in weakness.iter().enumerate() {
            let offers = offers(asked, units, unit, *weakness);
            if offers.is_empty() {
                continue;
            }
            let groups: Vec<i64> = (0..units.groups.len()).map(|by| units.group(by, unit)).collect();
            let mut key: Vec<u64> = Vec::with_capacity(4 * offers.len() + groups.len());
            for offer in &offers {
                key.extend([offer.program as u64, offer.path as u64, offer.grant.to_bits(), offer.value.to_bits()]);
                key.push(u64::from(offer.reaches));
            }
            // A mark that no number of a programme has, and codes from -1 up as whole numbers.
            key.push(u64::MAX);
            key.extend(groups.iter().map(|code| u64::try_from(code + 1).unwrap_or(0)));
            found.entry(key).or_insert_with(|| (offers, Vec::new(), groups)).1.push(unit);
        }
        let mut sorted: Vec<_> = found.into_iter().collect();
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut classes = Self { start: vec![0], of: vec![None; units.len()], ..Self::default() };
        for (number, (_, (offers, mut members, groups))) in sorted.into_iter().enumerate() {
            let score = |unit: &usize| units.score.get(*unit).copied().filter(|s| !s.is_nan());
            let low = |unit: &usize| score(unit).unwrap_or(f64::NEG_INFINITY);
            members.sort_by(|a, b| low(a).total_cmp(&low(b)).then(a.cmp(b)));
            for unit in &members {
                classes.of[*unit] = Some(number);
            }
            classes.offers.extend(offers);
            classes.start.push(classes.offers.len());
            classes.units.push(members);
            classes.groups.push(groups);
        }
        classes
    }

    /// Number of classes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether no unit has an offer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The offers of a class, by number.
    #[must_use]
    pub fn range(&self, class: usize) -> std::ops::Range<usize> {
        self.start[class]..self.start[class + 1]
    }

    /// Number of units of a class.
    #[must_use]
    pub fn count(&self, class: usize) -> f64 {
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let count = self.units[class].len() as f64;
        count
    }

    /// A power of two near the middle grant.
    pub(super) fn money(&self) -> f64 {
        let mut grants: Vec<f64> = self.offers.iter().map(|offer| offer.grant).collect();
        grants.sort_unstable_by(f64::total_cmp);
        grants.get(grants.len() / 2).map_or(1.0, |middle| middle.log2().round().exp2())
    }
}

/// The offers of a unit, those of one programme to one path at most once.
fn offers(asked: &Asked, units: &Units, unit: usize, weakness: f64) -> Vec<Offer> {
    let weight = units.weights[unit] * (1.0 + weakness);
    // What the unit has without any help.
    let has = |path: usize| units.costs[path].get(unit).is_some_and(|cost| *cost <= 0.0);
    let there = (0..units.costs.len()).filter(|path| has(*path)).map(|path| asked.values[path]).fold(0.0, f64::max);
    let counted = |path: &usize| asked.counted[*path];
    let reached = (0..units.costs.len()).filter(counted).any(has);
    let mut found = Vec::new();
    for program in 0..asked.programs.len() {
        for path in 0..units.costs.len() {
            let Ok(offered) = offer(asked, units, unit, program, path) else { continue };
            let worth = if asked.points {
                let after = units.scores_after.get(path).and_then(|all| all.get(unit)).copied().unwrap_or(f64::NAN);
                let gain = after - units.score[unit];
                // A score that stays unknown is no gain.
                if gain.is_nan() { 0.0 } else { gain }
            } else {
                (asked.values[path] - there).max(0.0)
            };
            let reaches = asked.counted[path] && !reached;
            found.push(Offer { program, path, grant: offered.grant, value: weight * worth, reaches });
        }
    }
    found
}

/// From the whole of `most` for the weakest tenth down to a tenth of it; unknown scores count as weakest, ties alike.
fn weakness(score: &[f64], most: f64) -> Vec<f64> {
    if most <= 0.0 {
        return vec![0.0; score.len()];
    }
    let mut sorted: Vec<f64> = score.iter().map(|s| if s.is_nan() { f64::NEG_INFINITY } else { *s }).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    score
        .iter()
        .map(|s| {
            let s = if s.is_nan() { f64::NEG_INFINITY } else { *s };
            let below = sorted.partition_point(|other| *other < s);
            #[allow(clippy::cast_precision_loss)] // from 1 to 10
            let tenth = (10 - 10 * below / sorted.len().max(1)) as f64 / 10.0;
            most * tenth
        })
        .collect()
}
