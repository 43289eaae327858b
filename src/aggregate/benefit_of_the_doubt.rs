//! `benefit_of_the_doubt`: every unit is scored with the weights that suit it best.
//!
//! `score = max sum(w x)` over `w >= 0` with which no unit scores more than 1 ([`crate::frontier`]); 1 on the frontier. The
//! weights are found, not given. `limits` keep shares of the weights between bounds: without, a unit may rest on the one child
//! it is best at. Children must not be negative, so scale them first (minmax, for one). A unit with a missing child has no
//! score and binds nobody; with `missing = "renormalize"` the child is left out with weight 0, which does not go together
//! with limits. New rows are compared with the records kept and may score more than 1. Melyn and Moesen (1991); Cherchye et
//! al. (2007), doi:10.1007/s11205-006-9029-7.

use serde::{Deserialize, Serialize};

use super::{AggregateMethod, Population};
use crate::definition::Missing;
use crate::error::Result;
use crate::frontier::{Doubt, Limits, benefit_of_the_doubt, crowded};

/// Each unit with the weights that suit it best.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BenefitOfTheDoubt {
    /// Limits on the weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
}

impl AggregateMethod for BenefitOfTheDoubt {
    fn value(&self, _: &[f64], _: &[f64]) -> f64 {
        f64::NAN
    }

    fn missing(&self) -> Missing {
        Missing::Propagate
    }

    // A unit's own score never falls when a child rises, but its range is not the image of the children's ends.
    fn monotone(&self) -> bool {
        false
    }

    fn weighted(&self) -> bool {
        false
    }

    fn relative(&self) -> bool {
        true
    }

    fn compare(&self, population: &Population<'_>, out: &mut [f64]) -> Result<()> {
        let found = benefit_of_the_doubt(&Doubt {
            records: population.records,
            rows: (!population.among_themselves()).then_some(population.rows),
            names: population.names,
            limits: self.limits.as_ref(),
            // Where the group wants complete rows, incomplete ones arrive without any value.
            leave_out: true,
            detail: false,
            threads: population.threads,
            cancel: population.cancel,
        })?;
        out.iter_mut().zip(found.scores).for_each(|(out, score)| *out = score);
        Ok(())
    }

    fn remark(&self, scores: &[f64]) -> Option<String> {
        if self.limits.is_none() { crowded(scores) } else { None }
    }

    fn problems(&self) -> Vec<(String, String)> {
        let below = |(path, message): (String, String)| {
            (if path.is_empty() { "limits".to_owned() } else { format!("limits.{path}") }, message)
        };
        self.limits.iter().flat_map(Limits::problems).map(below).collect()
    }

    fn formula(&self) -> &'static str {
        "max over w >= 0 of sum(w x), where no unit has sum(w x) > 1"
    }

    fn latex(&self) -> String {
        r"y = \max_{w \ge 0} \Bigl\{ \sum_j w_j x_j : \sum_j w_j x_{ij} \le 1 \text{ for all } i \Bigr\}".to_owned()
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "Melyn and Moesen (1991), Towards a synthetic indicator of macroeconomic performance",
            "Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), doi:10.1007/s11205-006-9029-7",
        ]
    }
}
