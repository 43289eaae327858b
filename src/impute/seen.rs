//! What an imputation sees of a column: its observed values, by group of units.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Middle;
use crate::numeric::distribution::Distribution;
use crate::numeric::moments::Moments;

/// Observed values by group of units; the empty name where there are no groups. Merges with that of other rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seen {
    /// Count, extremes and mean by group.
    pub moments: IndexMap<String, Moments>,
    /// All values by group, where a median is wanted.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub distributions: IndexMap<String, Distribution>,
    /// Missing values of units without a group.
    pub without_group: u64,
}

impl Seen {
    /// Takes in values of one group.
    pub fn update(&mut self, group: &str, values: &[f64], middle: Middle) {
        self.moments.entry(group.to_owned()).or_default().update(values);
        if middle == Middle::Median {
            self.distributions.entry(group.to_owned()).or_default().merge(&Distribution::of(values));
        }
    }

    /// Adds what other rows had.
    pub fn merge(&mut self, other: &Self) {
        for (group, theirs) in &other.moments {
            self.moments.entry(group.clone()).or_default().merge(theirs);
        }
        for (group, theirs) in &other.distributions {
            self.distributions.entry(group.clone()).or_default().merge(theirs);
        }
        self.without_group += other.without_group;
    }

    /// The middle of each group; none where nothing was observed.
    pub fn middles(&self, middle: Middle) -> IndexMap<String, Option<f64>> {
        let of = |(group, moments): (&String, &Moments)| {
            let value = match middle {
                Middle::Mean => (moments.count > 0).then_some(moments.mean),
                Middle::Median => self.distributions.get(group).map(|all| all.quantile(0.5)),
            };
            (group.clone(), value.filter(|value| value.is_finite()))
        };
        self.moments.iter().map(of).collect()
    }
}
