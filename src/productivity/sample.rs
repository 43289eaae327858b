//! Rows of firms in the order of time, with what came before each and what had to be left out.

use crate::error::{Error, Kind, Problem, Result};

/// No row.
pub const NONE: usize = usize::MAX;

/// What is told of each row; slices of one length.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// Output, or value added.
    pub output: &'a [f64],
    /// Inputs chosen freely within the year.
    pub free: &'a [Vec<f64>],
    /// Inputs that were decided before.
    pub state: &'a [Vec<f64>],
    /// What tells productivity: investment or materials.
    pub proxy: Option<&'a [f64]>,
    /// One where the firm leaves after this row, zero where it stays, NaN where nobody knows.
    pub exit: Option<&'a [f64]>,
    /// Codes of firms; negative: not known.
    pub unit: &'a [i64],
    /// Times; NaN: not known.
    pub time: &'a [f64],
}

/// Rows by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that came.
    pub rows: usize,
    /// Rows that are used.
    pub used: usize,
    /// A key, the output or an input is missing.
    pub missing: usize,
    /// The output or an input is zero or negative, so that it has no logarithm.
    pub nonpositive: usize,
    /// The proxy is missing, all else is there.
    pub proxy_missing: usize,
    /// The proxy is zero or negative.
    pub proxy_nonpositive: usize,
    /// Firms with rows in use.
    pub firms: usize,
    /// Firms with a single row in use.
    pub singletons: usize,
    /// Rows in use with the row of the time before.
    pub pairs: usize,
    /// Rows in use that follow a gap in time.
    pub gaps: usize,
}

/// Logarithms of the rows in use, firm by firm in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Output.
    pub output: Vec<f64>,
    /// Free inputs.
    pub free: Vec<Vec<f64>>,
    /// State inputs.
    pub state: Vec<Vec<f64>>,
    /// The proxy; empty where there is none.
    pub proxy: Vec<f64>,
    /// Whether the firm leaves after the row; empty where nobody asked.
    pub exit: Vec<f64>,
    /// The row of the same firm one step earlier, or [`NONE`].
    pub lag: Vec<usize>,
    /// The first row of each firm, and the end.
    pub starts: Vec<usize>,
    /// Numbers of the rows as they came.
    pub rows: Vec<usize>,
}

impl Sample {
    /// Takes what can be used. `logged`: columns are logarithms already. `step`: from one time to the next.
    pub fn new(columns: &Columns<'_>, logged: bool, step: f64) -> Result<(Self, Counts)> {
        let rows = columns.output.len();
        let inputs = || columns.free.iter().chain(columns.state).map(Vec::as_slice);
        let lengths = inputs().chain(columns.proxy).chain(columns.exit).chain([columns.time]).map(<[f64]>::len);
        if lengths.chain([columns.unit.len()]).any(|length| length != rows) {
            return Err(Error::new(Kind::Value, Problem::general("columns differ in length")));
        }
        let mut counts = Counts { rows, ..Counts::default() };
        let mut order = Vec::new();
        for row in 0..rows {
            let here = || inputs().map(|column| column[row]).chain([columns.output[row]]);
            if columns.unit[row] < 0 || columns.time[row].is_nan() || here().any(f64::is_nan) {
                counts.missing += 1;
            } else if !logged && here().any(|value| value <= 0.0) {
                counts.nonpositive += 1;
            } else if columns.proxy.is_some_and(|proxy| proxy[row].is_nan()) {
                counts.proxy_missing += 1;
            } else if !logged && columns.proxy.is_some_and(|proxy| proxy[row] <= 0.0) {
                counts.proxy_nonpositive += 1;
            } else {
                order.push(row);
            }
        }
        let key = |row: usize| (columns.unit[row], columns.time[row]);
        order.sort_by(|a, b| key(*a).0.cmp(&key(*b).0).then(key(*a).1.total_cmp(&key(*b).1)));
        let mut sample = Self { rows: order.clone(), ..Self::default() };
        let log = |value: f64| if logged { value } else { value.ln() };
        let taken = |column: &[f64]| order.iter().map(|row| log(column[*row])).collect::<Vec<f64>>();
        sample.output = taken(columns.output);
        sample.free = columns.free.iter().map(|column| taken(column)).collect();
        sample.state = columns.state.iter().map(|column| taken(column)).collect();
        sample.proxy = columns.proxy.map(taken).unwrap_or_default();
        sample.exit = columns.exit.map(|exit| order.iter().map(|row| exit[*row]).collect()).unwrap_or_default();
        for (place, row) in order.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| key(order[before])).filter(|before| before.0 == key(*row).0);
            let Some((_, time)) = before else {
                sample.starts.push(place);
                sample.lag.push(NONE);
                continue;
            };
            let apart = key(*row).1 - time;
            if apart <= 0.0 {
                let message = "a firm has two rows of one time; rows must be unique in unit and time";
                return Err(Error::new(Kind::Value, Problem::general(message).row(*row)));
            }
            let next = (apart - step).abs() <= 1e-6 * step;
            sample.lag.push(if next { place - 1 } else { NONE });
            counts.gaps += usize::from(!next);
        }
        sample.starts.push(order.len());
        counts.used = order.len();
        counts.firms = sample.firms();
        counts.singletons = sample.starts.windows(2).filter(|pair| pair[1] - pair[0] == 1).count();
        counts.pairs = sample.pairs().0.len();
        Ok((sample, counts))
    }

    /// How many firms there are.
    pub fn firms(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Rows that have one before them, and the ones before.
    pub fn pairs(&self) -> (Vec<usize>, Vec<usize>) {
        self.lag.iter().enumerate().filter(|(_, lag)| **lag != NONE).map(|(row, lag)| (row, *lag)).unzip()
    }

    /// The firms of these numbers, one after the other, each time as a firm of its own.
    #[must_use]
    pub fn drawn(&self, firms: &[usize]) -> Self {
        let mut rows = Vec::new();
        let (mut starts, mut lag) = (vec![0], Vec::new());
        for firm in firms {
            let (first, end) = (self.starts[*firm], self.starts[firm + 1]);
            let base = rows.len();
            lag.extend(self.lag[first..end].iter().map(|lag| if *lag == NONE { NONE } else { lag - first + base }));
            rows.extend(first..end);
            starts.push(rows.len());
        }
        let take = |column: &Vec<f64>| if column.is_empty() { vec![] } else { pick(column, &rows) };
        Self {
            output: take(&self.output),
            free: self.free.iter().map(take).collect(),
            state: self.state.iter().map(take).collect(),
            proxy: take(&self.proxy),
            exit: take(&self.exit),
            lag,
            starts,
            rows,
        }
    }

    /// All inputs, free ones first.
    pub fn inputs(&self) -> impl Iterator<Item = &Vec<f64>> {
        self.free.iter().chain(&self.state)
    }
}

/// The values in these rows.
pub fn pick(column: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|row| column[*row]).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn gaps_zeros_and_single_rows_are_counted() {
        let (k, l) = (vec![vec![1.0; 7]], vec![vec![2.0, 2.0, 2.0, 2.0, 2.0, 0.0, 2.0]]);
        let columns = Columns {
            output: &[1.0, 2.0, 3.0, 4.0, f64::NAN, 5.0, 6.0],
            free: &l,
            state: &k,
            proxy: Some(&[1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]),
            exit: None,
            unit: &[1, 1, 0, 1, 0, 0, 0],
            // Firm 1: 2003, 2001, 2000.
            time: &[2003.0, 2001.0, 2001.0, 2000.0, 2002.0, 2003.0, 2004.0],
        };
        let (sample, counts) = Sample::new(&columns, false, 1.0).unwrap();
        assert_eq!(sample.rows, [6, 3, 1, 0]);
        assert_eq!(sample.lag, [NONE, NONE, 1, NONE]);
        assert_eq!(sample.starts, [0, 1, 4]);
        assert_eq!((counts.missing, counts.nonpositive, counts.proxy_nonpositive), (1, 1, 1));
        assert_eq!((counts.used, counts.firms, counts.singletons, counts.pairs, counts.gaps), (4, 2, 1, 1, 1));
        let twice = sample.drawn(&[1, 1, 0]);
        assert_eq!(twice.lag, [NONE, 0, NONE, NONE, 3, NONE, NONE]);
        assert_eq!(twice.starts, [0, 3, 6, 7]);
    }
}
