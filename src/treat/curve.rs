//! Curves: the transforms of treatments, all rising.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use serde::{Deserialize, Serialize};

use crate::numeric::log::ln;
use crate::numeric::vectorized;

/// A rising function of one value, with its fitted numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Curve {
    /// ln(x + shift).
    Log {
        /// What is added.
        shift: f64,
    },
    /// -ln(from - x): the logarithm seen from the other end, for columns skewed to the left.
    MirroredLog {
        /// What x is taken from.
        from: f64,
    },
    /// ((x + shift)^lambda - 1) / lambda; ln(x + shift) for lambda = 0. Box and Cox (1964),
    /// doi:10.1111/j.2517-6161.1964.tb00553.x.
    BoxCox {
        /// What is added.
        shift: f64,
        /// The exponent.
        lambda: f64,
    },
    /// asinh(x / scale), close to ln(2 x / scale) for large x and defined for all x. Burbidge, Magee and Robb (1988),
    /// doi:10.1080/01621459.1988.10478575.
    Asinh {
        /// Values well below it stay linear.
        scale: f64,
    },
}

impl Curve {
    /// The value on the curve; NaN where it is not defined.
    pub fn at(&self, x: f64) -> f64 {
        match *self {
            Self::Log { shift } | Self::BoxCox { shift, lambda: 0.0 } => ln(positive(x + shift)),
            Self::MirroredLog { from } => -ln(positive(from - x)),
            Self::BoxCox { shift, lambda } => (positive(x + shift).powf(lambda) - 1.0) / lambda,
            Self::Asinh { scale } => (x / scale).asinh(),
        }
    }

    /// A block of values on the curve, in place. False when the curve is not defined for one that is there.
    pub fn block(&self, values: &mut [f64]) -> bool {
        match *self {
            Self::Log { shift } | Self::BoxCox { shift, lambda: 0.0 } => bent(
                values,
                #[inline(always)]
                |x| ln(positive(x + shift)),
            ),
            Self::MirroredLog { from } => bent(
                values,
                #[inline(always)]
                |x| -ln(positive(from - x)),
            ),
            Self::BoxCox { .. } | Self::Asinh { .. } => bent(values, |x| self.at(x)),
        }
    }

    /// Where the curve is defined, in words.
    pub fn domain(&self) -> String {
        match *self {
            Self::Log { shift } | Self::BoxCox { shift, .. } => format!("values above {}", -shift),
            Self::MirroredLog { from } => format!("values below {from}"),
            Self::Asinh { .. } => "every value".to_owned(),
        }
    }

    /// The curve as a formula.
    pub fn formula(&self) -> String {
        match *self {
            Self::Log { shift } | Self::BoxCox { shift, lambda: 0.0 } => format!("ln({})", shifted(shift)),
            Self::MirroredLog { from } => format!("-ln({from} - x)"),
            Self::BoxCox { shift, lambda } => format!("(({})^{lambda} - 1) / {lambda}", shifted(shift)),
            Self::Asinh { scale } => format!("asinh(x / {scale})"),
        }
    }
}

/// Every value through a function; whether none was lost.
#[inline(always)]
fn bent(values: &mut [f64], at: impl Fn(f64) -> f64) -> bool {
    vectorized(
        #[inline(always)]
        || {
            let mut lost = 0;
            for value in values {
                let y = at(*value);
                lost += u64::from(y.is_nan() && !value.is_nan());
                *value = y;
            }
            lost == 0
        },
    )
}

#[inline(always)]
fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { f64::NAN }
}

fn shifted(shift: f64) -> String {
    match shift {
        0.0 => "x".to_owned(),
        below if below < 0.0 => format!("x - {}", -below),
        _ => format!("x + {shift}"),
    }
}
