//! `ahp`: weights from pairwise judgements, the analytic hierarchy process.
//!
//! `judgements = { cloud = { erp = 3 } }` says that cloud counts three times as much as erp; the reciprocal follows. The
//! priorities are the principal eigenvector of the matrix of judgements (or the geometric means of its rows, `priority =
//! "geometric"`, for complete matrices). Missing judgements are allowed as long as every child is tied to the others: each
//! one stands as the ratio of the two priorities (Harker's method). Consistency: CI = (lambda - n) / (n - 1) and CR =
//! CI / RI(n) with Saaty's random indices; above 0.1 a warning says so. Where judgements are missing, RI is scaled by the
//! share of judgements there is beyond the n - 1 that are needed: 1 - 2m / ((n - 1)(n - 2)) for m missing ones.
//! Saaty (1977), doi:10.1016/0022-2496(77)90033-5; Saaty (1980); Harker (1987), doi:10.1016/0270-0255(87)90503-3; Agoston
//! and Csato (2022), doi:10.1016/j.omega.2021.102576.

use indexmap::IndexMap;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::{FittedWeights, Tally, WeightMethod};

/// Weights from pairwise judgements.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ahp {
    /// How many times as much the first child counts as the second.
    pub judgements: IndexMap<String, IndexMap<String, f64>>,
    /// How priorities are taken from the matrix.
    #[serde(skip_serializing_if = "Priority::is_eigenvector")]
    pub priority: Priority,
}

/// How priorities are taken from the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// The principal eigenvector.
    #[default]
    Eigenvector,
    /// The geometric means of the rows.
    Geometric,
}

impl Priority {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
    fn is_eigenvector(&self) -> bool {
        *self == Self::Eigenvector
    }
}

/// Mean consistency index of random matrices of n = 1, 2, ... 15 children, Saaty (1980), p. 21.
const RANDOM_INDEX: [f64; 15] =
    [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59];

impl Ahp {
    /// The matrix of judgements, NaN where there is none. The error is a message for people.
    fn matrix(&self, names: &[&str]) -> Result<Array2<f64>, String> {
        let place = |name: &str| names.iter().position(|own| *own == name);
        let mut matrix = Array2::from_elem((names.len(), names.len()), f64::NAN);
        for i in 0..names.len() {
            matrix[(i, i)] = 1.0;
        }
        for (first, others) in &self.judgements {
            for (second, &times) in others {
                let (Some(i), Some(j)) = (place(first), place(second)) else {
                    return Err(format!("judgement of {first:?} against {second:?}: one of them is no child"));
                };
                let given = matrix[(i, j)];
                if !given.is_nan() && (given - times).abs() > 1e-9 * times {
                    return Err(format!("{first:?} against {second:?} is judged twice, as {given} and as {times}"));
                }
                (matrix[(i, j)], matrix[(j, i)]) = (times, 1.0 / times);
            }
        }
        if let Some(apart) = unreached(&matrix).and_then(|child| names.get(child)) {
            return Err(format!("no judgement ties {apart:?} to the others, so its weight is open; add one"));
        }
        Ok(matrix)
    }
}

/// A child that no chain of judgements ties to the first one.
fn unreached(matrix: &Array2<f64>) -> Option<usize> {
    let n = matrix.nrows();
    let mut reached = vec![false; n];
    let mut open: Vec<usize> = (0..n.min(1)).collect();
    while let Some(i) = open.pop() {
        if !std::mem::replace(&mut reached[i], true) {
            open.extend((0..n).filter(|j| !matrix[(i, *j)].is_nan()));
        }
    }
    reached.iter().position(|reached| !reached)
}

/// The principal eigenvector, summing to one, and its eigenvalue, by power iteration: the matrix is positive, or by
/// Harker's diagonal non-negative and irreducible, so that it converges.
fn principal(matrix: &Array2<f64>) -> (Vec<f64>, f64) {
    let n = matrix.nrows();
    let mut weights = vec![1.0 / n as f64; n];
    let mut value = n as f64;
    for _ in 0..100_000 {
        let next: Vec<f64> =
            matrix.outer_iter().map(|row| row.iter().zip(&weights).map(|(a, w)| a * w).sum::<f64>()).collect();
        let total: f64 = next.iter().sum();
        let moved = next.iter().zip(&weights).map(|(a, w)| (a / total - w).abs()).fold(0.0, f64::max);
        (weights, value) = (next.iter().map(|a| a / total).collect(), total);
        if moved < 1e-15 {
            break;
        }
    }
    (weights, value)
}

impl WeightMethod for Ahp {
    fn weights(&self, names: &[&str], _: &[Tally]) -> Result<FittedWeights, String> {
        let matrix = self.matrix(names)?;
        let n = names.len();
        let missing = matrix.iter().filter(|times| times.is_nan()).count() / 2;
        if missing > 0 && self.priority == Priority::Geometric {
            return Err(format!("{missing} judgements are missing; say priority = \"eigenvector\", or add them"));
        }
        // Harker: a missing ratio a_ij w_j is w_i, so each one adds 1 to the diagonal.
        let mut filled = matrix.mapv(|times| if times.is_nan() { 0.0 } else { times });
        for i in 0..n {
            filled[(i, i)] += (0..n).filter(|j| matrix[(i, *j)].is_nan()).count() as f64;
        }
        let (eigenvector, lambda) = principal(&filled);
        let weights = match self.priority {
            Priority::Eigenvector => eigenvector,
            Priority::Geometric => {
                let means: Vec<f64> = matrix
                    .outer_iter()
                    .map(|row| (row.iter().map(|times| times.ln()).sum::<f64>() / n as f64).exp())
                    .collect();
                let total: f64 = means.iter().sum();
                means.iter().map(|mean| mean / total).collect()
            }
        };
        let mut fitted = FittedWeights { weights, ..FittedWeights::default() };
        let index = if n < 2 { 0.0 } else { ((lambda - n as f64) / (n as f64 - 1.0)).max(0.0) };
        fitted.details.insert("lambda_max".to_owned(), vec![lambda]);
        fitted.details.insert("consistency_index".to_owned(), vec![index]);
        match RANDOM_INDEX.get(n.saturating_sub(1)) {
            Some(random) if n > 2 => {
                let pairs = n * (n - 1) / 2;
                let surplus = (pairs - missing).saturating_sub(n - 1) as f64 / (pairs - (n - 1)) as f64;
                let ratio = if surplus == 0.0 { 0.0 } else { index / (random * surplus) };
                fitted.details.insert("consistency_ratio".to_owned(), vec![ratio]);
                if ratio > 0.1 {
                    let message = format!("the judgements contradict each other (consistency ratio {ratio:.3} > 0.1)");
                    fitted.warnings.push((None, message));
                }
                if missing > 0 {
                    let message = format!("{missing} of {pairs} judgements are missing and follow from the others");
                    fitted.warnings.push((None, message));
                }
            }
            Some(_) => {
                fitted.details.insert("consistency_ratio".to_owned(), vec![0.0]);
            }
            None => fitted.warnings.push((None, format!("no random index is tabled for {n} children; see details"))),
        }
        Ok(fitted)
    }

    fn problems(&self, children: &[&str]) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (first, others) in &self.judgements {
            for name in std::iter::once(first).chain(others.keys()) {
                if !children.contains(&name.as_str()) {
                    let hint = crate::error::hint(name, children.iter().copied());
                    problems.push((format!("judgements.{first}"), format!("{name:?} is no child{hint}")));
                }
            }
            for (second, times) in others {
                let path = format!("judgements.{first}.{second}");
                if !(times.is_finite() && *times > 0.0) {
                    problems
                        .push((path, format!("{times} is no judgement; expected a number above 0, such as 3 or 0.25")));
                } else if first == second && *times != 1.0 {
                    problems.push((path, "a child counts once as much as itself".to_owned()));
                }
            }
        }
        if problems.is_empty()
            && let Err(message) = self.matrix(children)
        {
            problems.push(("judgements".to_owned(), message));
        }
        problems
    }

    fn formula(&self) -> String {
        let priority = match self.priority {
            Priority::Eigenvector => "the principal eigenvector of",
            Priority::Geometric => "the geometric means of the rows of",
        };
        format!("w = {priority} the matrix of pairwise judgements, scaled to sum 1")
    }

    fn latex(&self) -> String {
        match self.priority {
            Priority::Eigenvector => r"A w = \lambda_{\max} w,\quad \sum_j w_j = 1",
            Priority::Geometric => r"w_j \propto \Bigl(\prod_{k=1}^{n} a_{jk}\Bigr)^{1/n}",
        }
        .to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "Saaty (1977), doi:10.1016/0022-2496(77)90033-5",
            "Saaty (1980)",
            "Harker (1987), doi:10.1016/0270-0255(87)90503-3",
            "Agoston and Csato (2022), doi:10.1016/j.omega.2021.102576",
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahp(judgements: &[(&str, &str, f64)], priority: Priority) -> Ahp {
        let mut method = Ahp { priority, ..Ahp::default() };
        for (first, second, times) in judgements {
            method.judgements.entry((*first).to_owned()).or_default().insert((*second).to_owned(), *times);
        }
        method
    }

    #[test]
    fn a_consistent_matrix_gives_its_ratios() {
        let given = [("a", "b", 2.0), ("b", "c", 3.0), ("a", "c", 6.0)];
        for priority in [Priority::Eigenvector, Priority::Geometric] {
            let fitted = ahp(&given, priority).weights(&["a", "b", "c"], &[]).expect("weights");
            for (weight, expected) in fitted.weights.iter().zip([0.6, 0.3, 0.1]) {
                approx::assert_relative_eq!(*weight, expected, max_relative = 1e-12);
            }
            assert!(fitted.details["consistency_ratio"][0] < 1e-12);
            assert!(fitted.warnings.is_empty());
        }
    }

    #[test]
    fn a_missing_judgement_follows_from_the_others() {
        let fitted = ahp(&[("a", "b", 2.0), ("b", "c", 3.0)], Priority::Eigenvector)
            .weights(&["a", "b", "c"], &[])
            .expect("weights");
        for (weight, expected) in fitted.weights.iter().zip([0.6, 0.3, 0.1]) {
            approx::assert_relative_eq!(*weight, expected, max_relative = 1e-10);
        }
        assert_eq!(fitted.warnings.len(), 1);
    }

    #[test]
    fn contradictions_and_gaps_are_named() {
        let names = ["a", "b", "c"];
        let circle = ahp(&[("a", "b", 5.0), ("b", "c", 5.0), ("c", "a", 5.0)], Priority::Eigenvector);
        let fitted = circle.weights(&names, &[]).expect("weights");
        assert!(fitted.details["consistency_ratio"][0] > 1.0);
        assert!(fitted.warnings[0].1.contains("contradict"));
        assert!(ahp(&[("a", "b", 5.0)], Priority::Eigenvector).problems(&names)[0].1.contains("\"c\""));
        assert_eq!(ahp(&[("a", "b", -1.0)], Priority::Eigenvector).problems(&names).len(), 1);
        let twice = ahp(&[("a", "b", 5.0), ("b", "a", 5.0), ("a", "c", 1.0)], Priority::Eigenvector);
        assert!(twice.problems(&names)[0].1.contains("twice"));
    }
}
