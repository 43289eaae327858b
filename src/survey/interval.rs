//! Confidence intervals, in Student's t of the degrees of freedom of the design.

use std::collections::HashMap;

use crate::numeric::student::{two_sided, two_sided_quantile};

/// Half the width of an interval in standard errors: the t exceeded in size with probability 1 - level.
pub fn reach(level: f64, degrees: f64) -> f64 {
    two_sided_quantile(1.0 - level, degrees)
}

/// Reaches by degrees of freedom: groups often have the same, and each takes some microseconds.
#[derive(Debug, Clone)]
pub struct Reach {
    level: f64,
    known: HashMap<u64, f64>,
}

impl Reach {
    /// None known yet.
    pub fn new(level: f64) -> Self {
        Self { level, known: HashMap::new() }
    }

    /// The reach for these degrees of freedom.
    pub fn of(&mut self, degrees: f64) -> f64 {
        *self.known.entry(degrees.to_bits()).or_insert_with(|| reach(self.level, degrees))
    }
}

/// `value -+ reach se`.
pub fn plain(value: f64, se: f64, reach: f64) -> (f64, f64) {
    (value - reach * se, value + reach * se)
}

/// The interval of a share on the scale of log odds, `logit p -+ reach se / (p (1 - p))`, carried back: within (0, 1).
///
/// Missing where the share is 0 or 1, which have no odds. The same as `svyciprop(method = "logit")` of the R package
/// survey. Korn E. L., Graubard B. I. (1998), Confidence intervals for proportions with small expected number of
/// positive counts estimated from survey data, Survey Methodology 24: 193-201.
pub fn logit(share: f64, se: f64, reach: f64) -> (f64, f64) {
    let spread = share * (1.0 - share);
    if spread.is_nan() || spread <= 0.0 {
        return (f64::NAN, f64::NAN);
    }
    let odds = (share / (1.0 - share)).ln();
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    let width = reach * se / spread;
    (back(odds - width), back(odds + width))
}

/// The statistic `value / se` and the probability of one at least as large if the value were 0.
pub fn test(value: f64, se: f64, degrees: f64) -> (f64, f64) {
    if se.is_nan() || se <= 0.0 {
        return (f64::NAN, f64::NAN);
    }
    let t = value / se;
    (t, two_sided(t, degrees))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logit_by_hand() {
        // Odds 1, width ln 3: odds 1/3 and 3.
        let (low, high) = logit(0.5, 0.25 * 3.0_f64.ln(), 1.0);
        assert!((low - 0.25).abs() < 1e-15 && (high - 0.75).abs() < 1e-15);
        for share in [0.0, 1.0, f64::NAN, -0.1, 1.1] {
            assert!(logit(share, 0.1, 2.0).0.is_nan());
        }
        // Extreme widths stay within the bounds of a share.
        assert_eq!(logit(0.5, 1e9, 2.0), (0.0, 1.0));
    }

    #[test]
    fn plain_by_hand() {
        assert_eq!(plain(3.0, 0.5, 2.0), (2.0, 4.0));
        assert!((reach(0.95, 1e9) - 1.959_963_984_540_054).abs() < 1e-9);
        assert!(reach(0.95, 0.0).is_nan());
        let mut known = Reach::new(0.95);
        assert_eq!([known.of(7.0), known.of(7.0), known.of(3.0)], [7.0, 7.0, 3.0].map(|n| reach(0.95, n)));
        // Cauchy: P(|T| > 1) = 1/2.
        let (t, p) = test(2.0, 2.0, 1.0);
        assert!(t == 1.0 && (p - 0.5).abs() < 1e-14);
        assert!(test(1.0, 0.0, 5.0).1.is_nan() && test(1.0, f64::NAN, 5.0).0.is_nan());
    }
}
