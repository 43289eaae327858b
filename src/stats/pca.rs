//! Principal components of a correlation or covariance matrix.
//!
//! Jolliffe I. T. (2002), Principal Component Analysis, 2nd ed., doi 10.1007/b98835. Signs of components are arbitrary in
//! theory; here every vector has components with a positive sum, see [`crate::numeric::eigen::fix_sign`].

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::comoments::comoments_scaled;
use super::{Gaps, complete_rows, taken};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::eigen::{Eigen, symmetric_eigen};
use crate::parallel::{Cancel, chunks, map};

/// The matrix that is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matrix {
    /// Correlations: every column counts the same.
    #[default]
    Correlation,
    /// Covariances: columns count as they vary.
    Covariance,
}

/// Components, the largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// Variances of the components. With pairwise gaps small ones may be negative.
    pub values: Vec<f64>,
    /// Unit vectors as columns.
    pub vectors: Array2<f64>,
    /// Vectors times the root of their value (of zero for negative ones): with correlations, the correlations of
    /// columns and components.
    pub loadings: Array2<f64>,
    /// Means taken off before scoring.
    pub centers: Vec<f64>,
    /// Standard deviations divided by before scoring; 1 with covariances.
    pub scales: Vec<f64>,
    /// Rows without a gap.
    pub complete: u64,
}

/// A matrix without missing entries, with what scoring needs.
struct Prepared {
    matrix: Array2<f64>,
    centers: Vec<f64>,
    scales: Vec<f64>,
    complete: u64,
}

/// The matrix of correlations or covariances, refused where an entry is missing.
fn prepare(
    names: &[String],
    columns: &[&[f64]],
    matrix: Matrix,
    gaps: Gaps,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Prepared> {
    let complete = complete_rows(columns).iter().filter(|keep| **keep).count() as u64;
    if columns.is_empty() {
        let problem = Problem::general("there are no columns").remedy("name at least one numeric column");
        return Err(Error::new(Kind::Degenerate, problem));
    }
    if gaps == Gaps::Complete && complete < 3 {
        let message = format!("{complete} rows have a value in every column, at least 3 are needed");
        let problem = Problem::general(message).remedy("leave out columns with many gaps, or say gaps='pairwise'");
        return Err(Error::new(Kind::Degenerate, problem));
    }
    let kept = taken(columns, gaps);
    let views: Vec<&[f64]> = kept.iter().map(AsRef::as_ref).collect();
    let (all, factors) = comoments_scaled(&views, threads, cancel)?;
    let p = columns.len();
    let name = |i: usize| names.get(i).map_or("?", String::as_str);
    let mut problems = Vec::new();
    for i in 0..p {
        let own = &all[(i, i)];
        if own.count < 3 || (own.xx <= 0.0 && matrix == Matrix::Correlation) {
            let found = if own.count < 3 { "fewer than 3 values" } else { "the same value everywhere" };
            problems.push(Problem::column(name(i), found).remedy("leave it out"));
        }
    }
    Error::collect(Kind::Degenerate, std::mem::take(&mut problems))?;
    let entry = |i: usize, j: usize| match matrix {
        Matrix::Correlation if i == j => 1.0,
        Matrix::Correlation => all[(i, j)].correlation(),
        Matrix::Covariance => all[(i, j)].covariance() / factors[i] / factors[j],
    };
    let matrix_of = Array2::from_shape_fn((p, p), |(i, j)| entry(i, j));
    for (i, variance) in matrix_of.diag().iter().enumerate().filter(|(_, variance)| variance.is_infinite()) {
        let message = format!("its variance is beyond all numbers ({variance})");
        problems.push(Problem::column(name(i), message).remedy("change its unit, or take correlations"));
    }
    Error::collect(Kind::Degenerate, problems)?;
    let mut problems = Vec::new();
    for i in 0..p {
        for j in i + 1..p {
            if !matrix_of[(i, j)].is_finite() {
                let message = format!("nothing can be said of it together with {:?}", name(j));
                problems.push(Problem::column(name(i), message).remedy("they need 3 common rows that differ"));
            }
        }
    }
    Error::collect(Kind::Degenerate, problems)?;
    let own = |i: usize| all[(i, i)].covariance().sqrt() / factors[i];
    let deviation = |i: usize| if matrix == Matrix::Covariance { 1.0 } else { own(i) };
    Ok(Prepared {
        matrix: matrix_of,
        centers: (0..p).map(|i| all[(i, i)].mean_x / factors[i]).collect(),
        scales: (0..p).map(deviation).collect(),
        complete,
    })
}

/// The correlations of columns of equal length, and the number of rows without a gap.
///
/// Errors as in [`pca`]: no entry is missing.
pub fn sound_correlations(
    names: &[String],
    columns: &[&[f64]],
    gaps: Gaps,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<(Array2<f64>, u64)> {
    prepare(names, columns, Matrix::Correlation, gaps, threads, cancel).map(|found| (found.matrix, found.complete))
}

/// The components of columns of equal length.
///
/// Errors name a column that is constant (correlations only) or has fewer than three values, and pairs without common
/// rows. Fewer rows than columns are fine: the last variances are then zero.
pub fn pca(
    names: &[String],
    columns: &[&[f64]],
    matrix: Matrix,
    gaps: Gaps,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Pca> {
    let Prepared { matrix, centers, scales, complete } = prepare(names, columns, matrix, gaps, threads, cancel)?;
    let Eigen { values, vectors } = symmetric_eigen(&matrix);
    let mut loadings = vectors.clone();
    for (mut column, value) in loadings.columns_mut().into_iter().zip(&values) {
        let root = value.max(0.0).sqrt();
        column.mapv_inplace(|x| x * root);
    }
    Ok(Pca { values, vectors, loadings, centers, scales, complete })
}

impl Pca {
    /// Standard deviations of the components: roots of the values, of zero for negative ones.
    pub fn deviations(&self) -> Vec<f64> {
        self.values.iter().map(|value| value.max(0.0).sqrt()).collect()
    }

    /// The share of each component in the sum of the values, and the running total; NaN where the sum is zero.
    pub fn explained(&self) -> (Vec<f64>, Vec<f64>) {
        let total: f64 = self.values.iter().sum();
        let shares: Vec<f64> = self.values.iter().map(|value| value / total).collect();
        let mut running = 0.0;
        let cumulative = shares.iter().map(|share| {
            running += share;
            running
        });
        let cumulative = cumulative.collect();
        (shares, cumulative)
    }

    /// The first `count` components of every row, one column each; NaN for rows with a gap.
    pub fn scores(
        &self,
        columns: &[&[f64]],
        count: usize,
        threads: Option<usize>,
        cancel: &Cancel,
    ) -> Result<Vec<Vec<f64>>> {
        let rows = columns.first().map_or(0, |column| column.len());
        let one = |component: usize, rows: std::ops::Range<usize>| {
            let mut out = vec![0.0; rows.len()];
            for (i, column) in columns.iter().enumerate() {
                let (weight, center, scale) = (self.vectors[(i, component)], self.centers[i], self.scales[i]);
                for (y, x) in out.iter_mut().zip(&column[rows.clone()]) {
                    *y += weight * ((x - center) / scale);
                }
            }
            out
        };
        let count = count.min(self.values.len());
        let parts = map(
            chunks(rows),
            threads,
            cancel,
            || (),
            |(), rows| (0..count).map(|component| one(component, rows.clone())).collect::<Vec<_>>(),
        )
        .ok_or_else(Error::interrupted)?;
        let mut scores = vec![Vec::with_capacity(rows); count];
        for part in parts {
            for (all, some) in scores.iter_mut().zip(part) {
                all.extend(some);
            }
        }
        Ok(scores)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(columns: &[&[f64]], matrix: Matrix, gaps: Gaps) -> Result<Pca> {
        let names: Vec<String> = (0..columns.len()).map(|i| format!("x{i}")).collect();
        pca(&names, columns, matrix, gaps, None, &Cancel::new())
    }

    #[test]
    fn two_columns_have_one_plus_and_minus_r() {
        let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]);
        let found = of(&[&x, &y], Matrix::Correlation, Gaps::Complete).unwrap();
        assert!((found.values[0] - 1.8).abs() < 1e-14 && (found.values[1] - 0.2).abs() < 1e-14);
        let scores = found.scores(&[&x, &y], 9, None, &Cancel::new()).unwrap();
        assert_eq!(scores.len(), 2);
        // Variances of the scores are the eigenvalues.
        let variance = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>() / 4.0;
        assert!((variance(&scores[0]) - 1.8).abs() < 1e-13 && (variance(&scores[1]) - 0.2).abs() < 1e-13);
    }

    #[test]
    fn degenerate_data() {
        let (x, constant, short) = ([1.0, 2.0, 3.0, 5.0], [2.0; 4], [1.0, f64::NAN, f64::NAN, 2.0]);
        let text = |result: Result<Pca>| result.unwrap_err().to_string();
        let error = text(of(&[&x, &constant], Matrix::Correlation, Gaps::Complete));
        assert_eq!(error, "column \"x1\": the same value everywhere; leave it out");
        let covariance = of(&[&x, &constant], Matrix::Covariance, Gaps::Complete).unwrap();
        assert_eq!(covariance.values[1], 0.0);
        assert!(
            text(of(&[&x, &short], Matrix::Correlation, Gaps::Complete)).starts_with("2 rows have a value in every")
        );
        assert!(text(of(&[&x, &short], Matrix::Correlation, Gaps::Pairwise)).contains("x1"));
        assert!(of(&[], Matrix::Correlation, Gaps::Complete).is_err());
        // Twins, and more columns than rows.
        let twins = of(&[&x, &x], Matrix::Correlation, Gaps::Complete).unwrap();
        assert!((twins.values[0] - 2.0).abs() < 1e-15 && twins.values[1].abs() < 1e-15);
        let (a, b, c) = ([1.0, 2.0, 4.0], [3.0, 1.0, 1.5], [0.0, 5.0, 1.0]);
        let wide = of(&[&a, &b, &c, &[7.0, 7.5, 7.1]], Matrix::Correlation, Gaps::Complete).unwrap();
        assert!(wide.values[2].abs() < 1e-14 && wide.values[3].abs() < 1e-14);
        let one = of(&[&x], Matrix::Correlation, Gaps::Complete).unwrap();
        assert_eq!((one.values[0], one.vectors[(0, 0)]), (1.0, 1.0));
    }
}
