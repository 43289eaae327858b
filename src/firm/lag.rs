//! Values of another period of the same unit, and differences to them.

use super::base::Bases;
use super::reason::{Reason, Reasoned, each};
use super::same_length;
use crate::error::Result;
use crate::parallel::Cancel;

/// The value of the other period, or with `difference` the own value less that one (that one less the own, where the other
/// period is later: always the later less the earlier).
pub fn lag(
    bases: &Bases,
    values: &[f64],
    difference: Option<bool>,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Reasoned> {
    same_length(&[bases.len(), values.len()])?;
    let other = |row: usize| {
        let value = values[bases.of(row)?];
        if value.is_nan() { Err(Reason::MissingBase) } else { Ok(value) }
    };
    let Some(ahead) = difference else {
        return each(values.len(), threads, cancel, other);
    };
    each(values.len(), threads, cancel, |row| {
        let own = values[row];
        if own.is_nan() {
            return Err(Reason::Missing);
        }
        let other = other(row)?;
        Ok(if ahead { other - own } else { own - other })
    })
}

#[cfg(test)]
mod tests {
    use super::super::base::Which;
    use super::*;

    #[test]
    fn lags_and_differences() {
        let (units, times) = ([0, 0, 0], [1.0, 2.0, 4.0]);
        let bases = Bases::new(&units, &times, 1.0, Which::Exact, None, &Cancel::new()).unwrap();
        let values = [5.0, 7.0, f64::NAN];
        let found = lag(&bases, &values, None, None, &Cancel::new()).unwrap();
        assert_eq!(found.values[1], 5.0);
        assert_eq!(found.reasons, [Reason::Outside as u8, 0, Reason::Gap as u8]);
        let change = lag(&bases, &values, Some(false), None, &Cancel::new()).unwrap();
        assert_eq!(change.values[1], 2.0);
        assert_eq!(change.reasons[2], Reason::Missing as u8);
        assert!(lag(&bases, &values[..2], None, None, &Cancel::new()).is_err());
    }
}
