//! Marks for estimates that rest on little.
//!
//! Offices have rules of their own; both thresholds are the caller's to set, and there are no official ones here.

/// What is wrong with an estimate, in words; nothing where all is well.
///
/// `few`: fewer than `min_rows` rows underneath. `uncertain`: a standard error above `max_cv` times the size of the
/// estimate, or none. An estimate of zero with a standard error of zero (nobody in the sample has it) has no
/// coefficient of variation, and only the number of rows can mark it. `missing`: there is no estimate.
pub fn flag(rows: i64, value: f64, se: f64, min_rows: i64, max_cv: f64) -> &'static str {
    if value.is_nan() {
        return "missing";
    }
    let uncertain = se.is_nan() || se > max_cv * value.abs();
    match (rows < min_rows, uncertain) {
        (true, true) => "few, uncertain",
        (true, false) => "few",
        (false, true) => "uncertain",
        (false, false) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_cases() {
        for (rows, value, se, expected) in [
            (30, 0.5, 0.15, ""),
            (29, 0.5, 0.15, "few"),
            (30, 0.5, 0.151, "uncertain"),
            (30, -0.5, 0.1, ""),
            (1, 0.5, f64::NAN, "few, uncertain"),
            (30, 0.0, 0.0, ""),
            (30, 0.0, 0.1, "uncertain"),
            (0, f64::NAN, f64::NAN, "missing"),
        ] {
            assert_eq!(flag(rows, value, se, 30, 0.3), expected, "{rows} {value} {se}");
        }
    }
}
