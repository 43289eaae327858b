//! `winsorize_quantile`: values beyond two quantiles of the column count as those quantiles.
//!
//! `rule` names the quantile: `type7` interpolates between order statistics (R, NumPy, Excel); `stata` is that of Stata's
//! `pctile` and `winsor2`: with h = n q, the mean of the values at h and h + 1 where h is whole, else the value at the next
//! whole rank. Hyndman and Fan (1996), doi:10.1080/00031305.1996.10473566.

use serde::{Deserialize, Serialize};

use super::{Sample, TreatMethod, Treated};
use crate::numeric::distribution::Distribution;

/// Winsorizing by quantile. What is not set has the default of the method.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WinsorizeQuantile {
    /// The lower quantile, in [0, 1] (0.01; 0 caps nothing).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// The upper quantile, in [0, 1] (0.99; 1 caps nothing).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// The rule of the quantile (`type7`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<QuantileRule>,
}

/// Rules of quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantileRule {
    /// Linear interpolation between order statistics.
    #[default]
    Type7,
    /// The mean of two values where n q is whole, else the next value.
    Stata,
}

impl QuantileRule {
    /// The quantile `q` of a distribution that is not empty.
    pub(crate) fn of(self, values: &Distribution, q: f64) -> f64 {
        if self == Self::Type7 {
            return values.quantile(q);
        }
        let n = values.len() as f64;
        let place = n * q;
        let near = place.round();
        let at = |rank: f64| {
            let rank = rank.clamp(1.0, n);
            let mut seen = 0;
            let upto = values.counts().iter().position(|count| {
                seen += count;
                seen as f64 >= rank
            });
            upto.and_then(|place| values.values().get(place)).copied().unwrap_or(f64::NAN)
        };
        // n q computed in floating point is whole within rounding where it is whole in decimal.
        if (place - near).abs() <= 1e-9 * near.max(1.0) {
            f64::midpoint(at(near), at(near + 1.0))
        } else {
            at(place.ceil())
        }
    }
}

impl WinsorizeQuantile {
    fn ends(&self) -> [f64; 2] {
        [self.lower.unwrap_or(0.01), self.upper.unwrap_or(0.99)]
    }
}

impl TreatMethod for WinsorizeQuantile {
    fn learn(&self, values: &Sample<'_>) -> Result<Treated, String> {
        if values.is_empty() {
            return Ok(Treated::untouched("has no values and is left as it is"));
        }
        let values = values.distribution();
        let [lower, upper] = self.ends();
        let rule = self.rule.unwrap_or_default();
        let mut treated = Treated::default();
        if lower > 0.0 {
            let low = rule.of(values, lower);
            (treated.low, treated.low_count) = (Some(low), values.below(low));
        }
        if upper < 1.0 {
            let high = rule.of(values, upper);
            let upto = values.below(high) + values.equal(high);
            (treated.high, treated.high_count) = (Some(high), values.len() - upto);
        }
        Ok(treated)
    }

    fn problems(&self) -> Vec<(String, String)> {
        let [lower, upper] = self.ends();
        if lower >= 0.0 && upper <= 1.0 && lower < upper {
            return Vec::new();
        }
        vec![(String::new(), format!("[{lower}, {upper}] are no quantiles; expected 0 <= lower < upper <= 1"))]
    }

    fn formula(&self) -> String {
        let [lower, upper] = self.ends();
        let rule = match self.rule.unwrap_or_default() {
            QuantileRule::Type7 => "type 7",
            QuantileRule::Stata => "Stata",
        };
        format!("values are capped at the quantiles {lower} and {upper} ({rule})")
    }

    fn latex(&self) -> String {
        let [lower, upper] = self.ends();
        format!(r"x' = \min(\max(x, Q_{{{lower}}}), Q_{{{upper}}})")
    }

    fn references(&self) -> &'static [&'static str] {
        &["Hyndman and Fan (1996), doi:10.1080/00031305.1996.10473566"]
    }
}
