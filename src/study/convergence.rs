//! Convergence: does the spread shrink (sigma), do those behind grow faster (beta)?
//!
//! Beta: the mean growth rate over k periods, `ln(y_T / y_0) / k = a + b ln y_0`; speed `-ln(1 + b k) / k`, half-life `ln 2 / speed`. Where the
//! left side is total growth, `b` is k times as large and the speed `-ln(1 + b) / k`: the same number. Barro and
//! Sala-i-Martin (1992), doi:10.1086/261816.

use super::inequality::deviation;
use super::rows::runs;
use super::sample::Sample;

/// A regression of growth on the starting value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    /// Intercept.
    pub intercept: f64,
    /// Slope.
    pub slope: f64,
    /// Standard error of the slope (ordinary least squares, n - 2).
    pub error: f64,
    /// Share of variance explained.
    pub r_squared: f64,
    /// Units used.
    pub count: usize,
}

/// Ordinary least squares of y on x; missing pairs are left out. NaN below three pairs, or where x does not vary.
pub fn regression(x: &[f64], y: &[f64]) -> Beta {
    let pairs: Vec<(f64, f64)> =
        x.iter().zip(y).filter(|(x, y)| x.is_finite() && y.is_finite()).map(|(x, y)| (*x, *y)).collect();
    let n = pairs.len() as f64;
    let mean = |read: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(read).sum::<f64>() / n;
    let (mx, my) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in &pairs {
        xx += (x - mx).powi(2);
        xy += (x - mx) * (y - my);
        yy += (y - my).powi(2);
    }
    // Equal starting values do not vary, whatever their mean rounds to.
    let constant = pairs.windows(2).all(|two| two[0].0 == two[1].0);
    if pairs.len() < 3 || constant || xx <= 0.0 {
        let nothing = f64::NAN;
        return Beta { intercept: nothing, slope: nothing, error: nothing, r_squared: nothing, count: pairs.len() };
    }
    let slope = xy / xx;
    let rest = (yy - slope * xy).max(0.0);
    Beta {
        intercept: my - slope * mx,
        slope,
        error: (rest / (n - 2.0) / xx).sqrt(),
        r_squared: if yy > 0.0 { 1.0 - rest / yy } else { f64::NAN },
        count: pairs.len(),
    }
}

/// Speed per period and half-life from a slope of mean growth rates over k periods; NaN where 1 + b k is not positive. A speed
/// of zero or below has no half-life.
pub fn speed(slope: f64, periods: f64) -> (f64, f64) {
    let inside = 1.0 + slope * periods;
    if !(inside > 0.0 && periods > 0.0) {
        return (f64::NAN, f64::NAN);
    }
    let speed = -inside.ln() / periods;
    (speed, if speed > 0.0 { std::f64::consts::LN_2 / speed } else { f64::NAN })
}

/// Standard deviation of the logarithms of a sample of positive values; NaN where the weight is not above `ddof`.
pub fn spread_of_logs(sample: &Sample, ddof: f64) -> f64 {
    let logs: Vec<f64> = sample.values.iter().map(|value| value.ln()).collect();
    deviation(&logs, sample.weights.as_deref(), ddof * sample.weight_factor)
}

/// Differences from one to the next; the first has none.
pub fn changes(spread: &[f64]) -> Vec<f64> {
    let later = spread.windows(2).map(|pair| pair[1] - pair[0]);
    spread.first().map(|_| f64::NAN).into_iter().chain(later).collect()
}

/// Logarithm of the starting value and growth of the units with a positive value in both periods, in the order of units, and
/// the number of other units. Growth is a mean rate per period, or in `total`.
pub fn growth(
    units: &[i64],
    periods: &[f64],
    values: &[f64],
    order: &[u32],
    between: (f64, f64),
    total: bool,
) -> (Vec<f64>, Vec<f64>, usize) {
    let (mut start, mut grown, mut left_out) = (Vec::new(), Vec::new(), 0);
    let over = if total { 1.0 } else { between.1 - between.0 };
    for run in runs(units, order) {
        let at = |period: f64| {
            let row = run.iter().map(|row| *row as usize).find(|row| periods[*row] == period)?;
            Some(values[row]).filter(|value| *value > 0.0)
        };
        if let (Some(first), Some(last)) = (at(between.0), at(between.1)) {
            start.push(first.ln());
            grown.push((last.ln() - first.ln()) / over);
        } else {
            left_out += 1;
        }
    }
    (start, grown, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_followed_from_the_first_period_to_the_last() {
        let (units, periods) = ([0, 0, 1, 1, 2, 2, 3], [1.0, 5.0, 1.0, 5.0, 1.0, 5.0, 1.0]);
        let values = [1.0, 4.0, 0.0, 3.0, 2.0, f64::NAN, 1.0];
        let (start, grown, left_out) = growth(&units, &periods, &values, &[0, 1, 2, 3, 4, 5, 6], (1.0, 5.0), false);
        assert_eq!((start, grown, left_out), (vec![0.0], vec![4.0_f64.ln() / 4.0], 3));
        assert_eq!(changes(&[1.0, 0.5, 2.0])[1..], [-0.5, 1.5]);
        assert!(changes(&[]).is_empty() && changes(&[1.0])[0].is_nan());
        let logs = Sample { values: vec![1.0, 1.0_f64.exp()], ..Sample::default() };
        assert!((spread_of_logs(&logs, 1.0) - 0.5_f64.sqrt()).abs() < 1e-15 && spread_of_logs(&logs, 2.0).is_nan());
    }

    #[test]
    fn the_speed_that_was_put_in_comes_out() {
        // ln y_T = (1 - e^(-l k)) c + e^(-l k) ln y_0 has speed l exactly.
        let (l, k) = (0.03_f64, 12.0);
        let start = [1.0, 1.7, 2.2, 3.5, 4.1];
        let growth: Vec<f64> =
            start.iter().map(|x| ((1.0 - (-l * k).exp()) * 5.0 + (-l * k).exp() * x - x) / k).collect();
        let found = regression(&start, &growth);
        let (own, half) = speed(found.slope, k);
        assert!((own - l).abs() < 1e-12 && (half - std::f64::consts::LN_2 / l).abs() < 1e-8);
        assert!((found.r_squared - 1.0).abs() < 1e-12 && found.count == 5);
        assert!(speed(-0.1, 12.0).0.is_nan() && speed(0.01, 12.0).1.is_nan());
        assert!(regression(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]).slope.is_nan());
    }
}
