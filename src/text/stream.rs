//! A document as symbols, with the place of each in the text; runs of characters no term has become one zero.

use super::rules::Spaces;
use super::symbols::{CJK, CODE, SEVERAL, SPACE, Symbols, wide};
use super::walk::char_at;

/// Characters per piece; buffers of this size stay in the first-level cache.
const PIECE: usize = 1024;
/// Each character gives at most itself and a space before it.
const ROOM: usize = 2 * PIECE;

/// Symbols of a document.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// One byte per symbol, or two where symbols are wide.
    pub(super) bytes: Vec<u8>,
    /// Byte in the text where each symbol begins.
    pub(super) at: Vec<u32>,
    /// Characters of the text that are no spaces.
    pub(super) characters: u64,
}

/// What is carried from one character to the next.
struct State {
    /// The symbol before; zero at the beginning.
    last: u16,
    /// Whether a space lies between it and here.
    pending: bool,
    /// Whether the character before is of a script without spaces.
    cjk: bool,
    characters: u64,
}

impl Stream {
    /// Reads a document of less than 4 GiB.
    pub(super) fn fill(&mut self, symbols: &Symbols, text: &[u8], spaces: Spaces) {
        self.bytes.clear();
        self.at.clear();
        let mut state = State { last: 0, pending: false, cjk: true, characters: 0 };
        let kept = spaces == Spaces::Fold;
        let (mut codes, mut places) = ([0_u16; ROOM], [0_u32; ROOM]);
        let mut place = 0;
        while place < text.len() {
            let mut n = 0;
            let mut odd = None;
            for _ in 0..PIECE {
                let (entry, length) = match text[place..] {
                    [a, ..] if a < 0x80 => (symbols.of(u16::from(a)), 1),
                    [a, b, c, ..] if a & 0xf0 == 0xe0 && b & c & 0xc0 == 0x80 => {
                        (symbols.of((u16::from(a) << 12) | (u16::from(b & 0x3f) << 6) | u16::from(c & 0x3f)), 3)
                    }
                    [a, b, ..] if a & 0xe0 == 0xc0 && b & 0xc0 == 0x80 => {
                        (symbols.of((u16::from(a & 0x1f) << 6) | u16::from(b & 0x3f)), 2)
                    }
                    [] => break,
                    _ => {
                        odd = Some(place);
                        break;
                    }
                };
                let code = entry & CODE;
                if code == SEVERAL {
                    odd = Some(place);
                    break;
                }
                // No branches below: what is not wanted is overwritten by the next symbol.
                let (space, cjk) = (entry & SPACE != 0, entry & CJK != 0);
                let apart = kept & state.pending & !space & !state.cjk & !cjk;
                let slot = n & (ROOM - 1);
                (codes[slot], places[slot]) = (symbols.space, place as u32);
                n += usize::from(apart & ((symbols.space | state.last) != 0));
                state.last = if apart { symbols.space } else { state.last };
                let slot = n & (ROOM - 1);
                (codes[slot], places[slot]) = (code, place as u32);
                n += usize::from(!space & ((code | state.last) != 0));
                state.last = if space { state.last } else { code };
                state.cjk = if space { state.cjk } else { cjk };
                state.pending = space;
                state.characters += u64::from(!space);
                place += length;
            }
            self.push(symbols, codes.get(..n).unwrap_or(&codes), places.get(..n).unwrap_or(&places));
            if let Some(odd) = odd {
                place = odd + self.odd(symbols, text, odd, kept, &mut state);
            }
        }
        self.characters = state.characters;
    }

    /// A character beyond the basic plane, one that stands for several, or a byte that is none. Returns its length.
    fn odd(&mut self, symbols: &Symbols, text: &[u8], place: usize, kept: bool, state: &mut State) -> usize {
        let Some((c, length)) = char_at(text, place) else { return 1 };
        let (entry, beyond) = match u16::try_from(u32::from(c)) {
            Ok(unit) => (symbols.of(unit), Vec::new()),
            Err(_) => symbols.beyond(c),
        };
        let cjk = entry & CJK != 0;
        let mut codes = Vec::new();
        if kept && state.pending && !state.cjk && !cjk {
            codes.push(symbols.space);
        }
        match entry & CODE {
            SEVERAL if beyond.is_empty() => codes.extend(symbols.several(c)),
            SEVERAL => codes.extend(beyond),
            code => codes.push(code),
        }
        for code in codes {
            if code | state.last != 0 {
                self.push(symbols, &[code], &[place as u32]);
            }
            state.last = code;
        }
        (state.cjk, state.pending) = (cjk, false);
        state.characters += 1;
        length
    }

    fn push(&mut self, symbols: &Symbols, codes: &[u16], places: &[u32]) {
        if symbols.wide {
            self.bytes.extend(codes.iter().flat_map(|code| wide(*code)));
        } else {
            self.bytes.extend(codes.iter().map(|code| *code as u8));
        }
        self.at.extend_from_slice(places);
    }
}
