//! Dagum's decomposition of the Gini coefficient: within groups, net between groups, transvariation (overlap).
//!
//! `G = sum |y_i - y_r| w_i w_r / (2 W^2 mu)`. With groups by mean, `d_jh` the mean of the positive parts of `y_j - y_h` and `p_jh` of
//! the negative ones, `D_jh = (d - p) / (d + p)`: `Gw = sum G_jj p_j s_j`, `Gnb = sum G_jh (p_j s_h + p_h s_j) D_jh`, and `Gt` the
//! same with `1 - D_jh`. Dagum (1997), doi:10.1007/BF01205777. One sort and one sweep: every value looks at the weight and the sum
//! of each group below it.

use super::sample::Sample;
use crate::numeric::quantile::quantile;
use crate::numeric::random::SplitMix64;
use crate::numeric::rank::order;
use crate::parallel::{Cancel, map};

/// The decomposition.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dagum {
    /// The Gini coefficient of all.
    pub total: f64,
    /// Part within groups.
    pub within: f64,
    /// Net part between groups.
    pub between: f64,
    /// Part of the overlap.
    pub overlap: f64,
    /// Mean by group; missing for an empty one.
    pub means: Vec<f64>,
    /// Share of the weight by group.
    pub weight_shares: Vec<f64>,
    /// Share of the sum by group.
    pub value_shares: Vec<f64>,
    /// Gini coefficient by group.
    pub ginis: Vec<f64>,
    /// Gini coefficient between two groups, by row and column.
    pub pairs: Vec<f64>,
    /// Relative affluence `D_jh`, by row and column; 0 for equal means.
    pub affluence: Vec<f64>,
}

/// Values in ascending order with weight and group.
struct Sorted {
    values: Vec<f64>,
    weights: Vec<f64>,
    groups: Vec<u32>,
}

/// Decomposes the observed values of a sample, at least zero each, whose groups are below `count`. All missing where there is no
/// positive value.
pub fn dagum(sample: &Sample, count: usize) -> Dagum {
    let mut found = decompose(&Sorted::new(sample), None, count);
    found.means.iter_mut().for_each(|mean| *mean /= sample.factor);
    found
}

/// Total, within, between and overlap of bootstrap resamples of the rows, one stream each.
pub fn resampled(
    sample: &Sample,
    count: usize,
    resamples: usize,
    seed: u64,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Option<Vec<[f64; 4]>> {
    let sorted = Sorted::new(sample);
    let n = sorted.values.len();
    map(
        (0..resamples).collect(),
        threads,
        cancel,
        || vec![0.0; n],
        |times, number: usize| {
            let mut random = SplitMix64::stream(seed, number as u64);
            times.fill(0.0);
            for _ in 0..n {
                if let Some(time) = times.get_mut(random.below(n)) {
                    *time += 1.0;
                }
            }
            let found = decompose(&sorted, Some(times), count);
            [found.total, found.within, found.between, found.overlap]
        },
    )
}

/// Ends of percentile intervals that hold the share `level` of resamples; those that are undefined do not count.
pub fn ends(drawn: &[[f64; 4]], level: f64) -> [[f64; 4]; 2] {
    let mut found = [[f64::NAN; 4]; 2];
    for part in 0..4 {
        let mut own: Vec<f64> = drawn.iter().map(|parts| parts[part]).filter(|value| !value.is_nan()).collect();
        own.sort_unstable_by(f64::total_cmp);
        found[0][part] = quantile(&own, (1.0 - level) / 2.0);
        found[1][part] = quantile(&own, f64::midpoint(1.0, level));
    }
    found
}

impl Sorted {
    fn new(sample: &Sample) -> Self {
        let rows = order(&sample.values, false);
        let taken = |values: &[f64]| rows.iter().map(|row| values[*row as usize]).collect::<Vec<f64>>();
        let weights = sample.weights.as_deref().map_or_else(|| vec![1.0; rows.len()], taken);
        Self {
            values: taken(&sample.values),
            weights,
            groups: rows.iter().map(|row| sample.groups[*row as usize]).collect(),
        }
    }
}

fn decompose(sorted: &Sorted, times: Option<&[f64]>, count: usize) -> Dagum {
    let (mut weight, mut sum) = (vec![0.0; count], vec![0.0; count]);
    // What each group's values exceed each group's lower ones by, weighted.
    let mut excess = vec![0.0; count * count];
    // Differences do not change with the origin; from the least value on they keep their digits.
    let least = sorted.values.first().copied().unwrap_or(0.0);
    for (place, (y, w)) in sorted.values.iter().zip(&sorted.weights).enumerate() {
        let y = y - least;
        let w = times.map_or(*w, |times| w * times[place]);
        if w == 0.0 {
            continue;
        }
        let own = sorted.groups[place] as usize;
        let row = &mut excess[own * count..(own + 1) * count];
        for ((excess, below), total) in row.iter_mut().zip(&weight).zip(&sum) {
            *excess += w * (y * below - total);
        }
        weight[own] += w;
        sum[own] += w * y;
    }
    sum.iter_mut().zip(&weight).for_each(|(sum, weight)| *sum += least * weight);
    let all: f64 = weight.iter().sum();
    let total: f64 = sum.iter().sum();
    let means: Vec<f64> = sum.iter().zip(&weight).map(|(sum, weight)| sum / weight).collect();
    let mut found = Dagum {
        weight_shares: weight.iter().map(|weight| weight / all).collect(),
        value_shares: sum.iter().map(|sum| sum / total).collect(),
        ginis: vec![f64::NAN; count],
        pairs: vec![f64::NAN; count * count],
        affluence: vec![f64::NAN; count * count],
        means,
        ..Dagum::default()
    };
    if !(all > 0.0 && total > 0.0) {
        (found.total, found.within, found.between, found.overlap) = (f64::NAN, f64::NAN, f64::NAN, f64::NAN);
        return found;
    }
    found.total = excess.iter().sum::<f64>() / (all * total);
    for j in (0..count).filter(|j| weight[*j] > 0.0) {
        let own = if sum[j] > 0.0 { excess[j * count + j] / (weight[j] * sum[j]) } else { 0.0 };
        found.ginis[j] = own;
        found.pairs[j * count + j] = own;
        found.affluence[j * count + j] = 0.0;
        found.within += own * found.weight_shares[j] * found.value_shares[j];
        for h in (0..count).filter(|h| *h != j && weight[*h] > 0.0) {
            let (up, down) = (excess[j * count + h], excess[h * count + j]);
            let both = weight[j] * weight[h] * (found.means[j] + found.means[h]);
            let gini = if both > 0.0 { (up + down) / both } else { 0.0 };
            let (more, less) = if found.means[j] >= found.means[h] { (up, down) } else { (down, up) };
            let affluence = if more + less > 0.0 { ((more - less) / (more + less)).max(0.0) } else { 0.0 };
            found.pairs[j * count + h] = gini;
            found.affluence[j * count + h] = affluence;
            if j < h {
                let shares =
                    found.weight_shares[j] * found.value_shares[h] + found.weight_shares[h] * found.value_shares[j];
                found.between += gini * shares * affluence;
                found.overlap += gini * shares * (1.0 - affluence);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::study::sample::samples;

    /// The definition, pair by pair.
    fn twin(values: &[f64], weights: &[f64], groups: &[u32], count: usize) -> [f64; 4] {
        let rows = || values.iter().zip(weights).zip(groups).map(|((y, w), g)| (*y, *w, *g as usize));
        let all: f64 = weights.iter().sum();
        let mean = rows().map(|(y, w, _)| y * w).sum::<f64>() / all;
        let mut parts = [0.0; 4];
        let group = |g: usize| rows().filter(move |row| row.2 == g);
        let stats = |g: usize| {
            let weight: f64 = group(g).map(|row| row.1).sum();
            (weight, group(g).map(|row| row.0 * row.1).sum::<f64>() / weight)
        };
        for (y, w, _) in rows() {
            parts[0] += rows().map(|(z, v, _)| w * v * (y - z).abs()).sum::<f64>() / (2.0 * all * all * mean);
        }
        for j in 0..count {
            for h in 0..count {
                let ((wj, mj), (wh, mh)) = (stats(j), stats(h));
                if wj == 0.0 || wh == 0.0 || mj + mh == 0.0 {
                    continue;
                }
                let pairs = || group(j).flat_map(|a| group(h).map(move |b| (a.0 - b.0, a.1 * b.1)));
                let gini = pairs().map(|(d, w)| d.abs() * w).sum::<f64>() / (wj * wh * (mj + mh));
                let (pj, sh) = (wj / all, wh * mh / (all * mean));
                if j == h {
                    parts[1] += gini * pj * sh;
                    continue;
                }
                let up: f64 = pairs().map(|(d, w)| d.max(0.0) * w).sum();
                let down: f64 = pairs().map(|(d, w)| (-d).max(0.0) * w).sum();
                let d = if up + down > 0.0 { (up - down).abs() / (up + down) } else { 0.0 };
                parts[2] += gini * pj * sh * d;
                parts[3] += gini * pj * sh * (1.0 - d);
            }
        }
        parts
    }

    fn of(values: &[f64], weights: Option<&[f64]>, groups: &[u32], count: usize) -> Dagum {
        let sample = samples(values, weights, Some((groups, count)), None, 1).remove(0);
        dagum(&sample, count)
    }

    fn parts(found: &Dagum) -> [f64; 4] {
        [found.total, found.within, found.between, found.overlap]
    }

    #[test]
    fn hand_sized_cases_are_exact() {
        // By enumeration of pairs.
        for (values, groups, expected) in [
            (vec![1.0, 2.0, 3.0, 4.0], vec![1, 1, 0, 0], [0.25, 0.05, 0.2, 0.0]),
            (vec![1.0, 2.0, 3.0, 4.0], vec![0, 1, 1, 0], [0.25, 0.1, 0.0, 0.15]),
            (vec![0.0, 0.0, 2.0, 2.0], vec![1, 1, 0, 0], [0.5, 0.0, 0.5, 0.0]),
            (vec![7.0, 7.0], vec![0, 1], [0.0; 4]),
            (vec![1.0, 3.0, 2.0, 4.0], vec![0, 0, 1, 1], [0.25, 0.1, 0.1, 0.05]),
        ] {
            let found = parts(&of(&values, None, &groups, 2));
            for (own, known) in found.iter().zip(expected) {
                assert!((own - known).abs() < 1e-15, "{values:?} {groups:?}: {found:?}");
            }
        }
        // Equal values are exactly equal, whatever their sum rounds to.
        assert_eq!(parts(&of(&[0.1; 7], None, &[0, 1, 0, 1, 2, 2, 2], 3)), [0.0; 4]);
        // A group of zeros alone, and sizes at the ends of the doubles.
        let zeros = parts(&of(&[0.0, 0.0, 1e308, 1e308], None, &[0, 0, 1, 1], 2));
        assert_eq!(zeros, [0.5, 0.0, 0.5, 0.0]);
        assert!(of(&[0.0, 0.0], None, &[0, 1], 2).total.is_nan());
        assert!(of(&[], None, &[], 2).total.is_nan());
    }

    proptest! {
        #[test]
        fn it_is_the_definition_and_its_parts_add_up(
            rows in prop::collection::vec((prop_oneof![0.0..100.0f64, Just(0.0), Just(5.0)], 0.1..4.0f64, 0..3u32), 1..40),
        ) {
            let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let weights: Vec<f64> = rows.iter().map(|row| row.1).collect();
            let groups: Vec<u32> = rows.iter().map(|row| row.2).collect();
            prop_assume!(values.iter().sum::<f64>() > 0.0);
            let found = of(&values, Some(&weights), &groups, 3);
            let expected = twin(&values, &weights, &groups, 3);
            for (own, known) in parts(&found).iter().zip(expected) {
                prop_assert!((own - known).abs() < 1e-12, "{found:?} {expected:?}");
            }
            prop_assert!((found.total - found.within - found.between - found.overlap).abs() < 1e-12);
            // A weight of two is the row twice.
            let twice: Vec<f64> = values.iter().chain(&values).copied().collect();
            let again: Vec<u32> = groups.iter().chain(&groups).copied().collect();
            let doubled = of(&twice, None, &again, 3);
            let single = of(&values, Some(&vec![2.0; values.len()]), &groups, 3);
            prop_assert!((doubled.total - single.total).abs() < 1e-12);
        }
    }
}
