//! `winsorize`: outliers are capped until the column is no longer an outlier column, else it goes through a second method.
//!
//! A column passes when |skewness| < 2 or excess kurtosis < 3.5 (both strict). Otherwise, while it fails and fewer than
//! `count` points are treated: where skewness >= 0, every point at the maximum gets the largest value below it, else every
//! point at the minimum the smallest value above it. Points add up over merged ties, so that the last step may treat more
//! than `count`; `strict` stops before it. A column that still fails goes through `then` as it came (or as capped, with
//! `combine`), and stays there with a warning if it fails even then. Columns with fewer than 4 values or no spread are left
//! alone, with a warning. OECD/JRC (2008), step 4, doi:10.1787/9789264043466-en; Becker et al. (2022),
//! doi:10.21105/joss.04567.

use serde::{Deserialize, Serialize};

use super::boxcox::{Boxcox, Lambda};
use super::{Check, Curve, Log, LogForm, Sample, TreatMethod, Treated};
use crate::numeric::Distribution;

/// Winsorizing by a test of skewness and kurtosis. What is not set has the default of the method.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Winsorize {
    /// The least |skewness| of an outlier column (2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skewness: Option<f64>,
    /// The least excess kurtosis of an outlier column (3.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kurtosis: Option<f64>,
    /// How many points may be treated (5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<Limit>,
    /// Whether a step that would treat more points than that is left out (no).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
    /// What follows when winsorizing does not help (`log`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Then>,
    /// Whether that starts from the capped values (no: from the values as they came).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub combine: Option<bool>,
}

/// A number of points, or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Limit {
    /// So many.
    Points(u64),
    /// As many as it takes.
    Unlimited(Unlimited),
}

/// The word for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unlimited {
    /// No limit.
    Unlimited,
}

/// What follows when winsorizing does not help.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Nothing: the capped column stays, with a warning.
    None,
    /// A logarithm, by form.
    Log(LogForm),
    /// A power transform, by exponent.
    Boxcox(Lambda),
}

struct Settings {
    skewness: f64,
    kurtosis: f64,
    count: u64,
    strict: bool,
    then: Then,
    combine: bool,
}

impl Winsorize {
    fn settings(&self) -> Settings {
        Settings {
            skewness: self.skewness.unwrap_or(2.0),
            kurtosis: self.kurtosis.unwrap_or(3.5),
            count: match self.count {
                None => 5,
                Some(Limit::Points(points)) => points,
                Some(Limit::Unlimited(_)) => u64::MAX,
            },
            strict: self.strict.unwrap_or(false),
            then: self.then.clone().unwrap_or(Then::Log(LogForm::Offset)),
            combine: self.combine.unwrap_or(false),
        }
    }
}

impl Settings {
    /// The test; none where skewness or kurtosis is not defined.
    fn judge(&self, check: Check) -> Check {
        let passes = check.skewness.zip(check.kurtosis).map(|(s, k)| s.abs() < self.skewness || k < self.kurtosis);
        Check { passes, ..check }
    }

    /// Caps one value after the other until the column passes; of a long column only the tails are sorted.
    fn walk_tails(&self, sample: &Sample<'_>, before: Check) -> Option<Walked> {
        let points = usize::try_from(self.count).unwrap_or(usize::MAX).saturating_add(2);
        let (tails, distinct) = sample.tails(points)?;
        self.walk(sample, before, &tails, Some(distinct))
    }

    /// The same on sorted values. Of tails the distinct values of the lower one are given: then nothing comes of it where a
    /// step would need values between the tails.
    fn walk(&self, sample: &Sample<'_>, before: Check, sorted: &Distribution, lower: Option<usize>) -> Option<Walked> {
        let (values, counts) = (sorted.values(), sorted.counts());
        // The lowest and highest distinct values that are still their own, and the points beyond them.
        let (mut first, mut last) = (0, values.len().checked_sub(1)?);
        let (mut low, mut high) = (0, 0);
        let mut check = before;
        let mut stopped = None;
        while check.passes == Some(false) && low + high < self.count {
            let upper = check.skewness.is_some_and(|skewness| skewness >= 0.0);
            if lower.is_some_and(|lower| if upper { last <= lower } else { first + 1 >= lower }) {
                return None;
            }
            if last - first < 2 {
                stopped = Some("too few distinct values are left");
                break;
            }
            let more = if upper { counts[last] } else { counts[first] };
            if self.strict && low + high + more > self.count {
                stopped = Some("the next step would treat more points than allowed");
                break;
            }
            if upper {
                (last, high) = (last - 1, high + more);
            } else {
                (first, low) = (first + 1, low + more);
            }
            check = self.judge(sample.shape_within(values[first], values[last]));
        }
        Some(Walked { low, high, caps: [values[first], values[last]], check, stopped })
    }
}

/// How far a column was capped.
#[derive(Debug, Clone, PartialEq, Default)]
struct Walked {
    low: u64,
    high: u64,
    caps: [f64; 2],
    check: Check,
    stopped: Option<&'static str>,
}

impl TreatMethod for Winsorize {
    fn learn(&self, sample: &Sample<'_>) -> Result<Treated, String> {
        let settings = self.settings();
        let before = settings.judge(sample.shape());
        let mut treated = Treated { checks: vec![before], ..Treated::default() };
        match before.passes {
            None => {
                let why = if sample.len() < 4 { "has fewer than 4 values" } else { "does not vary" };
                treated.warning = Some(format!("{why}, so outliers have no meaning; it is left as it is"));
                return Ok(treated);
            }
            Some(true) => return Ok(treated),
            Some(false) => {}
        }
        let walked = settings.walk_tails(sample, before);
        let Walked { low, high, caps: [least, most], check, stopped } =
            walked.or_else(|| settings.walk(sample, before, sample.distribution(), None)).unwrap_or_default();
        treated.checks.push(check);
        let caps = |treated: &mut Treated| {
            (treated.low_count, treated.high_count) = (low, high);
            treated.low = (low > 0).then_some(least);
            treated.high = (high > 0).then_some(most);
        };
        if check.passes == Some(true) || settings.then == Then::None {
            caps(&mut treated);
            if check.passes != Some(true) {
                let why = stopped.map(|why| format!(" ({why})")).unwrap_or_default();
                treated.warning = Some(format!("still fails the test after {} points{why}", low + high));
            }
            return Ok(treated);
        }
        let capped;
        let start = if settings.combine {
            caps(&mut treated);
            capped = sample.map(|x| x.max(least).min(most));
            &Sample::new(&capped)
        } else {
            sample
        };
        let curve = settings.then.curve(start)?;
        let curved = start.curved(curve);
        let after = settings.judge(Sample::new(&curved).shape());
        treated.curve = Some(curve);
        treated.checks.push(after);
        if after.passes != Some(true) {
            treated.warning = Some(format!("still fails the test after {}", curve.formula()));
        }
        Ok(treated)
    }

    fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (name, value) in [("skewness", self.skewness), ("kurtosis", self.kurtosis)] {
            if value.is_some_and(|value| !(value.is_finite() && value > 0.0)) {
                problems.push((name.to_owned(), "expected a number above 0".to_owned()));
            }
        }
        if let Some(Then::Boxcox(lambda)) = &self.then {
            problems.extend(lambda.problem().map(|message| ("then.boxcox".to_owned(), message)));
        }
        problems
    }

    fn formula(&self) -> String {
        let settings = self.settings();
        let then = match &settings.then {
            Then::None => String::new(),
            Then::Log(form) => format!("; if that does not help, {}", form.formula()),
            Then::Boxcox(lambda) => format!("; if that does not help, {}", lambda.formula()),
        };
        let count =
            if settings.count == u64::MAX { "any number of".to_owned() } else { format!("up to {}", settings.count) };
        format!(
            "where |skewness| >= {} and kurtosis >= {}, {count} points are capped one value at a time{then}",
            settings.skewness, settings.kurtosis
        )
    }

    fn latex(&self) -> String {
        let then = match &self.settings().then {
            Then::None => String::new(),
            Then::Log(form) => format!(r",\quad\text{{else }} x' = {}", form.latex()),
            Then::Boxcox(lambda) => format!(r",\quad\text{{else }} x' = {}", lambda.latex()),
        };
        format!(r"x' = \min(\max(x, \ell), u){then}")
    }

    fn references(&self) -> &'static [&'static str] {
        &[
            "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4, doi:10.1787/9789264043466-en",
            "Becker et al. (2022), doi:10.21105/joss.04567",
        ]
    }
}

impl Then {
    fn curve(&self, values: &Sample<'_>) -> Result<Curve, String> {
        let treated = match self {
            Self::None => return Err("no curve is asked for".to_owned()),
            Self::Log(form) => Log { form: Some(*form) }.learn(values)?,
            Self::Boxcox(lambda) => Boxcox { lambda: Some(*lambda) }.learn(values)?,
        };
        treated.curve.ok_or_else(|| "no curve can be fitted to this column".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tails_are_enough_or_say_that_they_are_not(
            bulk in prop::collection::vec(-4i32..5, 60..300), far in prop::collection::vec(-90i32..90, 1..9),
            points in 1u64..9, strict: bool,
        ) {
            let values: Vec<f64> = bulk.iter().chain(&far).map(|x| f64::from(*x) * 0.7).collect();
            let sample = Sample::new(&values);
            let method = Winsorize { count: Some(Limit::Points(points)), strict: Some(strict), ..Winsorize::default() };
            let settings = method.settings();
            let before = settings.judge(sample.shape());
            let whole = settings.walk(&sample, before, sample.distribution(), None);
            if let Some(found) = settings.walk_tails(&sample, before) {
                prop_assert_eq!(Some(found), whole);
            }
        }
    }

    #[test]
    fn far_points_of_a_long_column_need_no_more_than_tails() {
        let values: Vec<f64> =
            (0..1000).map(|i| if i < 3 { 1e4 * f64::from(i + 1) } else { f64::from(i % 97) }).collect();
        let (sample, settings) = (Sample::new(&values), Winsorize::default().settings());
        let before = settings.judge(sample.shape());
        let found = settings.walk_tails(&sample, before).expect("tails suffice");
        assert_eq!((found.low, found.high, found.caps, found.check.passes), (0, 3, [0.0, 96.0], Some(true)));
        // Ties on the outer values: what lies between them is needed.
        let tied: Vec<f64> = (0..1000).map(|i| if i < 900 { 0.0 } else { f64::from(i / 990) * 50.0 + 1.0 }).collect();
        let sample = Sample::new(&tied);
        let before = settings.judge(sample.shape());
        assert_eq!((before.passes, settings.walk_tails(&sample, before)), (Some(false), None));
    }
}
