"""Sigma and beta convergence."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from . import _core
from ._study_data import Frame
from ._study_inequality import inequality
from .errors import DataError

__all__ = ["Beta", "beta", "sigma"]


def sigma(
    data: Any,
    value: str,
    *,
    time: str,
    measure: Literal["cv", "sd_log"] = "cv",
    ddof: int = 1,
    weights: str | None = None,
) -> Any:
    """Measure the spread of a column period by period, to see whether it shrinks.

    Parameters
    ----------
    data, value, weights
        As in `inequality`.
    time : str
        Column of periods.
    measure : {"cv", "sd_log"}, default "cv"
        Coefficient of variation, or standard deviation of the logarithms (values must be positive).
    ddof : int, default 1
        What is taken off n.

    Returns
    -------
    table of the kind of data
        ``time``, ``n``, ``sigma``, and ``change`` against the period before.

    References
    ----------
    Barro and Sala-i-Martin (1992), doi:10.1086/261816.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"year": [1, 1, 2, 2], "y": [1.0, 3.0, 2.0, 3.0]}
    >>> ix.study.sigma(panel, "y", time="year")["sigma"].round(4).tolist()
    [0.7071, 0.2828]
    """
    if measure not in ("cv", "sd_log"):
        raise ValueError(f"measure= is 'cv' or 'sd_log', found {measure!r}")
    frame = Frame(data)
    values = frame.numbers(value, least=0.0)
    if measure == "cv":
        found = inequality(data, value, measures=["cv"], ddof=ddof, weights=weights, time=time)
        spread = np.asarray(found["cv"], np.float64)
        labels, n = list(found[time]), np.asarray(found["n"])
    else:
        if (values == 0).any():
            row = int(np.flatnonzero(values == 0)[0])
            raise DataError(f"column {value!r}, {frame.panel.text(row)}: 0 has no logarithm; take measure='cv'")
        logs, given = np.log(values), frame.weights(weights)
        labels, counts, spreads = [], [], []
        for label, rows in frame.periods(time):
            own = logs[rows]
            known = ~np.isnan(own)
            weight = np.ones(len(own)) if given is None else given[rows]
            total = weight[known].sum()
            mean = (weight[known] * own[known]).sum() / total if total > 0 else np.nan
            square = (weight[known] * (own[known] - mean) ** 2).sum()
            labels.append(label)
            counts.append(int(known.sum()))
            spreads.append(np.sqrt(square / (total - ddof)) if total > ddof else np.nan)
        spread, n = np.array(spreads), np.array(counts, np.int64)
    change = np.append(np.nan, np.diff(spread))[: len(spread)]
    return frame.table({time: labels, "n": n, "sigma": spread, "change": change})


class Beta(NamedTuple):
    """What `beta` found.

    Attributes
    ----------
    intercept, slope, error, r_squared : float
        The regression; ``error`` is the standard error of the slope.
    n : int
        Units used.
    periods : float
        Time between first and last.
    speed, half_life : float
        Speed of convergence per period and the time until half the distance is gone; missing where undefined, the
        half-life also without convergence.
    left_out : int
        Units without a positive value in both periods.
    """

    intercept: float
    slope: float
    error: float
    r_squared: float
    n: int
    periods: float
    speed: float
    half_life: float
    left_out: int


def beta(
    data: Any,
    value: str,
    *,
    unit: str,
    time: str,
    first: Any = None,
    last: Any = None,
    growth: Literal["mean", "total"] = "mean",
) -> Beta:
    """Regress growth between two periods on the starting value, to see whether those behind grow faster.

    ln(y_T / y_0) / k = a + b ln y_0 + e by least squares; speed = -ln(1 + b k) / k, half-life = ln 2 / speed. With
    total growth on the left side b is k times as large and speed = -ln(1 + b) / k: the same number.

    Parameters
    ----------
    data : table
        Long: one row per unit and period.
    value : str
        Column of numbers of at least zero.
    unit, time : str
        Keys; periods are numbers.
    first, last : optional
        The two periods; by default the first and last there are.
    growth : {"mean", "total"}, default "mean"
        Left side: mean growth rate per period, or total growth.

    Returns
    -------
    Beta

    Raises
    ------
    DataError
        If keys are not unique, or periods are no numbers or not there.

    Notes
    -----
    Units without a positive value in both periods are left out and counted. For panels with fixed effects and
    covariates regress ln(y_{t+1} / y_t) on ln y_t with pyfixest or linearmodels and put the slope into the same
    algebra.

    References
    ----------
    Barro and Sala-i-Martin (1992), doi:10.1086/261816.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"c": ["a", "b", "d"] * 2, "t": [0] * 3 + [10] * 3, "y": [1.0, 2.0, 4.0, 2.0, 3.0, 5.0]}
    >>> round(ix.study.beta(panel, "y", unit="c", time="t").speed, 5)
    0.04141
    """
    if growth not in ("mean", "total"):
        raise ValueError(f"growth= is 'mean' or 'total', found {growth!r}")
    frame = Frame(data, unit, time)
    values = frame.numbers(value, least=0.0)
    when, units = frame.numbers(time), frame.groups(unit)
    if np.isnan(when).any():
        raise DataError(f"column {time!r} has missing periods")
    ends = [float(when.min()) if first is None else float(first), float(when.max()) if last is None else float(last)]
    for end in ends:
        if not (when == end).any():
            raise DataError(f"there is no period {end:g} in column {time!r}")
    if ends[1] <= ends[0]:
        raise DataError(f"growth from {ends[0]:g} to {ends[1]:g}: the last period must come after the first")
    found = np.full((2, len(units.labels)), np.nan)
    for place, end in enumerate(ends):
        rows = np.flatnonzero((when == end) & (units.codes < len(units.labels)))
        found[place, units.codes[rows]] = values[rows]
    fine = (found > 0).all(axis=0)
    start, rate = np.log(found[0, fine]), np.log(found[1, fine] / found[0, fine])
    periods = ends[1] - ends[0]
    rate = rate if growth == "total" else rate / periods
    told = _core.study_beta(start, rate, periods, growth == "total")
    return Beta(*told[:5], periods, told[5], told[6], int((~fine).sum()))
