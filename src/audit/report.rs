//! What an audit tells.

use serde::Serialize;

use crate::definition::{Confidence, Label};

/// Everything about one row.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Audit {
    /// Every indicator.
    pub answers: Vec<Answer>,
    /// Every group, children first.
    pub groups: Vec<GroupScore>,
    /// Every condition, in the order of the definition.
    pub conditions: Vec<ConditionState>,
    /// Every set of levels.
    pub levels: Vec<LevelState>,
}

/// An indicator: answer to points.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The indicator.
    pub node: String,
    /// The column that was used.
    pub column: Option<String>,
    /// Its value as text.
    pub answer: Option<String>,
    /// Texts of the options chosen, where the definition has them.
    pub chosen: Option<Label>,
    /// The score.
    pub points: Option<f64>,
    /// Lowest and highest score possible.
    pub low: Option<f64>,
    /// Highest score possible.
    pub high: Option<f64>,
    /// The rule that gave the points.
    pub rule: String,
    /// Whether the value counts as being on an edge it misses by a rounding error.
    pub snapped: bool,
    /// Where the points come from: `answer`, `assumed`, `implied`, `missing`.
    pub origin: &'static str,
    /// Why a derived column is missing.
    pub reason: Option<String>,
    /// Text for people.
    pub label: Option<Label>,
    /// Edition of the definition.
    pub edition: Option<String>,
    /// Source of the rule.
    pub source: Option<String>,
    /// How well the rule is known.
    pub confidence: Option<Confidence>,
}

/// A group: children to score.
#[derive(Debug, Clone, Serialize)]
pub struct GroupScore {
    /// The group.
    pub node: String,
    /// Its score.
    pub score: Option<f64>,
    /// Lowest score possible.
    pub low: Option<f64>,
    /// Highest score possible.
    pub high: Option<f64>,
    /// Name of the aggregation.
    pub aggregate: &'static str,
    /// Its formula.
    pub formula: &'static str,
    /// What the contributions add up to.
    pub adds_up_to: &'static str,
    /// A scale applied afterwards.
    pub scale: Option<String>,
    /// The children.
    pub children: Vec<ChildScore>,
}

/// A child of a group.
#[derive(Debug, Clone, Serialize)]
pub struct ChildScore {
    /// The child.
    pub node: String,
    /// Its score.
    pub score: Option<f64>,
    /// Its weight among its siblings, as given or fitted.
    pub weight: Option<f64>,
    /// Its part of the group's score.
    pub contribution: Option<f64>,
}

/// A condition and whether it holds.
#[derive(Debug, Clone, Serialize)]
pub struct ConditionState {
    /// Path in the definition.
    pub path: String,
    /// Its id.
    pub id: Option<String>,
    /// The condition that counts as met when this one holds.
    pub waives: Option<String>,
    /// Text for people.
    pub label: Option<Label>,
    /// The condition in words.
    pub text: String,
    /// `yes`, `no` or `unknown`.
    pub state: &'static str,
    /// The value compared.
    pub value: Option<String>,
    /// How far a number is from its bound: positive when it holds.
    pub margin: Option<f64>,
    /// Source of the rule.
    pub source: Option<String>,
    /// How well the rule is known.
    pub confidence: Option<Confidence>,
}

/// Levels of one node.
#[derive(Debug, Clone, Serialize)]
pub struct LevelState {
    /// The node; none for the index.
    pub owner: Option<String>,
    /// The level, when it is known.
    pub level: Option<String>,
    /// The level it has for certain.
    pub certain: String,
    /// The highest level it could have.
    pub possible: String,
}
