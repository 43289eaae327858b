//! `asinh`: the inverse hyperbolic sine, asinh(x / scale): like a logarithm for large values, defined for zero and below.
//!
//! Results depend on `scale` (1 unless said), which is a choice of unit: say it. Burbidge, Magee and Robb (1988),
//! doi:10.1080/01621459.1988.10478575.

use serde::{Deserialize, Serialize};

use super::{Curve, Sample, TreatMethod, Treated};

/// Inverse hyperbolic sine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asinh {
    /// Values well below it stay linear (1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
}

impl TreatMethod for Asinh {
    fn learn(&self, _: &Sample<'_>) -> Result<Treated, String> {
        Ok(Treated { curve: Some(Curve::Asinh { scale: self.scale.unwrap_or(1.0) }), ..Treated::default() })
    }

    fn problems(&self) -> Vec<(String, String)> {
        let good = self.scale.is_none_or(|scale| scale.is_finite() && scale > 0.0);
        if good { Vec::new() } else { vec![("scale".to_owned(), "expected a number above 0".to_owned())] }
    }

    fn formula(&self) -> String {
        format!("asinh(x / {})", self.scale.unwrap_or(1.0))
    }

    fn latex(&self) -> String {
        format!(r"x' = \operatorname{{asinh}}(x / {})", self.scale.unwrap_or(1.0))
    }

    fn references(&self) -> &'static [&'static str] {
        &["Burbidge, Magee and Robb (1988), doi:10.1080/01621459.1988.10478575"]
    }
}
