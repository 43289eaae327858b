//! One definition fitted to the data, and how it scores all units again and again.

use std::sync::Arc;

use super::scorer::Scorer;
use crate::bind::{Bound, Wishes};
use crate::columns::Table;
use crate::definition::{Index, Literal};
use crate::error::{Error, Kind, Problem, Result};
use crate::fit::{FitOptions, Periods, Start, learn_numbers};
use crate::fitted::{Numbers, Part, Ready};
use crate::kernel::Kernel;
use crate::logic::LevelPlan;
use crate::parallel::Cancel;
use crate::tree::{Tree, Weigh};
use crate::weights::WeightChanges;

/// What is looked at.
pub(super) struct Asked<'q> {
    pub(super) node: Option<&'q str>,
    pub(super) levels: bool,
    pub(super) levels_of: Option<&'q str>,
}

/// A definition and what was learned for it.
pub(super) struct Prepared {
    pub(super) tree: Tree,
    /// One, or one for each period.
    parts: Vec<(Part, Ready)>,
}

/// The data of a study.
#[derive(Clone, Copy)]
pub(super) struct Given<'g, 'a> {
    pub(super) table: &'g Table<'a>,
    pub(super) periods: Option<&'g Periods>,
    pub(super) fit: &'g FitOptions,
}

impl Prepared {
    /// Fits a definition; with the numbers of indicators known, only what is above them.
    pub(super) fn new(
        index: Index,
        known: Option<&Numbers>,
        rows: Option<&[usize]>,
        given: Given<'_, '_>,
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut tree = Tree::new(index)?;
        let numbers = known.map_or_else(Numbers::default, |known| {
            tree.know_leaves();
            known.clone()
        });
        Self::learn(tree, numbers, rows, given, cancel)
    }

    /// Fits a definition with other weights than it says.
    pub(super) fn changed(
        index: Index,
        changes: Arc<WeightChanges>,
        rows: Option<&[usize]>,
        given: Given<'_, '_>,
        cancel: &Cancel,
    ) -> Result<Self> {
        let numbers = Numbers::default().changing(changes);
        Self::learn(Tree::new(index)?, numbers, rows, given, cancel)
    }

    /// Fits again what is above the indicators, with other weights.
    pub(super) fn refit(&self, changes: Arc<WeightChanges>, given: Given<'_, '_>, cancel: &Cancel) -> Result<Self> {
        let mut tree = Tree::new(self.tree.index.clone())?;
        let known = self.of_leaves();
        if known.is_some() {
            tree.know_leaves();
        }
        Self::learn(tree, known.unwrap_or_default().changing(changes), None, given, cancel)
    }

    fn learn(
        tree: Tree,
        numbers: Numbers,
        rows: Option<&[usize]>,
        given: Given<'_, '_>,
        cancel: &Cancel,
    ) -> Result<Self> {
        let start = Start { numbers, rows };
        let (parts, _) = learn_numbers(&tree, given.table, given.fit, given.periods, &start, cancel)?;
        let ready = parts.into_iter().map(|part| {
            let ready = part.numbers.ready(&tree, false)?;
            Ok((part, ready))
        });
        let parts = ready.collect::<Result<_>>()?;
        Ok(Self { tree, parts })
    }

    /// What is known of the indicators; none where each period has its own.
    pub(super) fn of_leaves(&self) -> Option<Numbers> {
        match self.parts.as_slice() {
            [(part, _)] if part.period.is_none() => Some(part.numbers.of_leaves(&self.tree)),
            _ => None,
        }
    }

    /// Groups with weights and their children.
    pub(super) fn edges(&self) -> Vec<(String, String)> {
        let weighted = |(g, group): &(usize, &crate::tree::Inner)| {
            self.tree.scored(self.tree.leaves.len() + g) && group.aggregation.method().weighted()
        };
        let groups = self.tree.groups.iter().enumerate().filter(weighted);
        let edges = groups.flat_map(|(_, group)| {
            group.children.iter().map(|child| (group.id.clone(), self.tree.id(*child).to_owned()))
        });
        edges.collect()
    }

    /// The weights of a group's children.
    pub(super) fn weights_of(&self, id: &str) -> Vec<(String, f64)> {
        let group = self.tree.node(id).and_then(|node| node.checked_sub(self.tree.leaves.len()));
        let Some(g) = group else { return Vec::new() };
        let children = self.tree.groups[g].children.iter().map(|child| self.tree.id(*child).to_owned());
        let weights = self.parts.first().map(|(_, ready)| ready.weights[g].as_slice()).unwrap_or_default();
        children.zip(weights.iter().copied()).collect()
    }

    /// Weights as shares of their group's, with changes; missing for edges that are not there. Where each period has its
    /// own, their mean.
    pub(super) fn shares(&self, edges: &[(String, String)], changes: &WeightChanges, out: &mut [f64]) {
        out.fill(f64::NAN);
        let first = self.tree.leaves.len();
        for (g, group) in self.tree.groups.iter().enumerate() {
            let mut mean = vec![0.0; group.children.len()];
            for (_, ready) in &self.parts {
                let mut weights = ready.weights[g].clone();
                for change in changes.get(&group.id).into_iter().flatten() {
                    change.apply(&mut weights);
                }
                let total = weights.iter().sum::<f64>() * self.parts.len() as f64;
                mean.iter_mut().zip(weights).for_each(|(mean, weight)| *mean += weight / total);
            }
            let parent = self.tree.id(first + g);
            for (child, weight) in group.children.iter().zip(mean) {
                let name = self.tree.id(*child);
                if let Some(place) = edges.iter().position(|(g, c)| g == parent && c == name) {
                    out[place] = weight;
                }
            }
        }
    }

    /// Whether other weights of these groups change anything that is fitted.
    pub(super) fn refits(&self, changes: &WeightChanges) -> bool {
        let tree = &self.tree;
        let first = tree.leaves.len();
        let mut touched = vec![false; tree.groups.len()];
        for (g, group) in tree.groups.iter().enumerate() {
            let method = group.aggregation.method();
            let own = changes.contains_key(&group.id);
            let below = group.children.iter().filter_map(|child| child.checked_sub(first)).any(|child| touched[child]);
            touched[g] = own || below;
            let learned = matches!(&group.weigh, Weigh::Children(weighting) if weighting.method().learns());
            let depends = !group.learns.is_empty() || method.passes() > 0 || method.relative() || (below && learned);
            // A zero weight takes a child out, which an aggregation prepares for.
            if touched[g] && depends {
                return true;
            }
        }
        false
    }

    /// Binds the definition to a table and hands out what scores it.
    pub(super) fn with_scorer<R>(
        &self,
        given: Given<'_, '_>,
        asked: &Asked<'_>,
        act: impl FnOnce(&mut Scorer<'_, '_, '_>) -> Result<R>,
    ) -> Result<R> {
        let wishes = Wishes { absent: given.fit.absent, assume: given.fit.assume.clone() };
        let bound = Bound::new(&self.tree, given.table, &wishes, asked.levels)?;
        let node = match (asked.node, self.tree.root) {
            (Some(node), _) => Some(self.tree.expect_node(node)?),
            (None, root) => root.filter(|root| self.tree.scored(*root)),
        };
        let plan = if asked.levels {
            let found = self.tree.levels.iter().find(|plan| plan.owner.as_deref() == asked.levels_of);
            Some(found.ok_or_else(|| {
                let whose = asked.levels_of.map_or_else(|| "the index".to_owned(), |node| format!("{node:?}"));
                Error::new(Kind::Value, Problem::general(format!("{whose} has no levels")))
            })?)
        } else {
            None
        };
        if node.is_none() && plan.is_none() {
            let problem = Problem::general("the index has neither a score nor levels to look at");
            return Err(Error::new(Kind::Value, problem.remedy("name a node")));
        }
        let level_nodes: Vec<usize> = plan.map(LevelPlan::nodes).unwrap_or_default();
        let mut needed = vec![false; self.tree.nodes()];
        for node in node.iter().chain(&level_nodes) {
            crate::score::need(&self.tree, *node, &mut needed);
        }
        let relative = |(g, group): (usize, &crate::tree::Inner)| {
            group.aggregation.method().relative() && needed[self.tree.leaves.len() + g]
        };
        let relative = self.tree.groups.iter().enumerate().any(relative);
        let mut kernels = Vec::new();
        for (part, ready) in &self.parts {
            let mut kernel = Kernel::new(&self.tree, &bound, ready, needed.clone())
                .map_err(|problem| Error::new(Kind::Value, problem))?;
            kernel.range = plan.is_some();
            kernel.coverage = self.tree.groups.iter().any(|group| group.min_coverage.is_some());
            if plan.is_none() {
                kernel.only_needed_columns(&[]);
            }
            let rows = match &part.period {
                Some(period) => Some(rows_of(given.periods, period)?),
                None => None,
            };
            kernels.push((kernel, rows));
        }
        let mut scorer = Scorer {
            prepared: self,
            kernels,
            node,
            plan,
            level_nodes,
            relative,
            periods: given.periods,
            threads: given.fit.threads,
        };
        act(&mut scorer)
    }
}

/// The rows of a period.
fn rows_of<'p>(periods: Option<&'p Periods>, period: &Literal) -> Result<&'p [usize]> {
    let found = periods.and_then(|periods| periods.iter().find(|(label, _)| label.to_string() == period.to_string()));
    found
        .map(|(_, rows)| rows.as_slice())
        .ok_or_else(|| Error::new(Kind::Value, Problem::general(format!("period {period} has no rows"))))
}
