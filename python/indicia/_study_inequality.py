"""Inequality between units, and its decomposition into groups."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _core
from ._study_data import Doubles, Frame, distinct, finite, spread
from ._warnings import IgnoredRowWarning
from .errors import UndefinedStatisticWarning

__all__ = ["inequality", "theil"]

_MEASURES = ("gini", "theil", "mean_log_deviation", "cv", "atkinson")
_MOST_GROUPS = 1_000_000
_WHY = {
    "gini": "there is no positive value",
    "theil": "there is no positive value",
    "cv": "there is no positive value, or the weight is not above ddof",
    "atkinson": "there is no positive value",
    "the Gini coefficient": "there is no positive value",
}


def inequality(
    data: Any,
    value: str,
    *,
    measures: Sequence[str] = _MEASURES,
    alpha: float = 2.0,
    aversion: float = 1.0,
    ddof: int = 1,
    weights: str | None = None,
    time: str | None = None,
) -> Any:
    """Measure inequality of a column, period by period.

    gini = sum |y_i - y_r| / (2 n^2 mean); theil = mean(y/mean ln(y/mean)); mean_log_deviation = mean(ln(mean/y));
    generalized_entropy = (mean((y/mean)^alpha) - 1) / (alpha (alpha - 1)); atkinson = 1 -
    (mean((y/mean)^(1-e)))^(1/(1-e)); cv = standard deviation / mean.

    Parameters
    ----------
    data : table
        Long: one row per unit, or per unit and period.
    value : str
        Column of numbers of at least zero.
    measures : list of str
        Of ``gini``, ``theil``, ``mean_log_deviation``, ``generalized_entropy``, ``cv``, ``atkinson``.
    alpha : float, default 2
        Order of the generalized entropy; 1 is Theil's index, 0 the mean logarithmic deviation.
    aversion : float, default 1
        Of Atkinson's index.
    ddof : int, default 1
        What the coefficient of variation takes off n, or off the sum of weights.
    weights : str, optional
        Column of sampling weights.
    time : str, optional
        Column of periods: one row each.

    Returns
    -------
    table of the kind of data
        ``time`` where given, ``n`` (values used), ``left_out`` (rows without a value, or with a weight of zero),
        ``mean`` (unit of the value), and one column a measure; more is more unequal, 0 is equality. gini and atkinson
        are at most 1, theil at most ln n, the others have no upper end. Periods ascend; those of a categorical column
        keep its order.

    Raises
    ------
    DataError
        If a value or weight is negative or infinite, a weight is missing, a row has no period, or an option is out of
        range; with column and row.

    Warns
    -----
    UndefinedStatisticWarning
        A measure is undefined in some period: a zero has no logarithm, or all values are zero.

    Notes
    -----
    Missing values are left out; n tells how many are used. 0 ln 0 = 0 in Theil's index. A zero makes the mean
    logarithmic deviation and entropies of order 0 and below undefined, and Atkinson's index 1 for an aversion of 1 and
    more. One value is equal to itself (0), and has no coefficient of variation with ``ddof=1``. Weights are replication
    counts: a weight of 2 is the row twice, and ``ddof`` is taken off their sum. gini has no small-sample correction: it
    is (n - 1) / n where one has everything. Negative values are refused, because the measures mean nothing there.

    References
    ----------
    Theil (1967), Economics and Information Theory. Shorrocks (1980), doi:10.2307/1913126. Atkinson (1970),
    doi:10.1016/0022-0531(70)90039-6.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.study.inequality({"y": [10.0, 20.0, 30.0, 40.0, 100.0]}, "y", measures=["gini"])["gini"].tolist()
    [0.4]
    """
    options = {
        "gini": 0.0, "theil": 1.0, "mean_log_deviation": 0.0, "generalized_entropy": finite("alpha", alpha),
        "cv": finite("ddof", ddof, least=0.0), "atkinson": finite("aversion", aversion, least=0.0),
    }  # fmt: skip
    names = [measures] if isinstance(measures, str) else list(measures)
    unknown = [name for name in names if name not in options]
    if unknown or len(set(names)) < len(names):
        wrong = unknown[0] if unknown else "one of them twice"
        raise ValueError(f"measures= takes {', '.join(options)}; found {wrong!r}")
    distinct({"time": time}, ["n", "left_out", "mean", *names])
    frame = Frame(data)
    labels, lines = by_period(frame, value, [(name, options[name]) for name in names], weights, time)
    columns: dict[str, Any] = {} if time is None else {time: labels}
    columns |= {"n": np.array([line[0] for line in lines], np.int64)}
    columns |= {"left_out": np.array([line[1] for line in lines], np.int64)}
    columns |= {"mean": np.array([line[2] for line in lines], np.float64)}
    for place, name in enumerate(names):
        columns[name] = np.array([line[3][place] for line in lines], np.float64)
        undefined(columns[name], name, labels)
    return frame.table(columns)


def by_period(
    frame: Frame, value: str, asked: list[tuple[str, float]], weights: str | None, time: str | None
) -> tuple[list[Any], list[tuple[int, int, float, list[float]]]]:
    """Labels of periods; values used, rows left out, mean and measures of each."""
    values, given = frame.numbers(value, least=0.0), frame.weights(weights)
    labels, periods = frame.moments(time)
    with frame.translated():
        return labels, _core.study_inequality(values, given, asked, periods)


def undefined(found: Doubles, name: str, labels: list[Any], stacklevel: int = 3) -> None:
    """Warn where a measure is missing, with the first period and the reason."""
    missing = np.flatnonzero(np.isnan(found))
    if len(missing):
        where = "" if labels[0] is None else f" in {len(missing)} periods, the first is {labels[int(missing[0])]}"
        why = _WHY.get(name, "a zero has no logarithm or no negative power, or there is no positive value")
        warnings.warn(f"{name} is undefined{where}: {why}", UndefinedStatisticWarning, stacklevel=stacklevel)


def ungrouped(unknown: int, group: str, stacklevel: int = 3) -> None:
    """Warn where rows are in no group."""
    if unknown:
        message = f"{unknown} rows without a group in column {group!r} are left out"
        warnings.warn(message, IgnoredRowWarning, stacklevel=stacklevel)


def theil(
    data: Any,
    value: str,
    group: str,
    *,
    alpha: float = 1.0,
    weights: str | None = None,
    time: str | None = None,
) -> Any:
    """Decompose generalized entropy into parts within and between groups.

    GE(a) = sum_g p_g^(1-a) s_g^a GE_g(a) + GE(a) of the group means, with p_g the group's share of the units and s_g
    its share of the value: for Theil's index (a = 1) value shares weigh, for the mean logarithmic deviation (a = 0)
    shares of units.

    Parameters
    ----------
    data, value, weights, time
        As in `inequality`.
    group : str
        Column of groups: texts, numbers, categories or booleans. Rows without one are left out, with a warning.
    alpha : float, default 1
        Order: 1 is Theil's index T, 0 the mean logarithmic deviation L.

    Returns
    -------
    table of the kind of data
        One row a group (and period): ``time`` where given, ``group``'s name, ``n``, ``unit_share``, ``value_share``,
        ``entropy`` of the group, ``contribution`` (its part of ``within``), and the totals ``within``, ``between``,
        ``total`` of the period, with ``between_share`` (missing where all are equal) and ``left_out``. Groups without
        an observed value in a period have no row. Shares are in [0, 1], entropies at least 0; more is more unequal.

    Raises
    ------
    DataError
        As `inequality`; also if two keys are one column, or one is named as a column of the result.

    Warns
    -----
    UndefinedStatisticWarning
        The total of a period is undefined: a zero has no logarithm, or there is no positive value.
    IgnoredRowWarning
        Rows have no group.

    Notes
    -----
    Weighting the groups' L by value shares, or their T by shares of units, is met in print and does not add up. A group
    of zeros alone, or of one unit, has an entropy of 0.

    References
    ----------
    Shorrocks (1980), The class of additively decomposable inequality measures, doi:10.2307/1913126.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"y": [1.0, 2.0, 3.0, 4.0], "g": ["a", "a", "b", "b"]}
    >>> found = ix.study.theil(firms, "y", "g")
    >>> found[["within", "between", "total"]].iloc[0].round(6).tolist()
    [0.024157, 0.082283, 0.10644]
    """
    order = finite("alpha", alpha)
    made = ["n", "unit_share", "value_share", "entropy", "contribution"]
    totals = ["within", "between", "total", "between_share", "left_out"]
    distinct({"group": group, "time": time}, made + totals)
    frame = Frame(data)
    values, given, groups = frame.numbers(value, least=0.0), frame.weights(weights), frame.groups(group)
    count = len(groups.labels)
    labels, periods = frame.moments(time)
    spread(count * len(labels), group, _MOST_GROUPS)
    with frame.translated():
        found = _core.study_entropy_parts(values, given, order, groups.codes, count, periods)
    lines: list[list[Any]] = []
    for label, (left_out, (total, within, between, share), used, parts) in zip(labels, found, strict=True):
        rest = (within, between, total, share, left_out)
        for place in (place for place in range(count) if used[place]):
            own = (parts[part][place] for part in (2, 3, 0, 1))
            lines.append([label, groups.labels[place], used[place], *own, *rest])
    ungrouped(groups.unknown, group)
    undefined(np.array([part[1][0] for part in found]), "generalized entropy", labels)
    columns: dict[str, Any] = {} if time is None else {time: [line[0] for line in lines]}
    columns[group] = [line[1] for line in lines]
    for place, name in enumerate(made + totals, start=2):
        kind = np.int64 if name in ("n", "left_out") else np.float64
        columns[name] = np.array([line[place] for line in lines], kind)
    return frame.table(columns)
