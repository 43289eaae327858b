//! Concentration and diversity of shares: Herfindahl, its normalized form, shares of the largest, Shannon's entropy.
//!
//! With shares `s` of `n` members above zero: `H = sum s^2`, `H* = (H - 1/n) / (1 - 1/n)`, `CR_k` the sum of the `k` largest,
//! `-sum s ln s`, `1 - H`. Hirschman A. O. (1964), The paternity of an index, American Economic Review 54(5): 761.

use super::same_length;
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::sum::Sum;

/// Sums of a column by code; a negative code and a missing value belong nowhere.
pub fn totals(values: &[f64], codes: &[i64], count: usize) -> Result<Vec<f64>> {
    same_length(&[values.len(), codes.len()])?;
    let mut sums = vec![Sum::default(); count];
    for (value, code) in values.iter().zip(codes).filter(|(value, _)| !value.is_nan()) {
        if let Some(sum) = usize::try_from(*code).ok().and_then(|code| sums.get_mut(code)) {
            sum.add(*value);
        }
    }
    Ok(sums.iter().map(Sum::value).collect())
}

/// An error that names the first negative value.
pub fn not_negative(column: &str, values: &[f64]) -> Result<()> {
    let negative: Vec<usize> = (0..values.len()).filter(|row| values[*row] < 0.0).collect();
    let Some(first) = negative.first() else { return Ok(()) };
    let mut problem = Problem::column(column, "shares need values of 0 or more, found a negative one")
        .row(*first)
        .value(values[*first].to_string())
        .remedy("leave these rows out, or take sizes that cannot be negative");
    problem.count = negative.len() as u64;
    Err(Error::new(Kind::Value, problem))
}

/// The concentration of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Concentration {
    /// Members above zero.
    pub n: usize,
    /// The sum of values.
    pub total: f64,
    /// The sum of squared shares.
    pub hhi: f64,
    /// The same between 0 (all equal) and 1; 1 for a single member.
    pub normalized: f64,
    /// Shares of the largest, as many as were asked for each.
    pub largest: Vec<f64>,
    /// Shannon's entropy in nats.
    pub shannon: f64,
}

impl Concentration {
    /// That of values of 0 or more; missing values are left out, and all is NaN where the total is 0.
    pub fn of(values: &[f64], largest: &[usize]) -> Self {
        let mut present: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        present.sort_by(|a, b| b.total_cmp(a));
        let add = |terms: &mut dyn Iterator<Item = f64>| {
            let mut sum = Sum::default();
            terms.for_each(|term| sum.add(term));
            sum.value()
        };
        let (n, total) = (present.len(), add(&mut present.iter().copied()));
        if n == 0 {
            let nan = f64::NAN;
            let largest = vec![nan; largest.len()];
            return Self { n, total, hhi: nan, normalized: nan, largest, shannon: nan };
        }
        let share = |value: &f64| value / total;
        let hhi = add(&mut present.iter().map(|value| share(value) * share(value)));
        let even = 1.0 / n as f64;
        Self {
            n,
            total,
            hhi,
            normalized: if n == 1 { 1.0 } else { ((hhi - even) / (1.0 - even)).clamp(0.0, 1.0) },
            largest: largest.iter().map(|k| add(&mut present.iter().take(*k).map(share))).collect(),
            shannon: 0.0 - add(&mut present.iter().map(|value| share(value) * share(value).ln())),
        }
    }
}

/// The concentration of each group, rows or sums of rows of one `member` being the members.
pub fn concentration(
    values: &[f64],
    groups: &[i64],
    count: usize,
    members: Option<&[i64]>,
    largest: &[usize],
) -> Result<Vec<Concentration>> {
    same_length(&[values.len(), groups.len(), members.map_or(values.len(), <[i64]>::len)])?;
    let mut parts: Vec<Vec<f64>> = vec![Vec::new(); count];
    let mut put = |group: i64, value: f64| {
        if let Some(part) = usize::try_from(group).ok().and_then(|group| parts.get_mut(group)) {
            part.push(value);
        }
    };
    if let Some(members) = members {
        let mut rows: Vec<usize> =
            (0..values.len()).filter(|row| members[*row] >= 0 && !values[*row].is_nan()).collect();
        rows.sort_by_key(|row| (groups[*row], members[*row]));
        for rows in rows.chunk_by(|a, b| (groups[*a], members[*a]) == (groups[*b], members[*b])) {
            let mut sum = Sum::default();
            for row in rows {
                sum.add(values[*row]);
            }
            put(groups[rows[0]], sum.value());
        }
    } else {
        groups.iter().zip(values).for_each(|(group, value)| put(*group, *value));
    }
    Ok(parts.iter().map(|part| Concentration::of(part, largest)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        let found = Concentration::of(&[50.0, 30.0, 20.0], &[1, 2, 9]);
        assert!((found.hhi - 0.38).abs() < 1e-15);
        assert!((found.normalized - 0.07).abs() < 1e-15);
        assert!((found.largest[1] - 0.8).abs() < 1e-15 && (found.largest[2] - 1.0).abs() < 1e-15);
        let entropy = -(0.5 * 0.5_f64.ln() + 0.3 * 0.3_f64.ln() + 0.2 * 0.2_f64.ln());
        assert!((found.shannon - entropy).abs() < 1e-15);
    }

    #[test]
    fn degenerate_groups() {
        let one = Concentration::of(&[7.0, f64::NAN, 0.0], &[1]);
        assert_eq!((one.n, one.hhi, one.normalized, one.shannon), (1, 1.0, 1.0, 0.0));
        let none = Concentration::of(&[0.0, f64::NAN], &[1]);
        assert!(none.n == 0 && none.hhi.is_nan() && none.largest[0].is_nan());
        let error = not_negative("sales", &[1.0, -2.0]).unwrap_err();
        assert_eq!(error.problems[0].rows, [1]);
    }

    #[test]
    fn members_are_added_up_first() {
        let values = [20.0, 30.0, 30.0, 20.0, 5.0, f64::NAN];
        let (groups, members) = ([0, 0, 0, 0, 1, 1], [0, 0, 1, 2, 0, 1]);
        let found = concentration(&values, &groups, 2, Some(&members), &[]).unwrap();
        assert!((found[0].hhi - 0.38).abs() < 1e-15);
        assert_eq!((found[1].n, found[1].hhi), (1, 1.0));
        assert_eq!(totals(&values, &groups, 2).unwrap(), [100.0, 5.0]);
    }

    proptest! {
        #[test]
        fn bounds(values in prop::collection::vec(0.1..1e6f64, 1..30)) {
            let found = Concentration::of(&values, &[1]);
            let n = values.len() as f64;
            prop_assert!(found.hhi >= 1.0 / n - 1e-12 && found.hhi <= 1.0 + 1e-12);
            prop_assert!(found.shannon <= n.ln() + 1e-12);
            prop_assert!(found.largest[0] * found.largest[0] <= found.hhi + 1e-12);
        }
    }
}
