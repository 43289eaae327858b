//! Small numerics every room shares: sums, moments, quantiles, ranks, logarithms, tolerances.
//!
//! Kernels use eight fixed lanes, add partial sums in a fixed order and never use a fused
//! multiply-add, so the result is the same bit for bit on any machine and any number of threads.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

pub mod dispatch;
pub mod distribution;
pub mod eigen;
pub mod extremes;
pub mod least_squares;
pub mod linear_program;
pub mod log;
pub mod minimize;
pub mod moments;
pub mod normal;
mod partition;
mod passes;
pub mod quantile;
pub mod random;
pub mod rank;
pub mod solve;
pub mod special;
pub mod student;
pub mod sum;
pub mod tolerance;
pub mod unit;

pub use dispatch::vectorized;
pub use distribution::Distribution;
pub use extremes::Extremes;
pub use moments::Moments;
pub use rank::Ties;
pub use sum::Sum;
