//! What the limits leave of the weights: a cone, `low_q s <= a_q w_q <= high_q s` with `s = a.w`.
//!
//! The three models differ only in a: ones for relative weights, the unit's own values for its pie shares, the means for
//! the shares of the average unit. Without limits the cone is w >= 0.

use super::inverse::dot;

/// Limits on shares of `a.w`, one pair per indicator.
#[derive(Debug, Clone)]
pub(super) struct Cone {
    /// What makes shares of weights.
    pub(super) base: Vec<f64>,
    /// Least shares; 0 is no limit.
    pub(super) low: Vec<f64>,
    /// Greatest shares; 1 is no limit.
    pub(super) high: Vec<f64>,
    /// Whether any share has an upper limit.
    pub(super) capped: bool,
}

impl Cone {
    /// All weights that are not negative.
    pub(super) fn free(width: usize) -> Self {
        Self { base: vec![1.0; width], low: vec![0.0; width], high: vec![1.0; width], capped: false }
    }

    /// Weights whose shares keep the limits.
    pub(super) fn new(base: Vec<f64>, low: Vec<f64>, high: Vec<f64>) -> Self {
        let capped = high.iter().any(|high| *high < 1.0);
        Self { base, low, high, capped }
    }

    /// Number of constraints: a lower one for every indicator, then an upper one where there are any.
    pub(super) fn count(&self) -> usize {
        self.base.len() * if self.capped { 2 } else { 1 }
    }

    /// The normal of a constraint, `normal.w <= 0`.
    pub(super) fn normal(&self, constraint: usize, out: &mut [f64]) {
        let width = self.base.len();
        let (q, upper) = (constraint % width, constraint >= width);
        // Where an indicator has no base its share is zero whatever its weight, which only must not be negative.
        let free = if upper { false } else { self.low[q] == 0.0 || self.base[q] == 0.0 };
        if free {
            out.fill(0.0);
            out[q] = -1.0;
            return;
        }
        let (limit, sign) = if upper { (self.high[q], -1.0) } else { (self.low[q], 1.0) };
        for (out, base) in out.iter_mut().zip(&self.base) {
            *out = sign * limit * base;
        }
        out[q] -= sign * self.base[q];
    }

    /// The product of every normal with a vector.
    pub(super) fn times(&self, vector: &[f64], out: &mut [f64]) {
        let width = self.base.len();
        let total = dot(&self.base, vector);
        for (q, out) in out.iter_mut().enumerate().take(self.count()) {
            let (k, upper) = (q % width, q >= width);
            *out = if upper {
                self.base[k] * vector[k] - self.high[k] * total
            } else if self.low[k] == 0.0 || self.base[k] == 0.0 {
                -vector[k]
            } else {
                self.low[k] * total - self.base[k] * vector[k]
            };
        }
    }

    /// Whether some weights besides zero keep the limits.
    pub(super) fn open(&self) -> bool {
        let with = |value: &[f64], none: f64| -> f64 {
            value.iter().zip(&self.base).map(|(value, base)| if *base > 0.0 { *value } else { none }).sum()
        };
        let barred = self.low.iter().zip(&self.base).any(|(low, base)| *low > 0.0 && *base == 0.0);
        !barred && with(&self.low, 0.0) <= 1.0 + 1e-12 && with(&self.high, 0.0) >= 1.0 - 1e-12
    }

    /// A ray at a corner of the cone that suits the goal: shares at their lower limits, then raised one after the other, the
    /// most useful first. Also which constraint holds each indicator; none for the last one raised, which is free.
    pub(super) fn ray(&self, goal: &[f64]) -> (Vec<f64>, Vec<Option<usize>>) {
        let width = self.base.len();
        let mut shares: Vec<f64> =
            self.low.iter().zip(&self.base).map(|(low, base)| if *base > 0.0 { *low } else { 0.0 }).collect();
        let mut held: Vec<Option<usize>> = (0..width).map(Some).collect();
        let mut order: Vec<usize> = (0..width).filter(|q| self.base[*q] > 0.0).collect();
        order.sort_by(|a, b| goal[*b].total_cmp(&goal[*a]).then(a.cmp(b)));
        let mut left = 1.0 - shares.iter().sum::<f64>();
        let last = order.len().saturating_sub(1);
        for (k, q) in order.into_iter().enumerate() {
            let room = self.high[q] - shares[q];
            if left <= room || k == last {
                shares[q] += left.max(0.0);
                held[q] = None;
                break;
            }
            shares[q] = self.high[q];
            left -= room;
            held[q] = Some(width + q);
        }
        let weights = shares.iter().zip(&self.base);
        (weights.map(|(share, base)| if *base > 0.0 { share / base } else { 0.0 }).collect(), held)
    }
}
