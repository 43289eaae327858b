//! A definition in words and formulas, as Markdown.

use std::fmt::Write;

use crate::definition::{Condition, Confidence, Index, Label, Period};
use crate::error::Result;
use crate::logic::LogicKind;
use crate::tree::{Tree, Weigh};

impl Index {
    /// The method in words and formulas.
    pub fn describe(&self) -> Result<String> {
        let tree = Tree::new(self.clone())?;
        let mut text = String::new();
        let title = self.label.as_ref().map_or(self.id.as_str(), |label| label.text("en"));
        let edition = self.edition.as_ref().map(|edition| format!(", edition {edition}")).unwrap_or_default();
        let _ = writeln!(text, "# {title}{edition}\n");
        if let Some(description) = &self.description {
            let _ = writeln!(text, "{}\n", description.text("en"));
        }
        for (what, value) in [("Source", &self.source), ("Valid from", &self.valid_from), ("Valid to", &self.valid_to)]
        {
            if let Some(value) = value {
                let _ = writeln!(text, "- {what}: {value}");
            }
        }
        if let Some(confidence) = self.confidence {
            let _ = writeln!(text, "- Confidence: {}", confidence.word());
        }
        let stages = tree.describe_stages();
        let fitted =
            if stages.is_empty() { "nothing; rows are scored one by one".to_owned() } else { stages.join("; then ") };
        let _ = writeln!(text, "- Learned from data: {fitted}");
        match &self.period {
            Period::Pooled => {}
            Period::Each => {
                text.push_str("- Fitted on each period by itself: scores of different periods are not comparable\n")
            }
            Period::Base(base) => {
                let _ = writeln!(text, "- Fitted on period {base}");
            }
        }
        for name in tree.data_driven() {
            let _ = writeln!(text, "- Weights of {name} describe dispersion in the fitted data, not importance");
        }
        self.describe_derived(&mut text);
        describe_indicators(&tree, &mut text);
        describe_groups(&tree, &mut text);
        self.describe_levels(&tree, &mut text);
        if !self.notes.is_empty() {
            text.push_str("\n## Open points\n\n");
            for note in &self.notes {
                let _ = writeln!(text, "- {note}");
            }
        }
        Ok(text)
    }

    fn describe_derived(&self, text: &mut String) {
        if self.derived.is_empty() {
            return;
        }
        text.push_str("\n## Derived columns\n\n");
        for (name, derived) in &self.derived {
            let _ = writeln!(text, "- {name} = {}{}", derived.expr, grade(derived.confidence));
        }
    }

    fn describe_levels(&self, tree: &Tree, text: &mut String) {
        for (plan, (_, owner, levels)) in tree.levels.iter().zip(self.all_levels()) {
            let of = owner.map(|owner| format!(" of {owner}")).unwrap_or_default();
            let rule = match plan.rule {
                crate::definition::LevelRule::Highest => "the highest level that holds",
                crate::definition::LevelRule::Cumulative => "the highest level that holds with all lower ones",
            };
            let _ = writeln!(text, "\n## Levels{of}: {rule}{}\n", grade(levels.confidence));
            for (name, when) in plan.names.iter().skip(1).zip(&plan.when) {
                if let LogicKind::Node { node, test: crate::logic::Test::Bounds { low: Some((bound, _)), .. } } =
                    &when.kind
                    && levels.level.is_empty()
                {
                    let _ = writeln!(text, "- {name}: {} >= {bound}", tree.id(*node));
                }
            }
            for level in &levels.level {
                let label = level.label.as_ref().map(|label| format!(" ({})", label.text("en"))).unwrap_or_default();
                let _ = writeln!(text, "- {}{label}: {}{}", level.id, whole(&level.when), grade(level.confidence));
            }
        }
    }
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

fn grade(confidence: Option<Confidence>) -> String {
    match confidence {
        None | Some(Confidence::Official) => String::new(),
        Some(confidence) => format!(" [{}]", confidence.word()),
    }
}

fn named(id: &str, label: Option<&Label>) -> String {
    label.map_or_else(|| id.to_owned(), |label| format!("{id} ({})", label.text("en")))
}

fn describe_indicators(tree: &Tree, text: &mut String) {
    if tree.leaves.is_empty() {
        return;
    }
    text.push_str("\n## Indicators\n\n");
    for (leaf, rule) in tree.leaves.iter().zip(&tree.index.indicators) {
        let formula = leaf.scale.method().formula(leaf.direction);
        let columns = if leaf.columns == [leaf.id.clone()] {
            String::new()
        } else {
            format!("; x = first observed of {}", leaf.columns.join(", "))
        };
        let _ = writeln!(
            text,
            "- {}: {} [{}]{columns}{}",
            named(&leaf.id, rule.label.as_ref()),
            formula,
            leaf.scale.name(),
            grade(rule.confidence)
        );
    }
}

fn describe_groups(tree: &Tree, text: &mut String) {
    if tree.groups.is_empty() {
        return;
    }
    text.push_str("\n## Groups\n\n");
    for group in tree.groups.iter().rev() {
        let rule = tree.index.groups.iter().find(|rule| rule.id == group.id);
        let children: Vec<&str> = group.children.iter().map(|child| tree.id(*child)).collect();
        let method = group.aggregation.method();
        let weights = match &group.weigh {
            _ if !method.weighted() => String::new(),
            Weigh::Children(weighting) => format!("; weights {}: {}", weighting.name(), weighting.method().formula()),
            Weigh::Leaves(weighting, _) => {
                format!("; weights {} over all indicators below: {}", weighting.name(), weighting.method().formula())
            }
            Weigh::Above(owner) => {
                format!("; weights summed from those of {}", tree.groups[*owner].id)
            }
        };
        let scale = group
            .scale
            .as_ref()
            .map(|scale| format!("; then {}", scale.method().formula(crate::definition::Direction::More)))
            .unwrap_or_default();
        let missing = match group.missing {
            crate::definition::Missing::Propagate => "a missing child makes it missing",
            crate::definition::Missing::Renormalize => "weights of observed children are scaled up",
            crate::definition::Missing::Error => "a missing child is an error",
        };
        let scored = if tree.node(&group.id).is_some_and(|node| tree.scored(node)) {
            format!("; {missing}")
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "- {} = {} [{}] of {}{weights}{scale}{scored}{}",
            named(&group.id, rule.and_then(|rule| rule.label.as_ref())),
            method.formula(),
            group.aggregation.name(),
            children.join(", "),
            grade(rule.and_then(|rule| rule.confidence))
        );
    }
}

impl Tree {
    /// Groups whose weights are learned from data.
    fn data_driven(&self) -> Vec<&str> {
        let learned = self
            .groups
            .iter()
            .enumerate()
            .filter(|(g, group)| !self.weight_stages[*g].is_empty() && !matches!(group.weigh, Weigh::Above(_)));
        learned.map(|(_, group)| group.id.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::definition::Index;

    #[test]
    fn the_five_definitions_describe_themselves() {
        for (name, text) in crate::testing::DEFINITIONS {
            let index = Index::from_toml(text).expect("valid");
            let description = index.describe().expect("describable");
            assert!(description.starts_with("# "), "{name}: {description}");
            for leaf in &index.indicators {
                assert!(description.contains(&leaf.id), "{name} does not mention {}", leaf.id);
            }
        }
        let panel = Index::from_toml(crate::testing::ENTROPY_PANEL).expect("valid").describe().expect("describable");
        assert!(panel.contains("scales of 2 indicators; then weights of index"), "{panel}");
        assert!(panel.contains("not importance"), "{panel}");
    }
}
