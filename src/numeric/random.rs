//! A small named generator of random numbers, the same on every machine and in every version.

/// SplitMix64: a counter and a mixing function; streams are told apart by their number.
///
/// Steele, Lea and Flood (2014), doi:10.1145/2660193.2660195.
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// One of many independent generators of a seed: the state is the mixed seed mixed with the number of the stream.
    pub fn stream(seed: u64, number: u64) -> Self {
        let start = Self::new(seed).next();
        Self { state: Self::new(start ^ number.wrapping_mul(0xD1B5_4A32_D192_ED03)).next() }
    }

    /// The next 64 bits.
    #[allow(clippy::should_implement_trait, reason = "it never ends and is no iterator")]
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in [0, 1), a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A standard normal variate, by its quantile.
    pub fn normal(&mut self) -> f64 {
        super::normal::quantile(self.unit().max(f64::MIN_POSITIVE))
    }

    /// A gamma variate of a positive shape and scale 1. Marsaglia and Tsang (2000), doi:10.1145/358407.358414; a shape below
    /// 1 by their boost.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * (1.0 - self.unit()).powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// A whole number below `end`, each with the same chance but for 2^-64 of it; zero where `end` is zero.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_numbers_are_those_of_the_published_program() {
        let mut random = SplitMix64::new(1_234_567);
        let found: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(found, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn gamma_variates_have_their_mean_and_variance() {
        for shape in [0.3, 1.0, 4.5] {
            let mut random = SplitMix64::new(3);
            let draws: Vec<f64> = (0..40_000).map(|_| random.gamma(shape)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0;
            // Four standard errors of the mean; the variance within six percent.
            assert!((mean - shape).abs() < 4.0 * (shape / 40_000.0_f64).sqrt(), "{shape}: {mean}");
            assert!((variance / shape - 1.0).abs() < 0.06, "{shape}: {variance}");
        }
    }

    #[test]
    fn numbers_stay_in_their_range_and_streams_differ() {
        let (mut a, mut b) = (SplitMix64::stream(7, 0), SplitMix64::stream(7, 1));
        assert_ne!(a.next(), b.next());
        let mean = (0..10_000).map(|_| a.unit()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02);
        assert!((0..1000).all(|_| b.below(7) < 7));
        assert_eq!(b.below(0), 0);
    }
}
