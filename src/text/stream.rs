//! A document as symbols, with the place of each in the text; runs of characters no term has become one zero.
//!
//! Two short loops over pieces of the text: one looks characters up, one keeps the symbols that matter. Both are free of
//! branches that depend on what is read, apart from the length of a character.

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

/// Entries of the characters of a piece that are no spaces; one that follows a space is marked with it.
struct Piece {
    entries: [u16; PIECE],
    places: [u32; PIECE],
    length: usize,
    /// Whether the last character was a space.
    pending: bool,
}

impl Stream {
    /// Reads a document of less than 4 GiB, in UTF-8; other bytes give symbols without meaning.
    pub(super) fn fill(&mut self, symbols: &Symbols, text: &[u8], spaces: Spaces) {
        self.bytes.clear();
        self.at.clear();
        self.characters = 0;
        let mut piece = Piece { entries: [0; PIECE], places: [0; PIECE], length: 0, pending: false };
        let mut before = CJK;
        let mut place = 0;
        while place < text.len() {
            let (next, odd) = piece.look_up(symbols, text, place);
            self.characters += piece.length as u64;
            before = self.keep(symbols, &piece, before, spaces);
            place = next;
            if odd && place < text.len() {
                let length;
                (before, length) = self.odd(symbols, text, place, before, &mut piece.pending, spaces);
                place += length;
            }
        }
    }

    /// Takes over the symbols of a piece; returns the last entry.
    fn keep(&mut self, symbols: &Symbols, piece: &Piece, mut before: u16, spaces: Spaces) -> u16 {
        let (mut codes, mut places) = ([0_u16; ROOM], [0_u32; ROOM]);
        // A space stands between characters that are both no CJK, where spaces are folded.
        let kept = if spaces == Spaces::Fold { SPACE } else { 0 };
        let mut n = 0;
        let length = piece.length.min(PIECE);
        for (entry, place) in piece.entries[..length].iter().zip(&piece.places[..length]) {
            let cjk = ((entry | before) & CJK) >> 1;
            let apart = entry & kept & !cjk != 0;
            let code = entry & CODE;
            let last = before & CODE;
            // What is not wanted is overwritten by the next symbol.
            (codes[n & (ROOM - 1)], places[n & (ROOM - 1)]) = (symbols.space, *place);
            n += usize::from(apart & ((symbols.space | last) != 0));
            let last = if apart { symbols.space } else { last };
            (codes[n & (ROOM - 1)], places[n & (ROOM - 1)]) = (code, *place);
            n += usize::from((code | last) != 0);
            before = *entry;
        }
        self.push(symbols, codes.get(..n).unwrap_or(&codes), places.get(..n).unwrap_or(&places));
        before
    }

    /// A character beyond the basic plane, one that stands for several, or a byte that is none. Returns the last entry
    /// and the length of the character.
    fn odd(
        &mut self,
        symbols: &Symbols,
        text: &[u8],
        place: usize,
        before: u16,
        pending: &mut bool,
        spaces: Spaces,
    ) -> (u16, usize) {
        let Some((c, length)) = char_at(text, place) else { return (before, 1) };
        let (entry, beyond) = match u16::try_from(u32::from(c)) {
            Ok(unit) => (symbols.of(unit), Vec::new()),
            Err(_) => symbols.beyond(c),
        };
        if entry & SPACE != 0 {
            *pending = true;
            return (before, length);
        }
        let mut codes = Vec::new();
        if spaces == Spaces::Fold && *pending && (before | entry) & CJK == 0 {
            codes.push(symbols.space);
        }
        match entry & CODE {
            SEVERAL if beyond.is_empty() => codes.extend(symbols.several(c)),
            SEVERAL => codes.extend(beyond),
            code => codes.push(code),
        }
        let mut last = before & CODE;
        for code in codes {
            if code | last != 0 {
                self.push(symbols, &[code], &[place as u32]);
            }
            last = code;
        }
        *pending = false;
        self.characters += 1;
        ((entry & CJK) | last, length)
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

impl Piece {
    /// Looks characters up from a place on. Returns where it stopped, and whether at something odd.
    fn look_up(&mut self, symbols: &Symbols, text: &[u8], mut place: usize) -> (usize, bool) {
        let (mut n, mut pending) = (0, self.pending);
        let mut odd = false;
        for _ in 0..PIECE {
            // Four bytes at once; the last characters of a text are left to who calls.
            let Some(four) = text.get(place..).and_then(<[u8]>::first_chunk::<4>) else {
                odd = true;
                break;
            };
            let four = u32::from_le_bytes(*four);
            let (unit, length) = if four & 0x80 == 0 {
                (four & 0x7f, 1)
            } else if four & 0xf0 == 0xe0 {
                (((four & 0x0f) << 12) | ((four >> 2) & 0x0fc0) | ((four >> 16) & 0x3f), 3)
            } else if four & 0xe0 == 0xc0 {
                (((four & 0x1f) << 6) | ((four >> 8) & 0x3f), 2)
            } else {
                odd = true;
                break;
            };
            let entry = symbols.of(unit as u16);
            if entry & CODE == SEVERAL {
                odd = true;
                break;
            }
            let space = entry & SPACE != 0;
            let slot = n & (PIECE - 1);
            (self.entries[slot], self.places[slot]) =
                (entry | (u16::from(pending) << SPACE.trailing_zeros()), place as u32);
            n += usize::from(!space);
            pending = space;
            place += length;
        }
        (self.length, self.pending) = (n, pending);
        (place, odd)
    }
}
