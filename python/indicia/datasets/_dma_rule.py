"""Points of the digital maturity assessment once more, from what was counted.

A second, small encoding of the formulas, kept apart from the rule book the package ships, so that each can test the
other. They come from a bilingual encoding of the questionnaire of the European Commission's Joint Research Centre; the
plain mean of six dimensions is official.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

# Question: its answers. Any number of them may be ticked.
TICKS: dict[str, tuple[str, ...]] = {
    "Q1_invested": (
        *("design", "planning", "operations", "collaboration", "inbound"),
        *("marketing", "delivery", "administration", "purchasing", "security"),
    ),
    "Q1_planned": (
        *("design", "planning", "operations", "collaboration", "inbound"),
        *("marketing", "delivery", "administration", "purchasing", "security"),
    ),
    "Q2": (
        *("needs", "finance", "infrastructure", "specialists", "management"),
        *("departments", "processes", "servitisation", "satisfaction", "risks"),
    ),
    "Q3": (
        *("connectivity", "website", "forms", "chat", "sales"),
        *("marketing", "government", "collaboration", "intranet", "systems"),
    ),
    "Q5": ("assessment", "plan", "trainings", "doing", "traineeships", "external", "subsidised"),
    "Q6": ("awareness", "plans", "acceptance", "design", "autonomy", "jobs", "flexible", "support"),
    "Q7": ("policy", "stored", "integrated", "realtime", "analysed", "enriched", "accessible"),
    "Q8": ("policy", "clients", "training", "threats", "backup", "continuity"),
    "Q10": (
        *("model", "services", "products", "production", "emissions"),
        *("energy", "materials", "transport", "consumers", "paperless"),
    ),
}
# What is written where nothing is ticked. In Q7 it is an answer of its own: data are not collected digitally.
NOTHING = {name: "not_digital" if name == "Q7" else "none" for name in TICKS}

# Question: its rows, each from 0 (not used) to 5 (operational).
STEPS: dict[str, tuple[str, ...]] = {
    "Q4": ("simulation", "reality", "design", "execution", "things", "blockchain", "additive"),
    "Q9": ("language", "vision", "audio", "robotics", "intelligence"),
}
# Question: its rows, each no, partially or yes.
HALVES: dict[str, tuple[str, ...]] = {"Q11": ("strategy", "certificate", "procurement", "monitoring", "recycling")}
PARTLY = ("no", "partially", "yes")

DIMENSIONS = ("strategy", "readiness", "human", "data", "automation", "green")
BANDS = ("basic", "average", "moderately_advanced", "advanced")

# A value this close to a bound is on it.
_SNAP = 1e-9


def dimensions(counted: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the six dimensions, 0 to 100.

    ``counted`` holds the number of ticks of each question, the sums of the steps (``Q4``, ``Q9``) and of the halves
    (``Q11``, where partially is a half).
    """
    n = counted
    return {
        "strategy": (n["Q1_invested"] + n["Q1_planned"] + n["Q2"]) / 30 * 100,
        "readiness": n["Q3"] / 10 * 50 + n["Q4"] / 35 * 50,
        "human": n["Q5"] / 7 * 50 + n["Q6"] / 8 * 50,
        "data": n["Q7"] / 7 * 50 + n["Q8"] / 6 * 50,
        "automation": n["Q9"] / 25 * 100,
        "green": n["Q10"] / 10 * 50 + n["Q11"] / 5 * 50,
    }


def total(counted: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the plain mean of the six dimensions."""
    out: np.ndarray = np.mean(list(dimensions(counted).values()), axis=0)
    return out


def band(score: np.ndarray) -> np.ndarray:
    """Return the place in ``BANDS`` of each score: 25 is still basic, anything above is not."""
    out: np.ndarray = np.searchsorted(np.array([25.0, 50.0, 75.0]) + _SNAP * 100.0, score, side="left")
    return out
