//! The smallest change of one row: roads that turn steeper or step are cut into stretches, and the choice of stretches is
//! searched with bounds from the roads' concave covers.

use super::ascent::Ascent;
use super::cuts::{Cheapest, Piece, REACHED, Score, cheapest};
use super::road::{Road, Stretch};

/// One indicator of one row that may move.
#[derive(Debug)]
pub(super) struct Mover {
    /// Place of its score.
    pub(super) place: usize,
    /// Cost of one unit of its measure.
    pub(super) cost: f64,
    pub(super) road: Road,
}

/// What was found for a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moved {
    /// How far each mover goes.
    pub(super) distances: Vec<f64>,
    pub(super) cost: f64,
    /// No change costs less.
    pub(super) lower: f64,
}

/// The stretches movers are on, and the score on them.
struct Chosen<'a> {
    ascent: &'a Ascent<'a>,
    scores: &'a [f64],
    movers: &'a [Mover],
    stretches: Vec<Stretch>,
}

impl Chosen<'_> {
    fn pieces(&self) -> Vec<Piece> {
        let one = |(mover, stretch): (&Mover, &Stretch)| {
            let cost = mover.cost;
            stretch.pieces.iter().map(|(length, _)| Piece { length: *length, cost: cost * length }).collect::<Vec<_>>()
        };
        self.movers.iter().zip(&self.stretches).flat_map(one).collect()
    }

    /// All kept scores with the pieces gone by these shares.
    fn at(&self, shares: &[f64]) -> Vec<f64> {
        let mut scores = self.scores.to_vec();
        let mut shares = shares.iter();
        for (mover, stretch) in self.movers.iter().zip(&self.stretches) {
            let gains =
                stretch.pieces.iter().zip(shares.by_ref()).map(|((length, slope), share)| share * length * slope);
            scores[mover.place] = stretch.score + gains.sum::<f64>();
        }
        scores
    }

    fn base(&self) -> f64 {
        self.movers.iter().zip(&self.stretches).map(|(mover, stretch)| mover.cost * stretch.from).sum()
    }

    fn solve(&self, mark: f64) -> Option<Moved> {
        let found: Cheapest = cheapest(&self.pieces(), mark, self)?;
        let mut gone = found.gone.iter();
        let distance = |stretch: &Stretch| stretch.from + gone.by_ref().take(stretch.pieces.len()).sum::<f64>();
        let distances = self.stretches.iter().map(distance).collect();
        Some(Moved { distances, cost: self.base() + found.cost, lower: self.base() + found.lower })
    }
}

impl Score for Chosen<'_> {
    fn score(&self, shares: &[f64]) -> f64 {
        self.ascent.score(&mut self.at(shares))
    }

    fn slopes(&self, shares: &[f64]) -> Option<Vec<f64>> {
        let mut scores = self.at(shares);
        self.ascent.score(&mut scores);
        let slopes = self.ascent.slopes(&scores)?;
        let one = |(mover, stretch): (&Mover, &Stretch)| {
            let own = slopes[mover.place];
            stretch.pieces.iter().map(|(length, slope)| own * length * slope).collect::<Vec<_>>()
        };
        Some(self.movers.iter().zip(&self.stretches).flat_map(one).collect())
    }
}

/// The cheapest change that makes the score reach the mark; none where none does. At most `limit` choices of stretches are
/// looked at; then `lower` says how much cheaper a change could be.
pub(super) fn smallest(
    ascent: &Ascent<'_>,
    scores: &[f64],
    movers: &[Mover],
    mark: f64,
    limit: usize,
    exact: impl Fn(&[f64]) -> f64,
) -> Option<Moved> {
    let stretches: Vec<Vec<Stretch>> = movers.iter().map(|mover| mover.road.stretches()).collect();
    let covers: Vec<Stretch> = movers.iter().map(|mover| mover.road.above()).collect();
    let reached = |score: f64| score >= mark - REACHED * mark.abs().max(1.0);
    let mut best: Option<Moved> = None;
    let (mut looked, mut lower) = (0, f64::INFINITY);
    // Choices of stretches for the first movers; the others are on their covers. The last in is looked at first.
    let mut open: Vec<(Vec<usize>, f64)> = vec![(Vec::new(), 0.0)];
    while let Some((choice, bound)) = open.pop() {
        if best.as_ref().is_some_and(|best| bound >= best.cost * (1.0 - 1e-12)) {
            continue;
        }
        if looked >= limit {
            lower = lower.min(bound);
            continue;
        }
        looked += 1;
        let stretch = |k: usize| match choice.get(k) {
            Some(place) => stretches[k].get(*place).unwrap_or(&covers[k]).clone(),
            None if stretches[k].len() == 1 => stretches[k][0].clone(),
            None => covers[k].clone(),
        };
        let chosen = Chosen { ascent, scores, movers, stretches: (0..movers.len()).map(stretch).collect() };
        let Some(found) = chosen.solve(mark) else { continue };
        if best.as_ref().is_some_and(|best| found.lower >= best.cost) {
            continue;
        }
        // Where the covers touch the roads the point is one that can be had, and nothing on these stretches is cheaper.
        if reached(exact(&found.distances)) {
            lower = lower.min(found.lower);
            if best.as_ref().is_none_or(|best| found.cost < best.cost) {
                best = Some(found);
            }
            continue;
        }
        let next = choice.len();
        if next == movers.len() {
            // Rounding between a road and its stretches; the far end of the last piece is always there.
            continue;
        }
        let bound = found.lower.max(bound);
        open.extend((0..stretches[next].len()).rev().map(|place| {
            let mut longer = choice.clone();
            longer.push(place);
            (longer, bound)
        }));
    }
    best.map(|best| Moved { lower: lower.min(best.cost).max(0.0), ..best })
}

/// The least distance at which a score that never falls reaches the mark, on [0, length]; none where it does not.
pub(super) fn least(length: f64, mark: f64, score: impl Fn(f64) -> f64) -> Option<f64> {
    let reached = |distance: f64| score(distance) >= mark;
    if !reached(length) {
        // The end of the road may miss the mark by a rounding error.
        return (score(length) >= mark - REACHED * mark.abs().max(1.0)).then_some(length);
    }
    let (mut short, mut enough) = (0.0, length);
    for _ in 0..2000 {
        let middle = f64::midpoint(short, enough);
        if middle <= short || middle >= enough {
            break;
        }
        if reached(middle) { enough = middle } else { short = middle }
    }
    Some(enough)
}
