//! Aggregations: how children make the score of their group. One method per file.
//!
//! A new aggregation is one file and one line below; all it must give is [`AggregateMethod::value`]. The block form is
//! overridden where a vectorizable loop is worth it.

use std::fmt::Debug;

pub use geometric::Zero;

use crate::definition::Missing;
use crate::methods::methods;

methods! {
    /// How children make the score of their group.
    Aggregation: AggregateMethod {
        "sum" => sum::Sum,
        "arithmetic" => arithmetic::Arithmetic,
        "geometric" => geometric::Geometric,
        "harmonic" => harmonic::Harmonic,
        "power" => power::Power,
        "min" => min::Min,
        "max" => max::Max,
        "none" => none::NoAggregate,
    }
}

impl Default for Aggregation {
    fn default() -> Self {
        Self::Arithmetic(Arithmetic {})
    }
}

/// The scores of one group's children, row-wise or in blocks. Weights are not negative and not all zero.
pub trait AggregateMethod: Debug + Send + Sync {
    /// The score of one row whose children are all observed. NaN where the method is not defined on these values.
    fn value(&self, values: &[f64], weights: &[f64]) -> f64;

    /// What happens when a child is missing, unless the definition says otherwise.
    fn missing(&self) -> Missing {
        Missing::Renormalize
    }

    /// Whether the score never falls when a child rises; then the range of the group is the image of its children's ends.
    fn monotone(&self) -> bool;

    /// Whether the score uses the weights.
    fn weighted(&self) -> bool {
        true
    }

    /// The score at the lowest or highest a row's children could be: as `value`, with the limits at the end of the domain
    /// and with infinite ends.
    fn bound(&self, values: &[f64], weights: &[f64]) -> f64 {
        self.value(values, weights)
    }

    /// A block of [`AggregateMethod::bound`]; undefined where a child's end is.
    fn bounds(&self, children: &[&[f64]], weights: &[f64], out: &mut [f64]) {
        let mut row = vec![0.0; children.len()];
        for (i, end) in out.iter_mut().enumerate() {
            for (value, child) in row.iter_mut().zip(children) {
                *value = child[i];
            }
            *end = if row.iter().any(|value| value.is_nan()) { f64::NAN } else { self.bound(&row, weights) };
        }
    }

    /// Why `value` is not defined on these values.
    fn complaint(&self, values: &[f64], weights: &[f64]) -> Option<String> {
        let _ = (values, weights);
        None
    }

    /// What is wrong with the options, as (path below the aggregation, message).
    fn problems(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// A block of rows, column by column. With `skip`, missing children are left out and the weights of the others scaled
    /// up; without, a missing child makes the score missing. False when some row is outside the domain of the method.
    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let mut row: Vec<(f64, f64)> = Vec::with_capacity(children.len());
        let (mut values, mut kept) = (Vec::with_capacity(children.len()), Vec::with_capacity(children.len()));
        let mut fine = true;
        for (i, score) in out.iter_mut().enumerate() {
            row.clear();
            row.extend(children.iter().zip(weights).map(|(child, &weight)| (child[i], weight)));
            let observed = row.iter().filter(|(value, _)| !value.is_nan()).count();
            if observed == 0 || (observed < row.len() && !skip) {
                *score = f64::NAN;
                continue;
            }
            values.clear();
            kept.clear();
            for (value, weight) in row.iter().filter(|(value, _)| !value.is_nan()) {
                values.push(*value);
                kept.push(*weight);
            }
            *score = self.renormalized(&values, &kept, weights);
            fine &= !score.is_nan();
        }
        fine
    }

    /// The score from the observed children alone. Means do not change when all weights are scaled; sums do.
    fn renormalized(&self, values: &[f64], kept: &[f64], all: &[f64]) -> f64 {
        let _ = all;
        self.value(values, kept)
    }

    /// Contributions of the children that add up to [`AggregateMethod::adds_up_to`].
    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64>;

    /// What the contributions add up to, in words.
    fn adds_up_to(&self) -> &'static str {
        "score"
    }

    /// The formula of the group's score.
    fn formula(&self) -> &'static str;
}

/// Weights divided by their sum.
pub(crate) fn shares(weights: &[f64]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all() -> Vec<Aggregation> {
        vec![
            Aggregation::Sum(Sum {}),
            Aggregation::Arithmetic(Arithmetic {}),
            Aggregation::Geometric(Geometric::default()),
            Aggregation::Harmonic(Harmonic::default()),
            Aggregation::Min(Min {}),
            Aggregation::Max(Max {}),
        ]
    }

    #[test]
    fn known_values() {
        // Weighted means of 1, 2, 4 with weights 1, 1, 2, by hand.
        let expected = [11.0, 2.75, 32f64.powf(0.25), 2.0, 1.0, 4.0];
        for (aggregation, expected) in all().iter().zip(expected) {
            let value = aggregation.method().value(&[1.0, 2.0, 4.0], &[1.0, 1.0, 2.0]);
            approx::assert_relative_eq!(value, expected, max_relative = 1e-15);
        }
    }

    #[test]
    fn zero_and_negative_values_have_no_geometric_mean() {
        let geometric = Aggregation::Geometric(Geometric::default());
        assert!(geometric.method().value(&[0.0, 1.0], &[1.0, 1.0]).is_nan());
        assert!(geometric.method().complaint(&[0.0, 1.0], &[1.0, 1.0]).is_some());
        let zero = Aggregation::Geometric(Geometric { zero: Zero::Zero });
        assert_eq!(zero.method().value(&[0.0, 1.0], &[1.0, 1.0]), 0.0);
        assert!(zero.method().value(&[-1.0, 1.0], &[1.0, 1.0]).is_nan());
        assert_eq!(geometric.method().bound(&[0.0, f64::INFINITY], &[1.0, 0.0]), 0.0);
    }

    proptest! {
        #[test]
        fn blocks_agree_with_rows(
            rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.8, 0.01..10.0f64), 3), 1..40),
            weights in prop::collection::vec(0.1..3.0f64, 3),
            skip: bool,
        ) {
            let columns: Vec<Vec<f64>> =
                (0..3).map(|j| rows.iter().map(|row| row[j].unwrap_or(f64::NAN)).collect()).collect();
            let children: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            for aggregation in all() {
                let method = aggregation.method();
                let mut out = vec![0.0; rows.len()];
                prop_assert!(method.block(&children, &weights, skip, &mut out));
                for (row, score) in rows.iter().zip(out) {
                    let observed: Vec<(f64, f64)> =
                        row.iter().zip(&weights).filter_map(|(v, w)| v.map(|v| (v, *w))).collect();
                    let (values, kept): (Vec<f64>, Vec<f64>) = observed.into_iter().unzip();
                    if values.is_empty() || (values.len() < 3 && !skip) {
                        prop_assert!(score.is_nan());
                    } else {
                        let expected = method.renormalized(&values, &kept, &weights);
                        prop_assert!((score - expected).abs() <= 1e-12 * expected.abs().max(1.0));
                    }
                }
            }
        }

        #[test]
        fn contributions_add_up(
            values in prop::collection::vec(0.01..10.0f64, 1..8),
            seed in prop::collection::vec(0.1..3.0f64, 8),
        ) {
            let weights = &seed[..values.len()];
            for aggregation in all() {
                let method = aggregation.method();
                let score = method.value(&values, weights);
                let total: f64 = method.contributions(&values, weights).iter().sum();
                let target = match method.adds_up_to() {
                    "ln(score)" => score.ln(),
                    "1 / score" => 1.0 / score,
                    _ => score,
                };
                prop_assert!((total - target).abs() <= 1e-12 * target.abs().max(1.0), "{}", aggregation.name());
            }
        }

        #[test]
        fn raising_a_child_never_lowers_a_monotone_score(
            values in prop::collection::vec(0.01..10.0f64, 2..6), which in 0usize..6, by in 0.0..5.0f64,
        ) {
            let weights = vec![1.0; values.len()];
            let mut raised = values.clone();
            raised[which % values.len()] += by;
            for aggregation in all() {
                let method = aggregation.method();
                prop_assert!(method.monotone());
                prop_assert!(method.value(&raised, &weights) >= method.value(&values, &weights) - 1e-12);
            }
        }
    }
}
