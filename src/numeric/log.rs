//! A branch-free natural logarithm over slices, and the sums entropy needs.
//!
//! The library's logarithm takes 5-9 ns a value and does not vectorize; this one does. It is within
//! one unit in the last place of it, and the same bit for bit on any machine.
//!
//! Reduction and polynomial are those of `e_log.c` in fdlibm (K. C. Ng, Sun Microsystems, 1993; as
//! written in musl): `x = 2^k (1 + f)` with `1 + f` within `[sqrt(1/2), sqrt(2)]`, `s = f / (2 + f)`,
//! `ln(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2))`.

use super::dispatch::{LANES, fold, vectorized};
use super::sum::Sum;
use crate::parallel::BLOCK;

const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const L1: f64 = 6.666_666_666_666_735e-1;
const L2: f64 = 3.999_999_999_940_942e-1;
const L3: f64 = 2.857_142_874_366_239e-1;
const L4: f64 = 2.222_219_843_214_978_4e-1;
const L5: f64 = 1.818_357_216_161_805e-1;
const L6: f64 = 1.531_383_769_920_937_3e-1;
const L7: f64 = 1.479_819_860_511_658_6e-1;

/// High word of sqrt(1/2): mantissas at or above it keep their exponent.
const SQRT_HALF: u64 = 0x3fe6_a09e_0000_0000;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
/// `2^52` as bits: an integer below 2^52 put into its mantissa is that integer plus `2^52`.
const TWO_52: u64 = 0x4330_0000_0000_0000;
const TWO_54: f64 = 18_014_398_509_481_984.0;
/// `2^52` plus the bias of the exponent.
const BIAS: f64 = 4_503_599_627_370_496.0 + 1023.0;

/// The logarithm of a positive, finite value; anything for other values.
#[inline(always)]
fn ln_positive(x: f64) -> f64 {
    let tiny = x < f64::MIN_POSITIVE;
    let bits = if tiny { x * TWO_54 } else { x }.to_bits().wrapping_add(ONE - SQRT_HALF);
    let bias = if tiny { BIAS + 54.0 } else { BIAS };
    let k = f64::from_bits((bits >> 52) | TWO_52) - bias;
    let f = f64::from_bits((bits & MANTISSA) + SQRT_HALF) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (L2 + w * (L4 + w * L6));
    let odd = z * (L1 + w * (L3 + w * (L5 + w * L7)));
    let half = 0.5 * f * f;
    s * (half + (even + odd)) + k * LN2_LOW - half + f + k * LN2_HIGH
}

/// The logarithm of any value: that of [`ln_into`].
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    let y = ln_positive(x);
    // Infinity and NaN stay what they are, zero and negative values get theirs.
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x < 0.0 { f64::NAN } else { y };
    if x == 0.0 { f64::NEG_INFINITY } else { y }
}

/// Writes the natural logarithm of each value to `out`, as far as the shorter of both reaches.
///
/// Within one unit in the last place of the exact value, subnormal values included; `ln(1) = 0`
/// exactly, `ln(0) = -inf`, `ln(inf) = inf`, NaN for negative values and for NaN.
pub fn ln_into(values: &[f64], out: &mut [f64]) {
    vectorized(
        #[inline(always)]
        || ln_into_plain(values, out),
    );
}

#[inline(always)]
fn ln_into_plain(values: &[f64], out: &mut [f64]) {
    for (y, &x) in out.iter_mut().zip(values) {
        *y = ln(x);
    }
}

/// `(sum x, sum x ln x)` in one pass, with `0 ln 0 = 0`.
///
/// For shares `p = x / S` the entropy is `-sum p ln p = ln S - T / S`, where `S` and `T` are the two
/// sums, so shares need not be formed. A negative value or NaN makes the second sum NaN. Blocks of
/// 1024 values in eight lanes each, blocks added with compensation.
pub fn sum_and_x_ln_x(values: &[f64]) -> (f64, f64) {
    vectorized(
        #[inline(always)]
        || sum_and_x_ln_x_plain(values),
    )
}

#[inline(always)]
fn sum_and_x_ln_x_plain(values: &[f64]) -> (f64, f64) {
    let (mut total, mut entropy) = (Sum::default(), Sum::default());
    for block in values.chunks(BLOCK) {
        let (whole, rest) = block.as_chunks::<LANES>();
        let (mut sums, mut logs) = ([0.0; LANES], [0.0; LANES]);
        for eight in whole {
            add_lanes(eight, &mut sums, &mut logs);
        }
        let mut padded = [0.0; LANES];
        for (slot, value) in padded.iter_mut().zip(rest) {
            *slot = *value;
        }
        add_lanes(&padded, &mut sums, &mut logs);
        total.add(fold(sums));
        entropy.add(fold(logs));
    }
    (total.value(), entropy.value())
}

#[inline(always)]
fn add_lanes(values: &[f64; LANES], sums: &mut [f64; LANES], logs: &mut [f64; LANES]) {
    for i in 0..LANES {
        let x = values[i];
        sums[i] += x;
        logs[i] += x_ln_x(x);
    }
}

/// `x ln x` with `0 ln 0 = 0`.
#[inline(always)]
fn x_ln_x(x: f64) -> f64 {
    // Zero goes through as one, whose logarithm is exactly zero.
    let y = x * ln_positive(if x == 0.0 { 1.0 } else { x });
    let y = if x < f64::INFINITY { y } else { x };
    if x < 0.0 { f64::NAN } else { y }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Distance in units in the last place; zero when both are NaN.
    fn ulps(a: f64, b: f64) -> u64 {
        let ordered = |v: f64| {
            if v < 0.0 { -v.abs().to_bits().cast_signed() } else { v.to_bits().cast_signed() }
        };
        if a.is_nan() && b.is_nan() { 0 } else { ordered(a).abs_diff(ordered(b)) }
    }

    fn logs(values: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; values.len()];
        ln_into(values, &mut out);
        out
    }

    #[test]
    fn special_values() {
        assert_eq!(logs(&[1.0])[0].to_bits(), 0);
        assert_eq!(logs(&[0.0, -0.0, f64::INFINITY]), [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY]);
        for x in [f64::NAN, -f64::NAN, -1.0, -1e-320, f64::NEG_INFINITY] {
            assert!(logs(&[x])[0].is_nan(), "{x}");
        }
        assert_eq!(logs(&[std::f64::consts::E]), [1.0]);
        assert_eq!(logs(&[2.0]), [std::f64::consts::LN_2]);
    }

    /// 2 million values: all exponents, around one, subnormal, next to powers of two and to the
    /// point where the reduction changes its exponent.
    #[test]
    fn within_one_ulp_of_the_library() {
        let mut values = Vec::new();
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ (state >> 29)
        };
        for _ in 0..500_000 {
            let bits = random();
            values.push(f64::from_bits(bits >> 1).min(f64::MAX));
            values.push(f64::from_bits(bits & MANTISSA));
            values.push(f64::from_bits((bits & MANTISSA) | ONE) / 1.5);
            values.push(1.0 + (bits as f64 / 1.8e19 - 0.5) * 1e-3);
        }
        for exponent in -1074..=1023 {
            let power = 2_f64.powi(exponent);
            for edge in [power, power * std::f64::consts::FRAC_1_SQRT_2] {
                values.extend([edge.next_down(), edge, edge.next_up()]);
            }
        }
        let mut most = 0;
        for (x, y) in values.iter().zip(logs(&values)) {
            let distance = ulps(y, x.ln());
            assert!(distance <= 1, "ln {x:e}: {y:e}, {distance} ulp off");
            most = most.max(distance);
        }
        assert_eq!(most, 1);
    }

    #[test]
    fn entropy_sums() {
        let (sum, x_ln_x) = sum_and_x_ln_x(&[0.0, 1.0, 2.0, 4.0]);
        assert_eq!(sum, 7.0);
        assert!((x_ln_x - 10.0 * std::f64::consts::LN_2).abs() < 1e-15);
        // Equal shares of n have the entropy ln n.
        let (s, t) = sum_and_x_ln_x(&[3.0; 1000]);
        assert!((s.ln() - t / s - 1000_f64.ln()).abs() < 1e-13);
        assert_eq!(sum_and_x_ln_x(&[]), (0.0, 0.0));
        assert_eq!(sum_and_x_ln_x(&[0.0; 20]), (0.0, 0.0));
        assert!(sum_and_x_ln_x(&[1.0, -1.0]).1.is_nan());
        assert!(sum_and_x_ln_x(&[1.0, f64::NAN]).1.is_nan());
        assert_eq!(sum_and_x_ln_x(&[f64::INFINITY]), (f64::INFINITY, f64::INFINITY));
    }

    #[test]
    fn both_instruction_sets_give_the_same_bits() {
        for n in [0_u32, 1, 7, 8, 9, 1023, 1024, 1025, 5000] {
            let values: Vec<f64> = (0..n).map(|i| f64::from(i % 613) * 0.37).collect();
            let (dispatched, plain) = (sum_and_x_ln_x(&values), sum_and_x_ln_x_plain(&values));
            assert_eq!(dispatched.0.to_bits(), plain.0.to_bits());
            assert_eq!(dispatched.1.to_bits(), plain.1.to_bits());
            let mut out = vec![0.0; values.len()];
            ln_into_plain(&values, &mut out);
            assert!(out.iter().zip(logs(&values)).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }

    proptest! {
        #[test]
        fn same_as_one_by_one(values in prop::collection::vec(prop_oneof![9 => 0.0..1e3f64, 1 => Just(0.0)], 0..3000)) {
            let (sum, x_ln_x) = sum_and_x_ln_x(&values);
            let naive: f64 = values.iter().sum();
            let naive_ln: f64 = values.iter().filter(|v| **v > 0.0).map(|v| v * v.ln()).sum();
            prop_assert!((sum - naive).abs() <= 1e-12 * naive);
            prop_assert!((x_ln_x - naive_ln).abs() <= 1e-12 * naive_ln.abs().max(1.0) + 1e-13 * naive);
        }
    }

    /// `cargo test --release figures -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    #[allow(clippy::print_stdout)]
    fn figures() {
        let values: Vec<f64> = (0..4096_u32).map(|i| f64::from(i * 7919 % 4099) / 4099.0).collect();
        let mut out = vec![0.0; values.len()];
        let per_value = |name: &str, f: &mut dyn FnMut()| {
            let best = (0..200)
                .map(|_| {
                    let start = std::time::Instant::now();
                    f();
                    start.elapsed()
                })
                .min();
            println!("{name}: {:.2} ns a value", best.unwrap_or_default().as_nanos() as f64 / 4096.0);
        };
        let x = std::hint::black_box(&values);
        per_value("sum_and_x_ln_x, plain", &mut || {
            _ = std::hint::black_box(sum_and_x_ln_x_plain(x));
        });
        per_value("sum_and_x_ln_x, dispatched", &mut || {
            _ = std::hint::black_box(sum_and_x_ln_x(x));
        });
        per_value("ln_into, plain", &mut || ln_into_plain(x, std::hint::black_box(&mut out)));
        per_value("ln_into, dispatched", &mut || ln_into(x, std::hint::black_box(&mut out)));
        per_value("f64::ln", &mut || {
            out.iter_mut().zip(x).for_each(|(y, x)| *y = x.ln());
        });
        per_value("sum, dispatched", &mut || _ = std::hint::black_box(super::super::sum::sum(x)));
        per_value("moments, dispatched", &mut || {
            _ = std::hint::black_box(super::super::Moments::of(x));
        });
        let mut holes = values.clone();
        holes.iter_mut().step_by(10).for_each(|x| *x = f64::NAN);
        let h = std::hint::black_box(&holes);
        per_value("moments with NaN", &mut || {
            _ = std::hint::black_box(super::super::Moments::of(h));
        });
    }
}
