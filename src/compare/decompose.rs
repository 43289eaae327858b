//! The change of a score between two periods, split exactly into contributions of the leaves below it.
//!
//! With fixed weights w and scores x(0), x(1) of the children, the change of a node is a sum of changes of its children
//! times a multiplier, so multipliers are handed down the tree:
//!
//! * arithmetic mean: `w_k / sum(w)`; sum: `w_k`;
//! * geometric mean `G = exp(sum(w ln x) / sum(w))`: `L(G1, G0) w_k / (sum(w) L(x1, x0))`, where `L(a, b) = (a - b) / ln(a / b)`
//!   is the logarithmic mean, `L(a, a) = a`. This is the logarithmic mean Divisia method (Ang 2005,
//!   doi:10.1016/j.enpol.2003.10.010), which leaves no rest.

use serde::Deserialize;

use super::Reason;
use crate::error::{Error, Kind, Problem, Result};

/// How a node comes from its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A measured node.
    Leaf,
    /// The weighted arithmetic mean.
    Arithmetic,
    /// The weighted sum.
    Sum,
    /// The weighted geometric mean.
    Geometric,
}

/// A node of the tree to be decomposed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// How it comes from its children.
    pub rule: Rule,
    /// Children, by place in the list of nodes, each before its parent.
    #[serde(default)]
    pub children: Vec<usize>,
    /// Their weights.
    #[serde(default)]
    pub weights: Vec<f64>,
}

/// The contributions of the nodes to the change of the last one.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposed {
    /// One column per node, in the order of the nodes; only those of leaves add up to the change. NaN where the leaf is
    /// missing in both periods, and in rows with a reason.
    pub contributions: Vec<Vec<f64>>,
    /// Why a row has no contributions.
    pub reasons: Vec<Option<Reason>>,
}

/// Splits the change of the last node of the list; `first` and `last` are the scores of each node, one column per node.
pub fn decompose(nodes: &[Node], first: &[&[f64]], last: &[&[f64]]) -> Result<Decomposed> {
    let wrong = |what: &str| Err(Error::new(Kind::Value, Problem::general(what)));
    let rows = first.first().map_or(0, |column| column.len());
    if first.len() != nodes.len() || last.len() != nodes.len() {
        return wrong("nodes and columns of scores differ in number");
    }
    if first.iter().chain(last).any(|column| column.len() != rows) {
        return wrong("columns of scores differ in length");
    }
    for (place, node) in nodes.iter().enumerate() {
        if node.children.len() != node.weights.len() || node.children.iter().any(|child| *child >= place) {
            return wrong("nodes come after their children, with one weight for each");
        }
    }
    let mut contributions = vec![vec![f64::NAN; rows]; nodes.len()];
    let mut reasons = vec![None; rows];
    let (mut before, mut after) = (vec![0.0; nodes.len()], vec![0.0; nodes.len()]);
    for row in 0..rows {
        for (place, (a, b)) in first.iter().zip(last).enumerate() {
            (before[place], after[place]) = (a[row], b[row]);
        }
        match multipliers(nodes, &before, &after) {
            Ok(factors) => {
                for (place, column) in contributions.iter_mut().enumerate() {
                    column[row] = factors[place] * (after[place] - before[place]);
                }
            }
            Err(reason) => reasons[row] = Some(reason),
        }
    }
    Ok(Decomposed { contributions, reasons })
}

/// What a change of each node by one adds to the last node.
fn multipliers(nodes: &[Node], before: &[f64], after: &[f64]) -> std::result::Result<Vec<f64>, Reason> {
    let mut factors = vec![f64::NAN; nodes.len()];
    if let (Some(factor), Some(a), Some(b)) = (factors.last_mut(), before.last(), after.last()) {
        if a.is_nan() {
            return Err(Reason::MissingFirst);
        }
        if b.is_nan() {
            return Err(Reason::MissingLast);
        }
        *factor = 1.0;
    }
    for (place, node) in nodes.iter().enumerate().rev() {
        let own = factors[place];
        if node.rule == Rule::Leaf || own.is_nan() {
            continue;
        }
        let children = || node.children.iter().copied().zip(node.weights.iter().copied());
        if children().any(|(child, _)| before[child].is_nan() != after[child].is_nan()) {
            return Err(Reason::GapsDiffer);
        }
        let observed = || children().filter(|(child, _)| !before[*child].is_nan());
        let (all, kept) = (children().map(|pair| pair.1).sum::<f64>(), observed().map(|pair| pair.1).sum::<f64>());
        let complete = observed().count() == node.children.len();
        let scale = match node.rule {
            Rule::Sum if complete => own,
            Rule::Sum => own * (all / kept),
            Rule::Geometric => own * log_mean(after[place], before[place]) / kept,
            _ => own / kept,
        };
        for (child, weight) in observed() {
            factors[child] = if weight == 0.0 {
                0.0
            } else if node.rule == Rule::Geometric {
                if before[child] <= 0.0 || after[child] <= 0.0 {
                    return Err(Reason::ZeroInGeometric);
                }
                scale * weight / log_mean(after[child], before[child])
            } else {
                scale * weight
            };
        }
    }
    Ok(factors)
}

/// The logarithmic mean of two positive numbers.
fn log_mean(a: f64, b: f64) -> f64 {
    if a == b {
        return a;
    }
    // For close numbers a - b is exact and ln(1 + x) keeps the digits that ln(a / b) would lose.
    let (difference, ratio) = (a - b, (a - b) / b);
    difference / if ratio.abs() < 0.5 { ratio.ln_1p() } else { (a / b).ln() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaf() -> Node {
        Node { rule: Rule::Leaf, children: vec![], weights: vec![] }
    }

    /// Two pillars of two leaves: `low` below, `top` above.
    fn tree(low: Rule, top: Rule) -> Vec<Node> {
        let group = |rule, children: Vec<usize>, weights| Node { rule, children, weights };
        vec![
            leaf(),
            leaf(),
            leaf(),
            leaf(),
            group(low, vec![0, 1], vec![0.25, 0.75]),
            group(low, vec![2, 3], vec![0.5, 0.5]),
            group(top, vec![4, 5], vec![0.4, 0.6]),
        ]
    }

    fn scores(nodes: &[Node], leaves: &[f64]) -> Vec<f64> {
        let mut found: Vec<f64> = leaves.to_vec();
        for node in &nodes[leaves.len()..] {
            let pairs = node.children.iter().map(|child| found[*child]).zip(&node.weights);
            let seen: Vec<(f64, f64)> = pairs.map(|(x, w)| (x, *w)).filter(|(x, _)| !x.is_nan()).collect();
            let total: f64 = seen.iter().map(|pair| pair.1).sum();
            found.push(match node.rule {
                Rule::Geometric => (seen.iter().map(|(x, w)| w * x.ln()).sum::<f64>() / total).exp(),
                Rule::Sum => seen.iter().map(|(x, w)| w * x).sum(),
                _ => seen.iter().map(|(x, w)| w * x).sum::<f64>() / total,
            });
        }
        found
    }

    fn split(nodes: &[Node], a: &[f64], b: &[f64]) -> (f64, Vec<f64>, Option<Reason>) {
        let (before, after) = (scores(nodes, a), scores(nodes, b));
        let (first, last): (Vec<&[f64]>, Vec<&[f64]>) =
            (before.iter().map(std::slice::from_ref).collect(), after.iter().map(std::slice::from_ref).collect());
        let found = decompose(nodes, &first, &last).unwrap();
        let parts = found.contributions[..a.len()].iter().map(|column| column[0]).collect();
        (after[nodes.len() - 1] - before[nodes.len() - 1], parts, found.reasons[0])
    }

    #[test]
    fn the_logarithmic_mean_is_known() {
        assert!((log_mean(std::f64::consts::E, 1.0) - (std::f64::consts::E - 1.0)).abs() < 1e-15);
        assert_eq!(log_mean(3.0, 3.0), 3.0);
        assert!((log_mean(3.0 + 1e-9, 3.0) - (3.0 + 0.5e-9)).abs() < 1e-14);
    }

    #[test]
    fn an_arithmetic_tree_gives_effective_weight_times_change() {
        let nodes = tree(Rule::Arithmetic, Rule::Arithmetic);
        let (_, parts, _) = split(&nodes, &[1.0, 2.0, 3.0, 4.0], &[2.0, 2.0, 5.0, 3.0]);
        for (found, expected) in parts.iter().zip([0.1, 0.0, 0.6, -0.3]) {
            assert!((found - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn what_cannot_be_split_has_a_reason() {
        let nodes = tree(Rule::Arithmetic, Rule::Geometric);
        let nan = f64::NAN;
        assert_eq!(split(&nodes, &[nan, 2.0, 3.0, 4.0], &[2.0; 4]).2, Some(Reason::GapsDiffer));
        assert_eq!(split(&nodes, &[nan; 4], &[2.0; 4]).2, Some(Reason::MissingFirst));
        assert_eq!(split(&nodes, &[2.0; 4], &[nan; 4]).2, Some(Reason::MissingLast));
        assert_eq!(split(&nodes, &[0.0, 0.0, 3.0, 4.0], &[2.0; 4]).2, Some(Reason::ZeroInGeometric));
        // The same gap in both periods is no obstacle: the other leaf stands for the pillar.
        let (change, parts, reason) = split(&nodes, &[nan, 2.0, 3.0, 4.0], &[nan, 3.0, 5.0, 3.0]);
        assert!(reason.is_none() && parts[0].is_nan() && (parts[1] + parts[2] + parts[3] - change).abs() < 1e-14);
        assert!(decompose(&[leaf()], &[], &[]).is_err());
    }

    proptest! {
        #[test]
        fn contributions_add_up(
            a in prop::collection::vec(0.01f64..100.0, 4),
            b in prop::collection::vec(0.01f64..100.0, 4),
            low in 0usize..3,
            top in 0usize..3,
        ) {
            let rules = [Rule::Arithmetic, Rule::Sum, Rule::Geometric];
            let (change, parts, reason) = split(&tree(rules[low], rules[top]), &a, &b);
            prop_assert!(reason.is_none());
            prop_assert!((parts.iter().sum::<f64>() - change).abs() < 1e-12 * (1.0 + change.abs()) * 10.0);
        }
    }
}
