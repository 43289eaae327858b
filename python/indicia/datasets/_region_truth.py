"""What follows from the law behind `make_region_panel`: spread, inequality and spatial dependence by year."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import _region_model as model
from ._draws import generator
from ._region_model import GROUPS, GROWTH, START, Map, Numbers, Setting, filtered

_CDF = np.vectorize(lambda value: 0.5 * math.erfc(-value / math.sqrt(2.0)), otypes=[np.float64])


def region_panel_truth(
    regions: int = 120,
    *,
    years: int = 12,
    speed: float = 0.05,
    gap: float = 0.4,
    spread: float = 0.3,
    shock: float = 0.06,
    rho: float = 0.5,
    clubs: bool = False,
    gaps: float = 0.0,
    rng: int | np.random.SeedSequence = 0,
) -> dict[str, Any]:
    r"""Return what `make_region_panel` with the same arguments is made of.

    Parameters
    ----------
    regions, years, speed, gap, spread, shock, rho, clubs, gaps
        As in `make_region_panel`.
    rng : int or SeedSequence, default 0
        The seed of the panel. A generator would go on from where the panel left it.

    Returns
    -------
    dict
        - ``"speed"``, ``"persistence"`` (share of a distance left after a year),
          ``"half_life"`` (infinite without convergence), ``"growth"`` of the common
          path, ``"rho"``
        - ``"effect"``, ``"spillover"``, ``"noise_sd"``: of log output
        - ``"goalposts"``: of each indicator its values at score 0 and 1;
          ``"error_sd"``: of its score
        - ``"by_year"``: dict of arrays, one value a year, of log digital value ``gap``
          (between neighboring groups), ``spread`` (within groups), ``sd_log`` (of all),
          ``moran`` (Moran's I: expected numerator by expected denominator); of the
          digital value ``theil``, ``theil_within``, ``theil_between``, ``gini``,
          ``gini_within``, ``gini_between``, ``gini_overlap``, of groups of lognormals
          with these gaps, that spread and the groups' shares of the regions
        - ``"rows"``: dict of arrays, one value per row of the panel: ``digital``,
          ``output`` (logarithms), ``digital_score``, ``economy_score``,
          ``coordination`` (coupling coordination degree of the scores), ``expected``
          (log digital value next year given this one) and ``next_sd``, its standard
          deviation

    Raises
    ------
    TypeError
        If ``rng`` is no seed, or ``regions`` or ``years`` is not an integer.
    ValueError
        If an argument is outside its range.

    Notes
    -----
    A sample of regions differs from its law: inequality of one panel is that of
    ``"rows"``, its mean over many panels nears ``"by_year"`` as regions become many. The
    next year is normal given this one, so that the chance to be in a class follows from
    ``expected`` and ``next_sd``.

    Examples
    --------
    >>> from indicia import datasets
    >>> truth = datasets.region_panel_truth(rng=1)
    >>> truth["speed"], round(truth["half_life"], 1)
    (0.05, 13.9)
    >>> truth["by_year"]["gap"][[0, -1]].round(2).tolist()
    [0.4, 0.23]
    """
    if rng is None or isinstance(rng, np.random.Generator):
        raise TypeError("rng= is the seed that made the panel; a generator or None cannot be repeated")
    setting = model.setting_of(regions, years, speed, gap, spread, shock, rho, clubs, gaps)
    course = model.simulate(generator(rng), setting)
    chart = course.map
    rows = np.nonzero(~course.gap)
    digital, economy = course.score("digital"), course.score("economy")
    spatial = model.filtered(chart.weights(), setting.rho)
    next_sd = setting.shock * np.sqrt((spatial**2).sum(axis=1))
    # D = sqrt(C T) with C = 2 sqrt(U V) / (U + V) and T = (U + V) / 2.
    coordination = (digital * economy) ** 0.25
    values = {"digital": course.digital, "output": course.output, "expected": course.expected}
    values |= {"digital_score": digital, "economy_score": economy, "coordination": coordination}
    return {
        "speed": float(speed),
        "persistence": setting.persistence,
        "half_life": math.log(2.0) / speed if speed > 0.0 else math.inf,
        "growth": model.GROWTH,
        "rho": float(rho),
        "effect": model.EFFECT,
        "spillover": model.SPILLOVER,
        "noise_sd": model.NOISE_SD,
        "goalposts": {name: (low, high) for name, (_, low, high) in model.INDICATORS.items()},
        "error_sd": model.ERROR_SD,
        "by_year": by_year(setting, chart),
        "rows": {name: array[rows] for name, array in values.items()} | {"next_sd": next_sd[rows[0]]},
    }


def by_year(setting: Setting, chart: Map) -> dict[str, Numbers]:
    """Quantities of each year, of regions that all have the standard deviation of their year."""
    gaps, spreads = setting.offsets(), setting.spreads()
    shares: Numbers = np.bincount(chart.group, minlength=len(GROUPS)) / float(setting.regions)
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

    E max(X - Y, 0) = E X F((m + s^2) / d) - E Y F((m - s^2) / d) for independent X and Y whose logarithms have means
    m apart and the same standard deviation s, with F the normal distribution and d = s sqrt(2).
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


def _log_spread(gaps: Numbers, spreads: Numbers, shares: Any, side: Any) -> Numbers:
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
    scaled: Numbers = found * (n / weights.sum())
    return scaled
