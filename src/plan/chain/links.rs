//! Links between suppliers and buyers, as given and as they are used.

use std::collections::BTreeMap;

use crate::error::{Error, Kind, Problem, Result};

/// Links as given: codes of suppliers and buyers (negative where a name is missing), and the share of the supplier's sales.
#[derive(Debug, Clone, Copy)]
pub struct GivenLinks<'a> {
    /// Who sells.
    pub supplier: &'a [i64],
    /// Who buys.
    pub buyer: &'a [i64],
    /// Share of the supplier's sales; NaN where unknown.
    pub share: Option<&'a [f64]>,
    /// Links of a smaller share are not used.
    pub min_share: f64,
}

/// What became of the rows of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkCounts {
    /// Rows.
    pub rows: usize,
    /// A name is missing.
    pub nameless: usize,
    /// A firm supplies itself.
    pub own: usize,
    /// Rows that repeat a link; their shares are added.
    pub repeated: usize,
    /// Links whose share is too small.
    pub small: usize,
    /// Links whose share is unknown, where one is asked for.
    pub unknown: usize,
    /// Links that are used.
    pub used: usize,
}

/// Distinct links: for each buyer, its suppliers in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Links {
    /// Suppliers of each buyer, by code.
    pub of: BTreeMap<usize, Vec<usize>>,
    /// What became of the rows.
    pub counts: LinkCounts,
}

impl Links {
    /// Reads links: own ones and nameless ones are left out, repeated ones are one, small ones are left out.
    pub fn of(given: &GivenLinks<'_>) -> Result<Self> {
        let rows = given.supplier.len();
        if given.buyer.len() != rows || given.share.is_some_and(|share| share.len() != rows) {
            return Err(Error::new(Kind::Value, Problem::general("links: columns differ in length")));
        }
        if let Some(share) = given.share {
            let wrong: Vec<usize> = (0..rows).filter(|row| share[*row].is_infinite() || share[*row] < 0.0).collect();
            if let Some(first) = wrong.first() {
                let mut problem = Problem::general("links: a share of sales is a number of at least 0").row(*first);
                problem.count = wrong.len() as u64;
                return Err(Error::new(Kind::Value, problem.value(share[*first].to_string())));
            }
        }
        let mut counts = LinkCounts { rows, ..LinkCounts::default() };
        let mut shares: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for row in 0..rows {
            let (Ok(supplier), Ok(buyer)) = (usize::try_from(given.supplier[row]), usize::try_from(given.buyer[row]))
            else {
                counts.nameless += 1;
                continue;
            };
            if supplier == buyer {
                counts.own += 1;
                continue;
            }
            let share = given.share.map_or(f64::NAN, |share| share[row]);
            shares
                .entry((buyer, supplier))
                .and_modify(|sum| {
                    *sum += share;
                    counts.repeated += 1;
                })
                .or_insert(share);
        }
        let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for ((buyer, supplier), share) in shares {
            if given.min_share > 0.0 && share.is_nan() {
                counts.unknown += 1;
            } else if given.min_share > 0.0 && share < given.min_share {
                counts.small += 1;
            } else {
                counts.used += 1;
                of.entry(buyer).or_default().push(supplier);
            }
        }
        Ok(Self { of, counts })
    }

    /// All that a buyer reaches in so many steps up its chain, in order, itself left out.
    pub fn upstream(&self, buyer: usize, steps: usize, seen: &mut Vec<usize>, mark: &mut [bool]) {
        seen.clear();
        if let Some(here) = mark.get_mut(buyer) {
            *here = true;
        }
        let mut front = vec![buyer];
        for _ in 0..steps {
            let mut next = Vec::new();
            for supplier in front.iter().filter_map(|at| self.of.get(at)).flatten() {
                if mark.get(*supplier) == Some(&false) {
                    mark[*supplier] = true;
                    next.push(*supplier);
                }
            }
            if next.is_empty() {
                break;
            }
            seen.extend_from_slice(&next);
            front = next;
        }
        for supplier in seen.iter().chain([&buyer]) {
            if let Some(there) = mark.get_mut(*supplier) {
                *there = false;
            }
        }
        seen.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(pairs: &[(i64, i64, f64)], min_share: f64) -> Links {
        let supplier: Vec<i64> = pairs.iter().map(|p| p.0).collect();
        let buyer: Vec<i64> = pairs.iter().map(|p| p.1).collect();
        let share: Vec<f64> = pairs.iter().map(|p| p.2).collect();
        let given = GivenLinks { supplier: &supplier, buyer: &buyer, share: Some(&share), min_share };
        Links::of(&given).expect("links")
    }

    #[test]
    fn every_row_is_accounted_for() {
        let pairs = [(0, 9, 0.2), (0, 9, 0.15), (1, 9, 0.1), (2, 9, f64::NAN), (3, 3, 0.5), (-1, 9, 0.4), (4, 8, 0.9)];
        let found = links(&pairs, 0.3);
        let expected = LinkCounts { rows: 7, nameless: 1, own: 1, repeated: 1, small: 1, unknown: 1, used: 2 };
        assert_eq!(found.counts, expected);
        assert_eq!(found.of, BTreeMap::from([(8, vec![4]), (9, vec![0])]));
        // Without a least share, what is unknown does not matter.
        assert_eq!(links(&pairs, 0.0).counts.used, 4);
    }

    #[test]
    fn circles_end_and_steps_count() {
        let found = links(&[(1, 0, 0.1), (2, 1, 0.1), (3, 2, 0.1), (0, 3, 0.1)], 0.0);
        let (mut seen, mut mark) = (Vec::new(), vec![false; 4]);
        for (steps, expected) in [(1, vec![1]), (2, vec![1, 2]), (9, vec![1, 2, 3])] {
            found.upstream(0, steps, &mut seen, &mut mark);
            assert_eq!(seen, expected);
            assert!(!mark.iter().any(|marked| *marked));
        }
    }

    #[test]
    fn a_negative_share_is_named() {
        let given = GivenLinks { supplier: &[0, 1], buyer: &[2, 2], share: Some(&[0.1, -0.1]), min_share: 0.0 };
        let told = Links::of(&given).expect_err("negative").to_string();
        assert!(told.contains("-0.1") && told.contains("at least 0"), "{told}");
    }
}
