//! Budgets, shares and quotas as rows: so much of each offer, at least and at most.

use serde::{Deserialize, Serialize};

use super::{Asked, Offer, Units};

/// What a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Money granted.
    Money,
    /// Units funded.
    Firms,
    /// Units at the counted level, those there already included.
    Reached,
}

/// A quota or a floor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name.
    pub name: String,
    /// Programme; none for all together.
    pub program: Option<usize>,
    /// What is counted.
    pub of: Of,
    /// Grouping; none for all units.
    pub by: Option<usize>,
    /// Categories it is about.
    #[serde(default)]
    pub codes: Vec<i64>,
    /// At least this share: of what the programme grants or funds; of the group, for units reached.
    pub min_share: Option<f64>,
    /// At most this share.
    pub max_share: Option<f64>,
    /// At least so much.
    pub min: Option<f64>,
    /// At most so much.
    pub max: Option<f64>,
}

/// One row: `low <= sum of x * what * (in group - share) <= high`.
#[derive(Debug, Clone)]
pub struct Row {
    /// Name of the rule.
    pub name: String,
    /// Which part of it: budget, share to firms, least share, ...
    pub part: &'static str,
    /// Programme; none for all.
    pub program: Option<usize>,
    /// What is counted.
    pub of: Of,
    /// Grouping and categories; none for all units.
    pub group: Option<(usize, Vec<i64>)>,
    /// Share of the whole that is subtracted.
    pub share: f64,
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
    /// Coefficient of the smallest share, where that is the goal: minus the size of the group.
    pub smallest: f64,
    /// Units that are at the level already: subtracted from both ends.
    pub already: f64,
    /// Units of the group.
    pub size: f64,
}

impl Row {
    /// What one unit with an offer counts, in whichever group.
    pub(super) fn what(&self, offer: &Offer) -> f64 {
        if self.program.is_some_and(|program| program != offer.program) {
            return 0.0;
        }
        match self.of {
            Of::Money => offer.grant,
            Of::Firms => 1.0,
            Of::Reached => f64::from(u8::from(offer.reaches)),
        }
    }

    /// How much one unit of a class with an offer counts.
    pub(super) fn coefficient(&self, offer: &Offer, groups: &[i64]) -> f64 {
        let what = self.what(offer);
        let inside = self.group.as_ref().is_none_or(|(by, codes)| {
            let own = groups.get(*by).copied().unwrap_or(-1);
            codes.contains(&own)
        });
        what * (f64::from(u8::from(inside)) - self.share)
    }
}

/// All rows: budgets first, then shares to firms, then quotas, then the groups of the smallest share.
pub(super) fn rows(asked: &Asked, units: &Units) -> Vec<Row> {
    let mut found = Vec::new();
    let plain = |name: &str, part: &'static str, program: Option<usize>, of: Of| Row {
        name: name.to_owned(),
        part,
        program,
        of,
        group: None,
        share: 0.0,
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        smallest: 0.0,
        already: 0.0,
        size: 0.0,
    };
    for (number, terms) in asked.programs.iter().enumerate() {
        let name = format!("{}: budget", terms.id);
        found.push(Row { high: terms.budget - terms.public, ..plain(&name, "budget", Some(number), Of::Money) });
    }
    if let Some(budget) = asked.budget {
        let public: f64 = asked.programs.iter().map(|terms| terms.public).sum();
        found.push(Row { high: budget - public, ..plain("budget", "budget", None, Of::Money) });
    }
    for (number, terms) in asked.programs.iter().enumerate() {
        if terms.share_to_firms_min > 0.0 && terms.public > 0.0 {
            let low = terms.share_to_firms_min / (1.0 - terms.share_to_firms_min) * terms.public;
            let name = format!("{}: share to firms", terms.id);
            found.push(Row { low, ..plain(&name, "share to firms", Some(number), Of::Money) });
        }
    }
    for rule in &asked.rules {
        let group = rule.by.map(|by| (by, rule.codes.clone()));
        let (size, already) = population(asked, units, group.as_ref());
        let base = Row { group, size, ..plain(&rule.name, "amount", rule.program, rule.of) };
        let reached = rule.of == Of::Reached;
        if rule.min.is_some() || rule.max.is_some() {
            let less = if reached { already } else { 0.0 };
            let low = rule.min.map_or(f64::NEG_INFINITY, |min| min - less);
            let high = rule.max.map_or(f64::INFINITY, |max| max - less);
            found.push(Row { low, high, already: less, ..base.clone() });
        }
        for (share, part, least) in [(rule.min_share, "least share", true), (rule.max_share, "largest share", false)] {
            let Some(share) = share else { continue };
            let (low, high) = if least { (0.0, f64::INFINITY) } else { (f64::NEG_INFINITY, 0.0) };
            if reached {
                // Of the group, and not of what is funded: a plain number of units, within rounding.
                let edge = share * size - already;
                let edge = if least { (edge - 1e-9).ceil() } else { (edge + 1e-9).floor() };
                let (low, high) = if least { (edge, high) } else { (low, edge) };
                found.push(Row { part, low, high, already, ..base.clone() });
            } else {
                found.push(Row { part, share, low, high, ..base.clone() });
            }
        }
    }
    if let Some(by) = asked.smallest_by {
        for code in 0..units.categories.get(by).copied().unwrap_or(0) {
            let code = i64::try_from(code).unwrap_or(-1);
            let group = Some((by, vec![code]));
            let (size, already) = population(asked, units, group.as_ref());
            let base = plain("smallest share", "smallest share", None, Of::Reached);
            found.push(Row { group, size, already, low: -already, smallest: -size, ..base });
        }
    }
    found
}

/// Units of a group, and those at the counted level already.
fn population(asked: &Asked, units: &Units, group: Option<&(usize, Vec<i64>)>) -> (f64, f64) {
    let (mut size, mut already) = (0.0, 0.0);
    for unit in 0..units.len() {
        if group.is_some_and(|(by, codes)| !codes.contains(&units.group(*by, unit))) {
            continue;
        }
        size += 1.0;
        let there = |path: usize| asked.counted[path] && units.costs[path].get(unit).is_some_and(|cost| *cost <= 0.0);
        already += f64::from(u8::from((0..units.costs.len()).any(there)));
    }
    (size, already)
}
