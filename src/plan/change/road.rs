//! The way of one indicator from where it is to where it may go: how far, and what score it has then.

use crate::normalize::Scorer;

/// Scores on the way: (distance, score), distances never falling; two points at one distance are a step.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Road {
    pub(super) points: Vec<(f64, f64)>,
}

/// A stretch on which the score rises ever more slowly.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Stretch {
    /// Distance where it begins.
    pub(super) from: f64,
    /// Score where it begins.
    pub(super) score: f64,
    /// Straight pieces: (length, slope), slopes falling.
    pub(super) pieces: Vec<(f64, f64)>,
}

impl Road {
    /// From `start` up (or down) over `length`; none where the score falls on the way or is missing.
    pub(super) fn new(scorer: &dyn Scorer, start: f64, up: bool, length: f64) -> Option<Self> {
        let shape = scorer.shape()?;
        let sign = if up { 1.0 } else { -1.0 };
        let mut stops: Vec<f64> = shape.knots.iter().map(|knot| (knot - start) * sign).collect();
        stops.retain(|stop| *stop > 0.0 && *stop <= length);
        stops.sort_unstable_by(f64::total_cmp);
        let at = |distance: f64| scorer.one(start + sign * distance);
        let mut points = vec![(0.0, at(0.0))];
        for stop in stops {
            if shape.steps {
                points.push((stop, points.last().map_or(f64::NAN, |(_, score)| *score)));
            }
            points.push((stop, at(stop)));
        }
        if points.last().is_some_and(|(last, _)| *last < length) && !shape.steps {
            points.push((length, at(length)));
        }
        let falls = |pair: &[(f64, f64)]| matches!(pair, [a, b] if b.1 < a.1 - 1e-12 * (1.0 + a.1.abs()));
        let fine = points.iter().all(|(_, score)| score.is_finite()) && !points.windows(2).any(falls);
        fine.then_some(Self { points })
    }

    /// Its longest stretches on which the score rises ever more slowly; there is always a first one.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = Vec::new();
        let Some(first) = self.points.first() else { return found };
        let mut now = Stretch { from: first.0, score: first.1, pieces: Vec::new() };
        for pair in self.points.windows(2) {
            let [a, b] = pair else { continue };
            let (length, rise) = (b.0 - a.0, b.1 - a.1);
            if length <= 0.0 {
                if rise > 0.0 {
                    found.push(std::mem::replace(&mut now, Stretch { from: b.0, score: b.1, pieces: Vec::new() }));
                }
                continue;
            }
            let slope = rise / length;
            if now.pieces.last().is_some_and(|(_, last)| slope > last + 1e-12 * last.abs().max(1e-300)) {
                found.push(std::mem::replace(&mut now, Stretch { from: a.0, score: a.1, pieces: Vec::new() }));
            }
            now.pieces.push((length, slope));
        }
        found.push(now);
        for stretch in &mut found {
            while stretch.pieces.last().is_some_and(|(_, slope)| *slope <= 0.0) {
                stretch.pieces.pop();
            }
        }
        found
    }

    /// The lowest concave road that is nowhere below this one.
    pub(super) fn above(&self) -> Stretch {
        let mut hull: Vec<(f64, f64)> = Vec::new();
        for point in &self.points {
            while let [.., a, b] = hull.as_slice() {
                // b is below the line from a to the new point, or at the same distance and lower.
                let turn = (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0);
                if turn >= 0.0 {
                    hull.pop()
                } else {
                    break;
                };
            }
            match hull.last_mut() {
                Some(last) if last.0 == point.0 => last.1 = last.1.max(point.1),
                _ => hull.push(*point),
            }
        }
        let first = hull.first().copied().unwrap_or_default();
        let pieces = hull.windows(2).filter_map(|pair| match pair {
            [a, b] if b.1 > a.1 => Some((b.0 - a.0, (b.1 - a.1) / (b.0 - a.0))),
            _ => None,
        });
        Stretch { from: first.0, score: first.1, pieces: pieces.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn road(points: &[(f64, f64)]) -> Road {
        Road { points: points.to_vec() }
    }

    #[test]
    fn a_road_is_cut_where_it_turns_steeper() {
        // Flat, steep, gentle, flat.
        let found = road(&[(0.0, 0.0), (2.0, 0.0), (4.0, 4.0), (8.0, 6.0), (9.0, 6.0)]).stretches();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].from, found[0].pieces.len()), (0.0, 0));
        assert_eq!(found[1], Stretch { from: 2.0, score: 0.0, pieces: vec![(2.0, 2.0), (4.0, 0.5)] });
    }

    #[test]
    fn steps_are_stretches_of_no_length() {
        let steps = road(&[(0.0, 1.0), (3.0, 1.0), (3.0, 5.0), (4.0, 5.0), (4.0, 6.0)]);
        let found: Vec<(f64, f64)> = steps.stretches().iter().map(|s| (s.from, s.score)).collect();
        assert_eq!(found, [(0.0, 1.0), (3.0, 5.0), (4.0, 6.0)]);
        let above = steps.above();
        assert_eq!((above.from, above.score), (0.0, 1.0));
        assert_eq!(above.pieces, [(3.0, 4.0 / 3.0), (1.0, 1.0)]);
    }
}
