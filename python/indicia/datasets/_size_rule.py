"""Size classes of firms once more, as a table and a few lines.

A second, small encoding of the rules, kept apart from the rule books the package ships, so that each can test the
other. Bounds of China: document 2011 no. 300 of the Ministry of Industry and Information Technology (MIIT) and three
other authorities. Ceilings of the European Union: Recommendation 2003/361/EC.
"""

from __future__ import annotations

import numpy as np

CLASSES = ("micro", "small", "medium", "large")

# Industry: what is looked at, then the bounds of small, medium and large. Staff in persons, money in 10,000 yuan.
BOUNDS: dict[str, tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]] = {
    "agriculture": (("revenue",), ((50,), (500,), (20_000,))),
    "industry": (("staff", "revenue"), ((20, 300), (300, 2_000), (1_000, 40_000))),
    "construction": (("revenue", "assets"), ((300, 300), (6_000, 5_000), (80_000, 80_000))),
    "wholesale": (("staff", "revenue"), ((5, 1_000), (20, 5_000), (200, 40_000))),
    "retail": (("staff", "revenue"), ((10, 100), (50, 500), (300, 20_000))),
    "transport": (("staff", "revenue"), ((20, 200), (300, 3_000), (1_000, 30_000))),
    "storage": (("staff", "revenue"), ((20, 100), (100, 1_000), (200, 30_000))),
    "post": (("staff", "revenue"), ((20, 100), (300, 2_000), (1_000, 30_000))),
    "accommodation": (("staff", "revenue"), ((10, 100), (100, 2_000), (300, 10_000))),
    "catering": (("staff", "revenue"), ((10, 100), (100, 2_000), (300, 10_000))),
    "information": (("staff", "revenue"), ((10, 100), (100, 1_000), (2_000, 100_000))),
    "software": (("staff", "revenue"), ((10, 50), (100, 1_000), (300, 10_000))),
    "real_estate": (("revenue", "assets"), ((100, 2_000), (1_000, 5_000), (200_000, 10_000))),
    "property": (("staff", "revenue"), ((100, 500), (300, 1_000), (1_000, 5_000))),
    "leasing": (("staff", "assets"), ((10, 100), (100, 8_000), (300, 120_000))),
    "other": (("staff",), ((10,), (100,), (300,))),
}

# Class: most staff (excluded), most turnover and most balance sheet total (included), in euros.
CEILINGS = {"micro": (10, 2e6, 2e6), "small": (50, 10e6, 10e6), "medium": (250, 50e6, 43e6)}

# Lowest number of persons employed of each class.
PERSONS = (1, 10, 50, 250)


def china(industry: np.ndarray, staff: np.ndarray, revenue: np.ndarray, assets: np.ndarray) -> np.ndarray:
    """Return the class of each firm as its place in ``CLASSES``.

    A firm is in the highest class whose bounds it reaches all; micro is what is left.
    """
    values = {"staff": staff, "revenue": revenue, "assets": assets}
    out = np.zeros(industry.shape, dtype=np.int64)
    for name, (looked_at, bounds) in BOUNDS.items():
        for place, lowest in enumerate(bounds, start=1):
            reached = industry == name
            for column, bound in zip(looked_at, lowest, strict=True):
                reached = reached & (values[column] >= bound)
            out[reached] = place
    return out


def european_union(staff: np.ndarray, turnover: np.ndarray, balance: np.ndarray) -> np.ndarray:
    """Return the class of each firm as its place in ``CLASSES``.

    A firm is in the lowest class under whose ceilings it stays: that of staff, and one of the two of money.
    """
    out = np.full(staff.shape, CLASSES.index("large"))
    for name in ("medium", "small", "micro"):
        persons, sales, total = CEILINGS[name]
        out[(staff < persons) & ((turnover <= sales) | (balance <= total))] = CLASSES.index(name)
    return out


def by_persons(persons: np.ndarray) -> np.ndarray:
    """Return the class of each firm as its place in ``CLASSES``, -1 below one person."""
    out: np.ndarray = np.searchsorted(PERSONS, persons, side="right") - 1
    return out
