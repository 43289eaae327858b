//! Firms drawn with replacement, all years of a firm together; a firm drawn twice is two firms.

use super::{Estimate, Options, Sample, estimate};
use crate::error::{Error, Result};
use crate::numeric::quantile::quantile;
use crate::numeric::random::SplitMix64;
use crate::parallel::{Cancel, map};

/// Estimates of replicates.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    /// Coefficients by replicate; none where the estimator failed or did not settle inside its edges.
    pub coefficients: Vec<Option<Vec<f64>>>,
}

/// Coefficients of `count` replicates, each with a stream of its own. All fail where there is a single firm.
pub fn replicates(
    sample: &Sample,
    options: &Options,
    count: usize,
    seed: u64,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Result<Replicates> {
    let firms = sample.firms();
    // The same firm drawn again and again would tell that nothing is uncertain.
    if firms < 2 {
        return Ok(Replicates { coefficients: vec![None; count] });
    }
    let tasks: Vec<u64> = (0..count as u64).collect();
    let found = map(
        tasks,
        threads,
        cancel,
        || (),
        |(), number| {
            let mut random = SplitMix64::stream(seed, number);
            let drawn: Vec<usize> = (0..firms).map(|_| random.below(firms)).collect();
            estimate(&sample.drawn(&drawn), options).ok().filter(settled).map(|found| found.coefficients)
        },
    );
    Ok(Replicates { coefficients: found.ok_or_else(Error::interrupted)? })
}

fn settled(found: &Estimate) -> bool {
    found.converged && !found.corner && found.coefficients.iter().all(|b| b.is_finite())
}

impl Replicates {
    /// How many failed.
    pub fn failed(&self) -> usize {
        self.coefficients.iter().filter(|found| found.is_none()).count()
    }

    /// By coefficient: the standard deviation of the replicates (ddof 1), and their quantiles (1 -/+ level) / 2, type 7.
    pub fn summaries(&self, width: usize, level: f64) -> Vec<[f64; 3]> {
        (0..width).map(|place| self.summary(place, level)).collect()
    }

    fn summary(&self, place: usize, level: f64) -> [f64; 3] {
        let mut values: Vec<f64> =
            self.coefficients.iter().flatten().filter_map(|found| found.get(place)).copied().collect();
        if values.len() < 2 {
            return [f64::NAN; 3];
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let spread = (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0)).sqrt();
        values.sort_unstable_by(f64::total_cmp);
        [spread, quantile(&values, (1.0 - level) / 2.0), quantile(&values, f64::midpoint(1.0, level))]
    }
}
