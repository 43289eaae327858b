//! One comparison, in three values.

use super::{NO, UNKNOWN, YES};
use crate::definition::{Condition, Literal};
use crate::numeric::tolerance::{near, slack};
use crate::numeric::vectorized;

/// A comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// Bounds, with whether the bound itself satisfies.
    Bounds { low: Option<(f64, bool)>, high: Option<(f64, bool)> },
    /// Equal to one of these.
    OneOf(Vec<Literal>),
}

impl Test {
    pub(super) fn of(condition: &Condition) -> Self {
        if let Some(literal) = &condition.is {
            return Self::OneOf(vec![literal.clone()]);
        }
        if let Some(literals) = &condition.within {
            return Self::OneOf(literals.clone());
        }
        let low = condition.ge.map(|bound| (bound, true)).or(condition.gt.map(|bound| (bound, false)));
        let high = condition.le.map(|bound| (bound, true)).or(condition.lt.map(|bound| (bound, false)));
        Self::Bounds { low, high }
    }

    /// The state of each row, given the lowest and highest value it could have.
    pub(crate) fn states(&self, low: &[f64], high: &[f64], out: &mut [u8]) {
        match self {
            Self::Bounds { low: from, high: to } => {
                out.fill(YES);
                if let Some((bound, closed)) = *from {
                    let limit = if closed { bound - slack(bound) } else { (bound + slack(bound)).next_up() };
                    narrow(low, high, out, |x| x >= limit);
                }
                if let Some((bound, closed)) = *to {
                    let limit = if closed { bound + slack(bound) } else { (bound - slack(bound)).next_down() };
                    narrow(low, high, out, |x| x <= limit);
                }
            }
            Self::OneOf(literals) => {
                let numbers: Vec<f64> = literals.iter().filter_map(number).collect();
                // An unanswered question could be answered with a text.
                let open = numbers.len() < literals.len();
                for ((state, &l), &h) in out.iter_mut().zip(low).zip(high) {
                    *state = if l == h {
                        if numbers.iter().any(|&x| near(l, x)) { YES } else { NO }
                    } else {
                        let within =
                            |&x: &f64| x >= l - slack(l.abs().min(1e300)) && x <= h + slack(h.abs().min(1e300));
                        u8::from(open || numbers.iter().any(within))
                    };
                }
            }
        }
    }

    /// The state of a text.
    pub(crate) fn text_state(&self, text: &str) -> std::result::Result<u8, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(UNKNOWN);
        }
        match self {
            Self::Bounds { .. } => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => {
                    let mut out = [UNKNOWN];
                    self.states(&[value], &[value], &mut out);
                    Ok(out[0])
                }
                _ => Err(format!("expected a number to compare, found the text {:?}", crate::error::shorten(text))),
            },
            Self::OneOf(literals) => {
                let matches = literals.iter().any(|literal| match literal {
                    Literal::Text(wanted) => wanted == text,
                    Literal::Number(wanted) => text.parse::<f64>().is_ok_and(|value| near(value, *wanted)),
                    Literal::Bool(wanted) => crate::normalize::yes_or_no(text) == Some(*wanted),
                });
                Ok(if matches { YES } else { NO })
            }
        }
    }
}

/// Lowers each state to what one bound allows: yes when both ends satisfy it, no when neither does.
fn narrow(low: &[f64], high: &[f64], out: &mut [u8], holds: impl Fn(f64) -> bool) {
    vectorized(
        #[inline(always)]
        || {
            if std::ptr::eq(low, high) {
                for (state, &x) in out.iter_mut().zip(low) {
                    *state = (*state).min(YES * u8::from(holds(x)));
                }
            } else {
                for ((state, &l), &h) in out.iter_mut().zip(low).zip(high) {
                    *state = (*state).min(u8::from(holds(l)) + u8::from(holds(h)));
                }
            }
        },
    );
}

fn number(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Number(number) => Some(*number),
        Literal::Bool(value) => Some(f64::from(u8::from(*value))),
        Literal::Text(text) => text.trim().parse().ok(),
    }
}
