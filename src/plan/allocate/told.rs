//! The rules of an allocation as people read them: shares as shares, units with those that are there already.

use super::{Allocator, Of, Question};

/// What a rule allows, what is used of it, and what a little more of it would bring. Missing where there is no end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// At least.
    pub at_least: f64,
    /// At most.
    pub at_most: f64,
    /// Used, in the same measure.
    pub used: f64,
    /// How far from the nearer end; negative outside.
    pub slack: f64,
    /// By so much the goal would rise if the rule were looser by one unit of money or one firm.
    pub price: f64,
}

impl Allocator {
    /// Tells the rules at an allocation, given how many units of its class take each offer, and the prices of the rows.
    #[must_use]
    pub fn told(&self, taken: &[f64], prices: &[f64]) -> Vec<Told> {
        let outcome = self.measure(taken, &Question::default());
        let mut found = Vec::with_capacity(self.rows.len());
        for (place, row) in self.rows.iter().enumerate() {
            let (used, whole) = (outcome.used[place], outcome.whole[place]);
            let (mut least, mut most, mut told) = (row.low + row.already, row.high + row.already, used + row.already);
            let of = |part: f64, whole: f64| if whole == 0.0 { f64::NAN } else { part / whole };
            match row.part {
                "least share" | "largest share" if row.of == Of::Reached => {
                    (least, most, told) = (of(least, row.size), of(most, row.size), of(told, row.size));
                }
                "least share" | "largest share" => {
                    least = if row.low.is_finite() { row.share } else { f64::NAN };
                    most = if row.high.is_finite() { row.share } else { f64::NAN };
                    told = row.share + of(used, whole);
                }
                "smallest share" => (least, most, told) = (f64::NAN, f64::NAN, of(told, row.size)),
                _ => {}
            }
            let end = |x: f64| if x.is_finite() { x } else { f64::NAN };
            let (at_least, at_most) = (end(least), end(most));
            // The smaller of the two; the one that is there where there is one.
            let slack = (told - at_least).min(at_most - told);
            let price = (prices.get(place).copied().unwrap_or(f64::NAN) / self.scale(place)).abs();
            found.push(Told { at_least, at_most, used: told, slack, price });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::allocate::{Allocator, Amounts, Asked, Of, Rule, Terms, Units};

    /// Four firms at 10 each, one of them (of group 1) at the level already; one of group 0 and one of group 1 are funded.
    fn problem() -> (Allocator, Vec<f64>) {
        let rule = |of: Of, min_share: Option<f64>, max: Option<f64>, by: Option<usize>| Rule {
            name: "quota".into(),
            program: if of == Of::Reached { None } else { Some(0) },
            of,
            by,
            codes: vec![1],
            min_share,
            max_share: None,
            min: None,
            max,
        };
        let asked = Asked {
            programs: vec![Terms { id: "g".into(), budget: 50.0, paths: vec![true], ..Terms::default() }],
            rules: vec![
                rule(Of::Money, Some(0.25), None, Some(0)),
                rule(Of::Reached, Some(0.5), None, Some(0)),
                rule(Of::Firms, None, Some(1.0), None),
            ],
            budget: None,
            points: false,
            values: vec![1.0],
            counted: vec![true],
            smallest_by: Some(0),
            weakest_first: 0.0,
        };
        let units = Units {
            costs: vec![vec![10.0, 10.0, 10.0, 0.0]],
            score: vec![1.0; 4],
            scores_after: Vec::new(),
            weights: vec![1.0; 4],
            groups: vec![vec![0, 0, 1, 1]],
            categories: vec![2],
            eligible: vec![vec![2; 4]],
            amounts: vec![vec![Amounts::default()]],
        };
        let problem = Allocator::new(asked, units);
        let mut taken = vec![0.0; problem.classes.offers.len()];
        for class in 0..problem.classes.len() {
            taken[problem.classes.range(class).start] = 1.0;
        }
        (problem, taken)
    }

    fn alike(found: f64, expected: f64) -> bool {
        (found.is_nan() && expected.is_nan()) || (found - expected).abs() < 1e-12
    }

    #[test]
    fn rules_are_told_in_their_own_measure() {
        let (problem, taken) = problem();
        let prices = vec![-2.0; problem.rows.len()];
        let found = problem.told(&taken, &prices);
        let none = f64::NAN;
        // Budget; half of the money went to group 1; of group 1 both are at the level; two firms and at most one; then the
        // shares of the groups.
        let expected = [
            ("budget", none, 50.0, 20.0, 30.0),
            ("least share", 0.25, none, 0.5, 0.25),
            ("least share", 0.5, none, 1.0, 0.5),
            ("amount", none, 1.0, 2.0, -1.0),
            ("smallest share", none, none, 0.5, none),
            ("smallest share", none, none, 1.0, none),
        ];
        assert_eq!(problem.rows.iter().map(|row| row.part).collect::<Vec<_>>(), expected.map(|(part, ..)| part));
        for (told, (part, least, most, used, slack)) in found.iter().zip(expected) {
            let parts = [(told.at_least, least), (told.at_most, most), (told.used, used), (told.slack, slack)];
            assert!(parts.iter().all(|(own, wanted)| alike(*own, *wanted)), "{part}: {told:?}");
        }
        assert!(alike(found[0].price, 2.0 / problem.money) && alike(found[3].price, 2.0));
    }

    #[test]
    fn a_share_of_nothing_is_missing() {
        let (problem, taken) = problem();
        let found = problem.told(&vec![0.0; taken.len()], &[]);
        assert!(found[1].used.is_nan() && found[1].slack.is_nan() && found[0].price.is_nan());
        assert!(alike(found[2].used, 0.5) && alike(found[0].slack, 50.0));
    }
}
