//! Winsorizing a column within groups (periods, say), with the caps and what they cap.
//!
//! The quantile rules are those of the treatment `winsorize_quantile`.

use super::same_length;
use crate::error::Result;
use crate::numeric::distribution::Distribution;
use crate::parallel::{Cancel, map};
use crate::treat::QuantileRule;

/// What happened in one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Caps {
    /// Values that are not missing.
    pub n: u64,
    /// The lower cap; NaN where there is none.
    pub low: f64,
    /// The upper cap; NaN where there is none.
    pub high: f64,
    /// Values below the lower cap.
    pub low_count: u64,
    /// Values above the upper cap.
    pub high_count: u64,
}

/// Values capped at the quantiles `lower` and `upper` of their group; a negative group is unknown and its rows are missing.
pub fn winsorize(
    values: &[f64],
    groups: &[i64],
    count: usize,
    [lower, upper]: [f64; 2],
    rule: QuantileRule,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<(Vec<f64>, Vec<Caps>)> {
    same_length(&[values.len(), groups.len()])?;
    let group_of = |row: usize| usize::try_from(groups[row]).ok().filter(|group| *group < count);
    let mut parts: Vec<Vec<f64>> = vec![Vec::new(); count];
    for (row, value) in values.iter().enumerate() {
        if let Some(part) = group_of(row).and_then(|group| parts.get_mut(group)) {
            part.push(*value);
        }
    }
    let caps = map(parts, threads, cancel, || (), |(), part| caps(&part, lower, upper, rule))
        .ok_or_else(crate::error::Error::interrupted)?;
    let made = (0..values.len()).map(|row| match group_of(row).and_then(|group| caps.get(group)) {
        None => f64::NAN,
        Some(caps) if values[row] < caps.low => caps.low,
        Some(caps) if values[row] > caps.high => caps.high,
        Some(_) => values[row],
    });
    Ok((made.collect(), caps))
}

fn caps(values: &[f64], lower: f64, upper: f64, rule: QuantileRule) -> Caps {
    let values = Distribution::of(values);
    let mut caps = Caps { n: values.len(), low: f64::NAN, high: f64::NAN, low_count: 0, high_count: 0 };
    if values.is_empty() {
        return caps;
    }
    if lower > 0.0 {
        caps.low = rule.of(&values, lower);
        caps.low_count = values.below(caps.low);
    }
    if upper < 1.0 {
        caps.high = rule.of(&values, upper);
        caps.high_count = values.len() - values.below(caps.high) - values.equal(caps.high);
    }
    caps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_caps_of_their_own() {
        let values: Vec<f64> = (1..=10).chain(101..=110).map(f64::from).chain([f64::NAN, 7.0]).collect();
        let groups: Vec<i64> = [vec![0; 10], vec![1; 10], vec![0, -1]].concat();
        let of = |rule| winsorize(&values, &groups, 3, [0.2, 0.8], rule, None, &Cancel::new()).unwrap();
        let (stata, caps) = of(QuantileRule::Stata);
        assert_eq!(stata[..10], [2.5, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.5, 8.5]);
        assert_eq!(stata[10], 102.5);
        assert!(stata[20].is_nan() && stata[21].is_nan());
        assert_eq!((caps[0].n, caps[0].low_count, caps[0].high_count), (10, 2, 2));
        assert!(caps[2].low.is_nan() && caps[2].n == 0);
        let (linear, _) = of(QuantileRule::Type7);
        assert!((linear[0] - 2.8).abs() < 1e-15);
    }
}
