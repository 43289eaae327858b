//! The one error type: a kind, where it happened, what was expected, what to do.
//!
//! Errors are data. The core knows rows by number; the Python face puts the caller's labels in.

use std::fmt;

use serde::Serialize;

/// What kind of thing went wrong; Python maps each to an exception class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// A definition that cannot be an index.
    Definition,
    /// A column the definition needs and the data lack.
    MissingColumn,
    /// A column of the wrong type.
    ColumnType,
    /// A value that breaks a rule of its column.
    Value,
    /// A method that is not defined on these data.
    Degenerate,
    /// Fitted numbers are needed first.
    NotFitted,
    /// A name (node, unit, method, option) that does not exist.
    UnknownName,
    /// Input that is too large for a stated limit.
    Limit,
    /// The caller pressed Ctrl-C.
    Interrupted,
}

impl Kind {
    /// The stable code users may search for.
    pub fn code(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::MissingColumn => "missing-column",
            Self::ColumnType => "column-type",
            Self::Value => "value",
            Self::Degenerate => "degenerate",
            Self::NotFitted => "not-fitted",
            Self::UnknownName => "unknown-name",
            Self::Limit => "limit",
            Self::Interrupted => "interrupted",
        }
    }
}

/// One thing that is wrong, at one place.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Problem {
    /// Path in a definition, such as `indicator[3].scale.bands.edges`.
    pub path: Option<String>,
    /// Column of the data.
    pub column: Option<String>,
    /// First rows concerned (numbers from 0, at most five).
    pub rows: Vec<usize>,
    /// How many rows are concerned.
    pub count: u64,
    /// The first offending value, as text.
    pub value: Option<String>,
    /// What was found and what was expected.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Problem {
    /// A problem at a path of a definition.
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: Some(path.into()), message: message.into(), ..Self::default() }
    }

    /// A problem of a column.
    pub fn column(column: impl Into<String>, message: impl Into<String>) -> Self {
        Self { column: Some(column.into()), message: message.into(), ..Self::default() }
    }

    /// A problem that has no place.
    pub fn general(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Adds the row where it was first seen.
    #[must_use]
    pub fn row(mut self, row: usize) -> Self {
        self.rows.push(row);
        self.count = self.count.max(1);
        self
    }

    /// Adds the offending value.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        if let Some(column) = &self.column {
            write!(f, "column {column:?}")?;
            if let Some(row) = self.rows.first() {
                write!(f, ", row {row}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(value) = &self.value {
            write!(f, "{value}: ")?;
        }
        f.write_str(&self.message)?;
        if self.count > 1 {
            write!(f, " ({} rows)", self.count)?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "; {remedy}")?;
        }
        Ok(())
    }
}

/// An error with everything that is wrong, so that it can be mended in one go.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Error {
    /// What kind of thing went wrong.
    pub kind: Kind,
    /// Every problem found, in reading order; never empty.
    pub problems: Vec<Problem>,
}

impl Error {
    /// An error with one problem.
    pub fn new(kind: Kind, problem: Problem) -> Self {
        Self { kind, problems: vec![problem] }
    }

    /// `Ok` when there is no problem, else one error that carries them all.
    pub fn collect(kind: Kind, problems: Vec<Problem>) -> Result<()> {
        if problems.is_empty() { Ok(()) } else { Err(Self { kind, problems }) }
    }

    /// The error of a run stopped by the caller.
    pub fn interrupted() -> Self {
        Self::new(Kind::Interrupted, Problem::general("interrupted by the caller"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [one] => write!(f, "{one}"),
            many => {
                write!(f, "{} problems", many.len())?;
                for problem in many {
                    write!(f, "\n  - {problem}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Error {}

/// The result of anything that can fail here.
pub type Result<T> = std::result::Result<T, Error>;

/// The name among `names` a user most likely meant, by edit distance.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long names are no typing slips, and the distance costs the product of the lengths.
    if wanted.chars().count() > 64 {
        return None;
    }
    names
        .into_iter()
        .filter(|name| name.len() <= 256)
        .map(|name| (distance(&wanted.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count().min(12) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        previous[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = previous[j + 1];
            previous[j + 1] = substituted.min(diagonal + 1).min(previous[j] + 1);
        }
    }
    previous[b.len()]
}

/// `; did you mean "x"?` when a name is near.
pub fn hint<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wanted, names).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

/// At most 60 characters of a value or name, for messages.
pub fn shorten(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    let head: String = text.chars().take(57).collect();
    format!("{head}...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_place_value_expectation_and_remedy() {
        let problem = Problem::column("share", "expected a value in [0, 1]")
            .row(3)
            .value("35")
            .remedy("divide by 100 if these are percent");
        assert_eq!(
            Error::new(Kind::Value, problem).to_string(),
            "column \"share\", row 3: 35: expected a value in [0, 1]; divide by 100 if these are percent"
        );
    }

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        assert_eq!(nearest("entrop", ["equal", "entropy", "fixed"]), Some("entropy"));
        assert_eq!(nearest("xyz", ["equal", "entropy"]), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), ["equal"]), None);
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(shorten(&"字".repeat(100)).chars().count(), 60);
    }
}
