//! Questions to the tree of a definition before it is compiled.

use super::{Group, Index};
use crate::aggregate::Aggregation;

/// A child of a group.
pub(crate) struct Child<'a> {
    pub(crate) id: &'a str,
    pub(crate) weight: Option<f64>,
    pub(crate) group: Option<&'a Group>,
}

impl Index {
    /// The children of a group: indicators first, then groups, each in the order of the definition.
    pub(crate) fn children_of(&self, group: &str) -> Vec<Child<'_>> {
        let leaves = self.indicators.iter().filter(|leaf| leaf.parent.as_deref() == Some(group));
        let groups = self.groups.iter().filter(|inner| inner.parent.as_deref() == Some(group));
        leaves
            .map(|leaf| Child { id: &leaf.id, weight: leaf.weight, group: None })
            .chain(groups.map(|inner| Child { id: &inner.id, weight: inner.weight, group: Some(inner) }))
            .collect()
    }

    /// Whether a group may appear where a score is needed.
    pub(crate) fn scored_node(&self, id: &str) -> bool {
        self.indicators.iter().any(|leaf| leaf.id == id)
            || self
                .groups
                .iter()
                .any(|group| group.id == id && !matches!(self.aggregation_of(group), Aggregation::NoAggregate(_)))
    }
}
