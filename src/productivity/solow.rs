//! The index of Solow: output less inputs weighted by their shares of cost. Nothing is estimated.
//!
//! Solow R. M. (1957), Review of Economics and Statistics 39(3): 312-320, doi 10.2307/1926047; growth with the shares of two
//! years: Tornqvist L. (1936), Bank of Finland Monthly Bulletin 10: 1-8.

use serde::Deserialize;

use super::sample::{NONE, Sample};

/// Whose shares weight the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shares {
    /// The mean of all rows.
    Mean,
    /// Those of the row.
    Own,
    /// The mean of the row and the one a step earlier; the index is growth since then.
    Tornqvist,
}

/// The mean share of each input, the index of each row, and how many rows have no shares. NaN where costs are missing, negative
/// or all zero, and for growth where there is no row a step earlier.
pub fn solow(sample: &Sample, costs: &[Vec<f64>], shares: Shares) -> (Vec<f64>, Vec<f64>, usize) {
    let n = sample.output.len();
    let row_shares: Vec<Vec<f64>> = (0..n).map(|row| own(costs, row)).collect();
    let told: Vec<&Vec<f64>> = row_shares.iter().filter(|own| own.iter().all(|share| !share.is_nan())).collect();
    let mean: Vec<f64> =
        (0..costs.len()).map(|i| told.iter().map(|own| own[i]).sum::<f64>() / told.len() as f64).collect();
    let inputs: Vec<&Vec<f64>> = sample.inputs().collect();
    let index = (0..n).map(|row| {
        let weighted = |shares: &[f64]| inputs.iter().zip(shares).map(|(x, share)| share * x[row]).sum::<f64>();
        match shares {
            Shares::Mean => sample.output[row] - weighted(&mean),
            Shares::Own => sample.output[row] - weighted(&row_shares[row]),
            Shares::Tornqvist => {
                let lag = sample.lag[row];
                if lag == NONE {
                    return f64::NAN;
                }
                let both = row_shares[row].iter().zip(&row_shares[lag]).map(|(a, b)| f64::midpoint(*a, *b));
                let grown = inputs.iter().zip(both).map(|(x, share)| share * (x[row] - x[lag])).sum::<f64>();
                sample.output[row] - sample.output[lag] - grown
            }
        }
    });
    let index = index.collect();
    (mean, index, n - told.len())
}

fn own(costs: &[Vec<f64>], row: usize) -> Vec<f64> {
    let total: f64 = costs.iter().map(|cost| cost[row]).sum();
    let sound = total > 0.0 && costs.iter().all(|cost| cost[row] >= 0.0);
    costs.iter().map(|cost| if sound { cost[row] / total } else { f64::NAN }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hand() {
        let sample = Sample {
            output: vec![3.0, 4.0],
            free: vec![vec![1.0, 2.0]],
            state: vec![vec![2.0, 2.5]],
            lag: vec![NONE, 0],
            ..Sample::default()
        };
        let costs = [vec![3.0, 1.0], vec![1.0, 1.0]];
        let (mean, index, without) = solow(&sample, &costs, Shares::Mean);
        assert_eq!((mean, without), (vec![0.625, 0.375], 0));
        assert_eq!(index, [3.0 - 0.625 - 0.75, 4.0 - 1.25 - 0.9375]);
        assert_eq!(solow(&sample, &costs, Shares::Own).1, [3.0 - 0.75 - 0.5, 4.0 - 1.0 - 1.25]);
        let growth = solow(&sample, &costs, Shares::Tornqvist).1;
        assert!(growth[0].is_nan() && (growth[1] - (1.0 - 0.625 - 0.1875)).abs() < 1e-15);
        let negative = solow(&sample, &[vec![-1.0, 1.0], vec![3.0, 1.0]], Shares::Own);
        assert!(negative.1[0].is_nan() && negative.2 == 1);
    }
}
