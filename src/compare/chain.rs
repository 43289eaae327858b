//! Chained comparison: links between neighbouring periods, multiplied or added up.
//!
//! A link compares two periods by an index fitted on the earlier one, l(t) = I(t) / I(t - 1) or I(t) - I(t - 1); the chain is
//! C(0) = 1, C(t) = C(t - 1) l(t), or C(0) = 0, C(t) = C(t - 1) + l(t).

use serde::Deserialize;

/// How two neighbouring periods are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Later over earlier; both must be positive.
    Ratio,
    /// Later minus earlier.
    Difference,
}

impl Link {
    /// The comparison of two scores; NaN where one is missing, or a ratio has no meaning.
    pub fn between(self, earlier: f64, later: f64) -> f64 {
        match self {
            Self::Difference => later - earlier,
            // A score of zero later would end the chain at zero for good, so it is not a link either.
            Self::Ratio if earlier > 0.0 && later > 0.0 => later / earlier,
            Self::Ratio => f64::NAN,
        }
    }

    /// Whether both scores are there and their comparison is not.
    pub fn undefined(self, earlier: f64, later: f64) -> bool {
        !earlier.is_nan() && !later.is_nan() && self.between(earlier, later).is_nan()
    }

    /// The chain over links in the order of time: one value more than links. A missing link leaves all later values missing.
    pub fn chain(self, links: &[f64]) -> Vec<f64> {
        let (start, join): (f64, fn(f64, f64) -> f64) = match self {
            Self::Ratio => (1.0, |sofar, link| sofar * link),
            Self::Difference => (0.0, |sofar, link| sofar + link),
        };
        let mut chain = vec![start];
        let mut sofar = start;
        for link in links {
            sofar = join(sofar, *link);
            chain.push(sofar);
        }
        chain
    }
}

/// Mean scores of the units that have both; NaN where there is none.
pub fn means(earlier: &[f64], later: &[f64]) -> (f64, f64) {
    let both: Vec<(f64, f64)> =
        earlier.iter().zip(later).map(|(a, b)| (*a, *b)).filter(|(a, b)| !a.is_nan() && !b.is_nan()).collect();
    let n = both.len() as f64;
    (both.iter().map(|pair| pair.0).sum::<f64>() / n, both.iter().map(|pair| pair.1).sum::<f64>() / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_multiplied_or_added() {
        assert_eq!(Link::Ratio.chain(&[2.0, 0.5, 3.0]), vec![1.0, 2.0, 1.0, 3.0]);
        assert_eq!(Link::Difference.chain(&[2.0, -0.5]), vec![0.0, 2.0, 1.5]);
        let broken = Link::Ratio.chain(&[f64::NAN, 2.0]);
        assert!(broken[0] == 1.0 && broken[1].is_nan() && broken[2].is_nan());
    }

    #[test]
    fn a_ratio_needs_positive_scores() {
        assert_eq!(Link::Ratio.between(2.0, 3.0), 1.5);
        assert!(Link::Ratio.between(0.0, 3.0).is_nan() && Link::Ratio.undefined(-1.0, 3.0));
        assert!(!Link::Ratio.undefined(f64::NAN, 3.0));
        assert_eq!(Link::Difference.between(0.0, 3.0), 3.0);
        assert_eq!(means(&[1.0, f64::NAN, 3.0], &[5.0, 2.0, 7.0]), (2.0, 6.0));
        assert!(means(&[f64::NAN], &[1.0]).0.is_nan());
    }
}
