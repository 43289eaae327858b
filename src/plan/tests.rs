//! The search against every subset, tried plainly.

use proptest::prelude::*;

use super::atoms::Atom;
use super::solve::{Choice, is_in_place, solve};

/// Every subset, plainly.
fn brute(atoms: &[Atom], start: &[f64], choices: &[Choice]) -> Option<f64> {
    let mut best: Option<f64> = None;
    for set in 0u32..1 << choices.len() {
        let has = |m: usize| set >> m & 1 == 1;
        let closed = (0..choices.len())
            .filter(|m| has(*m))
            .all(|m| choices[m].requires.iter().all(|before| has(*before) || is_in_place(&choices[*before], start)));
        if !closed {
            continue;
        }
        let (mut x, mut cost) = (start.to_vec(), 0.0);
        for (m, choice) in choices.iter().enumerate().filter(|(m, _)| has(*m)) {
            let _ = m;
            cost += choice.cost;
            for (slot, to) in &choice.effects {
                x[*slot] = x[*slot].max(*to);
            }
        }
        if atoms.iter().all(|atom| atom.holds(&x)) && best.is_none_or(|best| cost < best) {
            best = Some(cost);
        }
    }
    best
}

fn choice() -> impl Strategy<Value = (f64, Vec<(usize, f64)>, Vec<usize>)> {
    let effects = prop::collection::vec((0usize..6, prop_oneof![Just(1.0), Just(2.0), 0.0..3.0f64]), 1..4);
    (prop_oneof![Just(0.0), Just(1.0), 0.0..9.0f64], effects, prop::collection::vec(0usize..9, 0..2))
}

fn atom() -> impl Strategy<Value = Atom> {
    let slots = || prop::collection::vec(0usize..6, 1..6);
    prop_oneof![
        (0usize..6, 0.5..2.5f64).prop_map(|(slot, at)| Atom::Reach { slot, at }),
        (prop::collection::vec((0usize..6, 0.1..2.0f64), 1..6), 0.5..8.0f64)
            .prop_map(|(terms, need)| Atom::Sum { terms, need }),
        (slots(), prop_oneof![Just(1.0), Just(2.0)], 1u8..4).prop_map(|(mut slots, each, need)| {
            slots.sort_unstable();
            slots.dedup();
            Atom::Count { slots, each, need: f64::from(need) }
        }),
        (slots(), 0.5..2.0f64).prop_map(|(slots, need)| {
            let own = slots.clone();
            let of = move |x: &[f64]| own.iter().map(|slot| x[*slot]).fold(f64::INFINITY, f64::min);
            let slopes = (need > 1.0).then(|| slots.iter().map(|slot| (*slot, 1.0)).collect());
            Atom::Rising { slots, of: std::sync::Arc::new(of), need, slopes }
        }),
        // Capped and with a floor, as points of several options are.
        (prop::collection::vec((0usize..6, 0.1..2.0f64), 1..6), 0.0..3.0f64, 0.5..5.0f64, 0.5..6.0f64).prop_map(
            |(terms, floor, cap, need)| {
                let own = terms.clone();
                let of = move |x: &[f64]| {
                    own.iter().map(|(slot, weight)| weight * x[*slot]).sum::<f64>().min(cap).max(floor)
                };
                let slots = terms.iter().map(|(slot, _)| *slot).collect();
                Atom::Rising { slots, of: std::sync::Arc::new(of), need, slopes: Some(terms) }
            }
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_choice_is_cheaper(
        given in prop::collection::vec(choice(), 1..10), atoms in prop::collection::vec(atom(), 1..4),
        start in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..2.0f64], 6),
    ) {
        let choices: Vec<Choice> = given
            .iter()
            .enumerate()
            // Requirements point at earlier measures, so there is no circle.
            .map(|(i, (cost, effects, requires))| Choice {
                cost: *cost,
                effects: effects.clone(),
                requires: requires.iter().copied().filter(|r| *r < i).collect(),
            })
            .collect();
        let found = solve(&atoms, &start, &choices, f64::INFINITY, 1_000_000);
        let best = brute(&atoms, &start, &choices);
        prop_assert_eq!(found.is_some(), best.is_some());
        if let (Some(found), Some(best)) = (found, best) {
            prop_assert!((found.cost - best).abs() <= 1e-8 * best.max(1.0), "{} {}", found.cost, best);
            prop_assert_eq!(found.lower, found.cost);
            let (mut x, mut cost) = (start.clone(), 0.0);
            for m in &found.chosen {
                cost += choices[*m].cost;
                for (slot, to) in &choices[*m].effects {
                    x[*slot] = x[*slot].max(*to);
                }
            }
            prop_assert!((cost - found.cost).abs() < 1e-9 && atoms.iter().all(|atom| atom.holds(&x)));
        }
    }
}

#[test]
fn as_many_measures_as_may_be_fit_on_the_stack() {
    let choice = |i: usize| Choice { cost: 1.0 + (i % 7) as f64, effects: vec![(i, 1.0)], requires: vec![] };
    let choices: Vec<Choice> = (0..1000).map(choice).collect();
    let atoms = [Atom::Sum { terms: (0..1000).map(|i| (i, 1.0)).collect(), need: 999.5 }];
    let found = solve(&atoms, &vec![0.0; 1000], &choices, f64::INFINITY, 5000).expect("a plan");
    assert_eq!(found.chosen.len(), 1000);
}

#[test]
fn a_limit_gives_a_gap_and_a_bound_gives_nothing() {
    let choices: Vec<Choice> = (0..20)
        .map(|i| Choice { cost: 7.0 + f64::from(i * i % 7), effects: vec![(i as usize, 1.0)], requires: vec![] })
        .collect();
    let atoms = [Atom::Sum { terms: (0..20).map(|i| (i, 1.0 + (i % 3) as f64)).collect(), need: 13.5 }];
    let start = vec![0.0; 20];
    let exact = solve(&atoms, &start, &choices, f64::INFINITY, 1_000_000).expect("a plan");
    let quick = solve(&atoms, &start, &choices, f64::INFINITY, 1).expect("a plan");
    assert!(quick.lower <= exact.cost && exact.cost <= quick.cost && exact.lower == exact.cost);
    assert_eq!(solve(&atoms, &start, &choices, exact.cost, 1_000_000), None);
    assert_eq!(solve(&[], &start, &choices, 1.0, 1).map(|found| found.cost), Some(0.0));
}
