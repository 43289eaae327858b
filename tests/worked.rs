//! The five shapes of definition score rows worked by hand.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use common::{Data, Frame, NAN, all, fitted, frame, index, level_names, refuse, score};
use indicia::definition::Literal;
use indicia::fitted::Fitted;

fn unfitted(text: &str) -> Fitted {
    Fitted::unfitted(index(text)).expect("nothing to fit")
}

const DII: &str = include_str!("definitions/dii.toml");
const MIIT: &str = include_str!("definitions/miit.toml");
const GIANT: &str = include_str!("definitions/little_giant.toml");
const PANEL: &str = include_str!("definitions/entropy_panel.toml");
const HDI: &str = include_str!("definitions/hdi.toml");

#[test]
fn a_count_of_items_with_an_unknown_answer() {
    let data = frame(&[
        ("E_IUSE_GT50", &[1.0, 1.0, NAN, 0.0, NAN]),
        ("E_SM1_ANY", &[1.0, NAN, 0.0, 0.0, NAN]),
        ("E_SM1_GE2", &[NAN, 3.0, NAN, NAN, NAN]),
        ("sm_types", &[2.0, NAN, NAN, 1.0, NAN]),
    ]);
    let scored = score(&unfitted(DII), &data, &all(&["dii"]));
    // Row 1: two types imply any. Row 2: no social media implies not two, the first item stays open.
    assert!(common::same_bits(&scored.nodes["dii"], &[3.0, 3.0, NAN, 0.0, NAN]));
    assert_eq!(scored.low["dii"], [3.0, 3.0, 0.0, 0.0, 0.0]);
    assert_eq!(scored.high["dii"], [3.0, 3.0, 1.0, 0.0, 3.0]);
    let levels = level_names(&scored);
    let expected = [
        ("very_high", "very_high"),
        ("very_high", "very_high"),
        ("very_low", "low"),
        ("very_low", "very_low"),
        ("very_low", "very_high"),
    ];
    assert_eq!(levels, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(scored.report.implied["E_SM1_ANY"], 1);
    approx::assert_relative_eq!(scored.coverage["dii"][2], 2.0 / 3.0, epsilon = 1e-12);
}

fn miit(rows: &[(&str, f64, f64, f64, f64)]) -> Frame {
    let texts: Vec<&str> = rows.iter().map(|row| row.0).collect();
    vec![
        ("F1".to_owned(), Data::texts(&texts)),
        ("digital_equipment".to_owned(), Data::Numbers(rows.iter().map(|row| row.1).collect())),
        ("equipment".to_owned(), Data::Numbers(rows.iter().map(|row| row.2).collect())),
        ("S1".to_owned(), Data::Numbers(rows.iter().map(|row| row.3).collect())),
        ("S2".to_owned(), Data::Numbers(rows.iter().map(|row| row.4).collect())),
    ]
}

#[test]
fn a_questionnaire_with_points_scenes_and_gates() {
    let data = miit(&[
        ("control;coverage", 3.0, 30.0, 3.0, 3.0), // 4 + 0 (a rate of exactly 10 % is still in the first band)
        ("control;coverage", 4.0, 10.0, 3.0, 3.0), // 4 + 3
        ("none", 4.0, 0.0, 0.0, 0.0),              // 0 + unknown: the denominator is zero
        ("control", 9.0, 10.0, NAN, 4.0),          // 2 + 6; one scene unknown
    ]);
    let scored = score(&unfitted(MIIT), &data, &all(&["scored", "F2"]));
    assert!(common::same_bits(&scored.nodes["scored"], &[4.0, 7.0, NAN, 8.0]));
    assert_eq!((scored.low["scored"][2], scored.high["scored"][2]), (0.0, 6.0));
    assert_eq!(scored.report.reasons["digital_rate"]["zero_denominator"], 1);
    let expected = [("1", "1"), ("3", "3"), ("0", "0"), ("1", "3")];
    assert_eq!(level_names(&scored), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn an_answer_that_is_no_option_is_named_with_its_row() {
    let error = refuse(
        &unfitted(MIIT),
        &miit(&[("none", 1.0, 2.0, 0.0, 0.0), ("contro", 1.0, 2.0, 0.0, 0.0)]),
        &all(&["scored"]),
    );
    let text = error.to_string();
    assert!(text.contains("column \"F1\", row 1") && text.contains("did you mean \"control\"?"), "{text}");
}

fn giant(rank: f64, rd_unit: &str, revenue: f64, rd: f64) -> Frame {
    let mut data = frame(&[
        ("years_in_segment", &[3.0]),
        ("main_share", &[0.7]),
        ("growth_2y", &[0.05]),
        ("revenue", &[revenue]),
        ("revenue_1", &[100e6]),
        ("rd", &[rd]),
        ("rd_1", &[6e6]),
        ("new_equity_2y", &[0.0]),
        ("rd_staff_share", &[0.1]),
        ("class1_ip_in_use", &[2.0]),
        ("national_prize_rank", &[rank]),
        ("maker_in_china_rank", &[NAN]),
        ("key_link", &[1.0]),
        ("key_field", &[1.0]),
    ]);
    data.push(("rd_unit".to_owned(), Data::texts(&[rd_unit])));
    data
}

#[test]
fn eligibility_with_routes_and_a_waiver() {
    let fitted = unfitted(GIANT);
    let level = |data: &Frame| level_names(&score(&fitted, data, &all(&[]))).remove(0);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(level(&giant(NAN, "own", 100e6, 3e6)), pair("little_giant", "little_giant"), "3 % suffice from 100m on");
    assert_eq!(level(&giant(NAN, "own", 99e6, 3e6)), pair("none", "none"), "below 100m it takes 6 %");
    assert_eq!(level(&giant(NAN, "own", 99e6, 6e6)), pair("little_giant", "little_giant"));
    assert_eq!(level(&giant(NAN, "none", 100e6, 3e6)), pair("none", "none"));
    assert_eq!(
        level(&giant(3.0, "none", 99e6, 0.0)),
        pair("little_giant", "little_giant"),
        "the prize waives the general route"
    );
    assert_eq!(level(&giant(NAN, "", 100e6, 3e6)), pair("none", "little_giant"), "an unanswered question is unknown");
    // Revenue unknown: the equity route fails for certain, the shares are unknown, so the level stays open.
    assert_eq!(level(&giant(NAN, "own", NAN, 6e6)), pair("none", "little_giant"));
    let scored = score(&fitted, &giant(NAN, "own", 100e6, 3e6), &all(&[]));
    assert_eq!(scored.report.assumed["national_prize_rank"], 1, "blank means no, and is counted");
    assert_eq!(scored.assumed, [2]);
}

#[test]
fn a_case_is_decided_while_its_value_is_unknown_when_all_branches_agree() {
    let text = r#"
id = "case"
[[levels.level]]
id = "yes"
when = { cases = { on = "size", edges = [10], then = [ { column = "a", ge = 1 }, { column = "a", ge = 2 } ] } }
"#;
    let data = frame(&[("size", &[NAN, NAN, NAN, 5.0, 10.0]), ("a", &[2.0, 0.0, 1.0, 1.0, 1.0])]);
    let scored = score(&unfitted(text), &data, &all(&[]));
    let expected = [("yes", "yes"), ("none", "none"), ("none", "yes"), ("yes", "yes"), ("none", "none")];
    assert_eq!(level_names(&scored), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn an_entropy_index_over_two_tiers() {
    let data = frame(&[("broadband", &[0.0, 5.0, 10.0]), ("energy", &[3.0, 2.0, 1.0])]);
    let fitted = fitted(PANEL, &data);
    let scored = score(&fitted, &data, &all(&["index", "infrastructure", "use"]));
    // Both columns become 0, 1/2, 1, so both weigh one half.
    assert_eq!(scored.nodes["infrastructure"], [0.0, 0.5, 1.0]);
    assert_eq!(scored.nodes["use"], [0.0, 0.5, 1.0]);
    assert_eq!(scored.nodes["index"], [0.0, 0.5, 1.0]);
    let gap = frame(&[("broadband", &[NAN, 5.0]), ("energy", &[3.0, 2.0])]);
    let text = refuse(&fitted, &gap, &all(&["index"])).to_string();
    assert!(text.contains("broadband") && text.contains("row 0") && text.contains("renormalize"), "{text}");
}

#[test]
fn the_human_development_index_of_norway() {
    // UNDP, Human Development Report 2021/22, table 1: 83.2 years, 18.2 and 13.0 years, 64 660 dollars: 0.961.
    let data = frame(&[
        ("life_expectancy", &[83.2339, 15.0]),
        ("expected_schooling", &[18.1852, 0.0]),
        ("mean_schooling", &[13.00363, 0.0]),
        ("gni_per_capita", &[64_660.106, 50.0]),
    ]);
    let scored = score(&unfitted(HDI), &data, &all(&["hdi"]));
    assert!((scored.nodes["hdi"][0] - 0.961).abs() < 5e-4, "{}", scored.nodes["hdi"][0]);
    assert_eq!(scored.nodes["hdi"][1], 0.0, "below every goalpost");
}

#[test]
fn assumed_answers_are_counted_and_shown() {
    let data = frame(&[("E_IUSE_GT50", &[NAN, 1.0]), ("E_SM1_ANY", &[0.0, 0.0]), ("E_SM1_GE2", &[0.0, 0.0])]);
    let mut options = all(&["dii"]);
    options.assume.insert("E_IUSE_GT50".to_owned(), Literal::Text("no".to_owned()));
    let scored = score(&unfitted(DII), &data, &options);
    assert_eq!(scored.nodes["dii"], [0.0, 1.0]);
    assert_eq!(scored.assumed, [1, 0]);
    assert_eq!(scored.report.assumed["E_IUSE_GT50"], 1);
    assert!(scored.coverage["dii"][0] < 1.0, "assumed is not observed");
    options.assume.insert("E_NONE".to_owned(), Literal::Bool(false));
    assert!(refuse(&unfitted(DII), &data, &options).to_string().contains("E_NONE"));
}

#[test]
fn one_column_per_option_may_be_partly_answered() {
    let text = r#"
id = "each"
[[indicator]]
id = "F"
parent = "each"
scale = { options = { multiple = true, none = "none", columns = "F_{option}", points = { a = 1, b = 2, c = 4 } } }
[[group]]
id = "each"
aggregate = "sum"
"#;
    let data = frame(&[
        ("F_none", &[0.0, 0.0, 1.0, NAN]),
        ("F_a", &[1.0, 1.0, NAN, NAN]),
        ("F_b", &[0.0, NAN, NAN, NAN]),
        ("F_c", &[1.0, 0.0, NAN, NAN]),
    ]);
    let scored = score(&unfitted(text), &data, &all(&["each"]));
    assert!(common::same_bits(&scored.nodes["each"], &[5.0, NAN, 0.0, NAN]));
    assert_eq!(scored.low["each"], [5.0, 1.0, 0.0, 0.0]);
    assert_eq!(scored.high["each"], [5.0, 3.0, 0.0, 7.0]);
    let wrong = frame(&[("F_none", &[1.0]), ("F_a", &[1.0]), ("F_b", &[0.0]), ("F_c", &[0.0])]);
    assert!(refuse(&unfitted(text), &wrong, &all(&["each"])).to_string().contains("excludes"));
}

#[test]
fn what_open_answers_cannot_change_is_known() {
    let text = r#"
id = "weakest"
[[indicator]]
id = "a"
parent = "weakest"
scale = { goalposts = { low = 0, high = 1 } }
[[indicator]]
id = "b"
parent = "weakest"
scale = { goalposts = { low = 0, high = 1 } }
[[group]]
id = "weakest"
aggregate = "min"
"#;
    let data = frame(&[("a", &[0.0, 0.5]), ("b", &[NAN, NAN])]);
    let scored = score(&unfitted(text), &data, &all(&["weakest"]));
    assert!(common::same_bits(&scored.nodes["weakest"], &[0.0, NAN]));
    assert_eq!((scored.low["weakest"][1], scored.high["weakest"][1]), (0.0, 0.5));
}

#[test]
fn a_disagreement_between_alternatives_is_reported() {
    let data = frame(&[("E_IUSE_GT50", &[1.0]), ("E_SM1_ANY", &[1.0]), ("E_SM1_GE2", &[3.0]), ("sm_types", &[1.0])]);
    let scored = score(&unfitted(DII), &data, &all(&["dii"]));
    assert_eq!(scored.report.disagreed["E_SM1_GE2"], 1);
    assert_eq!(scored.nodes["dii"], [3.0], "the first observed wins");
}

#[test]
fn a_contradicted_implication_is_reported_and_both_answers_are_kept() {
    let data = frame(&[("E_IUSE_GT50", &[0.0]), ("E_SM1_ANY", &[0.0]), ("E_SM1_GE2", &[2.0])]);
    let scored = score(&unfitted(DII), &data, &all(&["dii"]));
    assert_eq!(scored.nodes["dii"], [1.0]);
    assert_eq!(scored.report.contradicted["E_SM1_GE2"], 1);
}
