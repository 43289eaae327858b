//! A dictionary made ready: symbols, automaton, contexts, and which column each term feeds.

use indexmap::IndexMap;

use super::context::{Around, Judge};
use super::dictionary::Dictionary;
use super::finder::{Fallen, Finder, Found};
use super::fold::{Folding, is_space};
use super::rules::{Rules, Spaces};
use super::stream::Stream;
use super::symbols::Symbols;
use super::token::{Tokens, is_blank};
use super::walk::char_at;
use crate::error::{Error, Kind, Problem, Result, hint};

/// A document as it is handed in.
#[derive(Debug, Clone, Copy)]
pub enum Document<'a> {
    /// There is none.
    Missing,
    /// A text in UTF-8.
    Text(&'a [u8]),
    /// Tokens one behind the other, and where each ends, counted from the first.
    Tokens(&'a [u8], &'a [i64]),
}

impl<'a> Document<'a> {
    /// All bytes of it.
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Self::Missing => &[],
            Self::Text(bytes) | Self::Tokens(bytes, _) => bytes,
        }
    }
}

/// A term in a document and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Counts,
    Fallen(Fallen),
    /// Dropped by the context of this number.
    Dropped(usize),
}

/// What a document holds besides terms.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sizes {
    pub(super) characters: u64,
    pub(super) tokens: u64,
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub(super) struct Desk {
    stream: Stream,
    found: Vec<Found>,
    around: Around,
}

/// A dictionary ready to count.
#[derive(Debug)]
pub struct Counter {
    pub(super) terms: Vec<Term>,
    pub(super) groups: Vec<String>,
    pub(super) contexts: Vec<String>,
    judges: Vec<Judge>,
    symbols: Symbols,
    finder: Finder,
    tokens: Tokens,
    folding: Folding,
    rules: Rules,
}

/// A term and the groups it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) text: String,
    pub(super) groups: Vec<usize>,
}

impl Counter {
    /// Makes a dictionary ready. `contexts` are the names of those to use; without them, those that are on.
    pub fn new(dictionary: &Dictionary, contexts: Option<&[String]>) -> Result<Self> {
        dictionary.validate()?;
        let rules = dictionary.rules;
        let folding = Folding::new(&rules);
        let mut terms: IndexMap<Vec<char>, Term> = IndexMap::new();
        for (g, group) in dictionary.groups.iter().enumerate() {
            for term in &group.terms {
                let new = || Term { text: term.clone(), groups: Vec::new() };
                terms.entry(folding.text(term)).or_insert_with(new).groups.push(g);
            }
        }
        let (spelled, terms): (Vec<Vec<char>>, Vec<Term>) = terms.into_iter().unzip();
        let known = || dictionary.contexts.iter().map(|context| context.id.as_str());
        for name in contexts.unwrap_or_default() {
            if !known().any(|id| id == name) {
                let message = format!("no context is named {name:?}{}", hint(name, known()));
                let there = known().collect::<Vec<_>>().join(", ");
                let remedy = format!("there are: {}", if there.is_empty() { "none" } else { &there });
                return Err(Error::new(Kind::UnknownName, Problem::general(message).remedy(remedy)));
            }
        }
        let used = dictionary.contexts.iter().filter(|context| match contexts {
            Some(names) => names.contains(&context.id),
            None => context.on,
        });
        let (contexts, judges) = used.map(|context| (context.id.clone(), Judge::new(context, &folding))).unzip();
        let symbols = Symbols::new(folding, &spelled)?;
        let finder = Finder::new(&rules, &symbols, &spelled)?;
        let tokens = Tokens::new(folding, &spelled);
        let groups = dictionary.groups.iter().map(|group| group.id.clone()).collect();
        Ok(Self { terms, groups, contexts, judges, symbols, finder, tokens, folding, rules })
    }

    /// Names of the groups, in order.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The terms, each once, as the dictionary writes them.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(|term| term.text.as_str())
    }

    /// Names of the contexts in use.
    pub fn contexts(&self) -> &[String] {
        &self.contexts
    }

    /// Hands over every term in a document with what becomes of it; `all` includes those that fall. `None`: it is empty.
    pub(super) fn read(
        &self,
        document: Document<'_>,
        all: bool,
        desk: &mut Desk,
        mut take: impl FnMut(Found, Verdict),
    ) -> Option<Sizes> {
        let text = document.bytes();
        if is_blank(text) {
            return None;
        }
        let mut sizes = Sizes::default();
        match document {
            Document::Missing => return None,
            Document::Text(text) => {
                desk.stream.fill(&self.symbols, text, self.rules.spaces);
                sizes.characters = desk.stream.characters.into();
                self.finder.find(&self.symbols, &desk.stream, text, all, &mut desk.found);
            }
            Document::Tokens(text, ends) => sizes.tokens = self.tokens.find(text, ends, &mut desk.found),
        }
        if matches!(document, Document::Tokens(..)) || self.rules.spaces == Spaces::Keep {
            sizes.characters = visible(text);
        }
        for found in &desk.found {
            let mut dropped = || {
                self.judges
                    .iter()
                    .position(|judge| judge.drops(&self.folding, text, found.start, found.end, &mut desk.around))
            };
            let verdict = match found.fallen {
                Some(fallen) => Verdict::Fallen(fallen),
                None => dropped().map_or(Verdict::Counts, Verdict::Dropped),
            };
            take(*found, verdict);
        }
        Some(sizes)
    }
}

/// Characters that are no spaces.
fn visible(text: &[u8]) -> u64 {
    let (mut place, mut count) = (0, 0);
    while let Some((c, length)) = char_at(text, place) {
        count += u64::from(!is_space(c));
        place += length;
    }
    count
}
