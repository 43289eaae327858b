//! The parsed form: operations in postfix order.
//!
//! A flat list rather than a tree: `a + b + c + ...` can be as long as the node limit allows, and
//! no copy, comparison or drop of it recurses.

/// One operation and the place in the source it came from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) operation: Operation,
    pub(super) position: usize,
}

/// What a step does to the stack of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operation {
    /// Pushes a number.
    Number(f64),
    /// Pushes a number column, by its place in the names.
    Column(usize),
    /// Pushes whether a text column is (or, negated, is not) a text.
    Is { column: usize, text: String, negated: bool },
    /// Pushes what a table has for a column.
    Lookup(Table),
    /// Replaces the top.
    Unary(Unary),
    /// Replaces the two on top.
    Binary(Binary),
    /// `if`: replaces the three on top.
    Choose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Negate,
    Abs,
    Ln,
}

/// Functions of more than two arguments are chains of these: `min(a, b, c)` is
/// `min(min(a, b), c)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Min,
    Max,
    Coalesce,
    Compare(Comparison),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// The table of a `lookup`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub(super) column: usize,
    pub(super) keys: Keys,
    pub(super) default: Option<f64>,
}

/// Keys with their values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Keys {
    /// In ascending order, further apart than the tolerance reaches.
    Number(Vec<(f64, f64)>),
    /// No text twice.
    Text(Vec<(String, f64)>),
}
