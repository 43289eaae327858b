//! Inequality: generalized entropy (Theil's two indices among them), Gini, Atkinson, coefficient of variation, and the
//! decomposition of generalized entropy into groups.
//!
//! With shares of weight w and mean mu: `GE(a) = (mean((y / mu)^a) - 1) / (a (a - 1))`, `GE(1) = mean(y / mu ln(y / mu))` (Theil T,
//! 0 ln 0 = 0), `GE(0) = mean(ln(mu / y))` (Theil L, mean logarithmic deviation). `Atkinson(e) = 1 - (mean((y / mu)^(1 - e)))^(1 / (1 - e))`, for
//! e = 1 one minus the ratio of geometric and arithmetic mean. Groups: `GE(a) = sum p_g^(1 - a) s_g^a GE_g(a) + GE(a) of the group
//! means`, p shares of weight, s shares of value. Shorrocks (1980), doi:10.2307/1913126; Atkinson (1970), doi:10.1016/0022-0531(70)90039-6.
//!
//! Terms are written so that each is at least zero: `r ln r - (r - 1)` for Theil, with mean zero taken off; the same sum, and
//! equal values have exactly nothing.

use super::sample::mean;
use crate::numeric::rank::order;

/// The term of one ratio to the mean, less what sums to zero over all of them.
fn term(ratio: f64, alpha: f64) -> f64 {
    let apart = ratio - 1.0;
    if alpha == 1.0 {
        (if ratio == 0.0 { 0.0 } else { ratio * ratio.ln() }) - apart
    } else if alpha == 0.0 {
        apart - ratio.ln()
    } else {
        ((alpha * ratio.ln()).exp_m1() - alpha * apart) / (alpha * (alpha - 1.0))
    }
}

/// Zero where rounding went below; what is missing stays so.
fn floor(found: f64) -> f64 {
    if found < 0.0 { 0.0 } else { found }
}

/// Weight and sum of observed values.
fn sums(values: &[f64], weights: Option<&[f64]>) -> (f64, f64) {
    let weight = weights.map_or(values.len() as f64, |weights| weights.iter().sum());
    (weight, mean(values, weights) * weight)
}

/// Generalized entropy of observed values of at least zero; NaN where undefined: nothing positive, or a zero where the order is
/// zero or below.
pub fn generalized_entropy(values: &[f64], weights: Option<&[f64]>, alpha: f64) -> f64 {
    let center = mean(values, weights);
    if center.is_nan() || center <= 0.0 {
        return f64::NAN;
    }
    let found = averaged(values, weights, |y| term(y / center, alpha));
    if found.is_finite() { floor(found) } else { f64::NAN }
}

/// The weighted mean of a function of the values.
fn averaged(values: &[f64], weights: Option<&[f64]>, of: impl Fn(f64) -> f64) -> f64 {
    let (mut total, mut weight) = (0.0, 0.0);
    for (row, y) in values.iter().enumerate() {
        let w = weights.map_or(1.0, |weights| weights[row]);
        weight += w;
        total += w * of(*y);
    }
    total / weight
}

/// A decomposition of generalized entropy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// Of all.
    pub total: f64,
    /// Within groups.
    pub within: f64,
    /// Between groups.
    pub between: f64,
    /// By group: generalized entropy.
    pub groups: Vec<f64>,
    /// By group: its part of `within`.
    pub contributions: Vec<f64>,
    /// Share of weight by group.
    pub weight_shares: Vec<f64>,
    /// Share of value by group.
    pub value_shares: Vec<f64>,
}

/// What is summed up of a group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    weight: f64,
    value: f64,
    terms: f64,
}

/// Generalized entropy of observed values by groups, which are codes below `count`.
pub fn decomposed(values: &[f64], weights: Option<&[f64]>, alpha: f64, groups: &[u32], count: usize) -> Parts {
    let (weight, value) = sums(values, weights);
    let mut each = vec![Sums::default(); count];
    let weighed = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    for (row, (y, group)) in values.iter().zip(groups).enumerate() {
        if let Some(own) = each.get_mut(*group as usize) {
            own.weight += weighed(row);
            own.value += weighed(row) * y;
        }
    }
    for (row, (y, group)) in values.iter().zip(groups).enumerate() {
        if let Some(own) = each.get_mut(*group as usize) {
            own.terms += weighed(row) * term(y * own.weight / own.value, alpha);
        }
    }
    let mut parts = Parts { total: generalized_entropy(values, weights, alpha), ..Parts::default() };
    for own in &each {
        let (p, s) = (own.weight / weight, own.value / value);
        // A group of zeros alone is equal inside.
        let inside = if own.weight > 0.0 && own.value == 0.0 && alpha > 0.0 { 0.0 } else { own.terms / own.weight };
        let inside = if inside.is_finite() { floor(inside) } else { f64::NAN };
        let share = if alpha == 1.0 {
            s
        } else if alpha == 0.0 {
            p
        } else {
            p.powf(1.0 - alpha) * s.powf(alpha)
        };
        let contribution = if own.weight > 0.0 { share * inside } else { 0.0 };
        parts.groups.push(inside);
        parts.contributions.push(contribution);
        parts.weight_shares.push(p);
        parts.value_shares.push(s);
        parts.within += contribution;
        if own.weight > 0.0 {
            parts.between += p * term(s / p, alpha);
        }
    }
    parts.between = floor(parts.between);
    if !(parts.between.is_finite() && parts.total.is_finite()) {
        (parts.within, parts.between) = (f64::NAN, f64::NAN);
    }
    parts
}

/// Gini coefficient of observed values of at least zero: `sum |y_i - y_r| w_i w_r / (2 W^2 mu)`, so `(n - 1) / n` at most.
pub fn gini(values: &[f64], weights: Option<&[f64]>) -> f64 {
    let (mut weight, mut sum, mut excess) = (0.0, 0.0, 0.0);
    let order = order(values, false);
    // Differences do not change with the origin; from the least value on they keep their digits.
    let least = order.first().map_or(0.0, |row| values[*row as usize]);
    for row in order {
        let row = row as usize;
        let (y, w) = (values[row] - least, weights.map_or(1.0, |weights| weights[row]));
        excess += w * (y * weight - sum);
        weight += w;
        sum += w * y;
    }
    let total = sum + least * weight;
    if weight > 0.0 && total > 0.0 { floor(excess / (weight * total)) } else { f64::NAN }
}

/// Atkinson's index of observed values for an aversion of at least zero. With a = 1 - e the mean of `(y / mu)^a` is
/// `1 + a (a - 1) GE(a)`, so that nothing is taken off one where values are nearly equal.
pub fn atkinson(values: &[f64], weights: Option<&[f64]>, aversion: f64) -> f64 {
    let center = mean(values, weights);
    if center.is_nan() || center <= 0.0 {
        return f64::NAN;
    }
    let alpha = 1.0 - aversion;
    // With an aversion of 1 and more a zero makes the entropy infinite and the index 1.
    let entropy = averaged(values, weights, |y| term(y / center, alpha));
    let log = if alpha == 0.0 { -entropy } else { (alpha * (alpha - 1.0) * entropy).ln_1p() / alpha };
    floor(-log.exp_m1())
}

/// Coefficient of variation of observed values, with what is taken off the weight (0 or 1 for unweighted rows).
pub fn variation(values: &[f64], weights: Option<&[f64]>, ddof: f64) -> f64 {
    let center = mean(values, weights);
    if center > 0.0 { deviation(values, weights, ddof) / center } else { f64::NAN }
}

/// Standard deviation of observed values, with what is taken off the weight; NaN where nothing is left of it.
pub fn deviation(values: &[f64], weights: Option<&[f64]>, ddof: f64) -> f64 {
    let center = mean(values, weights);
    let weight = weights.map_or(values.len() as f64, |weights| weights.iter().sum());
    let squares = averaged(values, weights, |y| (y - center).powi(2)) * weight;
    if weight > ddof { (squares / (weight - ddof)).sqrt() } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Atkinson's index as it is defined.
    fn direct(y: &[f64], e: f64) -> f64 {
        let n = y.len() as f64;
        let mean = y.iter().sum::<f64>() / n;
        1.0 - if e == 1.0 {
            (y.iter().map(|y| (y / mean).ln()).sum::<f64>() / n).exp()
        } else {
            (y.iter().map(|y| (y / mean).powf(1.0 - e)).sum::<f64>() / n).powf(1.0 / (1.0 - e))
        }
    }

    #[test]
    fn documented_values_are_met() {
        assert!((gini(&[10.0, 20.0, 30.0, 40.0, 100.0], None) - 0.4).abs() < 1e-15);
        // One has everything: Theil T is ln n, Gini (n - 1) / n.
        let one = [0.0, 0.0, 0.0, 8.0];
        assert!((generalized_entropy(&one, None, 1.0) - 4.0_f64.ln()).abs() < 1e-14);
        assert!((gini(&one, None) - 0.75).abs() < 1e-15);
        assert!(generalized_entropy(&one, None, 0.0).is_nan());
        assert_eq!(atkinson(&one, None, 1.0), 1.0);
        // GE(2) is half the squared coefficient of variation.
        let y = [1.0, 4.0, 2.5, 9.0];
        assert!((generalized_entropy(&y, None, 2.0) - variation(&y, None, 0.0).powi(2) / 2.0).abs() < 1e-14);
        // Nearly equal values: Atkinson(e) is e times half the squared coefficient of variation, to many digits.
        let near = [1.0, 1.0 + 1e-6];
        for aversion in [0.5, 1.0, 2.0] {
            let expected = aversion * variation(&near, None, 0.0).powi(2) / 2.0;
            assert!((atkinson(&near, None, aversion) / expected - 1.0).abs() < 1e-5, "{aversion}");
            assert!((atkinson(&[1.0, 4.0], None, aversion) - direct(&[1.0, 4.0], aversion)).abs() < 1e-15);
        }
        assert_eq!((atkinson(&one, None, 2.0), atkinson(&y, None, 0.0)), (1.0, 0.0));
        assert!(generalized_entropy(&[], None, 1.0).is_nan() && gini(&[0.0], None).is_nan());
    }

    proptest! {
        #[test]
        fn parts_add_up_and_equality_is_zero(
            rows in prop::collection::vec((0.01..100.0f64, 0.1..4.0f64, 0..3u32), 1..40),
            alpha in prop_oneof![Just(0.0), Just(1.0), Just(2.0), Just(-1.0), Just(0.5)],
        ) {
            let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let weights: Vec<f64> = rows.iter().map(|row| row.1).collect();
            let groups: Vec<u32> = rows.iter().map(|row| row.2).collect();
            let parts = decomposed(&values, Some(&weights), alpha, &groups, 3);
            prop_assert!((parts.total - parts.within - parts.between).abs() < 1e-9 * (1.0 + parts.total));
            prop_assert!(parts.total >= -1e-12 && parts.between >= -1e-9);
            let scaled: Vec<f64> = values.iter().map(|y| 7.0 * y).collect();
            prop_assert!((generalized_entropy(&scaled, Some(&weights), alpha) - parts.total).abs() < 1e-9 * (1.0 + parts.total));
            prop_assert!(generalized_entropy(&[3.0; 5], None, alpha).abs() < 1e-12);
            let g = gini(&values, Some(&weights));
            prop_assert!((0.0..1.0).contains(&(g + 1e-15)));
        }
    }
}
