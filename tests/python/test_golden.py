"""A second implementation: scales and means of COINr 1.1.14 (R, 51 countries x 49 indicators), entropy of a city panel.

Tolerance 1e-9 relative, unless said otherwise: both sides compute in doubles, and the files carry 17 digits.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indicia as ix

GOLDEN = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden"
pytestmark = pytest.mark.skipif(not (GOLDEN / "asem").exists(), reason="reference data not present")


def read(name: str) -> tuple[list[str], dict[str, np.ndarray]]:
    """Row labels and columns of a file; empty is missing."""
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = {
        column: np.array([float(row[j]) if row[j] not in ("", "NA", "NaN") else np.nan for row in rows])
        for j, column in enumerate(header)
        if j
    }
    return [row[0] for row in rows], columns


def structure(name: str = "00_input_iMeta.csv") -> dict[str, dict[str, str]]:
    with (GOLDEN / "asem" / name).open(encoding="utf-8", newline="") as file:
        return {row["iCode"]: row for row in csv.DictReader(file) if row["Type"] == "Indicator"}


def number(text: str) -> float | None:
    return float(text) if text not in ("", "NA") else None


SIMPLE: list[tuple[str, Any]] = [
    ("minmax_0_100", {"minmax": {"to": [0, 100]}}),
    ("minmax_1_100", {"minmax": {"to": [1, 100]}}),
    ("zscore_0_1", "zscore"),
    ("zscore_10_2", {"zscore": {"mean": 10, "sd": 2}}),
    ("dist2max", "distance_to_max"),
    ("fracmax", "fraction_of_max"),
    ("rank", "rank"),
    ("borda", "borda"),
    ("prank", "percentile"),
    ("prank_average", {"percentile": {"ties": "average"}}),
    ("none", "none"),
]


def scored(data: dict[str, Any], scales: dict[str, Any], directions: dict[str, int]) -> dict[str, np.ndarray]:
    """Every column through its scale."""
    indicators = [
        {"id": code, "parent": "all", "direction": directions[code], "scale": scale} for code, scale in scales.items()
    ]
    index = ix.Index.from_dict({"id": "scales", "indicator": indicators, "group": [{"id": "all"}]})
    scores = index.fit_score(data, unit="unit")
    return {code: np.asarray(scores[code]) for code in scales}


@pytest.mark.parametrize(("name", "scale"), SIMPLE)
def test_scales_equal_the_reference(name: str, scale: Any) -> None:
    units, raw = read("asem/01_raw.csv")
    _, expected = read(f"asem/06_norm_fromraw_{name}.csv")
    directions = {code: int(row["Direction"]) for code, row in structure().items()}
    codes = list(raw)
    if name == "fracmax":
        # For -1 the reference divides the sign-flipped column by its maximum, so the best unit scores lowest; and a
        # fraction of the best is not defined for values <= 0.
        codes = [code for code in codes if directions[code] == 1 and np.nanmin(raw[code]) > 0]
        assert len(codes) > 10
    found = scored({"unit": units, **raw}, dict.fromkeys(codes, scale), directions)
    for code in codes:
        np.testing.assert_allclose(found[code], expected[code], rtol=1e-9, atol=1e-9, err_msg=code)


def test_scales_with_own_anchors_equal_the_reference() -> None:
    units, raw = read("asem/01_raw.csv")
    rows = structure("06_input_iMeta_with_goalposts.csv")
    directions = {code: int(row["Direction"]) for code, row in rows.items()}
    third = units[2]
    posts = {
        code: {
            "goalposts": {"low": number(row["goalpost_lower"]), "high": number(row["goalpost_upper"]), "to": [0, 100]}
        }
        for code, row in rows.items()
    }
    cases: list[tuple[str, dict[str, Any]]] = [
        ("goalposts_iMeta", posts),
        ("dist2ref_unit3", {code: {"distance_to_reference": {"unit": third}} for code in raw}),
        ("scaled_0_100", {code: {"scaled": {"low": 0, "high": 100}} for code in raw}),
    ]
    for name, scales in cases:
        _, expected = read(f"asem/06_norm_fromraw_{name}.csv")
        undefined = []
        for code, scale in scales.items():
            try:
                found = scored({"unit": units, code: raw[code]}, {code: scale}, directions)[code]
            except ix.errors.IndiciaError:
                undefined.append(code)
                continue
            wanted = expected[code]
            if name == "scaled_0_100" and directions[code] == -1:
                # The reference takes bounds given for all columns as bounds of the sign-flipped one; here they are in
                # original units, so that 0 is the best and 100 the worst value: the same line, 100 higher.
                wanted = wanted + 100
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9, err_msg=f"{name} {code}")
        # Where the third country is itself the worst, or has no value, the reference divides by zero.
        assert all(name == "dist2ref_unit3" and not np.isfinite(expected[code]).all() for code in undefined), undefined


@pytest.mark.parametrize(
    ("name", "aggregate"), [("amean", "arithmetic"), ("gmean", "geometric"), ("hmean", "harmonic")]
)
@pytest.mark.parametrize("gaps", ["Norm1", "NormNA"])
def test_means_of_four_tiers_equal_the_reference(name: str, aggregate: str, gaps: str) -> None:
    """Norm1 is complete, NormNA has missing values: weights of what is observed are scaled up."""
    units, expected = read(f"asem/07_agg_{gaps}_a_{name}.csv")
    if gaps == "NormNA":
        _, data = read("asem/07_input_norm_1_100_with_NA.csv")
    else:
        data = {code: expected[code] for code in structure()}
    with (GOLDEN / "asem/00_input_iMeta.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Type"] in ("Indicator", "Aggregate")]
    definition = {
        "id": "asem",
        "defaults": {"aggregate": aggregate, "scale": "none"},
        "indicator": [
            {"id": row["iCode"], "parent": row["Parent"], "weight": float(row["Weight"])}
            for row in rows
            if row["Type"] == "Indicator"
        ],
        "group": [
            {"id": row["iCode"], "weight": float(row["Weight"])} | ({"parent": row["Parent"]} if row["Parent"] else {})
            for row in rows
            if row["Type"] == "Aggregate"
        ],
    }
    scores = ix.Index.from_dict(definition).score({"unit": units, **data}, unit="unit")
    for row in rows:
        if row["Type"] == "Aggregate":
            found = np.asarray(scores[row["iCode"]])
            np.testing.assert_allclose(found, expected[row["iCode"]], rtol=1e-9, err_msg=row["iCode"])


def panel() -> dict[str, np.ndarray]:
    _, columns = read("study/panel_sample_16cities_6years.csv")
    return columns


DIRECTIONS = {f"var{j}": -1 if j in (3, 5) else 1 for j in range(1, 10)}


def weights_of(options: dict[str, Any]) -> list[float]:
    index = ix.Index.flat(DIRECTIONS, weights={"entropy": options} if options else "entropy")
    frame = index.fit(panel()).weights
    return [float(weight) for weight in frame["weight"]]


@pytest.mark.parametrize(
    ("column", "shift"), [("shift0_0ln0", 0.0), ("shift1e-4", 1e-4), ("shift1e-3", 1e-3), ("shift1", 1.0)]
)
def test_entropy_weights_equal_the_reference(column: str, shift: float) -> None:
    with (GOLDEN / "study/entropy_weights_conventions_matlab_sample.csv").open(encoding="utf-8", newline="") as file:
        expected = [float(row[column]) for row in csv.DictReader(file)]
    np.testing.assert_allclose(weights_of({"shift": shift} if shift else {}), expected, rtol=1e-9)


def test_entropy_scores_equal_the_reference_for_every_period_rule() -> None:
    _, expected = read("study/scores_by_method_16cities.csv")
    data = panel()
    years = data["year"].astype(int)
    flat = ix.Index.flat(DIRECTIONS, weights="entropy")
    pooled = flat.fit_score(data)
    np.testing.assert_allclose(np.asarray(pooled["index"]), expected["entropy_global"], rtol=1e-9)
    each = ix.Index.from_dict(flat.to_dict() | {"period": "each"})
    with pytest.warns(UserWarning, match="not comparable"):
        scores = each.fit_score({**data, "year": years}, time="year")
    np.testing.assert_allclose(np.asarray(scores["index"]), expected["entropy_per_year"], rtol=1e-9)


def test_entropy_weights_equal_a_readable_twin() -> None:
    rng = np.random.default_rng(3)
    data = {name: rng.gamma(2.0, size=500) for name in "abcd"}
    z = {name: (x - x.min()) / (x.max() - x.min()) for name, x in data.items()}
    divergence = []
    for score in z.values():
        p = score[score > 0] / score.sum()
        divergence.append(1 + (p * np.log(p)).sum() / np.log(len(score)))
    frame = ix.Index.flat(dict.fromkeys(data, 1), weights="entropy").fit(data).weights
    np.testing.assert_allclose(np.asarray(frame["weight"]), np.array(divergence) / sum(divergence), rtol=1e-12)
