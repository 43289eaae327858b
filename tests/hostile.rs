//! Hostile input gives a defined result or a named error, in bounded time; never a panic, never a silent number.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use std::fmt::Write;

use common::{Data, Frame, NAN, all, frame, index, refuse, score};
use indicia::definition::Index;
use indicia::fitted::Fitted;
use proptest::prelude::*;

fn flags(n: usize) -> String {
    let mut text = "id = \"i\"\n[[group]]\nid = \"i\"\naggregate = \"sum\"\n".to_owned();
    for k in 0..n {
        let _ = writeln!(text, "[[indicator]]\nid = \"f{k}\"\nparent = \"i\"\nscale = \"flag\"");
    }
    text
}

fn unfitted(text: &str) -> Fitted {
    Fitted::unfitted(index(text)).expect("nothing to fit")
}

#[test]
fn no_rows_and_all_missing_rows_are_defined() {
    let fitted = unfitted(&flags(2));
    let empty = score(&fitted, &frame(&[("f0", &[]), ("f1", &[])]), &all(&["i"]));
    assert!(empty.nodes["i"].is_empty());
    let missing = score(&fitted, &frame(&[("f0", &[NAN]), ("f1", &[NAN])]), &all(&["i"]));
    assert!(missing.nodes["i"][0].is_nan());
    assert_eq!((missing.low["i"][0], missing.high["i"][0], missing.coverage["i"][0]), (0.0, 2.0, 0.0));
}

#[test]
fn infinities_texts_and_odd_values_are_named() {
    let fitted = unfitted(&flags(2));
    for (value, word) in [(f64::INFINITY, "finite"), (f64::NEG_INFINITY, "finite"), (2.0, "expected 1 (yes) or 0 (no)")]
    {
        let text = refuse(&fitted, &frame(&[("f0", &[1.0, value]), ("f1", &[1.0, 1.0])]), &all(&["i"])).to_string();
        assert!(text.contains("column \"f0\", row 1") && text.contains(word), "{text}");
    }
    let line = "id = \"i\"\n[[group]]\nid = \"i\"\n[[indicator]]\nid = \"a\"\nparent = \"i\"\nscale = \"none\"\ndomain = [0, 1]\n";
    let texts: Frame = vec![("a".to_owned(), Data::texts(&["", "much"]))];
    let text = refuse(&unfitted(line), &texts, &all(&["i"])).to_string();
    assert!(text.contains("row 1") && text.contains("much") && text.contains("convert"), "{text}");
    let text = refuse(&unfitted(line), &frame(&[("a", &[0.5, 35.0])]), &all(&["i"])).to_string();
    assert!(text.contains("35") && text.contains("[0, 1]") && text.contains("percent"), "{text}");
}

#[test]
fn all_problems_of_the_data_come_at_once() {
    let fitted = unfitted(&flags(3));
    let error = refuse(&fitted, &frame(&[("f0", &[7.0]), ("f1", &[f64::INFINITY]), ("f2", &[-1.0])]), &all(&["i"]));
    assert_eq!(error.problems.len(), 4, "{error}"); // infinity is both infinite and no answer
    let error = refuse(&fitted, &frame(&[("f9", &[0.0])]), &all(&["i"]));
    assert_eq!(error.problems.len(), 3, "three columns are missing: {error}");
}

#[test]
fn long_names_are_kept_but_shortened_in_messages() {
    let name = "名".repeat(333_000);
    let text = format!(
        "id = \"i\"\n[[group]]\nid = \"i\"\n[[indicator]]\nid = \"{name}\"\nparent = \"i\"\nscale = \"none\"\n"
    );
    let data: Frame = vec![(name.clone(), Data::Numbers(vec![1.0]))];
    assert_eq!(score(&unfitted(&text), &data, &all(&["i"])).nodes["i"], [1.0]);
    let broken = text.replace("parent = \"i\"", &format!("parent = \"{name}\""));
    assert!(Index::from_toml(&broken).expect_err("no such parent").to_string().len() < 2_000);
}

#[test]
fn deep_trees_work_and_deep_conditions_are_refused() {
    let mut text = "id = \"i\"\n[[indicator]]\nid = \"a\"\nparent = \"g999\"\nscale = \"none\"\n".to_owned();
    for k in 0..1000 {
        let parent = if k == 0 { String::new() } else { format!("parent = \"g{}\"\n", k - 1) };
        let _ = writeln!(text, "[[group]]\nid = \"g{k}\"\n{parent}");
    }
    let scored = score(&unfitted(&text), &frame(&[("a", &[3.0])]), &all(&["g0"]));
    assert_eq!(scored.nodes["g0"], [3.0]);
    let deep = format!(
        "id = \"i\"\n[[levels.level]]\nid = \"1\"\nwhen = {}{{ column = \"a\", ge = 1 }}{}\n",
        "{ not = ".repeat(200),
        " }".repeat(200)
    );
    assert!(Index::from_toml(&deep).is_err());
}

#[test]
fn waivers_in_a_circle_are_refused() {
    let text = r#"
id = "i"
[[levels.level]]
id = "1"
when = { any = [
  { id = "a", all = [{ column = "x", ge = 1 }, { id = "b", any = [{ column = "y", ge = 1 }] }] },
  { id = "c", waives = "b", any = [{ id = "d", all = [{ column = "z", ge = 1 }] }] },
  { id = "e", waives = "d", any = [{ id = "f", column = "w", ge = 1 }] } ] }
"#;
    assert!(Fitted::unfitted(index(text)).is_ok(), "a chain of waivers ends");
    let circle =
        text.replace("{ id = \"f\", column = \"w\", ge = 1 }", "{ id = \"f\", all = [{ column = \"w\", ge = 1 }] }");
    let circle = circle.replace(
        "{ column = \"z\", ge = 1 }",
        "{ column = \"z\", ge = 1 }, { id = \"g\", any = [{ column = \"v\", ge = 1 }] }",
    );
    let circle = circle.replace("waives = \"d\"", "waives = \"g\"").replace("waives = \"b\"", "waives = \"f\"");
    assert!(Fitted::unfitted(index(&circle)).is_err(), "each waives a part of the other");
}

#[test]
fn huge_definitions_take_bounded_time() {
    let began = std::time::Instant::now();
    let text = flags(3_000);
    let names: Vec<String> = (0..3_000).map(|k| format!("f{k}")).collect();
    let data: Frame = names.iter().map(|name| (name.clone(), Data::Numbers(vec![1.0, 0.0]))).collect();
    assert_eq!(score(&unfitted(&text), &data, &all(&["i"])).nodes["i"], [3000.0, 0.0]);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = Index::from_toml(&text);
        let _ = Index::from_json(&text);
    }

    #[test]
    fn any_mutilated_definition_is_read_or_refused(which in 0usize..5, at in 0usize..2000, with in "\\PC{0,3}") {
        let texts = [
            include_str!("definitions/dii.toml"),
            include_str!("definitions/miit.toml"),
            include_str!("definitions/little_giant.toml"),
            include_str!("definitions/entropy_panel.toml"),
            include_str!("definitions/hdi.toml"),
        ];
        let text = texts[which];
        let mut at = at % text.len();
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let broken = format!("{}{with}{}", &text[..at], &text[at..]);
        if let Ok(index) = Index::from_toml(&broken) {
            let _ = index.describe();
            let _ = Fitted::unfitted(index);
        }
    }

    #[test]
    fn any_numbers_are_scored_or_refused(values in prop::collection::vec(any::<f64>(), 6)) {
        let text = include_str!("definitions/hdi.toml");
        let data = frame(&[
            ("life_expectancy", &values[..2]),
            ("expected_schooling", &values[1..3]),
            ("mean_schooling", &values[2..4]),
            ("gni_per_capita", &values[3..5]),
        ]);
        let fitted = unfitted(text);
        let finite = values[..5].iter().all(|v| v.is_finite() || v.is_nan());
        let result = fitted.score(&common::table(&data), &all(&["hdi"]), None, &indicia::parallel::Cancel::new());
        prop_assert_eq!(result.is_ok(), finite);
        if let Ok(scored) = result {
            prop_assert!(scored.nodes["hdi"].iter().all(|score| score.is_nan() || (0.0..=1.0).contains(score)));
        }
    }
}
