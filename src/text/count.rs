//! Counts of many documents.

use super::compile::{Counter, Desk, Document, Verdict};
use crate::error::{Error, Kind, Problem, Result};
use crate::parallel::{Cancel, map};

/// Bytes a task has at least, unless it is the last: enough to hide the cost of handing it out.
const TASK: usize = 1 << 18;
/// Places in a document are 32-bit numbers.
const LONGEST: usize = u32::MAX as usize;

/// What the columns of counts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// One column per group.
    Group,
    /// One column per term.
    Term,
}

/// Counts of documents; everything of an empty or missing document is NaN.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counts {
    /// Per group or term: hits that count, by document.
    pub counts: Vec<Vec<f64>>,
    /// Hits that count, each once whatever the number of its groups.
    pub total: Vec<f64>,
    /// Per context in use: hits it drops.
    pub dropped: Vec<Vec<f64>>,
    /// Characters that are no spaces.
    pub characters: Vec<f64>,
    /// Tokens that are not blank; zero for texts.
    pub tokens: Vec<f64>,
}

impl Counter {
    /// Counts each document. Results do not depend on the number of threads.
    pub fn count(&self, documents: &[Document<'_>], by: By, threads: Option<usize>, cancel: &Cancel) -> Result<Counts> {
        let columns = if by == By::Group { self.groups.len() } else { self.terms.len() };
        // A row: columns, contexts, total, characters, tokens.
        let width = columns + self.contexts.len() + 3;
        let tasks = tasks(documents)?;
        let rows = map(tasks, threads, cancel, Desk::default, |desk, documents| {
            let mut rows = vec![0_f64; documents.len() * width];
            for (document, row) in documents.iter().zip(rows.chunks_exact_mut(width)) {
                self.row(*document, by, columns, desk, row);
            }
            rows
        });
        let rows = rows.ok_or_else(Error::interrupted)?.concat();
        let column = |at: usize| rows.iter().skip(at).step_by(width).copied().collect::<Vec<f64>>();
        Ok(Counts {
            counts: (0..columns).map(column).collect(),
            dropped: (columns..width - 3).map(column).collect(),
            total: column(width - 3),
            characters: column(width - 2),
            tokens: column(width - 1),
        })
    }

    fn row(&self, document: Document<'_>, by: By, columns: usize, desk: &mut Desk, row: &mut [f64]) {
        let total = columns + self.contexts.len();
        let mut add = |at: usize| {
            if let Some(cell) = row.get_mut(at) {
                *cell += 1.0;
            }
        };
        let sizes = self.read(document, false, desk, |found, verdict| match verdict {
            Verdict::Counts => {
                add(total);
                match by {
                    By::Term => add(found.term),
                    By::Group => {
                        self.terms.get(found.term).into_iter().flat_map(|term| &term.groups).for_each(|g| add(*g));
                    }
                }
            }
            Verdict::Dropped(context) => add(columns + context),
            Verdict::Fallen(_) => {}
        });
        match (sizes, row) {
            (Some(sizes), [.., characters, tokens]) => {
                (*characters, *tokens) = (sizes.characters as f64, sizes.tokens as f64);
            }
            (_, row) => row.fill(f64::NAN),
        }
    }
}

/// Documents cut into tasks of some size; cuts depend on the documents alone.
pub(super) fn tasks<'d, 'b>(documents: &'d [Document<'b>]) -> Result<Vec<&'d [Document<'b>]>> {
    let (mut tasks, mut first, mut bytes) = (Vec::new(), 0, 0);
    for (i, document) in documents.iter().enumerate() {
        let length = document.bytes().len();
        if length >= LONGEST {
            let problem = Problem::general(format!("document {i} has {length} bytes, expected less than 4 GiB"));
            return Err(Error::new(Kind::Limit, problem.remedy("cut it into parts")));
        }
        bytes += length;
        if bytes >= TASK {
            tasks.extend(documents.get(first..=i));
            (first, bytes) = (i + 1, 0);
        }
    }
    tasks.extend(documents.get(first..).filter(|rest| !rest.is_empty()));
    Ok(tasks)
}
