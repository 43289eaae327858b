//! Scores of leaves: sources, implications, assumptions, and the image of what is unanswered.

use super::fill::first_observed;
use super::workspace::Workspace;
use super::{Kernel, missing_in};
use crate::bind::{SlotSource, Source};
use crate::columns::Rows;
use crate::definition::Literal;
use crate::error::Problem;
use crate::normalize::{Scale, Scorer};
use crate::notes::{Notes, OF_LEAF};
use crate::parallel::BLOCK;

impl Kernel<'_, '_, '_> {
    /// Scores of a leaf from its sources, best first.
    pub(super) fn leaf(&self, leaf: usize, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        let n = rows.len();
        let mut score = std::mem::take(&mut space.score);
        let mut spare = std::mem::take(&mut space.spare);
        let out = &mut score[leaf * BLOCK..leaf * BLOCK + n];
        let sources = &self.bound.leaves[leaf].sources;
        if sources.is_empty() {
            out.fill(f64::NAN);
        }
        for (k, source) in sources.iter().enumerate() {
            let target: &mut [f64] = if k == 0 { out } else { &mut spare[..n] };
            self.read(leaf, source, rows, space, notes, target);
            if k > 0 {
                let mut differ = 0;
                let mut first = None;
                for (i, (first_choice, other)) in out.iter_mut().zip(&spare[..n]).enumerate() {
                    if first_choice.is_nan() {
                        *first_choice = *other;
                    } else if !other.is_nan() && !crate::numeric::tolerance::near(*first_choice, *other) {
                        differ += 1;
                        first = first.or(Some(rows.row(i)));
                    }
                }
                if let Some(first) = first {
                    notes.disagreed.entry(leaf).or_insert((0, first)).0 += differ;
                }
            }
        }
        space.score = score;
        space.spare = spare;
    }

    fn read(
        &self,
        leaf: usize,
        source: &Source,
        rows: &Rows<'_>,
        space: &Workspace,
        notes: &mut Notes,
        out: &mut [f64],
    ) {
        match source {
            Source::Number(slot) => {
                let Some(prepared) = &self.ready.scales[leaf] else {
                    out.fill(f64::NAN);
                    return;
                };
                let values = space.slot(self.bound, *slot, rows);
                if !prepared.scorer.score(values, out) {
                    for (i, &value) in values.iter().enumerate() {
                        if let Some(complaint) = prepared.scorer.complaint(value) {
                            let name = &self.bound.slots[*slot].name;
                            notes.problem(OF_LEAF, leaf, rows.row(i), || {
                                Problem::column(name.clone(), complaint).value(value.to_string())
                            });
                        }
                    }
                }
            }
            Source::Coded { text, scores } => {
                for (y, code) in out.iter_mut().zip(space.codes(*text)) {
                    let code = usize::try_from(*code).unwrap_or(usize::MAX);
                    *y = scores.get(code).copied().unwrap_or(f64::NAN);
                }
            }
            Source::Each { options, none, cap } => {
                for (i, y) in out.iter_mut().enumerate() {
                    let [low, high] = self.each_range(i, options, *none, *cap, rows, space);
                    *y = if low == high { low } else { f64::NAN };
                }
                self.check_each(leaf, options, *none, rows, space, notes);
            }
        }
    }

    /// Lowest and highest sum of one row of yes/no columns.
    fn each_range(
        &self,
        i: usize,
        options: &[(usize, f64)],
        none: Option<usize>,
        cap: Option<f64>,
        rows: &Rows<'_>,
        space: &Workspace,
    ) -> [f64; 2] {
        if none.is_some_and(|slot| space.slot(self.bound, slot, rows)[i] == 1.0) {
            return [0.0, 0.0];
        }
        let (mut low, mut high) = (0.0, 0.0);
        for (slot, points) in options {
            let answer = space.slot(self.bound, *slot, rows)[i];
            if answer.is_nan() {
                low += points.min(0.0);
                high += points.max(0.0);
            } else if answer != 0.0 {
                low += points;
                high += points;
            }
        }
        let cap = cap.unwrap_or(f64::INFINITY);
        [low.min(cap), high.min(cap)]
    }

    fn check_each(
        &self,
        leaf: usize,
        options: &[(usize, f64)],
        none: Option<usize>,
        rows: &Rows<'_>,
        space: &Workspace,
        notes: &mut Notes,
    ) {
        for (slot, _) in options {
            let answers = space.slot(self.bound, *slot, rows);
            for (i, &answer) in answers.iter().enumerate() {
                let excluded = none.is_some_and(|none| space.slot(self.bound, none, rows)[i] == 1.0);
                let odd = !(answer == 0.0 || answer == 1.0 || answer.is_nan());
                if odd || (excluded && answer == 1.0) {
                    let name = &self.bound.slots[*slot].name;
                    notes.problem(OF_LEAF, leaf, rows.row(i), || {
                        let message = if odd {
                            "expected 1 (yes) or 0 (no)"
                        } else {
                            "chosen together with \"none\", which excludes it"
                        };
                        Problem::column(name.clone(), message).value(answer.to_string())
                    });
                }
            }
        }
    }

    /// Yes to one item means yes to others, no to these means no to it.
    pub(super) fn implications(&self, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        for (premise, leaf) in self.tree.leaves.iter().enumerate().filter(|(leaf, _)| self.needed[*leaf]) {
            for &conclusion in leaf.implies.iter().filter(|other| self.needed[**other]) {
                let (yes, no) = (self.answers(premise), self.answers(conclusion));
                for i in 0..rows.len() {
                    let (p, q) = (premise * BLOCK + i, conclusion * BLOCK + i);
                    if space.score[p] == yes[1] && space.score[q] == no[0] && no[0] != no[1] {
                        notes.contradicted.entry(premise).or_insert((0, rows.row(i))).0 += 1;
                    } else if space.score[p] == yes[1] && space.score[q].is_nan() {
                        space.score[q] = no[1];
                        *notes.implied.entry(conclusion).or_default() += 1;
                    } else if space.score[q] == no[0] && space.score[p].is_nan() {
                        space.score[p] = yes[0];
                        *notes.implied.entry(premise).or_default() += 1;
                    }
                }
            }
        }
    }

    /// Scores of no and of yes.
    fn answers(&self, leaf: usize) -> [f64; 2] {
        match &self.tree.leaves[leaf].scale {
            Scale::Flag(flag) => flag.points,
            Scale::Bands(bands) => [bands.points.first(), bands.points.last()].map(|p| p.copied().unwrap_or(f64::NAN)),
            _ => [f64::NAN; 2],
        }
    }

    /// What was observed of an imputed leaf, where coverage is wanted; none where the scores show it themselves.
    fn observed(&self, leaf: usize, rows: &Rows<'_>, space: &Workspace) -> Option<Vec<f64>> {
        let Some(Source::Number(slot)) = self.bound.leaves[leaf].sources.first().filter(|_| self.coverage) else {
            return None;
        };
        let SlotSource::Filled(filling) = &self.bound.slots[*slot].source else { return None };
        let mut seen = vec![f64::NAN; space.rows];
        first_observed(self.bound, space, &filling.raw, rows, &mut seen);
        Some(seen)
    }

    /// Coverage before assumptions, then assumptions; true when something is still missing.
    pub(super) fn finish_leaves(&self, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) -> bool {
        let n = space.rows;
        let mut any = false;
        space.covered = self.coverage;
        for (leaf, facts) in self.leaves.iter().enumerate().filter(|(leaf, _)| self.needed[*leaf]) {
            let at = leaf * BLOCK..leaf * BLOCK + n;
            let observed = self.observed(leaf, rows, space);
            let scores = &mut space.score[at.clone()];
            // A complete column through a scale that scores every number leaves no gap to look for.
            let complete = match self.bound.leaves[leaf].sources.first() {
                Some(Source::Number(slot)) => facts.total && space.complete[*slot],
                _ => false,
            };
            let missing = if complete { 0 } else { missing_in(scores) };
            space.covered &= missing == 0 && observed.as_ref().is_none_or(|observed| missing_in(observed) == 0);
            if self.coverage {
                for (cover, seen) in space.cover[at].iter_mut().zip(observed.as_deref().unwrap_or(scores)) {
                    *cover = if seen.is_nan() { 0.0 } else { 1.0 };
                }
            }
            let mut left = missing > 0;
            if left && let Some(fill) = facts.fill.or(facts.only) {
                for (score, assumed) in scores.iter_mut().zip(&mut space.assumed).filter(|(score, _)| score.is_nan()) {
                    *score = fill;
                    *assumed += u16::from(facts.fill.is_some());
                }
                if let (Some(_), Some((_, name))) = (facts.fill, &self.bound.leaves[leaf].fill) {
                    *notes.assumed.entry(name.clone()).or_default() += missing;
                }
                left = fill.is_nan();
            }
            space.gaps[leaf] = left;
            any |= left;
        }
        any
    }

    /// The image of every unanswered leaf.
    pub(super) fn leaf_ranges(&self, rows: &Rows<'_>, space: &mut Workspace) {
        let n = rows.len();
        for (leaf, facts) in self.leaves.iter().enumerate().filter(|(leaf, _)| self.needed[*leaf]) {
            let at = leaf * BLOCK..leaf * BLOCK + n;
            for ((low, high), &score) in
                space.low[at.clone()].iter_mut().zip(&mut space.high[at.clone()]).zip(&space.score[at])
            {
                let missing = score.is_nan();
                *low = if missing { facts.image[0] } else { score };
                *high = if missing { facts.image[1] } else { score };
            }
            // Some options may be answered while others are not. Only the source of last resort can narrow the image:
            // had an earlier one been answered, the leaf would have a score.
            let Some(Source::Each { options, none, cap }) = self.bound.leaves[leaf].sources.last() else {
                continue;
            };
            if space.gaps[leaf] {
                for i in 0..n {
                    if space.score[leaf * BLOCK + i].is_nan() {
                        let [low, high] = self.each_range(i, options, *none, *cap, rows, space);
                        space.low[leaf * BLOCK + i] = low;
                        space.high[leaf * BLOCK + i] = high;
                    }
                }
            }
        }
    }
}

/// The score of an assumed answer.
pub(crate) fn assumed_score(scale: &Scale, scorer: Option<&dyn Scorer>, literal: &Literal) -> Result<f64, String> {
    let number = match (scale, literal) {
        (Scale::Options(options), Literal::Text(text)) => {
            let none = options.none.as_deref().filter(|_| text == "no");
            return options.score_text(none.unwrap_or(text))?.ok_or_else(|| "a blank text".to_owned());
        }
        (Scale::Options(options), Literal::Bool(false)) if options.none.is_some() => {
            return Ok(0.0);
        }
        (_, Literal::Bool(value)) => f64::from(u8::from(*value)),
        (_, Literal::Number(number)) => *number,
        (Scale::Flag(_), Literal::Text(text)) => match crate::normalize::yes_or_no(text) {
            Some(yes) => f64::from(u8::from(yes)),
            None => return Err("expected yes or no".to_owned()),
        },
        (_, Literal::Text(_)) => return Err("expected a number".to_owned()),
    };
    let Some(scorer) = scorer else {
        return Ok(f64::NAN);
    };
    if let Some(complaint) = scorer.complaint(number) {
        return Err(complaint);
    }
    Ok(scorer.one(number))
}

/// Whether the answers come in one column per option, so that choosing nothing is possible.
pub(super) fn one_column_per_option(sources: &[Source]) -> bool {
    sources.iter().any(|source| matches!(source, Source::Each { .. }))
}
