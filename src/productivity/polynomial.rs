//! All products of powers of columns up to a degree.

use super::sample::Sample;

/// Columns of a complete polynomial without its constant: first the columns themselves, then the products of two, and so on.
pub fn terms(columns: &[&[f64]], degree: usize) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = Vec::new();
    // The last column of each product, so that none comes twice.
    let mut last: Vec<(Vec<f64>, usize)> = columns.iter().enumerate().map(|(i, column)| (column.to_vec(), i)).collect();
    for power in 1..=degree {
        all.extend(last.iter().map(|(values, _)| values.clone()));
        if power == degree {
            break;
        }
        let mut next = Vec::new();
        for (values, from) in &last {
            for (i, column) in columns.iter().enumerate().skip(*from) {
                next.push((values.iter().zip(*column).map(|(a, b)| a * b).collect(), i));
            }
        }
        last = next;
    }
    all
}

/// The polynomial in state and proxy. In standard deviations: with a constant it spans the same.
pub fn in_proxy(sample: &Sample, degree: usize) -> Vec<Vec<f64>> {
    let base: Vec<Vec<f64>> = sample.state.iter().chain([&sample.proxy]).map(|column| standardized(column)).collect();
    terms(&base.iter().map(Vec::as_slice).collect::<Vec<_>>(), degree)
}

/// How many terms there are, the constant among them.
pub fn count(columns: usize, degree: usize) -> usize {
    (1..=degree).fold(1, |all, power| all * (columns + power) / power)
}

/// A column less its mean, in standard deviations; as it is where it does not vary.
pub fn standardized(column: &[f64]) -> Vec<f64> {
    Scale::of(column).apply(column)
}

/// Mean and standard deviation of a column.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    mean: f64,
    unit: f64,
}

impl Scale {
    /// Those of a column.
    pub fn of(column: &[f64]) -> Self {
        let n = column.len() as f64;
        let mean = column.iter().sum::<f64>() / n;
        let spread = (column.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n).sqrt();
        Self { mean, unit: if spread > 0.0 { 1.0 / spread } else { 1.0 } }
    }

    /// Values of the column by it.
    pub fn apply(self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|value| (value - self.mean) * self.unit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_terms_of_three_columns_but_the_constant() {
        let found = terms(&[&[2.0], &[3.0], &[5.0]], 2);
        assert_eq!(found.concat(), [2.0, 3.0, 5.0, 4.0, 6.0, 10.0, 9.0, 15.0, 25.0]);
        assert_eq!(terms(&[&[2.0], &[3.0]], 3).len(), 9);
        assert_eq!([count(1, 3), count(2, 3), count(3, 2)], [4, 10, 10]);
        assert_eq!(standardized(&[1.0, 3.0]), [-1.0, 1.0]);
        assert_eq!(standardized(&[2.0, 2.0]), [0.0, 0.0]);
    }
}
