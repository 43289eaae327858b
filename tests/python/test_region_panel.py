"""The synthetic regions are what they say, and the study functions find again what was put in.

Tolerances are four standard errors of the mean over the panels of a test; spreads over panels were measured on 40
panels of 120 regions and 20 of 900 (speed 0.008 and 0.0033; sd of logarithms 0.036 and 0.012; Gini 0.018 and 0.0066).
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia import datasets

KEYS = {"unit": "region", "time": "year"}
DIGITAL, ECONOMY = ["broadband", "online_sales", "cloud", "robots"], ["services", "graduates", "rd", "exports"]


def made(regions: int, **options: Any) -> tuple[pd.DataFrame, datasets.RegionPanel, dict[str, Any]]:
    found = datasets.make_region_panel(regions, **options)
    options.pop("missing", None)
    return found.panel, found, datasets.region_panel_truth(regions, **options)


def mean_and_error(values: list[Any]) -> tuple[Any, Any]:
    array = np.array(values)
    return array.mean(axis=0), array.std(axis=0, ddof=1) / math.sqrt(len(array))


# Convergence


def test_beta_finds_the_speed_and_clubs_hide_it() -> None:
    pooled, clubs, within = [], [], []
    truth = datasets.region_panel_truth(400)
    for rng in range(12):
        panel = datasets.make_region_panel(400, rng=rng).panel
        pooled.append(ix.study.beta(panel, "digital_value", **KEYS).speed)
        panel = datasets.make_region_panel(400, rng=rng, clubs=True).panel
        clubs.append(ix.study.beta(panel, "digital_value", **KEYS).speed)
        own = [ix.study.beta(rows, "digital_value", **KEYS).speed for _, rows in panel.groupby("group")]
        within.append(np.mean(own))
    for found in (pooled, within):
        mean, error = mean_and_error(found)
        assert error < 0.002
        assert mean == pytest.approx(truth["speed"], abs=4 * error)
    # The gap that stays is two thirds of the variance of where they began: growth makes up for the rest alone.
    assert np.mean(clubs) < 0.5 * truth["speed"]
    assert truth["half_life"] == pytest.approx(math.log(2) / 0.05)


def test_without_shocks_the_speed_is_exact() -> None:
    panel, _, truth = made(60, shock=0.0, speed=0.08, rng=3)
    found = ix.study.beta(panel, "digital_value", **KEYS)
    assert found.speed == pytest.approx(0.08, abs=1e-7)
    assert found.half_life == pytest.approx(truth["half_life"], rel=1e-6)
    spread = ix.study.sigma(panel, "digital_value", time="year", measure="sd_log")["sigma"].to_numpy()
    np.testing.assert_allclose(spread[1:] / spread[:-1], truth["persistence"], rtol=1e-6)


def test_sigma_theil_and_dagum_near_the_law_year_by_year() -> None:
    off: dict[str, list[Any]] = {}
    law = datasets.region_panel_truth(900, years=6)["by_year"]
    for rng in range(8):
        panel = datasets.make_region_panel(900, years=6, rng=rng).panel
        sigma = ix.study.sigma(panel, "digital_value", time="year", measure="sd_log")["sigma"]
        off.setdefault("sd_log", []).append(sigma.to_numpy() / law["sd_log"] - 1)
        total = ix.study.theil(panel, "digital_value", "group", time="year").groupby("year").first()
        gini = ix.study.dagum(panel, "digital_value", "group", time="year").to_frame()
        for frame, prefix, parts in ((total, "theil", ("within", "between")), (gini, "gini", ("within", "between"))):
            for part in parts:
                off.setdefault(f"{prefix}_{part}", []).append(frame[part].to_numpy() - law[f"{prefix}_{part}"])
        off.setdefault("gini_overlap", []).append(gini["overlap"].to_numpy() - law["gini_overlap"])
        off.setdefault("gini", []).append(gini["gini"].to_numpy() - law["gini"])
        logs = panel.assign(z=np.log(panel["digital_value"]))
        means = logs.pivot_table(index="year", columns="group", values="z")
        off.setdefault("gap", []).append(((means["east"] - means["west"]) / 2).to_numpy() - law["gap"])
    for name, values in off.items():
        mean, error = mean_and_error(values)
        assert (np.abs(mean) < 4 * error).all(), name
        assert error.max() < (0.015 if name in ("sd_log", "gap") else 0.006), name
    # Totals are the sum of their parts, and shrink.
    assert law["gini"] == pytest.approx(law["gini_within"] + law["gini_between"] + law["gini_overlap"])
    assert (np.diff(law["gini"]) < 0).all() and (np.diff(law["spread"]) < 0).all()


def test_inequality_of_the_rows_is_that_of_the_definition() -> None:
    panel, _, truth = made(100, years=3, rng=5)
    gini = ix.study.dagum(panel, "digital_value", "group", time="year").to_frame()
    theil = ix.study.theil(panel, "digital_value", "group", time="year").groupby("year").first()
    levels = pd.DataFrame({"year": panel["year"], "group": panel["group"], "y": np.exp(truth["rows"]["digital"])})
    for place, (year, rows) in enumerate(levels.groupby("year")):
        y, group = rows["y"].to_numpy(), rows["group"].to_numpy()
        apart = np.abs(y[:, None] - y[None, :])
        same = group[:, None] == group[None, :]
        scale = 2 * len(y) ** 2 * y.mean()
        own = gini.iloc[place]
        assert own["gini"] == pytest.approx(apart.sum() / scale, rel=1e-6)
        assert own["within"] == pytest.approx(apart[same].sum() / scale, rel=1e-6)
        means = rows.groupby("group")["y"].transform("mean").to_numpy()
        assert own["between"] == pytest.approx(np.abs(means[:, None] - means[None, :]).sum() / scale, rel=1e-6)
        ratio = means / y.mean()
        assert theil.loc[year, "between"] == pytest.approx((ratio * np.log(ratio)).mean(), rel=1e-6)


# Transitions


def chances(truth: dict[str, Any], cuts: np.ndarray) -> np.ndarray:
    """The chance of each row to be in each class next year."""
    ends = (cuts[None, :] - truth["rows"]["expected"][:, None]) / truth["rows"]["next_sd"][:, None]
    below = np.vectorize(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)))(ends)
    return np.diff(np.column_stack([np.zeros(len(below)), below, np.ones(len(below))]), axis=1)


def test_transitions_plain_and_spatial_are_those_of_the_law() -> None:
    cuts = np.array([7.9, 8.3, 8.7])
    off, variance = np.zeros((4, 4, 4)), np.zeros((4, 4, 4))
    for rng in range(4):
        panel, found, truth = made(400, years=8, rho=0.0, rng=rng)
        panel = panel.assign(z=np.log(panel["digital_value"]))
        chain = ix.study.transitions(panel, "z", classes=list(cuts), neighbors=found.neighbors, **KEYS)
        assert chain.gaps == chain.missing == 0
        z = panel["z"].to_numpy().reshape(400, 8)
        weights = np.zeros((400, 400))
        names = {name: place for place, name in enumerate(found.neighbors)}
        for name, own in found.neighbors.items():
            for other, share in own.items():
                weights[names[name], names[other]] = share
        before, around = np.searchsorted(cuts, z[:, :-1]), np.searchsorted(cuts, (weights @ z)[:, :-1])
        p = chances(truth, cuts).reshape(400, 8, 4)[:, :-1]
        off += chain.counts
        for a in range(4):
            for b in range(4):
                rows = p[(around == a) & (before == b)]
                off[a, b] -= rows.sum(axis=0)
                variance[a, b] += (rows * (1 - rows)).sum(axis=0)
    common = variance > 5
    assert common.sum() >= 20
    assert np.abs(off[common] / np.sqrt(variance[common])).max() < 4.0
    plain = off.sum(axis=0)[variance.sum(axis=0) > 5] / np.sqrt(variance.sum(axis=0)[variance.sum(axis=0) > 5])
    assert np.abs(plain).max() < 3.7 and np.abs(plain).max() > 0.1


def test_gaps_break_transitions_and_are_counted() -> None:
    panel, found, truth = made(100, gaps=0.1, missing=0.1, rng=2)
    whole, *_ = made(100, rng=2)
    assert len(truth["rows"]["digital"]) == len(panel) < len(whole)
    assert (panel.groupby("region")["year"].agg(["min", "max"]) == [2010, 2021]).all(axis=None)
    matched = whole.merge(panel, on=["region", "year"], suffixes=("", "_some"))
    assert len(matched) == len(panel)
    for name in ["digital_value", "output", *DIGITAL, *ECONOMY]:
        blank = matched[f"{name}_some"].isna()
        assert blank.mean() == pytest.approx(0.1, abs=0.03)
        np.testing.assert_array_equal(matched.loc[~blank, name], matched.loc[~blank, f"{name}_some"])
    for name in ("population", "x", "y", "group"):
        assert matched[name].equals(matched[f"{name}_some"])
    chain = ix.study.transitions(panel, "digital_value", **KEYS)
    spatial = ix.study.transitions(panel, "digital_value", neighbors=found.neighbors, **KEYS)
    known = panel.dropna(subset="digital_value")
    follows = known.merge(known.assign(year=known["year"] - 1), on=["region", "year"])
    assert chain.counts.sum() == len(follows) and chain.gaps == (panel.groupby("region")["year"].diff() > 1).sum()
    # A few regions have no neighbor with a value in some year.
    assert spatial.counts.sum() + spatial.missing == len(follows) + chain.missing
    assert 0.98 * len(follows) < spatial.counts.sum() < len(follows)


# Spatial dependence


def test_moran_nears_its_expectation_in_another_package() -> None:
    esda, libpysal = pytest.importorskip("esda"), pytest.importorskip("libpysal")
    off = []
    law = datasets.region_panel_truth(900, years=3)["by_year"]["moran"]
    for rng in range(8):
        found = datasets.make_region_panel(900, years=3, rng=rng)
        panel = found.panel
        neighbors = {name: list(own) for name, own in found.neighbors.items()}
        weights = libpysal.weights.W(neighbors, {name: list(own.values()) for name, own in found.neighbors.items()})
        values = []
        for year in (2010, 2012):
            level = panel[panel["year"] == year].set_index("region").loc[weights.id_order, "digital_value"]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                values.append(esda.Moran(np.log(level.to_numpy()), weights, permutations=0).I)
        off.append(np.array(values) - law[[0, 2]])
    mean, error = mean_and_error(off)
    assert error.max() < 0.015 and (np.abs(mean) < 4 * error).all()


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.4])
def test_maximum_likelihood_finds_rho_in_any_year(rho: float) -> None:
    panel, found, _ = made(400, years=3, rho=rho, rng=7)
    names = {name: place for place, name in enumerate(found.neighbors)}
    weights = np.zeros((400, 400))
    for name, own in found.neighbors.items():
        assert sum(own.values()) == pytest.approx(1.0)
        for other, share in own.items():
            assert name in found.neighbors[other]
            weights[names[name], names[other]] = share
    roots = np.linalg.eigvals(weights).real
    z = np.log(panel["digital_value"].to_numpy()).reshape(400, 3)
    group = panel["group"].to_numpy().reshape(400, 3)[:, 0]
    for name in set(group):
        z[group == name] -= z[group == name].mean(axis=0)
    grid = np.linspace(-0.95, 0.95, 381)
    for year in (0, 2):
        u, lag = z[:, year], weights @ z[:, year]
        fits = [np.log(1 - r * roots).sum() - 200 * np.log(((u - r * lag) ** 2).sum()) for r in grid]
        # The standard error is about sqrt((1 - rho^2) / n) times 1.5 (rook): 0.07.
        assert grid[int(np.argmax(fits))] == pytest.approx(rho, abs=0.2)


# Systems, exposure


def test_indicators_give_the_scores_and_coupling_back() -> None:
    panel, _, truth = made(400, years=4, rng=4)
    for system, names in (("digital", DIGITAL), ("economy", ECONOMY)):
        scaled = [(panel[name] - low) / (high - low) for name in names for low, high in [truth["goalposts"][name]]]
        panel[system] = np.mean(scaled, axis=0)
        error = panel[system] - truth["rows"][f"{system}_score"]
        assert error.std() == pytest.approx(truth["error_sd"] / 2, rel=0.1)
        assert abs(error.mean()) < 4 * truth["error_sd"] / 2 / math.sqrt(len(panel))
        assert panel[names].min().min() >= 0
    panel["digital"] = panel["digital"].clip(0, 1)
    found = ix.study.coupling(panel, ["digital", "economy"], **KEYS)
    off = found["coordination"] - truth["rows"]["coordination"]
    # A score of 0.05 moves the degree by 5 for each 1 of its error.
    assert abs(off.mean()) < 0.002 and off.std() < 0.02 and off.abs().max() < 0.35
    exact = pd.DataFrame({name: truth["rows"][f"{name}_score"] for name in ("digital", "economy")})
    degree = ix.study.coupling(exact, ["digital", "economy"])["coordination"]
    np.testing.assert_allclose(degree, truth["rows"]["coordination"], rtol=1e-12)


def test_exposure_to_neighbors_brings_the_spillover_back() -> None:
    panel, found, truth = made(400, years=6, rng=6)
    panel = panel.assign(z=np.log(panel["digital_value"]), q=np.log(panel["output"]))
    names = {"focal": "region", "partner": "neighbor", "share": "share"}
    around = ix.study.exposure(found.links, panel, "z", lag=1, **names, **KEYS)
    assert (around["matched"] == around["partners"])[around["year"] > 2010].all()
    rows = panel.merge(around[["region", "year", "weighted"]], on=["region", "year"]).query("year > 2010")
    assert not rows["weighted"].isna().any()
    design = rows[["z", "weighted"]] - rows.groupby("year")[["z", "weighted"]].transform("mean")
    outcome = rows["q"] - rows.groupby("year")["q"].transform("mean")
    coef, squares, *_ = np.linalg.lstsq(design, outcome, rcond=None)
    sd = math.sqrt(squares[0] / len(rows))
    errors = sd * np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    assert errors.max() < 0.008
    assert np.abs(coef - [truth["effect"], truth["spillover"]]).max() < 4 * errors.max()
    assert sd == pytest.approx(truth["noise_sd"], rel=0.05)


# Tables, seeds, arguments


@pytest.mark.parametrize("frame", ["pandas", "polars", "pyarrow", "dict"])
def test_every_kind_holds_the_same(frame: str) -> None:
    expected = datasets.make_region_panel(20, years=3, missing=0.2, gaps=0.2, rng=3, frame="dict")
    found = datasets.make_region_panel(20, years=3, missing=0.2, gaps=0.2, rng=3, frame=frame)
    assert found.neighbors == expected.neighbors and list(found.neighbors) == [f"R{i:04d}" for i in range(1, 21)]
    for ours, theirs in ((found.panel, expected.panel), (found.links, expected.links)):
        for name, values in theirs.items():
            column = ours[name].to_pylist() if frame == "pyarrow" else list(ours[name])
            assert len(column) == len(values)
            for a, b in zip(column, values, strict=True):
                assert a == b or (b != b and (a is None or a != a))


def test_groups_lie_from_west_to_east_and_neighbors_share_an_edge() -> None:
    panel, found, _ = made(23, years=2)
    place = panel.drop_duplicates("region").set_index("region")
    assert place.groupby("group")["x"].mean().reindex(["west", "center", "east"]).is_monotonic_increasing
    assert set(place["group"]) == {"west", "center", "east"}
    for name, own in found.neighbors.items():
        far = np.hypot(*(place.loc[list(own), ["x", "y"]] - place.loc[name, ["x", "y"]]).to_numpy().T)
        assert 2 <= len(own) <= 4 or name == "R0023"
        assert far.max() < 80 * 1.6
    assert len(found.links) == 2 * sum(len(own) for own in found.neighbors.values())
    assert repr(found) == "RegionPanel(23 regions)"


def test_arguments_are_checked() -> None:
    for options, message in (
        ({"regions": 8}, "regions must be at least 9, got 8"),
        ({"years": 1}, "years must be at least 2, got 1"),
        ({"speed": -0.1}, "speed must be a finite number of at least 0, got -0.1"),
        ({"gap": math.inf}, "gap must be a finite number of at least 0, got inf"),
        ({"spread": 0.0}, "spread must be a finite number above 0, got 0.0"),
        ({"rho": 1.0}, "rho must lie between -1 and 1, got 1.0"),
        ({"gaps": 1.0}, "gaps must be a share of at least 0 and below 1, got 1.0"),
    ):
        for function in (datasets.make_region_panel, datasets.region_panel_truth):
            with pytest.raises(ValueError, match=f"^{message}$"):
                function(**options)
    with pytest.raises(TypeError, match="years must be an integer"):
        datasets.make_region_panel(years=2.5)
    with pytest.raises(TypeError, match="rng= is the seed that made the panel"):
        datasets.region_panel_truth(rng=np.random.default_rng(0))
    assert datasets.region_panel_truth(speed=0.0)["half_life"] == math.inf
