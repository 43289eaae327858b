"""Sigma and beta convergence."""

from __future__ import annotations

import warnings
from typing import Any, Literal, NamedTuple

import numpy as np

from . import _core
from ._study_data import Frame, distinct, finite
from ._study_inequality import by_period, undefined
from .errors import DataError, UndefinedStatisticWarning

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

    cv = standard deviation / mean; sd_log = standard deviation of ln y.

    Parameters
    ----------
    data, value, weights
        As in `inequality`.
    time : str
        Column of periods.
    measure : {"cv", "sd_log"}, default "cv"
        Coefficient of variation, or standard deviation of the logarithms (values must be positive).
    ddof : int, default 1
        What is taken off n, or off the sum of weights.

    Returns
    -------
    table of the kind of data
        ``time`` in ascending order, ``n`` (values used), ``left_out`` (rows without a value or with a weight of zero),
        ``sigma`` (no unit, at least 0, more is more spread), ``change`` against the period of the row above, and
        ``since``, which that was. Periods that are not there are not made up: over a gap the change is that of several
        periods.

    Raises
    ------
    DataError
        If a value is negative, infinite, or zero where logarithms are taken, or a row has no period.

    Warns
    -----
    UndefinedStatisticWarning
        A period has too few values, or no positive one.

    Notes
    -----
    Missing values are left out and counted. Equal values have a spread of 0. The two measures differ where values are
    far apart: sd_log weighs low values more.

    References
    ----------
    Barro and Sala-i-Martin (1992), Convergence, doi:10.1086/261816.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"year": [1, 1, 2, 2], "y": [1.0, 3.0, 2.0, 3.0]}
    >>> ix.study.sigma(panel, "y", time="year")["sigma"].round(4).tolist()
    [0.7071, 0.2828]
    """
    if measure not in ("cv", "sd_log"):
        raise ValueError(f"measure= is 'cv' or 'sd_log', found {measure!r}")
    taken = finite("ddof", ddof, least=0.0)
    distinct({"time": time}, ["n", "left_out", "sigma", "change", "since"])
    frame = Frame(data)
    if measure == "sd_log":
        values = frame.numbers(value, least=0.0)
        for row in np.flatnonzero(values == 0)[:1].tolist():
            raise DataError(f"column {value!r}, {frame.panel.text(row)}: 0 has no logarithm; take measure='cv'")
    labels, lines = by_period(frame, value, [(measure, taken)], weights, time)
    found = np.array([line[3][0] for line in lines], np.float64)
    undefined(found, "cv" if measure == "cv" else "the deviation of logarithms", labels)
    columns: dict[str, Any] = {time: labels, "n": np.array([line[0] for line in lines], np.int64)}
    columns |= {"left_out": np.array([line[1] for line in lines], np.int64), "sigma": found}
    columns |= {"change": np.array(_core.study_changes(found.tolist()), np.float64), "since": [None, *labels[:-1]]}
    return frame.table(columns | {"since": columns["since"][: len(labels)]})


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
        Keys; periods are numbers (of dates take the year), or periods of pandas, which count in their own step.
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
        If keys are not unique or missing, periods are no numbers or not there, a value is negative or infinite.

    Warns
    -----
    UndefinedStatisticWarning
        Fewer than three units, equal starting values, or 1 + b k <= 0: what is undefined is missing.

    Notes
    -----
    k is the number of periods between the two, by the numbers of the periods and not by rows. A slope below zero is
    convergence; a speed below zero, or of zero, has no half-life. Putting the slope of a mean rate into the formula for
    total growth, as is met in programs, understates the speed about k times. Units without a positive value in both
    periods are left out and counted. For panels with fixed effects and
    covariates regress ln(y_{t+1} / y_t) on ln y_t with pyfixest or linearmodels and put the slope into the same
    algebra.

    References
    ----------
    Barro and Sala-i-Martin (1992), Convergence, doi:10.1086/261816.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"c": ["a", "b", "d"] * 2, "t": [0] * 3 + [10] * 3, "y": [1.0, 2.0, 4.0, 2.0, 3.0, 5.0]}
    >>> round(ix.study.beta(panel, "y", unit="c", time="t").speed, 5)
    0.04141
    """
    if growth not in ("mean", "total"):
        raise ValueError(f"growth= is 'mean' or 'total', found {growth!r}")
    distinct({"unit": unit, "time": time, "value": value}, [])
    frame = Frame(data, unit, time, lazy=True)
    values = frame.numbers(value, least=0.0)
    when, units = frame.times(time, whole=False), frame.units(unit)
    order = frame.order(units, when)
    if not len(when):
        raise DataError(f"there are no rows, so column {time!r} has no first and last period")
    ends = [
        when.min() if first is None else finite("first", first),
        when.max() if last is None else finite("last", last),
    ]
    for end in ends:
        if not (when == end).any():
            shown = ", ".join(f"{period:g}" for period in np.unique(when)[:10])
            raise DataError(f"there is no period {end:g} in column {time!r}; there are {shown}")
    if ends[1] <= ends[0]:
        raise DataError(f"growth from {ends[0]:g} to {ends[1]:g}: the last period must come after the first")
    between = (float(ends[0]), float(ends[1]))
    told, left_out = _core.study_beta(units, when, values, order, between, growth == "total")
    found = Beta(*told[:5], between[1] - between[0], told[5], told[6], left_out)
    if np.isnan(found.slope):
        why = (
            "starting values are all equal" if found.n > 2 else f"{found.n} units have a positive value in both periods"
        )
        warnings.warn(f"beta is undefined: {why}; it takes three that differ", UndefinedStatisticWarning, stacklevel=2)
    elif np.isnan(found.speed):
        message = f"the speed is undefined: with a slope of {found.slope:g} over {found.periods:g} periods 1 + b k <= 0"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    return found
