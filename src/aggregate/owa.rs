//! `owa`: the ordered weighted average. Weights belong to ranks, best to worst, not to children.
//!
//! With x_(1) >= ... >= x_(m): sum_k v_k x_(k), v >= 0 and sum 1. `weights` gives v as a list from best to worst; `orness`
//! in (0, 1) gives the quantifier v_k = (k/m)^a - ((k-1)/m)^a with a = (1 - orness) / orness: 0.5 is the mean, towards 0 the worst
//! child decides, towards 1 the best. Weights of children stretch the ranks: Q is read at the cumulated weights, so that
//! equal ones change nothing. A given list is read as the piecewise linear Q through its cumulated values; with that, a
//! missing child leaves the others their places in [0, 1]. Yager (1988), doi:10.1109/21.87068; Yager (1996),
//! doi:10.1002/(SICI)1098-111X(199601)11:1<49::AID-INT3>3.0.CO;2-Z.

use serde::{Deserialize, Serialize};

use super::AggregateMethod;

/// Ordered weighted average.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Owa {
    /// Weights of the best child, the second best and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<Vec<f64>>,
    /// How much the best children count, in (0, 1); 0.5 when neither is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orness: Option<f64>,
}

impl Owa {
    /// The share of weight that the best `share` of the children have.
    fn quantifier(&self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        let Some(weights) = &self.weights else {
            let orness = self.orness.unwrap_or(0.5);
            return share.powf((1.0 - orness) / orness);
        };
        let total: f64 = weights.iter().sum();
        let place = share * weights.len() as f64;
        // Cumulated shares of thirds must not miss a step by a rounding error.
        let whole = if (place - place.round()).abs() < 1e-9 { place.round() } else { place.floor() };
        let steps = weights.len().min(whole as usize);
        let begun = weights.get(steps).map_or(0.0, |weight| weight * (place - whole).max(0.0));
        (weights[..steps].iter().sum::<f64>() + begun) / total
    }
}

impl AggregateMethod for Owa {
    fn value(&self, values: &[f64], weights: &[f64]) -> f64 {
        let mut sorted: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        // Added up in the order of `seen`, which so reaches exactly 1.
        let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
        let (mut seen, mut before, mut score) = (0.0, 0.0, 0.0);
        for (value, weight) in sorted {
            seen += weight;
            let upto = self.quantifier(seen / total);
            // A child at infinity without a place must not make the score undefined.
            score += if upto > before { (upto - before) * value } else { 0.0 };
            before = upto;
        }
        score
    }

    fn monotone(&self) -> bool {
        true
    }

    /// Ranks are shared out: equal children have their ranks in common, each in proportion to its weight.
    fn contributions(&self, values: &[f64], weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        let above =
            |x: f64| values.iter().zip(weights).filter(move |(y, _)| **y > x).map(|(_, weight)| weight).sum::<f64>();
        let tied =
            |x: f64| values.iter().zip(weights).filter(move |(y, _)| **y == x).map(|(_, weight)| weight).sum::<f64>();
        let one = |(x, weight): (&f64, &f64)| {
            let (above, tied) = (above(*x), tied(*x));
            let share = self.quantifier((above + tied) / total) - self.quantifier(above / total);
            if tied > 0.0 { share * weight / tied * x } else { 0.0 }
        };
        values.iter().zip(weights).map(one).collect()
    }

    fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        if let Some(weights) = &self.weights {
            let good = weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
            if !good || weights.iter().sum::<f64>() <= 0.0 {
                problems.push(("weights".to_owned(), "expected numbers of at least 0, not all 0".to_owned()));
            }
            if self.orness.is_some() {
                problems.push(("orness".to_owned(), "follows from weights; give one of the two".to_owned()));
            }
        }
        if self.orness.is_some_and(|orness| !(orness > 0.0 && orness < 1.0)) {
            problems.push((
                "orness".to_owned(),
                "expected a number between 0 and 1; use min or max for the ends".to_owned(),
            ));
        }
        problems
    }

    fn slopes(&self, values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
        // Concave where the worse of two ranks never weighs less.
        let concave = self.weights.as_ref().map_or_else(
            || self.orness.unwrap_or(0.5) <= 0.5,
            |list| list.windows(2).all(|pair| matches!(pair, [better, worse] if better <= worse)),
        );
        if !concave {
            return None;
        }
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
        let total: f64 = order.iter().map(|k| weights[*k]).sum();
        let (mut seen, mut before, mut slopes) = (0.0, 0.0, vec![0.0; values.len()]);
        for k in order {
            seen += weights[k];
            let upto = self.quantifier(seen / total);
            slopes[k] = upto - before;
            before = upto;
        }
        Some(slopes)
    }

    fn formula(&self) -> &'static str {
        "sum(v_k x_(k)), x_(1) the best child"
    }

    fn latex(&self) -> String {
        r"y = \sum_k v_k x_{(k)},\quad x_{(1)} \ge x_{(2)} \ge \dots".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "Yager (1988), doi:10.1109/21.87068",
            "Yager (1996), doi:10.1002/(SICI)1098-111X(199601)11:1<49::AID-INT3>3.0.CO;2-Z",
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let equal = [1.0; 3];
        let list = |weights: &[f64]| Owa { weights: Some(weights.to_vec()), orness: None };
        approx::assert_relative_eq!(list(&[0.5, 0.3, 0.2]).value(&[1.0, 3.0, 2.0], &equal), 2.3, max_relative = 1e-15);
        approx::assert_relative_eq!(Owa::default().value(&[1.0, 3.0, 2.0], &equal), 2.0, max_relative = 1e-15);
        // orness 1/3 is the exponent 2: v = 1/9, 3/9, 5/9.
        let low = Owa { weights: None, orness: Some(1.0 / 3.0) };
        approx::assert_relative_eq!(low.value(&[1.0, 3.0, 2.0], &equal), (3.0 + 6.0 + 5.0) / 9.0, max_relative = 1e-14);
        // Two of three children left: Q of the list at 1/2 is 0.5 + 0.3 / 2.
        let two = list(&[0.5, 0.3, 0.2]).value(&[1.0, 3.0], &[1.0; 2]);
        approx::assert_relative_eq!(two, 0.65 * 3.0 + 0.35, max_relative = 1e-14);
        // Equal children share their ranks: 2 and 2 have 0.5 + 0.3 together.
        let parts = list(&[0.5, 0.3, 0.2]).contributions(&[2.0, 1.0, 2.0], &equal);
        for (part, expected) in parts.iter().zip([0.8, 0.2, 0.8]) {
            approx::assert_relative_eq!(*part, expected, max_relative = 1e-14);
        }
        // All but the worst child count for nothing, although 0.1 + 0.2 + 0.3 depends on the order.
        let strict = Owa { weights: None, orness: Some(1e-300) };
        assert_eq!(strict.value(&[3.0, 1.0, 2.0], &[0.1, 0.2, 0.3]), 1.0);
        assert_eq!(list(&[]).problems().len() + list(&[-1.0, 2.0]).problems().len(), 2);
    }
}
