//! What stages learn becomes numbers: statistics of scales, imputations, treatments, references and weights.

use indexmap::IndexMap;

use super::Numbers;
use super::ready::aggregation_error;
use crate::error::{Error, Kind, Problem, Result};
use crate::fit::{StageState, learned, prepare};
use crate::impute::{Filler, Seen};
use crate::normalize::{Learned, Statistic};
use crate::notes::Warning;
use crate::parallel::Cancel;
use crate::tally::Tally;
use crate::treat::Sample;
use crate::tree::{Imputing, Tree, Weigh};
use crate::weights::Weighting;

impl Numbers {
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
            if let Some(imputing) = leaf.impute.as_ref().filter(|_| stage == 1 && !tree.leaves_known) {
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
            // In the order of the children, where some had no scores.
            let mut own: IndexMap<String, f64> = IndexMap::new();
            for child in &group.children {
                let id = tree.id(*child);
                own.insert(id.to_owned(), weights.get(id).copied().unwrap_or(0.0));
            }
            self.change_weights(&group.id, &mut own);
            self.weights.insert(group.id.clone(), own);
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
            self.change_weights(&group.id, &mut own);
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
                let mut weights = self.fit_weights(&group.id, weighting, &names, &[])?;
                self.change_weights(&group.id, &mut weights);
                self.weights.insert(group.id.clone(), weights);
            }
        }
        Ok(())
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

fn weight_below(tree: &Tree, node: usize, leaves: &IndexMap<String, f64>) -> f64 {
    match tree.group(node) {
        Some(group) => group.children.iter().map(|child| weight_below(tree, *child, leaves)).sum(),
        None => leaves.get(tree.id(node)).copied().unwrap_or(0.0),
    }
}
