"""Convergence: the speed that was put in comes out; spread by period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import DataError, UndefinedStatisticWarning

study = ix.study


def panel(n: int = 120, years: int = 3, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"city": np.tile([f"c{i}" for i in range(n)], years), "year": np.repeat(range(2018, 2018 + years), n)}
    )
    frame["region"] = np.tile(rng.choice(["east", "west", "north"], n), years)
    frame["y"] = np.exp(rng.normal(size=len(frame)) + (frame["region"] == "east"))
    frame["w"] = rng.uniform(0.5, 2, len(frame))
    return frame


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


@pytest.mark.parametrize("growth", ["mean", "total"])
def test_a_known_speed_is_recovered_within_its_standard_error(growth: str) -> None:
    speed, k, n, noise = 0.03, 10, 150, 0.15
    decay = np.exp(-speed * k)
    slopes, speeds, errors = [], [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        start = rng.normal(2, 0.6, n)
        last = 3 * (1 - decay) + decay * start + noise * rng.standard_normal(n)
        frame = {"c": np.tile(np.arange(n), 2), "t": np.repeat([2010, 2010 + k], n), "y": np.exp([*start, *last])}
        found = study.beta(frame, "y", unit="c", time="t", growth=growth)
        # By the delta method: d speed / d b = -1 / (1 + b k) for a mean rate, 1 / k of that for total growth.
        inside = 1 + found.slope * (k if growth == "mean" else 1)
        slopes.append((found.slope - (decay - 1) / (k if growth == "mean" else 1)) / found.error)
        speeds.append(found.speed)
        errors.append(found.error / inside / (1 if growth == "mean" else k))
    t = np.array(slopes)
    assert abs(t.mean()) < 0.25 and 0.85 < t.std() < 1.15  # standardized slopes are standard normal
    inside = np.abs(np.array(speeds) - speed) < 1.96 * np.array(errors)
    assert 0.90 <= inside.mean() <= 0.99
    assert np.mean(speeds) == pytest.approx(speed, abs=4 * np.std(speeds) / np.sqrt(200) + 5e-4)


def test_both_sides_give_one_speed_and_the_known_fault_another() -> None:
    rng = np.random.default_rng(3)
    start, k = rng.normal(size=40), 12
    last = 0.6 * start + 0.1 * rng.standard_normal(40)
    frame = {"c": np.tile(np.arange(40), 2), "t": np.repeat([0, k], 40), "y": np.exp([*start, *last])}
    mean, total = (study.beta(frame, "y", unit="c", time="t", growth=growth) for growth in ("mean", "total"))
    assert mean.speed == pytest.approx(total.speed, rel=1e-12) and mean.slope * k == pytest.approx(total.slope)
    assert mean.error * k == pytest.approx(total.error) and mean.r_squared == pytest.approx(total.r_squared)
    fault = -np.log(1 + mean.slope) / k
    assert fault < mean.speed / 8  # a mean rate in the formula for total growth understates it


def test_spreads_that_shrink_by_a_known_factor_are_recovered() -> None:
    # An AR(1) of logarithms without shocks: sigma falls by e^-l a period, exactly; with shocks it settles.
    rng = np.random.default_rng(8)
    n, years = 4000, 8
    logs = rng.normal(size=n)
    columns = {"y": [], "t": []}
    for year in range(years):
        columns["y"].append(np.exp(logs))
        columns["t"].append(np.full(n, year))
        logs = 0.9 * logs
    frame = {name: np.concatenate(parts) for name, parts in columns.items()}
    found = study.sigma(frame, "y", time="t", measure="sd_log")["sigma"].to_numpy()
    np.testing.assert_allclose(found[1:] / found[:-1], 0.9, rtol=1e-12)
    assert found[0] == pytest.approx(1, abs=4 / np.sqrt(2 * n))
    cv = study.sigma(frame, "y", time="t", ddof=0)["sigma"].to_numpy()
    assert cv[0] == pytest.approx(np.sqrt(np.e - 1), rel=0.2) and (np.diff(cv) < 0).all()


def test_a_change_over_a_gap_says_since_when() -> None:
    found = study.sigma({"t": [2015, 2015, 2018, 2018], "y": [1.0, 3.0, 2.0, 3.0]}, "y", time="t")
    assert found["since"].tolist()[1] == 2015 and pd.isna(found["since"][0])
    assert found["change"][1] == pytest.approx(found["sigma"][1] - found["sigma"][0])


def test_what_beta_cannot_say_is_told() -> None:
    frame = {"c": ["a", "b", "a", "b"], "t": [1, 1, 2, 2], "y": [1.0, 2.0, 3.0, 2.0]}
    with pytest.warns(UndefinedStatisticWarning, match="2 units have a positive value in both"):
        found = study.beta(frame, "y", unit="c", time="t")
    assert np.isnan(found.slope) and np.isnan(found.speed) and found.n == 2
    equal = {"c": list("abc") * 2, "t": [1] * 3 + [2] * 3, "y": [0.1 + 0.2] * 3 + [1.0, 2.0, 3.0]}
    with pytest.warns(UndefinedStatisticWarning, match="starting values are all equal"):
        assert np.isnan(study.beta(equal, "y", unit="c", time="t").slope)
    # Growth that overshoots: 1 + b k is below zero.
    over = {"c": list("abc") * 2, "t": [1] * 3 + [2] * 3, "y": np.exp([0.0, 1.0, 2.0, 4.0, 2.0, 0.0])}
    with pytest.warns(UndefinedStatisticWarning, match=r"slope of -3 over 1 periods"):
        found = study.beta(over, "y", unit="c", time="t")
    assert found.slope == pytest.approx(-3) and np.isnan(found.speed)
    apart = {"c": list("abc") * 2, "t": [1] * 3 + [2] * 3, "y": np.exp([0.0, 1.0, 2.0, 0.0, 1.5, 3.0])}
    found = study.beta(apart, "y", unit="c", time="t")
    assert found.speed < 0 and np.isnan(found.half_life)
