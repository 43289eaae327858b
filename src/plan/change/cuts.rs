//! The cheapest point at which a concave score reaches a mark, by supporting planes.
//!
//! minimize c u over 0 <= u <= length with F(u) >= mark, F concave and never falling. A linear programme over the planes
//! found so far gives a point too cheap, and a lower bound; on the line from it to the far corner lies a point that just
//! reaches the mark, and an upper bound; the plane of F there is the next one. Where F is a sum, the first plane is F itself.
//! Veinott (1967), doi:10.1287/opre.15.1.147.

use crate::numeric::linear_program::maximize;

/// Planes per programme.
const PLANES: usize = 200;
/// Bounds this near to each other, as a share, are equal.
const NEAR: f64 = 1e-9;
/// A score this near to the mark has reached it.
pub(super) const REACHED: f64 = 1e-12;

/// Pieces of the way: length, and cost of the whole piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) length: f64,
    pub(super) cost: f64,
}

/// What was found: how much of each piece is gone, its cost, and a bound below it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cheapest {
    pub(super) gone: Vec<f64>,
    pub(super) cost: f64,
    pub(super) lower: f64,
}

/// The score and its slopes at shares (0 to 1) of the pieces; slopes per share.
pub(super) trait Score {
    fn score(&self, shares: &[f64]) -> f64;
    fn slopes(&self, shares: &[f64]) -> Option<Vec<f64>>;
}

fn reaches(score: f64, mark: f64) -> bool {
    score >= mark - REACHED * mark.abs().max(1.0)
}

/// None where even the far corner does not reach the mark.
pub(super) fn cheapest(pieces: &[Piece], mark: f64, score: &impl Score) -> Option<Cheapest> {
    let n = pieces.len();
    let price = |shares: &[f64]| shares.iter().zip(pieces).map(|(share, piece)| share * piece.cost).sum::<f64>();
    let done = |shares: Vec<f64>, cost: f64, lower: f64| Cheapest {
        gone: shares.iter().zip(pieces).map(|(share, piece)| share * piece.length).collect(),
        cost,
        lower: lower.min(cost),
    };
    let start = vec![0.0; n];
    if reaches(score.score(&start), mark) {
        return Some(done(start, 0.0, 0.0));
    }
    let far = vec![1.0; n];
    if !reaches(score.score(&far), mark) {
        return None;
    }
    let most = pieces.iter().map(|piece| piece.cost).fold(0.0, f64::max);
    // What is not gone is what the programme maximizes, so that it starts at the far corner.
    let goal: Vec<f64> = pieces.iter().map(|piece| piece.cost / most.max(f64::MIN_POSITIVE)).collect();
    let mut rows: Vec<Vec<f64>> = (0..n).map(|k| (0..n).map(|j| f64::from(u8::from(j == k))).collect()).collect();
    let mut bounds = vec![1.0; n];
    let (mut best, mut cost, mut lower) = (far.clone(), price(&far), 0.0);
    let mut point = start;
    for _ in 0..PLANES {
        let edge = edge(&point, mark, score);
        let spent = price(&edge);
        if spent < cost {
            (best, cost) = (edge.clone(), spent);
        }
        if cost - lower <= NEAR * cost {
            break;
        }
        let Some(slopes) = score.slopes(&edge) else { break };
        let steepest = slopes.iter().copied().fold(0.0, f64::max);
        if !(steepest.is_finite() && steepest > 0.0) {
            break;
        }
        let row: Vec<f64> = slopes.iter().map(|slope| slope / steepest).collect();
        let left: f64 = row.iter().zip(&edge).map(|(slope, share)| slope * (1.0 - share)).sum();
        rows.push(row);
        bounds.push(left.max(0.0));
        let Some(kept) = maximize(&goal, &rows, &bounds) else { break };
        point = kept.iter().map(|kept| (1.0 - kept).clamp(0.0, 1.0)).collect();
        lower = price(&point).max(lower);
        if reaches(score.score(&point), mark) {
            (best, cost) = (point.clone(), price(&point));
            break;
        }
    }
    Some(done(best, cost, lower))
}

/// Where the line from a point short of the mark to the far corner reaches it.
fn edge(point: &[f64], mark: f64, score: &impl Score) -> Vec<f64> {
    let at = |by: f64| -> Vec<f64> { point.iter().map(|share| share + by * (1.0 - share)).collect() };
    let (mut short, mut enough) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = f64::midpoint(short, enough);
        if middle <= short || middle >= enough {
            break;
        }
        if score.score(&at(middle)) >= mark { enough = middle } else { short = middle }
    }
    at(enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Root;

    impl Score for Root {
        fn score(&self, u: &[f64]) -> f64 {
            (u[0] * u[1]).sqrt()
        }
        fn slopes(&self, u: &[f64]) -> Option<Vec<f64>> {
            let score = self.score(u);
            Some(vec![score / (2.0 * u[0]), score / (2.0 * u[1])])
        }
    }

    struct Line([f64; 3]);

    impl Score for Line {
        fn score(&self, u: &[f64]) -> f64 {
            self.0.iter().zip(u).map(|(slope, u)| slope * u).sum()
        }
        fn slopes(&self, _: &[f64]) -> Option<Vec<f64>> {
            Some(self.0.to_vec())
        }
    }

    #[test]
    fn a_geometric_mean_has_its_known_point() {
        // min x + 4 y with sqrt(x y) = 1/4: x = 4 y, so x = 1/2 and y = 1/8.
        let pieces = [Piece { length: 2.0, cost: 1.0 }, Piece { length: 1.0, cost: 4.0 }];
        let found = cheapest(&pieces, 0.25, &Root).expect("reached");
        assert!((found.cost - 1.0).abs() < 1e-9, "{found:?}");
        assert!((found.gone[0] - 1.0).abs() < 1e-4 && (found.gone[1] - 0.125).abs() < 1e-4, "{found:?}");
        assert!(found.lower <= found.cost && found.lower > 1.0 - 1e-9);
        assert!(cheapest(&pieces, 1.5, &Root).is_none());
    }

    #[test]
    fn a_sum_takes_the_most_for_its_price_first() {
        // Gains 2, 3, 1 at costs 1, 2, 4: the first in full, then half of the second.
        let pieces = [1.0, 2.0, 4.0].map(|cost| Piece { length: 10.0, cost });
        let found = cheapest(&pieces, 3.5, &Line([2.0, 3.0, 1.0])).expect("reached");
        assert!((found.cost - 2.0).abs() < 1e-12 && (found.lower - 2.0).abs() < 1e-12);
        assert_eq!(found.gone[0], 10.0);
        assert!((found.gone[1] - 5.0).abs() < 1e-9 && found.gone[2] == 0.0);
        assert_eq!(cheapest(&pieces, 0.0, &Line([1.0; 3])).expect("there").cost, 0.0);
    }
}
