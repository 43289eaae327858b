"""The synthetic firm panel is what it says: a production function, histories without holes in capital, rows left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indicia import datasets

AMOUNTS = [
    "revenue",
    "value_added",
    "employees",
    "capital",
    "materials",
    "investment",
    "rd",
    "assets",
    "equity",
    "profit",
]


def panel(n: int = 2_000, **options: Any) -> dict[str, np.ndarray]:
    return datasets.make_firm_panel(n, frame="dict", **options)


def test_truth_leaves_noise_alone() -> None:
    made, truth = panel(rng=4), datasets.firm_panel_truth(2_000, rng=4)
    y, labor, k = (np.log(made[name]) for name in ("value_added", "employees", "capital"))
    elasticities = truth["elasticities"]
    noise = y - truth["constant"] - elasticities["labor"] * labor - elasticities["capital"] * k - truth["productivity"]
    assert noise.std() == pytest.approx(truth["noise_sd"], rel=0.02)
    assert noise.mean() == pytest.approx(0.0, abs=4 * truth["noise_sd"] / np.sqrt(len(noise)))
    # What the estimators have to overcome: least squares puts productivity into labor.
    design = np.column_stack([np.ones_like(y), labor, k])
    assert np.linalg.lstsq(design, y, rcond=None)[0][1] > elasticities["labor"] + 0.2
    # Materials and capital tell productivity, up to rounding.
    told = (np.log(made["materials"]) - 1.9 - 0.75 * k) / 2.0
    assert np.abs(told - truth["productivity"]).max() < 1e-3


def test_capital_and_productivity_follow_their_laws() -> None:
    made, truth = panel(rng=5), datasets.firm_panel_truth(2_000, rng=5)
    w = truth["productivity"]
    follows = (made["firm"][1:] == made["firm"][:-1]) & (made["year"][1:] == made["year"][:-1] + 1)
    carried = 0.9 * made["capital"][:-1] + made["investment"][:-1]
    assert np.abs(carried - made["capital"][1:])[follows].max() < 0.002
    innovation = (w[1:] - truth["persistence"] * w[:-1])[follows]
    assert innovation.std() == pytest.approx(truth["innovation_sd"], rel=0.02)
    assert np.corrcoef(innovation, w[:-1][follows])[0, 1] == pytest.approx(0.0, abs=0.03)


def test_exit_gaps_and_entry() -> None:
    made, full = panel(rng=6), panel(rng=6, gaps=0.0)
    keys = set(zip(made["firm"], made["year"], strict=True))
    whole = set(zip(full["firm"], full["year"], strict=True))
    assert keys < whole
    assert len(keys) == len(made["firm"])
    last = dict(zip(full["firm"], full["year"], strict=True))
    exits = made["exit"]
    assert all(last[firm] == year for firm, year in zip(made["firm"][exits], made["year"][exits], strict=True))
    assert exits.sum() == sum(year < 2019 for year in last.values())
    assert len(last) == 2_000
    assert sum(min(full["year"][full["firm"] == firm]) > 2010 for firm in list(last)[:200]) > 20
    # Without turnover every firm has every year.
    assert len(panel(50, entry=0.0, exit=0.0, gaps=0.0)["firm"]) == 500
    assert (panel(rng=1)["investment"] == 0).mean() == pytest.approx(0.04, abs=0.005)


def test_missing_only_blanks_and_gaps_only_leave_out() -> None:
    full, some, more = panel(rng=2), panel(rng=2, missing=0.1), panel(rng=2, missing=0.1, gaps=0.3)
    for name in AMOUNTS:
        gone = np.isnan(some[name])
        assert gone.mean() == pytest.approx(0.1, abs=0.01)
        assert np.array_equal(some[name][~gone], full[name][~gone])
    where = {key: row for row, key in enumerate(zip(some["firm"], some["year"], strict=True))}
    rows = [where[key] for key in zip(more["firm"], more["year"], strict=True)]
    np.testing.assert_array_equal(more["rd"], some["rd"][rows])


def test_selection_takes_the_weak() -> None:
    for selection, below in ((False, 0.06), (True, 10.0)):
        made = panel(4_000, exit=0.05, selection=selection, rng=3)
        w = datasets.firm_panel_truth(4_000, exit=0.05, selection=selection, rng=3)["productivity"]
        difference = w[~made["exit"]].mean() - w[made["exit"]].mean()
        assert difference < below
        assert (difference > 0.15) == selection


def test_arguments_are_checked() -> None:
    with pytest.raises(ValueError, match="years must be at least 2, got 1"):
        panel(10, years=1)
    with pytest.raises(TypeError, match="years must be an integer"):
        panel(10, years=2.5)
    for name in ("entry", "exit", "gaps"):
        with pytest.raises(ValueError, match=f"{name} must be a share of at least 0 and below 1, got 1.5"):
            panel(10, **{name: 1.5})
    for rng in (None, np.random.default_rng(0)):
        with pytest.raises(TypeError, match="rng= is the seed that made the panel"):
            datasets.firm_panel_truth(10, rng=rng)
