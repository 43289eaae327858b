//! Levels: maturity grades decided from scores and conditions.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::provenance::{Confidence, Label};

/// The levels of a node or of the whole index, lowest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Levels {
    /// The node whose score `thresholds` cut (the root or the group itself when absent).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// `highest` takes the highest level that holds, `cumulative` needs all lower ones too.
    #[serde(skip_serializing_if = "is_default")]
    pub rule: LevelRule,
    /// The name of "no level reached".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub none: Option<String>,
    /// Short form: the lowest score of each level, ascending.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub thresholds: IndexMap<String, f64>,
    /// Long form: a condition per level, lowest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub level: Vec<Level>,
    /// Where the rule comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

/// One level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Its name.
    pub id: String,
    /// Text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What must hold.
    pub when: Condition,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

/// How several levels that hold make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelRule {
    /// The highest level whose condition holds.
    #[default]
    Highest,
    /// The highest level that holds together with all lower ones.
    Cumulative,
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
