"""Growth of units over time."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._impute_panel import _times
from ._keys import native
from ._plain import Indicators
from ._stats_data import Inspected, one_of
from .errors import DataError

Measure = Literal["cagr", "trend"]


def growth(
    data: Any,
    columns: Indicators = None,
    *,
    unit: str,
    time: str,
    method: Measure = "cagr",
    latest: int | None = None,
    step: float = 1.0,
) -> Any:
    """Growth of each unit in each column.

    Parameters
    ----------
    data : dataframe, dict of columns, or structured array
        One row per unit and period, in any order: raw indicators, or
        ``scores.to_frame()``.
    columns : list of str, or dict of str to {1, -1}, optional
        By default all numeric columns but the keys. With -1 the sign of the
        result is turned, so that growth is good everywhere.
    unit, time : str
        Columns or index levels; times are numbers or dates (counted in days).
    method : {"cagr", "trend"}, default "cagr"
        ``cagr``: (last / first)^(step / dt) - 1 between the first and the last
        value, dt being the time between them; a share, so 0.1 is 10 % per step.
        ``trend``: per cent change for each step, 100 slope step / (value at the
        first time), of the line through two values or of the least-squares line
        through more; its value at the first time is that of the line.
    latest : int, optional
        Only the latest so many rows of each unit are looked at.
    step : float, default 1
        Length of the period that growth is for, in units of time; 365.25 makes
        it yearly where times are dates.

    Returns
    -------
    table
        One row per column and unit, columns in their order, units as they first
        appear: ``column``, ``unit``, ``growth``, ``availability`` (share of the
        unit's rows that have a value), ``first_time`` and ``last_time`` (of the
        values used), ``n`` (values used), ``reason`` (why growth is missing).

    Raises
    ------
    DataError
        If rows are not unique in unit and time.

    Notes
    -----
    Missing values are left out; to fill gaps first see `indicia.impute.linear`.
    Growth is missing, with the reason, where there are fewer than two values,
    where the ends differ in sign, and where the first value (for a line, its
    value at the first time) is zero or negative. Equal ends are a ``cagr`` of 0.

    References
    ----------
    Becker W. et al. (2022), COINr: an R package for developing composite
    indicators, doi:10.21105/joss.04567.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["A", "A", "B", "B"], "year": [2020, 2022, 2020, 2022], "sales": [100.0, 121.0, -100.0, 121.0]}
    >>> found = ix.compare.growth(panel, ["sales"], unit="firm", time="year")
    >>> round(float(found["growth"][0]), 3), found["reason"][1]
    (0.1, 'signs differ')
    """
    one_of("method", method, ("cagr", "trend"))
    if latest is not None and (isinstance(latest, bool) or not isinstance(latest, int) or latest < 1):
        raise ValueError(f"latest= is a number of at least 1, found {latest!r}")
    if isinstance(step, bool) or not 0 < step < np.inf:
        raise ValueError(f"step= is a positive number, found {step!r}")
    directions = dict(columns) if isinstance(columns, dict) else {}
    wrong = [name for name, direction in directions.items() if direction not in (1, -1)]
    if wrong:
        raise ValueError(f"columns=: the direction of {wrong[0]!r} is 1 or -1, found {directions[wrong[0]]!r}")
    found = Inspected(data, None if columns is None else list(columns), unit, time)
    units = factor(found.source.key(unit))
    times = _times(found.source.key(time), time)
    order = np.array(list(dict.fromkeys(units.codes[units.codes >= 0].tolist())), dtype=np.int64)
    # Units are counted in the order in which they appear.
    place = np.full(len(units.labels) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    codes = np.ascontiguousarray(place[units.codes])
    labels = [native(units.labels[code]) for code in order.tolist()]
    made: dict[str, list[Any]] = {name: [] for name in ("growth", "availability", "first", "last", "n", "reason")}
    for name in found.names:
        values = found.parts[name].values.astype(np.float64)
        if np.isinf(values).any():
            where = found.panel.text(int(np.flatnonzero(np.isinf(values))[0]))
            raise DataError(f"column {name!r}: expected finite numbers, found an infinite one ({where})")
        with found.translated():
            parts = _core.compare_growth(codes, times, values, len(order), method, latest, float(step))
        signed = parts[0] * directions.get(name, 1)
        for column, part in zip(made, (signed, *parts[1:]), strict=True):
            made[column].append(part)
    when = found.source.key(time)
    return found.small(
        {
            "column": [name for name in found.names for _ in labels],
            "unit": labels * len(found.names),
            "growth": _joined(made["growth"]),
            "availability": _joined(made["availability"]),
            "first_time": _taken(when, times, made["first"]),
            "last_time": _taken(when, times, made["last"]),
            "n": _joined(made["n"]).astype(np.int64),
            "reason": [reason for part in made["reason"] for reason in part],
        }
    )


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0)


def _taken(column: Any, times: npt.NDArray[np.float64], rows: list[npt.NDArray[np.int64]]) -> Any:
    """The times of rows as the caller wrote them; missing where there is no row."""
    places = _joined(rows).astype(np.int64)
    array = np.asarray(column)
    if array.dtype.kind == "M":
        array = array.astype("datetime64[us]")
        return np.where(places < 0, np.datetime64("NaT"), array[np.maximum(places, 0)])
    if (places >= 0).all() and array.dtype.kind in "iu":
        return array[places]
    return np.where(places < 0, np.nan, times[np.maximum(places, 0)])
