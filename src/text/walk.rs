//! Characters before and after a place in a document; bytes that are no UTF-8 come one by one as U+FFFD.

/// The longest a character can be, in bytes.
const LONGEST: usize = 4;

/// The character that begins at a place, and its length.
pub(super) fn char_at(text: &[u8], place: usize) -> Option<(char, usize)> {
    let rest = text.get(place..)?;
    let first = *rest.first()?;
    let length = match first {
        0..=0x7f => return Some((char::from(first), 1)),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Some((char::REPLACEMENT_CHARACTER, 1)),
    };
    let read = rest.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(|s| s.chars().next());
    Some(read.map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, length)))
}

/// The character that ends before a place, and its length.
pub(super) fn char_before(text: &[u8], place: usize) -> Option<(char, usize)> {
    let before = text.get(..place)?;
    let last = *before.last()?;
    if last < 0x80 {
        return Some((char::from(last), 1));
    }
    for length in 2..=LONGEST.min(place) {
        if let Some((c, found)) = char_at(text, place - length)
            && found == length
        {
            return Some((c, length));
        }
    }
    Some((char::REPLACEMENT_CHARACTER, 1))
}

/// Number of characters in bytes that are UTF-8: those that do not continue another.
pub(super) fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_ways_agree(text in "\\PC{0,20}") {
            let bytes = text.as_bytes();
            let (mut there, mut place) = (Vec::new(), 0);
            while let Some((c, length)) = char_at(bytes, place) {
                there.push(c);
                place += length;
            }
            let mut back = Vec::new();
            while let Some((c, length)) = char_before(bytes, place) {
                back.push(c);
                place -= length;
            }
            back.reverse();
            prop_assert_eq!(&there, &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(there.len(), characters(bytes));
            prop_assert_eq!(there, back);
        }

        #[test]
        fn any_bytes_can_be_walked(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut place = 0;
            while let Some((_, length)) = char_at(&bytes, place) {
                place += length;
            }
            prop_assert_eq!(place, bytes.len());
            while let Some((_, length)) = char_before(&bytes, place) {
                place -= length;
            }
            prop_assert_eq!(place, 0);
        }
    }
}
