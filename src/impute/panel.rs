//! Filling from other periods of the same unit: preparation of a panel, done before an index sees its rows.
//!
//! `last`: the last earlier observation, at most `max_gap` back. `constant`: the last earlier one, before the first one that
//! one. `linear`: a straight line in time between two observations, end values held outside; it needs two observations.
//! `linear_constant`: the same, constant where a unit has one observation. Gaps are measured in the units of `times`, never
//! in rows, so that a missing year is a gap. Results are in the order of the rows, whatever the order of the times.

use crate::error::{Error, Kind, Problem, Result};

/// A way to fill a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// The last earlier observation.
    Last,
    /// The last earlier observation, before the first one that one.
    Constant,
    /// A line between two observations, end values outside.
    Linear,
    /// The same, constant where there is one observation.
    LinearConstant,
}

impl Fill {
    /// The method of a name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            ("last", Self::Last),
            ("constant", Self::Constant),
            ("linear", Self::Linear),
            ("linear_constant", Self::LinearConstant),
        ];
        all.into_iter().find(|(own, _)| *own == name).map(|(_, fill)| fill)
    }
}

/// A filled column.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// The values.
    pub values: Vec<f64>,
    /// The row each value comes from: its own where observed, the nearer one before where a line was drawn; none where it
    /// is still missing.
    pub sources: Vec<Option<usize>>,
}

/// Rows by unit, each in the order of time. Rows without a unit or a time stand alone.
#[derive(Debug, Clone)]
pub struct Series {
    order: Vec<usize>,
    starts: Vec<usize>,
    times: Vec<f64>,
}

impl Series {
    /// The series of rows with these units (negative: not known) and times (NaN: not known).
    pub fn new(units: &[i64], times: &[f64]) -> Result<Self> {
        if units.len() != times.len() {
            return Err(Error::new(Kind::Value, Problem::general("units and times differ in length")));
        }
        let known = |row: &usize| units[*row] >= 0 && !times[*row].is_nan();
        let mut order: Vec<usize> = (0..units.len()).filter(known).collect();
        order.sort_by(|a, b| units[*a].cmp(&units[*b]).then(times[*a].total_cmp(&times[*b])));
        let mut starts = vec![0];
        for (place, pair) in order.windows(2).enumerate() {
            if units[pair[0]] != units[pair[1]] {
                starts.push(place + 1);
            } else if times[pair[0]] == times[pair[1]] {
                let message = "a unit has two rows of one time; rows must be unique in unit and time";
                return Err(Error::new(Kind::Value, Problem::general(message).row(pair[1])));
            }
        }
        starts.push(order.len());
        Ok(Self { order, starts, times: times.to_vec() })
    }

    /// Fills one column. `max_gap` limits how far in time a value is carried, and how far apart the ends of a line may be.
    pub fn fill(&self, column: &str, values: &[f64], fill: Fill, max_gap: Option<f64>) -> Result<Filled> {
        if values.len() != self.times.len() {
            return Err(Error::new(Kind::Value, Problem::column(column, "differs in length from units and times")));
        }
        let own = |(row, value): (usize, &f64)| (!value.is_nan()).then_some(row);
        let mut filled = Filled { values: values.to_vec(), sources: values.iter().enumerate().map(own).collect() };
        let mut alone = Vec::new();
        for ends in self.starts.windows(2) {
            let rows = &self.order[ends[0]..ends[1]];
            let observed: Vec<usize> = rows.iter().copied().filter(|row| !values[*row].is_nan()).collect();
            if fill == Fill::Linear && observed.len() == 1 && rows.len() > 1 {
                alone.extend(rows.iter().copied().find(|row| values[*row].is_nan()));
                continue;
            }
            self.one_unit(rows, &observed, values, fill, max_gap.unwrap_or(f64::INFINITY), &mut filled);
        }
        if alone.is_empty() {
            return Ok(filled);
        }
        let mut problem = Problem::column(column, "a line needs two observations of a unit, found one")
            .remedy("use linear_constant, or leave these units out");
        problem.count = alone.len() as u64;
        problem.rows = alone.into_iter().take(5).collect();
        Err(Error::new(Kind::Value, problem))
    }

    fn one_unit(
        &self,
        rows: &[usize],
        observed: &[usize],
        values: &[f64],
        fill: Fill,
        max_gap: f64,
        filled: &mut Filled,
    ) {
        let apart = |a: usize, b: usize| (self.times[a] - self.times[b]).abs();
        let mut next = 0;
        for &row in rows {
            if observed.get(next) == Some(&row) {
                next += 1;
                continue;
            }
            let (before, after) = (next.checked_sub(1).map(|place| observed[place]), observed.get(next).copied());
            let line = matches!(fill, Fill::Linear | Fill::LinearConstant);
            let (value, source) = match (before, after) {
                (Some(a), Some(b)) if line && apart(a, b) <= max_gap => {
                    let share = (self.times[row] - self.times[a]) / (self.times[b] - self.times[a]);
                    (values[a] + share * (values[b] - values[a]), a)
                }
                (Some(_), Some(_)) if line => continue,
                (Some(a), _) if apart(a, row) <= max_gap => (values[a], a),
                (None, Some(b)) if fill != Fill::Last && apart(b, row) <= max_gap => (values[b], b),
                _ => continue,
            };
            (filled.values[row], filled.sources[row]) = (value, Some(source));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: f64 = f64::NAN;

    fn filled(fill: Fill, max_gap: Option<f64>) -> Vec<f64> {
        // One unit, rows not in the order of time: 2019 is missing from the data, 2018 and 2020 have no value.
        let times = [2021.0, 2017.0, 2020.0, 2018.0, 2022.0];
        let series = Series::new(&[0; 5], &times).expect("series");
        series.fill("x", &[8.0, 4.0, N, N, N], fill, max_gap).expect("filled").values
    }

    #[test]
    fn gaps_are_in_time_not_in_rows() {
        assert_eq!(filled(Fill::Last, None), [8.0, 4.0, 4.0, 4.0, 8.0]);
        let bounded = filled(Fill::Last, Some(2.0));
        assert!(bounded[2].is_nan() && bounded[3] == 4.0);
        assert_eq!(filled(Fill::Linear, None), [8.0, 4.0, 7.0, 5.0, 8.0]);
        assert!(filled(Fill::Linear, Some(3.0))[2].is_nan());
    }

    #[test]
    fn one_observation_and_none() {
        let series = Series::new(&[0, 0, 1, 1, -1], &[1.0, 2.0, 1.0, 2.0, 1.0]).expect("series");
        let values = [N, 5.0, N, N, N];
        let constant = series.fill("x", &values, Fill::LinearConstant, None).expect("filled");
        assert_eq!(constant.values[0], 5.0);
        assert_eq!(constant.sources, [Some(1), Some(1), None, None, None]);
        assert!(series.fill("x", &values, Fill::Linear, None).is_err());
        assert!(Series::new(&[0, 0], &[1.0, 1.0]).is_err());
    }
}
