//! Growth between two periods, by method.
//!
//! With `x0` the earlier and `x1` the later value: percent `(x1 - x0) / x0`; the same over `|x0|`; log `ln x1 - ln x0`;
//! Davis-Haltiwanger-Schuh `(x1 - x0) / ((x0 + x1) / 2)` and the same over `(|x0| + |x1|) / 2`; differences of `asinh` and of
//! `ln(1 + x)`; `(x1 / x0)^(1 / k) - 1` with `k` periods between. Davis S. J., Haltiwanger J., Schuh S. (1996), Job Creation and
//! Destruction, MIT Press.

use serde::Deserialize;

use super::base::{Base, Bases};
use super::pairs::pairs;
use super::reason::{Counts, Outcome, Reason, Sink};
use super::same_length;
use crate::error::Result;
use crate::parallel::Cancel;

/// How growth is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Change over the base.
    Percent,
    /// Change over the size of the base.
    PercentAbsoluteBase,
    /// Difference of logarithms.
    Log,
    /// Change over the mean of both.
    Dhs,
    /// Change over the mean size of both.
    DhsAbsoluteBase,
    /// Difference of inverse hyperbolic sines.
    Asinh,
    /// Difference of `ln(1 + x)`.
    Log1p,
    /// Yearly rate between the two.
    Cagr,
}

/// Conventions that differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Formulas with a negative base as they stand.
    pub signed: bool,
    /// A unit that is not there counts as zero (for the two forms of Davis-Haltiwanger-Schuh).
    pub absent_is_zero: bool,
}

impl Method {
    /// The growth from `x0` to `x1` over `k` periods; both are numbers.
    #[inline]
    pub fn value(self, x0: f64, x1: f64, k: f64, signed: bool) -> Outcome {
        let refuse = |bad: bool, why: Reason| if bad { Err(why) } else { Ok(()) };
        match self {
            Self::Percent => {
                refuse(x0 == 0.0, Reason::ZeroBase)?;
                refuse(x0 < 0.0 && !signed, Reason::NegativeBase)?;
                Ok((x1 - x0) / x0)
            }
            Self::PercentAbsoluteBase => {
                refuse(x0 == 0.0, Reason::ZeroBase)?;
                Ok((x1 - x0) / x0.abs())
            }
            Self::Log | Self::Cagr => {
                refuse(x0 == 0.0, Reason::ZeroBase)?;
                refuse(x0 < 0.0, Reason::NegativeBase)?;
                if self == Self::Log {
                    refuse(x1 <= 0.0, Reason::NotPositive)?;
                    return Ok(x1.ln() - x0.ln());
                }
                refuse(x1 < 0.0, Reason::NotPositive)?;
                Ok(if k == 1.0 { x1 / x0 - 1.0 } else { (x1 / x0).powf(k.recip()) - 1.0 })
            }
            Self::Dhs => {
                refuse(x0 == 0.0 && x1 == 0.0, Reason::BothZero)?;
                refuse(x0 < 0.0 && !signed, Reason::NegativeBase)?;
                refuse(x1 < 0.0 && !signed, Reason::NotPositive)?;
                refuse(x0 + x1 == 0.0, Reason::ZeroBase)?;
                // Halved before they are added, so that large values do not overflow.
                Ok((x1 - x0) / (0.5 * x0 + 0.5 * x1))
            }
            Self::DhsAbsoluteBase => {
                refuse(x0 == 0.0 && x1 == 0.0, Reason::BothZero)?;
                Ok((x1 - x0) / (0.5 * x0.abs() + 0.5 * x1.abs()))
            }
            Self::Asinh => Ok(asinh(x1) - asinh(x0)),
            Self::Log1p => {
                refuse(x0 <= -1.0, Reason::NegativeBase)?;
                refuse(x1 <= -1.0, Reason::NotPositive)?;
                Ok(x1.ln_1p() - x0.ln_1p())
            }
        }
    }
}

/// `ln(|x| + sqrt(x^2 + 1))` with the sign of `x`, without loss near zero and without overflow.
fn asinh(x: f64) -> f64 {
    let size = x.abs();
    let value = if size > 1e150 {
        size.ln() + std::f64::consts::LN_2
    } else {
        (size + size * size / (1.0 + (size * size + 1.0).sqrt())).ln_1p()
    };
    value.copysign(x)
}

/// Growth of columns. With `earlier` (the nearest row of any other period), missing values of the other period are passed over for
/// the nearest one observed beyond.
#[allow(clippy::too_many_arguments)]
pub fn growth(
    bases: &Bases,
    earlier: Option<&Bases>,
    times: &[f64],
    columns: &[&[f64]],
    method: Method,
    options: Options,
    sinks: Vec<Sink<'_>>,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Vec<Counts>> {
    same_length(&[bases.len(), times.len(), earlier.map_or(times.len(), Bases::len)])?;
    let (ahead, distance) = (bases.ahead(), bases.distance());
    let fills = options.absent_is_zero && matches!(method, Method::Dhs | Method::DhsAbsoluteBase);
    let of = move |method: Method, own: f64, other: f64, k: f64| {
        let (x0, x1) = if ahead { (own, other) } else { (other, own) };
        method.value(x0, x1, k, options.signed)
    };
    let value = |values: &[f64], row: usize, base: Base| {
        let observed = |mut base: usize| {
            while let Some(before) = earlier.filter(|_| values[base].is_nan()) {
                base = before.of(base).map_err(|_| Reason::MissingBase)?;
            }
            Ok(base)
        };
        let own = values[row];
        let (other, k) = match base.and_then(observed) {
            Ok(base) => (values[base], (times[row] - times[base]).abs()),
            Err(Reason::Absent) if fills => (0.0, 1.0),
            // A row without a key tells nothing else.
            Err(why) => return Err(why),
        };
        if own.is_nan() {
            return Err(Reason::Missing);
        }
        if other.is_nan() {
            return Err(Reason::MissingBase);
        }
        of(method, own, other, k)
    };
    // The method is said in the text, so that each has a loop of its own.
    macro_rules! over {
        ($($method:ident),*) => {
            match method {
                $(Method::$method => {
                    let plain = |own: f64, other: f64| of(Method::$method, own, other, distance).unwrap_or(f64::NAN);
                    pairs(bases, columns, sinks, threads, cancel, plain, value)
                })*
            }
        };
    }
    over!(Percent, PercentAbsoluteBase, Log, Dhs, DhsAbsoluteBase, Asinh, Log1p, Cagr)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::base::Which;
    use super::super::order::Order;
    use super::super::reason::written;
    use super::*;

    const PLAIN: Options = Options { signed: false, absent_is_zero: false };

    #[test]
    fn bases_that_are_no_bases() {
        use Reason::{BothZero, NegativeBase, NotPositive, ZeroBase};
        let of = |method: Method, x0: f64, x1: f64| method.value(x0, x1, 1.0, false);
        assert_eq!(of(Method::Percent, 0.0, 50.0), Err(ZeroBase));
        assert_eq!(of(Method::Percent, -20.0, 30.0), Err(NegativeBase));
        assert_eq!(of(Method::PercentAbsoluteBase, -20.0, 30.0), Ok(2.5));
        assert_eq!(of(Method::Log, 50.0, 0.0), Err(NotPositive));
        assert_eq!(of(Method::Dhs, 0.0, 50.0), Ok(2.0));
        assert_eq!(of(Method::Dhs, 50.0, 0.0), Ok(-2.0));
        assert_eq!(of(Method::Dhs, 0.0, 0.0), Err(BothZero));
        assert_eq!(of(Method::Dhs, 30.0, -20.0), Err(NotPositive));
        assert_eq!(Method::Dhs.value(-20.0, 30.0, 1.0, true), Ok(10.0));
        assert_eq!(Method::Dhs.value(-20.0, 20.0, 1.0, true), Err(ZeroBase));
        assert_eq!(of(Method::DhsAbsoluteBase, -20.0, 30.0), Ok(2.0));
        assert_eq!(of(Method::Log1p, -20.0, 30.0), Err(NegativeBase));
        assert_eq!(of(Method::Cagr, 4.0, 0.0), Ok(-1.0));
        assert!((Method::Cagr.value(100.0, 121.0, 2.0, false).unwrap() - 0.1).abs() < 1e-15);
    }

    #[test]
    fn missing_values_are_passed_over_only_when_asked_for() {
        let (units, times) = ([0.0; 4], [2018.0, 2019.0, 2020.0, 2022.0]);
        let values = [100.0, f64::NAN, f64::NAN, 110.0];
        let run = |which| of([&units, &times, &values], which, Method::Percent, PLAIN);
        assert_eq!(run(Which::Exact).1[3], Reason::Gap as u8);
        let (found, _, counts) = run(Which::Nearest);
        assert!((found[3] - 0.1).abs() < 1e-15);
        assert_eq!(counts.iter().sum::<u64>(), 3);
    }

    #[test]
    fn who_enters_grows_by_two() {
        let (units, times, values) = ([0.0, 0.0, 1.0], [1.0, 2.0, 2.0], [10.0, 20.0, 5.0]);
        let options = Options { absent_is_zero: true, ..PLAIN };
        let (found, reasons, _) = of([&units, &times, &values], Which::Exact, Method::Dhs, options);
        assert_eq!(reasons, [Reason::Outside as u8, 0, 0]);
        assert_eq!(found[2], 2.0);
    }

    /// Growth from the period before; columns are units, times, values.
    fn of(columns: [&[f64]; 3], which: Which, method: Method, options: Options) -> (Vec<f64>, Vec<u8>, Counts) {
        let [units, times, values] = columns;
        let units: Vec<i64> = units.iter().map(|unit| *unit as i64).collect();
        let order = Order::new(&units, times, None, &Cancel::new()).unwrap();
        let bases = Bases::new(&order, &units, times, 1.0, which, None, &Cancel::new()).unwrap();
        let earlier = (which == Which::Nearest).then_some(&bases);
        let write = |sinks: Vec<Sink<'_>>| {
            growth(&bases, earlier, times, &[values], method, options, sinks, None, &Cancel::new())
        };
        written(units.len(), 1, write).unwrap().remove(0)
    }

    proptest! {
        #[test]
        fn closed_forms(x0 in 1e-3..1e6f64, x1 in 1e-3..1e6f64) {
            let of = |method: Method| method.value(x0, x1, 1.0, false).unwrap();
            let percent = of(Method::Percent);
            // Davis-Haltiwanger-Schuh and log growth are functions of the rate.
            prop_assert!((of(Method::Dhs) - 2.0 * percent / (2.0 + percent)).abs() <= 1e-9);
            prop_assert!((of(Method::Log) - percent.ln_1p()).abs() <= 1e-6 * (1.0 + percent.ln_1p().abs()));
            prop_assert!(of(Method::Dhs).abs() <= 2.0);
            prop_assert!((asinh(x1) - x1.asinh()).abs() <= 1e-14 * x1.asinh().abs());
        }
    }
}
