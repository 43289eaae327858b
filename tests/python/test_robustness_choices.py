"""Stability of weights and grids of conventions: against closed forms and twins in NumPy."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_robustness import data, index

import indicia as ix
from indicia.errors import IndiciaError, UnknownNameError

rb = ix.robustness


def flat(weights: dict[str, float]) -> ix.Index:
    return ix.Index.flat(list(weights), normalize="none", weights=weights)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_the_leader_changes_where_two_lines_cross(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.random((7, 4)), rng.random(4) + 0.05
    frame = pd.DataFrame(values, columns=list("abcd"))
    found = rb.stability(flat(dict(zip("abcd", weights, strict=True))), frame)
    share = weights / weights.sum()
    scores = values @ share
    leader = int(scores.argmax())
    assert found["child"].tolist() == list("abcd")
    for k, row in enumerate(found.itertuples()):
        # With share t for k, a unit scores t x_k + (1 - t) r, r the mean of the others.
        rest = (scores - share[k] * values[:, k]) / (1 - share[k])
        slope, start = values[:, k] - rest, rest
        low, high = 0.0, 1.0
        for unit in set(range(7)) - {leader}:
            cross = (start[unit] - start[leader]) / (slope[leader] - slope[unit])
            if 0 <= cross < share[k]:
                low = max(low, cross)
            elif share[k] < cross <= 1:
                high = min(high, cross)
        assert row.weight == pytest.approx(share[k], rel=1e-12)
        assert row.leader_low == pytest.approx(low, abs=1e-9)
        assert row.leader_high == pytest.approx(high, abs=1e-9)
        for end, side, step in ((row.leader_low, row.leader_below, -1e-6), (row.leader_high, row.leader_above, 1e-6)):
            if 1e-5 < end < 1 - 1e-5:
                beyond = start + slope * (end + step)
                assert int(side) == int(beyond.argmax())


def test_levels_change_where_a_line_meets_a_threshold() -> None:
    definition: dict[str, Any] = flat({"a": 1.0, "b": 1.0}).to_dict() | {"levels": {"thresholds": {"good": 5.0}}}
    frame = pd.DataFrame({"firm": ["x", "y"], "a": [4.0, 9.0], "b": [5.0, 2.0]})
    found = rb.stability(ix.Index.from_dict(definition), frame, unit="firm").set_index("child")
    # y = 9 t + 2 (1 - t) has 5 at t = 3/7; x never has.
    assert found.loc["a", "levels_low"] == pytest.approx(3 / 7, abs=1e-9)
    assert found.loc["a", "level_below"] == "y" and found.loc["a", "levels_high"] == 1.0
    assert found.loc["b", "levels_high"] == pytest.approx(4 / 7, abs=1e-9)
    assert pd.isna(found.loc["a", "level_above"])


def test_other_aggregations_and_learned_weights_are_walked() -> None:
    frame = data(12)
    base = index().using(aggregate="geometric").to_dict()
    del base["levels"]
    leader = ix.Index.from_dict(base).fit_score(frame)["top"].idxmax()
    top = next(group for group in base["group"] if group["id"] == "top")
    found = rb.stability(ix.Index.from_dict(base), frame, groups="top")
    assert ((found["leader_low"] > 0) | (found["leader_high"] < 1)).any()
    for row in found.itertuples():
        other = ({"left", "right"} - {row.child}).pop()
        for end, beyond in ((row.leader_low, -1e-7), (row.leader_high, 1e-7)):
            if 0 < end < 1:
                for step, stays in ((-beyond, True), (beyond, False)):
                    top["weights"] = {"fixed": {row.child: end + step, other: 1 - end - step}}
                    assert (ix.Index.from_dict(base).fit_score(frame)["top"].idxmax() == leader) == stays
    entropy = rb.stability(ix.Index.flat(list("abcde"), weights="entropy"), frame)
    learned = ix.Index.flat(list("abcde"), weights="entropy").fit(frame).weights
    np.testing.assert_allclose(entropy["weight"], learned["weight"], rtol=1e-12)


def test_weights_that_cannot_move_are_not_listed_and_names_are_checked() -> None:
    alone = ix.Index.flat(["a"], normalize="none")
    assert len(rb.stability(alone, data())) == 0
    with pytest.raises(UnknownNameError, match="lfet"):
        rb.stability(index(), data(), groups="lfet")


# Grids


def test_a_grid_is_every_combination_by_hand() -> None:
    frame = data(15)
    scales, means = ["minmax", "rank", {"minmax": {"to": [1, 100]}}], ["arithmetic", "median"]
    grid = rb.conventions(index(), frame, [rb.scale(scales), rb.aggregate(means)])
    assert len(grid) == 6
    nominal = index().fit_score(frame)["top"]
    nominal_ranks = nominal.rank(ascending=False, method="min")
    table = grid.to_frame()
    every = []
    for (scale, mean), row in zip(product(scales, means), table.itertuples(), strict=True):
        scores = index().using(normalize=scale, aggregate=mean).fit_score(frame)["top"]
        ranks = scores.rank(ascending=False, method="min")
        every.append(ranks.to_numpy())
        change = (ranks - nominal_ranks).abs()
        assert row.rank_correlation == pytest.approx(scores.corr(nominal, method="spearman"), abs=1e-12)
        assert row.rank_shift == pytest.approx(change.mean())
        assert row.largest_shift == change.max() and row.moved == (change > 0).sum()
        assert row.weight_moved == 0.0
    np.testing.assert_array_equal(grid.ranks(), every)
    ranks = np.array(every).reshape(3, 2, -1)
    matters = grid.matters().set_index("factor")
    pairs = [np.abs(ranks[i, m] - ranks[j, m]) for m in range(2) for i in range(3) for j in range(i + 1, 3)]
    assert matters.loc["scale", "rank_change"] == pytest.approx(np.mean(pairs)) and matters.loc["scale", "pairs"] == 6
    assert matters.loc["aggregate", "rank_change"] == pytest.approx(np.abs(ranks[:, 0] - ranks[:, 1]).mean())
    assert "Conventions(6 combinations" in repr(grid) and "<table" in grid._repr_html_()


def panel(n: int = 12, years: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [
        {"city": f"c{i}", "year": 2018 + t, **dict(zip("abc", rng.random(3) * (1 + t) + i / 10, strict=True))}
        for i in range(n)
        for t in range(years)
    ]
    return pd.DataFrame(rows)


def test_the_scope_of_a_panel_is_a_convention() -> None:
    frame = panel()
    base = ix.Index.flat(list("abc"), weights="entropy")
    vary = [rb.period(["pooled", "each", {"base": 2018}]), rb.entropy_habits()]
    grid = rb.conventions(base, frame, vary, unit="city", time="year")
    assert len(grid) == 21 and not len(grid.failures())
    for scope, scores, ranks in zip(
        ["pooled", "each", {"base": 2018}], grid.scores()[::7], grid.ranks()[::7], strict=True
    ):
        by_hand = ix.Index.from_dict(base.to_dict() | {"period": scope})
        with pytest.warns(ix.errors.ComparabilityWarning) if scope == "each" else _nothing():
            expected = by_hand.fit_score(frame, unit="city", time="year")["index"]
        np.testing.assert_array_equal(scores, expected)
        within = expected.groupby(frame["year"]).rank(ascending=False, method="min")
        np.testing.assert_array_equal(ranks, within)
    weights = grid.weights()
    shift = weights[(weights["period"] == "pooled") & (weights["entropy"] == "z + 1")]
    expected = base.using(weights={"entropy": {"shift": 1.0}}).fit(frame, unit="city", time="year").weights
    np.testing.assert_allclose(shift["weight"], expected["weight"], rtol=1e-12)
    moved = grid.to_frame()
    rows = moved[(moved["period"] == "pooled") & (moved["entropy"] == "z + 1")]
    right = base.fit(frame, unit="city", time="year").weights["weight"]
    assert rows["weight_moved"].item() == pytest.approx(np.abs(right - expected["weight"]).sum() / 2)


class _nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_what_is_no_grid_is_refused() -> None:
    with pytest.raises(IndiciaError, match="no list of alternatives"):
        rb.conventions(index(), data(), [rb.weight_noise(0.5)])
    many = [rb.leave_out([None, *"abcde"], name=f"f{i}") for i in range(8)]
    with pytest.raises(IndiciaError, match="100000 combinations"):
        rb.conventions(index(), data(), many)
    with pytest.raises(ValueError, match="time="):
        rb.conventions(index(), data(), [rb.period(["pooled", "each"])])
