//! What a plan has to bring about: sums, counts and single answers that must reach a number.

use std::fmt;
use std::sync::Arc;

/// A requirement on the state of a unit: a vector of slots that measures can only raise.
#[derive(Clone)]
pub(super) enum Atom {
    /// One slot reaches a value.
    Reach {
        /// The slot.
        slot: usize,
        /// The value.
        at: f64,
    },
    /// A weighted sum of slots, none with a negative weight, reaches a value.
    Sum {
        /// Slots with their weights.
        terms: Vec<(usize, f64)>,
        /// The value.
        need: f64,
    },
    /// So many slots reach a value.
    Count {
        /// The slots.
        slots: Vec<usize>,
        /// The value each has to reach.
        each: f64,
        /// How many.
        need: f64,
    },
    /// A rising function of slots reaches a value.
    Rising {
        /// The slots it looks at.
        slots: Vec<usize>,
        /// The function of all slots.
        of: Arc<dyn Fn(&[f64]) -> f64 + Send + Sync>,
        /// The value.
        need: f64,
        /// It rises at most as fast as this weighted sum, where such a sum is known.
        slopes: Option<Vec<(usize, f64)>>,
    },
}

impl fmt::Debug for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "atom on {:?} that needs {}", self.slots(), self.need())
    }
}

impl Atom {
    pub(super) fn need(&self) -> f64 {
        match self {
            Self::Reach { .. } => 1.0,
            Self::Sum { need, .. } | Self::Count { need, .. } | Self::Rising { need, .. } => *need,
        }
    }

    pub(super) fn slots(&self) -> Vec<usize> {
        match self {
            Self::Reach { slot, .. } => vec![*slot],
            Self::Sum { terms, .. } => terms.iter().map(|(slot, _)| *slot).collect(),
            Self::Count { slots, .. } | Self::Rising { slots, .. } => slots.clone(),
        }
    }

    pub(super) fn value(&self, x: &[f64]) -> f64 {
        match self {
            Self::Reach { slot, at } => f64::from(u8::from(x[*slot] >= *at)),
            Self::Sum { terms, .. } => terms.iter().map(|(slot, weight)| weight * x[*slot]).sum(),
            Self::Count { slots, each, .. } => slots.iter().filter(|slot| x[**slot] >= *each).count() as f64,
            Self::Rising { of, .. } => of(x),
        }
    }

    pub(super) fn holds(&self, x: &[f64]) -> bool {
        self.value(x) >= self.need()
    }

    /// The most that raising a slot can add, whatever the others are; none where that is not known.
    pub(super) fn gain(&self, slot: usize, from: f64, to: f64) -> Option<f64> {
        let gain = match self {
            Self::Reach { slot: own, at } if *own == slot => f64::from(u8::from(from < *at && to >= *at)),
            Self::Sum { terms, .. } => {
                let weight: f64 = terms.iter().filter(|(own, _)| *own == slot).map(|(_, weight)| weight).sum();
                if weight == 0.0 { 0.0 } else { weight * (to - from) }
            }
            Self::Count { slots, each, .. } if slots.contains(&slot) => {
                f64::from(u8::from(from < *each && to >= *each))
            }
            Self::Rising { slots, slopes, .. } if slots.contains(&slot) => {
                let slopes = slopes.as_ref()?;
                slopes.iter().filter(|(own, _)| *own == slot).map(|(_, weight)| weight * (to - from)).sum()
            }
            _ => 0.0,
        };
        Some(gain)
    }
}
