//! What every learned weight must hold, whatever the data: shares, order, batches, stored states, degenerate columns.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

use indicia::weights::{FittedWeights, Tally, WeightMethod, Weighting};
use proptest::prelude::*;

const NAN: f64 = f64::NAN;
const METHODS: &[&str] = &["std", "cv", "gini", "angle", "critic", "merec", "cilos", "idocriw", "entropy"];
/// Those that look at what nodes have in common.
const LATENT: &[&str] = &["pca", "factor", "scatter_degree", "balanced"];
/// Those that compare nodes within a row take whole rows only.
const WHOLE_ROWS: &[&str] = &["merec", "cilos", "idocriw"];

fn method(name: &str, options: &str) -> Weighting {
    serde_json::from_str(&format!("{{\"{name}\": {{{options}}}}}")).expect("a method")
}

fn rule(missing: &str) -> String {
    format!("\"missing\": \"{missing}\"")
}

/// All passes over blocks of so many rows, each tally written and read again as a cluster does.
fn fit(weighting: &Weighting, nodes: &[Vec<f64>], block: usize) -> Result<FittedWeights, String> {
    let method: &dyn WeightMethod = weighting.method();
    let names: Vec<String> = (0..nodes.len()).map(|i| format!("c{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows = nodes.first().map_or(0, Vec::len);
    let mut tallies: Vec<Tally> = Vec::new();
    for _ in 0..method.passes() {
        let mut total = Tally::default();
        for from in (0..rows).step_by(block) {
            let part: Vec<&[f64]> = nodes.iter().map(|node| &node[from..rows.min(from + block)]).collect();
            let mut tally = Tally::default();
            method.update(&part, &tallies, &mut tally);
            let stored = serde_json::to_string(&tally).expect("a state can be written");
            let read: Tally = serde_json::from_str(&stored).expect("and read");
            assert_eq!(serde_json::to_string(&read).expect("json"), stored);
            total.merge(&read);
        }
        tallies.push(total);
    }
    method.weights(&names, &tallies)
}

fn weights(name: &str, nodes: &[Vec<f64>]) -> Result<Vec<f64>, String> {
    fit(&method(name, ""), nodes, 5).map(|fitted| fitted.weights)
}

/// Weights are shares, and every number made on the way has one value a node.
fn assert_shares(name: &str, fitted: &FittedWeights, nodes: usize) {
    let weights = &fitted.weights;
    assert_eq!(weights.len(), nodes, "{name}");
    assert!(weights.iter().all(|weight| *weight >= 0.0 && weight.is_finite()), "{name}: {weights:?}");
    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{name}: {weights:?}");
    assert!(fitted.details.values().all(|detail| detail.len() == nodes), "{name}: {:?}", fitted.details);
    let zeros = weights.iter().filter(|weight| **weight == 0.0).count();
    let told = fitted.warnings.iter().filter(|(node, _)| node.is_some()).count();
    assert_eq!(zeros, told, "{name}: a weight of 0 is told: {:?}", fitted.warnings);
}

fn close(name: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance, "{name}: {found} {expected}");
    }
}

/// Three to five nodes, eight to thirty rows of scores in the domain of every method; each node is best in a row of its own,
/// as impact losses need.
fn table() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (3usize..6, 8usize..30)
        .prop_flat_map(|(p, n)| prop::collection::vec(prop::collection::vec(0.1..10.0f64, n), p))
        .prop_map(|mut nodes| {
            nodes.iter_mut().enumerate().for_each(|(i, node)| node[i] = 11.0);
            nodes
        })
}

proptest! {
    #[test]
    fn weights_are_shares_and_know_no_order(nodes in table(), turn in 1usize..5, block in 1usize..9) {
        for name in METHODS {
            let weighting = method(name, "");
            let whole = fit(&weighting, &nodes, 1000).expect("weights");
            assert_shares(name, &whole, nodes.len());
            // Impact losses come from a linear system, which costs a few digits.
            let tolerance = if ["cilos", "idocriw"].contains(name) { 1e-10 } else { 1e-12 };
            close(name, &fit(&weighting, &nodes, block).expect("blocks").weights, &whole.weights, tolerance);

            let mut rows = nodes.clone();
            for node in &mut rows {
                node.rotate_left(turn);
                node[turn..].reverse();
            }
            close(name, &weights(name, &rows).expect("rows"), &whole.weights, tolerance);

            let mut columns = nodes.clone();
            columns.rotate_left(turn % nodes.len());
            let mut expected = whole.weights.clone();
            expected.rotate_left(turn % nodes.len());
            close(name, &weights(name, &columns).expect("columns"), &expected, tolerance);
        }
    }

    #[test]
    fn units_do_not_matter_where_it_is_said(nodes in table(), factor in 0.01..100.0f64, shift in 0.0..10.0f64) {
        let scaled: Vec<Vec<f64>> = nodes
            .iter()
            .enumerate()
            .map(|(i, node)| node.iter().map(|x| x * if i == 0 { factor } else { 1.0 }).collect())
            .collect();
        for name in ["entropy", "cv", "gini", "angle", "merec", "cilos", "idocriw"] {
            close(name, &weights(name, &scaled).unwrap(), &weights(name, &nodes).unwrap(), 1e-9);
        }
        let moved: Vec<Vec<f64>> = nodes
            .iter()
            .enumerate()
            .map(|(i, node)| node.iter().map(|x| x * factor + shift * i as f64).collect())
            .collect();
        for name in ["std", "critic"] {
            close(name, &weights(name, &moved).unwrap(), &weights(name, &nodes).unwrap(), 1e-9);
        }
    }

    /// Scores times a power of two, far beyond what can be squared twice, have the same weights; the first ones with a common
    /// part, because the mean of nodes that cancel each other out does not vary.
    #[test]
    fn one_unit_for_all_does_not_matter(nodes in table(), power in -498..498_i32) {
        let factor = 2.0_f64.powi(power);
        let nodes: Vec<Vec<f64>> =
            nodes.iter().map(|node| node.iter().zip(&nodes[0]).map(|(own, common)| own + 3.0 * common).collect()).collect();
        let scaled: Vec<Vec<f64>> = nodes.iter().map(|node| node.iter().map(|x| x * factor).collect()).collect();
        for name in METHODS.iter().filter(|name| **name != "merec").chain(LATENT) {
            let (found, expected) = (weights(name, &scaled), weights(name, &nodes));
            match (found, expected) {
                (Ok(found), Ok(expected)) => close(name, &found, &expected, 1e-9),
                (found, expected) => prop_assert_eq!(found, expected, "{}", name),
            }
        }
    }

    #[test]
    fn more_spread_about_the_same_mean_weighs_more(node in prop::collection::vec(-1.0..1.0f64, 4..20), k in 1.2..5.0f64) {
        prop_assume!(node.iter().any(|x| (x - node[0]).abs() > 0.1));
        let mean = node.iter().sum::<f64>() / node.len() as f64;
        let about = |k: f64| node.iter().map(|x| 10.0 + k * (x - mean)).collect::<Vec<f64>>();
        for name in ["std", "cv", "gini", "angle", "entropy"] {
            let found = weights(name, &[about(1.0), about(k)]).expect("weights");
            prop_assert!(found[1] > found[0], "{name}: {found:?}");
        }
    }

    #[test]
    fn listwise_is_the_table_without_the_rows(nodes in table(), holes in prop::collection::vec((0usize..6, 0usize..30), 1..3)) {
        let mut gappy = nodes.clone();
        for (column, row) in holes {
            let (p, n) = (nodes.len(), nodes[0].len());
            gappy[column % p][p + row % (n - p)] = NAN;
        }
        let keep: Vec<usize> = (0..nodes[0].len()).filter(|row| gappy.iter().all(|node| !node[*row].is_nan())).collect();
        let whole: Vec<Vec<f64>> = nodes.iter().map(|node| keep.iter().map(|row| node[*row]).collect()).collect();
        for name in METHODS {
            let found = fit(&method(name, &rule("listwise")), &gappy, 7).map(|fitted| fitted.weights);
            let (found, expected) = (found.expect("listwise"), weights(name, &whole).expect("whole"));
            close(name, &found, &expected, 1e-10);
            prop_assert!(fit(&method(name, ""), &gappy, 7).expect_err("no rule").contains("say missing"), "{name}");
            if !WHOLE_ROWS.contains(name) {
                assert_shares(name, &fit(&method(name, &rule("pairwise")), &gappy, 7).expect("pairwise"), nodes.len());
            }
        }
    }

    /// Whatever columns there are, the answer is weights or a message, under every rule.
    #[test]
    fn nothing_is_silently_degenerate(
        n in 0usize..5,
        columns in prop::collection::vec(prop::collection::vec(
            prop_oneof![Just(NAN), Just(0.0), Just(1.0), Just(-1.0), Just(2.5), Just(1e-150), Just(1e150)], 5), 0..5),
    ) {
        let nodes: Vec<Vec<f64>> = columns.into_iter().map(|column| column[..n].to_vec()).collect();
        for name in METHODS {
            let rules = [String::new(), rule("listwise"), rule("pairwise")];
            let rules = if WHOLE_ROWS.contains(name) { &rules[..2] } else { &rules };
            for rule in rules {
                match fit(&method(name, rule), &nodes, 2) {
                    Ok(fitted) => assert_shares(name, &fitted, nodes.len()),
                    Err(message) => prop_assert!(!message.is_empty()),
                }
            }
        }
    }
}

#[test]
fn a_constant_node_and_one_without_scores_weigh_nothing() {
    let (a, b) = (vec![1.0, 2.0, 4.0, 5.0], vec![2.0, 5.0, 1.0, 3.0]);
    for name in METHODS {
        let plain = weights(name, &[a.clone(), b.clone()]).expect("plain");
        for idle in [vec![123_456_789.3; 4], vec![0.3; 4], vec![NAN; 4]] {
            let fitted = fit(&method(name, ""), &[a.clone(), idle, b.clone()], 3).expect("weights");
            assert_shares(name, &fitted, 3);
            close(name, &fitted.weights, &[plain[0], 0.0, plain[1]], 1e-14);
        }
        let alone = fit(&method(name, ""), &[a.clone(), vec![3.0; 4]], 3).expect("weights");
        assert_eq!(alone.weights, [1.0, 0.0], "{name}");
    }
}

#[test]
fn constants_of_any_size_are_constant() {
    for name in METHODS {
        for value in [1e-300, 5e-9, 0.1, 1.0 / 3.0, 7.3e11, 123_456_789_012.3, 1e100] {
            for rows in [2, 3, 10, 1000] {
                let message = weights(name, &[vec![value; rows], vec![0.7; rows]]).expect_err("no node varies");
                assert_eq!(message, format!("no node varies between rows, so {name} gives no weights"));
            }
        }
    }
}

#[test]
fn scores_that_cannot_be_squared_are_named() {
    let large: Vec<f64> = [1.0, 5.0, 2.0, 8.0].iter().map(|x| x * 1e160).collect();
    for name in ["std", "cv", "angle", "critic"].iter().chain(LATENT) {
        let message = weights(name, &[vec![1.0, 2.0, 4.0, 5.0], large.clone()]).expect_err("overflow");
        let expected = "\"c1\" has scores too large to square and add (beyond 1e150); change their unit";
        assert_eq!(message, expected, "{name}");
    }
}

#[test]
fn nodes_that_are_related_need_rows_and_scores_as_the_others() {
    let (a, b) = (vec![1.0, 2.0, 4.0, 5.0], vec![2.0, 5.0, 1.0, 3.0]);
    for name in LATENT {
        let plain = weights(name, &[a.clone(), b.clone()]).expect("plain");
        let fitted = fit(&method(name, ""), &[a.clone(), vec![NAN; 4], b.clone()], 3).expect("weights");
        close(name, &fitted.weights, &[plain[0], 0.0, plain[1]], 1e-14);
        assert_eq!(fitted.warnings[0], (Some("c1".to_owned()), "has no scores and gets weight 0".to_owned()), "{name}");
        let one = weights(name, &[vec![1.0], vec![2.0]]);
        if *name == "scatter_degree" {
            close(name, &one.expect("one row has a size"), &[1.0 / 3.0, 2.0 / 3.0], 1e-14);
        } else {
            assert_eq!(one, Err(format!("no node varies between rows: {name} compares rows, and there is 1")));
        }
    }
}

#[test]
fn two_equal_columns_weigh_the_same() {
    let (a, b) = (vec![1.0, 2.0, 4.0, 5.0], vec![2.0, 5.0, 1.0, 3.0]);
    for name in METHODS {
        let found = weights(name, &[a.clone(), b.clone(), a.clone()]).expect("weights");
        assert!((found[0] - found[2]).abs() < 1e-14, "{name}: {found:?}");
    }
}

#[test]
fn values_outside_the_domain_are_refused_by_name() {
    let (a, b) = (vec![1.0, 2.0, 4.0, 5.0], vec![2.0, -5.0, 1.0, 3.0]);
    for (name, expected) in [
        ("entropy", "\"c1\" has negative scores; entropy needs scores of at least 0, such as minmax gives"),
        ("gini", "\"c1\" has negative scores; gini needs scores of at least 0, such as minmax gives"),
        ("cilos", "\"c1\" has negative scores; impact losses need scores of at least 0, such as minmax gives"),
        ("idocriw", "\"c1\" has negative scores; impact losses need scores of at least 0, such as minmax gives"),
        ("merec", "\"c1\" scores -5 somewhere; merec needs scores above 0, such as minmax to [1, 100]"),
    ] {
        assert_eq!(weights(name, &[a.clone(), b.clone()]), Err(expected.to_owned()));
    }
}
