"""The smallest change that reaches a score: against grids, HiGHS and SLSQP, and scored again."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import indicia as ix
from indicia.errors import DataError, DefinitionError, UnknownNameError

optimize = pytest.importorskip("scipy.optimize")

NAMES = ["a", "b", "c"]
WEIGHTS = np.array([1.0, 2.0, 1.5])


def index(aggregate: Any, scales: dict[str, Any] | None = None, weights: Any = WEIGHTS) -> ix.Index:
    scale = {"goalposts": {"low": 1, "high": 9}}
    items = [
        {"id": name, "parent": "index", "weight": float(w), "scale": (scales or {}).get(name, scale)}
        for name, w in zip(NAMES, weights, strict=True)
    ]
    return ix.Index.from_dict({"id": "aid", "indicator": items, "group": [{"id": "index", "aggregate": aggregate}]})


def rows(n: int = 20, seed: int = 1) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(seed).uniform(1.5, 6.0, (n, 3)), columns=NAMES)


def costs_of(seed: int) -> dict[str, float]:
    return dict(zip(NAMES, np.random.default_rng(seed).uniform(0.5, 3.0, 3).tolist(), strict=True))


def check(found: ix.plan.Changes, to: float) -> pd.DataFrame:
    """Applied and scored again, the node reaches the score, and what is said of it holds."""
    told = found.to_frame()
    again = np.asarray(found.after[found.node])
    moved = told["state"].isin(["changed", "limit"]).to_numpy()
    np.testing.assert_allclose(again[moved], to, rtol=0, atol=1e-9)
    np.testing.assert_allclose(again[moved], told["reached"][moved], atol=1e-12)
    still = told["state"].isin(["there", "unreachable", "unknown"]).to_numpy()
    np.testing.assert_array_equal(again[still], np.asarray(found.before[found.node])[still])
    return told


@pytest.mark.parametrize("aggregate", ["arithmetic", "sum"])
@pytest.mark.parametrize("seed", range(4))
def test_sums_and_means_are_those_of_highs(aggregate: str, seed: int) -> None:
    data, costs = rows(seed=seed), costs_of(seed)
    start = np.asarray(index(aggregate).score(data)["index"])
    to = float(np.quantile(start, 0.8)) * 1.2
    found = ix.plan.change(index(aggregate), data, to=to, vary=NAMES, costs=costs)
    told = check(found, to)
    slope = WEIGHTS / 8 / (WEIGHTS.sum() if aggregate == "arithmetic" else 1)
    for row in range(len(data)):
        room = list(zip([0] * 3, (9 - data.iloc[row]).tolist(), strict=True))
        programme = optimize.linprog(list(costs.values()), A_ub=[-slope], b_ub=[start[row] - to], bounds=room)
        if start[row] >= to:
            assert told["state"][row] == "there" and told["cost"][row] == 0
        else:
            assert told["state"][row] == "changed"
            assert told["cost"][row] == pytest.approx(programme.fun, rel=1e-9, abs=1e-9)


CONCAVE: dict[str, Any] = {
    "geometric": {"geometric": {"zero": "zero"}},
    "harmonic": {"harmonic": {"zero": "zero"}},
    "power": {"power": {"p": -2.5, "zero": "zero"}},
    "owa": {"owa": {"orness": 0.2}},
    "min": "min",
    "mean_min": {"mean_min": {"alpha": 0.7, "beta": 0.1}},
}


@pytest.mark.parametrize("name", CONCAVE)
def test_concave_aggregations_are_those_of_a_general_solver(name: str) -> None:
    data, costs = rows(8), costs_of(3)
    method = index(CONCAVE[name])
    to = 0.62
    found = ix.plan.change(method, data, to=to, vary=NAMES, costs=costs)
    told = check(found, to)
    assert set(told["state"]) == {"changed"} and (told["gap"] == 0).all()
    price = np.array(list(costs.values()))
    for row in range(len(data)):
        own = data.iloc[row].to_numpy()

        def lacking(x: np.ndarray) -> float:
            return float(method.score({n: [v] for n, v in zip(NAMES, x, strict=True)})["index"][0]) - to

        best = np.inf
        for start in (np.full(3, 8.0), np.maximum(own, 6.5), np.maximum(own, [8.5, 5.9, 6.4])):
            other = optimize.minimize(
                lambda x, own=own: float(price @ (x - own)),
                start,
                bounds=list(zip(own, [9.0] * 3, strict=True)),
                constraints={"type": "ineq", "fun": lacking},
                method="SLSQP",
                options={"ftol": 1e-12, "maxiter": 300},
            )
            if lacking(other.x) > -1e-7:
                best = min(best, float(price @ (other.x - own)))
        # No general solver does better; on smooth scores it does as well.
        assert told["cost"][row] <= best + 1e-6
        if name in ("geometric", "harmonic", "power"):
            assert told["cost"][row] == pytest.approx(best, abs=1e-5)


STEPS: dict[str, dict[str, Any]] = {
    "bands": {
        "a": {"bands": {"edges": [2, 4, 7], "points": [0, 0.2, 0.9, 1], "closed": "left"}},
        "b": {"bands": {"edges": [3, 5], "points": [0.1, 0.3, 1], "closed": "left"}},
    },
    "clipped": {name: {"goalposts": {"low": 4, "high": 9}} for name in NAMES},
    "mixed": {
        "a": {"bands": {"edges": [5], "points": [0, 1], "closed": "left"}},
        "b": {"goalposts": {"low": 4, "high": 6}},
    },
    "less": {"a": {"bands": {"edges": [2, 4], "points": [1, 0.5, 0], "closed": "right"}}},
}


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("aggregate", ["arithmetic", {"power": {"p": 0.5}}])
def test_steps_and_turns_are_those_of_a_grid(kind: str, aggregate: Any) -> None:
    scales = STEPS[kind]
    data, costs = rows(6, seed=5), costs_of(7)
    costs = dict.fromkeys(NAMES, 1.0) | {"a": costs["a"]}
    method = index(aggregate, scales)
    to = 0.55
    found = ix.plan.change(method, data, to=to, vary=NAMES, costs=costs)
    told = found.to_frame()
    again = np.asarray(found.after["index"])
    assert (again >= to - 1e-9).all() and set(told["state"]) <= {"changed", "there"}
    # A grid of all values, with every edge and the value itself among them.
    for row in range(len(data)):
        own = data.iloc[row]
        axes = []
        for name in NAMES:
            down = kind == "less" and name == "a"
            grid = np.r_[np.linspace(1, own[name], 25) if down else np.linspace(own[name], 9, 33), 2, 4, 5, 6, 7, 3, 9]
            axes.append(np.unique(grid[grid <= own[name]] if down else grid[grid >= own[name]]))
        points = pd.DataFrame(list(itertools.product(*axes)), columns=NAMES)
        enough = np.asarray(method.score(points)["index"]) >= to - 1e-12
        price = sum((points[name] - own[name]).abs() * cost for name, cost in costs.items())
        best = float(price[enough].min())
        assert told["cost"][row] <= best + 1e-9
        assert told["cost"][row] >= best - 0.9  # the grid is coarse


def test_steps_alone_are_exact() -> None:
    scales = {
        name: {"bands": {"edges": [2, 3, 5, 8], "points": [0, 0.3, 0.5, 0.9, 1.0], "closed": "left"}} for name in NAMES
    }
    data = pd.DataFrame(np.random.default_rng(4).uniform(0, 6, (30, 3)), columns=NAMES)
    method = index("arithmetic", scales)
    costs = costs_of(2)
    found = ix.plan.change(method, data, to=0.6, vary=NAMES, costs=costs)
    told = found.to_frame()
    for row in range(len(data)):
        own = data.iloc[row]
        axes = [[own[name], *[edge for edge in (2, 3, 5, 8) if edge > own[name]]] for name in NAMES]
        points = pd.DataFrame(list(itertools.product(*axes)), columns=NAMES)
        enough = np.asarray(method.score(points)["index"]) >= 0.6 - 1e-12
        price = sum((points[name] - own[name]) * cost for name, cost in costs.items())
        assert told["cost"][row] == pytest.approx(float(price[enough].min()), abs=1e-9)
    assert (np.asarray(found.after["index"]) >= 0.6 - 1e-12).all()


@pytest.mark.parametrize("aggregate", ["max", {"power": {"p": 4}}, "median", "geometric", "vikor"])
def test_one_indicator_is_moved_as_little_as_can_be(aggregate: Any) -> None:
    data = rows(12)
    fitted = index(aggregate, weights=np.ones(3)).fit(data)
    start = np.asarray(fitted.score(data)["index"])
    to = float(np.median(start)) * 1.05
    found = ix.plan.change(fitted, data, to=to, vary=["b"])
    told = found.to_frame()
    again = np.asarray(found.after["index"])
    moved = (told["state"] == "changed").to_numpy()
    assert moved.any()
    assert (again[moved] >= to - 1e-12).all()
    # A little less is not enough.
    less = found.applied()
    less["b"] = np.where(moved, less["b"] - 1e-6 * 8, less["b"])
    assert (np.asarray(fitted.score(less)["index"])[moved] < to).all()
    np.testing.assert_allclose(told["cost"][moved], ((told["b"] - data["b"]) / 8)[moved], rtol=1e-12)
    lost = (told["state"] == "unreachable").to_numpy()
    best = np.asarray(fitted.score(data.assign(b=9.0))["index"])
    np.testing.assert_allclose(told["reached"][lost], best[lost], atol=1e-12)


def test_trees_and_less_is_better() -> None:
    definition = {
        "id": "aid",
        "indicator": [
            {"id": "a", "parent": "use", "scale": {"goalposts": {"low": 0, "high": 10}}},
            {"id": "b", "parent": "use", "direction": -1, "scale": {"goalposts": {"low": 0, "high": 10}}},
            {"id": "c", "parent": "people", "scale": {"scaled": {"low": 0, "high": 10, "to": [0, 1]}}},
        ],
        "group": [
            {"id": "use", "parent": "index", "aggregate": "geometric"},
            {"id": "people", "parent": "index"},
            {"id": "index"},
        ],
    }
    data = {"a": [4.0, 2.0], "b": [6.0, 1.0], "c": [5.0, 5.0]}
    found = ix.plan.change(ix.Index.from_dict(definition), data, to=0.6, vary=["a", "b"])
    told = check(found, 0.6)
    # sqrt(a (10 - b)) = 7: from 4 and 4 both go to 7; from 2 and 9 the first goes to 49 / 9.
    assert told.loc[0, ["a", "b"]].tolist() == pytest.approx([7.0, 3.0], abs=1e-4)
    assert told.loc[0, "cost"] == pytest.approx(0.6, abs=1e-9)
    assert told.loc[1, ["a", "b"]].tolist() == pytest.approx([49 / 9, 1.0], abs=1e-6)
    # c has no end: it goes on beyond its anchors.
    found = ix.plan.change(ix.Index.from_dict(definition), data, to=0.9, vary=["a", "c"], costs={"c": 0.05})
    assert check(found, 0.9)["state"].tolist() == ["changed", "changed"]
    assert found.to_frame()["c"][0] == pytest.approx(14.0)


def test_unknown_answers_do_not_move_and_are_named() -> None:
    data = pd.DataFrame({"firm": ["A", "B"], "a": [np.nan, 2.0], "b": [2.0, 2.0], "c": [2.0, 2.0]})
    sums = ix.plan.change(index("sum"), data, to=2.0, vary=NAMES, unit="firm")
    assert sums.to_frame()["state"].tolist() == ["unknown", "changed"]
    assert sums.needed().values.tolist() == [["A", "a"]]
    assert sums.steps()["unit"].unique().tolist() == ["B"]
    means = ix.plan.change(index("arithmetic"), data, to=0.5, vary=NAMES, unit="firm")
    told = check(means, 0.5)
    assert told["state"].tolist() == ["changed", "changed"] and np.isnan(told["a"][0])


def test_bounds_and_what_cannot_be_reached() -> None:
    data = pd.DataFrame({"a": [1.0], "b": [1.0], "c": [1.0]})
    found = ix.plan.change(index("arithmetic"), data, to=0.5, vary=["a", "b"], bounds={"b": (None, 5.0)})
    told = found.to_frame()
    # 1 of a and half of b: (1 + 2 / 2) / 4.5.
    assert told["state"].tolist() == ["unreachable"]
    assert told["reached"][0] == pytest.approx(2 / 4.5)
    assert np.isnan(told["cost"][0]) and told["a"][0] == 1.0
    assert repr(found) == "Changes(index to 0.5 by a, b: 1 unreachable)"
    assert found._repr_html_().count("<table") == 1


def test_costs_of_very_different_size_do_not_overshoot() -> None:
    data = rows(40, seed=9)
    plain = ix.Index.flat(NAMES, normalize="minmax")
    found = ix.plan.change(plain, data, to=0.8, vary=NAMES, costs={"a": 1e-9, "b": 1e9, "c": 1.0})
    told = check(found, 0.8)
    # The cheap one alone does it: its scale has no end.
    assert (told["b"] == data["b"]).all() and (told["c"] == data["c"]).all()
    # So small a cost is not decided to the last digit.
    assert set(told["state"]) <= {"there", "changed", "limit"} and (told["gap"] < 1e-6).all()


def test_every_kind_of_table() -> None:
    data = rows(4)
    found = ix.plan.change(index("arithmetic"), pl.from_pandas(data), to=0.7, vary=NAMES)
    assert isinstance(found.applied(), pl.DataFrame)
    whole = ix.plan.change(index("arithmetic"), data.round().astype(int), to=0.7, vary=NAMES)
    check(whole, 0.7)


def test_an_index_is_fitted_first() -> None:
    data = rows(30)
    found = ix.plan.change(ix.Index.flat(NAMES), data, to=0.8, vary=["a", "c"])
    told = check(found, 0.8)
    assert {"changed", "unreachable"} >= set(told["state"]) - {"there"}
    np.testing.assert_allclose(found.before["index"], ix.Index.flat(NAMES).fit_score(data)["index"])


def test_refusals_name_the_remedy() -> None:
    data = rows(5)
    change = ix.plan.change
    with pytest.raises(DefinitionError, match=r'"index" \(mpi\) may fall when a child rises.*ask for a node below'):
        change(index("mpi"), data, to=0.5, vary=["a"])
    with pytest.raises(DefinitionError, match=r"compares units with each other"):
        change(index("borda").fit(data, keep_records=True), data, to=0.5, vary=["a"])
    with pytest.raises(DefinitionError, match=r'"index" \(max\) is not concave.*vary one indicator at a time'):
        change(index("max"), data, to=0.5, vary=["a", "b"])
    with pytest.raises(DefinitionError, match=r'"a" has a scale that is not made of lines or steps.*vary it alone'):
        change(ix.Index.flat(NAMES, normalize="rank"), data, to=0.5, vary=["a", "b"])
    with pytest.raises(DefinitionError, match=r'"a" has a scale without a range.*give its cost'):
        change(ix.Index.flat(NAMES, normalize="none"), data, to=0.5, vary=["a"])
    with pytest.raises(UnknownNameError, match=r'no indicator is named "aa"; did you mean "a"'):
        change(index("sum"), data, to=0.5, vary=["aa"])
    with pytest.raises(UnknownNameError, match=r"costs=: 'b' is not among vary="):
        change(index("sum"), data, to=0.5, vary=["a"], costs={"b": 1.0})
    with pytest.raises(DataError, match=r"the cost of 'a' is a number above 0, found 0"):
        change(index("sum"), data, to=0.5, vary=["a"], costs={"a": 0})
    with pytest.raises(DataError, match=r"the lower one of 'a' is above the upper one"):
        change(index("sum"), data, to=0.5, vary=["a"], bounds={"a": (2, 1)})
    with pytest.raises(TypeError, match=r"vary= is a list of indicators, found 'a'"):
        change(index("sum"), data, to=0.5, vary="a")  # type: ignore[arg-type]
    choice = ix.framework("miit-sme", edition=2024)
    firms = ix.datasets.make_miit_questionnaire(5)
    item = next(node["id"] for node in choice.nodes if node["kind"] == "indicator")
    with pytest.raises(DefinitionError, match=r"ix\.plan\.path"):
        change(choice, firms, to=50, vary=[item])
    with pytest.raises(UnknownNameError, match=r'"a" is no group with a score'):
        change(index("sum"), data, to=0.5, vary=["a"], node="a")
