//! What a programme pays of a plan.

use serde::{Deserialize, Serialize};

use super::{Asked, Units};

/// Terms of a programme that are the same for all units.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Name.
    pub id: String,
    /// Money there is.
    pub budget: f64,
    /// Spent on public services, set aside first.
    #[serde(default)]
    pub public: f64,
    /// At least this share of the money spent goes to units.
    #[serde(default)]
    pub share_to_firms_min: f64,
    /// Paths it pays for.
    pub paths: Vec<bool>,
    /// Points of interest paid instead of a share of the cost.
    #[serde(default)]
    pub interest: Option<Interest>,
}

/// A subsidy of the interest on a loan.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// Percentage points a year.
    pub points: f64,
    /// Years.
    pub years: f64,
    /// Share of the cost that the loan covers.
    pub loan_share: f64,
    /// Largest loan.
    pub loan_max: Option<f64>,
}

/// Terms that may differ by unit: one number for all, or one per unit; missing means that the unit is not covered.
#[derive(Debug, Clone, Default)]
pub struct Amounts {
    /// Share of the cost that is paid.
    pub rate: Vec<f64>,
    /// Most that is paid.
    pub cap: Vec<f64>,
    /// Share of the cost that the vendor cuts.
    pub discount: Vec<f64>,
    /// The unit pays at least this share of what is left.
    pub own_share_min: Vec<f64>,
    /// Smaller grants are not given.
    pub grant_min: Vec<f64>,
    /// The unit can pay at most this.
    pub own_max: Vec<f64>,
}

/// What is paid, and by whom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offered {
    /// Cost after the discount.
    pub net: f64,
    /// Paid by the programme.
    pub grant: f64,
}

/// Why there is no offer; the first of these that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The programme does not pay for this path.
    OtherPath,
    /// The level holds already.
    There,
    /// No plan reaches the level.
    Unreachable,
    /// A condition fails.
    Ineligible,
    /// A condition cannot be told yet.
    Open,
    /// A category without an amount, or a missing one.
    NotCovered,
    /// The unit would pay more than it can.
    OwnTooHigh,
    /// The grant would be below the least one.
    GrantTooSmall,
}

fn at(values: &[f64], unit: usize, otherwise: f64) -> f64 {
    match values {
        [] => otherwise,
        [one] => *one,
        many => many.get(unit).copied().unwrap_or(f64::NAN),
    }
}

/// What a programme pays of the plan of a unit.
pub(super) fn offer(
    asked: &Asked,
    units: &Units,
    unit: usize,
    program: usize,
    path: usize,
) -> std::result::Result<Offered, Why> {
    let terms = asked.programs.get(program).ok_or(Why::OtherPath)?;
    let amounts = units.amounts.get(program).and_then(|all| all.get(path)).ok_or(Why::OtherPath)?;
    if !terms.paths.get(path).copied().unwrap_or(false) {
        return Err(Why::OtherPath);
    }
    let cost = units.costs[path].get(unit).copied().unwrap_or(f64::NAN);
    if cost.is_nan() {
        return Err(Why::Unreachable);
    }
    if cost <= 0.0 {
        return Err(Why::There);
    }
    match units.eligible.get(program).and_then(|all| all.get(unit)) {
        Some(0) => return Err(Why::Ineligible),
        Some(1) => return Err(Why::Open),
        _ => {}
    }
    let net = cost * (1.0 - at(&amounts.discount, unit, 0.0));
    let paid = match &terms.interest {
        Some(interest) => {
            let loan = (interest.loan_share * net).min(interest.loan_max.unwrap_or(f64::INFINITY));
            interest.points / 100.0 * interest.years * loan
        }
        None => at(&amounts.rate, unit, 1.0) * net,
    };
    let cap = at(&amounts.cap, unit, f64::INFINITY);
    let own = (1.0 - at(&amounts.own_share_min, unit, 0.0)) * net;
    if paid.is_nan() || cap.is_nan() || own.is_nan() {
        return Err(Why::NotCovered);
    }
    let grant = paid.min(cap).min(own).min(net);
    let least = at(&amounts.grant_min, unit, 0.0);
    let can_pay = at(&amounts.own_max, unit, f64::INFINITY);
    if can_pay.is_nan() || least.is_nan() {
        return Err(Why::NotCovered);
    }
    if grant <= 0.0 || grant < least {
        return Err(Why::GrantTooSmall);
    }
    if net - grant > can_pay * (1.0 + 1e-12) {
        return Err(Why::OwnTooHigh);
    }
    Ok(Offered { net, grant })
}
