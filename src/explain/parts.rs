//! What one row's children bring to the score of their group.

use super::shapley::{Shares, shapley};
use crate::aggregate::{AggregateMethod, Aggregation, Split};
use crate::fitted::Ready;
use crate::numeric::random::SplitMix64;
use crate::tree::Inner;

/// The children of a row that have a score and count.
pub(crate) struct Seen<'r> {
    method: &'r dyn AggregateMethod,
    /// Places of all children that count, in the group.
    counted: &'r [usize],
    /// Places of those observed, among the counted.
    used: Vec<usize>,
    values: Vec<f64>,
    kept: Vec<f64>,
    /// Weights of all that count.
    all: Vec<f64>,
    /// Whether a child is observed and has no weight, so that it brings nothing.
    idle: Vec<bool>,
}

impl<'r> Seen<'r> {
    pub(crate) fn of(ready: &'r Ready, group: &'r Inner, g: usize, children: &[f64]) -> Self {
        let weights = &ready.weights[g];
        let method = ready.referenced[g].as_deref().unwrap_or(group.aggregation.method());
        let counted = &ready.counted[g];
        let used: Vec<usize> = (0..counted.len()).filter(|place| !children[counted[*place]].is_nan()).collect();
        let idle = |(k, child): (usize, &f64)| !child.is_nan() && method.weighted() && weights[k] == 0.0;
        Self {
            method,
            counted,
            values: used.iter().map(|place| children[counted[*place]]).collect(),
            kept: used.iter().map(|place| weights[counted[*place]]).collect(),
            all: counted.iter().map(|place| weights[*place]).collect(),
            idle: children.iter().enumerate().map(idle).collect(),
            used,
        }
    }

    /// The score of the group with these values of the observed children.
    fn value(&self, values: &[f64]) -> f64 {
        self.method.observed(&self.used, values, &self.kept, &self.all)
    }

    /// The score of the group, before its own scale.
    pub(crate) fn score(&self) -> f64 {
        if self.used.is_empty() { f64::NAN } else { self.value(&self.values) }
    }

    /// How much a sum of observed children alone is scaled up; 1 for what is no sum.
    fn scaled_up(&self, sum: bool) -> f64 {
        let ones = vec![1.0; self.used.len()];
        if sum { self.value(&ones) / self.method.value(&ones, &self.kept) } else { 1.0 }
    }

    /// How fast the score rises with each observed child, told by its place in the group; none where it is not concave.
    pub(crate) fn slopes(&self, sum: bool) -> Option<Vec<(usize, f64)>> {
        let up = self.scaled_up(sum);
        let slopes = self.method.slopes(&self.values, &self.kept)?;
        Some(self.used.iter().zip(slopes).map(|(place, slope)| (self.counted[*place], slope * up)).collect())
    }

    /// Values of the observed children, put where the children are; missing ones are missing, idle ones zero.
    fn spread(&self, found: &[f64]) -> Vec<f64> {
        let mut parts: Vec<f64> = self.idle.iter().map(|idle| if *idle { 0.0 } else { f64::NAN }).collect();
        for (place, part) in self.used.iter().zip(found) {
            parts[self.counted[*place]] = *part;
        }
        parts
    }

    /// What children bring beyond the baseline (one number per child of the group).
    pub(super) fn from(
        &self,
        baseline: &[f64],
        score: f64,
        split: Split,
        samples: usize,
        random: SplitMix64,
    ) -> Shares {
        let base: Vec<f64> = self.used.iter().map(|place| baseline[self.counted[*place]]).collect();
        let value = |values: &[f64]| self.value(values);
        let unknown = self.used.is_empty() || (score.is_nan() && split != Split::Sum);
        let shares = if unknown {
            Shares { values: vec![f64::NAN; self.used.len()], base: f64::NAN, error: f64::NAN }
        } else if split == Split::Other {
            shapley(&self.values, &base, samples, random, value)
        } else {
            let parts = |values: &[f64]| self.method.parts(&self.used, values, &self.kept);
            let scaled = self.scaled_up(split == Split::Sum && !score.is_nan());
            let gains = parts(&self.values).into_iter().zip(parts(&base)).map(|(own, base)| (own - base) * scaled);
            let values = gains.map(|gain| if gain.is_finite() { gain } else { f64::NAN }).collect();
            let known = if score.is_nan() { f64::NAN } else { value(&base) };
            Shares { values, base: known, error: 0.0 }
        };
        Shares { values: self.spread(&shares.values), ..shares }
    }
}

/// Contributions of children to a group's score, in the order of the children; missing children contribute nothing known.
pub(crate) fn contributions(ready: &Ready, group: &Inner, g: usize, children: &[f64], score: f64) -> Vec<f64> {
    // The points of answered items are known although their sum is not.
    if score.is_nan() && !matches!(group.aggregation, Aggregation::Sum(_)) {
        return vec![f64::NAN; children.len()];
    }
    let seen = Seen::of(ready, group, g, children);
    seen.spread(&seen.method.parts(&seen.used, &seen.values, &seen.kept))
}
