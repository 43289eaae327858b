//! Draws of replicates: units of each stratum with replacement, and the weights that follow.
//!
//! The generator is xoshiro256++ (Blackman D., Vigna S. (2021), Scrambled linear pseudorandom number generators, ACM
//! TOMS 47(4): 36, doi 10.1145/3460772), seeded with SplitMix64 of the seed and of the number of the replicate.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::Design;

/// The strata that are drawn from, and the unit and weight of each row in the order of the design.
pub(super) struct Plan<'d> {
    design: &'d Design,
    units: Option<Vec<u32>>,
    weights: Vec<f64>,
    /// Rows before the first one of each unit; absent where rows are units.
    starts: Vec<usize>,
}

impl<'d> Plan<'d> {
    /// Lays out units and weights.
    pub(super) fn new(design: &'d Design) -> Self {
        let rows = || design.order().iter().map(|row| *row as usize);
        let units: Vec<u32> = rows().map(|row| design.unit(row) as u32).collect();
        let mut starts: Vec<usize> = (0..units.len()).filter(|i| *i == 0 || units[i - 1] != units[*i]).collect();
        starts.push(units.len());
        let one_each = design.units() == design.len();
        let weights = rows().map(|row| design.weights()[row]).collect();
        Self { design, units: (!one_each).then_some(units), weights, starts }
    }

    /// How often each unit is drawn in one replicate.
    pub(super) fn draw(&self, random: &mut Xoshiro256PlusPlus, drawn: &mut [u32]) {
        drawn.fill(0);
        for stratum in self.design.strata() {
            let own = &mut drawn[stratum.first..stratum.first + stratum.units];
            match own {
                [] => {}
                // Drawn as often as there are draws: the weight stays.
                [single] => *single = 1,
                _ => {
                    let mut below = Below::new(random, own.len() as u32);
                    for _ in 1..own.len() {
                        let place = below.next();
                        own[place as usize] += 1;
                    }
                }
            }
        }
    }

    /// The weights of the rows in the order of the design, given how often units were drawn.
    pub(super) fn weigh(&self, drawn: &[u32], weights: &mut [f64]) {
        for stratum in self.design.strata() {
            let n = stratum.units as f64;
            let length = stratum.open.sqrt();
            let (base, step) = if stratum.units == 1 { (1.0, 0.0) } else { (1.0 - length, length * n / (n - 1.0)) };
            let units = stratum.first..stratum.first + stratum.units;
            let rows = self.starts[units.start]..self.starts[units.end];
            if let Some(unit) = &self.units {
                let places = unit[rows.clone()].iter().zip(&self.weights[rows.clone()]);
                for (made, (unit, weight)) in weights[rows].iter_mut().zip(places) {
                    *made = weight * (base + step * f64::from(drawn[*unit as usize]));
                }
            } else {
                let places = drawn[units].iter().zip(&self.weights[rows.clone()]);
                for (made, (times, weight)) in weights[rows].iter_mut().zip(places) {
                    *made = weight * (base + step * f64::from(*times));
                }
            }
        }
    }
}

/// Whole numbers below a bound, all with the same chance, two from each draw of 64 bits.
///
/// Lemire D. (2019), Fast random integer generation in an interval, ACM TOMACS 29(1): 3, doi 10.1145/3230636.
struct Below<'r> {
    random: &'r mut Xoshiro256PlusPlus,
    bound: u32,
    /// Draws whose low half is below this would favor small numbers.
    refuse: u32,
    kept: Option<u32>,
}

impl<'r> Below<'r> {
    fn new(random: &'r mut Xoshiro256PlusPlus, bound: u32) -> Self {
        let bound = bound.max(1);
        Self { random, bound, refuse: bound.wrapping_neg() % bound, kept: None }
    }

    #[inline]
    fn next(&mut self) -> u32 {
        loop {
            let bits = if let Some(kept) = self.kept.take() {
                kept
            } else {
                let both = self.random.next_u64();
                self.kept = Some((both >> 32) as u32);
                both as u32
            };
            let product = u64::from(bits) * u64::from(self.bound);
            if product as u32 >= self.refuse {
                return (product >> 32) as u32;
            }
        }
    }
}

/// The generator of one replicate: no two pairs of seed and number share a state.
pub(super) fn generator(seed: u64, number: u64) -> Xoshiro256PlusPlus {
    let mut state = [0_u8; 32];
    let words = [split_mix(seed, 1), split_mix(seed, 2), split_mix(!number, 1), split_mix(!number, 2)];
    for (bytes, word) in state.chunks_exact_mut(8).zip(words) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    Xoshiro256PlusPlus::from_seed(state)
}

/// SplitMix64: Steele G. L., Lea D., Flood C. H. (2014), doi 10.1145/2660193.2660195.
fn split_mix(seed: u64, step: u64) -> u64 {
    let mut z = seed.wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::super::Single;
    use super::super::testing::stratified;
    use super::*;

    #[test]
    fn draws_are_one_fewer_than_units_in_each_stratum() {
        let design = stratified(&[1.0; 7], &[0, 0, 0, 1, 1, 1, 1], Single::Error);
        let plan = Plan::new(&design);
        let mut drawn = vec![9; 7];
        for number in 0..50 {
            plan.draw(&mut generator(0, number), &mut drawn);
            assert_eq!((drawn[..3].iter().sum::<u32>(), drawn[3..].iter().sum::<u32>()), (2, 3));
            let mut weights = vec![0.0; 7];
            plan.weigh(&drawn, &mut weights);
            // The sum of the weights of a stratum of equal weights is kept.
            assert!((weights[..3].iter().sum::<f64>() - 3.0).abs() < 1e-14);
        }
    }

    #[test]
    fn numbers_below_a_bound_have_the_same_chance() {
        let mut random = generator(1, 0);
        let mut below = Below::new(&mut random, 5);
        let mut counts = [0_u32; 5];
        for _ in 0..50_000 {
            counts[below.next() as usize] += 1;
        }
        // Standard deviation 89: five of them.
        assert!(counts.iter().all(|count| (9_553..10_447).contains(count)), "{counts:?}");
        let mut random = generator(1, 0);
        let mut one = Below::new(&mut random, 1);
        assert_eq!((one.next(), one.next()), (0, 0));
    }
}
