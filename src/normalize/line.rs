//! A line with its numbers: the scorer of `linear` and its presets.

use super::linear::{Outside, Transform};
use super::{Scorer, Shape, ordered};
use crate::numeric::tolerance::slack;
use crate::numeric::vectorized;

/// A line with its numbers.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: f64,
    pub(super) over: f64,
    pub(super) width: f64,
    /// 1 / width, where multiplying by it is as good as dividing.
    pub(super) per_width: Option<f64>,
    pub(super) to: [f64; 2],
    pub(super) less: bool,
    pub(super) transform: Transform,
    pub(super) outside: Outside,
    pub(super) observed: Option<[f64; 2]>,
}

/// A reciprocal r of w with w * r = 1 exactly in floating point: multiplying is faster than dividing, and the far anchor
/// must still get exactly its score. The rounded 1 / w or a neighbour has the property for about 19 widths in 20.
pub(super) fn exact_reciprocal(width: f64) -> Option<f64> {
    let nearest = 1.0 / width;
    [nearest, nearest.next_up(), nearest.next_down()].into_iter().find(|r| width * r == 1.0)
}

impl Line {
    /// The part of the width comes first: the anchors get exactly the scores of `to`.
    #[inline]
    fn at(&self, t: f64) -> f64 {
        let part = if self.less { self.over - t } else { t - self.from };
        let part = self.per_width.map_or_else(|| part / self.width, |per_width| part * per_width);
        part * (self.to[1] - self.to[0]) + self.to[0]
    }

    fn accepts(&self, x: f64) -> bool {
        x >= self.low - slack(self.low) && x <= self.high + slack(self.high)
    }
}

impl Scorer for Line {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        match (self.transform, self.outside) {
            (Transform::None, Outside::Extend) => {
                let (base, sign) = if self.less { (self.over, -1.0) } else { (self.from, 1.0) };
                let (span, start) = (self.to[1] - self.to[0], self.to[0]);
                vectorized(
                    #[inline(always)]
                    || {
                        if let Some(per_width) = self.per_width.map(|per_width| per_width * sign) {
                            for (y, x) in out.iter_mut().zip(values) {
                                *y = (x - base) * per_width * span + start;
                            }
                        } else {
                            let width = self.width * sign;
                            for (y, x) in out.iter_mut().zip(values) {
                                *y = (x - base) / width * span + start;
                            }
                        }
                    },
                );
                true
            }
            (_, Outside::Clip) => {
                for (y, &x) in out.iter_mut().zip(values) {
                    // clamp keeps NaN, so missing stays missing.
                    *y = self.at(self.transform.apply(x.clamp(self.low, self.high)));
                }
                true
            }
            (_, Outside::Extend) => {
                let mut fine = true;
                for (y, &x) in out.iter_mut().zip(values) {
                    fine &= x > 0.0 || x.is_nan();
                    *y = if x > 0.0 { self.at(self.transform.apply(x)) } else { f64::NAN };
                }
                fine
            }
            (_, outside) => {
                let mut inside = true;
                for (y, &x) in out.iter_mut().zip(values) {
                    let accepted = self.accepts(x);
                    inside &= accepted || x.is_nan();
                    *y = if accepted { self.at(self.transform.apply(x.clamp(self.low, self.high))) } else { f64::NAN };
                }
                inside || outside == Outside::Missing
            }
        }
    }

    fn total(&self) -> bool {
        matches!(self.outside, Outside::Extend | Outside::Clip)
    }

    fn complaint(&self, value: f64) -> Option<String> {
        match self.outside {
            Outside::Error if !self.accepts(value) => {
                Some(format!("outside the anchors {} and {}", self.low, self.high))
            }
            Outside::Extend if !self.transform.is_none() && value <= 0.0 => {
                Some("expected a positive value, because the scale takes its logarithm".to_owned())
            }
            _ => None,
        }
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        let ends = match (domain, self.outside) {
            (Some([low, high]), Outside::Missing | Outside::Error) => {
                [low.clamp(self.low, self.high), high.clamp(self.low, self.high)]
            }
            (Some(domain), _) => domain,
            (None, Outside::Extend) => match self.observed {
                Some(observed) => observed,
                None => return [f64::NEG_INFINITY, f64::INFINITY],
            },
            (None, _) => [self.low, self.high],
        };
        let scores = ends.map(|end| {
            let end = if self.outside == Outside::Clip { end.clamp(self.low, self.high) } else { end };
            if self.transform.is_none() || end > 0.0 {
                self.at(self.transform.apply(end))
            } else if self.less {
                f64::INFINITY
            } else {
                f64::NEG_INFINITY
            }
        });
        ordered(scores[0], scores[1])
    }

    fn shape(&self) -> Option<Shape> {
        let anchors = [self.low, self.high];
        self.transform.is_none().then(|| Shape {
            rising: self.less == (self.to[1] < self.to[0]),
            knots: if self.outside == Outside::Clip { anchors.to_vec() } else { Vec::new() },
            steps: false,
            anchors: Some(anchors),
            ends: (self.outside != Outside::Extend).then_some(anchors),
        })
    }

    fn rule(&self, value: f64) -> String {
        let beyond = !self.accepts(value);
        let how = match self.outside {
            Outside::Clip if beyond => ", clipped",
            Outside::Extend if beyond => ", beyond the anchors",
            Outside::Missing | Outside::Error if beyond => ", outside the anchors",
            _ => "",
        };
        format!("line from {} to {} onto {} to {}{how}", self.low, self.high, self.to[0], self.to[1])
    }
}
