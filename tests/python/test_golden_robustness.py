"""Replays of COINr 1.1.14 from its stored samples: scores, ranks, statistics of ranks, mean shifts and Sobol' indices.

Scores to 1e-8 relative (outlier treatment), the rest to 1e-9: both sides compute in doubles.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import test_golden_asem as golden

import indicia as ix
from indicia import _core

ASEM = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden" / "asem"
pytestmark = pytest.mark.skipif(not ASEM.exists(), reason="reference data not present")

# COINr draws the terms of each index by themselves, with V fixed: intervals are compared with nothing.
DIFFERS: dict[str, str] = {}
COVERED: dict[str, Callable[[], None]] = {}

TREATS = [{"winsorize": {"count": count}} for count in range(1, 6)]
SCALES = {"minmax1-100": {"minmax": {"to": [1, 100]}}, "zscore10-2": {"zscore": {"mean": 10, "sd": 2}}}
MEANS = {"a_amean": "arithmetic", "a_gmean": "geometric"}


@cache
def factors() -> list[ix.robustness.Factor]:
    noisy = pd.read_csv(ASEM / "12_noisy_weights_seed101.csv")
    parents = golden.structure().Parent
    sets = []
    for _, rows in noisy.groupby("rep"):
        one: dict[str, dict[str, float]] = {}
        for code, weight in zip(rows.iCode, rows.Weight, strict=True):
            if isinstance(parents[code], str):
                one.setdefault(parents[code], {})[code] = float(weight)
        sets.append(one)
    return [
        ix.robustness.treat(TREATS),
        ix.robustness.scale(list(SCALES.values())),
        ix.robustness.weight_sets(sets),
        ix.robustness.aggregate(list(MEANS.values())),
    ]


def stored(part: str) -> np.ndarray:
    """The stored alternatives as points in the middle of their parts of [0, 1)."""
    runs = pd.read_csv(ASEM / f"12_{part}_params.csv")
    places = [
        (runs.V1 - 0.5) / 5,
        (runs.V2.map(list(SCALES).index) + 0.5) / 2,
        (runs.V3 - 0.5) / 100,
        (runs.V4.map(list(MEANS).index) + 0.5) / 2,
    ]
    return np.column_stack(places)


def index() -> ix.Index:
    definition = golden.tree("arithmetic", SCALES["minmax1-100"], treat={"winsorize": {"count": 5}})
    return ix.Index.from_dict(definition)


def study(part: str, order: Any = None) -> ix.robustness.Uncertainty:
    points = stored(part)
    points = points if order is None else points[order]
    return ix.robustness.uncertainty(index(), golden.read("04_screened_pipeline"), factors(), points=points)


def statistics(part: str) -> None:
    """COINr gives the statistics of all stored runs for UA, of the runs of A and B for SA."""
    found = study(part, None if part == "UA" else np.arange(100))
    expected = golden.read(f"12_{part}_scores")
    runs = len(found)
    names = [f"r_{run}" for run in range(1, runs + 1)]
    data = golden.read("04_screened_pipeline")
    np.testing.assert_allclose(found.score_matrix().T, expected.loc[data.index, names].to_numpy(), rtol=1e-8)
    if part == "UA":
        ranks = golden.read("12_UA_ranks").loc[data.index, names]
        np.testing.assert_array_equal(found.rank_matrix().T, ranks.to_numpy())
    stats = golden.read(f"12_{part}_rankstats").loc[data.index]
    table = found.ranks((0.05, 0.5, 0.95))
    for ours, theirs in (("mean", "Mean"), ("q50", "Median"), ("q5", "Q5"), ("q95", "Q95")):
        np.testing.assert_allclose(table[ours], stats[theirs], rtol=1e-9, err_msg=ours)
    assert not found.failures().shape[0]


def pointwise(values: np.ndarray, factors: int) -> np.ndarray:
    """From blocks A, B, C1, C2, ... to the runs of one point after the other: A, C1, C2, ..., B."""
    blocks = values.reshape(factors + 2, -1)
    return np.ascontiguousarray(np.vstack([blocks[:1], blocks[2:], blocks[1:2]]).T).ravel()


def indices() -> None:
    order = pointwise(np.arange(300), 4)
    found = ix.robustness.sensitivity(
        index(),
        golden.read("04_screened_pipeline"),
        factors(),
        points=stored("SA")[order],
        center=False,
        ddof=1,
        resamples=50,
    )
    expected = pd.read_csv(ASEM / "12_SA_sensitivity.csv")
    table = found.to_frame()
    np.testing.assert_allclose(table["first"], expected.Si, rtol=1e-9)
    np.testing.assert_allclose(table["total"], expected.STi, rtol=1e-9)


def shifts() -> None:
    expected = pd.read_csv(ASEM / "12_SA_output_meanabsrankdiff.csv").y
    np.testing.assert_allclose(study("SA").rank_shift, expected, rtol=1e-12)


def estimators() -> None:
    y = pd.read_csv(ASEM / "12_SA_estimate_ishigami_y.csv").y.to_numpy()
    found = _core.robustness_sensitivity(
        pointwise(y, 3), 3, False, '{"center": false, "ddof": 1, "resamples": 0, "confidence": 0.9, "seed": 1}', None
    )
    expected = pd.read_csv(ASEM / "12_SA_estimate_ishigami_N2000_seed7.csv")
    np.testing.assert_allclose([first[0] for first in found[0]], expected.Si, rtol=1e-12)
    np.testing.assert_allclose([total[0] for total in found[1]], expected.STi, rtol=1e-12)


COVERED["12_UA_rankstats.csv"] = lambda: statistics("UA")
COVERED["12_SA_rankstats.csv"] = lambda: statistics("SA")
COVERED["12_SA_sensitivity.csv"] = indices
COVERED["12_SA_output_meanabsrankdiff.csv"] = shifts
COVERED["12_SA_estimate_ishigami_N2000_seed7.csv"] = estimators


@pytest.mark.filterwarnings("ignore::indicia.errors.TreatmentWarning")
@pytest.mark.parametrize("name", sorted(COVERED))
def test_file(name: str) -> None:
    COVERED[name]()
