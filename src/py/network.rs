//! Links between firms: codes and doubles in, exposure out.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::run::run;
use super::table::whole_strides;
use crate::error::Error;
use crate::study::exposure::{Exposed, exposure};
use crate::study::network::{Group, Levels, Links, Network};
use crate::study::peers::leave_one_out;
use crate::study::steps::{Options, largest_sum, steps};

type Doubles<'py> = Bound<'py, PyArray1<f64>>;
type Given<'py> = PyReadonlyArray1<'py, f64>;
type Codes<'py> = PyReadonlyArray1<'py, u32>;
type Wholes<'py> = PyReadonlyArray1<'py, i64>;

fn owned<T: numpy::Element + Copy>(column: &PyReadonlyArray1<'_, T>) -> PyResult<Vec<T>> {
    whole_strides(column)?;
    Ok(column.as_array().to_vec())
}

/// Links between firms by period, and the levels of firms.
#[pyclass(frozen, module = "indicia._core")]
pub(super) struct StudyNetwork {
    network: Network,
    levels: Levels,
}

#[pymethods]
impl StudyNetwork {
    /// Links as codes of firms, codes of partners, periods, shares; levels as codes of firms, periods, values; how many codes.
    #[new]
    fn new(
        py: Python<'_>,
        links: (Codes<'_>, Codes<'_>, Wholes<'_>, Given<'_>),
        levels: (Codes<'_>, Wholes<'_>, Given<'_>),
        firms: usize,
    ) -> PyResult<Self> {
        let (focal, partner, period) = (owned(&links.0)?, owned(&links.1)?, owned(&links.2)?);
        let share = owned(&links.3)?;
        let (unit, when, value) = (owned(&levels.0)?, owned(&levels.1)?, owned(&levels.2)?);
        run(py, focal.len(), |_| {
            let links = Links { focal: &focal, partner: &partner, period: &period, share: &share };
            Ok(Self { network: Network::new(links, firms), levels: Levels::new(&unit, &when, &value, firms) })
        })
    }

    /// Codes of firms and periods in the order in which they first appear, and links of firms to themselves.
    fn groups<'py>(&self, py: Python<'py>) -> (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<i64>>, usize) {
        let focal: Vec<u32> = self.network.groups().iter().map(|group: &Group| group.focal).collect();
        let period: Vec<i64> = self.network.groups().iter().map(|group| group.period).collect();
        (focal.into_pyarray(py), period.into_pyarray(py), self.network.own())
    }

    /// By group: partners, matched; matched share, mean, weighted, sum, most, own, gap.
    #[pyo3(signature = (lag, threads))]
    #[allow(clippy::type_complexity)]
    fn exposure<'py>(
        &self,
        py: Python<'py>,
        lag: i64,
        threads: Option<usize>,
    ) -> PyResult<([Bound<'py, PyArray1<i64>>; 2], [Doubles<'py>; 7])> {
        let found = run(py, self.network.groups().len(), |cancel| {
            exposure(&self.network, &self.levels, lag, threads, cancel).ok_or_else(Error::interrupted)
        })?;
        let whole = |read: fn(&Exposed) -> u32| {
            found.iter().map(|exposed| i64::from(read(exposed))).collect::<Vec<_>>().into_pyarray(py)
        };
        let column = |read: fn(&Exposed) -> f64| found.iter().map(read).collect::<Vec<_>>().into_pyarray(py);
        let columns: [fn(&Exposed) -> f64; 7] =
            [|e| e.matched_share, |e| e.mean, |e| e.weighted, |e| e.sum, |e| e.most, |e| e.own, |e| e.gap];
        Ok(([whole(|e| e.partners), whole(|e| e.matched)], columns.map(column)))
    }

    /// The largest sum of the shares of a firm and period.
    fn largest_sum(&self) -> f64 {
        largest_sum(&self.network)
    }

    /// Exposure over steps, by group.
    #[pyo3(signature = (steps, decay, rescale, lag, threads))]
    fn steps<'py>(
        &self,
        py: Python<'py>,
        steps: Option<usize>,
        decay: f64,
        rescale: bool,
        lag: i64,
        threads: Option<usize>,
    ) -> PyResult<Doubles<'py>> {
        let options = Options { steps, decay, rescale, lag };
        let found = run(py, usize::MAX, |cancel| {
            self::steps(&self.network, &self.levels, &options, threads, cancel).ok_or_else(Error::interrupted)
        })?;
        Ok(found.into_pyarray(py))
    }
}

/// Means of the others of each row's group, and their number.
#[pyfunction]
fn study_leave_one_out<'py>(
    py: Python<'py>,
    values: Given<'py>,
    weights: Option<Given<'py>>,
    groups: Codes<'py>,
    count: usize,
) -> PyResult<(Doubles<'py>, Bound<'py, PyArray1<u32>>)> {
    let weights = weights.as_ref().map(owned).transpose()?;
    let (found, others) = leave_one_out(&owned(&values)?, weights.as_deref(), &groups.as_array().to_vec(), count);
    Ok((found.into_pyarray(py), others.into_pyarray(py)))
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<StudyNetwork>()?;
    module.add_function(wrap_pyfunction!(study_leave_one_out, module)?)
}
