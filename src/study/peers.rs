//! What the others of a firm's group bring along: leave-one-out means by industry, region, year.

/// The mean of the others of each row's group; missing alone, or in no group. A row without a value has the mean of the others all
/// the same. Also the number of others.
pub fn leave_one_out(values: &[f64], weights: Option<&[f64]>, groups: &[u32], count: usize) -> (Vec<f64>, Vec<u32>) {
    let mut sums = vec![(0.0, 0.0, 0u32); count];
    let part = |row: usize| {
        let value = values[row];
        let weight = weights.map_or(1.0, |weights| weights[row]);
        (!value.is_nan() && weight > 0.0).then_some((weight, weight * value))
    };
    for (row, group) in groups.iter().enumerate().filter(|(_, group)| (**group as usize) < count) {
        if let Some((weight, value)) = part(row) {
            let sum = &mut sums[*group as usize];
            *sum = (sum.0 + weight, sum.1 + value, sum.2 + 1);
        }
    }
    let one = |(row, group): (usize, &u32)| {
        let Some((weight, value, n)) = sums.get(*group as usize).copied() else { return (f64::NAN, 0) };
        let (own_weight, own_value, own) = part(row).map_or((0.0, 0.0, 0), |(w, v)| (w, v, 1));
        let others = n - own;
        (if others > 0 { (value - own_value) / (weight - own_weight) } else { f64::NAN }, others)
    };
    groups.iter().enumerate().map(one).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_leave_the_firm_out() {
        let (found, others) = leave_one_out(&[1.0, 2.0, 6.0, f64::NAN, 9.0], None, &[0, 0, 0, 0, 1], 2);
        assert_eq!(&found[..4], [4.0, 3.5, 1.5, 3.0]);
        assert!(found[4].is_nan());
        assert_eq!(others, [2, 2, 2, 3, 0]);
    }
}
