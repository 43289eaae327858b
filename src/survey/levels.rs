//! Weighted shares of levels, without standard errors.

use ndarray::ArrayView1;

use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::sum::Sum;

/// The code of an unknown level.
pub const UNKNOWN_LEVEL: u8 = u8::MAX;

/// Rows and weights per group (rows) and level (columns, the last one is unknown), row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// Number of rows.
    pub rows: Vec<i64>,
    /// Sum of weights (1 per row where none are given), compensated.
    pub weights: Vec<f64>,
    /// Weight of a level over the weight of its group; NaN where the group has none.
    pub shares: Vec<f64>,
}

/// Counts rows and adds weights: share = weights of a level / weights of all levels of the group.
///
/// Rows whose group is negative are left out. Weights must be finite and not negative.
pub fn shares(
    levels: ArrayView1<'_, u8>,
    count: usize,
    groups: Option<ArrayView1<'_, i64>>,
    group_count: usize,
    weights: Option<ArrayView1<'_, f64>>,
) -> Result<Shares> {
    let n = levels.len();
    let unequal = groups.is_some_and(|groups| groups.len() != n) || weights.is_some_and(|weights| weights.len() != n);
    if unequal {
        return Err(Error::new(Kind::Value, Problem::general("levels, groups and weights differ in length")));
    }
    let cells = group_count.saturating_mul(count + 1);
    if cells > 10_000_000 {
        let message = format!("{group_count} groups are too many to tabulate");
        return Err(Error::new(Kind::Limit, Problem::general(message)));
    }
    let (mut rows, mut sums) = (vec![0i64; cells], vec![Sum::default(); cells]);
    for (i, &level) in levels.iter().enumerate() {
        let group = groups.map_or(0, |groups| groups[i]);
        let Ok(group) = usize::try_from(group) else {
            continue;
        };
        let weight = weights.map_or(1.0, |weights| weights[i]);
        if !weight.is_finite() || weight < 0.0 {
            let problem = Problem::column("sample_weight", "expected a finite weight of at least 0");
            return Err(Error::new(Kind::Value, problem.row(i).value(weight.to_string())));
        }
        let column = if level == UNKNOWN_LEVEL { count } else { usize::from(level) };
        if group >= group_count || column > count {
            return Err(Error::new(Kind::Value, Problem::general("a group or level code is out of range").row(i)));
        }
        rows[group * (count + 1) + column] += 1;
        sums[group * (count + 1) + column].add(weight);
    }
    let weights: Vec<f64> = sums.iter().map(Sum::value).collect();
    let mut shares = Vec::with_capacity(cells);
    for group in weights.chunks(count + 1) {
        let total: f64 = group.iter().sum();
        shares.extend(group.iter().map(|weight| if total > 0.0 { weight / total } else { f64::NAN }));
    }
    Ok(Shares { rows, weights, shares })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn weights_add_up_by_group_and_level() {
        let levels = array![0u8, 1, 1, UNKNOWN_LEVEL];
        let groups = array![0i64, 0, 1, 1];
        let weights = array![2.0, 3.0, 4.0, 5.0];
        let found = shares(levels.view(), 2, Some(groups.view()), 2, Some(weights.view())).expect("valid");
        assert_eq!(found.rows, [1, 1, 0, 0, 1, 1]);
        assert_eq!(found.weights, [2.0, 3.0, 0.0, 0.0, 4.0, 5.0]);
        assert_eq!(found.shares, [0.4, 0.6, 0.0, 0.0, 4.0 / 9.0, 5.0 / 9.0]);
    }

    #[test]
    fn bad_weights_are_named() {
        let weights = array![-1.0];
        let error = shares(array![0u8].view(), 1, None, 1, Some(weights.view())).expect_err("negative");
        assert!(error.to_string().contains("row 0"), "{error}");
    }
}
