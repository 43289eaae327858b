//! Conventions of counting, each with a name.

use serde::{Deserialize, Serialize};

/// Terms that share characters, such as a short term inside a longer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlaps {
    /// Leftmost first, the longest of those that begin there; characters are used once.
    #[default]
    Longest,
    /// Every occurrence of every term.
    All,
}

/// Full-width letters, ligatures and other compatibility forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Width {
    /// Each character stands for its NFKC form (Unicode Standard Annex 15).
    #[default]
    Nfkc,
    /// As written.
    Keep,
}

/// Upper and lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// The same.
    #[default]
    Fold,
    /// Different.
    Keep,
}

/// Spaces and line breaks inside terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spaces {
    /// Left out beside a Chinese or Japanese character, one space elsewhere.
    #[default]
    Fold,
    /// As written.
    Keep,
    /// Left out everywhere.
    Drop,
}

/// Terms that begin or end with a Latin letter or a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// No letter or digit may touch them there: "AI" is not in "MAIN", "B2B" not in "B2B2C".
    #[default]
    Latin,
    /// Any neighbor will do.
    None,
}

/// The conventions of one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Terms that share characters.
    pub overlaps: Overlaps,
    /// Full-width letters.
    pub width: Width,
    /// Upper and lower case.
    pub case: Case,
    /// Spaces and line breaks.
    pub spaces: Spaces,
    /// Neighbors of Latin letters.
    pub boundary: Boundary,
    /// Whether a term may stand in several groups; a hit then counts in each.
    pub shared_terms: bool,
}
