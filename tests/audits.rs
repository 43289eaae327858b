//! Audits tell what was computed: answers, groups, conditions, levels; levels may sit on any node.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use common::{Data, Frame, NAN, all, frame, index, score, table};
use indicia::fitted::Fitted;

fn unfitted(text: &str) -> Fitted {
    Fitted::unfitted(index(text)).expect("nothing to fit")
}

#[test]
fn every_answer_has_its_points_rule_and_origin() {
    let text = include_str!("definitions/miit.toml");
    let mut data: Frame = vec![("F1".to_owned(), Data::texts(&["control;coverage"]))];
    data.extend(frame(&[("digital_equipment", &[0.1 + 0.2]), ("equipment", &[3.0]), ("S1", &[NAN]), ("S2", &[4.0])]));
    let audit = unfitted(text).audit(&table(&data), 0, &all(&[]), None).expect("an audit");
    let answer = |id: &str| audit.answers.iter().find(|answer| answer.node == id).expect("an indicator");
    assert_eq!((answer("F1").answer.as_deref(), answer("F1").points), (Some("control;coverage"), Some(4.0)));
    assert_eq!(answer("F1").rule, "control 2 + coverage 2");
    let rate = answer("F2");
    assert_eq!(rate.column.as_deref(), Some("digital_rate"));
    assert!(rate.snapped, "0.30000000000000004 / 3 is the edge 0.1");
    assert_eq!(rate.rule, "x <= 0.1");
    assert_eq!((answer("S1").origin, answer("S1").low, answer("S1").high), ("missing", Some(0.0), Some(4.0)));
    let equipment = audit.groups.iter().find(|group| group.node == "equipment").expect("a group");
    assert_eq!(equipment.children.iter().filter_map(|child| child.contribution).sum::<f64>(), 4.0);
    let gate = audit.conditions.iter().find(|c| c.text.contains("tagged constrained")).expect("a gate");
    assert_eq!((gate.state, gate.value.as_deref()), ("unknown", Some("0 to 1")));
    let points = audit.conditions.iter().find(|c| c.text == "scored >= 6").expect("a threshold");
    assert_eq!((points.state, points.margin), ("no", Some(-2.0)));
    assert_eq!(audit.levels[0].level.as_deref(), Some("1"));
}

#[test]
fn thresholds_are_told_like_conditions() {
    let data = frame(&[("E_IUSE_GT50", &[1.0]), ("E_SM1_ANY", &[1.0]), ("E_SM1_GE2", &[NAN])]);
    let audit =
        unfitted(include_str!("definitions/dii.toml")).audit(&table(&data), 0, &all(&[]), None).expect("an audit");
    let states: Vec<(&str, Option<&str>)> =
        audit.conditions.iter().map(|condition| (condition.state, condition.value.as_deref())).collect();
    assert_eq!(
        states,
        [("yes", Some("2 to 3")), ("yes", Some("2 to 3")), ("yes", Some("2 to 3")), ("unknown", Some("2 to 3"))]
    );
    assert_eq!((audit.levels[0].level.as_deref(), audit.levels[0].possible.as_str()), (None, "very_high"));
}

#[test]
fn levels_sit_on_any_node() {
    let text = r#"
id = "i"
[[indicator]]
id = "a"
parent = "g"
scale = "none"
domain = [0, 10]
[[indicator]]
id = "b"
parent = "i"
scale = "none"
domain = [0, 10]
[[group]]
id = "i"
[[group]]
id = "g"
parent = "i"
levels = { thresholds = { low = 0, high = 5 } }
[levels]
rule = "cumulative"
[[levels.level]]
id = "first"
when = { column = "b", ge = 2 }
[[levels.level]]
id = "second"
when = { node = "g", ge = 5 }
"#;
    let scored = score(&unfitted(text), &frame(&[("a", &[6.0, 6.0, NAN]), ("b", &[3.0, 1.0, 3.0])]), &all(&["i", "g"]));
    let owners: Vec<Option<&str>> = scored.levels.iter().map(|levels| levels.owner.as_deref()).collect();
    assert_eq!(owners, [None, Some("g")]);
    assert_eq!(scored.levels[0].certain, [2, 0, 1], "the second level needs the first");
    assert_eq!(scored.levels[0].possible, [2, 0, 2]);
    assert_eq!(scored.levels[1].certain, [2, 2, 1]);
}

#[test]
fn too_little_coverage_gives_no_score() {
    let text = r#"
id = "i"
[defaults]
scale = "none"
[[indicator]]
id = "a"
parent = "i"
[[indicator]]
id = "b"
parent = "i"
weight = 2
[[group]]
id = "i"
min_coverage = 0.5
"#;
    let scored = score(&unfitted(text), &frame(&[("a", &[1.0, NAN, 1.0]), ("b", &[NAN, 4.0, 4.0])]), &all(&["i"]));
    assert!(common::same_bits(&scored.nodes["i"], &[NAN, 4.0, 3.0]));
}
