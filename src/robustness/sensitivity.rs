//! Variance-based sensitivity: which factor a result hinges on.
//!
//! With runs `A`, `B`, `AB_i` (A with factor i from B) and `BA_i`, and V the variance of the values of A and B together:
//! first order `S_i = mean(B (AB_i - A)) / V` (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018), total
//! `ST_i = mean((A - AB_i)^2) / 2V` (Jansen 1999, doi:10.1016/S0010-4655(98)00154-4), second order
//! `S_ij = mean(BA_i AB_j - A B) / V - S_i - S_j` (Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1).

use serde::{Deserialize, Serialize};

use super::points::Blocks;
use crate::numeric::quantile::quantile;
use crate::numeric::random::SplitMix64;
use crate::parallel::{Cancel, map};

/// Conventions of the estimators.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conventions {
    /// Whether the mean of all runs is taken off first, which lowers the error of the first order.
    pub center: bool,
    /// What is taken off the number of values in the variance.
    pub ddof: u32,
    /// Resamples of points for intervals; 0 for none.
    pub resamples: usize,
    /// The share of resamples an interval holds.
    pub confidence: f64,
    /// Of the resamples.
    pub seed: u64,
}

impl Default for Conventions {
    fn default() -> Self {
        Self { center: true, ddof: 0, resamples: 1000, confidence: 0.9, seed: 1 }
    }
}

/// One index with its interval; NaN where undefined.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The indices of one output.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Indices {
    /// First order, by factor.
    pub first: Vec<Estimate>,
    /// Total, by factor.
    pub total: Vec<Estimate>,
    /// Second order, by pair (i < j) in order; empty where not asked for.
    pub second: Vec<Estimate>,
    /// Mean of the output over A and B.
    pub mean: f64,
    /// Variance of the output over A and B.
    pub variance: f64,
    /// Points used: those of which no run failed.
    pub points: usize,
    /// Points left out because a run failed.
    pub left_out: usize,
}

/// Indices of an output whose runs follow each other as [`super::points::saltelli`] lays them out.
pub fn sensitivity(
    output: &[f64],
    blocks: Blocks,
    conventions: &Conventions,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Option<Indices> {
    let points: Vec<&[f64]> = output.chunks_exact(blocks.runs()).collect();
    let whole: Vec<&[f64]> = points.iter().copied().filter(|runs| runs.iter().all(|y| y.is_finite())).collect();
    let all: Vec<usize> = (0..whole.len()).collect();
    let own = indices(&whole, &all, blocks, conventions);
    // Points are drawn together with all their runs, and the variance with them.
    let resample = |(): &mut (), number: usize| {
        let mut random = SplitMix64::stream(conventions.seed, number as u64);
        let drawn: Vec<usize> = (0..whole.len()).map(|_| random.below(whole.len())).collect();
        indices(&whole, &drawn, blocks, conventions).values
    };
    let resamples = if whole.len() > 1 { conventions.resamples } else { 0 };
    let drawn = map((0..resamples).collect(), threads, cancel, || (), resample)?;
    let tail = (1.0 - conventions.confidence) / 2.0;
    let mut estimates = own.values.iter().enumerate().map(|(place, value)| {
        let mut values: Vec<f64> = drawn.iter().map(|d| d[place]).filter(|v| v.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        let end = |q| if values.is_empty() { f64::NAN } else { quantile(&values, q) };
        Estimate { value: *value, low: end(tail), high: end(1.0 - tail) }
    });
    let factors = blocks.factors;
    Some(Indices {
        first: estimates.by_ref().take(factors).collect(),
        total: estimates.by_ref().take(factors).collect(),
        second: estimates.collect(),
        mean: own.mean,
        variance: own.variance,
        points: whole.len(),
        left_out: points.len() - whole.len(),
    })
}

struct Found {
    /// First order, total, second order.
    values: Vec<f64>,
    mean: f64,
    variance: f64,
}

fn indices(points: &[&[f64]], drawn: &[usize], blocks: Blocks, conventions: &Conventions) -> Found {
    let k = blocks.factors;
    let last = blocks.runs() - 1;
    let n = drawn.len() as f64;
    let runs = || drawn.iter().map(|point| points[*point]);
    let center = if conventions.center {
        runs().map(|runs| runs.iter().sum::<f64>()).sum::<f64>() / (n * blocks.runs() as f64)
    } else {
        0.0
    };
    let mean = runs().map(|runs| runs[0] + runs[last]).sum::<f64>() / (2.0 * n);
    let squares = runs().map(|runs| (runs[0] - mean).powi(2) + (runs[last] - mean).powi(2)).sum::<f64>();
    let variance = squares / (2.0 * n - f64::from(conventions.ddof));
    // What rounding leaves of a constant is no variance.
    let size = runs().map(|runs| runs[0].abs().max(runs[last].abs())).fold(0.0, f64::max);
    let variance = if variance <= (1e-13 * size).powi(2) { 0.0 } else { variance };
    let mut sums = vec![0.0; 2 * k + if blocks.second { k * (k - 1) / 2 } else { 0 }];
    for runs in runs() {
        let (a, b) = (runs[0] - center, runs[last] - center);
        for i in 0..k {
            let ab = runs[1 + i] - center;
            sums[i] += b * (ab - a);
            sums[k + i] += (a - ab).powi(2) / 2.0;
        }
        if blocks.second {
            let mut place = 2 * k;
            for i in 0..k {
                for j in i + 1..k {
                    let (ba, ab) = (runs[1 + k + i] - center, runs[1 + j] - center);
                    sums[place] += ba * ab - a * b;
                    place += 1;
                }
            }
        }
    }
    let defined = variance > 0.0 && variance.is_finite();
    let mut values: Vec<f64> =
        sums.into_iter().map(|sum| if defined { sum / n / variance } else { f64::NAN }).collect();
    if blocks.second {
        let mut place = 2 * k;
        for i in 0..k {
            for j in i + 1..k {
                values[place] -= values[i] + values[j];
                place += 1;
            }
        }
    }
    Found { values, mean, variance: if n > 0.0 { variance } else { f64::NAN } }
}

#[cfg(test)]
mod tests {
    use super::super::layout::Layout;
    use super::*;

    /// Runs of a function of factors in [0, 1).
    fn runs(k: usize, second: bool, count: usize, f: &dyn Fn(&[f64]) -> f64) -> (Vec<f64>, Blocks) {
        let blocks = Blocks { factors: k, second };
        let layout = Layout::of_numbers(k);
        let design = super::super::points::saltelli(&layout, blocks, super::super::points::Design::Sobol, count, 7);
        (design.chunks(k).map(f).collect(), blocks)
    }

    fn ishigami(u: &[f64]) -> f64 {
        let x: Vec<f64> = u.iter().map(|u| std::f64::consts::PI * (2.0 * u - 1.0)).collect();
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    }

    #[test]
    fn ishigami_has_its_known_indices() {
        // Ishigami and Homma (1990) with a = 7, b = 0.1: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2.
        let (a, b, pi) = (7.0_f64, 0.1_f64, std::f64::consts::PI);
        let v1 = 0.5 * (1.0 + b * pi.powi(4) / 5.0).powi(2);
        let v2 = a * a / 8.0;
        let v13 = b * b * pi.powi(8) * 8.0 / 225.0;
        let v = v1 + v2 + v13;
        let (output, blocks) = runs(3, true, 4096, &ishigami);
        let conventions = Conventions { resamples: 200, ..Conventions::default() };
        let found = sensitivity(&output, blocks, &conventions, None, &Cancel::new()).expect("not cancelled");
        let known_first = [v1 / v, v2 / v, 0.0];
        let known_total = [(v1 + v13) / v, v2 / v, v13 / v];
        for i in 0..3 {
            assert!((found.first[i].value - known_first[i]).abs() < 0.01, "S{i}: {:?}", found.first[i]);
            assert!((found.total[i].value - known_total[i]).abs() < 0.01, "ST{i}: {:?}", found.total[i]);
            let wide = found.first[i].high - found.first[i].low;
            assert!(found.first[i].low - wide <= known_first[i] && known_first[i] <= found.first[i].high + wide);
        }
        // Pairs (0, 1), (0, 2), (1, 2).
        let known_second = [0.0, v13 / v, 0.0];
        for (found, known) in found.second.iter().zip(known_second) {
            assert!((found.value - known).abs() < 0.03, "{found:?} {known}");
        }
        assert!((found.variance - v).abs() < 0.05 * v);
    }

    #[test]
    fn the_g_function_has_its_known_indices() {
        // Sobol' (1993): g = prod (|4u - 2| + a) / (1 + a); V_i = 1 / (3 (1 + a)^2).
        let a: [f64; 4] = [0.0, 1.0, 4.5, 9.0];
        let g = |u: &[f64]| u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product::<f64>();
        let own: Vec<f64> = a.iter().map(|a| 1.0 / (3.0 * (1.0 + a).powi(2))).collect();
        let v = own.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
        let (output, blocks) = runs(4, false, 8192, &g);
        let conventions = Conventions { resamples: 0, ..Conventions::default() };
        let found = sensitivity(&output, blocks, &conventions, None, &Cancel::new()).expect("not cancelled");
        for i in 0..4 {
            let total = own[i] * own.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, v)| 1.0 + v).product::<f64>();
            assert!((found.first[i].value - own[i] / v).abs() < 0.01, "S{i}");
            assert!((found.total[i].value - total / v).abs() < 0.01, "ST{i}");
            assert!(found.first[i].low.is_nan());
        }
    }

    #[test]
    fn a_constant_output_has_no_indices_and_failed_points_are_left_out() {
        let (mut output, blocks) = runs(2, false, 64, &|u| u[0] + 2.0 * u[1]);
        let whole = sensitivity(&output, blocks, &Conventions::default(), None, &Cancel::new()).expect("not cancelled");
        assert_eq!((whole.points, whole.left_out), (64, 0));
        output[5] = f64::NAN;
        let some = sensitivity(&output, blocks, &Conventions::default(), None, &Cancel::new()).expect("not cancelled");
        assert_eq!((some.points, some.left_out), (63, 1));
        assert!((some.total[1].value - whole.total[1].value).abs() < 0.05);
        let constant = vec![0.1; output.len()];
        let none =
            sensitivity(&constant, blocks, &Conventions::default(), None, &Cancel::new()).expect("not cancelled");
        assert!(none.variance == 0.0 && none.first[0].value.is_nan() && none.total[1].value.is_nan());
        let failed = vec![f64::NAN; output.len()];
        let none = sensitivity(&failed, blocks, &Conventions::default(), None, &Cancel::new()).expect("not cancelled");
        assert!(none.points == 0 && none.left_out == 64 && none.first[0].value.is_nan());
    }
}
