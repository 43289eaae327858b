//! Stocks from flows by perpetual inventory: `K_t = (1 - d) K_{t-1} + I_t`.
//!
//! Griliches Z. (1979), Issues in assessing the contribution of research and development to productivity growth, Bell Journal of
//! Economics 10(1): 92-116, doi:10.2307/3003321; Hall B. H., Mairesse J. (1995), doi:10.1016/0304-4076(94)01604-X.

use serde::Deserialize;

use super::order::sorted;
use super::reason::{Counts, Outcome, Reason};
use super::same_length;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::Cancel;

/// What the stock is in the first year of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initial {
    /// The flow over the sum of growth and depreciation.
    Growth,
    /// The flow over depreciation.
    FlowOverDepreciation,
    /// The flow.
    Flow,
    /// Ten times the flow.
    #[serde(rename = "flow_over_0.1")]
    FlowOverTenth,
    /// Nothing before the first year, hence the flow too.
    Zero,
}

/// Which growth rate the first stock rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Growth {
    /// Mean log growth between the first and the last positive flow.
    LogMean,
    /// The yearly rate between the same two.
    Cagr,
    /// One given for all.
    Given(f64),
}

/// Conventions of a stock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Depreciation per period, in [0, 1].
    pub depreciation: f64,
    /// The first stock.
    pub initial: Initial,
    /// The growth rate of [`Initial::Growth`].
    pub growth: Growth,
    /// Growth is taken within so many periods from the first flow; all of them where none.
    pub over: Option<f64>,
    /// A year without a flow counts as zero; else the stock is missing from there on.
    pub zero_gaps: bool,
    /// The flow of a year is in the stock of the next.
    pub lagged: bool,
}

/// Stocks of all units, and how many are missing for each reason. An error names units whose growth and depreciation add up to
/// nothing (`g + d <= 0`).
pub fn stock(units: &[i64], times: &[f64], flows: &[f64], rule: &Rule, cancel: &Cancel) -> Result<(Vec<f64>, Counts)> {
    let (found, counts) = outcomes(units, times, flows, rule, cancel)?;
    Ok((found.into_iter().map(|outcome| outcome.unwrap_or(f64::NAN)).collect(), counts))
}

fn outcomes(
    units: &[i64],
    times: &[f64],
    flows: &[f64],
    rule: &Rule,
    cancel: &Cancel,
) -> Result<(Vec<Outcome>, Counts)> {
    same_length(&[units.len(), times.len(), flows.len()])?;
    let rows = sorted(units, times, None, cancel)?.rows;
    let rows: Vec<usize> = rows.into_iter().map(|row| row as usize).collect();
    let mut found = vec![Err(Reason::Key); units.len()];
    let mut shrinking = Problem::general(
        "growth and depreciation of the flow add up to 0 or less, so that no first stock follows from them",
    )
    .remedy("give growth= as a number, or another initial=");
    for rows in rows.chunk_by(|a, b| units[*a] == units[*b]) {
        unit(rows, times, flows, rule, &mut found, &mut shrinking);
    }
    if !shrinking.rows.is_empty() {
        return Err(Error::new(Kind::Degenerate, shrinking));
    }
    let mut counts = Counts::default();
    for why in found.iter().filter_map(|outcome| outcome.err()) {
        counts[why as usize - 1] += 1;
    }
    Ok((found, counts))
}

/// One unit, rows in the order of time.
fn unit(rows: &[usize], times: &[f64], flows: &[f64], rule: &Rule, found: &mut [Outcome], shrinking: &mut Problem) {
    let Some(begin) = rows.iter().position(|row| !flows[*row].is_nan()) else {
        for row in rows {
            found[*row] = Err(Reason::Missing);
        }
        return;
    };
    let (before, rows) = rows.split_at(begin);
    for row in before {
        found[*row] = Err(Reason::Missing);
    }
    let first = rows[0];
    let mut held = first_stock(rows, times, flows, rule);
    if held == Err(Reason::BothZero) {
        shrinking.count += 1;
        if shrinking.rows.len() < 5 {
            shrinking.rows.push(first);
        }
        return;
    }
    found[first] = held;
    let kept = 1.0 - rule.depreciation;
    for pair in rows.windows(2) {
        let (last, row) = (pair[0], pair[1]);
        // Rounded, because times are whole numbers up to the rounding of what they were made from.
        let steps = (times[row] - times[last]).round().max(1.0);
        let inflow = if rule.lagged { flows[last] } else { flows[row] };
        held = held.and_then(|stock| {
            if rule.zero_gaps {
                let inflow = if inflow.is_nan() { 0.0 } else { inflow };
                // Years in between have no flow; one that enters a year later is used up over the rest of them.
                let idle = if steps > 1.0 { kept.powf(steps - 1.0) } else { 1.0 };
                let share = if rule.lagged { idle } else { 1.0 };
                Ok(kept * (stock * idle) + share * inflow)
            } else if steps > 1.0 {
                Err(Reason::Gap)
            } else if inflow.is_nan() {
                Err(Reason::Missing)
            } else {
                Ok(kept * stock + inflow)
            }
        });
        found[row] = held;
    }
}

fn first_stock(rows: &[usize], times: &[f64], flows: &[f64], rule: &Rule) -> Outcome {
    let (first, d) = (flows[rows[0]], rule.depreciation);
    let over = match rule.initial {
        Initial::Flow | Initial::Zero => return Ok(first),
        Initial::FlowOverTenth => return Ok(first / 0.1),
        Initial::FlowOverDepreciation => d,
        Initial::Growth => match rule.growth {
            Growth::Given(rate) => rate + d,
            measured => rate(rows, times, flows, measured, rule.over)? + d,
        },
    };
    // Told to the caller as an error, and never as a reason.
    if over > 0.0 { Ok(first / over) } else { Err(Reason::BothZero) }
}

fn rate(rows: &[usize], times: &[f64], flows: &[f64], growth: Growth, over: Option<f64>) -> Outcome {
    let first = rows[0];
    let within = |row: &usize| over.is_none_or(|over| times[*row] - times[first] <= over + 1e-9);
    let last = rows.iter().copied().filter(within).rfind(|row| flows[*row] > 0.0);
    let last = last.filter(|last| *last != first && flows[first] > 0.0).ok_or(Reason::NoGrowth)?;
    let years = times[last] - times[first];
    let change = flows[last] / flows[first];
    Ok(if growth == Growth::LogMean { change.ln() / years } else { change.powf(years.recip()) - 1.0 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULE: Rule = Rule {
        depreciation: 0.15,
        initial: Initial::FlowOverDepreciation,
        growth: Growth::LogMean,
        over: None,
        zero_gaps: false,
        lagged: false,
    };

    struct Made {
        values: Vec<f64>,
        reasons: Vec<u8>,
    }

    fn one(times: &[f64], flows: &[f64], rule: Rule) -> Made {
        let units = vec![0; times.len()];
        let (found, _) = outcomes(&units, times, flows, &rule, &Cancel::new()).unwrap();
        let reasons = found.iter().map(|outcome| outcome.err().map_or(0, |why| why as u8)).collect();
        Made { values: stock(&units, times, flows, &rule, &Cancel::new()).unwrap().0, reasons }
    }

    #[test]
    fn gaps_are_zero_or_missing_by_name() {
        let (times, flows) = ([2018.0, 2019.0, 2021.0, 2022.0], [10.0, 10.0, f64::NAN, 10.0]);
        let rule = Rule { initial: Initial::Flow, ..RULE };
        let missing = one(&times, &flows, rule);
        assert_eq!(missing.values[..2], [10.0, 18.5]);
        assert_eq!(missing.reasons, [0, 0, Reason::Gap as u8, Reason::Gap as u8]);
        let zero = one(&times, &flows, Rule { zero_gaps: true, ..rule });
        let after = 18.5 * 0.85 * 0.85;
        assert!((zero.values[2] - after).abs() < 1e-12);
        assert!((zero.values[3] - (after * 0.85 + 10.0)).abs() < 1e-12);
    }

    #[test]
    fn a_lagged_flow_enters_a_year_later() {
        let (times, flows) = ([1.0, 2.0, 4.0], [10.0, 20.0, 5.0]);
        let rule = Rule { initial: Initial::Flow, lagged: true, zero_gaps: true, ..RULE };
        let found = one(&times, &flows, rule);
        assert_eq!(found.values[1], 0.85 * 10.0 + 10.0);
        assert!((found.values[2] - (0.85 * (0.85 * 18.5 + 20.0))).abs() < 1e-12);
    }

    #[test]
    fn shrinking_flows_are_refused_and_single_ones_have_no_growth() {
        let rule = Rule { initial: Initial::Growth, ..RULE };
        let error = stock(&[0, 0], &[1.0, 2.0], &[10.0, 1.0], &rule, &Cancel::new()).unwrap_err();
        assert_eq!(error.kind, Kind::Degenerate);
        assert_eq!(error.problems[0].rows, [0]);
        assert_eq!(one(&[1.0], &[10.0], rule).reasons, [Reason::NoGrowth as u8]);
        assert_eq!(one(&[1.0, 2.0], &[0.0, 10.0], rule).reasons, [Reason::NoGrowth as u8; 2]);
        assert_eq!(one(&[1.0, 2.0], &[f64::NAN, f64::NAN], rule).reasons, [Reason::Missing as u8; 2]);
        let given = Rule { growth: Growth::Given(0.05), ..rule };
        assert_eq!(one(&[1.0], &[10.0], given).values, [10.0 / 0.2]);
        assert!(stock(&[0], &[1.0], &[1.0], &Rule { growth: Growth::Given(-0.15), ..rule }, &Cancel::new()).is_err());
    }

    #[test]
    fn growth_within_the_first_periods() {
        let rule = Rule { initial: Initial::Growth, over: Some(1.0), ..RULE };
        let found = one(&[1.0, 2.0, 3.0], &[10.0, 20.0, 10.0], rule);
        assert!((found.values[0] - 10.0 / (2.0_f64.ln() + 0.15)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_steady_flow_keeps_its_stock(flow in 0.1..1e6f64, d in 0.01..1.0f64, n in 1usize..20) {
            let times: Vec<f64> = (0..n).map(|t| t as f64).collect();
            let found = one(&times, &vec![flow; n], Rule { depreciation: d, ..RULE });
            for value in found.values {
                prop_assert!((value - flow / d).abs() <= 1e-9 * flow / d);
            }
        }
    }
}
