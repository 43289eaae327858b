//! Small tables from literals, and the two verbs without ceremony.
#![allow(
    dead_code,
    clippy::cast_possible_wrap,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

use std::borrow::Cow;

use indicia::columns::{Column, Table, Whole};
use indicia::definition::Index;
use indicia::error::{Error, Result};
use indicia::fit::{FitOptions, fit};
use indicia::fitted::Fitted;
use indicia::parallel::Cancel;
use indicia::score::{ScoreOptions, Scored};
use ndarray::{ArrayView1, aview1};

pub const NAN: f64 = f64::NAN;

/// An owned column.
#[derive(Debug, Clone)]
pub enum Data {
    Numbers(Vec<f64>),
    Texts(Vec<i32>, Vec<String>),
}

impl Data {
    /// A text column; an empty text is missing.
    pub fn texts(values: &[&str]) -> Self {
        let mut labels: Vec<String> = Vec::new();
        let codes = values
            .iter()
            .map(|value| match (value.is_empty(), labels.iter().position(|label| label == value)) {
                (true, _) => -1,
                (false, Some(code)) => code as i32,
                (false, None) => {
                    labels.push((*value).to_owned());
                    labels.len() as i32 - 1
                }
            })
            .collect();
        Self::Texts(codes, labels)
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts(codes, _) => codes.len(),
        }
    }
}

/// Owned columns by name.
pub type Frame = Vec<(String, Data)>;

pub fn frame(columns: &[(&str, &[f64])]) -> Frame {
    columns.iter().map(|(name, values)| ((*name).to_owned(), Data::Numbers(values.to_vec()))).collect()
}

pub fn table(frame: &Frame) -> Table<'_> {
    let mut table = Table::new(frame.first().map_or(0, |(_, data)| data.len()));
    for (name, data) in frame {
        let column = match data {
            Data::Numbers(values) => Column::Number(aview1(values)),
            Data::Texts(codes, labels) => {
                Column::Text { codes: Whole::I32(ArrayView1::from(codes.as_slice())), labels: Cow::Borrowed(labels) }
            }
        };
        table.add(name.clone(), column).expect("distinct names of equal length");
    }
    table
}

pub fn all(nodes: &[&str]) -> ScoreOptions {
    ScoreOptions {
        nodes: nodes.iter().map(|node| (*node).to_owned()).collect(),
        range: true,
        coverage: true,
        levels: true,
        ..ScoreOptions::default()
    }
}

pub fn index(text: &str) -> Index {
    Index::from_toml(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

pub fn fitted(text: &str, data: &Frame) -> Fitted {
    fit(index(text), &table(data), &FitOptions::default(), None, &Cancel::new()).expect("a fit")
}

pub fn try_fit(text: &str, data: &Frame) -> Result<Fitted> {
    fit(index(text), &table(data), &FitOptions::default(), None, &Cancel::new())
}

pub fn score(fitted: &Fitted, data: &Frame, options: &ScoreOptions) -> Scored {
    fitted.score(&table(data), options, None, &Cancel::new()).unwrap_or_else(|error| panic!("{error}"))
}

pub fn refuse(fitted: &Fitted, data: &Frame, options: &ScoreOptions) -> Error {
    fitted.score(&table(data), options, None, &Cancel::new()).expect_err("a refusal")
}

/// Names of certain and possible level of the index, by row.
pub fn level_names(scored: &Scored) -> Vec<(String, String)> {
    let levels = scored.levels.iter().find(|levels| levels.owner.is_none()).expect("levels of the index");
    let name = |code: &u8| levels.names[usize::from(*code)].clone();
    levels.certain.iter().zip(&levels.possible).map(|(a, b)| (name(a), name(b))).collect()
}

pub fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}
