//! Tokens to postfix steps, by recursive descent of bounded depth.

use super::error::{ExpressionError, ExpressionErrorKind, short};
use super::lexer::{Lexer, Token, TokenKind};
use super::steps::{Binary, Comparison, Operation, Step, Unary};
use super::{MAX_DEPTH, MAX_LENGTH, MAX_NODES};

/// The columns of an expression, in order of first use, and its steps.
pub(super) fn parse(source: &str) -> Result<(Vec<String>, Vec<Step>), ExpressionError> {
    if source.chars().nth(MAX_LENGTH).is_some() {
        return Err(ExpressionError::new(
            ExpressionErrorKind::TooLong,
            MAX_LENGTH + 1,
            format!(
                "the expression is longer than {MAX_LENGTH} characters; split it into several \
                 derived columns"
            ),
        ));
    }
    let mut lexer = Lexer::new(source);
    let token = lexer.next()?;
    if token.kind == TokenKind::End {
        let message = "the expression is empty; expected, for example, rd / revenue";
        return Err(ExpressionError::syntax(token.position, message));
    }
    let mut parser = Parser { lexer, token, names: Vec::new(), steps: Vec::new(), nodes: 0, depth: 0 };
    let whole = parser.expression()?;
    number(&whole)?;
    if parser.token.kind != TokenKind::End {
        return Err(parser.unexpected_end());
    }
    Ok((parser.names, parser.steps))
}

pub(super) struct Parser<'s> {
    lexer: Lexer<'s>,
    pub(super) token: Token,
    names: Vec<String>,
    pub(super) steps: Vec<Step>,
    nodes: usize,
    depth: usize,
}

/// What an operand was, as far as the rules on text need to know. A text emits no step.
pub(super) struct Operand {
    what: What,
    position: usize,
}

enum What {
    Value,
    Column(usize),
    Text(String),
}

impl Operand {
    pub(super) fn value(position: usize) -> Self {
        let what = What::Value;
        Self { what, position }
    }
}

/// Refuses a text where a number is needed. (Text columns are refused when their kind is known.)
pub(super) fn number(operand: &Operand) -> Result<(), ExpressionError> {
    match &operand.what {
        What::Value | What::Column(_) => Ok(()),
        What::Text(text) => Err(ExpressionError::new(
            ExpressionErrorKind::Type,
            operand.position,
            format!(
                "expected a number, found text \"{}\"; a text can stand only beside == or != \
                 and as a key of lookup (a column name takes no quotes, or backticks)",
                short(text)
            ),
        )),
    }
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Operand, ExpressionError> {
        let left = self.sum()?;
        let TokenKind::Compare(comparison) = self.token.kind else {
            return Ok(left);
        };
        let position = self.token.position;
        self.count(position)?;
        self.advance()?;
        let right = self.sum()?;
        if let TokenKind::Compare(second) = self.token.kind {
            let (first, second) = (comparison.symbol(), second.symbol());
            let message = format!(
                "comparisons cannot be chained (a {first} b {second} c); for \"both hold\", \
                 write min(a {first} b, b {second} c)"
            );
            return Err(ExpressionError::syntax(self.token.position, message));
        }
        self.compare(comparison, position, left, right)
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        position: usize,
        left: Operand,
        right: Operand,
    ) -> Result<Operand, ExpressionError> {
        let start = left.position;
        let (column, text, place) = match (left.what, right.what) {
            (What::Column(column), What::Text(text)) => (column, text, left.position),
            (What::Text(text), What::Column(column)) => (column, text, right.position),
            (What::Text(text), _) | (_, What::Text(text)) => {
                return Err(ExpressionError::new(
                    ExpressionErrorKind::Type,
                    position,
                    format!(
                        "text \"{}\" can be compared with a column alone, as in \
                         sector == \"C\"",
                        short(&text)
                    ),
                ));
            }
            _ => {
                self.emit(Operation::Binary(Binary::Compare(comparison)), position);
                return Ok(Operand::value(start));
            }
        };
        let negated = match comparison {
            Comparison::Equal => false,
            Comparison::NotEqual => true,
            other => {
                return Err(ExpressionError::new(
                    ExpressionErrorKind::Type,
                    position,
                    format!(
                        "a text has no order: expected == or !=, found \"{}\"; to order answers, \
                         give each a number by lookup",
                        other.symbol()
                    ),
                ));
            }
        };
        // The column's own step is the last one, since a text emits none.
        self.steps.pop();
        let operation = Operation::Is { column, text, negated };
        self.emit(operation, place);
        Ok(Operand::value(start))
    }

    fn sum(&mut self) -> Result<Operand, ExpressionError> {
        let mut left = self.product()?;
        loop {
            let binary = match self.token.kind {
                TokenKind::Plus => Binary::Add,
                TokenKind::Minus => Binary::Subtract,
                _ => return Ok(left),
            };
            left = self.operate(binary, &left, Self::product)?;
        }
    }

    fn product(&mut self) -> Result<Operand, ExpressionError> {
        let mut left = self.unary()?;
        loop {
            let binary = match self.token.kind {
                TokenKind::Star => Binary::Multiply,
                TokenKind::Slash => Binary::Divide,
                _ => return Ok(left),
            };
            left = self.operate(binary, &left, Self::unary)?;
        }
    }

    fn operate(
        &mut self,
        binary: Binary,
        left: &Operand,
        right: impl Fn(&mut Self) -> Result<Operand, ExpressionError>,
    ) -> Result<Operand, ExpressionError> {
        let position = self.token.position;
        number(left)?;
        self.count(position)?;
        self.advance()?;
        number(&right(self)?)?;
        self.emit(Operation::Binary(binary), position);
        Ok(Operand::value(left.position))
    }

    fn unary(&mut self) -> Result<Operand, ExpressionError> {
        let start = self.token.position;
        let mut minuses = 0_usize;
        while self.token.kind == TokenKind::Minus {
            self.count(self.token.position)?;
            self.advance()?;
            minuses += 1;
        }
        let operand = self.primary()?;
        if minuses == 0 {
            return Ok(operand);
        }
        number(&operand)?;
        for _ in 0..minuses {
            // The last step is the root of the operand: a number there is the whole operand.
            match self.steps.last_mut().map(|step| &mut step.operation) {
                Some(Operation::Number(literal)) => *literal = -*literal,
                _ => self.emit(Operation::Unary(Unary::Negate), start),
            }
        }
        Ok(Operand::value(start))
    }

    fn primary(&mut self) -> Result<Operand, ExpressionError> {
        let position = self.token.position;
        let what = match &self.token.kind {
            TokenKind::Number(literal, _) => {
                let literal = *literal;
                self.count(position)?;
                self.advance()?;
                self.emit(Operation::Number(literal), position);
                What::Value
            }
            TokenKind::Text(text) => {
                let text = text.clone();
                self.count(position)?;
                self.advance()?;
                What::Text(text)
            }
            TokenKind::Name(name, quoted) => {
                let (name, quoted) = (name.clone(), *quoted);
                self.count(position)?;
                self.advance()?;
                if self.token.kind == TokenKind::Open && !quoted {
                    return self.call(&name, position);
                }
                let column = self.column(name);
                self.emit(Operation::Column(column), position);
                What::Column(column)
            }
            TokenKind::Open => {
                self.enter()?;
                let inner = self.expression()?;
                self.leave(&format!("to close the \"(\" of column {position}"))?;
                inner.what
            }
            found => {
                let message =
                    format!("expected a number, a column, a function or \"(\", found {found}{}", comma_hint(found));
                return Err(ExpressionError::syntax(position, message));
            }
        };
        Ok(Operand { what, position })
    }

    /// Steps over "(" and one level down.
    pub(super) fn enter(&mut self) -> Result<(), ExpressionError> {
        if self.depth == MAX_DEPTH {
            return Err(ExpressionError::new(
                ExpressionErrorKind::TooDeep,
                self.token.position,
                format!(
                    "parentheses and function calls are nested more than {MAX_DEPTH} deep; split \
                     the expression into several derived columns"
                ),
            ));
        }
        self.depth += 1;
        self.advance()
    }

    /// Steps over ")" and one level up.
    pub(super) fn leave(&mut self, purpose: &str) -> Result<(), ExpressionError> {
        let Token { kind, position } = &self.token;
        if *kind != TokenKind::Close {
            let message = format!("expected \")\" {purpose}, found {kind}{}", word_hint(kind));
            return Err(ExpressionError::syntax(*position, message));
        }
        self.depth -= 1;
        self.advance()
    }

    /// The place of a column among the names, new or known.
    pub(super) fn column(&mut self, name: String) -> usize {
        let known = self.names.iter().position(|other| *other == name);
        known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    /// Counts one node against the limit.
    pub(super) fn count(&mut self, position: usize) -> Result<(), ExpressionError> {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(ExpressionError::new(
            ExpressionErrorKind::TooManyNodes,
            position,
            format!(
                "the expression has more than {MAX_NODES} numbers, texts, columns, operators and \
                 functions; split it into several derived columns"
            ),
        ))
    }

    pub(super) fn advance(&mut self) -> Result<(), ExpressionError> {
        self.token = self.lexer.next()?;
        Ok(())
    }

    pub(super) fn emit(&mut self, operation: Operation, position: usize) {
        self.steps.push(Step { operation, position });
    }

    /// The error for a token that follows a complete expression.
    fn unexpected_end(&self) -> ExpressionError {
        let kind = &self.token.kind;
        let message = match kind {
            TokenKind::Close => "found \")\" without a \"(\" before it; remove it".to_owned(),
            _ => format!(
                "expected an operator or the end of the expression, found {kind}{}{}",
                comma_hint(kind),
                word_hint(kind)
            ),
        };
        ExpressionError::syntax(self.token.position, message)
    }
}

fn comma_hint(found: &TokenKind) -> &'static str {
    match found {
        TokenKind::Comma => "; the decimal mark is \".\" (0.5), thousands are parted by \"_\" (1_000)",
        _ => "",
    }
}

fn word_hint(found: &TokenKind) -> &'static str {
    match found {
        TokenKind::Name(name, false) => match name.to_lowercase().as_str() {
            "and" => "; for \"both hold\", write min(a, b)",
            "or" => "; for \"one of them holds\", write max(a, b)",
            "in" | "is" => "; compare by ==, or give each answer a number by lookup",
            _ => "; a column name with blanks goes in backticks, `my column`",
        },
        _ => "",
    }
}
