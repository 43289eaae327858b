//! Function calls: which exist, what they take, and the table of `lookup`.

use std::collections::HashSet;

use super::error::{ExpressionError, ExpressionErrorKind, short};
use super::lexer::{Token, TokenKind};
use super::parser::{Operand, Parser, number};
use super::steps::{Binary, Keys, Operation, Table, Unary};
use crate::numeric::tolerance::slack;

#[derive(Clone, Copy)]
enum Function {
    /// One argument.
    One(Unary),
    /// Two arguments or more.
    Many(Binary),
    If,
    Lookup,
}

const FUNCTIONS: [(&str, Function, &str); 7] = [
    ("min", Function::Many(Binary::Min), "min(a, b, ...)"),
    ("max", Function::Many(Binary::Max), "max(a, b, ...)"),
    ("abs", Function::One(Unary::Abs), "abs(x)"),
    ("ln", Function::One(Unary::Ln), "ln(x)"),
    ("if", Function::If, "if(condition, then, else)"),
    ("coalesce", Function::Many(Binary::Coalesce), "coalesce(a, b, ...)"),
    ("lookup", Function::Lookup, LOOKUP),
];

const LOOKUP: &str = "lookup(column, key, value, ..., default)";

/// Names of the same functions elsewhere.
const ALIASES: [(&str, &str); 8] = [
    ("log", "ln"),
    ("ifelse", "if"),
    ("iif", "if"),
    ("where", "if"),
    ("case", "lookup"),
    ("map", "lookup"),
    ("ifnull", "coalesce"),
    ("fillna", "coalesce"),
];

impl Parser<'_> {
    /// A call, from its "(" on; the name has been read.
    pub(super) fn call(&mut self, name: &str, start: usize) -> Result<Operand, ExpressionError> {
        let known = FUNCTIONS.iter().find(|(known, ..)| *known == name);
        let Some(&(_, function, usage)) = known else {
            return Err(unknown(name, start));
        };
        self.enter()?;
        if matches!(function, Function::Lookup) {
            self.lookup(start)?;
            return Ok(Operand::value(start));
        }
        let mut found = 0_usize;
        while self.token.kind != TokenKind::Close || found > 0 {
            number(&self.expression()?)?;
            found += 1;
            if let (Function::Many(binary), 2..) = (function, found) {
                self.emit(Operation::Binary(binary), start);
            }
            if self.token.kind != TokenKind::Comma {
                break;
            }
            self.advance()?;
        }
        self.leave(&format!("or \",\" after argument {found} of {name}"))?;
        let (fits, expected) = match function {
            Function::One(unary) => {
                self.emit(Operation::Unary(unary), start);
                (found == 1, "one argument")
            }
            Function::If => {
                self.emit(Operation::Choose, start);
                (found == 3, "three arguments")
            }
            _ => (found >= 2, "two arguments or more"),
        };
        if fits {
            return Ok(Operand::value(start));
        }
        let message = format!("{name} takes {expected}, found {found}; write {usage}");
        Err(arguments(start, message))
    }

    fn lookup(&mut self, start: usize) -> Result<(), ExpressionError> {
        let position = self.token.position;
        let TokenKind::Name(name, _) = &self.token.kind else {
            let message =
                format!("expected a column as the first argument of lookup, found {}; write {LOOKUP}", self.token.kind);
            return Err(ExpressionError::syntax(position, message));
        };
        let name = name.clone();
        self.count(position)?;
        self.advance()?;
        if !matches!(self.token.kind, TokenKind::Comma | TokenKind::Close) {
            let message = format!(
                "expected \",\" after column `{}`, found {}; the first argument of lookup is a \
                 column alone: make a derived column of the formula and look that up",
                short(&name),
                self.token.kind
            );
            return Err(ExpressionError::syntax(self.token.position, message));
        }
        let (column, place) = (self.column(name), position);
        let (mut numbers, mut texts, mut default) = (Vec::new(), Vec::new(), None);
        while self.token.kind == TokenKind::Comma {
            self.advance()?;
            let Token { kind, position } = self.token.clone();
            let key = match kind {
                TokenKind::Text(text) => {
                    self.count(position)?;
                    self.advance()?;
                    Err(text)
                }
                _ => Ok(self.constant("a key (a text or a number)")?),
            };
            match (key, &self.token.kind) {
                (Ok(last), TokenKind::Close) => default = Some(last),
                (key, TokenKind::Comma) => {
                    self.advance()?;
                    let value = self.constant("the value of the key (a number)")?;
                    match key {
                        Ok(key) => numbers.push((key, value, position)),
                        Err(key) => texts.push((key, value, position)),
                    }
                }
                (_, found) => {
                    let message = format!(
                        "expected \",\" and a value after a key of lookup, found {found}; \
                         write {LOOKUP}"
                    );
                    return Err(ExpressionError::syntax(self.token.position, message));
                }
            }
        }
        self.leave("or \",\" after an argument of lookup")?;
        let keys = keys(numbers, texts, start)?;
        let table = Table { column, keys, default };
        self.emit(Operation::Lookup(table), place);
        Ok(())
    }

    /// A number with or without a sign.
    fn constant(&mut self, expected: &str) -> Result<f64, ExpressionError> {
        let mut sign = 1.0;
        while self.token.kind == TokenKind::Minus {
            self.count(self.token.position)?;
            self.advance()?;
            sign = -sign;
        }
        let TokenKind::Number(literal, _) = self.token.kind else {
            let message = format!(
                "expected {expected} in lookup, found {}; values are plain numbers: for a \
                 formula, use if(column == key, then, else)",
                self.token.kind
            );
            return Err(ExpressionError::syntax(self.token.position, message));
        };
        self.count(self.token.position)?;
        self.advance()?;
        Ok(sign * literal)
    }
}

/// Keys, values and the places of the keys.
type Pairs<K> = Vec<(K, f64, usize)>;

fn keys(mut numbers: Pairs<f64>, texts: Pairs<String>, start: usize) -> Result<Keys, ExpressionError> {
    match (numbers.first(), texts.first()) {
        (None, None) => {
            Err(arguments(start, format!("lookup takes one key and value at least, found none; write {LOOKUP}")))
        }
        (Some((.., a)), Some((.., b))) => {
            Err(arguments(*a.max(b), "the keys of lookup are numbers and texts; expected one kind, that of the column"))
        }
        (Some(_), None) => {
            numbers.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
            for pair in numbers.windows(2) {
                if let [(a, _, at), (b, _, other)] = pair
                    // Twice the reach of both, so that no value can be near two keys.
                    && b - a <= 2.0 * (slack(*a) + slack(*b))
                {
                    let message = format!(
                        "key {b} of lookup is the same number as key {a} (within the tolerance of \
                         comparisons); keep one of them"
                    );
                    return Err(arguments(*at.max(other), message));
                }
            }
            Ok(Keys::Number(numbers.into_iter().map(|(k, v, _)| (k, v)).collect()))
        }
        (None, Some(_)) => {
            let mut seen = HashSet::new();
            for (key, _, position) in &texts {
                if !seen.insert(key) {
                    let message = format!("key \"{}\" of lookup appears twice; keep one of them", short(key));
                    return Err(arguments(*position, message));
                }
            }
            Ok(Keys::Text(texts.into_iter().map(|(k, v, _)| (k, v)).collect()))
        }
    }
}

fn arguments(position: usize, message: impl Into<String>) -> ExpressionError {
    ExpressionError::new(ExpressionErrorKind::Arguments, position, message)
}

fn unknown(name: &str, position: usize) -> ExpressionError {
    let list: Vec<&str> = FUNCTIONS.iter().map(|(known, ..)| *known).collect();
    let suggestion = match nearest(name) {
        Some(known) => format!("did you mean {known}? The"),
        None => "the".to_owned(),
    };
    ExpressionError::new(
        ExpressionErrorKind::UnknownFunction,
        position,
        format!("unknown function {}; {suggestion} functions are {}", short(name), list.join(", ")),
    )
}

/// The function a name was probably meant to be.
fn nearest(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    if let Some((_, known)) = ALIASES.iter().find(|(alias, _)| *alias == lower) {
        return Some(known);
    }
    FUNCTIONS
        .iter()
        .map(|(known, ..)| (distance(&lower, known), *known))
        .filter(|(distance, known)| *distance <= (known.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Insertions, deletions and replacements between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let best = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or_default()
}
