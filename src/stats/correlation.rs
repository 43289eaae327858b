//! Correlation matrices: Pearson, Spearman, Kendall.
//!
//! A pair with fewer than three common rows or a constant side has no correlation: NaN, never zero. Columns may have any
//! unit: where squares would overflow or vanish, a column is taken times a power of two.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::comoments::{CoMoments, comoments, comoments_scaled};
use super::kendall::{Ordered, tau_b};
use super::{Gaps, taken};
use crate::error::{Error, Result};
use crate::numeric::Ties;
use crate::numeric::rank::rank;
use crate::numeric::special::incomplete_beta;
use crate::numeric::unit::{SOUND, largest, needed, times};
use crate::parallel::{Cancel, map};

/// A measure of how two columns go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Covariance over the product of the standard deviations.
    #[default]
    Pearson,
    /// Pearson of the ranks among the common rows, ties at their average.
    Spearman,
    /// Kendall's tau-b: concordant minus discordant pairs, corrected for ties on both sides.
    Kendall,
}

/// Correlations of all pairs of columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlations {
    /// Coefficients; NaN where there is none.
    pub values: Array2<f64>,
    /// Two-sided p-values of no association; NaN where there is no coefficient.
    pub p_values: Array2<f64>,
    /// Rows both columns have.
    pub counts: Array2<u64>,
}

/// The matrix of correlations alone, on as many threads as there are.
pub fn correlation_matrix(columns: &[&[f64]], method: Method, gaps: Gaps) -> Array2<f64> {
    // Nobody holds this flag, so nobody raises it.
    correlations(columns, method, gaps, None, &Cancel::new()).map(|found| found.values).unwrap_or_default()
}

/// The matrix of covariances (denominator n - 1); NaN for fewer than two common rows.
pub fn covariances(columns: &[&[f64]], gaps: Gaps, threads: Option<usize>, cancel: &Cancel) -> Result<Array2<f64>> {
    let kept = taken(columns, gaps);
    let views: Vec<&[f64]> = kept.iter().map(AsRef::as_ref).collect();
    Ok(comoments(&views, threads, cancel)?.mapv(|pair| pair.covariance()))
}

/// The covariances times one power of two, which is 1 where they can be added soundly: for what does not ask for the unit
/// that all columns have.
pub fn relative_covariances(
    columns: &[&[f64]],
    gaps: Gaps,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Array2<f64>> {
    let found = covariances(columns, gaps, threads, cancel)?;
    let most = largest(found.diag());
    if SOUND.contains(&most) && found.iter().all(|covariance| !covariance.is_infinite()) {
        return Ok(found);
    }
    let by = needed(columns.iter().map(|column| largest(*column)).fold(0.0, f64::max));
    let scaled: Vec<_> = columns.iter().map(|column| times(column, by)).collect();
    covariances(&scaled.iter().map(AsRef::as_ref).collect::<Vec<_>>(), gaps, threads, cancel)
}

/// The matrix of covariances, on as many threads as there are.
pub fn covariance_matrix(columns: &[&[f64]], gaps: Gaps) -> Array2<f64> {
    covariances(columns, gaps, None, &Cancel::new()).unwrap_or_default()
}

/// Correlations of all pairs of columns of equal length.
///
/// The diagonal is 1, or NaN for a column with fewer than three values or a constant one.
pub fn correlations(
    columns: &[&[f64]],
    method: Method,
    gaps: Gaps,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Correlations> {
    let kept = taken(columns, gaps);
    let views: Vec<&[f64]> = kept.iter().map(AsRef::as_ref).collect();
    match method {
        Method::Pearson => Ok(from_moments(&comoments_scaled(&views, threads, cancel)?.0)),
        Method::Spearman => Ok(from_moments(&rank_moments(&views, threads, cancel)?)),
        Method::Kendall => kendall(&views, threads, cancel),
    }
}

/// Pearson coefficients and their p-values from joint moments.
fn from_moments(all: &Array2<CoMoments>) -> Correlations {
    let values = all.mapv(|pair| pair.correlation());
    let counts = all.mapv(|pair| pair.count);
    let mut p_values = values.clone();
    p_values.zip_mut_with(&counts, |p, count| *p = p_value(*p, *count));
    Correlations { values, p_values, counts }
}

/// The two-sided p-value of a Pearson or Spearman correlation: Student's t with n - 2 degrees of freedom.
///
/// With `t = r sqrt((n - 2) / (1 - r^2))` it is the regularized incomplete beta function at `1 - r^2` with parameters
/// `(n - 2) / 2` and 1/2. For Spearman it is an approximation.
pub fn p_value(r: f64, count: u64) -> f64 {
    if r.is_nan() || count < 3 {
        return f64::NAN;
    }
    incomplete_beta((count - 2) as f64 / 2.0, 0.5, (1.0 - r) * (1.0 + r))
}

/// The joint moments of ranks; columns without gaps are ranked once, a pair with gaps over its common rows.
fn rank_moments(columns: &[&[f64]], threads: Option<usize>, cancel: &Cancel) -> Result<Array2<CoMoments>> {
    let p = columns.len();
    let ranked =
        map((0..p).collect(), threads, cancel, || (), |(), i: usize| rank(columns[i], false, Ties::Average, None))
            .ok_or_else(Error::interrupted)?;
    let views: Vec<&[f64]> = ranked.iter().map(Vec::as_slice).collect();
    let mut all = comoments(&views, threads, cancel)?;
    let short = |i: usize| all[(i, i)].count < columns[i].len() as u64;
    let pairs: Vec<(usize, usize)> =
        (0..p).flat_map(|i| (i + 1..p).map(move |j| (i, j))).filter(|(i, j)| short(*i) || short(*j)).collect();
    let found = map(
        pairs.clone(),
        threads,
        cancel,
        || (),
        |(), (i, j)| {
            let both: (Vec<f64>, Vec<f64>) =
                columns[i].iter().zip(columns[j]).filter(|(x, y)| !x.is_nan() && !y.is_nan()).unzip();
            let ranks = |values: &[f64]| rank(values, false, Ties::Average, Some(1));
            CoMoments::of(&ranks(&both.0), &ranks(&both.1))
        },
    )
    .ok_or_else(Error::interrupted)?;
    for ((i, j), moments) in pairs.into_iter().zip(found) {
        all[(i, j)] = moments;
        all[(j, i)] = moments.turned();
    }
    Ok(all)
}

fn kendall(columns: &[&[f64]], threads: Option<usize>, cancel: &Cancel) -> Result<Correlations> {
    let p = columns.len();
    let ordered = map((0..p).collect(), threads, cancel, || (), |(), i: usize| Ordered::of(columns[i]))
        .ok_or_else(Error::interrupted)?;
    let pairs: Vec<(usize, usize)> = (0..p).flat_map(|i| (i..p).map(move |j| (i, j))).collect();
    let found = map(pairs.clone(), threads, cancel, || (), |(), (i, j)| tau_b(&ordered[i], &ordered[j]))
        .ok_or_else(Error::interrupted)?;
    let mut result =
        Correlations { values: Array2::zeros((p, p)), p_values: Array2::zeros((p, p)), counts: Array2::zeros((p, p)) };
    for ((i, j), tau) in pairs.into_iter().zip(found) {
        for place in [(i, j), (j, i)] {
            result.values[place] = tau.value;
            result.p_values[place] = tau.p_value;
            result.counts[place] = tau.count;
        }
    }
    Ok(result)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const METHODS: [Method; 3] = [Method::Pearson, Method::Spearman, Method::Kendall];

    fn of(columns: &[&[f64]], method: Method, gaps: Gaps) -> Correlations {
        correlations(columns, method, gaps, None, &Cancel::new()).unwrap()
    }

    #[test]
    fn known_values() {
        // R: cor.test(x, y), method "pearson", "spearman" (exact = FALSE) and "kendall"; worked by hand for tau.
        let x = [1.0, 2.0, 3.0, 4.0, 5.0];
        let y = [2.0, 1.0, 4.0, 3.0, 5.0];
        for (method, expected) in METHODS.into_iter().zip([0.8, 0.8, 0.6]) {
            assert!((of(&[&x, &y], method, Gaps::Pairwise).values[(0, 1)] - expected).abs() < 1e-15, "{method:?}");
        }
        let p = of(&[&x, &y], Method::Pearson, Gaps::Pairwise).p_values[(0, 1)];
        assert!((p - 0.104_088_038_661_825_27).abs() < 1e-14, "{p}");
    }

    #[test]
    fn degenerate_pairs_are_missing() {
        let nan = f64::NAN;
        let x = [1.0, 2.0, 3.0, 4.0];
        let few = [1.0, 5.0, nan, nan];
        let constant = [2.0; 4];
        for method in METHODS {
            let found = of(&[&x, &few, &constant, &x], method, Gaps::Pairwise);
            assert_eq!(found.values[(0, 3)], 1.0);
            assert_eq!(found.values[(0, 0)], 1.0);
            for place in [(0, 1), (1, 1), (0, 2), (2, 2)] {
                assert!(found.values[place].is_nan() && found.p_values[place].is_nan(), "{method:?} {place:?}");
            }
            assert_eq!(found.counts[(0, 1)], 2);
            let complete = of(&[&x, &few], method, Gaps::Complete);
            assert!(complete.values[(0, 0)].is_nan() && complete.counts[(0, 0)] == 2);
            assert!(of(&[], method, Gaps::Complete).values.is_empty());
            assert!(of(&[&[], &[]], method, Gaps::Pairwise).values.iter().all(|r| r.is_nan()));
        }
    }

    proptest! {
        #[test]
        fn any_unit_gives_the_same(
            rows in prop::collection::vec((-9.0..9.0f64, -9.0..9.0f64), 4..40), a in -1000..1000_i32, b in -1000..1000_i32,
        ) {
            let (x, y): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let times = |values: &[f64], power: i32| values.iter().map(|v| v * 2.0_f64.powi(power)).collect::<Vec<_>>();
            let (own, other) = ([&x[..], &y], [times(&x, a), times(&y, b)]);
            let r = of(&own, Method::Pearson, Gaps::Pairwise).values[(0, 1)];
            let scaled = of(&[&other[0], &other[1]], Method::Pearson, Gaps::Pairwise).values[(0, 1)];
            prop_assert!((r - scaled).abs() <= 1e-12, "{r} {scaled}");
            // Alpha asks for one unit.
            let alpha = |columns: &[&[f64]]| {
                super::super::cronbach::cronbach(
                    &relative_covariances(columns, Gaps::Pairwise, None, &Cancel::new()).unwrap(),
                )
            };
            let (own, other) = (alpha(&own), alpha(&[&times(&x, a), &times(&y, a)]));
            prop_assert!((own.alpha - other.alpha).abs() <= 1e-9 * own.alpha.abs().max(1.0), "{own:?} {other:?}");
            prop_assert!((own.with_rest[0] - other.with_rest[0]).abs() <= 1e-12);
        }

        #[test]
        fn symmetric_bounded_and_blind_to_scale(
            x in prop::collection::vec(prop_oneof![5 => (-9..9_i32).prop_map(f64::from), 1 => Just(f64::NAN)], 4..40),
            factor in 0.1..10.0f64,
        ) {
            let y: Vec<f64> = x.iter().enumerate().map(|(i, v)| v * 0.5 + ((i * 7) % 5) as f64).collect();
            let scaled: Vec<f64> = x.iter().map(|v| v * factor + 3.0).collect();
            for method in METHODS {
                let found = of(&[&x, &y, &scaled], method, Gaps::Pairwise).values;
                for i in 0..3 {
                    for j in 0..3 {
                        prop_assert!(found[(i, j)].is_nan() || found[(i, j)].abs() <= 1.0);
                        prop_assert!(found[(i, j)].to_bits() == found[(j, i)].to_bits());
                    }
                }
                prop_assert!(found[(0, 1)].is_nan() || (found[(0, 1)] - found[(2, 1)]).abs() < 1e-10);
            }
        }
    }
}
