//! The score of a node as a function of some leaves: the groups above them, evaluated and with their slopes.

use crate::aggregate::Aggregation;
use crate::error::{Error, Kind, Problem, Result};
use crate::explain::Seen;
use crate::fitted::{Fitted, Ready};
use crate::tree::Tree;

/// A group on the way from the leaves to the node.
#[derive(Debug)]
struct Step {
    /// Number among the groups.
    group: usize,
    /// Place of its score.
    place: usize,
    /// Places of its children.
    children: Vec<usize>,
}

/// The groups between some leaves and a node.
#[derive(Debug)]
pub(super) struct Ascent<'f> {
    tree: &'f Tree,
    ready: &'f Ready,
    steps: Vec<Step>,
    /// Nodes whose scores are kept, by place.
    pub(super) nodes: Vec<usize>,
    /// What keeps the score from being concave in the leaves.
    pub(super) concave: Option<String>,
    top: usize,
}

impl<'f> Ascent<'f> {
    /// The way from the leaves (numbers of nodes) to a group.
    pub(super) fn new(fitted: &'f Fitted, ready: &'f Ready, node: usize, leaves: &[usize]) -> Result<Self> {
        let tree = &fitted.tree;
        let mut moves = vec![false; tree.nodes()];
        for leaf in leaves {
            moves[*leaf] = true;
        }
        let (mut steps, mut nodes, mut problems, mut concave) = (Vec::new(), Vec::new(), Vec::new(), None);
        let mut below = vec![false; tree.nodes()];
        crate::score::need(tree, node, &mut below);
        let place = |nodes: &mut Vec<usize>, node: usize| {
            nodes.iter().position(|other| *other == node).unwrap_or_else(|| {
                nodes.push(node);
                nodes.len() - 1
            })
        };
        for (g, group) in tree.groups.iter().enumerate() {
            let own = tree.leaves.len() + g;
            if !below[own] || !group.children.iter().any(|child| moves[*child]) {
                continue;
            }
            moves[own] = true;
            let method = ready.referenced[g].as_deref().unwrap_or(group.aggregation.method());
            let name = group.aggregation.name();
            if method.relative() || !method.monotone() {
                let why =
                    if method.relative() { "compares units with each other" } else { "may fall when a child rises" };
                let message = format!("{:?} ({name}) {why}, so that no change is the smallest", group.id);
                problems.push(Problem::at("node", message).remedy("ask for a node below it, or use ix.plan.path"));
            }
            let ones = vec![1.0; ready.counted[g].len()];
            if concave.is_none() && method.slopes(&ones, &ones).is_none() {
                concave = Some(format!("{:?} ({name})", group.id));
            }
            if let Some(prepared) = &ready.scales[own] {
                let plain = prepared.scorer.shape().is_some_and(|shape| shape.knots.is_empty() && shape.rising);
                if concave.is_none() && !plain {
                    concave = Some(format!("the scale of {:?}", group.id));
                }
            }
            let children = group.children.iter().map(|child| place(&mut nodes, *child)).collect();
            let own = place(&mut nodes, own);
            steps.push(Step { group: g, place: own, children });
        }
        Error::collect(Kind::Definition, problems)?;
        let lost = leaves.iter().filter(|leaf| !below[**leaf]).map(|leaf| {
            let message = format!("{:?} has no part in {:?}", tree.id(*leaf), tree.id(node));
            Problem::at("vary", message).remedy("leave it out")
        });
        Error::collect(Kind::Definition, lost.collect())?;
        let top = place(&mut nodes, node);
        Ok(Self { tree, ready, steps, nodes, concave, top })
    }

    /// Where a node's score is kept.
    pub(super) fn place(&self, node: usize) -> Option<usize> {
        self.nodes.iter().position(|other| *other == node)
    }

    /// The node's own score among the kept ones.
    pub(super) fn top_of(&self, scores: &[f64]) -> f64 {
        scores.get(self.top).copied().unwrap_or(f64::NAN)
    }

    fn seen(&self, step: &Step, scores: &[f64]) -> Seen<'f> {
        let children: Vec<f64> = step.children.iter().map(|place| scores[*place]).collect();
        Seen::of(self.ready, &self.tree.groups[step.group], step.group, &children)
    }

    /// The score of the node; scores of the groups on the way are written. Groups that had no score keep none.
    pub(super) fn score(&self, scores: &mut [f64]) -> f64 {
        for step in &self.steps {
            if scores[step.place].is_nan() {
                continue;
            }
            let mut score = self.seen(step, scores).score();
            if let Some(prepared) = &self.ready.scales[self.tree.leaves.len() + step.group] {
                score = prepared.scorer.one(score);
            }
            // Out of its domain is not missing: it is worse than anything.
            scores[step.place] = if score.is_nan() { f64::NEG_INFINITY } else { score };
        }
        scores[self.top]
    }

    /// How fast the node's score rises with every kept score, at scores that `score` has written.
    pub(super) fn slopes(&self, scores: &[f64]) -> Option<Vec<f64>> {
        let mut slopes = vec![0.0; self.nodes.len()];
        slopes[self.top] = 1.0;
        for step in self.steps.iter().rev() {
            let mut own = slopes[step.place];
            if own == 0.0 || scores[step.place].is_nan() {
                continue;
            }
            if let Some(prepared) = &self.ready.scales[self.tree.leaves.len() + step.group] {
                own *= prepared.scorer.one(1.0) - prepared.scorer.one(0.0);
            }
            let sum = matches!(self.tree.groups[step.group].aggregation, Aggregation::Sum(_));
            for (child, slope) in self.seen(step, scores).slopes(sum)? {
                slopes[step.children[child]] += own * slope;
            }
        }
        Some(slopes)
    }
}
