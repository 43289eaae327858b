//! Why an estimate cannot be had, in the names of the columns.

use super::{Counts, Method, Options, Sample};
use crate::error::{Error, Kind, Problem};

/// A correlation this near to one is one.
const SAME: f64 = 1e-12;

/// The error that says more than that rows do not tell inputs apart, where something plainer can be seen. `names`: output, free
/// inputs, state inputs, the proxy.
#[must_use]
pub fn explained(error: Error, sample: &Sample, counts: &Counts, options: &Options, names: &[String]) -> Error {
    if error.kind != Kind::Degenerate {
        return error;
    }
    let problem = none_left(counts).or_else(|| no_steps(counts, options.method)).or_else(|| same(sample, names));
    problem.map_or(error, |problem| Error::new(Kind::Degenerate, problem))
}

fn none_left(counts: &Counts) -> Option<Problem> {
    let told = [
        (counts.missing, "with a missing key, output or input"),
        (counts.nonpositive, "with a zero or negative output or input"),
        (counts.proxy_missing, "without the proxy"),
        (counts.proxy_nonpositive, "with a zero or negative proxy"),
    ];
    let reasons: Vec<String> =
        told.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}")).collect();
    let why = if reasons.is_empty() { "there are none".to_owned() } else { reasons.join(", ") };
    let problem = Problem::general(format!("no row can be used: {why}"));
    let logged = counts.nonpositive + counts.proxy_nonpositive > 0;
    let remedy =
        if logged { "say logged=True where columns are logarithms already" } else { "look at the columns named" };
    (counts.used == 0).then(|| problem.remedy(remedy))
}

fn no_steps(counts: &Counts, method: Method) -> Option<Problem> {
    if method == Method::FixedEffects && counts.singletons == counts.firms {
        return Some(
            Problem::general("no firm has two rows in use, so that nothing varies within firms").remedy("use ols"),
        );
    }
    let needs = !matches!(method, Method::Ols | Method::FixedEffects);
    let message = "no row in use has a row of its firm one step earlier";
    (needs && counts.pairs == 0).then(|| {
        Problem::general(message)
            .remedy("look at step=, and name dates by whole numbers (years, months) that grow by step=")
    })
}

fn same(sample: &Sample, names: &[String]) -> Option<Problem> {
    let proxy = (!sample.proxy.is_empty()).then_some(&sample.proxy);
    let columns: Vec<&Vec<f64>> = sample.inputs().chain(proxy).collect();
    // Names begin with the output.
    let name = |i: usize| names.get(i + 1).map_or("?", String::as_str);
    let still = columns.iter().position(|column| column.windows(2).all(|pair| pair[0].total_cmp(&pair[1]).is_eq()));
    if let Some(i) = still {
        let problem = Problem::column(name(i), "does not vary over the rows in use");
        return Some(problem.remedy("leave it out"));
    }
    for (i, one) in columns.iter().enumerate() {
        for (j, other) in columns.iter().enumerate().skip(i + 1) {
            if 1.0 - correlation(one, other).abs() < SAME {
                let message = format!("follows from column '{}' in every row in use", name(i));
                return Some(Problem::column(name(j), message).remedy("leave one of them out"));
            }
        }
    }
    None
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (super::polynomial::standardized(a), super::polynomial::standardized(b));
    crate::numeric::least_squares::dot(&a, &b) / a.len() as f64
}

#[cfg(test)]
mod tests {
    use super::super::{System, dependent};
    use super::*;

    #[test]
    fn the_plainest_reason_is_told() {
        let options =
            |method| Options { method, degree: 2, markov: 1, gross: false, system: System::Joint, cluster: false };
        let names: Vec<String> = ["y", "l", "k"].iter().map(|name| (*name).to_owned()).collect();
        let told = |sample: &Sample, counts: &Counts, method| {
            explained(dependent("step"), sample, counts, &options(method), &names).to_string()
        };
        let mut sample = Sample { free: vec![vec![1.0, 2.0]], state: vec![vec![3.0, 5.0]], ..Sample::default() };
        let counts = Counts { rows: 3, nonpositive: 3, ..Counts::default() };
        assert!(told(&sample, &counts, Method::Ols).contains("3 with a zero or negative output or input"));
        let counts = Counts { used: 2, firms: 2, singletons: 2, ..Counts::default() };
        assert!(told(&sample, &counts, Method::FixedEffects).contains("no firm has two rows"));
        assert!(told(&sample, &counts, Method::Wooldridge).contains("step="));
        assert!(told(&sample, &counts, Method::Ols).contains("\"k\": follows from column 'l'"));
        sample.state = vec![vec![3.0, 3.0]];
        assert!(told(&sample, &counts, Method::Ols).contains("\"k\": does not vary"));
    }
}
