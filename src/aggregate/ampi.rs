//! `ampi`: the adjusted Mazziotta-Pareto index, the same penalty on scores that can be compared over time.
//!
//! With M the weighted mean of the children, S their standard deviation and cv = S / M: M - S cv (`penalty = "down"`) or M + S cv
//! (`"up"`). Children should lie on [70, 130] between goalposts common to all periods, where 100 is the reference
//! (`scale = { goalposts = { low = .., high = .., to = [70, 130] } }`, or minmax onto [70, 130] over pooled or base periods):
//! then scores of different years compare absolutely, which those of `mpi` do not. ddof, domain and degenerate cases as in
//! `mpi`. Mazziotta and Pareto (2016), doi:10.1007/s11205-015-0998-2; (2018), doi:10.1007/s11205-017-1577-5.

use serde::{Deserialize, Serialize};

use super::AggregateMethod;
use super::mpi::{DDOF, Penalty, no_variation, penalized, penalized_block};

/// Adjusted Mazziotta-Pareto index.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ampi {
    /// Which way the penalty goes (`down`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Penalty>,
    /// The standard deviation divides by the number of children less this, 0 or 1 (1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ddof: Option<u8>,
}

impl AggregateMethod for Ampi {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        penalized(values, weights, self.penalty.unwrap_or_default(), self.ddof.unwrap_or(DDOF))
    }

    fn block(&self, children: &[&[f64]], weights: &[f64], skip: bool, out: &mut [f64]) -> bool {
        let ddof = self.ddof.unwrap_or(DDOF);
        penalized_block(children, weights, self.penalty.unwrap_or_default(), ddof, skip, out)
    }

    // Raising a child that is far above the others widens the spread more than it lifts the mean.
    fn monotone(&self) -> bool {
        false
    }

    fn complaint(&self, values: &[f64], weights: &[f64]) -> Option<String> {
        no_variation(values, weights)
    }

    fn problems(&self) -> Vec<(String, String)> {
        let bad = self.ddof.is_some_and(|ddof| ddof > 1);
        bad.then(|| ("ddof".to_owned(), "expected 0 or 1".to_owned())).into_iter().collect()
    }

    fn formula(&self) -> &'static str {
        "M - S cv (penalty up: +), cv = S / M, M the mean and S the standard deviation of the children"
    }

    fn latex(&self) -> String {
        let sign = if self.penalty.unwrap_or_default() == Penalty::Up { "+" } else { "-" };
        let count = if self.ddof.unwrap_or(DDOF) == 0 { "" } else { r"\,\frac{m}{m - 1}" };
        format!(r"y = M {sign} S \frac{{S}}{{M}},\quad S^2 = \frac{{\sum_j w_j (x_j - M)^2}}{{\sum_j w_j}}{count}")
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "Mazziotta and Pareto (2016), doi:10.1007/s11205-015-0998-2",
            "Mazziotta and Pareto (2018), doi:10.1007/s11205-017-1577-5",
        ]
    }
}
