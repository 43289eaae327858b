//! Weights: how much each child counts. One method per file.
//!
//! Given weights need no data. Learned ones say what they gather over rows ([`WeightMethod::update`]), in one pass or
//! more; tallies of batches add, so one code path serves threads, batches and clusters. A new method is one file and one
//! line below.

mod change;
mod gaps;
#[cfg(test)]
mod testing;

use ::std::fmt::Debug;

pub(crate) use change::{WeightChange, WeightChanges};
pub use entropy::{Normalizer, Preset, Shift, ShiftRule, ZeroRule};
pub use gaps::Gaps;
pub use pca::Keep;

pub use crate::tally::Tally;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::methods::methods;

methods! {
    /// How children are weighted.
    Weighting: WeightMethod {
        "equal" => equal::Equal,
        "fixed" => fixed::Fixed,
        "entropy" => entropy::Entropy,
        "std" => std::Std,
        "cv" => cv::Cv,
        "angle" => angle::Angle,
        "critic" => critic::Critic,
        "gini" => gini::Gini,
        "cilos" => cilos::Cilos,
        "idocriw" => idocriw::Idocriw,
        "merec" => merec::Merec,
        "pca" => pca::Pca,
        "factor" => factor::Factor,
        "scatter_degree" => scatter_degree::ScatterDegree,
        "best_worst" => best_worst::BestWorst,
        "balanced" => balanced::Balanced,
        "hybrid" => hybrid::Hybrid,
        "ahp" => ahp::Ahp,
    }
}

/// Which nodes a learned weight is fitted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Once on all indicators below the group; a group weighs as much as its indicators together.
    Leaves,
    /// On the scores of the direct children.
    #[default]
    Children,
}

/// Weights with what is to be said about them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FittedWeights {
    /// One weight per node, in the order given.
    pub weights: Vec<f64>,
    /// Things the user should know: (node or nothing, message).
    pub warnings: Vec<(Option<String>, String)>,
    /// What the weights were made from, by name, one number per node: entropies, standard deviations, loadings.
    pub details: IndexMap<String, Vec<f64>>,
}

/// A way to weigh nodes.
pub trait WeightMethod: Debug + Send + Sync {
    /// Which nodes it is fitted on; given weights concern the children.
    fn over(&self) -> Over {
        Over::Children
    }

    /// How often it must see the scores; given weights need none.
    fn passes(&self) -> usize {
        0
    }

    /// Whether it must see data.
    fn learns(&self) -> bool {
        self.passes() > 0
    }

    /// Adds the scores of a block, one slice per node, in the pass that follows the finished tallies of those `before`.
    fn update(&self, nodes: &[&[f64]], before: &[Tally], tally: &mut Tally) {
        let _ = (nodes, before, tally);
    }

    /// The weights of the named nodes from one tally per pass; the error is a message for people.
    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String>;

    /// What is wrong with the options, as (path below the weights, message).
    fn problems(&self, children: &[&str]) -> Vec<(String, String)> {
        let _ = children;
        Vec::new()
    }

    /// The weights as a formula.
    fn formula(&self) -> String;

    /// The formula in LaTeX mathematics, without delimiters; empty where words suffice. Its symbols are those of `formula`.
    fn latex(&self) -> String {
        String::new()
    }

    /// Where it comes from: short citations, each with its DOI where there is one.
    fn references(&self) -> &'static [&'static str] {
        &[]
    }
}

/// The tally of the last pass; of nothing when there was none.
pub(crate) fn last(tallies: &[Tally]) -> &Tally {
    const NOTHING: &Tally = &Tally::new();
    tallies.last().unwrap_or(NOTHING)
}
