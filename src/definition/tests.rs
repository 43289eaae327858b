//! Definitions read, refuse what is broken with a path, and are written back equal to themselves.

use super::*;
use crate::error::Error;

const SMALL: &str = r#"
id = "small"

[[indicator]]
id = "cloud"
parent = "small"
scale = "flag"
[[indicator]]
id = "energy"
parent = "small"
direction = -1
scale = { minmax = { to = [0, 100] } }
label = { en = "Energy use", zh = "能耗" }

[[group]]
id = "small"
weights = { fixed = { cloud = 2, energy = 1 } }
"#;

fn paths(text: &str) -> Vec<String> {
    refused(text).problems.iter().map(|problem| problem.path.clone().unwrap_or_default()).collect()
}

fn refused(text: &str) -> Error {
    Index::from_toml(text).expect_err("a broken definition")
}

#[test]
fn a_definition_equals_itself_after_any_round_trip() {
    let index = Index::from_toml(SMALL).expect("valid");
    assert_eq!(Index::from_toml(&index.to_toml().expect("TOML")).expect("valid"), index);
    assert_eq!(Index::from_json(&index.to_json().expect("JSON")).expect("valid"), index);
    assert_eq!(Index::from_value(index.to_value().expect("tree")).expect("valid"), index);
}

#[test]
fn short_forms_stay_short() {
    let written = Index::from_toml(SMALL).expect("valid").to_json().expect("JSON");
    assert!(written.contains(r#""scale":"flag""#), "{written}");
}

#[test]
fn unknown_keys_and_names_are_refused_with_their_path() {
    let text = SMALL.replace("to = [0, 100]", "too = [0, 100]");
    assert_eq!(paths(&text), ["indicator[1].scale.minmax.too"]);
    let text = SMALL.replace("scale = \"flag\"", "scale = \"flagg\"");
    let error = refused(&text);
    assert!(error.to_string().contains("did you mean \"flag\"?"), "{error}");
    assert_eq!(error.problems[0].path.as_deref(), Some("indicator[0].scale"));
}

#[test]
fn all_problems_come_in_one_message() {
    let text = r#"
id = "broken"
colour = "red"
[[indicator]]
id = "a"
parent = "g"
scale = { bands = { edges = "x", points = [0, 1], closed = "left" } }
[[indicator]]
id = "b"
parent = "g"
direction = 2
scale = "flag"
[[indicator]]
id = "c"
parent = "g"
scale = { minmax = { unknown = 1 } }
[[group]]
id = "g"
"#;
    assert_eq!(
        paths(text),
        ["colour", "indicator[0].scale.bands.edges", "indicator[1].direction", "indicator[2].scale.minmax.unknown"]
    );
}

#[test]
fn wrong_names_do_not_hide_broken_references() {
    let text = SMALL.replace("scale = \"flag\"", "scale = \"flagg\"").replace("id = \"energy\"", "id = \"cloud\"");
    let found = paths(&text);
    for path in ["indicator[0].scale", "indicator[1].id", "group[0].weights.fixed.energy"] {
        assert!(found.contains(&path.to_owned()), "{path} is missing from {found:?}");
    }
    assert_eq!(found.iter().filter(|path| path.as_str() == "indicator[0].scale").count(), 1, "{found:?}");
}

#[test]
fn broken_trees_are_refused_with_their_paths() {
    let cycle = r#"
id = "cycle"
[[indicator]]
id = "a"
parent = "g"
scale = "none"
[[group]]
id = "g"
parent = "h"
[[group]]
id = "h"
parent = "g"
"#;
    assert_eq!(paths(cycle), ["group[0].parent", "group[1].parent"]);
    let text = SMALL.replace("parent = \"small\"\nscale = \"flag\"", "parent = \"smal\"\nscale = \"flag\"");
    let found = paths(&text);
    assert!(found.contains(&"indicator[0].parent".to_owned()), "{found:?}");
    assert!(found.contains(&"group[0].weights.fixed.cloud".to_owned()), "weight of a missing child: {found:?}");
    let text = SMALL.replace("id = \"energy\"", "id = \"cloud\"");
    assert!(paths(&text).contains(&"indicator[1].id".to_owned()));
    let text = SMALL.replace("parent = \"small\"\nscale = \"flag\"", "scale = \"flag\"");
    assert!(paths(&text).contains(&"indicator[0].parent".to_owned()), "an orphan");
}

#[test]
fn points_bands_and_expressions_are_checked() {
    let text = r#"
id = "i"
[derived]
rate = { expr = "a / " }
loop = { expr = "rate2 + 1" }
rate2 = { expr = "loop * 2" }
[[indicator]]
id = "x"
parent = "g"
direction = -1
scale = { bands = { edges = [0.2, 0.1], points = [0, 1], closed = "left" } }
[[indicator]]
id = "y"
parent = "g"
scale = { options = { points = {}, columns = "y" } }
domain = [1, 0]
[[group]]
id = "g"
"#;
    let found = paths(text);
    for path in [
        "derived.rate.expr",
        "derived.loop.expr",
        "derived.rate2.expr",
        "indicator[0].scale.bands.edges",
        "indicator[0].scale.bands.points",
        "indicator[0].direction",
        "indicator[1].scale.options.points",
        "indicator[1].scale.options.columns",
        "indicator[1].domain",
    ] {
        assert!(found.contains(&path.to_owned()), "{path} is missing from {found:?}");
    }
}

#[test]
fn a_definition_that_lists_columns_lists_them_all() {
    let text = r#"
id = "i"
[columns]
equipment = { measure = "pieces" }
[derived]
rate = { expr = "cloud / equipmet" }
[[indicator]]
id = "cloud"
parent = "i"
scale = "none"
[[group]]
id = "i"
[[levels.level]]
id = "1"
when = { all = [{ column = "rate", ge = 1 }, { column = "rat", ge = 1 }] }
"#;
    assert_eq!(paths(text), ["derived.rate.expr", "levels.level[0].when.all[1].column"]);
    assert!(refused(text).to_string().contains("did you mean \"equipment\"?"));
    let open = text.replace("[columns]\nequipment = { measure = \"pieces\" }\n", "");
    assert!(Index::from_toml(&open).is_ok(), "without a list, the data decide");
}

#[test]
fn conditions_are_checked() {
    let text = SMALL.to_owned()
        + r#"
[levels]
[[levels.level]]
id = "1"
when = { all = [{ node = "smal", ge = 1 }, { node = "small" }, { column = "x", ge = 1, waives = "nobody" }] }
[[levels.level]]
id = "1"
when = { cases = { on = "x", edges = [2, 1], then = [{ column = "x", ge = 1 }] } }
"#;
    let found = paths(&text);
    for path in [
        "levels.level[0].when.all[0].node",
        "levels.level[0].when.all[1]",
        "levels.level[0].when.all[2].waives",
        "levels.level[1].id",
        "levels.level[1].when.cases.then",
        "levels.level[1].when.cases.edges",
    ] {
        assert!(found.contains(&path.to_owned()), "{path} is missing from {found:?}");
    }
}

#[test]
fn hostile_definitions_are_refused_in_bounded_time() {
    let deep = format!("{{\"id\":\"x\",\"levels\":{}1{}}}", "{\"not\":".repeat(5000), "}".repeat(5000));
    assert!(Index::from_json(&deep).is_err());
    let nested = format!("x = {}1{}", "[".repeat(3000), "]".repeat(3000));
    assert!(Index::from_toml(&nested).is_err());
    let long = format!("id = \"{}\"", "x".repeat(1_000_000));
    assert!(refused(&long).to_string().len() < 1000);
}

#[test]
fn dates_may_be_written_bare() {
    let text = format!("valid_from = 2024-09-04\n{SMALL}");
    assert_eq!(Index::from_toml(&text).expect("valid").valid_from.as_deref(), Some("2024-09-04"));
}

#[test]
fn the_five_definitions_of_the_design_are_expressible() {
    for (name, text) in crate::testing::DEFINITIONS {
        let index = Index::from_toml(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(Index::from_toml(&index.to_toml().expect("TOML")).expect("valid"), index, "{name}");
    }
}
