//! Rows of a panel in the order of their keys.

/// Rows in ascending order of unit and period, and a row whose keys another one has too. Units below zero are no unit; their
/// rows come first and are not compared.
pub fn ordered(units: &[i64], periods: &[f64]) -> (Vec<u32>, Option<u32>) {
    let keys = || units.iter().zip(periods);
    let follows = |a: (&i64, &f64), b: (&i64, &f64)| a.0 < b.0 || (a.0 == b.0 && a.1 < b.1);
    if keys().zip(keys().skip(1)).all(|(a, b)| follows(a, b)) {
        return ((0..units.len() as u32).collect(), None);
    }
    let mut rows: Vec<(i64, u64, u32)> =
        keys().zip(0..).map(|((unit, period), row)| (*unit, ascending(*period), row)).collect();
    rows.sort_unstable();
    let twice = rows.windows(2).find(|pair| pair[0].0 >= 0 && (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1));
    (rows.iter().map(|row| row.2).collect(), twice.map(|pair| pair[1].2))
}

/// An integer that sorts as the number does; zero has one sign.
fn ascending(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    bits ^ ((bits.cast_signed() >> 63).cast_unsigned() | 1 << 63)
}

/// Runs of equal units among ordered rows.
pub fn runs<'a>(units: &'a [i64], order: &'a [u32]) -> impl Iterator<Item = &'a [u32]> {
    order.chunk_by(|a, b| units.get(*a as usize) == units.get(*b as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_ordered_and_duplicates_found() {
        assert_eq!(ordered(&[1, 0, 1, 0], &[2.0, 5.0, -1.0, 4.0]), (vec![3, 1, 2, 0], None));
        assert_eq!(ordered(&[0, 0, 1], &[1.0, 2.0, 0.5]), (vec![0, 1, 2], None));
        assert_eq!(ordered(&[1, 0, 1], &[2.0, 5.0, 2.0]).1, Some(2));
        assert_eq!(ordered(&[3, 3], &[0.0, -0.0]).1, Some(1));
        assert_eq!(ordered(&[-1, -1], &[1.0, 1.0]).1, None);
        assert_eq!(ordered(&[], &[]), (vec![], None));
        let units = [1, 0, 1];
        assert_eq!(runs(&units, &[1, 0, 2]).map(<[u32]>::len).collect::<Vec<_>>(), [1, 2]);
    }
}
