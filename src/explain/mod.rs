//! Why a score is what it is: what each child of a group brings to it, and what holds groups of units back.
//!
//! | aggregation | contributions | add up to |
//! |---|---|---|
//! | `sum`, `arithmetic` | w x, or w (x - b) where a baseline is asked for | score, or score less that of the baseline |
//! | `geometric` | w ln x, or w (ln x - ln b) | ln(score), or ln(score / score of the baseline) |
//! | `borda`, `promethee` | w times what the child alone gives | score |
//! | other local and referenced ones | Shapley values ([`shapley`]) | score less that of the baseline |
//!
//! All of it is about the score before the group's own scale. A missing child contributes nothing and is missing; the game is
//! among the others.

mod alone;
pub mod barriers;
mod baseline;
mod parts;
pub mod shapley;

use serde::Deserialize;

pub use baseline::Baseline;
pub(crate) use parts::{Seen, contributions};

use crate::aggregate::{Aggregation, Split};
use crate::columns::Table;
use crate::error::{Error, Kind, Problem, Result};
use crate::fit::Periods;
use crate::fitted::{Fitted, Ready};
use crate::numeric::random::SplitMix64;
use crate::parallel::{Cancel, map};
use crate::score::ScoreOptions;

/// Rows per task where each takes up to 2^12 scores.
const TASK: usize = 64;

/// What is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The group.
    pub node: String,
    /// What contributions are counted from; where absent, additive ones are counted from nothing, Shapley values from the
    /// means of all units.
    #[serde(default)]
    pub baseline: Option<Baseline>,
    /// Seed of the random orders.
    pub seed: u64,
    /// How many random orders, where there are too many children for all of them; at least 2.
    pub samples: usize,
    /// The row whose contributions are wanted; all when absent.
    #[serde(default)]
    pub row: Option<usize>,
}

/// Contributions of the children of one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contributions {
    /// Scores of the group, by row.
    pub scores: Vec<f64>,
    /// Contributions by child and row.
    pub children: Vec<(String, Vec<f64>)>,
    /// The score that contributions are counted from, by row; empty where that is nothing.
    pub base: Vec<f64>,
    /// The greatest standard error, by row; empty where all are exact.
    pub errors: Vec<f64>,
    /// What they add up to, in words.
    pub adds_up_to: &'static str,
}

impl Fitted {
    /// What each child of a group brings to its score.
    pub fn contributions(
        &self,
        table: &Table<'_>,
        asked: &Asked,
        options: &ScoreOptions,
        periods: Option<&Periods>,
        cancel: &Cancel,
    ) -> Result<Contributions> {
        let tree = &self.tree;
        let node = tree.expect_node(&asked.node)?;
        let Some(group) = tree.group(node) else {
            let message = format!("{:?} is an indicator and has no children", asked.node);
            return Err(Error::new(Kind::UnknownName, Problem::general(message)));
        };
        let g = node - tree.leaves.len();
        let split = group.aggregation.method().split();
        if split == Split::Never || (split == Split::Alone && asked.baseline.is_some()) {
            return Err(indivisible(&group.id, &group.aggregation, split));
        }
        if asked.samples < 2 {
            return Err(Error::new(Kind::Value, Problem::at("samples", "expected at least 2 random orders")));
        }
        let names: Vec<&str> = group.children.iter().map(|child| tree.id(*child)).collect();
        let nodes = std::iter::once(group.id.as_str()).chain(names.iter().copied()).map(str::to_owned).collect();
        let wanted = ScoreOptions { nodes, bounds: Some(Vec::new()), ..options.clone() };
        let mut scored = self.score(table, &wanted, periods, cancel)?;
        let scores = scored.nodes.shift_remove(&group.id).unwrap_or_default();
        let columns: Vec<&[f64]> =
            names.iter().map(|name| scored.nodes.get(*name).map_or(&[][..], Vec::as_slice)).collect();
        let count = scores.len();
        let missing = || vec![f64::NAN; count];
        let mut found = Contributions {
            children: names.iter().map(|name| ((*name).to_owned(), missing())).collect(),
            adds_up_to: adds_up_to(&group.aggregation, split, asked.baseline.is_some()),
            ..Contributions::default()
        };
        let counted_from = split == Split::Other || asked.baseline.is_some();
        if counted_from {
            found.base = missing();
        }
        if split == Split::Other && names.len() > shapley::EXACT {
            found.errors = missing();
        }
        for (ready, own) in self.learned_on(table, periods)? {
            let rows = own.map_or_else(|| (0..count).collect(), <[usize]>::to_vec);
            if split == Split::Alone {
                self.alone(g, ready, table, &rows, &scores, options, cancel, &mut found)?;
                continue;
            }
            let baseline = if counted_from {
                let baseline = asked.baseline.clone().unwrap_or_default();
                let found = baseline.of(&group.id, &names, &columns, &rows)?;
                check(ready, g, &group.id, &group.aggregation, &found)?;
                Some(found)
            } else {
                None
            };
            let wanted: Vec<usize> = match asked.row {
                Some(row) => rows.iter().copied().filter(|own| *own == row).collect(),
                None => rows,
            };
            let one = |row: usize| {
                let children: Vec<f64> =
                    columns.iter().map(|column| column.get(row).copied().unwrap_or(f64::NAN)).collect();
                let score = scores.get(row).copied().unwrap_or(f64::NAN);
                let Some(baseline) = &baseline else {
                    return shapley::Shares {
                        values: contributions(ready, group, g, &children, score),
                        ..Default::default()
                    };
                };
                let seen = Seen::of(ready, group, g, &children);
                let random = SplitMix64::stream(asked.seed, row as u64);
                seen.from(baseline, score, split, asked.samples, random)
            };
            let tasks: Vec<&[usize]> = wanted.chunks(TASK).collect();
            let work = |(): &mut (), rows: &[usize]| rows.iter().map(|row| one(*row)).collect::<Vec<_>>();
            let parts = map(tasks, options.threads, cancel, || (), work).ok_or_else(Error::interrupted)?;
            for (row, shares) in wanted.iter().zip(parts.into_iter().flatten()) {
                for ((_, column), value) in found.children.iter_mut().zip(&shares.values) {
                    column[*row] = *value;
                }
                if counted_from {
                    found.base[*row] = shares.base;
                }
                if let Some(error) = found.errors.get_mut(*row) {
                    *error = shares.error;
                }
            }
        }
        found.scores = scores;
        Ok(found)
    }
}

fn adds_up_to(aggregation: &Aggregation, split: Split, from: bool) -> &'static str {
    match (split, from) {
        (Split::Other, _) | (Split::Sum, true) => "score - baseline",
        (Split::Log, true) => "ln(score / baseline)",
        _ => aggregation.method().adds_up_to(),
    }
}

fn indivisible(group: &str, aggregation: &Aggregation, split: Split) -> Error {
    let name = aggregation.name();
    let (message, remedy) = match (split, aggregation) {
        (Split::Alone, _) => (
            format!("the score of {group:?} ({name}) is a sum over its children and is counted from nothing"),
            "leave baseline= out",
        ),
        (_, Aggregation::BenefitOfTheDoubt(_)) => (
            format!("{group:?} has no contributions ({name}): every unit has weights of its own"),
            "see pie_shares of ix.frontier.benefit_of_the_doubt",
        ),
        (_, Aggregation::NoAggregate(_)) => {
            (format!("{group:?} has no score of its own"), "ask for a group with a score")
        }
        _ => (
            format!(
                "{group:?} has no contributions ({name}): a score made of comparisons of pairs does not split by child"
            ),
            "use borda or promethee, which do, or compare with the group left without a child",
        ),
    };
    Error::new(Kind::Definition, Problem::at(format!("aggregate of {group:?}"), message).remedy(remedy))
}

/// Refuses a baseline that the aggregation has no score for.
fn check(ready: &Ready, g: usize, group: &str, aggregation: &Aggregation, baseline: &[f64]) -> Result<()> {
    let (weights, counted) = (&ready.weights[g], &ready.counted[g]);
    let kept = counted.iter().filter_map(|place| Some((*baseline.get(*place)?, *weights.get(*place)?)));
    let (values, weights): (Vec<f64>, Vec<f64>) = kept.filter(|(value, _)| !value.is_nan()).unzip();
    let method = ready.referenced[g].as_deref().unwrap_or(aggregation.method());
    let log = method.split() == Split::Log && values.iter().any(|value| *value <= 0.0);
    let complaint = method.complaint(&values, &weights);
    let complaint = complaint.or_else(|| log.then(|| "its logarithm needs values above zero".to_owned()));
    let Some(complaint) = complaint else { return Ok(()) };
    let message = format!("{group:?} has no score at the baseline ({}): {complaint}", aggregation.name());
    Err(Error::new(Kind::Value, Problem::at("baseline", message).remedy("give numbers above zero, or a unit")))
}
