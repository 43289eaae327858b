//! `linear`: a straight line between two anchors; the base of the familiar presets.
//!
//! score = to[0] + (t(x) - t(low)) / (t(high) - t(low)) * (to[1] - to[0]); with direction -1 the numerator is
//! t(high) - t(x). Anchors are in original units with low < high; t is the transform.
//! OECD/JRC (2008), *Handbook on Constructing Composite Indicators*, step 5, doi:10.1787/9789264043466-en.

use serde::{Deserialize, Serialize};

use super::anchor::{Anchor, Reference};
use super::line::{Line, exact_reciprocal};
use super::statistic::number;
use super::{Learned, Prepared, ScaleMethod, Statistic};
use crate::definition::Direction;

/// A line between two anchors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// The lower anchor.
    pub low: Anchor,
    /// The higher anchor.
    pub high: Anchor,
    /// The scores of the worse and the better anchor.
    #[serde(default = "unit", skip_serializing_if = "is_unit")]
    pub to: [f64; 2],
    /// Applied to values and anchors first.
    #[serde(default, skip_serializing_if = "Transform::is_none")]
    pub transform: Transform,
    /// What happens to values beyond the anchors.
    #[serde(default, skip_serializing_if = "Outside::is_extend")]
    pub outside: Outside,
}

pub(super) fn unit() -> [f64; 2] {
    [0.0, 1.0]
}

pub(super) fn is_unit(to: &[f64; 2]) -> bool {
    *to == unit()
}

/// A transform of values and anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// The value itself.
    #[default]
    None,
    /// Natural logarithm; values must be positive.
    Ln,
    /// Decimal logarithm; values must be positive.
    Log10,
}

impl Transform {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::None
    }

    pub(super) fn apply(self, x: f64) -> f64 {
        match self {
            Self::None => x,
            Self::Ln => x.ln(),
            Self::Log10 => x.log10(),
        }
    }

    fn latex(self, inner: &str) -> String {
        match self {
            Self::None => inner.to_owned(),
            Self::Ln => format!(r"\ln {inner}"),
            Self::Log10 => format!(r"\log_{{10}} {inner}"),
        }
    }

    fn text(self, inner: &str) -> String {
        match self {
            Self::None => inner.to_owned(),
            Self::Ln => format!("ln({inner})"),
            Self::Log10 => format!("log10({inner})"),
        }
    }
}

/// What happens to values beyond the anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// The line goes on.
    #[default]
    Extend,
    /// The score of the anchor.
    Clip,
    /// No score.
    Missing,
    /// An error that names unit and value.
    Error,
}

impl Outside {
    pub(super) fn is_extend(&self) -> bool {
        *self == Self::Extend
    }
}

impl Linear {
    /// Whether it divides by a number and does nothing else: a line from 0.
    fn is_share(&self) -> bool {
        self.transform.is_none() && self.low == Anchor::Number(0.0) && matches!(self.high, Anchor::Number(_))
    }
}

/// Where scales of this kind are described.
const HANDBOOK: &[&str] =
    &["OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5, doi:10.1787/9789264043466-en"];

/// A method that is a line with anchors of its own kind.
pub(super) trait Preset: std::fmt::Debug + Send + Sync {
    /// The line it stands for.
    fn linear(&self, direction: Direction) -> Linear;

    /// A formula shorter than that of the line, in words and in LaTeX.
    fn own_formula(&self, direction: Direction) -> Option<[String; 2]> {
        let _ = direction;
        None
    }

    /// Where it comes from.
    fn sources(&self) -> &'static [&'static str] {
        HANDBOOK
    }

    /// What is wrong beyond what a line checks.
    fn more_problems(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

impl Preset for Linear {
    fn linear(&self, _: Direction) -> Linear {
        self.clone()
    }
}

impl<P: Preset> ScaleMethod for P {
    fn learns(&self, direction: Direction) -> Vec<Statistic> {
        let line = self.linear(direction);
        let mut learns = line.low.learns();
        learns.extend(line.high.learns());
        if !learns.is_empty() {
            // The observed extremes bound what an unanswered value could be.
            learns.extend([Statistic::Min, Statistic::Max]);
        }
        learns
    }

    fn prepare(&self, direction: Direction, learned: &[Learned]) -> Result<Prepared, String> {
        let line = self.linear(direction);
        let (for_low, for_high) = (line.low.learns().len(), line.high.learns().len());
        if for_low + for_high > 0 && learned.iter().any(|one| matches!(one, Learned::Nothing)) {
            return Ok(Prepared::undefined("no value was observed (or too few), so nothing could be fitted"));
        }
        let low = line.low.place(learned);
        let high = line.high.place(learned.get(for_low..).unwrap_or_default());
        let observed = learned
            .get(for_low + for_high..)
            .filter(|rest| rest.len() == 2)
            .map(|rest| [number(rest, 0), number(rest, 1)]);
        if low == high && observed.is_some() {
            return Ok(Prepared::undefined(format!("low and high anchor are both {low}: the column is constant")));
        }
        let (from, over) = (line.transform.apply(low), line.transform.apply(high));
        let width = over - from;
        if !width.is_finite() || !low.is_finite() || !high.is_finite() {
            return Err(format!(
                "the anchors {} and {} make no finite line; expected positive anchors under a logarithm",
                line.low.text(),
                line.high.text()
            ));
        }
        if width <= 0.0 {
            return Err(format!("the lower anchor is {low}, the higher {high}; expected low < high in original units"));
        }
        Ok(Prepared::new(Line {
            low,
            high,
            from,
            over,
            width,
            per_width: exact_reciprocal(width),
            to: line.to,
            less: direction == Direction::Less,
            transform: line.transform,
            outside: line.outside,
            observed,
        }))
    }

    fn problems(&self, direction: Direction) -> Vec<(String, String)> {
        let line = self.linear(direction);
        let mut problems = self.more_problems();
        if line.to.iter().any(|end| !end.is_finite()) || line.to[0] == line.to[1] {
            problems.push(("to".into(), "expected two different finite numbers".into()));
        }
        if let (Anchor::Number(low), Anchor::Number(high)) = (&line.low, &line.high)
            && low.partial_cmp(high) != Some(std::cmp::Ordering::Less)
        {
            let message = format!(
                "low is {low}, high is {high}; expected low < high in original units (say direction = -1 where less is better)"
            );
            problems.push(("low".into(), message));
        }
        for (key, anchor) in [("low", &line.low), ("high", &line.high)] {
            match anchor {
                Anchor::Number(value) if !value.is_finite() => {
                    problems.push((key.into(), "expected a finite number".into()));
                }
                Anchor::Number(value) if !line.transform.is_none() && *value <= 0.0 => {
                    problems.push((key.into(), format!("{value} has no logarithm; expected a positive anchor")));
                }
                Anchor::Reference(Reference::Quantile(q)) if !(0.0..=1.0).contains(q) => {
                    problems.push((format!("{key}.quantile"), format!("{q} is not in [0, 1]")));
                }
                Anchor::Reference(Reference::MeanSd(_) | Reference::MedianIqr(_)) if !line.transform.is_none() => {
                    let message = "mean and spread are in original units; use quantile anchors with a transform";
                    problems.push((key.into(), message.into()));
                }
                _ => {}
            }
        }
        problems
    }

    fn references(&self) -> &'static [&'static str] {
        self.sources()
    }

    fn latex(&self, direction: Direction) -> String {
        if let Some([_, latex]) = self.own_formula(direction) {
            return latex;
        }
        let line = self.linear(direction);
        let t = |text: &str| line.transform.latex(text);
        let (low, high, x) = (t(&line.low.latex()), t(&line.high.latex()), t("x"));
        let above = match direction {
            Direction::More => format!("{x} - {low}"),
            Direction::Less => format!("{high} - {x}"),
        };
        let fraction = match direction {
            Direction::More if line.is_share() && high == "1" => x,
            Direction::More if line.is_share() => format!(r"\frac{{x}}{{{high}}}"),
            _ => format!(r"\frac{{{above}}}{{{high} - {low}}}"),
        };
        let ([bottom, top], by) = (line.to, if line.outside == Outside::Clip { "y_0" } else { "y" });
        let scaled = match line.to {
            [0.0, 1.0] => format!("{by} = {fraction}"),
            [0.0, top] => format!(r"{by} = {top} \cdot {fraction}"),
            [bottom, top] => format!(r"{by} = {bottom} + {} \cdot {fraction}", top - bottom),
        };
        if line.outside == Outside::Clip {
            let (low, high) = (bottom.min(top), bottom.max(top));
            format!(r"y = \min(\max(y_0, {low}), {high}),\quad {scaled}")
        } else {
            scaled
        }
    }

    fn formula(&self, direction: Direction) -> String {
        if let Some([words, _]) = self.own_formula(direction) {
            return words;
        }
        let line = self.linear(direction);
        let (low, high) = (line.transform.text(&line.low.text()), line.transform.text(&line.high.text()));
        let x = line.transform.text("x");
        let fraction = match direction {
            Direction::More if line.is_share() => {
                if high == "1" {
                    x
                } else {
                    format!("x / {high}")
                }
            }
            Direction::More => format!("({x} - {low}) / ({high} - {low})"),
            Direction::Less => format!("({high} - {x}) / ({high} - {low})"),
        };
        let scaled = match line.to {
            [0.0, 1.0] => fraction,
            [0.0, top] => format!("{top} * {fraction}"),
            [bottom, top] => format!("{bottom} + {} * {fraction}", top - bottom),
        };
        match line.outside {
            Outside::Extend => scaled,
            Outside::Clip => format!("{scaled}, clipped to [{}, {}]", line.to[0], line.to[1]),
            Outside::Missing => format!("{scaled}, missing outside the anchors"),
            Outside::Error => format!("{scaled}, an error outside the anchors"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::Scorer;

    fn line(transform: Transform, outside: Outside) -> Linear {
        Linear { low: Anchor::Number(100.0), high: Anchor::Number(75_000.0), to: unit(), transform, outside }
    }

    fn prepared(scale: &dyn ScaleMethod, direction: Direction, learned: &[Learned]) -> Box<dyn Scorer> {
        scale.prepare(direction, learned).expect("a scale").scorer
    }

    #[test]
    fn anchors_get_exactly_their_scores_and_direction_turns_them() {
        let scale = Linear { to: [0.0, 100.0], ..line(Transform::None, Outside::Extend) };
        let more = prepared(&scale, Direction::More, &[]);
        assert_eq!([more.one(100.0), more.one(75_000.0)], [0.0, 100.0]);
        let less = prepared(&scale, Direction::Less, &[]);
        assert_eq!([less.one(100.0), less.one(75_000.0)], [100.0, 0.0]);
        assert!(more.one(150_000.0) > 100.0);
    }

    #[test]
    fn both_anchors_are_exact_for_any_width() {
        let mut width = 0.1;
        for _ in 0..20_000 {
            let scale = Linear {
                low: Anchor::Number(0.0),
                high: Anchor::Number(width),
                to: [1.0, 100.0],
                ..line(Transform::None, Outside::Extend)
            };
            let more = prepared(&scale, Direction::More, &[]);
            assert_eq!([more.one(0.0), more.one(width)], [1.0, 100.0]);
            let less = prepared(&scale, Direction::Less, &[]);
            assert_eq!([less.one(0.0), less.one(width)], [100.0, 1.0]);
            width = (width * 1.000_123_456_789 + 1e-7) % 1e6;
        }
    }

    #[test]
    fn logarithms_follow_the_human_development_report() {
        // UNDP (2022), technical note 1: income index of 20 000 is (ln 20000 - ln 100) / (ln 75000 - ln 100).
        let scale = prepared(&line(Transform::Ln, Outside::Clip), Direction::More, &[]);
        approx::assert_relative_eq!(scale.one(20_000.0), 200f64.ln() / 750f64.ln(), max_relative = 1e-14);
        assert_eq!(scale.one(0.0), 0.0);
        assert_eq!(scale.one(1e9), 1.0);
        assert!(scale.one(f64::NAN).is_nan());
    }

    #[test]
    fn outside_has_four_answers() {
        let missing = prepared(&line(Transform::None, Outside::Missing), Direction::More, &[]);
        assert!(missing.one(50.0).is_nan());
        let error = prepared(&line(Transform::None, Outside::Error), Direction::More, &[]);
        assert!(!error.score(&[50.0], &mut [0.0]));
        assert!(error.complaint(50.0).is_some());
        assert!(error.score(&[100.0 - 1e-8, f64::NAN], &mut [0.0; 2]), "within the tolerance of the edge, or missing");
        let log = prepared(&line(Transform::Ln, Outside::Extend), Direction::More, &[]);
        assert!(!log.score(&[-1.0], &mut [0.0]));
    }

    #[test]
    fn an_unanswered_value_has_the_image_of_what_it_could_be() {
        let clip = prepared(&line(Transform::None, Outside::Clip), Direction::More, &[]);
        assert_eq!(clip.image(None), [0.0, 1.0]);
        let extend = prepared(&line(Transform::None, Outside::Extend), Direction::Less, &[]);
        assert_eq!(extend.image(None), [f64::NEG_INFINITY, f64::INFINITY]);
        assert_eq!(extend.image(Some([100.0, 75_000.0])), [0.0, 1.0]);
    }

    #[test]
    fn equal_or_swapped_anchors_are_named() {
        let swapped =
            Linear { low: Anchor::Number(2.0), high: Anchor::Number(1.0), ..line(Transform::None, Outside::Clip) };
        assert_eq!(swapped.problems(Direction::More)[0].0, "low");
        assert!(swapped.prepare(Direction::More, &[]).is_err());
    }
}
