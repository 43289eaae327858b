//! Finding the terms in a stream of symbols: an Aho-Corasick automaton finds all, rules decide which stand.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::fold::{Folding, is_word};
use super::rules::{Boundary, Overlaps, Rules};
use super::stream::Stream;
use super::symbols::Symbols;
use super::walk::{char_at, char_before};
use crate::error::{Error, Kind, Problem, Result};

/// Bytes of all terms up to which a full transition table is built; it is fastest and takes about 1 KB per byte.
const TABLED: usize = 20_000;

/// A term in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Number of the term.
    pub(super) term: usize,
    /// First byte in the text.
    pub(super) start: usize,
    /// Byte after the last.
    pub(super) end: usize,
    /// Why it does not stand.
    pub(super) fallen: Option<Fallen>,
}

/// Why a term that is there is no hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallen {
    /// A letter or digit touches it.
    Boundary,
    /// Another term has its characters.
    Overlap,
}

#[derive(Debug)]
pub(super) struct Finder {
    automaton: AhoCorasick,
    /// Per term: whether its first and its last character may not touch a letter.
    ends: Vec<(bool, bool)>,
    overlaps: Overlaps,
    folding: Folding,
}

impl Finder {
    pub(super) fn new(rules: &Rules, symbols: &Symbols, terms: &[Vec<char>]) -> Result<Self> {
        let patterns: Vec<Vec<u8>> = terms.iter().map(|term| symbols.spell(term)).collect();
        let small = patterns.iter().map(Vec::len).sum::<usize>() <= TABLED;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(if small { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA }))
            .prefilter(false)
            .build(patterns)
            .map_err(|error| Error::new(Kind::Limit, Problem::general(format!("too many terms: {error}"))))?;
        let guarded = |c: Option<&char>| rules.boundary == Boundary::Latin && c.copied().is_some_and(is_word);
        let ends = terms.iter().map(|term| (guarded(term.first()), guarded(term.last()))).collect();
        Ok(Self { automaton, ends, overlaps: rules.overlaps, folding: Folding::new(rules) })
    }

    /// All terms in order of their beginning, those that share it the longest first. With `all`, also those that fall.
    pub(super) fn find(&self, symbols: &Symbols, stream: &Stream, text: &[u8], all: bool, found: &mut Vec<Found>) {
        found.clear();
        let step = if symbols.wide { 2 } else { 1 };
        let Ok(matches) = self.automaton.try_find_overlapping_iter(stream.bytes.as_slice()) else { return };
        for hit in matches {
            let Some(start) = stream.at.get(hit.start() / step).map(|at| *at as usize) else { continue };
            let Some(last) = stream.at.get(hit.end() / step - 1).map(|at| *at as usize) else { continue };
            let end = last + char_at(text, last).map_or(1, |(_, length)| length);
            let term = hit.pattern().as_usize();
            let fallen = self.touched(term, text, start, end).then_some(Fallen::Boundary);
            if all || fallen.is_none() {
                found.push(Found { term, start, end, fallen });
            }
        }
        if found.len() > 1 {
            found.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end), hit.term));
            if self.overlaps == Overlaps::Longest {
                let mut free = 0;
                for hit in found.iter_mut().filter(|hit| hit.fallen.is_none()) {
                    if hit.start < free {
                        hit.fallen = Some(Fallen::Overlap);
                    } else {
                        free = hit.end;
                    }
                }
            }
        }
        if !all {
            found.retain(|hit| hit.fallen.is_none());
        }
    }

    fn touched(&self, term: usize, text: &[u8], start: usize, end: usize) -> bool {
        let word = |c: Option<(char, usize)>| {
            let mut first = None;
            if let Some((c, _)) = c {
                self.folding.each(c, |c| {
                    first.get_or_insert(c);
                });
            }
            first.is_some_and(is_word)
        };
        let (first, last) = self.ends.get(term).copied().unwrap_or_default();
        (first && word(char_before(text, start))) || (last && word(char_at(text, end)))
    }
}
