//! Convergence: does the spread shrink (sigma), do those behind grow faster (beta)?
//!
//! Beta: the mean growth rate over k periods, `ln(y_T / y_0) / k = a + b ln y_0`; speed `-ln(1 + b k) / k`, half-life `ln 2 / speed`. Where the
//! left side is total growth, `b` is k times as large and the speed `-ln(1 + b) / k`: the same number. Barro and
//! Sala-i-Martin (1992), doi:10.1086/261816.

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
    if pairs.len() < 3 || xx <= 0.0 {
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

#[cfg(test)]
mod tests {
    use super::*;

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
