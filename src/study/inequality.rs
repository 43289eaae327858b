//! Inequality: generalized entropy (Theil's two indices among them), Gini, Atkinson, coefficient of variation, and the
//! decomposition of generalized entropy into groups.
//!
//! With shares of weight w and mean mu: `GE(a) = (mean((y / mu)^a) - 1) / (a (a - 1))`, `GE(1) = mean(y / mu ln(y / mu))` (Theil T,
//! 0 ln 0 = 0), `GE(0) = mean(ln(mu / y))` (Theil L, mean logarithmic deviation). `Atkinson(e) = 1 - (mean((y / mu)^(1 - e)))^(1 / (1 - e))`, for
//! e = 1 one minus the ratio of geometric and arithmetic mean. Groups: `GE(a) = sum p_g^(1 - a) s_g^a GE_g(a) + GE(a) of the group
//! means`, p shares of weight, s shares of value. Shorrocks (1980), doi:10.2307/1913126; Atkinson (1970), doi:10.1016/0022-0531(70)90039-6.

use crate::numeric::rank::order;

/// A set of rows with weights.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    weight: f64,
    value: f64,
}

/// Mean and weight of what is observed.
fn sums(values: &[f64], weights: Option<&[f64]>, member: &dyn Fn(usize) -> bool) -> Sums {
    let mut found = Sums::default();
    for (row, y) in values.iter().enumerate().filter(|(row, y)| !y.is_nan() && member(*row)) {
        let w = weights.map_or(1.0, |weights| weights[row]);
        found.weight += w;
        found.value += w * y;
    }
    found
}

/// The term of one ratio to the mean.
fn term(ratio: f64, alpha: f64) -> f64 {
    if alpha == 1.0 {
        if ratio == 0.0 { 0.0 } else { ratio * ratio.ln() }
    } else if alpha == 0.0 {
        -ratio.ln()
    } else {
        (ratio.powf(alpha) - 1.0) / (alpha * (alpha - 1.0))
    }
}

fn entropy_of(values: &[f64], weights: Option<&[f64]>, alpha: f64, member: &dyn Fn(usize) -> bool) -> f64 {
    let Sums { weight, value } = sums(values, weights, member);
    if !(weight > 0.0 && value > 0.0) {
        return f64::NAN;
    }
    let mean = value / weight;
    let mut total = 0.0;
    for (row, y) in values.iter().enumerate().filter(|(row, y)| !y.is_nan() && member(*row)) {
        let w = weights.map_or(1.0, |weights| weights[row]);
        if w > 0.0 {
            total += w * term(y / mean, alpha);
        }
    }
    let found = total / weight;
    // A zero makes GE(0) and GE of negative order infinite: undefined.
    if found.is_finite() { found } else { f64::NAN }
}

/// Generalized entropy of values of at least zero; missing ones are left out; NaN where undefined.
pub fn generalized_entropy(values: &[f64], weights: Option<&[f64]>, alpha: f64) -> f64 {
    entropy_of(values, weights, alpha, &|_| true)
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

/// Generalized entropy by groups; rows of a group of `count` or more are left out.
pub fn decomposed(values: &[f64], weights: Option<&[f64]>, alpha: f64, groups: &[u32], count: usize) -> Parts {
    let of = |g: usize| move |row: usize| groups[row] as usize == g;
    let known = |row: usize| (groups[row] as usize) < count;
    let all = sums(values, weights, &known);
    let each: Vec<Sums> = (0..count).map(|g| sums(values, weights, &of(g))).collect();
    let mut parts = Parts { total: entropy_of(values, weights, alpha, &known), ..Parts::default() };
    for (g, own) in each.iter().enumerate() {
        let (p, s) = (own.weight / all.weight, own.value / all.value);
        let inside = if own.weight > 0.0 && own.value == 0.0 && alpha > 0.0 {
            0.0
        } else {
            entropy_of(values, weights, alpha, &of(g))
        };
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
    if !(parts.between.is_finite() && parts.total.is_finite()) {
        (parts.within, parts.between) = (f64::NAN, f64::NAN);
    }
    parts
}

/// Gini coefficient of values of at least zero: `sum |y_i - y_r| w_i w_r / (2 W^2 mu)`, so `(n - 1) / n` at most.
pub fn gini(values: &[f64], weights: Option<&[f64]>) -> f64 {
    let (mut weight, mut sum, mut excess) = (0.0, 0.0, 0.0);
    for row in order(values, false) {
        let row = row as usize;
        let (y, w) = (values[row], weights.map_or(1.0, |weights| weights[row]));
        if y.is_nan() {
            continue;
        }
        excess += w * (y * weight - sum);
        weight += w;
        sum += w * y;
    }
    if weight > 0.0 && sum > 0.0 { excess / (weight * sum) } else { f64::NAN }
}

/// Atkinson's index for an aversion of at least zero.
pub fn atkinson(values: &[f64], weights: Option<&[f64]>, aversion: f64) -> f64 {
    let Sums { weight, value } = sums(values, weights, &|_| true);
    if !(weight > 0.0 && value > 0.0) {
        return f64::NAN;
    }
    let mean = value / weight;
    let logarithmic = aversion == 1.0;
    let mut total = 0.0;
    for (row, y) in values.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
        let w = weights.map_or(1.0, |weights| weights[row]);
        if w > 0.0 {
            let ratio = y / mean;
            total += w * if logarithmic { ratio.ln() } else { ratio.powf(1.0 - aversion) };
        }
    }
    let level = total / weight;
    // With an aversion of 1 and more a zero makes the index 1.
    1.0 - if logarithmic { level.exp() } else { level.powf(1.0 / (1.0 - aversion)) }
}

/// Coefficient of variation, with what is taken off the weight (0 or 1 for unweighted rows).
pub fn variation(values: &[f64], weights: Option<&[f64]>, ddof: f64) -> f64 {
    let Sums { weight, value } = sums(values, weights, &|_| true);
    let mean = value / weight;
    let mut squares = 0.0;
    for (row, y) in values.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
        squares += weights.map_or(1.0, |weights| weights[row]) * (y - mean).powi(2);
    }
    if weight > ddof && mean != 0.0 { (squares / (weight - ddof)).sqrt() / mean.abs() } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
