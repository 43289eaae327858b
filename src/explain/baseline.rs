//! What contributions are counted from: one score per child of a group.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::error::{Error, Kind, Problem, Result, hint};
use crate::numeric::Sum;

/// What contributions are counted from.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Baseline {
    /// The means of all units.
    #[default]
    Mean,
    /// The lowest scores any unit has.
    Worst,
    /// The scores of the unit in this row.
    Unit(usize),
    /// The same number for all children.
    Number(f64),
    /// Numbers by child.
    Numbers(IndexMap<String, f64>),
}

impl Baseline {
    /// One number per child, given their scores; missing for children nobody has a score of.
    pub(super) fn of(&self, group: &str, names: &[&str], columns: &[&[f64]], rows: &[usize]) -> Result<Vec<f64>> {
        let among = |column: &[f64]| -> Vec<f64> {
            let score = |row: &usize| column.get(*row).copied().filter(|score| !score.is_nan());
            rows.iter().filter_map(score).collect()
        };
        match self {
            Self::Mean => {
                let mean = |scores: &[f64]| Sum::of(scores).value() / scores.len() as f64;
                Ok(columns.iter().map(|column| mean(&among(column))).collect())
            }
            Self::Worst => {
                Ok(columns.iter().map(|column| among(column).into_iter().fold(f64::NAN, f64::min)).collect())
            }
            Self::Unit(row) => {
                let found: Vec<f64> =
                    columns.iter().map(|column| column.get(*row).copied().unwrap_or(f64::NAN)).collect();
                let gaps = names.iter().zip(&found).filter(|(_, score)| score.is_nan());
                let problem = |(name, _): (&&str, &f64)| {
                    let message = format!("the unit to compare with has no score for {name:?}, a child of {group:?}");
                    Problem::column(*name, message).row(*row).remedy("take another unit, or give numbers")
                };
                Error::collect(Kind::Value, gaps.map(problem).collect())?;
                Ok(found)
            }
            Self::Number(number) => Ok(vec![*number; names.len()]),
            Self::Numbers(numbers) => {
                let unknown = numbers.keys().filter(|name| !names.contains(&name.as_str())).map(|name| {
                    let near = hint(name, names.iter().copied());
                    Problem::at("baseline", format!("{group:?} has no child {name:?}{near}"))
                });
                let lacking = names.iter().filter(|name| !numbers.contains_key(**name)).map(|name| {
                    Problem::at("baseline", format!("no number is given for {name:?}, a child of {group:?}"))
                });
                Error::collect(Kind::UnknownName, unknown.chain(lacking).collect())?;
                Ok(names.iter().map(|name| numbers.get(*name).copied().unwrap_or(f64::NAN)).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_gives_its_numbers() {
        let (names, rows) = (["a", "b"], [0, 1, 2]);
        let columns: [&[f64]; 2] = [&[1.0, 3.0, f64::NAN], &[4.0, 6.0, 8.0]];
        let of = |baseline: &Baseline| baseline.of("g", &names, &columns, &rows);
        assert_eq!(of(&Baseline::Mean).expect("means"), [2.0, 6.0]);
        assert_eq!(of(&Baseline::Worst).expect("lowest"), [1.0, 4.0]);
        assert_eq!(of(&Baseline::Unit(1)).expect("a unit"), [3.0, 6.0]);
        assert_eq!(of(&Baseline::Number(0.0)).expect("zero"), [0.0, 0.0]);
        let error = of(&Baseline::Unit(2)).expect_err("a gap");
        assert!(error.problems[0].message.contains("has no score for \"a\""));
        let numbers = |name: &str| Baseline::Numbers(IndexMap::from([(name.to_owned(), 1.0), ("b".to_owned(), 2.0)]));
        assert_eq!(of(&numbers("a")).expect("numbers"), [1.0, 2.0]);
        assert_eq!(of(&numbers("aa")).expect_err("another name").problems.len(), 2);
    }
}
