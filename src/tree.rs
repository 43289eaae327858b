//! A definition compiled once: nodes by number, children before parents, and in which stage each thing is fitted.

use std::collections::HashMap;

use crate::aggregate::Aggregation;
use crate::definition::{Direction, Group, Index, Literal, Missing, Period};
use crate::error::{Error, Kind, Problem, Result};
use crate::impute::{From, Imputation, Middle};
use crate::logic::LevelPlan;
use crate::normalize::{Scale, Statistic};
use crate::treat::Treatment;
use crate::weights::{Fixed, Over, Weighting};

/// A leaf, ready to be bound to data.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    pub(crate) id: String,
    pub(crate) columns: Vec<String>,
    pub(crate) direction: Direction,
    pub(crate) scale: Scale,
    /// What stands for a missing value; none where nothing does.
    pub(crate) impute: Option<Imputing>,
    /// What is done to outliers; none where nothing is.
    pub(crate) treat: Option<Treatment>,
    pub(crate) domain: Option<[f64; 2]>,
    pub(crate) blank: Option<Literal>,
    /// Leaves that are yes when this one is.
    pub(crate) implies: Vec<usize>,
    pub(crate) period: Period,
    pub(crate) learns: Vec<Statistic>,
}

/// An imputation, with the indicators it uses.
#[derive(Debug, Clone)]
pub(crate) struct Imputing {
    pub(crate) middle: Middle,
    /// The column of groups of units.
    pub(crate) by: Option<String>,
    /// Other indicators of the same unit; none where other units are used.
    pub(crate) others: Option<Vec<usize>>,
}

/// How a group gets its weights.
#[derive(Debug, Clone)]
pub(crate) enum Weigh {
    /// Its own method, over its children.
    Children(Weighting),
    /// Its own method, over all leaves below it.
    Leaves(Weighting, Vec<usize>),
    /// Sums of the leaf weights fitted at this ancestor (number among the groups).
    Above(usize),
}

/// An inner node.
#[derive(Debug, Clone)]
pub(crate) struct Inner {
    pub(crate) id: String,
    /// Node numbers.
    pub(crate) children: Vec<usize>,
    pub(crate) aggregation: Aggregation,
    pub(crate) weigh: Weigh,
    pub(crate) missing: Missing,
    pub(crate) min_coverage: Option<f64>,
    pub(crate) min_observed: Option<f64>,
    pub(crate) scale: Option<Scale>,
    pub(crate) period: Period,
    pub(crate) learns: Vec<Statistic>,
}

/// The compiled definition.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) index: Index,
    pub(crate) leaves: Vec<Leaf>,
    /// Children before parents.
    pub(crate) groups: Vec<Inner>,
    pub(crate) root: Option<usize>,
    pub(crate) levels: Vec<LevelPlan>,
    /// The stage in which a leaf's treatment is learned (0: none); its imputation is learned in stage 1.
    pub(crate) treat_stage: Vec<usize>,
    /// The number of stages after which a node can be scored.
    pub(crate) ready: Vec<usize>,
    /// The stages in which a group's weights are fitted, one per pass (none: given).
    pub(crate) weight_stages: Vec<Vec<usize>>,
    /// The stages in which a group's aggregation learns its references, one per pass.
    pub(crate) reference_stages: Vec<Vec<usize>>,
    /// Whether the numbers of leaves come from an earlier fit.
    pub(crate) leaves_known: bool,
    places: HashMap<String, usize>,
}

impl Tree {
    /// Compiles a valid definition.
    pub(crate) fn new(index: Index) -> Result<Self> {
        Error::collect(Kind::Definition, index.problems())?;
        let mut places = HashMap::new();
        let mut leaves = Vec::new();
        for leaf in &index.indicators {
            places.insert(leaf.id.clone(), places.len());
            let scale = leaf.scale.clone().or_else(|| index.defaults.scale.clone());
            let scale = scale.ok_or_else(|| unreachable(&leaf.id))?;
            let learns = scale.method().learns(leaf.direction);
            let points = scale.method().has_own_direction();
            let treat = match (&leaf.treat, &index.defaults.treat) {
                (Some(own), default) => Some(own.over(default.as_ref())),
                (None, default) => default.clone().filter(|_| !points),
            };
            let columns: Vec<String> = index.columns_of(leaf).into_iter().map(str::to_owned).collect();
            let rule = columns.iter().find_map(|name| index.columns.get(name));
            let domain = leaf.domain.or_else(|| rule.and_then(|rule| rule.domain));
            let derived = columns.iter().find_map(|name| index.derived.get(name)).and_then(|derived| derived.domain);
            leaves.push(Leaf {
                id: leaf.id.clone(),
                direction: leaf.direction,
                domain: domain.or(derived),
                blank: leaf.blank.clone().or_else(|| rule.and_then(|rule| rule.blank.clone())),
                implies: Vec::new(),
                period: leaf.period.clone().unwrap_or_else(|| index.period.clone()),
                columns,
                scale,
                learns,
                impute: None,
                treat: treat.filter(|treat| !matches!(treat, Treatment::NoTreatment(_))),
            });
        }
        for (i, leaf) in index.indicators.iter().enumerate() {
            leaves[i].implies = leaf.implies.iter().filter_map(|id| places.get(id).copied()).collect();
            let points = leaves[i].scale.method().has_own_direction();
            let impute = leaf.impute.as_ref().or_else(|| index.defaults.impute.as_ref().filter(|_| !points));
            leaves[i].impute = impute.and_then(|impute| imputing(&index, i, impute, &leaves));
        }
        let order = children_first(&index);
        for group in &order {
            places.insert(group.id.clone(), places.len());
        }
        let mut tree = Self {
            root: index.root().and_then(|root| places.get(root).copied()),
            groups: Vec::new(),
            levels: Vec::new(),
            treat_stage: Vec::new(),
            ready: Vec::new(),
            weight_stages: Vec::new(),
            reference_stages: Vec::new(),
            leaves_known: false,
            leaves,
            places,
            index: Index { groups: Vec::new(), ..index.clone() },
        };
        for group in order {
            let inner = tree.inner(&index, group)?;
            tree.groups.push(inner);
        }
        tree.share_weights_from_above();
        tree.stages(false);
        tree.index = index;
        tree.levels = LevelPlan::all(&tree)?;
        Ok(tree)
    }

    fn inner(&self, index: &Index, group: &Group) -> Result<Inner> {
        let children = index.children_of(&group.id);
        let numbers: Vec<usize> = children.iter().filter_map(|child| self.node(child.id)).collect();
        let weighting = if let Some(weights) = &group.weights {
            weights.clone()
        } else if children.iter().any(|child| child.weight.is_some()) {
            let weights = children.iter().map(|child| (child.id.to_owned(), child.weight.unwrap_or(1.0))).collect();
            Weighting::Fixed(Fixed { weights })
        } else {
            index.defaults.weights.clone().unwrap_or(Weighting::Equal(crate::weights::Equal {}))
        };
        let weigh = if weighting.method().learns() && weighting.method().over() == Over::Leaves {
            Weigh::Leaves(weighting, index.leaves_under(&group.id, None))
        } else {
            Weigh::Children(weighting)
        };
        let aggregation = index.aggregation_of(group);
        let scale = group.scale.clone();
        let learns = scale.as_ref().map(|scale| scale.method().learns(Direction::More)).unwrap_or_default();
        if learns.iter().any(|statistic| matches!(statistic, Statistic::Unit(_))) {
            let message = "the value of a named unit is a scale for indicators, not for groups";
            return Err(Error::new(Kind::Definition, Problem::at(format!("group {:?}", group.id), message)));
        }
        Ok(Inner {
            id: group.id.clone(),
            children: numbers,
            missing: group.missing.or(index.defaults.missing).unwrap_or_else(|| aggregation.method().missing()),
            min_coverage: group.min_coverage.or(index.defaults.min_coverage),
            min_observed: group.min_observed.or(index.defaults.min_observed),
            period: group.period.clone().unwrap_or_else(|| index.period.clone()),
            aggregation,
            weigh,
            scale,
            learns,
        })
    }

    /// Groups below one whose weights are fitted over leaves take sums of those.
    fn share_weights_from_above(&mut self) {
        let first = self.leaves.len();
        let owners: Vec<usize> =
            (0..self.groups.len()).filter(|&g| matches!(self.groups[g].weigh, Weigh::Leaves(..))).collect();
        for owner in owners {
            let mut open: Vec<usize> = self.groups[owner].children.clone();
            while let Some(node) = open.pop() {
                if let Some(group) = node.checked_sub(first) {
                    open.extend(self.groups[group].children.iter().copied());
                    self.groups[group].weigh = Weigh::Above(owner);
                }
            }
        }
    }

    /// When each node can be scored: a scale waits for its column, weights for what they are fitted on, references for
    /// the children, and from their second pass on for the weights.
    fn stages(&mut self, leaves_known: bool) {
        let filled = |leaf: &Leaf| usize::from(leaf.impute.is_some() && !leaves_known);
        let treated = |leaf: &Leaf| leaf.treat.as_ref().filter(|_| !leaves_known).map_or(0, |_| filled(leaf) + 1);
        self.treat_stage = self.leaves.iter().map(treated).collect();
        self.leaves_known = leaves_known;
        self.ready = self
            .leaves
            .iter()
            .map(|leaf| filled(leaf).max(treated(leaf)) + usize::from(!leaf.learns.is_empty() && !leaves_known))
            .collect();
        self.weight_stages.clear();
        self.reference_stages.clear();
        let owners: Vec<Vec<usize>> = self
            .groups
            .iter()
            .map(|group| match &group.weigh {
                Weigh::Leaves(weighting, below) => {
                    let known = below.iter().map(|leaf| self.ready[*leaf]).max().unwrap_or(0);
                    (1..=weighting.method().passes()).map(|pass| known + pass).collect()
                }
                _ => Vec::new(),
            })
            .collect();
        for (g, group) in self.groups.iter().enumerate() {
            let children = group.children.iter().map(|child| self.ready[*child]).max().unwrap_or(0);
            let weights: Vec<usize> = match &group.weigh {
                Weigh::Children(weighting) => (1..=weighting.method().passes()).map(|pass| children + pass).collect(),
                Weigh::Leaves(..) => owners[g].clone(),
                Weigh::Above(owner) => owners[*owner].last().copied().into_iter().collect(),
            };
            let weighed = weights.last().copied().unwrap_or(0);
            let mut references = Vec::new();
            for pass in 0..group.aggregation.method().passes() {
                let before = references.last().copied().unwrap_or(children);
                references.push(1 + if pass == 0 { before } else { before.max(weighed) });
            }
            let aggregated = children.max(weighed).max(references.last().copied().unwrap_or(0));
            self.ready.push(aggregated + usize::from(!group.learns.is_empty()));
            self.weight_stages.push(weights);
            self.reference_stages.push(references);
        }
    }

    /// From here on what leaves learn is known before: only weights, references and scales of groups are to be fitted.
    pub(crate) fn know_leaves(&mut self) {
        self.stages(true);
    }

    /// How many times the data are read.
    pub(crate) fn stage_count(&self) -> usize {
        self.ready.iter().copied().max().unwrap_or(0)
    }

    /// What each stage learns, in words.
    pub(crate) fn describe_stages(&self) -> Vec<String> {
        (1..=self.stage_count())
            .map(|stage| {
                let leaves = || self.leaves.iter().enumerate();
                let imputed = leaves().filter(|(_, leaf)| stage == 1 && leaf.impute.is_some()).count();
                let treated = leaves().filter(|(i, _)| self.treat_stage[*i] == stage).count();
                let scales = leaves().filter(|(i, leaf)| self.ready[*i] == stage && !leaf.learns.is_empty()).count();
                let counted = [("imputation", imputed), ("treatment", treated), ("scales", scales)];
                let mut parts: Vec<String> = counted
                    .into_iter()
                    .filter(|(_, count)| *count > 0)
                    .map(|(what, count)| format!("{what} of {count} indicators"))
                    .collect();
                for (g, group) in self.groups.iter().enumerate() {
                    let own = !matches!(group.weigh, Weigh::Above(_));
                    if own && self.weight_stages[g].contains(&stage) {
                        parts.push(format!("weights of {}", group.id));
                    }
                    if self.reference_stages[g].contains(&stage) {
                        parts.push(format!("references of {}", group.id));
                    }
                    if !group.learns.is_empty() && self.ready[self.leaves.len() + g] == stage {
                        parts.push(format!("scale of {}", group.id));
                    }
                }
                parts.join(", ")
            })
            .collect()
    }

    /// The number of a node.
    pub(crate) fn node(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The number of a node, or an error with the names there are.
    pub(crate) fn expect_node(&self, id: &str) -> Result<usize> {
        self.node(id).ok_or_else(|| {
            let names: Vec<&str> = self.ids().collect();
            let shown = if names.len() > 40 { format!("{} names", names.len()) } else { names.join(", ") };
            let near = crate::error::hint(id, names.iter().copied());
            let message = format!("there is no node {:?}, expected one of {shown}{near}", crate::error::shorten(id));
            Error::new(Kind::UnknownName, Problem::general(message))
        })
    }

    /// Leaves, then groups, children first.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.leaves.iter().map(|leaf| leaf.id.as_str()).chain(self.groups.iter().map(|group| group.id.as_str()))
    }

    pub(crate) fn id(&self, node: usize) -> &str {
        match node.checked_sub(self.leaves.len()) {
            Some(group) => &self.groups[group].id,
            None => &self.leaves[node].id,
        }
    }

    pub(crate) fn nodes(&self) -> usize {
        self.leaves.len() + self.groups.len()
    }

    /// The group of a node number.
    pub(crate) fn group(&self, node: usize) -> Option<&Inner> {
        node.checked_sub(self.leaves.len()).map(|group| &self.groups[group])
    }

    /// Whether a group learns anything from data.
    pub(crate) fn group_learns(&self, g: usize) -> bool {
        let group = &self.groups[g];
        let own = !matches!(group.weigh, Weigh::Above(_)) && !self.weight_stages[g].is_empty();
        own || !group.learns.is_empty() || !self.reference_stages[g].is_empty()
    }

    /// Whether a node has a score.
    pub(crate) fn scored(&self, node: usize) -> bool {
        self.group(node).is_none_or(|group| !matches!(group.aggregation, Aggregation::NoAggregate(_)))
    }
}

/// An imputation with its indicators by number; none where missing stays missing.
fn imputing(index: &Index, leaf: usize, impute: &Imputation, leaves: &[Leaf]) -> Option<Imputing> {
    match impute.method().from() {
        From::Nowhere => None,
        From::Column { middle, by } => Some(Imputing { middle, by, others: None }),
        From::Row { middle, within } => {
            let group = within.or_else(|| index.indicators[leaf].parent.clone());
            let below = match &group {
                Some(group) => index.leaves_under(group, None),
                None => Vec::new(),
            };
            // Answers with points have no extremes to stand between.
            let measured = |other: &usize| *other != leaf && !leaves[*other].scale.method().has_own_direction();
            let others = below.into_iter().filter(measured).collect();
            Some(Imputing { middle, by: None, others: Some(others) })
        }
    }
}

/// Cannot happen after validation, but a user must never see a panic.
fn unreachable(id: &str) -> Error {
    Error::new(Kind::Definition, Problem::general(format!("indicator {id:?} has no scale")))
}

/// Groups so that every group comes after the groups inside it; otherwise in the order of the definition.
fn children_first(index: &Index) -> Vec<&Group> {
    let parents: HashMap<&str, Option<&str>> =
        index.groups.iter().map(|group| (group.id.as_str(), group.parent.as_deref())).collect();
    let mut depth: HashMap<&str, usize> = HashMap::new();
    for group in &index.groups {
        let mut steps = 0;
        let mut at = group.parent.as_deref();
        while let Some(parent) = at {
            steps += 1;
            at = parents.get(parent).copied().flatten();
            if steps > index.groups.len() {
                break;
            }
        }
        depth.insert(&group.id, steps);
    }
    let mut order: Vec<&Group> = index.groups.iter().collect();
    order.sort_by_key(|group| std::cmp::Reverse(depth.get(group.id.as_str()).copied().unwrap_or(0)));
    order
}
