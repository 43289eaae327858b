//! Texts of the answers for people: what drop-downs, audits and descriptions show beside the keys.

use indexmap::IndexMap;

use super::Options;
use crate::definition::Label;
use crate::error::{hint, shorten};

impl Options {
    /// The answer that a number stands for.
    pub(crate) fn numbered(&self, value: f64) -> Option<&str> {
        self.answers().into_iter().find(|answer| answer.parse() == Ok(value))
    }

    /// An answer with its text: `one (one business link)`.
    pub(super) fn named(&self, answer: &str) -> String {
        match self.labels.get(answer).map(|label| label.text("en")) {
            Some(text) if text != answer => format!("{answer} ({text})"),
            _ => answer.to_owned(),
        }
    }

    /// The texts of answers given together, in every language that one of them has; nothing where none has a text.
    ///
    /// An answer without a text keeps its key; what is said after it (`?` for one that is open) stays.
    pub(crate) fn labels_of(&self, answers: &[(&str, &str)]) -> Option<Label> {
        let labels: Vec<&Label> = answers.iter().filter_map(|(answer, _)| self.labels.get(*answer)).collect();
        let languages: Vec<&str> = labels.iter().flat_map(|label| label.languages()).collect();
        let told = |language: &str| {
            let text = |answer: &str| self.labels.get(answer).map(|label| label.text(language).to_owned());
            let each =
                answers.iter().map(|(a, after)| format!("{}{after}", text(a).unwrap_or_else(|| (*a).to_owned())));
            each.collect::<Vec<String>>().join("; ")
        };
        let texts: IndexMap<String, String> = languages.into_iter().map(|l| (l.to_owned(), told(l))).collect();
        if labels.is_empty() {
            None
        } else if texts.is_empty() {
            Some(Label::Plain(told("en")))
        } else {
            Some(Label::Languages(texts))
        }
    }

    /// What is wrong with the texts, as (path below the scale, message).
    pub(super) fn label_problems(&self) -> Vec<(String, String)> {
        let answers = self.answers();
        let mut problems = Vec::new();
        // Who has a text already: answers are chosen by it, so that no two may share one in a language.
        let mut taken: IndexMap<(&str, &str), &str> = IndexMap::new();
        for (answer, label) in &self.labels {
            let path = format!("labels.{answer}");
            if !answers.contains(&answer.as_str()) {
                let near = hint(answer, answers.iter().copied());
                let message = format!("no option {:?}, expected one of {}{near}", shorten(answer), answers.join(", "));
                problems.push((path, message));
                continue;
            }
            let texts = label.texts();
            if texts.is_empty() {
                problems
                    .push((path, "expected a text, or texts by language such as { en = \"..\", zh = \"..\" }".into()));
                continue;
            }
            for (language, text) in texts {
                let text = text.trim();
                let place = if language.is_empty() { path.clone() } else { format!("{path}.{language}") };
                let key = answers.iter().find(|other| **other == text && **other != answer).copied();
                let sharing = taken.get(&(language, text)).copied();
                if text.is_empty() {
                    problems.push((place, "expected a text".into()));
                } else if let Some(other) = key {
                    let message =
                        format!("{:?} is the key of another option, {other:?}; say it otherwise", shorten(text));
                    problems.push((place, message));
                } else if let Some(other) = sharing {
                    let message =
                        format!("{:?} is the label of {other:?} too; say one of them otherwise", shorten(text));
                    problems.push((place, message));
                }
                taken.insert((language, text), answer);
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(labels: &str) -> Options {
        let text = format!("points = {{ one = 1, two = 2, \"3\" = 3 }}\nnone = \"none\"\n{labels}");
        toml::from_str(&text).expect("options")
    }

    fn problems(labels: &str) -> Vec<(String, String)> {
        options(labels).label_problems()
    }

    #[test]
    fn texts_come_back_as_written() {
        let labels = "labels.one = \"a link\"\nlabels.none = { en = \"no link\", zh = \"无\" }\n";
        let read = options(labels);
        assert_eq!(read.label_problems(), []);
        assert_eq!(read.labels.keys().collect::<Vec<_>>(), ["one", "none"]);
        let toml = toml::to_string(&read).expect("TOML");
        assert_eq!(toml::from_str::<Options>(&toml).expect("options"), read);
        let json = serde_json::to_string(&read).expect("JSON");
        assert_eq!(serde_json::from_str::<Options>(&json).expect("options"), read);
        assert!(!toml::to_string(&options("")).expect("TOML").contains("labels"), "nothing is written for nothing");
    }

    #[test]
    fn texts_of_strangers_blank_and_shared_texts_are_named() {
        let found = problems("labels.ones = \"a\"");
        assert_eq!(found[0].0, "labels.ones");
        assert_eq!(found[0].1, "no option \"ones\", expected one of none, one, two, 3; did you mean \"one\"?");
        let path_and_message = |labels: &str| {
            let found = problems(labels);
            assert_eq!(found.len(), 1, "{found:?}");
            found.into_iter().next().expect("a problem")
        };
        assert_eq!(path_and_message("labels.one.zh = \" \""), ("labels.one.zh".into(), "expected a text".into()));
        assert!(path_and_message("labels.one = {}").1.starts_with("expected a text, or texts by language"));
        let (path, message) = path_and_message("labels.one.en = \"x\"\nlabels.two.en = \" x\"");
        assert_eq!(
            (path.as_str(), message.as_str()),
            ("labels.two.en", "\"x\" is the label of \"one\" too; say one of them otherwise")
        );
        let (path, message) = path_and_message("labels.one = \"two\"");
        assert_eq!(path, "labels.one");
        assert_eq!(message, "\"two\" is the key of another option, \"two\"; say it otherwise");
        assert_eq!(problems("labels.one = \"one\"\nlabels.two = { en = \"x\", zh = \"x\" }"), []);
    }

    #[test]
    fn answers_given_together_have_their_texts_in_every_language() {
        let read = options("labels.one = { en = \"a\", zh = \"甲\" }\nlabels.two = \"b\"");
        let both = [("en", "a; b?; 3"), ("zh", "甲; b?; 3")].map(|(l, t)| (l.to_owned(), t.to_owned()));
        let given = [("one", ""), ("two", "?"), ("3", "")];
        assert_eq!(read.labels_of(&given), Some(Label::Languages(both.into())));
        assert_eq!(read.labels_of(&[("two", "")]), Some(Label::Plain("b".into())));
        assert_eq!(read.labels_of(&[("3", "")]), None);
        assert_eq!((read.numbered(3.0), read.numbered(2.0)), (Some("3"), None));
        assert_eq!((read.named("one").as_str(), read.named("3").as_str()), ("one (a)", "3"));
    }
}
