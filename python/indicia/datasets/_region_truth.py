"""What follows from the law behind `make_region_panel`: spread, inequality and spatial dependence by year."""

from __future__ import annotations

import math

import numpy as np

from ._region_model import GROUPS, GROWTH, START, Map, Numbers, Setting, filtered

_CDF = np.vectorize(lambda value: 0.5 * math.erfc(-value / math.sqrt(2.0)), otypes=[np.float64])


def by_year(setting: Setting, chart: Map) -> dict[str, Numbers]:
    """Quantities of each year, of regions that all have the standard deviation of their year."""
    gaps, spreads = setting.offsets(), setting.spreads()
    shares = np.bincount(chart.group, minlength=len(GROUPS)) / setting.regions
    side = np.arange(len(GROUPS)) - 1.0
    found = {"gap": gaps, "spread": spreads, "sd_log": _log_spread(gaps, spreads, shares, side)}
    found["moran"] = _moran(setting, chart, gaps, spreads)
    lines = [
        {**theil(means, spread, shares), **dagum(means, spread, shares)}
        for year, (gap, spread) in enumerate(zip(gaps, spreads, strict=True))
        for means in [START + GROWTH * year + side * gap]
    ]
    return found | {name: np.array([line[name] for line in lines]) for name in lines[0]}


def theil(means: Numbers, spread: float, shares: Numbers) -> dict[str, float]:
    """Theil's index T of groups of lognormals: spread^2 / 2 within each."""
    levels = np.exp(means + spread**2 / 2.0)
    ratio = levels / (shares @ levels)
    within, between = spread**2 / 2.0, float(shares @ (ratio * np.log(ratio)))
    return {"theil": within + between, "theil_within": within, "theil_between": between}


def dagum(means: Numbers, spread: float, shares: Numbers) -> dict[str, float]:
    """Dagum's parts of the Gini coefficient of groups of lognormals.

    E max(X - Y, 0) = E X F((m + s^2) / d) - E Y F((m - s^2) / d) for independent X and Y with log means m apart, a common s, and
    d = s sqrt(2): X is then Y's equal in all but the mean.
    """
    levels = np.exp(means + spread**2 / 2.0)
    mean = shares @ levels
    apart, width = means[:, None] - means[None, :], spread * math.sqrt(2.0)
    above = levels[:, None] * _CDF((apart + spread**2) / width) - levels[None, :] * _CDF((apart - spread**2) / width)
    weight = shares[:, None] * shares[None, :] / (2.0 * mean)
    own = np.eye(len(means), dtype=bool)
    gross = np.abs(above - above.T)
    within, between = (weight * (above + above.T))[own].sum(), (weight * gross)[~own].sum()
    total = (weight * (above + above.T)).sum()
    parts = {"gini": total, "gini_within": within, "gini_between": between, "gini_overlap": total - within - between}
    return {name: float(part) for name, part in parts.items()}


def _log_spread(gaps: Numbers, spreads: Numbers, shares: Numbers, side: Numbers) -> Numbers:
    between = shares @ side**2 - (shares @ side) ** 2
    found: Numbers = np.sqrt(spreads**2 + gaps**2 * between)
    return found


def _moran(setting: Setting, chart: Map, gaps: Numbers, spreads: Numbers) -> Numbers:
    """Moran's I of log values: expected numerator by expected denominator."""
    weights, n = chart.weights(), setting.regions
    spatial = filtered(weights, setting.rho)
    # The mean is taken off rows and columns.
    covariance = spatial @ spatial.T
    covariance = covariance - covariance.mean(axis=0) - covariance.mean(axis=1)[:, None] + covariance.mean()
    side = chart.group - 1.0
    side = side - side.mean()
    products, lags = (weights * covariance).sum(), side @ weights @ side
    squares, apart = np.trace(covariance), side @ side
    found: Numbers = (products * spreads**2 + lags * gaps**2) / (squares * spreads**2 + apart * gaps**2)
    return found * n / weights.sum()
