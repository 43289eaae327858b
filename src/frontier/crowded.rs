//! When benefit of the doubt says little: everybody is on the frontier.

/// Indicators with at most so many different values are scales of points.
const POINTS: usize = 10;
/// Fewer units than this are few whatever their scores; nothing is said of them.
const FEW: usize = 10;

/// How many units have a score, and the share of them that score 1 or more.
pub fn on_frontier(scores: &[f64]) -> (usize, f64) {
    let scored = scores.iter().filter(|score| !score.is_nan()).count();
    let best = scores.iter().filter(|score| **score >= 1.0).count();
    (scored, if scored > 0 { best as f64 / scored as f64 } else { f64::NAN })
}

/// A warning where more than half of ten units or more score 1.
pub fn crowded(scores: &[f64]) -> Option<String> {
    let (scored, share) = on_frontier(scores);
    (scored >= FEW && share > 0.5).then(|| {
        format!(
            "benefit of the doubt: {:.0} % of {scored} units score 1, which tells little; limit the weights",
            100.0 * share
        )
    })
}

/// A warning where all indicators are scales of a few points and the weights have no limits.
pub(super) fn coarse(columns: &[&[f64]], scores: &[f64]) -> Option<String> {
    let (scored, share) = on_frontier(scores);
    let points = columns.iter().map(|column| points(column)).max()?;
    (scored >= 2 * FEW && points <= POINTS).then(|| {
        format!(
            "benefit of the doubt: indicators have {points} different values at most and weights no limits; {:.0} % of \
             {scored} units score 1, and one unit with the best value everywhere reduces all scores to their greatest \
             value by its maximum; limit the weights",
            100.0 * share
        )
    })
}

/// Different values of a column, as far as they matter.
fn points(column: &[f64]) -> usize {
    let mut seen: Vec<f64> = Vec::with_capacity(POINTS + 1);
    for x in column {
        if !x.is_nan() && !seen.contains(x) {
            seen.push(*x);
            if seen.len() > POINTS {
                break;
            }
        }
    }
    seen.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_count_scored_units_only() {
        let mut scores = vec![1.0; 6];
        scores.extend([0.5; 4]);
        assert!(crowded(&scores).is_some_and(|told| told.contains("60 % of 10 units")));
        scores.extend([0.5, f64::NAN]);
        assert!(crowded(&scores).is_some());
        scores.push(0.5);
        assert_eq!(crowded(&scores), None);
        assert_eq!(crowded(&[1.0; 9]), None);
        let fine: Vec<f64> = (0..20).map(f64::from).collect();
        let rough: Vec<f64> = fine.iter().map(|x| x % 5.0).collect();
        assert!(coarse(&[&rough, &rough], &[0.5; 20]).is_some_and(|told| told.contains("have 5 different")));
        assert_eq!(coarse(&[&rough, &fine], &[0.5; 20]), None);
        assert_eq!(coarse(&[&rough], &[0.5; 19]), None);
    }
}
