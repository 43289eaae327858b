"""Contributions against a second implementation, diagnoses and barriers against values worked by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import indicia as ix
from indicia.errors import (
    ComparabilityWarning,
    DataChangedError,
    DataError,
    DefinitionError,
    FewPeersWarning,
    UnknownNameError,
)

Score = Callable[[np.ndarray, np.ndarray], float]


def twin(score: Score, own: np.ndarray, base: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Shapley values by going through all orders."""
    m = len(own)
    found = np.zeros(m)
    for order in itertools.permutations(range(m)):
        mixed = base.copy()
        before = score(mixed, weights)
        for k in order:
            mixed[k] = own[k]
            now = score(mixed, weights)
            found[k] += now - before
            before = now
    return found / math.factorial(m)


def owa(x: np.ndarray, w: np.ndarray) -> float:
    order = np.argsort(-x, kind="stable")
    upto = (np.cumsum(w[order]) / w.sum()) ** ((1 - 0.3) / 0.3)
    return float((np.diff(upto, prepend=0.0) * x[order]).sum())


def mpi(x: np.ndarray, w: np.ndarray) -> float:
    mean = np.average(x, weights=w)
    return float(mean - np.average((x - mean) ** 2, weights=w) / mean)


METHODS: dict[str, tuple[Any, Score]] = {
    "min": ("min", lambda x, w: float(x.min())),
    "max": ("max", lambda x, w: float(x.max())),
    "harmonic": ("harmonic", lambda x, w: float(w.sum() / (w / x).sum())),
    "power": ({"power": {"p": 3}}, lambda x, w: float((np.average(x**3, weights=w)) ** (1 / 3))),
    "owa": ({"owa": {"orness": 0.3}}, owa),
    "mpi": ({"mpi": {"penalty": "down", "ddof": 0}}, mpi),
}
NAMES = ["a", "b", "c", "d"]
WEIGHTS = {"a": 1.0, "b": 2.0, "c": 1.5, "d": 0.5}


def rows(n: int = 12, missing: float = 0.0, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 9, (n, 4))
    return pd.DataFrame(np.where(rng.random((n, 4)) < missing, np.nan, values), columns=NAMES)


def scored(aggregate: Any, data: Any, **options: Any) -> ix.Scores:
    weights = options.pop("weights", WEIGHTS)
    return ix.Index.flat(list(weights), normalize="none", aggregate=aggregate, weights=weights, **options).fit_score(
        data
    )


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_shapley_values_are_those_of_all_orders(name: str, missing: float) -> None:
    method, score = METHODS[name]
    data = rows(missing=missing)
    found = scored(method, data)
    told = found.contributions()
    means, weights = data.mean().to_numpy(), np.array(list(WEIGHTS.values()))
    for row in range(len(data)):
        own = data.iloc[row].to_numpy()
        there = ~np.isnan(own)
        parts = told.iloc[row][NAMES].to_numpy(float)
        total = found["index"][row]
        if np.isnan(total):  # the minimum does not know what is missing
            assert np.isnan(parts).all() and not there.all()
            continue
        expected = twin(score, own[there], means[there], weights[there])
        np.testing.assert_allclose(parts[there], expected, rtol=1e-10, atol=1e-12)
        assert np.isnan(parts[~there]).all()
        assert parts[there].sum() == pytest.approx(total - told["ix_baseline"][row], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "method", ["topsis", "vikor", "grey_relational", "median", {"mean_min": {"alpha": 0.5}}, "ampi"]
)
def test_other_aggregations_add_up_from_any_baseline(method: Any) -> None:
    data = rows(20)
    weights = dict.fromkeys(NAMES, 1.0) if method in ("median",) else WEIGHTS
    found = scored(method, data, weights=weights)
    for baseline in (None, "mean", "worst", 1.0, dict.fromkeys(NAMES, 2.0), ("unit", 4)):
        told = found.contributions(baseline=baseline)
        np.testing.assert_allclose(told[NAMES].sum(axis=1), found["index"] - told["ix_baseline"], atol=1e-9)
        if isinstance(baseline, tuple):
            assert told["ix_baseline"][0] == pytest.approx(found["index"][4], abs=1e-12)
            assert (told.loc[4, NAMES] == 0).all()


def test_sums_and_means_are_what_they_were() -> None:
    data = rows()
    weights = np.array(list(WEIGHTS.values()))
    mean, total, geometric = (scored(name, data) for name in ("arithmetic", "sum", "geometric"))
    np.testing.assert_array_equal(mean.contributions().columns, NAMES)
    np.testing.assert_allclose(mean.contributions(), data * weights / weights.sum(), rtol=1e-14)
    np.testing.assert_allclose(total.contributions(), data * weights, rtol=1e-14)
    np.testing.assert_allclose(geometric.contributions().sum(axis=1), np.log(geometric["index"]), rtol=1e-12)
    # From a baseline: exact for a mean, in logarithms for a geometric mean.
    told = mean.contributions(baseline="mean")
    np.testing.assert_allclose(told[NAMES], (data - data.mean()) * weights / weights.sum(), atol=1e-13)
    told = geometric.contributions(baseline=2.0)
    np.testing.assert_allclose(told[NAMES].sum(axis=1), np.log(geometric["index"] / 2.0), rtol=1e-12)
    np.testing.assert_allclose(told["ix_baseline"], 2.0, rtol=1e-14)


def test_points_of_an_unfinished_sum_are_known() -> None:
    data = pd.DataFrame({"a": [1.0, 2.0], "b": [np.nan, 3.0]})
    told = scored("sum", data, weights={"a": 1.0, "b": 1.0}).contributions(baseline=1)
    assert told["a"].tolist() == [0.0, 1.0]
    assert np.isnan(told["b"][0]) and np.isnan(told["ix_baseline"][0]) and told["ix_baseline"][1] == 2.0


@pytest.mark.parametrize("method", ["borda", "promethee", {"promethee": {"preference": "gaussian", "s": 2.0}}])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_relative_scores_split_into_what_each_child_alone_gives(method: Any, missing: float) -> None:
    data = rows(15, missing)
    found = scored(method, data)
    told = found.contributions()
    np.testing.assert_allclose(told[NAMES].sum(axis=1, min_count=1), found["index"], atol=1e-12)
    alone = scored(method, data, weights={"a": 1.0})["index"]
    share = (data.notna() * pd.Series(WEIGHTS)).pipe(lambda w: w["a"] / w.sum(axis=1))
    np.testing.assert_allclose(told["a"], (alone * share).where(data["a"].notna()), atol=1e-12)
    with pytest.raises(DefinitionError, match=r"is counted from nothing.*leave baseline= out"):
        found.contributions(baseline="mean")


def test_new_rows_are_split_against_the_kept_ones() -> None:
    data = rows(10)
    index = ix.Index.flat(NAMES, normalize="none", aggregate="borda", weights=WEIGHTS)
    found = index.fit(data, keep_records=True).score(rows(4, seed=9))
    np.testing.assert_allclose(found.contributions().sum(axis=1), found["index"], atol=1e-12)


def test_many_children_are_drawn() -> None:
    rng = np.random.default_rng(0)
    names = [f"x{k}" for k in range(14)]
    data = pd.DataFrame(rng.uniform(1, 9, (6, 14)), columns=names)
    found = scored("max", data, weights=dict.fromkeys(names, 1.0))
    told = found.contributions(baseline=0, samples=4000, rng=5)
    np.testing.assert_allclose(told[names].sum(axis=1), found["index"], rtol=1e-9)
    # From zero the maximum is the airport game: each step is shared by those that reach it.
    for row in range(6):
        own = data.iloc[row].sort_values()
        steps = np.diff(own, prepend=0.0) / np.arange(14, 0, -1)
        expected = pd.Series(np.cumsum(steps), index=own.index)[names]
        assert (told.loc[row, names] - expected).abs().max() < 5 * told["ix_error"][row]
    assert (told["ix_error"] > 0).all() and (told["ix_error"] < 0.1).all()
    again = found.contributions(baseline=0, samples=4000, rng=5)
    pd.testing.assert_frame_equal(told, again)
    assert not told.equals(found.contributions(baseline=0, samples=4000, rng=6))
    with pytest.raises(ValueError, match=r"samples= is a whole number of at least 2, found 1"):
        found.contributions(samples=1)


def test_a_child_without_weight_brings_nothing() -> None:
    data = rows(5)
    found = scored("harmonic", data, weights=WEIGHTS | {"d": 0.0})
    assert (found.contributions()["d"] == 0).all()


def test_order_of_rows_and_threads_do_not_matter() -> None:
    data = rows(300)
    index = ix.Index.flat(NAMES, normalize="none", aggregate={"owa": {"orness": 0.3}}, weights=WEIGHTS)
    one, two = (index.fit_score(data, threads=t).contributions() for t in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    order = np.random.default_rng(2).permutation(300)
    turned = index.fit_score(data.iloc[order]).contributions()
    np.testing.assert_allclose(turned, one.iloc[order], atol=1e-12)


def test_refusals_name_the_remedy() -> None:
    data = rows(6)
    with pytest.raises(DefinitionError, match=r"comparisons of pairs does not split by child.*use borda or promethee"):
        scored("copeland", data).contributions()
    doubt = ix.Index.flat(NAMES, normalize="none", aggregate="benefit_of_the_doubt").fit_score(data)
    with pytest.raises(DefinitionError, match=r"see pie_shares of ix.frontier.benefit_of_the_doubt"):
        doubt.contributions()
    harmonic = scored("harmonic", data)
    with pytest.raises(DataError, match=r"no score at the baseline .harmonic.*give numbers above zero, or a unit"):
        harmonic.contributions(baseline=0)
    with pytest.raises(DataError, match=r"no score at the baseline .geometric"):
        scored({"geometric": {"zero": "zero"}}, data).contributions(baseline=0)
    with pytest.raises(UnknownNameError, match=r'has no child "aa"; did you mean "a"'):
        harmonic.contributions(baseline={"aa": 1.0})
    with pytest.raises(UnknownNameError, match=r"baseline= is 'mean', 'worst'"):
        harmonic.contributions(baseline="best")
    with pytest.raises(DataError, match=r"finite"):
        harmonic.contributions(baseline=float("inf"))
    gaps = scored("harmonic", rows(6, 0.4))
    row = int(np.flatnonzero(np.isnan(gaps["a"]))[0])
    with pytest.raises(DataError, match=r'has no score for "a".*take another unit'):
        gaps.contributions(baseline=("unit", row))


def test_changed_data_are_noticed() -> None:
    values = np.array([1.0, 2.0, 3.0])
    found = ix.Index.flat(["a"], normalize="none", aggregate="min").fit_score({"a": values})
    values[0] = 9.0
    with pytest.raises(DataChangedError):
        found.contributions()


def test_periods_have_means_of_their_own() -> None:
    data = pd.DataFrame({"id": [1, 2, 1, 2], "year": [1, 1, 2, 2], "a": [1.0, 3, 10, 30], "b": [2.0, 1, 10, 30]})
    index = ix.Index.from_dict(ix.Index.flat(["a", "b"], aggregate="max").to_dict() | {"period": "each"})
    with pytest.warns(ComparabilityWarning):
        scores = index.fit_score(data, unit="id", time="year")
    told = scores.contributions()
    np.testing.assert_allclose(told[["a", "b"]].sum(axis=1), scores["index"] - told["ix_baseline"], atol=1e-12)
    # In each year both run from 0 to 1: means of a half; in the first year the firms lead on one each.
    assert told["ix_baseline"].tolist() == [0.5] * 4
    assert told[["a", "b"]].values.tolist() == [[0, 0.5], [0.5, 0], [-0.25, -0.25], [0.25, 0.25]]


# Diagnosis

DEFINITION = {
    "id": "aid",
    "indicator": [
        {
            "id": "cloud",
            "parent": "use",
            "scale": {"goalposts": {"low": 0, "high": 10}},
            "domain": [0, 10],
            "tags": ["tools"],
        },
        {
            "id": "erp",
            "parent": "use",
            "scale": {"goalposts": {"low": 0, "high": 10}},
            "domain": [0, 10],
            "tags": ["tools"],
        },
        {
            "id": "staff",
            "parent": "people",
            "scale": {"goalposts": {"low": 0, "high": 10}},
            "domain": [0, 10],
            "tags": ["talent"],
        },
    ],
    "group": [
        {"id": "use", "parent": "index"},
        {"id": "people", "parent": "index"},
        {"id": "index", "aggregate": "arithmetic"},
    ],
    "levels": {"thresholds": {"basic": 0.3, "good": 0.6}},
}
FIRMS = pd.DataFrame(
    {
        "firm": ["A", "B", "C", "D"],
        "size": ["s", "s", "m", "m"],
        "cloud": [4.0, 8.0, 10.0, np.nan],
        "erp": [8.0, 2.0, 10.0, 6.0],
        "staff": [2.0, 6.0, 10.0, 5.0],
        "weight": [1.0, 3.0, 1.0, 1.0],
    }
)


def firms(data: Any = FIRMS) -> ix.Scores:
    return ix.Index.from_dict(DEFINITION).score(data, unit="firm")


def test_a_diagnosis_puts_together_what_is_told_elsewhere() -> None:
    scores = firms()
    with pytest.warns(FewPeersWarning, match=r"'A' has 1 peers .size s.: ranks among so few say little"):
        found = scores.diagnose("A", peers=["size"])
    # 0.5 (0.6 + 0.2) = 0.4: basic, 0.2 short of good.
    assert (found.level, found.next_level, found.peers, found.peer_group) == ("basic", "good", 1, {"size": "s"})
    assert found.gap["short_by"].tolist() == pytest.approx([0.2])
    assert len(found.needed) == 0
    assert found.strengths.equals(scores.strengths("A", by=["size"]))
    assert found.weaknesses.equals(scores.weaknesses("A", by=["size"]))
    # Lacks w (1 - z) = 0.25 * 0.6, 0.25 * 0.2, 0.5 * 0.8 of 0.6.
    degrees = found.obstacles.set_index("node")["degree"]
    assert degrees.round(12).to_dict() == pytest.approx(
        {"index": 1.0, "staff": 2 / 3, "people": 2 / 3, "use": 1 / 3, "cloud": 0.25, "erp": 1 / 12}, abs=1e-12
    )
    index = found.contributions.query("node == 'index'")
    assert index["contribution"].tolist() == pytest.approx([0.3, 0.1])
    assert index["contribution"].sum() == pytest.approx(scores["index"][0])
    text = str(found)
    for part in ("Diagnosis of 'A'", "level: basic", "peers: 1 (size s)", "To good", "0.2 short of 0.6", "staff: 67%"):
        assert part in text, text
    assert repr(found) == "Diagnosis('A': level basic, 1 peers, 1 conditions short of good, largest obstacle 'staff')"
    assert found._repr_html_().count("<table") == 1
    frame = found.to_frame()
    assert set(frame["part"]) == {"gap", "strength", "weakness", "contribution", "obstacle"}


def test_an_uncertain_level_names_the_answers_that_settle_it() -> None:
    found = firms().diagnose("D", few=0)
    # 0.5 (cloud / 2 + 0.3) + 0.25 lies between 0.4 and 0.65: basic or good.
    assert (found.level, found.level_low, found.level_high, found.next_level) == (None, "basic", "good", "good")
    assert found.needed[["level", "column"]].values.tolist() == [["good", "cloud"]]
    assert "level: basic to good" in str(found)
    assert "needed" in set(found.to_frame()["part"])


def test_the_best_has_nothing_to_climb() -> None:
    found = firms().diagnose("C", few=0)
    assert (found.level, found.next_level, found.gap) == ("good", None, None)
    assert any("nothing is lacking" in note for note in found.notes)
    assert np.isnan(found.obstacles["degree"]).all()


def test_a_diagnosis_of_points_says_why_there_are_no_obstacles() -> None:
    data = ix.datasets.make_miit_questionnaire(60, missing=0.05, rng=1)
    found = ix.framework("miit-sme", edition=2024).score(data, unit="firm").diagnose(data["firm"][7])
    assert found.obstacles is None
    assert any(note.startswith("no obstacle degrees: ") for note in found.notes)
    assert len(found.gap) > 0 and str(found).count("\n") > 10


@pytest.mark.parametrize("make", [pl.from_pandas, lambda frame: {name: frame[name].to_numpy() for name in frame}])
def test_diagnoses_come_in_the_kind_of_the_data(make: Any) -> None:
    found = firms(make(FIRMS)).diagnose("D", few=0)
    assert len(found.to_frame()) > 5 and "cloud" in str(found)


def test_relative_groups_are_noted() -> None:
    data = {"a": [1.0, 2.0, 3.0], "b": [2.0, 1.0, 3.0]}
    found = ix.Index.flat(["a", "b"], aggregate="copeland").fit_score(data).diagnose(0, few=0)
    assert len(found.contributions) == 0
    assert any("does not split by child" in note for note in found.notes)


# Barriers


def test_barriers_are_weighted_means_of_obstacles_by_tag() -> None:
    scores = firms()
    found = scores.barriers(sample_weight="weight").set_index("tag")
    degrees = ix.compare.obstacle(scores)
    tools = degrees[["cloud", "erp"]].sum(axis=1, min_count=1)
    weights = FIRMS["weight"].where(tools.notna())
    assert found["share"]["tools"] == pytest.approx((tools * weights).sum() / weights.sum())
    # A: talent 2/3. B: 0.25 * 0.2 + 0.25 * 0.8 = 0.25 against 0.5 * 0.4 = 0.2: tools. D: 0.1 against 0.25: talent.
    assert found["largest"].to_dict() == pytest.approx({"tools": 3 / 5, "talent": 2 / 5})
    assert found[["n", "unknown", "nothing"]].values.tolist() == [[3, 0, 1], [3, 0, 1]]
    by = scores.barriers(by="size")
    assert by.columns.tolist() == ["size", "tag", "share", "largest", "n", "unknown", "nothing"]
    assert by["size"].tolist() == ["m", "m", "s", "s"]
    np.testing.assert_allclose(by.groupby("size")["share"].sum(), 1.0)
    np.testing.assert_allclose(by.groupby("size")["largest"].sum(), 1.0)


def test_barriers_of_ones_own_and_what_is_unknown() -> None:
    scores = firms()
    own = scores.barriers(tags={"cloud": "machines"}).set_index("tag")
    assert own.index.tolist() == ["machines", "untagged"]
    assert own["unknown"].tolist() == [1, 0]  # D has not said
    assert scores.barriers(tags=["talent"])["tag"].tolist() == ["talent"]
    with pytest.raises(UnknownNameError, match=r"no indicator has the tag 'talents'; did you mean 'talent'"):
        scores.barriers(tags=["talents"])
    with pytest.raises(UnknownNameError, match=r"no indicator is named 'clouds'"):
        scores.barriers(tags={"clouds": "tools"})
    with pytest.raises(DefinitionError, match=r"no indicator has a tag"):
        ix.Index.flat(["a"]).fit_score({"a": [0.0, 1.0]}).barriers()
    with pytest.raises(DataError, match=r"at least 0"):
        scores.barriers(sample_weight=[1.0, -1.0, 1.0, 1.0])
    renamed = firms(FIRMS.assign(n=[1, 1, 2, 2]))
    with pytest.raises(DataError, match=r"'n' is the name of a column of the result"):
        renamed.barriers(by="n")
