//! Weighted quantiles with Woodruff's intervals.
//!
//! With F the weighted share of rows up to a value, the interval of the share at the quantile is carried back through F;
//! the standard error is its width over twice its reach. Woodruff R. S. (1952), Confidence intervals for medians and
//! other position measures, JASA 47(260): 635-646, doi 10.1080/01621459.1952.10483443. With the rule `math` the same as
//! `svyquantile(qrule = "math", interval.type = "mean")` of the R package survey 4.1.

use serde::Deserialize;

use super::linearized::mean;
use super::{Design, interval};
use crate::numeric::sum::Sum;

/// Shares within this distance are equal, so that the order of additions decides nothing.
const EQUAL: f64 = 1e-12;

/// Which value is the quantile q.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The smallest value with F >= q.
    Math,
    /// The smallest value with F > q.
    Higher,
    /// Midway between the two, which differ where F = q.
    School,
}

/// A quantile, its standard error and interval, and the rows it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The quantile.
    pub value: f64,
    /// Its standard error; NaN where an end of the interval lies outside the values.
    pub se: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Rows with a value.
    pub n: usize,
    /// The sum of their weights.
    pub weight: f64,
}

/// Quantiles of a variable over the rows of a domain.
pub fn quantiles(
    design: &Design,
    rows: &[u32],
    y: impl Fn(usize) -> f64,
    wanted: &[f64],
    rule: Rule,
    level: f64,
) -> Vec<Quantile> {
    let mut values: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| (y(*row as usize), design.weights()[*row as usize]))
        .filter(|(y, _)| !y.is_nan())
        .collect();
    let n = values.len();
    values.retain(|(_, weight)| *weight > 0.0);
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut upto = Sum::default();
    let upto: Vec<f64> = values
        .iter()
        .map(|(_, weight)| {
            upto.add(*weight);
            upto.value()
        })
        .collect();
    let Some(&weight) = upto.last() else {
        let none = Quantile { value: f64::NAN, se: f64::NAN, low: f64::NAN, high: f64::NAN, n, weight: 0.0 };
        return vec![none; wanted.len()];
    };
    let at = |q: f64| pick(&values, &upto, weight, q, rule);
    let mut known = interval::Reach::new(level);
    let mut one = |&q: &f64| {
        let value = at(q);
        let share =
            mean(design, rows, |row| if y(row).is_nan() { f64::NAN } else { f64::from(u8::from(y(row) <= value)) });
        let reach = known.of(share.degrees);
        let (low, high) = interval::plain(share.value, share.se, reach);
        let low = if low >= 0.0 { at(low) } else { f64::NAN };
        let high = if high <= 1.0 { at(high) } else { f64::NAN };
        Quantile { value, se: (high - low) / (2.0 * reach), low, high, n, weight }
    };
    wanted.iter().map(&mut one).collect()
}

fn pick(values: &[(f64, f64)], upto: &[f64], weight: f64, q: f64, rule: Rule) -> f64 {
    let last = values.len() - 1;
    let place = |bound: f64| values[upto.partition_point(|share| *share < bound).min(last)].0;
    let (lower, higher) = ((q - EQUAL) * weight, (q + EQUAL) * weight);
    match rule {
        Rule::Math => place(lower),
        Rule::Higher => place(higher),
        Rule::School => {
            let (low, high) = (place(lower), place(higher));
            if low == high { low } else { low + (high - low) / 2.0 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::plain;
    use super::*;

    fn of(y: &[f64], weights: &[f64], q: f64, rule: Rule) -> Quantile {
        let design = plain(weights);
        quantiles(&design, design.order(), |row| y[row], &[q], rule, 0.95)[0]
    }

    #[test]
    fn rules_differ_where_the_share_is_met() {
        let (y, w) = ([40.0, 10.0, 30.0, 20.0], [1.0; 4]);
        for (rule, value) in [(Rule::Math, 20.0), (Rule::Higher, 30.0), (Rule::School, 25.0)] {
            assert_eq!(of(&y, &w, 0.5, rule).value, value);
            assert_eq!(of(&y, &w, 0.6, rule).value, 30.0);
        }
        // Weights move it: 40 has most of the weight.
        assert_eq!(of(&y, &[9.0, 1.0, 1.0, 1.0], 0.5, Rule::Math).value, 40.0);
        // Tenths do not add up exactly, and the share is met all the same.
        let tenths: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(of(&tenths, &[0.1; 10], 0.3, Rule::Math).value, 3.0);
        assert_eq!(of(&tenths, &[0.1; 10], 0.7, Rule::School).value, 7.5);
    }

    #[test]
    fn edges() {
        assert!(of(&[f64::NAN; 2], &[1.0; 2], 0.5, Rule::Math).value.is_nan());
        let constant = of(&[7.0; 5], &[1.0; 5], 0.5, Rule::School);
        assert_eq!((constant.value, constant.n), (7.0, 5));
        // Rows of weight 0 are no quantile.
        assert_eq!(of(&[1.0, 2.0, 3.0], &[0.0, 1.0, 1.0], 0.01, Rule::Math).value, 2.0);
        // Two rows: the interval reaches beyond all values.
        let two = of(&[1.0, 2.0], &[1.0; 2], 0.5, Rule::Math);
        assert!(two.value == 1.0 && two.se.is_nan() && two.low.is_nan());
    }
}
