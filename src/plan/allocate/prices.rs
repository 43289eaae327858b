//! Prices on the rules: what each class takes at them, and the bound that follows.

use super::{Allocator, Of};

/// Which programme is solved.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Question {
    /// What is made as large as can be.
    pub goal: Goal,
    /// Least smallest share, where it is known already.
    pub floor: Option<f64>,
    /// Rules that are left out; empty for none.
    pub off: Vec<bool>,
    /// What a middle grant costs by itself: next to nothing, so that of offers worth the same the cheapest is best.
    pub thrift: f64,
    /// How much tighter each rule is taken, in its own measure; empty for none.
    pub tight: Vec<f64>,
}

/// What is made as large as can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Goal {
    /// The worth of all offers taken.
    #[default]
    Worth,
    /// The smallest share of the groups.
    Smallest,
    /// Minus what is missing to the rules.
    Feasible,
}

/// What holds at prices.
#[derive(Debug, Clone, Default)]
pub struct Priced {
    /// No allocation is worth more, less what thrift takes off.
    pub bound: f64,
    /// The best offer of each class, none where going without is better.
    pub best: Vec<Option<usize>>,
    /// For each class, what its units gain at the prices.
    pub gain: Vec<f64>,
    /// For each offer, how much less than the best of its class it is.
    pub loss: Vec<f64>,
    /// For each class, how much less than the best going without is.
    pub without: Vec<f64>,
}

impl Allocator {
    /// What a smallest share of 1 is worth: the number of units, so that its prices are near those of other goals.
    pub(super) fn firms(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let firms = self.units.len().max(1) as f64;
        firms
    }

    /// The measure of a row for the solver.
    pub(super) fn scale(&self, row: usize) -> f64 {
        if self.rows[row].of == Of::Money { self.money } else { 1.0 }
    }

    /// Coefficient of an offer in a row, in the measure of the solver.
    pub(super) fn scaled(&self, row: usize, class: usize, offer: usize) -> f64 {
        let (offer, groups) = (&self.classes.offers[offer], &self.classes.groups[class]);
        self.rows[row].coefficient(offer, groups) / self.scale(row)
    }

    /// Ends of a row, in the measure of the solver.
    pub(super) fn ends(&self, row: usize, question: &Question) -> (f64, f64) {
        if question.off.get(row).copied().unwrap_or(false) {
            return (f64::NEG_INFINITY, f64::INFINITY);
        }
        let own = &self.rows[row];
        let (mut low, mut high) = (own.low, own.high);
        if own.smallest < 0.0 {
            match (question.goal, question.floor) {
                (Goal::Smallest, _) => {}
                (Goal::Worth, Some(floor)) => low = (floor * own.size - own.already - 1e-9).ceil(),
                _ => low = f64::NEG_INFINITY,
            }
        }
        let tight = question.tight.get(row).copied().unwrap_or(0.0);
        low += tight;
        high -= tight;
        (low / self.scale(row), high / self.scale(row))
    }

    /// What an offer is worth for the question.
    pub(super) fn worth(&self, offer: usize, question: &Question) -> f64 {
        match question.goal {
            Goal::Worth => {
                self.classes.offers[offer].value - question.thrift * self.classes.offers[offer].grant / self.money
            }
            Goal::Smallest => -question.thrift * self.classes.offers[offer].grant / self.money,
            // Next to nothing, so that not everything is worth the same; dearer is worse.
            Goal::Feasible => -1e-9 * self.classes.offers[offer].grant / self.money,
        }
    }

    /// Prices without those that no rule can have: above a rule without upper end, below one without lower end.
    pub(super) fn clean(&self, prices: &[f64], question: &Question) -> Vec<f64> {
        (0..self.rows.len())
            .map(|row| {
                let price = prices.get(row).copied().unwrap_or(0.0);
                let (low, high) = self.ends(row, question);
                let open = if price > 0.0 { high == f64::INFINITY } else { low == f64::NEG_INFINITY };
                if open || !price.is_finite() { 0.0 } else { price }
            })
            .collect()
    }

    /// A thrift for large problems: a ten-millionth of the middle worth; and the most that it can come to.
    #[must_use]
    pub fn thrift(&self) -> (f64, f64) {
        let mut values: Vec<f64> = self.classes.offers.iter().map(|offer| offer.value).filter(|v| *v > 0.0).collect();
        values.sort_unstable_by(f64::total_cmp);
        let thrift = 1e-7 * values.get(values.len() / 2).copied().unwrap_or(0.0);
        let most = |class: usize| {
            let dearest = self.classes.range(class).map(|offer| self.classes.offers[offer].grant).fold(0.0, f64::max);
            self.classes.count(class) * dearest
        };
        let all: f64 = (0..self.classes.len()).map(most).sum();
        let budgets: f64 = self.asked.programs.iter().map(|terms| terms.budget).sum();
        (thrift, thrift * all.min(budgets) / self.money)
    }

    /// What each class takes at prices, and the bound.
    #[must_use]
    pub fn price(&self, prices: &[f64], question: &Question) -> Priced {
        let prices = self.clean(prices, question);
        let rows: Vec<usize> = (0..prices.len()).filter(|row| prices[*row] != 0.0).collect();
        let mut found = Priced { loss: vec![0.0; self.classes.offers.len()], ..Priced::default() };
        let mut bound = 0.0;
        let mut smallest = self.firms();
        for row in &rows {
            let (low, high) = self.ends(*row, question);
            bound += prices[*row] * if prices[*row] > 0.0 { high } else { low };
            smallest -= prices[*row] * self.rows[*row].smallest;
        }
        if question.goal == Goal::Smallest {
            bound += smallest.max(0.0);
        }
        for class in 0..self.classes.len() {
            let (mut best, mut most) = (None, 0.0);
            for offer in self.classes.range(class) {
                let cost: f64 = rows.iter().map(|row| prices[*row] * self.scaled(*row, class, offer)).sum();
                let left = self.worth(offer, question) - cost;
                found.loss[offer] = left;
                if left > most {
                    (best, most) = (Some(offer), left);
                }
            }
            for offer in self.classes.range(class) {
                found.loss[offer] = most - found.loss[offer];
            }
            found.without.push(most);
            found.gain.push(most);
            found.best.push(best);
            bound += self.classes.count(class) * most;
        }
        found.bound = bound;
        found
    }
}
