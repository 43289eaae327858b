//! What serde cannot see: a tree that is one, references that exist, numbers that make sense.

use std::collections::{HashMap, HashSet};

use super::{Direction, Group, Index, SCHEMA};
use crate::error::{Problem, hint, shorten};
use crate::expression::Expression;
use crate::impute::{From, Imputation};
use crate::normalize::Scale;
use crate::treat::Treatment;
use crate::weights::{Over, Weighting};

/// Collects problems by path.
pub(super) struct Check<'a> {
    pub(super) index: &'a Index,
    pub(super) problems: Vec<Problem>,
    /// Group ids.
    pub(super) groups: HashMap<&'a str, &'a Group>,
    /// Indicator ids.
    pub(super) leaves: HashSet<&'a str>,
}

impl Index {
    /// Everything that is wrong with the definition, in reading order.
    pub fn problems(&self) -> Vec<Problem> {
        let mut check = Check {
            index: self,
            problems: Vec::new(),
            groups: self.groups.iter().map(|group| (group.id.as_str(), group)).collect(),
            leaves: self.indicators.iter().map(|leaf| leaf.id.as_str()).collect(),
        };
        check.head();
        check.derived();
        check.indicators();
        check.groups();
        check.tree();
        check.conditions();
        check.problems
    }
}

impl<'a> Check<'a> {
    pub(super) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::at(path, message));
    }

    fn head(&mut self) {
        if self.index.schema > SCHEMA {
            let message =
                format!("version {} is newer than {SCHEMA}, the newest this release reads", self.index.schema);
            self.add("schema", message);
        }
        if self.index.id.trim().is_empty() {
            self.add("id", "expected a name");
        }
        let nothing_to_do = self.index.indicators.is_empty() && self.index.levels.is_none();
        if nothing_to_do {
            self.add("definition", "neither an indicator nor a level is defined");
        }
        for (name, column) in &self.index.columns {
            self.domain(&format!("columns.{}.domain", shorten(name)), column.domain);
        }
        if let Some(scale) = &self.index.defaults.scale {
            self.scale("defaults.scale", scale, Direction::More);
        }
        if let Some(treat) = &self.index.defaults.treat {
            self.treat("defaults.treat", treat);
        }
        if let Some(impute) = &self.index.defaults.impute {
            self.impute("defaults.impute", impute);
        }
        self.share("defaults.min_coverage", self.index.defaults.min_coverage);
        self.share("defaults.min_observed", self.index.defaults.min_observed);
        if let Some(weights) = &self.index.defaults.weights {
            let method = weights.method();
            if matches!(weights, Weighting::Fixed(_)) || method.over() == Over::Leaves {
                self.add("defaults.weights", "weights by name or over leaves belong to one group; say them there");
            }
        }
    }

    fn domain(&mut self, path: &str, domain: Option<[f64; 2]>) {
        if let Some([low, high]) = domain
            && !(low.is_finite() && high.is_finite() && low <= high)
        {
            self.add(path, format!("[{low}, {high}] is no domain; expected two finite numbers in ascending order"));
        }
    }

    fn share(&mut self, path: &str, share: Option<f64>) {
        if let Some(share) = share
            && !(0.0..=1.0).contains(&share)
        {
            self.add(path, format!("{share} is not in [0, 1]"));
        }
    }

    fn weight(&mut self, path: &str, weight: Option<f64>) {
        if let Some(weight) = weight
            && !(weight.is_finite() && weight >= 0.0)
        {
            self.add(path, format!("{weight} is no weight; expected a number of at least 0"));
        }
    }

    fn scale(&mut self, path: &str, scale: &Scale, direction: Direction) {
        for (below, message) in scale.method().problems(direction) {
            self.add(format!("{path}.{}.{below}", scale.name()), message);
        }
    }

    fn treat(&mut self, path: &str, treat: &Treatment) {
        for (below, message) in treat.method().problems() {
            self.add(format!("{path}.{}.{below}", treat.name()), message);
        }
    }

    fn impute(&mut self, path: &str, impute: &Imputation) {
        match impute.method().from() {
            From::Column { by: Some(by), .. } => self.declared(&format!("{path}.{}.by", impute.name()), &by),
            From::Row { within: Some(within), .. } if !self.groups.contains_key(within.as_str()) => {
                let near = hint(&within, self.groups.keys().copied());
                let message = format!("unknown group {:?}{near}", shorten(&within));
                self.add(format!("{path}.{}.within", impute.name()), message);
            }
            _ => {}
        }
    }

    fn derived(&mut self) {
        let mut uses: HashMap<&str, Vec<String>> = HashMap::new();
        for (name, derived) in &self.index.derived {
            let path = format!("derived.{}", shorten(name));
            self.domain(&format!("{path}.domain"), derived.domain);
            match Expression::parse(&derived.expr) {
                Ok(expression) => {
                    for used in expression.names() {
                        self.declared(&format!("{path}.expr"), used);
                    }
                    uses.insert(name, expression.names().to_vec());
                }
                Err(error) => self.add(format!("{path}.expr"), error.to_string()),
            }
        }
        // A derived column may use derived columns, but not, through them, itself.
        for name in self.index.derived.keys() {
            let mut seen: HashSet<&str> = HashSet::new();
            let mut open: Vec<&str> = uses.get(name.as_str()).into_iter().flatten().map(String::as_str).collect();
            while let Some(used) = open.pop() {
                if used == name {
                    self.add(format!("derived.{}.expr", shorten(name)), "the column is computed from itself");
                    break;
                }
                if seen.insert(used) {
                    open.extend(uses.get(used).into_iter().flatten().map(String::as_str));
                }
            }
        }
    }

    /// A definition that lists raw columns lists all that expressions and conditions use, so that a slip is found.
    pub(super) fn declared(&mut self, path: &str, column: &str) {
        let index = self.index;
        let own = |leaf: &super::Indicator| leaf.id == column || leaf.column.iter().any(|name| name == column);
        let known = index.columns.contains_key(column) || index.derived.contains_key(column);
        if index.columns.is_empty() || known || index.indicators.iter().any(own) {
            return;
        }
        let near = hint(column, index.columns.keys().chain(index.derived.keys()).map(String::as_str));
        let message =
            format!("unknown column {:?}: it is not among the columns of the definition{near}", shorten(column));
        self.add(path, message);
    }

    fn indicators(&mut self) {
        let index = self.index;
        let mut seen: HashSet<&str> = HashSet::new();
        for (i, leaf) in index.indicators.iter().enumerate() {
            let path = format!("indicator[{i}]");
            if leaf.id.is_empty() {
                self.add(format!("{path}.id"), "expected a name");
            }
            if !seen.insert(&leaf.id) || self.groups.contains_key(leaf.id.as_str()) {
                self.add(format!("{path}.id"), format!("duplicate id {:?}", shorten(&leaf.id)));
            }
            match (&leaf.scale, &index.defaults.scale) {
                (Some(scale), _) => self.scale(&format!("{path}.scale"), scale, leaf.direction),
                (None, Some(_)) => {}
                (None, None) => {
                    let message = "no scale is given, here or in defaults; scale = \"none\" takes the value itself";
                    self.add(format!("{path}.scale"), message);
                }
            }
            let scale = leaf.scale.as_ref().or(index.defaults.scale.as_ref());
            if leaf.direction == Direction::Less && scale.is_some_and(|scale| scale.method().has_own_direction()) {
                let message = "points already say what is better; turn the points instead of the direction";
                self.add(format!("{path}.direction"), message);
            }
            // Points are for answers: an outlier or a mean among them has no meaning.
            let points = scale.is_some_and(|scale| scale.method().has_own_direction());
            for (what, given) in [("treat", leaf.treat.is_some()), ("impute", leaf.impute.is_some())] {
                if given && points {
                    self.add(format!("{path}.{what}"), "is for measured values, not for answers with points");
                }
            }
            if let Some(treat) = &leaf.treat {
                self.treat(&format!("{path}.treat"), &treat.over(index.defaults.treat.as_ref()));
            }
            if let Some(impute) = &leaf.impute {
                self.impute(&format!("{path}.impute"), impute);
            }
            self.domain(&format!("{path}.domain"), leaf.domain);
            self.weight(&format!("{path}.weight"), leaf.weight);
            for (k, implied) in leaf.implies.iter().enumerate() {
                let place = format!("{path}.implies[{k}]");
                let target = index.indicators.iter().find(|other| other.id == *implied);
                match target {
                    None => {
                        let near = hint(implied, self.leaves.iter().copied());
                        self.add(place, format!("unknown indicator {:?}{near}", shorten(implied)));
                    }
                    Some(other) if !yes_or_no(index, other) || !yes_or_no(index, leaf) => {
                        self.add(place, "only items with two answers (a flag, or bands with one edge) can imply");
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn groups(&mut self) {
        let index = self.index;
        let mut seen: HashSet<&str> = HashSet::new();
        for (i, group) in index.groups.iter().enumerate() {
            let path = format!("group[{i}]");
            if group.id.is_empty() {
                self.add(format!("{path}.id"), "expected a name");
            }
            if !seen.insert(&group.id) {
                self.add(format!("{path}.id"), format!("duplicate id {:?}", shorten(&group.id)));
            }
            self.weight(&format!("{path}.weight"), group.weight);
            self.share(&format!("{path}.min_coverage"), group.min_coverage);
            self.share(&format!("{path}.min_observed"), group.min_observed);
            if let Some(scale) = &group.scale {
                self.scale(&format!("{path}.scale"), scale, Direction::More);
                if matches!(scale, Scale::Options(_)) {
                    self.add(format!("{path}.scale"), "options are for answers, not for scores");
                }
            }
            if let Some(aggregate) = &group.aggregate {
                for (below, message) in aggregate.method().problems() {
                    self.add(format!("{path}.aggregate.{}.{below}", aggregate.name()), message);
                }
            }
            let children = index.children_of(&group.id);
            if children.is_empty() {
                self.add(path.clone(), format!("group {:?} has no children", shorten(&group.id)));
                continue;
            }
            let ids: Vec<&str> = children.iter().map(|child| child.id).collect();
            if let Some(weights) = &group.weights {
                for (below, message) in weights.method().problems(&ids) {
                    let below = if below.is_empty() { below } else { format!(".{}", shorten(&below)) };
                    self.add(format!("{path}.weights.{}{below}", weights.name()), message);
                }
                if children.iter().any(|child| child.weight.is_some()) {
                    let message = "weights are given here and at the children; expected one of both";
                    self.add(format!("{path}.weights"), message);
                }
                if weights.method().over() == Over::Leaves {
                    self.no_weights_below(&path, &group.id);
                }
            } else if children.iter().all(|child| child.weight == Some(0.0)) {
                self.add(path.clone(), "the weights of all children are zero");
            }
            if !index.has_score(group) {
                let childless = group.weights.is_some() || group.scale.is_some() || group.min_coverage.is_some();
                if childless {
                    self.add(path, "aggregate = \"none\" has no score, so weights, scale and coverage mean nothing");
                }
            }
        }
    }

    /// Weights over leaves are summed up the tree, so inner groups cannot have their own.
    fn no_weights_below(&mut self, path: &str, group: &str) {
        let mut open = vec![group];
        let mut seen: HashSet<&str> = HashSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                return; // a cycle, reported elsewhere
            }
            for child in self.index.children_of(id) {
                let own = child.weight.is_some() || (child.group.is_some_and(|group| group.weights.is_some()));
                if own && id != group || child.group.is_some_and(|group| group.weights.is_some()) {
                    let message =
                        format!("weights over leaves go down to {:?}, which has weights of its own", child.id);
                    self.add(format!("{path}.weights"), message);
                }
                if let Some(child) = child.group {
                    open.push(&child.id);
                }
            }
        }
    }

    fn tree(&mut self) {
        let index = self.index;
        let mut parents: Vec<(String, &str, Option<&'a str>)> = Vec::new();
        for (i, leaf) in index.indicators.iter().enumerate() {
            parents.push((format!("indicator[{i}]"), &leaf.id, leaf.parent.as_deref()));
        }
        for (i, group) in index.groups.iter().enumerate() {
            parents.push((format!("group[{i}]"), &group.id, group.parent.as_deref()));
        }
        for (path, _, parent) in &parents {
            if let Some(parent) = parent
                && !self.groups.contains_key(parent)
            {
                let near = hint(parent, self.groups.keys().copied());
                let what = if self.leaves.contains(parent) { "is an indicator, not a group" } else { "does not exist" };
                self.add(format!("{path}.parent"), format!("parent {:?} {what}{near}", shorten(parent)));
            }
        }
        // Walk up from every group; coming back to it is a cycle.
        for (i, group) in index.groups.iter().enumerate() {
            let mut at = group.parent.as_deref();
            let mut steps = 0;
            while let Some(parent) = at {
                steps += 1;
                if parent == group.id {
                    self.add(format!("group[{i}].parent"), format!("{:?} is its own ancestor", shorten(&group.id)));
                    break;
                }
                if steps > index.groups.len() {
                    break; // a cycle further up, reported there
                }
                at = self.groups.get(parent).and_then(|group| group.parent.as_deref());
            }
        }
        let used = index.nodes_in_conditions();
        for (path, id, parent) in &parents {
            if parent.is_none() && path.starts_with("indicator") && !used.contains(id) {
                let message = format!("{:?} has no parent and no condition uses it", shorten(id));
                self.add(format!("{path}.parent"), message);
            }
        }
        match &index.root {
            Some(root) if !self.groups.contains_key(root.as_str()) && !self.leaves.contains(root.as_str()) => {
                let near = hint(root, self.groups.keys().copied());
                self.add("root", format!("unknown node {:?}{near}", shorten(root)));
            }
            None if index.root().is_none() && !index.groups.is_empty() && self.problems.is_empty() => {
                let roots: Vec<&str> =
                    index.groups.iter().filter(|group| group.parent.is_none()).map(|group| group.id.as_str()).collect();
                self.add(
                    "root",
                    format!("several groups have no parent ({}); say which is the index", roots.join(", ")),
                );
            }
            _ => {}
        }
    }
}

fn yes_or_no(index: &Index, leaf: &super::Indicator) -> bool {
    match leaf.scale.as_ref().or(index.defaults.scale.as_ref()) {
        Some(Scale::Flag(_)) => true,
        Some(Scale::Bands(bands)) => bands.edges.len() == 1,
        _ => false,
    }
}
