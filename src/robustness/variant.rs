//! An index with other choices: definitions are changed as the trees of values they are written as, and read again.

use serde_json::{Map, Value, json};

use super::factor::{Factor, Goalposts, Methods, Step, Thresholds, Vary};
use crate::definition::Index;
use crate::error::{Error, Kind, Problem, Result};
use crate::weights::Over;

/// A definition under change.
pub(super) struct Variant {
    tree: Value,
    /// The definition whose nodes are known: the base, or the alternative that stands for it.
    base: Index,
}

impl Variant {
    pub(super) fn new(base: &Index) -> Result<Self> {
        Ok(Self { tree: base.to_value()?, base: base.clone() })
    }

    pub(super) fn finish(self) -> Result<Index> {
        Index::from_value(self.tree)
    }

    /// Takes the alternatives chosen: whole definitions first, what is left out last.
    pub(super) fn choose(&mut self, factors: &[Factor], choices: &[u16]) -> Result<()> {
        let chosen = || factors.iter().zip(choices).map(|(factor, choice)| (&factor.vary, usize::from(*choice)));
        for (vary, choice) in chosen() {
            if let Vary::Definition(chances) = vary
                && let Some(Some(tree)) = chances.options.get(choice)
            {
                self.base = Index::from_value(tree.clone())?;
                self.tree = self.base.to_value()?;
            }
        }
        for (vary, choice) in chosen() {
            if let Vary::Method(methods) = vary
                && let Some(Some(method)) = methods.options.get(choice)
            {
                self.method(methods, method)?;
            }
        }
        for (vary, choice) in chosen() {
            if let Vary::LeaveOut(chances) = vary
                && let Some(Some(node)) = chances.options.get(choice)
            {
                self.leave_out(node)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, kind: &str, id: &str) -> Result<&mut Map<String, Value>> {
        let near = crate::error::hint(id, self.base.indicators.iter().map(|i| i.id.as_str()));
        let found = self.tree.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten();
        let mut found = found.filter_map(Value::as_object_mut).filter(|table| table.get("id") == Some(&json!(id)));
        found.next().ok_or_else(|| {
            let message = format!("there is no {kind} {id:?}{near}");
            Error::new(Kind::UnknownName, Problem::general(message))
        })
    }

    /// Nodes a step makes sense for.
    fn nodes(&self, step: Step, method: &Value) -> Vec<String> {
        let index = &self.base;
        let measured = |id: &&crate::definition::Indicator| {
            let scale = id.scale.as_ref().or(index.defaults.scale.as_ref());
            scale.is_none_or(|scale| !scale.method().has_own_direction())
        };
        match step {
            Step::Impute | Step::Treat | Step::Scale => {
                index.indicators.iter().filter(measured).map(|leaf| leaf.id.clone()).collect()
            }
            Step::Aggregate => {
                index.groups.iter().filter(|group| index.has_score(group)).map(|group| group.id.clone()).collect()
            }
            Step::Weights => {
                let over_leaves = serde_json::from_value::<Holder>(json!({ "weights": method }))
                    .is_ok_and(|held| held.0.method().learns() && held.0.method().over() == Over::Leaves);
                let all = index.groups.iter().filter(|group| index.has_score(group)).map(|group| group.id.clone());
                match index.root().filter(|_| over_leaves) {
                    Some(root) => vec![root.to_owned()],
                    None => all.collect(),
                }
            }
            Step::Levels | Step::Period => Vec::new(),
        }
    }

    fn method(&mut self, methods: &Methods, method: &Value) -> Result<()> {
        let (kind, field) = match methods.step {
            Step::Impute => ("indicator", "impute"),
            Step::Treat => ("indicator", "treat"),
            Step::Scale => ("indicator", "scale"),
            Step::Weights => ("group", "weights"),
            Step::Aggregate => ("group", "aggregate"),
            Step::Levels => ("group", "levels"),
            Step::Period => ("group", "period"),
        };
        let Some(nodes) = &methods.nodes else {
            if matches!(methods.step, Step::Levels | Step::Period) {
                self.tree[field] = method.clone();
                return Ok(());
            }
            for node in self.nodes(methods.step, method) {
                self.table(kind, &node)?.insert(field.to_owned(), method.clone());
            }
            return Ok(());
        };
        for node in nodes {
            let leaf = methods.step == Step::Period && self.base.indicators.iter().any(|leaf| leaf.id == *node);
            let kind = if leaf { "indicator" } else { kind };
            self.table(kind, node)?.insert(field.to_owned(), method.clone());
        }
        Ok(())
    }

    /// Removes a node and everything below it, and groups that are empty then.
    fn leave_out(&mut self, node: &str) -> Result<()> {
        if !self.base.indicators.iter().any(|leaf| leaf.id == node) {
            self.table("group", node)?;
        }
        let mut gone = vec![node.to_owned()];
        let mut open = true;
        while open {
            open = false;
            for kind in ["indicator", "group"] {
                let Some(tables) = self.tree.get_mut(kind).and_then(Value::as_array_mut) else { continue };
                let before = tables.len();
                tables.retain(|table| {
                    let of = |field: &str| table.get(field).and_then(Value::as_str).map(str::to_owned);
                    let out = of("id").is_some_and(|id| gone.contains(&id))
                        || of("parent").is_some_and(|parent| gone.contains(&parent));
                    if let Some(id) = of("id").filter(|id| out && !gone.contains(id)) {
                        gone.push(id);
                    }
                    !out
                });
                open |= tables.len() < before;
            }
            let parents: Vec<String> = ["indicator", "group"]
                .iter()
                .filter_map(|kind| self.tree.get(*kind).and_then(Value::as_array))
                .flatten()
                .filter_map(|table| table.get("parent").and_then(Value::as_str).map(str::to_owned))
                .collect();
            let groups = self.tree.get("group").and_then(Value::as_array).into_iter().flatten();
            let empty = groups.filter_map(|group| group.get("id").and_then(Value::as_str));
            let empty: Vec<String> = empty.filter(|id| !parents.iter().any(|p| p == id)).map(str::to_owned).collect();
            open |= !empty.is_empty();
            gone.extend(empty);
        }
        // Weights given by name are of the children that are left.
        for group in self.tree.get_mut("group").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(fixed) = group.pointer_mut("/weights/fixed").and_then(Value::as_object_mut) {
                fixed.retain(|child, _| !gone.contains(child));
            }
        }
        Ok(())
    }

    /// Moves the anchors of a linear scale: numbers in [0, 1) say where between the ends they lie.
    pub(super) fn goalposts(&mut self, goalposts: &Goalposts, u: &[f64]) -> Result<()> {
        let scale = self.base.indicators.iter().find(|leaf| leaf.id == goalposts.node);
        let scale = scale.and_then(|leaf| leaf.scale.clone().or_else(|| self.base.defaults.scale.clone()));
        let mut tree = serde_json::to_value(scale).unwrap_or_default();
        let Some(linear) = tree.get_mut("linear").and_then(Value::as_object_mut) else {
            let message = "has no linear scale whose goalposts could move";
            return Err(Error::new(Kind::Value, Problem::column(goalposts.node.clone(), message)));
        };
        for ((field, range), u) in
            [("low", goalposts.low), ("high", goalposts.high)].iter().filter(|(_, range)| range.is_some()).zip(u)
        {
            if let Some([from, to]) = range {
                linear.insert((*field).to_owned(), json!(from + (to - from) * u));
            }
        }
        self.table("indicator", &goalposts.node)?.insert("scale".to_owned(), tree);
        Ok(())
    }

    /// How many thresholds a node's levels have.
    pub(super) fn thresholds(&mut self, node: Option<&str>) -> Result<usize> {
        let mut count = 0;
        each_threshold(self.levels(node)?, &mut |_| count += 1);
        Ok(count)
    }

    /// Moves thresholds, each by its own number; where they would change places they meet in the middle.
    pub(super) fn move_thresholds(&mut self, thresholds: &Thresholds, u: &[f64]) -> Result<()> {
        let mut moves = u.iter();
        each_threshold(self.levels(thresholds.node.as_deref())?, &mut |value| {
            if let (Some(old), Some(u)) = (value.as_f64(), moves.next()) {
                *value = json!(old + thresholds.by * (2.0 * u - 1.0));
            }
        });
        let short = self.levels(thresholds.node.as_deref())?.get_mut("thresholds").and_then(Value::as_object_mut);
        let mut least = f64::NEG_INFINITY;
        for value in short.into_iter().flat_map(Map::values_mut) {
            least = value.as_f64().map_or(least, |own| own.max(least));
            *value = json!(least);
        }
        Ok(())
    }

    fn levels(&mut self, node: Option<&str>) -> Result<&mut Value> {
        let levels = match node {
            Some(node) => self.table("group", node)?.get_mut("levels"),
            None => self.tree.get_mut("levels"),
        };
        let whose = node.map_or_else(|| "the index".to_owned(), |node| format!("{node:?}"));
        levels.ok_or_else(|| Error::new(Kind::Value, Problem::general(format!("{whose} has no levels"))))
    }
}

/// A weighting by its name or as a table.
#[derive(serde::Deserialize)]
struct Holder(#[serde(deserialize_with = "unwrap")] crate::weights::Weighting);

fn unwrap<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<crate::weights::Weighting, D::Error> {
    #[derive(serde::Deserialize)]
    struct Inner {
        #[serde(with = "crate::definition::shorthand")]
        weights: crate::weights::Weighting,
    }
    <Inner as serde::Deserialize>::deserialize(deserializer).map(|inner| inner.weights)
}

/// Every threshold of a score: the short form, and comparisons of nodes inside conditions.
fn each_threshold(levels: &mut Value, act: &mut dyn FnMut(&mut Value)) {
    if let Some(short) = levels.get_mut("thresholds").and_then(Value::as_object_mut) {
        short.values_mut().for_each(&mut *act);
    }
    if let Some(long) = levels.get_mut("level") {
        walk(long, act);
    }
}

fn walk(value: &mut Value, act: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(table) => {
            if table.get("node").is_some_and(Value::is_string) {
                for field in ["ge", "gt", "le", "lt"] {
                    if let Some(number) = table.get_mut(field).filter(|number| number.is_number()) {
                        act(number);
                    }
                }
            }
            table.values_mut().for_each(|inner| walk(inner, act));
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| walk(inner, act)),
        _ => {}
    }
}
