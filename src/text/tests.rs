//! Texts whose counts are known, and properties.

use proptest::prelude::*;

use super::count::{By, Counts};
use super::dictionary::{Context, Dictionary, Group, Scope};
use super::fold::{Folding, is_space};
use super::rules::{Boundary, Case, Overlaps, Rules, Spaces, Width};
use super::{Counter, Document};
use crate::parallel::Cancel;

fn dictionary(terms: &[&str], rules: Rules) -> Dictionary {
    let terms = terms.iter().map(|&term| term.to_owned()).collect();
    let group = Group { id: "g".to_owned(), label: None, terms };
    Dictionary {
        id: None,
        label: None,
        source: None,
        confidence: None,
        notes: Vec::new(),
        rules,
        contexts: Vec::new(),
        groups: vec![group],
    }
}

fn context(id: &str, words: &[&str], except: &[&str], scope: Scope, window: Option<usize>) -> Context {
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    Context {
        id: id.to_owned(),
        words: owned(words),
        except: owned(except),
        scope,
        window,
        on: true,
        source: None,
        confidence: None,
    }
}

fn counted(dictionary: &Dictionary, texts: &[&str], threads: usize) -> Counts {
    let counter = Counter::new(dictionary, None).expect("a valid dictionary");
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document::Text(text.as_bytes())).collect();
    counter.count(&documents, By::Term, Some(threads), &Cancel::new()).expect("not interrupted")
}

/// Counts of the terms in one text, in the order of the terms.
fn count(terms: &[&str], rules: Rules, text: &str) -> Vec<f64> {
    counted(&dictionary(terms, rules), &[text], 1).counts.iter().map(|column| column[0]).collect()
}

/// Reasons of all places of terms in one text.
fn reasons(dictionary: &Dictionary, text: &str) -> Vec<(String, Option<String>)> {
    let counter = Counter::new(dictionary, None).expect("a valid dictionary");
    let found = counter.audit(&[Document::Text(text.as_bytes())], 3, Some(1), &Cancel::new());
    found.expect("not interrupted").into_iter().map(|hit| (hit.hit, hit.reason)).collect()
}

fn all() -> Rules {
    Rules { overlaps: Overlaps::All, ..Rules::default() }
}

#[test]
fn a_term_inside_a_longer_one_counts_by_a_named_rule() {
    let terms = ["移动互联网", "移动互联", "网联"];
    let text = "移动互联网与移动互联，车网联。移动互联网联盟";
    assert_eq!(count(&terms, Rules::default(), text), [2.0, 1.0, 1.0], "characters are used once");
    assert_eq!(count(&terms, all(), text), [2.0, 3.0, 2.0], "every occurrence of every term");
}

#[test]
fn latin_terms_stand_apart_or_not() {
    let terms = ["B2B", "B2C", "AI"];
    let text = "B2B2C、B2B与AI，MAIN，AI5，AI芯片";
    let plain = |overlaps| Rules { overlaps, boundary: Boundary::None, ..Rules::default() };
    assert_eq!(count(&terms, Rules::default(), text), [1.0, 0.0, 2.0]);
    assert_eq!(count(&terms, all(), text), [1.0, 0.0, 2.0]);
    assert_eq!(count(&terms, plain(Overlaps::Longest), text), [2.0, 0.0, 4.0]);
    assert_eq!(count(&terms, plain(Overlaps::All), text), [2.0, 1.0, 4.0]);
    assert_eq!(count(&["ai", "ai芯片"], Rules::default(), "xAI芯片"), [0.0, 0.0]);
    assert_eq!(count(&["ai", "ai芯"], Rules::default(), "AI芯AI"), [1.0, 1.0]);
}

#[test]
fn a_term_that_does_not_stand_hides_no_other() {
    // "互联B" is longest but touches "2"; what it covers is free.
    assert_eq!(count(&["互联B", "互联"], Rules::default(), "互联B2"), [0.0, 1.0]);
}

#[test]
fn width_and_case_fold_or_stay() {
    let terms = ["NFC支付", "Fintech", "O2O", "EB级存储"];
    let text = "ＮＦＣ支付 nfc支付 FinTech ﬁntech Ｏ２Ｏ o2o eb级存储 NFC支付 Fintech";
    assert_eq!(count(&terms, Rules::default(), text), [3.0, 3.0, 2.0, 1.0]);
    let exact = Rules { width: Width::Keep, case: Case::Keep, ..Rules::default() };
    assert_eq!(count(&terms, exact, text), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(count(&terms, Rules { width: Width::Keep, ..exact }, "ＮＦＣ支付"), [0.0; 4]);
    assert_eq!(count(&terms, Rules { case: Case::Keep, ..Rules::default() }, text), [2.0, 1.0, 1.0, 0.0]);
}

#[test]
fn broken_lines_are_joined_or_not() {
    let terms = ["区块链", "NFC支付", "big data"];
    let text = "区\n块 链，区　块\r\n\r\n链，NFC\n支付，Big \n Data";
    assert_eq!(count(&terms, Rules::default(), text), [2.0, 1.0, 1.0]);
    assert_eq!(count(&["bigdata"], Rules::default(), text), [0.0]);
    assert_eq!(count(&terms, Rules { spaces: Spaces::Drop, ..Rules::default() }, text), [2.0, 1.0, 1.0]);
    assert_eq!(count(&["bigdata"], Rules { spaces: Spaces::Drop, ..Rules::default() }, text), [1.0]);
    assert_eq!(count(&terms, Rules { spaces: Spaces::Keep, ..Rules::default() }, text), [0.0; 3]);
    assert_eq!(count(&["AI"], Rules::default(), "中国 AI\nAI AI"), [3.0], "a space is a boundary");
}

#[test]
fn copying_errors_do_not_match() {
    let terms = ["O2O", "NFC支付", "EB级存储", "绿色计算", "数字金融"];
    let text = "020 NPC支付 EB 级储存 級存储 綠色计算 数学金融";
    assert_eq!(count(&terms, Rules::default(), text), [0.0; 5]);
}

#[test]
fn a_negation_reaches_as_far_as_its_window_and_its_clause() {
    let mut made = dictionary(&["大数据", "区块链"], Rules::default());
    made.contexts = vec![context("negation", &["不", "没", "无"], &["不断", "无线"], Scope::Before, Some(3))];
    let cases = [
        ("不大数据", true),
        ("不涉及大数据", true),
        ("没有任何大数据", true),
        ("不一二三大数据", true),
        ("不一二三四大数据", false),
        ("不是，大数据", false),
        ("不是。大数据", false),
        ("不是；大数据", false),
        ("不是!大数据", false),
        ("不是. 大数据", false),
        ("不到3.5大数据", false),
        ("不3.5大数据", true),
        ("不曾涉及、大数据", false),
        ("不做、大数据", true),
        ("不断推大数据", false),
        ("无线与大数据", false),
        ("不做\n大数据", true),
        ("不做\n\n大数据", false),
        ("大数据不", false),
        ("大数据", false),
    ];
    for (text, dropped) in cases {
        let expected = dropped.then(|| "negation".to_owned());
        assert_eq!(reasons(&made, text), [("大数据".to_owned(), expected)], "{text}");
    }
    let found = counted(&made, &["不用区块链，用大数据；无大数据"], 1);
    assert_eq!(
        (&found.counts[0][..], &found.counts[1][..], &found.dropped[0][..]),
        (&[1.0][..], &[0.0][..], &[2.0][..])
    );
}

#[test]
fn other_parties_are_looked_for_in_clause_or_sentence() {
    let text = "公司用大数据，客户用大数据。大数据服务于客户。";
    let dropped = |scope, window| {
        let mut made = dictionary(&["大数据"], Rules::default());
        made.contexts = vec![context("customers", &["客户"], &[], scope, window)];
        reasons(&made, text).iter().map(|(_, reason)| reason.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(dropped(Scope::Before, Some(0)), [false, false, false]);
    assert_eq!(dropped(Scope::Before, Some(1)), [false, true, false]);
    assert_eq!(dropped(Scope::Before, None), [false, true, false]);
    assert_eq!(dropped(Scope::Clause, None), [false, true, true]);
    assert_eq!(dropped(Scope::Sentence, None), [true, true, true]);
}

#[test]
fn the_first_context_that_applies_is_the_reason() {
    let mut made = dictionary(&["AI"], Rules::default());
    made.contexts = vec![
        context("negation", &["no", "not"], &[], Scope::Before, Some(10)),
        context("customers", &["customer"], &[], Scope::Sentence, None),
    ];
    let reason = |text: &str| reasons(&made, text).first().and_then(|(_, reason)| reason.clone());
    assert_eq!(reason("We do not use AI").as_deref(), Some("negation"));
    assert_eq!(reason("A notable AI"), None, "a Latin word is a whole word");
    assert_eq!(reason("No customer has AI").as_deref(), Some("customers"));
    assert_eq!(reason("A customer has no AI").as_deref(), Some("negation"));
    let chosen = Counter::new(&made, Some(&["customers".to_owned()])).expect("it is there");
    assert_eq!(chosen.contexts(), ["customers"]);
    let error = Counter::new(&made, Some(&["negatoin".to_owned()])).expect_err("it is not there").to_string();
    assert_eq!(error, "no context is named \"negatoin\"; did you mean \"negation\"?; there are: negation, customers");
}

#[test]
fn an_audit_tells_place_surroundings_and_reason() {
    let made = dictionary(&["移动互联网", "移动互联", "B2B"], Rules::default());
    let counter = Counter::new(&made, None).expect("valid");
    let documents = [Document::Missing, Document::Text("本公司的移动\n互联网与B2B2C业务".as_bytes())];
    let hits = counter.audit(&documents, 2, Some(2), &Cancel::new()).expect("not interrupted");
    let shown: Vec<_> = hits
        .iter()
        .map(|hit| (hit.document, hit.position, &*hit.before, &*hit.hit, &*hit.after, hit.reason.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [
            (1, 4, "司的", "移动\n互联网", "与B", None),
            (1, 4, "司的", "移动\n互联", "网与", Some("overlap")),
            (1, 11, "网与", "B2B", "2C", Some("boundary")),
        ]
    );
}

#[test]
fn tokens_match_as_wholes() {
    let made = dictionary(&["大数据", "金融科技", "AI"], Rules::default());
    let counter = Counter::new(&made, None).expect("valid");
    let text = "大数据大数金融科技ＡＩ ";
    let ends: Vec<i64> = ["大数据", "大数", "金融", "科技", "ＡＩ", " "]
        .iter()
        .scan(0, |end, token| {
            *end += i64::try_from(token.len()).expect("short");
            Some(*end)
        })
        .collect();
    let found = counter.count(&[Document::Tokens(text.as_bytes(), &ends)], By::Term, Some(1), &Cancel::new());
    let found = found.expect("not interrupted");
    assert_eq!(found.counts, [vec![1.0], vec![0.0], vec![1.0]]);
    assert_eq!((found.tokens[0], found.characters[0]), (5.0, 11.0));
}

#[test]
fn nothing_written_is_missing_and_never_zero() {
    let found = counted(&dictionary(&["大数据"], Rules::default()), &["", " \n　\u{feff}", "无"], 1);
    assert!(found.counts[0][..2].iter().chain(&found.characters[..2]).all(|value| value.is_nan()));
    assert_eq!((found.counts[0][2], found.total[2], found.characters[2]), (0.0, 0.0, 1.0));
}

#[test]
fn a_shared_term_counts_in_each_group_and_once_in_all() {
    let mut made = dictionary(&["大数据"], Rules { shared_terms: true, ..Rules::default() });
    made.groups.push(Group { id: "h".to_owned(), label: None, terms: vec!["大数据".to_owned(), "云".to_owned()] });
    let counter = Counter::new(&made, None).expect("allowed");
    let found = counter.count(&[Document::Text("大数据云".as_bytes())], By::Group, None, &Cancel::new()).expect("done");
    assert_eq!((found.counts, found.total), (vec![vec![1.0], vec![2.0]], vec![2.0]));
}

/// Substring counts, the plainest second implementation: every occurrence, as the text stands.
fn occurrences(term: &str, text: &str) -> f64 {
    text.char_indices().filter(|(place, _)| text[*place..].starts_with(term)).count() as f64
}

/// Terms over a small alphabet, so that they nest and overlap.
fn vocabulary() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[ab大数据网]{1,4}", 1..8).prop_map(|terms| terms.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))] // each makes a table of its own

    #[test]
    fn all_overlaps_are_all_substrings(terms in vocabulary(), text in "[ab大数据网 ，𠀀é\\n]{0,60}") {
        let keep = Rules {
            overlaps: Overlaps::All, width: Width::Keep, case: Case::Keep, spaces: Spaces::Keep,
            boundary: Boundary::None, shared_terms: false,
        };
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let found = count(&terms, keep, &text);
        if text.trim().is_empty() {
            prop_assert!(found[0].is_nan());
        } else {
            let expected: Vec<f64> = terms.iter().map(|term| occurrences(term, &text)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_longest_from_the_left_is_what_a_reader_would_take(terms in vocabulary(), text in "[ab大数据网，]{1,60}") {
        let rules = Rules { boundary: Boundary::None, ..Rules::default() };
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let mut expected = vec![0.0; terms.len()];
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            let longest = (0..terms.len()).filter(|t| rest.starts_with(terms[*t])).max_by_key(|t| terms[*t].len());
            if let Some(t) = longest {
                expected[t] += 1.0;
            }
            rest = &rest[longest.map_or(c.len_utf8(), |t| terms[t].len())..];
        }
        prop_assert_eq!(count(&terms, rules, &text), expected);
    }

    #[test]
    fn folding_while_reading_is_folding_before(
        terms in prop::collection::btree_set("[ab大据][ab大据fi k]{0,2}[ab大据]", 1..6),
        text in "[ab大据 \\n　ＡＢａﬁ㎏𝐀𠀀é，]{0,80}",
    ) {
        let rules = Rules { boundary: Boundary::None, shared_terms: true, ..all() };
        let folding = Folding::new(&rules);
        // Terms that are one after folding are one.
        let terms: std::collections::BTreeSet<String> =
            terms.iter().map(|term| folding.text(term).into_iter().collect()).collect();
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let folded: String = folding.text(&text).into_iter().collect();
        let found = counted(&dictionary(&terms, rules), &[&text], 1);
        let visible = text.chars().filter(|c| !is_space(*c)).count();
        if visible > 0 {
            let expected: Vec<f64> = terms.iter().map(|term| occurrences(term, &folded)).collect();
            prop_assert_eq!(found.counts.iter().map(|column| column[0]).collect::<Vec<_>>(), expected);
            prop_assert_eq!(found.characters[0], visible as f64);
        }
    }

    #[test]
    fn many_symbols_count_like_few(terms in vocabulary(), text in "[ab大数据网Ａ，\\n]{0,60}") {
        let few = dictionary(&terms.iter().map(String::as_str).collect::<Vec<_>>(), all());
        let mut many = few.clone();
        many.groups[0].terms.extend(('一'..='乾').filter(|c| !"大数据网".contains(*c)).map(String::from).take(400));
        let (few, many) = (counted(&few, &[&text], 1), counted(&many, &[&text], 1));
        // NaN is not equal to itself; its text is.
        prop_assert_eq!(format!("{:?}", &few.counts[..]), format!("{:?}", &many.counts[..terms.len()]));
        prop_assert_eq!(format!("{:?}", few.characters), format!("{:?}", many.characters));
    }

    #[test]
    fn threads_and_cuts_change_nothing(seed in prop::collection::vec("[ab大数据，]{0,40}", 1..20)) {
        let texts: Vec<String> = seed.iter().map(|text| text.repeat(2_000)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let made = dictionary(&["大数据", "ab", "数据"], Rules::default());
        let (one, two) = (counted(&made, &texts, 1), counted(&made, &texts, 2));
        prop_assert_eq!(format!("{one:?}"), format!("{two:?}"));
        for (i, text) in texts.iter().enumerate() {
            prop_assert_eq!(format!("{:?}", counted(&made, &[text], 1).total[0]), format!("{:?}", two.total[i]));
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut made = dictionary(&["大", "a"], Rules::default());
        made.contexts = vec![context("c", &["b"], &["ab"], Scope::Sentence, None)];
        let counter = Counter::new(&made, None).expect("valid");
        let found = counter.audit(&[Document::Text(&bytes)], 5, Some(1), &Cancel::new()).expect("not interrupted");
        prop_assert!(found.iter().all(|hit| hit.term == "大" || hit.term == "a"));
    }
}
