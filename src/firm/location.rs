//! Where industries are: location quotients, and the concentration of Ellison and Glaeser.
//!
//! `LQ = (x_ri / x_r) / (x_i / x)`. `G = sum_r (s_r - x_r)^2` over regions with shares `s` of the industry and `x` of all, `H`
//! the Herfindahl of its plants: `gamma = (G / (1 - sum x_r^2) - H) / (1 - H)`. Ellison G., Glaeser E. L. (1997), Geographic
//! concentration in U.S. manufacturing industries, Journal of Political Economy 105(5): 889-927, doi:10.1086/262098.

use super::concentration::{Concentration, totals};
use super::same_length;
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::sum::Sum;

const MOST_CELLS: usize = 10_000_000;

/// Values added up by region and industry.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    sums: Vec<f64>,
    regions: Vec<f64>,
    industries: Vec<f64>,
    total: f64,
}

fn added(values: &[f64]) -> f64 {
    Sum::of(values).value()
}

impl Cells {
    /// The sums of rows; rows without a region, an industry or a value belong nowhere.
    pub fn new(values: &[f64], regions: &[i64], industries: &[i64], [rows, columns]: [usize; 2]) -> Result<Self> {
        same_length(&[values.len(), regions.len(), industries.len()])?;
        let count = rows.saturating_mul(columns);
        if count > MOST_CELLS {
            let message = format!("{rows} regions times {columns} industries are too many to tabulate");
            return Err(Error::new(Kind::Limit, Problem::general(message)));
        }
        let width = i64::try_from(columns).unwrap_or(i64::MAX);
        let known = |region: i64, industry: i64| region >= 0 && industry >= 0 && industry < width;
        let codes: Vec<i64> =
            regions
                .iter()
                .zip(industries)
                .map(|(region, industry)| {
                    if known(*region, *industry) { region.saturating_mul(width).saturating_add(*industry) } else { -1 }
                })
                .collect();
        let sums = totals(values, &codes, count)?;
        let of_region = sums.chunks(columns.max(1)).map(added).collect();
        let of_industry = (0..columns)
            .map(|column| added(&sums.iter().skip(column).step_by(columns).copied().collect::<Vec<_>>()))
            .collect();
        let total = added(&sums);
        Ok(Self { sums, regions: of_region, industries: of_industry, total })
    }

    /// The sums, region by region.
    pub fn sums(&self) -> &[f64] {
        &self.sums
    }

    /// Location quotients, region by region; NaN where a region or an industry has nothing.
    pub fn quotients(&self) -> Vec<f64> {
        let mut found = Vec::with_capacity(self.sums.len());
        for (row, region) in self.sums.chunks(self.industries.len().max(1)).zip(&self.regions) {
            for (cell, industry) in row.iter().zip(&self.industries) {
                let expected = industry / self.total;
                found.push(if *region > 0.0 && expected > 0.0 { cell / region / expected } else { f64::NAN });
            }
        }
        found
    }

    /// `G`, `H`, `gamma` of each industry; NaN where an industry has nothing, `gamma` also where it has one plant or there is
    /// one region.
    pub fn ellison_glaeser(&self, plants: &[Concentration]) -> Vec<[f64; 3]> {
        let shares: Vec<f64> = self.regions.iter().map(|region| region / self.total).collect();
        let squares = added(&shares.iter().map(|share| share * share).collect::<Vec<_>>());
        let columns = self.industries.len();
        let one = |(column, plants): (usize, &Concentration)| {
            let cells = self.sums.iter().skip(column).step_by(columns);
            let industry = self.industries.get(column).copied().unwrap_or(f64::NAN);
            if industry.is_nan() || industry <= 0.0 {
                return [f64::NAN; 3];
            }
            let apart = |(cell, share): (&f64, &f64)| (cell / industry - share) * (cell / industry - share);
            let raw = added(&cells.zip(&shares).map(apart).collect::<Vec<_>>());
            let spread = 1.0 - squares;
            let defined = spread > 1e-12 && plants.n > 1;
            let gamma = if defined { (raw / spread - plants.hhi) / (1.0 - plants.hhi) } else { f64::NAN };
            [raw, plants.hhi, gamma]
        };
        plants.iter().enumerate().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::concentration::concentration;
    use super::*;

    #[test]
    fn quotients_of_two_by_two() {
        // Half of the first region in an industry that has 40 % of all: 1.25, and .5 / .6.
        let values = [50.0, 50.0, 30.0, 70.0];
        let cells = Cells::new(&values, &[0, 0, 1, 1], &[0, 1, 0, 1], [2, 2]).unwrap();
        let found = cells.quotients();
        assert!((found[0] - 1.25).abs() < 1e-15 && (found[1] - 0.833_333_333_333_333_4).abs() < 1e-15);
        assert!((found[2] - 0.75).abs() < 1e-15);
        assert_eq!(cells.sums(), values);
    }

    #[test]
    fn an_industry_in_one_place_and_one_spread_evenly() {
        // Two regions of equal size; industry 0 all in the first (4 plants), industry 1 in the rest.
        let values = [1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 4.0, 4.0];
        let regions = [0, 0, 0, 0, 0, 0, 1, 1];
        let industries = [0, 0, 0, 0, 1, 1, 1, 1];
        let cells = Cells::new(&values, &regions, &industries, [2, 2]).unwrap();
        let plants = concentration(&values, &industries, 2, None, &[]).unwrap();
        let found = cells.ellison_glaeser(&plants);
        // G = .25 + .25, H = 1/4, 1 - sum x^2 = .5: (1 - .25) / .75 = 1.
        assert_eq!(found[0], [0.5, 0.25, 1.0]);
        let g = 2.0 * (4.0_f64 / 12.0 - 0.5).powi(2);
        let h = (4.0 + 4.0 + 16.0 + 16.0) / 144.0;
        assert!((found[1][2] - (g / 0.5 - h) / (1.0 - h)).abs() < 1e-15);
    }

    #[test]
    fn nothing_to_divide_by() {
        let cells = Cells::new(&[1.0, f64::NAN], &[0, 1], &[0, 1], [2, 2]).unwrap();
        let found = cells.quotients();
        assert!(found[0] == 1.0 && found[1..].iter().all(|value| value.is_nan()));
        let plants = concentration(&[1.0, f64::NAN], &[0, 1], 2, None, &[]).unwrap();
        let found = cells.ellison_glaeser(&plants);
        assert!(found[0][2].is_nan() && found[1][0].is_nan());
        assert!(Cells::new(&[], &[], &[], [usize::MAX, 2]).is_err());
    }
}
