//! The engine: replays grouped by the alternatives they share, so that each definition is fitted once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use indexmap::IndexMap;

use super::factor::{Factor, Vary};
use super::layout::Layout;
use super::place::{Against, Place, Replays, places};
use super::prepared::{Asked, Given, Prepared};
use super::request::Request;
use super::rows::with_columns;
use super::scorer::{Room, Seen};
use super::variant::Variant;
use crate::columns::Table;
use crate::definition::Index;
use crate::error::{Error, Kind, Problem, Result};
use crate::fit::{FitOptions, Periods};
use crate::fitted::Numbers;
use crate::parallel::{Cancel, map};
use crate::weights::WeightChanges;

/// How many replays a worker does at a time.
const TASK: usize = 32;
/// How many definitions are fitted before their replays are done.
const DEFINITIONS: usize = 64;

/// Replays an index at the points of a design: `points` has one row of [`Layout::dimensions_of_points`] numbers in [0, 1)
/// a replay. `done` counts finished replays.
#[allow(clippy::too_many_arguments)]
pub fn replay(
    base: &Index,
    table: &Table<'_>,
    request: &Request,
    layout: &Layout,
    points: &[f64],
    weights: Option<&[f64]>,
    periods: Option<&Periods>,
    done: &AtomicUsize,
    cancel: &Cancel,
) -> Result<Replays> {
    let study = Study::new(base, table, request, layout, weights, periods, cancel)?;
    study.run(points, done, cancel)
}

/// A fitted definition, or why it cannot be.
type Outcome = std::result::Result<Prepared, String>;

struct Study<'s, 'a> {
    base: &'s Index,
    table: &'s Table<'a>,
    request: &'s Request,
    layout: &'s Layout,
    weights: Option<&'s [f64]>,
    periods: Option<&'s Periods>,
    fit: FitOptions,
    nominal: Seen,
    level_names: Vec<String>,
    edges: Vec<(String, String)>,
    nominal_weights: Vec<f64>,
    /// Some factor changes rows, or what is not one of a few definitions.
    by_replay: bool,
}

impl<'s, 'a> Study<'s, 'a> {
    fn new(
        base: &'s Index,
        table: &'s Table<'a>,
        request: &'s Request,
        layout: &'s Layout,
        weights: Option<&'s [f64]>,
        periods: Option<&'s Periods>,
        cancel: &Cancel,
    ) -> Result<Self> {
        if table.rows() == 0 {
            return Err(Error::new(Kind::Degenerate, Problem::general("there are no rows to score")));
        }
        for factor in &request.factors {
            if let Vary::Rows(draw) = &factor.vary {
                draw.check(table).map_err(|mut error| {
                    for problem in &mut error.problems {
                        problem.message = format!("factor {:?}: {}", factor.id, problem.message);
                    }
                    error
                })?;
            }
        }
        let continuous =
            |factor: &Factor| matches!(factor.vary, Vary::Goalposts(_) | Vary::Thresholds(_) | Vary::Rows(_));
        let mut study = Self {
            base,
            table,
            request,
            layout,
            weights,
            periods,
            fit: FitOptions {
                units: request.units.clone(),
                absent: request.absent,
                assume: request.assume.clone(),
                keep_records: false,
                threads: request.threads,
            },
            nominal: Seen::default(),
            level_names: Vec::new(),
            edges: Vec::new(),
            nominal_weights: Vec::new(),
            by_replay: request.factors.iter().any(continuous),
        };
        let prepared = study.prepare(base.clone(), None, cancel)?;
        let (seen, names) = study.once(&prepared, cancel)?;
        (study.nominal, study.level_names) = (seen, names);
        if request.keep.weights {
            study.edges = prepared.edges();
            study.nominal_weights = vec![f64::NAN; study.edges.len()];
            prepared.shares(&study.edges, &WeightChanges::new(), &mut study.nominal_weights);
        }
        Ok(study)
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            node: self.request.node.as_deref(),
            levels: self.request.levels,
            levels_of: self.request.levels_of.as_deref(),
        }
    }

    fn against(&self) -> Against<'_> {
        Against { nominal: &self.nominal, watch: &self.request.watch, weights: self.weights }
    }

    fn given(&self) -> Given<'_, 'a> {
        self.given_with(self.table)
    }

    fn given_with<'g, 'b>(&'g self, table: &'g Table<'b>) -> Given<'g, 'b> {
        Given { table, periods: self.periods, fit: &self.fit }
    }

    fn prepare(&self, index: Index, known: Option<&Numbers>, cancel: &Cancel) -> Result<Prepared> {
        Prepared::new(index, known, None, self.given(), cancel)
    }

    /// Scores all units once.
    fn once(&self, prepared: &Prepared, cancel: &Cancel) -> Result<(Seen, Vec<String>)> {
        let mut seen = Seen::default();
        let names = prepared.with_scorer(self.given(), &self.asked(), |scorer| {
            let mut room = Room::default();
            scorer.score(&mut room, &mut seen, cancel)?;
            Ok(scorer.level_names())
        })?;
        Ok((seen, names))
    }

    fn run(&self, points: &[f64], done: &AtomicUsize, cancel: &Cancel) -> Result<Replays> {
        let width = self.layout.dimensions_of_points();
        let count = points.len().checked_div(width).unwrap_or(0);
        let units = self.table.rows();
        let (keep, levels, watch) = (self.request.keep, self.level_names.len(), self.request.watch.len());
        let factors = &self.request.factors;
        let point = |number: usize| &points[number * width..(number + 1) * width];
        let choices: Vec<Vec<u16>> = (0..count).map(|number| self.layout.choices(factors, point(number))).collect();
        let room = |kept: bool| if kept { count * units } else { 0 };
        let mut found = Replays {
            units,
            count,
            nominal: self.nominal.clone(),
            level_names: self.level_names.clone(),
            choices: choices.concat(),
            shift: vec![f64::NAN; count],
            shares: vec![f64::NAN; count * levels],
            watched_scores: vec![f64::NAN; count * watch],
            watched_ranks: vec![0; count * watch],
            scores: vec![f64::NAN; room(keep.scores)],
            ranks: vec![0; room(keep.ranks)],
            levels: vec![u8::MAX; room(keep.levels && levels > 0)],
            edges: self.edges.clone(),
            nominal_weights: self.nominal_weights.clone(),
            weights: vec![f64::NAN; count * self.edges.len()],
            failed: Vec::new(),
        };
        let mut places = places(&mut found, levels, watch);
        let mut failed: Vec<(usize, String)> = Vec::new();
        // Definitions in the order in which they first appear.
        let mut groups: IndexMap<Vec<u16>, Vec<usize>> = IndexMap::new();
        for (number, choice) in choices.iter().enumerate() {
            let of_definition = factors.iter().zip(choice).map(|(f, c)| if f.vary.of_definition() { *c } else { 0 });
            groups.entry(of_definition.collect()).or_default().push(number);
        }
        let mut leaves: HashMap<Vec<u16>, Arc<Numbers>> = HashMap::new();
        let groups: Vec<(&Vec<u16>, &Vec<usize>)> = groups.iter().collect();
        for batch in groups.chunks(DEFINITIONS) {
            let prepared = self.definitions(batch, &mut leaves, cancel)?;
            let mut tasks = Vec::new();
            for ((key, numbers), prepared) in batch.iter().zip(&prepared) {
                for part in numbers.chunks(TASK) {
                    let own: Vec<Place<'_>> = part.iter().filter_map(|number| places[*number].take()).collect();
                    tasks.push((*key, prepared, own));
                }
            }
            let results = map(tasks, self.request.threads, cancel, Room::default, |room, (key, prepared, own)| {
                let count = own.len();
                let failures = match prepared {
                    Ok(prepared) => self.task(key, prepared, own, &choices, &point, room, cancel),
                    Err(message) => Ok(own.iter().map(|place| (place.number, message.clone())).collect()),
                };
                done.fetch_add(count, Ordering::Relaxed);
                failures
            });
            for result in results.ok_or_else(Error::interrupted)? {
                failed.extend(result?);
            }
        }
        drop(places);
        failed.sort_unstable();
        found.failed = failed;
        Ok(found)
    }

    /// Fits the definitions of a batch; those that share what concerns indicators share its fit.
    fn definitions(
        &self,
        batch: &[(&Vec<u16>, &Vec<usize>)],
        leaves: &mut HashMap<Vec<u16>, Arc<Numbers>>,
        cancel: &Cancel,
    ) -> Result<Vec<Outcome>> {
        let factors = &self.request.factors;
        let of_leaves = |key: &Vec<u16>| -> Vec<u16> {
            factors.iter().zip(key).map(|(f, c)| if f.vary.of_leaves() { *c } else { 0 }).collect()
        };
        let fit = |key: &Vec<u16>, known: Option<&Numbers>| -> Result<Prepared> {
            let mut variant = Variant::new(self.base)?;
            variant.choose(factors, key)?;
            self.prepare(variant.finish()?, known, cancel)
        };
        let mut prepared: Vec<Option<Outcome>> = batch.iter().map(|_| None).collect();
        // First one definition for each way to treat indicators, then the others.
        for first in [true, false] {
            let mut tasks: Vec<(usize, &Vec<u16>, Option<Arc<Numbers>>)> = Vec::new();
            let mut begun: Vec<Vec<u16>> = Vec::new();
            for (place, (key, _)) in batch.iter().enumerate().filter(|(place, _)| prepared[*place].is_none()) {
                let own = of_leaves(key);
                if first && (leaves.contains_key(&own) || begun.contains(&own)) {
                    continue;
                }
                tasks.push((place, key, leaves.get(&own).cloned()));
                begun.push(own);
            }
            let fitted = map(
                tasks,
                self.request.threads,
                cancel,
                || (),
                |(), (place, key, known)| (place, key, fit(key, known.as_deref())),
            );
            for (place, key, result) in fitted.ok_or_else(Error::interrupted)? {
                if let Err(error) = &result
                    && error.kind == Kind::Interrupted
                {
                    return Err(Error::interrupted());
                }
                if let Ok(own) = &result
                    && let Some(numbers) = own.of_leaves()
                {
                    leaves.entry(of_leaves(key)).or_insert_with(|| Arc::new(numbers));
                }
                prepared[place] = Some(result.map_err(|error| error.to_string()));
            }
        }
        Ok(prepared.into_iter().flatten().collect())
    }

    /// Some replays of one definition; returns those that failed.
    #[allow(clippy::too_many_arguments)]
    fn task<'f>(
        &self,
        key: &[u16],
        prepared: &Prepared,
        places: Vec<Place<'_>>,
        choices: &[Vec<u16>],
        point: &(dyn Fn(usize) -> &'f [f64] + Sync),
        room: &mut Room,
        cancel: &Cancel,
    ) -> Result<Vec<(usize, String)>> {
        let factors = &self.request.factors;
        let mut failed = Vec::new();
        let mut seen = Seen::default();
        if self.by_replay {
            for mut place in places {
                let (number, mut own) = (place.number, place.weights.take());
                let result =
                    self.anew(key, prepared, point(number), &choices[number], &mut seen, &mut own, room, cancel);
                place.note(result, &seen, &self.against(), &mut failed)?;
            }
            return Ok(failed);
        }
        let outcome = prepared.with_scorer(self.given(), &self.asked(), |scorer| {
            for mut place in places {
                let number = place.number;
                let changes =
                    self.layout.weights(factors, &prepared.tree, point(number), &choices[number], self.request.seed);
                let result = if prepared.refits(&changes) {
                    let refitted = prepared.refit(Arc::new(changes), self.given(), cancel);
                    refitted.and_then(|refitted| {
                        self.note_weights(&refitted, &WeightChanges::new(), &mut place);
                        refitted
                            .with_scorer(self.given(), &self.asked(), |scorer| scorer.score(room, &mut seen, cancel))
                    })
                } else {
                    self.note_weights(prepared, &changes, &mut place);
                    scorer.change_weights(&changes);
                    scorer.score(room, &mut seen, cancel)
                };
                place.note(result, &seen, &self.against(), &mut failed)?;
            }
            Ok(())
        });
        outcome?;
        Ok(failed)
    }

    /// A replay that needs its own rows or its own definition.
    #[allow(clippy::too_many_arguments)]
    fn anew(
        &self,
        key: &[u16],
        prepared: &Prepared,
        point: &[f64],
        choices: &[u16],
        seen: &mut Seen,
        weights: &mut Option<&mut [f64]>,
        room: &mut Room,
        cancel: &Cancel,
    ) -> Result<()> {
        let factors = &self.request.factors;
        let mut changed: HashMap<String, Vec<f64>> = HashMap::new();
        let mut resample = None;
        for (place, factor) in factors.iter().enumerate() {
            if let Vary::Rows(draw) = &factor.vary {
                let number = point.get(self.layout.of(place).start).map_or(0, |u| u.to_bits());
                draw.change(self.table, &mut changed, self.request.seed, number);
                resample = draw.resample(self.table, self.request.seed, number).or(resample);
            }
        }
        let moved = factors.iter().any(|f| matches!(f.vary, Vary::Goalposts(_) | Vary::Thresholds(_)));
        let index = if moved {
            let mut variant = Variant::new(self.base)?;
            variant.choose(factors, key)?;
            self.layout.change(factors, &mut variant, point)?;
            variant.finish()?
        } else {
            prepared.tree.index.clone()
        };
        let changes = self.layout.weights(factors, &prepared.tree, point, choices, self.request.seed);
        let mut on = |table: &Table<'_>| {
            let changes = Arc::new(changes.clone());
            let own = Prepared::changed(index.clone(), changes, resample.as_deref(), self.given_with(table), cancel)?;
            if let Some(weights) = weights {
                own.shares(&self.edges, &WeightChanges::new(), weights);
            }
            own.with_scorer(self.given_with(table), &self.asked(), |scorer| scorer.score(room, seen, cancel))
        };
        if changed.is_empty() {
            on(self.table)?
        } else {
            on(&with_columns(self.table, &changed)?)?
        }
        // Shares of levels are those of the sample, every unit as often as it was drawn.
        if let Some(resample) = &resample {
            seen.times.resize(self.table.rows(), 0.0);
            for row in resample {
                seen.times[*row] += 1.0;
            }
        }
        Ok(())
    }

    fn note_weights(&self, prepared: &Prepared, changes: &WeightChanges, place: &mut Place<'_>) {
        if let Some(weights) = &mut place.weights {
            prepared.shares(&self.edges, changes, weights);
        }
    }
}
