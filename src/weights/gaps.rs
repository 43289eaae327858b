//! What all learned weights do alike: missing scores, nodes that do not vary, and shares that sum to one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{FittedWeights, Tally};
use crate::stats::complete_rows;

/// What is said of a node without scores.
pub(super) const NO_SCORES: &str = "has no scores and gets weight 0";

/// Which rows count when scores are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gaps {
    /// Each column uses its own observed rows, each pair of columns the rows both have.
    Pairwise,
    /// Only rows observed in every column.
    Listwise,
}

/// The rows of a block that count: those complete for `listwise`, else all.
pub(super) fn counted<'a>(nodes: &[&'a [f64]], missing: Option<Gaps>) -> Vec<Cow<'a, [f64]>> {
    let all = || nodes.iter().map(|node| Cow::Borrowed(*node)).collect();
    if missing != Some(Gaps::Listwise) {
        return all();
    }
    let kept = complete_rows(nodes);
    if kept.iter().all(|kept| *kept) {
        return all();
    }
    let some = |node: &&[f64]| Cow::Owned(node.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(z, _)| *z).collect());
    nodes.iter().map(some).collect()
}

/// Moments of the rows that count, and how many rows there were.
pub(super) fn see(nodes: &[&[f64]], missing: Option<Gaps>, tally: &mut Tally) {
    tally.rows += nodes.first().map_or(0, |node| node.len()) as u64;
    let counted = counted(nodes, missing);
    tally.see(&counted.iter().map(AsRef::as_ref).collect::<Vec<_>>());
}

/// How many scores of each node count, checked: few enough gaps for the rule, rows enough to compare (`counted` leaves that
/// to the method).
///
/// Missing scores are no accident to pass over: without a rule they are an error. A node without any score, a leaf whose
/// scale could not be learned, say, tells no row from another: it needs no rule and weighs nothing. (`listwise` leaves no
/// row then.)
pub(super) struct Seen<'a> {
    method: &'a str,
    names: &'a [&'a str],
    counts: Vec<u64>,
}

impl<'a> Seen<'a> {
    pub(super) fn counted(
        method: &'a str,
        names: &'a [&'a str],
        missing: Option<Gaps>,
        tally: &Tally,
        count: impl Fn(usize) -> u64,
    ) -> Result<Self, String> {
        let counts: Vec<u64> = (0..names.len()).map(count).collect();
        let rows = tally.rows;
        let gappy = names.iter().zip(&counts).find(|(_, count)| missing.is_none() && (1..rows).contains(*count));
        if let Some((name, count)) = gappy {
            return Err(format!(
                "{name:?} misses {} of {rows} scores; say missing = \"pairwise\" or \"listwise\" in {method}, or fill \
                 them first",
                rows - count
            ));
        }
        Ok(Self { method, names, counts })
    }

    pub(super) fn new(
        method: &'a str,
        names: &'a [&'a str],
        missing: Option<Gaps>,
        tally: &Tally,
        count: impl Fn(usize) -> u64,
    ) -> Result<Self, String> {
        let seen = Self::counted(method, names, missing, tally, count)?;
        let rows = tally.rows;
        let most = seen.counts.iter().copied().max().unwrap_or(0);
        if most < 2 && !names.is_empty() {
            let why = match (missing, rows) {
                (_, 0 | 1) => format!("{method} compares rows, and there is {rows}"),
                (Some(Gaps::Listwise), rows) => format!(
                    "of {rows} rows, {most} have all scores; fill gaps first, or leave out nodes that are mostly missing"
                ),
                (_, rows) => format!("in {rows} rows no node has more than {most} scores"),
            };
            return Err(format!("no node varies between rows: {why}"));
        }
        Ok(seen)
    }

    /// Of the moments of each node.
    pub(super) fn moments(
        method: &'a str,
        names: &'a [&'a str],
        missing: Option<Gaps>,
        tally: &Tally,
    ) -> Result<Self, String> {
        let seen = Self::new(method, names, missing, tally, |i| moments(tally, i).count)?;
        seen.sound(|i| moments(tally, i).m2)?;
        Ok(seen)
    }

    /// Of the joint moments of all pairs.
    pub(super) fn cross(
        method: &'a str,
        names: &'a [&'a str],
        missing: Option<Gaps>,
        tally: &Tally,
    ) -> Result<Self, String> {
        let seen = Self::new(method, names, missing, tally, |i| tally.cross.pair(i, i).count)?;
        seen.sound(|i| tally.cross.pair(i, i).xx)?;
        Ok(seen)
    }

    /// Whether a node has a score that counts.
    pub(super) fn has_scores(&self, node: usize) -> bool {
        self.counts[node] > 0
    }

    /// Sums of squares that overflow are no result: rows come once, so that it is too late for another unit.
    pub(super) fn sound(&self, squares: impl Fn(usize) -> f64) -> Result<(), String> {
        match self.names.iter().enumerate().find(|(i, _)| !squares(*i).is_finite()) {
            Some((_, name)) => {
                Err(format!("{name:?} has scores too large to square and add (beyond 1e150); change their unit"))
            }
            None => Ok(()),
        }
    }

    /// Weights from numbers of at least 0 that grow with importance: zero and missing ones get weight 0 with a warning, which
    /// tells a node without scores from one that does not vary; the others sum to one.
    pub(super) fn shares(&self, raw: &[f64]) -> Result<FittedWeights, String> {
        self.shares_told(raw, |_| "does not vary and gets weight 0")
    }

    /// The same, with what is to be said of a node with scores and weight 0.
    pub(super) fn shares_told(
        &self,
        raw: &[f64],
        why: impl Fn(usize) -> &'static str,
    ) -> Result<FittedWeights, String> {
        self.sound(|i| raw[i])?;
        let mut fitted = FittedWeights::default();
        let used: Vec<f64> = raw.iter().map(|raw| raw.max(0.0)).collect();
        for (i, name) in self.names.iter().enumerate().filter(|(i, _)| used[*i] == 0.0) {
            let why = if self.has_scores(i) { why(i) } else { NO_SCORES };
            fitted.warnings.push((Some((*name).to_owned()), why.to_owned()));
        }
        let total: f64 = used.iter().sum();
        if total <= 0.0 {
            return Err(format!("no node varies between rows, so {} gives no weights", self.method));
        }
        fitted.weights = used.iter().map(|raw| raw / total).collect();
        Ok(fitted)
    }
}

/// The moments of a node; those of nothing where it was not seen.
pub(super) fn moments(tally: &Tally, node: usize) -> crate::numeric::Moments {
    tally.moments.get(node).copied().unwrap_or_default()
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
pub(super) fn is_children(over: &super::Over) -> bool {
    *over == super::Over::Children
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::super::{Cilos, Merec, Std};
    use super::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn too_few_rows_are_told_with_their_number() {
        let listwise = Std { missing: Some(Gaps::Listwise), ..Std::default() };
        assert_eq!(
            fit(&listwise, &[&[1.0, NAN, 2.0], &[NAN, 3.0, 4.0]]),
            Err("no node varies between rows: of 3 rows, 1 have all scores; fill gaps first, or leave out nodes that are \
                 mostly missing"
                .to_owned())
        );
        let one = "no node varies between rows: std compares rows, and there is 1";
        assert_eq!(fit(&Std::default(), &[&[1.0], &[2.0]]), Err(one.to_owned()));
        let pairwise = Std { missing: Some(Gaps::Pairwise), ..Std::default() };
        let few = "no node varies between rows: in 2 rows no node has more than 1 scores";
        assert_eq!(fit(&pairwise, &[&[1.0, NAN], &[NAN, 2.0]]), Err(few.to_owned()));
    }

    #[test]
    fn an_overflow_is_no_constant() {
        let error = fit(&Std::default(), &[&[1.0, 2.0], &[1e300, -1e300]]).expect_err("overflow");
        assert_eq!(error, "\"c1\" has scores too large to square and add (beyond 1e150); change their unit");
    }

    #[test]
    fn a_node_without_scores_needs_no_rule_and_has_no_part() {
        let nodes: [&[f64]; 3] = [&[1.0, 2.0, 4.0], &[NAN; 3], &[3.0, 1.0, 2.0]];
        for method in [&Std::default() as &dyn super::super::WeightMethod, &Cilos::default(), &Merec::default()] {
            let fitted = fit(method, &nodes).expect("weights");
            let without = fit(method, &[nodes[0], nodes[2]]).expect("weights");
            assert_eq!(fitted.weights, [without.weights[0], 0.0, without.weights[1]]);
            let expected = (Some("c1".to_owned()), "has no scores and gets weight 0".to_owned());
            assert_eq!(fitted.warnings, [expected]);
        }
    }
}
