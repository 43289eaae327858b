//! Exposure that travels: the level of the partners of partners.
//!
//! Over k steps `sum_{s=1..k} rho^(s-1) W^s D`, without end `(I - rho W)^(-1) W D`, which converges for row sums of at most 1 and
//! `rho < 1`. Miller R. E., Blair P. D. (2009), Input-Output Analysis, doi 10.1017/CBO9780511626982.

use super::network::{Group, Levels, Network};
use crate::parallel::{Cancel, map};

/// Conventions of exposure over several steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many steps; without end where none.
    pub steps: Option<usize>,
    /// What is left of exposure from one step to the next.
    pub decay: f64,
    /// Shares of each firm are made to sum to 1.
    pub rescale: bool,
    /// Levels are so many periods before.
    pub lag: i64,
}

/// Steps after which a sum without end is given up.
const MOST: usize = 10_000;

/// The largest sum of the known shares of a firm and period; 0 without any.
pub fn largest_sum(network: &Network) -> f64 {
    let sum = |group: &Group| network.partners(group).1.iter().filter(|share| !share.is_nan()).sum::<f64>();
    network.groups().iter().map(sum).fold(0.0, f64::max)
}

/// Exposure of every group of the network, in their order; nothing where cancelled. Partners without a level pass on what reaches
/// them and have none of their own. Missing for firms without positive shares, and where the sum did not settle.
pub fn steps(
    network: &Network,
    levels: &Levels,
    options: &Options,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Option<Vec<f64>> {
    let mut order: Vec<usize> = (0..network.groups().len()).collect();
    order.sort_by_key(|place| network.groups()[*place].period);
    let tasks: Vec<&[usize]> =
        order.chunk_by(|a, b| network.groups()[*a].period == network.groups()[*b].period).collect();
    let one = |places: &[usize]| {
        let groups: Vec<&Group> = places.iter().map(|place| &network.groups()[*place]).collect();
        travel(network, levels, &groups, options, cancel)
    };
    let found = map(tasks, threads, cancel, || (), |(), places| one(places))?;
    let mut made = vec![f64::NAN; order.len()];
    for (place, value) in order.iter().zip(found.into_iter().flatten()) {
        made[*place] = value;
    }
    (!cancel.is_cancelled()).then_some(made)
}

/// Firms of one period: their partners and shares.
struct Rows {
    focal: Vec<usize>,
    ends: Vec<usize>,
    partners: Vec<usize>,
    shares: Vec<f64>,
}

impl Rows {
    fn new(network: &Network, groups: &[&Group], rescale: bool) -> Self {
        let mut made = Self { focal: Vec::new(), ends: Vec::new(), partners: Vec::new(), shares: Vec::new() };
        for group in groups {
            let (partners, shares) = network.partners(group);
            let both = || partners.iter().zip(shares).filter(|(_, share)| **share > 0.0);
            let total: f64 = if rescale { both().map(|(_, share)| share).sum() } else { 1.0 };
            made.partners.extend(both().map(|(partner, _)| *partner as usize));
            made.shares.extend(both().map(|(_, share)| share / total));
            made.focal.push(group.focal as usize);
            made.ends.push(made.partners.len());
        }
        made
    }

    /// `W x`, by group.
    fn apply(&self, values: &[f64], out: &mut [f64]) {
        let mut start = 0;
        for (out, end) in out.iter_mut().zip(&self.ends) {
            let own = self.partners[start..*end].iter().zip(&self.shares[start..*end]);
            *out = own.map(|(partner, share)| share * values[*partner]).sum();
            start = *end;
        }
    }
}

fn travel(network: &Network, levels: &Levels, groups: &[&Group], options: &Options, cancel: &Cancel) -> Vec<f64> {
    let rows = Rows::new(network, groups, options.rescale);
    let before = groups.first().and_then(|group| group.period.checked_sub(options.lag));
    let firms = u32::try_from(levels.firms()).unwrap_or(u32::MAX);
    let level = |firm: u32| before.map(|period| levels.of(firm, period)).filter(|level| !level.is_nan()).unwrap_or(0.0);
    let mut all: Vec<f64> = (0..firms).map(level).collect();
    let mut wave = vec![0.0; groups.len()];
    rows.apply(&all, &mut wave);
    let mut total = wave.clone();
    // From the second step on only firms with partners pass anything on.
    all.fill(0.0);
    let mut settled = options.steps.is_some();
    for _ in 1..options.steps.unwrap_or(MOST) {
        if cancel.is_cancelled() {
            break;
        }
        for (focal, value) in rows.focal.iter().zip(&wave) {
            all[*focal] = *value;
        }
        rows.apply(&all, &mut wave);
        let (mut change, mut size): (f64, f64) = (0.0, 0.0);
        for (sum, step) in total.iter_mut().zip(&mut wave) {
            *step *= options.decay;
            *sum += *step;
            change = change.max(step.abs());
            size = size.max(sum.abs());
        }
        if change <= 1e-15 * size {
            settled = true;
            break;
        }
    }
    let starts = std::iter::once(&0).chain(&rows.ends);
    let linked = starts.zip(&rows.ends).map(|(start, end)| end > start);
    total.into_iter().zip(linked).map(|(sum, linked)| if linked && settled { sum } else { f64::NAN }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::network::Links;
    use super::*;

    #[test]
    fn all_steps_solve_the_linear_system() {
        let links = Links {
            focal: &[0, 0, 1, 2, 3],
            partner: &[1, 2, 2, 0, 0],
            period: &[2020; 5],
            share: &[0.5, 0.3, 0.9, 0.4, f64::NAN],
        };
        let network = Network::new(links, 4);
        let levels = Levels::new(&[0, 1, 2], &[2020; 3], &[1.0, 2.0, 3.0], 4);
        let rho = 0.6;
        let of = |steps, rescale| {
            let options = Options { steps, decay: rho, rescale, lag: 0 };
            super::steps(&network, &levels, &options, None, &Cancel::new()).expect("not cancelled")
        };
        let y = of(None, false);
        // y = W D + rho W y.
        let w = [[0.0, 0.5, 0.3], [0.0, 0.0, 0.9], [0.4, 0.0, 0.0]];
        let d = [1.0, 2.0, 3.0];
        for i in 0..3 {
            let right: f64 = (0..3).map(|j| w[i][j] * (d[j] + rho * y[j])).sum();
            assert!((y[i] - right).abs() < 1e-12);
        }
        assert!(y[3].is_nan());
        assert!((of(Some(1), false)[0] - 1.9).abs() < 1e-15);
        assert!((of(Some(1), true)[2] - 1.0).abs() < 1e-15);
        assert!((largest_sum(&network) - 0.9).abs() < 1e-15);
    }
}
