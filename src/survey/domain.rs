//! Groups of rows for which estimates are asked. The design stays whole: a group is a domain, not a smaller sample.

use super::Design;
use crate::error::{Error, Kind, Problem, Result};

/// More groups than this are not tabulated.
const MOST_GROUPS: usize = 10_000_000;

/// The rows of each group, in the order of the design.
#[derive(Debug, Clone, PartialEq)]
pub struct Domains {
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Domains {
    /// Parts the rows by code; all rows are one group without codes, a negative code is no group.
    pub fn new(design: &Design, codes: Option<&[i64]>, count: usize) -> Result<Self> {
        let Some(codes) = codes else {
            return Ok(Self { starts: vec![0, design.len()], rows: design.order().to_vec() });
        };
        if codes.len() != design.len() {
            return Err(Error::new(Kind::Value, Problem::general("groups and weights differ in length")));
        }
        if count > MOST_GROUPS {
            let message = format!("{count} groups are too many to tabulate");
            return Err(Error::new(Kind::Limit, Problem::general(message)));
        }
        let group = |row: usize| usize::try_from(codes[row]).ok();
        let mut starts = vec![0_usize; count + 1];
        for row in 0..codes.len() {
            let Some(group) = group(row) else { continue };
            let Some(next) = starts.get_mut(group + 1) else {
                return Err(Error::new(Kind::Value, Problem::general("a group code is out of range").row(row)));
            };
            *next += 1;
        }
        for group in 0..count {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts[count]];
        for &row in design.order() {
            if let Some(group) = group(row as usize) {
                rows[next[group]] = row;
                next[group] += 1;
            }
        }
        Ok(Self { starts, rows })
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of a group; none for a group that does not exist.
    pub fn rows(&self, group: usize) -> &[u32] {
        match (self.starts.get(group), self.starts.get(group + 1)) {
            (Some(start), Some(end)) => &self.rows[*start..*end],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Single;
    use super::super::testing::{plain, stratified};
    use super::*;

    #[test]
    fn rows_come_in_the_order_of_the_design() {
        let design = stratified(&[1.0; 5], &[1, 0, 1, 0, 0], Single::Error);
        assert_eq!(design.order(), [1, 3, 4, 0, 2]);
        let found = Domains::new(&design, Some(&[0, 0, 1, -1, 1]), 3).expect("valid");
        assert_eq!((found.count(), found.rows(0), found.rows(1)), (3, &[1, 0][..], &[4, 2][..]));
        assert!(found.rows(2).is_empty() && found.rows(3).is_empty());
        assert_eq!(Domains::new(&design, None, 1).expect("valid").rows(0), design.order());
    }

    #[test]
    fn wrong_codes_are_errors() {
        let design = plain(&[1.0; 2]);
        assert!(Domains::new(&design, Some(&[0, 2]), 2).is_err());
        assert!(Domains::new(&design, Some(&[0]), 2).is_err());
        assert!(Domains::new(&design, Some(&[0, 0]), usize::MAX).is_err());
    }
}
