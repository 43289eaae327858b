//! One block of rows through the tree: columns, leaves, groups, and the range of what is unanswered.
//!
//! Blocks without missing answers take the plain path; only blocks with gaps compute which scores are known, how low and
//! how high they could be.

use crate::bind::{Bound, Input, SlotSource, Source};
use crate::columns::Rows;
use crate::definition::{Literal, Missing};
use crate::error::Problem;
use crate::expression::{Input as ExpressionInput, Scratch};
use crate::normalize::{Prepared, Scale, Scorer};
use crate::notes::{Notes, OF_GROUP, OF_LEAF, OF_SLOT};
use crate::parallel::BLOCK;
use crate::tree::Tree;

/// What a tree needs to score: fitted scales and weights.
pub(crate) struct Kernel<'k, 't, 'a> {
    pub(crate) tree: &'k Tree,
    pub(crate) bound: &'k Bound<'t, 'a>,
    /// Scale of each node; groups without one have none.
    pub(crate) scales: &'k [Option<Prepared>],
    /// Weights of each group's children.
    pub(crate) weights: &'k [Vec<f64>],
    /// Nodes to compute.
    pub(crate) needed: Vec<bool>,
    /// Whether low and high are wanted.
    pub(crate) range: bool,
    /// Whether coverage is wanted.
    pub(crate) coverage: bool,
    leaves: Vec<LeafFacts>,
    groups: Vec<GroupFacts>,
    slots: Vec<bool>,
    texts: bool,
}

/// A leaf's image and what is assumed of a blank answer.
struct LeafFacts {
    image: [f64; 2],
    fill: Option<f64>,
    /// A blank answer can only score this.
    only: Option<f64>,
}

/// Children that count, with their weights.
struct GroupFacts {
    children: Vec<usize>,
    weights: Vec<f64>,
    total: f64,
}

/// Buffers of one worker.
#[derive(Default)]
pub(crate) struct Workspace {
    slots: Vec<Vec<f64>>,
    texts: Vec<Vec<i32>>,
    pub(crate) score: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) high: Vec<f64>,
    pub(crate) cover: Vec<f64>,
    /// Whether the block has a missing score, by node.
    pub(crate) gaps: Vec<bool>,
    /// Whether low and high were computed for this block.
    pub(crate) ranged: bool,
    pub(crate) assumed: Vec<u16>,
    spare: Vec<f64>,
    scratch: Scratch,
    rows: usize,
}

impl Workspace {
    /// The scores of a node in the current block.
    pub(crate) fn node(&self, node: usize) -> &[f64] {
        &self.score[node * BLOCK..node * BLOCK + self.rows]
    }

    /// Lowest and highest scores of a node.
    pub(crate) fn ends(&self, node: usize) -> (&[f64], &[f64]) {
        if self.ranged {
            let at = node * BLOCK..node * BLOCK + self.rows;
            (&self.low[at.clone()], &self.high[at])
        } else {
            (self.node(node), self.node(node))
        }
    }

    /// Coverage of a node.
    pub(crate) fn coverage(&self, node: usize) -> &[f64] {
        &self.cover[node * BLOCK..node * BLOCK + self.rows]
    }

    /// The values of a column of numbers.
    pub(crate) fn slot<'s>(&'s self, bound: &'s Bound<'_, '_>, slot: usize, rows: &Rows<'_>) -> &'s [f64] {
        match &bound.slots[slot] {
            found if found.fill.is_none() => match found.source {
                SlotSource::Raw(place) => bound.table.at(place).direct(rows),
                _ => None,
            },
            _ => None,
        }
        .unwrap_or_else(|| &self.slots[slot][..self.rows])
    }

    /// The codes of a text column.
    pub(crate) fn codes(&self, text: usize) -> &[i32] {
        &self.texts[text][..self.rows]
    }
}

impl<'k, 't, 'a> Kernel<'k, 't, 'a> {
    pub(crate) fn new(
        tree: &'k Tree,
        bound: &'k Bound<'t, 'a>,
        scales: &'k [Option<Prepared>],
        weights: &'k [Vec<f64>],
        needed: Vec<bool>,
    ) -> Result<Self, Problem> {
        let mut leaves = Vec::new();
        for (i, leaf) in tree.leaves.iter().enumerate() {
            let scorer = scales[i].as_ref().map(|prepared| prepared.scorer.as_ref());
            let mut image = scorer.map_or([f64::NAN; 2], |scorer| scorer.image(leaf.domain));
            if one_column_per_option(&bound.leaves[i].sources) {
                image = [image[0].min(0.0), image[1].max(0.0)];
            }
            let fill = match &bound.leaves[i].fill {
                Some((literal, name)) => Some(assumed_score(&leaf.scale, scorer, literal).map_err(|message| {
                    Problem::column(name.clone(), format!("assumed answer {literal}: {message}"))
                })?),
                None => None,
            };
            leaves.push(LeafFacts { image, fill, only: (image[0] == image[1]).then_some(image[0]) });
        }
        let groups = tree
            .groups
            .iter()
            .zip(weights)
            .map(|(group, weights)| {
                let weighted = group.aggregation.method().weighted();
                let kept = group.children.iter().zip(weights).filter(|(_, weight)| !weighted || **weight > 0.0);
                let (children, weights): (Vec<usize>, Vec<f64>) = kept.map(|(child, weight)| (*child, *weight)).unzip();
                let total = weights.iter().sum();
                GroupFacts { children, weights, total }
            })
            .collect();
        Ok(Self {
            tree,
            bound,
            scales,
            weights,
            needed,
            range: false,
            coverage: false,
            leaves,
            groups,
            slots: vec![true; bound.slots.len()],
            texts: true,
        })
    }

    /// Reads only the columns that the needed leaves use; conditions are not looked at.
    pub(crate) fn only_needed_columns(&mut self) {
        let mut slots = vec![false; self.bound.slots.len()];
        for (leaf, bound) in self.bound.leaves.iter().enumerate().filter(|(leaf, _)| self.needed[*leaf]) {
            let _ = leaf;
            for source in &bound.sources {
                match source {
                    Source::Number(slot) => slots[*slot] = true,
                    Source::Each { options, none, .. } => {
                        for (slot, _) in options {
                            slots[*slot] = true;
                        }
                        if let Some(none) = none {
                            slots[*none] = true;
                        }
                    }
                    Source::Coded { .. } => {}
                }
            }
        }
        // Later slots use earlier ones.
        for slot in (0..slots.len()).rev() {
            if slots[slot]
                && let SlotSource::Derived { inputs, .. } = &self.bound.slots[slot].source
            {
                for input in inputs {
                    if let Input::Number(input) = input {
                        slots[*input] = true;
                    }
                }
            }
        }
        self.slots = slots;
    }

    /// Buffers for one worker.
    pub(crate) fn workspace(&self) -> Workspace {
        let nodes = self.tree.nodes();
        let buffer = |wanted: bool| {
            if wanted { vec![0.0; nodes * BLOCK] } else { Vec::new() }
        };
        let slots = self.bound.slots.iter().map(|_| Vec::new()).collect();
        let texts = self.bound.texts.iter().map(|_| vec![-1; BLOCK]).collect();
        Workspace {
            slots,
            texts,
            score: buffer(true),
            low: buffer(self.range),
            high: buffer(self.range),
            cover: buffer(self.coverage),
            gaps: vec![false; nodes],
            assumed: vec![0; BLOCK],
            spare: vec![0.0; BLOCK],
            ..Workspace::default()
        }
    }

    /// Scores one block of at most [`BLOCK`] rows into the workspace.
    pub(crate) fn block(&self, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        space.rows = rows.len();
        space.ranged = false;
        space.assumed[..rows.len()].fill(0);
        self.columns(rows, space, notes);
        for leaf in 0..self.tree.leaves.len() {
            if self.needed[leaf] {
                self.leaf(leaf, rows, space, notes);
            }
        }
        self.implications(rows, space, notes);
        let gaps = self.finish_leaves(space, notes);
        if self.range && gaps {
            space.ranged = true;
            self.leaf_ranges(rows, space);
        }
        for group in 0..self.tree.groups.len() {
            if self.needed[self.tree.leaves.len() + group] {
                self.group(group, rows, space, notes);
            }
        }
    }

    /// Loads columns that do not lie ready, computes derived ones, checks infinity and domain.
    fn columns(&self, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        let n = rows.len();
        if self.texts {
            for (text, codes) in self.bound.texts.iter().zip(&mut space.texts) {
                self.bound.table.at(*text).load_codes(rows, &mut codes[..n]);
            }
        }
        for (number, slot) in self.bound.slots.iter().enumerate() {
            if !self.slots[number] {
                continue;
            }
            let direct = match slot.source {
                SlotSource::Raw(place) if slot.fill.is_none() => self.bound.table.at(place).direct(rows),
                _ => None,
            };
            if let Some(values) = direct {
                self.check(number, values, rows, notes);
                continue;
            }
            let mut values = std::mem::take(&mut space.slots[number]);
            values.resize(BLOCK, f64::NAN);
            match &slot.source {
                SlotSource::Raw(place) => self.bound.table.at(*place).load(rows, &mut values[..n]),
                SlotSource::Absent => values.fill(f64::NAN),
                SlotSource::Derived { expression, inputs } => {
                    let mut scratch = std::mem::take(&mut space.scratch);
                    let inputs: Vec<ExpressionInput<'_>> = inputs
                        .iter()
                        .map(|input| match input {
                            Input::Number(slot) => ExpressionInput::Number(space.slot(self.bound, *slot, rows)),
                            Input::Text(text) => ExpressionInput::Text(space.codes(*text)),
                        })
                        .collect();
                    let reasons = expression.evaluate(&inputs, &mut values[..n], &mut scratch);
                    if !reasons.is_empty() {
                        notes.reasons.entry(number).or_default().merge(reasons);
                    }
                    space.scratch = scratch;
                }
            }
            if let Some(fill) = slot.fill {
                let mut count = 0;
                for (value, assumed) in
                    values[..n].iter_mut().zip(&mut space.assumed).filter(|(value, _)| value.is_nan())
                {
                    *value = fill;
                    *assumed += 1;
                    count += 1;
                }
                if count > 0 {
                    *notes.assumed.entry(slot.name.clone()).or_default() += count;
                }
            }
            self.check(number, &values[..n], rows, notes);
            space.slots[number] = values;
        }
    }

    fn check(&self, number: usize, values: &[f64], rows: &Rows<'_>, notes: &mut Notes) {
        let slot = &self.bound.slots[number];
        let [low, high] = slot.domain.unwrap_or([f64::MIN, f64::MAX]);
        let slack = |edge: f64| {
            if slot.domain.is_some() { crate::numeric::tolerance::slack(edge) } else { 0.0 }
        };
        let (least, most) = (low - slack(low), high + slack(high));
        let outside: u64 = values.iter().map(|&x| u64::from(x < least) + u64::from(x > most)).sum();
        if outside == 0 {
            return;
        }
        for (i, &x) in values.iter().enumerate().filter(|(_, x)| **x < least || **x > most) {
            notes.problem(OF_SLOT, number, rows.row(i), || {
                let problem = Problem::column(slot.name.clone(), String::new()).value(x.to_string());
                if x.is_infinite() {
                    let remedy = "replace infinite values, or leave them missing";
                    return Problem { message: "expected a finite number".to_owned(), ..problem }.remedy(remedy);
                }
                let message = format!("outside its domain [{low}, {high}]");
                let percent = high == 1.0 && x > 1.0 && x <= 100.0;
                let remedy = if percent {
                    "divide by 100 if these are percent"
                } else {
                    "correct the value, or leave it missing"
                };
                Problem { message, ..problem }.remedy(remedy)
            });
        }
    }

    /// Scores of a leaf from its sources, best first.
    fn leaf(&self, leaf: usize, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
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
                let Some(prepared) = &self.scales[leaf] else {
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
    fn implications(&self, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
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

    /// Coverage before assumptions, then assumptions; true when something is still missing.
    fn finish_leaves(&self, space: &mut Workspace, notes: &mut Notes) -> bool {
        let n = space.rows;
        let mut any = false;
        for (leaf, facts) in self.leaves.iter().enumerate().filter(|(leaf, _)| self.needed[*leaf]) {
            let at = leaf * BLOCK..leaf * BLOCK + n;
            let scores = &mut space.score[at.clone()];
            let missing = scores.iter().map(|score| u64::from(score.is_nan())).sum::<u64>();
            if self.coverage {
                for (cover, score) in space.cover[at].iter_mut().zip(scores.iter()) {
                    *cover = if score.is_nan() { 0.0 } else { 1.0 };
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
    fn leaf_ranges(&self, rows: &Rows<'_>, space: &mut Workspace) {
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

    fn group(&self, group: usize, rows: &Rows<'_>, space: &mut Workspace, notes: &mut Notes) {
        let n = rows.len();
        let node = self.tree.leaves.len() + group;
        let inner = &self.tree.groups[group];
        let facts = &self.groups[group];
        let method = inner.aggregation.method();
        let scale = self.scales[node].as_ref();
        let at = |child: usize| child * BLOCK..child * BLOCK + n;
        let own = node * BLOCK;
        let gaps = facts.children.iter().any(|child| space.gaps[*child]);

        let (below, rest) = space.score.split_at_mut(own);
        let out = &mut rest[..n];
        let children: Vec<&[f64]> = facts.children.iter().map(|child| &below[at(*child)]).collect();
        let skip = gaps && inner.missing == Missing::Renormalize;
        let fine = method.block(&children, &facts.weights, skip, out);
        if !fine || (gaps && inner.missing == Missing::Error) {
            self.complain(group, &children, rows, notes);
        }
        if let Some(prepared) = scale {
            rescale(prepared.scorer.as_ref(), out, &mut space.spare);
        }

        if self.coverage {
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
                        bounds(method, &children, &facts.weights, ends);
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
        space.gaps[node] = out.iter().any(|score| score.is_nan()) || (gaps && !self.tree.scored(node));
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
        let method = inner.aggregation.method();
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
                    Problem::column(inner.id.clone(), format!("{} mean: {complaint}", inner.aggregation.name()))
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

/// The method at the ends of what the children could be.
fn bounds(method: &dyn crate::aggregate::AggregateMethod, children: &[&[f64]], weights: &[f64], out: &mut [f64]) {
    let mut row = vec![0.0; children.len()];
    for (i, end) in out.iter_mut().enumerate() {
        for (value, child) in row.iter_mut().zip(children) {
            *value = child[i];
        }
        *end = if row.iter().any(|value| value.is_nan()) { f64::NAN } else { method.bound(&row, weights) };
    }
}

/// The score of an assumed answer.
fn assumed_score(scale: &Scale, scorer: Option<&dyn Scorer>, literal: &Literal) -> Result<f64, String> {
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
fn one_column_per_option(sources: &[Source]) -> bool {
    sources.iter().any(|source| matches!(source, Source::Each { .. }))
}
