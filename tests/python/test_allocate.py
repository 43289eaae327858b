"""Allocations: equal to trying every one, and to a model written by hand; what is promised is reached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from allocating import BOOK, COSTS, Plain, firms, paths
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia.errors import DataError, UnknownNameError

shares = st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 0.6])
quotas = st.one_of(
    st.builds(lambda s: {"by": "industry", "each": True, "max_share": s + 0.35}, shares),
    st.builds(lambda s: {"by": "size", "value": "micro", "of": "firms", "min_share": s}, shares),
    st.builds(lambda s: {"by": "size", "value": "small", "min_share": s}, shares),
    st.builds(lambda m: {"of": "firms", "max": m}, st.integers(1, 4)),
    st.builds(lambda s: {"by": "size", "value": "micro", "of": "reached", "min_share": s}, shares),
    st.builds(lambda m: {"by": "size", "value": "small", "min": m}, st.sampled_from([5, 20, 45])),
)
programs = st.fixed_dictionaries(
    {"budget": st.sampled_from([35, 60, 100, 180])},
    optional={
        "rate": st.sampled_from([0.3, 0.5, 1, {"by": "level", "values": {"basic": 0.4, "good": 0.6}}]),
        "cap": st.sampled_from([25, 40, {"by": "size", "values": {"micro": 20}, "default": 35}, {"column": "staff"}]),
        "discount": st.sampled_from([0.1]),
        "own_share_min": st.sampled_from([0.2, 0.6]),
        "grant_min": st.sampled_from([15]),
        "own_max": st.sampled_from([50]),
        "public": st.sampled_from([5, 10]),
        "share_to_firms_min": st.sampled_from([0.5]),
        "paths": st.sampled_from([["good"], ["basic"]]),
        "eligible": st.sampled_from([{"column": "staff", "ge": 20}]),
        "quotas": st.lists(quotas, max_size=2),
    },
)


def named(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"p{k}"} | program for k, program in enumerate(listed)]


def worth(allocation: Any, values: dict[str, float], levels: tuple[str, ...] = ("basic", "good")) -> float:
    """The worth of what a table says, counted from it."""
    frame = allocation.to_frame()
    has = frame["level"].astype(str).map(values | {"none": 0.0})
    gets = frame["to"].astype(object).map(values)
    return float((gets - has)[frame["state"] == "funded"].clip(lower=0).sum())


@settings(max_examples=250, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 6), listed=st.lists(programs, min_size=1, max_size=2))
def test_no_allocation_is_worth_more(seed: int, n: int, listed: list[dict[str, Any]]) -> None:
    data = firms(n, seed)
    # A quota names categories that the data have.
    data.loc[0, ["industry", "size"]] = ["C28", "micro"]
    data = pd.concat([data, data.iloc[:1].assign(firm="x", size="small")], ignore_index=True)
    listed, values = named(listed), {"basic": 1.0, "good": 1.7}
    if sum("share_to_firms_min" in p and "public" in p and p["public"] > p["budget"] / 2 for p in listed):
        return
    plans = paths(data)
    plain = Plain(data, plans, listed, values)
    expected = plain.brute()
    if expected is None:
        with pytest.raises(DataError, match="the rules conflict"):
            ix.plan.allocate(plans, listed, values=values, gap=0)
        return
    found = ix.plan.allocate(plans, listed, values=values, gap=0)
    assert found.value == pytest.approx(expected, abs=1e-7)
    assert found.bound == pytest.approx(expected, abs=1e-6)
    assert worth(found, values) == pytest.approx(expected, abs=1e-7)
    summary = found.summary()
    assert (summary["used"] >= summary["at_least"].fillna(-np.inf) - 1e-9).all() or summary["used"].isna().any()
    assert (summary["used"] <= summary["at_most"].fillna(np.inf) + 1e-9).all() or summary["used"].isna().any()
    after = np.asarray(found.after.level_low.astype(str))
    assert after.tolist() == found.to_frame()["level_after"].astype(str).tolist()


CITY = [
    {
        "id": "grant",
        "budget": 3000,
        "rate": {"by": "level", "values": {"basic": 0.4, "good": 0.5}},
        "cap": 60,
        "public": 200,
        "share_to_firms_min": 0.8,
        "eligible": {"column": "staff", "ge": 10},
        "quotas": [
            {"by": "industry", "each": True, "min_share": 0.2, "max_share": 0.45},
            {"by": "size", "value": "micro", "of": "firms", "min_share": 0.5},
        ],
    },
    {"id": "voucher", "budget": 1000, "cap": {"by": "size", "values": {"micro": 25, "small": 35}}, "rate": 0.7},
    {
        "id": "loan",
        "kind": "interest",
        "budget": 150,
        "interest": {"points": 2, "years": 3, "loan_share": 0.8, "loan_max": 90},
        "paths": ["good"],
        "quotas": [{"by": "industry", "value": "C28", "of": "firms", "max": 8}],
    },
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equal_to_a_model_written_by_hand(seed: int) -> None:
    data, values = firms(120, seed), {"basic": 1.0, "good": 1.6}
    city = [program | {"budget": program["budget"] * 0.3, "public": program.get("public", 0) * 0.3} for program in CITY]
    plans = paths(data)
    value, bound = Plain(data, plans, city, values).milp()
    exact = ix.plan.allocate(plans, city, values=values, gap=0)
    assert exact.gap <= 1e-9
    assert value - 1e-6 <= exact.value <= bound + 1e-6
    assert bound - value <= 0.02 * value
    assert worth(exact, values) == pytest.approx(exact.value, abs=1e-6)
    quick = ix.plan.allocate(plans, city, values=values)
    assert quick.value - 1e-9 <= exact.value <= quick.bound + 1e-6
    assert quick.gap <= 1e-3


def test_cores_are_as_good_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The large-scale way, on a problem that can be solved whole."""
    data, values = firms(900, 7), {"basic": 1.0, "good": 1.6}
    data["cost"] = np.random.default_rng(1).integers(20, 60, 900).astype(float)
    programs = [CITY[0] | {"cap": {"column": "cost"}}, *CITY[1:]]
    plans = paths(data)
    whole = ix.plan.allocate(plans, programs, values=values, gap=0)
    monkeypatch.setattr("indicia._plan_solver.SMALL", 50)
    monkeypatch.setattr("indicia._plan_solver._PRICED", 200)
    cores = ix.plan.allocate(plans, programs, values=values)
    assert cores._found.problem.size[1] > 500
    assert cores.gap <= 1e-3
    assert cores.value <= whole.bound + 1e-6
    assert cores.bound >= whole.value - 1e-6
    exact = ix.plan.allocate(plans, programs, values=values, gap=0)
    assert exact.value == pytest.approx(whole.value, abs=1e-6)
    small = ix.plan.allocate(plans, programs, goal="smallest_share", by="industry")
    assert small.gap < 0.01
    reached = (small.to_frame()["level_after"].astype(str) != "none").groupby(data["industry"]).mean().min()
    assert small.value == pytest.approx(reached)
    with pytest.raises(DataError, match="cannot be met") as error:
        ix.plan.allocate(plans, programs, quotas=[{"by": "industry", "value": "C29", "min": 3500}])
    assert "industry C29" in str(error.value)


def test_the_level_promised_is_the_level_reached() -> None:
    data = firms(300, 5, missing=0.1)
    plans = paths(data)
    found = ix.plan.allocate(plans, CITY, values={"basic": 1, "good": 2})
    frame = found.to_frame()
    assert found.after.level_low.astype(str).tolist() == frame["level_after"].astype(str).tolist()
    funded = (frame["state"] == "funded").to_numpy()
    assert 0 < funded.sum() < 300
    before, after = data[~funded], found.applied()[~funded]
    pd.testing.assert_frame_equal(before, after, check_dtype=False)
    assert set(found.needed()["unit"]) <= set(data["firm"][data.isna().any(axis=1)])
    assert len(found.needed()) > 0


def test_rows_in_another_order_give_the_same() -> None:
    data = firms(200, 9)
    order = np.random.default_rng(0).permutation(200)
    programs = [CITY[0] | {"budget": 1500}, CITY[1] | {"budget": 700}]
    one = ix.plan.allocate(paths(data), programs)
    other = ix.plan.allocate(paths(data.iloc[order].reset_index(drop=True)), programs)
    again = ix.plan.allocate(paths(data), programs)
    assert one.value == other.value and one.bound == other.bound
    pd.testing.assert_frame_equal(one.to_frame(), again.to_frame())
    # Which offers are taken is the same; of firms with the same offers, the weakest and then the first have them.
    key = ["program", "to", "grant"]
    sort = [
        frame.funded()[key].astype({"program": str, "to": str}).sort_values(key).to_numpy().tolist()
        for frame in (one, other)
    ]
    assert sort[0] == sort[1]


def test_shadow_prices_are_the_slope_of_the_curve() -> None:
    data = firms(4000, 3)
    data["cap"] = np.random.default_rng(2).uniform(10, 80, 4000)
    program = {"id": "grant", "budget": 20_000, "cap": {"column": "cap"}, "rate": 0.8}
    found = ix.plan.allocate(paths(data, ("good",)), program, gap=1e-5)
    curve = found.curve([19_000, 20_000, 21_000, 1e9])
    slope = (curve["value"][2] - curve["value"][0]) / 2000
    assert found.summary()["price"][0] == pytest.approx(slope, rel=0.03)
    assert curve["price"][1] == pytest.approx(found.summary()["price"][0], rel=1e-6)
    assert curve["price"][3] == 0
    assert (np.diff(curve["value"]) > 0).all()
    outside = found.outside(5)
    assert (np.diff(outside["cheaper"] / outside["grant"]) >= -1e-12).all()
    # With so much more money, and a little, the first of those outside is in.
    first = outside.iloc[0]
    richer = ix.plan.allocate(
        paths(data, ("good",)), program | {"budget": 20_000 + 2 * first["more"] + 1}, gap=1e-6
    ).to_frame()
    assert richer["state"][data["firm"] == first["unit"]].tolist() == ["funded"]


def test_smallest_share_and_floors() -> None:
    data = firms(120, 4)
    plans = paths(data, ("basic",))
    program = {"id": "grant", "budget": 900}
    found = ix.plan.allocate(plans, program, goal="smallest_share", by="industry", gap=0)
    frame = found.to_frame().assign(industry=data["industry"])
    share = (frame["level_after"].astype(str) != "none").groupby(frame["industry"]).mean()
    assert found.value == pytest.approx(share.min())
    assert found.bound == pytest.approx(found.value)
    both = ix.plan.allocate(paths(data), program, goal="smallest_share", by="industry", gap=0)
    assert both.value == pytest.approx(found.value)
    # No rule asks for more than that, and one that asks for as much can be met.
    floor = {"by": "industry", "each": True, "of": "reached", "min_share": found.value}
    met = ix.plan.allocate(plans, program, quotas=[floor], gap=0)
    assert met.value == pytest.approx((frame["state"] == "funded").sum())
    counts = data.groupby("industry").size().min()
    with pytest.raises(DataError, match="the rules conflict"):
        ix.plan.allocate(plans, program, quotas=[floor | {"min_share": found.value + 1.5 / counts}], gap=0)


def test_points_weights_and_the_weakest() -> None:
    data = firms(60, 8)
    plans = paths(data)
    points = ix.plan.allocate(plans, {"id": "g", "budget": 700}, goal="points", gap=0)
    gained = np.asarray(points.after["use"]) - np.asarray(points.before["use"])
    assert points.value == pytest.approx(gained.sum())
    heavy = ix.plan.allocate(plans, {"id": "g", "budget": 700}, weights="weight", gap=0)
    frame = heavy.to_frame()
    funded = frame["state"] == "funded"
    assert heavy.value == pytest.approx(data["weight"][funded & (frame["level"].astype(str) == "none")].sum())
    even = ix.plan.allocate(plans, {"id": "g", "budget": 700}, gap=0)
    weak = ix.plan.allocate(plans, {"id": "g", "budget": 700}, weakest_first=20, gap=0)
    score = np.asarray(points.before["use"])
    mean = [score[(one.to_frame()["state"] == "funded").to_numpy()].mean() for one in (weak, even)]
    assert mean[0] < mean[1]


def test_who_is_outside_and_why() -> None:
    data = pd.DataFrame(
        {
            "firm": list("ABCDEFG"),
            "cloud": [1, 0, 0, 0, 0, 0, 0],
            "erp": [1, 0, 0, 0, 0, 0, 0],
            "shop": [1, 1, 1, 1, 1, 0, 1],
            "data": [1, 1, 1, 1, 1, 0, 1],
            "safe": [0, 1, 1, 1, 1, 0, 1],
            "staff": [50, 50, 50, 5, np.nan, 50, 50],
            "industry": ["C28", "C28", "C28", "C29", "C29", "C29", "C29"],
            "size": ["micro", "small", "micro", "micro", "micro", "micro", "large"],
        }
    )
    plans = paths(data, ("good",))
    program = {
        "id": "g",
        "budget": 300,
        "rate": {"by": "size", "values": {"micro": 0.5, "small": 1}},
        "eligible": {"column": "staff", "ge": 10},
        "quotas": [{"by": "industry", "value": "C28", "of": "firms", "max": 1, "label": "machines"}],
    }
    frame = ix.plan.allocate(plans, program).to_frame().set_index("firm")
    states, reasons = frame["state"].astype(str).to_dict(), frame["reason"].astype(object).to_dict()
    assert [states[firm] for firm in "ADEFG"] == ["there", "ineligible", "open", "funded", "not covered"]
    assert sorted(states[firm] for firm in "BC") == ["funded", "quota"]
    assert reasons["D"] == "g: staff >= 10"
    assert reasons["E"] == "g: staff >= 10 unanswered"
    assert "g: machines: firms is full" in (reasons["B"], reasons["C"])
    tight = ix.plan.allocate(plans, program | {"budget": 16})
    states = tight.to_frame().set_index("firm")["state"].astype(str)
    assert (states[["B", "C", "F"]] == "funded").sum() == 1
    assert set(states[["B", "C", "F"]]) <= {"funded", "outbid", "left over", "quota"}
    assert tight.needed()["column"].tolist() == ["staff"]


def test_conflicting_rules_are_the_fewest() -> None:
    data = firms(50, 6)
    plans = paths(data, ("basic",))
    program = {
        "id": "g",
        "budget": 500,
        "quotas": [
            {"by": "industry", "value": "C28", "min_share": 0.6, "label": "machines"},
            {"by": "industry", "value": "C29", "min": 100},
            {"by": "industry", "value": "C28", "max": 100, "label": "few machines"},
            {"by": "size", "value": "micro", "max_share": 0.9},
        ],
    }
    with pytest.raises(DataError) as error:
        ix.plan.allocate(plans, program)
    message = str(error.value)
    assert "g: machines: money (least share 0.6)" in message
    assert "g: few machines: money (at most 100)" in message
    assert "g: industry C29: money (at least 100)" in message
    assert "micro" not in message and "budget" not in message
    with pytest.raises(DataError, match="by itself"):
        ix.plan.allocate(plans, {"id": "g", "budget": 1e6, "quotas": [{"by": "size", "value": "micro", "min": 1e5}]})


@pytest.mark.parametrize(
    ("program", "more", "messages"),
    [
        ({"id": "g", "budget": 0}, {}, ["budget: expected a number above 0, found 0"]),
        ({"id": "g", "budget": -5, "rate": 1.5}, {}, ["found -5", "at most 1, found 1.5"]),
        ({"id": "g"}, {}, ["needs a budget"]),
        ({"budget": 3, "bugdet": 3}, {}, ["needs an id", "did you mean 'budget'"]),
        ({"id": "g", "budget": 9, "quotas": [{"of": "firms", "min": 51}]}, {}, ["51 are more than the 50 firms"]),
        ({"id": "g", "budget": 9, "quotas": [{"by": "size", "value": "micro", "min_share": 0.6, "max_share": 0.5}]}, {}, ["min_share, 0.6, is more than max_share, 0.5"]),
        ({"id": "g", "budget": 9, "quotas": [{"by": "sise", "each": True, "max": 3}]}, {}, ["no column 'sise'; did you mean 'size'"]),
        ({"id": "g", "budget": 9, "quotas": [{"by": "size", "value": "mikro", "max": 3}]}, {}, ["no category 'mikro'; did you mean 'micro'"]),
        ({"id": "g", "budget": 9, "quotas": [{"by": "size", "max": 3}, {"value": "micro", "max": 3}, {"of": "firms"}]}, {}, ["needs value=", "needs by=", "limits nothing"]),
        ({"id": "g", "budget": 9, "eligible": {"column": "stuff", "ge": 10}}, {}, ["no column 'stuff'; did you mean 'staff'"]),
        ({"id": "g", "budget": 9, "eligible": {"colum": "staff", "ge": 10}}, {}, ["colum"]),
        ({"id": "g", "budget": 9, "cap": {"by": "size", "values": {"mikro": 3}}}, {}, ["no category 'mikro'"]),
        ({"id": "g", "budget": 9, "cap": {"by": "level", "values": {"best": 3}}}, {}, ["no path 'best'"]),
        ({"id": "g", "budget": 9, "paths": ["best"]}, {"level": "best"}, ["level=: there is no path 'best'", "paths: there is no path 'best'"]),
        ({"id": "g", "budget": 9, "public": 10}, {}, ["10 is more than the budget, 9"]),
        ({"id": "g", "budget": 9, "public": 5, "share_to_firms_min": 0.8}, {}, ["leave less than 0.8"]),
        ({"id": "g", "budget": 9, "rate": 0.4, "interest": {"points": 1}}, {}, ["not both", "needs years"]),
        ({"id": "g", "budget": 9}, {"goal": "smallest_share"}, ["needs by="]),
        ({"id": "g", "budget": 9}, {"weights": "firm"}, ["found texts"]),
        ([{"id": "g", "budget": 9}, {"id": "g", "budget": 9}], {}, ["used twice"]),
    ],
)  # fmt: skip
def test_bad_input_is_one_message(program: Any, more: dict[str, Any], messages: list[str]) -> None:
    with pytest.raises(DataError) as error:
        ix.plan.allocate(paths(firms(50, 1), ("basic",)), program, **more)
    for message in messages:
        assert message in str(error.value)
    assert len(error.value.problems) == len(messages)


def test_forms_of_input(tmp_path: Path) -> None:
    data = firms(80, 2)
    plans = paths(data)
    file = tmp_path / "city.toml"
    file.write_text(
        '[[program]]\nid = "g"\nbudget = 400\nrate = 0.5\neligible = { column = "staff", ge = 10 }\n'
        '[[program.quotas]]\nby = "industry"\nvalue = "C28"\nmax_share = 0.5\n'
        '[[quotas]]\nof = "firms"\nmax = 12\n'
    )
    one = ix.plan.allocate({"low": plans[0], "high": plans[1]}, file)
    asked = {"id": "g", "budget": 400, "rate": 0.5, "quotas": [{"by": "industry", "value": "C28", "max_share": 0.5}]}
    over_all = [{"of": "firms", "max": 12}]
    fits = (data["staff"] >= 10).to_numpy()
    other = ix.plan.allocate(plans, asked | {"eligible": fits}, quotas=over_all)
    assert one.value == other.value == 12
    test = ix.Index.from_dict(
        {
            "id": "old",
            "indicator": [{"id": "staff", "parent": "all", "scale": "none"}],
            "group": [{"id": "all", "aggregate": "sum"}],
            "levels": {"level": [{"id": "fit", "when": {"column": "staff", "ge": 10}}]},
        }
    )
    by_other = ix.plan.allocate(
        plans, asked | {"eligible": test.score(data, unit="firm").eligibility()}, quotas=over_all
    )
    assert by_other.to_frame()["grant"].equals(other.to_frame()["grant"])
    frames = ix.plan.allocate(paths(pl.from_pandas(data)), asked)
    assert isinstance(frames.to_frame(), pl.DataFrame) and isinstance(frames.summary(), pl.DataFrame)
    assert isinstance(frames.applied(), pl.DataFrame)
    assert len(frames.outside()) > 0 and len(frames.funded()) > 0
    with pytest.raises(UnknownNameError, match="goal="):
        ix.plan.allocate(plans, asked, goal="all")
    with pytest.raises(DataError, match="other data"):
        ix.plan.allocate([plans[0], ix.plan.path(BOOK, firms(80, 3), "good", COSTS, unit="firm")], asked)


def test_totals_recipe_and_pictures() -> None:
    found = ix.plan.allocate(paths(firms(200, 5)), CITY)
    totals = found.totals()
    assert totals["program"].tolist() == ["grant", "voucher", "loan"]
    assert totals["kind"].tolist() == ["grant", "grant", "interest"]
    assert np.allclose(totals["cost"], totals["grants"] + totals["own"])
    assert np.allclose(totals["left"] + totals["grants"] + totals["public"], [3000, 1000, 150])
    assert found.recipe["value"] == found.value and found.recipe["programs"][0]["id"] == "grant"
    assert "<table" in found._repr_html_() and "funded by grant" in repr(found)
    pytest.importorskip("matplotlib").use("Agg")
    axes = found.plot_curve([500, 2000, 4150, 8000])
    assert axes.get_xlabel() == "budget"
    assert len(axes.lines[0].get_xdata()) == 4
