//! Fits and scores a referenced aggregation at the level of its trait.

use super::AggregateMethod;
use crate::tally::Tally;

/// The scores of the rows an aggregation was fitted on, missing children left out. Children are named c0, c1, ...
pub(super) fn fit_and_score(
    method: &dyn AggregateMethod,
    children: &[&[f64]],
    weights: &[f64],
) -> Result<Vec<f64>, String> {
    let names: Vec<String> = (0..children.len()).map(|i| format!("c{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut tallies: Vec<Tally> = Vec::new();
    for _ in 0..method.passes() {
        let mut tally = Tally::default();
        let given: &[f64] = if tallies.is_empty() { &[] } else { weights };
        method.update(children, given, &tallies, &mut tally);
        tallies.push(tally);
    }
    let learned = method.learn(&names, &tallies)?;
    let places: Vec<usize> = (0..children.len()).collect();
    let Some(fitted) = method.prepare(&learned, &places)? else {
        return Err("nothing was prepared".to_owned());
    };
    let rows = children.first().map_or(0, |child| child.len());
    let mut out = vec![0.0; rows];
    fitted.block(children, weights, true, &mut out);
    for (i, score) in out.iter().enumerate() {
        let there: Vec<usize> = places.iter().copied().filter(|place| !children[*place][i].is_nan()).collect();
        let values: Vec<f64> = there.iter().map(|place| children[*place][i]).collect();
        let kept: Vec<f64> = there.iter().map(|place| weights[*place]).collect();
        let one = if there.is_empty() { f64::NAN } else { fitted.observed(&there, &values, &kept, weights) };
        assert!((one - score).abs() < 1e-12 || (one.is_nan() && score.is_nan()), "row {i}: {one} {score}");
    }
    Ok(out)
}
