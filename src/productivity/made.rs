//! Firms made for tests: what goes in must come out.

use super::*;
use crate::numeric::random::SplitMix64;
use crate::parallel::Cancel;

/// Labor is chosen half a step early (so that it is no function of the rest), materials tell productivity exactly.
fn made(firms: usize, years: usize, seed: u64, early: bool) -> Sample {
    let mut random = SplitMix64::new(seed);
    let (mut y, mut l, mut k, mut m) = (vec![], vec![], vec![], vec![]);
    let (mut unit, mut time) = (vec![], vec![]);
    for firm in 0..firms {
        let mut w = random.normal() * 0.25;
        let (mut capital, mut wage) = (1.5 + random.normal(), 0.0);
        for year in 0..years {
            let known = if early { 0.8 * w + 0.07 * random.normal() } else { 0.0 };
            w = if early { known + 0.1 * random.normal() } else { 0.8 * w + 0.12 * random.normal() };
            wage = 0.4 * wage + 0.15 * random.normal();
            // Optimal but for what labor does not know yet; the noise of the wage moves it apart from the rest.
            let labor = if early { 1.5 * known } else { 1.5 * w } + 0.5 * capital - 2.0 * wage;
            y.push(1.0 + 0.6 * labor + 0.3 * capital + w + 0.1 * random.normal());
            // In the second model materials are chosen before labor.
            m.push(if early { 0.6 * labor } else { 0.0 } + 0.4 * capital + 1.2 * w);
            l.push(labor);
            k.push(capital);
            unit.push(i64::try_from(firm).unwrap_or(0));
            time.push(year as f64);
            capital = 0.9 * capital + 0.4 * w + 0.2 * random.normal();
        }
    }
    let (free, state) = ([l], [k]);
    let columns =
        Columns { output: &y, free: &free, state: &state, proxy: Some(&m), exit: None, unit: &unit, time: &time };
    Sample::new(&columns, true, 1.0).map(|(sample, _)| sample).unwrap_or_default()
}

fn with(method: Method) -> Options {
    Options { method, degree: 2, markov: 3, gross: false, system: System::Joint, cluster: false }
}

fn near(sample: &Sample, options: &Options, within: [f64; 2]) {
    let found = estimate(sample, options).map(|found| found.coefficients).unwrap_or_default();
    assert!((found[0] - 0.6).abs() < within[0] && (found[1] - 0.3).abs() < within[1], "{options:?}: {found:?}");
}

#[test]
fn what_was_put_in_comes_out_and_least_squares_misses_it() {
    let sample = made(2000, 10, 1, false);
    near(&sample, &with(Method::LevinsohnPetrin), [0.01, 0.02]);
    near(&sample, &with(Method::OlleyPakes), [0.01, 0.02]);
    near(&sample, &with(Method::Wooldridge), [0.01, 0.02]);
    near(&sample, &Options { system: System::Second, ..with(Method::Wooldridge) }, [0.05, 0.05]);
    let ols = estimate(&sample, &with(Method::Ols)).map(|found| found.coefficients).unwrap_or_default();
    assert!(ols[1] > 0.65, "{ols:?}");
}

#[test]
fn labor_that_depends_on_the_rest_is_left_to_the_second_step() {
    let sample = made(3000, 10, 2, true);
    near(&sample, &Options { markov: 1, ..with(Method::AckerbergCavesFrazer) }, [0.03, 0.03]);
    near(&sample, &with(Method::AckerbergCavesFrazer), [0.05, 0.05]);
}

#[test]
fn replicates_do_not_depend_on_threads_and_spread_like_the_estimate() {
    let sample = made(200, 6, 3, false);
    let options = with(Method::LevinsohnPetrin);
    let draw = |threads| bootstrap::replicates(&sample, &options, 40, 7, Some(threads), &Cancel::new());
    let (one, two) = (draw(1).map_err(|_| ()), draw(2).map_err(|_| ()));
    assert_eq!(one, two);
    let [se, low, high] = one.map_or([f64::NAN; 3], |found| found.summaries(2, 0.9)[0]);
    assert!(se > 0.003 && se < 0.05 && low < 0.63 && high > 0.57, "{se} {low} {high}");
}

#[test]
fn gross_output_gives_materials_a_coefficient_and_hostile_samples_are_errors() {
    let mut sample = made(3000, 10, 4, false);
    // Gross output: materials with 0.2, chosen with a noise of their own so that they are no function of the rest.
    for (y, m) in sample.output.iter_mut().zip(&sample.proxy) {
        *y += 0.2 * m;
    }
    let found = estimate(&sample, &Options { gross: true, ..with(Method::LevinsohnPetrin) });
    let found = found.map(|found| found.coefficients).unwrap_or_default();
    assert!(found.len() == 3 && (found[0] - 0.6).abs() < 0.01, "{found:?}");
    for method in
        [Method::Ols, Method::FixedEffects, Method::OlleyPakes, Method::Wooldridge, Method::AckerbergCavesFrazer]
    {
        assert!(estimate(&Sample::default(), &with(method)).is_err(), "{method:?}");
        assert!(estimate(&made(1, 2, 1, false), &with(method)).is_err(), "{method:?}");
    }
}
