//! Measures: what can be done for a unit, what it costs, and which answers it changes.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::definition::{Label, Literal};
use crate::error::{Error, Kind, Problem, Result, hint};

/// One measure: a scene upgraded, a machine networked, a product that covers several items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Name.
    pub id: String,
    /// Text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What it costs, in the currency of all measures.
    pub cost: f64,
    /// How long it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<f64>,
    /// Answers afterwards, by indicator or column: numbers are at least this, of several choices at least these.
    pub sets: IndexMap<String, Answer>,
    /// Measures that come first, unless what they bring is there already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
}

/// An answer that a measure brings about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// At most this.
    AtMost(AtMost),
    /// Yes or no, an option, or at least a number.
    Is(Literal),
}

/// A number that is not exceeded afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtMost {
    /// The number.
    pub at_most: f64,
}

/// The search goes one level deeper for each measure, and stacks are finite.
const MOST_MEASURES: usize = 1000;

/// Checks measures among themselves; all problems at once. Returns the numbers of those each requires.
pub(super) fn check(measures: &[Measure]) -> Result<Vec<Vec<usize>>> {
    if measures.len() > MOST_MEASURES {
        let message = format!("there are {} measures, at most {MOST_MEASURES} can be planned with", measures.len());
        let remedy = "leave out those that no firm would be advised to take";
        return Err(Error::new(Kind::Value, Problem::general(message).remedy(remedy)));
    }
    let mut problems = Vec::new();
    let at = |measure: &Measure, what: &str| format!("measure {:?}{what}", measure.id);
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (place, measure) in measures.iter().enumerate() {
        if places.insert(&measure.id, place).is_some() {
            problems.push(Problem::at(at(measure, ""), "the name is used twice").remedy("give each measure its own"));
        }
        if !(measure.cost.is_finite() && measure.cost >= 0.0) {
            let message = format!("expected a number of at least 0, found {}", measure.cost);
            problems.push(Problem::at(at(measure, ".cost"), message));
        }
        if measure.months.is_some_and(|months| !(months.is_finite() && months >= 0.0)) {
            problems.push(Problem::at(at(measure, ".months"), "expected a number of at least 0"));
        }
        if measure.sets.is_empty() {
            problems.push(Problem::at(at(measure, ".sets"), "it changes no answer"));
        }
    }
    let mut requires = Vec::new();
    for measure in measures {
        let mut own = Vec::new();
        for name in &measure.requires {
            if let Some(place) = places.get(name.as_str()) {
                own.push(*place);
            } else {
                let near = hint(name, places.keys().copied());
                problems.push(Problem::at(at(measure, ".requires"), format!("there is no measure {name:?}{near}")));
            }
        }
        requires.push(own);
    }
    Error::collect(Kind::Value, problems)?;
    if let Some(circle) = circle(&requires) {
        let names: Vec<&str> = circle.iter().map(|place| measures[*place].id.as_str()).collect();
        let message = format!("measures require each other in a circle: {}", names.join(" -> "));
        return Err(Error::new(Kind::Value, Problem::general(message).remedy("take one of them out of requires")));
    }
    Ok(requires)
}

/// Some circle, with its first measure again at the end.
fn circle(requires: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut done = vec![false; requires.len()];
    for start in 0..requires.len() {
        // A walk with an explicit stack: (measure, which of its requirements comes next).
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(before) = requires[*at].get(*next).copied() else {
                done[*at] = true;
                path.pop();
                continue;
            };
            *next += 1;
            if let Some(first) = path.iter().position(|(m, _)| *m == before) {
                let mut found: Vec<usize> = path[first..].iter().map(|(m, _)| *m).collect();
                found.push(before);
                return Some(found);
            }
            if !done[before] {
                path.push((before, 0));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(id: &str, cost: f64, requires: &[&str]) -> Measure {
        let sets = IndexMap::from([("x".to_owned(), Answer::Is(Literal::Number(1.0)))]);
        let requires = requires.iter().map(|name| (*name).to_owned()).collect();
        Measure { id: id.to_owned(), label: None, cost, months: None, sets, requires }
    }

    #[test]
    fn slips_are_told_together() {
        let slips = [measure("a", -1.0, &["c"]), measure("a", f64::NAN, &[])];
        let told = check(&slips).expect_err("slips").to_string();
        for part in ["used twice", "at least 0, found -1", "at least 0, found NaN", "no measure \"c\""] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }

    #[test]
    fn too_many_are_refused() {
        let many: Vec<Measure> = (0..=MOST_MEASURES).map(|i| measure(&i.to_string(), 1.0, &[])).collect();
        assert!(check(&many).expect_err("too many").to_string().contains("at most 1000"));
        assert_eq!(check(&many[1..]).expect("as many as may be").len(), MOST_MEASURES);
    }

    #[test]
    fn circles_are_found() {
        let fine = [measure("a", 1.0, &[]), measure("b", 1.0, &["a"]), measure("c", 1.0, &["a", "b"])];
        assert_eq!(check(&fine).expect("fine"), [vec![], vec![0], vec![0, 1]]);
        let round = [measure("a", 1.0, &["c"]), measure("b", 1.0, &["a"]), measure("c", 1.0, &["b"])];
        assert!(check(&round).expect_err("a circle").to_string().contains("a -> c -> b -> a"));
        assert!(check(&[measure("a", 1.0, &["a"])]).expect_err("itself").to_string().contains("a -> a"));
    }
}
