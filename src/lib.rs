//! Digitalization indices of enterprises: a definition is fitted to data, the fitted index scores rows.
//!
//! ```text
//! definition --fit(data)--> fitted index --score(rows)--> scores
//! ```

pub mod aggregate;
pub mod audit;
mod bind;
mod choices;
pub mod columns;
pub mod compare;
pub mod definition;
pub mod describe;
pub mod eligibility;
pub mod error;
pub mod explain;
pub mod expression;
mod facts;
pub mod firm;
pub mod fit;
pub mod fitted;
pub mod frontier;
pub mod impute;
mod kernel;
mod logic;
mod methods;
pub mod normalize;
pub mod notes;
pub mod numeric;
pub mod parallel;
pub mod plan;
pub mod productivity;
#[cfg(feature = "python")]
mod py;
pub mod robustness;
pub mod score;
pub mod stats;
pub mod study;
mod summary;
pub mod survey;
pub mod tally;
pub mod text;
pub mod treat;
mod tree;
pub mod weights;

pub use bind::Absent;

#[cfg(test)]
mod testing;
