//! Known values, edges, properties.

use proptest::prelude::*;

use super::*;
use crate::parallel::Cancel;

fn scores(method: &Promethee, records: &[&[f64]], rows: &[&[f64]], weights: &[f64]) -> Vec<f64> {
    let cancel = Cancel::new();
    let population = Population { records, rows, weights, names: &[], threads: Some(2), cancel: &cancel };
    let mut out = vec![0.5; rows.first().map_or(0, |row| row.len())];
    assert!(method.against(&population, &mut out));
    out
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

fn with(preference: Preference, q: Option<f64>, p: Option<f64>, s: Option<f64>) -> Promethee {
    Promethee { preference: Some(preference), q, p, s }
}

#[test]
fn published_flows() {
    // Papathanasiou and Ploskas (2018), chapter 3, doi:10.1007/978-3-319-91648-4_3. On whole numbers the u-shape with q
    // = 1 and the linear preference with q = 1, p = 2 are the same.
    let columns: [&[f64]; 4] = [
        &[8.0, 5.0, 7.0, 9.0, 11.0, 6.0],
        &[7.0, 3.0, 5.0, 9.0, 10.0, 9.0],
        &[2.0, 7.0, 6.0, 7.0, 3.0, 5.0],
        &[1.0, 5.0, 4.0, 3.0, 7.0, 4.0],
    ];
    let linear = with(Preference::Linear, Some(1.0), Some(2.0), None);
    for method in [with(Preference::UShape, Some(1.0), None, None), linear] {
        let flows = scores(&method, &columns, &columns, &[0.4, 0.3, 0.1, 0.2]);
        for (flow, printed) in flows.iter().zip([-0.26, -0.52, -0.22, 0.36, 0.7, -0.06]) {
            approx::assert_abs_diff_eq!(flow, &printed, epsilon = 1e-14);
        }
    }
    // Ziemba et al. (2017), doi:10.3390/en10111755: v-shape with a p for each child; here children over p, and p = 1.
    let matrix: [([f64; 4], f64, f64); 12] = [
        ([16347.0, 14219.0, 8160.0, 8160.0], -7280.0, 20.0),
        ([9.0, 8.5, 9.0, 8.5], -4.0, 5.0),
        ([73.8, 55.0, 64.8, 62.5], -13.4, 5.0),
        ([36.7, 36.0, 28.5, 29.5], -7.4, 1.67),
        ([1.5, 2.0, 2.0, 1.5], -3.0, 1.67),
        ([3730.0, 3240.0, 1860.0, 1860.0], 1662.0, 11.67),
        ([2.0, 1.0, 2.0, 1.0], -3.0, 11.67),
        ([1.0, 1.0, 2.0, 3.0], -3.0, 5.0),
        ([38.8, 33.1, 45.8, 27.3], 13.8, 5.0),
        ([4.0, 2.0, 4.0, 3.0], -3.0, 16.67),
        ([1_720_524.0, 1_496_512.0, 858_830.0, 858_830.0], 766_240.0, 8.33),
        ([40012.0, 34803.0, 19973.0, 19973.0], 17820.0, 8.33),
    ];
    let scaled: Vec<Vec<f64>> = matrix.iter().map(|(x, p, _)| x.iter().map(|x| x / p).collect()).collect();
    let weights: Vec<f64> = matrix.iter().map(|(_, _, weight)| *weight).collect();
    let unit = with(Preference::VShape, None, Some(1.0), None);
    let flows = scores(&unit, &slices(&scaled), &slices(&scaled), &weights);
    for (flow, printed) in flows.iter().zip([-0.0445, 0.1884, -0.0954, -0.0485]) {
        approx::assert_abs_diff_eq!(flow, &printed, epsilon = 5e-5);
    }
}

#[test]
fn edges() {
    let nan = f64::NAN;
    let default = Promethee::default();
    // Nobody to compare with is no score; a constant child says nothing among equals, and any lead counts for new rows.
    assert!(scores(&default, &[&[3.0]], &[&[3.0]], &[1.0])[0].is_nan());
    assert_eq!(scores(&default, &[&[3.0, 3.0]], &[&[2.0, 3.0, 4.0]], &[1.0]), [-1.0, 0.0, 1.0]);
    let constant: [&[f64]; 1] = [&[3.0, 3.0]];
    assert_eq!(scores(&default, &constant, &constant, &[1.0]), [0.0, 0.0]);
    // Range 2 of the first child: (1/2 + 1) / 2 for the best; the second is seen by one unit only and drops out.
    let gaps: [&[f64]; 2] = [&[0.0, 1.0, 2.0, nan], &[nan, nan, 5.0, nan]];
    let flows = scores(&default, &gaps, &gaps, &[1.0, 1.0]);
    assert_eq!(flows[..3], [-0.75, 0.0, 0.75]);
    assert!(flows[3].is_nan());
    assert!(scores(&default, &gaps, &gaps, &[0.0, 1.0])[2].is_nan());
    assert!(scores(&default, &[&[nan]], &[&[1.0]], &[1.0])[0].is_nan());
    assert!(scores(&default, &[&[]], &[&[]], &[1.0]).is_empty());
    // An outlier spoils no digits of the others.
    let wide: [&[f64]; 1] = [&[-1e12, 0.0, 0.1, 0.3]];
    let flows = scores(&with(Preference::VShape, None, Some(1.0), None), &wide, &wide, &[1.0]);
    approx::assert_abs_diff_eq!(flows[3], (1.0 + 0.3 + 0.2) / 3.0, epsilon = 1e-15);
    // A threshold small against the spread: 100 records on a line, leads of 1 and 2 steps within p = 2.5 steps.
    let line: Vec<f64> = (0..100).map(|i| f64::from(i) * 1e-9 + if i < 50 { 0.0 } else { 1e6 }).collect();
    let flows = scores(&with(Preference::VShape, None, Some(2.5e-9), None), &[&line[..]], &[&line[..]], &[1.0]);
    approx::assert_abs_diff_eq!(flows[0], -(0.4 + 0.8 + 97.0) / 99.0, epsilon = 1e-14);
    approx::assert_abs_diff_eq!(flows[9], (7.0 - 88.0) / 99.0, epsilon = 1e-14);
    // Beyond what a reciprocal holds.
    let tiny: [&[f64]; 1] = [&[0.0, 0.0, 1e-310]];
    assert_eq!(scores(&Promethee::default(), &tiny, &tiny, &[1.0]), [-0.5, -0.5, 1.0]);
    let flows = scores(&with(Preference::Gaussian, None, None, Some(1e-320)), &tiny, &tiny, &[1.0]);
    assert_eq!(flows, [-0.5, -0.5, 1.0]);
    let cancel = Cancel::new();
    cancel.cancel();
    for method in [default, with(Preference::Gaussian, None, None, Some(1.0))] {
        let population = Population {
            records: &gaps,
            rows: &gaps,
            weights: &[1.0; 2],
            names: &[],
            threads: Some(1),
            cancel: &cancel,
        };
        assert!(!method.against(&population, &mut [0.0; 4]));
    }
}

#[test]
fn options_that_cannot_be_meant() {
    let found = |method: Promethee| method.problems().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert!(found(Promethee::default()).is_empty());
    assert!(found(with(Preference::Linear, Some(0.0), Some(1.0), None)).is_empty());
    assert_eq!(found(with(Preference::Usual, Some(1.0), Some(1.0), Some(1.0))), ["q", "p", "s"]);
    assert_eq!(found(with(Preference::Linear, Some(2.0), Some(1.0), None)), ["q"]);
    assert_eq!(found(with(Preference::VShape, None, Some(0.0), None)), ["p"]);
    assert_eq!(found(with(Preference::Level, Some(-1.0), None, None)), ["q", "p"]);
    assert_eq!(found(with(Preference::Gaussian, None, None, None)), ["s"]);
    assert_eq!(found(with(Preference::Gaussian, None, None, Some(f64::INFINITY))), ["s"]);
}

/// The definition, one pair at a time.
fn twin(method: &Promethee, records: &[Vec<f64>], rows: &[Vec<f64>], weights: &[f64], together: bool) -> Vec<f64> {
    let (mut sums, mut seen) = (vec![0.0; rows[0].len()], vec![0.0; rows[0].len()]);
    for ((records, rows), weight) in records.iter().zip(rows).zip(weights) {
        let there: Vec<f64> = records.iter().copied().filter(|x| !x.is_nan()).collect();
        let (least, most) = there.iter().fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
        let (q, p, s) = (method.q.unwrap_or(0.0), method.p.unwrap_or(most - least), method.s.unwrap_or(1.0));
        let ramp = |d: f64, q: f64| if d > p || p <= q { 1.0 } else { (d - q) / (p - q) };
        let preference = |d: f64| match method.preference.unwrap_or_default() {
            Preference::Usual => f64::from(d > 0.0),
            Preference::UShape => f64::from(d > q),
            Preference::VShape => {
                if d > 0.0 {
                    ramp(d, 0.0)
                } else {
                    0.0
                }
            }
            Preference::Level => f64::midpoint(f64::from(d > q), f64::from(d > p)),
            Preference::Linear => {
                if d > q {
                    ramp(d, q)
                } else {
                    0.0
                }
            }
            Preference::Gaussian => {
                if d > 0.0 {
                    1.0 - (-d * d / (2.0 * s * s)).exp()
                } else {
                    0.0
                }
            }
        };
        let others = there.len() as f64 - f64::from(together);
        for (i, x) in rows.iter().enumerate().filter(|(_, x)| !x.is_nan() && others > 0.0) {
            sums[i] += weight * there.iter().map(|y| preference(x - y) - preference(y - x)).sum::<f64>() / others;
            seen[i] += weight;
        }
    }
    sums.iter().zip(seen).map(|(sum, seen)| sum / seen).collect()
}

fn close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-12 || (a.is_nan() && b.is_nan()))
}

const KINDS: [Preference; 6] = [
    Preference::Usual,
    Preference::UShape,
    Preference::VShape,
    Preference::Level,
    Preference::Linear,
    Preference::Gaussian,
];

fn column(n: usize) -> impl Strategy<Value = Vec<f64>> {
    // Whole numbers tie and meet thresholds; the others do not.
    let score = prop_oneof![1 => Just(f64::NAN), 4 => (-3..4).prop_map(f64::from), 4 => -4.0..4.0f64];
    prop::collection::vec(score, n)
}

fn table() -> impl Strategy<Value = (Vec<Vec<f64>>, Vec<Vec<f64>>)> {
    (1usize..40, 1usize..20)
        .prop_flat_map(|(n, m)| (prop::collection::vec(column(n), 3), prop::collection::vec(column(m), 3)))
}

proptest! {
    #[test]
    fn agrees_with_the_definition(
        (records, rows) in table(), kind in 0usize..6, weights in prop::collection::vec(0.1..3.0f64, 3),
        q in 0..3i32, more in 1..3i32, range: bool,
    ) {
        let kind = KINDS[kind];
        let p = (!range || kind == Preference::Level).then(|| f64::from(q + more));
        let method = with(kind, Some(f64::from(q)), p, Some(f64::from(more)));
        let (a, b) = (slices(&records), slices(&rows));
        let own = scores(&method, &a, &a, &weights);
        prop_assert!(close(&own, &twin(&method, &records, &records, &weights, true)));
        prop_assert!(close(&scores(&method, &a, &b, &weights), &twin(&method, &records, &rows, &weights, false)));
        prop_assert!(own.iter().all(|x| x.is_nan() || x.abs() <= 1.0 + 1e-15));
        let reversed: Vec<Vec<f64>> = a.iter().rev().map(|x| x.iter().rev().copied().collect()).collect();
        let turned: Vec<f64> = weights.iter().rev().copied().collect();
        let mut back = scores(&method, &slices(&reversed), &slices(&reversed), &turned);
        back.reverse();
        prop_assert!(close(&own, &back));
    }

    #[test]
    fn complete_flows_sum_to_zero(
        column in prop::collection::vec(-10.0..10.0f64, 2..60), kind in 0usize..6,
    ) {
        let method = with(KINDS[kind], Some(0.5), Some(2.0), Some(1.5));
        let columns = [column.as_slice()];
        let flows = scores(&method, &columns, &columns, &[1.0]);
        prop_assert!(flows.iter().sum::<f64>().abs() < 1e-12 * flows.len() as f64);
    }
}

proptest! {
    /// Scores and thresholds in another unit give the same flows, up to the greatest numbers.
    #[test]
    fn any_unit_gives_the_same(
        (records, rows) in table(), kind in 0usize..6, power in prop_oneof![-1000..1010_i32, 1005..1021_i32],
    ) {
        let factor = 2.0_f64.powi(power);
        let (plain, scaled) = [1.0, factor].map(|factor| {
            let kind = KINDS[kind];
            let of = |needs: bool, value: f64| needs.then_some(value * factor);
            let steps = matches!(kind, Preference::UShape | Preference::Level | Preference::Linear);
            let p = matches!(kind, Preference::Level | Preference::Linear);
            with(kind, of(steps, 1.0), of(p, 3.0), of(kind == Preference::Gaussian, 1.5))
        }).into();
        let times = |table: &[Vec<f64>]| -> Vec<Vec<f64>> {
            table.iter().map(|column| column.iter().map(|x| x * factor).collect()).collect()
        };
        let (large, new) = (times(&records), times(&rows));
        let (a, b, c, d) = (slices(&records), slices(&rows), slices(&large), slices(&new));
        let weights = [1.0, 2.0, 3.0];
        prop_assert!(close(&scores(&plain, &a, &a, &weights), &scores(&scaled, &c, &c, &weights)));
        prop_assert!(close(&scores(&plain, &a, &b, &weights), &scores(&scaled, &c, &d, &weights)));
    }
}

#[test]
#[ignore = "a measurement, not a test"]
#[allow(clippy::print_stderr)]
fn time_of_a_hundred_thousand() {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let columns: Vec<Vec<f64>> = (0..20).map(|_| (0..100_000).map(|_| next()).collect()).collect();
    let short: Vec<&[f64]> = columns.iter().map(|column| &column[..10_000]).collect();
    let columns = slices(&columns);
    let weights: Vec<f64> = (1..=20).map(f64::from).collect();
    let v_shape = with(Preference::VShape, None, Some(0.2), None);
    let gaussian = with(Preference::Gaussian, None, None, Some(0.2));
    for (what, method, columns) in [("v_shape 1e5", v_shape, &columns), ("gaussian 1e4", gaussian, &short)] {
        for _ in 0..if what.starts_with('v') { 7 } else { 1 } {
            let start = std::time::Instant::now();
            let sum: f64 = scores(&method, columns, columns, &weights).iter().sum();
            eprintln!("promethee {what}, 20 children: {:?} (sum {sum:e})", start.elapsed());
        }
    }
}
