//! Powers of two that bring numbers near one, so that sums of their powers neither overflow nor vanish. Multiplying by
//! them changes no digit: what has no unit comes out the same, bit for bit.

use std::borrow::Cow;
use std::ops::RangeInclusive;

/// Sums of squares in here are sound: none of the digits of their terms was lost, and there is room for more terms.
pub const SOUND: RangeInclusive<f64> = 1e-270..=1e300;

/// The greatest size among the values; NaN does not count, and 0 is that of nothing.
pub fn largest<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    values.into_iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// The power of two that brings a size into [1, 2), or the nearest there is (2^-1022 to 2^1022): sizes of 2^1023 and above
/// come into [2, 4), those that are not normal below 1.
pub fn unit(size: f64) -> f64 {
    // The exponent's bits of 1 / 2^e are those of 2^-e: the bias of 1023 is on both sides.
    let exponent = (size.to_bits() >> 52) & 0x7ff;
    f64::from_bits(2046_u64.saturating_sub(exponent).clamp(1, 2045) << 52)
}

/// The same where the sum of squares of values of this size is not sound, else 1.
pub fn needed(size: f64) -> f64 {
    if size == 0.0 || (1e-130..=1e130).contains(&size) { 1.0 } else { unit(size) }
}

/// The values times a factor; as they are where it is 1.
pub fn times(values: &[f64], factor: f64) -> Cow<'_, [f64]> {
    if factor == 1.0 { Cow::Borrowed(values) } else { values.iter().map(|value| value * factor).collect() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_at_the_ends() {
        assert_eq!((unit(1.0), unit(1.5), unit(2.0), unit(0.75)), (1.0, 1.0, 0.5, 2.0));
        assert_eq!(f64::MAX * unit(f64::MAX), 4.0 - 2.0 * f64::EPSILON);
        assert_eq!(f64::MIN_POSITIVE * unit(f64::MIN_POSITIVE), 1.0);
        // Below the normal numbers there is no such power; the greatest is taken.
        assert_eq!((unit(5e-324), unit(0.0)), (2.0_f64.powi(1022), 2.0_f64.powi(1022)));
        assert_eq!((needed(0.0), needed(1e9), needed(1.0 / 1e131)), (1.0, 1.0, unit(1.0 / 1e131)));
        assert_eq!((largest(&[f64::NAN, -3.0, 2.0]), largest(&[])), (3.0, 0.0));
        assert!(matches!(times(&[1.0], 1.0), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn digits_stay(size in prop_oneof![1e-307..1.0f64, 1.0..1e308f64, any::<f64>().prop_map(f64::abs)]) {
            prop_assume!(size.is_normal());
            let scaled = size * unit(size);
            let most = if size < 2.0_f64.powi(1023) { 2.0 } else { 4.0 };
            prop_assert!((1.0..most).contains(&scaled));
            prop_assert_eq!(scaled / unit(size), size);
        }
    }
}
