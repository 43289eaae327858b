//! One value per row of a block, and the operations on it.
//!
//! A register holds finite numbers or NaN. An operation marks what it cannot compute by an
//! infinity, which no operand is; only then are causes written down, row by row. So a block
//! without trouble costs plain loops, and causes exist only in registers that have one.

use super::Input;
use super::bind::Source;
use super::steps::{Binary, Comparison, Unary};
use crate::numeric::tolerance::slack;

/// Rows per block: a few registers of it stay in the nearest cache.
pub(super) const BLOCK: usize = 1024;

/// The reason of one value; `None` where it is observed, or was missing in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    None,
    ZeroDenominator,
    LogOfNonPositive,
    Overflow,
    NoMatch,
}

#[derive(Clone, Debug)]
pub(super) struct Register {
    values: Vec<f64>,
    /// Means something only while `flagged`; then it is `None` for every observed value.
    causes: Vec<Cause>,
    flagged: bool,
}

impl Register {
    pub(super) fn new() -> Self {
        Self { values: vec![f64::NAN; BLOCK], causes: vec![Cause::None; BLOCK], flagged: false }
    }

    /// Writes the values out, every missing one as the same NaN.
    pub(super) fn copy_to(&self, out: &mut [f64]) {
        for (to, &from) in out.iter_mut().zip(&self.values) {
            *to = if from.is_nan() { f64::NAN } else { from };
        }
    }

    /// The causes of the first rows; empty when none has one.
    pub(super) fn causes(&self, rows: usize) -> &[Cause] {
        let rows = if self.flagged { rows } else { 0 };
        window(&self.causes, 0, rows)
    }

    pub(super) fn push(&mut self, source: &Source, inputs: &[Input<'_>], start: usize, rows: usize) {
        self.flagged = false;
        let values = head(&mut self.values, rows);
        let (read, cause) = match source {
            Source::Constant(constant) => {
                values.fill(*constant);
                return;
            }
            Source::Column(column) => {
                let column = match inputs.get(*column) {
                    Some(Input::Number(column)) => window(column, start, rows),
                    _ => &[],
                };
                for (to, &from) in values.iter_mut().zip(column) {
                    *to = from;
                }
                (column.len(), Cause::Overflow)
            }
            Source::Labels { column, outcomes } => {
                let codes = match inputs.get(*column) {
                    Some(Input::Text(codes)) => window(codes, start, rows),
                    _ => &[],
                };
                for (to, &code) in values.iter_mut().zip(codes) {
                    let place = usize::try_from(code).ok();
                    let outcome = place.and_then(|place| outcomes.get(place));
                    *to = outcome.copied().unwrap_or(f64::NAN);
                }
                (codes.len(), Cause::NoMatch)
            }
        };
        if let Some(beyond) = values.get_mut(read..) {
            beyond.fill(f64::NAN);
        }
        self.settle(rows, std::iter::repeat(cause));
    }

    pub(super) fn unary(&mut self, unary: Unary, rows: usize) {
        match unary {
            Unary::Negate => self.map(rows, |x| -x),
            Unary::Abs => self.map(rows, f64::abs),
            Unary::Ln => {
                self.map(rows, |x| if x <= 0.0 { f64::INFINITY } else { x.ln() });
                self.settle(rows, std::iter::repeat(Cause::LogOfNonPositive));
            }
        }
    }

    /// Replaces each value by that of the key it equals.
    pub(super) fn find(&mut self, keys: &[(f64, f64)], otherwise: f64, rows: usize) {
        self.map(rows, |x| {
            if x.is_nan() {
                return x;
            }
            // Keys lie so far apart that only the two neighbors can be equal to the value.
            let above = keys.partition_point(|(key, _)| *key < x);
            let nearby = window(keys, above.saturating_sub(1), 2);
            let equal = nearby.iter().find(|(key, _)| (x - key).abs() <= slack(*key));
            equal.map_or(otherwise, |(_, value)| *value)
        });
        self.settle(rows, std::iter::repeat(Cause::NoMatch));
    }

    pub(super) fn binary(&mut self, binary: Binary, right: &Self, rows: usize) {
        if binary == Binary::Coalesce {
            self.coalesce(right, rows);
            return;
        }
        if self.flagged || right.flagged {
            self.inherit(right, rows);
        }
        match binary {
            Binary::Add => self.zip(right, rows, |a, b| a + b),
            Binary::Subtract => self.zip(right, rows, |a, b| a - b),
            Binary::Multiply => self.zip(right, rows, |a, b| a * b),
            Binary::Divide => {
                // An infinity for 0 / 0 too; a missing numerator stays missing.
                let marked = |a: f64, b| {
                    if b == 0.0 { a.abs() + f64::INFINITY } else { a / b }
                };
                self.zip(right, rows, marked);
                let causes = right.values.iter().map(|&b| match b {
                    0.0 => Cause::ZeroDenominator,
                    _ => Cause::Overflow,
                });
                self.settle(rows, causes);
                return;
            }
            Binary::Min => {
                let least = |a, b| observed(a, b, if b < a { b } else { a });
                return self.zip(right, rows, least);
            }
            Binary::Max => {
                let most = |a, b| observed(a, b, if b > a { b } else { a });
                return self.zip(right, rows, most);
            }
            Binary::Compare(comparison) => return self.compare(comparison, right, rows),
            Binary::Coalesce => return,
        }
        self.settle(rows, std::iter::repeat(Cause::Overflow));
    }

    fn compare(&mut self, comparison: Comparison, right: &Self, rows: usize) {
        let equal = |a: f64, b: f64| (a - b).abs() <= slack(b);
        let truth = |a, b, holds| observed(a, b, f64::from(u8::from(holds)));
        match comparison {
            Comparison::Equal => self.zip(right, rows, |a, b| truth(a, b, equal(a, b))),
            Comparison::NotEqual => self.zip(right, rows, |a, b| truth(a, b, !equal(a, b))),
            Comparison::Less => self.zip(right, rows, |a, b| truth(a, b, a < b && !equal(a, b))),
            Comparison::LessOrEqual => {
                self.zip(right, rows, |a, b| truth(a, b, a <= b || equal(a, b)));
            }
            Comparison::Greater => self.zip(right, rows, |a, b| truth(a, b, a > b && !equal(a, b))),
            Comparison::GreaterOrEqual => {
                self.zip(right, rows, |a, b| truth(a, b, a >= b || equal(a, b)));
            }
        }
    }

    /// The value of `right` where there is none, and what it is missing for.
    fn coalesce(&mut self, right: &Self, rows: usize) {
        if right.flagged || self.flagged {
            self.flag(rows);
            let theirs = right.causes.iter().map(|&c| right.cause(c));
            let values = self.values.iter().zip(theirs);
            for (cause, (value, theirs)) in head(&mut self.causes, rows).iter_mut().zip(values) {
                *cause = if value.is_nan() { theirs } else { Cause::None };
            }
        }
        self.zip(right, rows, |a, b| if a.is_nan() { b } else { a });
    }

    /// `if`: from condition to result. The condition holds when it is `!= 0`.
    pub(super) fn choose(&mut self, then: &Self, otherwise: &Self, rows: usize) {
        let holds = |condition: f64| condition.abs() > slack(0.0);
        if self.flagged || then.flagged || otherwise.flagged {
            self.flag(rows);
            let yes = then.causes.iter().map(|&c| then.cause(c));
            let no = otherwise.causes.iter().map(|&c| otherwise.cause(c));
            let causes = head(&mut self.causes, rows).iter_mut();
            for ((cause, &condition), (yes, no)) in causes.zip(&self.values).zip(yes.zip(no)) {
                if !condition.is_nan() {
                    *cause = if holds(condition) { yes } else { no };
                }
            }
        }
        let branches = then.values.iter().zip(&otherwise.values);
        for (value, (&yes, &no)) in head(&mut self.values, rows).iter_mut().zip(branches) {
            let chosen = if holds(*value) { yes } else { no };
            *value = if value.is_nan() { *value } else { chosen };
        }
    }

    fn map(&mut self, rows: usize, f: impl Fn(f64) -> f64) {
        for value in head(&mut self.values, rows) {
            *value = f(*value);
        }
    }

    fn zip(&mut self, right: &Self, rows: usize, f: impl Fn(f64, f64) -> f64) {
        for (a, &b) in head(&mut self.values, rows).iter_mut().zip(&right.values) {
            *a = f(*a, b);
        }
    }

    /// The causes of an operation on this and `right`: that of the first value missing.
    fn inherit(&mut self, right: &Self, rows: usize) {
        self.flag(rows);
        let theirs = right.causes.iter().map(|&c| right.cause(c));
        let values = self.values.iter().zip(theirs);
        for (cause, (value, theirs)) in head(&mut self.causes, rows).iter_mut().zip(values) {
            if !value.is_nan() {
                *cause = theirs;
            }
        }
    }

    /// Turns infinities into missing values with their cause.
    fn settle(&mut self, rows: usize, causes: impl Iterator<Item = Cause>) {
        let marked = window(&self.values, 0, rows).iter().fold(false, |any, value| any | value.is_infinite());
        if !marked {
            return;
        }
        self.flag(rows);
        let values = head(&mut self.values, rows).iter_mut();
        for ((value, cause), new) in values.zip(&mut self.causes).zip(causes) {
            if value.is_infinite() {
                (*value, *cause) = (f64::NAN, new);
            }
        }
    }

    /// Makes the causes mean something.
    fn flag(&mut self, rows: usize) {
        if !self.flagged {
            head(&mut self.causes, rows).fill(Cause::None);
            self.flagged = true;
        }
    }

    fn cause(&self, stored: Cause) -> Cause {
        if self.flagged { stored } else { Cause::None }
    }
}

/// `result`, or missing when an operand is.
fn observed(a: f64, b: f64, result: f64) -> f64 {
    if a.is_nan() | b.is_nan() { f64::NAN } else { result }
}

/// The first rows of a register.
fn head<T>(column: &mut [T], rows: usize) -> &mut [T] {
    column.get_mut(..rows).unwrap_or_default()
}

/// The rows of a column from `start` on, `rows` of them at most.
fn window<T>(column: &[T], start: usize, rows: usize) -> &[T] {
    let rest = column.get(start..).unwrap_or_default();
    rest.get(..rows).unwrap_or(rest)
}
