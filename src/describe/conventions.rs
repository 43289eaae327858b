//! Conventions that change numbers, in words: denominators, quantiles, ties, edges, missing values. Only those that the
//! definition meets.

use super::{Bibliography, Item, Section};
use crate::aggregate::Aggregation;
use crate::impute::Middle;
use crate::normalize::{PercentileTies, Scale, Statistic};
use crate::treat::Treatment;
use crate::tree::Tree;

pub(super) fn section(tree: &Tree, bibliography: &mut Bibliography) -> Section {
    let mut items = Vec::new();
    let scales = || {
        let leaves = tree.leaves.iter().map(|leaf| &leaf.scale);
        leaves.chain(tree.groups.iter().filter_map(|group| group.scale.as_ref()))
    };
    let learns = |test: fn(&Statistic) -> bool| {
        let all = tree.leaves.iter().map(|leaf| &leaf.learns).chain(tree.groups.iter().map(|group| &group.learns));
        all.flatten().any(test)
    };
    let median = tree.leaves.iter().any(|leaf| leaf.impute.as_ref().is_some_and(|by| by.middle == Middle::Median));
    if learns(|one| matches!(one, Statistic::Sd)) {
        items.push(Item::words("Standard deviations of scales divide by n - 1"));
    }
    if median || learns(|one| matches!(one, Statistic::Quantile(_))) {
        let text = "Quantiles and medians are of type 7: linear between order statistics";
        items.push(Item::words(text).cite(bibliography.cite(&["Hyndman and Fan (1996), doi:10.2307/2684934"])));
    }
    if learns(|one| matches!(one, Statistic::Distribution)) {
        let average =
            |scale: &Scale| matches!(scale, Scale::Percentile(scale) if scale.ties == PercentileTies::Average);
        let lowest = |scale: &Scale| match scale {
            Scale::Percentile(scale) => scale.ties == PercentileTies::Min,
            other => matches!(other, Scale::Rank(_) | Scale::Borda(_)),
        };
        let shared = match (scales().any(lowest), scales().any(average)) {
            (true, true) => "their lowest rank, or their mean rank where ties = average",
            (false, true) => "their mean rank",
            _ => "their lowest rank",
        };
        items.push(Item::words(format!(
            "Ranks count fitted values and are made by exact comparison; equal values share {shared}"
        )));
    }
    if scales().any(|scale| matches!(scale, Scale::Bands(_))) || !tree.levels.is_empty() {
        let text = "A value within 1e-9 max(1, |edge|) of an edge of a band or level is on it";
        items.push(Item::words(text));
    }
    if tree.leaves.iter().any(|leaf| matches!(leaf.treat, Some(Treatment::Winsorize(_)))) {
        let text = "Skewness and excess kurtosis are the adjusted forms (type 2) of spreadsheets";
        let references = ["Joanes and Gill (1998), doi:10.1111/1467-9884.00122"];
        items.push(Item::words(text).cite(bibliography.cite(&references)));
    }
    let penalty = |aggregation: &Aggregation| matches!(aggregation, Aggregation::Mpi(_) | Aggregation::Ampi(_));
    if tree.groups.iter().any(|group| penalty(&group.aggregation)) {
        let text =
            "Standard deviations across children divide by their number less 1, or less ddof where that is given";
        items.push(Item::words(text));
    }
    if tree.groups.iter().any(|group| matches!(group.aggregation, Aggregation::Median(_))) {
        let text = "Where the weights below a median reach one half exactly, it is the mean of that value and the next";
        items.push(Item::words(text));
    }
    if tree.groups.iter().any(|group| group.aggregation.method().weighted()) {
        items.push(Item::words("Weights are scaled to sum one in means; only a sum uses them as they are"));
    }
    items.push(Item::words("A missing value is unknown: never zero, and never no"));
    if tree.leaves.iter().any(|leaf| leaf.impute.is_some()) {
        items.push(Item::words("What is filled in counts as not observed"));
    }
    if !tree.levels.is_empty() {
        let text = "A level is certain when its conditions hold for every completion of the missing answers, possible \
                    when they hold for some";
        items.push(Item::words(text));
    }
    Section { title: "Conventions".into(), items }
}
