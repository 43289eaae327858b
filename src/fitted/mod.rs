//! A fitted index: a definition and the numbers learned for it. Small, serializable, and all that scoring needs.

mod learn;
mod ready;
mod stored;

use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::aggregate::References;
use crate::definition::{Index, Literal};
use crate::error::{Error, Kind, Problem, Result};
use crate::impute::Filler;
use crate::normalize::Learned;
use crate::notes::Warning;
use crate::tally::Tally;
use crate::treat::Treated;
use crate::tree::Tree;
use crate::weights::WeightChanges;

pub(crate) use ready::Ready;

/// Scores of units, by child of a relative group.
pub type Records = IndexMap<String, Vec<f64>>;

/// What was learned: statistics by node and weights by group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Numbers {
    /// Statistics of each node's scale, in the order the scale asks for them.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub scales: IndexMap<String, Vec<Learned>>,
    /// Imputation of each indicator that has one.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub fillers: IndexMap<String, Filler>,
    /// Treatment of each indicator that has one.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub treated: IndexMap<String, Treated>,
    /// Weights of each group's children; for weights over leaves also those of the leaves, under `"leaves of <group>"`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub weights: IndexMap<String, IndexMap<String, f64>>,
    /// What weights were made from: by group, name of the detail, and node (or the group, where there is one number).
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub details: IndexMap<String, IndexMap<String, IndexMap<String, f64>>>,
    /// What an aggregation compares with, by group.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub references: IndexMap<String, References>,
    /// Scores of the children of relative groups: the units new rows are compared with, where they were kept.
    #[serde(with = "stored::records", skip_serializing_if = "IndexMap::is_empty")]
    pub records: IndexMap<String, Records>,
    /// What the user should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Tallies of weights whose later passes are still to come.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    open_weights: IndexMap<String, Vec<Tally>>,
    /// Tallies of references whose later passes are still to come.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    open_references: IndexMap<String, Vec<Tally>>,
    /// How weights are changed once they are known: in replays only.
    #[serde(skip)]
    changed: Option<Arc<WeightChanges>>,
}

/// The numbers of one period, or of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The period, when each is fitted by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Literal>,
    /// The numbers.
    pub numbers: Numbers,
}

/// A fitted index.
#[derive(Debug)]
pub struct Fitted {
    pub(crate) tree: Tree,
    parts: Vec<Part>,
    pub(crate) ready: Vec<Ready>,
    /// What the user should know about the fit.
    pub warnings: Vec<Warning>,
}

impl Numbers {
    /// What is known of the indicators: imputation, treatment, scale.
    pub(crate) fn of_leaves(&self, tree: &Tree) -> Self {
        let leaf = |id: &String| tree.node(id).is_some_and(|node| node < tree.leaves.len());
        Self {
            scales: self.scales.iter().filter(|(id, _)| leaf(id)).map(|(id, s)| (id.clone(), s.clone())).collect(),
            fillers: self.fillers.clone(),
            treated: self.treated.clone(),
            ..Self::default()
        }
    }

    /// The same, with other weights once they are known.
    pub(crate) fn changing(mut self, changes: Arc<WeightChanges>) -> Self {
        self.changed = Some(changes);
        self
    }

    fn change_weights(&self, group: &str, weights: &mut IndexMap<String, f64>) {
        let Some(changes) = self.changed.as_ref().and_then(|changed| changed.get(group)) else { return };
        let mut values: Vec<f64> = weights.values().copied().collect();
        for change in changes {
            change.apply(&mut values);
        }
        weights.values_mut().zip(values).for_each(|(weight, value)| *weight = value);
    }
}

impl Fitted {
    pub(crate) fn new(tree: Tree, parts: Vec<Part>) -> Result<Self> {
        let mut ready = Vec::new();
        let mut warnings = Vec::new();
        for part in &parts {
            let mut own = part.numbers.ready(&tree, false)?;
            for warning in &part.numbers.warnings {
                let mut warning = warning.clone();
                if let Some(period) = &part.period {
                    warning.message = format!("period {period}: {}", warning.message);
                }
                warnings.push(warning);
            }
            own.period.clone_from(&part.period);
            ready.push(own);
        }
        if parts.iter().any(|part| part.period.is_some()) {
            let message = "each period is fitted by itself: scores of different periods are not comparable";
            warnings.push(Warning::new("comparability", None, message));
        }
        Ok(Self { tree, parts, ready, warnings })
    }

    /// For definitions in which nothing is to be fitted.
    pub fn unfitted(index: Index) -> Result<Self> {
        let tree = Tree::new(index)?;
        if tree.stage_count() > 0 {
            let waiting: Vec<&str> = (0..tree.nodes())
                .filter(|&node| {
                    let group = node.checked_sub(tree.leaves.len());
                    group.map_or_else(|| !tree.leaves[node].learns.is_empty(), |g| tree.group_learns(g))
                })
                .map(|node| tree.id(node))
                .collect();
            let shown = waiting.iter().take(20).copied().collect::<Vec<_>>().join(", ");
            let message = format!("{} nodes are to be fitted first: {shown}", waiting.len());
            let problem = Problem::general(message).remedy("call fit, or fit_score to fit and score the same rows");
            return Err(Error::new(Kind::NotFitted, problem));
        }
        let mut numbers = Numbers::default();
        numbers.complete(&tree)?;
        Self::new(tree, vec![Part { period: None, numbers }])
    }

    /// The definition.
    pub fn index(&self) -> &Index {
        &self.tree.index
    }

    /// The fitted parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
}
