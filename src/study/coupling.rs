//! Coupling coordination: how well systems develop together.
//!
//! Degree of coupling C, development `T = sum a_i U_i`, coordination `D = sqrt(C T)`. With k systems:
//! - standard: `C = k (prod U)^(1/k) / sum U`;
//! - Wang et al. (2021), doi:10.31497/zrzyxb.20210319: `C = sqrt((1 - mean over pairs |U_i - U_j|) (prod U_i / max U)^(1/(k-1)))`;
//! - power(p): the ratio of means to another power, `(prod U / (sum U / k)^k)^p`; 1/k is the standard;
//! - dropped_factor: `(prod U)^(1/k) / sum U`, which cannot exceed 1/k: an error in circulation, here to reproduce it.

use serde::{Deserialize, Serialize};

use crate::numeric::tolerance::near;

/// The formula of C.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// The standard one.
    #[default]
    Standard,
    /// The modified one of Wang et al. (2021).
    #[serde(rename = "wang_2021")]
    Wang2021,
    /// The ratio of geometric and arithmetic mean to the power of k times this.
    Power(f64),
    /// Without the factor k: wrong, and met.
    DroppedFactor,
}

/// C, T and D of one unit; NaN where undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coupled {
    /// Degree of coupling, 0 to 1.
    pub coupling: f64,
    /// Development.
    pub development: f64,
    /// Degree of coordination, 0 to 1.
    pub coordination: f64,
}

const MISSING: Coupled = Coupled { coupling: f64::NAN, development: f64::NAN, coordination: f64::NAN };

/// Coupling of one unit's systems, each in [0, 1], with weights that sum to one. A system at zero couples with nothing: C = 0;
/// all at zero, or one missing or outside [0, 1]: undefined.
pub fn coupled(systems: &[f64], weights: &[f64], formula: Formula) -> Coupled {
    let k = systems.len() as f64;
    if !systems.iter().all(|u| (0.0..=1.0).contains(u)) || systems.len() < 2 {
        return MISSING;
    }
    let development: f64 = systems.iter().zip(weights).map(|(u, w)| u * w).sum();
    let sum: f64 = systems.iter().sum();
    if sum == 0.0 {
        return Coupled { development, ..MISSING };
    }
    // By logarithms the product of many small numbers stays a number.
    let mean_log = systems.iter().map(|u| u.ln()).sum::<f64>() / k;
    let ratio = k * mean_log.exp() / sum;
    let coupling = match formula {
        Formula::Standard => ratio,
        Formula::Power(p) => ratio.powf(k * p),
        Formula::DroppedFactor => ratio / k,
        Formula::Wang2021 => {
            let most = systems.iter().fold(0.0_f64, |most, u| most.max(*u));
            let product = ((mean_log - most.ln()) * k / (k - 1.0)).exp();
            let mut apart = 0.0;
            for (i, a) in systems.iter().enumerate() {
                apart += systems[i + 1..].iter().map(|b| (a - b).abs()).sum::<f64>();
            }
            ((1.0 - apart / (k * (k - 1.0) / 2.0)) * product).max(0.0).sqrt()
        }
    };
    // Equal systems have C = 1 but for a rounding error.
    let coupling = if coupling > 1.0 && coupling < 1.0 + 1e-12 { 1.0 } else { coupling };
    Coupled { coupling, development, coordination: (coupling * development).sqrt() }
}

/// Which class owns a cut-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The one above: `[a, b)`.
    Left,
    /// The one below: `(a, b]`.
    Right,
}

/// The grade of a degree among ascending cut-offs, the lowest is 0; -1 without a degree. A degree within 1e-9 of a cut-off is on it.
pub fn grade(degree: f64, cuts: &[f64], closed: Closed) -> i16 {
    if degree.is_nan() {
        return -1;
    }
    let above = |cut: &&f64| match closed {
        Closed::Left => degree > **cut || near(degree, **cut),
        Closed::Right => degree > **cut && !near(degree, **cut),
    };
    i16::try_from(cuts.iter().filter(above).count()).unwrap_or(i16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variants_in_circulation_are_told_apart() {
        // shared table of variants: (0.3, 0.6) with equal weights.
        for (formula, c, d) in [
            (Formula::Standard, 0.942_809_041_582_063_5, 0.651_355_562_432_630_6),
            (Formula::DroppedFactor, 0.471_404_520_791_031_73, 0.460_577_935_159_690_75),
            (Formula::Power(0.5), 0.942_809_041_582_063_5, 0.651_355_562_432_630_6),
            (Formula::Power(2.0), 0.790_123_456_790_123_7, 0.596_284_793_999_944),
            (Formula::Wang2021, 0.591_607_978_309_961_6, 0.515_968_594_237_558_7),
        ] {
            let found = coupled(&[0.3, 0.6], &[0.5, 0.5], formula);
            assert!((found.coupling - c).abs() < 1e-14, "{formula:?} {found:?}");
            assert!((found.coordination - d).abs() < 1e-14, "{formula:?} {found:?}");
        }
    }

    #[test]
    fn cut_offs_belong_to_the_grade_that_is_named() {
        let cuts = [0.3, 0.5, 0.8];
        for (degree, left, right) in
            [(0.0, 0, 0), (0.1 + 0.2, 1, 0), (0.4, 1, 1), (0.5, 2, 1), (0.8, 3, 2), (1.0, 3, 3), (f64::NAN, -1, -1)]
        {
            assert_eq!(grade(degree, &cuts, Closed::Left), left, "{degree}");
            assert_eq!(grade(degree, &cuts, Closed::Right), right, "{degree}");
        }
    }

    #[test]
    fn ends_are_defined() {
        let half = [0.5, 0.5];
        assert_eq!(coupled(&[0.0, 0.4], &half, Formula::Standard).coupling, 0.0);
        assert_eq!(coupled(&[0.0, 0.4], &half, Formula::Wang2021).coordination, 0.0);
        assert!(coupled(&[0.0, 0.0], &half, Formula::Standard).coupling.is_nan());
        assert!(coupled(&[f64::NAN, 0.4], &half, Formula::Standard).development.is_nan());
        assert!(coupled(&[1.2, 0.4], &half, Formula::Standard).development.is_nan());
        for formula in [Formula::Standard, Formula::Wang2021, Formula::Power(0.5)] {
            let equal = coupled(&[0.3; 5], &[0.2; 5], formula);
            assert!((equal.coupling - 1.0).abs() < 1e-12 && equal.coupling <= 1.0, "{formula:?}");
        }
    }
}
