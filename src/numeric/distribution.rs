//! The empirical distribution of a column: distinct values and how often each occurs.

use serde::{Deserialize, Serialize};

use super::quantile::{between, position};

/// Finite values in ascending order. As whole numbers in the same order they sort twice as fast.
fn sorted(values: &[f64]) -> Vec<f64> {
    const SIGN: u64 = 1 << 63;
    let key = |value: f64| {
        let bits = (value + 0.0).to_bits();
        if bits & SIGN == 0 { bits | SIGN } else { !bits }
    };
    let mut keys: Vec<u64> = values.iter().filter(|value| value.is_finite()).map(|value| key(*value)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|key| f64::from_bits(if key & SIGN == 0 { !key } else { key ^ SIGN })).collect()
}

/// An exact empirical distribution, the fitted form of ranks, percentiles and quantiles.
///
/// Zero has one sign: -0 counts as 0. NaN is counted in `missing`, infinity in `infinite` (the
/// caller refuses it); neither is part of the distribution. Values are distinct when they differ at
/// all: a tolerance would tie the values of a column of small numbers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct Distribution {
    values: Vec<f64>,
    counts: Vec<u64>,
    /// `upto[i]` is the sum of the first `i + 1` counts.
    upto: Vec<u64>,
    missing: u64,
    infinite: u64,
}

impl Distribution {
    /// The distribution of values in any order. Sorting takes O(n log n).
    pub fn of(values: &[f64]) -> Self {
        let sorted = sorted(values);
        let mut distribution = Self {
            missing: values.iter().filter(|v| v.is_nan()).count() as u64,
            infinite: values.iter().filter(|v| v.is_infinite()).count() as u64,
            ..Self::default()
        };
        for run in sorted.chunk_by(|a, b| a == b) {
            distribution.values.extend(run.first());
            distribution.counts.push(run.len() as u64);
        }
        distribution.accumulate();
        distribution
    }

    /// The distribution of both together: exactly that of the joined values.
    ///
    /// Takes O(distinct values). To join many parts use [`Distribution::merge_all`].
    pub fn merge(&mut self, other: &Self) {
        self.missing += other.missing;
        self.infinite += other.infinite;
        if other.values.is_empty() {
            return;
        }
        let mut mine = self.values.iter().copied().zip(self.counts.iter().copied()).peekable();
        let mut theirs = other.values.iter().copied().zip(other.counts.iter().copied()).peekable();
        let capacity = self.values.len().max(other.values.len());
        let (mut values, mut counts) = (Vec::with_capacity(capacity), Vec::with_capacity(capacity));
        loop {
            let (value, count) = match (mine.peek().copied(), theirs.peek().copied()) {
                (Some(a), Some(b)) if a.0 == b.0 => {
                    mine.next();
                    theirs.next();
                    (a.0, a.1 + b.1)
                }
                (Some(a), b) if b.is_none_or(|b| a.0 < b.0) => {
                    mine.next();
                    a
                }
                (_, Some(b)) => {
                    theirs.next();
                    b
                }
                _ => break,
            };
            values.push(value);
            counts.push(count);
        }
        (self.values, self.counts) = (values, counts);
        self.accumulate();
    }

    /// Joins many parts in a balanced tree, O(n log parts) instead of O(n parts).
    pub fn merge_all(mut parts: Vec<Self>) -> Self {
        while parts.len() > 1 {
            let mut rest = parts.into_iter();
            let mut joined = Vec::with_capacity(rest.len().div_ceil(2));
            while let Some(mut left) = rest.next() {
                if let Some(right) = rest.next() {
                    left.merge(&right);
                }
                joined.push(left);
            }
            parts = joined;
        }
        parts.pop().unwrap_or_default()
    }

    /// Distinct values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// How often each distinct value occurs.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The number of values, repeats included.
    pub fn len(&self) -> u64 {
        self.upto.last().copied().unwrap_or(0)
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of NaN values left out.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// The number of infinite values left out; the caller refuses them.
    pub fn infinite(&self) -> u64 {
        self.infinite
    }

    /// How many values lie below `x`. Zero for NaN.
    pub fn below(&self, x: f64) -> u64 {
        self.first(self.values.partition_point(|v| *v < x))
    }

    /// How many values are `x`. Zero for NaN.
    pub fn equal(&self, x: f64) -> u64 {
        let upto = self.values.partition_point(|v| *v <= x);
        self.first(upto).saturating_sub(self.below(x))
    }

    /// The quantile `q` (type 7, see [`super::quantile`]); NaN when there is no value or `q` is not
    /// within `[0, 1]`. Takes O(log n).
    pub fn quantile(&self, q: f64) -> f64 {
        let Some((below, share)) = position(self.len(), q) else {
            return f64::NAN;
        };
        let low = self.nth(below);
        between(low, if below + 1 < self.len() { self.nth(below + 1) } else { low }, share)
    }

    /// The order statistic at `index`, counted from zero.
    fn nth(&self, index: u64) -> f64 {
        let at = self.upto.partition_point(|upto| *upto <= index);
        self.values.get(at).copied().unwrap_or(f64::NAN)
    }

    /// How many values the first `distinct` distinct values stand for.
    fn first(&self, distinct: usize) -> u64 {
        distinct.checked_sub(1).and_then(|last| self.upto.get(last)).copied().unwrap_or(0)
    }

    fn accumulate(&mut self) {
        self.upto.clear();
        self.upto.extend(self.counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        }));
    }
}

/// The stored form, checked when it is read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    values: Vec<f64>,
    counts: Vec<u64>,
    #[serde(default)]
    missing: u64,
    #[serde(default)]
    infinite: u64,
}

impl From<Distribution> for Stored {
    fn from(from: Distribution) -> Self {
        let Distribution { values, counts, missing, infinite, .. } = from;
        Self { values, counts, missing, infinite }
    }
}

impl TryFrom<Stored> for Distribution {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { values, counts, missing, infinite } = stored;
        if values.len() != counts.len() {
            return Err("distribution: expected as many counts as values");
        }
        if !values.iter().all(|v| v.is_finite()) || !values.is_sorted_by(|a, b| a < b) {
            return Err("distribution: expected finite, distinct values in ascending order");
        }
        let total = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count));
        if total.is_none_or(|total| total >= 1 << 53) || counts.contains(&0) {
            return Err("distribution: expected positive counts whose sum is below 2^53");
        }
        let mut distribution = Self { values, counts, upto: Vec::new(), missing, infinite };
        distribution.accumulate();
        Ok(distribution)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::super::quantile::quantile;
    use super::*;

    #[test]
    fn known_values() {
        let d = Distribution::of(&[3.0, -0.0, f64::NAN, 1.0, 3.0, 0.0, f64::INFINITY]);
        assert_eq!((d.values(), d.counts()), (&[0.0, 1.0, 3.0][..], &[2, 1, 2][..]));
        assert!(d.values()[0].is_sign_positive());
        assert_eq!((d.len(), d.missing(), d.infinite()), (5, 1, 1));
        assert_eq!([-1.0, 0.0, 0.5, 1.0, 3.0, 9.0].map(|x| d.below(x)), [0, 0, 2, 2, 3, 5]);
        assert_eq!([-1.0, 0.0, 0.5, 1.0, 3.0, 9.0].map(|x| d.equal(x)), [0, 2, 0, 1, 2, 0]);
        assert_eq!([0.0, 0.5, 0.625, 1.0].map(|q| d.quantile(q)), [0.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn small_values_keep_their_order() {
        let d = Distribution::of(&[3e-12, 1e-12, 2e-12]);
        assert_eq!([1e-12, 2e-12, 3e-12].map(|x| (d.below(x), d.equal(x))), [(0, 1), (1, 1), (2, 1)]);
    }

    #[test]
    fn nothing_is_a_distribution_too() {
        let d = Distribution::of(&[f64::NAN]);
        assert!(d.is_empty() && d.quantile(0.5).is_nan());
        assert_eq!((d.len(), d.below(1.0), d.equal(1.0)), (0, 0, 0));
        assert_eq!(Distribution::merge_all(Vec::new()), Distribution::default());
        let d = Distribution::of(&[1.0]);
        assert_eq!((d.below(f64::NAN), d.equal(f64::NAN)), (0, 0));
        assert_eq!((d.below(f64::INFINITY), d.equal(f64::INFINITY)), (1, 0));
    }

    #[test]
    fn json_is_checked() {
        let d = Distribution::of(&[0.1, 0.1, 5.0, f64::NAN]);
        let text = serde_json::to_string(&d).unwrap();
        assert_eq!(text, r#"{"values":[0.1,5.0],"counts":[2,1],"missing":1,"infinite":0}"#);
        assert_eq!(serde_json::from_str::<Distribution>(&text).unwrap(), d);
        for bad in [
            r#"{"values":[1,2],"counts":[1]}"#,
            r#"{"values":[2,1],"counts":[1,1]}"#,
            r#"{"values":[1,1],"counts":[1,1]}"#,
            r#"{"values":[1],"counts":[0]}"#,
            r#"{"values":[1,2],"counts":[18446744073709551615,1]}"#,
        ] {
            assert!(serde_json::from_str::<Distribution>(bad).is_err(), "{bad}");
        }
    }

    fn columns() -> impl Strategy<Value = Vec<f64>> {
        let value = prop_oneof![3 => (-20..20_i32).prop_map(f64::from), 1 => -20.0..20.0f64, 1 => Just(f64::NAN)];
        prop::collection::vec(value, 0..200)
    }

    proptest! {
        #[test]
        fn merged_is_whole(values in columns(), width in 1_usize..50) {
            let parts: Vec<_> = values.chunks(width).map(Distribution::of).collect();
            let mut in_turn = Distribution::default();
            for part in &parts {
                in_turn.merge(part);
            }
            let whole = Distribution::of(&values);
            prop_assert_eq!(&in_turn, &whole);
            prop_assert_eq!(&Distribution::merge_all(parts), &whole);
        }

        #[test]
        fn queries_count_one_by_one(values in columns(), x in prop_oneof![-20.0..20.0f64, Just(3.0)]) {
            let d = Distribution::of(&values);
            let equal = values.iter().filter(|v| **v == x).count() as u64;
            let below = values.iter().filter(|v| **v < x).count() as u64;
            prop_assert_eq!((d.below(x), d.equal(x)), (below, equal));
        }

        #[test]
        fn quantiles_are_those_of_the_values(values in columns(), q in 0.0..=1.0f64) {
            let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let (a, b) = (Distribution::of(&values).quantile(q), quantile(&sorted, q));
            prop_assert!(a == b || (a.is_nan() && b.is_nan()));
        }
    }
}
