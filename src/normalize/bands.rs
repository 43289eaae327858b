//! `bands`: points by the band a value falls into.
//!
//! n ascending edges make n + 1 bands. `closed` says which band an edge belongs to, for all edges or for each; a value
//! within the tolerance of an edge *is* on it, so that 0.1 computed as 3/30 is the edge 0.1.

use serde::{Deserialize, Serialize};

use super::{Learned, Prepared, ScaleMethod, Scorer, Shape};
use crate::definition::{Closed, Direction};
use crate::numeric::tolerance::{near, slack};

/// Points by band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// Ascending edges.
    pub edges: Vec<f64>,
    /// One number of points per band, lowest band first.
    pub points: Vec<f64>,
    /// Which band an edge belongs to: `"left"` (the band above) or `"right"` (the band below), once or per edge.
    pub closed: ClosedEdges,
}

/// Which band an edge belongs to, for all edges or for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected \"left\" or \"right\", or a list with one of them per edge")]
pub enum ClosedEdges {
    /// The same for all edges.
    All(Closed),
    /// One per edge.
    Each(Vec<Closed>),
}

impl Bands {
    fn closed(&self, edge: usize) -> Closed {
        match &self.closed {
            ClosedEdges::All(closed) => *closed,
            ClosedEdges::Each(each) => each.get(edge).copied().unwrap_or_default(),
        }
    }

    fn band(&self, x: f64) -> usize {
        let below = |item: &(usize, &f64)| match (self.closed(item.0), *item.1) {
            (Closed::Left, edge) => x >= edge - slack(edge),
            (Closed::Right, edge) => x > edge + slack(edge),
        };
        self.edges.iter().enumerate().take_while(below).count()
    }
}

impl ScaleMethod for Bands {
    fn prepare(&self, _: Direction, _: &[Learned]) -> Result<Prepared, String> {
        if let Some((path, message)) = self.problems(Direction::More).into_iter().next() {
            return Err(format!("{path}: {message}"));
        }
        Ok(Prepared::new(self.clone()))
    }

    fn problems(&self, _: Direction) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        if self.edges.is_empty() {
            problems.push(("edges".into(), "expected at least one edge".into()));
        }
        if self.points.len() != self.edges.len() + 1 {
            let (edges, points) = (self.edges.len(), self.points.len());
            let message = format!("{edges} edges make {} bands, found {points} points", edges + 1);
            problems.push(("points".into(), message));
        }
        if let ClosedEdges::Each(each) = &self.closed
            && each.len() != self.edges.len()
        {
            let message = format!("expected one entry per edge ({}), found {}", self.edges.len(), each.len());
            problems.push(("closed".into(), message));
        }
        if self.edges.iter().chain(&self.points).any(|number| !number.is_finite()) {
            problems.push(("edges".into(), "expected finite edges and points".into()));
        }
        let overlap = |pair: &&[f64]| matches!(pair, [low, high] if high - low <= 2.0 * slack(*high));
        if let Some([low, high]) = self.edges.windows(2).find(overlap) {
            let message = format!("overlapping bands: {low} is followed by {high}; expected ascending edges");
            problems.push(("edges".into(), message));
        }
        problems
    }

    fn has_own_direction(&self) -> bool {
        true
    }

    fn formula(&self, _: Direction) -> String {
        let mut parts = Vec::new();
        for (i, points) in self.points.iter().enumerate() {
            parts.push(format!("{} -> {points}", self.interval(i)));
        }
        parts.join("; ")
    }

    fn latex(&self, _: Direction) -> String {
        let lines: Vec<String> = (self.points.iter().enumerate())
            .map(|(i, points)| format!(r"{points} & {}", self.interval(i).replace("<=", r"\le")))
            .collect();
        format!(r"y = \begin{{cases}} {} \end{{cases}}", lines.join(r" \\ "))
    }
}

impl Bands {
    fn interval(&self, i: usize) -> String {
        let below = i.checked_sub(1).and_then(|i| self.edges.get(i));
        let above = self.edges.get(i);
        let from = if i > 0 && self.closed(i - 1) == Closed::Left { "<=" } else { "<" };
        let to = if self.closed(i) == Closed::Left { "<" } else { "<=" };
        match (below, above) {
            (Some(below), Some(above)) => format!("{below} {from} x {to} {above}"),
            (None, Some(above)) => format!("x {to} {above}"),
            (Some(below), None) => format!("{below} {from} x"),
            (None, None) => "any x".to_owned(),
        }
    }
}

impl Scorer for Bands {
    fn shape(&self) -> Option<Shape> {
        let rising = self.points.windows(2).all(|pair| matches!(pair, [low, high] if low <= high));
        let falling = self.points.windows(2).all(|pair| matches!(pair, [low, high] if low >= high));
        // An edge that belongs to the band one comes from must be passed by more than the tolerance.
        let beyond = |(i, edge): (usize, &f64)| match (self.closed(i), rising) {
            (Closed::Left, true) | (Closed::Right, false) => *edge,
            (Closed::Right, true) => edge + 2.0 * slack(*edge),
            (Closed::Left, false) => edge - 2.0 * slack(*edge),
        };
        let knots: Vec<f64> = self.edges.iter().enumerate().map(beyond).collect();
        let anchors = match (self.edges.first(), self.edges.last()) {
            (Some(first), Some(last)) if last > first => Some([*first, *last]),
            _ => None,
        };
        let ends = knots.first().zip(knots.last()).map(|(first, last)| [*first, *last]);
        (rising || falling).then_some(Shape { rising, knots, steps: true, anchors, ends })
    }

    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        let first = self.points.first().copied().unwrap_or(f64::NAN);
        for (y, x) in out.iter_mut().zip(values) {
            *y = if x.is_nan() { f64::NAN } else { first };
        }
        // One pass per edge keeps the inner loop free of branches; comparisons with NaN are false.
        for (i, (&edge, &points)) in self.edges.iter().zip(self.points.iter().skip(1)).enumerate() {
            match self.closed(i) {
                Closed::Left => {
                    let edge = edge - slack(edge);
                    for (y, &x) in out.iter_mut().zip(values) {
                        *y = if x >= edge { points } else { *y };
                    }
                }
                Closed::Right => {
                    let edge = edge + slack(edge);
                    for (y, &x) in out.iter_mut().zip(values) {
                        *y = if x > edge { points } else { *y };
                    }
                }
            }
        }
        true
    }

    fn total(&self) -> bool {
        true
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        let reachable = match domain {
            Some([low, high]) => self.points.get(self.band(low)..=self.band(high)).unwrap_or(&self.points),
            None => &self.points,
        };
        reachable.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &p| [low.min(p), high.max(p)])
    }

    fn rule(&self, value: f64) -> String {
        self.interval(self.band(value))
    }

    fn snaps(&self, value: f64) -> bool {
        self.edges.iter().any(|&edge| value != edge && near(value, edge))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(closed: Closed) -> Bands {
        Bands {
            edges: vec![0.1, 0.2, 0.4, 0.6],
            points: vec![0.0, 1.5, 3.0, 4.5, 6.0],
            closed: ClosedEdges::All(closed),
        }
    }

    #[test]
    fn edges_belong_where_closed_says() {
        let values = [0.0, 0.1 - 1e-6, 0.1, 0.1 + 1e-6, 0.6, 1.0, f64::NAN];
        let mut out = [9.0; 7];
        assert!(rate(Closed::Right).score(&values, &mut out));
        assert_eq!(out[..6], [0.0, 0.0, 0.0, 1.5, 4.5, 6.0]);
        assert!(out[6].is_nan());
        rate(Closed::Left).score(&values, &mut out);
        assert_eq!(out[..6], [0.0, 0.0, 1.5, 1.5, 6.0, 6.0]);
    }

    #[test]
    fn a_rounding_error_does_not_move_a_band() {
        let computed = 0.1 + 0.2 - 0.2; // 0.1 plus one rounding error
        assert_ne!(computed, 0.1);
        assert_eq!(rate(Closed::Right).one(computed), 0.0);
        assert!(rate(Closed::Right).snaps(computed));
        assert_eq!(rate(Closed::Left).one(0.1 - 1e-12), 1.5);
    }

    #[test]
    fn a_middle_band_may_own_both_its_edges() {
        let closed = ClosedEdges::Each(vec![Closed::Left, Closed::Right]);
        let trend = Bands { edges: vec![-0.005, 0.005], points: vec![7.0, 3.5, 0.0], closed };
        assert_eq!([-0.006, -0.005, 0.0, 0.005, 0.006].map(|x| trend.one(x)), [7.0, 3.5, 3.5, 3.5, 0.0]);
        assert_eq!(trend.rule(0.0), "-0.005 <= x <= 0.005");
    }

    #[test]
    fn wrong_bands_are_named() {
        let bands = Bands { edges: vec![2.0, 1.0], points: vec![0.0], closed: ClosedEdges::All(Closed::Left) };
        let paths: Vec<String> = bands.problems(Direction::More).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["points", "edges"]);
    }

    #[test]
    fn the_image_is_what_the_domain_can_reach() {
        assert_eq!(rate(Closed::Right).image(None), [0.0, 6.0]);
        assert_eq!(rate(Closed::Right).image(Some([0.2, 0.4])), [1.5, 3.0]);
    }
}
