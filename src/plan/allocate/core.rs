//! The core: offers that can matter at some prices, as arrays for the solver; all other classes stand as the prices say.

use super::prices::{Goal, Question};
use super::{Allocator, Priced};

/// A programme in the form of a solver: columns of a matrix, ends of columns and rows; to be made as large as can be.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Worth of each column.
    pub cost: Vec<f64>,
    /// Largest value of each column; the smallest is 0.
    pub upper: Vec<f64>,
    /// Whether a column is whole.
    pub whole: Vec<bool>,
    /// Where each column begins, and the end.
    pub start: Vec<i32>,
    /// Rows of the entries.
    pub index: Vec<i32>,
    /// Entries.
    pub value: Vec<f64>,
    /// Lower ends of the rows: first the rules, then classes with several free offers.
    pub row_low: Vec<f64>,
    /// Upper ends of the rows.
    pub row_high: Vec<f64>,
    /// Worth of what stands.
    pub fixed: f64,
}

impl Model {
    fn column(&mut self, cost: f64, upper: f64, whole: bool, entries: &[(usize, f64)]) {
        self.cost.push(cost);
        self.upper.push(upper);
        self.whole.push(whole);
        for (row, value) in entries.iter().filter(|(_, value)| *value != 0.0) {
            self.index.push(i32::try_from(*row).unwrap_or(i32::MAX));
            self.value.push(*value);
        }
        self.start.push(i32::try_from(self.index.len()).unwrap_or(i32::MAX));
    }
}

/// A core with its model.
#[derive(Debug, Clone, Default)]
pub struct Core {
    /// The model.
    pub model: Model,
    /// Offer of each of the first columns.
    pub columns: Vec<usize>,
    /// Offers of the classes that stand, taken by all their units.
    pub standing: Vec<usize>,
    /// The largest loss that is in the core; what is left out loses more.
    pub threshold: f64,
}

/// How a class is in a core: some of its offers are free, or all of its units take one, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stood {
    Free,
    At(Option<usize>),
}

/// How a core is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// About so many ways of classes are free.
    pub size: usize,
    /// Ways that lose at most this are free, whatever the size.
    pub within: f64,
    /// Every so many classes only, with rules in proportion; 1 for all.
    pub every: usize,
    /// What a rule missed by one of its measure costs; rules are hard without it.
    pub penalty: Option<f64>,
}

impl Allocator {
    /// Cuts the core at prices; what was free in the core to keep stays so.
    #[must_use]
    pub fn core(&self, priced: &Priced, question: &Question, cut: &Cut, keep: Option<&Core>) -> Core {
        let kept = keep.map(|core| self.kept(core));
        let classes: Vec<usize> = (0..self.classes.len()).step_by(cut.every.max(1)).collect();
        let sampled = cut.every > 1;
        let threshold = if sampled { f64::INFINITY } else { self.threshold(priced, cut).max(cut.within) };
        let rows = self.rows.len();
        let mut core = Core { threshold, ..Core::default() };
        let mut taken = vec![0.0; rows];
        let model = &mut core.model;
        model.start.push(0);
        let (mut class_low, mut class_high) = (Vec::new(), Vec::new());
        let mut share = 0.0;
        for class in &classes {
            let count = self.classes.count(*class);
            share += count;
            // What was free stays free, and a class that would stand otherwise than before is free from now on: the
            // solution before is then still one, and prices cannot go round in circles.
            let stood = kept.as_ref().map(|(_, stood)| stood[*class]);
            let moved = stood.is_some_and(|stood| stood != Stood::At(priced.best[*class]));
            let free = |offer: &usize| {
                let was = kept.as_ref().is_some_and(|(free, _)| free[*offer]);
                priced.loss[*offer] <= threshold || was || (moved && stood == Some(Stood::At(Some(*offer))))
            };
            let free: Vec<usize> = self.classes.range(*class).filter(free).collect();
            let may_go_without = priced.without[*class] <= threshold || moved;
            if free.len() + usize::from(may_go_without) <= 1 {
                let Some(offer) = priced.best[*class] else { continue };
                core.standing.push(offer);
                model.fixed += count * self.worth(offer, question);
                for (row, taken) in taken.iter_mut().enumerate() {
                    *taken += count * self.scaled(row, *class, offer);
                }
                continue;
            }
            let own_row = (free.len() > 1 || !may_go_without).then_some(rows + class_low.len());
            if own_row.is_some() {
                class_low.push(if may_go_without { f64::NEG_INFINITY } else { count });
                class_high.push(count);
            }
            for offer in free {
                let mut entries: Vec<(usize, f64)> =
                    (0..rows).map(|row| (row, self.scaled(row, *class, offer))).collect();
                entries.extend(own_row.map(|row| (row, 1.0)));
                model.column(self.worth(offer, question), count, true, &entries);
                core.columns.push(offer);
            }
        }
        let units: f64 = (0..self.classes.len()).map(|class| self.classes.count(class)).sum();
        let share = if sampled && units > 0.0 { share / units } else { 1.0 };
        if question.goal == Goal::Smallest {
            let entries: Vec<(usize, f64)> = (0..rows).map(|row| (row, self.rows[row].smallest * share)).collect();
            model.column(self.firms(), 1.0, false, &entries);
        }
        for (row, taken) in taken.into_iter().enumerate() {
            let (low, high) = self.ends(row, question);
            model.row_low.push(low * share - taken);
            model.row_high.push(high * share - taken);
            if let Some(penalty) = cut.penalty {
                if low > f64::NEG_INFINITY {
                    model.column(-penalty, f64::INFINITY, false, &[(row, 1.0)]);
                }
                if high < f64::INFINITY {
                    model.column(-penalty, f64::INFINITY, false, &[(row, -1.0)]);
                }
            }
        }
        model.row_low.extend(class_low);
        model.row_high.extend(class_high);
        core
    }

    /// Which offers were free in a core, and how the other classes stood.
    fn kept(&self, core: &Core) -> (Vec<bool>, Vec<Stood>) {
        let mut free = vec![false; self.classes.offers.len()];
        let mut stands = free.clone();
        core.columns.iter().for_each(|offer| free[*offer] = true);
        core.standing.iter().for_each(|offer| stands[*offer] = true);
        let stood = |class: usize| {
            if self.classes.range(class).any(|offer| free[offer]) {
                return Stood::Free;
            }
            Stood::At(self.classes.range(class).find(|offer| stands[*offer]))
        };
        let stood = (0..self.classes.len()).map(stood).collect();
        (free, stood)
    }

    /// The loss up to which about so many ways are free.
    fn threshold(&self, priced: &Priced, cut: &Cut) -> f64 {
        let mut losses: Vec<f64> = Vec::with_capacity(priced.loss.len() + priced.without.len());
        for class in 0..self.classes.len() {
            let best = priced.best[class];
            losses.extend(self.classes.range(class).filter(|o| best != Some(*o)).map(|o| priced.loss[o]));
            losses.extend(best.map(|_| priced.without[class]));
        }
        if losses.len() <= cut.size {
            return f64::INFINITY;
        }
        let (_, threshold, _) = losses.select_nth_unstable_by(cut.size, f64::total_cmp);
        *threshold
    }

    /// How many units of its class take each offer: a solution of the core, with what stands.
    #[must_use]
    pub fn whole(&self, core: &Core, solution: &[f64]) -> Vec<f64> {
        let mut taken = vec![0.0; self.classes.offers.len()];
        for class in 0..self.classes.len() {
            for offer in self.classes.range(class).filter(|offer| core.standing.binary_search(offer).is_ok()) {
                taken[offer] = self.classes.count(class);
            }
        }
        for (offer, count) in core.columns.iter().zip(solution) {
            taken[*offer] = count.round();
        }
        taken
    }
}
