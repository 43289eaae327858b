//! The room `plan`: whose support reaches the most, and what became of it.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::plan::chain::{self, Choices, GivenLinks, Links, Program};
use crate::plan::follow::{self, Outcome, PaymentRule, Promise, Ranged};

type Doubles<'py> = PyReadonlyArray1<'py, f64>;
type Wholes<'py> = PyReadonlyArray1<'py, i64>;
/// Suppliers and buyers by code, shares, the least share.
type PyLinks<'py> = (Wholes<'py>, Wholes<'py>, Option<Doubles<'py>>, f64);
/// Codes of the candidates, whether each code counts, steps, the first of the codes that candidates have of their own.
type PyReach<'py> = (Vec<usize>, PyReadonlyArray1<'py, bool>, usize, Option<usize>);

fn owned<T: numpy::Element + Copy>(values: &PyReadonlyArray1<'_, T>) -> PyResult<Vec<T>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

fn doubles(py: Python<'_>, values: Vec<f64>) -> Bound<'_, PyArray1<f64>> {
    values.into_pyarray(py)
}

fn wholes(py: Python<'_>, values: impl IntoIterator<Item = usize>) -> Bound<'_, PyArray1<i64>> {
    let values: Vec<i64> = values.into_iter().map(|value| i64::try_from(value).unwrap_or(i64::MAX)).collect();
    values.into_pyarray(py)
}

/// Candidates and whom they reach; made once, asked several times.
#[pyclass(module = "indicia._core", frozen)]
pub(super) struct Chain {
    choices: Choices,
    links: chain::LinkCounts,
}

#[pymethods]
impl Chain {
    /// Whom candidates reach. Costs are given, or a share of what the plans of those reached cost.
    #[new]
    #[pyo3(signature = (links, reach, values, costs, plans, rate, most))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        links: PyLinks<'_>,
        reach: PyReach<'_>,
        values: Doubles<'_>,
        costs: Option<Doubles<'_>>,
        plans: Option<Doubles<'_>>,
        rate: f64,
        most: Option<usize>,
    ) -> PyResult<Self> {
        let (supplier, buyer) = (owned(&links.0)?, owned(&links.1)?);
        let share = links.2.as_ref().map(owned).transpose()?;
        let (candidates, counts, steps, own) = (reach.0, owned(&reach.1)?, reach.2, reach.3);
        let values = owned(&values)?;
        let costs = costs.as_ref().map(owned).transpose()?;
        let plans = plans.as_ref().map(owned).transpose()?;
        run(py, usize::MAX, |cancel| {
            let given = GivenLinks { supplier: &supplier, buyer: &buyer, share: share.as_deref(), min_share: links.3 };
            let links = Links::of(&given)?;
            let reaches = chain::reaches(&links, &candidates, &counts, steps, own, cancel)?;
            let costs = match (&costs, &plans) {
                (Some(costs), _) => costs.clone(),
                (None, Some(plans)) => chain::costs_of_plans(&reaches, plans, rate),
                (None, None) => vec![0.0; candidates.len()],
            };
            let choices = Choices { costs, reaches, values, most };
            Ok(Self { choices, links: links.counts })
        })
    }

    /// Rows of links by what became of them.
    #[getter]
    fn links(&self) -> Vec<(&'static str, usize)> {
        let counts = self.links;
        vec![
            ("rows", counts.rows),
            ("nameless", counts.nameless),
            ("own", counts.own),
            ("repeated", counts.repeated),
            ("small", counts.small),
            ("unknown", counts.unknown),
            ("used", counts.used),
        ]
    }

    /// Cost of each candidate, how many it reaches, and what they are worth.
    fn candidates<'py>(&self, py: Python<'py>) -> [Bound<'py, PyAny>; 3] {
        let worth = chain::worth(&self.choices);
        [
            doubles(py, self.choices.costs.clone()).into_any(),
            wholes(py, self.choices.reaches.iter().map(Vec::len)).into_any(),
            doubles(py, worth).into_any(),
        ]
    }

    /// Order, value, bound, guarantee, value per cost of the next.
    fn greedy(&self, py: Python<'_>, budget: f64) -> PyResult<(Vec<usize>, f64, f64, f64, f64)> {
        let found = run(py, usize::MAX, |cancel| chain::greedy(&self.choices, budget, cancel))?;
        Ok((found.order, found.value, found.bound, found.guarantee, found.next_ratio))
    }

    /// A choice told, with `prune` without those it does not need: order, what each adds, who reaches whom, how many could, value, spent.
    fn tell<'py>(&self, py: Python<'py>, chosen: Vec<usize>, prune: bool) -> PyResult<Bound<'py, PyDict>> {
        let chosen: Vec<usize> = chosen.into_iter().filter(|candidate| *candidate < self.choices.len()).collect();
        let told = run(py, usize::MAX, |_| {
            let kept = if prune { chain::prune(&self.choices, &chosen) } else { chosen };
            Ok(chain::tell(&self.choices, &kept))
        })?;
        let out = PyDict::new(py);
        let by: Vec<i64> = told.by.iter().map(|by| by.map_or(-1, |by| i64::try_from(by).unwrap_or(-1))).collect();
        out.set_item("order", wholes(py, told.order))?;
        out.set_item("added", doubles(py, told.added.iter().map(|added| added.0).collect()))?;
        out.set_item("added_count", wholes(py, told.added.iter().map(|added| added.1)))?;
        out.set_item("by", by.into_pyarray(py))?;
        out.set_item("times", wholes(py, told.times))?;
        out.set_item("value", told.value)?;
        out.set_item("spent", told.spent)?;
        Ok(out)
    }

    /// The mixed-integer programme of a budget.
    fn program<'py>(&self, py: Python<'py>, budget: f64) -> PyResult<Bound<'py, PyDict>> {
        let program = Program::of(&self.choices, budget);
        let out = PyDict::new(py);
        out.set_item("objective", doubles(py, program.objective))?;
        out.set_item("most", doubles(py, program.most))?;
        out.set_item("whole", program.whole)?;
        out.set_item("upper", doubles(py, program.upper))?;
        out.set_item("start", wholes(py, program.start))?;
        out.set_item("index", wholes(py, program.index))?;
        out.set_item("value", doubles(py, program.value))?;
        Ok(out)
    }
}

/// What comparisons that fail cost to mend, by row: rows, requirements, ways and costs of near misses. With `near`, 1 over 1
/// more than that: distances become nearness.
#[pyfunction]
pub(super) fn chain_lacking(
    py: Python<'_>,
    rows: Vec<usize>,
    requirements: Vec<usize>,
    ways: Vec<usize>,
    costs: Vec<f64>,
    near: bool,
) -> (Bound<'_, PyArray1<i64>>, Bound<'_, PyArray1<f64>>) {
    let entries: Vec<(usize, usize, usize, f64)> = rows
        .into_iter()
        .zip(requirements)
        .zip(ways.into_iter().zip(costs))
        .map(|((row, requirement), (way, cost))| (row, requirement, way, cost))
        .collect();
    let found = chain::costs_of_lacking(&entries);
    (
        wholes(py, found.iter().map(|one| one.0)),
        doubles(py, found.iter().map(|one| if near { 1.0 / (1.0 + one.1) } else { one.1 }).collect()),
    )
}

/// Units, weights and shares of each pair of levels, and of those that rose, fell, stayed, are unknown.
#[pyfunction]
#[pyo3(signature = (before, after, levels, weights))]
#[allow(clippy::type_complexity)]
pub(super) fn follow_moves<'py>(
    py: Python<'py>,
    before: Wholes<'py>,
    after: Wholes<'py>,
    levels: usize,
    weights: Option<Doubles<'py>>,
) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>, Vec<(usize, f64)>)> {
    let (before, after) = (owned(&before)?, owned(&after)?);
    let weights = weights.as_ref().map(owned).transpose()?;
    let found = run(py, before.len(), |_| follow::moves(&before, &after, levels, weights.as_deref()))?;
    Ok((wholes(py, found.count), doubles(py, found.weight), doubles(py, found.share), found.totals.to_vec()))
}

fn ranged(side: &[Vec<f64>]) -> Ranged<'_> {
    let part = |k: usize| side.get(k).map_or(&[][..], Vec::as_slice);
    Ranged { score: part(0), low: part(1), high: part(2) }
}

/// Points gained for the money spent, by group: counts (units, used, nothing spent, unknown spent, unknown gain) and
/// figures (gained, spent, per money, per point, money of all who spent, least and most points for it). Scores come as
/// score, low and high.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(super) fn follow_spending(
    py: Python<'_>,
    before: [Doubles<'_>; 3],
    after: [Doubles<'_>; 3],
    spent: Doubles<'_>,
    groups: Wholes<'_>,
    count: usize,
) -> PyResult<Vec<([usize; 5], [f64; 7])>> {
    let before = before.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    let after = after.iter().map(owned).collect::<PyResult<Vec<_>>>()?;
    let (spent, groups) = (owned(&spent)?, owned(&groups)?);
    let found = run(py, spent.len(), |_| follow::spending(ranged(&before), ranged(&after), &spent, &groups, count))?;
    Ok(found
        .into_iter()
        .map(|one| {
            let counts = [one.units, one.used, one.nothing_spent, one.unknown_spent, one.unknown_gain];
            (counts, [one.gained, one.spent, one.per_money, one.per_point, one.spent_all, one.low, one.high])
        })
        .collect())
}

/// Second payments: granted, first, second, withheld, unpaid, excess of each, and their sums. Outcomes as 2 reached,
/// 1 open, 0 missed.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(super) fn follow_payments<'py>(
    py: Python<'py>,
    granted: Doubles<'py>,
    spent: Doubles<'py>,
    outcomes: Wholes<'py>,
    rule: &str,
) -> PyResult<(Vec<Bound<'py, PyArray1<f64>>>, [f64; 6])> {
    let rule: PaymentRule = serde_json::from_str(rule).map_err(|error| bad_request(&error))?;
    let (granted, spent, outcomes) = (owned(&granted)?, owned(&spent)?, owned(&outcomes)?);
    let promises: Vec<Promise> = granted
        .into_iter()
        .zip(spent)
        .zip(outcomes)
        .map(|((granted, spent), outcome)| {
            let outcome = match outcome {
                2 => Outcome::Reached,
                0 => Outcome::Missed,
                _ => Outcome::Open,
            };
            Promise { granted, spent, outcome }
        })
        .collect();
    let (paid, sums) = run(py, promises.len(), |_| follow::payments(&promises, &rule))?;
    let parts = |one: &follow::Paid| [one.granted, one.first, one.second, one.withheld, one.unpaid, one.excess];
    let rows: Vec<[f64; 6]> = paid.iter().map(parts).collect();
    let columns = (0..6).map(|k| doubles(py, rows.iter().map(|row| row[k]).collect())).collect();
    Ok((columns, parts(&sums)))
}

/// Adds what is here to the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Chain>()?;
    module.add_function(wrap_pyfunction!(chain_lacking, module)?)?;
    module.add_function(wrap_pyfunction!(follow_moves, module)?)?;
    module.add_function(wrap_pyfunction!(follow_spending, module)?)?;
    module.add_function(wrap_pyfunction!(follow_payments, module)?)?;
    Ok(())
}
