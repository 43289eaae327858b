//! Exposure to partners: what the suppliers or customers of a firm bring along.
//!
//! `E_it = sum_j s_ijt D_j,t-lag`, with shares of the matched partners rescaled to sum 1 or as they are. Links of a firm to itself do
//! not count; what is matched is always counted.

use super::network::{Group, Levels, Network};
use crate::parallel::{CHUNK, Cancel, map};

/// Exposure of one firm in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposed {
    /// Partners, the firm itself left out.
    pub partners: u32,
    /// Partners with a value `lag` periods before.
    pub matched: u32,
    /// The share of the known shares that is matched; missing without any.
    pub matched_share: f64,
    /// Mean over matched partners.
    pub mean: f64,
    /// Weighted mean over matched partners with a share.
    pub weighted: f64,
    /// Sum of shares times values, not rescaled; missing without a matched share.
    pub sum: f64,
    /// Largest value of a matched partner.
    pub most: f64,
    /// The firm's own level in the period.
    pub own: f64,
    /// How far the own level is from the weighted mean, or from the mean where no link has a share.
    pub gap: f64,
}

/// Exposure of every firm and period that has links, in the order of the network's groups; nothing where cancelled.
pub fn exposure(
    network: &Network,
    levels: &Levels,
    lag: i64,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Option<Vec<Exposed>> {
    let tasks: Vec<_> = network.groups().chunks(CHUNK).collect();
    let weighs = network.weighs();
    let one = |group: &Group| {
        let mut found = exposed(network, levels, group, lag);
        found.gap = (found.own - if weighs { found.weighted } else { found.mean }).abs();
        found
    };
    let found = map(tasks, threads, cancel, || (), |(), part| part.iter().map(one).collect::<Vec<_>>())?;
    Some(found.concat())
}

fn exposed(network: &Network, levels: &Levels, group: &Group, lag: i64) -> Exposed {
    let (partners, shares) = network.partners(group);
    let mut found = Exposed {
        partners: u32::try_from(partners.len()).unwrap_or(u32::MAX),
        matched: 0,
        matched_share: f64::NAN,
        mean: f64::NAN,
        weighted: f64::NAN,
        sum: f64::NAN,
        most: f64::NAN,
        own: levels.of(group.focal, group.period),
        gap: f64::NAN,
    };
    let (mut total, mut weight, mut weighted, mut sum) = (0.0, 0.0, 0.0, 0.0);
    for (partner, share) in partners.iter().zip(shares) {
        total += if share.is_nan() { 0.0 } else { *share };
        let value = group.period.checked_sub(lag).map_or(f64::NAN, |period| levels.of(*partner, period));
        if value.is_nan() {
            continue;
        }
        found.matched += 1;
        sum += value;
        found.most = if found.most >= value { found.most } else { value };
        if !share.is_nan() {
            weight += share;
            weighted += share * value;
        }
    }
    if found.matched > 0 {
        found.mean = sum / f64::from(found.matched);
    }
    if weight > 0.0 {
        (found.weighted, found.sum) = (weighted / weight, weighted);
    }
    if total > 0.0 {
        found.matched_share = weight / total;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::network::Links;
    use super::*;

    #[test]
    fn a_case_made_by_hand() {
        // Partners 10 (value 2), 11 (value 1), 12 (no value), 13 (value 4, no share).
        let levels = Levels::new(&[10, 11, 13, 1], &[2020; 4], &[2.0, 1.0, 4.0, 7.0], 14);
        let links = Links {
            focal: &[1, 1, 1, 3, 3, 1],
            partner: &[10, 11, 12, 13, 10, 1],
            period: &[2020; 6],
            share: &[0.3, 0.2, 0.1, f64::NAN, 0.15, 0.4],
        };
        let network = Network::new(links, 14);
        let of = |lag| exposure(&network, &levels, lag, None, &Cancel::new()).expect("not cancelled");
        let found = of(0);
        assert_eq!(network.own(), 1);
        let first = found[0];
        assert_eq!((first.partners, first.matched, first.mean, first.most, first.own), (3, 2, 1.5, 2.0, 7.0));
        assert!((first.gap - 5.4).abs() < 1e-15);
        assert!((first.weighted - 1.6).abs() < 1e-15 && (first.sum - 0.8).abs() < 1e-15);
        assert!((first.matched_share - 5.0 / 6.0).abs() < 1e-15);
        assert_eq!((found[1].matched, found[1].mean, found[1].weighted), (2, 3.0, 2.0));
        let later = of(1);
        assert_eq!((later[0].matched, later[0].own), (0, 7.0));
        assert!(later[0].mean.is_nan() && later[0].weighted.is_nan() && of(i64::MIN)[0].mean.is_nan());
    }
}
