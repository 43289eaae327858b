//! How indicators become scores. Indicators that are treated alike are told once.

use std::fmt::Write;

use indexmap::IndexMap;

use super::build::fitted_on;
use super::{Bibliography, Item, Section, grade, named};
use crate::definition::Direction;
use crate::impute::Imputation;
use crate::normalize::Scale;
use crate::tree::{Leaf, Tree};

pub(super) fn section(tree: &Tree, bibliography: &mut Bibliography) -> Section {
    // Imputation, treatment, scale, direction and period, as the definition writes them: equal text, equal method.
    let mut alike: IndexMap<String, Vec<usize>> = IndexMap::new();
    for (i, leaf) in tree.leaves.iter().enumerate() {
        let treat = leaf.treat.as_ref().and_then(|treat| serde_json::to_string(treat).ok());
        let impute = imputation(tree, i).and_then(|impute| serde_json::to_string(impute).ok());
        let scale = serde_json::to_string(&leaf.scale).unwrap_or_default();
        let key = format!("{impute:?} {treat:?} {scale} {:?} {:?}", leaf.direction, leaf.period);
        alike.entry(key).or_default().push(i);
    }
    let items = alike.values().map(|members| told(tree, members, bibliography)).collect();
    Section { title: "Indicators".into(), items }
}

/// Indicators of one way of scoring.
fn told(tree: &Tree, members: &[usize], bibliography: &mut Bibliography) -> Item {
    let Some((&first, more)) = members.split_first() else { return Item::default() };
    if more.is_empty() {
        let item = method(tree, first, Item::words(format!("{}: ", name(tree, first))), bibliography);
        return item.and(remarks(tree, first));
    }
    let item = method(tree, first, Item::words(format!("{} indicators: ", members.len())), bibliography);
    let plain = members.iter().all(|&i| remarks(tree, i).is_empty() && tree.index.indicators[i].label.is_none());
    let items = if plain {
        let names: Vec<String> = members.iter().map(|&i| name(tree, i)).collect();
        vec![Item::words(names.join(", "))]
    } else {
        members.iter().map(|&i| Item::words(format!("{}{}", name(tree, i), remarks(tree, i)))).collect()
    };
    Item { items, ..item }
}

/// What is done to a value, in the order in which it is done.
fn method(tree: &Tree, i: usize, mut item: Item, bibliography: &mut Bibliography) -> Item {
    let leaf = &tree.leaves[i];
    if let Some(impute) = imputation(tree, i) {
        let method = impute.method();
        item = item.and("where missing, ").formula(&method.formula()).and(format!(" [{}]", impute.name()));
        item = item.cite(bibliography.cite(method.references())).equation(method.latex()).and("; ");
    }
    if let Some(treat) = &leaf.treat {
        let method = treat.method();
        item = item.and("outliers: ").formula(&method.formula()).and(format!(" [{}]", treat.name()));
        item = item.cite(bibliography.cite(method.references())).equation(method.latex()).and("; then ");
    }
    let method = leaf.scale.method();
    let formula = method.formula(leaf.direction);
    item = match leaf.scale {
        // Points by name are a table in words.
        Scale::Options(_) | Scale::Flag(_) => item.and(formula),
        _ => item.formula(&formula),
    };
    item = item.and(format!(" [{}]", leaf.scale.name()));
    item = item.cite(bibliography.cite(method.references())).equation(method.latex(leaf.direction));
    if !method.has_own_direction() {
        item = item.and(if leaf.direction == Direction::More { ", more is better" } else { ", less is better" });
    }
    if leaf.period != tree.index.period {
        item = item.and(format!("; fitted on {}", fitted_on(&leaf.period).unwrap_or_else(|| "all rows".to_owned())));
    }
    item
}

fn name(tree: &Tree, i: usize) -> String {
    let rule = &tree.index.indicators[i];
    named(&rule.id, rule.label.as_ref())
}

/// What is said of one indicator alone.
fn remarks(tree: &Tree, i: usize) -> String {
    let (leaf, rule): (&Leaf, _) = (&tree.leaves[i], &tree.index.indicators[i]);
    let mut text = String::new();
    if leaf.columns != [leaf.id.clone()] {
        let first = if leaf.columns.len() > 1 { "first observed of " } else { "" };
        let _ = write!(text, "; x = {first}{}", leaf.columns.join(", "));
    }
    if let Some(blank) = &leaf.blank {
        let _ = write!(text, "; a blank answer means {blank}");
    }
    if !leaf.implies.is_empty() {
        let implied: Vec<&str> = leaf.implies.iter().map(|&other| tree.id(other)).collect();
        let _ = write!(text, "; yes means yes to {}", implied.join(", "));
    }
    text.push_str(&grade(rule.confidence));
    text
}

/// The imputation of an indicator as the definition gives it; none where nothing is filled.
pub(super) fn imputation(tree: &Tree, i: usize) -> Option<&Imputation> {
    tree.leaves[i].impute.as_ref()?;
    tree.index.indicators[i].impute.as_ref().or(tree.index.defaults.impute.as_ref())
}
