//! The spatial lag of a panel: for each row the weighted mean of its unit's neighbors in the same period.
//!
//! Weights are those of the neighbors that are observed, rescaled to sum one; missing where none is, or their weights are zero.

use super::rows::runs;

/// Neighbors of units: `focal[i]` has the neighbor `other[i]` with the weight `weight[i]`. Codes are those of the units.
#[derive(Debug, Clone, Copy)]
pub struct Edges<'a> {
    /// Who has a neighbor.
    pub focal: &'a [u32],
    /// The neighbor.
    pub other: &'a [u32],
    /// Weights of at least zero.
    pub weight: &'a [f64],
}

/// The lag of each row; `order` holds rows in the order of unit and period.
pub fn lagged(units: &[i64], periods: &[i64], order: &[u32], values: &[f64], edges: Edges<'_>) -> Vec<f64> {
    let count = units.iter().max().map_or(0, |most| usize::try_from(most + 1).unwrap_or(0));
    let mut rows_of: Vec<&[u32]> = vec![&[]; count];
    for run in runs(units, order) {
        let unit = run.first().and_then(|row| usize::try_from(units[*row as usize]).ok());
        if let Some(slot) = unit.and_then(|unit| rows_of.get_mut(unit)) {
            *slot = run;
        }
    }
    let mut near: Vec<Vec<(u32, f64)>> = vec![Vec::new(); count];
    for ((focal, other), weight) in edges.focal.iter().zip(edges.other).zip(edges.weight) {
        if let Some(own) = near.get_mut(*focal as usize) {
            own.push((*other, *weight));
        }
    }
    let value = |unit: u32, period: i64| {
        let rows = rows_of.get(unit as usize).copied().unwrap_or(&[]);
        let place = rows.binary_search_by_key(&period, |row| periods[*row as usize]).ok()?;
        Some(values[rows[place] as usize]).filter(|value| !value.is_nan())
    };
    let of = |(unit, period): (&i64, &i64)| {
        let own = usize::try_from(*unit).ok().and_then(|unit| near.get(unit))?;
        let (mut sum, mut total) = (0.0, 0.0);
        for (other, weight) in own {
            if let Some(value) = value(*other, *period) {
                sum += weight * value;
                total += weight;
            }
        }
        (total > 0.0).then(|| sum / total)
    };
    units.iter().zip(periods).map(|row| of(row).unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbors_are_found_by_name_and_period() {
        // Unit 2 lacks a value in period 1 and a row in period 2; unit 1 has no neighbor.
        let (units, periods, values) = ([0, 1, 2, 0, 1], [1, 1, 1, 2, 2], [1.0, 4.0, f64::NAN, 10.0, 40.0]);
        let order = [0, 3, 1, 4, 2];
        let edges = Edges { focal: &[0, 0, 2], other: &[1, 2, 0], weight: &[1.0, 3.0, 0.5] };
        let found = lagged(&units, &periods, &order, &values, edges);
        assert_eq!((found[0], found[2], found[3]), (4.0, 1.0, 40.0));
        assert!(found[1].is_nan() && found[4].is_nan());
        let nothing = Edges { focal: &[0], other: &[1], weight: &[0.0] };
        assert!(lagged(&units, &periods, &order, &values, nothing)[0].is_nan());
        assert!(lagged(&[], &[], &[], &[], nothing).is_empty());
    }
}
