//! The choice as a mixed-integer programme, for a solver outside.

use std::collections::BTreeMap;

use super::cover::Choices;

/// maximize `objective` . x, rows `lower` <= A x <= `upper`, 0 <= x <= `most`; the first `whole` variables are 0 or 1.
///
/// Variables: one per candidate; without a limit per candidate one for each set of suppliers that the same candidates reach
/// (so the programme grows with patterns, not with suppliers), with one per candidate and supplier.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// Value of each variable.
    pub objective: Vec<f64>,
    /// Largest value of each variable.
    pub most: Vec<f64>,
    /// How many variables are whole.
    pub whole: usize,
    /// Upper end of each row; the lower is minus infinity. The first row is the budget.
    pub upper: Vec<f64>,
    /// Where each row starts, and the end.
    pub start: Vec<usize>,
    /// Variables of the rows.
    pub index: Vec<usize>,
    /// Coefficients of the rows.
    pub value: Vec<f64>,
}

impl Program {
    fn variable(&mut self, objective: f64, most: f64) -> usize {
        self.objective.push(objective);
        self.most.push(most);
        self.objective.len() - 1
    }

    fn row(&mut self, entries: impl IntoIterator<Item = (usize, f64)>, upper: f64) {
        for (variable, value) in entries {
            self.index.push(variable);
            self.value.push(value);
        }
        self.start.push(self.index.len());
        self.upper.push(upper);
    }

    /// The programme of a choice within a budget; what costs more than the budget is fixed at 0.
    pub fn of(choices: &Choices, budget: f64) -> Self {
        let mut program = Self { start: vec![0], whole: choices.len(), ..Self::default() };
        for cost in &choices.costs {
            program.variable(0.0, if *cost <= super::greedy::room(budget) { 1.0 } else { 0.0 });
        }
        program.row(choices.costs.iter().enumerate().map(|(j, cost)| (j, *cost)), budget);
        let mut reached: Vec<Vec<usize>> = vec![Vec::new(); choices.values.len()];
        for (candidate, reach) in choices.reaches.iter().enumerate() {
            for i in reach {
                if let Some(by) = reached.get_mut(*i) {
                    by.push(candidate);
                }
            }
        }
        match choices.most {
            None => program.patterns(choices, reached),
            Some(most) => program.places(choices, &reached, most),
        }
        program
    }

    fn patterns(&mut self, choices: &Choices, reached: Vec<Vec<usize>>) {
        let mut worth: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        for (i, by) in reached.into_iter().enumerate().filter(|(_, by)| !by.is_empty()) {
            *worth.entry(by).or_default() += choices.value(i);
        }
        for (by, value) in worth {
            let variable = self.variable(value, 1.0);
            self.row([(variable, 1.0)].into_iter().chain(by.into_iter().map(|j| (j, -1.0))), 0.0);
        }
    }

    fn places(&mut self, choices: &Choices, reached: &[Vec<usize>], most: usize) {
        let mut of: Vec<Vec<usize>> = vec![Vec::new(); choices.len()];
        for (i, by) in reached.iter().enumerate().filter(|(_, by)| !by.is_empty()) {
            let mut own = Vec::new();
            for j in by {
                let variable = self.variable(choices.value(i), 1.0);
                of[*j].push(variable);
                own.push(variable);
                // Implied, and makes the relaxation tight.
                self.row([(variable, 1.0), (*j, -1.0)], 0.0);
            }
            self.row(own.into_iter().map(|variable| (variable, 1.0)), 1.0);
        }
        for (j, variables) in of.into_iter().enumerate().filter(|(_, variables)| variables.len() > most) {
            self.row(variables.into_iter().map(|variable| (variable, 1.0)).chain([(j, -(most as f64))]), 0.0);
        }
    }
}
