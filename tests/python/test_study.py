"""Study room: golden tables, closed forms, other packages as oracles, hostile input."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia.errors import DataError, IndiciaError, MissingColumnError, UndefinedStatisticWarning

GOLDEN = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden" / "study"
golden = pytest.mark.skipif(not GOLDEN.exists(), reason="reference data not present")
study = ix.study


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"{name}.csv")


# Coupling


@golden
def test_coupling_of_three_systems_is_that_of_the_table() -> None:
    expected = table("ccd_three_systems")
    found = study.coupling(expected, ["u1", "u2", "u3"])
    for ours, theirs in (("coupling", "C_std"), ("development", "T_eq"), ("coordination", "D_std")):
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-12)
    wang = study.coupling(expected, ["u1", "u2", "u3"], weights={"u1": 4, "u2": 3, "u3": 3}, formula="wang_2021")
    for ours, theirs in (("coupling", "C_wang2021"), ("development", "T_.4.3.3"), ("coordination", "D_wang2021")):
        np.testing.assert_allclose(wang[ours], expected[theirs], rtol=1e-12)


def test_coupling_keeps_the_index_names_grades_and_refuses_what_is_no_score() -> None:
    frame = pd.DataFrame({"a": [0.3, np.nan, 0.0, 1.0, 0.0], "b": [0.6, 0.5, 0.4, 1.0, 0.0]}, index=list("vwxyz"))
    found = study.coupling(frame, ["a", "b"])
    assert found.index.tolist() == list("vwxyz")
    assert found["grade"].tolist() == [
        "primary coordination",
        np.nan,
        "extreme disorder",
        "quality coordination",
        np.nan,
    ]
    assert np.isnan(found.loc["w", ["coupling", "development", "coordination"]].to_numpy(float)).all()
    assert found.loc["x", "coordination"] == 0.0 and found.loc["y", "coupling"] == 1.0
    assert study.coupling(frame, ["a", "b"], language="zh")["grade"].iloc[0] == "初级协调"
    wrong = study.coupling(frame, ["a", "b"], formula="dropped_factor")
    np.testing.assert_allclose(wrong["coupling"], found["coupling"] / 2)
    for bad, message in (
        (lambda: study.coupling(frame * 2, ["a", "b"]), "row 'v'.*|column 'a'|column 'b'"),
        (lambda: study.coupling(frame, ["a"]), "two or more"),
        (lambda: study.coupling(frame, ["a", "c"]), "'c'"),
        (lambda: study.coupling(frame, ["a", "b"], weights={"a": -1, "b": 2}), "weights="),
    ):
        with pytest.raises((DataError, MissingColumnError), match=message):
            bad()


# Inequality


@golden
def test_hand_sized_decompositions_are_exact() -> None:
    for row in table("dagum_small_exact").itertuples(index=False):
        frame = pd.DataFrame({"y": [float(x) for x in row.y.split()], "g": row.group.split()})
        if frame["y"].sum() == 0:
            continue
        found = study.dagum(frame, "y", "g").to_frame().iloc[0]
        np.testing.assert_allclose(found[["gini", "within", "between", "overlap"]].astype(float), row[2:6], atol=1e-15)


def panel(n: int = 120, years: int = 3, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"city": np.tile([f"c{i}" for i in range(n)], years), "year": np.repeat(range(2018, 2018 + years), n)}
    )
    frame["region"] = np.tile(rng.choice(["east", "west", "north"], n), years)
    frame["y"] = np.exp(rng.normal(size=len(frame)) + (frame["region"] == "east"))
    frame["w"] = rng.uniform(0.5, 2, len(frame))
    return frame


def test_measures_are_those_of_another_package() -> None:
    inequality = pytest.importorskip("inequality")
    frame = panel()
    found = study.inequality(frame, "y", time="year").set_index("year")
    for year, rows in frame.groupby("year"):
        y = rows["y"].to_numpy()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert found.loc[year, "theil"] == pytest.approx(inequality.theil.Theil(y).T, rel=1e-12)
            assert found.loc[year, "gini"] == pytest.approx(inequality.gini.Gini(y).g, rel=1e-12)
            parts = inequality.theil.TheilD(y, rows["region"].to_numpy())
        ours = study.theil(rows, "y", "region").iloc[0]
        assert ours["between"] == pytest.approx(float(parts.bg[0]), rel=1e-10)
        assert ours["within"] == pytest.approx(float(parts.wg[0]), rel=1e-10)
        assert found.loc[year, "cv"] == pytest.approx(y.std(ddof=1) / y.mean())
        assert found.loc[year, "atkinson"] == pytest.approx(1 - np.exp(np.log(y).mean()) / y.mean())
        assert found.loc[year, "mean_log_deviation"] == pytest.approx(np.log(y.mean() / y).mean())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.0, 2.0]))
def test_parts_add_up_by_period_with_weights(seed: int, alpha: float) -> None:
    frame = panel(20, 2, seed)
    frame.loc[3, "y"] = np.nan
    parts = study.theil(frame, "y", "region", alpha=alpha, weights="w", time="year")
    np.testing.assert_allclose(parts["within"] + parts["between"], parts["total"], rtol=1e-10)
    sums = parts.groupby("year")["contribution"].sum().to_numpy()
    np.testing.assert_allclose(sums, parts.groupby("year")["within"].first(), rtol=1e-10)
    dagum = study.dagum(frame, "y", "region", weights="w", time="year").to_frame()
    np.testing.assert_allclose(dagum["within"] + dagum["between"] + dagum["overlap"], dagum["gini"], rtol=1e-10)
    shuffled = study.dagum(frame.sample(frac=1, random_state=1), "y", "region", weights="w", time="year").to_frame()
    np.testing.assert_allclose(shuffled["gini"], dagum["gini"], rtol=1e-12)
    assert dagum["n"].tolist() == [19, 20]


def test_intervals_of_dagum_hold_the_estimate_and_come_again() -> None:
    frame = panel()
    one = study.dagum(frame, "y", "region", resamples=200, seed=3, threads=1).to_frame()
    two = study.dagum(frame, "y", "region", resamples=200, seed=3, threads=2).to_frame()
    pd.testing.assert_frame_equal(one, two)
    assert (one["gini_low"] < one["gini"]).all() and (one["gini"] < one["gini_high"]).all()
    found = study.dagum(frame, "y", "region", time="year")
    assert len(found.groups()) == 9 and len(found.pairs()) == 9
    assert found.groups()["unit_share"].groupby(found.groups()["year"]).sum().round(12).eq(1).all()


def test_what_has_no_inequality_is_told() -> None:
    with pytest.raises(DataError, match=r"row 1.*-2"):
        study.inequality({"y": [1.0, -2.0]}, "y")
    with pytest.warns(UndefinedStatisticWarning, match="mean_log_deviation is undefined"):
        found = study.inequality({"y": [0.0, 2.0]}, "y", measures=["theil", "mean_log_deviation"])
    assert found["theil"].item() == pytest.approx(np.log(2)) and np.isnan(found["mean_log_deviation"].item())
    with pytest.warns(UndefinedStatisticWarning, match="Gini"):
        assert np.isnan(study.dagum({"y": [0.0, 0.0], "g": ["a", "b"]}, "y", "g").to_frame()["gini"].item())
    with pytest.raises(DataError, match="no weight"):
        study.inequality({"y": [1.0, 2.0], "w": [1.0, np.nan]}, "y", weights="w")


# Convergence


def test_the_speed_that_was_put_in_comes_out_in_either_form() -> None:
    rng = np.random.default_rng(2)
    start, speed, periods = rng.normal(size=50), 0.04, 8
    last = 3 * (1 - np.exp(-speed * periods)) + np.exp(-speed * periods) * start
    frame = pd.DataFrame({"c": list(range(50)) * 2, "t": [2010] * 50 + [2018] * 50, "y": np.exp([*start, *last])})
    mean, total = (study.beta(frame, "y", unit="c", time="t", growth=growth) for growth in ("mean", "total"))
    assert mean.speed == pytest.approx(speed, rel=1e-9) and total.speed == pytest.approx(speed, rel=1e-9)
    assert mean.half_life == pytest.approx(np.log(2) / speed) and total.slope == pytest.approx(mean.slope * periods)
    assert mean.n == 50 and mean.left_out == 0
    noisy = frame.assign(y=frame["y"] * np.exp(rng.normal(size=100) * 0.1))
    noisy.loc[0, "y"] = 0.0
    found = study.beta(noisy, "y", unit="c", time="t")
    x = np.log(noisy["y"][1:50].to_numpy())
    g = (np.log(noisy["y"][51:].to_numpy()) - x) / periods
    slope, intercept = np.polyfit(x, g, 1)
    assert found.slope == pytest.approx(slope) and found.intercept == pytest.approx(intercept) and found.left_out == 1
    rest = g - intercept - slope * x
    assert found.error == pytest.approx(np.sqrt(rest @ rest / 47 / ((x - x.mean()) ** 2).sum()))
    with pytest.raises(DataError, match="2011"):
        study.beta(frame, "y", unit="c", time="t", first=2011)


def test_sigma_by_period() -> None:
    frame = panel()
    found = study.sigma(frame, "y", time="year", measure="sd_log")
    np.testing.assert_allclose(found["sigma"], np.log(frame["y"]).groupby(frame["year"]).std())
    assert np.isnan(found["change"].iloc[0])
    with pytest.raises(DataError, match="no logarithm"):
        study.sigma({"y": [0.0, 1.0], "t": [1, 1]}, "y", time="t", measure="sd_log")


# Transitions


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


# Exposure


@golden
def test_exposure_is_that_of_the_hand_made_case() -> None:
    links, levels = table("network_exposure_edges"), table("network_exposure_levels").rename(columns={"firm": "name"})
    expected = table("network_exposure_conventions").set_index(["focal", "year", "lag"])
    for lag in (0, 1):
        found = study.exposure(
            links, levels, "digital", focal="focal", partner="partner", share="share", percent=True,
            unit="name", time="year", lag=lag,
        )  # fmt: skip
        for row in found.itertuples(index=False):
            known = expected.loc[(row.focal, row.year, lag)]
            assert (row.partners, row.matched) == (known.n_partners, known.n_matched)
            got = [row.mean, row.weighted, row.sum]
            named = ["simple_mean", "share_weighted_mean_renorm", "share_weighted_sum_no_renorm"]
            np.testing.assert_allclose(got, known[named].astype(float), rtol=1e-12)


def test_exposure_over_all_steps_solves_the_system_and_counts_what_is_left_out() -> None:
    rng = np.random.default_rng(1)
    n = 12
    matrix = rng.random((n, n)) * (rng.random((n, n)) < 0.4)
    np.fill_diagonal(matrix, 0)
    matrix[0] = 0
    a, b = np.nonzero(matrix)
    links = pd.DataFrame({"f": a, "p": b, "s": matrix[a, b]})
    levels = pd.DataFrame({"firm": range(n), "d": rng.random(n)})
    shares = matrix / np.where(matrix.sum(1) > 0, matrix.sum(1), 1)[:, None]
    asked: dict[str, Any] = {"focal": "f", "partner": "p", "share": "s", "unit": "firm"}
    found = study.exposure(links, levels, "d", steps=None, decay=0.7, **asked).set_index("f")
    solved = np.linalg.solve(np.eye(n) - 0.7 * shares, shares @ levels["d"].to_numpy())
    np.testing.assert_allclose(found["exposure"], solved[found.index], rtol=1e-12)
    three = study.exposure(links, levels, "d", steps=3, decay=0.7, **asked).set_index("f")
    d = shares @ levels["d"].to_numpy()
    np.testing.assert_allclose(three["exposure"], (d + 0.7 * shares @ d + 0.49 * shares @ shares @ d)[three.index])
    assert 0 not in found.index
    selfish = pd.concat([links, pd.DataFrame({"f": [1], "p": [1], "s": [5.0]})])
    with pytest.warns(UndefinedStatisticWarning, match="1 links of firms to themselves"):
        again = study.exposure(selfish, levels, "d", **asked).set_index("f")
    np.testing.assert_allclose(again["weighted"], shares[again.index] @ levels["d"].to_numpy())
    with pytest.raises(DataError, match="rescale"):
        study.exposure(links.assign(s=links["s"] * 50), levels, "d", steps=2, rescale=False, **asked)
    with pytest.raises(DataError, match="decay"):
        study.exposure(links, levels, "d", steps=2, decay=1.0, **asked)
    with pytest.raises(IndiciaError, match="unique"):
        study.exposure(links, pd.concat([levels, levels]), "d", **asked)


def test_peers_leave_the_unit_out_in_any_kind_of_frame() -> None:
    polars = pytest.importorskip("polars")
    frame = panel(40, 2)
    frame.loc[5, "y"] = np.nan
    found = study.peers(frame, "y", "region", unit="city", time="year")
    for row in (0, 5, 50):
        same = (frame["region"] == frame["region"][row]) & (frame["year"] == frame["year"][row]) & (frame.index != row)
        assert found["peers"][row] == pytest.approx(frame["y"][same].mean())
        assert found["others"][row] == frame["y"][same].notna().sum()
    again = study.peers(polars.from_pandas(frame), "y", "region", unit="city", time="year")
    assert isinstance(again, polars.DataFrame)
    np.testing.assert_array_equal(again["peers"].to_numpy(), found["peers"].to_numpy())
