//! Ends of a search that begins at several points.

use crate::numeric::minimize::{Minimum, nelder_mead};

/// Ends nearer than this are one.
const SAME: f64 = 1e-3;

/// Every end, lowest first; at most `most` evaluations from each start.
pub fn ends(criterion: impl Fn(&[f64]) -> f64, starts: &[Vec<f64>], most: usize) -> Vec<Minimum> {
    let mut ends: Vec<Minimum> = Vec::new();
    for start in starts {
        let end = nelder_mead(&criterion, start, 0.1, most);
        let near = |known: &Minimum| known.at.iter().zip(&end.at).all(|(a, b)| (a - b).abs() < SAME);
        match ends.iter_mut().find(|known| near(known)) {
            Some(known) if end.value < known.value => *known = end,
            Some(_) => {}
            None => ends.push(end),
        }
    }
    ends.sort_by(|a, b| a.value.total_cmp(&b.value));
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_valleys_are_two_ends() {
        let criterion = |at: &[f64]| (at[0] * at[0] - 1.0).powi(2) + 0.1 * at[0];
        let found = ends(criterion, &[vec![0.8], vec![-0.7], vec![1.3]], 500);
        assert_eq!(found.len(), 2);
        assert!(found[0].at[0] < -0.9 && found[1].at[0] > 0.9, "{found:?}");
    }
}
