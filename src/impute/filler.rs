//! What an imputation has learned, ready to fill.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Middle;

/// The fitted form of an imputation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filler {
    /// By group of units; the empty name where there are no groups, null where a group has no value.
    Groups(IndexMap<String, Option<f64>>),
    /// Extremes of the column itself, then of the other indicators in the order the imputation names them.
    Row(Vec<Option<[f64; 2]>>),
}

impl Filler {
    /// What stands for a missing value of a unit of a group.
    pub fn of_group(&self, group: &str) -> f64 {
        match self {
            Self::Groups(groups) => groups.get(group).copied().flatten().unwrap_or(f64::NAN),
            Self::Row(_) => f64::NAN,
        }
    }

    /// What stands for a missing value of a unit with these values of other indicators. `turned` says for the column
    /// itself, then for each other one, whether less is better.
    pub fn of_row(&self, others: &[f64], turned: &[bool], middle: Middle) -> f64 {
        let Self::Row(extremes) = self else { return f64::NAN };
        let Some(Some([low, high])) = extremes.first() else { return f64::NAN };
        if low == high {
            return *low;
        }
        let flip = |share: f64, turned: Option<&bool>| if turned == Some(&true) { 1.0 - share } else { share };
        let mut shares: Vec<f64> = others
            .iter()
            .zip(&extremes[1..])
            .enumerate()
            .filter_map(|(k, (value, extremes))| {
                let [low, high] = (*extremes)?;
                // A constant column says nothing of where a unit stands.
                let known = !value.is_nan() && low < high;
                known.then(|| flip((value - low) / (high - low), turned.get(k + 1)))
            })
            .collect();
        if shares.is_empty() {
            return f64::NAN;
        }
        let share = match middle {
            Middle::Mean => shares.iter().sum::<f64>() / shares.len() as f64,
            Middle::Median => {
                shares.sort_unstable_by(f64::total_cmp);
                let half = shares.len() / 2;
                if shares.len() % 2 == 1 { shares[half] } else { f64::midpoint(shares[half - 1], shares[half]) }
            }
        };
        low + flip(share, turned.first()) * (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fills_by_its_own_standing() {
        // Others at 0.75 (of 0..4) and, less being better, at 1 - 0.25: mean 0.75 of [10, 20] is 17.5; turned 12.5.
        let filler = Filler::Row(vec![Some([10.0, 20.0]), Some([0.0, 4.0]), Some([0.0, 8.0]), None]);
        let others = [3.0, 2.0, 5.0];
        assert_eq!(filler.of_row(&others, &[false, false, true, false], Middle::Mean), 17.5);
        assert_eq!(filler.of_row(&others, &[true, false, true, false], Middle::Median), 12.5);
        assert!(filler.of_row(&[f64::NAN, f64::NAN, 1.0], &[false; 4], Middle::Mean).is_nan());
        assert_eq!(Filler::Row(vec![Some([3.0, 3.0])]).of_row(&[], &[false], Middle::Mean), 3.0);
    }
}
