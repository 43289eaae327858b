"""The model behind `make_region_panel`: a map, and a year after the other for all regions at once."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._draws import normal_quantile, uniforms

Numbers = npt.NDArray[np.float64]

# From west to east; their offset is -1, 0 and 1 times the gap.
GROUPS = ("west", "center", "east")
# Log digital value a head in the first year (of the center), and its growth a year.
START, GROWTH = np.log(3000.0), 0.08
# Log output a head: constant, trend a year, effect of the own digital value, spillover of the neighbors' of the year
# before, noise. Digital values enter as logarithms less START.
OUTPUT, OUTPUT_GROWTH, EFFECT, SPILLOVER, NOISE_SD = np.log(40000.0), 0.02, 0.3, 0.15, 0.05
# A system's score is logistic((log level - middle) / width).
SCORES = {"digital": (np.log(4500.0), 0.5), "economy": (np.log(52000.0), 0.25)}
# Indicators: system, value at score 0, value at score 1. An error of ERROR_SD (in scores) comes on top; lows are an
# eighth of the range or more, so that no indicator falls below zero.
INDICATORS = {
    "broadband": ("digital", 10.0, 90.0),
    "online_sales": ("digital", 5.0, 40.0),
    "cloud": ("digital", 8.0, 68.0),
    "robots": ("digital", 60.0, 460.0),
    "services": ("economy", 35.0, 75.0),
    "graduates": ("economy", 8.0, 48.0),
    "rd": ("economy", 0.6, 4.6),
    "exports": ("economy", 8.0, 68.0),
}
ERROR_SD = 0.02
# Kilometers between neighbors, and how far a center may lie off its point of the grid (share of that).
DISTANCE, SHIFT = 80.0, 0.25
# Log population (thousand) and its spread.
POPULATION, POPULATION_SD = np.log(800.0), 0.6

_REGION_DRAWS = 4
_YEAR_DRAWS = 3 + len(INDICATORS)


@dataclass(frozen=True)
class Setting:
    """What the caller chooses."""

    regions: int
    years: int
    speed: float
    gap: float
    spread: float
    shock: float
    rho: float
    clubs: bool
    gaps: float

    @property
    def persistence(self) -> float:
        """Share of a distance that is left after a year."""
        return float(np.exp(-self.speed))

    def offsets(self) -> Numbers:
        """Gap between neighboring groups by year."""
        kept = 1.0 if self.clubs else self.persistence
        return np.array([self.gap * kept**year for year in range(self.years)])

    def spreads(self) -> Numbers:
        """Standard deviation of logarithms within groups by year."""
        squares = [self.spread**2]
        for _ in range(self.years - 1):
            squares.append(self.persistence**2 * squares[-1] + self.shock**2)
        found: Numbers = np.sqrt(np.array(squares))
        return found


def setting_of(
    regions: int,
    years: int,
    speed: float,
    gap: float,
    spread: float,
    shock: float,
    rho: float,
    clubs: bool,
    gaps: float,
) -> Setting:
    """The arguments of a caller, checked."""
    counts = []
    for name, value, least in (("regions", regions, 9), ("years", years, 2)):
        try:
            counts.append(operator.index(value))
        except TypeError:
            raise TypeError(f"{name} must be an integer (number of {name}), got {value!r}") from None
        if counts[-1] < least:
            raise ValueError(f"{name} must be at least {least}, got {counts[-1]}")
    for name, number in (("speed", speed), ("gap", gap), ("shock", shock)):
        if not (math.isfinite(number) and number >= 0.0):
            raise ValueError(f"{name} must be a finite number of at least 0, got {number!r}")
    if not (math.isfinite(spread) and spread > 0.0):
        raise ValueError(f"spread must be a finite number above 0, got {spread!r}")
    if not -1.0 < rho < 1.0:
        raise ValueError(f"rho must lie between -1 and 1, got {rho!r}")
    if not 0.0 <= gaps < 1.0:
        raise ValueError(f"gaps must be a share of at least 0 and below 1, got {gaps!r}")
    n, length = counts
    numbers = (float(speed), float(gap), float(spread), float(shock), float(rho))
    return Setting(n, length, *numbers, clubs=bool(clubs), gaps=float(gaps))


@dataclass(frozen=True)
class Map:
    """Where regions lie, and who is next to whom."""

    group: npt.NDArray[np.intp]
    x: Numbers
    y: Numbers
    region: npt.NDArray[np.intp]
    neighbor: npt.NDArray[np.intp]
    share: Numbers

    def weights(self) -> Numbers:
        """Row-standardized weights as a matrix."""
        matrix = np.zeros((len(self.x), len(self.x)))
        matrix[self.region, self.neighbor] = self.share
        return matrix


@dataclass(frozen=True)
class Course:
    """Regions x years."""

    map: Map
    population: Numbers
    digital: Numbers
    output: Numbers
    expected: Numbers
    indicators: dict[str, Numbers]
    gap: npt.NDArray[np.bool_]

    def score(self, system: str) -> Numbers:
        """The true score of a system, in (0, 1)."""
        middle, width = SCORES[system]
        level = self.digital if system == "digital" else self.output
        found: Numbers = 1.0 / (1.0 + np.exp(-(level - middle) / width))
        return found


def layout(n: int, u: Numbers) -> Map:
    """Regions on a grid, row by row; neighbors share an edge."""
    wide = int(np.ceil(np.sqrt(n)))
    place = np.arange(n)
    row, column = place // wide, place % wide
    pairs = [(i, i + 1) for i in range(n - 1) if column[i] + 1 < wide] + [(i, i + wide) for i in range(n - wide)]
    ends = np.array([*pairs, *((b, a) for a, b in pairs)], dtype=np.intp)
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    many = np.bincount(ends[:, 0], minlength=n)
    x = np.round(DISTANCE * (column + SHIFT * (2.0 * u[0] - 1.0)), 3)
    y = np.round(DISTANCE * (SHIFT * (2.0 * u[1] - 1.0) - row), 3)
    return Map(column * len(GROUPS) // wide, x, y, ends[:, 0], ends[:, 1], 1.0 / many[ends[:, 0]])


def filtered(weights: Numbers, rho: float) -> Numbers:
    """(I - rho W)^-1, scaled so that what comes out has on average the variance of what goes in."""
    inverse = np.linalg.inv(np.eye(len(weights)) - rho * weights)
    found: Numbers = inverse / np.sqrt((inverse**2).sum() / len(weights))
    return found


def simulate(random: np.random.Generator, setting: Setting) -> Course:
    """All years of all regions."""
    # The order of the draws is part of what a seed means: append, never reorder.
    n, years = setting.regions, setting.years
    u = uniforms(random, _REGION_DRAWS, n)
    chart = layout(n, u)
    weights = chart.weights()
    spatial = filtered(weights, setting.rho)
    side = (chart.group - 1).astype(np.float64)
    population = np.round(np.exp(POPULATION + POPULATION_SD * normal_quantile(u[2])), 3)
    own = setting.spread * (spatial @ normal_quantile(u[3]))
    digital, output, expected = (np.empty((n, years)) for _ in range(3))
    indicators = {name: np.empty((n, years)) for name in INDICATORS}
    gap = np.zeros((n, years), dtype=bool)
    for year, offset in enumerate(setting.offsets()):
        u = uniforms(random, _YEAR_DRAWS, n)
        if year:
            own = setting.persistence * own + setting.shock * (spatial @ normal_quantile(u[0]))
        digital[:, year] = START + GROWTH * year + side * offset + own
        kept = offset if setting.clubs else offset * setting.persistence
        expected[:, year] = START + GROWTH * (year + 1) + side * kept + setting.persistence * own
        # Nobody knows the year before the first: neighbors count as they are.
        around = weights @ digital[:, max(year - 1, 0)]
        known = OUTPUT + OUTPUT_GROWTH * year + EFFECT * (digital[:, year] - START) + SPILLOVER * (around - START)
        output[:, year] = known + NOISE_SD * normal_quantile(u[1])
        gap[:, year] = u[2] < setting.gaps
        for place, name in enumerate(INDICATORS, start=3):
            indicators[name][:, year] = ERROR_SD * normal_quantile(u[place])
    # The first and the last year of a region are always told.
    gap[:, [0, -1]] = False
    course = Course(chart, population, digital, output, expected, indicators, gap)
    scores = {system: course.score(system) for system in SCORES}
    for name, (system, low, high) in INDICATORS.items():
        indicators[name][:] = low + (high - low) * (scores[system] + indicators[name])
    return course
