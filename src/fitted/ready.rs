//! Numbers become what scoring uses: scales, weights and aggregations by number of node.

use indexmap::IndexMap;

use super::{Numbers, Records};
use crate::aggregate::AggregateMethod;
use crate::definition::Literal;
use crate::error::{Error, Kind, Problem, Result};
use crate::fit::prepare;
use crate::impute::Filler;
use crate::normalize::Prepared;
use crate::treat::TreatedScorer;
use crate::tree::{Inner, Tree};

/// Scales, weights and aggregations, ready to score.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) period: Option<Literal>,
    /// Imputation of each leaf that has one.
    pub(crate) fillers: Vec<Option<Filler>>,
    /// Scale of each node, behind its treatment; groups without one have none.
    pub(crate) scales: Vec<Option<Prepared>>,
    /// Weights of each group's children.
    pub(crate) weights: Vec<Vec<f64>>,
    /// Places of the children that count, by group.
    pub(crate) counted: Vec<Vec<usize>>,
    /// Aggregations with what they have learned, for the children that count; none for those that learn nothing.
    pub(crate) referenced: Vec<Option<Box<dyn AggregateMethod>>>,
    /// Units that new rows are compared with, by relative group.
    pub(crate) records: IndexMap<String, Records>,
}

impl Ready {
    /// Whether a node has no scores at all, because the data allow it no scale (a constant column, say).
    pub(crate) fn unscored(&self, node: usize) -> bool {
        self.scales.get(node).and_then(Option::as_ref).is_some_and(|prepared| prepared.warning.is_some())
    }
}

impl Numbers {
    /// What scoring needs, as far as it is known; with `partly`, what is not fitted yet is left out.
    pub(crate) fn ready(&self, tree: &Tree, partly: bool) -> Result<Ready> {
        let mut complete = self.clone();
        complete.complete(tree)?;
        let mut scales = Vec::new();
        for node in 0..tree.nodes() {
            let learns = tree.group(node).map_or_else(|| &tree.leaves[node].learns, |group| &group.learns);
            let learned = complete.scales.get(tree.id(node));
            if learns.is_empty() {
                scales.push(prepare(tree, node, &[])?);
            } else if let Some(learned) = learned.filter(|learned| learned.len() == learns.len()) {
                scales.push(prepare(tree, node, learned)?);
            } else if partly {
                scales.push(None);
            } else {
                return Err(incomplete(tree.id(node)));
            }
        }
        for (i, leaf) in tree.leaves.iter().enumerate() {
            let known = leaf.treat.is_none() || complete.treated.contains_key(&leaf.id);
            let filled = leaf.impute.is_none() || complete.fillers.contains_key(&leaf.id);
            if !(partly || known && filled) {
                return Err(incomplete(&leaf.id));
            }
            if let Some(treated) = complete.treated.get(&leaf.id).filter(|treated| !treated.is_identity()) {
                scales[i] = scales[i].take().map(|prepared| Prepared {
                    scorer: Box::new(TreatedScorer::new(treated.clone(), prepared.scorer)),
                    warning: prepared.warning,
                });
            }
        }
        let mut weights = Vec::new();
        for group in &tree.groups {
            let own = complete.weights.get(&group.id);
            let found: Option<Vec<f64>> =
                own.and_then(|own| group.children.iter().map(|child| own.get(tree.id(*child)).copied()).collect());
            match found {
                Some(found) => weights.push(found),
                None if partly => weights.push(vec![1.0; group.children.len()]),
                None => return Err(incomplete(&group.id)),
            }
        }
        let mut ready = Ready {
            period: None,
            fillers: tree.leaves.iter().map(|leaf| complete.fillers.get(&leaf.id).cloned()).collect(),
            scales,
            weights,
            counted: Vec::new(),
            referenced: Vec::new(),
            records: complete.records,
        };
        for (group, weights) in tree.groups.iter().zip(&ready.weights) {
            let method = group.aggregation.method();
            let counted = |place: &usize| !method.weighted() || weights.get(*place).is_some_and(|weight| *weight > 0.0);
            let counted: Vec<usize> = (0..group.children.len()).filter(counted).collect();
            let learned = self.references.get(&group.id);
            ready.referenced.push(match learned {
                _ if method.passes() == 0 => None,
                Some(learned) => {
                    method.prepare(learned, &counted).map_err(|message| aggregation_error(group, &message))?
                }
                None if partly => None,
                None => return Err(incomplete(&group.id)),
            });
            ready.counted.push(counted);
        }
        Ok(ready)
    }
}

pub(super) fn aggregation_error(group: &Inner, message: &str) -> Error {
    let message = format!("{}: {message}", group.aggregation.name());
    Error::new(Kind::Degenerate, Problem::at(format!("aggregate of {:?}", group.id), message))
}

fn incomplete(node: &str) -> Error {
    Error::new(
        Kind::NotFitted,
        Problem::general(format!("the fitted numbers of {node:?} are missing or do not fit the definition")),
    )
}
