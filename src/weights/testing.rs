//! Fits a method at the level of its trait: all passes, in blocks that are merged.

use super::{FittedWeights, Tally, WeightMethod};

/// The weights of columns named c0, c1, ...
pub(super) fn fit(method: &dyn WeightMethod, nodes: &[&[f64]]) -> Result<FittedWeights, String> {
    let names: Vec<String> = (0..nodes.len()).map(|i| format!("c{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows = nodes.first().map_or(0, |node| node.len());
    let mut tallies: Vec<Tally> = Vec::new();
    for _ in 0..method.passes() {
        let mut total = Tally::default();
        for from in (0..rows).step_by(7) {
            let part: Vec<&[f64]> = nodes.iter().map(|node| &node[from..rows.min(from + 7)]).collect();
            let mut tally = Tally::default();
            method.update(&part, &tallies, &mut tally);
            total.merge(&tally);
        }
        tallies.push(total);
    }
    method.weights(&names, &tallies)
}
