//! A compiled definition bound to the columns of one table: who reads what, and what is missing.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::columns::{Column, Table};
use crate::definition::{Blank, Literal};
use crate::error::{Error, Kind, Problem, Result, hint, shorten};
use crate::expression::{Bound as BoundExpression, Expression, Kind as InputKind};
use crate::logic::{LevelPlan, LogicKind, Test, UNKNOWN};
use crate::normalize::{Scale, yes_or_no};
use crate::tree::{Leaf, Tree};

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
    Absent,
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

    fn leaf(&mut self, leaf: &Leaf) -> BoundLeaf {
        let mut bound = BoundLeaf { sources: Vec::new(), fill: self.fill(leaf) };
        for name in &leaf.columns {
            if !self.available(name, 0) {
                continue;
            }
            let is_text = !self.tree.index.derived.contains_key(name)
                && matches!(self.bound.table.get(name), Some(Column::Text { .. }));
            if is_text {
                if let Some(source) = self.coded(leaf, name) {
                    bound.sources.push(source);
                }
            } else {
                let slot = self.slot(name, Filled::No, 0);
                if let Some(slot) = slot {
                    let domain = &mut self.bound.slots[slot].domain;
                    *domain = domain.or(leaf.domain);
                    bound.sources.push(Source::Number(slot));
                }
            }
        }
        if let Scale::Options(options) = &leaf.scale
            && options.columns.is_some()
            && let Some(source) = self.each_option(leaf, options)
        {
            bound.sources.push(source);
        }
        if bound.sources.is_empty() && !self.wrong.iter().any(|problem| problem.column.as_ref() == leaf.columns.first())
        {
            self.lacks_all(leaf);
        }
        bound
    }

    fn lacks_all(&mut self, leaf: &Leaf) {
        let user = format!("indicator {:?}", leaf.id);
        let first = leaf.columns.first().cloned().unwrap_or_default();
        if leaf.columns.len() == 1 && self.tree.index.derived.contains_key(&first) {
            for input in self.raw_inputs(&first, 0) {
                if self.bound.table.get(&input).is_none() {
                    self.lacks(&input, &format!("{user} through {first:?}"));
                }
            }
        } else if leaf.columns.len() > 1 {
            let others = leaf.columns[1..].join(", ");
            self.lacks(&first, &format!("{user} (or instead of it: {others})"));
        } else {
            self.lacks(&first, &user);
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

    /// What is assumed of a blank answer: what the caller says, else what the definition says.
    fn fill(&self, leaf: &Leaf) -> Option<(Literal, String)> {
        let names = std::iter::once(&leaf.id).chain(&leaf.columns);
        for name in names {
            if let Some(literal) = self.wishes.assume.get(name) {
                return Some((literal.clone(), name.clone()));
            }
        }
        leaf.blank.clone().map(|literal| (literal, leaf.columns.first().cloned().unwrap_or_default()))
    }

    fn text(&mut self, name: &str) -> Option<usize> {
        let place = self.bound.table.place(name)?;
        if let Some(found) = self.bound.texts.iter().position(|text| *text == place) {
            return Some(found);
        }
        self.bound.texts.push(place);
        Some(self.bound.texts.len() - 1)
    }

    /// A text column as scores by label. Labels that are no answers are errors only where a row has them.
    fn coded(&mut self, leaf: &Leaf, name: &str) -> Option<Source> {
        let table = self.bound.table;
        let Some(Column::Text { labels, .. }) = table.get(name) else {
            return None;
        };
        let mut refused: HashMap<usize, String> = HashMap::new();
        let mut scores = vec![f64::NAN; labels.len()];
        for (code, label) in labels.iter().enumerate() {
            let score = match &leaf.scale {
                Scale::Options(options) => options.score_text(label),
                Scale::Flag(flag) => match yes_or_no(label) {
                    _ if label.trim().is_empty() => Ok(None),
                    Some(yes) => Ok(Some(flag.points[usize::from(yes)])),
                    None => Err(format!("expected yes or no, found {:?}", shorten(label))),
                },
                _ if label.trim().is_empty() => Ok(None),
                _ => Err(format!("expected numbers, found the text {:?}", shorten(label))),
            };
            match score {
                Ok(score) => scores[code] = score.unwrap_or(f64::NAN),
                Err(message) => {
                    refused.insert(code, message);
                }
            }
        }
        if !refused.is_empty() && self.report_labels(name, &refused, &leaf.scale) {
            return None;
        }
        let text = self.text(name)?;
        Some(Source::Coded { text, scores })
    }

    /// Adds a problem for every refused label that some row has; true when there is one.
    fn report_labels(&mut self, name: &str, refused: &HashMap<usize, String>, scale: &Scale) -> bool {
        let found = labels_in_use(self.bound.table, name, refused);
        let numeric = !matches!(scale, Scale::Options(_) | Scale::Flag(_));
        for (code, rows, count) in &found {
            let mut problem = Problem::column(name, refused.get(code).cloned().unwrap_or_default());
            problem.rows.clone_from(rows);
            problem.count = *count;
            self.wrong.push(if numeric { problem.remedy("convert the column to numbers first") } else { problem });
        }
        !found.is_empty()
    }

    fn each_option(&mut self, leaf: &Leaf, options: &crate::normalize::Options) -> Option<Source> {
        let columns: Vec<(String, f64, bool)> = options
            .answers()
            .into_iter()
            .filter_map(|answer| {
                let none = options.none.as_deref() == Some(answer);
                Some((options.column_of(answer)?, options.points_of(answer)?, none))
            })
            .collect();
        if !columns.iter().any(|(name, ..)| self.bound.table.get(name).is_some()) {
            return None;
        }
        let (mut parts, mut none) = (Vec::new(), None);
        for (name, points, is_none) in columns {
            if self.bound.table.get(&name).is_none() {
                if !is_none {
                    self.lacks(&name, &format!("indicator {:?}", leaf.id));
                }
                if is_none {
                    continue;
                }
            }
            let slot = self.slot(&name, Filled::No, 0)?;
            self.bound.slots[slot].domain = Some([0.0, 1.0]);
            if is_none {
                none = Some(slot);
            } else {
                parts.push((slot, points));
            }
        }
        Some(Source::Each { options: parts, none, cap: options.cap })
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
                    if self.report_labels(name, &everything, &Scale::None(crate::normalize::NoScale {})) {
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

    fn levels(&mut self, plan: &LevelPlan) {
        let mut open: Vec<&crate::logic::Logic> = plan.when.iter().collect();
        while let Some(logic) = open.pop() {
            match &logic.kind {
                LogicKind::Column { column, test, blank } => {
                    self.compare(column, Some(test));
                    if *blank == Some(Blank::No) || *blank == Some(Blank::Yes) {
                        if !self.bound.blanks.contains(column) {
                            self.bound.blanks.push(column.clone());
                        }
                    }
                }
                LogicKind::Cases { on, then, .. } => {
                    self.compare(on, None);
                    open.extend(then);
                }
                LogicKind::All(list) | LogicKind::Any(list) | LogicKind::AtLeast(_, list) => open.extend(list),
                LogicKind::Not(inner) => open.push(inner),
                LogicKind::Node { .. } | LogicKind::Count { .. } => {}
            }
        }
    }

    fn compare(&mut self, column: &str, test: Option<&Test>) {
        if !self.bound.compared.contains_key(column) {
            if !self.available(column, 0) {
                for input in self.raw_inputs(column, 0) {
                    if self.bound.table.get(&input).is_none() {
                        self.lacks(&input, "a level condition");
                    }
                }
            }
            let text = !self.tree.index.derived.contains_key(column)
                && test.is_some()
                && matches!(self.bound.table.get(column), Some(Column::Text { .. }));
            let kind = if text {
                let Some(text) = self.text(column) else {
                    return;
                };
                ComparedKind::Text { text, tests: Vec::new() }
            } else {
                let Some(slot) = self.slot(column, Filled::Numbers, 0) else {
                    return;
                };
                ComparedKind::Number(slot)
            };
            let rule = self.tree.index.columns.get(column).and_then(|rule| rule.blank.clone());
            let assumed = self.wishes.assume.get(column).cloned().or(rule);
            self.bound.compared.insert(column.to_owned(), Compared { kind, assumed });
        }
        let Some(test) = test else { return };
        let table = self.bound.table;
        let Some(Compared { kind: ComparedKind::Text { tests, .. }, .. }) = self.bound.compared.get_mut(column) else {
            return;
        };
        if tests.iter().any(|(known, _)| known == test) {
            return;
        }
        let Some(Column::Text { labels, .. }) = table.get(column) else {
            return;
        };
        let mut refused = HashMap::new();
        let states = labels
            .iter()
            .enumerate()
            .map(|(code, label)| match test.text_state(label) {
                Ok(state) => state,
                Err(message) => {
                    refused.insert(code, message);
                    UNKNOWN
                }
            })
            .collect();
        tests.push((test.clone(), states));
        if !refused.is_empty() {
            self.report_labels(column, &refused, &Scale::None(crate::normalize::NoScale {}));
        }
    }
}

/// Which of some labels occur: (code, first rows, number of rows), by first row.
fn labels_in_use(table: &Table<'_>, name: &str, labels: &HashMap<usize, String>) -> Vec<(usize, Vec<usize>, u64)> {
    let Some(column) = table.get(name) else {
        return Vec::new();
    };
    let mut found: IndexMap<usize, (Vec<usize>, u64)> = IndexMap::new();
    let mut codes = vec![-1; crate::parallel::CHUNK];
    for range in crate::parallel::chunks(table.rows()) {
        let (start, codes) = (range.start, &mut codes[..range.len()]);
        column.load_codes(&crate::columns::Rows::Range { start, len: range.len() }, codes);
        for (i, code) in codes.iter().enumerate() {
            let Ok(code) = usize::try_from(*code) else {
                continue;
            };
            if labels.contains_key(&code) {
                let (rows, count) = found.entry(code).or_default();
                *count += 1;
                if rows.len() < 5 {
                    rows.push(start + i);
                }
            }
        }
        if found.len() > 20 {
            break; // enough to show
        }
    }
    found.into_iter().map(|(code, (rows, count))| (code, rows, count)).collect()
}
