"""`ix.compare`, ranks by group, strengths and weaknesses: properties, kinds of tables, what has no answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from kinds import MAKERS

import indicia as ix
from indicia.errors import DataError, DefinitionError, UnknownNameError
from indicia.stats import UndefinedStatisticWarning

FIRMS = {
    "firm": ["A", "B", "C", "D"],
    "size": ["s", "l", "s", "l"],
    "cloud": [0.0, 1.0, 4.0, 2.0],
    "ai": [5.0, 2.0, 1.0, 3.0],
    "web": [1.0, 1.0, 1.0, 0.0],
}
INDEX = ix.Index.flat(["cloud", "ai"], weights={"cloud": 3, "ai": 1})


def column(table: Any, name: str) -> list[Any]:
    values = table[name]
    found = values.to_pylist() if hasattr(values, "to_pylist") else np.asarray(values).tolist()
    return [None if value is None or value != value else value for value in found]


def panel(units: int = 12, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = [{"firm": f"f{u}", "year": year, "a": 0.0} for year in (2020, 2021, 2023) for u in range(units)]
    frame = pd.DataFrame(rows)
    for name in ("a", "b", "c", "d"):
        frame[name] = random.uniform(1, 9, len(frame))
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def tree(low: str = "arithmetic", top: str = "arithmetic", **more: Any) -> ix.Index:
    return ix.Index.from_dict(
        {
            "id": "two",
            "defaults": {"scale": {"minmax": {"to": [1, 100]}}},
            "indicator": [
                {"id": "a", "parent": "p", "weight": 2},
                {"id": "b", "parent": "p"},
                {"id": "c", "parent": "q", "direction": -1},
                {"id": "d", "parent": "q"},
            ],
            "group": [
                {"id": "p", "parent": "top", "aggregate": low, "weight": 0.3},
                {"id": "q", "parent": "top", "aggregate": low, "weight": 0.7},
                {"id": "top", "aggregate": top},
            ],
        }
        | more
    )


# Two indices


@pytest.mark.parametrize("kind", MAKERS)
def test_differences_come_in_every_kind(kind: str) -> None:
    data = MAKERS[kind](FIRMS)
    first, second = INDEX.fit_score(data, unit="firm"), INDEX.using(weights="equal").fit_score(data, unit="firm")
    found = ix.compare.difference(first, second)
    assert column(found, "firm") == FIRMS["firm"]
    # Scores by hand: 0.25, 0.25, 0.75, 0.5 and 0.5, 0.25, 0.5, 0.5.
    assert (column(found, "first"), column(found, "second")) == ([3, 3, 1, 2], [1, 4, 1, 1])
    assert column(found, "difference") == [2, -1, 0, 1]
    assert column(found, "absolute") == [2, 1, 0, 1]
    assert column(ix.compare.several({"x": first, "y": second}), "y") == [1, 4, 1, 1]
    assert column(ix.compare.rank_correlation(first, second), "n") == [4]


def test_units_are_matched_by_label_and_difference_is_antisymmetric() -> None:
    data = pd.DataFrame(FIRMS)
    first, second = INDEX.fit_score(data, unit="firm"), INDEX.using(weights="equal").fit_score(data[::-1], unit="firm")
    for on in ("ranks", "scores"):
        one = ix.compare.difference(first, second, on=on).set_index("firm")
        two = ix.compare.difference(second, first, on=on).set_index("firm").loc[one.index]
        assert (one["difference"] == -two["difference"]).all()
        assert (one["absolute"] == two["absolute"]).all()
        assert one["absolute"].any()


def test_ranks_of_a_panel_are_within_periods() -> None:
    data = panel()
    scores = tree().fit_score(data, unit="firm", time="year")
    by_hand = data.assign(s=scores["top"]).groupby("year")["s"].rank(ascending=False, method="min")
    assert (scores.rank(by="year") == by_hand).all()
    found = ix.compare.difference(scores, tree(top="geometric").fit_score(data, unit="firm", time="year"))
    assert (found["first"] == by_hand).all()
    assert list(found.columns[:2]) == ["firm", "year"]


def test_other_units_are_an_error_and_missing_scores_have_no_difference() -> None:
    data = pd.DataFrame(FIRMS)
    first = INDEX.fit_score(data, unit="firm")
    with pytest.raises(DataError, match="'D' is not in 'second'"):
        ix.compare.difference(first, INDEX.fit_score(data[:3], unit="firm"))
    with pytest.raises(DataError, match="'D' is not in 'b'"):
        ix.compare.several({"a": first, "b": INDEX.fit_score(data[:3], unit="firm")})
    with pytest.raises(TypeError, match="one of each"):
        ix.compare.difference(first, [1.0, 2.0])
    with pytest.raises(UnknownNameError):
        ix.compare.difference(first, first, node="nothing")
    gaps = data.assign(cloud=[np.nan, 1.0, 4.0, 2.0], ai=[np.nan, 2.0, 1.0, 3.0])
    found = ix.compare.difference(first, INDEX.fit_score(gaps, unit="firm"))
    assert column(found, "difference")[0] is None
    assert found["difference"].notna().sum() == 3


def test_columns_are_compared_by_index_or_position() -> None:
    first, second = pd.Series([3.0, 2.0, 1.0], list("abc")), pd.Series([3.0, 2.0, 1.0], list("cba"))
    assert column(ix.compare.difference(first, second), "difference") == [-2, 0, 2]
    assert column(ix.compare.difference(np.array([1.0, 4.0]), [2.0, 1.0], on="scores"), "difference") == [-1, 3]
    with pytest.raises(DataError, match="length"):
        ix.compare.difference([1.0], [1.0, 2.0])
    with pytest.raises(DataError, match="indexes differ"):
        ix.compare.difference(first, pd.Series([1.0, 2.0, 3.0], list("abd")))
    with pytest.raises(DataError, match="infinite"):
        ix.compare.difference([1.0], [np.inf])


# Ranks by group, strengths and weaknesses


@pytest.mark.parametrize("kind", MAKERS)
def test_strengths_and_weaknesses_come_in_every_kind(kind: str) -> None:
    scores = ix.Index.flat(["cloud", "ai", "web"]).fit_score(MAKERS[kind](FIRMS), unit="firm")
    found = scores.strengths("C")
    # On ai, C has the worst rank, which is no strength.
    assert (column(found, "node"), column(found, "rank")) == (["cloud", "web"], [1, 1])
    assert column(scores.strengths("C", drop_worst=False), "node") == ["cloud", "web", "ai"]
    assert column(scores.strengths("C", min_distinct=3), "node") == ["cloud"]
    assert column(scores.weaknesses("C", 1), "node") == ["ai"]
    assert column(scores.strengths("A", by="size", nodes=["cloud", "ai"]), "rank") == [1]
    assert column(scores.weaknesses("C", 5), "n") == [4, 4, 4]


def test_ranks_within_groups_and_missing_groups() -> None:
    data = pd.DataFrame(FIRMS).assign(size=["s", None, "s", "l"])
    scores = INDEX.fit_score(data, unit="firm")
    assert column({"r": scores.rank(by="size")}, "r") == [2, None, 1, 1]
    assert column({"r": scores.rank(by=[0, 0, 0, 0])}, "r") == column({"r": scores.rank()}, "r")
    with pytest.raises(DataError, match="4 rows"):
        scores.rank(by=np.array([1, 2]))
    with pytest.raises(UnknownNameError, match="no group"):
        scores.strengths("B", by="size")
    with pytest.raises(UnknownNameError):
        scores.strengths("nobody")
    with pytest.raises(UnknownNameError, match="nodes="):
        scores.strengths("A", nodes=["clout"])
    with pytest.raises(ValueError, match="n="):
        scores.strengths("A", 0)


def test_a_missing_score_is_neither_strength_nor_weakness() -> None:
    data = pd.DataFrame(FIRMS).assign(cloud=[np.nan, 1.0, 4.0, 2.0])
    scores = INDEX.fit_score(data, unit="firm")
    assert column(scores.weaknesses("A"), "node") == ["ai"]
    assert len(scores.strengths("A", nodes=["cloud"])) == 0


# Leave one out


@pytest.mark.parametrize("weights", ["equal", {"cloud": 3, "ai": 1, "web": 1}, "entropy", "critic"])
def test_leaving_one_out_is_the_index_over_the_others(weights: Any) -> None:
    names = ["cloud", "ai", "web"]
    index = ix.Index.flat(names, weights=weights)
    found = ix.compare.leave_one_out(index, FIRMS, unit="firm")
    assert column(found.elements, "element") == ["nominal", *names]
    assert column(found.elements, "mean_abs_rank_change")[0] == 0
    full = index.fit_score(FIRMS, unit="firm")
    for name in names:
        rest = [other for other in names if other != name]
        given = {other: weights[other] for other in rest} if isinstance(weights, dict) else weights
        scores = ix.Index.flat(rest, weights=given).fit_score(FIRMS, unit="firm")
        np.testing.assert_allclose(found.scores[name], scores["index"], rtol=1e-14)
        moved = float(np.mean(np.abs(scores.rank() - full.rank())))
        assert found.elements.set_index("element")["mean_abs_rank_change"][name] == pytest.approx(moved, abs=1e-14)


def test_leaving_out_groups_tiers_and_panels() -> None:
    data = panel()
    found = ix.compare.leave_one_out(tree(), data, "groups", unit="firm", time="year")
    assert column(found.elements, "element") == ["nominal", "p", "q"]
    assert found.ranks["nominal"].max() == 12
    assert column(found.elements, "n") == [36, 36, 36]
    only = tree().fit_score(data, unit="firm", time="year")["q"]
    np.testing.assert_allclose(found.scores["p"], only, rtol=1e-14)
    tier = ix.compare.leave_one_out(tree(), data, 2, unit="firm", time="year")
    pd.testing.assert_frame_equal(tier.ranks, found.ranks)
    # Row order does not matter.
    turned = ix.compare.leave_one_out(tree(), data[::-1], "groups", unit="firm", time="year")
    pd.testing.assert_frame_equal(turned.elements, found.elements)


def test_what_cannot_be_left_out_is_an_error() -> None:
    with pytest.raises(DefinitionError, match="nothing is left"):
        ix.compare.leave_one_out(ix.Index.flat(["cloud"]), FIRMS)
    with pytest.raises(UnknownNameError, match="no groups"):
        ix.compare.leave_one_out(INDEX, FIRMS, "groups")
    with pytest.raises(UnknownNameError, match="clout"):
        ix.compare.leave_one_out(INDEX, FIRMS, ["clout"])
    with pytest.raises(UnknownNameError, match="tier 7"):
        ix.compare.leave_one_out(INDEX, FIRMS, 7)
    with pytest.raises(DataError, match="nominal="):
        ix.compare.leave_one_out(INDEX, FIRMS, nominal="ai")


# Change


@pytest.mark.parametrize("low", ["arithmetic", "geometric"])
@pytest.mark.parametrize("top", ["arithmetic", "geometric", "sum"])
@pytest.mark.parametrize("period", ["pooled", {"base": 2020}])
def test_contributions_add_up_to_the_change(low: str, top: str, period: Any) -> None:
    data = panel()
    if isinstance(period, dict):
        # Values outside the anchors of the base could make scores negative.
        posts = {"goalposts": {"low": 0, "high": 10, "to": [1, 100]}}
        index = tree(low, top, period=period).using(normalize=posts)
    else:
        index = tree(low, top)
    found = ix.compare.change(index, data, unit="firm", time="year")
    parts = found[["a", "b", "c", "d"]].sum(axis=1)
    assert found["reason"].isna().all()
    np.testing.assert_allclose(parts, found["change"], rtol=0, atol=1e-12)
    scores = index.fit_score(data, unit="firm", time="year").to_frame().set_index(["firm", "year"])["top"].unstack()
    np.testing.assert_allclose(found.set_index("firm")["change"], (scores[2023] - scores[2020]).loc[found["firm"]])
    turned = ix.compare.change(index, data, unit="firm", time="year", first=2023, last=2020)
    np.testing.assert_allclose(turned["c"], -found["c"], rtol=0, atol=1e-12)


def test_arithmetic_contributions_are_effective_weight_times_change() -> None:
    data = panel()
    index = tree()
    fitted = index.fit(data, unit="firm", time="year")
    found = ix.compare.change(fitted, data, unit="firm", time="year", last=2021).set_index("firm")
    weights = fitted.weights.set_index("node")["effective"]
    leaves = fitted.score(data, unit="firm", time="year").to_frame("all").set_index(["firm", "year"])
    for name in "abcd":
        wide = leaves[name].unstack()
        np.testing.assert_allclose(
            found[name], (weights[name] * (wide[2021] - wide[2020])).loc[found.index], atol=1e-12
        )
    shuffled = ix.compare.change(fitted, data.sample(frac=1, random_state=3), unit="firm", time="year", last=2021)
    pd.testing.assert_frame_equal(shuffled.set_index("firm").loc[found.index], found)


def test_a_change_that_cannot_be_split_has_a_reason() -> None:
    data = panel(3).sort_values(["year", "firm"]).reset_index(drop=True)
    data.loc[0, "a"] = np.nan  # f0 in 2020
    data.loc[1, ["a", "b", "c", "d"]] = np.nan  # f1 in 2020
    data = data[:-1]  # f2 has no row in 2023
    found = ix.compare.change(tree(), data, unit="firm", time="year").set_index("firm")
    assert list(found["reason"]) == [
        "other gaps in the first period than in the last",
        "missing in the first period",
        "missing in the last period",
    ]
    assert found["change"].notna().tolist() == [True, False, False]
    assert found[["a", "b", "c", "d"]].isna().all(axis=None)
    zero = tree("geometric").using(aggregate={"geometric": {"zero": "zero"}}, normalize="minmax")
    assert "zero in a geometric mean" in set(ix.compare.change(zero, panel(), unit="firm", time="year")["reason"])


def test_changes_that_mean_nothing_are_refused() -> None:
    data = panel()
    with pytest.raises(DefinitionError, match="each period by itself"):
        ix.compare.change(tree(period="each"), data, unit="firm", time="year")
    with pytest.raises(DefinitionError, match="'p' is aggregated by 'harmonic'"):
        ix.compare.change(tree("harmonic"), data, unit="firm", time="year")
    found = ix.compare.change(tree(top="min"), data, unit="firm", time="year", node="p")
    assert list(found.columns) == ["firm", "score_first", "score_last", "change", "a", "b", "reason"]
    with pytest.raises(UnknownNameError, match="1999"):
        ix.compare.change(tree(), data, unit="firm", time="year", first=1999)
    with pytest.raises(UnknownNameError, match="'a'"):
        ix.compare.change(tree(), data, unit="firm", time="year", node="a")
    with pytest.raises(DataError, match="two periods"):
        ix.compare.change(tree(), data[data["year"] == 2020], unit="firm", time="year")


@pytest.mark.parametrize("kind", MAKERS)
def test_panels_of_every_kind(kind: str) -> None:
    data = {"firm": ["A", "B", "A", "B"], "year": [2021, 2021, 2022, 2022], "x": [1.0, 2.0, 3.0, 2.0]}
    table = MAKERS[kind](data)
    index = ix.Index.flat(["x"], normalize="none")
    changed = ix.compare.change(index, table, unit="firm", time="year")
    assert (column(changed, "change"), column(changed, "x")) == ([2, 0], [2, 0])
    linked = ix.compare.chained(index, table, unit="firm", time="year")
    assert (column(linked, "firm"), column(linked, "chained")) == (["A", "A", "B", "B"], [1, 3, 1, 1])
    grown = ix.compare.growth(table, ["x"], unit="firm", time="year")
    assert (column(grown, "growth"), column(grown, "last_time")) == ([2, 0], [2022, 2022])


# Chains


def test_a_chain_links_pairs_fitted_on_the_earlier_period() -> None:
    data = panel()
    index = tree()
    found = ix.compare.chained(index, data, unit="firm", time="year", link="difference").set_index(["firm", "year"])
    total = pd.Series(0.0, sorted(set(data["firm"])))
    for base, later in ((2020, 2021), (2021, 2023)):
        own = tree(period={"base": base}).fit_score(data, unit="firm", time="year").to_frame()
        wide = own.set_index(["firm", "year"])["top"].unstack()
        total = total + (wide[later] - wide[base])
        assert (found.xs(later, level="year")["chained"].loc[total.index] - total).abs().max() < 1e-10
    assert (found.xs(2020, level="year")["chained"] == 0).all()
    mean = ix.compare.chained(index, data, unit="firm", time="year", link="difference", of="mean")
    assert mean["chained"].iloc[-1] == pytest.approx(total.mean(), abs=1e-10)


def test_a_chain_without_fitting_is_the_plain_ratio() -> None:
    index = ix.Index.flat(["a", "b"], normalize="none")
    data = panel()
    found = ix.compare.chained(index, data, unit="firm", time="year").set_index(["firm", "year"])["chained"].unstack()
    wide = index.score(data, unit="firm", time="year").to_frame().set_index(["firm", "year"])["index"].unstack()
    np.testing.assert_allclose(found, wide.div(wide[2020], axis=0).loc[found.index], rtol=1e-12)


def test_a_broken_chain_stays_broken() -> None:
    data = {"firm": ["A"] * 3 + ["B"] * 3, "year": [1, 2, 3] * 2, "x": [1.0, np.nan, 2.0, 1.0, 2.0, 3.0]}
    index = ix.Index.flat(["x"], normalize="none")
    found = ix.compare.chained(index, data, unit="firm", time="year")
    assert column(found, "chained") == [1, None, None, 1, 2, 3]
    with pytest.warns(UndefinedStatisticWarning, match="1 ratios"):
        ix.compare.chained(index, data | {"x": [0.0, 1.0, 1.0, 1.0, 2.0, 3.0]}, unit="firm", time="year")
    own = index.to_dict()
    own["indicator"][0]["period"] = "each"
    with pytest.raises(DefinitionError, match="period of its own"):
        ix.compare.chained(ix.Index.from_dict(own), data, unit="firm", time="year")
    with pytest.raises(DefinitionError, match="compares units"):
        ix.compare.chained(ix.Index.flat(["x"], aggregate="copeland"), data, unit="firm", time="year")
    with pytest.raises(DataError, match="two periods"):
        ix.compare.chained(index, {"firm": ["A"], "year": [1], "x": [1.0]}, unit="firm", time="year")


# Growth


def test_growth_says_why_it_is_missing() -> None:
    firms = ["A", "A", "B", "B", "C", "C", "D", "D", "E", "E"]
    values = [100.0, 121.0, -100.0, 121.0, 0.0, 5.0, None, 3.0, 4.0, 4.0]
    data = {"firm": firms, "year": [2020, 2022] * 5, "x": values}
    found = ix.compare.growth(data, unit="firm", time="year")
    assert [value if value is None else round(value, 12) for value in column(found, "growth")] == [
        0.1,
        None,
        None,
        None,
        0,
    ]
    words = [None, "signs differ", "first value not positive", "one observation", None]
    assert column(found, "reason") == words
    assert column(found, "availability") == [1, 1, 1, 0.5, 1]
    assert column(found, "first_time") == [2020, 2020, 2020, 2022, 2020]
    turned = ix.compare.growth(data, {"x": -1}, unit="firm", time="year")
    assert column(turned, "growth")[0] == pytest.approx(-0.1)


def test_growth_of_dates_latest_and_order() -> None:
    days = pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"])
    data = pd.DataFrame({"firm": "A", "day": days, "x": [9.0, 2.0, 4.0]})
    found = ix.compare.growth(data, ["x"], unit="firm", time="day", latest=2, step=365)
    assert found["growth"][0] == pytest.approx(1.0)
    assert found["first_time"][0] == days[1]
    data = panel()
    for method in ("cagr", "trend"):
        one = ix.compare.growth(data, unit="firm", time="year", method=method)
        two = ix.compare.growth(data[::-1], unit="firm", time="year", method=method)
        keys = ["column", "unit"]
        pd.testing.assert_frame_equal(
            one.sort_values(keys, ignore_index=True), two.sort_values(keys, ignore_index=True), rtol=1e-12
        )


def test_growth_refuses_what_it_cannot_read() -> None:
    data = {"firm": ["A", "A"], "year": [2020, 2020], "x": [1.0, 2.0]}
    with pytest.raises(DataError, match="more than once"):
        ix.compare.growth(data, unit="firm", time="year")
    good = {"firm": ["A", "A"], "year": [2020, 2021], "x": [1.0, np.inf]}
    with pytest.raises(DataError, match="infinite"):
        ix.compare.growth(good, unit="firm", time="year")
    with pytest.raises(UnknownNameError, match="cagr"):
        ix.compare.growth(data, unit="firm", time="year", method="cager")
    with pytest.raises(ValueError, match="latest="):
        ix.compare.growth(data, unit="firm", time="year", latest=0)
