//! Quantiles by linear interpolation between order statistics.
//!
//! Type 7 of Hyndman R. J., Fan Y. (1996), Sample quantiles in statistical packages, The American
//! Statistician 50(4): 361-365, doi 10.1080/00031305.1996.10473566; the default of R, NumPy, Excel
//! (`PERCENTILE.INC`) and pandas. The position is `(n - 1) q`, counted from zero.

#![allow(clippy::doc_markdown, reason = "names")]

/// The quantile `q` of values in ascending order.
///
/// NaN when there is no value or `q` is not within `[0, 1]`. The values hold no NaN.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some((below, share)) = position(sorted.len() as u64, q) else {
        return f64::NAN;
    };
    let Some(&low) = sorted.get(below as usize) else {
        return f64::NAN;
    };
    // Without a successor the position is the last one and the share is zero.
    let high = sorted.get(below as usize + 1).copied().unwrap_or(low);
    between(low, high, share)
}

/// The quantile `q` of distinct values in ascending order, value `i` occurring `counts[i]` times.
///
/// The same bits as [`quantile`] of the values written out. NaN when there is no value or `q` is
/// not within `[0, 1]`. Takes one pass over the counts.
pub fn quantile_counted(values: &[f64], counts: &[u64], q: f64) -> f64 {
    let total = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
    let Some((below, share)) = position(total, q) else {
        return f64::NAN;
    };
    let mut seen = 0_u64;
    let mut low = None;
    for (&value, &count) in values.iter().zip(counts) {
        seen = seen.saturating_add(count);
        match low {
            None if seen > below + 1 => return value,
            None if seen > below => low = Some(value),
            Some(low) if count > 0 => return between(low, value, share),
            _ => {}
        }
    }
    low.unwrap_or(f64::NAN)
}

/// The whole and the fractional part of the position.
pub(super) fn position(n: u64, q: f64) -> Option<(u64, f64)> {
    if n == 0 || !(0.0..=1.0).contains(&q) {
        return None;
    }
    let position = (n - 1) as f64 * q;
    let below = position.floor();
    Some((below as u64, position - below))
}

/// Interpolates from the nearer end, as NumPy does: the result stays within `[low, high]` and is
/// exact where both are equal.
pub(super) fn between(low: f64, high: f64, share: f64) -> f64 {
    let step = high - low;
    if share < 0.5 { low + step * share } else { high - step * (1.0 - share) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_of_other_packages() {
        // numpy.quantile([1, 2, 3, 4, 10], [...]), quantile(c(1, 2, 3, 4, 10), type = 7) in R.
        let x = [1.0, 2.0, 3.0, 4.0, 10.0];
        for (q, expected) in [(0.0, 1.0), (0.1, 1.4), (0.25, 2.0), (0.5, 3.0), (0.9, 7.6), (1.0, 10.0)] {
            assert!((quantile(&x, q) - expected).abs() < 1e-15 * expected, "{q}");
        }
        // quantile(1:10): 1.00 3.25 5.50 7.75 10.00.
        let x: Vec<f64> = (1..=10).map(f64::from).collect();
        for (q, expected) in [(0.0, 1.0), (0.25, 3.25), (0.5, 5.5), (0.75, 7.75), (1.0, 10.0)] {
            assert_eq!(quantile(&x, q), expected);
        }
    }

    #[test]
    fn edges() {
        assert!(quantile(&[], 0.5).is_nan());
        assert!(quantile_counted(&[], &[], 0.5).is_nan());
        assert!(quantile_counted(&[1.0], &[0], 0.5).is_nan());
        for q in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(quantile(&[1.0, 2.0], q).is_nan());
            assert!(quantile_counted(&[1.0, 2.0], &[1, 1], q).is_nan());
        }
        for q in [0.0, 0.3, 1.0] {
            assert_eq!(quantile(&[7.0], q), 7.0);
            assert_eq!(quantile(&[0.1; 7], q), 0.1);
            assert_eq!(quantile_counted(&[0.1], &[7], q), 0.1);
        }
    }

    #[test]
    fn counts_of_zero_are_skipped() {
        assert_eq!(quantile_counted(&[0.0, 1.0, 2.0, 3.0], &[0, 1, 0, 1], 0.5), 2.0);
    }

    proptest! {
        #[test]
        fn the_counted_form_agrees(
            counts in prop::collection::vec(0_u64..5, 1..30),
            q in prop_oneof![0.0..=1.0f64, Just(0.0), Just(0.25), Just(0.5), Just(1.0)],
        ) {
            let values: Vec<f64> = (0..counts.len()).map(|i| (i as f64).sqrt()).collect();
            let written_out: Vec<f64> = values
                .iter()
                .zip(&counts)
                .flat_map(|(v, c)| std::iter::repeat_n(*v, *c as usize))
                .collect();
            let (a, b) = (quantile(&written_out, q), quantile_counted(&values, &counts, q));
            prop_assert_eq!(a.to_bits(), b.to_bits());
        }

        #[test]
        fn monotone_and_within_range(
            mut x in prop::collection::vec(-1e3..1e3f64, 1..50),
            p in 0.0..=1.0f64,
            q in 0.0..=1.0f64,
        ) {
            x.sort_unstable_by(f64::total_cmp);
            let (a, b) = (quantile(&x, p.min(q)), quantile(&x, p.max(q)));
            // Monotone but for the last digit, where interpolation changes ends.
            prop_assert!(x[0] <= a && a <= b + 1e-12 && b <= x[x.len() - 1]);
        }
    }
}
