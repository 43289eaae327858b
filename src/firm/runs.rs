//! Codes of texts that come in runs, as the units of a sorted panel do: each row is compared with the one before, and only
//! the first of each run is looked up.

use std::collections::HashMap;
use std::ops::Range;

use super::same_length;
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::{Cancel, chunks, map};

/// A code per text, in the order in which texts first appear, written to `out`; nothing is written, and `false` returned, where more
/// than half of the rows begin a run.
///
/// Text `i` is the bytes from `offsets[i]` to `offsets[i + 1]`.
pub fn codes(offsets: &[i64], bytes: &[u8], out: &mut [i64], threads: Option<usize>, cancel: &Cancel) -> Result<bool> {
    let broken = || Error::new(Kind::Value, Problem::general("texts lie outside their buffer"));
    let place = |offset: i64| usize::try_from(offset).ok().filter(|place| *place <= bytes.len());
    let rows = offsets.len().saturating_sub(1);
    same_length(&[rows, out.len()])?;
    if ![offsets.first(), offsets.last()].into_iter().flatten().all(|offset| place(*offset).is_some()) {
        return Err(broken());
    }
    let text = |row: usize| &bytes[offsets[row] as usize..offsets[row + 1] as usize];
    // Offsets that ascend from one within the buffer to another within it all lie within it.
    let heads = |part: Range<usize>| {
        if !offsets[part.start.saturating_sub(1)..=part.end].is_sorted() {
            return Err(broken());
        }
        Ok(part.filter(|row| *row == 0 || text(*row) != text(*row - 1)).collect::<Vec<_>>())
    };
    let found = map(chunks(rows), threads, cancel, || (), |(), part| heads(part)).ok_or_else(Error::interrupted)?;
    let heads = found.into_iter().collect::<Result<Vec<_>>>()?.concat();
    if heads.len() > rows / 2 + 1 {
        return Ok(false);
    }
    // Texts that ascend are all different; others are looked up.
    let ascend = heads.windows(2).all(|pair| text(pair[0]) < text(pair[1]));
    let mut seen: HashMap<&[u8], i64> = HashMap::with_capacity(if ascend { 0 } else { heads.len() });
    for (next, (number, head)) in (0..).zip(heads.iter().enumerate()) {
        let code = if ascend {
            next
        } else {
            let fresh = i64::try_from(seen.len()).unwrap_or(i64::MAX);
            *seen.entry(text(*head)).or_insert(fresh)
        };
        out[*head..heads.get(number + 1).copied().unwrap_or(rows)].fill(code);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Option<Vec<i64>> {
        let mut offsets = vec![0];
        for text in texts {
            offsets.push(offsets.last().copied().unwrap_or(0) + i64::try_from(text.len()).unwrap());
        }
        let mut out = vec![0; texts.len()];
        let found = codes(&offsets, texts.concat().as_bytes(), &mut out, Some(1), &Cancel::new()).unwrap();
        found.then_some(out)
    }

    #[test]
    fn runs_and_units_that_come_back() {
        assert_eq!(of(&["a", "a", "b", "b", "b", "a", "a"]), Some(vec![0, 0, 1, 1, 1, 0, 0]));
        assert_eq!(of(&["a", "b", "c", "d", "e"]), None);
        assert_eq!(of(&["", "", "字", "字"]), Some(vec![0, 0, 1, 1]));
        assert_eq!(of(&[]), Some(vec![]));
        assert_eq!(of(&["b", "b", "a", "a", "b", "b"]), Some(vec![0, 0, 1, 1, 0, 0]));
    }

    #[test]
    fn offsets_that_are_none() {
        for offsets in [vec![0, 5], vec![2, 1], vec![-1, 1]] {
            assert!(codes(&offsets, b"abc", &mut [0], None, &Cancel::new()).is_err());
        }
        assert!(codes(&[], b"", &mut [], None, &Cancel::new()).unwrap());
        assert!(codes(&[0, 4, 2, 3], b"abc", &mut [0; 3], None, &Cancel::new()).is_err());
    }
}
