//! Skewness and excess kurtosis of a distribution, the adjusted (type 2) forms of spreadsheets.
//!
//! With S_k = sum((x - mean)^k): skewness = sqrt(n (n-1)) / (n-2) * sqrt(n) S_3 / S_2^1.5, from 3 values; excess kurtosis
//! = (n-1) / ((n-2)(n-3)) * ((n+1) (n S_4 / S_2^2 - 3) + 6), from 4. A constant column has neither. Joanes and Gill (1998),
//! doi:10.1111/1467-9884.00122.

use super::Check;
use crate::numeric::distribution::Distribution;
use crate::numeric::sum::Sum;

/// Skewness and kurtosis of a distribution.
pub fn shape(values: &Distribution) -> Check {
    clamped(values.values(), values.counts(), f64::NEG_INFINITY, f64::INFINITY)
}

/// The same after capping.
pub fn clamped(values: &[f64], counts: &[u64], low: f64, high: f64) -> Check {
    let n = counts.iter().sum::<u64>() as f64;
    let capped = |x: f64| x.max(low).min(high);
    let mut total = Sum::default();
    for (&x, &count) in values.iter().zip(counts) {
        total.add(capped(x) * count as f64);
    }
    let mean = total.value() / n;
    let (mut s2, mut s3, mut s4) = (Sum::default(), Sum::default(), Sum::default());
    for (&x, &count) in values.iter().zip(counts) {
        let d = capped(x) - mean;
        let square = d * d;
        s2.add(square * count as f64);
        s3.add(square * d * count as f64);
        s4.add(square * square * count as f64);
    }
    let (s2, s3, s4) = (s2.value(), s3.value(), s4.value());
    let varies = values.first().zip(values.last()).is_some_and(|(first, last)| capped(*first) < capped(*last));
    let defined = |value: f64| Some(value).filter(|value| varies && value.is_finite());
    let skewness = (n * (n - 1.0)).sqrt() / (n - 2.0) * n.sqrt() * s3 / (s2 * s2.sqrt());
    let kurtosis = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (n * s4 / (s2 * s2) - 3.0) + 6.0);
    Check {
        skewness: defined(skewness).filter(|_| n >= 3.0),
        kurtosis: defined(kurtosis).filter(|_| n >= 4.0),
        passes: None,
    }
}
