//! What an index is, before any data: a tree of indicators and groups, levels and conditions, as serde types.
//!
//! The same definition reads from TOML, JSON and (in Python) YAML and dicts, and is written back equal to itself.

mod children;
mod condition;
mod level;
mod provenance;
mod read;
mod schema;
pub(crate) mod shorthand;
mod tree;
mod validate;
mod validate_conditions;

use serde::{Deserialize, Serialize};

pub(crate) use read::DEEPEST;

pub use condition::{Blank, Cases, Closed, Condition, Count};
pub use level::{Level, LevelRule, Levels};
pub use provenance::{Confidence, Label};
pub use schema::json_schema;
pub use shorthand::Literal;
pub use tree::{ColumnRule, Defaults, Derived, Direction, Group, Indicator, Missing, Period, Table};

use level::is_default;

/// The version of the definition format written by this release.
pub const SCHEMA: u32 = 1;

fn schema() -> u32 {
    SCHEMA
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
fn is_current(schema: &u32) -> bool {
    *schema == SCHEMA
}

/// The definition of an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Version of the definition format.
    #[serde(default = "schema", skip_serializing_if = "is_current")]
    pub schema: u32,
    /// Name of the index.
    pub id: String,
    /// Which edition of a rule book this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Editions with the same word here can be compared over time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparable: Option<String>,
    /// Text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What it is for, in a sentence or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Label>,
    /// First day (year-month-day) of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// Last day of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well it is known, unless a rule says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Open points and remarks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The node that is the index, where several have no parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// Which periods everything is fitted on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub period: Period,
    /// What holds for every node that does not say otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub defaults: Defaults,
    /// What is known of raw columns.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub columns: Table<ColumnRule>,
    /// Columns computed from others of the same row.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub derived: Table<Derived>,
    /// The leaves.
    #[serde(default, rename = "indicator", skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<Indicator>,
    /// The inner nodes.
    #[serde(default, rename = "group", skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// The levels of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<Levels>,
}

impl Index {
    /// The columns an indicator reads, in order of preference.
    pub fn columns_of<'a>(&self, indicator: &'a Indicator) -> Vec<&'a str> {
        if indicator.column.is_empty() {
            vec![indicator.id.as_str()]
        } else {
            indicator.column.iter().map(String::as_str).collect()
        }
    }

    /// The node that is the index: the one named, else the only root with a score, else the only root.
    pub fn root(&self) -> Option<&str> {
        if let Some(root) = &self.root {
            return Some(root);
        }
        let roots: Vec<&Group> = self.groups.iter().filter(|group| group.parent.is_none()).collect();
        let scored: Vec<&&Group> = roots.iter().filter(|group| self.has_score(group)).collect();
        match (roots.as_slice(), scored.as_slice()) {
            (_, [one]) => Some(&one.id),
            ([one], _) => Some(&one.id),
            _ => None,
        }
    }

    /// Whether a group has a score of its own (`aggregate = "none"` has not).
    pub fn has_score(&self, group: &Group) -> bool {
        !matches!(self.aggregation_of(group), crate::aggregate::Aggregation::NoAggregate(_))
    }

    /// The aggregation of a group: its own, the default of the index, else the arithmetic mean.
    pub fn aggregation_of(&self, group: &Group) -> crate::aggregate::Aggregation {
        group.aggregate.clone().or_else(|| self.defaults.aggregate.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
