//! The design of a sample: strata, primary sampling units, weights, population sizes; and the variance of a total.
//!
//! With units j in strata h, `n_h` of them drawn out of `N_h`, and `u_j` the sum of a variable over the rows of unit j,
//! the variance of its total is `sum_h (1 - n_h / N_h) n_h / (n_h - 1) sum_j (u_j - mean_h)^2`: units drawn with
//! replacement, or with equal chances without it. Later stages of the draw are left to the first one, as is usual.
//! Särndal C.-E., Swensson B., Wretman J. (1992), Model Assisted Survey Sampling, sections 3.7 and 4.3, doi
//! 10.1007/978-1-4612-4378-6; the same as `svyrecvar` of the R package survey with one stage.

use serde::Deserialize;

use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::sum::{Sum, sum};

/// What a stratum with a single sampling unit adds to the variance, which it cannot tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Single {
    /// It is an error.
    Error,
    /// Nothing, as if it had been chosen for certain.
    Certainty,
    /// The square of the distance to the mean of all units (Stata: `singleunit(centered)`).
    Centered,
    /// The square of its own total, with no mean taken off (R survey: `lonely.psu = "adjust"`). For means, ratios and
    /// shares, whose linearized totals are zero, the same as `Centered`.
    Adjust,
}

/// The columns of a design that may be absent; codes are 0 or more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Columns<'a> {
    /// The stratum of each row.
    pub strata: Option<&'a [i64]>,
    /// The primary sampling unit of each row, within its stratum; by default every row is one.
    pub units: Option<&'a [i64]>,
    /// Number of units in the population of the stratum, or, where no value exceeds 1, the share that was drawn.
    pub population: Option<&'a [f64]>,
}

/// A stratum: its units are neighbors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// The first unit.
    pub first: usize,
    /// How many units were drawn.
    pub units: usize,
    /// The share that was not drawn, `1 - n_h / N_h`; 1 without population sizes.
    pub open: f64,
}

/// A checked design. Rows have a place: by stratum, unit, and then as they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    weights: Vec<f64>,
    order: Vec<u32>,
    unit: Vec<u32>,
    stratum: Vec<u32>,
    strata: Vec<Stratum>,
    single: Single,
}

impl Design {
    /// Checks weights and codes and counts units and strata.
    pub fn new(weights: &[f64], columns: Columns<'_>, single: Single) -> Result<Self> {
        let n = weights.len();
        if u32::try_from(n).is_err() {
            return Err(Error::new(Kind::Limit, Problem::general(format!("{n} rows are too many for a survey"))));
        }
        checked_weights(weights)?;
        let strata = checked_codes("strata=", columns.strata, n)?;
        let units = checked_codes("psu=", columns.units, n)?;
        let key =
            |row: u32| (strata.map_or(0, |codes| codes[row as usize]), units.map_or(0, |codes| codes[row as usize]));
        let mut order: Vec<u32> = (0..n as u32).collect();
        if strata.is_some() || units.is_some() {
            order.sort_by_key(|row| key(*row));
        }
        let mut design =
            Self { weights: weights.to_vec(), order, unit: vec![0; n], stratum: vec![], strata: vec![], single };
        let mut last = None;
        for &row in &design.order {
            let (stratum, unit) = key(row);
            if last.is_none_or(|(before, _)| before != stratum) {
                design.strata.push(Stratum { first: design.stratum.len(), units: 0, open: 1.0 });
            }
            if units.is_none() || last != Some((stratum, unit)) {
                design.stratum.push(design.strata.len() as u32 - 1);
                if let Some(stratum) = design.strata.last_mut() {
                    stratum.units += 1;
                }
            }
            design.unit[row as usize] = design.stratum.len() as u32 - 1;
            last = Some((stratum, unit));
        }
        if let Some(population) = columns.population {
            design.close(population)?;
        }
        design.check_single()?;
        Ok(design)
    }

    /// Notes the share of each stratum that was not drawn.
    fn close(&mut self, population: &[f64]) -> Result<()> {
        if population.len() != self.weights.len() {
            return Err(Error::new(Kind::Value, Problem::general("weights= and fpc= differ in length")));
        }
        let problem = |row: usize, message: String| {
            let problem = Problem::at("fpc=", message).row(row).value(population[row].to_string());
            Error::new(Kind::Value, problem)
        };
        let shares = population.iter().all(|size| *size <= 1.0);
        let mut seen = vec![f64::NAN; self.strata.len()];
        for &row in &self.order {
            let row = row as usize;
            let size = population[row];
            let place = self.stratum[self.unit[row] as usize] as usize;
            let drawn = self.strata[place].units as f64;
            if !size.is_finite() || size <= 0.0 {
                return Err(problem(row, "expected the number of units in the population, or the share drawn".into()));
            }
            if !seen[place].is_nan() && seen[place] != size {
                let message = format!("another row of its stratum has {}; a stratum has one population", seen[place]);
                return Err(problem(row, message));
            }
            if !shares && size < drawn {
                let message =
                    format!("the population is smaller than the sample: {drawn} units of the stratum are here");
                return Err(problem(row, message));
            }
            seen[place] = size;
            self.strata[place].open = if shares { 1.0 - size } else { 1.0 - drawn / size };
        }
        Ok(())
    }

    fn check_single(&self) -> Result<()> {
        let alone = |stratum: &&Stratum| stratum.units == 1 && stratum.open > 0.0;
        let count = self.strata.iter().filter(alone).count();
        let Some(first) = self.strata.iter().find(alone) else { return Ok(()) };
        if self.single != Single::Error {
            return Ok(());
        }
        let row = self.order.iter().find(|row| self.unit[**row as usize] as usize == first.first);
        let message = match count {
            1 => "1 stratum has a single sampling unit, which tells nothing of its variance".to_string(),
            _ => format!("{count} strata have a single sampling unit, which tells nothing of their variance"),
        };
        let remedy = "join it to another stratum, or say single=\"certainty\", \"centered\" or \"adjust\"";
        let problem = Problem::at("strata=", message).row(row.map_or(0, |row| *row as usize)).remedy(remedy);
        Err(Error::new(Kind::Degenerate, problem))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The weights of the rows, as they came.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The rows by stratum and unit.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The strata.
    pub fn strata(&self) -> &[Stratum] {
        &self.strata
    }

    /// How many sampling units there are.
    pub fn units(&self) -> usize {
        self.stratum.len()
    }

    /// The unit of a row.
    pub fn unit(&self, row: usize) -> usize {
        self.unit[row] as usize
    }

    /// The stratum of a unit.
    pub fn stratum_of(&self, unit: usize) -> Stratum {
        self.strata[self.stratum[unit] as usize]
    }

    /// What is done about strata with a single unit.
    pub fn single(&self) -> Single {
        self.single
    }

    /// Degrees of freedom: units less strata.
    pub fn degrees(&self) -> f64 {
        self.units() as f64 - self.strata.len() as f64
    }

    /// The standard error of the sum of `z`, whatever its unit: squares neither overflow nor vanish.
    pub fn error(&self, parts: impl Iterator<Item = (usize, f64)> + Clone) -> f64 {
        let largest = parts.clone().fold(0.0, |largest: f64, (_, z)| largest.max(z.abs()));
        if largest == 0.0 {
            return 0.0;
        }
        // A power of two changes no digit.
        let unit = largest.log2().floor().clamp(-1000.0, 1000.0).exp2();
        unit * self.variance(parts.map(|(row, z)| (row, z / unit))).max(0.0).sqrt()
    }

    /// The variance of the sum of `z` over rows in the order of the design; rows that are not named count 0.
    pub fn variance(&self, parts: impl Iterator<Item = (usize, f64)>) -> f64 {
        let mut walk = Walk::new(self);
        for (row, z) in parts {
            walk.add(self.unit[row] as usize, z);
        }
        walk.finish()
    }
}

/// Weights and values beyond this are refused, so that no product or sum of products overflows.
pub const LARGEST: f64 = 1e100;

fn checked_weights(weights: &[f64]) -> Result<()> {
    if let Some(row) = weights.iter().position(|weight| *weight > LARGEST && weight.is_finite()) {
        let problem = Problem::at("weights=", "expected at most 1e100").remedy("divide all weights by the same number");
        return Err(Error::new(Kind::Value, problem.row(row).value(format!("{:e}", weights[row]))));
    }
    if let Some(row) = weights.iter().position(|weight| !weight.is_finite() || *weight < 0.0) {
        let problem = Problem::at("weights=", "expected a finite weight of at least 0");
        return Err(Error::new(Kind::Value, problem.row(row).value(weights[row].to_string())));
    }
    if !weights.is_empty() && weights.iter().all(|weight| *weight == 0.0) {
        let problem = Problem::at("weights=", "all weights are 0, so nothing can be estimated");
        return Err(Error::new(Kind::Degenerate, problem));
    }
    Ok(())
}

fn checked_codes<'a>(name: &str, codes: Option<&'a [i64]>, n: usize) -> Result<Option<&'a [i64]>> {
    let Some(codes) = codes else { return Ok(None) };
    if codes.len() != n {
        return Err(Error::new(Kind::Value, Problem::general(format!("weights= and {name} differ in length"))));
    }
    if let Some(row) = codes.iter().position(|code| *code < 0) {
        let problem = Problem::at(name, "is missing; a design needs it for every row").row(row);
        return Err(Error::new(Kind::Value, problem));
    }
    Ok(Some(codes))
}

/// Sums of units, then squares of strata, in one walk over rows.
struct Walk<'d> {
    design: &'d Design,
    unit: Option<usize>,
    total: Sum,
    /// Sums of the units of the present stratum that have rows.
    totals: Vec<f64>,
    grand: Sum,
    variance: Sum,
    /// Sums of strata with a single unit, where they count.
    alone: Vec<(f64, f64)>,
}

impl<'d> Walk<'d> {
    fn new(design: &'d Design) -> Self {
        let (total, grand, variance) = Default::default();
        Self { design, unit: None, total, totals: vec![], grand, variance, alone: vec![] }
    }

    fn add(&mut self, unit: usize, z: f64) {
        if self.unit != Some(unit) {
            self.end_unit();
            if self.unit.is_some_and(|before| self.design.stratum[before] != self.design.stratum[unit]) {
                self.end_stratum();
            }
            self.unit = Some(unit);
        }
        self.total.add(z);
    }

    fn end_unit(&mut self) {
        if self.unit.is_some() {
            let total = std::mem::take(&mut self.total).value();
            self.grand.add(total);
            self.totals.push(total);
        }
    }

    fn end_stratum(&mut self) {
        let Some(unit) = self.unit else { return };
        let stratum = self.design.stratum_of(unit);
        let n = stratum.units as f64;
        if stratum.units == 1 {
            self.alone.extend(self.totals.first().map(|total| (*total, stratum.open)));
        } else if stratum.open > 0.0 {
            let mean = sum(&self.totals) / n;
            let absent = (stratum.units - self.totals.len()) as f64;
            let squares: Sum = self.totals.iter().fold(Sum::default(), |mut squares, total| {
                squares.add((total - mean) * (total - mean));
                squares
            });
            self.variance.add(stratum.open * n / (n - 1.0) * (squares.value() + absent * mean * mean));
        }
        self.totals.clear();
    }

    fn finish(mut self) -> f64 {
        self.end_unit();
        self.end_stratum();
        let centered = self.design.single == Single::Centered;
        if centered || self.design.single == Single::Adjust {
            let mean = if centered { self.grand.value() / self.design.units() as f64 } else { 0.0 };
            let mut open: f64 = self.design.strata.iter().filter(|s| s.units == 1).map(|s| s.open).sum();
            for (total, share) in &self.alone {
                self.variance.add(share * (total - mean) * (total - mean));
                open -= share;
            }
            // Units whose rows were not named have the total 0.
            self.variance.add(open.max(0.0) * mean * mean);
        }
        self.variance.value()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{plain, stratified};
    use super::*;

    fn all(z: &[f64]) -> impl Iterator<Item = (usize, f64)> + Clone + '_ {
        z.iter().copied().enumerate()
    }

    #[test]
    fn without_strata_it_is_the_plain_formula() {
        // n / (n - 1) sum (z - mean)^2 = 4 / 3 * 5.
        let design = plain(&[1.0; 4]);
        assert!((design.variance(all(&[1.0, 2.0, 3.0, 4.0])) - 20.0 / 3.0).abs() < 1e-14);
        assert_eq!(design.degrees(), 3.0);
    }

    #[test]
    fn strata_units_and_populations_by_hand() {
        let (strata, units) = ([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1]);
        let population = [4.0, 4.0, 4.0, 8.0, 8.0, 8.0];
        let columns = Columns { strata: Some(&strata), units: Some(&units), population: Some(&population) };
        let design = Design::new(&[1.0; 6], columns, Single::Error).expect("valid");
        assert_eq!((design.units(), design.degrees()), (4, 2.0));
        // Units: 3, 3 and 4, 11; squares: 0 and 24.5; 2 / 1 * (1 - 2/8) * 24.5.
        assert!((design.variance(all(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])) - 36.75).abs() < 1e-12);
        // A unit without rows counts 0: units 3, 0 and 4, 0.
        let some = [(0, 1.0), (1, 2.0), (3, 4.0)];
        assert!((design.variance(some.into_iter()) - (0.5 * 2.0 * 4.5 + 0.75 * 2.0 * 8.0)).abs() < 1e-12);
    }

    #[test]
    fn single_units() {
        let (weights, strata) = ([1.0; 3], [0, 0, 1]);
        let z = [1.0, 3.0, 8.0];
        let variance = |single| stratified(&weights, &strata, single).variance(all(&z));
        assert_eq!(variance(Single::Certainty), 4.0);
        assert_eq!(variance(Single::Centered), 4.0 + 16.0);
        assert_eq!(variance(Single::Adjust), 4.0 + 64.0);
        // The mean of all units is 4 / 3 where the last one has no rows.
        let design = stratified(&weights, &strata, Single::Centered);
        assert!((design.variance([(0, 1.0), (1, 3.0)].into_iter()) - (4.0 + 16.0 / 9.0)).abs() < 1e-14);
        let columns = Columns { strata: Some(&strata), ..Columns::default() };
        let error = Design::new(&weights, columns, Single::Error).expect_err("single");
        assert_eq!(error.problems[0].rows, [2]);
        assert!(error.to_string().contains("strata=: 1 stratum has a single sampling unit"), "{error}");
        // One unit that was the whole stratum is no problem.
        let columns = Columns { population: Some(&[9.0, 9.0, 1.0]), ..columns };
        assert!(Design::new(&weights, columns, Single::Error).is_ok());
    }

    #[test]
    fn bad_columns_are_named() {
        let text =
            |weights: &[f64], columns| Design::new(weights, columns, Single::Error).expect_err("bad").to_string();
        assert!(text(&[1.0, -1.0], Columns::default()).contains("weights=: -1: expected"));
        assert!(text(&[1.0, f64::NAN], Columns::default()).contains("weights=: NaN"));
        assert!(text(&[1.0, 1e101], Columns::default()).contains("expected at most 1e100"));
        assert!(text(&[0.0, 0.0], Columns::default()).contains("all weights are 0"));
        let columns = Columns { strata: Some(&[0, -1]), ..Columns::default() };
        assert!(text(&[1.0, 1.0], columns).contains("strata=: is missing"));
        let fpc = |population| Columns { population: Some(population), ..Columns::default() };
        assert!(text(&[1.0, 1.0], fpc(&[5.0, 6.0])).contains("another row of its stratum has 5"));
        assert!(text(&[1.0; 3], fpc(&[2.0; 3])).contains("smaller than the sample: 3 units"));
        assert!(text(&[1.0; 2], fpc(&[f64::NAN; 2])).contains("expected the number of units"));
        assert!(text(&[1.0; 2], fpc(&[5.0])).contains("differ in length"));
    }

    #[test]
    fn errors_have_the_unit_of_the_variable() {
        let design = plain(&[1.0; 4]);
        let z = [1.0, 2.0, 3.0, 4.0];
        let expected = (20.0_f64 / 3.0).sqrt();
        for unit in [1.0, 2.0_f64.powi(-900), 2.0_f64.powi(900), 1e-300, 1e300] {
            let found = design.error(all(&z.map(|z| z * unit))) / unit;
            assert!((found - expected).abs() < 1e-13, "{unit}");
        }
        assert_eq!(design.error(all(&[0.0; 4])), 0.0);
    }

    #[test]
    fn shares_drawn_are_populations() {
        let shares = [0.25; 4];
        let sizes = [16.0; 4];
        let of = |population| {
            let columns = Columns { population: Some(population), ..Columns::default() };
            Design::new(&[1.0; 4], columns, Single::Error).expect("valid").variance(all(&[1.0, 2.0, 3.0, 5.0]))
        };
        assert_eq!(of(&shares), of(&sizes));
    }
}
