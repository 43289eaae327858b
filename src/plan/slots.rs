//! The state of a unit as numbers that measures can only raise: scores, chosen options, answers of conditions.

use std::collections::HashMap;

use super::measures::{Answer, Measure};
use super::solve::Choice;
use crate::bind::{Bound, Source};
use crate::columns::Rows;
use crate::definition::Literal;
use crate::error::{Error, Kind, Problem, Result, hint};
use crate::fitted::Ready;
use crate::kernel::{Workspace, assumed_score};
use crate::logic::{Logic, LogicKind, Test, YES};
use crate::normalize::{Options, Scale};
use crate::tree::Tree;

/// One number of the state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    /// The lowest score a leaf could have; where several options may be chosen, what it has without further ones.
    Leaf(usize),
    /// Whether an option of a leaf with several is chosen for certain.
    Option(usize, String),
    /// The highest value of a leaf, turned: at most is at least.
    Below(usize),
    /// Whether a comparison of a column holds for certain; by its place among the rules.
    Test(usize),
}

/// All slots of a level, and what measures do to them.
pub(super) struct Slots<'t> {
    pub(super) tree: &'t Tree,
    all: Vec<Slot>,
    places: HashMap<Slot, usize>,
}

/// The options of a leaf of which several may be chosen.
pub(super) fn several(tree: &Tree, leaf: usize) -> Option<&Options> {
    match &tree.leaves[leaf].scale {
        Scale::Options(options) if options.multiple => Some(options),
        _ => None,
    }
}

impl<'t> Slots<'t> {
    /// The slots of these leaves and of the comparisons of columns among the rules.
    pub(super) fn new(tree: &'t Tree, leaves: &[usize], rules: &[&Logic]) -> Self {
        let mut slots = Vec::new();
        for leaf in leaves {
            match several(tree, *leaf) {
                Some(options) => {
                    slots.push(Slot::Leaf(*leaf));
                    slots.extend(options.answers().iter().map(|a| Slot::Option(*leaf, (*a).to_owned())));
                }
                None => slots.extend([Slot::Leaf(*leaf), Slot::Below(*leaf)]),
            }
        }
        for (place, logic) in rules.iter().enumerate() {
            if matches!(logic.kind, LogicKind::Column { .. }) {
                slots.push(Slot::Test(place));
            }
        }
        let places = slots.iter().cloned().enumerate().map(|(place, slot)| (slot, place)).collect();
        Self { tree, all: slots, places }
    }

    pub(super) fn place(&self, slot: &Slot) -> Option<usize> {
        self.places.get(slot).copied()
    }

    /// The state of one row of a block.
    pub(super) fn start(
        &self,
        bound: &Bound<'_, '_>,
        space: &Workspace,
        rows: &Rows<'_>,
        i: usize,
        states: &[u8],
    ) -> Vec<f64> {
        let open = |x: f64| if x.is_nan() { f64::NEG_INFINITY } else { x };
        let mut chosen: HashMap<usize, Vec<String>> = HashMap::new();
        self.all
            .iter()
            .map(|slot| match slot {
                Slot::Leaf(leaf) => open(space.ends(*leaf).0[i]),
                Slot::Below(leaf) => open(-space.ends(*leaf).1[i]),
                Slot::Test(place) => f64::from(u8::from(states[*place] == YES)),
                Slot::Option(leaf, option) => {
                    let all = chosen.entry(*leaf).or_insert_with(|| self.options_of(*leaf, bound, space, rows, i));
                    f64::from(u8::from(all.contains(option)))
                }
            })
            .collect()
    }

    fn options_of(
        &self,
        leaf: usize,
        bound: &Bound<'_, '_>,
        space: &Workspace,
        rows: &Rows<'_>,
        i: usize,
    ) -> Vec<String> {
        let Some(options) = several(self.tree, leaf) else { return Vec::new() };
        for source in &bound.leaves[leaf].sources {
            let found: Vec<String> = match source {
                Source::Each { options: columns, .. } => {
                    let yes = |answer: &&str| {
                        let name = options.column_of(answer);
                        columns.iter().any(|(slot, _)| {
                            Some(&bound.slots[*slot].name) == name.as_ref() && space.slot(bound, *slot, rows)[i] == 1.0
                        })
                    };
                    options.answers().into_iter().filter(yes).map(str::to_owned).collect()
                }
                Source::Coded { text, .. } => {
                    let code = usize::try_from(space.codes(*text)[i]).ok();
                    match bound.table.at(bound.texts[*text]) {
                        crate::columns::Column::Text { labels, .. } => code
                            .and_then(|code| labels.get(code))
                            .map(|label| options.chosen(label).into_iter().map(str::to_owned).collect())
                            .unwrap_or_default(),
                        _ => Vec::new(),
                    }
                }
                Source::Number(_) => Vec::new(),
            };
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// What each measure does to the slots; items nobody asks for are an error, so that no cost table is half used.
    pub(super) fn choices(
        &self,
        measures: &[Measure],
        requires: &[Vec<usize>],
        ready: &Ready,
        rules: &[&Logic],
    ) -> Result<Vec<Choice>> {
        let mut problems = Vec::new();
        let mut choices = Vec::new();
        for (measure, requires) in measures.iter().zip(requires) {
            let mut effects = Vec::new();
            for (item, answer) in &measure.sets {
                match self.effects(item, answer, ready, rules) {
                    Ok(found) => effects.extend(found),
                    Err(message) => {
                        problems.push(Problem::at(format!("measure {:?}.sets.{item}", measure.id), message))
                    }
                }
            }
            choices.push(Choice { cost: measure.cost, effects, requires: requires.clone() });
        }
        Error::collect(Kind::Value, problems)?;
        Ok(choices)
    }

    fn effects(
        &self,
        item: &str,
        answer: &Answer,
        ready: &Ready,
        rules: &[&Logic],
    ) -> std::result::Result<Vec<(usize, f64)>, String> {
        let tree = self.tree;
        let leaves: Vec<usize> = (0..tree.leaves.len()).filter(|leaf| self.is_item(*leaf, item)).collect();
        let compared = |logic: &&Logic| matches!(&logic.kind, LogicKind::Column { column, .. } if column == item);
        let tests: Vec<usize> = (0..rules.len()).filter(|place| compared(&rules[*place])).collect();
        let known = tree.index.derived.contains_key(item);
        if known
            || leaves
                .iter()
                .any(|leaf| tree.leaves[*leaf].columns.first().is_some_and(|c| tree.index.derived.contains_key(c)))
        {
            return Err(
                "this is computed from other columns, and a measure sets answers; set what can be answered".to_owned()
            );
        }
        if leaves.is_empty() && tests.is_empty() {
            let columns = tree.levels.iter().flat_map(crate::logic::LevelPlan::columns);
            let names: Vec<&str> = tree.leaves.iter().map(|leaf| leaf.id.as_str()).chain(columns).collect();
            return Err(format!(
                "no indicator and no compared column has this name{}",
                hint(item, names.iter().copied())
            ));
        }
        let mut found = Vec::new();
        for leaf in leaves {
            found.extend(self.leaf_effects(leaf, answer, ready)?);
        }
        for place in tests {
            if let (LogicKind::Column { test, .. }, Some(slot)) = (&rules[place].kind, self.place(&Slot::Test(place)))
                && holds(test, answer)?
            {
                found.push((slot, 1.0));
            }
        }
        Ok(found)
    }

    /// The score each measure gives each indicator it sets, where it gives one: (measure, indicator, score).
    pub(super) fn scores(&self, measures: &[Measure], ready: &Ready) -> Vec<(usize, String, f64)> {
        let mut found = Vec::new();
        for (number, measure) in measures.iter().enumerate() {
            for (item, answer) in &measure.sets {
                for leaf in (0..self.tree.leaves.len()).filter(|leaf| self.is_item(*leaf, item)) {
                    let effects = self.leaf_effects(leaf, answer, ready).unwrap_or_default();
                    let own = self.place(&Slot::Leaf(leaf));
                    let score = effects.iter().find(|(slot, _)| Some(*slot) == own).map(|(_, score)| *score);
                    found.extend(score.map(|score| (number, self.tree.leaves[leaf].id.clone(), score)));
                }
            }
        }
        found
    }

    fn is_item(&self, leaf: usize, item: &str) -> bool {
        let leaf = &self.tree.leaves[leaf];
        leaf.id == item || leaf.columns.first().is_some_and(|column| column == item)
    }

    fn leaf_effects(
        &self,
        leaf: usize,
        answer: &Answer,
        ready: &Ready,
    ) -> std::result::Result<Vec<(usize, f64)>, String> {
        let scale = &self.tree.leaves[leaf].scale;
        let scorer = ready.scales[leaf].as_ref().map(|prepared| prepared.scorer.as_ref());
        if let (Some(options), Answer::Is(Literal::Text(text))) = (several(self.tree, leaf), answer) {
            options.score_text(text)?;
            let chosen = options.chosen(text);
            let slot = |answer: &&str| self.place(&Slot::Option(leaf, (*answer).to_owned()));
            return Ok(chosen.iter().filter_map(slot).map(|slot| (slot, 1.0)).collect());
        }
        let mut found = Vec::new();
        match answer {
            Answer::Is(literal) => {
                let score = assumed_score(scale, scorer, literal)?;
                found.extend(self.place(&Slot::Leaf(leaf)).map(|slot| (slot, score)));
            }
            Answer::AtMost(limit) => {
                let score = assumed_score(scale, scorer, &Literal::Number(limit.at_most))?;
                // Where less is better the score rises; where the value itself is compared it falls.
                if matches!(scale, Scale::NoScale(_)) {
                    found.extend(self.place(&Slot::Below(leaf)).map(|slot| (slot, -score)));
                } else {
                    found.extend(self.place(&Slot::Leaf(leaf)).map(|slot| (slot, score)));
                }
            }
        }
        Ok(found)
    }
}

/// Whether an answer makes a comparison hold.
fn holds(test: &Test, answer: &Answer) -> std::result::Result<bool, String> {
    let text = match answer {
        Answer::Is(Literal::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        Answer::Is(Literal::Number(number)) => number.to_string(),
        Answer::Is(Literal::Text(text)) => text.clone(),
        Answer::AtMost(limit) => limit.at_most.to_string(),
    };
    Ok(test.text_state(&text)? == YES)
}
