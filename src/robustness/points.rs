//! Designs: where in the space of factors replays are made.

use serde::{Deserialize, Serialize};

use super::joe_kuo::DIRECTIONS;
use super::layout::Layout;
use crate::numeric::random::SplitMix64;

/// How points are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Independent uniform numbers: one stream per replay.
    #[default]
    Random,
    /// Sobol' points (Joe and Kuo 2008), each dimension scrambled by nested uniform digits (Owen 1995) made from a hash
    /// (Burley 2020). Dimensions beyond 256 are independent uniform numbers.
    Sobol,
}

/// A point has its first `width` numbers from one design; `count` points by row.
pub fn points(design: Design, count: usize, width: usize, seed: u64) -> Vec<f64> {
    let mut points = vec![0.0; count * width];
    if width == 0 {
        return points;
    }
    match design {
        Design::Random => {
            for (number, point) in points.chunks_mut(width).enumerate() {
                let mut random = SplitMix64::stream(seed, number as u64);
                point.fill_with(|| random.unit());
            }
        }
        Design::Sobol => {
            for dimension in 0..width {
                let mut random = SplitMix64::stream(seed, dimension as u64);
                let Some(directions) = directions(dimension) else {
                    points.iter_mut().skip(dimension).step_by(width).for_each(|u| *u = random.unit());
                    continue;
                };
                let key = (random.next() >> 32) as u32;
                let mut x = 0u32;
                for (number, u) in points.iter_mut().skip(dimension).step_by(width).enumerate() {
                    if number > 0 {
                        // In the order of Gray codes each point differs from the one before by one direction.
                        x ^= directions[(number.trailing_zeros() as usize).min(31)];
                    }
                    *u = (f64::from(scrambled(x, key)) + 0.5) / 4_294_967_296.0;
                }
            }
        }
    }
    points
}

/// The direction numbers of a dimension, as binary fractions of 2^32.
fn directions(dimension: usize) -> Option<[u32; 32]> {
    let mut v = [0u32; 32];
    if dimension == 0 {
        v.iter_mut().enumerate().for_each(|(bit, v)| *v = 1 << (31 - bit));
        return Some(v);
    }
    let (polynomial, first) = DIRECTIONS.get(dimension - 1)?;
    let degree = first.len();
    for (bit, m) in first.iter().enumerate() {
        v[bit] = m << (31 - bit);
    }
    for bit in degree..32 {
        v[bit] = v[bit - degree] ^ (v[bit - degree] >> degree);
        for term in 1..degree {
            if (polynomial >> (degree - term)) & 1 == 1 {
                v[bit] ^= v[bit - term];
            }
        }
    }
    Some(v)
}

/// Nested uniform scrambling: every digit is flipped by a hash of the higher digits. Laine and Karras (2011),
/// doi:10.1111/j.1467-8659.2011.01996.x, with the constants of Burley (2020), JCGT 9(4).
fn scrambled(x: u32, key: u32) -> u32 {
    let mut x = x.reverse_bits().wrapping_add(key);
    for factor in [0x6c50_b47c, 0xb82f_1e52, 0xc7af_e638, 0x8d22_f6e6] {
        x ^= x.wrapping_mul(factor);
    }
    x.reverse_bits()
}

/// How the runs of a design for sensitivity follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks {
    /// Number of factors.
    pub factors: usize,
    /// Whether second-order effects are wanted.
    pub second: bool,
}

impl Blocks {
    /// Runs for each point: A, one with each factor from B, (one of B with each factor from A,) B.
    pub fn runs(&self) -> usize {
        2 + self.factors * if self.second { 2 } else { 1 }
    }
}

/// The design of Saltelli (2002, 2010): for each of `count` points the runs of [`Blocks`], in the order SALib expects. A factor
/// takes all its dimensions from the other matrix together.
pub fn saltelli(layout: &Layout, blocks: Blocks, design: Design, count: usize, seed: u64) -> Vec<f64> {
    let width = layout.dimensions_of_points();
    let base = points(design, count, 2 * width, seed);
    let mut runs = Vec::with_capacity(count * blocks.runs() * width);
    for pair in base.chunks(2 * width.max(1)) {
        let (a, b) = pair.split_at(width);
        let mut crossed = |from: &[f64], with: &[f64], factor: usize| {
            let start = runs.len();
            runs.extend_from_slice(from);
            let own = layout.of(factor);
            runs[start + own.start..start + own.end].copy_from_slice(&with[own]);
        };
        let every = 0..blocks.factors;
        crossed(a, a, 0);
        every.clone().for_each(|factor| crossed(a, b, factor));
        if blocks.second {
            every.for_each(|factor| crossed(b, a, factor));
        }
        crossed(b, b, 0);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unscrambled_points_are_the_known_ones() {
        // The first eight points in three dimensions, as Joe and Kuo's program and SciPy give them.
        let expected = [
            [0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25],
            [0.25, 0.75, 0.75],
            [0.375, 0.375, 0.625],
            [0.875, 0.875, 0.125],
            [0.625, 0.125, 0.875],
            [0.125, 0.625, 0.375],
        ];
        for dimension in 0..3 {
            let v = directions(dimension).expect("in the table");
            let mut x = 0u32;
            for (number, point) in expected.iter().enumerate() {
                if number > 0 {
                    x ^= v[number.trailing_zeros() as usize];
                }
                assert_eq!(f64::from(x) / 4_294_967_296.0, point[dimension], "{dimension} {number}");
            }
        }
    }

    #[test]
    fn every_interval_holds_one_scrambled_point() {
        let width = 256;
        for seed in [0, 1, 99] {
            let found = points(Design::Sobol, 64, width, seed);
            for dimension in 0..width {
                let mut seen = [false; 64];
                found.iter().skip(dimension).step_by(width).for_each(|u| seen[(u * 64.0) as usize] = true);
                assert!(seen.iter().all(|seen| *seen), "dimension {dimension}, seed {seed}");
            }
        }
    }

    #[test]
    fn dimensions_are_not_copies_of_each_other() {
        let found = points(Design::Sobol, 1024, 40, 5);
        for i in 0..40 {
            for j in 0..i {
                let pairs = found.chunks(40).map(|p| (p[i] - 0.5) * (p[j] - 0.5));
                assert!((pairs.sum::<f64>() / 1024.0 * 12.0).abs() < 0.1, "{i} {j}");
            }
        }
    }
}
