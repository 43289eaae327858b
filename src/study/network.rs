//! Links between firms by period, and the levels of firms: sorted once, looked up without hashing.

use std::ops::Range;

/// Columns of links; a share is missing where it is not known.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    /// The firm.
    pub focal: &'a [u32],
    /// Its partner.
    pub partner: &'a [u32],
    /// The period.
    pub period: &'a [i64],
    /// The partner's share, such as in purchases.
    pub share: &'a [f64],
}

/// The partners of one firm in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The firm.
    pub focal: u32,
    /// The period.
    pub period: i64,
    first: usize,
    entries: Range<usize>,
}

/// Partners by firm and period.
#[derive(Debug, Clone, Default)]
pub struct Network {
    groups: Vec<Group>,
    partners: Vec<u32>,
    shares: Vec<f64>,
    own: usize,
}

struct Entry {
    period: i64,
    partner: u32,
    row: usize,
    share: f64,
}

impl Network {
    /// The network of these links, between firms of number below `firms`. Links that repeat a partner count as one, their known
    /// shares added; links of firms to themselves are counted and left out.
    pub fn new(links: Links<'_>, firms: usize) -> Self {
        let mut made = Self::default();
        let ends = links.focal.iter().zip(links.partner).map(|(focal, partner)| (*focal as usize, *partner));
        let inside = |(focal, partner): (usize, u32)| focal < firms && (partner as usize) < firms;
        let mut starts = vec![0_usize; firms + 1];
        for (focal, partner) in ends.clone().filter(|ends| inside(*ends)) {
            if focal == partner as usize {
                made.own += 1;
            } else {
                starts[focal + 1] += 1;
            }
        }
        for firm in 0..firms {
            starts[firm + 1] += starts[firm];
        }
        let mut next = starts.clone();
        let mut entries: Vec<Entry> = Vec::new();
        entries.resize_with(starts[firms], || Entry { period: 0, partner: 0, row: 0, share: 0.0 });
        let rest = links.period.iter().zip(links.share).enumerate();
        for ((focal, partner), (row, (period, share))) in ends.zip(rest) {
            if inside((focal, partner)) && focal != partner as usize {
                entries[next[focal]] = Entry { period: *period, partner, row, share: *share };
                next[focal] += 1;
            }
        }
        for firm in 0..firms {
            let own = &mut entries[starts[firm]..starts[firm + 1]];
            own.sort_unstable_by_key(|entry| (entry.period, entry.partner, entry.row));
            for same in own.chunk_by(|a, b| a.period == b.period) {
                made.add(u32::try_from(firm).unwrap_or(u32::MAX), same);
            }
        }
        made.groups.sort_unstable_by_key(|group| group.first);
        made
    }

    fn add(&mut self, focal: u32, entries: &[Entry]) {
        let start = self.partners.len();
        let mut first = usize::MAX;
        for same in entries.chunk_by(|a, b| a.partner == b.partner) {
            first = same.iter().fold(first, |first, entry| first.min(entry.row));
            let known = same.iter().map(|entry| entry.share).filter(|share| !share.is_nan());
            self.partners.push(same[0].partner);
            self.shares.push(known.reduce(|sum, share| sum + share).unwrap_or(f64::NAN));
        }
        self.groups.push(Group { focal, period: entries[0].period, first, entries: start..self.partners.len() });
    }

    /// Firms and periods with partners, in the order in which they first appear.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Partners and shares of a group, each partner once.
    pub fn partners(&self, group: &Group) -> (&[u32], &[f64]) {
        (&self.partners[group.entries.clone()], &self.shares[group.entries.clone()])
    }

    /// Whether any share is known.
    pub fn weighs(&self) -> bool {
        self.shares.iter().any(|share| !share.is_nan())
    }

    /// How many links of firms to themselves there were.
    pub fn own(&self) -> usize {
        self.own
    }
}

/// Levels by firm and period.
#[derive(Debug, Clone)]
pub struct Levels {
    starts: Vec<usize>,
    levels: Vec<(i64, f64)>,
}

impl Levels {
    /// Levels of firms of number below `firms`; rows of other firms are nobody's.
    pub fn new(focal: &[u32], period: &[i64], value: &[f64], firms: usize) -> Self {
        let mut starts = vec![0_usize; firms + 1];
        for firm in focal.iter().map(|firm| *firm as usize).filter(|firm| *firm < firms) {
            starts[firm + 1] += 1;
        }
        for firm in 0..firms {
            starts[firm + 1] += starts[firm];
        }
        let mut next = starts.clone();
        let mut levels = vec![(0, f64::NAN); starts[firms]];
        for (firm, own) in focal.iter().zip(period.iter().copied().zip(value.iter().copied())) {
            if let Some(place) = next.get_mut(*firm as usize).filter(|_| (*firm as usize) < firms) {
                levels[*place] = own;
                *place += 1;
            }
        }
        for firm in 0..firms {
            levels[starts[firm]..starts[firm + 1]].sort_by_key(|(period, _)| *period);
        }
        Self { starts, levels }
    }

    /// The level of a firm in a period, NaN where it is not known.
    pub fn of(&self, firm: u32, period: i64) -> f64 {
        let firm = firm as usize;
        let Some(([start, end], _)) = self.starts.get(firm..).and_then(<[usize]>::split_first_chunk) else {
            return f64::NAN;
        };
        let own = &self.levels[*start..*end];
        let place = own.partition_point(|(other, _)| *other < period);
        own.get(place).filter(|(other, _)| *other == period).map_or(f64::NAN, |(_, value)| *value)
    }

    /// How many firms have a number.
    pub fn firms(&self) -> usize {
        self.starts.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_in_the_order_of_their_first_link() {
        let links = Links {
            focal: &[2, 0, 2, 0, 2, 1, 9],
            partner: &[1, 1, 0, 2, 1, 1, 0],
            period: &[2021, 2020, 2021, 2020, 2021, 2020, 2020],
            share: &[0.1, f64::NAN, 0.2, 0.3, 0.4, 1.0, 1.0],
        };
        let network = Network::new(links, 3);
        let keys: Vec<_> = network.groups().iter().map(|group| (group.focal, group.period)).collect();
        assert_eq!((keys, network.own()), (vec![(2, 2021), (0, 2020)], 1));
        assert_eq!(network.partners(&network.groups()[0]), (&[0, 1][..], &[0.2, 0.5][..]));
        assert!(network.partners(&network.groups()[1]).1[0].is_nan());
        assert!(Network::new(Links { focal: &[], partner: &[], period: &[], share: &[] }, 0).groups().is_empty());
    }

    #[test]
    fn levels_by_firm_and_period() {
        let levels = Levels::new(&[1, 0, 1, u32::MAX], &[2021, 2020, 2020, 2020], &[3.0, 1.0, 2.0, 9.0], 2);
        assert_eq!((levels.of(1, 2021), levels.of(1, 2020), levels.of(0, 2020)), (3.0, 2.0, 1.0));
        assert!(levels.of(0, 2021).is_nan() && levels.of(2, 2020).is_nan() && levels.of(u32::MAX, 2020).is_nan());
        assert_eq!(levels.firms(), 2);
    }
}
