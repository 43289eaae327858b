//! Named tolerances, and when to use which.
//!
//! - [`near`] and [`slack`]: a value against an *edge or threshold* of a definition (bands, levels,
//!   conditions, a fitted distribution). `0.7 * 10` must reach the edge 7.
//! - Exact equality: ties in a ranking, distinct values, a constant column (`min == max`), zero
//!   denominators. There the data speak, and near is not the same.
//! - Never for convergence of an iteration: such a loop states its own tolerance.

/// Half-width of an edge, relative to `max(1, |edge|)`.
pub const EDGE: f64 = 1e-9;

/// How far from `edge` a value still lies on it: `1e-9 * max(1, |edge|)`.
///
/// NaN for a NaN edge, and nothing but the edge itself is near an infinite one.
#[inline]
pub fn slack(edge: f64) -> f64 {
    if edge.is_infinite() { 0.0 } else { EDGE * if edge.abs() < 1.0 { 1.0 } else { edge.abs() } }
}

/// Whether `value` lies on `edge`: `|value - edge| <= slack(edge)`. False when either is NaN.
#[inline]
pub fn near(value: f64, edge: f64) -> bool {
    value == edge || (value - edge).abs() <= slack(edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_noise_is_on_the_edge() {
        assert!(near(0.1 + 0.2, 0.3));
        assert!(near(1e-10, 0.0));
        assert!(near(1e12 + 500.0, 1e12));
        assert!(!near(1e12 + 2000.0, 1e12));
        assert!(!near(1.0 + 2e-9, 1.0));
        assert!(!near(2e-9, 0.0));
    }

    #[test]
    fn missing_and_infinite_values_are_near_nothing_else() {
        assert!(!near(f64::NAN, 1.0) && !near(1.0, f64::NAN) && !near(f64::NAN, f64::NAN));
        assert!(!near(1.0, f64::INFINITY) && !near(f64::INFINITY, 1.0));
        assert!(!near(f64::NEG_INFINITY, f64::INFINITY));
        assert!(near(f64::INFINITY, f64::INFINITY));
        assert!(slack(f64::NAN).is_nan());
    }
}
