//! Which numbers of a point belong to which factor, and what they mean.

use indexmap::IndexMap;

use super::factor::{Factor, Vary, choose};
use super::noise::WeightNoise;
use super::variant::Variant;
use crate::definition::Index;
use crate::error::{Error, Kind, Problem, Result};
use crate::tree::Tree;
use crate::weights::{WeightChange, WeightChanges};

/// The dimensions of points.
#[derive(Debug, Clone)]
pub struct Layout {
    /// First dimension of each factor, and the number of dimensions at the end.
    starts: Vec<usize>,
    /// By factor: groups with noise and their children, each child with its dimension.
    noisy: Vec<IndexMap<String, IndexMap<String, usize>>>,
}

impl Layout {
    /// Works out dimensions, and refuses factors that cannot be or would change nothing.
    pub fn new(base: &Index, factors: &[Factor]) -> Result<Self> {
        let mut problems = Vec::new();
        let mut starts = vec![0];
        let mut noisy = Vec::new();
        for (place, factor) in factors.iter().enumerate() {
            let mut groups = IndexMap::new();
            if factors[..place].iter().any(|other| other.id == factor.id) {
                problems.push(Problem::general(format!("two factors are called {:?}", factor.id)));
            }
            let start = starts.last().copied().unwrap_or(0);
            let dimensions = match Self::dimensions(base, factors, factor, start, &mut groups) {
                Ok(dimensions) => dimensions,
                Err(error) => {
                    let named = |mut problem: Problem| {
                        problem.message = format!("factor {:?}: {}", factor.id, problem.message);
                        problem
                    };
                    problems.extend(error.problems.into_iter().map(named));
                    1
                }
            };
            starts.push(start + dimensions);
            noisy.push(groups);
        }
        Error::collect(Kind::Value, problems)?;
        Ok(Self { starts, noisy })
    }

    /// One dimension for each of so many factors.
    pub fn of_numbers(factors: usize) -> Self {
        Self { starts: (0..=factors).collect(), noisy: vec![IndexMap::new(); factors] }
    }

    fn dimensions(
        base: &Index,
        factors: &[Factor],
        factor: &Factor,
        start: usize,
        groups: &mut IndexMap<String, IndexMap<String, usize>>,
    ) -> Result<usize> {
        let refuse = |message: String| Err(Error::new(Kind::Value, Problem::general(message)));
        if let Some((options, probabilities)) = factor.vary.discrete() {
            if options == 0 || options > usize::from(u16::MAX) {
                return refuse(format!("has {options} alternatives; expected at least one"));
            }
            if let Some(probabilities) = probabilities {
                let fine = probabilities.iter().all(|p| (0.0..=1.0).contains(p));
                let sum: f64 = probabilities.iter().sum();
                if probabilities.len() != options || !fine || (sum - 1.0).abs() > 1e-9 {
                    let found = probabilities.len();
                    return refuse(format!(
                        "{found} probabilities with sum {sum} for {options} alternatives; expected one each, with sum 1"
                    ));
                }
            }
            if factor.vary.of_definition() {
                let mut different = false;
                for choice in 0..options {
                    let mut variant = Variant::new(base)?;
                    variant.choose(std::slice::from_ref(factor), &[u16::try_from(choice).unwrap_or(u16::MAX)])?;
                    different |= variant.finish()? != *base;
                }
                if !different {
                    return refuse("no alternative differs from the index: it would change nothing".to_owned());
                }
            }
            if let Vary::WeightSets(sets) = &factor.vary {
                let tree = Tree::new(base.clone())?;
                for (group, weights) in sets.options.iter().flatten().flatten() {
                    let node = tree.expect_node(group)?;
                    let Some(inner) = tree.group(node) else { return refuse(format!("{group:?} is no group")) };
                    let children: Vec<&str> = inner.children.iter().map(|child| tree.id(*child)).collect();
                    for (child, weight) in weights {
                        if !(children.contains(&child.as_str()) && *weight >= 0.0 && weight.is_finite()) {
                            return refuse(format!("weight {weight} of {child:?} below {group:?}"));
                        }
                    }
                }
            }
            return Ok(1);
        }
        match &factor.vary {
            Vary::WeightNoise(noise) => {
                if let Some(problem) = noise.form.problem() {
                    return refuse(problem);
                }
                children_of(base, noise, groups)?;
                for other in factors {
                    if let Vary::Definition(chances) = &other.vary {
                        for tree in chances.options.iter().flatten() {
                            // Groups of the other definitions that bear the same names.
                            let _ = children_of(&Index::from_value(tree.clone())?, noise, groups);
                        }
                    }
                }
                let mut next = start;
                for children in groups.values_mut() {
                    let count = noise.form.dimensions(children.len());
                    for (place, dimension) in children.values_mut().enumerate() {
                        *dimension = next + if count == 1 { 0 } else { place };
                    }
                    next += count;
                }
                if next == start {
                    return refuse("no group has weights that could vary".to_owned());
                }
                Ok(next - start)
            }
            Vary::Goalposts(goalposts) => {
                let ends = [goalposts.low, goalposts.high];
                Variant::new(base)?.goalposts(goalposts, &[0.0; 2])?;
                let count = ends.iter().flatten().count();
                if count == 0 || ends.iter().flatten().any(|[from, to]| from > to || (to - from).is_nan()) {
                    return refuse("expected low and high goalposts as [from, to] with from <= to".to_owned());
                }
                Ok(count)
            }
            Vary::Thresholds(thresholds) => {
                if !(thresholds.by > 0.0 && thresholds.by.is_finite()) {
                    return refuse(format!("moves of {}; expected a positive number of points", thresholds.by));
                }
                match Variant::new(base)?.thresholds(thresholds.node.as_deref())? {
                    0 => refuse("these levels have no thresholds of a score".to_owned()),
                    count => Ok(count),
                }
            }
            _ => Ok(1),
        }
    }

    /// The number of dimensions of a point.
    pub fn dimensions_of_points(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The dimensions of a factor.
    pub fn of(&self, factor: usize) -> std::ops::Range<usize> {
        self.starts[factor]..self.starts[factor + 1]
    }

    /// Which alternative each factor takes at a point; 0 for those that vary continuously.
    pub(super) fn choices(&self, factors: &[Factor], point: &[f64]) -> Vec<u16> {
        let one = |(place, factor): (usize, &Factor)| {
            let (options, probabilities) = factor.vary.discrete()?;
            u16::try_from(choose(point[self.starts[place]], options, probabilities)).ok()
        };
        factors.iter().enumerate().map(|factor| one(factor).unwrap_or(0)).collect()
    }

    /// How weights change at a point, for the groups of a tree.
    pub(super) fn weights(
        &self,
        factors: &[Factor],
        tree: &Tree,
        point: &[f64],
        choices: &[u16],
        seed: u64,
    ) -> WeightChanges {
        let mut changes = WeightChanges::new();
        for (place, factor) in factors.iter().enumerate() {
            match &factor.vary {
                Vary::WeightSets(sets) => {
                    let chosen = choices.get(place).and_then(|choice| sets.options.get(usize::from(*choice)));
                    for (id, weights) in chosen.into_iter().flatten().flatten() {
                        let Some(group) = tree.node(id).and_then(|node| tree.group(node)) else { continue };
                        let new = group.children.iter().map(|child| weights.get(tree.id(*child)).copied()).collect();
                        changes.entry(id.clone()).or_default().push(WeightChange::To(new));
                    }
                }
                Vary::WeightNoise(noise) => {
                    for (id, dimensions) in &self.noisy[place] {
                        let Some(group) = tree.node(id).and_then(|node| tree.group(node)) else { continue };
                        let children: Vec<&str> = group.children.iter().map(|child| tree.id(*child)).collect();
                        let number = |child: Option<&str>| {
                            let own = child.and_then(|child| dimensions.get(child)).or(dimensions.values().next());
                            own.map_or(0.5, |dimension| point[*dimension])
                        };
                        let change = noise.form.change(&children, &number, seed);
                        changes.entry(id.clone()).or_default().push(change);
                    }
                }
                _ => {}
            }
        }
        changes
    }

    /// Changes what varies continuously in a definition; whether anything did.
    pub(super) fn change(&self, factors: &[Factor], variant: &mut Variant, point: &[f64]) -> Result<()> {
        for (place, factor) in factors.iter().enumerate() {
            let u = &point[self.of(place)];
            match &factor.vary {
                Vary::Goalposts(goalposts) => variant.goalposts(goalposts, u)?,
                Vary::Thresholds(thresholds) => variant.move_thresholds(thresholds, u)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The groups of a definition whose weights are noisy, with their children.
fn children_of(
    index: &Index,
    noise: &WeightNoise,
    groups: &mut IndexMap<String, IndexMap<String, usize>>,
) -> Result<()> {
    let tree = Tree::new(index.clone())?;
    let named = match &noise.groups {
        Some(named) => named.iter().map(|id| tree.expect_node(id)).collect::<Result<Vec<_>>>()?,
        None => (tree.leaves.len()..tree.nodes()).collect(),
    };
    for node in named {
        let Some(group) = tree.group(node) else {
            let message = format!("{:?} is an indicator; weights are those of a group's children", tree.id(node));
            return Err(Error::new(Kind::Value, Problem::general(message)));
        };
        if tree.scored(node) && group.aggregation.method().weighted() && group.children.len() > 1 {
            let known = groups.entry(group.id.clone()).or_default();
            for child in &group.children {
                known.entry(tree.id(*child).to_owned()).or_insert(0);
            }
        }
    }
    Ok(())
}
