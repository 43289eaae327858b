//! What became of units: levels moved, points for the money spent, second payments.

mod moves;
mod payments;
mod spending;

pub use moves::{Moves, moves};
pub use payments::{Outcome, Paid, PaymentRule, Promise, payments};
pub use spending::{Ranged, Spending, spending};
