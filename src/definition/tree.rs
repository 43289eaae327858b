//! Indicators and groups: the leaves and inner nodes of the tree.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::level::{Levels, is_default};
use super::provenance::{Confidence, Label};
use super::shorthand::{self, Literal};
use crate::aggregate::Aggregation;
use crate::impute::Imputation;
use crate::normalize::Scale;
use crate::treat::Treatment;
use crate::weights::Weighting;

/// Whether more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum Direction {
    /// +1: more is better.
    #[default]
    More,
    /// -1: less is better.
    Less,
}

impl TryFrom<i64> for Direction {
    type Error = String;

    fn try_from(value: i64) -> Result<Self, String> {
        match value {
            1 => Ok(Self::More),
            -1 => Ok(Self::Less),
            other => Err(format!("expected 1 (more is better) or -1 (less is better), found {other}")),
        }
    }
}

impl From<Direction> for i64 {
    fn from(direction: Direction) -> i64 {
        match direction {
            Direction::More => 1,
            Direction::Less => -1,
        }
    }
}

/// What a group does when a child has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The group has no score either (unless the missing answers cannot change it).
    Propagate,
    /// The weights of the others are scaled up.
    Renormalize,
    /// It is an error that names unit and child.
    Error,
}

/// Which periods a step is fitted on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// All rows together.
    #[default]
    Pooled,
    /// Each period by itself; scores are then not comparable over time.
    Each,
    /// The rows of one period.
    Base(Literal),
}

/// A leaf: a measured column and its scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Name of the node, and of its column unless `column` says otherwise.
    pub id: String,
    /// The group it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Column or derived column; of several, the first observed wins.
    #[serde(default, with = "shorthand::one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub column: Vec<String>,
    /// Whether more is better.
    #[serde(default, skip_serializing_if = "is_default")]
    pub direction: Direction,
    /// How a value becomes a score.
    #[serde(default, with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// What stands for a missing value.
    #[serde(default, with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub impute: Option<Imputation>,
    /// What is done to outliers before the scale sees them.
    #[serde(default, with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub treat: Option<Treatment>,
    /// Weight among its siblings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Smallest and largest value the column can take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<[f64; 2]>,
    /// What a blank answer means, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<Literal>,
    /// Free tags, for counts and summaries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Yes to this item means yes to these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implies: Vec<String>,
    /// Unit of measurement, such as "%" or "yuan".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// Which periods the scale is fitted on, if not those of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// An open point or remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An inner node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name of the node.
    pub id: String,
    /// The group it belongs to; none for a root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// How the children make one score.
    #[serde(default, with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregation>,
    /// How the children are weighted, if not by their own `weight`.
    #[serde(default, with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weighting>,
    /// Weight among its siblings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// What happens when a child has no score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Smallest coverage (share of weight observed) that still gives a score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_coverage: Option<f64>,
    /// Smallest share of children with a score, weights aside, that still gives a score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_observed: Option<f64>,
    /// A scale applied to the aggregated score.
    #[serde(default, with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Levels of this node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<Levels>,
    /// Which periods weights and scale are fitted on, if not those of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Free tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// An open point or remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What holds for every node that does not say otherwise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Defaults {
    /// Scale of indicators.
    #[serde(with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Imputation of indicators, except those with points of a rule book.
    #[serde(with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub impute: Option<Imputation>,
    /// Treatment of indicators, except those with points of a rule book.
    #[serde(with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub treat: Option<Treatment>,
    /// Aggregation of groups (`arithmetic` when absent).
    #[serde(with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregation>,
    /// Weights of groups.
    #[serde(with = "shorthand::option", skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weighting>,
    /// Missing rule of groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Coverage rule of groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_coverage: Option<f64>,
    /// Share of children with a score that groups ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_observed: Option<f64>,
}

/// What is known of a raw column. A definition that lists raw columns lists all that expressions and conditions use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnRule {
    /// Smallest and largest value it can take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<[f64; 2]>,
    /// What a blank answer means, where the source says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blank: Option<Literal>,
    /// Unit of measurement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// Text for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Where the rule comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

/// A column computed from other columns of the same row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// The expression.
    pub expr: String,
    /// Smallest and largest value it can take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<[f64; 2]>,
    /// Unit of measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// Text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

/// Named tables keep the order in which they were written.
pub type Table<T> = IndexMap<String, T>;
