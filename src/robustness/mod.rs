//! How sure is a rank, a score, a level: an index replayed with other choices.
//!
//! A [`Factor`] is a set of typed alternatives around an index. A point gives every factor its numbers in [0, 1); a replay
//! takes the alternatives of its point and scores all units again. Only what is downstream of a change is fitted anew.

mod factor;
pub mod grid;
mod joe_kuo;
mod layout;
mod noise;
mod place;
pub mod points;
mod prepared;
mod replay;
mod request;
mod rows;
mod scorer;
pub mod sensitivity;
pub mod stability;
pub mod summary;
mod variant;

pub use factor::{Chances, Factor, Goalposts, Methods, Step, Thresholds, Vary};
pub use layout::Layout;
pub use noise::{Form, WeightNoise};
pub use place::Replays;
pub use replay::replay;
pub use request::{Keep, Request};
pub use rows::{Bootstrap, Distribution, HotDeck, Measurement, RowDraw};
pub use scorer::Seen;
