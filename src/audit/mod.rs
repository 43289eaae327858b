//! How one row came to its scores and level: answer by answer, group by group, condition by condition.
//!
//! The row is scored again by the same kernel, so what is told is what was computed.

mod report;

pub use report::{Answer, Audit, ChildScore, ConditionState, GroupScore, LevelState};

use std::cell::RefCell;
use std::collections::HashMap;

use crate::bind::{Bound, SlotSource, Source, Wishes};
use crate::columns::{Rows, Table};
use crate::definition::{Condition, Literal};
use crate::error::{Error, Kind, Problem, Result};
use crate::explain::contributions;
use crate::facts::BlockFacts;
use crate::fitted::Fitted;
use crate::kernel::relative::{Comparing, compare};
use crate::kernel::{Kernel, Workspace};
use crate::logic::{Facts, LogicKind, NO, UNKNOWN, YES, levels};
use crate::normalize::Scale;
use crate::notes::Notes;
use crate::parallel::Cancel;
use crate::score::ScoreOptions;

fn known(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl Fitted {
    /// The audit of one row.
    pub fn audit(
        &self,
        table: &Table<'_>,
        row: usize,
        options: &ScoreOptions,
        period: Option<&Literal>,
    ) -> Result<Audit> {
        if row >= table.rows() {
            let message = format!("there is no row {row}; the data have {} rows", table.rows());
            return Err(Error::new(Kind::UnknownName, Problem::general(message)));
        }
        let tree = &self.tree;
        let wishes = Wishes { absent: options.absent, assume: options.assume.clone() };
        let bound = Bound::new(tree, table, &wishes, true)?;
        let matches = |ready: &&crate::fitted::Ready| match (&ready.period, period) {
            (Some(own), Some(wanted)) => own.to_string() == wanted.to_string(),
            (None, _) => true,
            (Some(_), None) => false,
        };
        let Some(ready) = self.ready.iter().find(matches) else {
            return Err(Error::new(Kind::Value, Problem::general("this row's period was not fitted")));
        };
        let problem = |problem| Error::new(Kind::Value, problem);
        let cancel = Cancel::new();
        let comparing = Comparing {
            records: &ready.records,
            together: options.together,
            threads: options.threads,
            cancel: &cancel,
        };
        let all = Rows::Range { start: 0, len: table.rows() };
        let needed = vec![true; tree.nodes()];
        let given = compare(tree, &bound, ready, &needed, all, &comparing)?;
        let mut kernel = Kernel::new(tree, &bound, ready, needed).map_err(problem)?;
        kernel.given = Some(&given);
        kernel.range = true;
        kernel.coverage = true;
        let rows = Rows::Range { start: row, len: 1 };
        let (mut space, mut notes) = (kernel.workspace(), Notes::default());
        kernel.block(&rows, &mut space, &mut notes);
        Error::collect(Kind::Value, notes.take_problems())?;
        let mut audit = Audit::default();
        for leaf in 0..tree.leaves.len() {
            audit.answers.push(self.answer(leaf, &bound, ready, &space, &notes, rows));
        }
        for (g, group) in tree.groups.iter().enumerate() {
            let node = tree.leaves.len() + g;
            let children: Vec<f64> = group.children.iter().map(|child| space.node(*child)[0]).collect();
            let score = space.node(node)[0];
            let parts = contributions(ready, group, g, &children, score);
            let weighted = group.aggregation.method().weighted();
            audit.groups.push(GroupScore {
                node: group.id.clone(),
                score: known(score),
                low: known(space.ends(node).0[0]),
                high: known(space.ends(node).1[0]),
                aggregate: group.aggregation.name(),
                formula: group.aggregation.method().formula(),
                adds_up_to: if group.scale.is_some() {
                    "score before the group's own scale"
                } else {
                    group.aggregation.method().adds_up_to()
                },
                scale: group.scale.as_ref().map(|scale| scale.method().formula(crate::definition::Direction::More)),
                children: group
                    .children
                    .iter()
                    .enumerate()
                    .map(|(k, child)| ChildScore {
                        node: tree.id(*child).to_owned(),
                        score: known(children[k]),
                        weight: weighted.then_some(ready.weights[g][k]),
                        contribution: known(parts[k]),
                    })
                    .collect(),
            });
        }
        self.judge(&bound, &space, rows, &mut audit);
        Ok(audit)
    }

    fn answer(
        &self,
        leaf: usize,
        bound: &Bound<'_, '_>,
        ready: &crate::fitted::Ready,
        space: &Workspace,
        notes: &Notes,
        rows: Rows<'_>,
    ) -> Answer {
        let tree = &self.tree;
        let plan = &tree.leaves[leaf];
        let rule = &tree.index.indicators[leaf];
        let scorer = ready.scales[leaf].as_ref().map(|prepared| prepared.scorer.as_ref());
        let score = space.node(leaf)[0];
        let (low, high) = space.ends(leaf);
        let observed = space.coverage(leaf)[0] == 1.0;
        let mut answer = Answer {
            node: plan.id.clone(),
            column: None,
            answer: None,
            chosen: None,
            points: known(score),
            low: known(low[0]),
            high: known(high[0]),
            rule: plan.scale.method().formula(plan.direction),
            snapped: false,
            origin: match (score.is_nan(), observed, notes.implied.contains_key(&leaf)) {
                (true, ..) => "missing",
                (_, _, true) => "implied",
                (_, true, _) => "answer",
                _ if plan.impute.is_some() => "imputed",
                _ => "assumed",
            },
            reason: None,
            label: rule.label.clone(),
            edition: tree.index.edition.clone(),
            source: rule.source.clone().or_else(|| tree.index.source.clone()),
            confidence: rule.confidence.or(tree.index.confidence),
        };
        for source in &bound.leaves[leaf].sources {
            match source {
                Source::Number(slot) => {
                    let value = space.slot(bound, *slot, &rows)[0];
                    let name = &bound.slots[*slot].name;
                    if value.is_nan() {
                        if let (SlotSource::Derived { .. }, Some(reasons)) =
                            (&bound.slots[*slot].source, notes.reasons.get(slot))
                        {
                            answer.reason = Some(format!("{name}: {}", why(*reasons)));
                        }
                        continue;
                    }
                    answer.column = Some(name.clone());
                    answer.answer = Some(value.to_string());
                    answer.reason = None;
                    if let Scale::Options(options) = &plan.scale {
                        answer.chosen = options.numbered(value).and_then(|option| options.labels_of(&[(option, "")]));
                    }
                    if let Some(scorer) = scorer {
                        answer.rule = scorer.rule(value);
                        answer.snapped = scorer.snaps(value);
                    }
                    break;
                }
                Source::Coded { text, scores } => {
                    let code = usize::try_from(space.codes(*text)[0]).ok();
                    let place = bound.texts[*text];
                    let crate::columns::Column::Text { labels, .. } = bound.table.at(place) else {
                        continue;
                    };
                    let Some((label, score)) = code.and_then(|code| Some((labels.get(code)?, scores.get(code)?)))
                    else {
                        continue;
                    };
                    if score.is_nan() {
                        continue;
                    }
                    answer.column = bound.table.names().get(place).cloned();
                    answer.answer = Some(label.trim().to_owned());
                    if let Scale::Options(options) = &plan.scale {
                        answer.rule = options.told(label);
                        let given: Vec<(&str, &str)> = options.given(label).into_iter().map(|a| (a, "")).collect();
                        answer.chosen = options.labels_of(&given);
                    }
                    break;
                }
                Source::Each { .. } => {
                    let Scale::Options(options) = &plan.scale else {
                        continue;
                    };
                    let mut chosen = Vec::new();
                    for option in options.answers() {
                        let Some(column) = options.column_of(option).and_then(|name| bound.table.get(&name)) else {
                            continue;
                        };
                        let mut value = [f64::NAN];
                        column.load(&rows, &mut value);
                        if value[0] == 1.0 {
                            chosen.push((option, ""));
                        } else if value[0].is_nan() {
                            chosen.push((option, "?"));
                        }
                    }
                    let keys: Vec<String> = chosen.iter().map(|(option, open)| format!("{option}{open}")).collect();
                    answer.column.clone_from(&options.columns);
                    answer.answer = Some(keys.join("; "));
                    answer.chosen = options.labels_of(&chosen);
                    break;
                }
            }
        }
        answer
    }

    /// Levels and conditions.
    fn judge(&self, bound: &Bound<'_, '_>, space: &Workspace, rows: Rows<'_>, audit: &mut Audit) {
        let tree = &self.tree;
        let nodes: Vec<usize> = (0..tree.nodes()).collect();
        let mut facts = BlockFacts::new(bound, space, rows, &nodes);
        facts.record = Some(RefCell::default());
        for plan in &tree.levels {
            let (mut certain, mut possible) = ([0], [0]);
            levels(plan, &facts, &mut certain, &mut possible);
            let name = |level: u8| plan.names.get(usize::from(level)).cloned().unwrap_or_default();
            audit.levels.push(LevelState {
                owner: plan.owner.clone(),
                level: (certain == possible).then(|| name(certain[0])),
                certain: name(certain[0]),
                possible: name(possible[0]),
            });
        }
        for (plan, (path, _, levels)) in tree.levels.iter().zip(tree.index.all_levels()) {
            for ((name, threshold), when) in levels.thresholds.iter().zip(&plan.when) {
                let LogicKind::Node { node, test } = &when.kind else { continue };
                let (low, high) = facts.node(*node);
                let mut state = [NO];
                test.states(low, high, &mut state);
                let (value, margin) = between(low[0], high[0], |value| Some(value - threshold));
                audit.conditions.push(ConditionState {
                    path: format!("{path}.thresholds.{name}"),
                    id: Some(name.clone()),
                    waives: None,
                    label: None,
                    text: format!("{} >= {threshold}", tree.id(*node)),
                    state: in_words(state[0]),
                    value,
                    margin,
                    source: levels.source.clone().or_else(|| tree.index.source.clone()),
                    confidence: levels.confidence.or(tree.index.confidence),
                });
            }
        }
        let states: HashMap<usize, u8> = facts.record.take().map(RefCell::into_inner).unwrap_or_default();
        for (i, (path, condition)) in tree.index.all_conditions().into_iter().enumerate() {
            let (value, margin) = self.compared(condition, bound, space, rows);
            audit.conditions.push(ConditionState {
                id: condition.id.clone(),
                waives: condition.waives.clone(),
                label: condition.label.clone(),
                text: condition.in_words(),
                state: in_words(states.get(&i).copied().unwrap_or(UNKNOWN)),
                value,
                margin,
                source: condition.source.clone().or_else(|| tree.index.source.clone()),
                confidence: condition.confidence.or(tree.index.confidence),
                path,
            });
        }
    }

    fn compared(
        &self,
        condition: &Condition,
        bound: &Bound<'_, '_>,
        space: &Workspace,
        rows: Rows<'_>,
    ) -> (Option<String>, Option<f64>) {
        let value = if let Some(node) = condition.node.as_deref().and_then(|id| self.tree.node(id)) {
            let (low, high) = space.ends(node);
            return between(low[0], high[0], |value| condition.margin(value));
        } else if let Some(name) = &condition.column {
            match bound.compared.get(name).map(|compared| &compared.kind) {
                Some(crate::bind::ComparedKind::Number(slot)) => space.slot(bound, *slot, &rows)[0],
                Some(crate::bind::ComparedKind::Text { text, .. }) => {
                    let crate::columns::Column::Text { labels, .. } = bound.table.at(bound.texts[*text]) else {
                        return (None, None);
                    };
                    let code = usize::try_from(space.codes(*text)[0]).ok();
                    return (code.and_then(|code| labels.get(code)).cloned(), None);
                }
                None => return (None, None),
            }
        } else if let (Some(count), Some(_)) = (&condition.count, condition.at_least) {
            let leaves = self.tree.index.leaves_under(&count.under, count.tag.as_deref());
            let slack = crate::numeric::tolerance::slack(count.ge);
            let reach = |ends: fn(&Workspace, usize) -> f64| {
                leaves.iter().filter(|leaf| ends(space, **leaf) >= count.ge - slack).count()
            };
            let certain = reach(|space, leaf| space.ends(leaf).0[0]);
            let possible = reach(|space, leaf| space.ends(leaf).1[0]);
            if certain != possible {
                return (Some(format!("{certain} to {possible}")), None);
            }
            let needed = f64::from(condition.at_least.unwrap_or(0));
            return (Some(certain.to_string()), Some(certain as f64 - needed));
        } else {
            return (None, None);
        };
        if value.is_nan() {
            return (None, None);
        }
        (Some(value.to_string()), condition.margin(value))
    }
}

/// A value and its margin, or the values it could have.
fn between(low: f64, high: f64, margin: impl Fn(f64) -> Option<f64>) -> (Option<String>, Option<f64>) {
    if low == high {
        return (Some(low.to_string()), margin(low));
    }
    let known = !low.is_nan() && !high.is_nan();
    (known.then(|| format!("{low} to {high}")), None)
}

fn in_words(state: u8) -> &'static str {
    match state {
        YES => "yes",
        NO => "no",
        _ => "unknown",
    }
}

fn why(reasons: crate::expression::Reasons) -> &'static str {
    if reasons.zero_denominator > 0 {
        "the denominator is zero"
    } else if reasons.log_of_non_positive > 0 {
        "a logarithm of a value that is not positive"
    } else if reasons.overflow > 0 {
        "the result is too large"
    } else {
        "the lookup has no entry for this value"
    }
}
