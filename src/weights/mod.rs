//! Weights: how much each child counts. One method per file.
//!
//! Given weights need no data. Learned ones say which sums over rows they need ([`WeightMethod::update`]); sums of
//! batches add, so one code path serves threads, batches and clusters. A new method is one file and one line below.

mod tally;

use std::fmt::Debug;

pub use entropy::{Gaps, Normalizer, ZeroRule};
pub use tally::Tally;

use serde::{Deserialize, Serialize};

use crate::methods::methods;

methods! {
    /// How children are weighted.
    Weighting: WeightMethod {
        "equal" => equal::Equal,
        "fixed" => fixed::Fixed,
        "entropy" => entropy::Entropy,
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
}

/// A way to weigh nodes.
pub trait WeightMethod: Debug + Send + Sync {
    /// Which nodes it is fitted on; given weights concern the children.
    fn over(&self) -> Over {
        Over::Children
    }

    /// Whether it must see data.
    fn learns(&self) -> bool {
        false
    }

    /// Adds the scores of a block, one slice per node.
    fn update(&self, nodes: &[&[f64]], tally: &mut Tally) {
        let _ = (nodes, tally);
    }

    /// The weights of the named nodes; the error is a message for people.
    fn weights(&self, names: &[&str], tally: &Tally) -> Result<FittedWeights, String>;

    /// What is wrong with the options, as (path below the weights, message).
    fn problems(&self, children: &[&str]) -> Vec<(String, String)> {
        let _ = children;
        Vec::new()
    }

    /// The weights as a formula.
    fn formula(&self) -> String;
}
