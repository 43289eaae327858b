//! The Kemeny order: the order of units that agrees most with all pairwise comparisons.
//!
//! From `o[i, j]`, the weight that puts unit i above j, the score of an order is the sum of `o[i, j]` over all pairs with i
//! placed before j; the Kemeny order has the greatest one (Kemeny 1959; Young 1988, doi:10.2307/1961757, as the Condorcet-Young-
//! Levenglick rule). Finding it is hard in the number of units, so it is not a score but a function of its own.
//!
//! Up to [`MOST_EXACT`] units it is found by dynamic programming over subsets: the best order of a set puts some unit first and
//! the rest in their best order; O(2^n n) time and 2^n numbers, 2 MB at 18. Beyond, the order by wins less losses is improved
//! by moving single units until no move helps. Such an order may miss the best; `bound` says by how much at most.

use ndarray::Array2;

/// Up to this many units the order is exact.
pub const MOST_EXACT: usize = 18;

/// Units in a low and a high half, whose sums are tabled.
const HALF: usize = MOST_EXACT / 2;
/// Scores that differ by less than this share of all weights are equal: they differ by rounding.
const TIE: f64 = 1e-12;

/// An order of units, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Units by number, the first one on top.
    pub order: Vec<usize>,
    /// Sum over pairs of the weight that agrees with the order.
    pub score: f64,
    /// Whether no order can have a greater score: up to [`MOST_EXACT`] units.
    pub exact: bool,
    /// Sum over pairs of the larger side, which no order exceeds. Reached only if the larger sides form no cycle.
    pub bound: f64,
}

/// The outranking matrix of columns of scores, more being better: [`outranking`](super::outranking).
pub fn pairwise(columns: &[&[f64]], weights: &[f64]) -> Array2<f64> {
    super::outranking(columns, weights)
}

/// How much weight puts unit i above j, from rankings of some of `units` units: each a weight (the number of its voters) and
/// units by number, the best first. Units that a ranking leaves out are not compared by it; numbers beyond the last unit and
/// repetitions are passed over.
pub fn votes(units: usize, rankings: &[(f64, Vec<usize>)]) -> Array2<f64> {
    let mut matrix = Array2::zeros((units, units));
    for (weight, ranking) in rankings {
        let mut seen: Vec<usize> = Vec::with_capacity(ranking.len());
        for unit in ranking {
            if *unit < units && !seen.contains(unit) {
                for above in &seen {
                    matrix[[*above, *unit]] += weight;
                }
                seen.push(*unit);
            }
        }
    }
    matrix
}

/// The Kemeny order of a square matrix of pairwise weights, as [`pairwise`] and [`votes`] give it; see the
/// [module](self) for method and limits.
///
/// The diagonal is not read, and a missing entry (no common column) counts zero. Of equally good orders, the lexicographically
/// first one in the numbers of the units is taken where the order is exact; scores within 1e-12 of all weights are equal.
pub fn kemeny(pairwise: &Array2<f64>) -> Order {
    let n = pairwise.nrows().min(pairwise.ncols());
    let weight = |(i, j): (usize, usize)| {
        let given = pairwise[[i, j]];
        if i == j || given.is_nan() { 0.0 } else { given }
    };
    let above = Array2::from_shape_fn((n, n), weight);
    let tie = TIE * above.iter().map(|weight| weight.abs()).sum::<f64>();
    let exact = n <= MOST_EXACT;
    let order = if exact { best(&above, tie) } else { improved(&above, tie) };
    let (mut score, mut bound) = (0.0, 0.0);
    for (place, i) in order.iter().enumerate() {
        for j in order.iter().skip(place + 1) {
            score += above[[*i, *j]];
        }
    }
    for i in 0..n {
        for j in i + 1..n {
            bound += above[[i, j]].max(above[[j, i]]);
        }
    }
    Order { order, score, exact, bound }
}

/// The lexicographically first of the best orders, by dynamic programming over the sets of units not yet placed.
fn best(above: &Array2<f64>, tie: f64) -> Vec<usize> {
    let n = above.nrows();
    // What unit i gains over a set: from tables for the low and the high half of the units.
    let size = 1_usize << HALF;
    let table = |i: usize, from: usize| -> Vec<f64> {
        let mut sums = vec![0.0; size];
        for set in 1..size {
            let unit = from + set.trailing_zeros() as usize;
            sums[set] = sums[set & (set - 1)] + if unit < n { above[[i, unit]] } else { 0.0 };
        }
        sums
    };
    let tables: Vec<(Vec<f64>, Vec<f64>)> = (0..n).map(|i| (table(i, 0), table(i, HALF))).collect();
    let gain = |i: usize, set: usize| tables[i].0[set & (size - 1)] + tables[i].1[set >> HALF];
    let mut scores = vec![0.0_f64; 1 << n];
    for set in 1..scores.len() {
        let first = |i: usize| gain(i, set) + scores[set & !(1 << i)];
        scores[set] = members(set).map(first).fold(f64::NEG_INFINITY, f64::max);
    }
    let mut set = scores.len() - 1;
    let mut order = Vec::with_capacity(n);
    while set != 0 {
        let good = |i: &usize| gain(*i, set) + scores[set & !(1 << *i)] >= scores[set] - tie;
        // Some unit made the score, so the last resort is never needed.
        let first = members(set).find(good).unwrap_or(set.trailing_zeros() as usize);
        order.push(first);
        set &= !(1 << first);
    }
    order
}

fn members(mut set: usize) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let least = set.trailing_zeros() as usize;
        let some = set != 0;
        set &= set.wrapping_sub(1);
        some.then_some(least)
    })
}

/// The order by wins less losses, improved by moving one unit at a time to its best place until nothing is gained.
fn improved(above: &Array2<f64>, tie: f64) -> Vec<usize> {
    let n = above.nrows();
    let balance: Vec<f64> = (0..n).map(|i| above.row(i).sum() - above.column(i).sum()).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| balance[*b].total_cmp(&balance[*a]));
    let mut moved = true;
    while moved {
        moved = false;
        for unit in 0..n {
            let place = order.iter().position(|other| *other == unit).unwrap_or(0);
            let (mut most, mut target) = (tie, place);
            let mut gain = 0.0;
            for (to, other) in order.iter().enumerate().take(place).rev() {
                gain += above[[unit, *other]] - above[[*other, unit]];
                if gain > most {
                    (most, target) = (gain, to);
                }
            }
            gain = 0.0;
            for (to, other) in order.iter().enumerate().skip(place + 1) {
                gain += above[[*other, unit]] - above[[unit, *other]];
                if gain > most {
                    (most, target) = (gain, to);
                }
            }
            if target != place {
                order.remove(place);
                order.insert(target, unit);
                moved = true;
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn profile(candidates: &str, groups: &[(f64, &str)]) -> Array2<f64> {
        let number = |ranking: &str| ranking.chars().filter_map(|c| candidates.find(c)).collect();
        votes(candidates.len(), &groups.iter().map(|(voters, ranking)| (*voters, number(ranking))).collect::<Vec<_>>())
    }

    fn score(above: &Array2<f64>, order: &[usize]) -> f64 {
        let after = |(place, i): (usize, &usize)| order[place + 1..].iter().map(|j| above[[*i, *j]]).sum::<f64>();
        order.iter().enumerate().map(after).sum()
    }

    fn permutations(n: usize) -> Vec<Vec<usize>> {
        if n == 0 {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for shorter in permutations(n - 1) {
            for place in 0..n {
                let mut order = shorter.clone();
                order.insert(place, n - 1);
                all.push(order);
            }
        }
        all.sort();
        all
    }

    #[test]
    fn the_sixty_voters_of_condorcet() {
        // OECD/JRC (2008), tables 28 to 30, doi:10.1787/9789264043466-en: bca supports 104, a cycle.
        let groups = [(23.0, "abc"), (17.0, "bca"), (2.0, "bac"), (10.0, "cab"), (8.0, "cba")];
        let above = profile("abc", &groups);
        assert_eq!(above, ndarray::arr2(&[[0.0, 33.0, 25.0], [27.0, 0.0, 42.0], [35.0, 18.0, 0.0]]));
        let found = kemeny(&above);
        assert_eq!(found, Order { order: vec![1, 2, 0], score: 104.0, exact: true, bound: 110.0 });
        let printed = [([0, 1, 2], 100.0), ([2, 0, 1], 86.0), ([1, 0, 2], 94.0), ([2, 1, 0], 80.0), ([0, 2, 1], 76.0)];
        for (order, support) in printed {
            assert_eq!(score(&above, &order), support);
        }
    }

    #[test]
    fn moulin_and_the_winner_of_condorcet() {
        // OECD/JRC (2008), tables 25 to 27: without a cycle the order is that of the majorities, c b d a.
        let above = profile("abcd", &[(3.0, "abcd"), (5.0, "acbd"), (7.0, "bdca"), (6.0, "cbda")]);
        let found = kemeny(&above);
        assert_eq!(found.order, [2, 1, 3, 0]);
        assert_eq!(found.score, found.bound);
    }

    #[test]
    fn technology_achievement_of_five_countries() {
        // OECD/JRC (2008), tables 35 to 37: Finland, United States, Sweden, Japan, Korea; three orders reach 6.375, of which
        // United States, Sweden, Finland is the first in these numbers.
        let columns: [&[f64]; 8] = [
            &[187.0, 289.0, 271.0, 994.0, 779.0],
            &[125.6, 130.0, 156.6, 64.6, 9.8],
            &[200.2, 179.1, 125.8, 49.0, 4.8],
            &[50.7, 66.2, 59.7, 80.8, 66.7],
            &[3.08, 2.997, 3.096, 3.003, 2.972],
            &[4.15, 4.073, 4.145, 3.865, 3.653],
            &[10.0, 12.0, 11.4, 9.5, 10.8],
            &[27.4, 13.9, 15.3, 10.0, 23.2],
        ];
        let above = pairwise(&columns, &[1.0; 8]);
        let found = kemeny(&above);
        assert_eq!((found.score, found.exact), (6.375, true));
        assert_eq!(found.order, [1, 2, 0, 3, 4]);
        let winners: Vec<Vec<usize>> =
            permutations(5).into_iter().filter(|o| score(&above, o) >= 6.375 - 1e-9).collect();
        assert_eq!(winners, [[1, 2, 0, 3, 4], [2, 0, 1, 3, 4], [2, 1, 0, 3, 4]]);
    }

    #[test]
    fn edges() {
        let empty = kemeny(&Array2::zeros((0, 0)));
        assert_eq!(empty, Order { order: Vec::new(), score: 0.0, exact: true, bound: 0.0 });
        assert_eq!(kemeny(&Array2::from_elem((1, 1), 7.0)).score, 0.0);
        // Nothing known: the order given. Two units that no column compares: zero.
        assert_eq!(kemeny(&Array2::from_elem((4, 4), f64::NAN)).order, [0, 1, 2, 3]);
        assert_eq!(kemeny(&Array2::zeros((20, 20))).order, (0..20).collect::<Vec<_>>());
        // Units that a ranking leaves out, names twice, or that do not exist.
        let above = votes(3, &[(2.0, vec![2, 0, 2, 9]), (1.0, vec![1])]);
        assert_eq!(above, ndarray::arr2(&[[0.0; 3], [0.0; 3], [2.0, 0.0, 0.0]]));
        // Thirds and tenths round: equal orders stay equal.
        let above = votes(3, &[(0.1, vec![0, 1, 2]), (0.2, vec![0, 1, 2]), (0.3, vec![2, 1, 0])]);
        assert_eq!(kemeny(&above).order, [0, 1, 2]);
    }

    #[test]
    fn the_largest_exact_and_the_first_that_is_not() {
        // One true order with some noise that never turns a majority: both ways find it, and it reaches the bound.
        for n in [MOST_EXACT, MOST_EXACT + 1, 60] {
            let truth = |i: usize| (i * 7 + 3) % n;
            let above = Array2::from_shape_fn((n, n), |(i, j)| {
                let noise = ((i.min(j) * 31 + i.max(j) * 17) % 40) as f64 / 100.0;
                if i == j {
                    0.0
                } else if truth(i) < truth(j) {
                    1.0 - noise
                } else {
                    noise
                }
            });
            let found = kemeny(&above);
            let mut expected: Vec<usize> = (0..n).collect();
            expected.sort_by_key(|i| truth(*i));
            assert_eq!((found.order, found.exact), (expected, n <= MOST_EXACT));
            approx::assert_relative_eq!(found.score, found.bound, max_relative = 1e-12);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_all_orders(n in 1usize..7, seed in prop::collection::vec(0..6i32, 36)) {
            let above = Array2::from_shape_fn((n, n), |(i, j)| if i == j { 0.0 } else { f64::from(seed[i * 6 + j]) });
            let orders = permutations(n);
            let best = orders.iter().map(|order| score(&above, order)).fold(f64::NEG_INFINITY, f64::max);
            let first = orders.iter().find(|order| score(&above, order) == best);
            let found = kemeny(&above);
            prop_assert_eq!(found.score, best);
            prop_assert_eq!(Some(&found.order), first);
            prop_assert!(found.bound >= best);
            // The heuristic is an order, no better than the best, and no single move improves it.
            let near = improved(&above, 0.0);
            let mut units = near.clone();
            units.sort_unstable();
            prop_assert_eq!(units, (0..n).collect::<Vec<_>>());
            prop_assert!(score(&above, &near) <= best);
            for (from, to) in (0..n).flat_map(|from| (0..n).map(move |to| (from, to))) {
                let mut moved = near.clone();
                let unit = moved.remove(from);
                moved.insert(to, unit);
                prop_assert!(score(&above, &moved) <= score(&above, &near));
            }
        }
    }
}
