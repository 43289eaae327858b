//! `flag`: points for yes, none for no.
//!
//! Numbers 1 and 0, booleans, and the texts yes/no, true/false, y/n, 1/0, 是/否 (any case) are accepted.

use serde::{Deserialize, Serialize};

use super::{Learned, Prepared, ScaleMethod, Scorer, Shape, ordered};
use crate::definition::Direction;

/// Points for no and yes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flag {
    /// Points for no and for yes.
    #[serde(skip_serializing_if = "super::linear::is_unit")]
    pub points: [f64; 2],
}

impl Default for Flag {
    fn default() -> Self {
        Self { points: [0.0, 1.0] }
    }
}

/// A yes or no written as text.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["yes", "true", "y", "1", "1.0", "是"]) {
        Some(true)
    } else if is(&["no", "false", "n", "0", "0.0", "否"]) {
        Some(false)
    } else {
        None
    }
}

impl ScaleMethod for Flag {
    fn prepare(&self, _: Direction, _: &[Learned]) -> Result<Prepared, String> {
        Ok(Prepared::new(self.clone()))
    }

    fn problems(&self, _: Direction) -> Vec<(String, String)> {
        if self.points.iter().all(|points| points.is_finite()) {
            vec![]
        } else {
            vec![("points".into(), "expected finite numbers".into())]
        }
    }

    fn has_own_direction(&self) -> bool {
        true
    }

    fn formula(&self, _: Direction) -> String {
        format!("{} if yes, {} if no", self.points[1], self.points[0])
    }

    fn latex(&self, _: Direction) -> String {
        let [no, yes] = self.points;
        format!(r"y = \begin{{cases}} {yes} & \text{{if yes}} \\ {no} & \text{{if no}} \end{{cases}}")
    }
}

impl Scorer for Flag {
    fn score(&self, values: &[f64], out: &mut [f64]) -> bool {
        let mut fine = true;
        for (y, &x) in out.iter_mut().zip(values) {
            fine &= x == 0.0 || x == 1.0 || x.is_nan();
            *y = if x == 1.0 {
                self.points[1]
            } else if x == 0.0 {
                self.points[0]
            } else {
                f64::NAN
            };
        }
        fine
    }

    fn complaint(&self, value: f64) -> Option<String> {
        (!(value == 0.0 || value == 1.0 || value.is_nan())).then(|| "expected 1 (yes) or 0 (no)".to_owned())
    }

    fn image(&self, domain: Option<[f64; 2]>) -> [f64; 2] {
        match domain {
            Some([low, _]) if low > 0.0 => [self.points[1]; 2],
            Some([_, high]) if high < 1.0 => [self.points[0]; 2],
            _ => ordered(self.points[0], self.points[1]),
        }
    }

    fn shape(&self) -> Option<Shape> {
        let rising = self.points[1] >= self.points[0];
        let ends = Some([0.0, 1.0]);
        Some(Shape { rising, knots: vec![if rising { 1.0 } else { 0.0 }], steps: true, anchors: ends, ends })
    }

    fn rule(&self, value: f64) -> String {
        if value == 1.0 { "yes".to_owned() } else { "no".to_owned() }
    }
}
