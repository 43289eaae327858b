//! Rows of a long frame cut by period into samples: what is observed, with a weight and, where groups are asked for, a group.

use crate::numeric::sum::Sum;
use crate::numeric::unit::{largest, needed};

/// The observed rows of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Values times `factor`, in row order.
    pub values: Vec<f64>,
    /// Weights above zero, times a power of two where they were very large or small.
    pub weights: Option<Vec<f64>>,
    /// Groups; empty where none are asked for.
    pub groups: Vec<u32>,
    /// Rows without a value, a weight above zero, or a group.
    pub left_out: usize,
    /// A power of two that keeps sums of squares in the range of doubles; 1 for values of usual size.
    pub factor: f64,
    /// That of the weights.
    pub weight_factor: f64,
}

impl Default for Sample {
    fn default() -> Self {
        Self { values: Vec::new(), weights: None, groups: Vec::new(), left_out: 0, factor: 1.0, weight_factor: 1.0 }
    }
}

/// Samples of `count` periods; `periods` holds a code a row, none where there is one period. Groups come with their number; a
/// code of as many or more is none.
pub fn samples(
    values: &[f64],
    weights: Option<&[f64]>,
    groups: Option<(&[u32], usize)>,
    periods: Option<&[u32]>,
    count: usize,
) -> Vec<Sample> {
    let mut found = vec![Sample { weights: weights.map(|_| Vec::new()), ..Sample::default() }; count];
    for (row, value) in values.iter().enumerate() {
        let period = periods.map_or(0, |periods| periods[row] as usize);
        let Some(own) = found.get_mut(period) else { continue };
        let weight = weights.map_or(1.0, |weights| weights[row]);
        let group = groups.map_or(Some(0), |(codes, known)| Some(codes[row]).filter(|code| (*code as usize) < known));
        let (false, true, Some(group)) = (value.is_nan(), weight > 0.0, group) else {
            own.left_out += 1;
            continue;
        };
        own.values.push(*value);
        if let Some(given) = &mut own.weights {
            given.push(weight);
        }
        if groups.is_some() {
            own.groups.push(group);
        }
    }
    for own in &mut found {
        own.factor = needed(largest(&own.values));
        rescale(&mut own.values, own.factor);
        if let Some(given) = &mut own.weights {
            own.weight_factor = needed(largest(given.iter()));
            rescale(given, own.weight_factor);
        }
    }
    found
}

fn rescale(values: &mut [f64], factor: f64) {
    if factor != 1.0 {
        for value in values {
            *value *= factor;
        }
    }
}

impl Sample {
    /// The weighted mean in the unit of the caller; NaN of nothing.
    pub fn mean(&self) -> f64 {
        mean(&self.values, self.weights.as_deref()) / self.factor
    }
}

/// The weighted mean of observed values; NaN of nothing.
pub fn mean(values: &[f64], weights: Option<&[f64]>) -> f64 {
    let (mut total, mut weight) = (Sum::default(), Sum::default());
    for (row, value) in values.iter().enumerate() {
        let own = weights.map_or(1.0, |weights| weights[row]);
        total.add(own * value);
        weight.add(own);
    }
    if values.is_empty() { f64::NAN } else { total.value() / weight.value() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_to_their_period_and_what_is_unknown_is_counted() {
        let (nan, none) = (f64::NAN, 9);
        let found = samples(
            &[1.0, nan, 3.0, 4.0, 5.0, 6.0],
            Some(&[1.0, 1.0, 0.0, 1.0, 3.0, 2.0]),
            Some((&[0, 1, 0, none, 1, 0], 2)),
            Some(&[1, 0, 1, 1, 0, 1]),
            2,
        );
        assert_eq!((found[0].values.as_slice(), found[0].left_out), ([5.0].as_slice(), 1));
        assert_eq!((found[1].values.as_slice(), found[1].left_out), ([1.0, 6.0].as_slice(), 2));
        assert_eq!(found[1].groups, [0, 0]);
        assert!((found[1].mean() - 13.0 / 3.0).abs() < 1e-15);
        assert!(samples(&[], None, None, None, 1)[0].mean().is_nan());
        assert!(samples(&[], None, None, None, 0).is_empty());
    }

    #[test]
    fn sizes_at_the_ends_of_the_doubles_keep_their_mean() {
        let (huge, tiny) =
            (samples(&[1e308, 1.5e308], None, None, None, 1), samples(&[1e-308, 3e-308], None, None, None, 1));
        assert!((huge[0].mean() / 1.25e308 - 1.0).abs() < 1e-15 && (tiny[0].mean() / 2e-308 - 1.0).abs() < 1e-15);
    }
}
