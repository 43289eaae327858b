//! Count and extremes of a column in one pass, as a mergeable state: what most scales ask for.

use serde::{Deserialize, Serialize};

use super::dispatch::{LANES, vectorized};
use super::moments::Moments;

/// How many values there are, the least and the greatest; NaN is no value. Merging is exact in any order.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extremes {
    /// Values that are not NaN.
    pub count: u64,
    /// The least and the greatest; none when there is no value.
    pub ends: Option<[f64; 2]>,
}

impl Extremes {
    /// The extremes of a slice.
    pub fn of(values: &[f64]) -> Self {
        let mut extremes = Self::default();
        extremes.update(values);
        extremes
    }

    /// Takes in more values.
    pub fn update(&mut self, values: &[f64]) {
        let seen = vectorized(
            #[inline(always)]
            || Lanes::of(values),
        );
        self.merge(&seen.fold());
    }

    /// Takes in what another state has seen.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.ends = match (self.ends, other.ends) {
            (Some([a, b]), Some([c, d])) => Some([a.min(c), b.max(d)]),
            (mine, theirs) => mine.or(theirs),
        };
    }

    /// The least value.
    pub fn min(&self) -> Option<f64> {
        self.ends.map(|[min, _]| min)
    }

    /// The greatest value.
    pub fn max(&self) -> Option<f64> {
        self.ends.map(|[_, max]| max)
    }
}

impl From<&Moments> for Extremes {
    fn from(moments: &Moments) -> Self {
        Self { count: moments.count, ends: (moments.count > 0).then_some([moments.min, moments.max]) }
    }
}

/// Eight partial results: the loop has no order to keep, and vectorizes.
#[derive(Clone, Copy)]
struct Lanes {
    min: [f64; LANES],
    max: [f64; LANES],
    count: [u64; LANES],
}

impl Lanes {
    #[inline(always)]
    fn of(values: &[f64]) -> Self {
        let mut lanes = Self { min: [f64::INFINITY; LANES], max: [f64::NEG_INFINITY; LANES], count: [0; LANES] };
        let (whole, rest) = values.as_chunks::<LANES>();
        for eight in whole {
            lanes = lanes.add(eight);
        }
        let mut last = [f64::NAN; LANES];
        last[..rest.len()].copy_from_slice(rest);
        lanes.add(&last)
    }

    // By value: behind a reference the lanes would not be kept in registers.
    #[inline(always)]
    fn add(self, values: &[f64; LANES]) -> Self {
        let Self { mut min, mut max, mut count } = self;
        for i in 0..LANES {
            let v = values[i];
            // Comparisons with NaN are false.
            min[i] = if v < min[i] { v } else { min[i] };
            max[i] = if v > max[i] { v } else { max[i] };
            count[i] += u64::from(!v.is_nan());
        }
        Self { min, max, count }
    }

    fn fold(self) -> Extremes {
        let count = self.count.iter().sum();
        // Adding zero turns -0 into 0, whichever of the two came first.
        let min = self.min.into_iter().fold(f64::INFINITY, f64::min) + 0.0;
        let max = self.max.into_iter().fold(f64::NEG_INFINITY, f64::max) + 0.0;
        Extremes { count, ends: (count > 0).then_some([min, max]) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(Extremes::of(&[]), Extremes::default());
        assert_eq!(Extremes::of(&[f64::NAN]), Extremes::default());
        assert_eq!(Extremes::of(&[2.0, f64::NAN, -1.0]), Extremes { count: 2, ends: Some([-1.0, 2.0]) });
        let zeros = Extremes::of(&[-0.0, 0.0]).ends.map(|ends| ends.map(f64::to_bits));
        assert_eq!(zeros, Some([0, 0]));
        assert_eq!(Extremes::of(&[f64::INFINITY]).max(), Some(f64::INFINITY));
    }

    proptest! {
        #[test]
        fn they_are_those_of_the_moments_in_any_cut(
            values in prop::collection::vec(prop_oneof![5 => -9.0..9.0f64, 1 => Just(f64::NAN)], 0..70), cut in 0usize..70,
        ) {
            let whole = Extremes::of(&values);
            prop_assert_eq!(whole, Extremes::from(&Moments::of(&values)));
            let (first, second) = values.split_at(cut.min(values.len()));
            let mut merged = Extremes::of(second);
            merged.merge(&Extremes::of(first));
            prop_assert_eq!(whole, merged);
        }
    }
}
