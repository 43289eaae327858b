//! The text of every error, and the limits.
#![allow(clippy::unwrap_used)]

use super::{Expression, ExpressionError, ExpressionErrorKind, Kind, MAX_DEPTH, MAX_LENGTH, MAX_NODES};

fn error(source: &str) -> ExpressionError {
    Expression::parse(source).unwrap_err()
}

/// Each source and the whole text of its error.
fn check(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(error(source).to_string(), *expected, "{source}");
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    check(&[
        ("", "column 1: the expression is empty; expected, for example, rd / revenue"),
        ("(a + b", "column 7: expected \")\" to close the \"(\" of column 1, found end of expression"),
        ("min(a, b", "column 9: expected \")\" or \",\" after argument 2 of min, found end of expression"),
        ("a +", "column 4: expected a number, a column, a function or \"(\", found end of expression"),
        ("a)", "column 2: found \")\" without a \"(\" before it; remove it"),
        (
            "a < b < c",
            "column 7: comparisons cannot be chained (a < b < c); for \"both hold\", write min(a < b, b < c)",
        ),
        ("a = b", "column 3: unexpected \"=\"; to compare, write =="),
        ("a ** 2", "column 3: unexpected \"**\"; there is no power operator; write x * x"),
        ("a ≤ b", "column 3: unexpected \"≤\"; write <="),
        ("é + .5", "column 5: unexpected \".\"; a number starts with a digit; write 0.5"),
        (
            "a b",
            "column 3: expected an operator or the end of the expression, found name `b`; a column name with blanks goes in backticks, `my column`",
        ),
        (
            "a and b",
            "column 3: expected an operator or the end of the expression, found name `and`; for \"both hold\", write min(a, b)",
        ),
        (
            "0,5",
            "column 2: expected an operator or the end of the expression, found \",\"; the decimal mark is \".\" (0.5), thousands are parted by \"_\" (1_000)",
        ),
        (
            "5g",
            "column 2: unexpected 'g' after number 5; put an operator between them (2 * x), or, if this is a column name, backticks around it (`2x`)",
        ),
        (
            "2employees",
            "column 2: unexpected 'e' after number 2; put an operator between them (2 * x), or, if this is a column name, backticks around it (`2x`)",
        ),
        ("1__0", "column 3: expected a digit here, found '_'; numbers look like 1, 0.5, 50e6, 1_000_000"),
        (
            "1e999",
            "column 1: number 1e999 is outside what a 64-bit number can hold (about 1e-323 to 1e308); use another unit of measurement",
        ),
        ("a == 'x", "column 6: expected ' at the end of the text that starts here, found end of expression"),
        ("a + ``", "column 5: expected a column name between the backticks, found none"),
        (
            "a + 'x'",
            "column 5: expected a number, found text \"x\"; a text can stand only beside == or != and as a key of lookup (a column name takes no quotes, or backticks)",
        ),
        ("a + 1 == 'x'", "column 7: text \"x\" can be compared with a column alone, as in sector == \"C\""),
        (
            "a < 'x'",
            "column 3: a text has no order: expected == or !=, found \"<\"; to order answers, give each a number by lookup",
        ),
    ]);
}

#[test]
fn errors_in_calls_show_how_to_write_them() {
    check(&[
        (
            "log(a)",
            "column 1: unknown function log; did you mean ln? The functions are min, max, abs, ln, if, coalesce, lookup",
        ),
        (
            "1 + Coalese(a)",
            "column 5: unknown function Coalese; did you mean coalesce? The functions are min, max, abs, ln, if, coalesce, lookup",
        ),
        ("sqrt(a)", "column 1: unknown function sqrt; the functions are min, max, abs, ln, if, coalesce, lookup"),
        ("abs(a, b)", "column 1: abs takes one argument, found 2; write abs(x)"),
        ("if(a, b)", "column 1: if takes three arguments, found 2; write if(condition, then, else)"),
        ("min()", "column 1: min takes two arguments or more, found 0; write min(a, b, ...)"),
        (
            "lookup(a + 1, 1, 2)",
            "column 10: expected \",\" after column `a`, found \"+\"; the first argument of lookup is a column alone: make a derived column of the formula and look that up",
        ),
        (
            "lookup(1, 1, 2)",
            "column 8: expected a column as the first argument of lookup, found number 1; write lookup(column, key, value, ..., default)",
        ),
        (
            "lookup(a, 5)",
            "column 1: lookup takes one key and value at least, found none; write lookup(column, key, value, ..., default)",
        ),
        (
            "lookup(a, 'x')",
            "column 14: expected \",\" and a value after a key of lookup, found \")\"; write lookup(column, key, value, ..., default)",
        ),
        (
            "lookup(a, 1, b)",
            "column 14: expected the value of the key (a number) in lookup, found name `b`; values are plain numbers: for a formula, use if(column == key, then, else)",
        ),
        (
            "lookup(a, 1, 2, 'x', 3)",
            "column 17: the keys of lookup are numbers and texts; expected one kind, that of the column",
        ),
        (
            "lookup(a, 2, 2, 1, 5, 2, 3)",
            "column 23: key 2 of lookup is the same number as key 2 (within the tolerance of comparisons); keep one of them",
        ),
        ("lookup(a, 'x', 2, 'x', 3)", "column 19: key \"x\" of lookup appears twice; keep one of them"),
    ]);
}

#[test]
fn binding_checks_every_use() {
    let labels = ["x".to_owned()];
    let kind = |name: &str| match name {
        "n" => Some(Kind::Number),
        "s" => Some(Kind::Text(&labels)),
        _ => None,
    };
    let text = "is text; expected a number. A text column can be compared with a text by == or \
                !=, or be the first argument of lookup";
    for (source, expected) in [
        ("n + revenu", "column 5: there is no column `revenu`; check the spelling, or map the name to a column of the data".to_owned()),
        ("n + (t == 'x')", "column 6: there is no column `t`; check the spelling, or map the name to a column of the data".to_owned()),
        ("n + s", format!("column 5: column `s` {text}")),
        ("coalesce(n, s)", format!("column 13: column `s` {text}")),
        ("s == s", format!("column 1: column `s` {text}")),
        ("1 + ('x' == n)", "column 13: column `n` holds numbers and is compared with text \"x\"; compare it with a number, without quotes".to_owned()),
        ("lookup(n, 'x', 1)", "column 8: column `n` holds numbers and the keys of lookup are texts; write the keys without quotes".to_owned()),
        ("lookup(s, 1, 1)", "column 8: column `s` is text and the keys of lookup are numbers; write the keys in quotes".to_owned()),
    ] {
        let error = Expression::parse(source).unwrap().bind(&kind).unwrap_err();
        assert_eq!(error.to_string(), expected, "{source}");
    }
}

#[test]
fn limits_are_exact_and_named() {
    use ExpressionErrorKind::{TooDeep, TooLong, TooManyNodes};
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Expression::parse(&nested(MAX_DEPTH)).is_ok());
    let deep = error(&nested(MAX_DEPTH + 1));
    assert_eq!((deep.kind, deep.position), (TooDeep, MAX_DEPTH + 1));
    let calls = format!("{}a", "abs(".repeat(MAX_DEPTH + 1));
    assert_eq!(error(&calls).kind, TooDeep);

    // n columns and n - 1 operators; MAX_NODES is even.
    let sum = |columns: usize| vec!["a"; columns].join("+");
    assert!(Expression::parse(&format!("-{}", sum(MAX_NODES / 2))).is_ok());
    assert_eq!(error(&sum(MAX_NODES / 2 + 1)).kind, TooManyNodes);
    assert_eq!(error(&format!("{}a", "-".repeat(9_000))).kind, TooManyNodes);

    assert!(Expression::parse(&format!("a{}", " ".repeat(MAX_LENGTH - 1))).is_ok());
    let long = error(&format!("a{}", " ".repeat(MAX_LENGTH)));
    assert_eq!((long.kind, long.position), (TooLong, MAX_LENGTH + 1));
    assert_eq!(error(&"(".repeat(1_000_000)).kind, TooLong);
}

#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    let level = "if(a, b, a < b + c * -";
    let source = format!("{}a{}", level.repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
    let parse = move || Expression::parse(&source).is_ok();
    // 128 KiB when optimized; an unoptimized build takes up to 768.
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    assert!(thread.spawn(parse).unwrap().join().unwrap());
}
