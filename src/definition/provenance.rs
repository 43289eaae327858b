//! Where a rule comes from and how sure that is.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// How well a rule is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The primary or official source.
    Official,
    /// Another encoding of it.
    Secondary,
    /// To be checked.
    Unconfirmed,
}

impl Confidence {
    /// The word used in definitions and results.
    pub fn word(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Secondary => "secondary",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// A text for people: one for all languages, or one per language (`en`, `zh`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a text, or a table of texts by language such as { en = \"..\", zh = \"..\" }")]
pub enum Label {
    /// The same in every language.
    Plain(String),
    /// One text per language code.
    Languages(IndexMap<String, String>),
}

impl Label {
    /// The text in a language, else English, else the first one.
    pub fn text(&self, language: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Languages(texts) => texts
                .get(language)
                .or_else(|| texts.get("en"))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }

    /// The languages it is written in; none where it is the same in all.
    pub fn languages(&self) -> Vec<&str> {
        self.texts().into_iter().map(|(language, _)| language).filter(|language| !language.is_empty()).collect()
    }

    /// The texts by language, a text for all languages under "".
    pub fn texts(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Plain(text) => vec![("", text)],
            Self::Languages(texts) => texts.iter().map(|(language, text)| (language.as_str(), text.as_str())).collect(),
        }
    }
}
