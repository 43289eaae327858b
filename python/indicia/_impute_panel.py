"""Filling a panel from other periods of the same unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._plain import Columns, Indicators, fit_flat, indicators_of, passes_of
from ._replace import replaced
from .errors import ColumnTypeError, DataError
from .frames import source_of


def last(
    data: Any,
    indicators: Indicators = None,
    *,
    unit: str,
    time: str,
    max_gap: float | None = None,
    gap_in: str = "time",
    sources: bool = False,
    columns: Columns = None,
) -> Any:
    """Fill with the last earlier observation of the same unit.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit and period, in any order. Never changed.
    indicators : list of str, optional
        Columns to fill; by default all columns of numbers except unit and time.
    unit, time : str
        Columns that name units and periods. Times are numbers or dates; a distance
        of dates is in days.
    max_gap : float, optional
        How far back a value may come from; without it, any distance.
    gap_in : {"time", "points"}, default "time"
        Whether ``max_gap`` is in units of time or in distinct time points of the
        data. On data without holes both agree.
    sources : bool, default False
        Whether a second table comes with the first: for each value the time it is
        from, missing where the value is.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data, or two of them
        In the order of the rows, all columns.

    Raises
    ------
    DataError
        If rows are not unique in unit and time.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["a", "a", "a"], "year": [2018, 2019, 2021], "x": [5.0, None, None]}
    >>> ix.impute.last(panel, unit="firm", time="year", max_gap=1)["x"].tolist()
    [5.0, 5.0, nan]
    """
    return _fill("last", data, indicators, unit, time, max_gap, gap_in, sources, columns)


def constant(
    data: Any,
    indicators: Indicators = None,
    *,
    unit: str,
    time: str,
    max_gap: float | None = None,
    gap_in: str = "time",
    sources: bool = False,
    columns: Columns = None,
) -> Any:
    """Fill with the last earlier observation, and before the first one with that one; all else as in `last`.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["a", "a", "a"], "year": [2018, 2019, 2020], "x": [None, 5.0, None]}
    >>> ix.impute.constant(panel, unit="firm", time="year")["x"].tolist()
    [5.0, 5.0, 5.0]
    """
    return _fill("constant", data, indicators, unit, time, max_gap, gap_in, sources, columns)


def linear(
    data: Any,
    indicators: Indicators = None,
    *,
    unit: str,
    time: str,
    max_gap: float | None = None,
    gap_in: str = "time",
    sources: bool = False,
    columns: Columns = None,
) -> Any:
    """Fill on a straight line in time between two observations of the unit; end values are held outside.

    ``max_gap`` limits how far apart the two ends of a line may be, and how far an
    end value is held; all else as in `last`. The source of a value on a line is
    the time of the observation before it.

    Raises
    ------
    DataError
        If a unit with missing values has one observation only; `linear_constant`
        holds that one.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["a", "a", "a"], "year": [2018, 2019, 2022], "x": [4.0, None, 8.0]}
    >>> ix.impute.linear(panel, unit="firm", time="year")["x"].tolist()
    [4.0, 5.0, 8.0]
    """
    return _fill("linear", data, indicators, unit, time, max_gap, gap_in, sources, columns)


def linear_constant(
    data: Any,
    indicators: Indicators = None,
    *,
    unit: str,
    time: str,
    max_gap: float | None = None,
    gap_in: str = "time",
    sources: bool = False,
    columns: Columns = None,
) -> Any:
    """Fill as `linear`, and where a unit has one observation with that one.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["a", "a"], "year": [2018, 2019], "x": [4.0, None]}
    >>> ix.impute.linear_constant(panel, unit="firm", time="year")["x"].tolist()
    [4.0, 4.0]
    """
    return _fill("linear_constant", data, indicators, unit, time, max_gap, gap_in, sources, columns)


def _fill(
    method: str,
    data: Any,
    indicators: Indicators,
    unit: str,
    time: str,
    max_gap: float | None,
    gap_in: str,
    sources: bool,
    columns: Columns,
) -> Any:
    if gap_in not in ("time", "points"):
        raise ValueError(f"gap_in= is 'time' or 'points', found {gap_in!r}")
    if max_gap is not None and not max_gap >= 0:
        raise ValueError(f"max_gap= is a number of at least 0, found {max_gap!r}")
    source = source_of(data, columns)
    chosen = [name for name in indicators_of(source, indicators) if indicators is not None or name not in (unit, time)]
    fitted, held, _ = fit_flat(
        data, chosen, columns=columns, unit=unit, time=time, normalize="none", aggregate="none", stacklevel=5
    )
    values = passes_of(fitted, held, stacklevel=5).all_indicators()
    times = _times(source.key(time), time)
    _, points = np.unique(times, return_inverse=True)
    clock = times if gap_in == "time" else np.where(np.isnan(times), np.nan, points.astype(np.float64))
    units = np.ascontiguousarray(factor(source.key(unit)).codes, dtype=np.int64)
    with held.translated():
        filled = _core.fill_panel(units, clock, [(name, values[name]) for name in chosen], method, max_gap)
    table = replaced(source, held.output, {name: column for name, (column, _) in zip(chosen, filled, strict=True)})
    if not sources:
        return table
    when = {
        name: np.where(rows < 0, np.nan, times[np.maximum(rows, 0)])
        for name, (_, rows) in zip(chosen, filled, strict=True)
    }
    return table, replaced(source, held.output, when)


def _times(column: Any, name: str) -> npt.NDArray[np.float64]:
    """Times as numbers; dates as days."""
    array = np.asarray(column)
    if array.dtype.kind == "M":
        days = array.astype("datetime64[D]").astype(np.float64)
        return np.where(np.isnat(array), np.nan, days)
    if array.dtype.kind == "O":
        try:
            array = np.array([np.nan if value is None else value for value in array], dtype=np.float64)
        except (TypeError, ValueError):
            array = np.asarray(["" if value is None else str(value) for value in array])
    if array.dtype.kind in "iuf":
        times = array.astype(np.float64)
        if np.isinf(times).any():
            raise DataError(f"column {name!r}: times are finite numbers")
        return times
    raise ColumnTypeError(f"column {name!r}: times are numbers or dates, found {array.dtype}; convert it first")
