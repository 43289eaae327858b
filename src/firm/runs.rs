//! Codes of texts that come in runs, as the units of a sorted panel do: each row is compared with the one before, and only
//! the first of each run is looked up.

use std::collections::HashMap;

use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::{Cancel, chunks, map};

/// A code per text, in the order in which texts first appear; none where more than half of the rows begin a run.
///
/// Text `i` is the bytes from `offsets[i]` to `offsets[i + 1]`.
pub fn codes(offsets: &[i64], bytes: &[u8], threads: Option<usize>, cancel: &Cancel) -> Result<Option<Vec<i64>>> {
    let broken = || Error::new(Kind::Value, Problem::general("texts lie outside their buffer"));
    let place = |offset: i64| usize::try_from(offset).ok().filter(|place| *place <= bytes.len());
    if !offsets.windows(2).all(|pair| pair[0] <= pair[1])
        || ![offsets.first(), offsets.last()].into_iter().flatten().all(|offset| place(*offset).is_some())
    {
        return Err(broken());
    }
    let rows = offsets.len().saturating_sub(1);
    let text = |row: usize| &bytes[offsets[row] as usize..offsets[row + 1] as usize];
    let heads = map(
        chunks(rows),
        threads,
        cancel,
        || (),
        |(), part| part.filter(|row| *row == 0 || text(*row) != text(*row - 1)).collect::<Vec<_>>(),
    )
    .ok_or_else(Error::interrupted)?
    .concat();
    if heads.len() > rows / 2 + 1 {
        return Ok(None);
    }
    let mut seen: HashMap<&[u8], i64> = HashMap::with_capacity(heads.len());
    let mut found = Vec::with_capacity(rows);
    for (number, head) in heads.iter().enumerate() {
        let next = i64::try_from(seen.len()).unwrap_or(i64::MAX);
        let code = *seen.entry(text(*head)).or_insert(next);
        found.resize(heads.get(number + 1).copied().unwrap_or(rows), code);
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Option<Vec<i64>> {
        let mut offsets = vec![0];
        for text in texts {
            offsets.push(offsets.last().copied().unwrap_or(0) + i64::try_from(text.len()).unwrap());
        }
        codes(&offsets, texts.concat().as_bytes(), Some(1), &Cancel::new()).unwrap()
    }

    #[test]
    fn runs_and_units_that_come_back() {
        assert_eq!(of(&["a", "a", "b", "b", "b", "a", "a"]), Some(vec![0, 0, 1, 1, 1, 0, 0]));
        assert_eq!(of(&["a", "b", "c", "d", "e"]), None);
        assert_eq!(of(&["", "", "字", "字"]), Some(vec![0, 0, 1, 1]));
        assert_eq!(of(&[]), Some(vec![]));
    }

    #[test]
    fn offsets_that_are_none() {
        for offsets in [vec![0, 5], vec![2, 1], vec![-1, 1]] {
            assert!(codes(&offsets, b"abc", None, &Cancel::new()).is_err());
        }
        assert_eq!(codes(&[], b"", None, &Cancel::new()).unwrap(), Some(vec![]));
    }
}
