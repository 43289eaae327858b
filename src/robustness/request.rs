//! What a study of robustness asks for.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::factor::Factor;
use crate::bind::Absent;
use crate::definition::Literal;

/// What is kept of each replay, besides the mean shift of ranks and the shares of levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keep {
    /// The score of every unit: 8 bytes each.
    pub scores: bool,
    /// The rank of every unit: 4 bytes each.
    pub ranks: bool,
    /// The level of every unit: 1 byte each.
    pub levels: bool,
    /// The weight of every child in its group, as a share: 8 bytes each.
    pub weights: bool,
}

/// What a study asks for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// What varies.
    pub factors: Vec<Factor>,
    /// Of everything that is drawn.
    pub seed: u64,
    /// The node whose scores are looked at; the index when absent.
    pub node: Option<String>,
    /// Whether levels are looked at.
    pub levels: bool,
    /// The node whose levels are meant; the index when absent.
    pub levels_of: Option<String>,
    /// What is kept.
    pub keep: Keep,
    /// Rows whose score and rank are kept in any case.
    pub watch: Vec<usize>,
    /// Rows of the units that anchor a scale.
    pub units: IndexMap<String, Vec<usize>>,
    /// What to do about absent columns.
    pub absent: Absent,
    /// Answers to assume where blank.
    pub assume: IndexMap<String, Literal>,
    /// Number of threads.
    pub threads: Option<usize>,
}
