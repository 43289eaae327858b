//! `options`: points of the answer chosen, or the sum of the points of the answers chosen.
//!
//! With `multiple`, answers come as delimited text ("control;coverage") or as one yes/no column per option
//! (`columns = "F1_{option}"`). `none` is the answer that excludes the others. `cap` limits the sum. `labels` are texts of
//! the answers for people.

mod labels;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Learned, Prepared, ScaleMethod, Scorer};
use crate::definition::{Direction, Label};

/// Points by answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Points of each answer.
    pub points: IndexMap<String, f64>,
    /// Whether several answers may be chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
    /// The answer that excludes the others; it has 0 points unless `points` says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none: Option<String>,
    /// The largest sum of points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
    /// Name of the yes/no column of an option, with `{option}` in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
    /// Texts of the answers for people.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, Label>,
}

/// What separates answers in a text, unless an option's name contains it.
const SEPARATORS: [char; 7] = [';', '；', '|', '、', ',', '，', '\n'];

impl Options {
    /// The names of all answers, `none` included.
    pub fn answers(&self) -> Vec<&str> {
        let mut answers: Vec<&str> = self.points.keys().map(String::as_str).collect();
        if let Some(none) = &self.none
            && !self.points.contains_key(none)
        {
            answers.insert(0, none);
        }
        answers
    }

    /// Points of one answer.
    pub fn points_of(&self, answer: &str) -> Option<f64> {
        let none = || (self.none.as_deref() == Some(answer)).then_some(0.0);
        self.points.get(answer).copied().or_else(none)
    }

    /// Points of an answer as written: `Ok(None)` when it is blank.
    pub fn score_text(&self, text: &str) -> Result<Option<f64>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(points) = self.points_of(text) {
            return Ok(Some(points));
        }
        if !self.multiple {
            return Err(self.unknown(text));
        }
        let chosen = self.chosen(text);
        if let Some(stranger) = chosen.iter().find(|answer| self.points_of(answer).is_none()) {
            return Err(self.unknown(stranger));
        }
        if chosen.is_empty() {
            return Ok(None);
        }
        self.sum(&chosen).map(Some)
    }

    /// The answers in a text, each once.
    pub(crate) fn chosen<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut chosen: Vec<&str> = Vec::new();
        let separates = |c: char| SEPARATORS.contains(&c) && !self.answers().iter().any(|answer| answer.contains(c));
        for answer in text.split(separates).map(str::trim).filter(|answer| !answer.is_empty()) {
            if !chosen.contains(&answer) {
                chosen.push(answer);
            }
        }
        chosen
    }

    /// The answers in a text that may be the name of one, separators and all.
    pub(crate) fn given<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let text = text.trim();
        if self.points_of(text).is_some() { vec![text] } else { self.chosen(text) }
    }

    /// How an answer as written makes its points: `control 2 + coverage 2`.
    pub fn told(&self, text: &str) -> String {
        let chosen = self.given(text);
        let parts: Vec<String> = chosen.iter().filter_map(|a| Some(format!("{a} {}", self.points_of(a)?))).collect();
        let cap = self.cap.map(|cap| format!(", at most {cap}")).unwrap_or_default();
        format!("{}{cap}", parts.join(" + "))
    }

    /// Points of several answers together.
    fn sum(&self, chosen: &[&str]) -> Result<f64, String> {
        if let Some(none) = self.none.as_deref()
            && chosen.len() > 1
            && chosen.contains(&none)
        {
            return Err(format!("{none:?} excludes the other answers chosen with it"));
        }
        // In the order of the definition, so that the same answers give the same bits.
        let sum =
            self.answers().iter().filter(|answer| chosen.contains(answer)).filter_map(|a| self.points_of(a)).sum();
        Ok(self.capped(sum))
    }

    /// The sum limited by `cap`.
    pub fn capped(&self, sum: f64) -> f64 {
        self.cap.map_or(sum, |cap| sum.min(cap))
    }

    fn unknown(&self, answer: &str) -> String {
        let answers = self.answers();
        let hint = crate::error::hint(answer, answers.iter().copied());
        let (answer, shown) = (crate::error::shorten(answer), answers.join(", "));
        format!("unknown option {answer:?}, expected one of {shown}{hint}")
    }

    /// The name of an option's own column.
    pub fn column_of(&self, answer: &str) -> Option<String> {
        self.columns.as_ref().map(|template| template.replace("{option}", answer))
    }
}

impl ScaleMethod for Options {
    fn prepare(&self, _: Direction, _: &[Learned]) -> Result<Prepared, String> {
        let numbers = self.answers().iter().filter_map(|a| Some((a.parse().ok()?, self.points_of(a)?))).collect();
        Ok(Prepared::new(Choice { options: self.clone(), numbers }))
    }

    fn problems(&self, _: Direction) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        if self.points.is_empty() {
            problems.push(("points".into(), "expected at least one option".into()));
        }
        if let Some((answer, points)) = self.points.iter().find(|(_, points)| !points.is_finite()) {
            problems.push((format!("points.{answer}"), format!("{points} is not a finite number")));
        }
        if let Some(answer) = self.points.keys().find(|answer| answer.trim() != answer.as_str() || answer.is_empty()) {
            problems.push((format!("points.{answer}"), "expected a name without blanks around it".into()));
        }
        if self.columns.is_some() && !self.multiple {
            problems.push(("columns".into(), "one column per option needs multiple = true".into()));
        }
        if self.columns.as_ref().is_some_and(|template| !template.contains("{option}")) {
            problems.push(("columns".into(), "expected a name with {option} in it".into()));
        }
        if self.cap.is_some_and(|cap| !cap.is_finite()) {
            problems.push(("cap".into(), "expected a finite number".into()));
        }
        problems.extend(self.label_problems());
        problems
    }

    fn has_own_direction(&self) -> bool {
        true
    }

    fn formula(&self, _: Direction) -> String {
        let told = |a: &&str| Some(format!("{} {}", self.named(a), self.points_of(a)?));
        let points: Vec<String> = self.answers().iter().filter_map(told).collect();
        let what = if self.multiple { "sum of " } else { "" };
        let cap = self.cap.map(|cap| format!(", at most {cap}")).unwrap_or_default();
        format!("{what}points: {}{cap}", points.join(", "))
    }
}

/// The score function of coded answers.
#[derive(Debug)]
struct Choice {
    options: Options,
    /// Answers whose name is a number, for columns of numbers.
    numbers: Vec<(f64, f64)>,
}

impl Scorer for Choice {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        let mut fine = true;
        for (y, &x) in out.iter_mut().zip(values) {
            let found = self.numbers.iter().find(|(answer, _)| *answer == x);
            fine &= found.is_some() || x.is_nan();
            *y = found.map_or(f64::NAN, |(_, points)| *points);
        }
        fine
    }

    fn complaint(&self, value: f64) -> Option<String> {
        let known = value.is_nan() || self.numbers.iter().any(|(answer, _)| *answer == value);
        (!known).then(|| self.options.unknown(&value.to_string()))
    }

    fn image(&self, _: Option<[f64; 2]>) -> [f64; 2] {
        let points: Vec<f64> = self.options.answers().iter().filter_map(|a| self.options.points_of(a)).collect();
        let low = points.iter().copied().fold(f64::INFINITY, f64::min);
        let high = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !self.options.multiple {
            return [low, high];
        }
        // Sums of the negative and of the positive points; an answer with nothing chosen is only possible as `none`.
        let negative: f64 = points.iter().filter(|p| **p < 0.0).sum();
        let positive: f64 = points.iter().filter(|p| **p > 0.0).sum();
        let nothing_chosen = if self.options.columns.is_some() { low.min(0.0) } else { low };
        let smallest = if negative < 0.0 { negative } else { nothing_chosen };
        let largest = if positive > 0.0 { positive } else { high };
        [self.options.capped(smallest), self.options.capped(largest)]
    }

    fn rule(&self, value: f64) -> String {
        format!("option {value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn security() -> Options {
        let points = [("rules", 1.25), ("products", 1.25), ("assessment", 1.25), ("boundary", 1.25)];
        Options {
            points: points.into_iter().map(|(name, points)| (name.to_owned(), points)).collect(),
            multiple: true,
            none: Some("none".to_owned()),
            cap: None,
            columns: None,
            labels: IndexMap::new(),
        }
    }

    #[test]
    fn chosen_answers_add_up_once_each() {
        let options = security();
        assert_eq!(options.score_text("rules; boundary"), Ok(Some(2.5)));
        assert_eq!(options.score_text("rules；rules、products"), Ok(Some(2.5)));
        assert_eq!(options.score_text("none"), Ok(Some(0.0)));
        assert_eq!(options.score_text("  "), Ok(None));
    }

    #[test]
    fn unknown_and_contradicting_answers_are_named() {
        let options = security();
        let message = options.score_text("rules;produts").expect_err("a slip");
        assert!(message.contains("produts") && message.contains("did you mean \"products\"?"), "{message}");
        assert!(options.score_text("none;rules").expect_err("a contradiction").contains("excludes"));
    }

    #[test]
    fn numbers_stand_for_options_named_by_numbers() {
        let points = [("0", 0.0), ("1", 3.5), ("2", 7.0)].map(|(name, points)| (name.to_owned(), points));
        let options = Options { points: points.into(), multiple: false, none: None, ..security() };
        let scorer = options.prepare(Direction::More, &[]).expect("options").scorer;
        assert_eq!(scorer.one(2.0), 7.0);
        assert!(!scorer.score(&[3.0], &mut [0.0]));
        assert!(scorer.complaint(3.0).is_some());
        assert_eq!(scorer.image(None), [0.0, 7.0]);
    }

    #[test]
    fn the_image_of_a_multiple_choice_is_all_or_nothing() {
        let scorer = security().prepare(Direction::More, &[]).expect("options").scorer;
        assert_eq!(scorer.image(None), [0.0, 5.0]);
        let capped = Options { cap: Some(3.0), ..security() };
        assert_eq!(capped.prepare(Direction::More, &[]).expect("options").scorer.image(None), [0.0, 3.0]);
    }
}
