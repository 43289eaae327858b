//! Where units stand: ranks within groups, and one unit's rank on many columns.

use crate::numeric::rank::{Ties, rank};

/// Ranks (1 is the highest) among the rows of the same group; NaN, and rows without a group (a negative code), get NaN.
pub fn rank_within(values: &[f64], groups: &[i64], ties: Ties) -> Vec<f64> {
    let mut rows: Vec<usize> = (0..values.len().min(groups.len())).filter(|row| groups[*row] >= 0).collect();
    rows.sort_by_key(|row| groups[*row]); // stable: rows of a group keep their order, which ties = first needs
    let mut ranks = vec![f64::NAN; values.len()];
    for group in rows.chunk_by(|a, b| groups[*a] == groups[*b]) {
        let own: Vec<f64> = group.iter().map(|row| values[*row]).collect();
        for (row, found) in group.iter().zip(rank(&own, true, ties, Some(1))) {
            ranks[*row] = found;
        }
    }
    ranks
}

/// One row's place on a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Rank of the row, 1 for the highest; NaN where it has no value.
    pub rank: f64,
    /// The worst rank any row has; NaN where no row has a value.
    pub worst: f64,
    /// Number of values among the given rows.
    pub count: usize,
    /// Number of distinct values in the whole column: whether it can tell units apart at all.
    pub distinct: usize,
}

/// The place of `row` on a column, among the given rows (its own included).
pub fn standing(values: &[f64], row: usize, among: &[usize], ties: Ties) -> Standing {
    let own = among.iter().position(|other| *other == row);
    let kept: Vec<f64> = among.iter().map(|row| values.get(*row).copied().unwrap_or(f64::NAN)).collect();
    let ranks = rank(&kept, true, ties, Some(1));
    let worst = ranks.iter().copied().fold(f64::NAN, f64::max);
    let count = kept.iter().filter(|value| !value.is_nan()).count();
    let mut all: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    all.sort_by(f64::total_cmp);
    let distinct = all.chunk_by(|a, b| a == b).count();
    let rank = own.and_then(|place| ranks.get(place)).copied().unwrap_or(f64::NAN);
    Standing { rank, worst, count, distinct }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_among_the_rows_of_a_group() {
        let values = [5.0, 7.0, 1.0, f64::NAN, 7.0, 2.0];
        let found = rank_within(&values, &[0, 1, 0, 1, 1, -1], Ties::Min);
        assert_eq!(found[..3], [1.0, 1.0, 2.0]);
        assert_eq!(found[4], 1.0);
        assert!(found[3].is_nan() && found[5].is_nan());
        assert_eq!(rank_within(&values, &[0, 1, 0, 1, 1, -1], Ties::First)[4], 2.0);
    }

    #[test]
    fn a_row_knows_the_worst_rank_and_the_distinct_values() {
        let values = [1.0, 0.0, 1.0, f64::NAN, 0.0];
        let found = standing(&values, 1, &[0, 1, 2, 3, 4], Ties::Min);
        assert_eq!(found, Standing { rank: 3.0, worst: 3.0, count: 4, distinct: 2 });
        assert_eq!(standing(&values, 1, &[1, 4], Ties::Min), Standing { rank: 1.0, worst: 1.0, count: 2, distinct: 2 });
        assert!(standing(&values, 3, &[0, 1, 3], Ties::Min).rank.is_nan());
        assert!(standing(&[f64::NAN], 0, &[0], Ties::Min).worst.is_nan());
    }
}
