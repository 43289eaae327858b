//! Dictionaries as text.

use super::dictionary::Dictionary;
use crate::error::{Error, Kind, Problem, Result};

impl Dictionary {
    /// Reads and validates a TOML text.
    pub fn from_toml(text: &str) -> Result<Self> {
        let read: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            wrong(Problem::at(format!("line {line}"), error.message().trim().to_owned()))
        })?;
        read.validate().map(|()| read)
    }

    /// Reads and validates a JSON text.
    pub fn from_json(text: &str) -> Result<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let read: Self = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let message = error.inner().to_string();
            // The place in the JSON says nothing to who wrote a dict or a file.
            let message = message.rfind(" at line ").map_or(message.as_str(), |end| &message[..end]).to_owned();
            match error.path().to_string() {
                path if path == "." => wrong(Problem::general(message)),
                path => wrong(Problem::at(path, message)),
            }
        })?;
        read.validate().map(|()| read)
    }

    /// The dictionary as TOML.
    pub fn to_toml(&self) -> Result<String> {
        toml::to_string(self).map_err(|error| wrong(Problem::general(format!("cannot be written: {error}"))))
    }

    /// The dictionary as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| wrong(Problem::general(format!("cannot be written: {error}"))))
    }
}

fn wrong(problem: Problem) -> Error {
    Error::new(Kind::Definition, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "
        [rules]
        case = \"keep\"
        [[context]]
        id = \"negation\"
        words = [\"不\"]
        window = 3
        [[group]]
        id = \"ai\"
        terms = [\"人工智能\", \"AI\"]
        [[group]]
        id = \"data\"
        terms = [\"大数据\"]
    ";

    fn problems(text: &str) -> String {
        Dictionary::from_toml(text).expect_err("a broken dictionary").to_string()
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        let read = Dictionary::from_toml(SMALL).expect("valid");
        assert_eq!(Dictionary::from_toml(&read.to_toml().expect("TOML")).expect("valid"), read);
        assert_eq!(Dictionary::from_json(&read.to_json().expect("JSON")).expect("valid"), read);
    }

    #[test]
    fn a_term_in_two_groups_names_both_unless_allowed() {
        let text = SMALL.replace("\"大数据\"", "\"大数据\", \"人工智能\"");
        assert_eq!(
            problems(&text),
            "group[1].terms[1]: the term \"人工智能\" stands in groups \"ai\" and \"data\"; \
             keep it in one group, or say shared_terms = true to count it in both"
        );
        assert!(Dictionary::from_toml(&text.replace("[rules]", "[rules]\nshared_terms = true")).is_ok());
    }

    #[test]
    fn what_is_equal_after_folding_is_told() {
        let text = SMALL.replace("\"AI\"", "\"AI\", \"ＡＩ\", \" \"");
        assert_eq!(
            problems(&text),
            "2 problems\n  - group[0].terms[2]: the terms \"AI\" and \"ＡＩ\" are equal after folding; keep one of them\
             \n  - group[0].terms[3]: a term is empty; remove it"
        );
        let differs = SMALL.replace("\"AI\"", "\"AI\", \"ai\"");
        assert!(Dictionary::from_toml(&differs).is_ok(), "case is kept here");
        assert!(Dictionary::from_toml(&differs.replace("keep", "fold")).is_err());
    }

    #[test]
    fn slips_are_found() {
        assert!(problems(&SMALL.replace("words", "word")).starts_with("line 6: unknown field `word`"));
        assert!(problems(&SMALL.replace("id = \"data\"", "id = \"ai\"")).contains("two entries are named \"ai\""));
        assert!(problems(&SMALL.replace("window = 3", "window = 501")).contains("at most 500 characters"));
        assert!(problems(&SMALL.replace("window", "scope = \"sentence\"\nwindow")).contains("scope = \"before\" only"));
        let error = Dictionary::from_json("{\"group\":[{\"id\":\"a\",\"terms\":[1]}]}").expect_err("a number");
        assert!(error.to_string().starts_with("group[0].terms[0]: invalid type: integer `1`"), "{error}");
    }
}
