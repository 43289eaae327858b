//! Aggregations: how children make the score of their group. One method per file.
//!
//! Three kinds: *local* ones see one row (means, minimum, penalties); *referenced* ones also a few fitted numbers, such as
//! the ideal point of TOPSIS; *relative* ones compare every unit with every other.
//!
//! A new aggregation is one file and one line below. A local one must give [`AggregateMethod::value`] and
//! [`AggregateMethod::monotone`]; the block form is overridden where a vectorizable loop is worth it. A referenced one says
//! what it gathers ([`AggregateMethod::passes`], `update`, `learn`) and becomes a method with its numbers
//! ([`AggregateMethod::prepare`]). A relative one gives [`AggregateMethod::against`].

pub mod kemeny;
#[cfg(test)]
mod testing;

use std::fmt::Debug;

use indexmap::IndexMap;

pub use copeland::{dominance, outranking};
pub use geometric::Zero;
pub use mpi::Penalty;

use crate::definition::Missing;
use crate::error::{Error, Result};
use crate::methods::methods;
use crate::parallel::Cancel;
use crate::tally::Tally;

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
        "median" => median::Median,
        "owa" => owa::Owa,
        "mean_min" => mean_min::MeanMin,
        "mpi" => mpi::Mpi,
        "ampi" => ampi::Ampi,
        "topsis" => topsis::Topsis,
        "vikor" => vikor::Vikor,
        "grey_relational" => grey_relational::GreyRelational,
        "borda" => borda::Borda,
        "copeland" => copeland::Copeland,
        "promethee" => promethee::Promethee,
        "benefit_of_the_doubt" => benefit_of_the_doubt::BenefitOfTheDoubt,
        "none" => none::NoAggregate,
    }
}

impl Default for Aggregation {
    fn default() -> Self {
        Self::Arithmetic(Arithmetic {})
    }
}

/// How the score of an aggregation splits into contributions of the children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The score is a sum over children.
    Sum,
    /// The logarithm of the score is.
    Log,
    /// A relative score that is the weighted mean of what each child alone would give.
    Alone,
    /// It has a value for any children, but is no sum: contributions are Shapley values.
    Other,
    /// It is made of comparisons and does not split.
    Never,
}

/// Numbers a referenced aggregation has learned, by name: one number per child, or fewer. They are stored with the fit.
pub type References = IndexMap<String, Vec<f64>>;

/// What a relative aggregation is given.
#[derive(Debug)]
pub struct Population<'a> {
    /// Scores of the units compared with, one slice per child.
    pub records: &'a [&'a [f64]],
    /// Scores of the units to be scored, one slice per child; the same slices where units are compared with each other.
    pub rows: &'a [&'a [f64]],
    /// One weight per child, not negative and not all zero.
    pub weights: &'a [f64],
    /// Names of the children.
    pub names: &'a [&'a str],
    /// Number of threads.
    pub threads: Option<usize>,
    /// Asked between units of work.
    pub cancel: &'a Cancel,
}

impl Population<'_> {
    /// Whether units are compared with each other: then no unit is compared with itself.
    pub fn among_themselves(&self) -> bool {
        self.records.len() == self.rows.len() && self.records.iter().zip(self.rows).all(|(a, b)| std::ptr::eq(*a, *b))
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

    /// How often a referenced aggregation must see the scores of the children; local and relative ones need not.
    fn passes(&self) -> usize {
        0
    }

    /// Adds a block of children in the pass that follows the finished tallies of those `before`. The weights are only
    /// given from the second pass on; in the first they are empty, because they may be fitted at the same time.
    fn update(&self, children: &[&[f64]], weights: &[f64], before: &[Tally], tally: &mut Tally) {
        let _ = (children, weights, before, tally);
    }

    /// The numbers it keeps, from one tally per pass; the error is a message for people.
    fn learn(&self, names: &[&str], tallies: &[Tally]) -> std::result::Result<References, String> {
        let _ = (names, tallies);
        Ok(References::new())
    }

    /// The method with its learned numbers, for those of the children that count (their places among all children). None
    /// for local methods, which are ready as they are. The error is a message for people.
    fn prepare(
        &self,
        learned: &References,
        places: &[usize],
    ) -> std::result::Result<Option<Box<dyn AggregateMethod>>, String> {
        let _ = (learned, places);
        Ok(None)
    }

    /// Whether the score compares a unit with all others; then `against` makes it, and `value` is never called.
    fn relative(&self) -> bool {
        false
    }

    /// The scores of rows compared with records, for relative methods. False when cancelled.
    fn against(&self, population: &Population<'_>, out: &mut [f64]) -> bool {
        let _ = population;
        out.fill(f64::NAN);
        true
    }

    /// As [`AggregateMethod::against`], for methods that may refuse what they are given.
    fn compare(&self, population: &Population<'_>, out: &mut [f64]) -> Result<()> {
        if self.against(population, out) { Ok(()) } else { Err(Error::interrupted()) }
    }

    /// What the user should know of the scores of a relative method, in words.
    fn remark(&self, scores: &[f64]) -> Option<String> {
        let _ = scores;
        None
    }

    /// What is wrong with the options, as (path below the aggregation, message).
    fn problems(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// A block of rows, column by column. With `skip`, missing children are left out and the weights of the others scaled
    /// up; without, a missing child makes the score missing. False when some row is outside the domain of the method.
    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let count = children.len();
        let (mut places, mut values, mut kept) =
            (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
        let mut fine = true;
        for (i, score) in out.iter_mut().enumerate() {
            places.clear();
            values.clear();
            kept.clear();
            for (place, (child, weight)) in children.iter().zip(weights).enumerate() {
                if !child[i].is_nan() {
                    places.push(place);
                    values.push(child[i]);
                    kept.push(*weight);
                }
            }
            if values.is_empty() || (values.len() < count && !skip) {
                *score = f64::NAN;
                continue;
            }
            *score = self.observed(&places, &values, &kept, weights);
            fine &= !score.is_nan();
        }
        fine
    }

    /// The score from the observed children, told by their places. Local methods do not care which ones they are.
    fn observed(&self, places: &[usize], values: &[f64], kept: &[f64], all: &[f64]) -> f64 {
        let _ = places;
        self.renormalized(values, kept, all)
    }

    /// The score from the observed children alone. Means do not change when all weights are scaled; sums do.
    fn renormalized(&self, values: &[f64], kept: &[f64], all: &[f64]) -> f64 {
        let _ = all;
        self.value(values, kept)
    }

    /// How the score splits into contributions of the children.
    fn split(&self) -> Split {
        if self.relative() { Split::Never } else { Split::Other }
    }

    /// Contributions of the children that add up to [`AggregateMethod::adds_up_to`]; missing where a score does not split.
    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        let _ = weights;
        vec![f64::NAN; values.len()]
    }

    /// Contributions of the observed children, told by their places.
    fn parts(&self, places: &[usize], values: &[f64], weights: &[f64]) -> Vec<f64> {
        let _ = places;
        self.contributions(values, weights)
    }

    /// How fast the score rises with each child, for methods that are concave: a supergradient where they bend. None for
    /// those that are not.
    fn slopes(&self, values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        let _ = (values, weights);
        None
    }

    /// What the contributions add up to, in words.
    fn adds_up_to(&self) -> &'static str {
        "score"
    }

    /// The formula of the group's score.
    fn formula(&self) -> &'static str;

    /// The formula in LaTeX mathematics, without delimiters; empty where words suffice. Its symbols are those of `formula`.
    fn latex(&self) -> String {
        String::new()
    }

    /// Where it comes from: short citations, each with its DOI where there is one.
    fn references(&self) -> &'static [&'static str] {
        &[]
    }
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
            Aggregation::Median(Median {}),
            Aggregation::Owa(Owa { weights: Some(vec![0.5, 0.3, 0.2]), orness: None }),
            Aggregation::Owa(Owa { weights: None, orness: Some(1.0 / 3.0) }),
            Aggregation::MeanMin(MeanMin { alpha: Some(0.5), beta: Some(1.0) }),
            Aggregation::Mpi(Mpi { penalty: Some(Penalty::Up), ddof: Some(1) }),
            Aggregation::Ampi(Ampi::default()),
        ]
    }

    #[test]
    fn known_values() {
        // Weighted means of 1, 2, 4 with weights 1, 1, 2, by hand.
        // Median: the weights up to 2 are a half, so the mean of 2 and 4. Ordered: the list read at 1/2 and 3/4 is 0.65 and 0.85;
        // squares 1/4, 9/16. Deviations from 2.75: (1.75^2 + 0.75^2 + 2 * 1.25^2) / 4 = 1.6875, over n - 1 of 3 times 3/2.
        let expected = [11.0, 2.75, 32f64.powf(0.25), 2.0, 1.0, 4.0, 3.0];
        let ordered = [0.65 * 4.0 + 0.2 * 2.0 + 0.15, 0.25 * 4.0 + 0.3125 * 2.0 + 0.4375];
        let penalized =
            [2.75 - 0.5 * (1.75f64.hypot(1.0) - 1.0), 2.75 + 1.6875 * 1.5 / 2.75, 2.75 - 1.6875 * 1.5 / 2.75];
        let expected = expected.into_iter().chain(ordered).chain(penalized);
        assert_eq!(expected.clone().count(), all().len());
        for (aggregation, expected) in all().iter().zip(expected) {
            let value = aggregation.method().value(&[1.0, 2.0, 4.0], &[1.0, 1.0, 2.0]);
            approx::assert_relative_eq!(value, expected, max_relative = 1e-14);
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
                let parts = method.contributions(&values, weights);
                prop_assert_eq!(parts.len(), values.len());
                if ["median", "mean_min", "mpi", "ampi"].contains(&aggregation.name()) {
                    // These do not split.
                    prop_assert!(parts.iter().all(|part| part.is_nan()));
                    continue;
                }
                let total: f64 = parts.iter().sum();
                let target = match method.adds_up_to() {
                    "ln(score)" => score.ln(),
                    "1 / score" => 1.0 / score,
                    _ => score,
                };
                prop_assert!((total - target).abs() <= 1e-12 * target.abs().max(1.0), "{}", aggregation.name());
            }
        }

        #[test]
        fn slopes_of_concave_methods_are_above_the_score(
            from in prop::collection::vec(0.01..10.0f64, 4), to in prop::collection::vec(0.01..10.0f64, 4),
            weights in prop::collection::vec(0.1..3.0f64, 4), tie: bool,
        ) {
            let mut from = from;
            if tie {
                from[1] = from[0];
            }
            let concave = ["sum", "arithmetic", "geometric", "harmonic", "power", "min", "owa", "mean_min"];
            let power = |p: f64| Aggregation::Power(Power { p, zero: Zero::default() });
            for aggregation in all().into_iter().chain([power(-3.0), power(0.5), power(2.0)]) {
                let method = aggregation.method();
                let Some(slopes) = method.slopes(&from, &weights) else { continue };
                prop_assert!(concave.contains(&aggregation.name()));
                let gain: f64 = slopes.iter().zip(from.iter().zip(&to)).map(|(slope, (a, b))| slope * (b - a)).sum();
                let (here, there) = (method.value(&from, &weights), method.value(&to, &weights));
                prop_assert!(there <= here + gain + 1e-9 * (1.0 + here.abs()), "{}: {there} {here} {gain}", aggregation.name());
            }
            prop_assert!(power(2.0).method().slopes(&from, &weights).is_none());
            let hopeful = Owa { weights: None, orness: Some(0.7) };
            prop_assert!(hopeful.slopes(&from, &weights).is_none());
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
                let claimed = !["mpi", "ampi"].contains(&aggregation.name());
                prop_assert_eq!(method.monotone(), claimed);
                if claimed {
                    prop_assert!(method.value(&raised, &weights) >= method.value(&values, &weights) - 1e-12);
                }
            }
        }

        #[test]
        fn scores_lie_where_they_can(
            values in prop::collection::vec(0.01..10.0f64, 1..8), seed in prop::collection::vec(0.1..3.0f64, 8),
            by in 0.1..10.0f64,
        ) {
            let weights = &seed[..values.len()];
            let scaled: Vec<f64> = values.iter().map(|value| value * by).collect();
            let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
            let mean = Arithmetic {}.value(&values, weights);
            for aggregation in all() {
                let (method, name) = (aggregation.method(), aggregation.name());
                let score = method.value(&values, weights);
                let near = 1e-12 * most * values.len() as f64;
                let (low, high) = match name {
                    "sum" => (least * weights.iter().sum::<f64>(), most * weights.iter().sum::<f64>()),
                    "mpi" => (mean, f64::INFINITY),
                    "ampi" => (f64::NEG_INFINITY, mean),
                    "mean_min" => (least, mean),
                    _ => (least, most),
                };
                prop_assert!(score >= low - near && score <= high + near, "{name}: {score} of {low} to {high}");
                // All but the one with a fixed beta do not know units.
                if name != "mean_min" {
                    let other = method.value(&scaled, weights);
                    prop_assert!((other - by * score).abs() <= 1e-12 * other.abs().max(1.0) * values.len() as f64, "{name}");
                }
            }
        }
    }
}
