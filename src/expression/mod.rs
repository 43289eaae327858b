//! Derived columns: named expressions over the columns of one row.
//!
//! The grammar is small and closed: nothing can be defined by the user, nothing looks at another
//! row, and every expression ends. It is parsed once, bound once to the columns of a table, and
//! then evaluated block by block.
//!
//! # Grammar
//!
//! ```text
//! expression = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum ] ;        (* not a < b < c *)
//! sum        = product { ( "+" | "-" ) product } ;
//! product    = unary { ( "*" | "/" ) unary } ;
//! unary      = { "-" } primary ;
//! primary    = number | text | column | call | "(" expression ")" ;
//! call       = ( "min" | "max" | "coalesce" ) "(" expression "," expression { "," expression } ")"
//!            | ( "abs" | "ln" ) "(" expression ")"
//!            | "if" "(" expression "," expression "," expression ")"
//!            | "lookup" "(" column { "," key "," value } [ "," value ] ")" ;  (* one pair at least *)
//! key        = text | value ;                                                (* all of one kind *)
//! value      = { "-" } number ;
//! number     = digits [ "." digits ] [ ( "e" | "E" ) [ "+" | "-" ] digits ] ; (* 50e6, 1_000_000 *)
//! digits     = digit { [ "_" ] digit } ;
//! text       = '"' { any character, '"' doubled } '"' | "'" { any character, "'" doubled } "'" ;
//! column     = ( letter | "_" ) { letter | digit | "_" | "." }
//!            | "`" { any character, "`" doubled } "`" ;
//! ```
//!
//! Letters and digits of a name are those of Unicode. No word is reserved: `min` followed by `(`
//! is the function, otherwise the column of that name.
//!
//! # Meaning
//!
//! Missing (NaN) in, missing out, for every operator and function, with two exceptions:
//! `coalesce` gives its first observed argument, and `if` looks at the branch it takes alone (a
//! missing condition gives missing; the condition holds when it is `!= 0`). A comparison is 1 or 0. A value within
//! `1e-9 * max(1, |b|)` of the right side `b` *is* `b`: `<=` and `>=` hold there, `<` and `>` do
//! not. Number keys of `lookup` match in the same way. A text column can be compared with a text
//! by `==` and `!=` and be looked up; it has no other use.
//!
//! # Reasons
//!
//! Four things make a missing value out of observed ones, see [`Reasons`]: `x / 0` (exactly
//! zero), `ln(x <= 0)`, a result beyond the largest number, and a `lookup` without a match and
//! without a default. A value that is missing carries the reason it is missing for, if it has
//! one, and the reasons counted are those of the final values: **a row counts at most once, and
//! only if its result is missing**. An operator or function hands on the reason of its first
//! missing argument, from left to right, as if evaluation stopped there; `if` hands on what the
//! branch it took has, and `coalesce`, when it finds nothing, what its last argument has. A
//! value that was missing in the data has no reason.
//!
//! # Example
//!
//! ```
//! use indicia::expression::{Expression, Input, Kind, Scratch};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let share = Expression::parse("coalesce(rd_share, rd / revenue)")?;
//! assert_eq!(share.names(), ["rd_share", "rd", "revenue"]);
//!
//! let bound = share.bind(&|_| Some(Kind::Number))?;
//! let (rd_share, rd, revenue) = ([0.25, f64::NAN, f64::NAN], [9.0, 3.0, 3.0], [9.0, 6.0, 0.0]);
//! let inputs = [Input::Number(&rd_share), Input::Number(&rd), Input::Number(&revenue)];
//! let mut out = [0.0; 3];
//! let reasons = bound.evaluate(&inputs, &mut out, &mut Scratch::new());
//!
//! assert_eq!(out[..2], [0.25, 0.5]);
//! assert!(out[2].is_nan());
//! assert_eq!(reasons.zero_denominator, 1);
//! # Ok(())
//! # }
//! ```

mod bind;
mod error;
mod evaluate;
mod functions;
mod lexer;
mod parser;
mod register;
mod steps;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_errors;
#[cfg(test)]
mod twin;

pub use bind::Bound;
pub use error::{ExpressionError, ExpressionErrorKind};
pub use evaluate::{Reasons, Scratch};

use steps::{Keys, Operation, Table};

/// Longest source, in characters.
pub const MAX_LENGTH: usize = 10_000;
/// Deepest nesting of parentheses and function calls.
pub const MAX_DEPTH: usize = 64;
/// Largest number of nodes: numbers, texts, columns, operators and function calls.
pub const MAX_NODES: usize = 2_000;

/// A parsed expression: knows its columns by name, and nothing yet about their kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    source: String,
    names: Vec<String>,
    steps: Vec<steps::Step>,
}

impl Expression {
    /// Parses an expression; the grammar is in the [module documentation](self).
    ///
    /// # Errors
    ///
    /// [`ExpressionError`] with the position of the first character that does not fit, or the
    /// limit ([`MAX_LENGTH`], [`MAX_DEPTH`], [`MAX_NODES`]) that the source exceeds.
    pub fn parse(source: &str) -> Result<Self, ExpressionError> {
        let (names, steps) = parser::parse(source)?;
        Ok(Self { source: source.to_owned(), names, steps })
    }

    /// The expression as it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The columns referred to, each once, in the order of first use.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The texts that a column is compared with or looked up by, in the order of the expression, and whether they are all
    /// that it can hold: the keys of a `lookup` without a default.
    pub fn texts(&self) -> Vec<(&str, Vec<&str>, bool)> {
        let texts = self.steps.iter().filter_map(|step| match &step.operation {
            Operation::Is { column, text, .. } => Some((*column, vec![text.as_str()], false)),
            Operation::Lookup(Table { column, keys: Keys::Text(keys), default }) => {
                Some((*column, keys.iter().map(|(key, _)| key.as_str()).collect(), default.is_none()))
            }
            _ => None,
        });
        texts.filter_map(|(column, texts, all)| Some((self.names.get(column)?.as_str(), texts, all))).collect()
    }

    /// Checks the use of every column against its kind and makes the expression ready to run.
    ///
    /// `kind` answers what a column is, `None` when there is no such column.
    ///
    /// # Errors
    ///
    /// [`ExpressionError`] for a column that does not exist, a text column where a number is
    /// needed, or a number column compared with or looked up by text.
    pub fn bind<'a>(&self, kind: &dyn Fn(&str) -> Option<Kind<'a>>) -> Result<Bound, ExpressionError> {
        bind::bind(&self.names, &self.steps, kind)
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Numbers, missing = NaN.
    Number,
    /// Codes of these labels.
    Text(&'a [String]),
}

/// A block of one column, of the kind it was bound to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input<'a> {
    /// Finite numbers, missing = NaN. (An infinity, which no table should let in, is treated as
    /// missing by overflow.)
    Number(&'a [f64]),
    /// Places in the labels bound, from 0; negative = missing, and so is a place beyond the end.
    Text(&'a [i32]),
}
