//! A description as a LaTeX fragment for any document class with sections; it needs amsmath and nothing else.

use std::fmt::Write;

use super::text::cited;
use super::{Description, Item, Span};

impl Description {
    /// As a LaTeX fragment.
    #[must_use]
    pub fn latex(&self) -> String {
        let mut latex = String::from(
            "% Needs \\usepackage{amsmath}. UTF-8; labels in Chinese and the like need XeLaTeX or LuaLaTeX and a font.\n",
        );
        let _ = writeln!(latex, "\\section*{{{}}}", escape(&self.title));
        if let Some(lead) = &self.lead {
            let _ = writeln!(latex, "\n{}", escape(lead));
        }
        for section in &self.sections {
            if !section.title.is_empty() {
                let _ = write!(latex, "\n\\subsection*{{{}}}\n", escape(&section.title));
            }
            list(&section.items, 0, &mut latex);
        }
        if !self.references.is_empty() {
            latex.push_str("\n\\subsection*{References}\n\\begin{itemize}\n");
            for (i, reference) in self.references.iter().enumerate() {
                let _ = writeln!(latex, "  \\item[{{[{}]}}] {}", i + 1, escape(reference));
            }
            latex.push_str("\\end{itemize}\n");
        }
        latex
    }
}

fn list(items: &[Item], depth: usize, latex: &mut String) {
    if items.is_empty() {
        return;
    }
    let indent = "  ".repeat(depth);
    let _ = writeln!(latex, "{indent}\\begin{{itemize}}");
    for item in items {
        // Without the braces, a text that starts with a bracket would be the label of the entry.
        let _ = write!(latex, "{indent}  \\item{{}} ");
        for span in &item.spans {
            match span {
                Span::Words(text) | Span::Formula(text) => latex.push_str(&typeset(text)),
                Span::Code(text) => latex.push_str(&escape(text)),
                Span::Cite(numbers) => latex.push_str(cited(numbers).replacen(' ', "~", 1).as_str()),
            }
        }
        latex.push('\n');
        for equation in &item.equations {
            let _ = writeln!(latex, "{indent}    \\begin{{equation*}}\n{indent}      {equation}");
            let _ = writeln!(latex, "{indent}    \\end{{equation*}}");
        }
        list(&item.items, depth + 1, latex);
    }
    let _ = writeln!(latex, "{indent}\\end{{itemize}}");
}

/// Text with the signs that are written with two characters in plain text.
fn typeset(text: &str) -> String {
    escape(text)
        .replace("\\textless{}=", "\\ensuremath{\\le}")
        .replace("\\textgreater{}=", "\\ensuremath{\\ge}")
        .replace("-\\textgreater{}", "\\ensuremath{\\to}")
}

/// Text as LaTeX sets it, with no character that means something.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' | '&' | '_' | '#' | '$' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '"' => out.push_str("\\char34{}"),
            '≥' => out.push_str("\\ensuremath{\\ge}"),
            '≤' => out.push_str("\\ensuremath{\\le}"),
            '→' => out.push_str("\\ensuremath{\\to}"),
            '−' => out.push_str("\\ensuremath{-}"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    // Two hyphens would become a dash, and two quotes a closing one.
    out.replace("--", "-{}-").replace("''", "'{}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_means_something_is_escaped() {
        assert_eq!(escape(r"%&_#${}"), r"\%\&\_\#\$\{\}");
        assert_eq!(escape(r"~^\"), r"\textasciitilde{}\textasciicircum{}\textbackslash{}");
        assert_eq!(escape("a < b > c | \"d\""), r"a \textless{} b \textgreater{} c \textbar{} \char34{}d\char34{}");
        assert_eq!(escape("a\nb\u{7}--'' 云 ≥"), r"a b -{}-'{}' 云 \ensuremath{\ge}");
    }

    #[test]
    fn braces_balance_whatever_the_text() {
        for text in ["{", "}}", "\\{", "%{%", "a_{b}^{c}"] {
            let (mut depth, mut escaped) = (0, false);
            for c in escape(text).chars() {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                assert!(depth >= 0, "{text}");
            }
            assert_eq!(depth, 0, "{text}");
        }
    }
}
