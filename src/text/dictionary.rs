//! A dictionary: groups of terms, the rules of counting them, and contexts in which a hit does not count.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::fold::Folding;
use super::rules::Rules;
use crate::definition::{Confidence, Label};
use crate::error::{Error, Kind, Problem, Result};

/// Groups of terms with their rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// Name of the dictionary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Where the terms come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the terms are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// What a user should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Conventions of counting.
    #[serde(default)]
    pub rules: Rules,
    /// Contexts in which a hit does not count, in the order in which they are tried.
    #[serde(default, rename = "context", skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<Context>,
    /// Groups, in the order of the columns.
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
}

/// A group of terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name of the group, and of its column.
    pub id: String,
    /// Title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The terms.
    pub terms: Vec<String>,
}

/// Where the words of a context are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Before the hit, in its clause.
    #[default]
    Before,
    /// Anywhere in the clause of the hit.
    Clause,
    /// Anywhere in the sentence of the hit.
    Sentence,
}

/// Words near a hit that keep it from counting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Name of the context, and the reason given in an audit.
    pub id: String,
    /// Words that drop the hit.
    pub words: Vec<String>,
    /// Longer words in which those words mean something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// Where the words are looked for.
    #[serde(default)]
    pub scope: Scope,
    /// With scope `before`: how many characters may lie between word and hit; the whole clause if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<usize>,
    /// Whether it is used when the caller does not choose.
    #[serde(default = "yes")]
    pub on: bool,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well the rule is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

fn yes() -> bool {
    true
}

/// The widest window in characters.
const WIDEST: usize = 500;

impl Dictionary {
    /// Every problem of the dictionary in one error.
    pub fn validate(&self) -> Result<()> {
        let mut problems = Vec::new();
        if self.groups.is_empty() {
            problems.push(Problem::at("group", "a dictionary needs at least one group of terms"));
        }
        unique("group", self.groups.iter().map(|group| group.id.as_str()), &mut problems);
        unique("context", self.contexts.iter().map(|context| context.id.as_str()), &mut problems);
        self.check_terms(&mut problems);
        for (i, context) in self.contexts.iter().enumerate() {
            self.check_context(&format!("context[{i}]"), context, &mut problems);
        }
        Error::collect(Kind::Definition, problems)
    }

    fn check_terms(&self, problems: &mut Vec<Problem>) {
        let folding = Folding::new(&self.rules);
        let mut seen: HashMap<Vec<char>, (usize, &str)> = HashMap::new();
        for (g, group) in self.groups.iter().enumerate() {
            if group.terms.is_empty() {
                problems.push(Problem::at(format!("group[{g}].terms"), format!("group {:?} has no terms", group.id)));
            }
            for (t, term) in group.terms.iter().enumerate() {
                let path = || format!("group[{g}].terms[{t}]");
                let folded = folding.text(term);
                if folded.is_empty() {
                    problems.push(Problem::at(path(), "a term is empty").remedy("remove it"));
                    continue;
                }
                let Some((other, spelling)) = seen.get(&folded).copied() else {
                    seen.insert(folded, (g, term));
                    continue;
                };
                if other == g {
                    let message = if spelling == term {
                        format!("the term {term:?} stands twice in group {:?}", group.id)
                    } else {
                        format!("the terms {spelling:?} and {term:?} are equal after folding")
                    };
                    problems.push(Problem::at(path(), message).remedy("keep one of them"));
                } else if !self.rules.shared_terms {
                    let message =
                        format!("the term {term:?} stands in groups {:?} and {:?}", self.groups[other].id, group.id);
                    let remedy = "keep it in one group, or say shared_terms = true to count it in both";
                    problems.push(Problem::at(path(), message).remedy(remedy));
                }
            }
        }
    }

    fn check_context(&self, path: &str, context: &Context, problems: &mut Vec<Problem>) {
        let folding = Folding::new(&self.rules);
        if context.words.is_empty() {
            problems.push(Problem::at(format!("{path}.words"), format!("context {:?} has no words", context.id)));
        }
        if context.words.iter().chain(&context.except).any(|word| folding.text(word).is_empty()) {
            problems.push(Problem::at(path, "a word is empty").remedy("remove it"));
        }
        if context.window.is_some() && context.scope != Scope::Before {
            let message = "a window goes with scope = \"before\" only";
            problems.push(Problem::at(format!("{path}.window"), message).remedy("leave the window out"));
        }
        if context.window.is_some_and(|window| window > WIDEST) {
            let message = format!("expected at most {WIDEST} characters");
            problems.push(Problem::at(format!("{path}.window"), message).remedy("leave it out for the whole clause"));
        }
    }
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = &'a str>, problems: &mut Vec<Problem>) {
    let mut seen = Vec::new();
    for (i, id) in ids.enumerate() {
        let path = format!("{what}[{i}].id");
        if id.trim().is_empty() {
            problems.push(Problem::at(path, format!("a {what} needs a name")));
        } else if seen.contains(&id) {
            problems.push(Problem::at(path, format!("two entries are named {id:?}")).remedy("join or rename them"));
        }
        seen.push(id);
    }
}
