"""Taking the size of units out of indicators."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._panel import Panel
from ._stats_correlation import Correlated, Method
from ._stats_data import Inspected, replaced
from ._warnings import UndefinedStatisticWarning
from .errors import DataError

__all__ = ["denominate", "denominator_check"]


def denominate(
    data: Any,
    by: Mapping[str, str],
    *,
    scale: float | Mapping[str, float] = 1.0,
    denominators: Any = None,
    unit: str | None = None,
    time: str | None = None,
) -> Any:
    """Divide indicators by the size of the unit: y = x / (D / scale).

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    by : mapping of str to str
        The denominator of each indicator that has one.
    scale : float or mapping of str to float, default 1
        Per how many units of the denominator; by indicator where it differs.
    denominators : dataframe or mapping, optional
        A table that holds the denominators, matched by ``unit`` (and ``time``);
        by default they are columns of ``data``.
    unit, time : str, optional
        Keys, in both tables.

    Returns
    -------
    table
        ``data`` with these indicators divided; everything else, and the order
        of the rows, as it was.

    Raises
    ------
    DataError
        If a denominator is zero or negative, or a unit is not in the table of
        denominators; the message names the unit.

    Warns
    -----
    UndefinedStatisticWarning
        If a unit has a value and its denominator is missing: the result is
        missing.

    Notes
    -----
    A missing value stays missing.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B"], "patents": [4.0, 3.0], "staff": [200.0, 50.0]}
    >>> found = ix.stats.denominate(firms, {"patents": "staff"}, scale=100, unit="firm")
    >>> [float(x) for x in found["patents"]]
    [2.0, 6.0]
    """
    if not isinstance(by, Mapping):
        raise TypeError("by= is a mapping of indicators to denominators, such as {'patents': 'staff'}")
    plain = isinstance(data, np.ndarray) and data.dtype.names is None
    if plain:
        raise TypeError("an array has no column names; give a table or a dict of columns")
    found = Inspected(data, list(by), unit, time)
    other, rows = found, None
    if denominators is None:
        found.take(list(by.values()))
    else:
        if unit is None:
            raise TypeError("denominators= are matched by unit: say unit='name of the key column'")
        other = Inspected(denominators, list(dict.fromkeys(by.values())), unit, time)
        rows = _matched(found.panel, other.panel)
        absent = np.flatnonzero(rows < 0)
        if len(absent):
            shown = ", ".join(found.panel.text(int(row)) for row in absent[:5])
            more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
            raise DataError(f"not in the table of denominators: {shown}{more}; add them, or leave these rows out")
    made = {}
    for name, denominator in by.items():
        table = found.table([name])
        part = other.parts[denominator]
        if rows is None:
            part.add_to(table, denominator if denominator != name else f"{name} (denominator)")
        else:
            values = np.append(part.values.astype(np.float64), np.nan)[rows]
            table.number(denominator if denominator != name else f"{name} (denominator)", values)
        own = scale.get(name, 1.0) if isinstance(scale, Mapping) else scale
        with found.translated():
            made[name], without, count = _core.stats_denominate(table, float(own))
        if count:
            units = f"{found.panel.text(without[0])}{f' and {count - 1} more' if count > 1 else ''}"
            message = f"{name!r} is missing where {denominator!r} is: {units}"
            warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    return replaced(found.source, found.output, made)


def denominator_check(
    data: Any,
    denominators: Sequence[str],
    *,
    columns: Sequence[str] | None = None,
    threshold: float = 0.3,
    method: Method = "pearson",
    unit: str | None = None,
    time: str | None = None,
) -> Any:
    """List the indicators that go with the size of the unit, candidates for `denominate`.

    Parameters
    ----------
    data : dataframe, mapping
        Holds indicators and denominators.
    denominators : sequence of str
        Columns of size, such as employees or revenue.
    columns : sequence of str, optional
        Indicators; by default all other numeric columns but the keys.
    threshold : float, default 0.3
        Pairs whose correlation is above it in absolute value are listed.
    method : {"pearson", "spearman", "kendall"}, default "pearson"
        As in `correlation`; pairwise complete.
    unit, time : str, optional
        Keys, which are left out.

    Returns
    -------
    table
        ``indicator``, ``denominator``, ``correlation``.

    Warns
    -----
    UndefinedStatisticWarning
        As in `correlation`.

    Examples
    --------
    >>> import indicia as ix
    >>> data = {"patents": [1.0, 2.0, 9.0], "share": [0.2, 0.5, 0.3], "staff": [10.0, 30.0, 99.0]}
    >>> list(ix.stats.denominator_check(data, ["staff"])["indicator"])
    ['patents']
    """
    found = Inspected(data, columns, unit, time)
    indicators = [name for name in found.names if name not in denominators]
    found.take(denominators)
    pairs = [(name, size) for name in indicators for size in denominators]
    values = Correlated(found, list(found.parts), method, "pairwise", None).long(pairs)["correlation"]
    keep = _beyond(values, threshold)
    listed = [pair for pair, kept in zip(pairs, keep.tolist(), strict=True) if kept]
    names = {"indicator": [pair[0] for pair in listed], "denominator": [pair[1] for pair in listed]}
    return found.small(names | {"correlation": values[keep]})


def _beyond(values: npt.NDArray[np.float64], threshold: float) -> npt.NDArray[np.bool_]:
    return np.abs(values) > threshold


def _matched(left: Panel, right: Panel) -> npt.NDArray[np.int64]:
    """For each row of one table the row of the other with the same keys; -1 where there is none."""
    mine, theirs = np.zeros(left.source.rows, np.int64), np.zeros(right.source.rows, np.int64)
    absent = np.zeros(left.source.rows, bool)
    for own, other in zip(left.keys, right.keys, strict=True):
        (codes, labels), (their_codes, their_labels) = factor(own), factor(other)
        places = {label: place for place, label in enumerate(their_labels)}
        # The last entry is what the code -1 takes.
        place = np.array([*(places.get(label, -1) for label in labels), -1])[codes]
        absent |= place < 0
        mine = mine * (len(their_labels) + 1) + place
        theirs = theirs * (len(their_labels) + 1) + their_codes
    order = np.argsort(theirs, kind="stable")
    spots = np.searchsorted(theirs[order], mine)
    rows = order[np.minimum(spots, len(order) - 1)] if len(order) else np.full(len(mine), -1)
    return np.where(absent | (theirs[rows] != mine) if len(order) else True, -1, rows).astype(np.int64)
