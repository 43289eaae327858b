"""The gradient of quality small and medium firms of China once more: who meets which standard.

A second encoding of the rules of 2022 (document of the Ministry of Industry and Information Technology, MIIT, 2022
no. 63) and of 2026 (2026 no. 2), kept apart from the rule books the package ships, so that each can test the other.
Firms are a dict of arrays, one entry a quantity; rates are fractions, amounts yuan, yes is 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeAlias

import numpy as np

Firms: TypeAlias = Mapping[str, np.ndarray]

IP = ("none", "class2", "class1", "own", "high_value")
FIELD = ("other", "supports", "fills_gap")
UNIT = ("none", "below_city", "city", "provincial", "national")
QUALITY = ("award", "certificate", "brand", "standards")

# A value this close to an edge is on it.
_SNAP = 1e-9


def _reaches(x: np.ndarray, bound: float) -> np.ndarray:
    out: np.ndarray = x >= bound - _SNAP * max(1.0, abs(bound))
    return out


def _stays(x: np.ndarray, bound: float) -> np.ndarray:
    out: np.ndarray = x <= bound + _SNAP * max(1.0, abs(bound))
    return out


def _rising(x: np.ndarray, steps: Sequence[tuple[float, float]]) -> np.ndarray:
    """Points of the highest (bound, points) reached, else 0."""
    out = np.zeros(x.shape)
    for bound, points in steps:
        out[_reaches(x, bound)] = points
    return out


def _falling(x: np.ndarray, steps: Sequence[tuple[float, float]]) -> np.ndarray:
    """Points of the lowest (bound, points) not exceeded, else 0."""
    out = np.zeros(x.shape)
    for bound, points in reversed(steps):
        out[_stays(x, bound)] = points
    return out


def _choice(answers: np.ndarray, options: Sequence[str], points: Sequence[float]) -> np.ndarray:
    out = np.zeros(answers.shape)
    for option, worth in zip(options, points, strict=True):
        out[answers == option] = worth
    return out


def _yes(x: np.ndarray) -> np.ndarray:
    out: np.ndarray = x == 1
    return out


def _all(*parts: np.ndarray) -> np.ndarray:
    return reduce(np.logical_and, parts)


def _any(*parts: np.ndarray) -> np.ndarray:
    return reduce(np.logical_or, parts)


def innovative_points(f: Firms) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of innovation (40), growth (30) and specialization (30), 2022."""
    innovation = _choice(f["ip"], IP, (0, 5, 10, 15, 20))
    innovation += _rising(f["rd_share"], [(0.01, 5), (0.02, 10), (0.03, 15), (0.05, 20)])
    growth = _rising(f["main_growth"], [(0.0, 5), (0.05, 10), (0.10, 15), (0.15, 20)])
    growth += _falling(f["debt_ratio"], [(0.55, 10), (0.75, 5)])
    specialization = np.where(_yes(f["strategic_industry"]), 10.0, 5.0)
    specialization += _rising(f["main_share"], [(0.50, 5), (0.55, 10), (0.60, 15), (0.70, 20)])
    return innovation, growth, specialization


def innovative_2022(f: Firms) -> np.ndarray:
    """Whether a firm meets the standard of an innovative SME of 2022."""
    innovation, growth, specialization = innovative_points(f)
    total = innovation + growth + specialization
    by_score = _all(total >= 60, innovation >= 20, growth >= 15, specialization >= 15)
    titles = (_yes(f[name]) for name in ("science_prize", "recognized_firm", "provincial_rd_unit"))
    return _any(by_score, *titles, _reaches(f["equity_3y"], 5e6))


def specialized_points(f: Firms) -> np.ndarray:
    """The 13 items of 2022, 100 points together."""
    total = _rising(f["main_share"], [(0.60, 1), (0.70, 3), (0.80, 5)])
    total += _rising(f["main_growth_2y"], [(0.0, 2), (0.04, 4), (0.06, 6), (0.08, 8), (0.10, 10)])
    total += np.minimum(np.floor((f["years_in_segment"] + _SNAP) / 2.0), 5.0)
    total += _choice(f["leading_field"], FIELD, (0, 3, 5))
    total += _rising(f["digital_level"], [(2, 3), (3, 5)])
    texts = f["quality"].tolist()
    worth = {text: min(3.0 * sum(key in text for key in QUALITY), 5.0) for text in set(texts)}
    total += np.array([worth[text] for text in texts])
    total += _rising(f["net_margin"], [(0.02, 2), (0.04, 4), (0.06, 6), (0.08, 8), (0.10, 10)])
    total += _falling(f["debt_ratio"], [(0.50, 5), (0.60, 3), (0.70, 1)])
    total += f["provincial_points"]
    total += _choice(f["ip"], IP, (0, 2, 6, 8, 10))
    amount = _rising(f["rd_expense"], [(1e6, 2), (2e6, 4), (3e6, 6), (4e6, 8), (5e6, 10)])
    share = _rising(f["rd_share"], [(0.03, 2), (0.04, 4), (0.06, 6), (0.08, 8), (0.10, 10)])
    total += np.maximum(amount, share)
    total += _rising(f["rd_staff_share"], [(0.05, 1), (0.10, 3), (0.20, 5)])
    total += _choice(f["rd_unit"], UNIT, (0, 2, 4, 8, 10))
    return total


def specialized_2022(f: Firms) -> np.ndarray:
    """Whether a firm meets the standard of a specialized and sophisticated SME of 2022."""
    direct = _any(
        _yes(f["prize_top"]), _reaches(f["rd_mean_2y"], 10e6), _reaches(f["equity_2y"], 60e6), _yes(f["maker_500"])
    )
    return _all(
        _reaches(f["years_in_segment"], 2),
        _reaches(f["rd_expense"], 1e6) & _reaches(f["rd_share"], 0.03),
        _reaches(f["revenue"], 10e6) | _reaches(f["equity_2y"], 20e6),
        _reaches(specialized_points(f), 60) | direct,
    )


def little_giant_2022(f: Firms) -> np.ndarray:
    """Whether a firm meets the standard of a little giant of 2022."""
    revenue = f["revenue"]

    def both_years(share: float) -> np.ndarray:
        return _all(_reaches(f["rd_share"], share), _reaches(f["rd_share_1"], share))

    young = _all(_reaches(f["equity_2y"], 80e6), _reaches(f["rd_expense"], 30e6), _reaches(f["rd_staff_share"], 0.5))
    enough = np.where(
        _reaches(revenue, 100e6), both_years(0.03), np.where(_reaches(revenue, 50e6), both_years(0.06), young)
    )
    general = _all(enough, _yes(f["own_rd_unit"]), _reaches(f["ip_in_use"], 2))
    return _all(
        _reaches(f["years_in_segment"], 3),
        _reaches(f["main_share"], 0.7),
        _reaches(f["main_growth_2y"], 0.05),
        _yes(f["core_system"]),
        _yes(f["certificate"]),
        _stays(f["debt_ratio"], 0.7),
        _reaches(f["market_share"], 0.1),
        _yes(f["own_brand"]),
        _any(general, _yes(f["national_prize_top3"]), _yes(f["maker_50"])),
        _yes(f["key_chain"]),
        _yes(f["key_field"]),
    )


def specialized_2026(f: Firms) -> np.ndarray:
    """Whether a firm meets the standard of a specialized and sophisticated SME of 2026."""
    rd_amount = _reaches(f["rd_expense"], 1e6) & _reaches(f["rd_expense_1"], 1e6)
    rd_share = _reaches(f["rd_share"], 0.03) & _reaches(f["rd_share_1"], 0.03)
    return _all(
        _yes(f["holds_innovative"]) & _reaches(f["years_in_segment"], 3),
        _reaches(f["revenue"], 15e6) | _reaches(f["equity_2y"], 20e6),
        _reaches(f["main_share"], 0.8) & _stays(f["debt_ratio"], 0.8),
        rd_amount & rd_share,
        _any(_reaches(f["ip_in_use"], 1), _yes(f["ministry_prize_top3"]), _yes(f["provincial_rd_unit"])),
        _yes(f["market_share_high"]),
        _reaches(f["evaluation_score"], 50) | (_yes(f["recheck"]) & _reaches(f["evaluation_score_1"], 50)),
    )


def little_giant_2026(f: Firms) -> np.ndarray:
    """Whether a firm meets the standard of a little giant of 2026."""
    return _all(
        _yes(f["holds_specialized"]) & _reaches(f["years_in_segment"], 3),
        _reaches(f["revenue"], 50e6),
        _reaches(f["main_share"], 0.9),
        _reaches(f["revenue_growth_2y"], 0.05) | _yes(f["recheck"]),
        _stays(f["debt_ratio"], 0.75),
        _all(_reaches(f["rd_sum_2y"], 12e6), _reaches(f["rd_share"], 0.03), _reaches(f["rd_share_1"], 0.03)),
        _reaches(f["ip_in_use"], 4) | _yes(f["national_prize_top3"]),
        _reaches(f["market_share"], 0.1) | _yes(f["national_top3"]),
        _yes(f["key_field"]),
        _reaches(f["evaluation_score"], 60),
    )


STANDARDS = {
    "gradient-innovative-2022": innovative_2022,
    "gradient-specialized-2022": specialized_2022,
    "gradient-little-giant-2022": little_giant_2022,
    "gradient-specialized-2026": specialized_2026,
    "gradient-little-giant-2026": little_giant_2026,
}
