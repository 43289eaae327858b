"""Benefit of the doubt against HiGHS on all kinds of data, published values, and what must hold at the edges."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from kinds import SHARED, Make, kind, values

import indicia as ix
from indicia.errors import DataError, DefinitionError, DegenerateError, FrontierWarning, UnknownNameError

optimize = pytest.importorskip("scipy.optimize")


def data_of(name: str, n: int, p: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    factor = np.clip(50 + 15 * (0.7 * rng.standard_normal((n, 1)) + 0.71 * rng.standard_normal((n, p))), 0.1, None)
    found = {
        "factor-like": factor,
        "log-normal": np.exp(1.5 * rng.standard_normal((n, p))),
        "independent": rng.random((n, p)),
        "5-point": rng.integers(1, 6, (n, p)).astype(float),
        "duplicates": np.repeat(factor[: n // 4], 4, axis=0)[rng.permutation(n // 4 * 4)],
        "zeros": np.where(rng.random((n, p)) < 0.3, 0.0, factor),
    }
    return found[name]


KINDS = ["factor-like", "log-normal", "independent", "5-point", "duplicates", "zeros"]
LIMITS: dict[str, Any] = {
    "none": None,
    "relative_weights": {"on": "relative_weights", "low": 0.05, "high": 0.5},
    "own_pie_shares": {"on": "own_pie_shares", "low": 0.02, "high": 0.5},
    "mean_pie_shares": {"on": "mean_pie_shares", "low": 0.05, "high": 0.4},
}


def highs(x: np.ndarray, row: int, limits: dict[str, Any] | None) -> float:
    """One programme with every unit a constraint; scaled and with tight tolerances, for the default leaves 1e-7."""
    p, scale = x.shape[1], x.max(axis=0)
    rows, bounds = [x / scale], [np.ones(len(x))]
    if limits:
        base = {"relative_weights": np.ones(p), "own_pie_shares": x[row], "mean_pie_shares": x.mean(axis=0)}
        a = base[limits["on"]] / scale
        for limited in (
            np.tile(limits["low"] * a, (p, 1)) - np.diag(a),
            np.diag(a) - np.tile(limits["high"] * a, (p, 1)),
        ):
            rows.append(limited / np.maximum(np.abs(limited).max(axis=1, keepdims=True), 1e-300))
            bounds.append(np.zeros(p))
    goal = x[row] / scale
    most = goal.max() or 1.0
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    a_ub, b_ub = np.vstack(rows), np.concatenate(bounds)
    found = optimize.linprog(-goal / most, A_ub=a_ub, b_ub=b_ub, bounds=(0, None), method="highs", options=tight)
    return -found.fun * most


def doubt(x: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FrontierWarning)
        table = {f"x{q}": x[:, q] for q in range(x.shape[1])} if isinstance(x, np.ndarray) else x
        return ix.frontier.benefit_of_the_doubt(table, **options)


@pytest.mark.parametrize("limited", LIMITS)
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("n", "p"), [(40, 3), (240, 8)])
def test_scores_are_those_of_highs(name: str, n: int, p: int, limited: str) -> None:
    x, limits = data_of(name, n, p), LIMITS[limited]
    found = doubt(x, limits=limits)
    scores, weights = np.asarray(found.scores), np.asarray(found.weights)
    rows = range(0, len(x), 1 if n < 100 else 6)
    np.testing.assert_allclose(scores[rows], [highs(x, row, limits) for row in rows], atol=1e-8, rtol=0)
    # What is said of the weights holds: nobody above 1, the own score, shares that sum to 1, peers to the score.
    known = ~np.isnan(weights[:, 0])
    assert (x @ weights[known].T).max() <= 1 + 1e-9
    np.testing.assert_allclose((x[known] * weights[known]).sum(axis=1), scores[known], atol=1e-10)
    np.testing.assert_allclose(np.asarray(found.pie_shares)[known].sum(axis=1), 1, atol=1e-9)
    total = found.peers.groupby("unit")["multiplier"].sum().reindex(range(len(x)), fill_value=0.0)
    np.testing.assert_allclose(total, scores, atol=1e-8)
    if limits:
        a = {"relative_weights": np.ones(p), "own_pie_shares": x, "mean_pie_shares": x.mean(axis=0)}[limits["on"]]
        shares = (weights * a)[known] / (weights * a)[known].sum(axis=1, keepdims=True)
        assert shares.min() >= limits["low"] - 1e-9 and shares.max() <= limits["high"] + 1e-9


@pytest.mark.parametrize("name", KINDS)
def test_order_of_rows_and_threads_do_not_matter(name: str) -> None:
    x = data_of(name, 400, 6)
    one, two = doubt(x, threads=1), doubt(x, threads=2)
    for a, b in zip(one[:3], two[:3], strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
    assert one.peers.equals(two.peers) and one[4:] == two[4:]
    order = np.random.default_rng(1).permutation(len(x))
    turned = doubt(x[order])
    np.testing.assert_allclose(np.asarray(turned.scores), np.asarray(one.scores)[order], atol=1e-12)
    # The second goal makes weights unique, but for ties in that one too.
    np.testing.assert_allclose(np.asarray(turned.pie_shares), np.asarray(one.pie_shares)[order], atol=1e-7)


def test_values_of_very_different_size() -> None:
    # From 1e-3 to 1e3 with zeros and equal values: corners coincide, multipliers are near zero.
    rng = np.random.default_rng(1)
    for _ in range(200):
        n, p = rng.integers(2, 30), rng.integers(3, 6)
        kinds = rng.integers(0, 4, (n, p))
        parts = [
            np.zeros((n, p)),
            rng.integers(1, 6, (n, p)),
            10 ** rng.uniform(-3, 0, (n, p)),
            rng.uniform(1, 1e3, (n, p)),
        ]
        x = np.choose(kinds, parts)
        x[0] = np.maximum(x[0], 0.5)
        for limits in LIMITS.values():
            row = int(rng.integers(n))
            assert abs(np.asarray(doubt(x, limits=limits).scores)[row] - highs(x, row, limits)) < 1e-8


def tai() -> pd.DataFrame:
    return pd.read_csv(SHARED / "golden/handbook/tai_raw_23.csv").set_index("country")


@pytest.mark.skipif(not (SHARED / "golden").exists(), reason="reference data not present")
def test_compind_on_the_technology_achievement_index() -> None:
    text = (SHARED / "golden/mcdm/compind_ref_TAI_bod.csv").read_text(encoding="utf-8")
    lines = [line.rsplit(",", 2) for line in text.splitlines()[1:]]  # a name has a comma
    raw = tai()
    printed = pd.DataFrame({name: [float(f), float(s)] for name, f, s in lines}, index=["free", "pie"]).T.loc[raw.index]
    np.testing.assert_allclose(doubt(raw).scores, printed["free"], atol=1e-12)
    limited = doubt(raw, limits={"on": "own_pie_shares", "low": 0.05})
    np.testing.assert_allclose(limited.scores, printed["pie"], atol=1e-12)


@pytest.mark.skipif(not (SHARED / "golden").exists(), reason="reference data not present")
def test_table_19_of_the_handbook() -> None:
    raw = tai()
    printed = pd.read_csv(SHARED / "golden/handbook/oecd_table19_bod.csv").set_index("country").loc[raw.index, "CI"]
    limits = {"on": "relative_weights", "low": 0.10, "high": 0.15}
    scores = np.asarray(doubt(raw, normalize="minmax", limits=limits).scores)
    np.testing.assert_allclose(scores, printed, atol=0.00701)
    ours, theirs = scores[:, None] - scores, printed.to_numpy()[:, None] - printed.to_numpy()
    # Nobody printed above another comes out below.
    assert (ours[theirs > 0] > 0).all()
    # The same in an index.
    method = {"benefit_of_the_doubt": {"limits": limits}}
    index = ix.Index.flat(list(raw.columns), normalize="minmax", aggregate=method)
    np.testing.assert_allclose(index.fit_score(raw)["index"], scores, atol=1e-13)


def test_every_kind_of_table(make: Make) -> None:
    table = make({"firm": ["x", "y", "z"], "cloud": [4.0, 1.0, 2.0], "web": [1.0, 4.0, 2.0]})
    found = doubt(table, indicators=["cloud", "web"], unit="firm")
    assert values(found.scores) == [1.0, 1.0, pytest.approx(0.8)]
    assert values(found.peers["unit"])[-2:] == ["z", "z"]
    assert values(found.peers["peer"])[-2:] == ["x", "y"]
    if kind(table) != "builtins":
        assert kind(found.scores) == kind(table)
    assert (found.on_frontier, found.frame_share) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_missing_values() -> None:
    table = {"a": [1.0, 4.0, 3.0], "b": [4.0, None, 3.0]}
    assert values(doubt(table).scores) == [1.0, None, 1.0]
    left = doubt(table, missing="leave_out")
    assert values(left.scores) == [1.0, 1.0, 1.0] and values(left.weights["b"])[1] == 0.0
    with pytest.raises(DefinitionError, match="missing ones are to be left out"):
        doubt(table, missing="leave_out", limits={"on": "mean_pie_shares", "low": 0.1})
    assert values(doubt(table, limits={"on": "mean_pie_shares", "low": 0.1}).scores)[1] is None
    with pytest.raises(ix.errors.UnknownNameError, match="'propagate' or 'leave_out'"):
        doubt(table, missing="zero")


def test_what_has_no_meaning_is_refused_by_name() -> None:
    with pytest.raises(
        DataError, match=r"column 'b', row 'y': -2: benefit of the doubt takes numbers that are not neg"
    ):
        doubt({"u": ["x", "y"], "a": [1.0, 2.0], "b": [1.0, -2.0]}, indicators=["a", "b"], unit="u")
    with pytest.raises(DegenerateError, match=r"column 'b': .* no unit that has a part has a value above zero"):
        doubt({"a": [1.0, 2.0], "b": [0.0, 0.0]})
    told = {
        "the lower limits add up to 1.2, and shares to 1: a 0.6, b 0.6": {"low": 0.6},
        "the upper limits add up to 0.6, and shares to 1: a 0.3, b 0.3": {"high": 0.3},
        "low names 'bb', which is no indicator here": {"low": {"bb": 0.1}},
        "a share is between 0 and 1, found 2": {"high": 2},
        "neither low nor high is given": {},
        "has the lower limit 0.5 above the upper limit 0.2": {"low": {"a": 0.5}, "high": {"a": 0.2}},
    }
    for message, limits in told.items():
        with pytest.raises(DefinitionError) as caught:
            doubt({"a": [1.0, 2.0], "b": [2.0, 1.0]}, limits={"on": "own_pie_shares", **limits})
        assert message in str(caught.value).replace('"', "'"), str(caught.value)
    with pytest.raises(ix.errors.IndiciaError):
        doubt({"a": [1.0, 2.0]}, limits={"on": "pies", "low": 0.1})


def test_five_points_without_limits_warn() -> None:
    x = data_of("5-point", 200, 6)
    table = {f"x{q}": x[:, q] for q in range(6)}
    with pytest.warns(
        FrontierWarning, match=r"have 5 different values at most and weights no limits; \d+ % of 200 units"
    ):
        ix.frontier.benefit_of_the_doubt(table)
    ix.frontier.benefit_of_the_doubt(table, limits={"on": "mean_pie_shares", "low": 0.05})
    # One unit with the best everywhere.
    x[0] = 5
    np.testing.assert_allclose(doubt(x).scores, x.max(axis=1) / 5, atol=1e-12)
    constant = {"a": np.arange(1.0, 31.0), "b": np.full(30, 2.0)}
    with pytest.warns(FrontierWarning, match="100 % of 30 units score 1, which tells little"):
        ix.frontier.benefit_of_the_doubt(constant)
    with pytest.warns(FrontierWarning, match="'index': benefit of the doubt: 100 % of 30 units"):
        ix.Index.flat(["a", "b"], normalize="none", aggregate="benefit_of_the_doubt").fit_score(constant)


def test_own_zeros_may_leave_no_weights() -> None:
    table = {"u": ["x", "y"], "a": [1.0, 2.0], "b": [0.0, 2.0]}
    with pytest.warns(FrontierWarning, match=r"the score is 0 \(1 rows, first row 'x'\)"):
        found = ix.frontier.benefit_of_the_doubt(
            table, ["a", "b"], unit="u", limits={"on": "own_pie_shares", "low": 0.1}
        )
    assert values(found.scores) == [0.0, 1.0]


def test_in_an_index_with_records_kept() -> None:
    index = ix.Index.flat(["a", "b"], normalize="none", aggregate="benefit_of_the_doubt")
    fitted = index.fit({"a": [4.0, 1.0], "b": [1.0, 4.0]}, keep_records=True)
    new = {"a": [2.0, 8.0, None], "b": [2.0, 2.0, 1.0]}
    assert values(fitted.score(new)["index"]) == [pytest.approx(0.8), pytest.approx(2.0), None]
    text = index.to_json()
    assert json.loads(text) and ix.Index.from_json(text) == index
    with pytest.raises(DataError, match="not negative"):
        index.fit_score({"a": [-1.0, 1.0], "b": [1.0, 4.0]})
    with pytest.raises(DefinitionError, match="a share is between 0 and 1"):
        ix.Index.flat(["a"], aggregate={"benefit_of_the_doubt": {"limits": {"on": "own_pie_shares", "low": 3}}})


def test_less_is_better_by_a_named_transform() -> None:
    table = {"output": [1.0, 2.0, 4.0], "waste": [1.0, 4.0, 4.0]}
    turned = {"output": 1, "waste": -1}
    reciprocal = doubt(table, indicators=turned, normalize="fraction_of_max")
    by_hand = doubt({"output": np.array([0.25, 0.5, 1.0]), "waste": np.array([1.0, 0.25, 0.25])})
    np.testing.assert_allclose(reciprocal.scores, by_hand.scores, atol=1e-14)
    with pytest.raises(DataError, match="not negative"):
        doubt(table, indicators=turned)


def test_order_m() -> None:
    x = data_of("factor-like", 300, 4)
    table = {f"x{q}": x[:, q] for q in range(4)}
    exact = np.asarray(ix.frontier.order_m(table, m=30))
    drawn = np.asarray(ix.frontier.order_m(table, m=30, draws=400, rng=0))
    assert np.abs(drawn / exact - 1).max() < 0.06
    np.testing.assert_array_equal(drawn, ix.frontier.order_m(table, m=30, draws=400, rng=0, threads=1))
    assert (drawn != np.asarray(ix.frontier.order_m(table, m=30, draws=400, rng=1))).any()
    # For many draws the free disposal hull, which lies below the convex one.
    ratios = (x[None, :, :] / x[:, None, :]).min(axis=2).max(axis=1)
    np.testing.assert_allclose(ix.frontier.order_m(table, m=10**6), 1 / ratios, rtol=1e-9)
    assert (1 / ratios >= np.asarray(doubt(x).scores) - 1e-12).all()
    for wrong in ({"m": 0}, {"draws": 0}, {"rng": -1}):
        with pytest.raises(DataError):
            ix.frontier.order_m(table, **wrong)


def test_over_time() -> None:
    first, x = data_of("factor-like", 60, 3), data_of("independent", 60, 3) + 0.2
    last = first * (1 + x)
    names = ["a", "b", "c"]
    one = {"firm": list(range(60)), **dict(zip(names, first.T, strict=True))}
    two = {"firm": list(range(60))[::-1], **dict(zip(names, last[::-1].T, strict=True))}
    found = ix.frontier.over_time(one, two, names, unit="firm")

    def score(records: np.ndarray, row: np.ndarray) -> float:
        return -optimize.linprog(-row, A_ub=records, b_ub=np.ones(len(records)), bounds=(0, None), method="highs").fun

    for k in range(0, 60, 12):
        a, b = score(first, first[k]), score(last, last[k])
        c, d = score(first, last[k]), score(last, first[k])
        assert found["catching_up"][k] == pytest.approx(b / a)
        assert found["change"][k] == pytest.approx(np.sqrt(c / a * b / d))
        assert found["frontier_shift"][k] == pytest.approx(np.sqrt(c / b * a / d))
    two["firm"][0] = 99
    with pytest.raises(DataError, match="is in one period only"):
        ix.frontier.over_time(one, two, names, unit="firm")


# Against other units, and in a direction


def envelope(records: np.ndarray, own: np.ndarray, by: np.ndarray) -> float:
    """The greatest b with own + b by below a mixture of the records."""
    n, scale = len(records), records.max(axis=0)
    a = np.hstack([-(records / scale).T, (by / scale)[:, None]])
    a = np.vstack([a, np.r_[np.ones(n), 0.0]])
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    found = optimize.linprog(
        np.r_[np.zeros(n), -1.0],
        A_ub=a,
        b_ub=np.r_[-own / scale, 1.0],
        bounds=[(0, None)] * n + [(None, None)],
        method="highs",
        options=tight,
    )
    return -found.fun if found.status == 0 else np.nan


def directed(x: np.ndarray, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FrontierWarning)
        return ix.frontier.directional({f"x{q}": x[:, q] for q in range(x.shape[1])}, **options)


@pytest.mark.parametrize("direction", ["own", "range", "numbers", "some"])
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("n", "p"), [(40, 3), (240, 8)])
def test_distances_are_those_of_highs(name: str, n: int, p: int, direction: str) -> None:
    x = data_of(name, n, p)
    given: Any = direction
    if direction == "numbers":
        given = np.random.default_rng(3).uniform(0.1, 2.0, p).tolist()
    elif direction == "some":
        given = {"x0": 1.0, "x2": 3.0}
    found = directed(x, direction=given)
    beta = np.asarray(found.distances)
    by = {"own": x, "range": np.ptp(x, axis=0)}.get(direction)
    if by is None:
        by = np.array(given if direction == "numbers" else [1.0, 0.0, 3.0, *[0.0] * (p - 3)])
    by = np.broadcast_to(by, x.shape)
    # What is zero everywhere has no own direction.
    there = by.any(axis=1)
    assert np.isnan(beta[~there]).all()
    assert there.sum() >= n - 3
    for row in np.flatnonzero(there)[:: 1 if n < 100 else 6]:
        size = 1.0 + abs(beta[row])
        assert abs(beta[row] - envelope(x, x[row], by[row])) <= 1e-8 * size, row
    assert (beta[there] >= -1e-12).all()
    targets = np.asarray(found.targets)
    np.testing.assert_allclose(targets, x + beta[:, None] * by, rtol=1e-12, atol=1e-12)
    # The mixture of the peers is nowhere below the target, and whole.
    mixed, total = np.zeros_like(x), np.zeros(len(x))
    np.add.at(
        mixed, found.peers["unit"].to_numpy(), x[found.peers["peer"]] * found.peers["multiplier"].to_numpy()[:, None]
    )
    np.add.at(total, found.peers["unit"].to_numpy(), found.peers["multiplier"].to_numpy())
    np.testing.assert_allclose(total[there], 1.0, atol=1e-9)
    assert ((targets - mixed)[there] / x.max(axis=0)).max() < 1e-9


def test_the_own_direction_is_benefit_of_the_doubt() -> None:
    x = data_of("factor-like", 300, 6)
    np.testing.assert_allclose(directed(x).distances, 1 / np.asarray(doubt(x).scores) - 1, atol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_others_are_scored_against_a_reference(name: str) -> None:
    x, new = data_of(name, 200, 5), data_of(name, 400, 5)[200:260] * 1.1
    tables = [pd.DataFrame(values, columns=[f"x{q}" for q in range(5)]) for values in (new, x)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FrontierWarning)
        found = ix.frontier.benefit_of_the_doubt(tables[0], reference=tables[1])
        moved = ix.frontier.directional(tables[0], reference=tables[1], direction="range")
    scores, beta = np.asarray(found.scores), np.asarray(moved.distances)
    for row in range(len(new)):
        # A programme over the reference alone, the new unit being only the goal.
        scale = x.max(axis=0)
        programme = optimize.linprog(-new[row] / scale, A_ub=x / scale, b_ub=np.ones(len(x)), method="highs")
        assert scores[row] == pytest.approx(-programme.fun, abs=1e-8)
        assert abs(beta[row] - envelope(x, new[row], np.ptp(x, axis=0))) <= 1e-8 * (1 + abs(beta[row]))
        assert (scores[row] > 1 + 1e-9) == (beta[row] < -1e-9)
    assert (scores > 1).any()
    assert set(found.peers["peer"]) <= set(range(200))


def test_a_reference_fits_the_scales_and_names_the_peers() -> None:
    firms = {"firm": ["x", "y"], "a": [0.0, 10.0], "b": [10.0, 0.0]}
    new = {"firm": ["n", "m"], "a": [5.0, 20.0], "b": [5.0, np.nan]}
    found = ix.frontier.benefit_of_the_doubt(new, ["a", "b"], reference=firms, normalize="minmax", unit="firm")
    assert found.scores.tolist()[0] == 1.0 and np.isnan(found.scores[1])
    assert found.peers.values.tolist() == [["n", "x", 0.5], ["n", "y", 0.5]]


def test_directions_that_lead_nowhere_are_told() -> None:
    firms = {"firm": ["x", "y", "o"], "a": [4.0, 1.0, 0.0], "b": [1.0, 4.0, 0.0]}
    with pytest.warns(FrontierWarning, match=r"no distance: .* \(1 rows, first row 'o'\)"):
        found = ix.frontier.directional(firms, ["a", "b"], unit="firm")
    assert np.isnan(found.distances[2])
    new = {"firm": ["n"], "a": [1.0], "b": [5.0]}
    with pytest.warns(FrontierWarning, match=r"lead back to it \(1 rows, first row 'n'\)"):
        ix.frontier.directional(new, ["a", "b"], direction={"a": 1.0}, reference=firms, unit="firm")
    for wrong, error, match in [
        ("up", UnknownNameError, r"direction= is 'own', 'range', or numbers"),
        ({"c": 1.0}, UnknownNameError, r"no indicator is named 'c'"),
        ([1.0], DataError, r"direction= has 1 numbers, there are 2 indicators"),
        ([0.0, 0.0], DataError, r"leads nowhere: all numbers are zero"),
        ([-1.0, 1.0], DataError, r'"a": expected a finite number that is not negative'),
    ]:
        with pytest.raises(error, match=match):
            ix.frontier.directional(firms, ["a", "b"], direction=wrong)
    constant = ix.frontier.directional({"a": [2.0, 2.0], "b": [1.0, 3.0]}, direction={"a": 1.0})
    assert constant.distances.tolist() == [0.0, 0.0]


def test_distances_do_not_depend_on_order_threads_or_units() -> None:
    x = data_of("log-normal", 400, 5)
    one, two = directed(x, threads=1, direction="range"), directed(x, threads=2, direction="range")
    np.testing.assert_array_equal(one.distances, two.distances)
    order = np.random.default_rng(1).permutation(len(x))
    np.testing.assert_allclose(
        directed(x[order], direction="range").distances, np.asarray(one.distances)[order], atol=1e-12
    )
    scaled = directed(x * np.array([1e-3, 1.0, 7.0, 1e4, 0.5]), direction="range")
    np.testing.assert_allclose(scaled.distances, one.distances, atol=1e-11)


def test_order_m_in_like_circumstances_is_the_sum_over_all_draws() -> None:
    rng = np.random.default_rng(2)
    x, z, m, width = rng.uniform(1, 9, (12, 2)), rng.uniform(0, 4, 12), 3, 1.5
    table = {"a": x[:, 0], "b": x[:, 1], "z": z}
    found = np.asarray(ix.frontier.order_m(table, ["a", "b"], m=m, context="z", bandwidth=width))
    for o in range(12):
        chances = np.maximum(0, 1 - ((z - z[o]) / width) ** 2)
        chances /= chances.sum()
        ratios = (x / x[o]).min(axis=1)
        drawn = np.array(np.meshgrid(*[np.arange(12)] * m)).reshape(m, -1)
        expected = (chances[drawn].prod(axis=0) * ratios[drawn].max(axis=0)).sum()
        assert found[o] == pytest.approx(1 / expected, rel=1e-12)
    wide = ix.frontier.order_m(table, ["a", "b"], m=m, context=np.zeros(12), bandwidth=1.0)
    np.testing.assert_allclose(wide, ix.frontier.order_m(table, ["a", "b"], m=m), rtol=1e-12)
    with pytest.raises(DataError, match=r"context= and bandwidth= are given together"):
        ix.frontier.order_m(table, ["a"], context="z")
    with pytest.raises(DataError, match=r"nothing is drawn; leave draws out"):
        ix.frontier.order_m(table, ["a"], context="z", bandwidth=1.0, draws=5)
    with pytest.raises(DataError, match=r"finite number of at least 0"):
        ix.frontier.order_m(table, ["a"], context="z", bandwidth=-1.0)
