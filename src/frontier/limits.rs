//! Limits on the weights, in three models that are often confused: they are told apart by name.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Least and greatest shares.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Shares of what.
    pub on: Share,
    /// The least share: of every indicator, or by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Bound>,
    /// The greatest share: of every indicator, or by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Bound>,
}

/// What the limited shares are shares of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Relative weights, `w_q / sum(w)`: they mean something only where all indicators have one unit of measurement.
    #[default]
    RelativeWeights,
    /// The unit's own pie shares, `w_q x_q / score` (Cherchye et al. 2008, doi:10.1057/palgrave.jors.2602445).
    OwnPieShares,
    /// Pie shares of the mean of all units, `w_q m_q / sum(w m)`.
    MeanPieShares,
}

/// One limit for every indicator, or limits by name; those not named have none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Bound {
    /// For every indicator.
    Every(f64),
    /// By name.
    Named(IndexMap<String, f64>),
}

impl Bound {
    fn of(bound: Option<&Self>, name: &str, none: f64) -> f64 {
        match bound {
            None => none,
            Some(Self::Every(value)) => *value,
            Some(Self::Named(values)) => values.get(name).copied().unwrap_or(none),
        }
    }

    fn entries(&self) -> Vec<(Option<&str>, f64)> {
        match self {
            Self::Every(value) => vec![(None, *value)],
            Self::Named(values) => values.iter().map(|(name, value)| (Some(name.as_str()), *value)).collect(),
        }
    }
}

impl Limits {
    /// What is wrong whatever the indicators are, as (path below the limits, message).
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (end, bound) in [("low", &self.low), ("high", &self.high)] {
            for (name, value) in bound.iter().flat_map(Bound::entries) {
                if !(0.0..=1.0).contains(&value) {
                    let path = name.map_or(end.to_owned(), |name| format!("{end}.{name}"));
                    problems.push((path, format!("a share is between 0 and 1, found {value}")));
                }
            }
        }
        if self.low.is_none() && self.high.is_none() {
            problems.push((String::new(), "neither low nor high is given; expected one at least".to_owned()));
        }
        problems
    }

    /// Least and greatest shares of the indicators, or why no weights keep them, in words.
    pub fn resolve(&self, names: &[&str]) -> Result<(Vec<f64>, Vec<f64>), String> {
        if let Some((path, message)) = self.problems().into_iter().next() {
            return Err(if path.is_empty() { message } else { format!("{path}: {message}") });
        }
        for (end, bound) in [("low", &self.low), ("high", &self.high)] {
            for name in bound.iter().flat_map(Bound::entries).filter_map(|(name, _)| name) {
                if !names.contains(&name) {
                    let near = crate::error::hint(name, names.iter().copied());
                    return Err(format!("{end} names {name:?}, which is no indicator here{near}"));
                }
            }
        }
        let low: Vec<f64> = names.iter().map(|name| Bound::of(self.low.as_ref(), name, 0.0)).collect();
        let high: Vec<f64> = names.iter().map(|name| Bound::of(self.high.as_ref(), name, 1.0)).collect();
        for ((name, low), high) in names.iter().zip(&low).zip(&high) {
            if low > high {
                return Err(format!("{name:?} has the lower limit {low} above the upper limit {high}"));
            }
        }
        let (least, most): (f64, f64) = (low.iter().sum(), high.iter().sum());
        let rounded = |total: f64| (total * 1e10).round() / 1e10;
        if least > 1.0 + 1e-12 {
            let named = told(names, &low, |value| value > 0.0);
            return Err(format!("the lower limits add up to {}, and shares to 1: {named}", rounded(least)));
        }
        if most < 1.0 - 1e-12 {
            let named = told(names, &high, |value| value < 1.0);
            return Err(format!("the upper limits add up to {}, and shares to 1: {named}", rounded(most)));
        }
        Ok((low, high))
    }
}

/// Limits by name, as far as they limit.
fn told(names: &[&str], values: &[f64], shown: impl Fn(f64) -> bool) -> String {
    let limited: Vec<String> = names
        .iter()
        .zip(values)
        .filter(|(_, value)| shown(**value))
        .take(20)
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    limited.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(low: &str, high: &str) -> Limits {
        serde_json::from_str(&format!(r#"{{"on": "own_pie_shares", "low": {low}, "high": {high}}}"#)).expect("limits")
    }

    #[test]
    fn limits_are_resolved_by_name() {
        let found = limits(r#"{"b": 0.2}"#, "0.6").resolve(&["a", "b"]);
        assert_eq!(found, Ok((vec![0.0, 0.2], vec![0.6, 0.6])));
    }

    #[test]
    fn what_cannot_be_kept_is_told_by_name() {
        let cases = [
            ("0.6", "1.0", "the lower limits add up to 1.2, and shares to 1: a 0.6, b 0.6"),
            ("0.0", "0.4", "the upper limits add up to 0.8, and shares to 1: a 0.4, b 0.4"),
            (r#"{"a": 0.5}"#, "0.4", "\"a\" has the lower limit 0.5 above the upper limit 0.4"),
            (r#"{"c": 0.5}"#, "1.0", "low names \"c\", which is no indicator here"),
            (r#"{"a": 1.5}"#, "1.0", "low.a: a share is between 0 and 1, found 1.5"),
        ];
        for (low, high, message) in cases {
            let found = limits(low, high).resolve(&["a", "b"]).expect_err("not possible");
            assert!(found.starts_with(message), "{found}");
        }
    }
}
