//! `fixed`: weights given by name. Only their proportions matter for means; sums use them as they are.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{FittedWeights, Tally, WeightMethod};

/// Given weights: `fixed = { human_capital = 2, connectivity = 1 }`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fixed {
    /// The weight of each child.
    pub weights: IndexMap<String, f64>,
}

impl WeightMethod for Fixed {
    fn weights(&self, names: &[&str], _: &[Tally]) -> Result<FittedWeights, String> {
        let weights = names
            .iter()
            .map(|name| self.weights.get(*name).copied().ok_or_else(|| format!("no weight is given for {name:?}")))
            .collect::<Result<_, _>>()?;
        Ok(FittedWeights { weights, ..FittedWeights::default() })
    }

    fn problems(&self, children: &[&str]) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (name, weight) in &self.weights {
            if !children.contains(&name.as_str()) {
                let hint = crate::error::hint(name, children.iter().copied());
                problems.push((name.clone(), format!("weight of a missing child{hint}")));
            }
            if !weight.is_finite() || *weight < 0.0 {
                problems.push((name.clone(), format!("{weight} is no weight; expected a number of at least 0")));
            }
        }
        for child in children.iter().filter(|child| !self.weights.contains_key(**child)) {
            problems.push(((*child).to_owned(), "no weight is given for this child".to_owned()));
        }
        if !self.weights.is_empty() && self.weights.values().all(|weight| *weight == 0.0) {
            problems.push((String::new(), "all weights are zero".to_owned()));
        }
        problems
    }

    fn formula(&self) -> String {
        let parts: Vec<String> = self.weights.iter().map(|(name, weight)| format!("{name} {weight}")).collect();
        format!("given: {}", parts.join(", "))
    }
}
