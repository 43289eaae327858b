"""Transitions: another package as oracle, recovery of known chains, gaps."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import DataError, IgnoredRowWarning, UndefinedStatisticWarning

study = ix.study


def test_chains_are_those_of_another_package() -> None:
    markov = pytest.importorskip("giddy.markov")
    rng = np.random.default_rng(4)
    n, years = 30, 6
    values = np.exp(rng.normal(size=(n, 1)) + 0.4 * rng.normal(size=(n, years)))
    frame = pd.DataFrame({"c": np.repeat(range(n), years), "t": np.tile(range(years), n), "y": values.ravel()})
    found = study.transitions(frame, "y", unit="c", time="t", classes=4)
    cuts = np.quantile(values, [0.25, 0.5, 0.75])
    codes = np.searchsorted(cuts, values, side="left")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = markov.Markov(codes)
    np.testing.assert_array_equal(found.counts[0], theirs.transitions)
    np.testing.assert_allclose(found.probabilities[0], theirs.p)
    np.testing.assert_allclose(found.stationary()["share"], theirs.steady_state, rtol=1e-8)
    # Spatial: neighbors on a ring, cut by the units' own values.
    ring = {i: {(i - 1) % n: 1.0, (i + 1) % n: 1.0} for i in range(n)}
    spatial = study.transitions(frame, "y", unit="c", time="t", classes=list(cuts), neighbors=ring)
    lag = (np.roll(values, 1, axis=0) + np.roll(values, -1, axis=0)) / 2
    near = np.searchsorted(cuts, lag, side="left")
    counts = np.zeros((4, 4, 4))
    for t in range(years - 1):
        np.add.at(counts, (near[:, t], codes[:, t], codes[:, t + 1]), 1)
    np.testing.assert_array_equal(spatial.counts, counts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tests = markov.Homogeneity_Results(list(counts))
    assert spatial.statistics["lr"] == pytest.approx(tests.LR) and spatial.statistics["q"] == pytest.approx(tests.Q)
    assert spatial.statistics["df"] == tests.dof and spatial.statistics["lr_p"] == pytest.approx(tests.LR_p_value)


def test_gaps_missing_values_and_duplicates_of_a_long_panel() -> None:
    frame = pd.DataFrame({"c": ["a", "a", "a", "b", "b"], "t": [3, 1, 2, 1, 3], "y": [9.0, 1.0, np.nan, 8.0, 9.0]})
    found = study.transitions(frame, "y", unit="c", time="t", classes=[5.0])
    assert (found.counts.sum(), found.gaps, found.missing) == (0, 1, 2)
    two = study.transitions(frame, "y", unit="c", time="t", classes=[5.0], step=2)
    np.testing.assert_array_equal(two.counts[0], [[0, 1], [0, 1]])
    with pytest.raises(DataError, match="unique"):
        study.transitions(pd.concat([frame, frame]), "y", unit="c", time="t")
    with pytest.raises(DataError, match="ascending"):
        study.transitions(frame, "y", unit="c", time="t", classes=[5.0, 5.0])
    with pytest.raises(DataError, match="no unit"):
        study.transitions(frame, "y", unit="c", time="t", classes=[5.0], neighbors={"a": {"z": 1.0}})


def test_spatial_chains_are_those_of_another_package_with_the_same_cut_offs() -> None:
    markov = pytest.importorskip("giddy.markov")
    weights = pytest.importorskip("libpysal").weights
    rng = np.random.default_rng(10)
    n, years = 25, 8
    y = np.exp(rng.normal(size=(n, 1)) + 0.5 * rng.normal(size=(n, years)))
    w = weights.lat2W(5, 5)
    w.transform = "r"
    cuts = np.quantile(y, [1 / 3, 2 / 3])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = markov.Spatial_Markov(y, w, fixed=True, cutoffs=cuts, lag_cutoffs=cuts)
    frame = pd.DataFrame({"c": np.repeat(range(n), years), "t": np.tile(range(years), n), "y": y.ravel()})
    found = study.transitions(frame, "y", unit="c", time="t", classes=list(cuts), neighbors=w)
    np.testing.assert_array_equal(found.counts, theirs.T)
    both = found.counts.sum(axis=2) > 0
    np.testing.assert_allclose(found.probabilities[both], np.asarray(theirs.P)[both])
    np.testing.assert_array_equal(found.counts.sum(axis=0), theirs.transitions)


def simulate(rng: np.random.Generator, chain: np.ndarray, n: int, years: int) -> np.ndarray:
    """Draw classes of n units over years from a chain."""
    k = len(chain)
    states = np.empty((n, years), int)
    states[:, 0] = rng.integers(0, k, n)
    ends = chain.cumsum(axis=1)
    for year in range(1, years):
        states[:, year] = (rng.random(n)[:, None] > ends[states[:, year - 1]]).sum(axis=1)
    return states


def long(states: np.ndarray) -> pd.DataFrame:
    n, years = states.shape
    return pd.DataFrame(
        {"c": np.repeat(np.arange(n), years), "t": np.tile(np.arange(years), n), "y": states.ravel().astype(float)}
    )


CHAIN = np.array([[0.8, 0.2, 0.0], [0.1, 0.7, 0.2], [0.0, 0.3, 0.7]])


def test_a_known_chain_is_recovered_within_its_standard_errors() -> None:
    states = simulate(np.random.default_rng(1), CHAIN, 3000, 12)
    found = study.transitions(long(states), "y", unit="c", time="t", classes=[0.5, 1.5])
    n = found.counts[0].sum(axis=1, keepdims=True)
    error = np.sqrt(CHAIN * (1 - CHAIN) / n)
    z = (found.probabilities[0] - CHAIN)[CHAIN > 0] / error[CHAIN > 0]
    assert np.abs(z).max() < 3.5 and found.counts[0][0, 2] == found.counts[0][2, 0] == 0
    values, vectors = np.linalg.eig(CHAIN.T)
    fixed = np.real(vectors[:, np.argmax(np.real(values))])
    np.testing.assert_allclose(found.stationary()["share"], fixed / fixed.sum(), atol=0.02)
    # Two steps are the square of the chain.
    two = study.transitions(long(states), "y", unit="c", time="t", classes=[0.5, 1.5], step=2).probabilities[0]
    np.testing.assert_allclose(two, CHAIN @ CHAIN, atol=0.02)


def test_chains_by_class_of_the_neighbors_are_recovered_and_told_apart() -> None:
    # Unit 2 i + 1 moves by one of two chains, after the class of its only neighbor 2 i.
    rng = np.random.default_rng(2)
    chains = np.array([[[0.9, 0.1], [0.4, 0.6]], [[0.5, 0.5], [0.2, 0.8]]])
    free = np.array([[0.7, 0.3], [0.3, 0.7]])
    n, years = 2500, 9
    leader = simulate(rng, free, n, years)
    follower = np.empty_like(leader)
    follower[:, 0] = rng.integers(0, 2, n)
    for year in range(1, years):
        stay = chains[leader[:, year - 1], follower[:, year - 1]]
        follower[:, year] = rng.random(n) > stay[:, 0]
    states = np.empty((2 * n, years), int)
    states[0::2], states[1::2] = leader, follower
    near = {2 * i + 1: {2 * i: 1.0} for i in range(n)}
    found = study.transitions(long(states), "y", unit="c", time="t", classes=[0.5], neighbors=near)
    np.testing.assert_allclose(found.probabilities, chains, atol=0.025)
    assert found.missing == n * (years - 1) and found.statistics["lr_p"] < 1e-10  # leaders have no neighbor
    # Under one chain for all, the test keeps its level.
    rejected = []
    for seed in range(100):
        one = simulate(np.random.default_rng(seed), free, 400, 4)
        pairs = {2 * i + 1: {2 * i: 1.0} for i in range(200)}
        again = study.transitions(long(one), "y", unit="c", time="t", classes=[0.5], neighbors=pairs)
        rejected.append(again.statistics["lr_p"] < 0.1)
    assert 0.02 <= np.mean(rejected) <= 0.20


def test_gaps_are_never_counted_wherever_they_are() -> None:
    states = simulate(np.random.default_rng(3), CHAIN, 300, 10)
    frame = long(states)
    kept = frame[np.random.default_rng(4).random(len(frame)) > 0.3]
    found = study.transitions(kept, "y", unit="c", time="t", classes=[0.5, 1.5])
    there = {(c, t): int(y) for c, t, y in kept.itertuples(index=False)}
    counts, gaps = np.zeros((3, 3)), 0
    last = kept.groupby("c")["t"].max()
    for (c, t), y in there.items():
        if (c, t + 1) in there:
            counts[y, there[c, t + 1]] += 1
        elif t < last[c]:
            gaps += 1
    np.testing.assert_array_equal(found.counts[0], counts)
    assert found.gaps == gaps > 100
    shuffled = study.transitions(kept.sample(frac=1, random_state=0), "y", unit="c", time="t", classes=[0.5, 1.5])
    np.testing.assert_array_equal(shuffled.counts, found.counts)
    assert shuffled.gaps == found.gaps


def test_classes_are_those_of_a_twin_in_numpy() -> None:
    rng = np.random.default_rng(9)
    n, years = 80, 6
    y = np.exp(rng.normal(size=(n, years)) + np.arange(years) * 0.2)
    y[rng.random((n, years)) < 0.05] = np.nan
    frame = pd.DataFrame({"c": np.repeat(range(n), years), "t": np.tile(range(years), n), "y": y.ravel()})
    shares = np.arange(1, 5) / 5

    def counted(codes: np.ndarray) -> np.ndarray:
        counts = np.zeros((5, 5))
        for t in range(years - 1):
            fine = (codes[:, t] >= 0) & (codes[:, t + 1] >= 0)
            np.add.at(counts, (codes[fine, t], codes[fine, t + 1]), 1)
        return counts

    for each in (False, True):
        for relative in (False, True):
            x = y / np.nanmean(y, axis=0) if relative else y
            cuts = [np.nanquantile(x[:, t] if each else x, shares) for t in range(years)]
            codes = np.stack([np.searchsorted(cuts[t], x[:, t], side="left") for t in range(years)], axis=1)
            codes[np.isnan(x)] = -1
            found = study.transitions(
                frame, "y", unit="c", time="t", classes=5, cut_on="each" if each else "pooled", relative=relative
            )
            np.testing.assert_array_equal(found.counts[0], counted(codes))
            np.testing.assert_allclose(found.cuts, cuts if each else cuts[0], rtol=1e-12)


def test_neighbors_in_any_form_give_one_chain() -> None:
    libpysal = pytest.importorskip("libpysal")
    graph = pytest.importorskip("libpysal.graph")
    rng = np.random.default_rng(6)
    names = [f"c{i}" for i in range(12)]
    frame = pd.DataFrame({"c": np.repeat(names, 5), "t": np.tile(range(5), 12), "y": rng.random(60)})
    near = {a: {names[(i + 1) % 12]: 1.0, names[(i + 4) % 12]: 2.0} for i, a in enumerate(names)}
    edges = pd.DataFrame(
        [(a, b, w) for a, own in near.items() for b, w in own.items()], columns=["focal", "neighbor", "weight"]
    )
    keys: dict[str, Any] = {"unit": "c", "time": "t", "classes": 2}
    found = study.transitions(frame, "y", neighbors=near, **keys)
    w = libpysal.weights.W(
        {a: list(own) for a, own in near.items()}, {a: list(own.values()) for a, own in near.items()},
        silence_warnings=True,
    )  # fmt: skip
    g = graph.Graph.from_arrays(edges["focal"].to_numpy(), edges["neighbor"].to_numpy(), edges["weight"].to_numpy())
    for other in (w, g, edges, edges.to_dict("list")):
        again = study.transitions(frame.sample(frac=1, random_state=1), "y", neighbors=other, **keys)
        np.testing.assert_array_equal(again.counts, found.counts)
    assert found.counts.sum() == 48 and (found.counts.sum(axis=(1, 2)) > 0).all()


def test_ids_of_a_matrix_that_have_no_row_and_units_that_it_lacks_are_told() -> None:
    libpysal = pytest.importorskip("libpysal")
    near = {"a": ["b", "z"], "b": ["a"], "z": ["a"]}
    w = libpysal.weights.W(near, silence_warnings=True)
    frame = {"c": ["a", "a", "b", "b", "d", "d"], "t": [1, 2] * 3, "y": [1.0, 2.0, 4.0, 3.0, 5.0, 5.0]}
    keys: dict[str, Any] = {"unit": "c", "time": "t", "classes": [2.5]}
    message = r"1 ids of neighbors= have no row \('z'\); 1 units are not in neighbors= and have no class of it \('d'\)"
    with pytest.warns(IgnoredRowWarning, match=message):
        found = study.transitions(frame, "y", neighbors=w, **keys)
    np.testing.assert_array_equal(found.counts, [[[0, 0], [0, 1]], [[1, 0], [0, 0]]])
    assert found.missing == 1
    with pytest.raises(DataError, match=r"2 who are no unit in the data \('z', 'v'\)"):
        study.transitions(frame, "y", neighbors={"a": {"z": 1.0}, "d": {"v": 1.0}}, **keys)


def test_ties_and_multiples_of_no_mean_are_told() -> None:
    same = {"c": [1, 1, 2, 2], "t": [1, 2, 1, 2], "y": [3.0] * 4}
    with pytest.warns(UndefinedStatisticWarning, match="coincide"):
        found = study.transitions(same, "y", unit="c", time="t", classes=3)
    np.testing.assert_array_equal(found.counts[0], [[2, 0, 0], [0, 0, 0], [0, 0, 0]])
    assert np.isnan(found.stationary()["share"]).all()
    with pytest.raises(DataError, match=r"t 2: the mean of 'y' is 0;.*positive"):
        study.transitions(same | {"y": [1.0, 0.0, 1.0, 0.0]}, "y", unit="c", time="t", relative=True)
