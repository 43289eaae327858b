//! Points gained for the money spent, by groups.

use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::sum::Sum;

/// One group: its units by what is known of them, and what those who spent gained.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spending {
    /// Units.
    pub units: usize,
    /// Units that spent something and whose gain is known: the figures below are theirs.
    pub used: usize,
    /// Units that spent nothing.
    pub nothing_spent: usize,
    /// Units whose spending is unknown.
    pub unknown_spent: usize,
    /// Units that spent something and whose gain is unknown.
    pub unknown_gain: usize,
    /// Points gained.
    pub gained: f64,
    /// Money spent.
    pub spent: f64,
    /// Points for one of money: `gained / spent`; NaN where nobody spent.
    pub per_money: f64,
    /// Money for one point: `spent / gained`; NaN where nothing was gained.
    pub per_point: f64,
    /// Money of all who spent something, whether their gain is known or not.
    pub spent_all: f64,
    /// The least points for one of their money, whatever is unanswered; NaN where a range is open.
    pub low: f64,
    /// The most.
    pub high: f64,
}

/// Scores of units: the score (NaN where unknown), and the lowest and highest it could be.
#[derive(Debug, Clone, Copy)]
pub struct Ranged<'a> {
    /// Scores.
    pub score: &'a [f64],
    /// Lowest.
    pub low: &'a [f64],
    /// Highest.
    pub high: &'a [f64],
}

/// Points gained for money spent; groups are codes from 0, negative for units without one.
pub fn spending(
    before: Ranged<'_>,
    after: Ranged<'_>,
    spent: &[f64],
    groups: &[i64],
    count: usize,
) -> Result<Vec<Spending>> {
    let rows = spent.len();
    let sides = [before, after].into_iter().flat_map(|side| [side.score.len(), side.low.len(), side.high.len()]);
    if sides.chain([groups.len()]).any(|length| length != rows) {
        return Err(Error::new(Kind::Value, Problem::general("columns differ in length")));
    }
    let wrong: Vec<usize> = (0..rows).filter(|row| spent[*row].is_infinite() || spent[*row] < 0.0).collect();
    if let Some(first) = wrong.first() {
        let mut problem = Problem::general("spent=: expected a finite number of at least 0").row(*first);
        problem.count = wrong.len() as u64;
        return Err(Error::new(Kind::Value, problem.value(spent[*first].to_string())));
    }
    let mut found = vec![Spending::default(); count];
    let mut sums = vec![[Sum::default(); 5]; count];
    for row in 0..rows {
        let Ok(group) = usize::try_from(groups[row]) else { continue };
        let (Some(one), Some([gained, money, all, low, high])) = (found.get_mut(group), sums.get_mut(group)) else {
            continue;
        };
        one.units += 1;
        let gain = after.score[row] - before.score[row];
        if spent[row] > 0.0 {
            all.add(spent[row]);
            low.add(after.low[row] - before.high[row]);
            high.add(after.high[row] - before.low[row]);
        }
        if spent[row].is_nan() {
            one.unknown_spent += 1;
        } else if spent[row] == 0.0 {
            one.nothing_spent += 1;
        } else if gain.is_nan() {
            one.unknown_gain += 1;
        } else {
            one.used += 1;
            gained.add(gain);
            money.add(spent[row]);
        }
    }
    for (one, [gained, money, all, low, high]) in found.iter_mut().zip(&sums) {
        (one.gained, one.spent, one.spent_all) = (gained.value(), money.value(), all.value());
        let over = |a: f64, b: f64| if b > 0.0 { a / b } else { f64::NAN };
        (one.per_money, one.per_point) = (over(one.gained, one.spent), over(one.spent, one.gained));
        (one.low, one.high) = (over(low.value(), one.spent_all), over(high.value(), one.spent_all));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(score: &[f64]) -> Ranged<'_> {
        Ranged { score, low: score, high: score }
    }

    #[test]
    fn what_is_unanswered_leaves_a_range() {
        let nan = f64::NAN;
        let before = Ranged { score: &[10.0, nan], low: &[10.0, 4.0], high: &[10.0, 9.0] };
        let after = Ranged { score: &[16.0, nan], low: &[16.0, 8.0], high: &[16.0, 20.0] };
        let found = spending(before, after, &[3.0, 1.0], &[0, 0], 1).expect("figures")[0];
        // 6 for certain, and from -1 to 16 of the other.
        assert_eq!((found.per_money, found.spent_all, found.low, found.high), (2.0, 4.0, 1.25, 5.5));
        let open = Ranged { score: &[nan], low: &[nan], high: &[nan] };
        let found = spending(open, open, &[3.0], &[0], 1).expect("figures")[0];
        assert!(found.low.is_nan() && found.high.is_nan() && found.spent_all == 3.0);
    }

    #[test]
    fn only_those_who_spent_are_in_the_denominator() {
        let nan = f64::NAN;
        let found = spending(
            known(&[10.0, 10.0, 10.0, nan, 10.0, 5.0]),
            known(&[16.0, 30.0, 12.0, 20.0, 11.0, 5.0]),
            &[3.0, 0.0, 1.0, 7.0, nan, 2.0],
            &[0, 0, 0, 0, 0, 1],
            3,
        )
        .expect("figures");
        let first = found[0];
        assert_eq!((first.units, first.used, first.nothing_spent), (5, 2, 1));
        assert_eq!((first.unknown_spent, first.unknown_gain), (1, 1));
        assert_eq!((first.gained, first.spent, first.per_money, first.per_point), (8.0, 4.0, 2.0, 0.5));
        // Nothing gained: points for money are 0, money for a point is not defined.
        assert!(found[1].per_money == 0.0 && found[1].per_point.is_nan());
        // Nobody in it.
        assert!(found[2].units == 0 && found[2].per_money.is_nan());
    }

    #[test]
    fn negative_money_is_named() {
        let told = spending(known(&[1.0]), known(&[1.0]), &[-2.0], &[0], 1).expect_err("negative").to_string();
        assert!(told.contains("spent=") && told.contains("-2"), "{told}");
    }
}
