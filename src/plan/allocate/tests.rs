//! Tests of what offers, classes, rules and prices are.
