//! Conditions of a definition as a tree to evaluate.

use std::collections::HashMap;

use super::{Logic, LogicKind, Test};
use crate::definition::{Condition, LevelRule};
use crate::error::{Error, Kind, Problem, Result};
use crate::tree::Tree;

/// The levels of one node, or of the index.
#[derive(Debug, Clone)]
pub(crate) struct LevelPlan {
    /// Node id; none for the levels of the index.
    pub(crate) owner: Option<String>,
    /// Name of "no level", then the levels, lowest first.
    pub(crate) names: Vec<String>,
    pub(crate) rule: LevelRule,
    /// One condition per level.
    pub(crate) when: Vec<Logic>,
}

impl LevelPlan {
    /// The levels of the index and of its groups.
    pub(crate) fn all(tree: &Tree) -> Result<Vec<Self>> {
        let index = &tree.index;
        let conditions = index.all_conditions();
        let compiler = Compiler {
            tree,
            numbers: conditions
                .iter()
                .enumerate()
                .map(|(i, (_, condition))| (std::ptr::from_ref(*condition), i))
                .collect(),
            waivers: conditions.iter().filter_map(|(_, c)| Some((c.waives.as_deref()?, *c))).collect(),
        };
        let mut plans = Vec::new();
        for (_, owner, levels) in index.all_levels() {
            let mut names = vec![levels.none.clone().unwrap_or_else(|| "none".to_owned())];
            let mut when = Vec::new();
            let of = levels.of.as_deref().or(owner).or_else(|| index.root());
            for (name, threshold) in &levels.thresholds {
                names.push(name.clone());
                let node = tree.expect_node(of.unwrap_or_default())?;
                let test = Test::Bounds { low: Some((*threshold, true)), high: None };
                when.push(Logic { condition: None, kind: LogicKind::Node { node, test } });
            }
            for level in &levels.level {
                names.push(level.id.clone());
                when.push(compiler.condition(&level.when, 0)?);
            }
            plans.push(Self { owner: owner.map(str::to_owned), names, rule: levels.rule, when });
        }
        Ok(plans)
    }

    /// Every column a condition compares.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let mut open: Vec<&Logic> = self.when.iter().collect();
        while let Some(logic) = open.pop() {
            match &logic.kind {
                LogicKind::Column { column, .. } => found.push(column.as_str()),
                LogicKind::Cases { on, then, .. } => {
                    found.push(on);
                    open.extend(then);
                }
                LogicKind::All(list) | LogicKind::Any(list) | LogicKind::AtLeast(_, list) => open.extend(list),
                LogicKind::Not(inner) => open.push(inner),
                LogicKind::Node { .. } | LogicKind::Count { .. } => {}
            }
        }
        found
    }

    /// Every node a condition compares or counts.
    pub(crate) fn nodes(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open: Vec<&Logic> = self.when.iter().collect();
        while let Some(logic) = open.pop() {
            match &logic.kind {
                LogicKind::Node { node, .. } => found.push(*node),
                LogicKind::Count { leaves, .. } => found.extend(leaves),
                LogicKind::All(list) | LogicKind::Any(list) | LogicKind::AtLeast(_, list) => open.extend(list),
                LogicKind::Cases { then, .. } => open.extend(then),
                LogicKind::Not(inner) => open.push(inner),
                LogicKind::Column { .. } => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

struct Compiler<'t> {
    tree: &'t Tree,
    numbers: HashMap<*const Condition, usize>,
    waivers: Vec<(&'t str, &'t Condition)>,
}

impl Compiler<'_> {
    fn condition(&self, condition: &Condition, depth: usize) -> Result<Logic> {
        if depth > 2 * crate::definition::DEEPEST {
            let message = "conditions waive each other in a circle, or are nested too deep";
            return Err(Error::new(Kind::Definition, Problem::at("levels", message)));
        }
        let own = self.own(condition, depth)?;
        let waivers = self.waivers.iter().filter(|(id, _)| condition.id.as_deref() == Some(*id));
        let mut ways: Vec<Logic> = Vec::new();
        for (_, waiver) in waivers {
            ways.push(self.condition(waiver, depth + 1)?);
        }
        if ways.is_empty() {
            return Ok(own);
        }
        let number = own.condition;
        ways.insert(0, Logic { condition: None, ..own });
        Ok(Logic { condition: number, kind: LogicKind::Any(ways) })
    }

    fn own(&self, condition: &Condition, depth: usize) -> Result<Logic> {
        let number = self.numbers.get(&std::ptr::from_ref(condition)).copied();
        let list = |conditions: &[Condition], skip_waivers: bool| -> Result<Vec<Logic>> {
            conditions
                .iter()
                .filter(|inner| !skip_waivers || inner.waives.is_none())
                .map(|inner| self.condition(inner, depth + 1))
                .collect()
        };
        let kind = if let Some(node) = &condition.node {
            LogicKind::Node { node: self.tree.expect_node(node)?, test: Test::of(condition) }
        } else if let Some(column) = &condition.column {
            LogicKind::Column { column: column.clone(), test: Test::of(condition), blank: condition.blank }
        } else if let Some(all) = &condition.all {
            LogicKind::All(list(all, true)?)
        } else if let Some(any) = &condition.any {
            LogicKind::Any(list(any, false)?)
        } else if let Some(inner) = &condition.not {
            LogicKind::Not(Box::new(self.condition(inner, depth + 1)?))
        } else if let Some(of) = &condition.of {
            LogicKind::AtLeast(condition.at_least.unwrap_or(0), list(of, true)?)
        } else if let Some(count) = &condition.count {
            let leaves = self.tree.index.leaves_under(&count.under, count.tag.as_deref());
            LogicKind::Count { leaves, ge: count.ge, at_least: condition.at_least.unwrap_or(0) }
        } else if let Some(cases) = &condition.cases {
            LogicKind::Cases {
                on: cases.on.clone(),
                edges: cases.edges.clone(),
                closed: cases.closed,
                then: list(&cases.then, false)?,
            }
        } else {
            return Err(Error::new(Kind::Definition, Problem::at("levels", "an empty condition")));
        };
        Ok(Logic { condition: number, kind })
    }
}
