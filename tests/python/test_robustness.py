"""Robustness: replays against replays by hand, SALib on the same points, coverage of intervals, what cannot be."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia import _core
from indicia.errors import (
    DataError,
    DefinitionError,
    DegenerateError,
    IndiciaError,
    UndefinedStatisticWarning,
    UnknownNameError,
)

rb = ix.robustness
NAMES = ["a", "b", "c", "d", "e"]


def data(n: int = 30, seed: int = 0, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = np.exp(rng.normal(size=(n, 1)) * 0.5 + rng.normal(size=(n, 5)))
    values[rng.random(values.shape) < missing] = np.nan
    return pd.DataFrame(values, columns=NAMES, index=[f"u{i}" for i in range(n)])


def index(**more: Any) -> ix.Index:
    return ix.Index.from_dict(
        {
            "id": "top",
            "defaults": {"scale": {"minmax": {"to": [1, 100]}}},
            "indicator": [{"id": name, "parent": "left" if name in "ab" else "right"} for name in NAMES],
            "group": [{"id": "left", "parent": "top"}, {"id": "right", "parent": "top"}, {"id": "top"}],
            "levels": {"thresholds": {"low": 20, "high": 40}},
        }
        | more
    )


def middle(choice: int, options: int) -> float:
    return (choice + 0.5) / options


# Replays by hand


def test_each_alternative_is_what_using_gives() -> None:
    frame = data(missing=0.05)
    scales, weights, means = ["minmax", "zscore", "rank"], [None, "std"], ["arithmetic", "median"]
    treats = ["none", {"winsorize": {"count": 3}}]
    imputes = ["mean", "median"]
    vary = [rb.impute(imputes), rb.treat(treats), rb.scale(scales), rb.weights(weights), rb.aggregate(means)]
    grid = [(i, t, s, w, m) for i in range(2) for t in range(2) for s in range(3) for w in range(2) for m in range(2)]
    points = np.array(
        [[middle(i, 2), middle(t, 2), middle(s, 3), middle(w, 2), middle(m, 2)] for i, t, s, w, m in grid]
    )
    study = rb.uncertainty(index(), frame, vary, points=points)
    assert not len(study.failures())
    for row, (i, t, s, w, m) in zip(study.score_matrix(), grid, strict=True):
        by_hand = index().using(
            impute=imputes[i], treat=treats[t], normalize=scales[s], weights=weights[w], aggregate=means[m]
        )
        np.testing.assert_array_equal(row, by_hand.fit_score(frame)["top"])
    # One definition at a time gives the same bits: nothing leaks from one to the next.
    for point, row in zip(points[::7], study.score_matrix()[::7], strict=True):
        alone = rb.uncertainty(index(), frame, vary, points=point[None, :])
        np.testing.assert_array_equal(alone.score_matrix()[0], row)


def test_weights_move_as_the_form_says() -> None:
    frame = data()
    base = index()
    children = base.fit(frame).score(frame)
    vary = [rb.weight_noise(0.5, groups="top")]
    points = np.array([[0.0, 0.0], [0.999999, 0.0], [0.25, 0.75]])
    study = rb.uncertainty(base, frame, vary, points=points)
    left, right = (children[name].to_numpy() for name in ("left", "right"))
    for (u, v), row in zip(points, study.score_matrix(), strict=True):
        x, y = 1 + 0.5 * (2 * u - 1), 1 + 0.5 * (2 * v - 1)
        np.testing.assert_allclose(row, (x * left + y * right) / (x + y), rtol=1e-13)
    between = rb.uncertainty(
        base, frame, [rb.weight_noise(between={"left": (2, 4)}, groups="top")], points=[[0.5, 0.1]]
    )
    np.testing.assert_allclose(between.score_matrix()[0], (3 * left + right) / 4, rtol=1e-13)
    simplex = rb.uncertainty(base, frame, [rb.weight_noise(simplex=True, groups="top")], points=points)
    spacing = -np.log1p(-points)
    share = spacing[1:] / spacing[1:].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(simplex.score_matrix()[1:], share[:, :1] * left + share[:, 1:] * right, rtol=1e-12)
    dirichlet = rb.uncertainty(base, frame, [rb.weight_noise(dirichlet=1e9, groups="top")], n=20)
    np.testing.assert_allclose(dirichlet.score_matrix(), np.tile(children["top"], (20, 1)), rtol=1e-3)


def test_what_is_learned_above_changed_weights_is_learned_again() -> None:
    # Entropy weights of the top are fitted on the scores of groups whose weights move.
    frame = data()
    base = index()
    definition = base.to_dict()
    definition["group"][2]["weights"] = {"entropy": {"over": "children"}}
    base = ix.Index.from_dict(definition)
    sets = {"left": {"a": 3.0, "b": 1.0}, "right": {"c": 1.0, "d": 5.0, "e": 2.0}}
    study = rb.uncertainty(base, frame, [rb.weight_sets([sets])], points=[[0.5]])
    for group, weights in sets.items():
        next(g for g in definition["group"] if g["id"] == group)["weights"] = {"fixed": weights}
    np.testing.assert_array_equal(study.score_matrix()[0], ix.Index.from_dict(definition).fit_score(frame)["top"])


@pytest.mark.parametrize("aggregate", ["topsis", "copeland", "vikor"])
def test_referenced_and_relative_aggregations_are_replayed(aggregate: str) -> None:
    frame = data()
    base = index()
    vary = [rb.aggregate([aggregate], nodes="top"), rb.weight_sets([{"top": {"left": 3.0, "right": 1.0}}])]
    study = rb.uncertainty(base, frame, vary, points=[[0.5, 0.5]])
    definition = base.to_dict()
    definition["group"][2] |= {"aggregate": aggregate, "weights": {"fixed": {"left": 3.0, "right": 1.0}}}
    np.testing.assert_array_equal(study.score_matrix()[0], ix.Index.from_dict(definition).fit_score(frame)["top"])


def test_nodes_left_out_are_gone() -> None:
    frame = data()
    study = rb.uncertainty(index(), frame, [rb.leave_out([None, "a", "left"])], points=[[0.1], [0.5], [0.9]])
    whole = index().fit_score(frame)
    np.testing.assert_array_equal(study.score_matrix()[0], whole["top"])
    np.testing.assert_allclose(study.score_matrix()[2], whole["right"], rtol=1e-15)
    definition = index().to_dict()
    definition["indicator"] = definition["indicator"][1:]
    np.testing.assert_array_equal(study.score_matrix()[1], ix.Index.from_dict(definition).fit_score(frame)["top"])


def test_goalposts_thresholds_levels_and_definitions_are_replayed() -> None:
    frame = data()
    low, high = rb.goalposts("a", low=(0.0, 1.0)), rb.goalposts("b", high=(5.0, 9.0))
    definition = index().to_dict()
    definition["indicator"][0]["scale"] = {"linear": {"low": 0.5, "high": 4.0}}
    definition["indicator"][1]["scale"] = {"linear": {"low": 0.5, "high": 4.0}}
    base = ix.Index.from_dict(definition)
    study = rb.uncertainty(base, frame, [low, high], points=[[0.25, 0.5]])
    definition["indicator"][0]["scale"]["linear"]["low"] = 0.25
    definition["indicator"][1]["scale"]["linear"]["high"] = 7.0
    np.testing.assert_array_equal(study.score_matrix()[0], ix.Index.from_dict(definition).fit_score(frame)["top"])

    moved = rb.uncertainty(index(), frame, [rb.thresholds(5.0)], points=[[0.0, 0.5], [0.99, 0.0]])
    scores = index().fit_score(frame)["top"]
    names = np.array(["none", "low", "high"])
    for point, share in zip(moved.points, moved.runs().filter(like="share_").to_numpy(), strict=True):
        edges = np.array([20.0, 40.0]) + 5.0 * (2 * point - 1)
        expected = np.bincount(np.searchsorted(np.maximum.accumulate(edges), scores, side="right"), minlength=3)
        np.testing.assert_allclose(share, expected / len(frame), err_msg=str(names))
    other = rb.levels([None, {"thresholds": {"low": 30, "high": 50}}], labels=["ours", "theirs"])
    study = rb.uncertainty(index(), frame, [other], points=[[0.1], [0.9]])
    assert study.runs()["levels"].tolist() == ["ours", "theirs"]
    expected = [(scores >= 40).mean(), (scores >= 50).mean()]
    np.testing.assert_allclose(study.runs()["share_high"], expected)
    alternative = index().using(aggregate="geometric")
    whole = rb.uncertainty(index(), frame, [rb.definitions([None, alternative])], points=[[0.1], [0.9]])
    np.testing.assert_array_equal(whole.score_matrix()[1], alternative.fit_score(frame)["top"])


def test_rows_are_drawn_as_said() -> None:
    frame = data(missing=0.1)
    observed = frame.notna()
    study = rb.uncertainty(index(), frame, [rb.error(["a"], distribution="uniform", size=0.0)], n=3)
    np.testing.assert_array_equal(study.score_matrix(), np.tile(index().fit_score(frame)["top"], (3, 1)))
    # An error keeps what is missing missing, and inputs never change.
    before = frame.copy()
    rb.uncertainty(index(), frame, [rb.error(NAMES, size=1.0), rb.draws(NAMES)], n=5)
    pd.testing.assert_frame_equal(frame, before)
    assert observed.equals(frame.notna())
    # Draws are observed values of the column: with one donor there is nothing to draw.
    one = pd.DataFrame({"x": [3.0, np.nan, np.nan], "y": [1.0, 2.0, 4.0]})
    flat = ix.Index.flat(["x", "y"], normalize="none")
    filled = rb.uncertainty(flat, one, [rb.draws("x")], n=4).score_matrix()
    np.testing.assert_allclose(filled, np.tile([2.0, 2.5, 3.5], (4, 1)))
    # Within groups.
    grouped = pd.DataFrame({"x": [3.0, np.nan, 7.0, np.nan], "y": [0.0] * 4, "g": ["p", "p", "q", "q"]})
    filled = rb.uncertainty(flat, grouped, [rb.draws("x", by="g")], n=4).score_matrix()
    np.testing.assert_allclose(filled, np.tile([1.5, 1.5, 3.5, 3.5], (4, 1)))
    # Answers of yes and no stay so.
    yes = pd.DataFrame({"x": [0.0, 1.0] * 500, "y": [0.0] * 1000})
    turned = rb.uncertainty(flat, yes, [rb.error("x", distribution="flip", size=0.2)], n=20).score_matrix() * 2
    assert set(np.unique(turned)) == {0.0, 1.0}
    assert abs((turned != yes["x"].to_numpy()).mean() - 0.2) < 0.01


def test_a_bootstrap_fits_on_the_sample_and_scores_the_units() -> None:
    frame = data(8)
    frame["s"] = ["p"] * 4 + ["q"] * 4
    base = ix.Index.flat(["a", "b"])
    study = rb.uncertainty(base, frame, [rb.bootstrap(strata="s")], n=200)
    scores = study.score_matrix()
    # Min-max of a sample: someone outside it may lie beyond 0 and 1, and rarely the whole range is in it.
    assert (scores < 0).any() and (scores > 1).any()
    nominal = base.fit_score(frame)["index"].to_numpy()
    assert 0 < np.isclose(scores, nominal).all(axis=1).sum() < 100
    with pytest.raises(IndiciaError, match="strata_x"):
        rb.uncertainty(base, frame, [rb.bootstrap(strata="strata_x")], n=2)


def test_shares_of_levels_scatter_as_those_of_a_sample() -> None:
    # A flag of known share p, fixed scale: the bootstrap of the weighted share has the variance of the ratio estimate.
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"a": (rng.random(400) < 0.3).astype(float), "w": rng.uniform(0.5, 2, 400)})
    base = ix.Index.from_dict(
        {
            "id": "one",
            "indicator": [{"id": "a", "parent": "top", "scale": "flag"}],
            "group": [{"id": "top", "aggregate": "sum"}],
            "levels": {"thresholds": {"yes": 1}},
        }
    )
    study = rb.uncertainty(base, frame, [rb.bootstrap()], n=2000, sample_weight="w", keep=[])
    shares = study.runs()["share_yes"]
    weight, yes = frame["w"].to_numpy(), frame["a"].to_numpy()
    share = weight @ yes / weight.sum()
    error = np.sqrt(((weight * (yes - share)) ** 2).sum()) / weight.sum()
    assert abs(shares.mean() - share) < 4 * error / np.sqrt(2000)
    assert abs(shares.std() / error - 1) < 0.08


# The same bits


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**64 - 1), threads=st.integers(2, 5))
def test_the_same_seed_gives_the_same_bits_for_any_threads(seed: int, threads: int) -> None:
    frame = data(12, missing=0.1)
    vary = [rb.scale(["minmax", "zscore"]), rb.weight_noise(0.3), rb.error(["a"], size=0.1)]
    one = rb.uncertainty(index(), frame, vary, n=70, seed=seed, threads=1)
    many = rb.uncertainty(index(), frame, vary, n=70, seed=seed, threads=threads)
    assert one.score_matrix().tobytes() == many.score_matrix().tobytes()
    assert one.rank_matrix().tobytes() == many.rank_matrix().tobytes()


def test_seeds_differ_and_zero_is_one() -> None:
    shifts = [rb.uncertainty(index(), data(), [rb.weight_noise(0.5)], n=50, seed=seed).rank_shift for seed in (0, 1, 2)]
    assert len({shift.tobytes() for shift in shifts}) == 3
    again = rb.uncertainty(index(), data(), [rb.weight_noise(0.5)], n=50, seed=0).rank_shift
    assert again.tobytes() == shifts[0].tobytes()
    with pytest.raises(ValueError, match="seed"):
        rb.uncertainty(index(), data(), [rb.weight_noise(0.5)], n=5, seed=-1)


# Tables


def test_tables_say_what_the_matrices_do() -> None:
    frame = data(9)
    study = rb.uncertainty(index(), frame, [rb.scale(["minmax", "zscore"]), rb.weight_noise(0.6)], n=300)
    scores, ranks = study.score_matrix(), study.rank_matrix()
    table = study.scores((0.1, 0.5))
    assert table.index.equals(frame.index)
    np.testing.assert_allclose(table["mean"], scores.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(table["sd"], scores.std(axis=0, ddof=1), rtol=1e-10)
    np.testing.assert_allclose(table["q10"], np.quantile(scores, 0.1, axis=0), rtol=1e-12)
    expected = pd.DataFrame(scores).rank(axis=1, ascending=False, method="min").to_numpy()
    np.testing.assert_array_equal(ranks, expected)
    accept = study.acceptability().set_index("row")
    for rank in range(1, 10):
        np.testing.assert_allclose(accept[f"rank_{rank}"], (ranks == rank).mean(axis=0))
    assert study.above("u0", "u1") == (ranks[:, 0] < ranks[:, 1]).mean()
    np.testing.assert_allclose(study.rank_shift, np.abs(ranks - study.ranks()["nominal"].to_numpy()).mean(axis=1))
    nominal = index().fit_score(frame)
    levels = study.levels()
    assert levels["nominal"].astype(str).tolist() == nominal.level.astype(str).tolist()
    minmax = study.runs()["scale"].to_numpy() == "minmax"
    assert levels["at_least_low"].between(0, 1).all() and minmax.any() and not minmax.all()
    np.testing.assert_allclose(levels["at_least_high"], (scores >= 40).mean(axis=0))
    hinges = study.hinges()
    moving = [unit for unit, one in zip(frame.index, (scores >= 20).T + (scores >= 40).T * 1, strict=True) if one.std()]
    assert sorted(hinges["row"]) == sorted(moving)
    assert (hinges["hinges_on"] == "scale").all()
    assert hinges["same"].is_monotonic_increasing
    assert "Uncertainty(300 replays of 9 units" in repr(study) and "<table" in study._repr_html_()


def test_every_kind_of_table_comes_back_as_it_came() -> None:
    import polars as pl

    frame = data(6).reset_index(names="firm")
    vary = [rb.weight_noise(0.4)]
    pandas = rb.uncertainty(index(), frame, vary, n=20, unit="firm").ranks()
    polars = rb.uncertainty(index(), pl.from_pandas(frame), vary, n=20, unit="firm").ranks()
    assert isinstance(polars, pl.DataFrame)
    assert polars["firm"].to_list() == frame["firm"].tolist() == pandas["firm"].tolist()
    np.testing.assert_array_equal(polars["mean"].to_numpy(), pandas["mean"].to_numpy())


# Sensitivity


@pytest.mark.parametrize("second", [False, True])
def test_salib_gives_the_same_indices_on_the_same_points(second: bool) -> None:
    sobol = pytest.importorskip("SALib.analyze.sobol")
    frame = data(20)
    vary = [rb.scale(["minmax", "zscore"]), rb.aggregate(["arithmetic", "geometric"]), rb.weight_sets([
        {"top": {"left": 1.0, "right": weight}} for weight in (0.5, 1.0, 2.0)
    ])]  # fmt: skip
    vary[0] = rb.scale([{"minmax": {"to": [1, 100]}}, {"minmax": {"to": [10, 100]}}])
    study = rb.sensitivity(index(), frame, vary, n=128, units=["u3"], second_order=second, resamples=10)
    for output in ("rank_shift", "score of u3"):
        problem, x, y = study.salib(output)
        assert len(x) == len(y) == 128 * (8 if second else 5)
        del problem["groups"]  # every factor has one dimension
        with np.errstate(all="ignore"):
            expected = sobol.analyze(problem, y, calc_second_order=second, num_resamples=2, seed=1)
        table = study.to_frame(output)
        np.testing.assert_allclose(table["first"], expected["S1"], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(table["total"], expected["ST"], rtol=1e-10, atol=1e-12)
        if second:
            pairs = [expected["S2"][i, j] for i in range(3) for j in range(i + 1, 3)]
            np.testing.assert_allclose(study.second(output)["value"], pairs, rtol=1e-9, atol=1e-12)


def test_other_measures_of_salib_take_the_runs() -> None:
    pawn = pytest.importorskip("SALib.analyze.pawn")
    study = rb.sensitivity(index(), data(20), [rb.weight_noise(0.5), rb.leave_out([None, "a", "c"])], n=64)
    problem, x, y = study.salib()
    found = pawn.analyze(problem, x, y, S=5)
    assert [str(name) for name in found["names"]] == ["weight_noise", "leave_out"]  # its groups are the factors
    assert problem["num_vars"] == x.shape[1] == 8 and (found["median"] >= 0).all()


def test_a_factor_with_many_dimensions_is_one_input() -> None:
    # score of a unit = share of left: with the simplex over two, uniform on [right, left]: its variance is (l - r)^2 / 12.
    frame = data(20)
    study = rb.sensitivity(
        index(), frame, [rb.weight_noise(simplex=True, groups="top"), rb.leave_out([None, "a"])], n=512, units=["u3"]
    )
    table = study.to_frame("score of u3")
    assert len(table) == 2
    assert (table["first_low"] <= table["first"]).all() and (table["first"] <= table["first_high"]).all()
    assert abs(table["first"].sum() - 1) < 0.2
    assert "share of high" in study.outputs


def test_constant_outputs_one_factor_and_failures_are_defined() -> None:
    frame = data(1)
    with pytest.warns(UndefinedStatisticWarning, match="the same in every run"):
        table = rb.sensitivity(ix.Index.flat(["a"], normalize="none"), frame, [rb.error("a", size=1.0)], n=8).to_frame()
    assert table["first"].isna().all() and table["total"].isna().all()
    # Some replays fail: they are counted, told, and the rest goes on.
    vary = [rb.scale(["minmax", "zscore"]), rb.aggregate(["arithmetic", "geometric"])]
    study = rb.uncertainty(index(), data(), vary, points=[[0.2, 0.2], [0.8, 0.8], [0.2, 0.8], [0.8, 0.2]])
    failures = study.failures()
    assert failures["replays"].sum() == 2 and failures["reason"].str.contains("geometric").all()
    assert np.isfinite(study.score_matrix()[0]).all() and np.isnan(study.score_matrix()[1]).all()
    assert (study.scores()["replays"] == 2).all()
    assert np.isfinite(study.ranks()["mean"]).all()
    sens = rb.sensitivity(index(), data(), vary, n=32, resamples=0)
    with (
        pytest.warns(UndefinedStatisticWarning) if sens.values()[np.isfinite(sens.values())].std() == 0 else _nothing()
    ):
        sens.to_frame()
    assert 0 < sens.left_out <= 32


class _nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_when_everything_fails_all_is_missing_and_told() -> None:
    frame = data(4)
    base = index().using(normalize="zscore")
    study = rb.uncertainty(base, frame, [rb.aggregate(["geometric", "harmonic"])], n=10)
    assert study.failures()["replays"].sum() == 10
    assert study.scores()["mean"].isna().all() and (study.scores()["replays"] == 0).all()
    assert np.isnan(study.rank_shift).all()
    assert "10 failed" in repr(study)
    # A level that no replay told hinges on nothing.
    assert len(study.hinges()) == 0


# Coverage


def test_intervals_of_scores_hold_in_nine_of_ten_samples() -> None:
    # The truth: a unit one standard deviation above the mean in both indicators scores 1. Sampling moves mean and sd.
    rng = np.random.default_rng(7)
    base = ix.Index.flat(["x", "y"], normalize="zscore")
    held = 0
    for seed in range(500):
        values = rng.normal(size=(100, 2))
        values[0] = 1.0
        frame = {"x": values[:, 0], "y": values[:, 1]}
        study = rb.uncertainty(base, frame, [rb.bootstrap()], n=300, seed=seed, keep=["scores"])
        low, high = np.quantile(study.score_matrix()[:, 0], [0.05, 0.95])
        held += low <= 1.0 <= high
    assert 0.86 <= held / 500 <= 0.94, held


def test_intervals_of_indices_hold_in_nine_of_ten_designs() -> None:
    # y = 2 u1 + u2: S1 = 0.8 and S2 = 0.2, without interactions.
    conventions = {"center": True, "ddof": 0, "resamples": 300, "confidence": 0.9}
    held = np.zeros(2)
    for seed in range(500):
        base = np.random.default_rng(seed).random((256, 4))
        a, b = base[:, :2], base[:, 2:]
        runs = np.stack([a, np.column_stack([b[:, 0], a[:, 1]]), np.column_stack([a[:, 0], b[:, 1]]), b], axis=1)
        y = np.ascontiguousarray((runs @ np.array([2.0, 1.0])).ravel())
        found = _core.robustness_sensitivity(y, 2, False, json.dumps(conventions | {"seed": seed}), None)
        held += [low <= truth <= high for (_, low, high), truth in zip(found[0], (0.8, 0.2), strict=True)]
    assert ((held / 500 >= 0.86) & (held / 500 <= 0.94)).all(), held


# What cannot be


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (lambda: rb.scale([None]), "would change nothing"),
        (lambda: rb.aggregate(["arithmetic", "arithmatic"]), "arithmatic"),
        (lambda: rb.aggregate(["arithmetic", "median"], nodes="lfet"), "lfet"),
        (lambda: rb.scale(["minmax", "zscore"], chances=[0.5, 0.6]), "probabilities"),
        (lambda: rb.leave_out([None, "x"]), "'x'|\"x\""),
        (lambda: rb.weight_noise(0.5, groups="a"), "indicator"),
        (lambda: rb.weight_noise(1.5), "1.5"),
        (lambda: rb.weight_noise(dirichlet=-1), "-1"),
        (lambda: rb.weight_noise(between={"a": (3, 1)}), "between"),
        (lambda: rb.weight_sets([{"left": {"c": 1.0}}]), '"c"'),
        (lambda: rb.goalposts("a", low=(0, 1)), "no linear scale"),
        (lambda: rb.thresholds(-1.0), "-1"),
        (lambda: rb.thresholds(1.0, node="left"), "no levels"),
        (lambda: rb.error("zz", size=1.0), "zz"),
        (lambda: rb.error("a", distribution="flip", size=1.5), "1.5"),
        (lambda: rb.levels([{"thresholds": {"x": "y"}}]), "levels"),
    ],
)
def test_a_factor_that_cannot_be_is_refused_by_name(factor: Any, message: str) -> None:
    made = factor().named("mine")
    with pytest.raises((IndiciaError, ValueError), match=message) as caught:
        rb.uncertainty(index(), data(), [made], n=2)
    assert "mine" in str(caught.value)


def test_wrong_arguments_are_refused() -> None:
    vary = [rb.weight_noise(0.5)]
    with pytest.raises(ValueError, match="empty"):
        rb.uncertainty(index(), data(), [])
    with pytest.raises(IndiciaError, match="two factors"):
        rb.uncertainty(index(), data(), [*vary, *vary])
    with pytest.raises(TypeError, match="factors"):
        rb.uncertainty(index(), data(), ["scale"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="n="):
        rb.uncertainty(index(), data(), vary, n=0)
    with pytest.raises(ValueError, match="points="):
        rb.uncertainty(index(), data(), vary, points=[[0.5]])
    with pytest.raises((DataError, ValueError), match="below 1"):
        rb.uncertainty(index(), data(), vary, points=[[1.0] * 7])
    with pytest.raises(DataError, match="GiB"):
        rb.uncertainty(index(), data(), vary, n=100_000_000)
    with pytest.raises(DataError, match="no levels"):
        rb.uncertainty(ix.Index.flat(["a", "b"]), data(), vary, n=3).levels()
    with pytest.raises(DataError, match="not kept"):
        rb.uncertainty(index(), data(), vary, n=3, keep=["ranks"]).scores()
    with pytest.raises(UnknownNameError):
        rb.sensitivity(index(), data(), vary, n=4).to_frame("nothing")
    with pytest.raises((UnknownNameError, DefinitionError)):
        rb.uncertainty(index(), data(), vary, n=3, node="nothing")
    with pytest.raises(DegenerateError, match="no rows"):
        rb.uncertainty(index(), data().iloc[:0], vary, n=3)


def test_progress_is_told_and_can_end_the_study() -> None:
    told: list[tuple[int, int]] = []
    rb.uncertainty(
        index(), data(), [rb.weight_noise(0.5)], n=100, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (100, 100)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rb.uncertainty(index(), data(20_000), [rb.weight_noise(0.5)], n=2_000, keep=["ranks"], progress=stop)


def test_a_rule_book_with_unknown_answers_is_replayed() -> None:
    firms = ix.datasets.make_miit_questionnaire(60, missing=0.05, rng=3)
    book = ix.framework("miit-sme", edition=2024)
    study = rb.uncertainty(book, firms, [rb.thresholds(2.0)], n=40, unit="firm")
    nominal = book.score(firms, unit="firm")
    certain = study.levels()
    assert certain["nominal"].astype(str).tolist() == nominal.level_low.astype(str).tolist()
    assert ((certain["same"] > 0) & (certain["same"] <= 1)).all()
    hinges = study.hinges()
    assert (hinges["same"] < 1).all() and hinges["hinges_on"].isna().all()
