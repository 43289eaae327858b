//! Exposure to partners: what the suppliers or customers of a firm bring along, and leave-one-out means of peers.
//!
//! One step: `E_it = sum_j s_ijt D_j,t-lag`, with shares of the matched partners rescaled to sum 1 or as they are. Several:
//! `sum_{s=1..k} rho^(s-1) W^s D`, without end `(I - rho W)^(-1) W D`, which converges for row sums of at most 1 and `rho < 1`. Links of a
//! firm to itself do not count; what is matched is always counted.

use std::collections::HashMap;

use crate::parallel::{Cancel, map};

/// One link: a firm, its partner, the period; the share is missing where it is not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The firm.
    pub focal: u32,
    /// Its partner.
    pub partner: u32,
    /// The period.
    pub period: i64,
    /// The partner's share, such as in purchases.
    pub share: f64,
}

/// Exposure of one firm in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposed {
    /// The firm.
    pub focal: u32,
    /// The period.
    pub period: i64,
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
}

/// Exposure of every firm and period that has links, in the order in which they first appear; and the number of links of
/// firms to themselves. Links that repeat a partner count as one, their shares added.
#[allow(clippy::implicit_hasher)]
pub fn exposure(links: &[Link], values: &HashMap<(u32, i64), f64>, lag: i64) -> (Vec<Exposed>, usize) {
    let mut places: HashMap<(u32, i64), usize> = HashMap::new();
    let mut groups: Vec<Vec<(u32, f64)>> = Vec::new();
    let mut keys = Vec::new();
    let mut own = 0;
    for link in links {
        if link.focal == link.partner {
            own += 1;
            continue;
        }
        let key = (link.focal, link.period);
        let place = *places.entry(key).or_insert_with(|| {
            keys.push(key);
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push((link.partner, link.share));
    }
    let one = |((focal, period), mut partners): ((u32, i64), Vec<(u32, f64)>)| {
        partners.sort_by_key(|(partner, _)| *partner);
        let mut found = Exposed {
            focal,
            period,
            partners: 0,
            matched: 0,
            matched_share: f64::NAN,
            mean: f64::NAN,
            weighted: f64::NAN,
            sum: f64::NAN,
            most: f64::NAN,
        };
        let (mut total, mut weight, mut weighted, mut sum) = (0.0, 0.0, 0.0, 0.0);
        for same in partners.chunk_by(|a, b| a.0 == b.0) {
            let known = same.iter().map(|(_, share)| *share).filter(|share| !share.is_nan());
            let share = if known.clone().next().is_some() { known.sum() } else { f64::NAN };
            found.partners += 1;
            total += if share.is_nan() { 0.0 } else { share };
            let Some(value) = values.get(&(same[0].0, period - lag)).filter(|value| !value.is_nan()) else { continue };
            found.matched += 1;
            sum += value;
            found.most = if found.most >= *value { found.most } else { *value };
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
    };
    (keys.into_iter().zip(groups).map(one).collect(), own)
}

/// Links of one period as rows of partners.
struct Rows {
    starts: Vec<usize>,
    partners: Vec<u32>,
    shares: Vec<f64>,
}

/// Exposure over several steps, by firm, for each period apart: `values` by firm, missing as NaN. Partners without a value pass on
/// what reaches them and have none of their own. With `steps` absent all steps. `rescale` makes the shares of each firm sum to one;
/// otherwise they must not exceed 1. Missing for firms without links, and where the sum did not settle within 10 000 steps.
#[allow(clippy::too_many_arguments, clippy::implicit_hasher)]
pub fn steps(
    links: &[Link],
    values: &HashMap<i64, Vec<f64>>,
    firms: usize,
    steps: Option<usize>,
    decay: f64,
    rescale: bool,
    lag: i64,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Option<Vec<(i64, Vec<f64>)>> {
    let mut periods: Vec<i64> = links.iter().map(|link| link.period).collect();
    periods.sort_unstable();
    periods.dedup();
    map(
        periods,
        threads,
        cancel,
        || (),
        |(), period| {
            let rows = rows_of(links, period, firms, rescale);
            let none = Vec::new();
            let own = values.get(&(period - lag)).unwrap_or(&none);
            let start: Vec<f64> =
                (0..firms).map(|firm| own.get(firm).copied().filter(|v| !v.is_nan()).unwrap_or(0.0)).collect();
            let mut wave = apply(&rows, &start);
            let mut total = wave.clone();
            let most = steps.unwrap_or(10_000);
            let mut settled = steps.is_some();
            for _ in 1..most {
                wave = apply(&rows, &wave);
                let mut change: f64 = 0.0;
                let mut size: f64 = 0.0;
                for (sum, step) in total.iter_mut().zip(&mut wave) {
                    *step *= decay;
                    *sum += *step;
                    change = change.max(step.abs());
                    size = size.max(sum.abs());
                }
                if change <= 1e-15 * size {
                    settled = true;
                    break;
                }
            }
            let linked = |firm: usize| rows.starts[firm + 1] > rows.starts[firm];
            let found = (0..firms).map(|firm| if linked(firm) && settled { total[firm] } else { f64::NAN }).collect();
            (period, found)
        },
    )
}

fn rows_of(links: &[Link], period: i64, firms: usize, rescale: bool) -> Rows {
    let mine = || {
        let inside = move |link: &&Link| {
            link.period == period
                && link.focal != link.partner
                && (link.focal as usize) < firms
                && (link.partner as usize) < firms
                && link.share > 0.0
        };
        links.iter().filter(inside)
    };
    let mut starts = vec![0usize; firms + 1];
    for link in mine() {
        starts[link.focal as usize + 1] += 1;
    }
    for firm in 0..firms {
        starts[firm + 1] += starts[firm];
    }
    let mut next = starts.clone();
    let (mut partners, mut shares) = (vec![0; starts[firms]], vec![0.0; starts[firms]]);
    for link in mine() {
        let place = &mut next[link.focal as usize];
        partners[*place] = link.partner;
        shares[*place] = link.share;
        *place += 1;
    }
    if rescale {
        for firm in 0..firms {
            let own = &mut shares[starts[firm]..starts[firm + 1]];
            let total: f64 = own.iter().sum();
            for share in own {
                *share /= total;
            }
        }
    }
    Rows { starts, partners, shares }
}

fn apply(rows: &Rows, values: &[f64]) -> Vec<f64> {
    (0..values.len())
        .map(|firm| {
            let own = rows.starts[firm]..rows.starts[firm + 1];
            own.map(|place| rows.shares[place] * values[rows.partners[place] as usize]).sum()
        })
        .collect()
}

/// The mean of the others of each row's group; missing alone, or in no group. A row without a value has the mean of the others all
/// the same. Also the number of others.
pub fn leave_one_out(values: &[f64], weights: Option<&[f64]>, groups: &[u32], count: usize) -> (Vec<f64>, Vec<u32>) {
    let mut sums = vec![(0.0, 0.0, 0u32); count];
    let part = |row: usize| {
        let value = values[row];
        let weight = weights.map_or(1.0, |weights| weights[row]);
        (!value.is_nan() && weight > 0.0).then_some((weight, weight * value))
    };
    for (row, group) in groups.iter().enumerate().filter(|(_, group)| (**group as usize) < count) {
        if let Some((weight, value)) = part(row) {
            let sum = &mut sums[*group as usize];
            *sum = (sum.0 + weight, sum.1 + value, sum.2 + 1);
        }
    }
    let one = |(row, group): (usize, &u32)| {
        let Some((weight, value, n)) = sums.get(*group as usize).copied() else { return (f64::NAN, 0) };
        let (own_weight, own_value, own) = part(row).map_or((0.0, 0.0, 0), |(w, v)| (w, v, 1));
        let others = n - own;
        (if others > 0 { (value - own_value) / (weight - own_weight) } else { f64::NAN }, others)
    };
    groups.iter().enumerate().map(one).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(focal: u32, partner: u32, share: f64) -> Link {
        Link { focal, partner, period: 2020, share }
    }

    #[test]
    fn a_case_made_by_hand() {
        // Partners 10 (value 2), 11 (value 1), 12 (no value), 13 (value 4, no share).
        let values: HashMap<(u32, i64), f64> = [((10, 2020), 2.0), ((11, 2020), 1.0), ((13, 2020), 4.0)].into();
        let links = [
            link(1, 10, 0.3),
            link(1, 11, 0.2),
            link(1, 12, 0.1),
            link(3, 13, f64::NAN),
            link(3, 10, 0.15),
            link(1, 1, 0.4),
        ];
        let (found, own) = exposure(&links, &values, 0);
        assert_eq!(own, 1);
        let first = found[0];
        assert_eq!((first.partners, first.matched, first.mean, first.most), (3, 2, 1.5, 2.0));
        assert!((first.weighted - 1.6).abs() < 1e-15 && (first.sum - 0.8).abs() < 1e-15);
        assert!((first.matched_share - 5.0 / 6.0).abs() < 1e-15);
        assert_eq!((found[1].matched, found[1].mean, found[1].weighted), (2, 3.0, 2.0));
        let (later, _) = exposure(&links, &values, 1);
        assert_eq!(later[0].matched, 0);
        assert!(later[0].mean.is_nan() && later[0].weighted.is_nan());
    }

    #[test]
    fn all_steps_solve_the_linear_system() {
        let links = [link(0, 1, 0.5), link(0, 2, 0.3), link(1, 2, 0.9), link(2, 0, 0.4)];
        let values: HashMap<i64, Vec<f64>> = [(2020, vec![1.0, 2.0, 3.0])].into();
        let rho = 0.6;
        let found = steps(&links, &values, 4, None, rho, false, 0, None, &Cancel::new()).expect("not cancelled");
        let y = &found[0].1;
        // y = W D + rho W y.
        let w = [[0.0, 0.5, 0.3], [0.0, 0.0, 0.9], [0.4, 0.0, 0.0]];
        let d = [1.0, 2.0, 3.0];
        for i in 0..3 {
            let right: f64 = (0..3).map(|j| w[i][j] * (d[j] + rho * y[j])).sum();
            assert!((y[i] - right).abs() < 1e-12);
        }
        assert!(y[3].is_nan());
        let one = steps(&links, &values, 4, Some(1), rho, false, 0, None, &Cancel::new()).expect("not cancelled");
        assert!((one[0].1[0] - 1.9).abs() < 1e-15);
        let rescaled = steps(&links, &values, 4, Some(1), rho, true, 0, None, &Cancel::new()).expect("not cancelled");
        assert!((rescaled[0].1[2] - 1.0).abs() < 1e-15);
    }

    #[test]
    fn others_leave_the_firm_out() {
        let (found, others) = leave_one_out(&[1.0, 2.0, 6.0, f64::NAN, 9.0], None, &[0, 0, 0, 0, 1], 2);
        assert_eq!(&found[..4], [4.0, 3.5, 1.5, 3.0]);
        assert!(found[4].is_nan());
        assert_eq!(others, [2, 2, 2, 3, 0]);
    }
}
