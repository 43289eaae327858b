//! What can be wrong with an expression, and where.

use std::fmt;

/// The kind of an [`ExpressionError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpressionErrorKind {
    /// The text does not follow the grammar.
    Syntax,
    /// A function that does not exist.
    UnknownFunction,
    /// A function with too many, too few or contradicting arguments.
    Arguments,
    /// Text where a number is needed, or the reverse.
    Type,
    /// A column that the table does not have.
    UnknownColumn,
    /// More characters than [`MAX_LENGTH`](super::MAX_LENGTH).
    TooLong,
    /// Deeper nesting than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
    /// More nodes than [`MAX_NODES`](super::MAX_NODES).
    TooManyNodes,
}

/// Why an expression cannot be parsed or bound.
///
/// Prints as `column 12: expected ")" ..., found end of expression`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpressionError {
    /// The kind of error, for programs.
    pub kind: ExpressionErrorKind,
    /// The place in the source: characters counted from 1.
    pub position: usize,
    /// What was found, what was expected and what to do, for people.
    pub message: String,
}

impl ExpressionError {
    pub(super) fn new(kind: ExpressionErrorKind, position: usize, message: impl Into<String>) -> Self {
        Self { kind, position, message: message.into() }
    }

    pub(super) fn syntax(position: usize, message: impl Into<String>) -> Self {
        Self::new(ExpressionErrorKind::Syntax, position, message)
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.position, self.message)
    }
}

impl std::error::Error for ExpressionError {}

/// A user's text for a message, cut where it would drown the message.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
