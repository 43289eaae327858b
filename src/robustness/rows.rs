//! Rows that are not known exactly: errors of measurement, samples, draws for missing values.

use std::collections::HashMap;

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::columns::{Column, Rows, Table};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::normal;
use crate::numeric::random::SplitMix64;

/// How rows vary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowDraw {
    /// An error is added to each observed value.
    Error(Measurement),
    /// The index is fitted on as many units drawn with replacement, and scores all.
    Bootstrap(Bootstrap),
    /// Each missing value is one of the observed values of its column.
    Impute(HotDeck),
}

/// Errors of measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// Columns of numbers.
    pub columns: Vec<String>,
    /// How the error is distributed.
    pub distribution: Distribution,
}

/// A distribution of errors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// Normal with this standard deviation, in units of the column.
    Normal(f64),
    /// Uniform between minus and plus this, in units of the column.
    Uniform(f64),
    /// The value times a log-normal factor with median 1 and this standard deviation of the logarithm.
    Lognormal(f64),
    /// With this probability, a yes or no (1 or 0) is the other one.
    Flip(f64),
}

/// A bootstrap over units.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bootstrap {
    /// Column of strata: units are drawn within each.
    pub strata: Option<String>,
}

/// Draws for missing values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HotDeck {
    /// Columns of numbers.
    pub columns: Vec<String>,
    /// Column of groups: values are drawn within each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl RowDraw {
    /// The columns of numbers it changes.
    pub(super) fn columns(&self) -> &[String] {
        match self {
            Self::Error(measurement) => &measurement.columns,
            Self::Impute(deck) => &deck.columns,
            Self::Bootstrap(_) => &[],
        }
    }

    /// What is wrong with it for a table.
    pub(super) fn check(&self, table: &Table<'_>) -> Result<()> {
        let mut problems = Vec::new();
        let mut lacks = |name: &String| {
            let near = crate::error::hint(name, table.names().iter().map(String::as_str));
            problems.push(Problem::column(name.clone(), format!("is not in the data{near}")));
        };
        self.columns().iter().filter(|name| table.get(name).is_none()).for_each(&mut lacks);
        let by = match self {
            Self::Bootstrap(bootstrap) => bootstrap.strata.as_ref(),
            Self::Impute(deck) => deck.by.as_ref(),
            Self::Error(_) => None,
        };
        by.into_iter().filter(|name| table.get(name).is_none()).for_each(&mut lacks);
        Error::collect(Kind::MissingColumn, problems)?;
        let text = |name: &&String| matches!(table.get(name), Some(Column::Text { .. }));
        let problems = self.columns().iter().filter(text);
        let problems = problems.map(|name| Problem::column(name.clone(), "holds texts, expected numbers")).collect();
        Error::collect(Kind::ColumnType, problems)?;
        if let Self::Error(Measurement { distribution, .. }) = self {
            let (size, most) = match distribution {
                Distribution::Normal(size) | Distribution::Uniform(size) | Distribution::Lognormal(size) => {
                    (*size, f64::MAX)
                }
                Distribution::Flip(share) => (*share, 1.0),
            };
            if !(size >= 0.0 && size <= most) {
                let message = format!("{size} is no size of an error; expected a number of at least 0");
                let message = if most == 1.0 { format!("{message} and at most 1") } else { message };
                return Err(Error::new(Kind::Value, Problem::general(message)));
            }
        }
        Ok(())
    }

    /// Changes columns that were read before; `number` tells draws apart.
    pub(super) fn change(&self, table: &Table<'_>, changed: &mut HashMap<String, Vec<f64>>, seed: u64, number: u64) {
        for (place, name) in self.columns().iter().enumerate() {
            let Some(column) = table.get(name) else { continue };
            let values = changed.entry(name.clone()).or_insert_with(|| numbers(column));
            let mut random = SplitMix64::stream(seed ^ number, place as u64);
            match self {
                Self::Error(measurement) => disturb(values, measurement.distribution, &mut random),
                Self::Impute(deck) => fill(values, deck.by.as_ref().and_then(|by| table.get(by)), &mut random),
                Self::Bootstrap(_) => {}
            }
        }
    }

    /// The rows of a resample, for a bootstrap.
    pub(super) fn resample(&self, table: &Table<'_>, seed: u64, number: u64) -> Option<Vec<usize>> {
        let Self::Bootstrap(bootstrap) = self else { return None };
        let mut random = SplitMix64::stream(seed, number);
        let strata = strata(bootstrap.strata.as_ref().and_then(|name| table.get(name)), table.rows());
        let mut rows = Vec::with_capacity(table.rows());
        for stratum in strata {
            rows.extend((0..stratum.len()).filter_map(|_| stratum.get(random.below(stratum.len())).copied()));
        }
        rows.sort_unstable();
        Some(rows)
    }
}

fn numbers(column: &Column<'_>) -> Vec<f64> {
    let mut values = vec![0.0; column.len()];
    column.load(&Rows::Range { start: 0, len: column.len() }, &mut values);
    values
}

/// Rows by stratum, in the order strata first appear; missing is a stratum of its own.
fn strata(column: Option<&Column<'_>>, rows: usize) -> Vec<Vec<usize>> {
    let Some(column) = column else { return vec![(0..rows).collect()] };
    let mut places: HashMap<u64, usize> = HashMap::new();
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (row, value) in numbers(column).into_iter().enumerate() {
        let next = found.len();
        let place =
            *places.entry(if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() }).or_insert(next);
        if place == next {
            found.push(Vec::new());
        }
        found[place].push(row);
    }
    found
}

fn disturb(values: &mut [f64], distribution: Distribution, random: &mut SplitMix64) {
    // Every row takes a draw, so that a value's error does not depend on which others are missing.
    for value in values {
        let u = random.unit();
        match distribution {
            Distribution::Normal(sd) => *value += sd * normal::quantile(u.max(f64::MIN_POSITIVE)),
            Distribution::Uniform(half) => *value += half * (2.0 * u - 1.0),
            Distribution::Lognormal(sd) => *value *= (sd * normal::quantile(u.max(f64::MIN_POSITIVE))).exp(),
            Distribution::Flip(share) if u < share => *value = 1.0 - *value,
            Distribution::Flip(_) => {}
        }
    }
}

fn fill(values: &mut [f64], by: Option<&Column<'_>>, random: &mut SplitMix64) {
    for group in strata(by, values.len()) {
        let donors: Vec<f64> = group.iter().map(|row| values[*row]).filter(|value| !value.is_nan()).collect();
        for row in group {
            let donor = random.below(donors.len());
            if values[row].is_nan()
                && let Some(value) = donors.get(donor)
            {
                values[row] = *value;
            }
        }
    }
}

/// A table with other numbers in some columns.
pub(super) fn with_columns<'b>(table: &'b Table<'_>, changed: &'b HashMap<String, Vec<f64>>) -> Result<Table<'b>> {
    let mut new = Table::new(table.rows());
    for name in table.names() {
        let column = match (changed.get(name), table.get(name)) {
            (Some(values), _) => Column::Number(ArrayView1::from(values.as_slice())),
            (None, Some(column)) => column.borrow(),
            (None, None) => continue,
        };
        new.add(name.clone(), column)?;
    }
    Ok(new)
}
