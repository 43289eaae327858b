//! Conditions: what must hold for a level. Evaluated in three values: yes, no, unknown.

use serde::{Deserialize, Serialize};

use super::provenance::{Confidence, Label};
use super::shorthand::Literal;

/// One condition. Exactly one of `node`, `column`, `all`, `any`, `not`, `of`, `count`, `cases` says what kind it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// Name, so that results can point at it and another condition can waive it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Text for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Where the rule comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// The id of a condition that counts as met when this one holds. Inside `all` (and `of`) a waiver is not itself required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waives: Option<String>,

    /// A node whose score is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// A column or derived column whose value is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Greater than or equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ge: Option<f64>,
    /// Greater than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gt: Option<f64>,
    /// Less than or equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub le: Option<f64>,
    /// Less than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lt: Option<f64>,
    /// Equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<Literal>,
    /// One of several.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub within: Option<Vec<Literal>>,
    /// What a blank answer means here: `"no"` or `"yes"`. Such answers are counted as assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blank: Option<Blank>,

    /// Every one must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Condition>>,
    /// One must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Condition>>,
    /// Must not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Condition>>,
    /// Conditions of which `at_least` must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Vec<Condition>>,
    /// Indicators under a group, of which `at_least` must reach a score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// How many, for `of` and `count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// A different condition for each band of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<Box<Cases>>,
}

/// What a blank answer means where a rule says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blank {
    /// Left blank because the answer is no.
    No,
    /// Left blank because the answer is yes.
    Yes,
}

/// Counts the indicators below a group whose score reaches `ge`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The group.
    pub under: String,
    /// Only indicators with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The score that counts.
    pub ge: f64,
}

/// Chooses a condition by the band a value falls into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// Column or derived column.
    pub on: String,
    /// Ascending edges: n edges make n + 1 bands.
    pub edges: Vec<f64>,
    /// Which band an edge belongs to.
    #[serde(default)]
    pub closed: Closed,
    /// One condition per band. While `on` is unknown the case is decided when all reachable branches agree.
    pub then: Vec<Condition>,
}

/// Which side of a band includes its edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// [a, b): the edge belongs to the band above.
    #[default]
    Left,
    /// (a, b]: the edge belongs to the band below.
    Right,
}

impl Condition {
    /// The conditions directly inside this one, each with its path relative to it.
    pub fn children(&self) -> Vec<(String, &Condition)> {
        let mut children = Vec::new();
        for (key, list) in [("all", &self.all), ("any", &self.any), ("of", &self.of)] {
            for (i, condition) in list.iter().flatten().enumerate() {
                children.push((format!("{key}[{i}]"), condition));
            }
        }
        if let Some(condition) = &self.not {
            children.push(("not".to_owned(), condition));
        }
        if let Some(cases) = &self.cases {
            for (i, condition) in cases.then.iter().enumerate() {
                children.push((format!("cases.then[{i}]"), condition));
            }
        }
        children
    }
}

impl Condition {
    /// How far a value is from the nearer bound: positive when it satisfies both.
    pub(crate) fn margin(&self, value: f64) -> Option<f64> {
        let above = self.ge.or(self.gt).map(|bound| value - bound);
        let below = self.le.or(self.lt).map(|bound| bound - value);
        match (above, below) {
            (Some(above), Some(below)) => Some(above.min(below)),
            (one, other) => one.or(other),
        }
    }

    /// The condition in words, without the conditions inside it.
    pub fn in_words(&self) -> String {
        let what = self.node.as_deref().or(self.column.as_deref()).unwrap_or_default();
        let mut parts = Vec::new();
        for (sign, bound) in [(">=", self.ge), (">", self.gt), ("<=", self.le), ("<", self.lt)] {
            if let Some(bound) = bound {
                parts.push(format!("{what} {sign} {bound}"));
            }
        }
        if let Some(literal) = &self.is {
            parts.push(format!("{what} is {literal}"));
        }
        if let Some(literals) = &self.within {
            let literals: Vec<String> = literals.iter().map(ToString::to_string).collect();
            parts.push(format!("{what} in {}", literals.join(", ")));
        }
        if self.all.is_some() {
            parts.push("all of".to_owned());
        }
        if self.any.is_some() {
            parts.push("any of".to_owned());
        }
        if self.not.is_some() {
            parts.push("not".to_owned());
        }
        if let (Some(_), Some(least)) = (&self.of, self.at_least) {
            parts.push(format!("at least {least} of"));
        }
        if let (Some(count), Some(least)) = (&self.count, self.at_least) {
            let tag = count.tag.as_ref().map(|tag| format!(" tagged {tag}")).unwrap_or_default();
            parts.push(format!("at least {least} indicators of {}{tag} >= {}", count.under, count.ge));
        }
        if let Some(cases) = &self.cases {
            parts.push(format!("by {} (edges {:?})", cases.on, cases.edges));
        }
        parts.join(" and ")
    }
}
