//! What conditions and derived columns say of the answers that a column can hold.

use indexmap::IndexMap;
use serde::Serialize;

use crate::definition::{Blank, Index, Literal};
use crate::expression::Expression;

/// The answers of a column, as far as the definition compares them.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Choices {
    /// The texts that `lookup`, `==`, `!=`, `is` and `in` compare it with, each once: those of expressions come first.
    pub texts: Vec<String>,
    /// Whether expressions know all its texts: each of them looks it up, without a default.
    pub closed: Option<bool>,
    /// Whether conditions compare it with yes and no alone.
    pub yes_no: Option<bool>,
    /// What a blank answer means to the first condition that says so.
    pub blank: Option<Blank>,
}

impl Choices {
    fn text(&mut self, text: &str) {
        if !self.texts.iter().any(|known| known == text) {
            self.texts.push(text.to_owned());
        }
    }
}

impl Index {
    /// The answers of every column that an expression compares with texts, or a condition with answers or a blank.
    pub(crate) fn choices(&self) -> IndexMap<String, Choices> {
        let mut found: IndexMap<String, Choices> = IndexMap::new();
        for derived in self.derived.values() {
            let Ok(expression) = Expression::parse(&derived.expr) else { continue };
            for (column, texts, all) in expression.texts() {
                let choices = found.entry(column.to_owned()).or_default();
                choices.closed = Some(choices.closed.unwrap_or(true) && all);
                for text in texts {
                    choices.text(text);
                }
            }
        }
        for (_, condition) in self.all_conditions() {
            let literals: Vec<&Literal> = condition.is.iter().chain(condition.within.iter().flatten()).collect();
            let Some(column) = &condition.column else { continue };
            if literals.is_empty() && condition.blank.is_none() {
                continue;
            }
            let choices = found.entry(column.clone()).or_default();
            choices.blank = choices.blank.or(condition.blank);
            for literal in literals {
                choices.yes_no = Some(choices.yes_no.unwrap_or(true) && matches!(literal, Literal::Bool(_)));
                if let Literal::Text(text) = literal {
                    choices.text(text);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_expressions_and_conditions_compare_is_what_columns_hold() {
        let text = r#"
id = "i"
[derived]
a = { expr = """lookup(trend, 'rise', 1, "fall, steep", -2) + lookup(code, 1, 10, 2, 20)""" }
b = { expr = """if('farm' == sector, 1, 0) + (`type "x"` != 'it''s') + (code == 3)""" }
c = { expr = """lookup(`type "x"`, "p", 1) + lookup(open, 'u', -1, 0)""" }
[[indicator]]
id = "x"
parent = "i"
scale = "none"
[[group]]
id = "i"
[levels]
[[levels.level]]
id = "yes"
[levels.level.when]
all = [
    { column = "trend", is = "flat" },
    { not = { column = "listed", is = true, blank = "no" } },
    { cases = { on = "a", edges = [0], then = [{ column = "law", in = ["x", "y", "x"] }, { column = "law", is = true }] } },
    { column = "a", ge = 1 },
    { column = "share", ge = 1, blank = "yes" },
]
"#;
        let index = Index::from_toml(text).expect("a definition");
        let found = serde_json::to_value(index.choices()).expect("JSON");
        let row = |texts: &[&str], closed: Option<bool>, yes_no: Option<bool>, blank: Option<&str>| serde_json::json!({"texts": texts, "closed": closed, "yes_no": yes_no, "blank": blank});
        let wanted = [
            ("trend", row(&["rise", "fall, steep", "flat"], Some(true), Some(false), None)),
            ("sector", row(&["farm"], Some(false), None, None)),
            ("type \"x\"", row(&["it's", "p"], Some(false), None, None)),
            ("open", row(&["u"], Some(false), None, None)),
            ("listed", row(&[], None, Some(true), Some("no"))),
            ("law", row(&["x", "y"], None, Some(false), None)),
            ("share", row(&[], None, None, Some("yes"))),
        ];
        let wanted: serde_json::Map<String, serde_json::Value> =
            wanted.into_iter().map(|(name, row)| (name.to_owned(), row)).collect();
        assert_eq!(found, serde_json::Value::Object(wanted));
        assert_eq!(index.summary().expect("a summary")["choices"], found);
    }
}
