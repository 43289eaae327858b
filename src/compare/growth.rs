//! Growth of each unit over time: compound yearly growth, and the per cent change along a fitted line.
//!
//! Compound growth is (last / first)^(step / dt) - 1 on the non-missing ends, dt being the time between them. It has no
//! meaning where the ends differ in sign or the first is not positive; equal ends are no growth, whatever their sign.
//!
//! The trend is, in per cent for each step, 100 slope step / (value at the first time): of the line through two points, or
//! of the least-squares line through more. The first value, or the fitted one, must be positive.

use super::Reason;
use crate::error::{Error, Kind, Problem, Result as Checked};
use crate::impute::panel::Series;

/// How growth is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Compound growth for each step of time.
    Cagr,
    /// Per cent change for each step along the least-squares line.
    Trend,
}

/// Growth of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// The growth; NaN where there is a reason.
    pub value: f64,
    /// Share of the looked-at rows that have a value; NaN where there is no row.
    pub available: f64,
    /// Place of the first value among the given points.
    pub first: Option<usize>,
    /// Place of the last one.
    pub last: Option<usize>,
    /// Number of values used.
    pub used: usize,
    /// Why the growth is missing.
    pub reason: Option<Reason>,
}

/// Growth over points in the order of time; `times` are distinct, `values` may be missing. With `latest`, only that many
/// of the last points are looked at. `step` is the length of the period the growth is for.
pub fn growth(times: &[f64], values: &[f64], measure: Measure, latest: Option<usize>, step: f64) -> Growth {
    let skipped = latest.map_or(0, |latest| times.len().saturating_sub(latest));
    let points: Vec<(usize, f64, f64)> = times
        .iter()
        .zip(values)
        .enumerate()
        .skip(skipped)
        .map(|(place, (time, value))| (place, *time, *value))
        .collect();
    let looked_at = points.len();
    let seen: Vec<(usize, f64, f64)> = points.into_iter().filter(|(_, _, value)| !value.is_nan()).collect();
    let (first, last) = (seen.first().map(|point| point.0), seen.last().map(|point| point.0));
    let found = match (seen.first(), seen.last()) {
        (Some(a), Some(b)) if seen.len() > 1 => match measure {
            Measure::Cagr => compound((a.1, a.2), (b.1, b.2), step),
            Measure::Trend => trend(&seen, step),
        },
        (Some(_), _) => Err(Reason::OneObservation),
        _ => Err(Reason::NoObservation),
    };
    let found = found.and_then(|value| if value.is_finite() { Ok(value) } else { Err(Reason::Overflow) });
    Growth {
        value: found.unwrap_or(f64::NAN),
        available: seen.len() as f64 / looked_at as f64,
        first,
        last,
        used: seen.len(),
        reason: found.err(),
    }
}

/// Growth of each unit, and its rows in the order of time. Units count from 0; rows of no unit (negative) or no time are
/// left out. Two rows of one unit and time are an error.
pub fn growths(
    units: &[i64],
    times: &[f64],
    values: &[f64],
    count: usize,
    of: impl Fn(&[f64], &[f64]) -> Growth,
) -> Checked<(Vec<Growth>, Vec<Vec<usize>>)> {
    Series::new(units, times)?;
    if values.len() != times.len() {
        return Err(Error::new(Kind::Value, Problem::general("values differ in length from units and times")));
    }
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (row, unit) in units.iter().enumerate().filter(|(row, _)| !times[*row].is_nan()) {
        if let Some(own) = usize::try_from(*unit).ok().and_then(|unit| rows.get_mut(unit)) {
            own.push(row);
        }
    }
    let mut found = Vec::with_capacity(count);
    for own in &mut rows {
        own.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
        let (t, x): (Vec<f64>, Vec<f64>) = own.iter().map(|row| (times[*row], values[*row])).unzip();
        found.push(of(&t, &x));
    }
    Ok((found, rows))
}

fn compound(first: (f64, f64), last: (f64, f64), step: f64) -> Result<f64, Reason> {
    let ((start, a), (end, b)) = (first, last);
    if a == b {
        return Ok(0.0);
    }
    if a * b < 0.0 {
        return Err(Reason::SignsDiffer);
    }
    if a <= 0.0 {
        return Err(Reason::NotPositive);
    }
    Ok((b / a).powf(step / (end - start)) - 1.0)
}

/// Deviations from the means, so that a line through large years keeps its digits.
fn trend(seen: &[(usize, f64, f64)], step: f64) -> Result<f64, Reason> {
    let n = seen.len() as f64;
    let (Some(a), Some(b)) = (seen.first(), seen.last()) else { return Err(Reason::NoObservation) };
    let (slope, base) = if seen.len() == 2 {
        ((b.2 - a.2) / (b.1 - a.1), a.2)
    } else {
        let time = seen.iter().map(|point| point.1 - a.1).sum::<f64>() / n;
        let value = seen.iter().map(|point| point.2).sum::<f64>() / n;
        let (mut both, mut square) = (0.0, 0.0);
        for (_, t, x) in seen {
            let off = t - a.1 - time;
            both += off * (x - value);
            square += off * off;
        }
        let slope = both / square;
        (slope, value - slope * time)
    };
    if base > 0.0 { Ok(100.0 * slope * step / base) } else { Err(Reason::NotPositive) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cagr(times: &[f64], values: &[f64]) -> Growth {
        growth(times, values, Measure::Cagr, None, 1.0)
    }

    #[test]
    fn known_values() {
        // 100 to 121 in two years is 10 % a year.
        assert!((cagr(&[2000.0, 2002.0], &[100.0, 121.0]).value - 0.1).abs() < 1e-14);
        assert_eq!(cagr(&[0.0, 1.0], &[5.0, 5.0]).value, 0.0);
        assert_eq!(cagr(&[0.0, 1.0], &[5.0, 0.0]).value, -1.0);
        let trend = |values: &[f64]| growth(&[1.0, 2.0, 4.0], values, Measure::Trend, None, 1.0);
        assert!((trend(&[2.0, 3.0, 5.0]).value - 50.0).abs() < 1e-12);
        assert!((trend(&[2.0, f64::NAN, 3.0]).value - 50.0 / 3.0).abs() < 1e-12);
        assert_eq!(trend(&[4.0, 4.0, 4.0]).value, 0.0);
    }

    #[test]
    fn what_has_no_meaning_is_missing_with_a_reason() {
        let reason = |values: &[f64]| cagr(&[0.0, 1.0], values).reason;
        assert_eq!(reason(&[-100.0, 121.0]), Some(Reason::SignsDiffer));
        assert_eq!(reason(&[0.0, 121.0]), Some(Reason::NotPositive));
        assert_eq!(reason(&[-2.0, -1.0]), Some(Reason::NotPositive));
        assert_eq!(reason(&[f64::NAN, -1.0]), Some(Reason::OneObservation));
        assert_eq!(reason(&[f64::NAN, f64::NAN]), Some(Reason::NoObservation));
        assert_eq!(reason(&[-2.0, -2.0]), None);
        assert_eq!(reason(&[1e-300, 1e300]), Some(Reason::Overflow));
        let fitted = growth(&[0.0, 1.0, 2.0], &[0.1, 0.1, 9.0], Measure::Trend, None, 1.0);
        assert_eq!((fitted.reason, fitted.value.is_nan()), (Some(Reason::NotPositive), true));
    }

    #[test]
    fn the_ends_are_those_observed_and_latest_cuts() {
        let found = growth(&[0.0, 1.0, 2.0, 3.0], &[9.0, 2.0, 4.0, f64::NAN], Measure::Cagr, Some(3), 1.0);
        assert_eq!((found.first, found.last, found.used, found.value), (Some(1), Some(2), 2, 1.0));
        assert!((found.available - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn units_are_told_apart_in_any_order_of_rows() {
        let of = |t: &[f64], x: &[f64]| growth(t, x, Measure::Cagr, None, 1.0);
        let (found, rows) =
            growths(&[0, 1, 0, -1], &[2.0, 1.0, 1.0, 1.0], &[6.0, 5.0, 3.0, 9.0], 2, of).expect("growths");
        assert_eq!((found[0].value, found[1].reason), (1.0, Some(Reason::OneObservation)));
        assert_eq!(rows, [vec![2, 0], vec![1]]);
        assert!(growths(&[0, 0], &[1.0, 1.0], &[1.0, 2.0], 1, of).is_err());
    }

    proptest! {
        #[test]
        fn compound_growth_undoes_itself(start in 0.01f64..1e6, rate in -0.9f64..3.0, years in 1u32..40) {
            let end = start * (1.0 + rate).powi(years.cast_signed());
            let found = cagr(&[0.0, f64::from(years)], &[start, end]).value;
            prop_assert!((found - rate).abs() < 1e-10 * (1.0 + rate.abs()));
        }

        #[test]
        fn the_trend_of_a_line_is_its_slope(a in 1.0f64..100.0, slope in 0.0f64..10.0, n in 2usize..12) {
            let times: Vec<f64> = (0..n).map(|i| 2000.0 + i as f64).collect();
            let values: Vec<f64> = (0..n).map(|i| a + slope * i as f64).collect();
            let found = growth(&times, &values, Measure::Trend, None, 1.0).value;
            prop_assert!((found - 100.0 * slope / a).abs() < 1e-8);
        }
    }
}
