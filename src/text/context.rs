//! Whether a hit counts: words before it in its clause, or anywhere in its clause or sentence, that say otherwise.

use super::dictionary::{Context, Scope};
use super::fold::{Folding, is_cjk, is_space, is_word};
use super::walk::{char_at, char_before};

/// Where a clause ends, after folding of widths and before.
const CLAUSE: &str = "，。；！？：…,;!?:｡︒\u{ff0e}";
/// Where a sentence ends.
const SENTENCE: &str = "。！？…!?｡︒\u{ff0e}";
/// A sentence is looked at no further than this, in characters on either side of the hit.
const FARTHEST: usize = 500;

/// A context with its words folded.
#[derive(Debug)]
pub(super) struct Judge {
    words: Vec<Vec<char>>,
    except: Vec<Vec<char>>,
    scope: Scope,
    window: Option<usize>,
    /// How many characters before the hit can matter.
    reach: usize,
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub(super) struct Around {
    before: Vec<char>,
    after: Vec<char>,
}

impl Judge {
    pub(super) fn new(context: &Context, folding: &Folding) -> Self {
        let fold = |words: &[String]| words.iter().map(|word| folding.text(word)).collect::<Vec<_>>();
        let (words, except) = (fold(&context.words), fold(&context.except));
        let longest = words.iter().chain(&except).map(Vec::len).max().unwrap_or(0);
        // One more, to see whether a letter touches the word.
        let reach = context.window.map_or(FARTHEST, |window| (window + longest + 1).min(FARTHEST + longest + 1));
        Self { words, except, scope: context.scope, window: context.window, reach }
    }

    /// Whether a hit is dropped.
    pub(super) fn drops(&self, folding: &Folding, text: &[u8], start: usize, end: usize, around: &mut Around) -> bool {
        let sentence = self.scope == Scope::Sentence;
        look_back(folding, text, start, self.reach, sentence, &mut around.before);
        if self.speaks(&around.before, self.window.filter(|_| self.scope == Scope::Before)) {
            return true;
        }
        if self.scope == Scope::Before {
            return false;
        }
        look_ahead(folding, text, end, FARTHEST, sentence, &mut around.after);
        self.speaks(&around.after, None)
    }

    /// Whether a word stands in the part, no farther from its end than the window.
    fn speaks(&self, part: &[char], window: Option<usize>) -> bool {
        self.words.iter().any(|word| {
            let first = window.map_or(0, |window| part.len().saturating_sub(window + word.len()));
            (first..(part.len() + 1).saturating_sub(word.len())).any(|place| {
                part[place..].starts_with(word) && stands_apart(part, place, word) && !self.excepted(part, place, word)
            })
        })
    }

    /// Whether the word is part of a longer one that means something else.
    fn excepted(&self, part: &[char], place: usize, word: &[char]) -> bool {
        self.except.iter().any(|longer| {
            let shifts = 0..=longer.len().saturating_sub(word.len()).min(place);
            longer.len() >= word.len()
                && shifts
                    .into_iter()
                    .any(|shift| part[place - shift..].starts_with(longer) && shift + word.len() <= longer.len())
        })
    }
}

/// Words of Latin letters are whole words: "no" is not in "notable".
fn stands_apart(part: &[char], place: usize, word: &[char]) -> bool {
    let touches = |own: Option<&char>, other: Option<&char>| {
        own.copied().is_some_and(is_word) && other.copied().is_some_and(is_word)
    };
    let before = place.checked_sub(1).and_then(|before| part.get(before));
    !touches(word.first(), before) && !touches(word.last(), part.get(place + word.len()))
}

/// Folded characters before a place, back to the end of the clause or sentence before, in reading order.
fn look_back(folding: &Folding, text: &[u8], start: usize, most: usize, sentence: bool, into: &mut Vec<char>) {
    into.clear();
    let (mut place, mut lines, mut space) = (start, 0, false);
    while into.len() < most {
        let Some((c, length)) = char_before(text, place) else { break };
        if is_space(c) {
            lines += usize::from(c == '\n');
            (space, place) = (true, place - length);
            if lines > 1 {
                break;
            }
            continue;
        }
        if stops(c, || char_at(text, place), sentence) {
            break;
        }
        lines = 0;
        let from = into.len();
        folding.each(c, |c| into.push(c));
        into[from..].reverse();
        let apart = |c: Option<&char>| c.is_none_or(|c| !is_cjk(*c));
        if space && apart(from.checked_sub(1).and_then(|i| into.get(i))) && apart(into.get(from)) {
            into.insert(from, ' ');
        }
        (space, place) = (false, place - length);
    }
    into.reverse();
}

/// Folded characters after a place, up to the end of the clause or sentence.
fn look_ahead(folding: &Folding, text: &[u8], end: usize, most: usize, sentence: bool, into: &mut Vec<char>) {
    into.clear();
    let (mut place, mut lines, mut space) = (end, 0, false);
    while into.len() < most {
        let Some((c, length)) = char_at(text, place) else { break };
        place += length;
        if is_space(c) {
            lines += usize::from(c == '\n');
            space = true;
            if lines > 1 {
                break;
            }
            continue;
        }
        if stops(c, || char_at(text, place), sentence) {
            break;
        }
        if space && into.last().is_none_or(|c| !is_cjk(*c)) && !is_cjk(c) {
            into.push(' ');
        }
        (lines, space) = (0, false);
        folding.each(c, |c| into.push(c));
    }
}

/// Whether a clause or a sentence ends here. A full stop does only before a space, an ideograph or the end: 3.5 goes on.
fn stops(c: char, next: impl FnOnce() -> Option<(char, usize)>, sentence: bool) -> bool {
    match c {
        '.' => next().is_none_or(|(c, _)| is_space(c) || is_cjk(c)),
        '0'..='9' | 'a'..='z' | 'A'..='Z' => false,
        c => (if sentence { SENTENCE } else { CLAUSE }).contains(c),
    }
}
