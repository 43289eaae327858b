//! Estimates from samples: what a survey says of the firms it was drawn from, and how sure that is.
//!
//! [`Design`] holds strata, sampling units, weights and population sizes. Standard errors are linearized
//! ([`linearized`], [`quantile`]) or bootstrapped ([`bootstrap`]).

pub mod bootstrap;
pub mod combinations;
pub mod design;
pub mod domain;
mod draw;
pub mod interval;
mod levels;
pub mod linearized;
pub mod quantile;
pub mod reliability;

pub use design::{Columns, Design, Single};
pub use domain::Domains;
pub use levels::{Shares, UNKNOWN_LEVEL, shares};

#[cfg(test)]
pub(crate) mod testing {
    use super::{Columns, Design, Single};

    /// Firms without strata, each a sampling unit.
    pub(crate) fn plain(weights: &[f64]) -> Design {
        Design::new(weights, Columns::default(), Single::Error).expect("valid")
    }

    /// Firms in strata, each a sampling unit.
    pub(crate) fn stratified(weights: &[f64], strata: &[i64], single: Single) -> Design {
        Design::new(weights, Columns { strata: Some(strata), ..Columns::default() }, single).expect("valid")
    }
}
