//! Tests of what offers, classes, rules and prices are.

use super::*;

fn terms(id: &str, budget: f64) -> Terms {
    Terms { id: id.into(), budget, paths: vec![true], ..Terms::default() }
}

fn asked(programs: Vec<Terms>, rules: Vec<Rule>) -> Asked {
    Asked {
        programs,
        rules,
        budget: None,
        points: false,
        values: vec![1.0],
        counted: vec![true],
        smallest_by: None,
        weakest_first: 0.0,
    }
}

fn units(costs: &[f64], groups: &[i64], amounts: Amounts) -> Units {
    let n = costs.len();
    Units {
        costs: vec![costs.to_vec()],
        score: (0..n).map(|i| f64::from(u8::try_from(n - i).unwrap_or(0))).collect(),
        scores_after: Vec::new(),
        weights: vec![1.0; n],
        groups: vec![groups.to_vec()],
        categories: vec![2],
        eligible: vec![vec![2; n]],
        amounts: vec![vec![amounts]],
    }
}

fn rule(codes: &[i64], of: Of) -> Rule {
    Rule {
        name: "quota".into(),
        program: Some(0),
        of,
        by: Some(0),
        codes: codes.to_vec(),
        min_share: None,
        max_share: None,
        min: None,
        max: None,
    }
}

#[test]
fn a_grant_is_the_least_of_rate_cap_and_what_the_firm_must_pay() {
    let amounts = Amounts {
        rate: vec![0.5],
        cap: vec![30.0],
        discount: vec![0.1],
        own_share_min: vec![0.0, 0.0, 0.8, 0.0],
        ..Amounts::default()
    };
    let units = units(&[40.0, 100.0, 100.0, f64::NAN], &[0; 4], amounts);
    let asked = asked(vec![terms("g", 100.0)], Vec::new());
    let grant = |unit| offers::offer(&asked, &units, unit, 0, 0).map(|offered| offered.grant);
    assert_eq!(grant(0), Ok(18.0));
    assert_eq!(grant(1), Ok(30.0));
    assert!((grant(2).unwrap() - 18.0).abs() < 1e-12);
    assert_eq!(grant(3), Err(Why::Unreachable));
}

#[test]
fn what_is_not_offered_says_why() {
    let amounts = Amounts {
        cap: vec![10.0, 10.0, f64::NAN, 10.0, 10.0, 10.0],
        grant_min: vec![0.0, 0.0, 0.0, 12.0, 0.0, 0.0],
        own_max: vec![f64::INFINITY, 50.0, f64::INFINITY, 90.0, 90.0, 90.0],
        ..Amounts::default()
    };
    let mut units = units(&[0.0, 100.0, 100.0, 100.0, 100.0, 100.0], &[0; 6], amounts);
    units.eligible[0] = vec![2, 2, 2, 2, 0, 1];
    let asked = asked(vec![terms("g", 100.0)], Vec::new());
    let whys = Allocator::new(asked, units).whys();
    let expected =
        [Why::There, Why::OwnTooHigh, Why::NotCovered, Why::GrantTooSmall, Why::Ineligible, Why::Open].map(Some);
    assert_eq!(whys[0], expected);
}

#[test]
fn a_subsidy_of_interest_is_points_times_years_on_a_loan() {
    let mut program = terms("loan", 100.0);
    program.interest = Some(offers::Interest { points: 2.0, years: 3.0, loan_share: 0.5, loan_max: Some(60.0) });
    let units = units(&[100.0, 200.0], &[0; 2], Amounts::default());
    let asked = asked(vec![program], Vec::new());
    let grant = |unit| offers::offer(&asked, &units, unit, 0, 0).map(|offered| offered.grant).unwrap();
    assert!((grant(0) - 3.0).abs() < 1e-12);
    assert!((grant(1) - 3.6).abs() < 1e-12);
}

#[test]
fn the_same_offers_are_one_class_and_the_weakest_come_first() {
    let units = units(&[10.0, 10.0, 20.0, 10.0], &[0, 0, 0, 1], Amounts::default());
    let problem = Allocator::new(asked(vec![terms("g", 100.0)], Vec::new()), units);
    let mut members = problem.classes.units.clone();
    members.sort();
    assert_eq!(members, vec![vec![1, 0], vec![2], vec![3]]);
    let class = problem.classes.of[0].unwrap();
    let mut taken = vec![0.0; 3];
    taken[problem.classes.range(class).start] = 1.0;
    let given = problem.assign(&taken);
    assert_eq!(given.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false, false]);
}

#[test]
fn prices_bound_every_allocation() {
    let quota = Rule { max_share: Some(0.5), ..rule(&[0], Of::Money) };
    let units = units(&[10.0, 20.0, 30.0, 40.0], &[0, 0, 1, 1], Amounts::default());
    let problem = Allocator::new(asked(vec![terms("g", 60.0)], vec![quota]), units);
    let question = Question::default();
    let n = problem.classes.offers.len();
    for prices in [[0.0, 0.0], [0.02, 0.0], [0.5, 0.1], [0.3, 0.7], [1.0, -5.0]] {
        let bound = problem.price(&prices, &question).bound;
        for choice in 0..1_u32 << n {
            let taken: Vec<f64> = (0..n).map(|o| f64::from(choice >> o & 1)).collect();
            let outcome = problem.measure(&taken, &question);
            if outcome.excess.iter().all(|excess| *excess == 0.0) {
                assert!(outcome.value <= bound + 1e-9, "{prices:?} {taken:?}");
            }
        }
    }
}

#[test]
fn a_core_stands_for_the_whole() {
    let units = units(&[10.0, 20.0, 30.0, 40.0], &[0, 0, 1, 1], Amounts::default());
    let problem = Allocator::new(asked(vec![terms("g", 45.0)], Vec::new()), units);
    let question = Question::default();
    // At this price the offers of 10 and 20 are worth it, that of 30 loses little and that of 40 more.
    let price = problem.money / 25.0;
    let priced = problem.price(&[price], &question);
    let cut = Cut { size: 1, within: 0.0, every: 1, penalty: None };
    let core = problem.core(&priced, &question, &cut, None);
    assert!(core.threshold < f64::INFINITY);
    let standing: f64 = core.standing.iter().map(|o| problem.classes.offers[*o].grant).sum();
    let room = core.model.row_high[0] * problem.money;
    assert!((room + standing - 45.0).abs() < 1e-9);
    assert!((core.model.fixed - f64::from(u8::try_from(core.standing.len()).unwrap())).abs() < 1e-12);
    let taken = problem.whole(&core, &vec![0.0; core.columns.len()]);
    assert!((problem.measure(&taken, &question).used[0] - standing).abs() < 1e-9);
    let all = problem.core(&priced, &question, &Cut { size: 100, ..cut }, None);
    assert_eq!(all.columns.len(), 4);
    assert!(all.standing.is_empty());
}

#[test]
fn those_there_already_count_for_what_is_reached() {
    let quota = Rule { min_share: Some(0.75), ..rule(&[0], Of::Reached) };
    let units = units(&[0.0, 20.0, 30.0, 40.0], &[0, 0, 0, 0], Amounts::default());
    let problem = Allocator::new(asked(vec![terms("g", 60.0)], vec![quota]), units);
    assert_eq!(problem.rows[1].low, 2.0);
    assert_eq!(problem.rows[1].already, 1.0);
    assert_eq!(problem.rows[1].size, 4.0);
}

#[test]
fn who_is_at_the_level_already_does_not_reach_it_again() {
    let mut units = units(&[0.0, 20.0], &[0, 0], Amounts::default());
    units.costs.push(vec![10.0, 50.0]);
    units.amounts[0].push(Amounts::default());
    let mut asked = asked(
        vec![Terms { paths: vec![true, true], ..terms("g", 100.0) }],
        vec![Rule { min: Some(1.0), ..rule(&[0], Of::Reached) }],
    );
    asked.values = vec![1.0, 1.5];
    asked.counted = vec![true, true];
    let problem = Allocator::new(asked, units);
    let taken = vec![1.0; problem.classes.offers.len()];
    let reaches: Vec<bool> = problem.classes.offers.iter().map(|offer| offer.reaches).collect();
    assert_eq!(
        reaches.iter().filter(|reaches| **reaches).count(),
        2,
        "both offers of the second unit, none of the first"
    );
    assert_eq!(problem.measure(&taken, &Question::default()).used[1], 2.0);
}
