//! Levels before and after, what is unknown kept apart.

use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::sum::Sum;

/// How many units moved from which level to which; the last row and column are "unknown".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Moves {
    /// Units of each pair, row by row.
    pub count: Vec<usize>,
    /// Weights of each pair.
    pub weight: Vec<f64>,
    /// Share of the weight of all who were at the level before; NaN where there is none.
    pub share: Vec<f64>,
    /// Units that rose, fell, stayed, and whose level is unknown before or after.
    pub totals: [(usize, f64); 4],
}

/// Counts moves; levels are codes in ascending order, negative where unknown.
pub fn moves(before: &[i64], after: &[i64], levels: usize, weights: Option<&[f64]>) -> Result<Moves> {
    if before.len() != after.len() || weights.is_some_and(|weights| weights.len() != before.len()) {
        return Err(Error::new(Kind::Value, Problem::general("columns differ in length")));
    }
    let wide = levels + 1;
    let place = |code: i64| usize::try_from(code).map_or(levels, |code| code.min(levels));
    let mut found = Moves { count: vec![0; wide * wide], ..Moves::default() };
    let mut sums = vec![Sum::default(); wide * wide];
    let mut totals = [(0_usize, Sum::default()); 4];
    for (i, (from, to)) in before.iter().zip(after).enumerate() {
        let (from, to) = (place(*from), place(*to));
        let weight = weights.map_or(1.0, |weights| weights[i]);
        if !(weight.is_finite() && weight >= 0.0) {
            let message = "a weight is a finite number of at least 0";
            return Err(Error::new(Kind::Value, Problem::general(message).row(i).value(weight.to_string())));
        }
        found.count[from * wide + to] += 1;
        sums[from * wide + to].add(weight);
        let way = match (from == levels || to == levels, to.cmp(&from)) {
            (true, _) => 3,
            (_, std::cmp::Ordering::Greater) => 0,
            (_, std::cmp::Ordering::Less) => 1,
            (_, std::cmp::Ordering::Equal) => 2,
        };
        totals[way].0 += 1;
        totals[way].1.add(weight);
    }
    found.weight = sums.iter().map(Sum::value).collect();
    found.totals = totals.map(|(count, sum)| (count, sum.value()));
    for row in found.weight.chunks(wide) {
        let total = Sum::of(row).value();
        found.share.extend(row.iter().map(|weight| if total > 0.0 { weight / total } else { f64::NAN }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_neither_up_nor_down() {
        let found = moves(&[0, 0, 1, 1, -1, 1], &[1, 0, 0, -1, 1, 1], 2, None).expect("moves");
        // Rows 0, 1, unknown; columns 0, 1, unknown.
        assert_eq!(found.count, [1, 1, 0, 1, 1, 1, 0, 1, 0]);
        assert_eq!(found.totals, [(1, 1.0), (1, 1.0), (2, 2.0), (2, 2.0)]);
        assert_eq!(found.share[..3], [0.5, 0.5, 0.0]);
        let third: f64 = found.share[3..6].iter().sum();
        assert!((third - 1.0).abs() < 1e-15);
    }

    #[test]
    fn weights_count_and_slips_are_named() {
        let found = moves(&[0, 0], &[0, 1], 2, Some(&[1.0, 3.0])).expect("moves");
        assert_eq!((found.weight[1], found.share[1], found.totals[0]), (3.0, 0.75, (1, 3.0)));
        assert!(found.share[3].is_nan());
        for weight in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(moves(&[0], &[0], 1, Some(&[weight])).expect_err("slip").to_string().contains("at least 0"));
        }
        assert!(moves(&[0], &[], 1, None).is_err());
    }
}
