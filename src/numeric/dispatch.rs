//! Run-time choice of the instruction set, behind a safe interface.

/// Lanes of every kernel, on every machine: the order of the additions is part of the result.
pub const LANES: usize = 8;

/// Runs `f` compiled for AVX2 where the processor has it, else as it is.
///
/// `f` is a plain loop; only what is *inlined* into it is compiled for AVX2, so mark the closure
/// and the kernels it calls `#[inline(always)]`:
///
/// ```
/// # use std::hint::black_box;
/// # use indicia::numeric::vectorized;
/// let values = black_box([1.0, 2.0, 3.0]);
/// let total = vectorized(#[inline(always)] || values.iter().map(|v| v * v).sum::<f64>());
/// assert_eq!(total, 14.0);
/// ```
///
/// The compiler neither reorders floating-point additions nor contracts `a * b + c` into a fused
/// multiply-add by itself, so both copies give the same bits. `f64::mul_add` is out of bounds.
/// The choice costs a few nanoseconds: call it once per block, not once per value.
#[inline]
pub fn vectorized<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}

/// Adds up the lanes in a fixed tree.
#[inline(always)]
pub(super) fn fold(lanes: [f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back() {
        let values = [0.1, 0.2, 0.3];
        assert_eq!(vectorized(|| values.iter().sum::<f64>()), 0.1 + 0.2 + 0.3);
    }

    #[test]
    fn every_lane_counts_once() {
        assert_eq!(fold([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]), 255.0);
    }
}
