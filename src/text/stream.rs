//! A document as symbols, with the place of each in the text; what lies between them has become one zero.
//!
//! Most characters are in no term. A first loop over a piece of the text looks every character up and keeps those that are,
//! without a branch on what is read apart from the length of a character; a second one puts zeros and spaces between them.

use super::rules::Spaces;
use super::symbols::{CJK, CODE, SEVERAL, SPACE, Symbols, wide};
use super::walk::char_at;

/// Characters per piece; buffers of this size stay in the first-level cache.
const PIECE: usize = 1024;
/// Symbols of a piece: each with what separates it from the one before.
const ROOM: usize = 2 * PIECE;

/// Symbols of a document.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// One byte per symbol, or two where symbols are wide.
    pub(super) bytes: Vec<u8>,
    /// Byte in the text where each symbol begins.
    pub(super) at: Vec<u32>,
    /// Characters of the text that are no spaces.
    pub(super) characters: u32,
}

/// Characters of a piece that are in a term: entry, place in the text, and number among those that are no spaces.
struct Piece {
    entries: [u16; PIECE],
    places: [u32; PIECE],
    numbers: [u32; PIECE],
    length: usize,
}

/// The symbol before.
struct Last {
    entry: u16,
    /// The number the next character has if it follows at once.
    next: u32,
    /// The place of the next character if no space lies between.
    end: u32,
}

impl Stream {
    /// Reads a document of less than 4 GiB, in UTF-8; other bytes give symbols without meaning.
    pub(super) fn fill(&mut self, symbols: &Symbols, text: &[u8], spaces: Spaces) {
        self.bytes.clear();
        self.at.clear();
        self.characters = 0;
        let mut piece = Piece { entries: [0; PIECE], places: [0; PIECE], numbers: [0; PIECE], length: 0 };
        let mut last = Last { entry: CJK, next: 0, end: 0 };
        let mut place = 0;
        while place < text.len() {
            place = piece.look_up(symbols, text, place, &mut self.characters);
            self.part_piece(symbols, text, &piece, spaces, &mut last);
            if let Some((c, length)) = unread(text, place) {
                self.odd(symbols, text, (c, place), spaces, &mut last);
                place += length;
            }
        }
    }

    /// Takes the characters of a piece over, as `keep` does one, without a branch on what separates them.
    #[allow(clippy::needless_bitwise_bool)]
    fn part_piece(&mut self, symbols: &Symbols, text: &[u8], piece: &Piece, spaces: Spaces, last: &mut Last) {
        let (mut codes, mut places) = ([0_u16; ROOM], [0_u32; ROOM]);
        let mut n = 0;
        let length = piece.length.min(PIECE);
        let found = piece.entries[..length].iter().zip(&piece.places[..length]).zip(&piece.numbers[..length]);
        for ((entry, place), number) in found {
            let code = entry & CODE;
            if code == SEVERAL {
                self.extend(symbols, codes.get(..n).unwrap_or_default(), places.get(..n).unwrap_or_default());
                n = 0;
                self.keep(symbols, text, (*entry, *place, *number), spaces, last);
                continue;
            }
            let apart = *number != last.next;
            let space = (*place != last.end) & (spaces == Spaces::Fold) & ((last.entry | entry) & CJK == 0);
            // A separator that is not wanted is overwritten by the symbol.
            let slot = n & (ROOM - 1);
            (codes[slot], places[slot]) = (if apart { 0 } else { symbols.space }, *place);
            n += usize::from(apart | space);
            let slot = n & (ROOM - 1);
            (codes[slot], places[slot]) = (code, *place);
            n += 1;
            *last = Last { entry: *entry, next: number + 1, end: place + length_of(text, *place) };
        }
        self.extend(symbols, codes.get(..n).unwrap_or_default(), places.get(..n).unwrap_or_default());
    }

    /// Takes a character of the basic plane over, with what separates it from the one before.
    fn keep(&mut self, symbols: &Symbols, text: &[u8], found: (u16, u32, u32), spaces: Spaces, last: &mut Last) {
        let (entry, place, number) = found;
        self.part(symbols, found, spaces, last);
        match entry & CODE {
            SEVERAL => {
                let several = char_at(text, place as usize).map_or(&[][..], |(c, _)| symbols.several(c));
                for code in several {
                    self.push(symbols, *code, place);
                }
            }
            code => self.push(symbols, code, place),
        }
        *last = Last { entry, next: number + 1, end: place + length_of(text, place) };
    }

    /// Puts a zero where other characters lie between, or the symbol of a space where one is kept.
    fn part(&mut self, symbols: &Symbols, found: (u16, u32, u32), spaces: Spaces, last: &Last) {
        let (entry, place, number) = found;
        if number != last.next {
            self.push(symbols, 0, place);
        } else if place != last.end && spaces == Spaces::Fold && (last.entry | entry) & CJK == 0 {
            self.push(symbols, symbols.space, place);
        }
    }

    /// A character beyond the basic plane, the last ones of a text, or a byte that is none.
    fn odd(&mut self, symbols: &Symbols, text: &[u8], at: (char, usize), spaces: Spaces, last: &mut Last) {
        let (c, place) = at;
        let (entry, beyond) = match u16::try_from(u32::from(c)) {
            Ok(unit) => (symbols.of(unit), None),
            Err(_) => symbols.beyond(c),
        };
        if entry & SPACE != 0 {
            return;
        }
        let found = (entry, place as u32, self.characters);
        self.characters += 1;
        match beyond {
            None if entry & CODE != 0 => self.keep(symbols, text, found, spaces, last),
            Some(codes) if codes.iter().any(|code| *code != 0) => {
                self.part(symbols, found, spaces, last);
                for code in codes {
                    self.push(symbols, code, found.1);
                }
                *last = Last { entry, next: found.2 + 1, end: found.1 + 4 };
            }
            _ => {}
        }
    }

    fn push(&mut self, symbols: &Symbols, code: u16, place: u32) {
        self.extend(symbols, &[code], &[place]);
    }

    fn extend(&mut self, symbols: &Symbols, codes: &[u16], places: &[u32]) {
        if symbols.wide {
            self.bytes.extend(codes.iter().flat_map(|code| wide(*code)));
        } else {
            self.bytes.extend(codes.iter().map(|code| *code as u8));
        }
        self.at.extend_from_slice(places);
    }
}

impl Piece {
    /// Looks characters up from a place on; returns where it stopped: after a piece, or before something odd.
    fn look_up(&mut self, symbols: &Symbols, text: &[u8], mut place: usize, characters: &mut u32) -> usize {
        let (mut n, mut number) = (0, *characters);
        for _ in 0..PIECE {
            // Four bytes at once; the last characters of a text are odd.
            let Some(four) = text.get(place..).and_then(<[u8]>::first_chunk::<4>) else { break };
            let four = u32::from_le_bytes(*four);
            let (unit, length) = if four & 0xf0 == 0xe0 {
                (((four & 0x0f) << 12) | ((four >> 2) & 0x0fc0) | ((four >> 16) & 0x3f), 3)
            } else if four & 0x80 == 0 {
                (four & 0x7f, 1)
            } else if four & 0xe0 == 0xc0 {
                (((four & 0x1f) << 6) | ((four >> 8) & 0x3f), 2)
            } else {
                break;
            };
            let entry = symbols.of(unit as u16);
            // What is in no term is overwritten by the next character.
            let slot = n & (PIECE - 1);
            self.entries[slot] = entry;
            self.places[slot] = place as u32;
            self.numbers[slot] = number;
            n += usize::from(entry & CODE != 0);
            number += u32::from(entry & SPACE == 0);
            place += length;
        }
        (self.length, *characters) = (n, number);
        place
    }
}

/// Bytes of the character of the basic plane that begins at a place.
fn length_of(text: &[u8], place: u32) -> u32 {
    let first = text.get(place as usize).copied().unwrap_or_default();
    1 + u32::from(first >= 0xc0) + u32::from(first >= 0xe0)
}

/// What the look-up cannot read: near the end, beyond the basic plane, or no character.
fn unread(text: &[u8], place: usize) -> Option<(char, usize)> {
    let (c, length) = char_at(text, place)?;
    (text.len() - place < 4 || length == 4 || c == char::REPLACEMENT_CHARACTER).then_some((c, length))
}
