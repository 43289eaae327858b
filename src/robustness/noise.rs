//! Weights that are not known exactly.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::weights::WeightChange;

/// Noise on the weights of groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightNoise {
    /// The groups whose children's weights vary; all with weights when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// How.
    pub form: Form,
}

/// How weights vary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Form {
    /// `w (1 + share U)`, U uniform in [-1, 1], each weight by itself.
    Relative(f64),
    /// Dirichlet with mean `w / sum w` and this concentration: the larger, the closer to w.
    Dirichlet(f64),
    /// Uniform between two numbers: by child, as experts give them.
    Between(IndexMap<String, [f64; 2]>),
    /// Uniform over all weights that sum to one.
    Simplex,
}

impl Form {
    /// How many numbers in [0, 1) a group of so many children takes.
    pub(super) fn dimensions(&self, children: usize) -> usize {
        match self {
            Self::Dirichlet(_) => 1,
            _ => children,
        }
    }

    /// The change of a group's weights; `u` gives the number of a child, by its name, or that of the group.
    pub(super) fn change(&self, children: &[&str], u: &dyn Fn(Option<&str>) -> f64, seed: u64) -> WeightChange {
        let each = || children.iter().map(|child| (*child, u(Some(child))));
        match self {
            Self::Relative(share) => WeightChange::Times(each().map(|(_, u)| 1.0 + share * (2.0 * u - 1.0)).collect()),
            Self::Between(ranges) => {
                let within = |(child, u)| ranges.get(child).map(|[low, high]: &[f64; 2]| low + (high - low) * u);
                WeightChange::To(each().map(within).collect())
            }
            // Spacings of uniform points are exponentials over their sum.
            Self::Simplex => {
                let parts: Vec<f64> = each().map(|(_, u)| -(-u).ln_1p()).collect();
                let total: f64 = parts.iter().sum();
                let equal = 1.0 / parts.len().max(1) as f64;
                let part = |part: f64| Some(if total > 0.0 { part / total } else { equal });
                WeightChange::To(parts.into_iter().map(part).collect())
            }
            Self::Dirichlet(concentration) => {
                WeightChange::Dirichlet { concentration: *concentration, stream: [seed, u(None).to_bits()] }
            }
        }
    }

    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        match self {
            Self::Relative(share) if !(*share > 0.0 && *share <= 1.0) => {
                Some(format!("relative noise of {share}; expected a share above 0 and at most 1"))
            }
            Self::Dirichlet(concentration) if !(*concentration > 0.0 && concentration.is_finite()) => {
                Some(format!("a concentration of {concentration}; expected a positive number"))
            }
            Self::Between(ranges) => ranges.iter().find_map(|(child, [low, high])| {
                let fine = *low >= 0.0 && low <= high && high.is_finite();
                (!fine).then(|| format!("weights of {child:?} between {low} and {high}; expected 0 <= low <= high"))
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::random::SplitMix64;

    #[test]
    fn weights_over_the_simplex_sum_to_one_and_have_equal_means() {
        let names = ["a", "b", "c", "d"];
        let mut random = SplitMix64::new(1);
        let mut sums = [0.0; 4];
        for _ in 0..20_000 {
            let u: Vec<f64> = (0..4).map(|_| random.unit()).collect();
            let of = |child: Option<&str>| u[names.iter().position(|name| Some(*name) == child).unwrap_or(0)];
            let mut weights = [1.0; 4];
            Form::Simplex.change(&names, &of, 0).apply(&mut weights);
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            sums.iter_mut().zip(&weights).for_each(|(sum, w)| *sum += w / 20_000.0);
        }
        assert!(sums.iter().all(|mean| (mean - 0.25).abs() < 0.01), "{sums:?}");
    }
}
