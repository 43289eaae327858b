//! Totals, means, ratios, shares, variances and differences with linearized standard errors.
//!
//! A ratio of two totals `R = sum w y / sum w x` varies, to first order, as the total of `w (y - R x) / sum w x`
//! (Taylor). Means and shares are ratios with x = 1, a group is a ratio whose other rows count 0. Särndal, Swensson,
//! Wretman (1992), sections 5.5, 5.8 and 5.10; Binder D. A. (1983), On the variances of asymptotically normal estimators
//! from complex surveys, International Statistical Review 51(3): 279-292, doi 10.2307/1402588.
//!
//! Rows whose value is NaN have no answer and take no part; that is a domain too. With rows of one sampling unit only
//! (and more in its stratum) a mean has no standard error: the formula would give 0. Degrees of freedom are the units
//! that have rows of the domain less their strata, as in the packages survey (R, `degf` of a subset) and svy.

use super::Design;
use crate::numeric::sum::Sum;

/// An estimate and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate; NaN where there is nothing to estimate it from.
    pub value: f64,
    /// Its standard error; NaN where the sample cannot tell.
    pub se: f64,
    /// Rows used.
    pub n: usize,
    /// The sum of their weights.
    pub weight: f64,
    /// The weighted sum of the variable.
    pub total: f64,
    /// Degrees of freedom: units with rows that count, less their strata.
    pub degrees: f64,
}

impl Estimate {
    const NONE: Self = Self { value: f64::NAN, se: f64::NAN, n: 0, weight: 0.0, total: 0.0, degrees: 0.0 };
}

/// Weighted sums over the rows that have both values.
struct Sums {
    n: usize,
    weight: f64,
    y: f64,
    x: f64,
    /// Whether the rows are of more than one unit, or of one whose stratum was drawn whole.
    several: bool,
    degrees: f64,
}

/// Units and strata that have rows, counted in the order of the design.
#[derive(Default)]
struct Present {
    unit: Option<usize>,
    stratum: Option<usize>,
    units: usize,
    strata: usize,
    whole: bool,
}

impl Present {
    fn see(&mut self, design: &Design, row: usize) {
        let unit = design.unit(row);
        if self.unit == Some(unit) {
            return;
        }
        let stratum = design.stratum_of(unit);
        self.strata += usize::from(self.stratum != Some(stratum.first));
        self.units += 1;
        self.whole |= stratum.open <= 0.0;
        (self.unit, self.stratum) = (Some(unit), Some(stratum.first));
    }

    fn degrees(&self) -> f64 {
        self.units as f64 - self.strata as f64
    }
}

fn sums(design: &Design, rows: &[u32], y: impl Fn(usize) -> f64, x: impl Fn(usize) -> f64) -> Sums {
    let (mut n, mut weight, mut sum_y, mut sum_x) = (0, Sum::default(), Sum::default(), Sum::default());
    let mut present = Present::default();
    for row in rows.iter().map(|row| *row as usize) {
        let (y, x) = (y(row), x(row));
        if y.is_nan() || x.is_nan() {
            continue;
        }
        let w = design.weights()[row];
        if w > 0.0 {
            present.see(design, row);
        }
        n += 1;
        weight.add(w);
        sum_y.add(w * y);
        sum_x.add(w * x);
    }
    let (several, degrees) = (present.units > 1 || present.whole, present.degrees());
    Sums { n, weight: weight.value(), y: sum_y.value(), x: sum_x.value(), several, degrees }
}

/// The estimated total of a variable over the rows of a domain, `sum w y`.
pub fn total(design: &Design, rows: &[u32], y: impl Fn(usize) -> f64) -> Estimate {
    let y = &y;
    let found = sums(design, rows, y, |_| 1.0);
    if found.n == 0 {
        return Estimate::NONE;
    }
    let parts = rows.iter().map(|row| *row as usize).map(|row| (row, design.weights()[row] * y(row)));
    let se = design.error(parts.filter(|(_, z)| !z.is_nan()));
    Estimate { value: found.y, se, n: found.n, weight: found.weight, total: found.y, degrees: found.degrees }
}

/// The ratio of two totals over the rows of a domain that have both values.
pub fn ratio(design: &Design, rows: &[u32], y: impl Fn(usize) -> f64, x: impl Fn(usize) -> f64) -> Estimate {
    let found = sums(design, rows, &y, &x);
    if found.n == 0 {
        return Estimate::NONE;
    }
    let value = if found.x == 0.0 { f64::NAN } else { found.y / found.x };
    let se = if found.several && !value.is_nan() {
        design.error(influence(design, rows, &y, &x, value, found.x))
    } else {
        f64::NAN
    };
    Estimate { value, se, n: found.n, weight: found.weight, total: found.y, degrees: found.degrees }
}

/// The mean of a variable. Its origin is moved to the first value, so that a constant has a variance of exactly zero.
pub fn mean(design: &Design, rows: &[u32], y: impl Fn(usize) -> f64) -> Estimate {
    let first = rows.iter().map(|row| y(*row as usize)).find(|y| !y.is_nan()).unwrap_or(0.0);
    let moved = ratio(design, rows, |row| y(row) - first, |_| 1.0);
    Estimate { value: moved.value + first, total: moved.total + first * moved.weight, ..moved }
}

/// The variance of a variable in the population, `n / (n - 1) sum w (y - mean)^2 / sum w`, n being the rows with a value
/// (as `svyvar` of the R package survey).
pub fn spread(design: &Design, rows: &[u32], y: impl Fn(usize) -> f64) -> Estimate {
    let center = mean(design, rows, &y);
    if center.n < 2 {
        return Estimate { value: f64::NAN, se: f64::NAN, ..center };
    }
    let inflate = center.n as f64 / (center.n as f64 - 1.0);
    mean(design, rows, |row| (y(row) - center.value) * (y(row) - center.value) * inflate)
}

/// The share of a category among the rows with a code; a negative code is no answer.
pub fn share(design: &Design, rows: &[u32], codes: &[i64], category: i64) -> Estimate {
    let among = |row: usize| if codes[row] < 0 { f64::NAN } else { f64::from(u8::from(codes[row] == category)) };
    ratio(design, rows, among, |_| 1.0)
}

/// The share that some of the rows have in the total of all: `sum w y [inside] / sum w y`.
pub fn part(design: &Design, rows: &[u32], y: impl Fn(usize) -> f64, inside: impl Fn(usize) -> bool) -> Estimate {
    let own = |row: usize| if y(row).is_nan() || inside(row) { y(row) } else { 0.0 };
    ratio(design, rows, own, &y)
}

/// Two ratios and their difference, which takes account of rows that are in both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The first ratio.
    pub first: Estimate,
    /// The second ratio.
    pub second: Estimate,
    /// First less second.
    pub value: f64,
    /// The standard error of the difference.
    pub se: f64,
    /// Degrees of freedom: units with rows of either side, less strata, less one.
    pub degrees: f64,
}

/// The difference between the ratios of two domains.
pub fn difference(
    design: &Design,
    first: &[u32],
    second: &[u32],
    y: impl Fn(usize) -> f64,
    x: impl Fn(usize) -> f64,
) -> Difference {
    let (a, b) = (ratio(design, first, &y, &x), ratio(design, second, &y, &x));
    let value = a.value - b.value;
    let (mut se, mut present) = (f64::NAN, Present::default());
    if !a.se.is_nan() && !b.se.is_nan() {
        let mut z = vec![0.0; design.len()];
        let mut used = vec![false; design.len()];
        for (rows, found, sign) in [(first, a, 1.0), (second, b, -1.0)] {
            let below = sums(design, rows, &y, &x).x;
            for (row, part) in influence(design, rows, &y, &x, found.value, below) {
                z[row] += sign * part;
                used[row] |= design.weights()[row] > 0.0;
            }
        }
        let rows = design.order().iter().map(|row| *row as usize);
        rows.filter(|row| used[*row]).for_each(|row| present.see(design, row));
        se = design.error(design.order().iter().map(|row| (*row as usize, z[*row as usize])));
    }
    // The difference is a coefficient beside a mean, which takes one more.
    let degrees = if se.is_nan() { f64::NAN } else { present.degrees() - 1.0 };
    Difference { first: a, second: b, value, se, degrees }
}

/// What each row adds to the error of a ratio.
fn influence<'a>(
    design: &'a Design,
    rows: &'a [u32],
    y: &'a impl Fn(usize) -> f64,
    x: &'a impl Fn(usize) -> f64,
    value: f64,
    below: f64,
) -> impl Iterator<Item = (usize, f64)> + Clone + 'a {
    rows.iter()
        .map(|row| *row as usize)
        .map(move |row| (row, design.weights()[row] * (y(row) - value * x(row)) / below))
        .filter(|(_, z)| !z.is_nan())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{plain, stratified};
    use super::super::{Columns, Domains, Single};
    use super::*;

    #[test]
    fn equal_weights_give_the_textbook_formulas() {
        let (design, y) = (plain(&[10.0; 5]), [1.0, 2.0, 4.0, 4.0, 9.0]);
        let found = mean(&design, design.order(), |row| y[row]);
        // Mean 4, sum of squares 38: se = sqrt(38 / 4 / 5).
        assert!((found.value - 4.0).abs() < 1e-15 && (found.se - 1.9_f64.sqrt()).abs() < 1e-15);
        let found = total(&design, design.order(), |row| y[row]);
        assert!((found.value - 200.0).abs() < 1e-12 && (found.se - 50.0 * 1.9_f64.sqrt()).abs() < 1e-12);
        assert!((spread(&design, design.order(), |row| y[row]).value - 9.5).abs() < 1e-14);
        let found = share(&design, design.order(), &[0, 1, -1, 1, 1], 1);
        // 3 of 4: sqrt(n / (n - 1) p q / n_d) with n the whole sample, n_d the rows with an answer.
        assert!((found.value - 0.75).abs() < 1e-15);
        assert!((found.se - (5.0 / 4.0 * 0.1875 / 4.0_f64).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn degenerate_cases() {
        let design = plain(&[1.0; 4]);
        let mean_of = |rows: &[u32], y: [f64; 4]| mean(&design, rows, |row| y[row]);
        assert_eq!((mean_of(&[], [1.0; 4]).n, mean_of(&[], [1.0; 4]).value.is_nan()), (0, true));
        assert!(mean_of(&[0, 1], [f64::NAN; 4]).value.is_nan());
        let one = mean_of(&[2], [1.0, 2.0, 3.0, 4.0]);
        assert!(one.value == 3.0 && one.se.is_nan() && one.n == 1);
        // A constant has no variance, to the last bit.
        assert_eq!(mean_of(&[0, 1, 2, 3], [0.1; 4]).se, 0.0);
        assert!(ratio(&design, design.order(), |_| 1.0, |_| 0.0).value.is_nan());
        assert!(spread(&design, &[1], |_| 1.0).value.is_nan());
        let design = stratified(&[1.0; 6], &[0, 0, 0, 1, 1, 1], Single::Error);
        assert_eq!(mean(&design, &[0, 1, 3], |row| row as f64).degrees, 1.0);
        assert_eq!(difference(&design, &[0, 1], &[3, 4, 5], |row| row as f64, |_| 1.0).degrees, 2.0);
        // A stratum that was drawn whole has no sampling error, even with one row.
        let columns = Columns { population: Some(&[4.0; 4]), ..Columns::default() };
        let whole = Design::new(&[1.0; 4], columns, Single::Error).expect("valid");
        assert_eq!(mean(&whole, &[2], |row| row as f64).se, 0.0);
    }

    #[test]
    fn parts_add_up_and_the_whole_is_certain() {
        let (design, y) = (plain(&[1.0, 2.0, 3.0, 4.0]), [5.0, 6.0, f64::NAN, 7.0]);
        let small = part(&design, design.order(), |row| y[row], |row| row < 2);
        let large = part(&design, design.order(), |row| y[row], |row| row >= 2);
        assert!((small.value - 17.0 / 45.0).abs() < 1e-15 && (small.value + large.value - 1.0).abs() < 1e-15);
        assert!((small.se - large.se).abs() < 1e-15);
        let all = part(&design, design.order(), |row| y[row], |_| true);
        assert_eq!((all.value, all.se), (1.0, 0.0));
    }

    #[test]
    fn a_difference_of_a_group_to_itself_is_certain() {
        let (design, y) = (plain(&[1.0, 2.0, 3.0, 4.0]), [5.0, 6.0, 1.0, 7.0]);
        let found = difference(&design, &[0, 1, 2], &[0, 1, 2], |row| y[row], |_| 1.0);
        assert_eq!((found.value, found.se), (0.0, 0.0));
        // Two groups without a row in common: variances add up to n / (n - 1) sum z^2 around a mean of 0.
        let apart = difference(&design, &[0, 1], &[2, 3], |row| y[row], |_| 1.0);
        let squared = apart.first.se.powi(2) + apart.second.se.powi(2);
        assert!((apart.se * apart.se - squared).abs() < 1e-14);
    }

    proptest! {
        #[test]
        fn weights_have_no_unit_and_rows_no_order(
            rows in prop::collection::vec((0.1..9.0f64, 0..3i64, -5.0..5.0f64, 0..2i64), 12..60),
            factor in 0.01..100.0f64,
        ) {
            let build = |rows: &[(f64, i64, f64, i64)], factor: f64| {
                let weights: Vec<f64> = rows.iter().map(|row| row.0 * factor).collect();
                let strata: Vec<i64> = rows.iter().map(|row| row.1).collect();
                let groups: Vec<i64> = rows.iter().map(|row| row.3).collect();
                let design = stratified(&weights, &strata, Single::Certainty);
                let domains = Domains::new(&design, Some(&groups), 2).expect("valid");
                let of = |group: usize| mean(&design, domains.rows(group), |row| rows[row].2);
                let apart = difference(&design, domains.rows(0), domains.rows(1), |row| rows[row].2, |_| 1.0);
                [of(0).value, of(0).se, of(1).value, of(1).se, apart.value, apart.se]
            };
            let first = build(&rows, 1.0);
            let mut turned = rows.clone();
            turned.reverse();
            for other in [build(&rows, factor), build(&turned, 1.0)] {
                for (a, b) in first.iter().zip(&other) {
                    prop_assert!(a.is_nan() && b.is_nan() || (a - b).abs() < 1e-12, "{:?} {:?}", first, other);
                }
            }
        }
    }
}
