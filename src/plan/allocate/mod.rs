//! Which units get which plan from which programme, under budgets and quotas.
//!
//! Every unit may take at most one *offer*: a plan (the way to a level) paid for by a programme. What an offer costs the
//! programme follows from its rate and caps; what it is worth, from the goal. Units whose offers are the same are one
//! *class* with a count, so that the programme to solve has one whole number per class and offer, and one row per rule.
//!
//! With prices on the rules the problem falls apart into classes, each taking its best offer. That gives a bound for any
//! prices (Geoffrion 1974, doi:10.1007/BFb0120690), tells which offers can matter at all, and why a unit goes without.
//! The solver sees only the *core*: offers that lose little at the prices (Balas and Zemel 1980,
//! doi:10.1287/opre.28.5.1130); all others stand as the prices say.

mod classes;
mod core;
mod offers;
mod outcome;
mod prices;
mod rules;
#[cfg(test)]
mod tests;
mod told;

use serde::{Deserialize, Serialize};

pub use classes::{Classes, Offer};
pub use core::{Core, Cut, Model};
pub use offers::{Amounts, Offered, Terms, Why};
pub use outcome::{Given, Outcome, Reason, Refusal};
pub use prices::{Goal, Priced, Question};
pub use rules::{Of, Row, Rule};
pub use told::Told;

/// What is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Programmes.
    pub programs: Vec<Terms>,
    /// Quotas and floors.
    pub rules: Vec<Rule>,
    /// Money of all programmes together.
    pub budget: Option<f64>,
    /// Whether points gained count, and not levels reached.
    pub points: bool,
    /// What reaching the level of each path is worth.
    pub values: Vec<f64>,
    /// Which paths end at the level that is counted, or above.
    pub counted: Vec<bool>,
    /// Grouping whose smallest share is made as large as can be.
    pub smallest_by: Option<usize>,
    /// The weakest tenth of the units counts this much more, the strongest a tenth of it.
    pub weakest_first: f64,
}

/// What is known of the units; columns of the same length.
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// Cost of the plan of each path: missing where none reaches the level, 0 where it holds already.
    pub costs: Vec<Vec<f64>>,
    /// Score for certain, now.
    pub score: Vec<f64>,
    /// Score for certain, after the plan of each path; empty unless points count.
    pub scores_after: Vec<Vec<f64>>,
    /// How much each unit counts.
    pub weights: Vec<f64>,
    /// Category of each unit in each grouping; negative where missing.
    pub groups: Vec<Vec<i64>>,
    /// Names of the categories are elsewhere; this is how many there are.
    pub categories: Vec<usize>,
    /// For each programme, whether the unit may take part for certain (2), perhaps (1), or not (0).
    pub eligible: Vec<Vec<u8>>,
    /// For each programme and path, the numbers of its terms.
    pub amounts: Vec<Vec<Amounts>>,
}

impl Units {
    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    pub(super) fn group(&self, by: usize, unit: usize) -> i64 {
        self.groups.get(by).and_then(|codes| codes.get(unit)).copied().unwrap_or(-1)
    }
}

/// The problem: offers by class, and rules.
#[derive(Debug, Clone)]
pub struct Allocator {
    /// What is asked for.
    pub asked: Asked,
    /// The units.
    pub units: Units,
    /// Units with the same offers.
    pub classes: Classes,
    /// The rules, each with a name.
    pub rows: Vec<Row>,
    /// Money is counted in this for the solver: a power of two near the middle grant, so that nothing is rounded.
    pub money: f64,
}

impl Allocator {
    /// Puts the problem together.
    #[must_use]
    pub fn new(asked: Asked, units: Units) -> Self {
        let classes = Classes::new(&asked, &units);
        let rows = rules::rows(&asked, &units);
        let money = classes.money();
        Self { asked, units, classes, rows, money }
    }
}
