//! Count, extremes, mean and variance of a column, as a mergeable state.

use serde::{Deserialize, Serialize};

use super::dispatch::vectorized;
use super::passes::two_passes;
use crate::parallel::BLOCK;

/// The moments of the finite values seen so far.
///
/// Each block of 1024 values is read twice while it lies in the first-level cache (corrected
/// two-pass algorithm, shifted by a value of the block), and blocks are merged pairwise. A constant
/// column has `m2 == 0` exactly. Merged batches and permuted rows agree with the whole to about
/// 1e-12; the same cuts in the same order give the same bits.
///
/// NaN is counted in `missing`, infinity in `infinite`; neither enters the moments. Values whose
/// differences or squares overflow (beyond 1e150) give an infinite or NaN `m2`.
///
/// Chan T. F., Golub G. H., LeVeque R. J. (1979), Updating formulae and a pairwise algorithm for
/// computing sample variances, Stanford STAN-CS-79-773; (1983), Algorithms for computing the sample
/// variance: analysis and recommendations, The American Statistician 37(3): 242-247,
/// doi 10.1080/00031305.1983.10483115.
#[allow(clippy::doc_markdown, reason = "a name")]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct Moments {
    /// Finite values.
    pub count: u64,
    /// NaN values.
    pub missing: u64,
    /// Infinite values, to be refused by the caller.
    pub infinite: u64,
    /// Least value; infinity when there is none.
    pub min: f64,
    /// Greatest value; minus infinity when there is none.
    pub max: f64,
    /// Mean; zero when there is no value.
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    pub m2: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { count: 0, missing: 0, infinite: 0, min: f64::INFINITY, max: f64::NEG_INFINITY, mean: 0.0, m2: 0.0 }
    }
}

impl Moments {
    /// The moments of a slice.
    pub fn of(values: &[f64]) -> Self {
        let mut moments = Self::default();
        moments.update(values);
        moments
    }

    /// Takes in more values.
    pub fn update(&mut self, values: &[f64]) {
        vectorized(
            #[inline(always)]
            || self.update_plain(values),
        );
    }

    #[inline(always)]
    fn update_plain(&mut self, values: &[f64]) {
        for block in values.chunks(BLOCK) {
            self.merge(&two_passes(block));
        }
    }

    /// Takes in what another state has seen.
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        self.missing += other.missing;
        self.infinite += other.infinite;
        if other.count == 0 {
            return;
        }
        let (mine, theirs) = (self.count as f64, other.count as f64);
        let total = mine + theirs;
        let delta = other.mean - self.mean;
        if self.count == 0 {
            (self.mean, self.m2) = (other.mean, other.m2);
        } else {
            self.mean += delta * (theirs / total);
            self.m2 += other.m2 + delta * delta * (mine * (theirs / total));
        }
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// The variance with denominator `count - ddof`; `None` when that is not positive.
    pub fn variance(&self, ddof: u64) -> Option<f64> {
        (self.count > ddof).then(|| self.m2 / (self.count - ddof) as f64)
    }

    /// The standard deviation with denominator `count - ddof`; `None` when that is not positive.
    pub fn sd(&self, ddof: u64) -> Option<f64> {
        self.variance(ddof).map(f64::sqrt)
    }

    /// Whether there are values and all are equal.
    pub fn is_constant(&self) -> bool {
        self.count > 0 && self.min == self.max
    }
}

/// The stored form: JSON has no infinity, so what is not finite is null.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    count: u64,
    missing: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    infinite: u64,
    min: Option<f64>,
    max: Option<f64>,
    mean: Option<f64>,
    m2: Option<f64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl From<Moments> for Stored {
    fn from(moments: Moments) -> Self {
        let some = |value: f64| (moments.count > 0 && value.is_finite()).then_some(value);
        Self {
            count: moments.count,
            missing: moments.missing,
            infinite: moments.infinite,
            min: some(moments.min),
            max: some(moments.max),
            mean: some(moments.mean),
            m2: some(moments.m2),
        }
    }
}

impl TryFrom<Stored> for Moments {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { count, missing, infinite, min, max, mean, m2 } = stored;
        if count == 0 {
            return Ok(Self { missing, infinite, ..Self::default() });
        }
        let (Some(min), Some(max)) = (min, max) else {
            return Err("moments: min and max must be numbers when count is positive");
        };
        // Only an overflow is stored as null.
        let (mean, m2) = (mean.unwrap_or(f64::NAN), m2.unwrap_or(f64::NAN));
        if min > max || m2 < 0.0 {
            return Err("moments: expected min <= max and m2 >= 0");
        }
        Ok(Self { count, missing, infinite, min, max, mean, m2 })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64, scale: f64) -> bool {
        (a - b).abs() <= 1e-12 * scale
    }

    #[test]
    fn known_values() {
        let moments = Moments::of(&[2.0, 4.0, 4.0, f64::NAN, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!((moments.count, moments.missing, moments.infinite), (8, 1, 0));
        assert_eq!((moments.min, moments.max, moments.mean, moments.m2), (2.0, 9.0, 5.0, 32.0));
        assert_eq!(moments.sd(0), Some(2.0));
        assert_eq!(moments.variance(1), Some(32.0 / 7.0));
    }

    #[test]
    fn a_large_offset_does_not_spoil_the_variance() {
        // The classic trap: the sum of squares loses all digits at 1e9.
        let values = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        assert_eq!(Moments::of(&values).variance(1), Some(30.0));
    }

    #[test]
    fn a_constant_has_no_variance_at_all() {
        for n in [1, 5, 1024, 5000] {
            let moments = Moments::of(&vec![0.1; n]);
            assert_eq!((moments.mean, moments.m2), (0.1, 0.0));
            assert!(moments.is_constant());
        }
        assert!(!Moments::default().is_constant());
    }

    #[test]
    fn few_values() {
        let one = Moments::of(&[3.0]);
        assert_eq!((one.variance(0), one.variance(1), one.sd(1)), (Some(0.0), None, None));
        assert_eq!(Moments::default().variance(0), None);
        assert_eq!(Moments::of(&[f64::NAN; 3]), Moments { missing: 3, ..Moments::default() });
    }

    #[test]
    fn infinity_is_counted_apart() {
        let moments = Moments::of(&[1.0, f64::INFINITY, 3.0, f64::NEG_INFINITY, f64::NAN]);
        assert_eq!((moments.count, moments.missing, moments.infinite), (2, 1, 2));
        assert_eq!((moments.min, moments.max, moments.mean), (1.0, 3.0, 2.0));
    }

    #[test]
    fn json_holds_every_state() {
        let states = [Moments::default(), Moments::of(&[f64::NAN, f64::INFINITY]), Moments::of(&[0.1, 0.7, -3.0])];
        for state in states {
            let text = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<Moments>(&text).unwrap(), state, "{text}");
        }
        let text = serde_json::to_string(&Moments::default()).unwrap();
        assert_eq!(text, r#"{"count":0,"missing":0,"min":null,"max":null,"mean":null,"m2":null}"#);
        let overflow = serde_json::to_string(&Moments::of(&[1e200, -1e200])).unwrap();
        assert!(serde_json::from_str::<Moments>(&overflow).unwrap().m2.is_nan());
        for bad in [
            r#"{"count":2,"missing":0,"min":null,"max":1,"mean":1,"m2":0}"#,
            r#"{"count":2,"missing":0,"min":2,"max":1,"mean":1,"m2":0}"#,
            r#"{"count":2,"missing":0,"min":0,"max":1,"mean":1,"m2":-1}"#,
        ] {
            assert!(serde_json::from_str::<Moments>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn both_instruction_sets_give_the_same_bits() {
        for n in [1_i32, 7, 8, 9, 1023, 1024, 1025, 5000] {
            let values: Vec<f64> = (0..n).map(|i| f64::from(i * 37 % 101).sin()).collect();
            let mut plain = Moments::default();
            plain.update_plain(&values);
            assert_eq!(Moments::of(&values), plain);
        }
    }

    fn columns() -> impl Strategy<Value = Vec<f64>> {
        let value = prop_oneof![9 => -1e6..1e6f64, 1 => Just(f64::NAN)];
        prop::collection::vec(value, 0..4000)
    }

    proptest! {
        #[test]
        fn same_as_two_passes_over_the_observed_values(values in columns()) {
            let moments = Moments::of(&values);
            let seen: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            prop_assert_eq!(moments.count as usize, seen.len());
            prop_assert_eq!(moments.missing as usize, values.len() - seen.len());
            prop_assert_eq!(moments.min, seen.iter().copied().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(moments.max, seen.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            if !seen.is_empty() {
                let mean = seen.iter().sum::<f64>() / seen.len() as f64;
                let m2: f64 = seen.iter().map(|v| (v - mean).powi(2)).sum();
                prop_assert!(close(moments.mean, mean, 1e6));
                prop_assert!(close(moments.m2, m2, m2.max(1.0)));
            }
        }

        #[test]
        fn merged_is_whole(values in columns(), cut in 0.0..1.0f64) {
            let (left, right) = values.split_at((cut * values.len() as f64) as usize);
            let mut merged = Moments::of(left);
            merged.merge(&Moments::of(right));
            let whole = Moments::of(&values);
            prop_assert_eq!((merged.count, merged.missing), (whole.count, whole.missing));
            prop_assert_eq!((merged.min, merged.max), (whole.min, whole.max));
            prop_assert!(close(merged.mean, whole.mean, 1e6));
            prop_assert!(close(merged.m2, whole.m2, whole.m2.max(1.0)));
        }

        #[test]
        fn order_does_not_matter(values in columns()) {
            let backwards: Vec<f64> = values.iter().rev().copied().collect();
            let (a, b) = (Moments::of(&values), Moments::of(&backwards));
            prop_assert_eq!((a.count, a.min, a.max), (b.count, b.min, b.max));
            prop_assert!(close(a.mean, b.mean, 1e6) && close(a.m2, b.m2, a.m2.max(1.0)));
        }
    }
}
