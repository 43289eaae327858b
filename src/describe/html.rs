//! A description as an HTML fragment: no script, no style sheet and no colors of its own, so that it reads on light and
//! dark pages.

use std::fmt::Write;

use super::text::cited;
use super::{Description, Item, Span};

impl Description {
    /// As an HTML fragment.
    #[must_use]
    pub fn html(&self) -> String {
        let mut html = String::from("<div style=\"max-width: 54em; line-height: 1.5\">\n");
        let _ = writeln!(html, "<h2>{}</h2>", escape(&self.title));
        if let Some(lead) = &self.lead {
            let _ = writeln!(html, "<p>{}</p>", escape(lead));
        }
        for section in &self.sections {
            if !section.title.is_empty() {
                let _ = writeln!(html, "<h3>{}</h3>", escape(&section.title));
            }
            list(&section.items, &mut html);
        }
        if !self.references.is_empty() {
            html.push_str("<h3>References</h3>\n<ol style=\"opacity: 0.85\">\n");
            for reference in &self.references {
                let _ = writeln!(html, "<li>{}</li>", linked(reference));
            }
            html.push_str("</ol>\n");
        }
        html.push_str("</div>");
        html
    }
}

fn list(items: &[Item], html: &mut String) {
    if items.is_empty() {
        return;
    }
    html.push_str("<ul style=\"margin: 0.2em 0\">\n");
    for item in items {
        html.push_str("<li>");
        for span in &item.spans {
            let _ = match span {
                Span::Words(words) => write!(html, "{}", escape(words)),
                Span::Code(code) => write!(html, "<code>{}</code>", escape(code)),
                Span::Formula(formula) => write!(html, "<code>{}</code>", raised(formula)),
                Span::Cite(numbers) => write!(html, "<small>{}</small>", cited(numbers)),
            };
        }
        if !item.items.is_empty() {
            html.push('\n');
            list(&item.items, html);
        }
        html.push_str("</li>\n");
    }
    html.push_str("</ul>\n");
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

/// A reference with its DOI as a link.
fn linked(reference: &str) -> String {
    match reference.split_once("doi:") {
        Some((before, doi)) => {
            let doi = escape(doi);
            format!("{}<a style=\"color: inherit\" href=\"https://doi.org/{doi}\">doi:{doi}</a>", escape(before))
        }
        None => escape(reference),
    }
}

/// A formula with `x^2` raised and `x_j`, `a_Bj`, `x_(1)` lowered. Only one letter carries an index, so that names with
/// underscores stay as they are.
fn raised(formula: &str) -> String {
    let chars: Vec<char> = formula.chars().collect();
    let (mut out, mut i) = (String::new(), 0);
    while i < chars.len() {
        let letter = i > 0 && chars[i - 1].is_alphabetic();
        let alone = letter && (i < 2 || !(chars[i - 2].is_alphanumeric() || chars[i - 2] == '_'));
        let rest = &chars[i + 1..];
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let letters = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
        let (tag, taken) = match chars[i] {
            '^' if digits > 0 => ("sup", digits),
            '^' if rest.first().is_some_and(|c| c.is_alphabetic()) && letters == 1 => ("sup", 1),
            '_' if alone && (1..=2).contains(&letters) && !rest[..letters].contains(&'_') => ("sub", letters),
            '_' if alone && rest.first() == Some(&'(') && rest.get(2) == Some(&')') => ("sub", 3),
            _ => {
                out.push_str(&escape(&chars[i].to_string()));
                i += 1;
                continue;
            }
        };
        let inside: String = rest[..taken].iter().collect();
        let _ = write!(out, "<{tag}>{}</{tag}>", escape(&inside));
        i += 1 + taken;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_lowered_and_names_are_left_alone() {
        assert_eq!(raised("w_j = a_Bj + x_(1)^2"), "w<sub>j</sub> = a<sub>Bj</sub> + x<sub>(1)</sub><sup>2</sup>");
        assert_eq!(raised("cloud_ab / x_long + a_b_c"), "cloud_ab / x_long + a_b_c");
        assert_eq!(raised("a < b ^ & _"), "a &lt; b ^ &amp; _");
        assert_eq!(raised("(x)^lambda, x^p, x_"), "(x)^lambda, x<sup>p</sup>, x_");
    }

    #[test]
    fn a_doi_is_a_link() {
        let linked = linked("Yager (1996), doi:10.1002/(SICI)11:1<49::AID>3.0.CO;2-Z");
        assert!(linked.contains("href=\"https://doi.org/10.1002/(SICI)11:1&lt;49::AID&gt;3.0.CO;2-Z\""), "{linked}");
    }
}
