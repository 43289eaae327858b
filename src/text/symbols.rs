//! Characters as symbols: one number for each character the terms are made of, zero for all others.
//!
//! A table over the basic plane answers folding, spaces and script in one look-up, so that folding a text costs no more
//! than reading it, and the automaton sees one byte for each character that can be part of a term.

use std::collections::HashMap;

use super::fold::{Folding, is_cjk, is_space, never_changes};
use super::rules::Spaces;
use crate::error::{Error, Kind, Problem, Result};

/// Marks a space that is left out or folded.
pub(super) const SPACE: u16 = 1 << 14;
/// Marks a character of a script without spaces.
pub(super) const CJK: u16 = 1 << 15;
/// The bits of the symbol itself.
pub(super) const CODE: u16 = SPACE - 1;
/// The symbol of characters that stand for several ones.
pub(super) const SEVERAL: u16 = CODE;
/// Symbols that fit into one byte.
const NARROW: usize = 254;

const PLANE: usize = 1 << 16;

/// Symbols of one dictionary.
#[derive(Debug)]
pub(super) struct Symbols {
    /// Entries of the basic plane, as many as there are 16-bit numbers.
    table: Box<[u16; PLANE]>,
    codes: HashMap<char, u16>,
    several: HashMap<char, Vec<u16>>,
    folding: Folding,
    /// Whether a symbol takes two bytes.
    pub(super) wide: bool,
    /// The symbol of a space that is kept; zero when no term has one.
    pub(super) space: u16,
}

impl Symbols {
    /// Symbols for terms that are folded already.
    pub(super) fn new(folding: Folding, terms: &[Vec<char>]) -> Result<Self> {
        let mut codes = HashMap::new();
        for c in terms.iter().flatten() {
            let next = codes.len() + 1;
            codes.entry(*c).or_insert(next.min(CODE.into()) as u16);
        }
        if codes.len() >= usize::from(SEVERAL) {
            let message =
                format!("the terms have {} different characters, at most {} can be", codes.len(), SEVERAL - 1);
            return Err(Error::new(Kind::Limit, Problem::general(message)));
        }
        let table: Box<[u16]> = vec![0; PLANE].into_boxed_slice();
        let Ok(table) = table.try_into() else {
            return Err(Error::new(Kind::Limit, Problem::general("no room for the table of symbols")));
        };
        let space = codes.get(&' ').copied().unwrap_or(0);
        let wide = codes.len() > NARROW;
        let mut made = Self { table, codes, several: HashMap::new(), folding, wide, space };
        for code in 0..PLANE {
            if let Some(c) = char::from_u32(code as u32) {
                let entry = made.entry(c);
                made.table[code] = entry;
            }
        }
        Ok(made)
    }

    fn entry(&mut self, c: char) -> u16 {
        if never_changes(c) {
            return self.codes.get(&c).copied().unwrap_or(0) | if is_cjk(c) { CJK } else { 0 };
        }
        if self.folding.spaces() != Spaces::Keep && is_space(c) {
            return SPACE;
        }
        let (script, symbols) = self.fold(c);
        match symbols.as_slice() {
            [one] => script | one,
            several if several.iter().any(|symbol| *symbol != 0) => {
                self.several.insert(c, symbols);
                script | SEVERAL
            }
            _ => script,
        }
    }

    fn fold(&self, c: char) -> (u16, Vec<u16>) {
        let (mut first, mut symbols) = (None, Vec::new());
        self.folding.each(c, |c| {
            first.get_or_insert(c);
            symbols.push(self.codes.get(&c).copied().unwrap_or(0));
        });
        (if first.is_some_and(is_cjk) { CJK } else { 0 }, symbols)
    }

    /// Entry of a character of the basic plane.
    pub(super) fn of(&self, unit: u16) -> u16 {
        self.table[usize::from(unit)]
    }

    /// Entry of a character beyond it, and what it stands for.
    pub(super) fn beyond(&self, c: char) -> (u16, Option<Vec<u16>>) {
        let (script, symbols) = self.fold(c);
        (script, Some(symbols))
    }

    /// What a character of the basic plane stands for where that is several.
    pub(super) fn several(&self, c: char) -> &[u16] {
        self.several.get(&c).map_or(&[], Vec::as_slice)
    }

    /// A folded term as the automaton reads it.
    pub(super) fn spell(&self, term: &[char]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for c in term {
            let code = self.codes.get(c).copied().unwrap_or(0);
            if self.wide {
                bytes.extend(wide(code));
            } else {
                bytes.push(code as u8);
            }
        }
        bytes
    }
}

/// Two bytes whose ranges differ, so that no match begins in the middle of a symbol.
pub(super) fn wide(code: u16) -> [u8; 2] {
    [(code >> 7) as u8 & 0x7f, (code as u8 & 0x7f) | 0x80]
}
