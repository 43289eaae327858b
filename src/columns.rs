//! Borrowed columns in: any memory layout, no copies, missing = NaN.

use std::borrow::Cow;
use std::collections::HashMap;

use ndarray::ArrayView1;

use crate::error::{Error, Kind, Problem, Result};

/// Whole numbers of a column, as they lie in memory.
#[derive(Debug, Clone)]
pub enum Whole<'a> {
    /// Signed bytes.
    I8(ArrayView1<'a, i8>),
    /// Unsigned bytes, and booleans as 0 and 1.
    U8(ArrayView1<'a, u8>),
    /// 16-bit integers.
    I16(ArrayView1<'a, i16>),
    /// 32-bit integers.
    I32(ArrayView1<'a, i32>),
    /// 64-bit integers.
    I64(ArrayView1<'a, i64>),
}

/// Runs one body for whichever type of integers it is.
macro_rules! each_whole {
    ($whole:expr, $view:ident => $body:expr) => {
        match $whole {
            Whole::I8($view) => $body,
            Whole::U8($view) => $body,
            Whole::I16($view) => $body,
            Whole::I32($view) => $body,
            Whole::I64($view) => $body,
        }
    };
}

impl Whole<'_> {
    fn borrow(&self) -> Whole<'_> {
        match self {
            Self::I8(view) => Whole::I8(view.view()),
            Self::U8(view) => Whole::U8(view.view()),
            Self::I16(view) => Whole::I16(view.view()),
            Self::I32(view) => Whole::I32(view.view()),
            Self::I64(view) => Whole::I64(view.view()),
        }
    }

    fn len(&self) -> usize {
        each_whole!(self, view => view.len())
    }
}

/// One column of the caller's data.
#[derive(Debug, Clone)]
pub enum Column<'a> {
    /// Numbers; NaN is missing.
    Number(ArrayView1<'a, f64>),
    /// Whole numbers, none missing.
    Whole(Whole<'a>),
    /// Texts as codes into labels; a negative code is missing.
    Text {
        /// One code per row.
        codes: Whole<'a>,
        /// The distinct texts.
        labels: Cow<'a, [String]>,
    },
}

impl Column<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(view) => view.len(),
            Self::Whole(whole) | Self::Text { codes: whole, .. } => whole.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same column, borrowed from here.
    pub(crate) fn borrow(&self) -> Column<'_> {
        match self {
            Self::Number(view) => Column::Number(view.view()),
            Self::Whole(whole) => Column::Whole(whole.borrow()),
            Self::Text { codes, labels } => Column::Text { codes: codes.borrow(), labels: Cow::Borrowed(labels) },
        }
    }

    /// The block as it lies in memory, when it is one run of doubles.
    pub(crate) fn direct(&self, rows: &Rows<'_>) -> Option<&[f64]> {
        match (self, rows) {
            (Self::Number(view), Rows::Range { start, len }) => view.as_slice()?.get(*start..start + len),
            _ => None,
        }
    }

    /// Copies a block as doubles; text columns become codes.
    pub(crate) fn load(&self, rows: &Rows<'_>, out: &mut [f64]) {
        match self {
            Self::Number(view) => copy(*view, rows, out, |x| x),
            Self::Whole(whole) => each_whole!(whole, view => copy(*view, rows, out, |x| x as f64)),
            Self::Text { codes, .. } => {
                each_whole!(codes, view => copy(*view, rows, out, |x| x as f64))
            }
        }
    }

    /// Copies a block of codes; other columns have none.
    #[allow(clippy::unnecessary_cast)] // one body for every type of integers
    pub(crate) fn load_codes(&self, rows: &Rows<'_>, out: &mut [i32]) {
        match self {
            Self::Text { codes, .. } => {
                each_whole!(codes, view => copy(*view, rows, out, |x| x as i32))
            }
            Self::Number(_) | Self::Whole(_) => out.fill(-1),
        }
    }
}

fn copy<T: Copy, U>(view: ArrayView1<'_, T>, rows: &Rows<'_>, out: &mut [U], convert: impl Fn(T) -> U) {
    match rows {
        Rows::Range { start, len } => {
            let part = view.slice_axis(ndarray::Axis(0), ndarray::Slice::from(*start..start + len));
            if let Some(run) = part.as_slice() {
                for (y, x) in out.iter_mut().zip(run) {
                    *y = convert(*x);
                }
            } else {
                for (y, x) in out.iter_mut().zip(part) {
                    *y = convert(*x);
                }
            }
        }
        Rows::List(list) => {
            for (y, row) in out.iter_mut().zip(*list) {
                *y = convert(view[*row]);
            }
        }
    }
}

/// The rows of a block: a run, or a list.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    /// `len` rows from `start`.
    Range {
        /// First row.
        start: usize,
        /// Number of rows.
        len: usize,
    },
    /// These rows.
    List(&'a [usize]),
}

impl Rows<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Range { len, .. } => *len,
            Self::List(list) => list.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row number in the data of the i-th row of the block.
    pub fn row(&self, i: usize) -> usize {
        match self {
            Self::Range { start, .. } => start + i,
            Self::List(list) => list.get(i).copied().unwrap_or_default(),
        }
    }

    /// Part of the rows.
    pub(crate) fn part(&self, from: usize, len: usize) -> Self {
        match self {
            Self::Range { start, .. } => Self::Range { start: start + from, len },
            Self::List(list) => Self::List(&list[from..from + len]),
        }
    }
}

/// Named columns of equal length.
#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    rows: usize,
    names: Vec<String>,
    columns: Vec<Column<'a>>,
    places: HashMap<String, usize>,
}

impl<'a> Table<'a> {
    /// A table of so many rows.
    pub fn new(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }

    /// Adds a column; its length and name are checked.
    pub fn add(&mut self, name: impl Into<String>, column: Column<'a>) -> Result<()> {
        let name = name.into();
        if column.len() != self.rows {
            let message = format!("has {} rows, the others have {}", column.len(), self.rows);
            return Err(Error::new(Kind::Value, Problem::column(name, message)));
        }
        if self.places.contains_key(&name) {
            let message = "there are two columns of this name";
            return Err(Error::new(Kind::Value, Problem::column(name, message).remedy("rename or drop one of them")));
        }
        self.places.insert(name.clone(), self.columns.len());
        self.names.push(name);
        self.columns.push(column);
        Ok(())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Names in the order of the data.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column of a name.
    pub fn get(&self, name: &str) -> Option<&Column<'a>> {
        self.places.get(name).map(|&place| &self.columns[place])
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    pub(crate) fn at(&self, place: usize) -> &Column<'a> {
        &self.columns[place]
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, ShapeBuilder, array};

    use super::*;

    #[test]
    fn every_layout_reads_the_same() {
        let values: Vec<f64> = (0..20).map(f64::from).collect();
        let c_order = Array2::from_shape_vec((5, 4), values.clone()).expect("20 values");
        let f_order = Array2::from_shape_fn((5, 4).f(), |(i, j)| c_order[[i, j]]);
        for rows in [Rows::Range { start: 1, len: 3 }, Rows::List(&[1, 2, 3])] {
            let mut results = Vec::new();
            for view in [c_order.column(2), f_order.column(2)] {
                let mut out = vec![0.0; 3];
                Column::Number(view).load(&rows, &mut out);
                results.push(out);
            }
            assert_eq!(results[0], [6.0, 10.0, 14.0]);
            assert_eq!(results[0], results[1]);
        }
        let mut reversed = c_order.column(2);
        reversed.invert_axis(ndarray::Axis(0));
        let mut out = vec![0.0; 2];
        Column::Number(reversed).load(&Rows::Range { start: 0, len: 2 }, &mut out);
        assert_eq!(out, [18.0, 14.0]);
    }

    #[test]
    fn duplicate_and_ragged_columns_are_refused() {
        let a = array![1.0, 2.0];
        let mut table = Table::new(2);
        table.add("a", Column::Number(a.view())).expect("new");
        assert!(table.add("a", Column::Number(a.view())).is_err());
        let short = array![1i8];
        assert!(table.add("b", Column::Whole(Whole::I8(short.view()))).is_err());
    }
}
