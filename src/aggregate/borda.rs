//! `borda`: the mean over children of how many units a unit is above.
//!
//! Per child the number of other units that score lower, with `ties = "average"` plus half of those that score the same; then
//! the weighted mean over the observed children, `sum(w b) / sum(w)`. With `ties = "min"` (the default) b is the rank
//! from the bottom less one, as in the scale `borda`. Only units observed on a child are counted for it, so a child with
//! many missing scores gives fewer points. From 0 to the number of other units; scores compare within one population only. A
//! unit observed on no child with weight has no score.
//!
//! OECD/JRC (2008), step 7, doi:10.1787/9789264043466-en; Borda (1784), "Memoire sur les elections au scrutin".

use serde::{Deserialize, Serialize};

use super::{AggregateMethod, Population, Split};
use crate::numeric::{Ties, rank};
use crate::parallel::{chunks, map};

/// Mean number of units below.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Borda {
    /// What equal scores count (`min`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ties: Option<Equals>,
}

/// What an equal score counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Equals {
    /// Nothing.
    #[default]
    Min,
    /// A half.
    Average,
}

impl Borda {
    /// How many records each row is above.
    fn count(&self, records: &[f64], rows: &[f64], population: &Population<'_>, together: bool) -> Option<Vec<f64>> {
        let equals = self.ties.unwrap_or_default();
        if population.cancel.is_cancelled() {
            return None;
        }
        if together {
            let ties = if equals == Equals::Min { Ties::Min } else { Ties::Average };
            let ranks = rank::rank(rows, false, ties, population.threads);
            return Some(ranks.into_iter().map(|rank| rank - 1.0).collect());
        }
        let mut sorted: Vec<f64> = records.iter().copied().filter(|x| !x.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let one = |x: &f64| {
            // Zeros of both signs are equal: partitions compare by value.
            let below = sorted.partition_point(|other| other < x);
            let upto = if equals == Equals::Min { below } else { sorted.partition_point(|other| other <= x) };
            if x.is_nan() { f64::NAN } else { f64::midpoint(below as f64, upto as f64) }
        };
        let work = |(): &mut (), range: std::ops::Range<usize>| -> Vec<f64> {
            rows.get(range).unwrap_or_default().iter().map(one).collect()
        };
        let parts = map(chunks(rows.len()), population.threads, population.cancel, || (), work)?;
        Some(parts.concat())
    }
}

impl AggregateMethod for Borda {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    fn split(&self) -> Split {
        Split::Alone
    }

    fn monotone(&self) -> bool {
        false
    }

    fn relative(&self) -> bool {
        true
    }

    fn against(&self, population: &Population<'_>, out: &mut [f64]) -> bool {
        let together = population.among_themselves();
        let mut seen = vec![0.0; out.len()];
        out.fill(0.0);
        for ((records, rows), weight) in population.records.iter().zip(population.rows).zip(population.weights) {
            let Some(counts) = self.count(records, rows, population, together) else {
                return false;
            };
            for ((score, seen), count) in out.iter_mut().zip(&mut seen).zip(counts) {
                if !count.is_nan() {
                    *score += weight * count;
                    *seen += weight;
                }
            }
        }
        // Nothing observed is 0 / 0, which is missing.
        for (score, seen) in out.iter_mut().zip(seen) {
            *score /= seen;
        }
        true
    }

    fn formula(&self) -> &'static str {
        match self.ties.unwrap_or_default() {
            Equals::Min => "sum(w b) / sum(w), b the number of other units below",
            Equals::Average => "sum(w b) / sum(w), b the number of other units below and half of the equal ones",
        }
    }

    fn latex(&self) -> String {
        let ties = match self.ties.unwrap_or_default() {
            Equals::Min => "",
            Equals::Average => r" + \frac{1}{2} \#\{i : x_{ij} = x_j\}",
        };
        format!(r"y = \frac{{\sum_j w_j b_j}}{{\sum_j w_j}},\quad b_j = \#\{{i : x_{{ij}} < x_j\}}{ties}")
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7, doi:10.1787/9789264043466-en",
            "Borda (1784), Memoire sur les elections au scrutin",
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parallel::Cancel;

    fn scores(ties: Equals, records: &[&[f64]], rows: &[&[f64]], weights: &[f64]) -> Vec<f64> {
        let cancel = Cancel::new();
        let population = Population { records, rows, weights, names: &[], threads: Some(2), cancel: &cancel };
        let mut out = vec![0.5; rows.first().map_or(0, |row| row.len())];
        assert!(Borda { ties: Some(ties) }.against(&population, &mut out));
        out
    }

    /// Total points of candidates a, b, ... when each voter group ranks all of them; the score is their mean over voters.
    fn points(profile: &[(f64, &str)], candidates: &str) -> Vec<f64> {
        let place = |order: &str, c: char| (order.len() - 1 - order.find(c).unwrap_or(0)) as f64;
        let columns: Vec<Vec<f64>> =
            profile.iter().map(|(_, order)| candidates.chars().map(|c| place(order, c)).collect()).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let weights: Vec<f64> = profile.iter().map(|(voters, _)| *voters).collect();
        let total: f64 = weights.iter().sum();
        scores(Equals::Min, &columns, &columns, &weights).into_iter().map(|mean| (mean * total).round()).collect()
    }

    #[test]
    fn votes_of_the_handbook() {
        // OECD/JRC (2008), tables 25 to 33: Moulin, Condorcet's 60 voters, Fishburn's reversal when d leaves.
        let moulin = [(3.0, "abcd"), (5.0, "acbd"), (7.0, "bdca"), (6.0, "cbda")];
        assert_eq!(points(&moulin, "abcd"), [24.0, 44.0, 38.0, 20.0]);
        let condorcet = [(23.0, "abc"), (17.0, "bca"), (2.0, "bac"), (10.0, "cab"), (8.0, "cba")];
        assert_eq!(points(&condorcet, "abc"), [58.0, 69.0, 53.0]);
        assert_eq!(points(&[(3.0, "cbad"), (2.0, "badc"), (2.0, "adcb")], "abcd"), [13.0, 12.0, 11.0, 6.0]);
        assert_eq!(points(&[(3.0, "cba"), (2.0, "bac"), (2.0, "acb")], "abc"), [6.0, 7.0, 8.0]);
    }

    #[test]
    fn ties_and_missing_scores() {
        let nan = f64::NAN;
        let one: [&[f64]; 1] = [&[1.0, 2.0, 2.0, nan, -0.0, 0.0]];
        let min = scores(Equals::Min, &one, &one, &[1.0]);
        assert_eq!(min[..3], [2.0, 3.0, 3.0]);
        assert!(min[3].is_nan());
        assert_eq!(min[4..], [0.0, 0.0]);
        assert_eq!(scores(Equals::Average, &one, &one, &[1.0])[..3], [2.0, 3.5, 3.5]);
        // New rows: -0 is neither above nor below 0.
        let rows: [&[f64]; 1] = [&[0.0, 2.0, 9.0]];
        assert_eq!(scores(Equals::Min, &one, &rows, &[1.0]), [0.0, 3.0, 5.0]);
        assert_eq!(scores(Equals::Average, &one, &rows, &[1.0]), [1.0, 4.0, 5.0]);
        // A missing child leaves the others; no child with weight leaves nothing.
        let two: [&[f64]; 2] = [&[1.0, nan, 3.0], &[5.0, 6.0, 4.0]];
        assert_eq!(scores(Equals::Min, &two, &two, &[1.0, 3.0]), [0.75, 2.0, 0.25]);
        assert!(scores(Equals::Min, &two, &two, &[1.0, 0.0])[1].is_nan());
        assert_eq!(scores(Equals::Min, &[&[7.0]], &[&[7.0]], &[1.0]), [0.0]);
        let cancel = Cancel::new();
        cancel.cancel();
        let population =
            Population { records: &two, rows: &two, weights: &[1.0; 2], names: &[], threads: Some(1), cancel: &cancel };
        assert!(!Borda::default().against(&population, &mut [0.0; 3]));
    }

    fn unit() -> impl Strategy<Value = [f64; 3]> {
        let score = prop::option::weighted(0.8, (-3..4).prop_map(f64::from));
        prop::array::uniform3(score.prop_map(|x| x.unwrap_or(f64::NAN)))
    }

    /// The definition, one pair at a time.
    fn twin(ties: Equals, records: &[[f64; 3]], rows: &[[f64; 3]], weights: &[f64], together: bool) -> Vec<f64> {
        let half = if ties == Equals::Min { 0.0 } else { 0.5 };
        let score = |(i, row): (usize, &[f64; 3])| {
            let (mut sum, mut seen) = (0.0, 0.0);
            for k in (0..3).filter(|k| !row[*k].is_nan()) {
                let others =
                    records.iter().enumerate().filter(|(j, _)| !(together && *j == i)).map(|(_, other)| other[k]);
                let points = |x: f64| f64::from(x < row[k]) + half * f64::from(x == row[k]);
                sum += weights[k] * others.map(points).sum::<f64>();
                seen += weights[k];
            }
            sum / seen
        };
        rows.iter().enumerate().map(score).collect()
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs().max(1.0) || (a.is_nan() && b.is_nan());
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(*a, *b))
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(
            records in prop::collection::vec(unit(), 1..60),
            rows in prop::collection::vec(unit(), 1..20),
            weights in prop::collection::vec(0.1..3.0f64, 3),
            average: bool,
        ) {
            let ties = if average { Equals::Average } else { Equals::Min };
            let columns = |rows: &[[f64; 3]]| -> Vec<Vec<f64>> {
                (0..3).map(|k| rows.iter().map(|row| row[k]).collect()).collect()
            };
            let (a, b) = (columns(&records), columns(&rows));
            let a: Vec<&[f64]> = a.iter().map(Vec::as_slice).collect();
            let b: Vec<&[f64]> = b.iter().map(Vec::as_slice).collect();
            let own = scores(ties, &a, &a, &weights);
            prop_assert!(close(&own, &twin(ties, &records, &records, &weights, true)));
            prop_assert!(close(&scores(ties, &a, &b, &weights), &twin(ties, &records, &rows, &weights, false)));
            let reversed: Vec<Vec<f64>> = a.iter().rev().map(|x| x.iter().rev().copied().collect()).collect();
            let reversed: Vec<&[f64]> = reversed.iter().map(Vec::as_slice).collect();
            let turned: Vec<f64> = weights.iter().rev().copied().collect();
            let mut back = scores(ties, &reversed, &reversed, &turned);
            back.reverse();
            prop_assert!(close(&own, &back));
        }
    }
}
