//! Weights that are changed once they are known: what replays of an index do with them.

use indexmap::IndexMap;

use crate::numeric::random::SplitMix64;

/// Changes by group, in the order in which they are made.
pub(crate) type WeightChanges = IndexMap<String, Vec<WeightChange>>;

/// One change of the weights of a group's children, in their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WeightChange {
    /// Each weight times its factor.
    Times(Vec<f64>),
    /// Other weights; none leaves a weight as it is.
    To(Vec<Option<f64>>),
    /// A Dirichlet draw around the weights: gamma variates of shape `concentration * w / sum w` over their sum.
    Dirichlet {
        /// The larger, the closer to the weights.
        concentration: f64,
        /// Which draw.
        stream: [u64; 2],
    },
}

impl WeightChange {
    pub(crate) fn apply(&self, weights: &mut [f64]) {
        match self {
            Self::Times(factors) => weights.iter_mut().zip(factors).for_each(|(weight, factor)| *weight *= factor),
            Self::To(new) => weights.iter_mut().zip(new).for_each(|(weight, new)| *weight = new.unwrap_or(*weight)),
            Self::Dirichlet { concentration, stream: [seed, number] } => {
                let total: f64 = weights.iter().sum();
                let mut random = SplitMix64::stream(*seed, *number);
                for weight in weights.iter_mut().filter(|weight| **weight > 0.0) {
                    *weight = random.gamma(concentration * *weight / total);
                }
                // Where every draw was too small for a number the weights stay what they were.
                let sum: f64 = weights.iter().sum();
                let scale = if sum > 0.0 { total / sum } else { 1.0 };
                for weight in weights {
                    *weight *= scale;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirichlet_draws_keep_the_total_and_scatter_around_the_weights() {
        let mut means = [0.0; 3];
        for number in 0..4000 {
            let mut weights = [2.0, 1.0, 0.0];
            WeightChange::Dirichlet { concentration: 20.0, stream: [7, number] }.apply(&mut weights);
            assert!((weights.iter().sum::<f64>() - 3.0).abs() < 1e-12 && weights[2] == 0.0);
            means.iter_mut().zip(weights).for_each(|(mean, weight)| *mean += weight / 4000.0);
        }
        assert!((means[0] - 2.0).abs() < 0.02 && (means[1] - 1.0).abs() < 0.02, "{means:?}");
    }
}
