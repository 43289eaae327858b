//! Benefit of the doubt against a dense simplex that is given every row, and what must hold whatever the data.

use proptest::prelude::*;

use super::*;
use crate::error::Kind;
use crate::numeric::linear_program::maximize;
use crate::parallel::Cancel;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn solve(columns: &[Vec<f64>], limits: Option<&Limits>, threads: Option<usize>) -> crate::error::Result<Found> {
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    benefit_of_the_doubt(&Doubt {
        records: &views,
        rows: None,
        names: &NAMES[..columns.len()],
        limits,
        leave_out: false,
        detail: true,
        threads,
        cancel: &Cancel::new(),
    })
}

/// The score of one row by the textbook: every row a constraint, limits written out.
fn textbook(columns: &[Vec<f64>], row: usize, limits: Option<&Limits>) -> f64 {
    let (width, count) = (columns.len(), columns[0].len());
    let values = |i: usize| columns.iter().map(|column| column[i]).collect::<Vec<f64>>();
    let mut rows: Vec<Vec<f64>> = (0..count).map(values).collect();
    let mut bounds = vec![1.0; count];
    if let Some(limits) = limits {
        let (low, high) = limits.resolve(&NAMES[..width]).expect("limits");
        let base: Vec<f64> = match limits.on {
            Share::RelativeWeights => vec![1.0; width],
            Share::OwnPieShares => values(row),
            Share::MeanPieShares => columns.iter().map(|column| column.iter().sum::<f64>() / count as f64).collect(),
        };
        for q in 0..width {
            let own = |k: usize| if k == q { base[q] } else { 0.0 };
            rows.push((0..width).map(|k| low[q] * base[k] - own(k)).collect());
            rows.push((0..width).map(|k| own(k) - high[q] * base[k]).collect());
            bounds.extend([0.0; 2]);
        }
    }
    let goal = values(row);
    maximize(&goal, &rows, &bounds).expect("bounded").iter().zip(&goal).map(|(w, x)| w * x).sum()
}

fn limits(on: Share) -> Limits {
    Limits { on, low: Some(Bound::Every(0.1)), high: Some(Bound::Every(0.6)) }
}

#[test]
fn two_indicators_by_hand() {
    // (1, 4), (4, 1) and (3, 3) are extreme; (2, 2) lies two thirds of the way to (3, 3), (1, 1) a third.
    let columns = [vec![1.0, 4.0, 3.0, 2.0, 1.0], vec![4.0, 1.0, 3.0, 2.0, 1.0]];
    let found = solve(&columns, None, None).expect("scores");
    for (score, expected) in found.scores.iter().zip([1.0, 1.0, 1.0, 2.0 / 3.0, 1.0 / 3.0]) {
        approx::assert_relative_eq!(*score, expected, max_relative = 1e-14);
    }
    assert_eq!(found.frame, [0, 1, 2]);
    assert_eq!(found.records, (5, 5));
    let last: Vec<&Peer> = found.peers.iter().filter(|peer| peer.row == 4).collect();
    assert_eq!((last.len(), last[0].peer), (1, 2));
    approx::assert_relative_eq!(last[0].multiplier, 1.0 / 3.0, max_relative = 1e-14);
}

#[test]
fn limits_by_hand() {
    // With equal relative weights the score is the sum over the greatest sum.
    let columns = [vec![1.0, 4.0, 3.0], vec![4.0, 0.0, 3.0]];
    let half = Limits { on: Share::RelativeWeights, low: Some(Bound::Every(0.5)), high: None };
    let found = solve(&columns, Some(&half), None).expect("scores");
    for (score, expected) in found.scores.iter().zip([5.0 / 6.0, 4.0 / 6.0, 1.0]) {
        approx::assert_relative_eq!(*score, expected, max_relative = 1e-14);
    }
    // No weight gives the second unit half of its score from a zero.
    let own = Limits { on: Share::OwnPieShares, ..half };
    let found = solve(&columns, Some(&own), None).expect("scores");
    assert_eq!((found.scores[1], found.barred), (0.0, vec![1]));
    assert!(found.weights[0][1].is_nan() && found.pie_shares[1][1].is_nan());
}

#[test]
fn what_has_no_meaning_is_refused_by_name() {
    let refused = |columns: &[Vec<f64>]| solve(columns, None, None).expect_err("refused");
    let error = refused(&[vec![1.0, -2.0], vec![1.0, 1.0]]);
    assert_eq!((error.kind, error.problems[0].column.as_deref()), (Kind::Value, Some("a")));
    let error = refused(&[vec![1.0, 2.0], vec![0.0, 0.0]]);
    assert_eq!((error.kind, error.problems[0].column.as_deref()), (Kind::Degenerate, Some("b")));
    // The only value above zero belongs to a unit that has no part.
    assert_eq!(refused(&[vec![1.0, f64::NAN], vec![0.0, 3.0]]).kind, Kind::Degenerate);
    let tight = Limits { on: Share::RelativeWeights, low: Some(Bound::Every(0.7)), high: None };
    let error = solve(&[vec![1.0], vec![1.0]], Some(&tight), None).expect_err("refused");
    assert!(error.problems[0].message.contains("add up to 1.4"), "{error:?}");
}

#[test]
fn missing_values_are_neither_zero_nor_peers_unless_left_out() {
    let columns = [vec![1.0, 4.0, 3.0], vec![4.0, f64::NAN, 3.0]];
    let found = solve(&columns, None, None).expect("scores");
    assert!(found.scores[1].is_nan());
    assert_eq!(found.scores[2], 1.0);
    assert_eq!(found.records, (2, 2));
    let nothing = solve(&[vec![f64::NAN], vec![1.0]], None, None).expect("no scores");
    assert!(nothing.scores[0].is_nan() && nothing.frame.is_empty());
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let cancel = Cancel::new();
    let doubt = Doubt {
        records: &views,
        rows: None,
        names: &NAMES[..2],
        limits: None,
        leave_out: true,
        detail: true,
        threads: None,
        cancel: &cancel,
    };
    let found = benefit_of_the_doubt(&doubt).expect("scores");
    assert_eq!((found.scores[1], found.weights[1][1]), (1.0, 0.0));
}

#[test]
fn new_units_may_be_better_than_the_records() {
    let (records, rows) = ([vec![1.0, 2.0], vec![2.0, 1.0]], [vec![4.0, 1.0], vec![2.0, 1.0]]);
    let (records, rows): (Vec<&[f64]>, Vec<&[f64]>) =
        (records.iter().map(Vec::as_slice).collect(), rows.iter().map(Vec::as_slice).collect());
    let cancel = Cancel::new();
    let doubt = Doubt {
        records: &records,
        rows: Some(&rows),
        names: &NAMES[..2],
        limits: None,
        leave_out: false,
        detail: false,
        threads: None,
        cancel: &cancel,
    };
    let found = benefit_of_the_doubt(&doubt).expect("scores");
    // (4, 2) is twice the first record and more; (1, 1) is two thirds of the way.
    approx::assert_relative_eq!(found.scores[0], 2.0, max_relative = 1e-14);
    approx::assert_relative_eq!(found.scores[1], 2.0 / 3.0, max_relative = 1e-14);
}

/// So that every column is above zero somewhere.
fn no_column_is_zero(columns: &mut [Vec<f64>]) {
    for column in columns {
        column[0] = column[0].max(0.5);
    }
}

/// Columns of few or many different values, with zeros and equal rows.
fn columns() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let cell = prop_oneof![Just(0.0), (1u8..=5).prop_map(f64::from), 0.001..1.0f64, 1.0..1000.0f64];
    (2usize..=4, 1usize..40)
        .prop_flat_map(move |(width, count)| prop::collection::vec(prop::collection::vec(cell.clone(), count), width))
}

proptest! {
    #[test]
    fn scores_are_those_of_the_textbook(mut columns in columns(), which in 0u8..4) {
        no_column_is_zero(&mut columns);
        let on = [None, Some(Share::RelativeWeights), Some(Share::OwnPieShares), Some(Share::MeanPieShares)];
        let limits = on[usize::from(which)].map(limits);
        let found = solve(&columns, limits.as_ref(), None).expect("scores");
        for (row, score) in found.scores.iter().enumerate() {
            let expected = textbook(&columns, row, limits.as_ref());
            prop_assert!((score - expected).abs() <= 1e-8, "row {row}: {score} for {expected}");
        }
    }

    #[test]
    fn weights_are_feasible_and_peers_add_up(mut columns in columns()) {
        no_column_is_zero(&mut columns);
        let found = solve(&columns, None, None).expect("scores");
        let count = columns[0].len();
        for row in (0..count).filter(|row| found.scores[*row] > 0.0) {
            let value = |other: usize| columns.iter().zip(&found.weights).map(|(x, w)| x[other] * w[row]).sum::<f64>();
            prop_assert!((value(row) - found.scores[row]).abs() <= 1e-10);
            prop_assert!((0..count).all(|other| value(other) <= 1.0 + 1e-9));
            let peers = found.peers.iter().filter(|peer| peer.row == row);
            prop_assert!((peers.clone().map(|peer| peer.multiplier).sum::<f64>() - found.scores[row]).abs() <= 1e-8);
            for column in &columns {
                let built: f64 = peers.clone().map(|peer| peer.multiplier * column[peer.peer]).sum();
                prop_assert!(built >= column[row] - 1e-7 * column.iter().copied().fold(0.0, f64::max));
            }
            let shares: f64 = found.pie_shares.iter().map(|share| share[row]).sum();
            prop_assert!((shares - 1.0).abs() <= 1e-10);
        }
    }

    #[test]
    fn order_units_of_measurement_and_threads_do_not_matter(mut columns in columns(), factor in 1e-3..1e3f64) {
        no_column_is_zero(&mut columns);
        let found = solve(&columns, None, Some(1)).expect("scores").scores;
        prop_assert_eq!(&found, &solve(&columns, None, Some(2)).expect("scores").scores);
        let turned: Vec<Vec<f64>> = columns.iter().map(|column| column.iter().rev().map(|x| x * factor).collect()).collect();
        let again = solve(&turned, None, None).expect("scores").scores;
        for (a, b) in found.iter().zip(again.iter().rev()) {
            prop_assert!((a - b).abs() <= 1e-10);
        }
    }
}

#[test]
fn values_of_very_different_size_do_not_lead_in_circles() {
    let columns = [
        vec![0.0, 0.0, 471.643_955_862_049_84, 0.262_842_055_672_907_2, 0.165_135_329_095_651_5],
        vec![0.0, 0.0, 0.0, 724.167_615_568_374_2, 453.392_012_469_302_87],
        vec![0.0, 353.169_369_319_288_36, 0.006_785_025_818_347_976, 0.0, 0.0],
    ];
    let found = solve(&columns, None, None).expect("scores");
    for (row, score) in found.scores.iter().enumerate() {
        approx::assert_relative_eq!(*score, textbook(&columns, row, None), epsilon = 1e-10);
    }
}

#[test]
fn many_units_give_the_same_bits_for_any_number_of_threads() {
    let mut random = crate::numeric::random::SplitMix64::new(1);
    let columns: Vec<Vec<f64>> = (0..4).map(|_| (0..1500).map(|_| random.unit()).collect()).collect();
    let alone = solve(&columns, None, Some(1)).expect("scores");
    for threads in [2, 3] {
        let found = solve(&columns, None, Some(threads)).expect("scores");
        assert_eq!((&found.scores, &found.weights, &found.peers), (&alone.scores, &alone.weights, &alone.peers));
    }
}
