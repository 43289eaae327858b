//! Scores of relative groups: those that compare a unit with all others, and so need every row before the first score.

use indexmap::IndexMap;

use super::Kernel;
use crate::aggregate::Population;
use crate::bind::Bound;
use crate::columns::Rows;
use crate::definition::Missing;
use crate::error::{Error, Kind, Problem, Result};
use crate::fitted::{Ready, Records};
use crate::notes::Notes;
use crate::parallel::{BLOCK, Cancel, chunks};
use crate::tree::Tree;

/// Scores of relative groups by row of the table, one entry per group; none for groups that see one row at a time.
pub(crate) type Given = Vec<Option<Vec<f64>>>;

/// With whom rows are compared, and how.
pub(crate) struct Comparing<'c> {
    /// Units kept by a fit, by group.
    pub(crate) records: &'c IndexMap<String, Records>,
    /// Whether the rows are compared with each other.
    pub(crate) together: bool,
    /// Number of threads.
    pub(crate) threads: Option<usize>,
    pub(crate) cancel: &'c Cancel,
}

/// The scores of all relative groups among the needed nodes, children before parents.
pub(crate) fn compare(
    tree: &Tree,
    bound: &Bound<'_, '_>,
    ready: &Ready,
    needed: &[bool],
    rows: Rows<'_>,
    comparing: &Comparing<'_>,
) -> Result<Given> {
    let mut given: Given = Vec::new();
    for (g, group) in tree.groups.iter().enumerate() {
        let node = tree.leaves.len() + g;
        if !needed[node] || !group.aggregation.method().relative() {
            continue;
        }
        given.resize(tree.groups.len(), None);
        let own = children_of(tree, bound, ready, g, rows, &given, comparing)?;
        let mine: Vec<&[f64]> = ready.counted[g].iter().map(|place| own[*place].as_slice()).collect();
        let kept: Option<Vec<&[f64]>> = comparing.records.get(&group.id).and_then(|kept| {
            let child = |place: &usize| kept.get(tree.id(group.children[*place])).map(Vec::as_slice);
            ready.counted[g].iter().map(child).collect()
        });
        let records = match &kept {
            _ if comparing.together => &mine,
            Some(kept) => kept,
            None => return Err(nobody(&group.id, group.aggregation.name())),
        };
        let weights: Vec<f64> = ready.counted[g].iter().map(|place| ready.weights[g][*place]).collect();
        let names: Vec<&str> = ready.counted[g].iter().map(|place| tree.id(group.children[*place])).collect();
        let population = Population {
            records,
            rows: &mine,
            weights: &weights,
            names: &names,
            threads: comparing.threads,
            cancel: comparing.cancel,
        };
        let mut scores = vec![f64::NAN; rows.len()];
        group.aggregation.method().compare(&population, &mut scores).map_err(|error| of_table(error, &rows))?;
        given[g] = Some(match rows {
            Rows::Range { start: 0, len } if len == bound.table.rows() => scores,
            _ => {
                let mut all = vec![f64::NAN; bound.table.rows()];
                for (i, score) in scores.into_iter().enumerate() {
                    if let Some(place) = all.get_mut(rows.row(i)) {
                        *place = score;
                    }
                }
                all
            }
        });
    }
    Ok(given)
}

/// The scores of a group's children for all rows. Where the group asks for complete rows, an incomplete one is as good as
/// absent: it has no score and nobody is compared with it.
pub(crate) fn children_of(
    tree: &Tree,
    bound: &Bound<'_, '_>,
    ready: &Ready,
    g: usize,
    rows: Rows<'_>,
    given: &Given,
    comparing: &Comparing<'_>,
) -> Result<Vec<Vec<f64>>> {
    let group = &tree.groups[g];
    let mut needed = vec![false; tree.nodes()];
    for child in &group.children {
        crate::score::need(tree, *child, &mut needed);
    }
    let mut kernel = Kernel::new(tree, bound, ready, needed).map_err(|problem| Error::new(Kind::Value, problem))?;
    kernel.coverage = tree.groups.iter().any(|group| group.min_coverage.is_some());
    kernel.given = Some(given);
    kernel.only_needed_columns(&[]);
    let whole = group.missing != Missing::Renormalize;
    let tasks = crate::parallel::map(
        chunks(rows.len()),
        comparing.threads,
        comparing.cancel,
        || kernel.workspace(),
        |space, task| {
            let mut columns = vec![vec![0.0; task.len()]; group.children.len()];
            let mut notes = Notes::default();
            for from in task.clone().step_by(BLOCK) {
                let part = rows.part(from, BLOCK.min(task.end - from));
                kernel.block(&part, space, &mut notes);
                let at = from - task.start;
                for (column, child) in columns.iter_mut().zip(&group.children) {
                    column[at..at + part.len()].copy_from_slice(space.node(*child));
                }
            }
            if whole {
                for i in 0..task.len() {
                    if columns.iter().any(|column| column[i].is_nan()) {
                        for column in &mut columns {
                            column[i] = f64::NAN;
                        }
                    }
                }
            }
            (columns, notes)
        },
    );
    let Some(tasks) = tasks else {
        return Err(Error::interrupted());
    };
    let mut columns = vec![Vec::with_capacity(rows.len()); group.children.len()];
    let mut notes = Notes::default();
    for (part, found) in tasks {
        for (column, part) in columns.iter_mut().zip(part) {
            column.extend(part);
        }
        notes.merge(found);
    }
    Error::collect(Kind::Value, notes.take_problems())?;
    Ok(columns)
}

/// What is kept of the fitted rows, to compare new ones with: scores of the children of every relative group.
pub(crate) fn records(
    tree: &Tree,
    bound: &Bound<'_, '_>,
    ready: &Ready,
    rows: Rows<'_>,
    comparing: &Comparing<'_>,
) -> Result<IndexMap<String, Records>> {
    let given = compare(tree, bound, ready, &vec![true; tree.nodes()], rows, comparing)?;
    let mut kept = IndexMap::new();
    for (g, group) in tree.groups.iter().enumerate().filter(|(_, group)| group.aggregation.method().relative()) {
        let columns = children_of(tree, bound, ready, g, rows, &given, comparing)?;
        let names = group.children.iter().map(|child| tree.id(*child).to_owned());
        kept.insert(group.id.clone(), names.zip(columns).collect());
    }
    Ok(kept)
}

/// An error of rows as they are counted here, told by their numbers in the table.
fn of_table(mut error: Error, rows: &Rows<'_>) -> Error {
    for row in error.problems.iter_mut().flat_map(|problem| &mut problem.rows) {
        *row = rows.row(*row);
    }
    error
}

fn nobody(group: &str, name: &str) -> Error {
    let message = format!("{name} compares units with each other, and this fit has kept none to compare new rows with");
    let problem = Problem::at(format!("aggregate of {group:?}"), message);
    Error::new(
        Kind::NotFitted,
        problem.remedy("call fit_score to compare rows with each other, or fit with keep_records=True"),
    )
}
