//! A description as Markdown that reads well as plain text.

use std::fmt::Write;

use super::{Description, Item, Span};

impl Description {
    /// As Markdown.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("# {}\n", self.title);
        if let Some(lead) = &self.lead {
            let _ = writeln!(text, "\n{lead}");
        }
        for section in &self.sections {
            if !section.title.is_empty() {
                let _ = write!(text, "\n## {}\n", section.title);
            }
            text.push('\n');
            for item in &section.items {
                write(item, 0, &mut text);
            }
        }
        if !self.references.is_empty() {
            text.push_str("\n## References\n\n");
            for (i, reference) in self.references.iter().enumerate() {
                let _ = writeln!(text, "- [{}] {reference}", i + 1);
            }
        }
        text
    }
}

fn write(item: &Item, depth: usize, text: &mut String) {
    let _ = write!(text, "{}- ", "  ".repeat(depth));
    for span in &item.spans {
        match span {
            Span::Words(words) => text.push_str(words),
            Span::Code(code) | Span::Formula(code) if code.contains('`') => {
                let _ = write!(text, "`` {code} ``");
            }
            Span::Code(code) | Span::Formula(code) => {
                let _ = write!(text, "`{code}`");
            }
            Span::Cite(numbers) => text.push_str(&cited(numbers)),
        }
    }
    text.push('\n');
    for item in &item.items {
        write(item, depth + 1, text);
    }
}

/// Numbers of references as they stand in a text.
pub(super) fn cited(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!(" [{}]", numbers.join(", "))
}
