//! Fitting: known numbers, batches, permutations, threads, periods.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use common::{Data, Frame, NAN, all, fitted, frame, index, same_bits, score, table, try_fit};
use indicia::definition::Literal;
use indicia::fit::{FitOptions, FitState, fit};
use indicia::fitted::Fitted;
use indicia::parallel::Cancel;
use proptest::prelude::*;

fn definition(scale: &str, weights: &str) -> String {
    format!(
        "id = \"i\"\n[defaults]\nscale = {scale}\n\
         [[indicator]]\nid = \"a\"\nparent = \"p\"\n\
         [[indicator]]\nid = \"b\"\nparent = \"p\"\ndirection = -1\n\
         [[indicator]]\nid = \"c\"\nparent = \"i\"\n\
         [[group]]\nid = \"i\"\n{weights}\n[[group]]\nid = \"p\"\nparent = \"i\"\n"
    )
}

fn random_frame(rows: usize, seed: u64) -> Frame {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    ["a", "b", "c"]
        .iter()
        .map(|name| ((*name).to_owned(), Data::Numbers((0..rows).map(|_| next() * 10.0 - 2.0).collect())))
        .collect()
}

fn rows(data: &Frame, which: impl Fn(usize) -> bool) -> Frame {
    let pick = |values: &Vec<f64>| values.iter().enumerate().filter(|(i, _)| which(*i)).map(|(_, v)| *v).collect();
    data.iter()
        .map(|(name, column)| match column {
            Data::Numbers(values) => (name.clone(), Data::Numbers(pick(values))),
            Data::Texts(..) => unreachable!("numbers only"),
        })
        .collect()
}

#[test]
fn scales_learn_what_they_say() {
    let data = frame(&[("a", &[1.0, 2.0, 3.0, 6.0, NAN]), ("b", &[1.0, 2.0, 3.0, 6.0, 6.0]), ("c", &[1.0; 5])]);
    let zscore = fitted(&definition("\"zscore\"", ""), &data);
    let scored = score(&zscore, &data, &all(&["a", "b", "c"]));
    let sd = (14.0f64 / 3.0).sqrt(); // of 1, 2, 3, 6 with n - 1
    approx::assert_relative_eq!(scored.nodes["a"][3], 3.0 / sd, max_relative = 1e-14);
    assert!(scored.nodes["b"][3] < 0.0, "less is better");
    assert!(scored.nodes["c"].iter().all(|score| score.is_nan()), "a constant column has no scale");
    assert_eq!(zscore.warnings.iter().filter(|w| w.kind == "constant" && w.node.as_deref() == Some("c")).count(), 1);
    let robust = fitted(&definition("\"robust\"", ""), &data);
    // Quantiles of type 7 of 1, 2, 3, 6: 1.75, 2.5, 3.75.
    approx::assert_relative_eq!(score(&robust, &data, &all(&["a"])).nodes["a"][3], 3.5 / 2.0, max_relative = 1e-14);
    let quantiles =
        definition("{ linear = { low = { quantile = 0.25 }, high = { quantile = 0.75 }, outside = \"clip\" } }", "");
    assert_eq!(score(&fitted(&quantiles, &data), &data, &all(&["a"])).nodes["a"][3], 1.0);
}

#[test]
fn new_rows_are_scored_with_the_old_numbers() {
    let old = frame(&[("a", &[0.0, 10.0]), ("b", &[0.0, 10.0]), ("c", &[0.0, 10.0])]);
    let new = frame(&[("a", &[5.0, 20.0]), ("b", &[5.0, 20.0]), ("c", &[5.0, 20.0])]);
    let scored = score(&fitted(&definition("\"minmax\"", ""), &old), &new, &all(&["a", "b"]));
    assert_eq!(scored.nodes["a"], [0.5, 2.0]);
    assert_eq!(scored.nodes["b"], [0.5, -1.0]);
}

#[test]
fn weights_refitted_at_each_level_differ_from_weights_over_leaves() {
    let data = random_frame(50, 7);
    let over = |over: &str| definition("\"minmax\"", &format!("weights = {{ entropy = {{ over = \"{over}\" }} }}"));
    let leaves = fitted(&over("leaves"), &data);
    let children = fitted(&over("children"), &data);
    assert_eq!(index(&over("leaves")).summary().expect("valid")["stages"].as_array().map(Vec::len), Some(2));
    let one = score(&leaves, &data, &all(&["i"])).nodes["i"].clone();
    let other = score(&children, &data, &all(&["i"])).nodes["i"].clone();
    assert!(one.iter().zip(&other).any(|(a, b)| (a - b).abs() > 1e-6));
    // Over leaves: the effective weights of the leaves add up to 1.
    let weights = leaves.weights();
    let total: f64 = ["a", "b", "c"]
        .iter()
        .map(|id| {
            weights.iter().find(|row| row["node"] == *id).and_then(|row| row["effective"].as_f64()).expect("a weight")
        })
        .sum();
    approx::assert_relative_eq!(total, 1.0, max_relative = 1e-12);
}

#[test]
fn rank_scales_keep_values_and_say_so() {
    let data = frame(&[("a", &[3.0, 1.0, 2.0]), ("b", &[3.0, 1.0, 2.0]), ("c", &[1.0, 1.0, 5.0])]);
    let ranks = fitted(&definition("\"rank\"", ""), &data);
    let scored = score(&ranks, &data, &all(&["a", "b", "c"]));
    assert_eq!(scored.nodes["a"], [3.0, 1.0, 2.0]);
    assert_eq!(scored.nodes["b"], [1.0, 3.0, 2.0]);
    assert_eq!(scored.nodes["c"], [1.0, 1.0, 3.0]);
    assert!(ranks.to_json(false).expect_err("microdata").to_string().contains("include_records"));
    let back = Fitted::from_json(&ranks.to_json(true).expect("JSON")).expect("valid");
    assert_eq!(score(&back, &data, &all(&["a"])).nodes["a"], [3.0, 1.0, 2.0]);
}

#[test]
fn a_reference_unit_is_named_not_counted() {
    let text = definition("{ distance_to_reference = { unit = \"FI\" } }", "");
    let data = frame(&[("a", &[1.0, 5.0, 9.0]), ("b", &[1.0, 5.0, 9.0]), ("c", &[0.0, 2.0, 4.0])]);
    let mut options = FitOptions::default();
    options.units.insert("FI".to_owned(), vec![1]);
    let fitted = fit(index(&text), &table(&data), &options, None, &Cancel::new()).expect("a fit");
    let scored = score(&fitted, &data, &all(&["a", "b"]));
    assert_eq!(scored.nodes["a"], [0.0, 1.0, 2.0]);
    assert_eq!(scored.nodes["b"], [2.0, 1.0, 0.0]);
    assert!(try_fit(&text, &data).expect_err("no such unit").to_string().contains("FI"));
}

#[test]
fn periods_are_fitted_together_or_each_or_on_a_base() {
    let data = frame(&[("a", &[0.0, 10.0, 0.0, 20.0]), ("b", &[0.0, 1.0, 0.0, 1.0]), ("c", &[0.0, 1.0, 0.0, 1.0])]);
    let periods = vec![(Literal::Number(2011.0), vec![0, 1]), (Literal::Number(2012.0), vec![2, 3])];
    let scores = |period: &str| {
        let text = format!("period = {period}\n{}", definition("\"minmax\"", ""));
        let fitted =
            fit(index(&text), &table(&data), &FitOptions::default(), Some(&periods), &Cancel::new()).expect("a fit");
        let scored = fitted.score(&table(&data), &all(&["a"]), Some(&periods), &Cancel::new()).expect("scores");
        (scored.nodes["a"].clone(), fitted)
    };
    assert_eq!(scores("\"pooled\"").0, [0.0, 0.5, 0.0, 1.0]);
    assert_eq!(scores("{ base = 2011 }").0, [0.0, 1.0, 0.0, 2.0]);
    let (each, fitted) = scores("\"each\"");
    assert_eq!(each, [0.0, 1.0, 0.0, 1.0]);
    assert!(fitted.warnings.iter().any(|warning| warning.kind == "comparability"));
    let unseen = vec![(Literal::Number(2013.0), vec![0, 1, 2, 3])];
    let scored = fitted.score(&table(&data), &all(&["a"]), Some(&unseen), &Cancel::new()).expect("scores");
    assert!(scored.nodes["a"].iter().all(|score| score.is_nan()));
    assert_eq!(scored.report.unseen_periods, ["2013"]);
}

#[test]
fn degenerate_data_are_named() {
    let entropy = definition("\"minmax\"", "weights = { entropy = { over = \"leaves\" } }");
    let constant = frame(&[("a", &[1.0, 1.0]), ("b", &[2.0, 2.0]), ("c", &[3.0, 3.0])]);
    let error = try_fit(&entropy, &constant).expect_err("nothing varies").to_string();
    assert!(error.contains("no node varies"), "{error}");
    let empty = frame(&[("a", &[]), ("b", &[]), ("c", &[])]);
    assert!(try_fit(&entropy, &empty).expect_err("no rows").to_string().contains("no rows"));
    let infinite = frame(&[("a", &[1.0, f64::INFINITY]), ("b", &[1.0, 2.0]), ("c", &[1.0, 2.0])]);
    let error = try_fit(&entropy, &infinite).expect_err("infinity").to_string();
    assert!(error.contains("column \"a\", row 1"), "{error}");
    let lacking = frame(&[("a", &[1.0, 2.0])]);
    let error = try_fit(&entropy, &lacking).expect_err("two columns lack");
    assert_eq!(error.problems.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn merged_batches_equal_the_whole(seed in any::<u64>(), cut in 1usize..39_999) {
        let text = definition("\"zscore\"", "").replace("id = \"c\"\nparent = \"i\"", "id = \"c\"\nparent = \"i\"\nscale = \"minmax\"");
        let entropy = definition("\"minmax\"", "weights = { entropy = { over = \"leaves\" } }");
        let data = random_frame(40_000, seed);
        for text in [text, entropy] {
            let whole = score(&fitted(&text, &data), &data, &all(&["i"])).nodes["i"].clone();
            let parts = [rows(&data, |i| i < cut), rows(&data, |i| i >= cut)];
            let mut state = FitState::new(index(&text), FitOptions::default()).expect("a state");
            while state.stage() <= state.stages() {
                let mut other = FitState::from_json(&state.to_json().expect("JSON")).expect("a state");
                state.update(&table(&parts[0]), &Cancel::new()).expect("a batch");
                other.update(&table(&parts[1]), &Cancel::new()).expect("a batch");
                state.merge(&other).expect("the same stage");
                state.advance().expect("rows were seen");
            }
            let merged = score(&state.finish().expect("fitted"), &data, &all(&["i"])).nodes["i"].clone();
            for (a, b) in whole.iter().zip(&merged) {
                prop_assert!((a - b).abs() <= 1e-12 * a.abs().max(1.0));
            }
        }
    }

    #[test]
    fn one_thread_and_many_give_the_same_bits(seed in any::<u64>()) {
        let text = definition("\"zscore\"", "").replace("[[group]]\nid = \"p\"", "[[group]]\nid = \"p\"\nscale = \"minmax\"");
        let data = random_frame(50_000, seed);
        let fit_with = |threads| {
            let options = FitOptions { threads: Some(threads), ..FitOptions::default() };
            fit(index(&text), &table(&data), &options, None, &Cancel::new()).expect("a fit")
        };
        let one = fit_with(1);
        let many = fit_with(4);
        prop_assert_eq!(one.to_json(false).expect("JSON"), many.to_json(false).expect("JSON"));
        let score_with = |threads| {
            let options = indicia::score::ScoreOptions { threads: Some(threads), ..all(&["i"]) };
            score(&one, &data, &options).nodes["i"].clone()
        };
        prop_assert!(same_bits(&score_with(1), &score_with(3)));
    }

    #[test]
    fn permuted_rows_permute_scores(seed in any::<u64>()) {
        let text = definition("\"minmax\"", "weights = { entropy = { over = \"leaves\" } }");
        let data = random_frame(3000, seed);
        let reversed: Frame = data.iter().map(|(name, column)| match column {
            Data::Numbers(values) => (name.clone(), Data::Numbers(values.iter().rev().copied().collect())),
            Data::Texts(..) => unreachable!("numbers only"),
        }).collect();
        let one = score(&fitted(&text, &data), &data, &all(&["i"])).nodes["i"].clone();
        let mut other = score(&fitted(&text, &reversed), &reversed, &all(&["i"])).nodes["i"].clone();
        other.reverse();
        for (a, b) in one.iter().zip(&other) {
            prop_assert!((a - b).abs() <= 1e-12);
        }
    }
}
