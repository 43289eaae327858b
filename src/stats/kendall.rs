//! Kendall's tau-b of two columns in O(n log n).
//!
//! Knight W. R. (1966), A computer method for calculating Kendall's tau with ungrouped data, Journal of the American
//! Statistical Association 61(314): 436-439, doi 10.1080/01621459.1966.10480879. The p-value is the normal
//! approximation with the variance corrected for ties on both sides: Kendall M. G. (1970), Rank Correlation Methods,
//! 4th ed., Griffin, chapter 4. It is not exact for small samples without ties.

use crate::numeric::rank::order;
use crate::numeric::special::normal_two_sided;

/// A column with the order of its observed rows, made once for all its partners.
#[derive(Debug, Clone)]
pub struct Ordered {
    /// Observed rows by ascending value.
    rows: Vec<u32>,
    /// Dense rank by row, from 1; 0 is missing.
    ranks: Vec<u32>,
}

impl Ordered {
    /// Sorts a column.
    pub fn of(values: &[f64]) -> Self {
        let mut rows = order(values, false);
        rows.retain(|row| !values[*row as usize].is_nan());
        let mut ranks = vec![0; values.len()];
        let (mut rank, mut last) = (0, f64::NAN);
        for &row in &rows {
            let value = values[row as usize];
            if value != last {
                (rank, last) = (rank + 1, value);
            }
            ranks[row as usize] = rank;
        }
        Self { rows, ranks }
    }
}

/// A coefficient with its p-value and the rows it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tau {
    /// Tau-b; NaN for fewer than three common rows or a constant side.
    pub value: f64,
    /// Two-sided p-value by the normal approximation with ties.
    pub p_value: f64,
    /// Common rows.
    pub count: u64,
}

/// Sums over groups of equal values of size t.
#[derive(Default)]
struct Tied {
    /// `t (t - 1) / 2`.
    pairs: i128,
    /// `t (t - 1) (t - 2)`.
    triples: i128,
    /// `t (t - 1) (2 t + 5)`.
    weighted: i128,
}

impl Tied {
    fn of<'a, T: PartialEq + 'a>(sorted: impl Iterator<Item = &'a [T]>) -> Self {
        let mut tied = Self::default();
        for group in sorted {
            let t = group.len() as i128;
            tied.pairs += t * (t - 1) / 2;
            tied.triples += t * (t - 1) * (t - 2);
            tied.weighted += t * (t - 1) * (2 * t + 5);
        }
        tied
    }
}

/// Tau-b over the rows both columns have.
pub fn tau_b(x: &Ordered, y: &Ordered) -> Tau {
    let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(x.rows.len().min(y.rows.len()));
    for &row in &x.rows {
        match (x.ranks.get(row as usize), y.ranks.get(row as usize)) {
            (Some(&of_x), Some(&of_y)) if of_y > 0 => pairs.push((of_x, of_y)),
            _ => {}
        }
    }
    for group in pairs.chunk_by_mut(|a, b| a.0 == b.0) {
        group.sort_unstable_by_key(|pair| pair.1);
    }
    let count = pairs.len() as u64;
    let tied_x = Tied::of(pairs.chunk_by(|a, b| a.0 == b.0));
    let tied_both = Tied::of(pairs.chunk_by(|a, b| a == b)).pairs;
    let mut right: Vec<u32> = pairs.into_iter().map(|pair| pair.1).collect();
    let discordant = exchanges(&mut right);
    let tied_y = Tied::of(right.chunk_by(|a, b| a == b));
    let n = i128::from(count);
    let all = n * (n - 1) / 2;
    let (free_x, free_y) = (all - tied_x.pairs, all - tied_y.pairs);
    if n < 3 || free_x == 0 || free_y == 0 {
        return Tau { value: f64::NAN, p_value: f64::NAN, count };
    }
    let difference = (all - tied_x.pairs - tied_y.pairs + tied_both - 2 * discordant) as f64;
    let scale = if free_x == free_y { free_x as f64 } else { (free_x as f64).sqrt() * (free_y as f64).sqrt() };
    let (n, m) = (n as f64, 2.0 * all as f64);
    let variance = (m * (2.0 * n + 5.0) - tied_x.weighted as f64 - tied_y.weighted as f64) / 18.0
        + 2.0 * tied_x.pairs as f64 * tied_y.pairs as f64 / m
        + tied_x.triples as f64 * tied_y.triples as f64 / (9.0 * m * (n - 2.0));
    Tau { value: (difference / scale).clamp(-1.0, 1.0), p_value: normal_two_sided(difference / variance.sqrt()), count }
}

/// Sorts by merging and counts how many pairs were out of order.
fn exchanges(values: &mut [u32]) -> i128 {
    let n = values.len();
    let mut from = values.to_vec();
    let mut into = vec![0; n];
    let (mut count, mut width) = (0_i128, 1);
    while width < n {
        for start in (0..n).step_by(2 * width) {
            let (middle, end) = (n.min(start + width), n.min(start + 2 * width));
            let (left, right) = (&from[start..middle], &from[middle..end]);
            let (mut i, mut j) = (0, 0);
            for slot in &mut into[start..end] {
                let take_left = j == right.len() || (i < left.len() && left[i] <= right[j]);
                if take_left {
                    *slot = left[i];
                    i += 1;
                } else {
                    // It passes all that is left of the left run.
                    count += (left.len() - i) as i128;
                    *slot = right[j];
                    j += 1;
                }
            }
        }
        std::mem::swap(&mut from, &mut into);
        width *= 2;
    }
    values.copy_from_slice(&from);
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, pair by pair.
    fn twin(x: &[f64], y: &[f64]) -> f64 {
        let (mut difference, mut free_x, mut free_y) = (0.0, 0.0, 0.0);
        let rows: Vec<usize> = (0..x.len()).filter(|i| !x[*i].is_nan() && !y[*i].is_nan()).collect();
        let sign = |d: f64| if d > 0.0 { 1.0 } else { -f64::from(d < 0.0) };
        for (k, &i) in rows.iter().enumerate() {
            for &j in &rows[..k] {
                let (a, b) = (sign(x[i] - x[j]), sign(y[i] - y[j]));
                difference += a * b;
                free_x += a * a;
                free_y += b * b;
            }
        }
        if rows.len() < 3 { f64::NAN } else { difference / f64::sqrt(free_x * free_y) }
    }

    #[test]
    fn values_of_scipy() {
        // scipy.stats.kendalltau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], method="asymptotic").
        let tau = tau_b(&Ordered::of(&[12.0, 2.0, 1.0, 12.0, 2.0]), &Ordered::of(&[1.0, 4.0, 7.0, 1.0, 0.0]));
        assert!((tau.value - -0.471_404_520_791_031_7).abs() < 1e-15);
        assert!((tau.p_value - 0.282_745_459_932_775).abs() < 1e-13, "{}", tau.p_value);
    }

    proptest! {
        #[test]
        fn same_as_the_definition(
            x in prop::collection::vec(prop_oneof![6 => (-4..4_i32).prop_map(f64::from), 1 => Just(f64::NAN)], 0..60),
            y in prop::collection::vec(prop_oneof![6 => (-3..3_i32).prop_map(f64::from), 1 => Just(f64::NAN)], 60),
        ) {
            let y = &y[..x.len()];
            let (fast, slow) = (tau_b(&Ordered::of(&x), &Ordered::of(y)).value, twin(&x, y));
            prop_assert!((fast - slow).abs() < 1e-14 || (fast.is_nan() && !slow.is_finite()), "{} {}", fast, slow);
        }
    }
}
