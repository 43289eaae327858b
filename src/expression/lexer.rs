//! Characters to tokens, one at a time.

use std::fmt;
use std::str::Chars;

use super::error::{ExpressionError, short};
use super::steps::Comparison;

/// A token and the place of its first character, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) position: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// The number and how it was written.
    Number(f64, String),
    Text(String),
    /// A name; a name in backticks is never a function.
    Name(String, bool),
    Plus,
    Minus,
    Star,
    Slash,
    Open,
    Close,
    Comma,
    Compare(Comparison),
    End,
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = match self {
            Self::Number(_, written) => return write!(f, "number {}", short(written)),
            Self::Text(text) => return write!(f, "text \"{}\"", short(text)),
            Self::Name(name, _) => return write!(f, "name `{}`", short(name)),
            Self::End => return f.write_str("end of expression"),
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Star => "*",
            Self::Slash => "/",
            Self::Open => "(",
            Self::Close => ")",
            Self::Comma => ",",
            Self::Compare(comparison) => comparison.symbol(),
        };
        write!(f, "\"{symbol}\"")
    }
}

pub(super) struct Lexer<'s> {
    rest: Chars<'s>,
    position: usize,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self { rest: source.chars(), position: 1 }
    }

    /// The next token; after the end, the end again.
    pub(super) fn next(&mut self) -> Result<Token, ExpressionError> {
        while self.take(char::is_whitespace).is_some() {}
        let position = self.position;
        let kind = match self.peek() {
            None => TokenKind::End,
            Some(c) if c.is_ascii_digit() => self.number(position)?,
            Some(c) if starts_name(c) => self.name(),
            Some(c) => {
                self.advance();
                match c {
                    '"' | '\'' => TokenKind::Text(self.quoted(c, position)?),
                    '`' => TokenKind::Name(self.quoted(c, position)?, true),
                    _ => self.symbol(c, position)?,
                }
            }
        };
        Ok(Token { kind, position })
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn advance(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.position += usize::from(next.is_some());
        next
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.peek().filter(|&c| wanted(c)).and_then(|_| self.advance())
    }

    fn symbol(&mut self, c: char, position: usize) -> Result<TokenKind, ExpressionError> {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        // The second character that would turn this symbol into another one.
        let second = match c {
            '=' | '!' | '<' | '>' => self.take(|d| d == '='),
            '*' | '/' => self.take(|d| d == c),
            _ => None,
        };
        Ok(match (c, second) {
            ('+', _) => TokenKind::Plus,
            ('-', _) => TokenKind::Minus,
            ('*', None) => TokenKind::Star,
            ('/', None) => TokenKind::Slash,
            ('(', _) => TokenKind::Open,
            (')', _) => TokenKind::Close,
            (',', _) => TokenKind::Comma,
            ('=', Some(_)) => TokenKind::Compare(Equal),
            ('!', Some(_)) => TokenKind::Compare(NotEqual),
            ('<', None) => TokenKind::Compare(Less),
            ('<', Some(_)) => TokenKind::Compare(LessOrEqual),
            ('>', None) => TokenKind::Compare(Greater),
            ('>', Some(_)) => TokenKind::Compare(GreaterOrEqual),
            _ => {
                let found: String = [Some(c), second].into_iter().flatten().collect();
                return Err(ExpressionError::syntax(position, format!("unexpected {found:?}; {}", remedy(c))));
            }
        })
    }

    fn name(&mut self) -> TokenKind {
        let mut name = String::new();
        while let Some(c) = self.take(continues_name) {
            name.push(c);
        }
        TokenKind::Name(name, false)
    }

    /// Reads up to the closing quote; the quote doubled stands for itself.
    fn quoted(&mut self, quote: char, position: usize) -> Result<String, ExpressionError> {
        let what = if quote == '`' { "name" } else { "text" };
        let mut content = String::new();
        loop {
            match self.advance() {
                None => {
                    let message = format!(
                        "expected {quote} at the end of the {what} that starts here, \
                         found end of expression"
                    );
                    return Err(ExpressionError::syntax(position, message));
                }
                Some(c) if c == quote => match self.take(|d| d == quote) {
                    Some(doubled) => content.push(doubled),
                    None if content.is_empty() && quote == '`' => {
                        let message = "expected a column name between the backticks, found none";
                        return Err(ExpressionError::syntax(position, message));
                    }
                    None => return Ok(content),
                },
                Some(c) => content.push(c),
            }
        }
    }

    fn number(&mut self, position: usize) -> Result<TokenKind, ExpressionError> {
        let mut written = String::new();
        self.digits(&mut written)?;
        if self.take(|c| c == '.').is_some() {
            written.push('.');
            self.digits(&mut written)?;
        }
        let significant = written.contains(|c| ('1'..='9').contains(&c));
        if self.exponent_follows() {
            written.extend(self.advance());
            written.extend(self.take(|c| c == '+' || c == '-'));
            self.digits(&mut written)?;
        }
        if let Some(c) = self.peek().filter(|&c| continues_name(c)) {
            let message = format!(
                "unexpected {c:?} after number {}; put an operator between them (2 * x), or, \
                 if this is a column name, backticks around it (`2x`)",
                short(&written)
            );
            return Err(ExpressionError::syntax(self.position, message));
        }
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() && (number != 0.0 || !significant) => {
                Ok(TokenKind::Number(number, written))
            }
            _ => {
                let message = format!(
                    "number {} is outside what a 64-bit number can hold (about 1e-323 to 1e308); \
                     use another unit of measurement",
                    short(&written)
                );
                Err(ExpressionError::syntax(position, message))
            }
        }
    }

    /// Whether what follows is an exponent and not, say, the name in `2employees`.
    fn exponent_follows(&self) -> bool {
        let mut ahead = self.rest.clone();
        matches!(ahead.next(), Some('e' | 'E'))
            && match ahead.next() {
                Some('+' | '-') => true,
                next => next.is_some_and(|c| c.is_ascii_digit()),
            }
    }

    /// One digit at least, single underscores between digits.
    fn digits(&mut self, written: &mut String) -> Result<(), ExpressionError> {
        loop {
            let Some(digit) = self.take(|c| c.is_ascii_digit()) else {
                let found = match self.peek() {
                    Some(c) => format!("{c:?}"),
                    None => TokenKind::End.to_string(),
                };
                let message = format!(
                    "expected a digit here, found {found}; numbers look like 1, 0.5, 50e6, \
                     1_000_000"
                );
                return Err(ExpressionError::syntax(self.position, message));
            };
            written.push(digit);
            while let Some(digit) = self.take(|c| c.is_ascii_digit()) {
                written.push(digit);
            }
            if self.take(|c| c == '_').is_none() {
                return Ok(());
            }
        }
    }
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// What to write instead of a character (or, for `*` and `/`, a pair) that has no meaning here.
fn remedy(c: char) -> &'static str {
    match c {
        '=' => "to compare, write ==",
        '!' => "to negate a condition, write (condition) == 0",
        '&' => "for \"both hold\", write min(a, b)",
        '|' => "for \"one of them holds\", write max(a, b)",
        '*' | '^' => "there is no power operator; write x * x",
        '/' => "there is no whole-number division; write a / b",
        '%' => "there is no percent sign or remainder; write / 100",
        '.' => "a number starts with a digit; write 0.5",
        '\u{2212}' | '\u{2013}' => "the minus sign is -",
        '\u{d7}' | '\u{b7}' => "the multiplication sign is *",
        '\u{f7}' => "the division sign is /",
        '\u{2264}' => "write <=",
        '\u{2265}' => "write >=",
        '\u{2260}' => "write !=",
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' => {
            "texts stand between straight quotes, \" or '"
        }
        _ => "a column name with special characters goes in backticks, `my column`",
    }
}
