"""Options, points and level rule of the MIIT 2024 questionnaire, and the truth computed from them.

This is a second, small encoding of the rule, kept apart from the rule book the
package ships, so that each can test the other. Points and level thresholds come
from secondary encodings of the official sheet (document 2024 no. 56 of the
general office of the Ministry of Industry and Information Technology, MIIT).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Item: option -> points. "none" is 0 and excludes the others.
MULTIPLE: dict[str, dict[str, float]] = {
    "F1": {"none": 0.0, "control": 2.0, "application": 2.0, "own_5g": 2.0, "coverage": 2.0},
    "F4": {
        "none": 0.0,
        "product_design": 0.7,
        "process_design": 0.7,
        "marketing": 0.7,
        "after_sales": 0.7,
        "planning": 0.7,
        "production": 0.7,
        "quality": 0.7,
        "equipment": 0.7,
        "safety": 0.7,
        "energy": 0.7,
        "procurement": 0.7,
        "warehousing": 0.7,
        "finance": 0.7,
        "human_resources": 0.9,
    },
    "F6": {"none": 0.0, "rules": 1.25, "products": 1.25, "assessment": 1.25, "boundary": 1.25},
    "F7": {"none": 0.0, "rules": 1.25, "products": 1.25, "assessment": 1.25, "ledger": 1.25},
    "M2": {"none": 0.0, "workflow": 1.875, "operation": 1.875, "data": 1.875, "incentives": 1.875},
    "M3": {"none": 0.0, "staff": 1.5, "department": 1.5, "training": 1.5, "pay": 1.5, "tiers": 1.5},
}
SINGLE: dict[str, dict[str, float]] = {
    "F5": {"none": 0.0, "one": 2.5, "several": 5.0, "most": 7.5, "all": 10.0},
    "M1": {"none": 0.0, "studied": 1.5, "plan": 3.0, "retrofit": 4.5, "changed": 6.0, "exchange": 7.5},
}

# Rates: points by band, bands closed on the right.
BAND_EDGES = (0.1, 0.2, 0.4, 0.6)
BAND_SHARE = (0.0, 0.25, 0.5, 0.75, 1.0)
RATE_MAX = {"F2": 6.0, "F3": 6.0, "M4": 7.5}

# Changes: (sign that is good, points when good; half of them when flat).
TRENDS = {"E1": (-1, 7.0), "E2": (1, 7.0), "E3": (1, 3.0), "E4": (-1, 3.0)}
# The questionnaire asks "rise, flat, fall" and gives no width for "flat": an assumption, unconfirmed.
FLAT_WITHIN = 0.005

SCENES = tuple(f"S{i}" for i in range(1, 17))
CONSTRAINED = ("S1", "S3", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S13")

# Level: (points, scenes at this level or higher, of which constrained).
LEVELS = {1: (20.0, 6, 3), 2: (40.0, 6, 3), 3: (60.0, 8, 5), 4: (80.0, 10, 6)}

# A value this close to an edge is on it.
_SNAP = 1e-9


@dataclass(frozen=True)
class Answers:
    """Complete answers of n firms.

    ``multiple[item]`` is a bool array (n, options without "none"),
    ``single[item]`` option positions (n,), ``rates[item]`` and
    ``trends[item]`` floats (n,), ``scenes`` integers (n, 16).
    """

    multiple: dict[str, np.ndarray]
    single: dict[str, np.ndarray]
    rates: dict[str, np.ndarray]
    trends: dict[str, np.ndarray]
    scenes: np.ndarray


def score(answers: Answers) -> np.ndarray:
    """Return the points of the scored part, 0 to 100."""
    # Points are whole thousandths: integers add exactly, whatever the order.
    total = np.zeros(answers.scenes.shape[0], dtype=np.int64)
    for item, chosen in answers.multiple.items():
        total += chosen.astype(np.int64) @ _thousandths([*MULTIPLE[item].values()][1:])
    for item, position in answers.single.items():
        total += _thousandths([*SINGLE[item].values()])[position]
    for item, rate in answers.rates.items():
        # side="left" keeps a rate that sits on an edge in the lower band.
        band = np.searchsorted(np.array(BAND_EDGES) + _SNAP, rate, side="left")
        total += _thousandths([part * RATE_MAX[item] for part in BAND_SHARE])[band]
    for item, change in answers.trends.items():
        sign, most = TRENDS[item]
        better = np.where(np.abs(change) <= FLAT_WITHIN + _SNAP, 0, sign * np.sign(change)).astype(np.intp)
        total += _thousandths([0.0, most / 2, most])[better + 1]
    return total / 1000.0


def level(points: np.ndarray, scenes: np.ndarray) -> np.ndarray:
    """Return the highest level whose conditions all hold, 0 where none does."""
    constrained = scenes[:, [SCENES.index(scene) for scene in CONSTRAINED]]
    out = np.zeros(points.shape, dtype=np.int64)
    for grade, (least, of_all, of_constrained) in LEVELS.items():
        holds = (
            (points >= least - _SNAP)
            & (np.sum(scenes >= grade, axis=1) >= of_all)
            & (np.sum(constrained >= grade, axis=1) >= of_constrained)
        )
        out[holds] = grade
    return out


def _thousandths(points: list[float]) -> np.ndarray:
    return np.rint(np.array(points) * 1000.0).astype(np.int64)
