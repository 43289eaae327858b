//! Brute force: every completion of the open answers lies in the range, its ends are reached, and levels bound the truth.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use std::fmt::Write;

use common::{Data, Frame, all, index, score};
use indicia::fitted::Fitted;
use proptest::prelude::*;

/// An indicator with the values its column can take that matter.
#[derive(Debug, Clone)]
struct Item {
    toml: String,
    candidates: Vec<f64>,
}

fn item() -> impl Strategy<Value = Item> {
    let flag = prop::array::uniform2(1u8..5).prop_map(|points| Item {
        toml: format!("scale = {{ flag = {{ points = [{}, {}] }} }}", points[0], points[1]),
        candidates: vec![0.0, 1.0],
    });
    let bands = prop::collection::vec(1u8..9, 3).prop_map(|points| Item {
        toml: format!(
            "scale = {{ bands = {{ edges = [1, 2], points = {points:?}, closed = \"left\" }} }}\ndomain = [0, 3]"
        ),
        candidates: vec![0.0, 1.0, 1.5, 2.0, 3.0],
    });
    let line = (any::<bool>(), 1u8..4).prop_map(|(less, top)| Item {
        toml: format!(
            "direction = {}\nscale = {{ goalposts = {{ low = 0, high = 2, to = [0.5, {top}.5] }} }}",
            if less { -1 } else { 1 }
        ),
        candidates: vec![0.0, 1.0, 2.0],
    });
    let options = prop::collection::vec(1u8..9, 3).prop_map(|points| Item {
        toml: format!(
            "scale = {{ options = {{ points = {{ 0 = {}, 1 = {}, 2 = {} }} }} }}",
            points[0], points[1], points[2]
        ),
        candidates: vec![0.0, 1.0, 2.0],
    });
    prop_oneof![flag, bands, line, options]
}

fn aggregate() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["sum", "arithmetic", "geometric", "harmonic", "min", "max"])
}

/// A random definition of two tiers with levels, and one row with open answers.
#[derive(Debug, Clone)]
struct Case {
    toml: String,
    items: Vec<Item>,
    answers: Vec<Option<usize>>,
}

fn case() -> impl Strategy<Value = Case> {
    (
        prop::collection::vec((item(), 1u8..4, any::<bool>(), prop::option::weighted(0.5, 0usize..5)), 2..5),
        aggregate(),
        aggregate(),
        prop::sample::select(vec!["propagate", "renormalize"]),
        1u8..12,
        any::<bool>(),
    )
        .prop_map(|(parts, outer, inner, missing, threshold, cumulative)| {
            let mut toml = format!("id = \"case\"\nroot = \"root\"\n[defaults]\nmissing = \"{missing}\"\n");
            let has_inner = parts.iter().any(|(_, _, inside, _)| *inside);
            let has_outer = parts.iter().any(|(_, _, inside, _)| !*inside);
            for (i, (item, weight, inside, _)) in parts.iter().enumerate() {
                let parent = if *inside && has_outer { "inner" } else { "root" };
                let _ = writeln!(toml, "[[indicator]]\nid = \"x{i}\"\nparent = \"{parent}\"\nweight = {weight}\n{}", item.toml);
            }
            let _ = writeln!(toml, "[[group]]\nid = \"root\"\naggregate = \"{outer}\"");
            if has_inner && has_outer {
                let _ = writeln!(toml, "[[group]]\nid = \"inner\"\nparent = \"root\"\naggregate = \"{inner}\"\nweight = 2");
            }
            let rule = if cumulative { "cumulative" } else { "highest" };
            let _ = writeln!(
                toml,
                "[levels]\nrule = \"{rule}\"\n\
                 [[levels.level]]\nid = \"a\"\nwhen = {{ node = \"root\", ge = {threshold} }}\n\
                 [[levels.level]]\nid = \"b\"\nwhen = {{ any = [{{ column = \"x0\", ge = 1 }}, {{ not = {{ node = \"x1\", le = 3 }} }}] }}\n\
                 [[levels.level]]\nid = \"c\"\nwhen = {{ count = {{ under = \"root\", ge = 2 }}, at_least = 2 }}"
            );
            Case {
                toml,
                items: parts.iter().map(|(item, ..)| item.clone()).collect(),
                answers: parts.iter().map(|(_, _, _, answer)| *answer).collect(),
            }
        })
}

/// All completions of the row, one row each.
fn completions(case: &Case) -> Frame {
    let mut rows: Vec<Vec<f64>> = vec![Vec::new()];
    for (item, answer) in case.items.iter().zip(&case.answers) {
        let values = match answer {
            Some(i) => vec![item.candidates[i % item.candidates.len()]],
            None => item.candidates.clone(),
        };
        rows = rows.into_iter().flat_map(|row| values.iter().map(move |v| [row.clone(), vec![*v]].concat())).collect();
    }
    (0..case.items.len()).map(|j| (format!("x{j}"), Data::Numbers(rows.iter().map(|row| row[j]).collect()))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn ranges_are_sound_and_tight_and_levels_bound_the_truth(case in case()) {
        let fitted = Fitted::unfitted(index(&case.toml)).expect("nothing to fit");
        let open: Frame = case.items.iter().zip(&case.answers).enumerate().map(|(j, (item, answer))| {
            let value = answer.map_or(f64::NAN, |i| item.candidates[i % item.candidates.len()]);
            (format!("x{j}"), Data::Numbers(vec![value]))
        }).collect();
        let partial = score(&fitted, &open, &all(&["root"]));
        let complete = score(&fitted, &completions(&case), &all(&["root"]));
        let scores = &complete.nodes["root"];
        let (low, high) = (partial.low["root"][0], partial.high["root"][0]);
        let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
        prop_assert!(near(low, least), "low {low}, least completion {least}");
        prop_assert!(near(high, most), "high {high}, largest completion {most}");
        if scores.len() == 1 {
            prop_assert_eq!(partial.nodes["root"][0].to_bits(), scores[0].to_bits());
        } else if !case.toml.contains("renormalize") {
            // A score is known exactly when low = high.
            prop_assert_eq!(!partial.nodes["root"][0].is_nan(), low == high);
        }
        let levels = &partial.levels[0];
        for (row, level) in complete.levels[0].certain.iter().enumerate() {
            prop_assert_eq!(*level, complete.levels[0].possible[row], "a complete row has one level");
            prop_assert!(levels.certain[0] <= *level && *level <= levels.possible[0]);
        }
        prop_assert!(partial.coverage["root"][0] >= 0.0 && partial.coverage["root"][0] <= 1.0);
    }

    #[test]
    fn definitions_equal_themselves_after_any_round_trip(case in case()) {
        let one = index(&case.toml);
        prop_assert_eq!(&index(&one.to_toml().expect("TOML")), &one);
        prop_assert_eq!(&indicia::definition::Index::from_json(&one.to_json().expect("JSON")).expect("valid"), &one);
        let fitted = Fitted::unfitted(one.clone()).expect("nothing to fit");
        let back = Fitted::from_json(&fitted.to_json(false).expect("JSON")).expect("valid");
        prop_assert_eq!(back.index(), &one);
    }
}
