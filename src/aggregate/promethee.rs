//! `promethee`: the net outranking flow of PROMETHEE II.
//!
//! P(d) in [0, 1] says how strongly a lead of d is preferred (0 for d <= 0):
//!
//! | preference | P(d), d > 0 |
//! |---|---|
//! | `usual` | 1 |
//! | `u_shape` | 1 above q, else 0 |
//! | `v_shape` (default) | d / p up to p, then 1 |
//! | `level` | 0 up to q, 1/2 up to p, then 1 |
//! | `linear` | 0 up to q, (d - q) / (p - q) up to p, then 1 |
//! | `gaussian` | 1 - exp(-d^2 / (2 s^2)) |
//!
//! On one child, the flow of unit i is `f[i] = sum(P(x[i] - x[j]) - P(x[j] - x[i])) / (n - 1)` over the other of the n units
//! observed on it; new rows are compared with all n records and divide by n. The score is `sum(w f) / sum(w)` over the
//! children observed for i, in [-1, 1]; where nothing is missing, the scores of units compared with each other sum to zero.
//! q, p and s are in units of the child scores, one for all children. Without p, `v_shape` and `linear` take the range of the
//! records of each child; without a range (all records equal) any lead counts in full. A child on which nobody else is
//! observed compares nothing and drops out like a missing one; a unit with no child left has no score (a warning tells one
//! that is observed all the same from one that is not). Scores depend on who else is there and compare within one population only.
//!
//! All but `gaussian` are piecewise linear: with sorted records and prefix sums, O(n log n) a child; `gaussian` takes O(n^2)
//! time. None holds n x n numbers.
//!
//! Brans and Vincke (1985), doi:10.1287/mnsc.31.6.647; the sweep follows Calders and Van Assche (2016), arXiv:1603.00091.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

mod sweep;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use sweep::{Curve, HUGE, TINY, bell, range, shrink, sorted, sweep};

use super::{AggregateMethod, Population, Split};
use crate::numeric::vectorized;
use crate::parallel::map;

/// Rows per task where each takes time in proportion to the records.
const STRIP: usize = 256;

/// Net outranking flow.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Promethee {
    /// How strongly a lead is preferred (`v_shape`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preference: Option<Preference>,
    /// Leads up to here are indifferent (0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<f64>,
    /// Leads above count in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// Inflection point of the gaussian.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s: Option<f64>,
}

/// The kind of preference function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// Any lead counts in full.
    Usual,
    /// Leads above q count in full.
    UShape,
    /// In proportion up to p.
    #[default]
    VShape,
    /// A half above q, in full above p.
    Level,
    /// In proportion between q and p.
    Linear,
    /// 1 - exp(-d^2 / (2 s^2)).
    Gaussian,
}

impl Preference {
    /// The options it has.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Usual => &[],
            Self::UShape => &["q"],
            Self::VShape => &["p"],
            Self::Level | Self::Linear => &["q", "p"],
            Self::Gaussian => &["s"],
        }
    }
}

impl Promethee {
    /// The preference function where scores are taken times `unit`.
    fn curve(&self, range: f64, unit: f64) -> Curve {
        let (q, p) = (self.q.map_or(0.0, |q| q * unit), self.p.map_or(range, |p| p * unit));
        // A ramp too short for its slope to be a number is a step.
        let ramp = |q: f64| {
            let steep = p <= q || !(1.0 / (p - q)).is_finite();
            if steep { Curve::Steps { q, p: q } } else { Curve::Ramp { q, p } }
        };
        match self.preference.unwrap_or_default() {
            Preference::Usual => Curve::Steps { q: 0.0, p: 0.0 },
            Preference::UShape => Curve::Steps { q, p: q },
            Preference::VShape => ramp(0.0),
            Preference::Level => Curve::Steps { q, p },
            Preference::Linear => ramp(q),
            Preference::Gaussian => Curve::Bell { s: self.s.map_or(f64::NAN, |s| s * unit) },
        }
    }

    /// The flows on each child; missing where nothing can be compared.
    fn flows(&self, population: &Population<'_>) -> Option<Vec<Vec<f64>>> {
        let together = population.among_themselves();
        let (threads, cancel) = (population.threads, population.cancel);
        let children: Vec<(&[f64], &[f64])> =
            population.records.iter().copied().zip(population.rows.iter().copied()).collect();
        if self.preference != Some(Preference::Gaussian) {
            let work = |(): &mut (), (records, rows): (&[f64], &[f64])| {
                let mut records = sorted(records);
                let mut others = if together { Vec::new() } else { sorted(rows) };
                let unit = shrink(&mut [&mut records, &mut others]);
                let curve = self.curve(range(&records), unit);
                if together {
                    sweep(curve, &records, &records, 1, rows.len())
                } else {
                    sweep(curve, &records, &others, 0, rows.len())
                }
            };
            return map(children, threads, cancel, || (), work);
        }
        // Leads are seen from s: with a unit for all, none overflows where s is near the greatest number.
        let unit = if self.s.is_some_and(|s| s > HUGE) { TINY } else { 1.0 };
        let values = |(): &mut (), (records, _): (&[f64], &[f64])| -> Vec<f64> {
            sorted(records).into_iter().map(|(value, _)| value * unit).collect()
        };
        let records = map(children.clone(), threads, cancel, || (), values)?;
        let curve = self.curve(0.0, unit);
        let mut tasks: Vec<(&[f64], &[f64])> = Vec::new();
        for (records, (_, rows)) in records.iter().zip(&children) {
            tasks.extend(rows.chunks(STRIP).map(|rows| (records.as_slice(), rows)));
        }
        let work = |(): &mut (), (records, rows): (&[f64], &[f64])| -> Vec<f64> {
            rows.iter().map(|x| bell(curve, records, *x * unit, usize::from(together))).collect()
        };
        let mut parts = map(tasks, threads, cancel, || (), work)?.into_iter();
        Some(
            children
                .iter()
                .map(|(_, rows)| parts.by_ref().take(rows.len().div_ceil(STRIP)).flatten().collect())
                .collect(),
        )
    }
}

impl AggregateMethod for Promethee {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    fn split(&self) -> Split {
        Split::Alone
    }

    fn monotone(&self) -> bool {
        false
    }

    fn relative(&self) -> bool {
        true
    }

    fn against(&self, population: &Population<'_>, out: &mut [f64]) -> bool {
        let Some(flows) = self.flows(population) else {
            return false;
        };
        let mut seen = vec![0.0; out.len()];
        vectorized(
            #[inline(always)]
            || {
                out.fill(0.0);
                for (flows, weight) in flows.iter().zip(population.weights) {
                    for ((score, seen), flow) in out.iter_mut().zip(&mut seen).zip(flows) {
                        let there = if flow.is_nan() { 0.0 } else { *weight };
                        *score += there * if flow.is_nan() { 0.0 } else { *flow };
                        *seen += there;
                    }
                }
                // Nothing observed is 0 / 0, which is missing.
                for (score, seen) in out.iter_mut().zip(&seen) {
                    *score /= seen;
                }
            },
        );
        true
    }

    fn problems(&self) -> Vec<(String, String)> {
        let kind = self.preference.unwrap_or_default();
        let mut problems = Vec::new();
        for (name, value) in [("q", self.q), ("p", self.p), ("s", self.s)] {
            let Some(value) = value else { continue };
            if !kind.options().contains(&name) {
                problems.push((name.to_owned(), "not used by this preference; leave it out".to_owned()));
            } else if !value.is_finite() || value < 0.0 || (value == 0.0 && name != "q") {
                let least = if name == "q" { "a number of at least 0" } else { "a positive number" };
                problems.push((name.to_owned(), format!("expected {least}, in units of the child scores")));
            }
        }
        if let (Some(q), Some(p)) = (self.q, self.p)
            && q > p
        {
            problems.push(("q".to_owned(), format!("expected at most p = {p}: q is where preference begins")));
        }
        let needed = match kind {
            Preference::Level if self.p.is_none() => Some("p"),
            Preference::Gaussian if self.s.is_none() => Some("s"),
            _ => None,
        };
        if let Some(name) = needed {
            problems.push((name.to_owned(), "needed by this preference, in units of the child scores".to_owned()));
        }
        problems
    }

    fn formula(&self) -> &'static str {
        "sum(w f) / sum(w), f the mean over the other units of P(x - other) - P(other - x)"
    }

    fn latex(&self) -> String {
        r"y = \frac{\sum_j w_j f_j}{\sum_j w_j},\quad f_j = \frac{1}{n - 1} \sum_i \bigl(P(x_j - x_{ij}) - P(x_{ij} - x_j)\bigr)".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &["Brans and Vincke (1985), doi:10.1287/mnsc.31.6.647", "Calders and Van Assche (2016), arXiv:1603.00091"]
    }
}
