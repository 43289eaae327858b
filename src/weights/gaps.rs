//! What all learned weights do alike: missing scores, nodes that do not vary, and shares that sum to one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{FittedWeights, Tally};
use crate::stats::complete_rows;

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

/// Missing scores are no accident to pass over: without a rule they are an error.
pub(super) fn check(
    method: &str,
    names: &[&str],
    missing: Option<Gaps>,
    tally: &Tally,
    count: impl Fn(usize) -> u64,
) -> Result<(), String> {
    if missing.is_some() {
        return Ok(());
    }
    match (0..names.len()).find(|i| count(*i) < tally.rows) {
        Some(i) => Err(format!(
            "{:?} misses {} of {} scores; say missing = \"pairwise\" or \"listwise\" in {method}, or fill them first",
            names[i],
            tally.rows - count(i),
            tally.rows
        )),
        None => Ok(()),
    }
}

/// How many scores of each node count, checked: few enough gaps for the rule, rows enough to compare.
///
/// A node without any score, a leaf whose scale could not be learned, say, tells no row from another: it needs no rule and
/// weighs nothing. (`listwise` leaves no row then.)
pub(super) struct Seen<'a> {
    method: &'a str,
    names: &'a [&'a str],
    counts: Vec<u64>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(
        method: &'a str,
        names: &'a [&'a str],
        missing: Option<Gaps>,
        tally: &Tally,
        count: impl Fn(usize) -> u64,
    ) -> Result<Self, String> {
        let counts: Vec<u64> = (0..names.len()).map(count).collect();
        check(method, names, missing, tally, |i| if counts[i] == 0 { tally.rows } else { counts[i] })?;
        let most = counts.iter().copied().max().unwrap_or(0);
        if most < 2 && !names.is_empty() {
            let why = match (missing, tally.rows) {
                (_, 0 | 1) => format!("{method} compares rows, and there is {}", tally.rows),
                (Some(Gaps::Listwise), rows) => format!(
                    "of {rows} rows, {most} have all scores; fill gaps first, or leave out nodes that are mostly missing"
                ),
                (_, rows) => format!("in {rows} rows no node has more than {most} scores"),
            };
            return Err(format!("no node varies between rows: {why}"));
        }
        Ok(Self { method, names, counts })
    }

    /// As [`shares`]; the warning tells a node without scores from one that does not vary.
    pub(super) fn shares(&self, raw: &[f64]) -> Result<FittedWeights, String> {
        self.shares_told(raw, |_| "does not vary and gets weight 0")
    }

    /// As [`shares_told`], for nodes with scores.
    pub(super) fn shares_told(
        &self,
        raw: &[f64],
        why: impl Fn(usize) -> &'static str,
    ) -> Result<FittedWeights, String> {
        if let Some((name, _)) = self.names.iter().zip(raw).find(|(_, raw)| !raw.is_finite()) {
            return Err(format!("{name:?} has scores too large to square and add (beyond 1e150); change their unit"));
        }
        shares_told(self.method, self.names, raw, |i| {
            if self.counts[i] == 0 { "has no scores and gets weight 0" } else { why(i) }
        })
    }
}

/// Weights from numbers of at least 0 that grow with importance: zero and missing ones get weight 0 with a warning, the
/// others sum to one.
pub(super) fn shares(method: &str, names: &[&str], raw: &[f64]) -> Result<FittedWeights, String> {
    shares_told(method, names, raw, |_| "does not vary and gets weight 0")
}

/// The same, with what is to be said of a node with weight 0.
pub(super) fn shares_told(
    method: &str,
    names: &[&str],
    raw: &[f64],
    why: impl Fn(usize) -> &'static str,
) -> Result<FittedWeights, String> {
    let mut fitted = FittedWeights::default();
    let used: Vec<f64> = raw.iter().map(|raw| if raw.is_finite() && *raw > 0.0 { *raw } else { 0.0 }).collect();
    for (i, name) in names.iter().enumerate().filter(|(i, _)| used[*i] == 0.0) {
        fitted.warnings.push((Some((*name).to_owned()), why(i).to_owned()));
    }
    let total: f64 = used.iter().sum();
    if total <= 0.0 {
        return Err(format!("no node varies between rows, so {method} gives no weights"));
    }
    fitted.weights = used.iter().map(|raw| raw / total).collect();
    Ok(fitted)
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
