//! The most frequent combinations of yes/no items. A firm with an unknown item has no known combination.

use std::collections::BTreeMap;

use super::Design;
use super::linearized::{Estimate, ratio};
use crate::numeric::sum::Sum;

/// At most so many items, one bit each.
pub const MOST_ITEMS: usize = 64;

/// A combination: which items are yes, how many rows have it, and its share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Combination {
    /// One bit an item, the first item the lowest.
    pub items: u64,
    /// Rows that have it.
    pub n: usize,
    /// Its share; `total` is the sum of the weights of the rows that have it.
    pub share: Estimate,
}

/// The combination of each row; `None` where an item is unknown. Yes is any value but 0.
pub fn combined(items: &[&[f64]], rows: usize) -> Vec<Option<u64>> {
    (0..rows)
        .map(|row| {
            let bit = |total: u64, (place, item): (usize, &&[f64])| match item[row] {
                value if value.is_nan() => None,
                value => Some(total | (u64::from(value != 0.0) << place)),
            };
            items.iter().enumerate().try_fold(0, bit)
        })
        .collect()
}

/// The combinations with the most weight among rows of a domain, the heaviest first; and how many rows are unknown.
///
/// Of equal weights the one with the lower number comes first. Unknown rows are left out of the shares, or counted
/// among the whole with `unknown`.
pub fn most_frequent(
    design: &Design,
    rows: &[u32],
    combined: &[Option<u64>],
    top: usize,
    unknown: bool,
) -> (Vec<Combination>, usize) {
    let mut found: BTreeMap<u64, (usize, Sum)> = BTreeMap::new();
    let mut missing = 0;
    for row in rows.iter().map(|row| *row as usize) {
        match combined[row] {
            Some(items) => {
                let entry = found.entry(items).or_default();
                entry.0 += 1;
                entry.1.add(design.weights()[row]);
            }
            None => missing += 1,
        }
    }
    let mut order: Vec<(u64, usize, f64)> =
        found.into_iter().map(|(items, (n, sum))| (items, n, sum.value())).collect();
    order.sort_by(|a, b| b.2.total_cmp(&a.2));
    let with = |items: u64| {
        move |row: usize| match combined[row] {
            None if !unknown => f64::NAN,
            own => f64::from(u8::from(own == Some(items))),
        }
    };
    let made = order.into_iter().take(top).map(|(items, n, _)| Combination {
        items,
        n,
        share: ratio(design, rows, with(items), |_| 1.0),
    });
    (made.collect(), missing)
}

#[cfg(test)]
mod tests {
    use super::super::testing::plain;
    use super::*;

    #[test]
    fn by_hand() {
        let (cloud, ai) = ([1.0, 1.0, 0.0, f64::NAN, 1.0], [0.0, 0.0, 0.0, 1.0, 1.0]);
        let codes = combined(&[&cloud, &ai], 5);
        assert_eq!(codes, [Some(1), Some(1), Some(0), None, Some(3)]);
        let design = plain(&[1.0, 1.0, 5.0, 2.0, 1.0]);
        let (found, unknown) = most_frequent(&design, design.order(), &codes, 2, false);
        assert_eq!((unknown, found[0].items, found[0].n, found[1].items, found[1].n), (1, 0, 1, 1, 2));
        assert_eq!((found[0].share.value, found[0].share.total, found[0].share.n), (0.625, 5.0, 4));
        let (found, _) = most_frequent(&design, design.order(), &codes, 9, true);
        assert_eq!((found.len(), found[0].share.value), (3, 0.5));
        assert!(most_frequent(&design, &[3], &codes, 2, false).0.is_empty());
    }
}
