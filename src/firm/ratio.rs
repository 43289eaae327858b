//! Ratios whose denominator is that of the end of the period, of its begin, or the mean of both.

use serde::Deserialize;

use super::base::Bases;
use super::reason::{Counts, Reason, each};
use super::same_length;
use crate::error::Result;
use crate::parallel::Cancel;

/// Which value of the denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// That of the row.
    End,
    /// That of the period before.
    Begin,
    /// The mean of both.
    Mean,
}

/// Ratios, or their logarithms. A denominator that is not positive gives a missing value. `bases` are needed for every basis
/// but the end.
#[allow(clippy::too_many_arguments)]
pub fn ratio(
    numerator: &[f64],
    denominator: &[f64],
    basis: Basis,
    bases: Option<&Bases>,
    logarithm: bool,
    out: &mut [f64],
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Counts> {
    same_length(&[numerator.len(), denominator.len(), out.len()])?;
    each(out, bases, threads, cancel, |row, base| {
        let own = numerator[row];
        if own.is_nan() {
            return Err(Reason::Missing);
        }
        let size = match basis {
            Basis::End => denominator[row],
            Basis::Begin => denominator[base?],
            Basis::Mean => f64::midpoint(denominator[base?], denominator[row]),
        };
        if size.is_nan() {
            return Err(Reason::MissingBase);
        }
        if size <= 0.0 {
            return Err(if size == 0.0 { Reason::ZeroBase } else { Reason::NegativeBase });
        }
        if logarithm {
            return if own > 0.0 { Ok((own / size).ln()) } else { Err(Reason::NotPositive) };
        }
        Ok(own / size)
    })
}

#[cfg(test)]
mod tests {
    use super::super::base::Which;
    use super::super::order::Order;
    use super::*;

    fn of(columns: [&[f64]; 2], basis: Basis, bases: Option<&Bases>, logarithm: bool) -> Result<(Vec<f64>, Counts)> {
        let mut made = vec![0.0; columns[0].len()];
        let counts = ratio(columns[0], columns[1], basis, bases, logarithm, &mut made, None, &Cancel::new())?;
        Ok((made, counts))
    }

    fn only(reasons: &[Reason]) -> Counts {
        let mut counts = Counts::default();
        for reason in reasons {
            counts[*reason as usize - 1] += 1;
        }
        counts
    }

    #[test]
    fn the_three_bases() {
        let (units, times) = ([0, 0, 0], [2019.0, 2020.0, 2022.0]);
        let order = Order::new(&units, &times, None, &Cancel::new()).unwrap();
        let bases = Bases::new(&order, &units, &times, 1.0, Which::Exact, None, &Cancel::new()).unwrap();
        let with = |basis| of([&[1.0, 3.0, 4.0], &[10.0, 20.0, 40.0]], basis, Some(&bases), false).unwrap();
        assert_eq!(with(Basis::End).0, [0.1, 0.15, 0.1]);
        assert_eq!(with(Basis::Mean).0[1], 0.2);
        assert_eq!(with(Basis::Begin).0[1], 0.3);
        assert_eq!(with(Basis::Begin).1, only(&[Reason::Outside, Reason::Gap]));
    }

    #[test]
    fn denominators_that_are_none() {
        let (profit, equity) = ([1.0, 1.0, 1.0, f64::NAN, -1.0], [-5.0, 0.0, f64::NAN, 1.0, 2.0]);
        let (values, counts) = of([&profit, &equity], Basis::End, None, false).unwrap();
        let three = [Reason::NegativeBase, Reason::ZeroBase, Reason::MissingBase, Reason::Missing];
        assert_eq!(counts, only(&three));
        assert_eq!(values[4], -0.5);
        let (_, counts) = of([&profit, &equity], Basis::End, None, true).unwrap();
        assert_eq!(counts[Reason::NotPositive as usize - 1], 1);
        assert!(of([&profit, &equity[..1]], Basis::End, None, false).is_err());
        let (_, counts) = of([&profit, &equity], Basis::Begin, None, false).unwrap();
        assert_eq!(counts[Reason::Key as usize - 1], 4);
    }
}
