//! What a count becomes: itself, its logarithm, whether there is any, or a share of the length of the text.

use serde::Deserialize;

/// A measure of digitalization made from a count.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// n.
    Count,
    /// ln(1 + n).
    Ln1p,
    /// 1 where n > 0, else 0.
    Any,
    /// n / length x this number; missing where the length is zero.
    Per(f64),
}

impl Measure {
    /// The measure of one count; NaN stays NaN.
    pub fn of(self, count: f64, length: f64) -> f64 {
        match self {
            Self::Count => count,
            Self::Ln1p => count.ln_1p(),
            Self::Any if count.is_nan() => count,
            Self::Any => f64::from(u8::from(count > 0.0)),
            Self::Per(_) if length <= 0.0 => f64::NAN,
            Self::Per(scale) => count / length * scale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_what_they_say() {
        assert_eq!(Measure::Count.of(3.0, f64::NAN), 3.0);
        assert_eq!(Measure::Ln1p.of(0.0, 0.0), 0.0);
        approx::assert_relative_eq!(Measure::Ln1p.of(129.0, 0.0), 4.867_534_450_455_582, max_relative = 1e-15);
        assert_eq!([0.0, 1.0, 7.0].map(|n| Measure::Any.of(n, 0.0)), [0.0, 1.0, 1.0]);
        assert_eq!(Measure::Per(10_000.0).of(3.0, 6_000.0), 5.0);
        assert!(Measure::Per(1.0).of(0.0, 0.0).is_nan() && Measure::Any.of(f64::NAN, 1.0).is_nan());
    }
}
