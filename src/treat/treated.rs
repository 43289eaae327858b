//! What a treatment has learned, and a scale that sees treated values.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use serde::{Deserialize, Serialize};

use super::Curve;
use crate::normalize::{Scorer, Shape};
use crate::numeric::vectorized;

/// How far a column is from a normal one, at one stage of its treatment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Check {
    /// Skewness (type 2); none where it is not defined.
    pub skewness: Option<f64>,
    /// Excess kurtosis (type 2).
    pub kurtosis: Option<f64>,
    /// Whether the column passes the test.
    pub passes: Option<bool>,
}

/// Caps and a curve, learned from a column, with what was found on the way.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Treated {
    /// Values below count as this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Values above count as this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// The curve the capped values go through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<Curve>,
    /// How many fitted values were below the lower cap.
    #[serde(skip_serializing_if = "is_zero")]
    pub low_count: u64,
    /// How many fitted values were above the upper cap.
    #[serde(skip_serializing_if = "is_zero")]
    pub high_count: u64,
    /// The test before, after capping, and after the curve, as far as it was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// What the user should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Treated {
    /// A column left as it is, and why.
    pub fn untouched(warning: impl Into<String>) -> Self {
        Self { warning: Some(warning.into()), ..Self::default() }
    }

    /// Whether every value stays what it is.
    pub fn is_identity(&self) -> bool {
        self.low.is_none() && self.high.is_none() && self.curve.is_none()
    }

    /// The treated value; NaN for missing ones, and where the curve is not defined.
    pub fn at(&self, x: f64) -> f64 {
        let x = match self.low {
            Some(low) if x < low => low,
            _ => x,
        };
        let x = match self.high {
            Some(high) if x > high => high,
            _ => x,
        };
        self.curve.map_or(x, |curve| curve.at(x))
    }

    /// A block of treated values. False when the curve is not defined for one of them.
    pub fn block(&self, values: &[f64], out: &mut [f64]) -> bool {
        let (low, high) = (self.low.unwrap_or(f64::NEG_INFINITY), self.high.unwrap_or(f64::INFINITY));
        vectorized(
            #[inline(always)]
            || {
                for (y, &x) in out.iter_mut().zip(values) {
                    let x = if x < low { low } else { x };
                    *y = if x > high { high } else { x };
                }
            },
        );
        self.curve.is_none_or(|curve| curve.block(out))
    }

    /// The treatment with its numbers, as a formula.
    pub fn formula(&self) -> String {
        let mut parts = Vec::new();
        if let Some(low) = self.low {
            parts.push(format!("x := max(x, {low})"));
        }
        if let Some(high) = self.high {
            parts.push(format!("x := min(x, {high})"));
        }
        if let Some(curve) = self.curve {
            parts.push(format!("x := {}", curve.formula()));
        }
        parts.join(", ")
    }
}

/// A scale behind a treatment.
#[derive(Debug)]
pub struct TreatedScorer {
    treated: Treated,
    inner: Box<dyn Scorer>,
}

impl TreatedScorer {
    /// The scale `inner`, which sees treated values only.
    pub fn new(treated: Treated, inner: Box<dyn Scorer>) -> Self {
        Self { treated, inner }
    }
}

impl Scorer for TreatedScorer {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        let mut treated = vec![0.0; values.len()];
        let fine = self.treated.block(values, &mut treated);
        self.inner.score(&treated, out) && fine
    }

    fn complaint(&self, value: f64) -> Option<String> {
        let treated = self.treated.at(value);
        if treated.is_nan() && !value.is_nan() {
            let domain = self.treated.curve.map(|curve| curve.domain()).unwrap_or_default();
            return Some(format!(
                "the fitted treatment is defined for {domain} only; fit on these rows, or cap them first"
            ));
        }
        self.inner.complaint(treated)
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        // Treatments never fall, so the ends of the domain go to the ends of its image.
        let treated = domain.map(|[low, high]| [self.treated.at(low), self.treated.at(high)]);
        self.inner.image(treated.filter(|ends| ends.iter().all(|end| !end.is_nan())))
    }

    fn rule(&self, value: f64) -> String {
        format!("{}; {}", self.treated.formula(), self.inner.rule(self.treated.at(value)))
    }

    fn shape(&self) -> Option<Shape> {
        let mut shape = self.inner.shape().filter(|shape| self.treated.curve.is_none() && !shape.steps)?;
        shape.knots.extend(self.treated.low.into_iter().chain(self.treated.high));
        shape.knots.sort_unstable_by(f64::total_cmp);
        Some(shape)
    }

    fn snaps(&self, value: f64) -> bool {
        self.inner.snaps(self.treated.at(value))
    }

    fn total(&self) -> bool {
        self.treated.curve.is_none() && self.inner.total()
    }
}
