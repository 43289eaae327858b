//! What an allocation comes to: what the rules use, who gets what, and why the others do not.

use super::offers::offer;
use super::prices::Question;
use super::{Allocator, Of, Offer, Offered, Why};

/// An allocation measured against the rules.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Its worth.
    pub value: f64,
    /// The smallest share of the groups, where that is asked for.
    pub smallest: f64,
    /// Used of each row, in its own measure.
    pub used: Vec<f64>,
    /// Of a row about a share: the whole it is a share of.
    pub whole: Vec<f64>,
    /// How far each row is outside its ends, beyond rounding.
    pub excess: Vec<f64>,
}

/// What a unit is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// Programme.
    pub program: usize,
    /// Path.
    pub path: usize,
    /// Cost after the discount, and grant.
    pub offered: Offered,
}

/// Why a unit goes without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// There is no offer for it.
    NoOffer(Why),
    /// Others bring more for the money.
    Outbid,
    /// A quota is used up.
    Quota,
    /// It would be worth its price, but what is left does not pay for it, or another of the same kind had it.
    LeftOver,
    /// The allocation would be no better with it.
    NoGain,
}

/// A unit that goes without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The offer that came nearest: programme and path.
    pub nearest: Option<(usize, usize)>,
    /// The quota that keeps it out.
    pub rule: Option<usize>,
    /// The grant it would have had.
    pub grant: f64,
    /// By so much the grant would have to be smaller.
    pub cheaper: f64,
    /// So much more money and its turn would come.
    pub more: f64,
}

impl Allocator {
    /// Measures an allocation, given how many units of its class take each offer.
    #[must_use]
    pub fn measure(&self, taken: &[f64], question: &Question) -> Outcome {
        let mut found = Outcome {
            used: vec![0.0; self.rows.len()],
            whole: vec![0.0; self.rows.len()],
            smallest: f64::INFINITY,
            ..Outcome::default()
        };
        let mut size = vec![0.0; self.rows.len()];
        for class in 0..self.classes.len() {
            for offer in self.classes.range(class) {
                let count = taken.get(offer).copied().unwrap_or(0.0);
                if count == 0.0 {
                    continue;
                }
                found.value += count * self.classes.offers[offer].value;
                for (row, rule) in self.rows.iter().enumerate() {
                    let own = &self.classes.offers[offer];
                    let part = count * rule.coefficient(own, &self.classes.groups[class]);
                    found.whole[row] += count * rule.what(own);
                    found.used[row] += part;
                    size[row] += part.abs();
                }
            }
        }
        let plain = Question { tight: Vec::new(), ..question.clone() };
        for (row, rule) in self.rows.iter().enumerate() {
            let (low, high) = self.ends(row, &plain);
            let (low, high) = (low * self.scale(row), high * self.scale(row));
            let used = found.used[row];
            let outside = (used - high).max(low - used).max(0.0);
            let edge = if used > high { high } else { low };
            let rounding = 1e-9 * (size[row] + if edge.is_finite() { edge.abs() } else { 0.0 });
            let outside = if rule.smallest < 0.0 && question.floor.is_none() { 0.0 } else { outside };
            found.excess.push(if outside > rounding { outside } else { 0.0 });
            if rule.smallest < 0.0 && rule.size > 0.0 {
                found.smallest = found.smallest.min((used + rule.already) / rule.size);
            }
        }
        found
    }

    /// What each unit is given: in a class, the best offers go to the weakest units, then in the order of the rows.
    #[must_use]
    pub fn assign(&self, taken: &[f64]) -> Vec<Option<Given>> {
        let mut given = vec![None; self.units.len()];
        for class in 0..self.classes.len() {
            let mut order: Vec<usize> = self.classes.range(class).collect();
            let offers = &self.classes.offers;
            order.sort_by(|a, b| {
                let (a, b) = (&offers[*a], &offers[*b]);
                b.value.total_cmp(&a.value).then(a.grant.total_cmp(&b.grant)).then(a.program.cmp(&b.program))
            });
            let mut units = self.classes.units[class].iter();
            for number in order {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count of units
                let count = taken.get(number).copied().unwrap_or(0.0).max(0.0) as usize;
                let Offer { program, path, .. } = offers[number];
                for unit in units.by_ref().take(count) {
                    let offered = offer(&self.asked, &self.units, *unit, program, path);
                    given[*unit] = offered.ok().map(|offered| Given { program, path, offered });
                }
            }
        }
        given
    }

    /// For each programme and unit, why there is no offer; none where there is one.
    #[must_use]
    pub fn whys(&self) -> Vec<Vec<Option<Why>>> {
        let paths = self.units.costs.len();
        let one = |program: usize, unit: usize| {
            let mut worst = None;
            for path in 0..paths {
                match offer(&self.asked, &self.units, unit, program, path) {
                    Ok(_) => return None,
                    Err(why) => worst = worst.max(Some(why)),
                }
            }
            worst
        };
        (0..self.asked.programs.len())
            .map(|program| (0..self.units.len()).map(|unit| one(program, unit)).collect())
            .collect()
    }

    /// Why each unit that is given nothing goes without, at prices in the measure of the solver.
    #[must_use]
    pub fn refusals(&self, taken: &[f64], prices: &[f64], question: &Question) -> Vec<Option<Refusal>> {
        let prices = self.clean(prices, question);
        let given = self.assign(taken);
        let outcome = self.measure(taken, question);
        let whys = self.whys();
        let mut found = vec![None; self.units.len()];
        // Units that wait for money, by programme: how early their turn would come.
        let mut waiting: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.asked.programs.len()];
        for unit in 0..self.units.len() {
            if given[unit].is_some() {
                continue;
            }
            let Some(class) = self.classes.of[unit] else {
                let why = whys.iter().filter_map(|all| all[unit]).max().unwrap_or(Why::OtherPath);
                found[unit] = Some(refusal(Reason::NoOffer(why)));
                continue;
            };
            let Some((number, left, parts)) = self.nearest(class, &prices) else { continue };
            let own = &self.classes.offers[number];
            let tolerance = 1e-9 * own.value.abs().max(1e-12);
            let quota = parts
                .iter()
                .filter(|(row, cost)| *cost > tolerance && self.rows[*row].part != "budget")
                .max_by(|a, b| a.1.total_cmp(&b.1));
            let quotas: f64 = parts.iter().filter(|(row, _)| self.rows[*row].part != "budget").map(|p| p.1).sum();
            let money: f64 = parts.iter().filter(|(row, _)| self.rows[*row].of == Of::Money).map(|p| p.1).sum();
            let full = self.full(class, number, &outcome.used, question);
            let reason = if own.value <= tolerance {
                Reason::NoGain
            } else if left < -tolerance {
                if quota.is_some() && left + quotas.max(0.0) >= -tolerance { Reason::Quota } else { Reason::Outbid }
            } else if full.is_some_and(|row| self.rows[row].part != "budget") {
                Reason::Quota
            } else {
                Reason::LeftOver
            };
            let per_money = money / own.grant;
            let cheaper = if left >= -tolerance { 0.0 } else { -left / per_money };
            let cheaper = if per_money > 0.0 && cheaper < own.grant { cheaper } else { f64::NAN };
            let rule = if reason == Reason::Quota { quota.map(|(row, _)| *row).or(full) } else { None };
            if matches!(reason, Reason::Outbid | Reason::LeftOver) {
                // Earlier is what brings more for its money, once quotas are paid for.
                waiting[own.program].push(((own.value - quotas) / own.grant, unit));
            }
            found[unit] = Some(Refusal {
                nearest: Some((own.program, own.path)),
                rule,
                grant: own.grant,
                cheaper,
                ..refusal(reason)
            });
        }
        for (program, mut units) in waiting.into_iter().enumerate() {
            units.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let row = &self.rows[program];
            let mut sum = outcome.used[program] - row.high;
            for (_, unit) in units {
                if let Some(refusal) = &mut found[unit] {
                    sum += refusal.grant;
                    refusal.more = sum.max(0.0);
                }
            }
        }
        found
    }

    /// The offer of a class that comes nearest at prices: number, what is left of its worth, cost by row.
    fn nearest(&self, class: usize, prices: &[f64]) -> Option<(usize, f64, Vec<(usize, f64)>)> {
        let mut best: Option<(usize, f64, Vec<(usize, f64)>)> = None;
        for offer in self.classes.range(class) {
            let parts: Vec<(usize, f64)> = (0..prices.len())
                .filter(|row| prices[*row] != 0.0)
                .map(|row| (row, prices[row] * self.scaled(row, class, offer)))
                .collect();
            let value = self.classes.offers[offer].value;
            let left = value - parts.iter().map(|part| part.1).sum::<f64>();
            if best.as_ref().is_none_or(|(_, most, _)| left > *most) {
                best = Some((offer, left, parts));
            }
        }
        best
    }

    /// The first rule that one more of an offer would break.
    fn full(&self, class: usize, number: usize, used: &[f64], question: &Question) -> Option<usize> {
        let offer = &self.classes.offers[number];
        (0..self.rows.len()).find(|row| {
            let (low, high) = self.ends(*row, question);
            let (low, high) = (low * self.scale(*row), high * self.scale(*row));
            let after = used[*row] + self.rows[*row].coefficient(offer, &self.classes.groups[class]);
            let rounding = 1e-9 * after.abs().max(1.0);
            after > high + rounding || after < low - rounding
        })
    }
}

fn refusal(reason: Reason) -> Refusal {
    Refusal { reason, nearest: None, rule: None, grant: f64::NAN, cheaper: f64::NAN, more: f64::NAN }
}
