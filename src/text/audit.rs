//! Every place where a term is, with its surroundings, whether it counts, and why not.

use super::compile::{Counter, Desk, Document, Verdict};
use super::count::tasks;
use super::finder::Fallen;
use super::walk::{char_at, char_before, characters};
use crate::error::{Error, Result};
use crate::parallel::{Cancel, map};

/// A term in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Number of the document.
    pub document: usize,
    /// First character, counted from 0.
    pub position: usize,
    /// The term as the dictionary writes it.
    pub term: String,
    /// Its groups, joined by "; ".
    pub group: String,
    /// What stands before.
    pub before: String,
    /// What stands in the text.
    pub hit: String,
    /// What stands after.
    pub after: String,
    /// Why it does not count: the name of a context, "boundary" or "overlap". `None` when it counts.
    pub reason: Option<String>,
}

impl Counter {
    /// Lists the hits of documents in reading order, with so many characters of text on either side.
    pub fn audit(
        &self,
        documents: &[Document<'_>],
        around: usize,
        threads: Option<usize>,
        cancel: &Cancel,
    ) -> Result<Vec<Hit>> {
        let tasks = tasks(documents)?;
        let found = map(tasks, threads, cancel, Desk::default, |desk, documents| {
            documents.iter().map(|document| self.hits(*document, around, desk)).collect::<Vec<_>>()
        });
        let found = found.ok_or_else(Error::interrupted)?.into_iter().flatten().enumerate();
        Ok(found.flat_map(|(document, hits)| hits.into_iter().map(move |hit| Hit { document, ..hit })).collect())
    }

    fn hits(&self, document: Document<'_>, around: usize, desk: &mut Desk) -> Vec<Hit> {
        let text = document.bytes();
        let show =
            |start: usize, end: usize| String::from_utf8_lossy(text.get(start..end).unwrap_or_default()).into_owned();
        let (mut hits, mut place, mut position) = (Vec::new(), 0, 0);
        self.read(document, true, desk, |found, verdict| {
            position += characters(text.get(place..found.start).unwrap_or_default());
            place = place.max(found.start);
            let (mut from, mut to) = (found.start, found.end);
            for _ in 0..around {
                from -= char_before(text, from).map_or(0, |(_, length)| length);
                to += char_at(text, to).map_or(0, |(_, length)| length);
            }
            let term = self.terms.get(found.term);
            let groups = term.into_iter().flat_map(|term| &term.groups).filter_map(|g| self.groups.get(*g));
            hits.push(Hit {
                document: 0,
                position,
                term: term.map(|term| term.text.clone()).unwrap_or_default(),
                group: groups.cloned().collect::<Vec<_>>().join("; "),
                before: show(from, found.start),
                hit: show(found.start, found.end),
                after: show(found.end, to),
                reason: match verdict {
                    Verdict::Counts => None,
                    Verdict::Fallen(Fallen::Boundary) => Some("boundary".to_owned()),
                    Verdict::Fallen(Fallen::Overlap) => Some("overlap".to_owned()),
                    Verdict::Dropped(context) => self.contexts.get(context).cloned(),
                },
            });
        });
        hits
    }
}
