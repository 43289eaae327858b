//! Classes of values: cut-offs pooled or by period, and the class of each row.
//!
//! Quantiles are of type 7 (`numeric::quantile`); a value on a cut-off belongs to the class below. Comparison is exact: the cut-offs
//! are data, and near is not the same there.

use crate::numeric::quantile::quantile;
use crate::numeric::sum::Sum;

/// The class of what has none.
pub const NONE: u32 = u32::MAX;

/// Distinct periods in ascending order, and the place of each row's.
pub fn coded(periods: &[i64]) -> (Vec<i64>, Vec<u32>) {
    let mut distinct = periods.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let place = |period: &i64| distinct.binary_search(period).map_or(NONE, |place| place as u32);
    let codes = periods.iter().map(place).collect();
    (distinct, codes)
}

/// Values as multiples of the mean of their period. The place of a period whose mean is not positive, and that mean, where there
/// is one.
pub fn relative(values: &[f64], codes: &[u32], count: usize) -> Result<Vec<f64>, (usize, f64)> {
    let mut sums = vec![(Sum::default(), 0_usize); count];
    for (value, code) in values.iter().zip(codes).filter(|(value, _)| !value.is_nan()) {
        if let Some((sum, known)) = sums.get_mut(*code as usize) {
            sum.add(*value);
            *known += 1;
        }
    }
    let means: Vec<f64> = sums.iter().map(|(sum, known)| sum.value() / *known as f64).collect();
    if let Some(place) = means.iter().position(|mean| *mean <= 0.0) {
        return Err((place, means[place]));
    }
    Ok(values.iter().zip(codes).map(|(value, code)| value / means.get(*code as usize).unwrap_or(&f64::NAN)).collect())
}

/// Quantiles that cut into classes of equal size: one set for all rows, or one for each of `count` periods. NaN where there is no
/// value.
pub fn quantiles(values: &[f64], codes: &[u32], count: usize, classes: usize, each: bool) -> Vec<Vec<f64>> {
    let mut parts: Vec<Vec<f64>> = vec![Vec::new(); if each { count } else { 1 }];
    for (value, code) in values.iter().zip(codes).filter(|(value, _)| !value.is_nan()) {
        if let Some(part) = parts.get_mut(if each { *code as usize } else { 0 }) {
            part.push(*value);
        }
    }
    let cuts = |mut part: Vec<f64>| {
        part.sort_unstable_by(f64::total_cmp);
        (1..classes).map(|place| quantile(&part, place as f64 / classes as f64)).collect()
    };
    parts.into_iter().map(cuts).collect()
}

/// The class of each value by the cut-offs of its period, or by the only ones there are.
pub fn classed(values: &[f64], codes: &[u32], cuts: &[Vec<f64>]) -> Vec<u32> {
    let each = cuts.len() > 1;
    let of = |(value, code): (&f64, &u32)| {
        let own = cuts.get(if each { *code as usize } else { 0 });
        own.and_then(|own| class(*value, own)).map_or(NONE, |class| class as u32)
    };
    values.iter().zip(codes).map(of).collect()
}

/// The class of a value among ascending cut-offs: the number of those below it. None without a value or cut-offs.
pub fn class(value: f64, cuts: &[f64]) -> Option<usize> {
    let known = !value.is_nan() && cuts.iter().all(|cut| !cut.is_nan());
    known.then(|| cuts.partition_point(|cut| value > *cut))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn classes_close_above() {
        assert_eq!(class(1.0, &[1.0, 2.0]), Some(0));
        assert_eq!(class(1.5, &[1.0, 2.0]), Some(1));
        assert_eq!(class(9.0, &[1.0, 2.0]), Some(2));
        assert_eq!(class(f64::NAN, &[1.0]), None);
        assert_eq!(class(1.0, &[f64::NAN]), None);
        // Tied cut-offs leave the classes between them empty.
        assert_eq!((class(1.0, &[1.0, 1.0]), class(1.1, &[1.0, 1.0])), (Some(0), Some(2)));
    }

    #[test]
    fn cut_offs_are_those_of_numpy() {
        // numpy.quantile([1, 2, 3, 4, 10], [1/3, 2/3]) and of each half.
        let (values, codes) = ([10.0, 1.0, f64::NAN, 2.0, 4.0, 3.0], [0, 1, 1, 1, 0, 0]);
        let pooled = quantiles(&values, &codes, 2, 3, false);
        assert!((pooled[0][0] - 7.0 / 3.0).abs() < 1e-15 && (pooled[0][1] - 11.0 / 3.0).abs() < 1e-15);
        assert_eq!(quantiles(&values, &codes, 2, 2, true), [[4.0], [1.5]]);
        assert_eq!(classed(&values, &codes, &[vec![4.0], vec![1.5]]), [1, 0, NONE, 1, 0, 0]);
        assert!(quantiles(&[], &[], 0, 2, false)[0][0].is_nan());
    }

    #[test]
    fn multiples_of_the_mean_need_a_positive_one() {
        assert_eq!(relative(&[1.0, 3.0, f64::NAN, 5.0], &[0, 0, 0, 1], 2).unwrap()[..2], [0.5, 1.5]);
        assert_eq!(relative(&[1.0, 0.0], &[0, 1], 2), Err((1, 0.0)));
        assert!(relative(&[f64::NAN], &[0], 1).unwrap()[0].is_nan());
        assert_eq!(coded(&[2020, 2018, 2020, 2019]), (vec![2018, 2019, 2020], vec![2, 0, 2, 1]));
    }

    proptest! {
        #[test]
        fn classes_count_the_cut_offs_below(value in -9.0..9.0f64, mut cuts in prop::collection::vec(-9.0..9.0f64, 0..6)) {
            cuts.sort_unstable_by(f64::total_cmp);
            prop_assert_eq!(class(value, &cuts), Some(cuts.iter().filter(|cut| value > **cut).count()));
        }
    }
}
