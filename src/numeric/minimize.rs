//! Small deterministic minimizers without derivatives: one number by a grid and golden sections, a few by Nelder and Mead.

/// A lowest point.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// Where.
    pub at: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Whether the search closed in on it.
    pub converged: bool,
    /// How often the function was asked.
    pub evaluations: usize,
}

/// The lowest point of a function of one number in `[low, high]`: the lowest of `points` on a grid, then golden sections
/// between its neighbors. Where the lowest is an end, that end is found.
///
/// Kiefer J. (1953), Sequential minimax search for a maximum, doi 10.1090/S0002-9939-1953-0055639-3.
pub fn golden(mut f: impl FnMut(f64) -> f64, low: f64, high: f64, points: usize) -> Minimum {
    let points = points.max(3);
    let place = |i: usize| low + (high - low) * i as f64 / (points - 1) as f64;
    let values: Vec<f64> = (0..points).map(|i| known(f(place(i)))).collect();
    let best = (0..points).min_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or(0);
    let (mut a, mut b) = (place(best.saturating_sub(1)), place((best + 1).min(points - 1)));
    let share = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut x, mut y) = (b - share * (b - a), a + share * (b - a));
    let (mut fx, mut fy) = (known(f(x)), known(f(y)));
    let mut evaluations = points + 2;
    // Values near a minimum agree to half the digits only.
    while b - a > 1e-9 * (1.0 + a.abs().max(b.abs())) && evaluations < points + 100 {
        if fx <= fy {
            (b, y, fy) = (y, x, fx);
            x = b - share * (b - a);
            fx = known(f(x));
        } else {
            (a, x, fx) = (x, y, fy);
            y = a + share * (b - a);
            fy = known(f(y));
        }
        evaluations += 1;
    }
    let (mut at, mut value) = if fx <= fy { (x, fx) } else { (y, fy) };
    if values[best] < value {
        (at, value) = (place(best), values[best]);
    }
    Minimum { at: vec![at], value, converged: value < f64::INFINITY, evaluations }
}

/// A lowest point near a start by the simplex of Nelder and Mead, begun again from where it ended until that gains nothing.
///
/// Nelder J. A., Mead R. (1965), A simplex method for function minimization, doi 10.1093/comjnl/7.4.308.
pub fn nelder_mead(mut f: impl FnMut(&[f64]) -> f64, start: &[f64], step: f64, most: usize) -> Minimum {
    let mut found = Minimum { value: known(f(start)), at: start.to_vec(), converged: false, evaluations: 1 };
    let mut step = step;
    while found.evaluations < most {
        let before = found.value;
        found = simplex(&mut f, found, step, most);
        if found.converged && before - found.value <= 1e-12 * (before.abs() + 1e-12) {
            break;
        }
        step = (0.2 * step).max(1e-4);
    }
    found
}

/// What is not defined is never lowest.
fn known(value: f64) -> f64 {
    if value.is_nan() { f64::INFINITY } else { value }
}

fn simplex(f: &mut impl FnMut(&[f64]) -> f64, start: Minimum, step: f64, most: usize) -> Minimum {
    let n = start.at.len();
    let mut evaluations = start.evaluations;
    let mut corners = vec![(start.at.clone(), start.value)];
    for i in 0..n {
        let mut at = start.at.clone();
        at[i] += step;
        let value = known(f(&at));
        corners.push((at, value));
    }
    evaluations += n;
    let mut converged = n == 0;
    while evaluations < most && !converged {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let size = corners[1..].iter().flat_map(|(at, _)| at.iter().zip(&corners[0].0)).map(|(a, b)| (a - b).abs());
        converged = size.fold(0.0, f64::max) < 1e-9;
        let (last, low, second) = (corners[n].clone(), corners[0].1, corners[n - 1].1);
        let middle: Vec<f64> =
            (0..n).map(|i| corners[..n].iter().map(|(at, _)| at[i]).sum::<f64>() / n as f64).collect();
        let mut ask = |by: f64| {
            let at: Vec<f64> = middle.iter().zip(&last.0).map(|(m, l)| m + by * (l - m)).collect();
            let value = known(f(&at));
            evaluations += 1;
            (at, value)
        };
        let over = ask(-1.0);
        let new = if over.1 < low {
            let far = ask(-2.0);
            if far.1 < over.1 { far } else { over }
        } else if over.1 < second {
            over
        } else {
            let near = if over.1 < last.1 { ask(-0.5) } else { ask(0.5) };
            if near.1 < over.1.min(last.1) {
                near
            } else {
                let best = corners[0].0.clone();
                for (at, value) in &mut corners[1..] {
                    for (own, best) in at.iter_mut().zip(&best) {
                        *own = f64::midpoint(*own, *best);
                    }
                    *value = known(f(at));
                }
                evaluations += n;
                continue;
            }
        };
        corners[n] = new;
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (at, value) = corners.swap_remove(0);
    Minimum { at, value, converged: converged && value < f64::INFINITY, evaluations }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number() {
        let found = golden(|x| (x - 0.3).powi(2), -1.0, 2.0, 31);
        assert!(found.converged && (found.at[0] - 0.3).abs() < 1e-7, "{found:?}");
        // The lower of two valleys, and an end.
        let two = golden(|x: f64| (x * x - 1.0).powi(2) + 0.1 * x, -2.0, 2.0, 41);
        assert!(two.at[0] < -0.9, "{two:?}");
        assert!((golden(|x| x, 0.0, 1.0, 11).at[0]).abs() < 1e-8);
        assert!(!golden(|_| f64::NAN, 0.0, 1.0, 11).converged);
    }

    #[test]
    fn the_valley_of_rosenbrock() {
        let f = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
        let found = nelder_mead(f, &[-1.2, 1.0], 0.1, 5000);
        assert!(found.converged, "{found:?}");
        assert!((found.at[0] - 1.0).abs() < 1e-6 && (found.at[1] - 1.0).abs() < 1e-6, "{found:?}");
        assert!(!nelder_mead(f, &[-1.2, 1.0], 0.1, 20).converged);
    }

    #[test]
    fn three_numbers() {
        let f = |x: &[f64]| (x[0] - 1.0).powi(2) + 3.0 * (x[1] + x[0]).powi(2) + (x[2] - 0.5).powi(4);
        let found = nelder_mead(f, &[0.0; 3], 0.2, 5000);
        assert!((found.at[0] - 1.0).abs() < 1e-5 && (found.at[1] + 1.0).abs() < 1e-5, "{found:?}");
        assert!((found.at[2] - 0.5).abs() < 1e-2, "{found:?}");
    }
}
