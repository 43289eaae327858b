//! Student's t: two-sided probabilities and quantiles.

use super::special::{incomplete_beta, normal_two_sided};

/// Beyond so many degrees of freedom t is normal to the last digits shown.
const NORMAL: f64 = 1e7;

/// The probability that |T| is at least `|t|`; NaN without a positive number of degrees of freedom.
pub fn two_sided(t: f64, degrees: f64) -> f64 {
    if degrees > NORMAL {
        return normal_two_sided(t);
    }
    let square = t * t;
    // Close to zero the other half is the small one: both keep their digits.
    if square < degrees {
        1.0 - incomplete_beta(0.5, degrees / 2.0, square / (degrees + square))
    } else {
        incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + square))
    }
}

/// The t that is exceeded in size with the given probability; NaN outside (0, 1) or without degrees of freedom.
pub fn two_sided_quantile(probability: f64, degrees: f64) -> f64 {
    if !(probability > 0.0 && probability < 1.0 && degrees > 0.0) {
        return f64::NAN;
    }
    let mut high = 1.0;
    while two_sided(high, degrees) > probability {
        high *= 2.0;
        if high > 1e300 {
            return f64::NAN;
        }
    }
    let mut low = 0.0;
    // Halving ends when the two are neighbors.
    for _ in 0..2000 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if two_sided(middle, degrees) > probability { low = middle } else { high = middle }
    }
    low + (high - low) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // qt(0.975, c(1, 2, 197, Inf)) in R: 12.706204736175, 4.302652729749, 1.972079..., 1.959963984540.
        for (degrees, t) in [(1.0, 12.706_204_736_174_7), (2.0, 4.302_652_729_749_46), (1e9, 1.959_963_984_540_054)] {
            assert!((two_sided_quantile(0.05, degrees) - t).abs() < 1e-10 * t, "{degrees}");
            assert!((two_sided(t, degrees) - 0.05).abs() < 1e-12);
        }
        // 2 degrees: P(|T| > t) = 1 - t / sqrt(2 + t^2).
        for t in [0.01_f64, 0.5, 3.0, 40.0] {
            assert!((two_sided(t, 2.0) - (1.0 - t / (2.0 + t * t).sqrt())).abs() < 1e-13, "{t}");
        }
    }

    #[test]
    fn edges() {
        assert_eq!(two_sided(0.0, 5.0), 1.0);
        assert!(two_sided(1.0, 0.0).is_nan() && two_sided(f64::NAN, 5.0).is_nan());
        for (p, degrees) in [(0.0, 5.0), (1.0, 5.0), (0.05, 0.0), (f64::NAN, 5.0), (0.05, f64::NAN), (0.05, -1.0)] {
            assert!(two_sided_quantile(p, degrees).is_nan());
        }
    }
}
