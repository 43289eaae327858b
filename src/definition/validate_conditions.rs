//! Levels and conditions: one kind each, references that exist, bands in order, waivers that make sense.

use std::collections::{HashMap, HashSet};

use super::validate::Check;
use super::{Condition, Index, Levels};
use crate::error::{hint, shorten};

/// Conditions of one definition; more are a mistake or an attack.
const MOST: usize = 20_000;

impl Index {
    /// Every set of levels: that of the index, then those of groups, with its path and the node it belongs to.
    pub(crate) fn all_levels(&self) -> Vec<(String, Option<&str>, &Levels)> {
        let of_index = self.levels.iter().map(|levels| ("levels".to_owned(), None, levels));
        let of_groups = self.groups.iter().enumerate().filter_map(|(i, group)| {
            Some((format!("group[{i}].levels"), Some(group.id.as_str()), group.levels.as_ref()?))
        });
        of_index.chain(of_groups).collect()
    }

    /// Every condition with its path, outermost first.
    pub(crate) fn all_conditions(&self) -> Vec<(String, &Condition)> {
        let mut found = Vec::new();
        for (path, _, levels) in self.all_levels() {
            for (i, level) in levels.level.iter().enumerate() {
                let mut open = vec![(format!("{path}.level[{i}].when"), &level.when)];
                while let Some((path, condition)) = open.pop() {
                    if found.len() >= MOST {
                        return found;
                    }
                    for (below, child) in condition.children().into_iter().rev() {
                        open.push((format!("{path}.{below}"), child));
                    }
                    found.push((path, condition));
                }
            }
        }
        found
    }

    /// The nodes that conditions compare.
    pub(super) fn nodes_in_conditions(&self) -> HashSet<&str> {
        self.all_conditions().into_iter().filter_map(|(_, condition)| condition.node.as_deref()).collect()
    }
}

impl Check<'_> {
    pub(super) fn conditions(&mut self) {
        let index = self.index;
        for (path, owner, levels) in index.all_levels() {
            self.levels(&path, owner, levels);
        }
        let all = index.all_conditions();
        if all.len() >= MOST {
            self.add("levels", format!("more than {MOST} conditions"));
            return;
        }
        let mut ids: HashMap<&str, &str> = HashMap::new();
        for (path, condition) in &all {
            if let Some(id) = &condition.id
                && ids.insert(id, path).is_some()
            {
                self.add(format!("{path}.id"), format!("duplicate condition id {:?}", shorten(id)));
            }
        }
        for (path, condition) in &all {
            self.condition(path, condition);
            let Some(waived) = &condition.waives else {
                continue;
            };
            let place = format!("{path}.waives");
            match ids.get(waived.as_str()) {
                None => {
                    let near = hint(waived, ids.keys().copied());
                    self.add(place, format!("unknown condition {:?}{near}", shorten(waived)));
                }
                Some(other)
                    if path.starts_with(&format!("{other}."))
                        || other.starts_with(&format!("{path}."))
                        || other == path =>
                {
                    self.add(place, "a condition cannot waive itself, one around it or one inside it");
                }
                Some(_) => {}
            }
        }
    }

    fn levels(&mut self, path: &str, owner: Option<&str>, levels: &Levels) {
        let of = levels.of.as_deref().or(owner).or_else(|| self.index.root());
        match (levels.thresholds.is_empty(), levels.level.is_empty()) {
            (true, true) => self.add(path, "expected thresholds or a list of levels"),
            (false, false) => self.add(path, "thresholds and a list of levels are both given; expected one of them"),
            (false, true) => match of {
                Some(of) => self.scored(&format!("{path}.of"), of),
                None => self.add(format!("{path}.of"), "say which node the thresholds cut"),
            },
            (true, false) => {}
        }
        let ascending = levels.thresholds.values().zip(levels.thresholds.values().skip(1)).all(|(a, b)| a < b);
        if !ascending || levels.thresholds.values().any(|threshold| !threshold.is_finite()) {
            self.add(format!("{path}.thresholds"), "expected finite numbers in ascending order");
        }
        let mut seen: HashSet<&str> = levels.none.as_deref().into_iter().collect();
        for (i, level) in levels.level.iter().enumerate() {
            if level.id.is_empty() || !seen.insert(&level.id) {
                self.add(format!("{path}.level[{i}].id"), format!("empty or duplicate level {:?}", shorten(&level.id)));
            }
        }
        if levels.level.len() + levels.thresholds.len() > 250 {
            self.add(path, "more than 250 levels");
        }
    }

    fn scored(&mut self, path: &str, node: &str) {
        if self.index.scored_node(node) {
            return;
        }
        if self.groups.contains_key(node) {
            self.add(path, format!("group {:?} has no score (aggregate = \"none\")", shorten(node)));
            return;
        }
        let near = hint(node, self.leaves.iter().copied().chain(self.groups.keys().copied()));
        self.add(path, format!("unknown node {:?}{near}", shorten(node)));
    }

    fn condition(&mut self, path: &str, condition: &Condition) {
        let kinds = [
            ("node", condition.node.is_some()),
            ("column", condition.column.is_some()),
            ("all", condition.all.is_some()),
            ("any", condition.any.is_some()),
            ("not", condition.not.is_some()),
            ("of", condition.of.is_some()),
            ("count", condition.count.is_some()),
            ("cases", condition.cases.is_some()),
        ];
        let given: Vec<&str> = kinds.iter().filter(|(_, given)| *given).map(|(kind, _)| *kind).collect();
        if given.len() != 1 {
            let found = if given.is_empty() { "none".to_owned() } else { given.join(", ") };
            self.add(
                path,
                format!("expected exactly one of node, column, all, any, not, of, count, cases; found {found}"),
            );
            return;
        }
        let numbers = [condition.ge, condition.gt, condition.le, condition.lt];
        let compares = numbers.iter().filter(|number| number.is_some()).count();
        let others = usize::from(condition.is.is_some()) + usize::from(condition.within.is_some());
        let atom = condition.node.is_some() || condition.column.is_some();
        match (atom, compares, others) {
            (true, 0, 0) => self.add(path, "expected a comparison: ge, gt, le, lt, is or in"),
            (true, 0, 1) | (true, 1 | 2, 0) | (false, 0, 0) => {}
            (true, _, _) => self.add(path, "expected bounds (ge, gt, le, lt), or is, or in, not several of these"),
            (false, _, _) => self.add(path, "a comparison needs a node or a column"),
        }
        if numbers.iter().flatten().any(|number| !number.is_finite()) {
            self.add(path, "expected finite numbers to compare with");
        }
        if condition.blank.is_some() && condition.column.is_none() {
            self.add(format!("{path}.blank"), "only a condition on a column can say what a blank means");
        }
        if let Some(column) = &condition.column {
            self.declared(&format!("{path}.column"), column);
        }
        if let Some(node) = &condition.node {
            self.scored(&format!("{path}.node"), node);
        }
        for (key, list) in [("all", &condition.all), ("any", &condition.any), ("of", &condition.of)] {
            if list.as_ref().is_some_and(Vec::is_empty) {
                self.add(format!("{path}.{key}"), "expected at least one condition");
            }
        }
        let counted = condition.of.is_some() || condition.count.is_some();
        match (counted, condition.at_least) {
            (true, None) => self.add(path, "expected at_least = number"),
            (false, Some(_)) => self.add(format!("{path}.at_least"), "at_least goes with of or count"),
            _ => {}
        }
        if let (Some(of), Some(at_least)) = (&condition.of, condition.at_least)
            && at_least as usize > of.len()
        {
            self.add(format!("{path}.at_least"), format!("only {} conditions are listed", of.len()));
        }
        if let Some(count) = &condition.count {
            if !self.groups.contains_key(count.under.as_str()) {
                let near = hint(&count.under, self.groups.keys().copied());
                self.add(format!("{path}.count.under"), format!("unknown group {:?}{near}", shorten(&count.under)));
            } else if let Some(at_least) = condition.at_least {
                let available = self.index.leaves_under(&count.under, count.tag.as_deref()).len();
                if available < at_least as usize {
                    self.add(format!("{path}.at_least"), format!("only {available} indicators can be counted"));
                }
            }
            if !count.ge.is_finite() {
                self.add(format!("{path}.count.ge"), "expected a finite number");
            }
        }
        if let Some(cases) = &condition.cases {
            self.declared(&format!("{path}.cases.on"), &cases.on);
            if cases.then.len() != cases.edges.len() + 1 {
                let (edges, bands) = (cases.edges.len(), cases.edges.len() + 1);
                let message = format!("{edges} edges make {bands} bands, found {} conditions", cases.then.len());
                self.add(format!("{path}.cases.then"), message);
            }
            let ascending = cases.edges.windows(2).all(|pair| pair[0] < pair[1]);
            if cases.edges.is_empty() || !ascending || cases.edges.iter().any(|edge| !edge.is_finite()) {
                self.add(format!("{path}.cases.edges"), "expected at least one finite edge, ascending");
            }
        }
    }
}

impl Index {
    /// Indicators anywhere below a group, in the order of the definition, optionally only those with a tag.
    pub(crate) fn leaves_under(&self, group: &str, tag: Option<&str>) -> Vec<usize> {
        let mut inside: HashSet<&str> = HashSet::from([group]);
        // Groups may be listed in any order; each round reaches one tier deeper.
        loop {
            let before = inside.len();
            for inner in &self.groups {
                if inner.parent.as_deref().is_some_and(|parent| inside.contains(parent)) {
                    inside.insert(&inner.id);
                }
            }
            if inside.len() == before {
                break;
            }
        }
        self.indicators
            .iter()
            .enumerate()
            .filter(|(_, leaf)| leaf.parent.as_deref().is_some_and(|parent| inside.contains(parent)))
            .filter(|(_, leaf)| tag.is_none_or(|tag| leaf.tags.iter().any(|own| own == tag)))
            .map(|(i, _)| i)
            .collect()
    }
}
