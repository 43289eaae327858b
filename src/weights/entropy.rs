//! `entropy`: indicators that differ more between rows weigh more.
//!
//! With scores z >= 0 over N rows: p = z / sum(z), e = -sum(p ln p) / ln(N) with 0 ln 0 = 0, d = 1 - e, w = d / sum(d).
//! One pass suffices, because with S = sum(z) and T = sum(z ln z) the entropy is ln(S) - T / S. The weights describe
//! dispersion in this sample, not importance. Zou, Yun and Sun (2006), doi:10.1016/S1001-0742(06)60032-6.
//!
//! Programs differ in what they do about zeros and in what they divide by; each habit is an option, and some have a name
//! (`preset`). Proportions do not change with the unit of the scores, so that x / max, x / sum and x / norm give the weights of x.

use serde::{Deserialize, Serialize};

use super::gaps::{self, Gaps};
use super::{FittedWeights, Over, Tally, WeightMethod};
use crate::numeric::log::sum_and_x_ln_x;

/// Entropy weights.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entropy {
    /// Which nodes the weights are fitted on.
    #[serde(skip_serializing_if = "gaps::is_children")]
    pub over: Over,
    /// The habits of a program; what is set here besides goes before them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// What a proportion of zero does; there is one right answer, which may be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero: Option<ZeroRule>,
    /// What is added to the scores before the proportions are taken; they alone are shifted, not what is aggregated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shift>,
    /// Scores become a + (1 - a) z before the proportions are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smooth: Option<f64>,
    /// What is added to the proportion inside the logarithm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
    /// What the entropy is divided by (`ln_rows`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalizer: Option<Normalizer>,
    /// Which rows count when scores are missing. There is no silent default: with missing scores one must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Gaps>,
}

/// Habits of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// `ewm` of Stata (SSC, 2024): 0 ln 0 = 0, over all rows; its options are `shift` and `smooth`.
    StataEwm,
    /// SPSSAU: where a column has values of 0 or below, |minimum| + 0.01 is added to it.
    Spssau,
    /// Common MATLAB scripts: 0.001 is added to the scores.
    MatlabShift,
    /// A much copied Stata script: sums over all rows, divided by the ln of the number of periods. It turns the weights
    /// around, and is here to reproduce published numbers only.
    CopiedLnT,
}

/// What a proportion of zero does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroRule {
    /// 0 ln 0 = 0, the limit.
    Limit,
}

/// What is added to the scores.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Shift {
    /// This number.
    By(f64),
    /// By a rule.
    Rule(ShiftRule),
}

/// Rules of what is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftRule {
    /// |minimum| + 0.01 for a node with a score of 0 or below, nothing for others.
    Nonpositive,
}

/// What the entropy is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalizer {
    /// ln of the number of rows in the sum: the entropy is then in [0, 1].
    #[default]
    LnRows,
    /// ln of this number, of periods or of units: wrong where the sum is over both.
    Ln(f64),
}

/// The options after the preset.
struct Settings {
    shift: Shift,
    epsilon: f64,
    normalizer: Normalizer,
}

impl Entropy {
    fn settings(&self) -> Settings {
        let shift = match self.preset {
            Some(Preset::Spssau) => Shift::Rule(ShiftRule::Nonpositive),
            Some(Preset::MatlabShift) => Shift::By(0.001),
            _ => Shift::By(0.0),
        };
        // p of a + (1 - a) z is p of z + a / (1 - a).
        let smooth = self.smooth.map(|a| Shift::By(a / (1.0 - a)));
        Settings {
            shift: self.shift.or(smooth).unwrap_or(shift),
            epsilon: self.epsilon.unwrap_or(0.0),
            normalizer: self.normalizer.unwrap_or_default(),
        }
    }
}

impl WeightMethod for Entropy {
    fn over(&self) -> Over {
        self.over
    }

    fn passes(&self) -> usize {
        let settings = self.settings();
        if settings.epsilon > 0.0 || matches!(settings.shift, Shift::Rule(_)) { 2 } else { 1 }
    }

    fn update(&self, nodes: &[&[f64]], before: &[Tally], tally: &mut Tally) {
        let settings = self.settings();
        if self.passes() == 2 && before.is_empty() {
            gaps::see(nodes, self.missing, tally);
            return;
        }
        tally.reserve(nodes.len(), 2 * nodes.len());
        tally.rows += nodes.first().map_or(0, |node| node.len()) as u64;
        let counted = gaps::counted(nodes, self.missing);
        let mut used: Vec<f64> = Vec::new();
        for (i, node) in counted.iter().enumerate() {
            let shift = settings.shift_of(i, before);
            if shift == 0.0 && settings.epsilon == 0.0 {
                // A missing or negative score makes the sums missing: only then is it worth to look closer.
                let (sum, x_ln_x) = sum_and_x_ln_x(node);
                if x_ln_x.is_finite() {
                    tally.counts[i] += node.len() as u64;
                    tally.sums[2 * i].add(sum);
                    tally.sums[2 * i + 1].add(x_ln_x);
                    continue;
                }
            }
            used.clear();
            used.extend(node.iter().filter(|z| !z.is_nan()).map(|z| z + shift));
            let negative = used.iter().filter(|z| **z < 0.0).count();
            tally.refused[i] += negative as u64;
            tally.counts[i] += used.len() as u64;
            if negative > 0 {
                continue;
            }
            if settings.epsilon > 0.0 {
                let total = settings.total(i, before);
                let terms = used.iter().map(|z| z / total).filter(|p| *p > 0.0);
                tally.sums[2 * i].add(used.iter().sum());
                terms.for_each(|p| tally.sums[2 * i + 1].add(p * (p + settings.epsilon).ln()));
            } else {
                let (sum, x_ln_x) = sum_and_x_ln_x(&used);
                tally.sums[2 * i].add(sum);
                tally.sums[2 * i + 1].add(x_ln_x);
            }
        }
    }

    fn weights(&self, names: &[&str], tallies: &[Tally]) -> Result<FittedWeights, String> {
        let (tally, settings) = (super::last(tallies), self.settings());
        let count = |i: usize| tally.counts.get(i).copied().unwrap_or(0);
        if let Some(i) = (0..names.len()).find(|i| tally.refused.get(*i).is_some_and(|count| *count > 0)) {
            let name = names[i];
            return Err(format!(
                "{name:?} has negative scores; entropy needs scores of at least 0, such as minmax gives"
            ));
        }
        let seen = gaps::Seen::new("entropy", names, self.missing, tally, count)?;
        let (mut entropies, mut divergences) = (Vec::new(), Vec::new());
        for i in 0..names.len() {
            let most = (count(i) as f64).ln();
            let divisor = match settings.normalizer {
                Normalizer::LnRows => most,
                Normalizer::Ln(number) => number.ln(),
            };
            let (sum, second) =
                tally.sums.get(2 * i + 1).map_or((0.0, 0.0), |x| (tally.sums[2 * i].value(), x.value()));
            let defined = count(i) >= 2 && sum > 0.0;
            let size = if settings.epsilon > 0.0 { -second } else { sum.ln() - second / sum };
            entropies.push(if defined { size / divisor } else { f64::NAN });
            // A constant column has the entropy ln(rows), from which rounding can take it a few ulp. Another divisor or an
            // epsilon would give it a divergence, and the column a weight.
            let constant = if settings.epsilon > 0.0 {
                tallies.first().is_none_or(|seen| gaps::moments(seen, i).is_constant())
            } else {
                let noise = 4.0 * f64::EPSILON * (sum.ln().abs() + (second / sum).abs());
                (most - size).abs() <= noise.max(1e-14 * most)
            };
            divergences.push(if defined && !constant { 1.0 - size / divisor } else { 0.0 });
        }
        let wrong = settings.normalizer != Normalizer::LnRows;
        if wrong && divergences.iter().any(|d| *d > 0.0) && divergences.iter().any(|d| *d < 0.0) {
            return Err("this normalizer gives entropies above and below 1, and so weights of both signs".to_owned());
        }
        let size: Vec<f64> = divergences.iter().map(|d| if wrong { d.abs() } else { *d }).collect();
        let mut fitted = seen.shares(&size)?;
        if wrong {
            let message = "entropies are divided by a number that is not ln of the rows summed over, which turns the weights \
                           around; this reproduces published numbers and should not make new ones";
            fitted.warnings.push((None, message.to_owned()));
        }
        fitted.details.insert("entropy".to_owned(), entropies);
        fitted.details.insert("divergence".to_owned(), divergences);
        Ok(fitted)
    }

    fn problems(&self, _: &[&str]) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let mut wrong = |name: &str, message: &str| problems.push((name.to_owned(), message.to_owned()));
        if let Some(Shift::By(shift)) = self.shift
            && !(shift.is_finite() && shift >= 0.0)
        {
            wrong("shift", "expected a finite number of at least 0, or \"nonpositive\"");
        }
        if self.smooth.is_some_and(|a| !(a > 0.0 && a < 1.0)) {
            wrong("smooth", "expected a number between 0 and 1");
        }
        if self.smooth.is_some() && self.shift.is_some() {
            wrong("smooth", "is a shift by another name; give one of the two");
        }
        if self.epsilon.is_some_and(|epsilon| !(epsilon.is_finite() && epsilon >= 0.0)) {
            wrong("epsilon", "expected a finite number of at least 0");
        }
        match self.normalizer {
            Some(Normalizer::Ln(number)) if !(number.is_finite() && number > 1.0) => {
                wrong("normalizer", "expected a number above 1");
            }
            None if self.preset == Some(Preset::CopiedLnT) => {
                wrong(
                    "normalizer",
                    "copied_ln_t divides by the ln of the number of periods; say normalizer = { ln = 6 }, or so",
                );
            }
            _ => {}
        }
        problems
    }

    fn formula(&self) -> String {
        let settings = self.settings();
        let shift = match settings.shift {
            Shift::By(0.0) => String::new(),
            Shift::By(shift) => format!(" + {shift}"),
            Shift::Rule(ShiftRule::Nonpositive) => " + (|min| + 0.01 where min <= 0)".to_owned(),
        };
        let epsilon = if settings.epsilon > 0.0 { format!("(p + {})", settings.epsilon) } else { "p".to_owned() };
        let divisor = match settings.normalizer {
            Normalizer::LnRows => "ln(N)".to_owned(),
            Normalizer::Ln(number) => format!("ln({number})"),
        };
        format!("w = d / sum(d), d = 1 + sum(p ln {epsilon}) / {divisor}, p = z / sum(z), z = score{shift}")
    }

    fn latex(&self) -> String {
        let settings = self.settings();
        let epsilon =
            if settings.epsilon > 0.0 { format!("(p_{{ij}} + {})", settings.epsilon) } else { "p_{ij}".to_owned() };
        let divisor = match settings.normalizer {
            Normalizer::LnRows => "N".to_owned(),
            Normalizer::Ln(number) => number.to_string(),
        };
        let shift = if settings.shift == Shift::By(0.0) { "" } else { r",\quad z_{ij} = x_{ij} + a_j" };
        format!(
            r"w_j = \frac{{d_j}}{{\sum_k d_k}},\quad d_j = 1 + \frac{{1}}{{\ln {divisor}}} \sum_i p_{{ij}} \ln {epsilon},\quad p_{{ij}} = \frac{{z_{{ij}}}}{{\sum_i z_{{ij}}}}{shift}"
        )
    }

    fn references(&self) -> &'static [&'static str] {
        &["Zou, Yun and Sun (2006), doi:10.1016/S1001-0742(06)60032-6"]
    }
}

impl Settings {
    fn shift_of(&self, node: usize, before: &[Tally]) -> f64 {
        match (self.shift, before.first()) {
            (Shift::By(shift), _) => shift,
            (Shift::Rule(ShiftRule::Nonpositive), Some(seen)) => {
                let least = gaps::moments(seen, node).min;
                if least <= 0.0 { least.abs() + 0.01 } else { 0.0 }
            }
            (Shift::Rule(_), None) => 0.0,
        }
    }

    /// The sum of the shifted scores of a node.
    fn total(&self, node: usize, before: &[Tally]) -> f64 {
        let moments = before.first().map(|seen| gaps::moments(seen, node)).unwrap_or_default();
        moments.count as f64 * (moments.mean + self.shift_of(node, before))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fit;
    use super::*;

    #[test]
    fn weights_by_hand() {
        // p = (0, 1) has entropy 0, so d = 1; p = (1/4, 3/4): e = (0.25 ln 4 + 0.75 ln(4/3)) / ln 2 = 0.8112781245.
        let fitted = fit(&Entropy::default(), &[&[0.0, 1.0], &[0.25, 0.75]]).expect("weights");
        let d = 1.0 - 0.811_278_124_459_132_8;
        approx::assert_relative_eq!(fitted.weights[0], 1.0 / (1.0 + d), max_relative = 1e-14);
        approx::assert_relative_eq!(fitted.weights[1], d / (1.0 + d), max_relative = 1e-14);
    }

    #[test]
    fn degenerate_columns_are_named() {
        let fitted = fit(&Entropy::default(), &[&[0.5, 0.5, 0.5], &[0.0, 0.5, 1.0]]).expect("weights");
        assert_eq!(fitted.weights, [0.0, 1.0]);
        assert_eq!(fitted.warnings.len(), 1);
        assert!(fit(&Entropy::default(), &[&[0.5, 0.5]]).is_err());
        assert!(fit(&Entropy::default(), &[&[-0.5, 0.5]]).expect_err("negative").contains("negative"));
    }

    #[test]
    fn habits_by_hand() {
        // Entropies of (1, 3, 0) under each habit, from the definition.
        let entropy = |options: &str| {
            let method: Entropy = serde_json::from_str(options).expect("options");
            fit(&method, &[&[1.0, 3.0, 0.0], &[5.0, 1.0, 2.0]]).expect("weights").details["entropy"][0]
        };
        let of = |z: [f64; 3], epsilon: f64, divisor: f64| {
            let total: f64 = z.iter().sum();
            let p = z.map(|z| z / total).into_iter().filter(|p| *p > 0.0);
            -p.map(|p| p * (p + epsilon).ln()).sum::<f64>() / divisor
        };
        let ln = 3.0_f64.ln();
        for (options, expected) in [
            ("{}", of([1.0, 3.0, 0.0], 0.0, ln)),
            (r#"{"zero": "limit", "preset": "stata_ewm"}"#, of([1.0, 3.0, 0.0], 0.0, ln)),
            (r#"{"shift": 0.5}"#, of([1.5, 3.5, 0.5], 0.0, ln)),
            (r#"{"preset": "matlab_shift"}"#, of([1.001, 3.001, 0.001], 0.0, ln)),
            (r#"{"preset": "matlab_shift", "shift": 0.5}"#, of([1.5, 3.5, 0.5], 0.0, ln)),
            (r#"{"shift": "nonpositive"}"#, of([1.01, 3.01, 0.01], 0.0, ln)),
            (r#"{"preset": "spssau"}"#, of([1.01, 3.01, 0.01], 0.0, ln)),
            (r#"{"smooth": 0.1}"#, of([1.0, 2.8, 0.1], 0.0, ln)),
            (r#"{"epsilon": 0.002}"#, of([1.0, 3.0, 0.0], 0.002, ln)),
            (r#"{"preset": "spssau", "epsilon": 0.002}"#, of([1.01, 3.01, 0.01], 0.002, ln)),
            (r#"{"preset": "copied_ln_t", "normalizer": {"ln": 1.5}}"#, of([1.0, 3.0, 0.0], 0.0, 1.5_f64.ln())),
        ] {
            approx::assert_relative_eq!(entropy(options), expected, max_relative = 1e-14);
        }
        let spssau = Entropy { preset: Some(Preset::Spssau), ..Entropy::default() };
        let fitted = fit(&spssau, &[&[-1.0, 3.0], &[2.0, 5.0]]).expect("negative scores are shifted");
        assert!(fitted.weights[0] > fitted.weights[1] && fitted.warnings.is_empty());
    }

    #[test]
    fn a_constant_column_never_weighs() {
        let nodes: [&[f64]; 3] = [&[7.0; 5], &[1.0, 2.0, 3.0, 4.0, 5.0], &[5.0, 1.0, 1.0, 2.0, 9.0]];
        let with = |epsilon, normalizer| Entropy { epsilon, normalizer, ..Entropy::default() };
        for method in [with(Some(0.002), None), with(None, Some(Normalizer::Ln(2.0)))] {
            let fitted = fit(&method, &nodes).expect("weights");
            assert_eq!(fitted.weights[0], 0.0, "{method:?}");
            assert!(fitted.weights[1] > 0.0 && fitted.weights[2] > 0.0);
            assert!(fit(&method, &nodes[..1]).is_err());
        }
    }

    #[test]
    fn missing_scores_need_a_chosen_rule() {
        let nodes: [&[f64]; 2] = [&[0.0, f64::NAN, 1.0], &[0.25, 0.5, 0.75]];
        assert!(fit(&Entropy::default(), &nodes).expect_err("no rule").contains("pairwise"));
        let listwise = Entropy { missing: Some(Gaps::Listwise), ..Entropy::default() };
        let complete = fit(&Entropy::default(), &[&[0.0, 1.0], &[0.25, 0.75]]).expect("weights");
        assert_eq!(fit(&listwise, &nodes).expect("weights").weights, complete.weights);
    }
}
