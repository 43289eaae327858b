//! Which columns feed which indicator.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Binder, BoundLeaf, Filled, Filling, Input, Slot, SlotSource, Source};
use crate::columns::{Column, Table};
use crate::definition::Literal;
use crate::error::{Problem, shorten};
use crate::normalize::{Scale, yes_or_no};
use crate::tree::Leaf;

impl Binder<'_, '_, '_> {
    pub(super) fn leaf(&mut self, leaf: &Leaf) -> BoundLeaf {
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

    /// Imputed leaves read one column in which missing values are filled.
    pub(super) fn fillings(&mut self) {
        let numbers = |bound: &BoundLeaf| -> Vec<usize> {
            let slot = |source: &Source| match source {
                Source::Number(slot) => Some(*slot),
                _ => None,
            };
            bound.sources.iter().filter_map(slot).collect()
        };
        let raw: Vec<Vec<usize>> = self.bound.leaves.iter().map(numbers).collect();
        for (number, leaf) in self.tree.leaves.iter().enumerate() {
            let Some(imputing) = leaf.impute.as_ref().filter(|_| !raw[number].is_empty()) else {
                continue;
            };
            let by = imputing.by.as_ref().and_then(|by| self.group_column(by, &leaf.id));
            if imputing.by.is_some() && by.is_none() {
                continue; // missing, and said so
            }
            let others = imputing.others.iter().flatten().map(|other| (*other, raw[*other].clone())).collect();
            let filling = Filling { leaf: number, raw: raw[number].clone(), by, others };
            let name = self.bound.slots[raw[number][0]].name.clone();
            self.bound.slots.push(Slot { name, source: SlotSource::Filled(filling), domain: None, fill: None });
            let sources = &mut self.bound.leaves[number].sources;
            sources.retain(|source| !matches!(source, Source::Number(_)));
            sources.insert(0, Source::Number(self.bound.slots.len() - 1));
        }
    }

    fn group_column(&mut self, name: &str, leaf: &str) -> Option<Input> {
        if !self.available(name, 0) {
            self.lacks(name, &format!("the imputation of {leaf:?}"));
            return None;
        }
        let derived = self.tree.index.derived.contains_key(name);
        if !derived && matches!(self.bound.table.get(name), Some(Column::Text { .. })) {
            return self.text(name).map(Input::Text);
        }
        self.slot(name, Filled::No, 0).map(Input::Number)
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
    pub(super) fn report_labels(&mut self, name: &str, refused: &HashMap<usize, String>, scale: &Scale) -> bool {
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
