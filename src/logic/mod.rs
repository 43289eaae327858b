//! Conditions and levels in three values, by block: 0 no, 1 unknown, 2 yes.
//!
//! Kleene's logic is then arithmetic: all = min, any = max, not = 2 - x. Kleene (1952), *Introduction to Metamathematics*,
//! section 64. A comparison looks at the lowest and the highest value a row could have: yes when both satisfy it, no when
//! neither can.

mod compile;
mod test;

pub(crate) use compile::LevelPlan;
pub(crate) use test::Test;

use crate::definition::{Blank, Closed, LevelRule};
use crate::numeric::tolerance::slack;
use crate::numeric::vectorized;

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
pub(crate) fn band(value: f64, edges: &[f64], closed: Closed) -> usize {
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
        let counts = self.certain.iter_mut().zip(&mut self.possible).zip(states);
        vectorized(
            #[inline(always)]
            || {
                for ((certain, possible), &state) in counts {
                    *certain = certain.saturating_add(u16::from(state == YES));
                    *possible = possible.saturating_add(u16::from(state != NO));
                }
            },
        );
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
