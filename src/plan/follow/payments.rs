//! Second payments by result, in the smallest coins, so that sums check.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Problem, Result};

/// How a grant is paid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentRule {
    /// Share of the grant that is paid first.
    #[serde(default = "half")]
    pub first: f64,
    /// The grant is at most this share of what was spent.
    #[serde(default)]
    pub rate: Option<f64>,
    /// Decimals of the smallest coin: 2 for cents.
    #[serde(default = "cents")]
    pub decimals: u32,
}

fn half() -> f64 {
    0.5
}

fn cents() -> u32 {
    2
}

/// Whether the promised level is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Reached for certain.
    Reached,
    /// Not reached for certain.
    Missed,
    /// The answers given do not decide it, or there are none.
    Open,
}

/// What was promised to one unit, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// The whole grant.
    pub granted: f64,
    /// Money the unit spent; NaN where unknown.
    pub spent: f64,
    /// Whether the level is there.
    pub outcome: Outcome,
}

/// What one unit gets; `granted` = `first` + `second` + `withheld` + `unpaid`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Paid {
    /// The whole grant, in whole coins.
    pub granted: f64,
    /// Paid before.
    pub first: f64,
    /// Due now.
    pub second: f64,
    /// Kept until what is open is settled.
    pub withheld: f64,
    /// Not paid: the level was missed, or less was spent than the grant supposed.
    pub unpaid: f64,
    /// What the first part exceeds the grant that the spending allows; to be talked about, not deducted here.
    pub excess: f64,
}

/// Second payments of all, and their sums.
pub fn payments(promises: &[Promise], rule: &PaymentRule) -> Result<(Vec<Paid>, Paid)> {
    check(promises, rule)?;
    let scale = 10_f64.powi(i32::try_from(rule.decimals).unwrap_or(2));
    let coins = |money: f64| (money * scale).round_ties_even() as i64;
    let mut sums = [0_i64; 6];
    let mut all = Vec::with_capacity(promises.len());
    for promise in promises {
        let granted = coins(promise.granted);
        // Rounded once; the second part is what is left, so that the parts add up.
        let first = coins(promise.granted * rule.first).min(granted);
        let allowed = match rule.rate {
            None => Some(granted),
            Some(_) if promise.spent.is_nan() => None,
            // Coins that are not full are not paid; a hair below a full coin is one.
            Some(rate) => Some(granted.min((promise.spent * rate * scale + 1e-6).floor() as i64)),
        };
        let rest = (allowed.unwrap_or(granted) - first).max(0);
        let (second, withheld) = match (promise.outcome, allowed) {
            (Outcome::Missed, _) => (0, 0),
            (Outcome::Reached, Some(_)) => (rest, 0),
            _ => (0, rest),
        };
        let excess = allowed.map_or(0, |allowed| (first - allowed).max(0));
        let parts = [granted, first, second, withheld, granted - first - second - withheld, excess];
        sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        all.push(told(parts, scale));
    }
    Ok((all, told(sums, scale)))
}

fn told(parts: [i64; 6], scale: f64) -> Paid {
    let [granted, first, second, withheld, unpaid, excess] = parts.map(|coins| coins as f64 / scale);
    Paid { granted, first, second, withheld, unpaid, excess }
}

fn check(promises: &[Promise], rule: &PaymentRule) -> Result<()> {
    let mut problems = Vec::new();
    if !(0.0..=1.0).contains(&rule.first) {
        problems.push(Problem::at("rule.first", format!("expected a share from 0 to 1, found {}", rule.first)));
    }
    if rule.rate.is_some_and(|rate| !(rate > 0.0 && rate <= 1.0)) {
        let found = rule.rate.unwrap_or(f64::NAN);
        problems.push(Problem::at("rule.rate", format!("expected a share above 0 and at most 1, found {found}")));
    }
    if rule.decimals > 6 {
        problems.push(Problem::at("rule.decimals", format!("expected at most 6, found {}", rule.decimals)));
    }
    // Beyond this, coins are no longer whole numbers of a double.
    let most = 1e9;
    let wrong = |values: &dyn Fn(&Promise) -> f64, missing: bool, name: &str| {
        let bad = |value: f64| !((missing && value.is_nan()) || (0.0..=most).contains(&value));
        let rows: Vec<usize> = (0..promises.len()).filter(|row| bad(values(&promises[*row]))).collect();
        rows.first().map(|first| {
            let message = format!("{name}: expected an amount from 0 to {most:e}");
            let mut problem = Problem::general(message).row(*first).value(values(&promises[*first]).to_string());
            problem.count = rows.len() as u64;
            problem
        })
    };
    problems.extend(wrong(&|promise| promise.granted, false, "granted="));
    problems.extend(wrong(&|promise| promise.spent, true, "spent="));
    Error::collect(Kind::Value, problems)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HALF: PaymentRule = PaymentRule { first: 0.5, rate: None, decimals: 2 };

    fn promise(granted: f64, spent: f64, outcome: Outcome) -> Promise {
        Promise { granted, spent, outcome }
    }

    #[test]
    fn the_second_part_is_due_only_for_certain() {
        let all = [Outcome::Reached, Outcome::Missed, Outcome::Open].map(|outcome| promise(100.01, f64::NAN, outcome));
        let (paid, sums) = payments(&all, &HALF).expect("paid");
        // Half of 10001 coins is 5000.5, rounded to the even 5000.
        assert_eq!((paid[0].first, paid[0].second, paid[0].unpaid), (50.0, 50.01, 0.0));
        assert_eq!((paid[1].second, paid[1].withheld, paid[1].unpaid), (0.0, 0.0, 50.01));
        assert_eq!((paid[2].second, paid[2].withheld, paid[2].unpaid), (0.0, 50.01, 0.0));
        assert_eq!((sums.granted, sums.first, sums.second), (300.03, 150.0, 50.01));
    }

    #[test]
    fn who_spent_less_gets_less() {
        let rule = PaymentRule { rate: Some(0.4), ..HALF };
        let of = |spent| payments(&[promise(40.0, spent, Outcome::Reached)], &rule).expect("paid").0[0];
        assert_eq!((of(100.0).second, of(120.0).second), (20.0, 20.0));
        assert_eq!((of(75.0).second, of(75.0).unpaid), (10.0, 10.0));
        assert_eq!((of(25.0).second, of(25.0).excess, of(25.0).unpaid), (0.0, 10.0, 20.0));
        // Unknown spending withholds, whatever the level.
        assert_eq!((of(f64::NAN).second, of(f64::NAN).withheld), (0.0, 20.0));
    }

    #[test]
    fn slips_are_told_together() {
        let rule = PaymentRule { first: 1.5, rate: Some(0.0), decimals: 9 };
        let told = payments(&[promise(-1.0, f64::INFINITY, Outcome::Open)], &rule).expect_err("slips").to_string();
        for part in ["rule.first", "rule.rate", "rule.decimals", "granted=", "spent="] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }

    proptest! {
        #[test]
        fn every_sum_checks_to_the_coin(
            grants in prop::collection::vec((0.0..1e6_f64, 0.0..1e6_f64, 0..3_u8), 0..40),
            first in 0.0..1.0_f64,
            rate in prop::option::of(0.01..1.0_f64),
        ) {
            let rule = PaymentRule { first, rate, decimals: 2 };
            let all: Vec<Promise> = grants
                .iter()
                .map(|(granted, spent, outcome)| {
                    let outcome = [Outcome::Reached, Outcome::Missed, Outcome::Open][usize::from(*outcome)];
                    promise(*granted, *spent, outcome)
                })
                .collect();
            let (paid, sums) = payments(&all, &rule).expect("paid");
            let coins = |money: f64| (money * 100.0).round() as i64;
            for one in paid.iter().chain([&sums]) {
                let parts = [one.first, one.second, one.withheld, one.unpaid].map(coins);
                prop_assert_eq!(parts.iter().sum::<i64>(), coins(one.granted));
                prop_assert!(parts.iter().all(|part| *part >= 0));
            }
            prop_assert_eq!(paid.iter().map(|one| coins(one.second)).sum::<i64>(), coins(sums.second));
        }
    }
}
