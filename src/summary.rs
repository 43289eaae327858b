//! What people and programs ask about a definition or a fitted index: nodes, columns, weights, scales.

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::aggregate::Aggregation;
use crate::definition::Index;
use crate::error::Result;
use crate::expression::Expression;
use crate::fitted::Fitted;
use crate::normalize::{Learned, Scale};
use crate::tree::{Tree, Weigh};

impl Index {
    /// Nodes, columns, stages and levels as JSON.
    pub fn summary(&self) -> Result<Value> {
        let tree = Tree::new(self.clone())?;
        let mut nodes = Vec::new();
        for leaf in &self.indicators {
            let scale = leaf.scale.as_ref().or(self.defaults.scale.as_ref()).map(Scale::name);
            nodes.push(json!({
                "id": leaf.id, "kind": "indicator", "parent": leaf.parent, "label": leaf.label, "scored": true, "scale": scale,
                "direction": i64::from(leaf.direction), "tags": leaf.tags, "measure": leaf.measure, "source": leaf.source,
                "confidence": leaf.confidence.or(self.confidence),
            }));
        }
        for group in &self.groups {
            let aggregation = self.aggregation_of(group);
            nodes.push(json!({
                "id": group.id, "kind": "group", "parent": group.parent, "label": group.label,
                "scored": !matches!(aggregation, Aggregation::NoAggregate(_)), "aggregate": aggregation.name(), "tags": group.tags,
                "source": group.source, "confidence": group.confidence.or(self.confidence),
            }));
        }
        let levels: Vec<Value> =
            tree.levels.iter().map(|plan| json!({"owner": plan.owner, "names": plan.names})).collect();
        Ok(json!({
            "id": self.id, "edition": self.edition, "comparable": self.comparable, "label": self.label, "source": self.source,
            "confidence": self.confidence, "notes": self.notes, "root": self.root(), "nodes": nodes, "columns": self.asked(&tree),
            "stages": tree.describe_stages(), "levels": levels, "needs_time": tree.needs_time(), "units": tree.units(),
            "level_confidence": self.level_confidence(), "choices": self.choices(),
        }))
    }

    /// The weakest grade among the rules that decide a level; a rule without a grade has that of the index.
    fn level_confidence(&self) -> Option<crate::definition::Confidence> {
        let mut weakest = None;
        for (_, _, levels) in self.all_levels() {
            weakest = weakest.max(levels.confidence.or(self.confidence));
            for level in &levels.level {
                weakest = weakest.max(level.confidence);
            }
        }
        self.all_conditions().iter().map(|(_, condition)| condition.confidence).fold(weakest, Option::max)
    }

    /// The columns the data must hold, with what suffices instead.
    fn asked(&self, tree: &Tree) -> Vec<Value> {
        let mut asked: IndexMap<String, (Vec<Vec<String>>, Vec<String>)> = IndexMap::new();
        let raw = |name: &str| -> Vec<String> {
            let (mut found, mut open, mut steps) = (Vec::new(), vec![name.to_owned()], 0);
            while let Some(name) = open.pop() {
                steps += 1;
                match self.derived.get(&name).and_then(|derived| Expression::parse(&derived.expr).ok()) {
                    Some(expression) if steps < 10_000 => open.extend(expression.names().iter().rev().cloned()),
                    _ if found.contains(&name) => {}
                    _ => found.push(name),
                }
            }
            found
        };
        for leaf in &tree.leaves {
            let mut ways: Vec<Vec<String>> = leaf.columns.iter().map(|name| raw(name)).collect();
            if let Scale::Options(options) = &leaf.scale {
                let each: Vec<String> = options
                    .answers()
                    .iter()
                    .filter(|answer| options.none.as_deref() != Some(**answer))
                    .filter_map(|answer| options.column_of(answer))
                    .collect();
                if !each.is_empty() {
                    ways.push(each);
                }
            }
            if let [only] = ways.as_slice() {
                for name in only {
                    asked.entry(name.clone()).or_default().1.push(leaf.id.clone());
                }
            } else {
                let entry = asked.entry(leaf.columns.first().cloned().unwrap_or_default()).or_default();
                entry.0 = ways;
                entry.1.push(leaf.id.clone());
            }
        }
        let groups = tree.leaves.iter().filter_map(|leaf| Some((leaf.impute.as_ref()?.by.as_ref()?, &leaf.id)));
        for (by, leaf) in groups {
            for name in raw(by) {
                asked.entry(name).or_default().1.push(leaf.clone());
            }
        }
        for name in tree.levels.iter().flat_map(|plan| plan.columns()) {
            for name in raw(name) {
                let users = &mut asked.entry(name).or_default().1;
                if !users.contains(&"levels".to_owned()) {
                    users.push("levels".to_owned());
                }
            }
        }
        asked
            .into_iter()
            .map(|(name, (alternatives, used_by))| {
                json!({"name": name, "required": alternatives.is_empty(), "alternatives": alternatives, "used_by": used_by})
            })
            .collect()
    }
}

impl Fitted {
    /// Weights among siblings and from the root, by period.
    pub fn weights(&self) -> Vec<Value> {
        let tree = &self.tree;
        let mut rows = Vec::new();
        for ready in &self.ready {
            let mut effective = vec![f64::NAN; tree.nodes()];
            for (node, effective) in effective.iter_mut().enumerate() {
                let parentless = !tree.groups.iter().any(|group| group.children.contains(&node));
                if parentless && tree.scored(node) {
                    *effective = 1.0;
                }
            }
            // Parents before children.
            for (g, group) in tree.groups.iter().enumerate().rev() {
                let node = tree.leaves.len() + g;
                let weights = &ready.weights[g];
                let total: f64 = weights.iter().sum();
                let mean = !matches!(group.aggregation, Aggregation::Sum(_));
                for (child, weight) in group.children.iter().zip(weights) {
                    let local = if mean { weight / total } else { *weight };
                    let weighted = tree.scored(node) && group.aggregation.method().weighted();
                    effective[*child] = if weighted { effective[node] * local } else { f64::NAN };
                    let method = match &group.weigh {
                        Weigh::Children(weighting) | Weigh::Leaves(weighting, _) => weighting.name(),
                        Weigh::Above(owner) => match &tree.groups[*owner].weigh {
                            Weigh::Leaves(weighting, _) => weighting.name(),
                            _ => "equal",
                        },
                    };
                    rows.push(json!({
                        "period": ready.period, "node": tree.id(*child), "parent": group.id,
                        "weight": weighted.then_some(local), "effective": Some(effective[*child]).filter(|w| w.is_finite()),
                        "method": if weighted { method } else { group.aggregation.name() },
                    }));
                }
            }
        }
        rows
    }

    /// What the scales learned, by period.
    pub fn scales(&self) -> Vec<Value> {
        let tree = &self.tree;
        let mut rows = Vec::new();
        for part in self.parts() {
            for (node, learned) in &part.numbers.scales {
                let Some(number) = tree.node(node) else {
                    continue;
                };
                let (scale, learns) = match tree.group(number) {
                    Some(group) => (group.scale.as_ref().map(Scale::name), &group.learns),
                    None => (Some(tree.leaves[number].scale.name()), &tree.leaves[number].learns),
                };
                let mut named = serde_json::Map::new();
                for (statistic, learned) in learns.iter().zip(learned) {
                    let value = match learned {
                        Learned::Number(number) => json!(number),
                        Learned::Distribution(distribution) => {
                            json!(format!("{} values", distribution.len()))
                        }
                        Learned::Nothing => Value::Null,
                    };
                    named.insert(statistic.to_string(), value);
                }
                rows.push(json!({"period": part.period, "node": node, "scale": scale, "learned": named}));
            }
        }
        rows
    }

    /// What weights and aggregations were made from, by period: entropies, loadings, ideals.
    pub fn details(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for part in self.parts() {
            for (group, details) in &part.numbers.details {
                for (detail, nodes) in details {
                    for (node, value) in nodes {
                        rows.push(json!({
                            "period": part.period, "group": group, "detail": detail, "node": node, "value": value,
                        }));
                    }
                }
            }
            for (group, references) in &part.numbers.references {
                let children =
                    self.tree.node(group).and_then(|node| self.tree.group(node)).map(|group| &group.children);
                for (detail, values) in references {
                    let children = children.filter(|children| children.len() == values.len());
                    for (k, value) in values.iter().enumerate() {
                        let node = children.map_or(group.as_str(), |children| self.tree.id(children[k]));
                        rows.push(json!({
                            "period": part.period, "group": group, "detail": detail, "node": node, "value": value,
                        }));
                    }
                }
            }
        }
        rows
    }

    /// What treatments learned, by period and indicator.
    pub fn treatments(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for part in self.parts() {
            for (node, treated) in &part.numbers.treated {
                let leaf = self.tree.node(node).and_then(|node| self.tree.leaves.get(node));
                let method = leaf.and_then(|leaf| leaf.treat.as_ref()).map(crate::treat::Treatment::name);
                rows.push(json!({
                    "period": part.period, "node": node, "method": method, "low": treated.low, "high": treated.high,
                    "low_count": treated.low_count, "high_count": treated.high_count,
                    "curve": treated.curve.map(|curve| curve.formula()), "checks": treated.checks,
                    "warning": treated.warning,
                }));
            }
        }
        rows
    }
}
