//! Benefit of the doubt and its kin: every unit is seen in its best light, and compared with the best.
//!
//! A unit's score is `max w.x` over weights `w >= 0` with which no unit scores more than 1, and which keep the limits if
//! there are any: 1 for units on the frontier. The polytope is the same for all units and few of them bind; [`grow`] finds
//! those, [`walk`] goes from the best corner of one unit to that of the next. Melyn and Moesen (1991); Cherchye et al. (2007),
//! doi:10.1007/s11205-006-9029-7.

#![allow(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

mod cone;
mod crowded;
mod directional;
mod doubt;
mod frame;
mod grow;
mod inverse;
mod limits;
mod order_m;
mod over_time;
mod seeds;
mod units;
mod walk;

pub use crowded::{crowded, on_frontier};
pub use directional::{Direction, Directional, Distances, directional};
pub use doubt::{Doubt, Found, Peer, benefit_of_the_doubt};
pub use limits::{Bound, Limits, Share};
pub use order_m::{OrderM, order_m};
pub use over_time::{Change, over_time};

#[cfg(test)]
mod tests;
