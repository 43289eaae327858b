//! Dagum's decomposition of the Gini coefficient: within groups, net between groups, transvariation (overlap).
//!
//! `G = sum |y_i - y_r| w_i w_r / (2 W^2 mu)`. With groups by mean, `d_jh` the mean of the positive parts of `y_j - y_h` and `p_jh` of
//! the negative ones, `D_jh = (d - p) / (d + p)`: `Gw = sum G_jj p_j s_j`, `Gnb = sum G_jh (p_j s_h + p_h s_j) D_jh`, and `Gt` the
//! same with `1 - D_jh`. Dagum (1997), doi:10.1007/BF01205777. One sort and one sweep: every value looks at the weight and the sum
//! of each group below it.

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

/// Decomposes values of at least zero; rows with a missing value, a weight of zero or a group of `count` or more are left out.
/// All missing where there is no weight or no positive value.
pub fn dagum(values: &[f64], weights: Option<&[f64]>, groups: &[u32], count: usize) -> Dagum {
    let sorted = Sorted::new(values, weights, groups, count);
    decompose(&sorted, None, count)
}

/// Total, within, between and overlap of bootstrap resamples of the rows, one stream each.
#[allow(clippy::too_many_arguments)]
pub fn resampled(
    values: &[f64],
    weights: Option<&[f64]>,
    groups: &[u32],
    count: usize,
    resamples: usize,
    seed: u64,
    threads: Option<usize>,
    cancel: &Cancel,
) -> Option<Vec<[f64; 4]>> {
    let sorted = Sorted::new(values, weights, groups, count);
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

impl Sorted {
    fn new(values: &[f64], weights: Option<&[f64]>, groups: &[u32], count: usize) -> Self {
        let mut sorted = Self { values: Vec::new(), weights: Vec::new(), groups: Vec::new() };
        for row in order(values, false) {
            let row = row as usize;
            let weight = weights.map_or(1.0, |weights| weights[row]);
            if !values[row].is_nan() && weight > 0.0 && (groups[row] as usize) < count {
                sorted.values.push(values[row]);
                sorted.weights.push(weight);
                sorted.groups.push(groups[row]);
            }
        }
        sorted
    }
}

fn decompose(sorted: &Sorted, times: Option<&[f64]>, count: usize) -> Dagum {
    let (mut weight, mut sum) = (vec![0.0; count], vec![0.0; count]);
    // What each group's values exceed each group's lower ones by, weighted.
    let mut excess = vec![0.0; count * count];
    for (place, (y, w)) in sorted.values.iter().zip(&sorted.weights).enumerate() {
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
            let affluence = if more + less > 0.0 { (more - less) / (more + less) } else { 0.0 };
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
            let found = parts(&dagum(&values, None, &groups, 2));
            for (own, known) in found.iter().zip(expected) {
                assert!((own - known).abs() < 1e-15, "{values:?} {groups:?}: {found:?}");
            }
        }
        assert!(dagum(&[0.0, 0.0], None, &[0, 1], 2).total.is_nan());
        assert!(dagum(&[], None, &[], 2).total.is_nan());
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
            let found = dagum(&values, Some(&weights), &groups, 3);
            let expected = twin(&values, &weights, &groups, 3);
            for (own, known) in parts(&found).iter().zip(expected) {
                prop_assert!((own - known).abs() < 1e-12, "{found:?} {expected:?}");
            }
            prop_assert!((found.total - found.within - found.between - found.overlap).abs() < 1e-12);
            // A weight of two is the row twice.
            let twice: Vec<f64> = values.iter().chain(&values).copied().collect();
            let again: Vec<u32> = groups.iter().chain(&groups).copied().collect();
            let doubled = dagum(&twice, None, &again, 3);
            let single = dagum(&values, Some(&vec![2.0; values.len()]), &groups, 3);
            prop_assert!((doubled.total - single.total).abs() < 1e-12);
        }
    }
}
