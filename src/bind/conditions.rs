//! Which columns conditions compare.

use std::collections::HashMap;

use super::{Binder, Compared, ComparedKind, Filled};
use crate::columns::Column;
use crate::logic::{LevelPlan, LogicKind, Test, UNKNOWN};
use crate::normalize::Scale;

impl Binder<'_, '_, '_> {
    pub(super) fn levels(&mut self, plan: &LevelPlan) {
        let mut open: Vec<&crate::logic::Logic> = plan.when.iter().collect();
        while let Some(logic) = open.pop() {
            match &logic.kind {
                LogicKind::Column { column, test, blank } => {
                    self.compare(column, Some(test));
                    if blank.is_some() && !self.bound.blanks.contains(column) {
                        self.bound.blanks.push(column.clone());
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
            self.report_labels(column, &refused, &Scale::NoScale(crate::normalize::NoScale {}));
        }
    }
}
