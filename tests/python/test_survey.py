"""Designs, shares, means, groups and totals: against NumPy by hand, at the edges, and in all kinds of tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import MAKERS, values

import indicia as ix
from indicia import survey
from indicia.errors import DataError, DegenerateError, MissingColumnError, OptionalDependencyError, UnknownNameError

N = np.nan


def firms(n: int = 400, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    cloud = rng.integers(0, 2, n).astype(float)
    cloud[rng.random(n) < 0.1] = N
    return {
        "size": np.array(["S", "M", "L"])[rng.integers(0, 3, n)],
        "nace": np.array(["C", "G"])[rng.integers(0, 2, n)],
        "w": rng.uniform(1, 9, n),
        "town": rng.integers(0, 25, n),
        "cloud": cloud,
        "staff": rng.integers(10, 300, n).astype(float),
        "profit": rng.normal(3, 5, n),
    }


def taylor(z: np.ndarray, strata: np.ndarray, units: np.ndarray, open_share: dict[Any, float] | None = None) -> float:
    """The variance of a total, written out by stratum and unit."""
    total = 0.0
    for stratum in np.unique(strata):
        inside = strata == stratum
        sums = np.array([z[inside & (units == unit)].sum() for unit in np.unique(units[inside])])
        n = len(sums)
        total += (open_share or {}).get(stratum, 1.0) * n / (n - 1) * ((sums - sums.mean()) ** 2).sum()
    return total


@pytest.mark.parametrize("strata", [None, "size"])
@pytest.mark.parametrize("psu", [None, "town"])
def test_shares_and_means_equal_numpy(strata: str | None, psu: str | None) -> None:
    data = firms()
    n = len(data["w"])
    sample = survey.design(data, weights="w", strata=strata, psu=psu)
    where = np.zeros(n) if strata is None else data[strata]
    units = np.arange(n) if psu is None else data[psu]
    w, y = data["w"], data["cloud"]
    table = survey.shares(sample, "cloud", by="nace", answers="yes", unknown="left_out")
    for row, nace in enumerate(["C", "G"]):
        d = (data["nace"] == nace) & ~np.isnan(y)
        p = (w * d * np.nan_to_num(y)).sum() / (w * d).sum()
        z = w * d * (np.nan_to_num(y) - p) / (w * d).sum()
        assert table["share"][row] == pytest.approx(p, rel=1e-13)
        assert table["se"][row] == pytest.approx(np.sqrt(taylor(z, where, units)), rel=1e-12)
        assert table["n"][row] == (d & (y == 1)).sum() and table["base"][row] == d.sum()
        assert table["unknown"][row] == ((data["nace"] == nace) & np.isnan(y)).sum()
        assert table["weight"][row] == pytest.approx((w * d * np.nan_to_num(y)).sum())
    mean = survey.means(sample, "staff")
    m = (w * data["staff"]).sum() / w.sum()
    assert mean["se"][0] == pytest.approx(np.sqrt(taylor(w * (data["staff"] - m) / w.sum(), where, units)), rel=1e-12)
    total = survey.totals(sample, "profit", by="nace")
    z = w * data["profit"] * (data["nace"] == "G")
    assert total["se"][1] == pytest.approx(np.sqrt(taylor(z, where, units)), rel=1e-12)
    r = (w * data["profit"]).sum() / (w * data["staff"]).sum()
    ratio = survey.ratios(sample, {"per head": ("profit", "staff")})
    z = w * (data["profit"] - r * data["staff"]) / (w * data["staff"]).sum()
    assert ratio["ratio"][0] == pytest.approx(r) and ratio["se"][0] == pytest.approx(np.sqrt(taylor(z, where, units)))


@pytest.mark.parametrize("against", ["all", "rest", "S"])
def test_differences_equal_numpy(against: str) -> None:
    data = firms()
    sample = survey.design(data, weights="w", strata="nace", psu="town")
    w, y = data["w"], data["profit"]
    first = data["size"] == "L"
    second = {"all": np.ones(len(w), bool), "rest": ~first, "S": data["size"] == "S"}[against]
    z = np.zeros(len(w))
    means = []
    for rows, sign in ((first, 1), (second, -1)):
        m = (w * rows * y).sum() / (w * rows).sum()
        z += sign * w * rows * (y - m) / (w * rows).sum()
        means.append(m)
    found = survey.difference(sample, "profit", "size", of="L", against=against).iloc[0]
    assert found["difference"] == pytest.approx(means[0] - means[1], rel=1e-12)
    assert found["se_difference"] == pytest.approx(np.sqrt(taylor(z, data["nace"], data["town"])), rel=1e-11)
    used = first | second
    pairs = {(a, b) for a, b in zip(data["nace"][used], data["town"][used], strict=True)}
    assert found["df"] == len(pairs) - 2 - 1
    assert found["n"] == first.sum() and found["n_against"] == second.sum()
    assert found["low"] < found["difference"] < found["high"]


def test_a_difference_of_ratios_and_every_group() -> None:
    data = firms()
    found = survey.difference(data, ["profit"], "size", per="staff", weights="w", against="all")
    assert found["size"].tolist() == ["L", "M", "S"]
    w, large = data["w"], data["size"] == "L"
    margin = lambda rows: (w * data["profit"])[rows].sum() / (w * data["staff"])[rows].sum()  # noqa: E731
    assert found["difference"][0] == pytest.approx(margin(large) - margin(slice(None)))
    with pytest.raises(UnknownNameError, match=r"column 'size' has no group 'XL'.*there are: 'L', 'M', 'S'"):
        survey.difference(data, "profit", "size", of="XL")


def test_a_missing_group_is_part_of_all_and_of_no_rest() -> None:
    data = {"tier": ["a", "a", "b", "b", None], "y": [1.0, 2.0, 5.0, 6.0, 100.0]}
    found = survey.difference(pd.DataFrame(data), "y", "tier", of="a", against="rest").iloc[0]
    assert (found["value_against"], found["n_against"]) == (5.5, 2)
    assert survey.difference(pd.DataFrame(data), "y", "tier", of="a").iloc[0]["n_against"] == 5


def test_shares_of_totals() -> None:
    data = firms()
    w, y = data["w"], data["staff"]
    found = survey.share_of_total(data, "staff", by="size", weights="w")
    assert found["share"].sum() == pytest.approx(1) and found["size"].tolist() == ["L", "M", "S"]
    small = data["size"] == "S"
    share = (w * y)[small].sum() / (w * y).sum()
    z = w * y * (small - share) / (w * y).sum()
    assert found["share"][2] == pytest.approx(share) and found["total"][2] == pytest.approx((w * y)[small].sum())
    assert found["se"][2] == pytest.approx(np.sqrt(taylor(z, np.zeros(len(w)), np.arange(len(w)))))
    count = survey.share_of_total(data, by="size", within="nace", weights="w")
    assert count.groupby("nace")["share"].sum().tolist() == pytest.approx([1, 1])
    assert count["column"].unique().tolist() == ["rows"]
    with pytest.raises(TypeError, match="by= names the groups"):
        survey.share_of_total(data, "staff")


def test_unknown_is_a_category_or_left_out_but_never_no() -> None:
    data = {"cloud": [1.0, 0.0, N, 1.0]}
    table = survey.shares(data, "cloud")
    assert table["answer"].tolist() == ["no", "yes", "unknown"] and table["share"].tolist() == [0.25, 0.5, 0.25]
    table = survey.shares(data, "cloud", unknown="left_out")
    assert table["share"].tolist() == pytest.approx([1 / 3, 2 / 3]) and table["unknown"].tolist() == [1, 1]
    with pytest.raises(UnknownNameError, match="unknown= is one of 'category', 'left_out'"):
        survey.shares(data, "cloud", unknown="no")


def test_answers_of_texts_numbers_and_categories() -> None:
    data = pd.DataFrame({"level": [3, 10, 3, 2], "text": ["b", "a", None, "b"]})
    data["grade"] = pd.Categorical(["low", "high", "low", "low"], categories=["low", "mid", "high"])
    table = survey.shares(data, ["level", "text", "grade"])
    found = {item: part["answer"].tolist() for item, part in table.groupby("item")}
    assert found == {"level": ["2", "3", "10"], "text": ["a", "b", "unknown"], "grade": ["low", "mid", "high"]}
    assert table.query("answer == 'mid'")["share"].tolist() == [0.0]
    with pytest.raises(DataError, match="'x' has 300 distinct numbers and no categories"):
        survey.shares({"x": np.arange(300.0)}, "x")
    with pytest.raises(UnknownNameError, match="no item has the answer 'ja'"):
        survey.shares(data, "text", answers="ja")


def test_levels_of_scores_agree_with_scores_levels() -> None:
    data = ix.datasets.make_ict_survey(3_000, rng=2, missing=0.02)
    scores = ix.framework("eurostat-dii", edition=2023).score(data, unit="firm")
    expected = scores.levels(by="size", sample_weight="weight")
    table = survey.shares(scores, by="size", weights="weight")
    for name in ("size", "level", "n"):
        assert table[name].tolist() == expected[name].tolist()
    np.testing.assert_allclose(table["share"], expected["share"], rtol=1e-12)
    np.testing.assert_allclose(table["weight"], expected["weight"], rtol=1e-12)
    assert table["level"].dtype == "category" and (table["se"] > 0).all()
    boot = survey.bootstrap(scores, by="size", weights="weight", replicates=50, rng=1)
    np.testing.assert_array_equal(boot.table["value"], table["share"])
    assert boot.table["level"].dtype == table["level"].dtype and boot.table["level"].equals(table["level"])
    node = scores.fitted._index.nodes[0]["id"]
    sample = survey.design(scores, weights="weight", strata="size")
    if node in scores._passes.groups:
        assert survey.means(sample, node)["n"][0] > 0


def test_totals_over_groups() -> None:
    data = firms()
    table = survey.means(data, "staff", by=["size", "nace"], weights="w", total="all")
    assert len(table) == 3 * 2 + 3 + 2 + 1
    whole = table[(table["size"] == "all") & (table["nace"] == "all")]
    assert whole["mean"].tolist() == survey.means(data, "staff", weights="w")["mean"].tolist()
    by_size = survey.means(data, "staff", by="size", weights="w")
    assert table[table["nace"] == "all"]["mean"].tolist()[:3] == by_size["mean"].tolist()
    with pytest.raises(DataError, match="'S' is a group of column 'size'"):
        survey.means(data, "staff", by="size", total="S")


def test_combinations() -> None:
    data = {"a": [1, 1, 0, 1, 0, 1], "b": [0, 0, 0, 1, 0, N], "g": ["x"] * 3 + ["y"] * 3, "w": [1.0, 1, 3, 1, 1, 9]}
    table = survey.combinations(data, ["a", "b"], weights="w", by="g", top=1)
    assert table["combination"].tolist() == ["(none)", "(none)"] and table["share"].tolist() == [0.6, 0.5]
    assert table["unknown"].tolist() == [0, 1] and table["rank"].tolist() == [1, 1]
    whole = survey.combinations(data, ["a", "b"], unknown="category")
    assert whole["share"].sum() == pytest.approx(5 / 6)
    twin = survey.shares(pd.DataFrame({"c": ["a", "a", "-", "ab", "-", None]}), "c", unknown="left_out")
    assert sorted(survey.combinations(data, ["a", "b"])["se"]) == pytest.approx(sorted(twin["se"]))
    with pytest.raises(DataError, match="column 'w': a yes/no item is 0 or 1, found 3"):
        survey.combinations(data, ["a", "w"])


def test_quantiles_by_rule() -> None:
    data = {"y": [10.0, 20.0, 30.0, 40.0]}
    found = {rule: survey.quantiles(data, "y", 0.5, rule=rule)["quantile"][0] for rule in ("math", "higher", "school")}
    assert found == {"math": 20.0, "higher": 30.0, "school": 25.0}
    big = firms()
    order = np.argsort(big["staff"])
    upto = np.cumsum(big["w"][order]) / big["w"].sum()
    table = survey.quantiles(big, "staff", [0.1, 0.9], weights="w")
    assert table["quantile"].tolist() == [big["staff"][order][np.argmax(upto >= q)] for q in (0.1, 0.9)]
    with pytest.raises(DataError, match="q= lies between 0 and 1, found 1"):
        survey.quantiles(data, "y", 1.0)


# Designs


def test_single_units_follow_their_rule() -> None:
    data = {"y": [1.0, 3.0, 8.0], "s": ["a", "a", "b"]}
    with pytest.raises(DegenerateError, match=r"strata=, row 2: 1 stratum has a single sampling unit.*say single="):
        survey.design(data, strata="s")
    total = lambda single: survey.totals(survey.design(data, strata="s", single=single), "y")["se"][0] ** 2  # noqa: E731
    assert [total(rule) for rule in ("certainty", "centered", "adjust")] == pytest.approx([4, 20, 68])
    mean = lambda single: survey.means(survey.design(data, strata="s", single=single), "y")["se"][0]  # noqa: E731
    assert mean("centered") == pytest.approx(mean("adjust")) and mean("centered") > mean("certainty")
    with pytest.raises(UnknownNameError, match="single= is one of"):
        survey.design(data, strata="s", single="adjusted")


@pytest.mark.parametrize(
    ("columns", "error", "text"),
    [
        ({"weights": "v"}, MissingColumnError, "weights=: the data have no column 'v'"),
        ({"weights": [1.0]}, DataError, "weights= is a column or an array of 3 values, found 1"),
        ({"weights": [1.0, -1.0, 1.0]}, DataError, "weights=, row 1: -1: expected a finite weight of at least 0"),
        ({"weights": [1.0, N, 1.0]}, DataError, "expected a finite weight"),
        ({"weights": [0.0, 0.0, 0.0]}, DegenerateError, "all weights are 0"),
        ({"strata": ["a", None, "a"]}, DataError, "strata=, row 1: is missing"),
        ({"fpc": [2.0, 2.0, 2.0]}, DataError, "smaller than the sample: 3 units"),
        ({"fpc": [9.0, 8.0, 9.0]}, DataError, "another row of its stratum has 9"),
    ],
)
def test_bad_designs_are_named(columns: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        survey.design({"y": [1.0, 2.0, 3.0]}, **columns)


def test_several_columns_are_one_stratum() -> None:
    data = firms()
    both = survey.design(data, weights="w", strata=["size", "nace"])
    assert both.strata == 6 and both.degrees == 400 - 6
    joined = survey.design(data, weights="w", strata=np.char.add(data["size"], data["nace"]))
    assert survey.means(both, "staff")["se"][0] == pytest.approx(survey.means(joined, "staff")["se"][0], rel=1e-13)
    assert (
        repr(survey.design(data, psu="town"))
        == "<Design: 400 rows, 1 stratum, 25 sampling units, 24 degrees of freedom>"
    )


def test_one_stratum_is_the_plain_formula() -> None:
    y = np.array([1.0, 2.0, 4.0, 4.0, 9.0])
    table = survey.means({"y": y, "s": ["a"] * 5}, "y")
    strata = survey.means(survey.design({"y": y, "s": ["a"] * 5}, strata="s"), "y")
    assert table["se"][0] == pytest.approx(y.std(ddof=1) / np.sqrt(5)) == strata["se"][0]
    half = survey.means(survey.design({"y": y}, fpc=np.full(5, 10.0)), "y")
    assert half["se"][0] == pytest.approx(table["se"][0] * np.sqrt(0.5))


# Degenerate cases: what, share or mean, standard error, low, flag


@pytest.mark.parametrize(
    ("y", "mean", "se", "flag"),
    [
        ([1.0, 2.0, 3.0], 2.0, np.sqrt(1 / 3), "few"),
        ([5.0, 5.0, 5.0], 5.0, 0.0, "few"),
        ([0.1, 0.1, 0.1], 0.1, 0.0, "few"),
        ([5.0, N, N], 5.0, N, "few, uncertain"),
        ([N, N, N], N, N, "missing"),
        ([0.0, 0.0, 0.0], 0.0, 0.0, "few"),
        ([-1.0, 0.0, 1.0], 0.0, np.sqrt(1 / 3), "few, uncertain"),
        ([7.0], 7.0, N, "few, uncertain"),
    ],
)
def test_degenerate_columns(y: list[float], mean: float, se: float, flag: str) -> None:
    data = {"y": np.array(y)}
    if len(y) == 1:
        with pytest.raises(DegenerateError, match="single sampling unit"):
            survey.means(data, "y")
        data = survey.design(data, single="certainty")
    found = survey.means(data, "y").iloc[0]
    np.testing.assert_allclose([found["mean"], found["se"]], [mean, se], rtol=1e-14, atol=1e-300)
    assert found["flag"] == flag


def test_no_rows_and_no_groups() -> None:
    empty = survey.means({"y": np.empty(0)}, "y")
    assert empty["n"].tolist() == [0] and np.isnan(empty["mean"][0])
    grouped = survey.means({"y": np.empty(0), "g": np.empty(0, dtype=str)}, "y", by="g")
    assert len(grouped) == 0 and grouped.columns.tolist()[-1] == "flag"
    infinite = {"y": [1.0, np.inf]}
    with pytest.raises(DataError, match="column 'y', row 1: expected a finite number"):
        survey.means(infinite, "y")


def test_shares_of_nobody_and_everybody() -> None:
    table = survey.shares({"cloud": [1.0] * 40}, "cloud")
    assert table["share"].tolist() == [0.0, 1.0] and table["se"].tolist() == [0.0, 0.0]
    assert table["low"].isna().all() and table["flag"].tolist() == ["", ""]


def test_the_unit_of_measurement_does_not_matter() -> None:
    y = np.array([1.0, 2.0, 4.0, 4.0, 9.0])
    expected = survey.means({"y": y}, "y")
    for unit in (2.0**-900, 2.0**-300, 2.0**300):
        found = survey.means({"y": y * unit}, "y")
        assert (found[["mean", "se", "low", "high"]] / unit).equals(expected[["mean", "se", "low", "high"]])
    with pytest.raises(DataError, match=r"column 'y', row 1: expected a number of at most 1e100 in size"):
        survey.means({"y": [1.0, 1e101]}, "y")
    with pytest.raises(DataError, match=r"weights=, row 0: 1.*: expected at most 1e100; divide all weights"):
        survey.means({"y": [1.0, 2.0]}, "y", weights=[1e101, 1.0])


def test_flags_follow_the_thresholds() -> None:
    data = {"cloud": [1.0, 0.0] * 15}
    assert survey.shares(data, "cloud")["flag"].tolist() == ["", ""]
    strict = survey.Reliability(min_rows=31, max_cv=0.01)
    assert survey.shares(data, "cloud", reliability=strict)["flag"].tolist() == ["few, uncertain"] * 2
    with pytest.raises(ValueError, match="min_rows="):
        survey.Reliability(min_rows=-1)
    with pytest.raises(TypeError, match=r"reliability= is an ix\.survey\.Reliability, found 3"):
        survey.means(data, "cloud", reliability=3)
    with pytest.raises(TypeError, match="q= is a number"):
        survey.quantiles(data, "cloud", "0.5")
    with pytest.raises(ValueError, match="confidence= lies between 0 and 1"):
        survey.means(data, "cloud", confidence=95)


@pytest.mark.parametrize("kind", MAKERS)
def test_tables_of_every_kind(kind: str) -> None:
    columns = {"size": ["S", "L", None, "S"], "cloud": [1.0, 0.0, 1.0, None], "w": [2.0, 1.0, 1.0, 3.0]}
    table = MAKERS[kind](columns)
    found = survey.shares(table, "cloud", by="size", weights="w", answers="yes", unknown="left_out")
    assert values(found["size"]) == [None, "L", "S"]
    assert values(found["share"]) == [1.0, 0.0, 1.0] and values(found["unknown"]) == [0, 0, 1]
    assert values(survey.means(table, "cloud", weights="w")["mean"]) == [0.75]
    assert values(survey.share_of_total(table, by="size", weights="w")["share"]) == pytest.approx([1 / 7, 1 / 7, 5 / 7])
    assert values(survey.difference(table, "w", "size", of="S", against="rest")["difference"]) == [1.5]


# Properties

SAMPLES = st.lists(
    st.tuples(st.floats(0.1, 9), st.integers(0, 2), st.floats(-50, 50), st.integers(0, 1)), min_size=8, max_size=40
)


@settings(deadline=None, max_examples=40)
@given(rows=SAMPLES, factor=st.floats(0.01, 100), seed=st.integers(0, 99))
def test_weights_have_no_unit_and_rows_no_order(
    rows: list[tuple[float, int, float, int]], factor: float, seed: int
) -> None:
    def run(rows: list[Any], factor: float) -> np.ndarray:
        w, s, y, g = (np.array(part) for part in zip(*rows, strict=True))
        sample = survey.design({"w": w * factor, "s": s, "y": y, "g": g}, weights="w", strata="s", single="centered")
        means = survey.means(sample, "y", by="g")
        shares = survey.shares(sample, "g")
        quantiles = survey.quantiles(sample, "y", 0.3)
        part = survey.share_of_total(sample, by="g")
        return np.concatenate(
            [
                means["mean"],
                means["se"],
                shares["share"],
                shares["se"],
                quantiles["quantile"],
                part["share"],
                part["se"],
            ]
        )

    turned = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    expected = run(rows, 1.0)
    for found in (run(rows, factor), run(turned, 1.0)):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


# The bootstrap


def test_the_bootstrap_is_the_same_for_any_number_of_threads() -> None:
    sample = survey.design(firms(), weights="w", strata="size", psu="town")
    run = lambda **more: survey.bootstrap(sample, "shares", "cloud", by="nace", replicates=60, **more).values  # noqa: E731
    one = run(rng=0, threads=1)
    assert np.array_equal(one, run(rng=0, threads=2)) and not np.array_equal(one, run(rng=1, threads=1))
    # Known bits of seed 0, so that a change of the stream is noticed.
    again = survey.bootstrap(sample, "shares", "cloud", by="nace", replicates=20, rng=0)
    assert np.array_equal(again.values, one[:20]) and again.seed == 0
    drawn = survey.bootstrap(sample, "means", "staff", replicates=5, rng=np.random.default_rng(3))
    assert np.array_equal(drawn.values, survey.bootstrap(sample, "means", "staff", replicates=5, rng=drawn.seed).values)
    assert (
        survey.bootstrap(sample, "means", "staff", replicates=5).seed
        != survey.bootstrap(sample, "means", "staff", replicates=5).seed
    )


@pytest.mark.parametrize("psu", [None, "town"])
def test_the_bootstrap_agrees_with_linearization(psu: str | None) -> None:
    sample = survey.design(firms(1500), weights="w", strata="nace", psu=psu)
    for statistic, items in (("shares", "cloud"), ("means", "staff"), ("ratios", {"r": ("profit", "staff")})):
        found = survey.bootstrap(sample, statistic, items, by="size", replicates=3000, rng=0)
        table = found.table
        # 3000 replicates: 1.3 % by chance, four of them; a few dozen units add the error of linearization.
        np.testing.assert_allclose(table["se"], table["se_linearized"], rtol=0.052 if psu is None else 0.12)
        np.testing.assert_allclose(found.values.std(axis=0, ddof=1), table["se"], rtol=1e-12)
        np.testing.assert_allclose(np.quantile(found.values, 0.975, axis=0), table["high"], rtol=1e-12)


def test_the_bootstrap_at_its_edges() -> None:
    data = {"y": [1.0, 2.0, 8.0], "s": ["a", "a", "b"], "g": ["p", "q", "q"]}
    with pytest.raises(DegenerateError, match=r"cannot be drawn from again; say single=\"certainty\""):
        survey.bootstrap(survey.design(data, strata="s", single="centered"), "means", "y", rng=0)
    certain = survey.design(data, strata="s", single="certainty")
    table = survey.bootstrap(certain, "means", "y", by="g", replicates=100, rng=0).table
    # Group p is one of two rows: some replicates do not draw it.
    assert 0 < table["replicates"][0] < 100 and table["replicates"][1] == 100
    assert np.isnan(table["se"][0]) and np.isnan(table["low"][0]) and table["se"][1] > 0
    for wrong, error in ((-1, ValueError), (2**64, ValueError), (1.5, TypeError), (True, TypeError)):
        with pytest.raises(error, match="rng="):
            survey.bootstrap(certain, "means", "y", rng=wrong)
    with pytest.raises(ValueError, match="replicates= is a number of at least 2"):
        survey.bootstrap(certain, "means", "y", replicates=1)


def test_without_svy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "svy", None)
    with pytest.raises(OptionalDependencyError, match=r"to_svy needs svy: pip install 'indicia\[survey\]'"):
        survey.to_svy(survey.design({"y": [1.0, 2.0]}))
    with pytest.raises(DataError, match="adjust"):
        survey.to_svy(survey.design({"y": [1.0, 2.0]}, single="adjust"))
    with pytest.raises(TypeError, match="weights= is part of the design"):
        survey.means(survey.design({"y": [1.0, 2.0]}), "y", weights="y")
