//! Reading and writing definitions, with every problem of a definition in one message.
//!
//! serde stops at the first error. Here the offending piece is noted, taken out, and reading goes on, so that the reader
//! of the message can mend all of it at once.

use std::fmt::Write;

use serde_json::Value;

use super::Index;
use crate::error::{Error, Kind, Problem, Result};

/// The longest definition text that is read, in bytes.
const LONGEST: usize = 32 << 20;
/// How deep tables may be nested (conditions within conditions).
pub(crate) const DEEPEST: usize = 64;
/// After so many problems the rest is not looked for.
const MOST: usize = 50;

impl Index {
    /// Reads a TOML text.
    pub fn from_toml(text: &str) -> Result<Self> {
        check_length(text)?;
        let tree: toml::Value = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            Error::new(Kind::Definition, Problem::at(format!("line {line}"), error.message().trim().to_owned()))
        })?;
        Self::from_value(plain(tree, 0)?)
    }

    /// Reads a JSON text.
    pub fn from_json(text: &str) -> Result<Self> {
        check_length(text)?;
        let tree = serde_json::from_str(text)
            .map_err(|error| Error::new(Kind::Definition, Problem::general(format!("not valid JSON: {error}"))))?;
        Self::from_value(tree)
    }

    /// Reads a tree of JSON values and validates it; all problems come in one error.
    pub fn from_value(mut tree: Value) -> Result<Self> {
        let mut problems: Vec<(Problem, bool)> = Vec::new();
        let mut removed = Removed::default();
        let mut rounds = 0;
        if depth(&tree, 0) > DEEPEST {
            let message = format!("nested deeper than {DEEPEST} tables");
            return Err(Error::new(Kind::Definition, Problem::general(message)));
        }
        loop {
            match serde_path_to_error::deserialize::<_, Self>(&tree) {
                Ok(index) => {
                    let mut found: Vec<Problem> = problems.into_iter().map(|(problem, _)| problem).collect();
                    // A node that was taken out may be what others refer to: then references cannot be checked.
                    if removed.0.is_empty() {
                        let told: Vec<String> = found.iter().filter_map(|problem| problem.path.clone()).collect();
                        let new = |problem: &Problem| {
                            let place = problem.path.as_deref().unwrap_or_default();
                            !told.iter().any(|seen| place.starts_with(seen.as_str()) || seen.starts_with(place))
                        };
                        found.extend(index.problems().into_iter().filter(new));
                    }
                    Error::collect(Kind::Definition, found)?;
                    return Ok(index);
                }
                Err(error) => {
                    let steps = steps_of(error.path());
                    let found = describe(&removed.original(&steps), error.inner());
                    // What is left of a table may lack what was taken out of it: one problem, not two.
                    let place = found.0.path.clone().unwrap_or_default();
                    let below =
                        |inner: &str| inner.strip_prefix(&place).is_some_and(|rest| rest.starts_with(['.', '[']));
                    let remains = problems.iter().any(|(seen, _)| seen.path.as_deref().is_some_and(below));
                    if !remains || found.1 {
                        problems.push(found);
                    }
                    rounds += 1;
                    let again = rounds < MOST && cut(&mut tree, &steps, error.inner(), &mut removed);
                    if !again {
                        let found = problems.into_iter().map(|(problem, _)| problem).collect();
                        return Err(Error { kind: Kind::Definition, problems: found });
                    }
                }
            }
        }
    }

    /// The definition as a tree of JSON values.
    pub fn to_value(&self) -> Result<Value> {
        serde_json::to_value(self).map_err(|error| unwritable(&error.to_string()))
    }

    /// The definition as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| unwritable(&error.to_string()))
    }

    /// The definition as TOML.
    pub fn to_toml(&self) -> Result<String> {
        toml::to_string(self).map_err(|error| unwritable(&error.to_string()))
    }
}

fn unwritable(message: &str) -> Error {
    Error::new(Kind::Definition, Problem::general(format!("cannot be written: {message}")))
}

fn check_length(text: &str) -> Result<()> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    let message = format!("the definition has {} bytes, more than the limit of {LONGEST}", text.len());
    Err(Error::new(Kind::Limit, Problem::general(message)))
}

/// TOML values as JSON values; dates become their text.
fn plain(value: toml::Value, level: usize) -> Result<Value> {
    if level > DEEPEST {
        let message = format!("nested deeper than {DEEPEST} tables");
        return Err(Error::new(Kind::Definition, Problem::general(message)));
    }
    Ok(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) if number.is_finite() => Value::from(number),
        toml::Value::Float(number) => {
            let message = format!("{number} is not a number a definition can use; expected a finite one");
            return Err(Error::new(Kind::Definition, Problem::general(message)));
        }
        toml::Value::Boolean(value) => Value::Bool(value),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| plain(item, level + 1)).collect::<Result<_>>()?)
        }
        toml::Value::Table(table) => Value::Object(
            table.into_iter().map(|(key, item)| Ok((key, plain(item, level + 1)?))).collect::<Result<_>>()?,
        ),
    })
}

fn depth(value: &Value, level: usize) -> usize {
    if level > DEEPEST {
        return level;
    }
    match value {
        Value::Array(items) => items.iter().map(|item| depth(item, level + 1)).max().unwrap_or(level),
        Value::Object(table) => table.values().map(|item| depth(item, level + 1)).max().unwrap_or(level),
        _ => level,
    }
}

/// The key serde did not know, from its message: serde offers no other way to it.
fn unknown_key(message: &str) -> Option<(&str, &str)> {
    let rest = message.strip_prefix("unknown field `").or_else(|| message.strip_prefix("unknown variant `"))?;
    let end = rest.find("`, ").or_else(|| rest.rfind('`'))?;
    Some((&rest[..end], &rest[end..]))
}

fn describe(steps: &[Step], error: &serde_json::Error) -> (Problem, bool) {
    let message = error.to_string();
    let Some((key, rest)) = unknown_key(&message) else {
        return (Problem::at(show(steps), message.chars().take(400).collect::<String>()), false);
    };
    let known: Vec<&str> = rest.split('`').filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let known: Vec<&str> = known.into_iter().filter(|word| !word.starts_with(", expected")).collect();
    let field = message.starts_with("unknown field");
    let mut steps = steps.to_vec();
    if field && steps.last() != Some(&Step::Key(key.to_owned())) {
        steps.push(Step::Key(key.to_owned()));
    }
    let what = if field { "unknown key" } else { "unknown name" };
    let hint = crate::error::hint(key, known.iter().copied());
    let key = crate::error::shorten(key);
    (Problem::at(show(&steps), format!("{what} {key:?}, expected one of {}{hint}", known.join(", "))), field)
}

/// Takes the offending piece out. False when nothing could be taken out (the definition itself lacks a key).
fn cut(tree: &mut Value, steps: &[Step], error: &serde_json::Error, removed: &mut Removed) -> bool {
    let message = error.to_string();
    let unknown = message.starts_with("unknown field").then(|| unknown_key(&message)).flatten().map(|(key, _)| key);
    // Walk down as far as the tree goes: a short form has fewer steps than its path.
    let mut reached = Vec::new();
    let mut node: &Value = tree;
    for step in steps {
        let next = match (step, node) {
            (Step::Item(i), Value::Array(items)) => items.get(*i),
            (Step::Key(key), Value::Object(table)) => table.get(key),
            _ => None,
        };
        let Some(next) = next else { break };
        reached.push(step.clone());
        node = next;
    }
    if let Some(key) = unknown {
        if reached.last() == Some(&Step::Key(key.to_owned())) {
            reached.pop();
        }
        if let Some(Value::Object(table)) = descend(tree, &reached) {
            return table.shift_remove(key).is_some();
        }
    }
    removed.note(&reached);
    remove(tree, &reached)
}

#[derive(Clone, PartialEq)]
enum Step {
    Item(usize),
    Key(String),
}

fn descend<'a>(tree: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    let mut node = tree;
    for step in steps {
        node = match (step, node) {
            (Step::Item(i), Value::Array(items)) => items.get_mut(*i)?,
            (Step::Key(key), Value::Object(table)) => table.get_mut(key)?,
            _ => return None,
        };
    }
    Some(node)
}

fn remove(tree: &mut Value, steps: &[Step]) -> bool {
    let Some((last, parents)) = steps.split_last() else {
        return false;
    };
    match (last, descend(tree, parents)) {
        (Step::Item(i), Some(Value::Array(items))) if *i < items.len() => {
            items.remove(*i);
            true
        }
        (Step::Key(key), Some(Value::Object(table))) => table.shift_remove(key).is_some(),
        _ => false,
    }
}

/// Items already taken out, so that later paths still count as the user does.
#[derive(Default)]
struct Removed(Vec<(Vec<Step>, usize)>);

impl Removed {
    /// Steps in today's tree, as steps in the tree the user wrote.
    fn original(&self, steps: &[Step]) -> Vec<Step> {
        let mut original: Vec<Step> = Vec::with_capacity(steps.len());
        for step in steps {
            let step = match step {
                Step::Item(now) => {
                    let mut gone: Vec<usize> =
                        self.0.iter().filter(|(owner, _)| *owner == original).map(|(_, item)| *item).collect();
                    gone.sort_unstable();
                    Step::Item(gone.into_iter().fold(*now, |index, item| index + usize::from(item <= index)))
                }
                Step::Key(key) => Step::Key(key.clone()),
            };
            original.push(step);
        }
        original
    }

    fn note(&mut self, steps: &[Step]) {
        let mut original = self.original(steps);
        if let Some(Step::Item(item)) = original.pop() {
            self.0.push((original, item));
        }
    }
}

fn steps_of(path: &serde_path_to_error::Path) -> Vec<Step> {
    path.iter()
        .filter_map(|segment| match segment {
            serde_path_to_error::Segment::Seq { index } => Some(Step::Item(*index)),
            serde_path_to_error::Segment::Map { key } => Some(Step::Key(key.clone())),
            serde_path_to_error::Segment::Enum { variant } => Some(Step::Key(variant.clone())),
            serde_path_to_error::Segment::Unknown => None,
        })
        .collect()
}

fn show(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Item(i) => {
                let _ = write!(text, "[{i}]");
            }
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&crate::error::shorten(key));
            }
        }
    }
    if text.is_empty() { "definition".to_owned() } else { text }
}
