"""Inequality between units, and its decomposition into groups."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _core
from ._study_data import Doubles, Frame
from .errors import UndefinedStatisticWarning

__all__ = ["Dagum", "dagum", "inequality", "theil"]

_MEASURES = ("gini", "theil", "mean_log_deviation", "cv", "atkinson")


def _part(values: Doubles | None, rows: Any) -> Doubles | None:
    return None if values is None else np.ascontiguousarray(values[rows])


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
        ``time`` where given, ``n`` (values used), ``mean``, and one column a measure; more is more unequal.

    Raises
    ------
    DataError
        If a value is negative or infinite, with column and row.

    Warns
    -----
    UndefinedStatisticWarning
        A measure is undefined in some period: a zero has no logarithm, or all values are zero.

    Notes
    -----
    Missing values are left out; n tells how many are used. 0 ln 0 = 0 in Theil's index.

    References
    ----------
    Theil (1967). Shorrocks (1980), doi:10.2307/1913126. Atkinson (1970), doi:10.1016/0022-0531(70)90039-6.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.study.inequality({"y": [10.0, 20.0, 30.0, 40.0, 100.0]}, "y", measures=["gini"])["gini"].tolist()
    [0.4]
    """
    options = {
        "gini": 0.0, "theil": 1.0, "mean_log_deviation": 0.0, "generalized_entropy": float(alpha),
        "cv": float(ddof), "atkinson": float(aversion),
    }  # fmt: skip
    unknown = [name for name in measures if name not in options]
    if unknown:
        raise ValueError(f"measures= takes {', '.join(options)}; found {unknown[0]!r}")
    frame = Frame(data)
    values, given = frame.numbers(value, least=0.0), frame.weights(weights)
    asked = [(name, options[name]) for name in measures]
    lines, labels = [], []
    for label, rows in frame.periods(time):
        own, weight = np.ascontiguousarray(values[rows]), _part(given, rows)
        known = ~np.isnan(own)
        mean = np.average(own[known], weights=None if weight is None else weight[known]) if known.any() else np.nan
        labels.append(label)
        lines.append([int(known.sum()), float(mean), *_core.study_inequality(own, weight, asked)])
    columns: dict[str, Any] = {} if time is None else {time: labels}
    columns |= {"n": np.array([line[0] for line in lines], np.int64), "mean": np.array([line[1] for line in lines])}
    for place, name in enumerate(measures, start=2):
        columns[name] = np.array([line[place] for line in lines], np.float64)
        _undefined(columns[name], name, labels)
    return frame.table(columns)


def _undefined(found: Doubles, name: str, labels: list[Any]) -> None:
    missing = np.flatnonzero(np.isnan(found))
    if len(missing):
        where = "" if labels[0] is None else f" in {len(missing)} periods, the first is {labels[int(missing[0])]}"
        message = f"{name} is undefined{where}: a zero has no logarithm, or there is no positive value"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=3)


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
        Column of groups; rows without one are left out.
    alpha : float, default 1
        Order: 1 is Theil's index T, 0 the mean logarithmic deviation L.

    Returns
    -------
    table of the kind of data
        One row a group (and period): ``time`` where given, ``group``'s name, ``n``, ``unit_share``, ``value_share``,
        ``entropy`` of the group, ``contribution`` (its part of ``within``), and the totals ``within``, ``between``,
        ``total`` of the period, with ``between_share``.

    Warns
    -----
    UndefinedStatisticWarning
        The total of a period is undefined.

    References
    ----------
    Shorrocks (1980), doi:10.2307/1913126.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"y": [1.0, 2.0, 3.0, 4.0], "g": ["a", "a", "b", "b"]}
    >>> found = ix.study.theil(firms, "y", "g")
    >>> found[["within", "between", "total"]].iloc[0].round(6).tolist()
    [0.024157, 0.082283, 0.10644]
    """
    frame = Frame(data)
    values, given, groups = frame.numbers(value, least=0.0), frame.weights(weights), frame.groups(group)
    count = len(groups.labels)
    columns: dict[str, list[Any]] = {}
    totals, labels = [], []
    for label, rows in frame.periods(time):
        codes = np.ascontiguousarray(groups.codes[rows])
        own = np.ascontiguousarray(values[rows])
        (total, within, between), parts = _core.study_entropy_parts(own, _part(given, rows), float(alpha), codes, count)
        totals.append(total)
        labels.append(label)
        used = np.bincount(codes[~np.isnan(own)], minlength=count + 1)[:count]
        for place in np.flatnonzero(used):
            line: dict[str, Any] = {} if time is None else {time: label}
            line |= {group: groups.labels[place], "n": int(used[place])}
            line |= {"unit_share": parts[2][place], "value_share": parts[3][place]}
            line |= {"entropy": parts[0][place], "contribution": parts[1][place]}
            line |= {"within": within, "between": between, "total": total}
            line["between_share"] = between / total if total > 0 else np.nan
            for name, item in line.items():
                columns.setdefault(name, []).append(item)
    _undefined(np.array(totals), "generalized entropy", labels)
    return frame.table({name: np.array(v) if isinstance(v[0], float) else v for name, v in columns.items()})


class Dagum:
    """Dagum's decomposition of the Gini coefficient, period by period.

    Made by `dagum`; tables are of the kind of the data.
    """

    def __init__(self, frame: Frame, time: str | None, group: str, labels: list[Any], found: list[Any]) -> None:
        self._frame, self._time, self._group, self._labels, self._found = frame, time, group, labels, found

    def _period(self, label: Any) -> dict[str, Any]:
        return {} if self._time is None else {self._time: label}

    def _table(self, lines: list[dict[str, Any]]) -> Any:
        names = list(lines[0]) if lines else []
        columns: dict[str, Any] = {name: [line[name] for line in lines] for name in names}
        return self._frame.table({n: np.array(v) if isinstance(v[0], float) else v for n, v in columns.items()})

    def to_frame(self) -> Any:
        """Totals by period.

        Returns
        -------
        table
            ``time`` where given, ``n``, ``gini``, ``within``, ``between`` (net), ``overlap`` (transvariation), which
            add up to it, and their shares; with resamples also the ends of 90 % percentile intervals, ``_low`` and
            ``_high``.
        """
        lines = []
        for label, n, (totals, *_), drawn in self._found:
            names = ("gini", "within", "between", "overlap")
            line = self._period(label) | {"n": n} | dict(zip(names, totals, strict=True))
            line |= {
                f"{name}_share": part / totals[0] if totals[0] > 0 else np.nan for name, part in list(line.items())[-3:]
            }
            if drawn:
                ends = np.nanquantile(np.array(drawn), [0.05, 0.95], axis=0)
                for place, name in enumerate(names):
                    line |= {f"{name}_low": float(ends[0, place]), f"{name}_high": float(ends[1, place])}
            lines.append(line)
        return self._table(lines)

    def groups(self) -> Any:
        """Every group: ``mean``, ``unit_share``, ``value_share``, ``gini``; missing for a group without values."""
        lines = []
        for label, _, (_, by_group, *_), _ in self._found:
            for place, name in enumerate(self._labels):
                line = self._period(label) | {self._group: name}
                keys = ("mean", "unit_share", "value_share", "gini")
                lines.append(line | {key: float(column[place]) for key, column in zip(keys, by_group, strict=True)})
        return self._table(lines)

    def pairs(self) -> Any:
        """Every pair of groups: ``group``, ``other``, ``gini`` between them, ``affluence`` (relative, D)."""
        lines, count = [], len(self._labels)
        for label, _, (_, _, ginis, affluence), _ in self._found:
            for a in range(count):
                for b in range(a + 1, count):
                    line = self._period(label) | {"group": self._labels[a], "other": self._labels[b]}
                    cell = a * count + b
                    lines.append(line | {"gini": float(ginis[cell]), "affluence": float(affluence[cell])})
        return self._table(lines)

    def __repr__(self) -> str:
        return f"Dagum({len(self._labels)} groups of {self._group}, {len(self._found)} periods)"


def dagum(
    data: Any,
    value: str,
    group: str,
    *,
    weights: str | None = None,
    time: str | None = None,
    resamples: int = 0,
    seed: int = 1,
    threads: int | None = None,
) -> Dagum:
    """Decompose the Gini coefficient into parts within groups, net between them, and their overlap.

    G = sum |y_i - y_r| / (2 n^2 mean) = Gw + Gnb + Gt, with Gw = sum_j G_jj p_j s_j,
    Gnb = sum_{j != h} G_jh p_j s_h D_jh, and Gt the same with 1 - D_jh.

    Parameters
    ----------
    data, value, weights, time
        As in `inequality`.
    group : str
        Column of groups; rows without one are left out. Their order does not matter: groups are compared by their
        means.
    resamples : int, default 0
        Bootstrap resamples of the rows of each period, for intervals.
    seed : int, default 1
        Of the resamples.
    threads : int, optional
        Number of threads; the result does not depend on it.

    Returns
    -------
    Dagum

    Warns
    -----
    UndefinedStatisticWarning
        A period has no positive value.

    Notes
    -----
    One sort and one sweep: O(n log n + n k) for k groups. Equal means have D = 0, a single unit a Gini of 0. This is
    neither Pyatt's decomposition nor the spatial Gini.

    References
    ----------
    Dagum (1997), doi:10.1007/BF01205777.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"y": [1.0, 3.0, 2.0, 4.0], "g": ["A", "A", "B", "B"]}
    >>> found = ix.study.dagum(firms, "y", "g").to_frame()
    >>> found[["gini", "within", "between", "overlap"]].round(6).values.tolist()
    [[0.25, 0.1, 0.1, 0.05]]
    """
    for name, number in (("resamples", resamples), ("seed", seed)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ValueError(f"{name}= is a whole number of at least 0, found {number!r}")
    frame = Frame(data)
    values, given, groups = frame.numbers(value, least=0.0), frame.weights(weights), frame.groups(group)
    count = len(groups.labels)
    found, totals, labels = [], [], []
    for label, rows in frame.periods(time):
        own, codes = np.ascontiguousarray(values[rows]), np.ascontiguousarray(groups.codes[rows])
        parts, drawn = _core.study_dagum(own, _part(given, rows), codes, count, resamples, seed, threads)
        found.append((label, int((~np.isnan(own) & (codes < count)).sum()), parts, drawn))
        totals.append(parts[0][0])
        labels.append(label)
    _undefined(np.array(totals), "the Gini coefficient", labels)
    return Dagum(frame, time, group, groups.labels, found)
