//! A readable twin: trees of its own, printed for the parser and evaluated row by row.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::{Expression, Input, Kind, Reasons, Scratch};

const NUMBERS: [&str; 3] = ["revenue", "rd_1", "`R&D staff`"];
const TEXTS: [&str; 2] = ["sector", "`größe`"];
const LABELS: [&str; 3] = ["micro", "it's \"small\"", ""];

#[derive(Clone, Debug)]
enum Tree {
    Literal(f64),
    Number(usize),
    Is(usize, usize, bool),
    LookupText(usize, Vec<(usize, f64)>, Option<f64>),
    LookupNumber(usize, Vec<(f64, f64)>, Option<f64>),
    Negate(Box<Tree>),
    Infix(&'static str, Box<[Tree; 2]>),
    Call(&'static str, Vec<Tree>),
}

use Tree::{Call, Infix, Is, Literal, LookupNumber, LookupText, Negate, Number};

/// Why a row has no value; evaluation stops at the first such value it meets.
#[derive(Clone, Copy, Debug)]
enum Why {
    Data,
    ZeroDenominator,
    Log,
    Overflow,
    NoMatch,
}

struct Row {
    numbers: [f64; 3],
    texts: [i32; 2],
}

fn value(tree: &Tree, row: &Row) -> Result<f64, Why> {
    let given = |x: f64| match x {
        _ if x.is_nan() => Err(Why::Data),
        _ if x.is_infinite() => Err(Why::Overflow),
        _ => Ok(x),
    };
    let label = |column: usize| usize::try_from(row.texts[column]).map_err(|_| Why::Data);
    let truth = |holds| if holds { 1.0 } else { 0.0 };
    match tree {
        Literal(x) => Ok(*x),
        Number(column) => given(row.numbers[*column]),
        Is(column, text, negated) => Ok(truth((label(*column)? == *text) != *negated)),
        LookupText(column, pairs, default) => {
            let code = label(*column)?;
            let found = pairs.iter().find(|(key, _)| *key == code);
            found.map(|p| p.1).or(*default).ok_or(Why::NoMatch)
        }
        LookupNumber(column, pairs, default) => {
            let x = given(row.numbers[*column])?;
            let found = pairs.iter().find(|(key, _)| equal(x, *key));
            found.map(|p| p.1).or(*default).ok_or(Why::NoMatch)
        }
        Negate(of) => Ok(-value(of, row)?),
        Infix(operator, sides) => {
            let (a, b) = (value(&sides[0], row)?, value(&sides[1], row)?);
            match *operator {
                "+" => given(a + b),
                "-" => given(a - b),
                "*" => given(a * b),
                "/" if b == 0.0 => Err(Why::ZeroDenominator),
                "/" => given(a / b),
                "==" => Ok(truth(equal(a, b))),
                "!=" => Ok(truth(!equal(a, b))),
                "<" => Ok(truth(a < b && !equal(a, b))),
                "<=" => Ok(truth(a < b || equal(a, b))),
                ">" => Ok(truth(a > b && !equal(a, b))),
                _ => Ok(truth(a > b || equal(a, b))),
            }
        }
        Call("if", of) => {
            let condition = value(&of[0], row)?;
            value(&of[if equal(condition, 0.0) { 2 } else { 1 }], row)
        }
        Call("coalesce", of) => {
            let mut outcomes = of.iter().map(|tree| value(tree, row));
            let last = value(&of[of.len() - 1], row);
            outcomes.find(Result::is_ok).unwrap_or(last)
        }
        Call(name, of) => {
            let all: Vec<f64> = of.iter().map(|x| value(x, row)).collect::<Result<_, _>>()?;
            let first = all[0];
            match *name {
                "abs" => Ok(first.abs()),
                "ln" if first <= 0.0 => Err(Why::Log),
                "ln" => Ok(first.ln()),
                "min" => Ok(all.iter().fold(first, |m, &x| if x < m { x } else { m })),
                _ => Ok(all.iter().fold(first, |m, &x| if x > m { x } else { m })),
            }
        }
    }
}

fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

/// How tightly the root of a tree binds.
fn strength(tree: &Tree) -> u8 {
    match tree {
        Infix("+" | "-", _) => 1,
        Infix("*" | "/", _) => 2,
        Is(..) | Infix(..) => 0,
        Negate(_) => 3,
        Literal(x) if x.is_sign_negative() => 3,
        _ => 4,
    }
}

/// The tree as source, with no parentheses that precedence makes superfluous.
fn print(tree: &Tree) -> String {
    let at_least = |tree: &Tree, wanted: u8| match print(tree) {
        inner if strength(tree) < wanted => format!("({inner})"),
        inner => inner,
    };
    let quoted = |text: usize| format!("\"{}\"", LABELS[text].replace('"', "\"\""));
    let end = |default: &Option<f64>| default.map_or(")".to_owned(), |x| format!(", {x:?})"));
    match tree {
        Literal(x) => format!("{x:?}"),
        Number(column) => NUMBERS[*column].to_owned(),
        Is(column, text, negated) => {
            let sign = if *negated { "!=" } else { "==" };
            format!("{} {sign} {}", TEXTS[*column], quoted(*text))
        }
        LookupText(column, pairs, default) => {
            let pairs = pairs.iter();
            let pairs = pairs.map(|(k, v)| format!(", {}, {v:?}", quoted(*k)));
            let pairs = pairs.collect::<Vec<_>>().concat();
            format!("lookup({}{pairs}{}", TEXTS[*column], end(default))
        }
        LookupNumber(column, pairs, default) => {
            let pairs = pairs.iter().map(|(k, v)| format!(", {k:?},{v:?}"));
            let pairs = pairs.collect::<Vec<_>>().concat();
            format!("lookup({}{pairs}{}", NUMBERS[*column], end(default))
        }
        Negate(of) => format!("-{}", at_least(of, 3)),
        Infix(operator, sides) => {
            let own = strength(tree);
            let left = at_least(&sides[0], own.max(1));
            format!("{left} {operator} {}", at_least(&sides[1], own + 1))
        }
        Call(name, of) => {
            let of: Vec<String> = of.iter().map(print).collect();
            format!("{name}({})", of.join(", "))
        }
    }
}

fn literal() -> impl Strategy<Value = f64> {
    prop_oneof![prop::sample::select(vec![0.0, 1.0, -1.0, 2.0, 0.5, 1e-9, 1e308, -1e308, 1e-300]), -10.0..10.0,]
}

fn number() -> impl Strategy<Value = f64> {
    let near = vec![f64::NAN, -0.0, 1.0 + 5e-10, 1.0 + 2e-9, 2.0 - 1e-9, f64::INFINITY];
    prop_oneof![4 => literal(), 1 => prop::sample::select(near), 1 => Just(f64::NAN)]
}

fn tree() -> impl Strategy<Value = Tree> {
    let pairs = prop::sample::subsequence(vec![0, 1, 2], 1..=3)
        .prop_flat_map(|keys| (Just(keys.clone()), prop::collection::vec(literal(), keys.len())))
        .prop_map(|(keys, values)| keys.into_iter().zip(values).collect::<Vec<_>>())
        .prop_shuffle();
    let keyed = |pairs: Vec<(usize, f64)>| {
        let key = |k: usize| [0.0, 1.0, -1e308][k];
        pairs.into_iter().map(|(k, v)| (key(k), v)).collect()
    };
    let default = || prop::option::of(literal());
    let leaf = prop_oneof![
        2 => literal().prop_map(Literal),
        6 => (0..3_usize).prop_map(Number),
        1 => (0..2_usize, 0..3_usize, any::<bool>()).prop_map(|(c, t, n)| Is(c, t, n)),
        1 => (0..2_usize, pairs.clone(), default()).prop_map(|(c, p, d)| LookupText(c, p, d)),
        1 => (0..3_usize, pairs.prop_map(keyed), default())
            .prop_map(|(c, p, d)| LookupNumber(c, p, d)),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let infix = prop::sample::select(vec!["+", "-", "*", "/", "/", "==", "!=", "<", "<=", ">", ">="]);
        let many = prop::sample::select(vec!["min", "max", "coalesce", "coalesce"]);
        let one = prop::sample::select(vec!["abs", "ln"]);
        let some = prop::collection::vec(inner.clone(), 2..5);
        prop_oneof![
            6 => (infix, inner.clone(), inner.clone())
                .prop_map(|(o, a, b)| Infix(o, Box::new([a, b]))),
            1 => inner.clone().prop_map(|a| Negate(Box::new(a))),
            1 => (one, inner.clone()).prop_map(|(f, a)| Call(f, vec![a])),
            2 => (many, some).prop_map(|(f, of)| Call(f, of)),
            2 => prop::collection::vec(inner, 3).prop_map(|of| Call("if", of)),
        ]
    })
}

/// Columns of up to three blocks (of 1024): short rows repeated, in a rhythm of their own.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = ([number(), number(), number()], [-1..3, -1..3]);
    let row = row.prop_map(|(numbers, texts)| (numbers, texts));
    let length = prop_oneof![8 => 0..20_usize, 1 => 1000..2100_usize];
    (prop::collection::vec(row, 17), length).prop_map(|(pool, length)| {
        let all = pool.into_iter().cycle().take(length);
        all.map(|(numbers, texts)| Row { numbers, texts }).collect()
    })
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.numbers, self.texts)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]

    #[test]
    fn blocks_agree_with_the_twin_bit_for_bit(trees in prop::collection::vec(tree(), 1..4), rows in rows()) {
        // One scratch for all: what a run leaves behind must not matter to the next.
        let mut scratch = Scratch::new();
        for tree in trees {
            let source = print(&tree);
            let parsed = Expression::parse(&source);
            let parsed = parsed.map_err(|error| TestCaseError::fail(format!("{error}: {source}")))?;
            let labels: Vec<String> = LABELS.iter().map(|&l| l.to_owned()).collect();
            let plain = |name: &&str| name.trim_matches('`').to_owned();
            let (numbers, texts) = (NUMBERS.iter().map(plain), TEXTS.iter().map(plain));
            let (numbers, texts): (Vec<_>, Vec<_>) = (numbers.collect(), texts.collect());
            let bound = parsed.bind(&|name| {
                if numbers.iter().any(|n| n == name) { return Some(Kind::Number); }
                texts.iter().any(|n| n == name).then_some(Kind::Text(&labels))
            });
            let bound = bound.map_err(|error| TestCaseError::fail(format!("{error}: {source}")))?;
            let number = |c: usize| rows.iter().map(|row| row.numbers[c]).collect::<Vec<_>>();
            let text = |c: usize| rows.iter().map(|row| row.texts[c]).collect::<Vec<_>>();
            let (number, text) = ([0, 1, 2].map(number), [0, 1].map(text));
            let inputs: Vec<Input<'_>> = parsed.names().iter().map(|name| {
                match numbers.iter().position(|n| n == name) {
                    Some(c) => Input::Number(&number[c]),
                    None => Input::Text(&text[texts.iter().position(|n| n == name).unwrap()]),
                }
            }).collect();
            prop_assert!(bound.fits(&inputs, rows.len()));
            let mut out = vec![7.0; rows.len()];
            let reasons = bound.evaluate(&inputs, &mut out, &mut scratch);

            let mut expected = Reasons::default();
            for (row, out) in rows.iter().zip(&out) {
                let twin = value(&tree, row);
                match twin {
                    Ok(_) | Err(Why::Data) => {}
                    Err(Why::ZeroDenominator) => expected.zero_denominator += 1,
                    Err(Why::Log) => expected.log_of_non_positive += 1,
                    Err(Why::Overflow) => expected.overflow += 1,
                    Err(Why::NoMatch) => expected.no_match += 1,
                }
                let twin = twin.unwrap_or(f64::NAN);
                prop_assert_eq!(out.to_bits(), twin.to_bits(), "{} of {:?}: {} {}", source, row, out, twin);
            }
            prop_assert_eq!(reasons, expected, "{}", source);
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in any::<Vec<u8>>()) {
        let source = String::from_utf8_lossy(&bytes);
        if let Err(error) = Expression::parse(&source) {
            prop_assert!(error.position >= 1 && error.position <= source.chars().count() + 1);
        }
    }

    #[test]
    fn no_tokens_make_parser_or_binder_panic(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "a", "b", "`c d`", "1", "2.5e-3", "1_0", "\"t\"", "'t'", "(", ")", "(", ")", ",", ",",
            "+", "-", "*", "/", "==", "!=", "<", ">=", "min(", "if(", "coalesce(", "lookup(",
            "ln(", "`", "'", "=", ".", "_", "e5", "\u{2212}",
        ]), 0..14),
        text in any::<bool>(),
    ) {
        let source = tokens.join(" ");
        let labels = ["t".to_owned()];
        let kind = if text { Kind::Text(&labels) } else { Kind::Number };
        match Expression::parse(&source).and_then(|parsed| parsed.bind(&|_| Some(kind))) {
            Ok(bound) => {
                // No inputs at all: every column is missing, and nothing panics.
                let mut out = [0.0; 3];
                bound.evaluate(&[], &mut out, &mut Scratch::new());
                prop_assert!(out.iter().all(|x| !x.is_infinite()));
            }
            Err(error) => {
                prop_assert!(error.position >= 1 && error.position <= source.chars().count() + 1);
            }
        }
    }
}
