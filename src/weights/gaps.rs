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

/// Weights from numbers of at least 0 that grow with importance: zero and missing ones get weight 0 with a warning, the
/// others sum to one.
pub(super) fn shares(method: &str, names: &[&str], raw: &[f64]) -> Result<FittedWeights, String> {
    let mut fitted = FittedWeights::default();
    let used: Vec<f64> = raw.iter().map(|raw| if raw.is_finite() && *raw > 0.0 { *raw } else { 0.0 }).collect();
    for (name, _) in names.iter().zip(&used).filter(|(_, raw)| **raw == 0.0) {
        fitted.warnings.push((Some((*name).to_owned()), "does not vary and gets weight 0".to_owned()));
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
