//! Who is surely extreme or nearly so: the best units along the axes and along sparse random directions.

use super::units::Units;
use crate::numeric::random::SplitMix64;
use crate::parallel::{Cancel, chunks, map};

/// Random directions per column.
const PER_COLUMN: usize = 20;
/// Columns with a part in a direction.
const SPARSE: usize = 3;
/// The directions are always the same.
const SEED: u64 = 0x6672_6f6e_7469_6572;

/// The best units along the axes and the random directions, in ascending order. None when cancelled.
pub(super) fn seeds(units: &Units, threads: Option<usize>, cancel: &Cancel) -> Option<Vec<usize>> {
    let width = units.width;
    let mut directions: Vec<[(usize, f64); SPARSE]> = (0..width).map(|q| [(q, 1.0), (q, 0.0), (q, 0.0)]).collect();
    let mut random = SplitMix64::new(SEED);
    if width > 1 {
        for _ in 0..PER_COLUMN * width {
            directions.push([(); SPARSE].map(|()| (random.below(width), random.unit() + 0.05)));
        }
    }
    let parts = map(
        chunks(units.count()),
        threads,
        cancel,
        || (),
        |(), range| {
            let mut best = vec![(f64::NEG_INFINITY, 0usize); directions.len()];
            for unit in range {
                let row = units.row(unit);
                for (best, direction) in best.iter_mut().zip(&directions) {
                    let value: f64 = direction.iter().map(|(q, by)| row[*q] * by).sum();
                    if value > best.0 {
                        *best = (value, unit);
                    }
                }
            }
            best
        },
    )?;
    let mut best = vec![(f64::NEG_INFINITY, 0usize); directions.len()];
    for part in parts {
        for (best, found) in best.iter_mut().zip(part) {
            if found.0 > best.0 {
                *best = found;
            }
        }
    }
    let mut found: Vec<usize> = best.into_iter().filter(|(value, _)| *value > 0.0).map(|(_, unit)| unit).collect();
    found.sort_unstable();
    found.dedup();
    Some(found)
}
