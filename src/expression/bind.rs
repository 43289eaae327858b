//! Steps to instructions, once the kinds of the columns are known.

use std::collections::HashMap;

use super::error::{ExpressionError, ExpressionErrorKind, short};
use super::steps::{Binary, Keys, Operation, Step, Table, Unary};
use super::{Input, Kind};

/// An expression bound to the kinds and labels of its columns; runs on any number of blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub(super) instructions: Vec<Instruction>,
    /// How many values are alive at once.
    pub(super) registers: usize,
    /// Which of the inputs are text.
    texts: Vec<bool>,
}

impl Bound {
    /// Whether the inputs are what was bound: one per name, of its kind, each with `rows` rows.
    #[must_use]
    pub fn fits(&self, inputs: &[Input<'_>], rows: usize) -> bool {
        self.texts.len() == inputs.len()
            && (self.texts.iter().zip(inputs)).all(|(&text, input)| match input {
                Input::Number(values) => !text && values.len() == rows,
                Input::Text(codes) => text && codes.len() == rows,
            })
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Instruction {
    Push(Source),
    Unary(Unary),
    /// Replaces the top by the value of the key it equals; keys ascend.
    Find {
        keys: Vec<(f64, f64)>,
        otherwise: f64,
    },
    Binary(Binary),
    Choose,
}

/// Where a pushed value comes from. An infinity among outcomes stands for "no match".
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    Constant(f64),
    Column(usize),
    /// An outcome per label of a text column.
    Labels {
        column: usize,
        outcomes: Vec<f64>,
    },
}

pub(super) fn bind<'a>(
    names: &[String],
    steps: &[Step],
    kind: &dyn Fn(&str) -> Option<Kind<'a>>,
) -> Result<Bound, ExpressionError> {
    let kinds: Vec<Option<Kind<'a>>> = names.iter().map(|name| kind(name)).collect();
    let binder = Binder { names, kinds };
    let mut instructions = Vec::with_capacity(steps.len());
    let (mut depth, mut registers) = (0_usize, 0_usize);
    for step in steps {
        match &step.operation {
            Operation::Unary(_) => {}
            Operation::Binary(_) => depth -= 1,
            Operation::Choose => depth -= 2,
            _ => depth += 1,
        }
        registers = registers.max(depth);
        instructions.push(binder.instruction(step)?);
        if let Operation::Lookup(table) = &step.operation
            && let Keys::Number(keys) = &table.keys
        {
            // The column has been pushed like any other.
            instructions.push(Instruction::Find { keys: keys.clone(), otherwise: otherwise(table) });
        }
    }
    let texts = binder.kinds.iter();
    let texts = texts.map(|kind| matches!(kind, Some(Kind::Text(_))));
    Ok(Bound { texts: texts.collect(), instructions, registers })
}

struct Binder<'n, 'a> {
    names: &'n [String],
    kinds: Vec<Option<Kind<'a>>>,
}

impl<'a> Binder<'_, 'a> {
    fn instruction(&self, step: &Step) -> Result<Instruction, ExpressionError> {
        let position = step.position;
        let source = match &step.operation {
            Operation::Unary(unary) => return Ok(Instruction::Unary(*unary)),
            Operation::Binary(binary) => return Ok(Instruction::Binary(*binary)),
            Operation::Choose => return Ok(Instruction::Choose),
            Operation::Number(literal) => Source::Constant(*literal),
            Operation::Column(column) => match self.kind(*column, position)? {
                Kind::Number => Source::Column(*column),
                Kind::Text(_) => {
                    let message = format!(
                        "column `{}` is text; expected a number. A text column can be compared \
                         with a text by == or !=, or be the first argument of lookup",
                        self.name(*column)
                    );
                    return Err(type_error(position, message));
                }
            },
            Operation::Is { column, text, negated } => match self.kind(*column, position)? {
                Kind::Text(labels) => Source::Labels {
                    column: *column,
                    outcomes: labels.iter().map(|label| f64::from(u8::from((label == text) != *negated))).collect(),
                },
                Kind::Number => {
                    let message = format!(
                        "column `{}` holds numbers and is compared with text \"{}\"; compare it \
                         with a number, without quotes",
                        self.name(*column),
                        short(text)
                    );
                    return Err(type_error(position, message));
                }
            },
            Operation::Lookup(table) => self.lookup(table, position)?,
        };
        Ok(Instruction::Push(source))
    }

    fn lookup(&self, table: &Table, position: usize) -> Result<Source, ExpressionError> {
        let column = table.column;
        let otherwise = otherwise(table);
        match (self.kind(column, position)?, &table.keys) {
            (Kind::Number, Keys::Number(_)) => Ok(Source::Column(column)),
            (Kind::Text(labels), Keys::Text(pairs)) => {
                let values: HashMap<&str, f64> = pairs.iter().map(|(key, v)| (key.as_str(), *v)).collect();
                let outcome = |label: &String| values.get(label.as_str()).copied();
                Ok(Source::Labels {
                    column,
                    outcomes: labels.iter().map(|label| outcome(label).unwrap_or(otherwise)).collect(),
                })
            }
            (Kind::Number, Keys::Text(_)) => Err(type_error(
                position,
                format!(
                    "column `{}` holds numbers and the keys of lookup are texts; write the keys \
                     without quotes",
                    self.name(column)
                ),
            )),
            (Kind::Text(_), Keys::Number(_)) => Err(type_error(
                position,
                format!(
                    "column `{}` is text and the keys of lookup are numbers; write the keys in \
                     quotes",
                    self.name(column)
                ),
            )),
        }
    }

    fn kind(&self, column: usize, position: usize) -> Result<Kind<'a>, ExpressionError> {
        self.kinds.get(column).copied().flatten().ok_or_else(|| {
            let message = format!(
                "there is no column `{}`; check the spelling, or map the name to a column of \
                 the data",
                self.name(column)
            );
            ExpressionError::new(ExpressionErrorKind::UnknownColumn, position, message)
        })
    }

    fn name(&self, column: usize) -> String {
        short(self.names.get(column).map_or("", String::as_str))
    }
}

/// What a value without a match becomes; an infinity is settled as "no match".
fn otherwise(table: &Table) -> f64 {
    table.default.unwrap_or(f64::INFINITY)
}

fn type_error(position: usize, message: String) -> ExpressionError {
    ExpressionError::new(ExpressionErrorKind::Type, position, message)
}
