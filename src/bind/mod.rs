//! A compiled definition bound to the columns of one table: who reads what, and what is missing.

mod conditions;
mod leaves;

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::columns::{Column, Table};
use crate::definition::Literal;
use crate::error::{Error, Kind, Problem, Result, hint, shorten};
use crate::expression::{Bound as BoundExpression, Expression, Kind as InputKind};
use crate::logic::{LevelPlan, Test};
use crate::normalize::Scale;
use crate::tree::Tree;

/// What to do about columns the data lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// An error that names all of them.
    #[default]
    Error,
    /// They count as unanswered.
    Unknown,
}

/// A column of numbers as the kernel sees it.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) name: String,
    pub(crate) source: SlotSource,
    pub(crate) domain: Option<[f64; 2]>,
    /// What stands for a missing value.
    pub(crate) fill: Option<f64>,
}

/// Where the numbers come from.
#[derive(Debug)]
pub(crate) enum SlotSource {
    Raw(usize),
    Derived { expression: BoundExpression, inputs: Vec<Input> },
    Filled(Filling),
    Absent,
}

/// Where the values of an imputed leaf come from.
#[derive(Debug)]
pub(crate) struct Filling {
    pub(crate) leaf: usize,
    /// Its own columns, best first.
    pub(crate) raw: Vec<usize>,
    /// The column of groups of units.
    pub(crate) by: Option<Input>,
    /// Columns of the indicators it is filled from.
    pub(crate) others: Vec<(usize, Vec<usize>)>,
}

impl Filling {
    /// All columns of numbers that are read.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = usize> + '_ {
        let by = match self.by {
            Some(Input::Number(slot)) => Some(slot),
            _ => None,
        };
        let others = self.others.iter().flat_map(|(_, slots)| slots.iter().copied());
        self.raw.iter().copied().chain(by).chain(others)
    }
}

/// An input of a derived column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input {
    Number(usize),
    Text(usize),
}

/// Where a leaf's score comes from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Numbers through the scale.
    Number(usize),
    /// Texts through a table of scores; NaN for blank ones.
    Coded { text: usize, scores: Vec<f64> },
    /// One yes/no column per option, with its points.
    Each { options: Vec<(usize, f64)>, none: Option<usize>, cap: Option<f64> },
}

/// A leaf with its sources, best first.
#[derive(Debug, Default)]
pub(crate) struct BoundLeaf {
    pub(crate) sources: Vec<Source>,
    /// What is assumed of a blank answer, and under which column it is counted.
    pub(crate) fill: Option<(Literal, String)>,
}

/// A column that conditions compare.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) kind: ComparedKind,
    pub(crate) assumed: Option<Literal>,
}

/// Its type.
#[derive(Debug)]
pub(crate) enum ComparedKind {
    Number(usize),
    /// A text column, with the state of each label under each test.
    Text {
        text: usize,
        tests: Vec<(Test, Vec<u8>)>,
    },
}

/// Everything bound.
#[derive(Debug)]
pub(crate) struct Bound<'t, 'a> {
    pub(crate) table: &'t Table<'a>,
    /// Raw columns before the derived ones that use them.
    pub(crate) slots: Vec<Slot>,
    /// Places of text columns.
    pub(crate) texts: Vec<usize>,
    pub(crate) leaves: Vec<BoundLeaf>,
    pub(crate) compared: IndexMap<String, Compared>,
    /// Columns a condition takes as answered when blank.
    pub(crate) blanks: Vec<String>,
    /// Derived columns whose name the data have too.
    pub(crate) shadowed: Vec<String>,
    known: HashMap<(String, bool), usize>,
}

/// Which assumed values stand in a slot for missing ones.
#[derive(Clone, Copy)]
enum Filled {
    /// None: a leaf fills its score instead.
    No,
    /// Numbers: an assumed yes or no is decided by each comparison.
    Numbers,
    /// Numbers, and yes and no as 1 and 0.
    All,
}

/// What the caller says about the data.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    pub(crate) absent: Absent,
    pub(crate) assume: IndexMap<String, Literal>,
}

struct Binder<'t, 'a, 'w> {
    tree: &'t Tree,
    wishes: &'w Wishes,
    bound: Bound<'t, 'a>,
    missing: Vec<Problem>,
    wrong: Vec<Problem>,
}

impl<'t, 'a> Bound<'t, 'a> {
    /// Binds what scores and levels need; all problems come in one error.
    pub(crate) fn new(tree: &'t Tree, table: &'t Table<'a>, wishes: &Wishes, levels: bool) -> Result<Self> {
        let bound = Bound {
            table,
            slots: Vec::new(),
            texts: Vec::new(),
            leaves: Vec::new(),
            compared: IndexMap::new(),
            blanks: Vec::new(),
            shadowed: Vec::new(),
            known: HashMap::new(),
        };
        let mut binder = Binder { tree, wishes, bound, missing: Vec::new(), wrong: Vec::new() };
        binder.check_assumptions()?;
        for leaf in &tree.leaves {
            let bound = binder.leaf(leaf);
            binder.bound.leaves.push(bound);
        }
        binder.fillings();
        if levels {
            for plan in &tree.levels {
                binder.levels(plan);
            }
        }
        binder.bound.shadowed = tree.index.derived.keys().filter(|name| table.get(name).is_some()).cloned().collect();
        binder.missing.dedup();
        Error::collect(Kind::MissingColumn, binder.missing)?;
        Error::collect(Kind::ColumnType, binder.wrong)?;
        Ok(binder.bound)
    }
}

impl Binder<'_, '_, '_> {
    fn check_assumptions(&self) -> Result<()> {
        let index = &self.tree.index;
        let mut names: Vec<&str> = self.tree.leaves.iter().map(|leaf| leaf.id.as_str()).collect();
        names.extend(self.tree.leaves.iter().flat_map(|leaf| leaf.columns.iter().map(String::as_str)));
        names.extend(self.tree.levels.iter().flat_map(LevelPlan::columns));
        let used: Vec<String> = index
            .derived
            .values()
            .filter_map(|derived| Expression::parse(&derived.expr).ok())
            .flat_map(|expression| expression.names().to_vec())
            .collect();
        names.extend(used.iter().map(String::as_str));
        let unknown = self.wishes.assume.keys().filter(|name| !names.contains(&name.as_str()));
        let problems = unknown
            .map(|name| {
                let near = hint(name, names.iter().copied());
                Problem::general(format!("assume: the definition uses no column {:?}{near}", shorten(name)))
            })
            .collect();
        Error::collect(Kind::UnknownName, problems)
    }

    fn lacks(&mut self, name: &str, user: &str) {
        if self.wishes.absent == Absent::Unknown {
            return;
        }
        let near = hint(name, self.bound.table.names().iter().map(String::as_str));
        let message = format!("missing, needed for {user}{near}");
        self.missing.push(Problem::column(name, message));
    }

    /// Whether the data have a raw column, or all a derived column is computed from.
    fn available(&self, name: &str, depth: usize) -> bool {
        match self.tree.index.derived.get(name) {
            Some(_) if depth > 64 => false,
            Some(derived) => Expression::parse(&derived.expr)
                .is_ok_and(|expression| expression.names().iter().all(|input| self.available(input, depth + 1))),
            None => self.bound.table.get(name).is_some(),
        }
    }

    fn raw_inputs(&self, name: &str, depth: usize) -> Vec<String> {
        match self.tree.index.derived.get(name) {
            Some(derived) if depth <= 64 => Expression::parse(&derived.expr)
                .map(|e| e.names().iter().flat_map(|input| self.raw_inputs(input, depth + 1)).collect())
                .unwrap_or_default(),
            _ => vec![name.to_owned()],
        }
    }

    fn text(&mut self, name: &str) -> Option<usize> {
        let place = self.bound.table.place(name)?;
        if let Some(found) = self.bound.texts.iter().position(|text| *text == place) {
            return Some(found);
        }
        self.bound.texts.push(place);
        Some(self.bound.texts.len() - 1)
    }

    /// The slot of a numeric column, with what the caller assumes filled in as far as `filled` allows.
    fn slot(&mut self, name: &str, filled: Filled, depth: usize) -> Option<usize> {
        let fill = match (self.wishes.assume.get(name), filled) {
            (Some(Literal::Number(number)), Filled::Numbers | Filled::All) => Some(*number),
            (Some(Literal::Bool(value)), Filled::All) => Some(f64::from(u8::from(*value))),
            _ => None,
        };
        let key = (name.to_owned(), fill.is_some());
        if let Some(slot) = self.bound.known.get(&key) {
            return Some(*slot);
        }
        let index = &self.tree.index;
        let (source, domain) = if let Some(derived) = index.derived.get(name) {
            (self.derived(name, &derived.expr, depth)?, derived.domain)
        } else {
            let source = match self.bound.table.place(name) {
                Some(place) if matches!(self.bound.table.at(place), Column::Text { .. }) => {
                    let everything: HashMap<usize, String> = match self.bound.table.at(place) {
                        Column::Text { labels, .. } => labels
                            .iter()
                            .enumerate()
                            .filter(|(_, label)| !label.trim().is_empty())
                            .map(|(i, label)| (i, format!("expected numbers, found the text {:?}", shorten(label))))
                            .collect(),
                        _ => HashMap::new(),
                    };
                    if self.report_labels(name, &everything, &Scale::NoScale(crate::normalize::NoScale {})) {
                        return None;
                    }
                    SlotSource::Absent // nothing but blanks
                }
                Some(place) => SlotSource::Raw(place),
                None => SlotSource::Absent,
            };
            (source, index.columns.get(name).and_then(|rule| rule.domain))
        };
        self.bound.slots.push(Slot { name: name.to_owned(), source, domain, fill });
        self.bound.known.insert(key, self.bound.slots.len() - 1);
        Some(self.bound.slots.len() - 1)
    }

    fn derived(&mut self, name: &str, source: &str, depth: usize) -> Option<SlotSource> {
        let place = format!("derived.{}.expr", shorten(name));
        let complain = |binder: &mut Self, message: String| {
            binder.wrong.push(Problem::at(place.clone(), message));
            None
        };
        if depth > 64 {
            return complain(self, "derived columns build on each other more than 64 deep".to_owned());
        }
        let expression = match Expression::parse(source) {
            Ok(expression) => expression,
            Err(error) => return complain(self, error.to_string()),
        };
        let table = self.bound.table;
        let index = &self.tree.index;
        let absent = self.wishes.absent;
        let kind = |input: &str| match table.get(input) {
            _ if index.derived.contains_key(input) => Some(InputKind::Number),
            Some(Column::Text { labels, .. }) => Some(InputKind::Text(labels)),
            Some(_) => Some(InputKind::Number),
            None if absent == Absent::Unknown => Some(InputKind::Number),
            None => None,
        };
        let bound = match expression.bind(&kind) {
            Ok(bound) => bound,
            Err(error) => return complain(self, error.to_string()),
        };
        let mut inputs = Vec::new();
        for input in expression.names() {
            let text = !index.derived.contains_key(input) && matches!(table.get(input), Some(Column::Text { .. }));
            inputs.push(if text {
                Input::Text(self.text(input)?)
            } else {
                Input::Number(self.slot(input, Filled::All, depth + 1)?)
            });
        }
        Some(SlotSource::Derived { expression: bound, inputs })
    }
}
