//! The chance to survive: a probit of staying on a polynomial in state and proxy.

use super::dependent;
use super::polynomial::{standardized, terms};
use super::sample::{Sample, pick};
use crate::error::{Error, Kind, Problem, Result};
use crate::numeric::least_squares::LeastSquares;
use crate::numeric::special::normal_two_sided;

/// Steps after which it is given up.
const MOST: usize = 60;

/// The chance that the firm is there a step later, for each row; NaN where nobody knows whether it left.
pub fn survival(sample: &Sample, degree: usize) -> Result<Vec<f64>> {
    let rows: Vec<usize> = (0..sample.exit.len()).filter(|row| !sample.exit[*row].is_nan()).collect();
    let stays: Vec<bool> = rows.iter().map(|row| sample.exit[*row] == 0.0).collect();
    if stays.iter().all(|stay| *stay) || stays.iter().all(|stay| !stay) {
        let problem = Problem::general("exit=: no firm leaves, or none stays: there is nothing to correct for");
        return Err(Error::new(Kind::Degenerate, problem.remedy("leave exit= out")));
    }
    let base: Vec<Vec<f64>> =
        sample.state.iter().chain([&sample.proxy]).map(|column| standardized(&pick(column, &rows))).collect();
    let mut columns = vec![vec![1.0; rows.len()]];
    columns.extend(terms(&base.iter().map(Vec::as_slice).collect::<Vec<_>>(), degree));
    let Some(chances) = fit(&columns, &stays)? else {
        let message = "exit=: the probit of survival did not settle (exits are told apart without error, or too few)";
        return Err(Error::new(Kind::Degenerate, Problem::general(message).remedy("lower the degree")));
    };
    let mut all = vec![f64::NAN; sample.exit.len()];
    rows.into_iter().zip(chances).for_each(|(row, chance)| all[row] = chance);
    Ok(all)
}

/// Fisher scoring; none where it does not settle.
fn fit(columns: &[Vec<f64>], yes: &[bool]) -> Result<Option<Vec<f64>>> {
    let mut index = vec![0.0; yes.len()];
    for _ in 0..MOST {
        let (mut roots, mut target) = (Vec::with_capacity(yes.len()), Vec::with_capacity(yes.len()));
        for (z, yes) in index.iter().zip(yes) {
            let (density, chance) = (density(*z), cumulative(*z).clamp(1e-12, 1.0 - 1e-12));
            let root = density / (chance * (1.0 - chance)).sqrt();
            roots.push(root);
            target.push(root * z + (f64::from(u8::from(*yes)) - chance) / (chance * (1.0 - chance)).sqrt());
        }
        let weighted = columns.iter().map(|column| column.iter().zip(&roots).map(|(x, r)| x * r).collect()).collect();
        let b = LeastSquares::new(weighted).map_err(|_| dependent("probit of survival"))?.coefficients(&target);
        let mut next = vec![0.0; yes.len()];
        for (column, b) in columns.iter().zip(&b) {
            next.iter_mut().zip(column).for_each(|(z, x)| *z += b * x);
        }
        let moved = next.iter().zip(&index).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        index = next;
        if moved.is_nan() || index.iter().any(|z| z.abs() > 30.0) {
            return Ok(None);
        }
        if moved < 1e-8 {
            return Ok(Some(index.iter().map(|z| cumulative(*z)).collect()));
        }
    }
    Ok(None)
}

fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

fn cumulative(z: f64) -> f64 {
    let tail = 0.5 * normal_two_sided(z);
    if z > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::numeric::random::SplitMix64;

    #[test]
    fn a_constant_gives_the_share_and_slopes_come_back() {
        let yes = [true, true, true, false];
        let found = fit(&[vec![1.0; 4]], &yes).unwrap().unwrap();
        assert!(found.iter().all(|chance| (chance - 0.75).abs() < 1e-9), "{found:?}");
        let mut random = SplitMix64::new(8);
        let x: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let yes: Vec<bool> = x.iter().map(|x| 1.0 + 0.5 * x + random.normal() > 0.0).collect();
        let chances = fit(&[vec![1.0; x.len()], x.clone()], &yes).unwrap().unwrap();
        // About five standard errors of the fitted chance.
        let most = x.iter().zip(&chances).map(|(x, p)| (cumulative(1.0 + 0.5 * x) - p).abs()).fold(0.0, f64::max);
        assert!(most < 0.02, "{most}");
        // Told apart without error.
        assert!(fit(&[vec![1.0; 4], vec![1.0, 2.0, 3.0, 4.0]], &[true, true, false, false]).unwrap().is_none());
    }
}
