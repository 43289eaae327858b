//! Ratios whose denominator is that of the end of the period, of its begin, or the mean of both.

use serde::Deserialize;

use super::base::Bases;
use super::reason::{Reason, Reasoned, each};
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
pub fn ratio(
    numerator: &[f64],
    denominator: &[f64],
    basis: Basis,
    bases: Option<&Bases>,
    logarithm: bool,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Reasoned> {
    same_length(&[numerator.len(), denominator.len(), bases.map_or(numerator.len(), Bases::len)])?;
    let before = |row: usize| bases.map_or(Err(Reason::Key), |bases| bases.of(row)).map(|base| denominator[base]);
    each(numerator.len(), threads, cancel, |row| {
        let own = numerator[row];
        if own.is_nan() {
            return Err(Reason::Missing);
        }
        let size = match basis {
            Basis::End => denominator[row],
            Basis::Begin => before(row)?,
            Basis::Mean => f64::midpoint(before(row)?, denominator[row]),
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
    use super::*;

    #[test]
    fn the_three_bases() {
        let (units, times) = ([0, 0, 0], [2019.0, 2020.0, 2022.0]);
        let bases = Bases::new(&units, &times, 1.0, Which::Exact, None, &Cancel::new()).unwrap();
        let (profit, assets) = ([1.0, 3.0, 4.0], [10.0, 20.0, 40.0]);
        let of = |basis| ratio(&profit, &assets, basis, Some(&bases), false, None, &Cancel::new()).unwrap();
        assert_eq!(of(Basis::End).values, [0.1, 0.15, 0.1]);
        assert_eq!(of(Basis::Mean).values[1], 0.2);
        assert_eq!(of(Basis::Begin).values[1], 0.3);
        assert_eq!(of(Basis::Begin).reasons, [Reason::Outside as u8, 0, Reason::Gap as u8]);
    }

    #[test]
    fn denominators_that_are_none() {
        let (profit, equity) = ([1.0, 1.0, 1.0, f64::NAN, -1.0], [-5.0, 0.0, f64::NAN, 1.0, 2.0]);
        let found = ratio(&profit, &equity, Basis::End, None, false, None, &Cancel::new()).unwrap();
        let expected = [Reason::NegativeBase, Reason::ZeroBase, Reason::MissingBase, Reason::Missing];
        assert_eq!(found.reasons[..4], expected.map(|reason| reason as u8));
        assert_eq!(found.values[4], -0.5);
        let logs = ratio(&profit, &equity, Basis::End, None, true, None, &Cancel::new()).unwrap();
        assert_eq!(logs.reasons[4], Reason::NotPositive as u8);
        assert!(ratio(&profit, &equity[..1], Basis::End, None, false, None, &Cancel::new()).is_err());
        let no_base = ratio(&profit, &equity, Basis::Begin, None, false, None, &Cancel::new()).unwrap();
        assert_eq!(no_base.reasons[0], Reason::Key as u8);
    }
}
