//! A fitted index as JSON: what is written, and what is refused when it is read.

use serde::{Deserialize, Serialize};

use super::{Fitted, Part};
use crate::definition::Index;
use crate::error::{Error, Kind, Problem, Result};
use crate::normalize::Learned;
use crate::tree::Tree;

/// JSON has no NaN: a missing score of a kept unit is null.
pub(super) mod records {
    use indexmap::IndexMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::super::Records;

    type Stored = IndexMap<String, IndexMap<String, Vec<Option<f64>>>>;

    pub(in super::super) fn serialize<S: Serializer>(
        records: &IndexMap<String, Records>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let known = |x: &f64| Some(*x).filter(|x| !x.is_nan());
        let child = |(name, values): (&String, &Vec<f64>)| (name.clone(), values.iter().map(known).collect());
        let group = |(name, children): (&String, &Records)| (name.clone(), children.iter().map(child).collect());
        records.iter().map(group).collect::<Stored>().serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<IndexMap<String, Records>, D::Error> {
        let child = |(name, values): (String, Vec<Option<f64>>)| {
            (name, values.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
        };
        let stored = Stored::deserialize(deserializer)?;
        Ok(stored.into_iter().map(|(name, children)| (name, children.into_iter().map(child).collect())).collect())
    }
}

/// The fitted index as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: u32,
    version: String,
    definition: Index,
    parts: Vec<Part>,
}

impl Fitted {
    /// Definition and numbers as JSON. Distributions of rank scales hold the values of units: they are written only with
    /// `include_records`.
    pub fn to_json(&self, include_records: bool) -> Result<String> {
        let holds_records = self.parts.iter().any(|part| {
            let numbers = &part.numbers;
            let ranks = numbers.scales.values().flatten().any(|learned| matches!(learned, Learned::Distribution(_)));
            ranks || !numbers.records.is_empty()
        });
        if holds_records && !include_records {
            let message = "this fit keeps values of the units it was fitted on, which may be confidential";
            let remedy = "say include_records=True to write them all the same";
            return Err(Error::new(Kind::Value, Problem::general(message).remedy(remedy)));
        }
        let written = Written {
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            definition: self.tree.index.clone(),
            parts: self.parts.clone(),
        };
        serde_json::to_string(&written)
            .map_err(|error| Error::new(Kind::Value, Problem::general(format!("cannot be written: {error}"))))
    }

    /// Reads what [`Fitted::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self> {
        let bad =
            |message: String| Error::new(Kind::Definition, Problem::general(format!("not a fitted index: {message}")));
        let written: Written = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        if written.format != 1 {
            return Err(bad(format!("format {} is not known to this release", written.format)));
        }
        if written.parts.is_empty() {
            return Err(bad("no fitted numbers".to_owned()));
        }
        Self::new(Tree::new(written.definition)?, written.parts)
    }
}
