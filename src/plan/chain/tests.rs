//! Equal to trying every choice, within the guarantee, and the same for any order of candidates.

use proptest::prelude::*;

use super::{Choices, Links, costs_of_lacking, costs_of_plans, greedy, prune, reaches, tell};
use crate::parallel::Cancel;

fn choices(costs: &[f64], reaches: &[&[usize]], values: &[f64], most: Option<usize>) -> Choices {
    Choices {
        costs: costs.to_vec(),
        reaches: reaches.iter().map(|reach| reach.to_vec()).collect(),
        values: values.to_vec(),
        most,
    }
}

/// What a choice reaches, by trying every way to give each unit to one of the chosen or to nobody.
fn worth(choices: &Choices, chosen: &[usize], unit: usize, left: &mut Vec<usize>) -> f64 {
    if unit == choices.values.len() {
        return 0.0;
    }
    let mut best = worth(choices, chosen, unit + 1, left);
    for candidate in chosen {
        if left[*candidate] > 0 && choices.reaches[*candidate].contains(&unit) {
            left[*candidate] -= 1;
            best = best.max(choices.values[unit] + worth(choices, chosen, unit + 1, left));
            left[*candidate] += 1;
        }
    }
    best
}

fn value_of(choices: &Choices, chosen: &[usize]) -> f64 {
    worth(choices, chosen, 0, &mut vec![choices.most.unwrap_or(usize::MAX); choices.len()])
}

fn brute(choices: &Choices, budget: f64) -> f64 {
    let n = choices.len();
    (0..1_usize << n)
        .map(|set| (0..n).filter(|c| set >> c & 1 == 1).collect::<Vec<_>>())
        .filter(|chosen| chosen.iter().map(|c| choices.costs[*c]).sum::<f64>() <= budget)
        .map(|chosen| value_of(choices, &chosen))
        .fold(0.0, f64::max)
}

prop_compose! {
    fn some_choices()(
        costs in prop::collection::vec(0..9_u8, 1..6),
        reaches in prop::collection::vec(prop::collection::btree_set(0..6_usize, 0..6), 6),
        values in prop::collection::vec(0..5_u8, 6),
        most in prop::option::of(1..4_usize),
    ) -> Choices {
        Choices {
            reaches: reaches.into_iter().take(costs.len()).map(|reach| reach.into_iter().collect()).collect(),
            costs: costs.into_iter().map(f64::from).collect(),
            values: values.into_iter().map(f64::from).collect(),
            most,
        }
    }
}

proptest! {
    #[test]
    fn greedy_keeps_its_word(choices in some_choices(), budget in 1..20_u8) {
        let budget = f64::from(budget);
        let best = brute(&choices, budget);
        let found = greedy(&choices, budget, &Cancel::new()).expect("a choice");
        prop_assert!(found.order.iter().map(|c| choices.costs[*c]).sum::<f64>() <= budget);
        prop_assert!((found.value - value_of(&choices, &found.order)).abs() < 1e-9);
        prop_assert!((found.guarantee - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
        prop_assert!(found.value >= found.guarantee * best - 1e-9, "{} of {best}", found.value);
        prop_assert!(found.value <= best + 1e-9 && best <= found.bound + 1e-9, "{best} in {found:?}");
    }

    #[test]
    fn nobody_is_needed_less(choices in some_choices(), set in 0..64_usize) {
        let chosen: Vec<usize> = (0..choices.len()).filter(|c| set >> c & 1 == 1).collect();
        let kept = prune(&choices, &chosen);
        let value = value_of(&choices, &chosen);
        prop_assert!((value_of(&choices, &kept) - value).abs() < 1e-9);
        for gone in &kept {
            let without: Vec<usize> = kept.iter().copied().filter(|c| c != gone).collect();
            prop_assert!(value_of(&choices, &without) < value, "{gone} of {kept:?} is not needed");
        }
    }

    #[test]
    fn what_is_told_adds_up(choices in some_choices(), set in 0..64_usize) {
        let chosen: Vec<usize> = (0..choices.len()).filter(|c| set >> c & 1 == 1).collect();
        let told = tell(&choices, &chosen);
        let mut order = told.order.clone();
        order.sort_unstable();
        prop_assert_eq!(&order, &chosen);
        prop_assert!((told.value - value_of(&choices, &chosen)).abs() < 1e-9);
        prop_assert_eq!(told.added.iter().map(|added| added.1).sum::<usize>(), told.by.iter().flatten().count());
        for (unit, by) in told.by.iter().enumerate() {
            prop_assert!(by.is_none_or(|by| choices.reaches[by].contains(&unit)));
        }
        for candidate in 0..choices.len() {
            let has = told.by.iter().filter(|by| **by == Some(candidate)).count();
            prop_assert!(has <= choices.most.unwrap_or(usize::MAX));
        }
    }
}

#[test]
fn the_textbook_trap_of_the_plain_greedy_is_avoided() {
    // Value per cost prefers the crumb, and then the loaf no longer fits (Khuller, Moss and Naor 1999, section 2).
    let trap = choices(&[1.0, 10.0], &[&[0], &[1]], &[1.0, 9.0], None);
    let found = greedy(&trap, 10.0, &Cancel::new()).expect("a choice");
    assert_eq!((found.order, found.value), (vec![1], 9.0));
}

#[test]
fn a_place_is_passed_on_when_that_lets_more_in() {
    // The first could take either, the second only the dearer: both are reached.
    let two = choices(&[1.0, 1.0], &[&[0, 1], &[0]], &[5.0, 1.0], Some(1));
    let told = tell(&two, &[0, 1]);
    assert_eq!((told.value, told.by), (6.0, vec![Some(1), Some(0)]));
}

#[test]
fn nobody_to_choose_from_is_no_error() {
    let none = greedy(&Choices::default(), 5.0, &Cancel::new()).expect("nothing");
    assert_eq!((none.order.len(), none.value, none.bound), (0, 0.0, 0.0));
    let dear = greedy(&choices(&[9.0], &[&[0]], &[1.0], None), 5.0, &Cancel::new()).expect("nothing");
    assert_eq!((dear.order.len(), dear.value, dear.bound), (0, 0.0, 0.0));
}

#[test]
fn reach_counts_only_those_who_count() {
    let given = super::GivenLinks { supplier: &[1, 2, 3], buyer: &[0, 0, 2], share: None, min_share: 0.0 };
    let links = Links::of(&given).expect("links");
    let reach =
        |steps, own| reaches(&links, &[0], &[true, true, false, true], steps, own, &Cancel::new()).expect("fine");
    assert_eq!(reach(1, None), [vec![1]]);
    assert_eq!(reach(2, Some(4)), [vec![1, 3, 4]]);
    assert_eq!(costs_of_plans(&reach(2, None), &[9.0, 2.0, 9.0, 5.0], 0.5), [3.5]);
}

#[test]
fn the_cheapest_way_is_paid() {
    let lacking = [(4, 0, 0, 2.0), (4, 1, 1, 7.0), (4, 1, 1, 1.0), (4, 1, 2, 5.0), (9, 0, 0, 3.0)];
    assert_eq!(costs_of_lacking(&lacking), [(4, 7.0), (9, 3.0)]);
}
