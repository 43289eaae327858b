//! The conditions behind the requirements of a level, as a list to point at.

use serde::Serialize;

use super::{Asked, Requirements};
use crate::definition::{Condition, Confidence, Label};
use crate::error::Result;
use crate::fitted::Fitted;
use crate::logic::{Logic, LogicKind, Test};
use crate::tree::Tree;

/// One condition of a requirement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Number of the requirement it belongs to.
    pub requirement: usize,
    /// How deep it lies in it; 0 is the requirement itself.
    pub depth: usize,
    /// Which way to meet the requirement it belongs to, counted from 1; 0 where there is only one.
    pub way: usize,
    /// Name of the condition.
    pub id: Option<String>,
    /// Text for people.
    pub label: Option<Label>,
    /// The condition in words.
    pub text: String,
    /// What kind it is: node, column, all, any, not, at_least, count or cases.
    pub kind: &'static str,
    /// The node or column that is compared or counted.
    pub of: Option<String>,
    /// The bound, or how many are needed.
    pub bound: Option<f64>,
    /// Where the rule comes from.
    pub source: Option<String>,
    /// How well the rule is known.
    pub confidence: Option<Confidence>,
}

impl Fitted {
    /// The conditions of a level in the order in which findings point at them: each before those inside it.
    pub fn rules(&self, asked: &Asked) -> Result<Vec<Rule>> {
        let requirements = Requirements::of(&self.tree, asked)?;
        let mut writer = Writer { tree: &self.tree, conditions: self.tree.index.all_conditions(), rules: Vec::new() };
        for (number, logic) in requirements.logics.iter().enumerate() {
            writer.write(logic, number, 0, 0, None);
        }
        Ok(writer.rules)
    }
}

struct Writer<'t> {
    tree: &'t Tree,
    conditions: Vec<(String, &'t Condition)>,
    rules: Vec<Rule>,
}

impl Writer<'_> {
    /// `above` is the condition that a waived one was split from: its own comparison has no number of its own.
    fn write(&mut self, logic: &Logic, requirement: usize, depth: usize, way: usize, above: Option<usize>) {
        let number = logic.condition.or(above);
        let condition = number.and_then(|number| self.conditions.get(number)).map(|(_, condition)| *condition);
        let waived = logic.condition.is_some() && is_waived(logic, condition);
        let index = &self.tree.index;
        let (kind, of, bound) = self.kind(logic);
        let text = match (condition, waived) {
            (Some(condition), false) => condition.in_words(),
            (Some(condition), true) => format!("{}, or a waiver", condition.in_words()),
            (None, _) => format!("{} >= {}", of.clone().unwrap_or_default(), bound.unwrap_or(f64::NAN)),
        };
        self.rules.push(Rule {
            requirement,
            depth,
            way,
            id: condition.and_then(|condition| condition.id.clone()),
            label: condition.and_then(|condition| condition.label.clone()),
            text,
            kind,
            of,
            bound,
            source: condition.and_then(|condition| condition.source.clone()).or_else(|| index.source.clone()),
            confidence: condition.and_then(|condition| condition.confidence).or(index.confidence),
        });
        let split = logic.condition.filter(|_| waived);
        for (place, inner) in inside(logic).into_iter().enumerate() {
            let several = depth == 0 && matches!(logic.kind, LogicKind::Any(_));
            let way = if several { place + 1 } else { way };
            self.write(inner, requirement, depth + 1, way, split.filter(|_| place == 0));
        }
    }

    fn kind(&self, logic: &Logic) -> (&'static str, Option<String>, Option<f64>) {
        let bound = |test: &Test| match test {
            Test::Bounds { low, high } => low.or(*high).map(|(bound, _)| bound),
            Test::OneOf(_) => None,
        };
        match &logic.kind {
            LogicKind::Node { node, test } => ("node", Some(self.tree.id(*node).to_owned()), bound(test)),
            LogicKind::Column { column, test, .. } => ("column", Some(column.clone()), bound(test)),
            LogicKind::All(_) => ("all", None, None),
            LogicKind::Any(_) => ("any", None, None),
            LogicKind::Not(_) => ("not", None, None),
            LogicKind::AtLeast(least, _) => ("at_least", None, Some(f64::from(*least))),
            LogicKind::Count { at_least, .. } => ("count", None, Some(f64::from(*at_least))),
            LogicKind::Cases { on, .. } => ("cases", Some(on.clone()), None),
        }
    }
}

/// Whether this is a condition with its waivers: alternatives to something that is no `any` by itself.
fn is_waived(logic: &Logic, condition: Option<&Condition>) -> bool {
    matches!(&logic.kind, LogicKind::Any(list) if list.first().is_some_and(|own| own.condition.is_none()))
        && condition.is_some()
}

/// The conditions directly inside one, in a fixed order.
pub(super) fn inside(logic: &Logic) -> Vec<&Logic> {
    match &logic.kind {
        LogicKind::All(list) | LogicKind::Any(list) | LogicKind::AtLeast(_, list) => list.iter().collect(),
        LogicKind::Cases { then, .. } => then.iter().collect(),
        LogicKind::Not(inner) => vec![inner],
        LogicKind::Node { .. } | LogicKind::Column { .. } | LogicKind::Count { .. } => Vec::new(),
    }
}
