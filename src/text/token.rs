//! Documents that come cut into words: a term is found where it is a whole token.

use std::collections::HashMap;

use super::finder::Found;
use super::fold::{Folding, is_space};
use super::walk::char_at;

/// Terms by their folded spelling.
#[derive(Debug)]
pub(super) struct Tokens {
    terms: HashMap<Vec<char>, usize>,
    folding: Folding,
}

impl Tokens {
    pub(super) fn new(folding: Folding, terms: &[Vec<char>]) -> Self {
        Self { terms: terms.iter().cloned().zip(0..).collect(), folding }
    }

    /// The tokens that are terms, and how many tokens are not blank. `ends` are bytes, counted from the first token.
    pub(super) fn find(&self, text: &[u8], ends: &[i64], found: &mut Vec<Found>) -> u64 {
        found.clear();
        let (mut start, mut tokens) = (0, 0);
        for end in ends {
            let end = usize::try_from(*end).unwrap_or(0);
            let token = text.get(start..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
            if !is_blank(token.as_bytes()) {
                tokens += 1;
                if let Some(term) = self.terms.get(&self.folding.text(token)) {
                    found.push(Found { term: *term, start, end, fallen: None });
                }
            }
            start = end;
        }
        tokens
    }
}

/// Whether there is nothing but spaces.
pub(super) fn is_blank(text: &[u8]) -> bool {
    let mut place = 0;
    while let Some((c, length)) = char_at(text, place) {
        if !is_space(c) {
            return false;
        }
        place += length;
    }
    true
}
