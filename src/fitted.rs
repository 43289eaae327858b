//! A fitted index: a definition and the numbers learned for it. Small, serializable, and all that scoring needs.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::aggregate::{AggregateMethod, References};
use crate::definition::{Index, Literal};
use crate::error::{Error, Kind, Problem, Result};
use crate::fit::{StageState, learned, prepare};
use crate::impute::{Filler, Seen};
use crate::normalize::{Learned, Prepared, Statistic};
use crate::notes::Warning;
use crate::parallel::Cancel;
use crate::tally::Tally;
use crate::treat::{Sample, Treated, TreatedScorer};
use crate::tree::{Imputing, Inner, Tree, Weigh};
use crate::weights::Weighting;

/// Scores of units, by child of a relative group.
pub type Records = IndexMap<String, Vec<f64>>;

/// JSON has no NaN: a missing score of a kept unit is null.
mod stored_records {
    use indexmap::IndexMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Records;

    type Stored = IndexMap<String, IndexMap<String, Vec<Option<f64>>>>;

    pub(super) fn serialize<S: Serializer>(
        records: &IndexMap<String, Records>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let known = |x: &f64| Some(*x).filter(|x| !x.is_nan());
        let child = |(name, values): (&String, &Vec<f64>)| (name.clone(), values.iter().map(known).collect());
        let group = |(name, children): (&String, &Records)| (name.clone(), children.iter().map(child).collect());
        records.iter().map(group).collect::<Stored>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<IndexMap<String, Records>, D::Error> {
        let child = |(name, values): (String, Vec<Option<f64>>)| {
            (name, values.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
        };
        let stored = Stored::deserialize(deserializer)?;
        Ok(stored.into_iter().map(|(name, children)| (name, children.into_iter().map(child).collect())).collect())
    }
}

/// What was learned: statistics by node and weights by group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Numbers {
    /// Statistics of each node's scale, in the order the scale asks for them.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub scales: IndexMap<String, Vec<Learned>>,
    /// Imputation of each indicator that has one.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub fillers: IndexMap<String, Filler>,
    /// Treatment of each indicator that has one.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub treated: IndexMap<String, Treated>,
    /// Weights of each group's children; for weights over leaves also those of the leaves, under `"leaves of <group>"`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub weights: IndexMap<String, IndexMap<String, f64>>,
    /// What weights were made from: by group, name of the detail, and node (or the group, where there is one number).
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub details: IndexMap<String, IndexMap<String, IndexMap<String, f64>>>,
    /// What an aggregation compares with, by group.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub references: IndexMap<String, References>,
    /// Scores of the children of relative groups: the units new rows are compared with, where they were kept.
    #[serde(with = "stored_records", skip_serializing_if = "IndexMap::is_empty")]
    pub records: IndexMap<String, Records>,
    /// What the user should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Tallies of weights whose later passes are still to come.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    open_weights: IndexMap<String, Vec<Tally>>,
    /// Tallies of references whose later passes are still to come.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    open_references: IndexMap<String, Vec<Tally>>,
}

/// The numbers of one period, or of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The period, when each is fitted by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Literal>,
    /// The numbers.
    pub numbers: Numbers,
}

/// Scales, weights and aggregations, ready to score.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) period: Option<Literal>,
    /// Imputation of each leaf that has one.
    pub(crate) fillers: Vec<Option<Filler>>,
    /// Scale of each node, behind its treatment; groups without one have none.
    pub(crate) scales: Vec<Option<Prepared>>,
    /// Weights of each group's children.
    pub(crate) weights: Vec<Vec<f64>>,
    /// Places of the children that count, by group.
    pub(crate) counted: Vec<Vec<usize>>,
    /// Aggregations with what they have learned, for the children that count; none for those that learn nothing.
    pub(crate) referenced: Vec<Option<Box<dyn AggregateMethod>>>,
    /// Units that new rows are compared with, by relative group.
    pub(crate) records: IndexMap<String, Records>,
}

impl Ready {
    /// Whether a node has no scores at all, because the data allow it no scale (a constant column, say).
    pub(crate) fn unscored(&self, node: usize) -> bool {
        self.scales.get(node).and_then(Option::as_ref).is_some_and(|prepared| prepared.warning.is_some())
    }
}

/// A fitted index.
#[derive(Debug)]
pub struct Fitted {
    pub(crate) tree: Tree,
    parts: Vec<Part>,
    pub(crate) ready: Vec<Ready>,
    /// What the user should know about the fit.
    pub warnings: Vec<Warning>,
}

/// The fitted index as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: u32,
    version: String,
    definition: Index,
    parts: Vec<Part>,
}

impl Numbers {
    pub(crate) fn new(_: &Tree) -> Self {
        Self::default()
    }

    /// Takes in what a stage has learned.
    pub(crate) fn absorb(
        &mut self,
        tree: &Tree,
        stage: usize,
        state: &StageState,
        unit: &dyn Fn(usize, &str) -> Result<Learned>,
    ) -> Result<()> {
        self.absorb_preparation(tree, stage, state)?;
        for node in 0..tree.nodes() {
            let learns = tree.group(node).map_or_else(|| &tree.leaves[node].learns, |group| &group.learns);
            if !learns.is_empty() && tree.ready[node] == stage {
                let treated = self.treated.get(tree.id(node));
                let after = |learned: Learned| match (learned, treated) {
                    (Learned::Number(value), Some(treated)) => Learned::Number(treated.at(value)),
                    (other, _) => other,
                };
                // Statistics are of treated values already; the value of a named unit is as the table has it.
                let number = |statistic: &Statistic| match statistic {
                    Statistic::Unit(_) => learned(statistic, node, state, unit).map(after),
                    _ => learned(statistic, node, state, unit),
                };
                let numbers = learns.iter().map(number).collect::<Result<_>>()?;
                self.scales.insert(tree.id(node).to_owned(), numbers);
                if let Some(prepared) = prepare(tree, node, &self.scales[tree.id(node)])?
                    && let Some(message) = prepared.warning
                {
                    self.warnings.push(Warning::new("constant", Some(tree.id(node)), message));
                }
            }
        }
        for (g, group) in tree.groups.iter().enumerate() {
            if tree.weight_stages[g].contains(&stage)
                && let Weigh::Children(weighting) | Weigh::Leaves(weighting, _) = &group.weigh
            {
                let mut tallies = self.open_weights.shift_remove(&group.id).unwrap_or_default();
                tallies.push(state.tallies.get(&g).cloned().unwrap_or_default());
                if tree.weight_stages[g].last() == Some(&stage) {
                    self.finish_weights(tree, g, weighting, &tallies)?;
                } else {
                    self.open_weights.insert(group.id.clone(), tallies);
                }
            }
            if tree.reference_stages[g].contains(&stage) {
                let mut tallies = self.open_references.shift_remove(&group.id).unwrap_or_default();
                tallies.push(state.references.get(&g).cloned().unwrap_or_default());
                if tree.reference_stages[g].last() == Some(&stage) {
                    let names: Vec<&str> = group.children.iter().map(|child| tree.id(*child)).collect();
                    let learned = group.aggregation.method().learn(&names, &tallies);
                    let learned = learned.map_err(|message| aggregation_error(group, &message))?;
                    self.references.insert(group.id.clone(), learned);
                } else {
                    self.open_references.insert(group.id.clone(), tallies);
                }
            }
        }
        Ok(())
    }

    /// Imputations and treatments.
    fn absorb_preparation(&mut self, tree: &Tree, stage: usize, state: &StageState) -> Result<()> {
        for (i, leaf) in tree.leaves.iter().enumerate() {
            if let Some(imputing) = leaf.impute.as_ref().filter(|_| stage == 1) {
                let filler = filler(tree, i, imputing, state.seen.get(&i).unwrap_or(&Seen::default()));
                self.warnings.extend(filler.1.map(|message| Warning::new("impute", Some(&leaf.id), message)));
                self.fillers.insert(leaf.id.clone(), filler.0);
            }
        }
        let treats: Vec<usize> = (0..tree.leaves.len()).filter(|i| tree.treat_stage[*i] == stage).collect();
        let learn = |(): &mut (), i: usize| {
            let leaf = &tree.leaves[i];
            let values = state.samples.get(&i).map(Vec::as_slice).unwrap_or_default();
            leaf.treat.as_ref().map(|treat| (treat.name(), treat.method().learn(&Sample::new(values))))
        };
        let learned = crate::parallel::map(treats.clone(), None, &Cancel::new(), || (), learn).unwrap_or_default();
        for (i, found) in treats.into_iter().zip(learned) {
            let leaf = &tree.leaves[i];
            if let Some((name, treated)) = found {
                let treated = treated.map_err(|message| {
                    let message = format!("treat {name}: {message}");
                    Error::new(Kind::Degenerate, Problem::column(leaf.id.clone(), message))
                })?;
                if let Some(message) = &treated.warning {
                    let message = format!("treat {name}: {message}");
                    self.warnings.push(Warning::new("treat", Some(&leaf.id), message));
                }
                self.treated.insert(leaf.id.clone(), treated);
            }
        }
        Ok(())
    }

    /// Weights of a group, and of the groups below it where they are fitted over leaves.
    fn finish_weights(&mut self, tree: &Tree, g: usize, weighting: &Weighting, tallies: &[Tally]) -> Result<()> {
        let group = &tree.groups[g];
        let nodes = if let Weigh::Leaves(_, leaves) = &group.weigh { leaves } else { &group.children };
        let ready = self.ready(tree, true)?;
        let (unscored, scored): (Vec<usize>, Vec<usize>) = nodes.iter().partition(|node| ready.unscored(**node));
        let names: Vec<&str> = scored.iter().map(|node| tree.id(*node)).collect();
        let mut weights = self.fit_weights(&group.id, weighting, &names, tallies)?;
        for node in unscored {
            let message = format!("{} weights of {:?}: has no scores and gets weight 0", weighting.name(), group.id);
            self.warnings.push(Warning::new("weights", Some(tree.id(node)), message));
            weights.insert(tree.id(node).to_owned(), 0.0);
        }
        if matches!(group.weigh, Weigh::Children(_)) {
            self.weights.insert(group.id.clone(), weights);
            return Ok(());
        }
        // A group weighs as much as its leaves together, here and in every group below.
        let mut inner = vec![g];
        while let Some(at) = inner.pop() {
            let group = &tree.groups[at];
            let mut own = IndexMap::new();
            for child in &group.children {
                own.insert(tree.id(*child).to_owned(), weight_below(tree, *child, &weights));
                inner.extend(child.checked_sub(tree.leaves.len()));
            }
            self.weights.insert(group.id.clone(), own);
        }
        Ok(())
    }

    /// Tallies of the finished passes of a group's weights.
    pub(crate) fn tallies(&self, group: &str) -> &[Tally] {
        self.open_weights.get(group).map_or(&[], Vec::as_slice)
    }

    /// Tallies of the finished passes of a group's references.
    pub(crate) fn reference_tallies(&self, group: &str) -> &[Tally] {
        self.open_references.get(group).map_or(&[], Vec::as_slice)
    }

    fn fit_weights(
        &mut self,
        group: &str,
        weighting: &Weighting,
        names: &[&str],
        tallies: &[Tally],
    ) -> Result<IndexMap<String, f64>> {
        let name = weighting.name();
        let fitted = weighting.method().weights(names, tallies).map_err(|message| {
            Error::new(Kind::Degenerate, Problem::at(format!("weights of {group:?}"), format!("{name}: {message}")))
        })?;
        for (node, message) in fitted.warnings {
            self.warnings.push(Warning::new(
                "weights",
                node.as_deref(),
                format!("{name} weights of {group:?}: {message}"),
            ));
        }
        for (detail, numbers) in fitted.details {
            let single = numbers.len() == 1 && names.len() != 1;
            let nodes = if single { &[group][..] } else { names };
            let numbers = nodes.iter().map(|node| (*node).to_owned()).zip(numbers).collect();
            self.details.entry(group.to_owned()).or_default().insert(detail, numbers);
        }
        Ok(names.iter().map(|name| (*name).to_owned()).zip(fitted.weights).collect())
    }

    /// Adds the weights that need no data.
    pub(crate) fn complete(&mut self, tree: &Tree) -> Result<()> {
        for (_, group) in tree.groups.iter().enumerate().filter(|(g, _)| tree.weight_stages[*g].is_empty()) {
            if let Weigh::Children(weighting) = &group.weigh {
                let names: Vec<&str> = group.children.iter().map(|child| tree.id(*child)).collect();
                let weights = self.fit_weights(&group.id, weighting, &names, &[])?;
                self.weights.insert(group.id.clone(), weights);
            }
        }
        Ok(())
    }

    /// What scoring needs, as far as it is known; with `partly`, what is not fitted yet is left out.
    pub(crate) fn ready(&self, tree: &Tree, partly: bool) -> Result<Ready> {
        let mut complete = self.clone();
        complete.complete(tree)?;
        let mut scales = Vec::new();
        for node in 0..tree.nodes() {
            let learns = tree.group(node).map_or_else(|| &tree.leaves[node].learns, |group| &group.learns);
            let learned = complete.scales.get(tree.id(node));
            if learns.is_empty() {
                scales.push(prepare(tree, node, &[])?);
            } else if let Some(learned) = learned.filter(|learned| learned.len() == learns.len()) {
                scales.push(prepare(tree, node, learned)?);
            } else if partly {
                scales.push(None);
            } else {
                return Err(incomplete(tree.id(node)));
            }
        }
        for (i, leaf) in tree.leaves.iter().enumerate() {
            let known = leaf.treat.is_none() || complete.treated.contains_key(&leaf.id);
            let filled = leaf.impute.is_none() || complete.fillers.contains_key(&leaf.id);
            if !(partly || known && filled) {
                return Err(incomplete(&leaf.id));
            }
            if let Some(treated) = complete.treated.get(&leaf.id).filter(|treated| !treated.is_identity()) {
                scales[i] = scales[i].take().map(|prepared| Prepared {
                    scorer: Box::new(TreatedScorer::new(treated.clone(), prepared.scorer)),
                    warning: prepared.warning,
                });
            }
        }
        let mut weights = Vec::new();
        for group in &tree.groups {
            let own = complete.weights.get(&group.id);
            let found: Option<Vec<f64>> =
                own.and_then(|own| group.children.iter().map(|child| own.get(tree.id(*child)).copied()).collect());
            match found {
                Some(found) => weights.push(found),
                None if partly => weights.push(vec![1.0; group.children.len()]),
                None => return Err(incomplete(&group.id)),
            }
        }
        let mut ready = Ready {
            period: None,
            fillers: tree.leaves.iter().map(|leaf| complete.fillers.get(&leaf.id).cloned()).collect(),
            scales,
            weights,
            counted: Vec::new(),
            referenced: Vec::new(),
            records: complete.records,
        };
        for (group, weights) in tree.groups.iter().zip(&ready.weights) {
            let method = group.aggregation.method();
            let counted = |place: &usize| !method.weighted() || weights.get(*place).is_some_and(|weight| *weight > 0.0);
            let counted: Vec<usize> = (0..group.children.len()).filter(counted).collect();
            let learned = self.references.get(&group.id);
            ready.referenced.push(match learned {
                _ if method.passes() == 0 => None,
                Some(learned) => {
                    method.prepare(learned, &counted).map_err(|message| aggregation_error(group, &message))?
                }
                None if partly => None,
                None => return Err(incomplete(&group.id)),
            });
            ready.counted.push(counted);
        }
        Ok(ready)
    }
}

/// What an imputation has learned, and what is to be said about it.
fn filler(tree: &Tree, leaf: usize, imputing: &Imputing, seen: &Seen) -> (Filler, Option<String>) {
    let Some(others) = &imputing.others else {
        let groups = seen.middles(imputing.middle);
        let empty: Vec<&str> =
            groups.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
        let mut told = Vec::new();
        match (&imputing.by, empty.as_slice()) {
            (_, []) => {}
            (None, _) => told.push("the column has no value, so missing ones stay missing".to_owned()),
            (Some(by), empty) => told.push(format!(
                "groups of {by} without a value leave missing ones missing: {}",
                empty.iter().take(10).copied().collect::<Vec<_>>().join(", ")
            )),
        }
        if let (Some(by), rows @ 1..) = (&imputing.by, seen.without_group) {
            told.push(format!("{rows} missing values of units without {by} stay missing"));
        }
        let warning = (!told.is_empty()).then(|| told.join("; "));
        return (Filler::Groups(groups), warning);
    };
    let ids = std::iter::once(leaf).chain(others.iter().copied()).map(|leaf| tree.leaves[leaf].id.as_str());
    let moments = |id: &str| seen.moments.get(id).filter(|moments| moments.count > 0);
    let extremes: Vec<Option<[f64; 2]>> = ids.map(|id| moments(id).map(|moments| [moments.min, moments.max])).collect();
    let known = extremes[1..].iter().flatten().any(|[low, high]| low < high);
    let warning = (!known).then(|| "no other indicator varies, so missing values stay missing".to_owned());
    (Filler::Row(extremes), warning)
}

fn aggregation_error(group: &Inner, message: &str) -> Error {
    let message = format!("{}: {message}", group.aggregation.name());
    Error::new(Kind::Degenerate, Problem::at(format!("aggregate of {:?}", group.id), message))
}

fn incomplete(node: &str) -> Error {
    Error::new(
        Kind::NotFitted,
        Problem::general(format!("the fitted numbers of {node:?} are missing or do not fit the definition")),
    )
}

fn weight_below(tree: &Tree, node: usize, leaves: &IndexMap<String, f64>) -> f64 {
    match tree.group(node) {
        Some(group) => group.children.iter().map(|child| weight_below(tree, *child, leaves)).sum(),
        None => leaves.get(tree.id(node)).copied().unwrap_or(0.0),
    }
}

impl Fitted {
    pub(crate) fn new(tree: Tree, parts: Vec<Part>) -> Result<Self> {
        let mut ready = Vec::new();
        let mut warnings = Vec::new();
        for part in &parts {
            let mut own = part.numbers.ready(&tree, false)?;
            for warning in &part.numbers.warnings {
                let mut warning = warning.clone();
                if let Some(period) = &part.period {
                    warning.message = format!("period {period}: {}", warning.message);
                }
                warnings.push(warning);
            }
            own.period.clone_from(&part.period);
            ready.push(own);
        }
        if parts.iter().any(|part| part.period.is_some()) {
            let message = "each period is fitted by itself: scores of different periods are not comparable";
            warnings.push(Warning::new("comparability", None, message));
        }
        Ok(Self { tree, parts, ready, warnings })
    }

    /// For definitions in which nothing is to be fitted.
    pub fn unfitted(index: Index) -> Result<Self> {
        let tree = Tree::new(index)?;
        if tree.stage_count() > 0 {
            let waiting: Vec<&str> = (0..tree.nodes())
                .filter(|&node| {
                    let group = node.checked_sub(tree.leaves.len());
                    group.map_or_else(|| !tree.leaves[node].learns.is_empty(), |g| tree.group_learns(g))
                })
                .map(|node| tree.id(node))
                .collect();
            let shown = waiting.iter().take(20).copied().collect::<Vec<_>>().join(", ");
            let message = format!("{} nodes are to be fitted first: {shown}", waiting.len());
            let problem = Problem::general(message).remedy("call fit, or fit_score to fit and score the same rows");
            return Err(Error::new(Kind::NotFitted, problem));
        }
        let mut numbers = Numbers::new(&tree);
        numbers.complete(&tree)?;
        Self::new(tree, vec![Part { period: None, numbers }])
    }

    /// The definition.
    pub fn index(&self) -> &Index {
        &self.tree.index
    }

    /// Definition and numbers as JSON. Distributions of rank scales hold the values of units: they are written only with
    /// `include_records`.
    pub fn to_json(&self, include_records: bool) -> Result<String> {
        let holds_records = self.parts.iter().any(|part| {
            let numbers = &part.numbers;
            let ranks = numbers.scales.values().flatten().any(|learned| matches!(learned, Learned::Distribution(_)));
            ranks || !numbers.records.is_empty()
        });
        if holds_records && !include_records {
            let message = "this fit keeps values of the units it was fitted on, which may be confidential";
            let remedy = "say include_records=True to write them all the same";
            return Err(Error::new(Kind::Value, Problem::general(message).remedy(remedy)));
        }
        let written = Written {
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            definition: self.tree.index.clone(),
            parts: self.parts.clone(),
        };
        serde_json::to_string(&written)
            .map_err(|error| Error::new(Kind::Value, Problem::general(format!("cannot be written: {error}"))))
    }

    /// Reads what [`Fitted::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self> {
        let bad =
            |message: String| Error::new(Kind::Definition, Problem::general(format!("not a fitted index: {message}")));
        let written: Written = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        if written.format != 1 {
            return Err(bad(format!("format {} is not known to this release", written.format)));
        }
        if written.parts.is_empty() {
            return Err(bad("no fitted numbers".to_owned()));
        }
        Self::new(Tree::new(written.definition)?, written.parts)
    }

    /// The fitted parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
}
