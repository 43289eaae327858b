//! Levels and their conditions.

use super::{Item, Section, grade};
use crate::definition::{Condition, LevelRule};
use crate::logic::{LogicKind, Test};
use crate::tree::Tree;

pub(super) fn sections(tree: &Tree) -> Vec<Section> {
    let mut sections = Vec::new();
    for (plan, (_, owner, levels)) in tree.levels.iter().zip(tree.index.all_levels()) {
        let of = owner.map(|owner| format!(" of {owner}")).unwrap_or_default();
        let rule = match plan.rule {
            LevelRule::Highest => "the highest level that holds",
            LevelRule::Cumulative => "the highest level that holds with all lower ones",
        };
        let mut items = Vec::new();
        for (name, when) in plan.names.iter().skip(1).zip(&plan.when) {
            if let LogicKind::Node { node, test: Test::Bounds { low: Some((bound, _)), .. } } = &when.kind
                && levels.level.is_empty()
            {
                items.push(Item::words(format!("{name}: {} >= {bound}", tree.id(*node))));
            }
        }
        for level in &levels.level {
            let label = level.label.as_ref().map(|label| format!(" ({})", label.text("en"))).unwrap_or_default();
            let text = format!("{}{label}: {}{}", level.id, whole(&level.when), grade(level.confidence));
            items.push(Item::words(text));
        }
        sections.push(Section { title: format!("Levels{of}: {rule}{}", grade(levels.confidence)), items });
    }
    sections
}

/// A condition with everything inside it.
fn whole(condition: &Condition) -> String {
    let inner = |list: &[Condition], word: &str| {
        let parts: Vec<String> = list.iter().map(whole).collect();
        format!("({})", parts.join(&format!(" {word} ")))
    };
    let text = if let Some(all) = &condition.all {
        inner(all, "and")
    } else if let Some(any) = &condition.any {
        inner(any, "or")
    } else if let Some(not) = &condition.not {
        format!("not {}", whole(not))
    } else if let Some(of) = &condition.of {
        format!("{} {}", condition.in_words(), inner(of, ","))
    } else if let Some(cases) = &condition.cases {
        format!("{} {}", condition.in_words(), inner(&cases.then, ";"))
    } else {
        condition.in_words()
    };
    match &condition.waives {
        Some(waived) => format!("{text} [waives {waived}]"),
        None => text,
    }
}
