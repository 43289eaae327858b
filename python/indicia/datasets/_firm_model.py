"""The model behind `make_firm_panel`: parameters, and a year after the other for all firms at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ._draws import normal_quantile, pick, uniforms

Numbers = npt.NDArray[np.float64]

# y = CONSTANT + LABOR l + CAPITAL k + productivity + noise, in logarithms.
LABOR, CAPITAL, CONSTANT = 0.6, 0.3, 3.1
# Productivity is PERSISTENCE times that of the year before, plus an innovation.
PERSISTENCE, INNOVATION_SD, NOISE_SD = 0.8, 0.15, 0.1
# Capital is used up at this rate; investment of a year is capital of the next.
DEPRECIATION = 0.1
# Log wages: their middle (thousand a head), how long a shock lasts, its size.
WAGE, WAGE_PERSISTENCE, WAGE_SD = 3.59, 0.7, 0.1
# Log materials and log investment: constant, slope in log capital, slope in productivity. No other state enters, so
# that each of them tells productivity where capital is known.
MATERIALS = (1.9, 0.75, 2.0)
INVESTMENT = (-0.93, 0.85, 1.0)
# Share of firm-years without investment, by chance alone.
NO_INVESTMENT = 0.04
# Industries: share of firms, log capital at the start.
INDUSTRIES = {"machinery": (0.3, 8.4), "food": (0.25, 8.0), "software": (0.2, 7.2), "trade": (0.25, 7.6)}
# Share of firms with research, log intensity (of revenue), its spread over firms and years.
RESEARCH, INTENSITY, INTENSITY_SD, INTENSITY_NOISE = 0.6, -3.9, 0.6, 0.2

_FIRM_DRAWS = 9
_YEAR_DRAWS = 9


@dataclass
class History:
    """Firms x years, and which firm-years exist."""

    industry: npt.NDArray[np.intp]
    columns: dict[str, Numbers]
    productivity: Numbers
    alive: npt.NDArray[np.bool_]
    exit: npt.NDArray[np.bool_]
    gap: npt.NDArray[np.bool_]


def simulate(
    random: np.random.Generator, n: int, years: int, entry: float, leave: float, selection: bool, gaps: float
) -> History:
    """All years of ``n`` firms."""
    # The order of the draws is part of what a seed means: append, never reorder.
    u = uniforms(random, _FIRM_DRAWS, n)
    shares, level = (np.array(part) for part in zip(*INDUSTRIES.values(), strict=True))
    industry = pick(u[0], shares)
    late = min(0.9, entry * (years - 1))
    # Who enters late does so in any later year alike.
    first = np.where(u[1] < late, 1 + np.minimum((u[2] * (years - 1)).astype(np.intp), years - 2), 0)
    omega = normal_quantile(u[3]) * INNOVATION_SD / np.sqrt(1.0 - PERSISTENCE**2)
    wage = normal_quantile(u[4]) * WAGE_SD / np.sqrt(1.0 - WAGE_PERSISTENCE**2)
    capital = np.exp(level[industry] + 0.9 * normal_quantile(u[5]) + 0.5 * omega)
    research = np.where(u[6] < RESEARCH, np.exp(INTENSITY + INTENSITY_SD * normal_quantile(u[7])), 0.0)
    leverage = normal_quantile(u[8])

    made: dict[str, list[Numbers]] = {}
    shape = (n, years)
    alive, left, gap = (np.zeros(shape, dtype=bool) for _ in range(3))
    productivity = np.empty(shape)
    here = np.zeros(n, dtype=bool)
    for year in range(years):
        u = uniforms(random, _YEAR_DRAWS, n)
        begins = first == year
        here = here | begins
        if year:
            omega = PERSISTENCE * omega + INNOVATION_SD * normal_quantile(u[0])
            wage = WAGE_PERSISTENCE * wage + WAGE_SD * normal_quantile(u[1])
        row = _year(u, omega, wage, capital, research, leverage)
        for name, values in row.items():
            made.setdefault(name, []).append(values)
        productivity[:, year], alive[:, year] = omega, here
        hazard = leave * _weakness(omega) if selection else leave
        left[:, year] = here & (u[7] < hazard) & (year < years - 1)
        gap[:, year] = u[8] < gaps
        here = here & ~left[:, year]
        # A firm that is not there yet keeps the capital it will begin with.
        capital = np.where(alive[:, year], (1.0 - DEPRECIATION) * capital + row["investment"], capital)
    # Gaps lie between two reported years: the first and the last year of a firm are always told.
    last = alive & ~np.concatenate([alive[:, 1:], np.zeros((n, 1), dtype=bool)], axis=1)
    begin = alive & ~np.concatenate([np.zeros((n, 1), dtype=bool), alive[:, :-1]], axis=1)
    columns = {name: np.stack(values, axis=1) for name, values in made.items()}
    return History(industry, columns, productivity, alive, left, gap & alive & ~last & ~begin)


def _year(u: Numbers, omega: Numbers, wage: Numbers, capital: Numbers, research: Numbers, leverage: Numbers) -> Any:
    k = np.log(capital)
    # Workers until the last one earns the wage, decided before the noise of the year is known.
    labor = (np.log(LABOR) + CONSTANT + CAPITAL * k + omega - WAGE - wage) / (1.0 - LABOR)
    added = np.exp(CONSTANT + LABOR * labor + CAPITAL * k + omega + NOISE_SD * normal_quantile(u[2]))
    materials = np.exp(MATERIALS[0] + MATERIALS[1] * k + MATERIALS[2] * omega)
    investment = np.exp(INVESTMENT[0] + INVESTMENT[1] * k + INVESTMENT[2] * omega) * (u[3] >= NO_INVESTMENT)
    revenue = added + materials
    rd = revenue * research * np.exp(INTENSITY_NOISE * normal_quantile(u[4]))
    assets = 1.4 * capital + 0.3 * revenue * np.exp(0.2 * normal_quantile(u[5]))
    equity = assets * (0.45 + 0.22 * leverage + 0.05 * normal_quantile(u[6]))
    profit = added - np.exp(WAGE + wage + labor) - DEPRECIATION * capital - rd - 0.03 * (assets - equity)
    return {
        "revenue": revenue,
        "value_added": added,
        "employees": np.exp(labor),
        "capital": capital,
        "materials": materials,
        "investment": investment,
        "rd": rd,
        "assets": assets,
        "equity": equity,
        "profit": profit,
    }


def _weakness(omega: Numbers) -> Numbers:
    """Times how often a firm leaves: the less productive, the more often; about 1 on average."""
    spread = INNOVATION_SD / np.sqrt(1.0 - PERSISTENCE**2)
    weakness: Numbers = np.exp(-1.5 * omega / spread - 1.125)
    return weakness
