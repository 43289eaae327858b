//! Transitions between classes: Markov chains of long, unbalanced panels, and spatial ones.
//!
//! `P_ij = n_ij / n_i` over pairs of the same unit one period apart; a gap is no transition. A spatial chain counts by the
//! class of the neighbors' mean, cut by the same values as the units' own. Rey (2001), doi:10.1111/j.1538-4632.2001.tb00444.x.

use super::rows::runs;

/// Counts of transitions by condition, class before and class after: `counts[(condition * classes + from) * classes + to]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transitions {
    /// Number of classes.
    pub classes: usize,
    /// Number of conditions; 1 for a plain chain.
    pub conditions: usize,
    /// Counts, weighted where weights were given.
    pub counts: Vec<f64>,
    /// Pairs left out because the next period is missing.
    pub gaps: usize,
    /// Pairs left out because a class is missing.
    pub missing: usize,
}

/// A panel whose transitions are counted; a class or condition of `classes` and more is missing.
#[derive(Debug, Clone, Copy)]
pub struct Moves<'a> {
    /// Units by row; below zero is no unit.
    pub units: &'a [i64],
    /// Periods by row.
    pub periods: &'a [i64],
    /// Rows in the order of unit and period.
    pub order: &'a [u32],
    /// Class by row.
    pub class: &'a [u32],
    /// Class of the neighbors by row.
    pub condition: Option<&'a [u32]>,
    /// Weights by row; that of the row before counts.
    pub weights: Option<&'a [f64]>,
}

/// Counts transitions over `step` periods.
pub fn transitions(moves: Moves<'_>, classes: usize, step: i64) -> Transitions {
    let conditions = if moves.condition.is_some() { classes } else { 1 };
    let mut found = Transitions {
        classes,
        conditions,
        counts: vec![0.0; conditions * classes * classes],
        ..Transitions::default()
    };
    for run in
        runs(moves.units, moves.order).filter(|run| run.first().is_some_and(|row| moves.units[*row as usize] >= 0))
    {
        for (place, now) in run.iter().enumerate() {
            let (now, rest) = (*now as usize, &run[place + 1..]);
            let wanted = moves.periods[now].saturating_add(step);
            // The row `step` periods later, among the next ones.
            let later = rest.iter().map(|row| *row as usize).find(|row| moves.periods[*row] >= wanted);
            let Some(later) = later.filter(|row| moves.periods[*row] == wanted) else {
                found.gaps += usize::from(!rest.is_empty());
                continue;
            };
            let (from, to) = (moves.class[now] as usize, moves.class[later] as usize);
            let given = moves.condition.map_or(0, |condition| condition[now] as usize);
            if from >= classes || to >= classes || given >= conditions {
                found.missing += 1;
                continue;
            }
            found.counts[(given * classes + from) * classes + to] += moves.weights.map_or(1.0, |weights| weights[now]);
        }
    }
    found
}

impl Transitions {
    /// Shares of each row; missing for a class that nobody left.
    pub fn probabilities(&self) -> Vec<f64> {
        let mut shares = self.counts.clone();
        for row in shares.chunks_mut(self.classes.max(1)) {
            let total: f64 = row.iter().sum();
            for count in row {
                *count = if total > 0.0 { *count / total } else { f64::NAN };
            }
        }
        shares
    }

    /// The chain without conditions.
    #[must_use]
    pub fn pooled(&self) -> Self {
        let size = self.classes * self.classes;
        let mut counts = vec![0.0; size];
        for part in self.counts.chunks(size.max(1)) {
            counts.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
        }
        Self { conditions: 1, counts, ..self.clone() }
    }

    /// Tests whether conditions share one chain: the likelihood ratio and Pearson's statistic with their degrees of freedom.
    /// Bickenbach and Bode (2003), doi:10.1177/0160017603253789: only rows that were left, and cells that the pooled chain has.
    pub fn homogeneity(&self) -> (f64, f64, usize) {
        let pooled = self.pooled().probabilities();
        let (mut ratio, mut squares, mut freedom) = (0.0, 0.0, 0usize);
        for from in 0..self.classes {
            let cells: Vec<usize> = (0..self.classes).filter(|to| pooled[from * self.classes + to] > 0.0).collect();
            let mut used = 0usize;
            for condition in 0..self.conditions {
                let row = &self.counts[(condition * self.classes + from) * self.classes..][..self.classes];
                let total: f64 = row.iter().sum();
                if total <= 0.0 {
                    continue;
                }
                used += 1;
                for to in &cells {
                    let expected = total * pooled[from * self.classes + to];
                    let count = row[*to];
                    ratio += if count > 0.0 { 2.0 * count * (count / expected).ln() } else { 0.0 };
                    squares += (count - expected).powi(2) / expected;
                }
            }
            freedom += used.saturating_sub(1) * cells.len().saturating_sub(1);
        }
        (ratio, squares, freedom)
    }

    /// The stationary distribution of a chain without conditions, by elimination that subtracts nothing (Grassmann, Taksar and
    /// Heyman 1985, doi:10.1287/opre.33.5.1107); missing where the chain is not irreducible.
    pub fn stationary(&self) -> Vec<f64> {
        let k = self.classes;
        let mut p = self.pooled().probabilities();
        let missing = vec![f64::NAN; k];
        if k == 0 || p.iter().any(|x| x.is_nan()) {
            return missing;
        }
        for n in (1..k).rev() {
            let leaving: f64 = (0..n).map(|j| p[n * k + j]).sum();
            if leaving <= 0.0 {
                return missing;
            }
            for i in 0..n {
                p[i * k + n] /= leaving;
                let share = p[i * k + n];
                for j in 0..n {
                    p[i * k + j] += share * p[n * k + j];
                }
            }
        }
        let mut found = vec![1.0; k];
        for n in 1..k {
            found[n] = (0..n).map(|i| found[i] * p[i * k + n]).sum();
        }
        let total: f64 = found.iter().sum();
        if found.iter().any(|x| *x <= 0.0) {
            return missing;
        }
        found.iter().map(|x| x / total).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_no_transition() {
        // Unit 0: 2018 to 2020 without 2019; unit 1: two steps; two rows of no unit.
        let (units, periods) = ([-1, 0, 0, 1, 1, 1, -1], [2018, 2020, 2018, 2018, 2019, 2020, 2019]);
        let (order, class) = ([0, 6, 2, 1, 3, 4, 5], [0, 1, 0, 0, 1, 1, 0]);
        let moves =
            Moves { units: &units, periods: &periods, order: &order, class: &class, condition: None, weights: None };
        let found = transitions(moves, 2, 1);
        assert_eq!(found.counts, [0.0, 1.0, 0.0, 1.0]);
        assert_eq!((found.gaps, found.missing), (1, 0));
        let two = transitions(moves, 2, 2);
        assert_eq!(two.counts, [0.0, 2.0, 0.0, 0.0]);
        assert_eq!((two.gaps, two.missing), (1, 0));
        assert_eq!(transitions(moves, 2, i64::MAX).counts, [0.0; 4]);
    }

    #[test]
    fn the_stationary_distribution_is_a_fixed_point() {
        let chain = Transitions {
            classes: 3,
            conditions: 1,
            counts: vec![8.0, 2.0, 0.0, 1.0, 6.0, 3.0, 0.0, 4.0, 6.0],
            ..Transitions::default()
        };
        let (p, pi) = (chain.probabilities(), chain.stationary());
        for j in 0..3 {
            let next: f64 = (0..3).map(|i| pi[i] * p[i * 3 + j]).sum();
            assert!((next - pi[j]).abs() < 1e-14);
        }
        let trap =
            Transitions { classes: 2, conditions: 1, counts: vec![1.0, 1.0, 0.0, 2.0], ..Transitions::default() };
        assert!(trap.stationary()[0].is_nan());
        let (ratio, squares, freedom) = chain.homogeneity();
        assert!(ratio.abs() < 1e-12 && squares.abs() < 1e-12 && freedom == 0);
    }
}
