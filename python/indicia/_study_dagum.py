"""Dagum's decomposition of the Gini coefficient."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _core
from ._study_data import Frame, distinct, finite, spread, whole
from ._study_inequality import undefined, ungrouped
from .errors import DataError

__all__ = ["Dagum", "dagum"]

_MOST_GROUPS = 2_000
_MOST_RESAMPLES = 1_000_000
_LABELS = ("group", "other")
_PARTS = ("gini", "within", "between", "overlap")


class Dagum:
    """Dagum's decomposition of the Gini coefficient, period by period.

    Made by `dagum`; tables are of the kind of the data.
    """

    def __init__(self, frame: Frame, time: str | None, group: str, labels: list[Any], found: list[Any]) -> None:
        self._frame, self._time, self._group, self._labels, self._found = frame, time, group, labels, found

    def _period(self, label: Any) -> dict[str, Any]:
        return {} if self._time is None else {self._time: label}

    def _keys(self) -> list[str]:
        return [] if self._time is None else [self._time]

    def _table(self, lines: list[dict[str, Any]], empty: list[str]) -> Any:
        if not lines:
            return self._frame.table(
                {name: [] if name in (*_LABELS, self._group, self._time) else np.empty(0) for name in empty}
            )
        columns: dict[str, Any] = {name: [line[name] for line in lines] for name in lines[0]}
        return self._frame.table({n: np.array(v) if isinstance(v[0], float) else v for n, v in columns.items()})

    def to_frame(self) -> Any:
        """Totals by period.

        Returns
        -------
        table
            ``time`` where given, ``n`` (values used), ``left_out`` (rows without a value, a group, or a weight above
            zero), ``gini``, ``within``, ``between`` (net), ``overlap`` (transvariation), which add up to it, and their
            shares ``_share``, missing where gini is 0; with resamples also the ends of percentile intervals, ``_low``
            and ``_high``.
        """
        lines = []
        for label, ((n, left_out), totals, shares, *_, ends) in self._found:
            line = self._period(label) | {"n": n, "left_out": left_out} | dict(zip(_PARTS, totals, strict=True))
            line |= {f"{name}_share": share for name, share in zip(_PARTS[1:], shares, strict=True)}
            if ends is not None:
                for name, low, high in zip(_PARTS, *ends, strict=True):
                    line |= {f"{name}_low": low, f"{name}_high": high}
            lines.append(line)
        names = ["n", "left_out", *_PARTS, *(f"{name}_share" for name in _PARTS[1:])]
        return self._table(lines, [*self._keys(), *names])

    def groups(self) -> Any:
        """Every group: ``mean``, ``unit_share``, ``value_share``, ``gini``; missing for a group without values."""
        lines, keys = [], ("mean", "unit_share", "value_share", "gini")
        for label, (_, _, _, by_group, *_) in self._found:
            for place, name in enumerate(self._labels):
                line = self._period(label) | {self._group: name}
                lines.append(line | {key: column[place] for key, column in zip(keys, by_group, strict=True)})
        return self._table(lines, [*self._keys(), self._group, *keys])

    def pairs(self) -> Any:
        """Every pair of groups: ``group``, ``other``, ``gini`` between them, ``affluence`` (relative, D, in [0, 1])."""
        lines, count = [], len(self._labels)
        for label, (_, _, _, _, ginis, affluence, _) in self._found:
            for a in range(count):
                for b in range(a + 1, count):
                    line = self._period(label) | {"group": self._labels[a], "other": self._labels[b]}
                    cell = a * count + b
                    lines.append(line | {"gini": ginis[cell], "affluence": affluence[cell]})
        return self._table(lines, [*self._keys(), "group", "other", "gini", "affluence"])

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
    level: float = 0.9,
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
        Column of groups, at most 2000; rows without one are left out, with a warning. Their order does not matter:
        groups are compared by their means.
    resamples : int, default 0
        Bootstrap resamples of the rows of each period, for intervals.
    level : float, default 0.9
        Share of the resamples that an interval holds: percentiles (type 7) at (1 - level) / 2 on either side.
    seed : int, default 1
        Of the resamples.
    threads : int, optional
        Number of threads of the bootstrap; the result does not depend on it.

    Returns
    -------
    Dagum
        Tables ``to_frame()``, ``groups()``, ``pairs()``. All coefficients are in [0, 1); more is more unequal.

    Raises
    ------
    DataError
        If a value or weight is negative or infinite, a weight is missing, or a row has no period; with column and row.
    LimitError
        If there are more than 2000 groups, or a million resamples.

    Warns
    -----
    UndefinedStatisticWarning
        A period has no positive value.
    IgnoredRowWarning
        Rows have no group.

    Notes
    -----
    G_jh = mean |y_j - y_h| / (m_j + m_h), and D_jh = (d - p) / (d + p) with d the mean of the positive parts of
    y_j - y_h and p of the negative ones, m_j >= m_h; p_j are shares of units, s_j of the value. Weights are replication
    counts: a weight of 2 is the row twice. Missing values are left out and counted. Equal means have D = 0, a single
    unit and a group of zeros a Gini of 0; groups without an observed value have no part. One sort and one sweep:
    O(n log n + n k) for k groups. The bootstrap draws rows with replacement within a period, not by group and not by
    cluster; in small samples its intervals lie low, because a resample repeats rows. This is neither Pyatt's
    decomposition nor the spatial Gini.

    References
    ----------
    Dagum (1997), A new approach to the decomposition of the Gini income inequality ratio, doi:10.1007/BF01205777.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"y": [1.0, 3.0, 2.0, 4.0], "g": ["A", "A", "B", "B"]}
    >>> found = ix.study.dagum(firms, "y", "g").to_frame()
    >>> found[["gini", "within", "between", "overlap"]].round(6).values.tolist()
    [[0.25, 0.1, 0.1, 0.05]]
    """
    drawn = whole("resamples", resamples, most=_MOST_RESAMPLES)
    share = finite("level", level, above=0.0)
    if share >= 1:
        raise DataError(f"level= is a share above 0 and below 1, found {level!r}")
    stream = whole("seed", seed)
    used = None if threads is None else whole("threads", threads, least=1)
    names = ["n", "left_out", *_PARTS, "group", "other", "mean", "unit_share", "value_share", "affluence"]
    distinct({"time": time}, names)
    distinct({"group": group, "time": time}, ["gini", "mean", "unit_share", "value_share"])
    frame = Frame(data)
    values, given, groups = frame.numbers(value, least=0.0), frame.weights(weights), frame.groups(group)
    count = len(groups.labels)
    spread(count, group, _MOST_GROUPS)
    labels, periods = frame.moments(time)
    with frame.translated():
        found = _core.study_dagum(values, given, groups.codes, count, periods, drawn, share, stream, used)
    ungrouped(groups.unknown, group)
    undefined(np.array([part[1][0] for part in found]), "the Gini coefficient", labels)
    return Dagum(frame, time, group, groups.labels, list(zip(labels, found, strict=True)))
