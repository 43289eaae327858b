//! The sections of a description, in the order in which they are read.

use super::{Bibliography, Description, Item, Section, conventions, grade, groups, indicators, levels, one_line};
use crate::definition::{Index, Period};
use crate::tree::{Inner, Tree, Weigh};

pub(super) fn build(tree: &Tree) -> Description {
    let index = &tree.index;
    let title = index.label.as_ref().map_or(index.id.as_str(), |label| label.text("en"));
    let edition = index.edition.as_ref().map(|edition| format!(", edition {edition}")).unwrap_or_default();
    let mut bibliography = Bibliography::default();
    let mut sections = vec![facts(tree), derived(index)];
    sections.push(indicators::section(tree, &mut bibliography));
    sections.push(groups::section(tree, &mut bibliography));
    sections.extend(levels::sections(tree));
    sections.push(warnings(tree));
    sections.push(conventions::section(tree, &mut bibliography));
    let notes = index.notes.iter().map(Item::words).collect();
    sections.push(Section { title: "Open points".into(), items: notes });
    sections.retain(|section| !section.items.is_empty());
    Description {
        title: one_line(&format!("{title}{edition}")),
        lead: index.description.as_ref().map(|lead| one_line(lead.text("en"))),
        sections,
        references: bibliography.0,
    }
}

/// What it is, and what is learned in which order.
fn facts(tree: &Tree) -> Section {
    let index = &tree.index;
    let mut items = Vec::new();
    for (what, value) in [("Source", &index.source), ("Valid from", &index.valid_from), ("Valid to", &index.valid_to)] {
        items.extend(value.as_ref().map(|value| Item::words(format!("{what}: {value}"))));
    }
    items.extend(index.confidence.map(|confidence| Item::words(format!("Confidence: {}", confidence.word()))));
    let mut stages = tree.describe_stages();
    items.push(match stages.len() {
        0 => Item::words("Learned from data: nothing; rows are scored one by one"),
        1 => Item::words(format!("Learned from data: {}", stages.remove(0))),
        many => {
            let steps = stages.iter().enumerate().map(|(i, stage)| Item::words(format!("stage {}: {stage}", i + 1)));
            let items = steps.collect();
            Item { items, ..Item::words(format!("Learned from data, in {many} passes over them")) }
        }
    });
    if let Some(period) = fitted_on(&index.period) {
        items.push(Item::words(format!("Fitted on {period}")));
    }
    Section { title: String::new(), items }
}

/// What a step is fitted on, where that is not all rows together.
pub(super) fn fitted_on(period: &Period) -> Option<String> {
    match period {
        Period::Pooled => None,
        Period::Each => Some("each period by itself".to_owned()),
        Period::Base(base) => Some(format!("period {base}")),
    }
}

fn derived(index: &Index) -> Section {
    let items = index.derived.iter();
    let items = items
        .map(|(name, derived)| Item::words(format!("{name} = ")).code(&derived.expr).and(grade(derived.confidence)))
        .collect();
    Section { title: "Derived columns".into(), items }
}

/// What the numbers do not say, and what one might read into them.
fn warnings(tree: &Tree) -> Section {
    let mut items = Vec::new();
    for (g, group) in tree.groups.iter().enumerate() {
        let weighting = match &group.weigh {
            Weigh::Children(weighting) | Weigh::Leaves(weighting, _) => weighting,
            Weigh::Above(_) => continue,
        };
        if tree.weight_stages[g].is_empty() || !group.aggregation.method().weighted() {
            continue;
        }
        // Weights over the common variation, over influence, over spread: none of them is a judgement.
        let what = match weighting.name() {
            "pca" | "factor" => "common variation",
            "critic" => "spread and correlation",
            "balanced" => "correlations",
            "scatter_degree" => "size and dispersion",
            _ => "dispersion",
        };
        items.push(Item::words(format!(
            "Weights of {} are data-driven ({}): they describe {what} in the fitted data, not importance; other data give \
             other weights",
            group.id,
            weighting.name()
        )));
    }
    let leaves = tree.leaves.iter().map(|leaf| &leaf.period);
    let each = leaves.chain(tree.groups.iter().map(|group| &group.period)).any(|period| *period == Period::Each);
    let learns = tree.stage_count() > 0;
    if each && learns {
        let text = "What is fitted on each period by itself makes scores of different periods not comparable";
        items.push(Item::words(text));
    }
    let scored = |group: &&Inner| tree.node(&group.id).is_some_and(|node| tree.scored(node));
    for group in tree.groups.iter().filter(scored) {
        let method = group.aggregation.method();
        if method.relative() {
            let text = "compares units with each other: its scores depend on who else is there";
            items.push(Item::words(format!("{} {text}", group.id)));
        } else if method.passes() > 0 {
            let text = "takes its references from the fitted rows: its scores compare within one fit only";
            items.push(Item::words(format!("{} {text}", group.id)));
        } else if !method.monotone() {
            let text = "is not monotone: its score can fall when a child rises";
            items.push(Item::words(format!("{} {text}", group.id)));
        }
    }
    Section { title: "Warnings".into(), items }
}
