//! Values of another period of the same unit, and differences to them.

use super::base::{Base, Bases};
use super::pairs::pairs;
use super::reason::{Counts, Reason, Sink};
use crate::error::Result;
use crate::parallel::Cancel;

/// The values of the other period, or with `difference` the own value less that one (that one less the own, where the other
/// period is later: always the later less the earlier).
pub fn lag(
    bases: &Bases,
    columns: &[&[f64]],
    difference: bool,
    sinks: Vec<Sink<'_>>,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Vec<Counts>> {
    let ahead = bases.ahead();
    let other = |values: &[f64], base: Base| {
        let other = values[base?];
        if other.is_nan() { Err(Reason::MissingBase) } else { Ok(other) }
    };
    if !difference {
        let value = |values: &[f64], _, base: Base| other(values, base);
        return pairs(bases, columns, sinks, threads, cancel, |_, other| other, value);
    }
    let change = move |own: f64, other: f64| if ahead { other - own } else { own - other };
    pairs(bases, columns, sinks, threads, cancel, change, |values, row, base| {
        if values[row].is_nan() {
            return Err(Reason::Missing);
        }
        Ok(change(values[row], other(values, base)?))
    })
}

#[cfg(test)]
mod tests {
    use super::super::base::Which;
    use super::super::order::Order;
    use super::super::reason::written;
    use super::*;

    #[test]
    fn lags_and_differences() {
        let (units, times) = ([0, 0, 0], [1.0, 2.0, 4.0]);
        let order = Order::new(&units, &times, None, &Cancel::new()).unwrap();
        let bases = Bases::new(&order, &units, &times, 1.0, Which::Exact, None, &Cancel::new()).unwrap();
        let values = [5.0, 7.0, f64::NAN];
        let both: [&[f64]; 2] = [&values, &[1.0, 2.0, 3.0]];
        let of = |columns: &[&[f64]], difference: bool| {
            written(3, columns.len(), |sinks| lag(&bases, columns, difference, sinks, None, &Cancel::new()))
        };
        let found = of(&both, false).unwrap();
        assert_eq!(found[0].0[1], 5.0);
        assert_eq!(found[0].1, [Reason::Outside as u8, 0, Reason::Gap as u8]);
        assert_eq!((found[1].0[1], found[1].2.iter().sum::<u64>()), (1.0, 2));
        let change = of(&[&values], true).unwrap();
        assert_eq!(change[0].0[1], 2.0);
        assert_eq!(change[0].1[2], Reason::Missing as u8);
        assert!(of(&[&values[..2]], false).is_err());
    }
}
