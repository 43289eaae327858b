//! Change between two periods: catching up with the frontier, and the frontier itself moving.
//!
//! With s_t(x) the score of x against the units of period t, `catching_up = s_2(x_2) / s_1(x_1)`, `frontier_shift =
//! sqrt(s_1(x_2) / s_2(x_2) * s_1(x_1) / s_2(x_1))`, and their product `change = sqrt(s_1(x_2) / s_1(x_1) * s_2(x_2) /
//! s_2(x_1))`: the Malmquist index without inputs. Above 1 is better. Caves, Christensen and Diewert (1982),
//! doi:10.2307/1913388; Färe et al. (1994), American Economic Review 84, 66-83.

use super::doubt::{Doubt, benefit_of_the_doubt};
use super::limits::Limits;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::Cancel;

/// Ratios by unit; missing where a score is missing or zero.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Product of the two others.
    pub change: Vec<f64>,
    /// How much nearer to its own frontier a unit is.
    pub catching_up: Vec<f64>,
    /// How much farther the frontier is.
    pub frontier_shift: Vec<f64>,
}

/// Compares the same units, row by row, in two periods.
pub fn over_time(
    names: &[&str],
    first: &[&[f64]],
    last: &[&[f64]],
    limits: Option<&Limits>,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Change> {
    let rows = |columns: &[&[f64]]| columns.iter().map(|column| column.len()).min();
    if rows(first) != rows(last) || first.len() != last.len() {
        return Err(Error::new(Kind::Value, Problem::general("the two periods differ in units or indicators")));
    }
    let scores = |records: &[&[f64]], rows: Option<&[&[f64]]>| {
        let doubt = Doubt { records, rows, names, limits, leave_out: false, detail: false, threads, cancel };
        benefit_of_the_doubt(&doubt).map(|found| found.scores)
    };
    let (own_first, own_last) = (scores(first, None)?, scores(last, None)?);
    let (last_in_first, first_in_last) = (scores(first, Some(last))?, scores(last, Some(first))?);
    let mut found = Change::default();
    let all = own_first.iter().zip(&own_last).zip(last_in_first.iter().zip(&first_in_last));
    for ((own_first, own_last), (last_in_first, first_in_last)) in all {
        let defined = [own_first, own_last, last_in_first, first_in_last].into_iter().all(|score| *score > 0.0);
        let ratio = |value: f64| if defined { value } else { f64::NAN };
        let catching_up = own_last / own_first;
        let shift = (last_in_first / own_last * (own_first / first_in_last)).sqrt();
        found.catching_up.push(ratio(catching_up));
        found.frontier_shift.push(ratio(shift));
        found.change.push(ratio(catching_up * shift));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_indicator_by_hand() {
        // Scores are shares of the largest: 1/2, 1, then 3/4, 1; the frontier doubles.
        let (first, last): ([&[f64]; 1], [&[f64]; 1]) = ([&[1.0, 2.0, 0.0]], [&[3.0, 4.0, f64::NAN]]);
        let found = over_time(&["a"], &first, &last, None, None, &Cancel::new()).expect("change");
        for (value, expected) in found.change.iter().zip([3.0, 2.0]) {
            approx::assert_relative_eq!(*value, expected, max_relative = 1e-14);
        }
        approx::assert_relative_eq!(found.catching_up[0], 1.5, max_relative = 1e-14);
        approx::assert_relative_eq!(found.frontier_shift[0], 2.0, max_relative = 1e-14);
        assert!(found.change[2].is_nan());
    }
}
