//! A definition in words and formulas, with what it cites: built once, written as Markdown, HTML or LaTeX.

mod build;
mod conventions;
mod groups;
mod html;
mod indicators;
mod latex;
mod levels;
mod text;

use crate::definition::{Confidence, Index, Label};
use crate::error::Result;
use crate::tree::Tree;

pub(crate) use latex::escape;

/// The method of an index, told in sections.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    title: String,
    /// What it is for.
    lead: Option<String>,
    sections: Vec<Section>,
    /// In order of first use; cited by number.
    references: Vec<&'static str>,
}

/// A titled list; the first section, of facts, has no title.
#[derive(Debug, Clone, PartialEq, Default)]
struct Section {
    title: String,
    items: Vec<Item>,
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Default)]
struct Item {
    spans: Vec<Span>,
    /// The formulas of the entry in LaTeX, shown where LaTeX is.
    equations: Vec<String>,
    items: Vec<Item>,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
enum Span {
    Words(String),
    /// As written in the definition, an expression say.
    Code(String),
    /// Mathematics in plain text.
    Formula(String),
    /// Numbers of references, from 1.
    Cite(Vec<usize>),
}

impl Index {
    /// The method in words and formulas, with citations.
    pub fn describe(&self) -> Result<Description> {
        Ok(build::build(&Tree::new(self.clone())?))
    }
}

impl Item {
    fn words(text: impl AsRef<str>) -> Self {
        Self::default().and(text)
    }

    fn and(mut self, text: impl AsRef<str>) -> Self {
        let text = one_line(text.as_ref());
        match self.spans.last_mut() {
            Some(Span::Words(before)) => before.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.spans.push(Span::Words(text)),
        }
        self
    }

    fn code(mut self, text: &str) -> Self {
        self.spans.push(Span::Code(one_line(text)));
        self
    }

    fn formula(mut self, text: &str) -> Self {
        self.spans.push(Span::Formula(one_line(text)));
        self
    }

    fn equation(mut self, latex: String) -> Self {
        if !latex.is_empty() {
            self.equations.push(latex);
        }
        self
    }

    fn cite(mut self, numbers: Vec<usize>) -> Self {
        if !numbers.is_empty() {
            self.spans.push(Span::Cite(numbers));
        }
        self
    }
}

/// References by number, in order of first use.
#[derive(Debug, Default)]
struct Bibliography(Vec<&'static str>);

impl Bibliography {
    fn cite(&mut self, references: &[&'static str]) -> Vec<usize> {
        let mut number = |reference: &'static str| {
            let known = self.0.iter().position(|known| *known == reference);
            known.unwrap_or_else(|| {
                self.0.push(reference);
                self.0.len() - 1
            }) + 1
        };
        references.iter().map(|reference| number(reference)).collect()
    }
}

/// Text without line breaks and control characters, so that it cannot end a heading or an entry.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let joined = if lines.len() > 1 {
        lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    };
    joined.replace(|c: char| c.is_control(), " ")
}

fn grade(confidence: Option<Confidence>) -> String {
    match confidence {
        None | Some(Confidence::Official) => String::new(),
        Some(confidence) => format!(" [{}]", confidence.word()),
    }
}

fn named(id: &str, label: Option<&Label>) -> String {
    match label.map(|label| label.text("en")) {
        Some(label) if label != id => format!("{id} ({label})"),
        _ => id.to_owned(),
    }
}

/// A share as a percentage, without the digits that binary fractions add.
fn percent(share: f64) -> String {
    format!("{}%", (share * 1e6).round() / 1e4)
}

#[cfg(test)]
mod tests;
