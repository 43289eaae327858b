//! What conditions ask of one scored block: ends of nodes, values of columns, blank answers.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::bind::{Bound, Compared, ComparedKind};
use crate::columns::Rows;
use crate::definition::{Blank, Literal};
use crate::kernel::Workspace;
use crate::logic::{Facts, NO, Test, UNKNOWN, YES};

/// The facts of one block.
pub(crate) struct BlockFacts<'f, 't, 'a> {
    bound: &'f Bound<'t, 'a>,
    space: &'f Workspace,
    rows: Rows<'f>,
    /// Nodes with an undefined end: it could be anything.
    open: HashMap<usize, (Vec<f64>, Vec<f64>)>,
    /// Ends of numeric columns with missing values.
    columns: HashMap<&'f str, (Vec<f64>, Vec<f64>)>,
    /// States by condition, when someone wants to know them.
    pub(crate) record: Option<RefCell<HashMap<usize, u8>>>,
}

fn opened(low: &[f64], high: &[f64], ends: [f64; 2]) -> (Vec<f64>, Vec<f64>) {
    let replace = |values: &[f64], end: f64| values.iter().map(|x| if x.is_nan() { end } else { *x }).collect();
    (replace(low, ends[0]), replace(high, ends[1]))
}

impl<'f, 't, 'a> BlockFacts<'f, 't, 'a> {
    pub(crate) fn new(bound: &'f Bound<'t, 'a>, space: &'f Workspace, rows: Rows<'f>, nodes: &[usize]) -> Self {
        let mut open = HashMap::new();
        for &node in nodes {
            let (low, high) = space.ends(node);
            if low.iter().chain(high).any(|x| x.is_nan()) {
                open.insert(node, opened(low, high, [f64::NEG_INFINITY, f64::INFINITY]));
            }
        }
        let mut columns = HashMap::new();
        for (name, compared) in &bound.compared {
            if let ComparedKind::Number(slot) = compared.kind {
                let values = space.slot(bound, slot, &rows);
                if values.iter().any(|x| x.is_nan()) {
                    let domain = bound.slots[slot].domain.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
                    columns.insert(name.as_str(), opened(values, values, domain));
                }
            }
        }
        Self { bound, space, rows, open, columns, record: None }
    }

    fn values(&self, compared: &Compared) -> Option<&[f64]> {
        match compared.kind {
            ComparedKind::Number(slot) => Some(self.space.slot(self.bound, slot, &self.rows)),
            ComparedKind::Text { .. } => None,
        }
    }

    /// Whether each row's value of a compared column is missing.
    pub(crate) fn missing(&self, column: &str) -> Vec<bool> {
        let Some(compared) = self.bound.compared.get(column) else {
            return vec![true; self.rows.len()];
        };
        match &compared.kind {
            ComparedKind::Number(_) => self.values(compared).unwrap_or_default().iter().map(|x| x.is_nan()).collect(),
            ComparedKind::Text { text, tests } => {
                let labels = tests.first().map(|(_, states)| states.as_slice()).unwrap_or_default();
                let blank = |code: &i32| {
                    usize::try_from(*code).ok().and_then(|code| labels.get(code)).is_none_or(|s| *s == UNKNOWN)
                };
                self.space.codes(*text).iter().map(blank).collect()
            }
        }
    }
}

/// What a blank means for a test, where something is assumed.
fn assumed_state(test: &Test, blank: Option<Blank>, assumed: Option<&Literal>) -> Option<u8> {
    let answer = match (assumed, blank) {
        (Some(Literal::Bool(answer)), _) => *answer,
        (Some(Literal::Text(text)), _) => match crate::normalize::yes_or_no(text) {
            Some(answer) => answer,
            None => return test.text_state(text).ok(),
        },
        (Some(Literal::Number(number)), _) => return test.text_state(&number.to_string()).ok(),
        (None, Some(blank)) => blank == Blank::Yes,
        (None, None) => return None,
    };
    // A question asked with yes or no is compared with the answer; any other one does not hold for a "no".
    match test {
        Test::OneOf(literals) if literals.iter().any(|literal| matches!(literal, Literal::Bool(_))) => {
            test.text_state(if answer { "yes" } else { "no" }).ok()
        }
        _ => Some(if answer { YES } else { NO }),
    }
}

impl Facts for BlockFacts<'_, '_, '_> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn node(&self, node: usize) -> (&[f64], &[f64]) {
        match self.open.get(&node) {
            Some((low, high)) => (low, high),
            None => self.space.ends(node),
        }
    }

    fn column(&self, column: &str, test: &Test, blank: Option<Blank>, out: &mut [u8]) {
        let Some(compared) = self.bound.compared.get(column) else {
            out.fill(UNKNOWN);
            return;
        };
        let assumed = assumed_state(test, blank, compared.assumed.as_ref());
        match &compared.kind {
            ComparedKind::Number(_) => {
                let (low, high) = self.number(column);
                test.states(low, high, out);
                let values = self.values(compared).unwrap_or_default();
                if let Some(assumed) = assumed {
                    for (state, _) in out.iter_mut().zip(values).filter(|(_, value)| value.is_nan()) {
                        *state = assumed;
                    }
                }
            }
            ComparedKind::Text { text, tests } => {
                let states = tests.iter().find(|(known, _)| known == test).map(|(_, states)| states.as_slice());
                let states = states.unwrap_or_default();
                for (state, code) in out.iter_mut().zip(self.space.codes(*text)) {
                    let found = usize::try_from(*code).ok().and_then(|code| states.get(code)).copied();
                    *state = found.unwrap_or(UNKNOWN);
                    if *state == UNKNOWN
                        && let Some(assumed) = assumed
                    {
                        *state = assumed;
                    }
                }
            }
        }
    }

    fn number(&self, column: &str) -> (&[f64], &[f64]) {
        if let Some((low, high)) = self.columns.get(column) {
            return (low, high);
        }
        let values = self.bound.compared.get(column).and_then(|compared| self.values(compared)).unwrap_or_default();
        (values, values)
    }

    fn record(&self, condition: usize, states: &[u8]) {
        if let (Some(record), Some(state)) = (&self.record, states.first()) {
            record.borrow_mut().insert(condition, *state);
        }
    }
}
