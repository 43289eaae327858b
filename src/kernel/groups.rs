//! Scores of groups, with coverage and range.

use super::workspace::Workspace;
use super::{Kernel, missing_in};
use crate::columns::Rows;
use crate::definition::Missing;
use crate::error::Problem;
use crate::normalize::Scorer;
use crate::notes::{Notes, OF_GROUP};
use crate::parallel::BLOCK;

impl Kernel<'_, '_, '_> {
    pub(super) fn group(&self, group: usize, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        let n = rows.len();
        let node = self.tree.leaves.len() + group;
        let inner = &self.tree.groups[group];
        let facts = &self.groups[group];
        let method = self.aggregation(group);
        let scale = self.ready.scales[node].as_ref();
        let at = |child: usize| child * BLOCK..child * BLOCK + n;
        let own = node * BLOCK;
        let gaps = facts.children.iter().any(|child| space.gaps[*child]);

        let (below, rest) = space.score.split_at_mut(own);
        let out = &mut rest[..n];
        let children: Vec<&[f64]> = facts.children.iter().map(|child| &below[at(*child)]).collect();
        let skip = gaps && inner.missing == Missing::Renormalize;
        let fine = if method.relative() {
            let given = self.given.and_then(|given| given.get(group)).and_then(Option::as_ref);
            for (i, score) in out.iter_mut().enumerate() {
                *score = given.and_then(|given| given.get(rows.row(i))).copied().unwrap_or(f64::NAN);
            }
            true
        } else {
            method.block(&children, &facts.weights, skip, out)
        };
        if !fine || (gaps && inner.missing == Missing::Error) {
            self.complain(group, &children, rows, notes);
        }
        if let Some(least) = inner.min_observed.filter(|_| gaps) {
            for (i, score) in out.iter_mut().enumerate() {
                let there = children.iter().filter(|child| !child[i].is_nan()).count() as f64;
                let enough = there >= (least - 1e-12) * children.len() as f64;
                *score = if enough { *score } else { f64::NAN };
            }
        }
        if let Some(prepared) = scale {
            rescale(prepared.scorer.as_ref(), out, &mut space.spare);
        }

        if self.coverage && !space.covered {
            let (below, rest) = space.cover.split_at_mut(own);
            let cover = &mut rest[..n];
            cover.fill(0.0);
            for (child, weight) in facts.children.iter().zip(&facts.weights) {
                for (c, x) in cover.iter_mut().zip(&below[at(*child)]) {
                    *c += weight / facts.total * x;
                }
            }
            // Shares of thirds must not miss a whole by a rounding error.
            for share in cover.iter_mut() {
                *share = if *share > 1.0 - 1e-12 { 1.0 } else { *share };
            }
            if let Some(least) = inner.min_coverage
                && gaps
            {
                for (score, cover) in out.iter_mut().zip(cover.iter()) {
                    *score = if *cover < least - 1e-12 { f64::NAN } else { *score };
                }
            }
        }

        if space.ranged {
            for (ends, lowest) in [(&mut space.low, true), (&mut space.high, false)] {
                let (below, rest) = ends.split_at_mut(own);
                let ends = &mut rest[..n];
                if gaps {
                    let children: Vec<&[f64]> = facts.children.iter().map(|child| &below[at(*child)]).collect();
                    if method.monotone() {
                        method.bounds(&children, &facts.weights, ends);
                    } else {
                        ends.fill(if lowest { f64::NEG_INFINITY } else { f64::INFINITY });
                    }
                } else {
                    ends.copy_from_slice(out);
                }
            }
            if gaps && let Some(prepared) = scale {
                let ends = space.low[own..own + n].iter_mut().zip(&mut space.high[own..own + n]);
                for (low, high) in ends {
                    [*low, *high] = prepared.scorer.image(Some([*low, *high]));
                }
            }
            // What the open answers cannot change is known.
            for ((score, low), high) in out.iter_mut().zip(&space.low[own..own + n]).zip(&space.high[own..own + n]) {
                *score = if score.is_nan() && low == high && low.is_finite() { *low } else { *score };
            }
        }
        space.gaps[node] = missing_in(out) > 0 || (gaps && !self.tree.scored(node));
        // A group that renormalizes has a score although answers are open: its range is still open.
        if gaps && space.ranged {
            let open = space.low[own..own + n].iter().zip(&space.high[own..own + n]).any(|(low, high)| low != high);
            space.gaps[node] |= open;
        }
    }

    /// Says which rows a group cannot be scored for.
    fn complain(&self, group: usize, children: &[&[f64]], rows: &Rows<'_>, notes: &mut Notes) {
        let inner = &self.tree.groups[group];
        let facts = &self.groups[group];
        let method = self.aggregation(group);
        for i in 0..rows.len() {
            let row: Vec<f64> = children.iter().map(|child| child[i]).collect();
            let absent = facts.children.iter().zip(&row).find(|(_, value)| value.is_nan());
            if inner.missing == Missing::Error
                && let Some((child, _)) = absent
            {
                notes.problem(OF_GROUP, group, rows.row(i), || {
                    let message = format!("{:?} has no score for group {:?}", self.tree.id(*child), inner.id);
                    let remedy = "fill it, drop the row, or set missing = \"renormalize\" or \"propagate\"";
                    Problem::column(self.tree.id(*child), message).remedy(remedy)
                });
                continue;
            }
            let (values, weights): (Vec<f64>, Vec<f64>) =
                row.iter().zip(&facts.weights).filter(|(value, _)| !value.is_nan()).map(|(v, w)| (*v, *w)).unzip();
            if let Some(complaint) = method.complaint(&values, &weights) {
                notes.problem(OF_GROUP, group, rows.row(i), || {
                    Problem::column(inner.id.clone(), format!("{}: {complaint}", inner.aggregation.name()))
                });
            }
        }
    }
}

/// A group's own scale, in place.
fn rescale(scorer: &dyn Scorer, out: &mut [f64], spare: &mut Vec<f64>) {
    spare.clear();
    spare.extend_from_slice(out);
    scorer.score(spare, out);
    spare.resize(BLOCK, 0.0);
}
