"""Chains: equal to trying every choice, the same for any order of rows, and nothing dropped silently."""

from __future__ import annotations

import itertools
import math
import sys
import time
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia.errors import DataError, IndiciaError, OptionalDependencyError

INDEX = ix.Index.from_dict(
    {
        "id": "aid",
        "indicator": [{"id": name, "parent": "use", "scale": "flag"} for name in ("cloud", "erp", "shop")],
        "group": [{"id": "use", "aggregate": "sum"}],
        "levels": {
            "level": [
                {
                    "id": "good",
                    "when": {
                        "all": [
                            {"id": "points", "node": "use", "ge": 2},
                            {"id": "size", "column": "staff", "ge": 10},
                        ]
                    },
                }
            ]
        },
    }
)
COSTS = [{"id": name, "cost": cost, "sets": {name: True}} for name, cost in (("cloud", 3), ("erp", 5), ("shop", 2))]
LEAST = 1 - 1 / math.e


def firms(n: int, good: tuple[int, ...] = (), unknown: tuple[int, ...] = ()) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "firm": [f"f{k}" for k in range(n)],
            "cloud": [np.nan if k in unknown else float(k in good) for k in range(n)],
            "erp": [1.0 if k in good or k in unknown else 0.0 for k in range(n)],
            "shop": 0.0,
            "staff": 20.0,
            "price": [float(k % 3) + 1 for k in range(n)],
            "worth": [float((k * 7) % 5) for k in range(n)],
        }
    )


def scored(data: Any) -> ix.Scores:
    return INDEX.score(data, unit="firm")


def table(pairs: list[tuple[Any, Any]]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["supplier", "buyer"], dtype=object)


def worth(chosen: tuple[Any, ...], reach: dict[Any, set[Any]], value: dict[Any, float], most: int | None) -> float:
    """What a choice reaches, places filled in the best way by trying all of them."""
    if most is None:
        return sum(value[unit] for unit in set().union(*(reach[b] for b in chosen)))
    best = 0.0
    options = [[None, *(b for b in chosen if unit in reach[b])] for unit in value]
    for given_to in itertools.product(*options):
        if all(given_to.count(b) <= most for b in chosen):
            best = max(best, sum(v for v, b in zip(value.values(), given_to, strict=True) if b is not None))
    return best


def brute(
    reach: dict[Any, set[Any]], cost: dict[Any, float], value: dict[Any, float], budget: float, most: int | None
) -> float:
    return max(
        worth(chosen, reach, value, most)
        for size in range(len(reach) + 1)
        for chosen in itertools.combinations(reach, size)
        if sum(cost[b] for b in chosen) <= budget
    )


networks = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=16)


@settings(max_examples=60, deadline=None)
@given(networks, st.integers(1, 9), st.lists(st.integers(0, 6), min_size=5, max_size=5), st.sampled_from([None, 1, 2]))
def test_a_chain_equals_trying_every_choice(
    pairs: list[tuple[int, int]], budget: int, prices: list[int], most: int | None
) -> None:
    data = firms(6, good=(0,))
    links = table([(f"f{s}", f"b{b}") for s, b in pairs])
    cost = {f"b{b}": float(prices[b]) for _, b in pairs}
    value = {f"f{k}": data["worth"][k] for k in range(1, 6)}
    reach = {b: {f"f{s}" for s, own in pairs if f"b{own}" == b and s} for b in cost}
    best = brute(reach, cost, value, budget, most)
    given = {"budget": budget, "costs": cost, "value": "worth", "at_most": most}
    exact = ix.plan.chain(scored(data), links, **given)
    greedy = ix.plan.chain(scored(data), links, method="greedy", **given)
    assert exact.value == pytest.approx(best, abs=1e-9)
    assert exact.gap == 0.0 and exact.bound == pytest.approx(best, abs=1e-7)
    assert greedy.guarantee == pytest.approx(LEAST)
    assert LEAST * best - 1e-9 <= greedy.value <= best + 1e-9 <= greedy.bound + 2e-9
    for found in (exact, greedy):
        assert found.spent == sum(cost[b] for b in found.chosen) <= budget
        assert worth(tuple(found.chosen), reach, value, most) == pytest.approx(found.value)
        rows = found.to_frame()
        assert rows["added_value"].sum() == pytest.approx(found.value)
        assert rows["added"].sum() == found.reached == found.suppliers()["reached"].sum()
        # Every supplier is reached by a chosen buyer that it has a link to, and none by more than it may.
        told = found.suppliers().dropna(subset="by")
        assert all(u in reach[b] for u, b in zip(told["unit"], told["by"], strict=True))
        assert most is None or told["by"].value_counts().max() <= most or not len(told)


@settings(max_examples=30, deadline=None)
@given(networks, st.randoms(use_true_random=False), st.sampled_from(["exact", "greedy"]))
def test_the_order_of_rows_does_not_matter(pairs: list[tuple[int, int]], random: Any, method: str) -> None:
    data = firms(6)
    links = table([(f"f{s}", f"f{b}") for s, b in pairs if s != b] or [("f1", "f0")])
    given = {"budget": 3.0, "costs": "price", "value": "worth", "method": method}
    first = ix.plan.chain(scored(data), links, **given)
    rows, other = list(range(len(links))), list(range(6))
    random.shuffle(rows)
    random.shuffle(other)
    again = ix.plan.chain(scored(data.iloc[other].reset_index(drop=True)), links.iloc[rows], **given)
    assert again.chosen == first.chosen
    assert (again.value, again.spent, again.shadow_price) == (first.value, first.spent, first.shadow_price)
    pd.testing.assert_frame_equal(again.to_frame(), first.to_frame())
    pd.testing.assert_frame_equal(again.suppliers(), first.suppliers())


def test_a_network_worked_by_hand() -> None:
    # f0 is at the level, f5 cannot be told; b1 reaches f1, f2, b2 reaches f2, f3, f4, b3 only those who do not count.
    data = firms(6, good=(0,), unknown=(5,))
    pairs = [("f1", "b1"), ("f2", "b1"), ("f2", "b2"), ("f3", "b2"), ("f4", "b2"), ("f0", "b3"), ("f5", "b3")]
    found = ix.plan.chain(scored(data), table(pairs), budget=5, costs={"b1": 2, "b2": 3, "b3": 0}, to="good")
    assert found.chosen == ["b1", "b2"] or found.chosen == ["b2", "b1"]
    assert (found.value, found.reached, found.spent, found.gap) == (4.0, 4, 5.0, 0.0)
    rows = found.to_frame().set_index("buyer")
    assert rows["reach"].to_dict() == {"b1": 2, "b2": 3, "b3": 0}
    # Both add one per unit of money; the name decides who is first, and f2 counts once.
    assert rows["added"].to_dict() == {"b1": 2, "b2": 2, "b3": 0}
    assert rows["order"].tolist()[:2] == [1.0, 2.0] and math.isnan(rows["order"].iloc[2])
    units = found.suppliers().set_index("unit")
    assert units.index.tolist() == ["f1", "f2", "f3", "f4"]
    assert units["by"].tolist() == ["b1", "b1", "b2", "b2"]
    assert units["chosen"].tolist() == [1, 2, 1, 1] and units["could"].tolist() == [1, 2, 1, 1]
    told = dict(found.coverage()[["what", "count"]].itertuples(index=False))
    assert told["lagging"] == 4 and told["open"] == 1
    curve = found.curve([1, 2, 3, 5, 50])
    assert curve["value"].tolist() == [0.0, 2.0, 3.0, 4.0, 4.0]
    assert curve["spent"].tolist() == [0.0, 2.0, 3.0, 5.0, 5.0]
    assert "2 of 3 chosen reach 4 of 4" in repr(found)


def test_every_row_of_links_is_accounted_for() -> None:
    data = firms(4)
    links = pd.DataFrame(
        {
            "who": ["f1", "f1", "f2", "f3", "f3", None, "stranger", "f2"],
            "whom": ["b", "b", "b", "f3", "b", "b", "b", None],
            "part": [0.1, 0.15, 0.05, 0.9, np.nan, 0.5, 0.5, 0.4],
        }
    )
    given = {"supplier": "who", "buyer": "whom", "budget": 1, "costs": 1}
    found = ix.plan.chain(scored(data), links, share="part", min_share=0.2, **given)
    told = dict(found.coverage()[["what", "count"]].itertuples(index=False))
    assert told["rows of links"] == 8
    assert told["rows without a name"] == 2 and told["rows that link a firm to itself"] == 1
    assert told["rows that repeat a link"] == 1 and told["links of a small share"] == 1
    assert told["links of unknown share"] == 1 and told["links used"] == 2
    assert told["rows of links"] == (2 + 1 + 1 + 1 + 1 + 2)
    assert told["suppliers"] == 3 and told["suppliers not scored"] == 1 and told["rows of suppliers not scored"] == 1
    assert told["buyers not scored"] == 1
    # Shares of a repeated link are added: 0.25 is enough.
    assert found.suppliers().set_index("unit")["reached"].to_dict() == {
        "f0": False,
        "f1": True,
        "f2": False,
        "f3": False,
    }
    assert ix.plan.chain(scored(data), links, **given).reached == 3


def test_two_steps_reach_suppliers_of_suppliers() -> None:
    data = firms(4)
    links = table([("f1", "lead"), ("f2", "f1"), ("f3", "f2"), ("lead", "f3")])
    reached = [
        ix.plan.chain(scored(data), links, budget=1, costs={"lead": 1}, steps=k).suppliers().query("reached")["unit"]
        for k in (1, 2, 3, 9)
    ]
    assert [units.tolist() for units in reached] == [["f1"], ["f1", "f2"], ["f1", "f2", "f3"], ["f1", "f2", "f3"]]


def test_the_cost_of_plans_is_that_of_all_lagging_suppliers() -> None:
    data = firms(4, good=(0,))
    data.loc[3, "staff"] = 5.0  # below the level, and no measure helps
    paths = ix.plan.path(INDEX, data, "good", COSTS, unit="firm")
    links = table([("f0", "b"), ("f1", "b"), ("f3", "b"), ("f1", "c"), ("f2", "c")])
    found = ix.plan.chain(paths, links, budget=100, rate=0.4)
    # Cheapest two of the three measures: 2 + 3. f0 is there, f3 has no plan.
    assert found.to_frame().set_index("buyer")["cost"].to_dict() == {"b": 2.0, "c": 4.0}
    told = dict(found.coverage()[["what", "count"]].itertuples(index=False))
    assert told["below the level without a plan"] == 1 and told["lagging"] == 2
    # The one who reaches nothing new is not paid for.
    assert found.chosen == ["c"] and found.spent == 4.0 and found.reached == 2


def test_the_shadow_price_is_that_of_the_relaxation() -> None:
    data = firms(6)
    links = table([("f0", "b"), ("f1", "b"), ("f2", "c"), ("f3", "c"), ("f4", "c")])
    # c gives 3 for 2, b gives 2 for 2; with 3 one half of b fits into the relaxation: one more is worth 2 / 2.
    found = ix.plan.chain(scored(data), links, budget=3, costs=2)
    assert found.value == 3.0 and found.shadow_price == pytest.approx(1.0)
    assert ix.plan.chain(scored(data), links, budget=9, costs=2).shadow_price == pytest.approx(0.0)
    greedy = ix.plan.chain(scored(data), links, budget=3, costs=2, method="greedy")
    assert greedy.shadow_price == 1.0


def test_who_is_a_candidate() -> None:
    data = firms(4).assign(lead=[True, False, False, False])
    links = table([("f1", "f0"), ("f2", "f3"), ("f3", "x")])
    everybody = ix.plan.chain(scored(data), links, budget=9, costs=1)
    assert sorted(everybody.chosen) == ["f0", "f3", "x"]
    assert ix.plan.chain(scored(data), links, budget=9, costs=1, buyers="lead").chosen == ["f0"]
    assert ix.plan.chain(scored(data), links, budget=9, costs=1, buyers=["x"]).chosen == ["x"]
    priced = ix.plan.chain(scored(data), links, budget=9, costs="price")
    told = dict(priced.coverage()[["what", "count"]].itertuples(index=False))
    # x is not scored, so the column has no price for it.
    assert sorted(priced.chosen) == ["f0", "f3"] and told["buyers without a cost"] == 1


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"budget": 0}, "budget= is a number above 0, found 0"),
        ({"budget": math.nan}, "budget="),
        ({"budget": True}, "budget="),
        ({"supplier": "suplier"}, "no column 'suplier' (supplier=); did you mean 'supplier'?"),
        ({"share": "part"}, "no column 'part' (share=)"),
        ({"min_share": 0.1}, "min_share= needs share="),
        ({"steps": 0}, "steps= is a whole number of at least 1"),
        ({"at_most": 0}, "at_most="),
        ({"method": "fast"}, "method= is 'exact' or 'greedy', found 'fast'"),
        ({"costs": {"b": -1}}, "found -1 (buyer 'b'; 1 buyers)"),
        ({"costs": {"bb": 1}}, "there is no buyer 'bb'; did you mean 'b'?"),
        ({"costs": None}, "costs=: say what it costs"),
        ({"costs": -2.0}, "found -2"),
        ({"buyers": ["f1"]}, "nobody sells to 'f1'"),
        ({"value": "stff"}, "no column 'stff'"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], part: str) -> None:
    given = {"budget": 1, "costs": 1} | change
    with pytest.raises(IndiciaError) as error:
        ix.plan.chain(scored(firms(3)), table([("f1", "b")]), **given)
    assert part in str(error.value)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(DataError) as error:
        ix.plan.chain(scored(firms(3)), table([("f1", "b")]), budget=-1, supplier="s", steps=0, costs=1)
    for part in ("3 problems", "budget=", "no column 's'", "steps="):
        assert part in str(error.value)
    with pytest.raises(DataError, match="no supplier is among the scored units"):
        ix.plan.chain(scored(firms(3)), table([("F1", "b")]), budget=1, costs=1)
    with pytest.raises(TypeError, match="expected scores or plans"):
        ix.plan.chain(firms(3), table([("f1", "b")]), budget=1, costs=1)
    links = table([("f1", "b")]).assign(share=[-0.5])
    with pytest.raises(DataError, match=r"-0\.5: links: a share of sales is a number of at least 0"):
        ix.plan.chain(scored(firms(3)), links, budget=1, costs=1, share="share")


def test_no_links_reach_nobody() -> None:
    found = ix.plan.chain(scored(firms(3)), table([]), budget=1, costs=1)
    assert (found.value, found.reached, found.spent, found.gap, found.chosen) == (0.0, 0, 0.0, 0.0, [])
    assert len(found.to_frame()) == 0 and found.suppliers()["could"].tolist() == [0, 0, 0]


def test_without_the_solver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    links = table([("f1", "b")])
    with pytest.raises(OptionalDependencyError, match=r"indicia\[plan\]"):
        ix.plan.chain(scored(firms(3)), links, budget=1, costs=1)
    assert ix.plan.chain(scored(firms(3)), links, budget=1, costs=1, method="greedy").value == 1.0


@pytest.mark.parametrize("kind", [pl.DataFrame, dict])
def test_other_tables(kind: Any) -> None:
    data, links = firms(3), table([("f1", "b"), ("f2", "b")]).astype(str)
    data, links = (kind({name: t[name].tolist() for name in t.columns}) for t in (data, links))
    found = ix.plan.chain(scored(data), links, budget=1, costs=1)
    assert found.reached == 2
    assert isinstance(found.to_frame(), pl.DataFrame if kind is pl.DataFrame else pd.DataFrame)


def test_the_city_exact_and_greedy() -> None:
    city = ix.datasets.make_city(4_000, rng=1)
    scores = ix.framework("miit-sme", edition=2024).score(city.firms, unit="firm")
    given = {"to": "2", "budget": 400.0, "costs": 15.0, "share": "share", "min_share": 0.1, "steps": 2}
    exact = ix.plan.chain(scores, city.links, **given)
    start = time.process_time()
    greedy = ix.plan.chain(scores, city.links, method="greedy", **given)
    assert time.process_time() - start < 5
    assert exact.gap == 0.0 and exact.reached > 100
    assert 0.9 * exact.value <= greedy.value <= exact.value <= greedy.bound * (1 + 1e-12)
    curve = exact.curve([100, 200, 400, 800])
    assert (np.diff(curve["value"]) >= 0).all() and (curve["spent"] <= curve["budget"]).all()


def test_the_curve_is_drawn() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    found = ix.plan.chain(scored(firms(5)), table([("f1", "b"), ("f2", "c")]), budget=1, costs=1)
    ax = found.plot([1, 2, 3])
    assert ax.get_lines()[0].get_ydata().tolist() == [1.0, 2.0, 2.0]
    assert ax.get_xlabel() == "budget"


# Whom to cultivate


def near() -> tuple[pd.DataFrame, ix.Scores]:
    # f0 meets; f1 lacks a point; f2 lacks two; f3 lacks staff; f4 lacks a point and staff; f5 cannot be told.
    data = pd.DataFrame(
        {
            "firm": [f"f{k}" for k in range(6)],
            "cloud": [1, 1, 0, 1, 1, np.nan],
            "erp": [1, 0, 0, 1, 0, 1],
            "shop": 0.0,
            "staff": [20, 20, 20, 8, 8, 20],
            "worth": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        }
    )
    return data, scored(data)


def test_candidates_are_near_misses_and_pay_for_what_they_lack() -> None:
    _, scores = near()
    answer = scores.eligibility()
    one = ix.plan.cultivate(answer, budget=100, costs={"points": 3, "size": 4})
    assert one.to_frame().set_index("unit")["cost"].to_dict() == {"f1": 3.0, "f2": 3.0, "f3": 4.0}
    two = ix.plan.cultivate(answer, budget=10, costs={"points": 3, "size": 4}, lacking=2)
    assert two.to_frame().set_index("unit")["cost"].to_dict() == {"f1": 3.0, "f2": 3.0, "f3": 4.0, "f4": 7.0}
    assert two.value == 3.0 and two.spent == 10.0
    by_worth = ix.plan.cultivate(answer, budget=7, costs={"points": 3, "size": 4}, lacking=2, value="worth")
    # f2 and f3 for 7 (worth 7) beat f4 alone (worth 5).
    assert sorted(by_worth.chosen) == ["f2", "f3"] and by_worth.value == 7.0
    nearest = ix.plan.cultivate(answer, budget=1, costs=1, value="near")
    # Distances: f1 one of two points, f2 two of two, f3 two of ten.
    worths = nearest.to_frame().set_index("unit")["worth"]
    assert worths.to_dict() == pytest.approx({"f1": 1 / 1.5, "f2": 1 / 2, "f3": 1 / 1.2})
    assert nearest.chosen == ["f3"]


def test_pulled_firms_count_once() -> None:
    _, scores = near()
    answer = scores.eligibility()
    links = table([("s1", "f1"), ("s2", "f1"), ("s2", "f3"), ("f0", "f3")])
    found = ix.plan.cultivate(answer, budget=1, costs=1, links=links)
    # f1 pulls two firms and f3 two: three each with themselves; the name decides.
    assert found.chosen == ["f1"] and found.value == 3.0
    both = ix.plan.cultivate(answer, budget=2, costs=1, links=links)
    assert sorted(both.chosen) == ["f1", "f3"] and both.value == 5.0 and both.reached == 5
    light = ix.plan.cultivate(answer, budget=2, costs=1, links=links, pull=0.25)
    assert light.value == pytest.approx(2 + 0.25 * 3)


def test_what_cannot_be_mended_is_counted() -> None:
    _, scores = near()
    found = ix.plan.cultivate(scores.eligibility(), budget=9, costs={"points": 1, "size": None})
    assert sorted(found.chosen) == ["f1", "f2"]
    told = dict(found.coverage()[["what", "count"]].itertuples(index=False))
    assert told["near misses"] == 3 and told["near misses that cannot be mended"] == 1
    with pytest.raises(DataError) as error:
        ix.plan.cultivate(scores.eligibility(), budget=9, costs={"pionts": 1, "size": -1})
    for part in (
        "no condition 'pionts'; did you mean 'points'?",
        "'size': expected a finite number",
        "no cost (or None)",
    ):
        assert part in str(error.value)
    with pytest.raises(TypeError, match="expected an eligibility"):
        ix.plan.cultivate(scores, budget=9, costs=1)


def test_little_giants_to_cultivate() -> None:
    firms_ = ix.datasets.make_gradient(5_000, missing=0.02, rng=2)
    answer = (
        ix.framework("gradient-little-giant", edition=2022).score(firms_, unit="firm", absent="unknown").eligibility()
    )
    found = ix.plan.cultivate(answer, budget=12.0, costs=1.0, lacking=2, value="near")
    listed = set(answer.near_misses(2)["unit"])
    assert set(found.to_frame()["unit"]) == listed and found.spent <= 12.0 and 6 <= len(found) <= 12
    assert found.gap == 0.0
