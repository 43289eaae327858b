//! `ix.plan.allocate`: columns in, models for the solver out, and what solutions mean.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::error::bad_request;
use super::run::run;
use super::table::whole_strides;
use crate::plan::allocate::{self as rooms, Amounts, Asked, Cut, Goal, Priced, Question, Reason, Units};

type Given<'py> = PyReadonlyArray1<'py, f64>;
type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Whole<'py> = Bound<'py, PyArray1<i64>>;

fn doubles(values: &Given<'_>) -> PyResult<Vec<f64>> {
    whole_strides(values)?;
    Ok(values.as_array().to_vec())
}

fn many(columns: &[Given<'_>]) -> PyResult<Vec<Vec<f64>>> {
    columns.iter().map(doubles).collect()
}

/// The problem, put together once.
#[pyclass(frozen)]
pub(super) struct Allocator(rooms::Allocator);

/// A core cut at prices.
#[pyclass(frozen)]
pub(super) struct AllocatorCore(rooms::Core);

/// What classes take at prices.
#[pyclass(frozen)]
pub(super) struct AllocatorPriced(Priced);

/// Which programme is solved.
#[pyclass(frozen)]
pub(super) struct AllocatorQuestion(Question);

#[pymethods]
impl AllocatorQuestion {
    #[new]
    #[pyo3(signature = (goal, floor = None, off = Vec::new(), tight = Vec::new(), thrift = 0.0))]
    fn new(goal: &str, floor: Option<f64>, off: Vec<bool>, tight: Vec<f64>, thrift: f64) -> Self {
        let goal = match goal {
            "smallest" => Goal::Smallest,
            "feasible" => Goal::Feasible,
            _ => Goal::Worth,
        };
        Self(Question { goal, floor, off, thrift, tight })
    }
}

#[pymethods]
impl AllocatorPriced {
    /// No allocation is worth more.
    #[getter]
    fn bound(&self) -> f64 {
        self.0.bound
    }
}

#[pymethods]
impl AllocatorCore {
    /// Number of columns that are offers.
    #[getter]
    fn columns(&self) -> usize {
        self.0.columns.len()
    }

    /// Largest loss inside.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// The model as arrays.
    fn model<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let model = self.0.model.clone();
        let dict = PyDict::new(py);
        dict.set_item("cost", model.cost.into_pyarray(py))?;
        dict.set_item("upper", model.upper.into_pyarray(py))?;
        dict.set_item("whole", model.whole.into_pyarray(py))?;
        dict.set_item("start", model.start.into_pyarray(py))?;
        dict.set_item("index", model.index.into_pyarray(py))?;
        dict.set_item("value", model.value.into_pyarray(py))?;
        dict.set_item("row_low", model.row_low.into_pyarray(py))?;
        dict.set_item("row_high", model.row_high.into_pyarray(py))?;
        dict.set_item("fixed", model.fixed)?;
        Ok(dict)
    }
}

#[pymethods]
impl Allocator {
    #[new]
    #[allow(clippy::too_many_arguments)]
    fn new<'py>(
        py: Python<'py>,
        asked: &str,
        costs: Vec<Given<'py>>,
        score: Given<'py>,
        scores_after: Vec<Given<'py>>,
        weights: Given<'py>,
        groups: Vec<PyReadonlyArray1<'py, i64>>,
        categories: Vec<usize>,
        eligible: Vec<PyReadonlyArray1<'py, u8>>,
        amounts: Vec<Vec<Bound<'py, PyDict>>>,
    ) -> PyResult<Self> {
        let asked: Asked = serde_json::from_str(asked).map_err(|error| bad_request(&error))?;
        let one = |dict: &Bound<'py, PyDict>| -> PyResult<Amounts> {
            let get = |name: &str| -> PyResult<Vec<f64>> {
                match dict.get_item(name)? {
                    Some(values) => doubles(&values.extract::<Given<'py>>()?),
                    None => Ok(Vec::new()),
                }
            };
            Ok(Amounts {
                rate: get("rate")?,
                cap: get("cap")?,
                discount: get("discount")?,
                own_share_min: get("own_share_min")?,
                grant_min: get("grant_min")?,
                own_max: get("own_max")?,
            })
        };
        let units = Units {
            costs: many(&costs)?,
            score: doubles(&score)?,
            scores_after: many(&scores_after)?,
            weights: doubles(&weights)?,
            groups: groups.iter().map(|codes| codes.as_array().to_vec()).collect(),
            categories,
            eligible: eligible.iter().map(|states| states.as_array().to_vec()).collect(),
            amounts: amounts.iter().map(|all| all.iter().map(one).collect()).collect::<PyResult<_>>()?,
        };
        let rows = units.len();
        Ok(Self(run(py, rows, |_| Ok(rooms::Allocator::new(asked, units)))?))
    }

    /// What a middle grant costs by itself in large problems, and the most that this comes to.
    #[getter]
    fn thrift(&self) -> (f64, f64) {
        self.0.thrift()
    }

    /// Classes, offers, rows of rules.
    #[getter]
    fn size(&self) -> (usize, usize, usize) {
        (self.0.classes.len(), self.0.classes.offers.len(), self.0.rows.len())
    }

    /// The rows: name, part, programme, what is counted, share, low, high, already, size, measure of the solver.
    #[allow(clippy::type_complexity)]
    fn rows(&self) -> Vec<(String, &'static str, Option<usize>, &'static str, f64, f64, f64, f64, f64, f64)> {
        let of = |of: rooms::Of| match of {
            rooms::Of::Money => "money",
            rooms::Of::Firms => "firms",
            rooms::Of::Reached => "reached",
        };
        let one = |row: &rooms::Row| {
            let scale = if row.of == rooms::Of::Money { self.0.money } else { 1.0 };
            (
                row.name.clone(),
                row.part,
                row.program,
                of(row.of),
                row.share,
                row.low,
                row.high,
                row.already,
                row.size,
                scale,
            )
        };
        self.0.rows.iter().map(one).collect()
    }

    /// What classes take at prices.
    fn price<'py>(
        &self,
        py: Python<'py>,
        prices: Given<'py>,
        question: &AllocatorQuestion,
    ) -> PyResult<AllocatorPriced> {
        let prices = doubles(&prices)?;
        let priced = run(py, self.0.units.len(), |_| Ok(self.0.price(&prices, &question.0)))?;

        Ok(AllocatorPriced(priced))
    }

    /// The core at prices, with what was free in the one to keep.
    #[pyo3(signature = (priced, question, size, within = 0.0, every = 1, penalty = None, keep = None))]
    #[allow(clippy::too_many_arguments)]
    fn core(
        &self,
        py: Python<'_>,
        priced: &AllocatorPriced,
        question: &AllocatorQuestion,
        size: usize,
        within: f64,
        every: usize,
        penalty: Option<f64>,
        keep: Option<&AllocatorCore>,
    ) -> PyResult<AllocatorCore> {
        let cut = Cut { size, within, every, penalty };
        let keep = keep.map(|core| &core.0);
        Ok(AllocatorCore(run(py, self.0.units.len(), |_| Ok(self.0.core(&priced.0, &question.0, &cut, keep)))?))
    }

    /// How many units of its class take each offer.
    fn whole<'py>(&self, py: Python<'py>, core: &AllocatorCore, solution: Given<'py>) -> PyResult<Doubles<'py>> {
        Ok(self.0.whole(&core.0, &doubles(&solution)?).into_pyarray(py))
    }

    /// Value, smallest share, and of each row: used, the whole of a share, excess.
    fn measure<'py>(
        &self,
        py: Python<'py>,
        taken: Given<'py>,
        question: &AllocatorQuestion,
    ) -> PyResult<(f64, f64, Doubles<'py>, Doubles<'py>, Doubles<'py>)> {
        let found = self.0.measure(&doubles(&taken)?, &question.0);
        Ok((
            found.value,
            found.smallest,
            found.used.into_pyarray(py),
            found.whole.into_pyarray(py),
            found.excess.into_pyarray(py),
        ))
    }

    /// Of each row, as people read it: at least, at most, used, slack, price.
    fn told(&self, taken: Given<'_>, prices: Given<'_>) -> PyResult<Vec<(f64, f64, f64, f64, f64)>> {
        let found = self.0.told(&doubles(&taken)?, &doubles(&prices)?);
        Ok(found.iter().map(|row| (row.at_least, row.at_most, row.used, row.slack, row.price)).collect())
    }

    /// Programme (-1 for none), path, net cost and grant of each unit.
    fn assign<'py>(
        &self,
        py: Python<'py>,
        taken: Given<'py>,
    ) -> PyResult<(Whole<'py>, Whole<'py>, Doubles<'py>, Doubles<'py>)> {
        let given = self.0.assign(&doubles(&taken)?);
        let whole = |of: &dyn Fn(&rooms::Given) -> usize| -> Vec<i64> {
            given.iter().map(|g| g.as_ref().map_or(-1, |g| i64::try_from(of(g)).unwrap_or(-1))).collect()
        };
        let double = |of: &dyn Fn(&rooms::Given) -> f64| -> Vec<f64> {
            given.iter().map(|g| g.as_ref().map_or(f64::NAN, of)).collect()
        };
        Ok((
            whole(&|g| g.program).into_pyarray(py),
            whole(&|g| g.path).into_pyarray(py),
            double(&|g| g.offered.net).into_pyarray(py),
            double(&|g| g.offered.grant).into_pyarray(py),
        ))
    }

    /// For each programme, why each unit has no offer: 0 where it has one, else the number of the reason.
    fn whys<'py>(&self, py: Python<'py>) -> Vec<Whole<'py>> {
        let code = |why: &Option<rooms::Why>| why.map_or(0, |why| 1 + why as i64);
        self.0.whys().iter().map(|all| all.iter().map(code).collect::<Vec<_>>().into_pyarray(py)).collect()
    }

    /// Why each unit goes without: reason, nearest programme and path, rule, grant, cheaper, more.
    fn refusals<'py>(
        &self,
        py: Python<'py>,
        taken: Given<'py>,
        prices: Given<'py>,
        question: &AllocatorQuestion,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (taken, prices) = (doubles(&taken)?, doubles(&prices)?);
        let found = run(py, self.0.units.len(), |_| Ok(self.0.refusals(&taken, &prices, &question.0)))?;
        let whole = |of: &dyn Fn(&rooms::Refusal) -> Option<usize>| -> Vec<i64> {
            let one = |r: &Option<rooms::Refusal>| r.as_ref().and_then(of).and_then(|x| i64::try_from(x).ok());
            found.iter().map(|r| one(r).unwrap_or(-1)).collect()
        };
        let double = |of: &dyn Fn(&rooms::Refusal) -> f64| -> Vec<f64> {
            found.iter().map(|r| r.as_ref().map_or(f64::NAN, of)).collect()
        };
        let code = |r: &rooms::Refusal| {
            Some(match r.reason {
                Reason::NoOffer(why) => why as usize,
                Reason::Outbid => 8,
                Reason::Quota => 9,
                Reason::LeftOver => 10,
                Reason::NoGain => 11,
            })
        };
        let dict = PyDict::new(py);
        dict.set_item("reason", whole(&code).into_pyarray(py))?;
        dict.set_item("program", whole(&|r| r.nearest.map(|n| n.0)).into_pyarray(py))?;
        dict.set_item("path", whole(&|r| r.nearest.map(|n| n.1)).into_pyarray(py))?;
        dict.set_item("rule", whole(&|r| r.rule).into_pyarray(py))?;
        dict.set_item("grant", double(&|r| r.grant).into_pyarray(py))?;
        dict.set_item("cheaper", double(&|r| r.cheaper).into_pyarray(py))?;
        dict.set_item("more", double(&|r| r.more).into_pyarray(py))?;
        Ok(dict)
    }
}

/// Puts the classes of this room into the module.
pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Allocator>()?;
    module.add_class::<AllocatorCore>()?;
    module.add_class::<AllocatorPriced>()?;
    module.add_class::<AllocatorQuestion>()?;
    Ok(())
}
