//! Conditions and levels in three values, by block: 0 no, 1 unknown, 2 yes.
//!
//! Kleene's logic is then arithmetic: all = min, any = max, not = 2 - x. Kleene (1952), *Introduction to Metamathematics*,
//! section 64. A comparison looks at the lowest and the highest value a row could have: yes when both satisfy it, no when
//! neither can.

use std::collections::HashMap;

use crate::definition::{Blank, Closed, Condition, LevelRule, Literal};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::tolerance::{near, slack};
use crate::tree::Tree;

/// No, unknown, yes.
pub(crate) const NO: u8 = 0;
pub(crate) const UNKNOWN: u8 = 1;
pub(crate) const YES: u8 = 2;

/// A compiled condition; `condition` is its number in [`crate::definition::Index::all_conditions`].
#[derive(Debug, Clone)]
pub(crate) struct Logic {
    pub(crate) condition: Option<usize>,
    pub(crate) kind: LogicKind,
}

/// What a condition asks.
#[derive(Debug, Clone)]
pub(crate) enum LogicKind {
    Node { node: usize, test: Test },
    Column { column: String, test: Test, blank: Option<Blank> },
    All(Vec<Logic>),
    Any(Vec<Logic>),
    Not(Box<Logic>),
    AtLeast(u32, Vec<Logic>),
    Count { leaves: Vec<usize>, ge: f64, at_least: u32 },
    Cases { on: String, edges: Vec<f64>, closed: Closed, then: Vec<Logic> },
}

/// A comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// Bounds, with whether the bound itself satisfies.
    Bounds { low: Option<(f64, bool)>, high: Option<(f64, bool)> },
    /// Equal to one of these.
    OneOf(Vec<Literal>),
}

impl Test {
    fn of(condition: &Condition) -> Self {
        if let Some(literal) = &condition.is {
            return Self::OneOf(vec![literal.clone()]);
        }
        if let Some(literals) = &condition.within {
            return Self::OneOf(literals.clone());
        }
        let low = condition.ge.map(|bound| (bound, true)).or(condition.gt.map(|bound| (bound, false)));
        let high = condition.le.map(|bound| (bound, true)).or(condition.lt.map(|bound| (bound, false)));
        Self::Bounds { low, high }
    }

    /// The state of each row, given the lowest and highest value it could have.
    pub(crate) fn states(&self, low: &[f64], high: &[f64], out: &mut [u8]) {
        match self {
            Self::Bounds { low: from, high: to } => {
                out.fill(YES);
                if let Some((bound, closed)) = *from {
                    let limit = if closed { bound - slack(bound) } else { bound + slack(bound) };
                    for ((state, &l), &h) in out.iter_mut().zip(low).zip(high) {
                        let holds = |x: f64| u8::from(if closed { x >= limit } else { x > limit });
                        *state = (*state).min(holds(l) + holds(h));
                    }
                }
                if let Some((bound, closed)) = *to {
                    let limit = if closed { bound + slack(bound) } else { bound - slack(bound) };
                    for ((state, &l), &h) in out.iter_mut().zip(low).zip(high) {
                        let holds = |x: f64| u8::from(if closed { x <= limit } else { x < limit });
                        *state = (*state).min(holds(l) + holds(h));
                    }
                }
            }
            Self::OneOf(literals) => {
                let numbers: Vec<f64> = literals.iter().filter_map(number).collect();
                for ((state, &l), &h) in out.iter_mut().zip(low).zip(high) {
                    *state = if l == h {
                        if numbers.iter().any(|&x| near(l, x)) { YES } else { NO }
                    } else {
                        u8::from(
                            numbers
                                .iter()
                                .any(|&x| x >= l - slack(l.abs().min(1e300)) && x <= h + slack(h.abs().min(1e300))),
                        )
                    };
                }
            }
        }
    }

    /// The state of a text.
    pub(crate) fn text_state(&self, text: &str) -> std::result::Result<u8, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(UNKNOWN);
        }
        match self {
            Self::Bounds { .. } => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => {
                    let mut out = [UNKNOWN];
                    self.states(&[value], &[value], &mut out);
                    Ok(out[0])
                }
                _ => Err(format!("expected a number to compare, found the text {:?}", crate::error::shorten(text))),
            },
            Self::OneOf(literals) => {
                let matches = literals.iter().any(|literal| match literal {
                    Literal::Text(wanted) => wanted == text,
                    Literal::Number(wanted) => text.parse::<f64>().is_ok_and(|value| near(value, *wanted)),
                    Literal::Bool(wanted) => crate::normalize::yes_or_no(text) == Some(*wanted),
                });
                Ok(if matches { YES } else { NO })
            }
        }
    }
}

fn number(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Number(number) => Some(*number),
        Literal::Bool(value) => Some(f64::from(u8::from(*value))),
        Literal::Text(text) => text.trim().parse().ok(),
    }
}

/// The levels of one node, or of the index.
#[derive(Debug, Clone)]
pub(crate) struct LevelPlan {
    /// Node id; none for the levels of the index.
    pub(crate) owner: Option<String>,
    /// Name of "no level", then the levels, lowest first.
    pub(crate) names: Vec<String>,
    pub(crate) rule: LevelRule,
    /// One condition per level.
    pub(crate) when: Vec<Logic>,
}

impl LevelPlan {
    /// The levels of the index and of its groups.
    pub(crate) fn all(tree: &Tree) -> Result<Vec<Self>> {
        let index = &tree.index;
        let conditions = index.all_conditions();
        let compiler = Compiler {
            tree,
            numbers: conditions
                .iter()
                .enumerate()
                .map(|(i, (_, condition))| (std::ptr::from_ref(*condition), i))
                .collect(),
            waivers: conditions.iter().filter_map(|(_, c)| Some((c.waives.as_deref()?, *c))).collect(),
        };
        let mut plans = Vec::new();
        for (_, owner, levels) in index.all_levels() {
            let mut names = vec![levels.none.clone().unwrap_or_else(|| "none".to_owned())];
            let mut when = Vec::new();
            let of = levels.of.as_deref().or(owner).or_else(|| index.root());
            for (name, threshold) in &levels.thresholds {
                names.push(name.clone());
                let node = tree.expect_node(of.unwrap_or_default())?;
                let test = Test::Bounds { low: Some((*threshold, true)), high: None };
                when.push(Logic { condition: None, kind: LogicKind::Node { node, test } });
            }
            for level in &levels.level {
                names.push(level.id.clone());
                when.push(compiler.condition(&level.when, 0)?);
            }
            plans.push(Self { owner: owner.map(str::to_owned), names, rule: levels.rule, when });
        }
        Ok(plans)
    }

    /// Every column a condition compares.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let mut open: Vec<&Logic> = self.when.iter().collect();
        while let Some(logic) = open.pop() {
            match &logic.kind {
                LogicKind::Column { column, .. } => found.push(column.as_str()),
                LogicKind::Cases { on, then, .. } => {
                    found.push(on);
                    open.extend(then);
                }
                LogicKind::All(list) | LogicKind::Any(list) | LogicKind::AtLeast(_, list) => open.extend(list),
                LogicKind::Not(inner) => open.push(inner),
                LogicKind::Node { .. } | LogicKind::Count { .. } => {}
            }
        }
        found
    }

    /// Every node a condition compares or counts.
    pub(crate) fn nodes(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open: Vec<&Logic> = self.when.iter().collect();
        while let Some(logic) = open.pop() {
            match &logic.kind {
                LogicKind::Node { node, .. } => found.push(*node),
                LogicKind::Count { leaves, .. } => found.extend(leaves),
                LogicKind::All(list) | LogicKind::Any(list) | LogicKind::AtLeast(_, list) => open.extend(list),
                LogicKind::Cases { then, .. } => open.extend(then),
                LogicKind::Not(inner) => open.push(inner),
                LogicKind::Column { .. } => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

struct Compiler<'t> {
    tree: &'t Tree,
    numbers: HashMap<*const Condition, usize>,
    waivers: Vec<(&'t str, &'t Condition)>,
}

impl Compiler<'_> {
    fn condition(&self, condition: &Condition, depth: usize) -> Result<Logic> {
        if depth > 2 * crate::definition::DEEPEST {
            let message = "conditions waive each other in a circle, or are nested too deep";
            return Err(Error::new(Kind::Definition, Problem::at("levels", message)));
        }
        let own = self.own(condition, depth)?;
        let waivers = self.waivers.iter().filter(|(id, _)| condition.id.as_deref() == Some(*id));
        let mut ways: Vec<Logic> = Vec::new();
        for (_, waiver) in waivers {
            ways.push(self.condition(waiver, depth + 1)?);
        }
        if ways.is_empty() {
            return Ok(own);
        }
        let number = own.condition;
        ways.insert(0, Logic { condition: None, ..own });
        Ok(Logic { condition: number, kind: LogicKind::Any(ways) })
    }

    fn own(&self, condition: &Condition, depth: usize) -> Result<Logic> {
        let number = self.numbers.get(&std::ptr::from_ref(condition)).copied();
        let list = |conditions: &[Condition], skip_waivers: bool| -> Result<Vec<Logic>> {
            conditions
                .iter()
                .filter(|inner| !skip_waivers || inner.waives.is_none())
                .map(|inner| self.condition(inner, depth + 1))
                .collect()
        };
        let kind = if let Some(node) = &condition.node {
            LogicKind::Node { node: self.tree.expect_node(node)?, test: Test::of(condition) }
        } else if let Some(column) = &condition.column {
            LogicKind::Column { column: column.clone(), test: Test::of(condition), blank: condition.blank }
        } else if let Some(all) = &condition.all {
            LogicKind::All(list(all, true)?)
        } else if let Some(any) = &condition.any {
            LogicKind::Any(list(any, false)?)
        } else if let Some(inner) = &condition.not {
            LogicKind::Not(Box::new(self.condition(inner, depth + 1)?))
        } else if let Some(of) = &condition.of {
            LogicKind::AtLeast(condition.at_least.unwrap_or(0), list(of, true)?)
        } else if let Some(count) = &condition.count {
            let leaves = self.tree.index.leaves_under(&count.under, count.tag.as_deref());
            LogicKind::Count { leaves, ge: count.ge, at_least: condition.at_least.unwrap_or(0) }
        } else if let Some(cases) = &condition.cases {
            LogicKind::Cases {
                on: cases.on.clone(),
                edges: cases.edges.clone(),
                closed: cases.closed,
                then: list(&cases.then, false)?,
            }
        } else {
            return Err(Error::new(Kind::Definition, Problem::at("levels", "an empty condition")));
        };
        Ok(Logic { condition: number, kind })
    }
}

/// What conditions ask of a block of rows.
pub(crate) trait Facts {
    /// Rows in the block.
    fn rows(&self) -> usize;
    /// Lowest and highest score a node could have.
    fn node(&self, node: usize) -> (&[f64], &[f64]);
    /// State of a comparison of a column.
    fn column(&self, column: &str, test: &Test, blank: Option<Blank>, out: &mut [u8]);
    /// Lowest and highest value of a numeric column.
    fn number(&self, column: &str) -> (&[f64], &[f64]);
    /// Told the state of every condition when someone wants to know.
    fn record(&self, condition: usize, states: &[u8]) {
        let _ = (condition, states);
    }
}

impl Logic {
    /// The state of every row.
    pub(crate) fn evaluate(&self, facts: &dyn Facts, out: &mut [u8]) {
        match &self.kind {
            LogicKind::Node { node, test } => {
                let (low, high) = facts.node(*node);
                test.states(low, high, out);
            }
            LogicKind::Column { column, test, blank } => facts.column(column, test, *blank, out),
            LogicKind::All(list) => {
                out.fill(YES);
                each(list, facts, |_, states| {
                    for (all, state) in out.iter_mut().zip(states) {
                        *all = (*all).min(*state);
                    }
                });
            }
            LogicKind::Any(list) => {
                out.fill(NO);
                each(list, facts, |_, states| {
                    for (any, state) in out.iter_mut().zip(states) {
                        *any = (*any).max(*state);
                    }
                });
            }
            LogicKind::Not(inner) => {
                inner.evaluate(facts, out);
                for state in out.iter_mut() {
                    *state = YES - *state;
                }
            }
            LogicKind::AtLeast(at_least, list) => {
                let mut counts = Counts::new(facts.rows());
                each(list, facts, |_, states| counts.add(states));
                counts.states(*at_least, out);
            }
            LogicKind::Count { leaves, ge, at_least } => {
                let mut counts = Counts::new(facts.rows());
                let test = Test::Bounds { low: Some((*ge, true)), high: None };
                let mut states = vec![NO; facts.rows()];
                for leaf in leaves {
                    let (low, high) = facts.node(*leaf);
                    test.states(low, high, &mut states);
                    counts.add(&states);
                }
                counts.states(*at_least, out);
            }
            LogicKind::Cases { on, edges, closed, then } => {
                let mut branches = Vec::with_capacity(then.len());
                each(then, facts, |_, states| branches.push(states.to_vec()));
                let (low, high) = facts.number(on);
                for (i, state) in out.iter_mut().enumerate() {
                    let from = band(low[i], edges, *closed).min(branches.len() - 1);
                    let to = band(high[i], edges, *closed).clamp(from, branches.len() - 1);
                    // Decided when all reachable branches agree.
                    let reachable = branches[from..=to].iter().map(|branch| branch[i]);
                    let (least, most) = reachable.fold((YES, NO), |(a, b), state| (a.min(state), b.max(state)));
                    *state = if least == most { least } else { UNKNOWN };
                }
            }
        }
        if let Some(condition) = self.condition {
            facts.record(condition, out);
        }
    }
}

fn each(list: &[Logic], facts: &dyn Facts, mut take: impl FnMut(usize, &[u8])) {
    let mut states = vec![NO; facts.rows()];
    for (i, logic) in list.iter().enumerate() {
        logic.evaluate(facts, &mut states);
        take(i, &states);
    }
}

/// The band of a value; an edge within the tolerance belongs where `closed` says.
fn band(value: f64, edges: &[f64], closed: Closed) -> usize {
    let below = |&&edge: &&f64| match closed {
        Closed::Left => value >= edge - slack(edge),
        Closed::Right => value > edge + slack(edge),
    };
    edges.iter().take_while(below).count()
}

/// How many hold for certain, and how many could.
struct Counts {
    certain: Vec<u16>,
    possible: Vec<u16>,
}

impl Counts {
    fn new(rows: usize) -> Self {
        Self { certain: vec![0; rows], possible: vec![0; rows] }
    }

    fn add(&mut self, states: &[u8]) {
        for ((certain, possible), &state) in self.certain.iter_mut().zip(&mut self.possible).zip(states) {
            *certain = certain.saturating_add(u16::from(state == YES));
            *possible = possible.saturating_add(u16::from(state != NO));
        }
    }

    fn states(&self, at_least: u32, out: &mut [u8]) {
        let at_least = u16::try_from(at_least).unwrap_or(u16::MAX);
        for ((state, &certain), &possible) in out.iter_mut().zip(&self.certain).zip(&self.possible) {
            *state = u8::from(certain >= at_least) + u8::from(possible >= at_least);
        }
    }
}

/// Certain and possible level of each row: 0 is no level, i is the i-th.
pub(crate) fn levels(plan: &LevelPlan, facts: &dyn Facts, certain: &mut [u8], possible: &mut [u8]) {
    certain.fill(0);
    possible.fill(0);
    let mut so_far = vec![YES; facts.rows()];
    let mut states = vec![NO; facts.rows()];
    for (i, logic) in plan.when.iter().enumerate() {
        logic.evaluate(facts, &mut states);
        if plan.rule == LevelRule::Cumulative {
            for (all, state) in so_far.iter_mut().zip(&mut states) {
                *all = (*all).min(*state);
                *state = *all;
            }
        }
        let level = u8::try_from(i + 1).unwrap_or(u8::MAX);
        for ((certain, possible), &state) in certain.iter_mut().zip(possible.iter_mut()).zip(&states) {
            *certain = if state == YES { level } else { *certain };
            *possible = if state == NO { *possible } else { level };
        }
    }
}
