//! Known values.
#![allow(clippy::unwrap_used)]

use super::{Expression, Input, Kind, MAX_NODES, Reasons, Scratch};

const NAN: f64 = f64::NAN;

/// Evaluates over number columns `a`, `b`, `c` of one value each.
fn row(source: &str, values: [f64; 3]) -> (f64, Reasons) {
    let parsed = Expression::parse(source).unwrap();
    let bound = parsed.bind(&|_| Some(Kind::Number)).unwrap();
    let columns = values.map(|value| [value]);
    let names = ["a", "b", "c"];
    let place = |name: &String| names.iter().position(|n| n == name).unwrap();
    let inputs = parsed.names().iter();
    let inputs: Vec<_> = inputs.map(|name| Input::Number(&columns[place(name)])).collect();
    let mut out = [0.0];
    let reasons = bound.evaluate(&inputs, &mut out, &mut Scratch::new());
    (out[0], reasons)
}

/// A value without a reason.
fn value(source: &str, values: [f64; 3]) -> f64 {
    let (value, reasons) = row(source, values);
    assert!(reasons.is_empty(), "{source}: {reasons:?}");
    value
}

/// The reasons of a missing value: zero denominator, logarithm, overflow, no match.
fn missing(source: &str, values: [f64; 3]) -> [u64; 4] {
    let (value, reasons) = row(source, values);
    assert!(value.is_nan(), "{source}: {value}");
    [reasons.zero_denominator, reasons.log_of_non_positive, reasons.overflow, reasons.no_match]
}

fn same(found: f64, expected: f64, of: &str) {
    assert_eq!(found.to_bits(), expected.to_bits(), "{of}: {found}");
}

#[test]
fn arithmetic_follows_the_usual_precedence() {
    for (source, expected) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("10 - 4 - 3", 3.0),
        ("16 / 4 / 2", 2.0),
        ("-2 * 3", -6.0),
        ("2 - -3", 5.0),
        ("2---3", -1.0),
        ("-(1 + 2)", -3.0),
        ("1 + 1 < 1 * 3", 1.0),
        ("(1 < 2) + (3 < 2)", 1.0),
        ("1_000_000", 1e6),
        ("50e6", 5e7),
        ("2.5E-3", 0.0025),
        ("0.1_5", 0.15),
        ("min(3, 1, 2)", 1.0),
        ("max(3, 1, 2) - abs(-3)", 0.0),
        ("ln(1)", 0.0),
        ("if(2 > 1, 10, 20)", 10.0),
        ("lookup(a, 1, 10, -2, -20, 0)", -20.0),
    ] {
        same(value(source, [-2.0, 0.0, 0.0]), expected, source);
    }
}

#[test]
fn missing_in_missing_out() {
    for source in [
        "a",
        "-a",
        "a + b",
        "b - a",
        "a * 0",
        "0 / a",
        "a == a",
        "b != a",
        "a < b",
        "min(b, a)",
        "max(a, b)",
        "abs(a)",
        "ln(a)",
        "if(a, b, c)",
        "if(b, a, c)",
        "coalesce(a, a)",
        "lookup(a, 1, 2)",
        "lookup(a, 1, 2, 3)",
        "ln(a) / 0",
        "a / 0",
    ] {
        assert_eq!(missing(source, [NAN, 1.0, 2.0]), [0; 4], "{source}");
    }
    same(value("coalesce(a, b)", [NAN, 1.0, 2.0]), 1.0, "coalesce");
    same(value("if(b, c, a)", [NAN, 1.0, 2.0]), 2.0, "if");
}

#[test]
fn each_reason_has_its_case() {
    let zero = [0.0, 1.0, 2.0];
    assert_eq!(missing("b / a", zero), [1, 0, 0, 0]);
    assert_eq!(missing("a / a", zero), [1, 0, 0, 0]);
    assert_eq!(missing("b / -a", zero), [1, 0, 0, 0]);
    assert_eq!(missing("ln(a)", zero), [0, 1, 0, 0]);
    assert_eq!(missing("ln(a - b)", zero), [0, 1, 0, 0]);
    assert_eq!(missing("c * 1e308", zero), [0, 0, 1, 0]);
    assert_eq!(missing("-1e308 - 1e308", zero), [0, 0, 1, 0]);
    assert_eq!(missing("b / 1e-310", zero), [0, 0, 1, 0]);
    assert_eq!(missing("a", [f64::INFINITY, 1.0, 2.0]), [0, 0, 1, 0]);
    assert_eq!(missing("lookup(a, 1, 2)", zero), [0, 0, 0, 1]);
}

#[test]
fn reasons_are_those_of_the_final_value() {
    let zero = [0.0, 1.0, NAN];
    // Not taken, not needed, or observed after all.
    same(value("if(a == 0, 5, b / a)", zero), 5.0, "other branch");
    same(value("coalesce(b, b / a)", zero), 1.0, "after the first observed");
    same(value("coalesce(b / a, ln(a), b)", zero), 1.0, "before the first observed");
    // Taken, or nothing found: the last argument decides.
    assert_eq!(missing("if(a == 0, b / a, 5)", zero), [1, 0, 0, 0]);
    assert_eq!(missing("if(b / a, 1, 2)", zero), [1, 0, 0, 0]);
    assert_eq!(missing("coalesce(c, b / a)", zero), [1, 0, 0, 0]);
    assert_eq!(missing("coalesce(b / a, c)", zero), [0; 4]);
    // The first missing argument decides, and a row counts once.
    assert_eq!(missing("b / a + ln(a)", zero), [1, 0, 0, 0]);
    assert_eq!(missing("ln(a) + b / a", zero), [0, 1, 0, 0]);
    assert_eq!(missing("c + b / a", zero), [0; 4]);
    assert_eq!(missing("min(b / a, c)", zero), [1, 0, 0, 0]);
}

#[test]
fn a_value_within_the_tolerance_is_equal() {
    // 0.1 + 0.2 is 4e-17 from 0.3.
    for (source, expected) in [
        ("0.1 + 0.2 == 0.3", 1.0),
        ("0.1 + 0.2 != 0.3", 0.0),
        ("0.1 + 0.2 <= 0.3", 1.0),
        ("0.1 + 0.2 > 0.3", 0.0),
        ("0.3 >= 0.1 + 0.2", 1.0),
        ("0.3 < 0.1 + 0.2", 0.0),
        // Relative beyond 1, absolute below.
        ("1e12 + 999 == 1e12", 1.0),
        ("1e12 + 1001 == 1e12", 0.0),
        ("1e12 + 1001 > 1e12", 1.0),
        ("0.9e-9 == 0", 1.0),
        ("1.1e-9 == 0", 0.0),
        ("1.1e-9 > 0", 1.0),
        ("1e308 == -1e308", 0.0),
        ("lookup(a, 0, 5)", 5.0),
        ("if(a, 1, 2)", 2.0),
        // A denominator is zero only when it is.
        ("a / 0.5e-9", 1.0),
    ] {
        same(value(source, [0.5e-9, 0.0, 0.0]), expected, source);
    }
}

#[test]
fn text_is_compared_and_looked_up() {
    let labels = ["C", "it's", "J"].map(str::to_owned);
    let codes = [0, 1, 2, -1, 3];
    for (source, expected, no_match) in [
        ("s == 'C'", [1.0, 0.0, 0.0, NAN, NAN], 0),
        ("'C' != s", [0.0, 1.0, 1.0, NAN, NAN], 0),
        ("(s) == \"it's\"", [0.0, 1.0, 0.0, NAN, NAN], 0),
        ("s == 'it''s'", [0.0, 1.0, 0.0, NAN, NAN], 0),
        ("s == 'other'", [0.0, 0.0, 0.0, NAN, NAN], 0),
        ("lookup(s, 'J', 3, 'C', 1)", [1.0, NAN, 3.0, NAN, NAN], 1),
        ("lookup(s, 'J', 3, -1)", [-1.0, -1.0, 3.0, NAN, NAN], 0),
    ] {
        let parsed = Expression::parse(source).unwrap();
        assert_eq!(parsed.names(), ["s"]);
        let bound = parsed.bind(&|_| Some(Kind::Text(&labels))).unwrap();
        let mut out = [9.0; 5];
        let reasons = bound.evaluate(&[Input::Text(&codes)], &mut out, &mut Scratch::new());
        for (found, expected) in out.iter().zip(expected) {
            same(*found, expected, source);
        }
        assert_eq!(reasons.no_match, no_match, "{source}");
    }
}

#[test]
fn names_are_kept_in_order_of_first_use() {
    let source = "规模.2 + `my column` * `tick``s` - 规模.2 + min + _x1 + if(lookup(k, 1, 2), é, k)";
    let parsed = Expression::parse(source).unwrap();
    let expected = ["规模.2", "my column", "tick`s", "min", "_x1", "k", "é"];
    assert_eq!(parsed.names(), expected);
    assert_eq!(parsed.source(), source);
    assert_eq!(parsed.clone(), parsed);
}

#[test]
fn inputs_that_do_not_fit_are_missing() {
    let labels = ["x".to_owned()];
    let parsed = Expression::parse("a + (s == 'x')").unwrap();
    let bound = parsed.bind(&|name| Some(if name == "s" { Kind::Text(&labels) } else { Kind::Number })).unwrap();
    let (long, short) = (Input::Number(&[1.0, 2.0]), Input::Number(&[1.0]));
    let text = Input::Text(&[0, 0]);
    assert!(bound.fits(&[long, text], 2));
    // Memory that holds the values of another run.
    let mut scratch = Scratch::new();
    bound.evaluate(&[long, text], &mut [0.0; 2], &mut scratch);
    for inputs in [&[short, text][..], &[long], &[text, long], &[]] {
        assert!(!bound.fits(inputs, 2));
        let mut out = [0.0; 2];
        let reasons = bound.evaluate(inputs, &mut out, &mut scratch);
        assert!(out[1].is_nan() && reasons.is_empty());
    }
}

#[test]
fn reasons_merge() {
    let mut sum = Reasons::default();
    assert!(sum.is_empty());
    let other = Reasons { zero_denominator: 1, log_of_non_positive: 2, overflow: 3, no_match: 4 };
    sum.merge(other);
    assert_eq!(sum, other);
    sum.merge(other);
    assert_eq!([sum.zero_denominator, sum.no_match], [2, 8]);
    assert!(!sum.is_empty());
}

#[test]
fn the_longest_sum_runs() {
    let sum = vec!["a"; MAX_NODES / 2].join(" + ");
    same(value(&sum, [1.0, 0.0, 0.0]), 1000.0, "sum");
    same(value(&format!("-{sum}"), [1.0, 0.0, 0.0]), 998.0, "sum");
}
