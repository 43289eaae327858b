//! What a character stands for when texts and terms are compared.
//!
//! Folding works character by character, so that every symbol has a place in the text: a base letter and a combining mark
//! are not composed, whereas NFKC of a whole text would compose them.

use unicode_normalization::UnicodeNormalization;

use super::rules::{Case, Rules, Spaces, Width};

/// How characters are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folding {
    width: Width,
    case: Case,
    spaces: Spaces,
}

impl Folding {
    /// The folding these rules ask for.
    pub fn new(rules: &Rules) -> Self {
        Self { width: rules.width, case: rules.case, spaces: rules.spaces }
    }

    /// How spaces are treated.
    pub fn spaces(&self) -> Spaces {
        self.spaces
    }

    /// Hands over what one character stands for: nearly always one character.
    pub fn each(&self, c: char, mut emit: impl FnMut(char)) {
        let mut lower = |c: char| match self.case {
            Case::Fold if !c.is_ascii() => c.to_lowercase().for_each(&mut emit),
            Case::Fold => emit(c.to_ascii_lowercase()),
            Case::Keep => emit(c),
        };
        if self.width == Width::Keep || c.is_ascii() || never_changes(c) {
            lower(c);
        } else {
            std::iter::once(c).nfkc().for_each(lower);
        }
    }

    /// A text as it is compared: folded characters, spaces as the rules say, none at the ends.
    pub fn text(&self, text: &str) -> Vec<char> {
        let mut folded = Vec::with_capacity(text.len());
        let mut space = false;
        for c in text.trim_matches(is_space).chars() {
            if self.spaces != Spaces::Keep && is_space(c) {
                space = true;
                continue;
            }
            let before = folded.last().copied();
            let from = folded.len();
            self.each(c, |c| folded.push(c));
            let apart = |c: Option<char>| c.is_some_and(|c| !is_cjk(c));
            if space && self.spaces == Spaces::Fold && apart(before) && apart(folded.get(from).copied()) {
                folded.insert(from, ' ');
            }
            space = false;
        }
        folded
    }
}

/// The large blocks that no folding changes: ideographs, Hangul syllables, Yi.
pub(super) fn never_changes(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{a48f}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{2f7ff}')
}

/// White space, and what takes no place: zero-width space, word joiner, byte order mark.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Characters of scripts that are written without spaces: Chinese, Japanese. Korean has spaces.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff61}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// Letters and digits of scripts whose words stand apart.
pub fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (!c.is_ascii() && c.is_alphanumeric() && !is_cjk(c) && !matches!(c, '\u{ac00}'..='\u{d7a3}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str, rules: Rules) -> String {
        Folding::new(&rules).text(text).into_iter().collect()
    }

    #[test]
    fn width_case_and_spaces_fold() {
        let plain = Rules::default();
        assert_eq!(folded("Ｂ２Ｂ", plain), "b2b");
        assert_eq!(folded("ＥＢ级　存\n储", plain), "eb级存储");
        assert_eq!(folded("\u{fb01}ntech", plain), "fintech", "a ligature is its letters");
        assert_eq!(folded("big \r\n data", plain), "big data");
        assert_eq!(folded("NFC 支付", plain), "nfc支付");
        assert_eq!(folded("  云计算\u{feff}", plain), "云计算");
    }

    #[test]
    fn what_is_kept_stays() {
        let kept = Rules { width: Width::Keep, case: Case::Keep, spaces: Spaces::Keep, ..Rules::default() };
        assert_eq!(folded("Ｂ2B 大 数\n据", kept), "Ｂ2B 大 数\n据");
        assert_eq!(folded("Big Data", Rules { spaces: Spaces::Drop, ..Rules::default() }), "bigdata");
    }

    #[test]
    fn the_shortcut_agrees_with_the_standard() {
        for c in (0..0x30000).filter_map(char::from_u32).filter(|c| never_changes(*c)) {
            assert!(std::iter::once(c).nfkc().eq([c]) && c.to_lowercase().eq([c]), "{c:?}");
        }
    }
}
