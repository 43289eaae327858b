//! Which columns are unanswered in a row, below a node or behind a comparison.

use std::collections::BTreeSet;

use crate::bind::{Bound, ComparedKind, Input, SlotSource, Source};
use crate::columns::Rows;
use crate::kernel::Workspace;
use crate::tree::Tree;

/// A scored block to ask.
pub(super) struct Missing<'m, 't, 'a> {
    pub(super) tree: &'m Tree,
    pub(super) bound: &'m Bound<'t, 'a>,
    pub(super) space: &'m Workspace,
    pub(super) rows: Rows<'m>,
}

impl Missing<'_, '_, '_> {
    /// The unanswered columns of all indicators below a node whose score is not known.
    pub(super) fn below(&self, node: usize, i: usize, names: &mut BTreeSet<String>) {
        if let Some(group) = self.tree.group(node) {
            for child in &group.children {
                self.below(*child, i, names);
            }
            return;
        }
        let (low, high) = self.space.ends(node);
        if low[i] == high[i] {
            return;
        }
        let mut found = BTreeSet::new();
        for source in &self.bound.leaves[node].sources {
            match source {
                Source::Number(slot) => self.slot(*slot, i, &mut found),
                Source::Coded { text, .. } => self.text(*text, i, &mut found),
                Source::Each { options, none, .. } => {
                    options.iter().map(|(slot, _)| *slot).chain(*none).for_each(|slot| self.slot(slot, i, &mut found));
                }
            }
        }
        if found.is_empty() {
            found.insert(self.tree.id(node).to_owned());
        }
        names.extend(found);
    }

    /// The column of a comparison, or the columns it is derived from.
    pub(super) fn column(&self, name: &str, i: usize, names: &mut BTreeSet<String>) {
        let mut found = BTreeSet::new();
        match self.bound.compared.get(name).map(|compared| &compared.kind) {
            Some(ComparedKind::Number(slot)) => self.slot(*slot, i, &mut found),
            Some(ComparedKind::Text { text, .. }) => self.text(*text, i, &mut found),
            None => {}
        }
        if found.is_empty() {
            // Nothing is unanswered: a denominator is zero, or a lookup has no entry.
            found.insert(name.to_owned());
        }
        names.extend(found);
    }

    fn slot(&self, slot: usize, i: usize, found: &mut BTreeSet<String>) {
        let bound = &self.bound.slots[slot];
        match &bound.source {
            SlotSource::Absent => {
                found.insert(bound.name.clone());
            }
            SlotSource::Raw(_) => {
                if self.space.slot(self.bound, slot, &self.rows).get(i).is_none_or(|x| x.is_nan()) {
                    found.insert(bound.name.clone());
                }
            }
            SlotSource::Derived { inputs, .. } => {
                for input in inputs {
                    match input {
                        Input::Number(slot) => self.slot(*slot, i, found),
                        Input::Text(text) => self.text(*text, i, found),
                    }
                }
            }
            SlotSource::Filled(filling) => filling.raw.iter().for_each(|slot| self.slot(*slot, i, found)),
        }
    }

    fn text(&self, text: usize, i: usize, found: &mut BTreeSet<String>) {
        let place = self.bound.texts[text];
        let code = self.space.codes(text).get(i).and_then(|code| usize::try_from(*code).ok());
        let label = match self.bound.table.at(place) {
            crate::columns::Column::Text { labels, .. } => code.and_then(|code| labels.get(code)),
            _ => None,
        };
        if label.is_none_or(|label| label.trim().is_empty()) {
            found.extend(self.bound.table.names().get(place).cloned());
        }
    }
}
