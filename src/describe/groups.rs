//! How children make the score of their group.

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use super::build::fitted_on;
use super::{Bibliography, Item, Section, grade, named, percent};
use crate::definition::{Direction, Missing};
use crate::tree::{Inner, Tree, Weigh};
use crate::weights::Weighting;

pub(super) fn section(tree: &Tree, bibliography: &mut Bibliography) -> Section {
    let scored = |group: &&Inner| tree.node(&group.id).is_some_and(|node| tree.scored(node));
    // A rule that all groups have is told once.
    let rules: Vec<String> = tree.groups.iter().filter(scored).map(missing).collect();
    let common = rules.first().filter(|first| rules.len() > 1 && rules.iter().all(|rule| rule == *first));
    let told = |group| {
        let mut item = told(tree, group, bibliography);
        if scored(&group) && common.is_none() {
            item.items.push(Item::words(missing(group)));
        }
        item
    };
    let mut items: Vec<Item> = tree.groups.iter().rev().map(told).collect();
    items.extend(common.map(|rule| Item::words(format!("In every group, {rule}"))));
    Section { title: "Groups".into(), items }
}

fn told(tree: &Tree, group: &Inner, bibliography: &mut Bibliography) -> Item {
    let rule = tree.index.groups.iter().find(|rule| rule.id == group.id);
    let children: Vec<&str> = group.children.iter().map(|child| tree.id(*child)).collect();
    let (method, name) = (group.aggregation.method(), group.aggregation.name());
    let scored = tree.node(&group.id).is_some_and(|node| tree.scored(node));
    let id = named(&group.id, rule.and_then(|rule| rule.label.as_ref()));
    let mut item = if scored {
        Item::words(format!("{id} = ")).formula(method.formula())
    } else {
        Item::words(format!("{id}: {}", method.formula()))
    };
    item = item.and(format!(" [{name}{}]", options(&group.aggregation, &[])));
    item = item.cite(bibliography.cite(method.references())).equation(method.latex());
    item = item.and(format!(" of {}{}", children.join(", "), grade(rule.and_then(|rule| rule.confidence))));
    if let (true, Weigh::Children(weighting @ Weighting::Equal(_))) = (method.weighted(), &group.weigh) {
        item = item.and(", with equal weights").equation(weighting.method().latex());
    } else if method.weighted() {
        item.items.push(weights(tree, group, bibliography));
    }
    if let Some(scale) = &group.scale {
        let method = scale.method();
        let told = Item::words("then ").formula(&method.formula(Direction::More)).and(format!(" [{}]", scale.name()));
        item.items.push(told.cite(bibliography.cite(method.references())).equation(method.latex(Direction::More)));
    }
    if group.period != tree.index.period {
        let period = fitted_on(&group.period).unwrap_or_else(|| "all rows".to_owned());
        item.items.push(Item::words(format!("fitted on {period}")));
    }
    item
}

fn weights(tree: &Tree, group: &Inner, bibliography: &mut Bibliography) -> Item {
    let (weighting, over) = match &group.weigh {
        Weigh::Above(owner) => {
            return Item::words(format!("weights summed from those of {}", tree.groups[*owner].id));
        }
        Weigh::Children(weighting) => (weighting, ""),
        Weigh::Leaves(weighting, _) => (weighting, " over all indicators below"),
    };
    let (method, name) = (weighting.method(), weighting.name());
    let head = Item::words(format!("weights {name}{over}: "));
    let head = match weighting {
        // Names and numbers: the formula is all there is.
        Weighting::Fixed(_) => return Item::words(format!("weights {} [{name}]", method.formula())),
        Weighting::Hybrid(_) => head.and(method.formula()),
        _ => head.formula(&method.formula()),
    };
    // What the formula or the words before it say already.
    let options = options(weighting, &["over", "of", "how", "rule", "conflict", "aim", "model", "priority"]);
    let item = if options.is_empty() { head } else { head.and(format!(" [{}]", options.trim_start_matches("; "))) };
    item.cite(bibliography.cite(&sources(weighting))).equation(method.latex())
}

/// The references of a weighting and of those inside it.
fn sources(weighting: &Weighting) -> Vec<&'static str> {
    let mut all = weighting.method().references().to_vec();
    if let Weighting::Hybrid(hybrid) = weighting {
        all.extend(hybrid.of.iter().flat_map(sources));
    }
    all
}

fn missing(group: &Inner) -> String {
    let mut text = match group.missing {
        Missing::Propagate => "a missing child makes it missing",
        Missing::Renormalize => "weights of observed children are scaled up",
        Missing::Error => "a missing child is an error",
    }
    .to_owned();
    if group.missing == Missing::Renormalize && !group.aggregation.method().weighted() {
        "missing children are left out".clone_into(&mut text);
    }
    if let Some(share) = group.min_coverage {
        let _ = write!(text, "; no score below {} of the weight observed", percent(share));
    }
    if let Some(share) = group.min_observed {
        let _ = write!(text, "; no score below {} of the children observed", percent(share));
    }
    text
}

/// The options of a method as the definition writes them, but for some.
fn options(method: &impl Serialize, told: &[&str]) -> String {
    let value = serde_json::to_value(method).unwrap_or_default();
    let options = value.as_object().and_then(|named| named.values().next()).and_then(Value::as_object);
    let parts: Vec<String> = options
        .into_iter()
        .flatten()
        .filter(|(name, _)| !told.contains(&name.as_str()))
        .map(|(name, value)| format!("{name} = {}", plain(value)))
        .collect();
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}

/// A value of an option as people write it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let parts: Vec<String> = map.iter().map(|(name, value)| format!("{name} = {}", plain(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        other => other.to_string(),
    }
}
