//! `winsorize_count`: so many points at each end count as the next value inside.
//!
//! The `low` smallest and `high` largest points are capped, whether or not the column has outliers. Ties are capped
//! together: where the points end inside a run of equal values, the whole run stays, so that never more points change than
//! asked for.

use serde::{Deserialize, Serialize};

use super::{Sample, TreatMethod, Treated};

/// Winsorizing by count.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WinsorizeCount {
    /// Points at the low end (0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<u64>,
    /// Points at the high end (0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<u64>,
}

/// How many distinct values, and points, can be taken from an end.
fn taken<'a>(counts: impl Iterator<Item = &'a u64>, most: u64) -> (usize, u64) {
    let (mut distinct, mut points) = (0, 0);
    for count in counts {
        if points + count > most {
            break;
        }
        (distinct, points) = (distinct + 1, points + count);
    }
    (distinct, points)
}

impl TreatMethod for WinsorizeCount {
    fn learn(&self, sample: &Sample<'_>) -> Result<Treated, String> {
        let (values, counts) = (sample.distribution().values(), sample.distribution().counts());
        let (low, low_count) = taken(counts.iter(), self.low.unwrap_or(0));
        let (high, high_count) = taken(counts.iter().rev(), self.high.unwrap_or(0));
        if low + high >= values.len() && low + high > 0 {
            return Ok(Treated::untouched("has too few distinct values to cap so many points, and is left as it is"));
        }
        Ok(Treated {
            low: (low > 0).then(|| values[low]),
            high: (high > 0).then(|| values[values.len() - 1 - high]),
            low_count,
            high_count,
            ..Treated::default()
        })
    }

    fn problems(&self) -> Vec<(String, String)> {
        if self.low.unwrap_or(0) + self.high.unwrap_or(0) > 0 {
            return Vec::new();
        }
        vec![(String::new(), "expected the number of points at the low or the high end".to_owned())]
    }

    fn formula(&self) -> String {
        format!(
            "the {} lowest and {} highest points count as the next value inside",
            self.low.unwrap_or(0),
            self.high.unwrap_or(0)
        )
    }

    fn latex(&self) -> String {
        format!(r"x' = \min(\max(x, x_{{({})}}), x_{{(n - {})}})", self.low.unwrap_or(0) + 1, self.high.unwrap_or(0))
    }
}
