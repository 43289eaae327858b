//! `log`: the logarithm of a column, shifted so that it exists.
//!
//! With mn and mx the extremes of the fitted column: `offset` (default) ln(x - mn + 0.01 (mx - mn)); `sign_aware` the same
//! where the skewness is positive, else -ln(mx + 0.01 (mx - mn) - x); `unit_shift` ln(x - mn + 1); `plain` ln(x), for
//! positive columns; `log1p` ln(1 + x), for columns above -1. Becker et al. (2022), doi:10.21105/joss.04567.

use serde::{Deserialize, Serialize};

use super::{Curve, Sample, TreatMethod, Treated};

/// Logarithms.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Which logarithm; `offset` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<LogForm>,
}

/// Forms of the logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogForm {
    /// ln(x - mn + 0.01 (mx - mn)).
    #[default]
    Offset,
    /// The same for columns skewed to the right, mirrored for the others.
    SignAware,
    /// ln(x - mn + 1).
    UnitShift,
    /// ln(x).
    Plain,
    /// ln(1 + x).
    Log1p,
}

impl LogForm {
    /// The formula in LaTeX.
    pub(super) fn latex(self) -> &'static str {
        match self {
            Self::Offset => r"\ln(x - \min x + 0.01\,(\max x - \min x))",
            Self::SignAware => {
                r"\begin{cases} \ln(x - \min x + 0.01\,(\max x - \min x)) & \text{if skewness} > 0 \\ -\ln(\max x + 0.01\,(\max x - \min x) - x) & \text{else} \end{cases}"
            }
            Self::UnitShift => r"\ln(x - \min x + 1)",
            Self::Plain => r"\ln x",
            Self::Log1p => r"\ln(1 + x)",
        }
    }

    /// The curve for a column with these extremes and this skewness. The error is a message for people.
    pub fn curve(self, min: f64, max: f64, skewness: f64) -> Result<Curve, String> {
        let margin = 0.01 * (max - min);
        let shift = match self {
            Self::SignAware if skewness <= 0.0 => return Ok(Curve::MirroredLog { from: max + margin }),
            Self::Offset | Self::SignAware => margin - min,
            Self::UnitShift => 1.0 - min,
            Self::Plain => 0.0,
            Self::Log1p => 1.0,
        };
        if min + shift > 0.0 {
            Ok(Curve::Log { shift })
        } else {
            Err(format!(
                "the smallest value is {min}, and ln(x + {shift}) needs values above {}; use form = \"offset\"",
                -shift
            ))
        }
    }

    /// The curve as a formula.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Offset => "ln(x - mn + 0.01 (mx - mn))",
            Self::SignAware => "ln(x - mn + 0.01 (mx - mn)) where skewness > 0, else -ln(mx + 0.01 (mx - mn) - x)",
            Self::UnitShift => "ln(x - mn + 1)",
            Self::Plain => "ln(x)",
            Self::Log1p => "ln(1 + x)",
        }
    }
}

impl TreatMethod for Log {
    fn learn(&self, values: &Sample<'_>) -> Result<Treated, String> {
        let form = self.form.unwrap_or_default();
        let Some([min, max]) = values.extremes() else {
            return Ok(Treated::untouched("has no values and is left as it is"));
        };
        if min == max && matches!(form, LogForm::Offset | LogForm::SignAware) {
            return Ok(Treated::untouched("does not vary and is left as it is"));
        }
        let skewness = values.shape().skewness.unwrap_or(f64::NAN);
        Ok(Treated { curve: Some(form.curve(min, max, skewness)?), ..Treated::default() })
    }

    fn formula(&self) -> String {
        self.form.unwrap_or_default().formula().to_owned()
    }

    fn latex(&self) -> String {
        format!("x' = {}", self.form.unwrap_or_default().latex())
    }

    fn references(&self) -> &'static [&'static str] {
        &["Becker et al. (2022), doi:10.21105/joss.04567"]
    }
}
