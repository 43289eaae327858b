//! Digitalization indices of enterprises: a definition is fitted to data, the fitted index scores rows.
//!
//! ```text
//! definition --fit(data)--> fitted index --score(rows)--> scores
//! ```

pub mod aggregate;
pub mod definition;
pub mod error;
pub mod expression;
mod methods;
pub mod normalize;
pub mod numeric;
pub mod parallel;
pub mod weights;

#[cfg(test)]
mod testing;
