"""Growth, lags and differences: by time and not by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ._firm_data import FirmPanel, Names, Step, names_of, reasons_column, short, tell
from ._stats_data import one_of

__all__ = ["difference", "growth", "lag"]

Method = Literal["percent", "percent_absolute_base", "log", "dhs", "dhs_absolute_base", "asinh", "log1p", "cagr"]
METHODS = ("percent", "percent_absolute_base", "log", "dhs", "dhs_absolute_base", "asinh", "log1p", "cagr")


def growth(
    data: Any,
    columns: Names,
    *,
    unit: str,
    time: str,
    method: Method = "percent",
    periods: float = 1,
    step: Step | None = None,
    gap: Literal["missing", "last"] = "missing",
    negative_base: Literal["missing", "signed"] = "missing",
    absent: Literal["missing", "zero"] = "missing",
    reasons: bool = False,
    suffix: str | None = None,
    threads: int | None = None,
) -> Any:
    """Growth from the period before: the previous *period*, never the previous row.

    With x0 the value ``periods`` earlier and x1 that of the row:

    ========================= ==================================================
    ``percent``               (x1 - x0) / x0
    ``percent_absolute_base`` (x1 - x0) / abs(x0)
    ``log``                   ln x1 - ln x0
    ``dhs``                   (x1 - x0) / ((x0 + x1) / 2), in [-2, 2]
    ``dhs_absolute_base``     (x1 - x0) / ((abs(x0) + abs(x1)) / 2)
    ``asinh``                 asinh x1 - asinh x0
    ``log1p``                 ln(1 + x1) - ln(1 + x0)
    ``cagr``                  (x1 / x0)^(1 / k) - 1, k periods between the two
    ========================= ==================================================

    Parameters
    ----------
    data : dataframe, or dict of columns
        One row per unit and period, in any order. Never changed.
    columns : str or list of str
        Columns of numbers.
    unit, time : str
        Columns or index levels. Times are numbers, dates or periods of pandas.
    method : str, default "percent"
        One of those above. Results are shares: 0.1 is 10 per cent.
    periods : float, default 1
        How many periods back. Negative: growth from the row's period to the one so
        many later, told on the earlier row.
    step : {"year", "quarter", "month", "day"}, optional
        What a period is, needed where times are dates.
    gap : {"missing", "last"}, default "missing"
        Without a row at that period growth is missing; or ``last``: the nearest
        observed value at that distance or farther stands in, and the growth is that
        of the whole gap (with ``cagr``, the rate per period).
    negative_base : {"missing", "signed"}, default "missing"
        With a negative value ``percent`` and ``dhs`` are not defined (-20 to 30 would be
        -250 %); ``signed`` takes the formula as it stands.
    absent : {"missing", "zero"}, default "missing"
        With ``zero``, for the two forms of ``dhs``: a unit that has not begun in a
        period of the panel counts as 0, so that entry is 2; with negative ``periods`` one
        that has ended, so that exit is -2. A gap in a history is neither.
    reasons : bool, default False
        Whether columns ``<column>_growth_reason`` say why growth is missing.
    suffix : str, default "_growth"
        Ending of the new columns.
    threads : int, optional
        By default what the machine grants. Results do not depend on it.

    Returns
    -------
    same kind as data
        All columns, and one more of growth for each of ``columns``. Rows and index as
        they were.

    Raises
    ------
    DataError
        If rows are not unique in unit and time (they are named), or a value is infinite.

    Warns
    -----
    UndefinedStatisticWarning
        With the number of rows by reason, if growth is missing for more than the
        begin of a history: a gap in time, a value or base missing, a base zero or
        negative, both zero.

    Notes
    -----
    From 0: ``percent``, ``log`` and ``cagr`` are not defined, ``dhs`` is 2; from 0 to 0 only
    ``asinh`` and ``log1p`` (0) are. To 0: ``log`` is not defined. ``log1p`` needs values above -1.
    An aggregate of ``dhs`` weighs units with (x0 + x1) / 2.

    References
    ----------
    Davis S. J., Haltiwanger J., Schuh S. (1996), Job Creation and Destruction, MIT
    Press. Tornqvist L., Vartia P., Vartia Y. (1985), How should relative changes be
    measured?, The American Statistician 39(1): 43-46, doi:10.1080/00031305.1985.10479385.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["a", "a", "a", "b"], "year": [2018, 2019, 2020, 2020], "sales": [100.0, 110.0, 99.0, 5.0]}
    >>> ix.firm.growth(firms, "sales", unit="firm", time="year")["sales_growth"].round(3).tolist()
    [nan, 0.1, -0.1, nan]
    >>> found = ix.firm.growth(firms, "sales", unit="firm", time="year", method="dhs", absent="zero")
    >>> found["sales_growth"].round(3).tolist()
    [nan, 0.095, -0.105, 2.0]
    """
    one_of("method", method, METHODS)
    one_of("gap", gap, ("missing", "last"))
    one_of("negative_base", negative_base, ("missing", "signed"))
    one_of("absent", absent, ("missing", "zero"))
    if absent == "zero" and method not in ("dhs", "dhs_absolute_base"):
        raise ValueError(f"absent='zero' is for method='dhs' and 'dhs_absolute_base'; {method!r} has no value there")
    panel = FirmPanel.of(data, unit, time, step)
    names, ending = names_of("columns", columns), "_growth" if suffix is None else suffix
    made = [f"{name}{ending}" for name in names]
    panel.fresh(made, suffix == "")
    (distance,) = panel.steps("periods", [periods])
    values = [panel.numbers("columns", name) for name in names]
    bases = panel.bases(distance, "exact" if gap == "missing" else "nearest", threads)
    tiny = 1e-6 if distance > 0 else -1e-6
    earlier = None if gap == "missing" else panel.bases(tiny, "nearest", threads)
    signed, zero = negative_base == "signed", absent == "zero"
    with panel.translated():
        found, why, counts = bases.growth(values, panel.times, method, signed, zero, earlier, reasons, threads)
    columns_made: dict[str, Any] = {}
    for place, (name, new) in enumerate(zip(names, made, strict=True)):
        columns_made[new] = found[place]
        if why is not None:
            columns_made[f"{name}_growth_reason"] = reasons_column(why[place])
        tell(f"{name!r}: growth ({method})", counts[place], panel.source.rows)
    return panel.with_columns(columns_made)


def lag(
    data: Any,
    columns: Names,
    *,
    unit: str,
    time: str,
    periods: float | Sequence[float] = 1,
    step: Step | None = None,
    suffix: str | None = None,
    threads: int | None = None,
) -> Any:
    """Values of an earlier period of the same unit, x_(t - periods), by time and not by row.

    Parameters
    ----------
    data, columns, unit, time, step, threads
        As in `growth`.
    periods : float or list of float, default 1
        How many periods back; negative ones are leads.
    suffix : str, optional
        Ending of the new columns, for a single number of periods; by default ``_lag1``,
        ``_lead1`` and so on.

    Returns
    -------
    same kind as data
        All columns, and one more per column and number of periods.

    Raises
    ------
    DataError
        As in `growth`.

    Warns
    -----
    UndefinedStatisticWarning
        With the number of rows by reason, if there is a gap in time or a value is
        missing there.

    Notes
    -----
    Where the unit has no row at that time the lag is missing, as with ``L.`` of Stata;
    ``groupby(...).shift`` of pandas takes the row before, however far back it is.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["a", "a", "a"], "year": [2018, 2019, 2020], "x": [1.0, 2.0, 3.0]}
    >>> found = ix.firm.lag(firms, "x", unit="firm", time="year", periods=[1, -1])
    >>> found["x_lag1"].tolist(), found["x_lead1"].tolist()
    ([nan, 1.0, 2.0], [2.0, 3.0, nan])
    """
    return _moved(data, columns, unit, time, periods, step, suffix, threads, False)


def difference(
    data: Any,
    columns: Names,
    *,
    unit: str,
    time: str,
    periods: float | Sequence[float] = 1,
    step: Step | None = None,
    suffix: str | None = None,
    threads: int | None = None,
) -> Any:
    """Change from an earlier period, x_t - x_(t - periods); all else as in `lag`.

    Parameters
    ----------
    data, columns, unit, time, step, threads
        As in `growth`.
    periods : float or list of float, default 1
        How many periods back. Negative: the change to the later period, x_(t + periods)
        - x_t, told on the earlier row.
    suffix : str, optional
        By default ``_difference1`` and ``_change_to1`` (where negative).

    Returns
    -------
    same kind as data

    Warns
    -----
    UndefinedStatisticWarning
        As in `lag`.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["a", "a", "b"], "year": [2018, 2019, 2019], "x": [1.0, 2.5, 3.0]}
    >>> ix.firm.difference(firms, "x", unit="firm", time="year")["x_difference1"].tolist()
    [nan, 1.5, nan]
    """
    return _moved(data, columns, unit, time, periods, step, suffix, threads, True)


def _moved(
    data: Any,
    columns: Names,
    unit: str,
    time: str,
    periods: float | Sequence[float],
    step: Step | None,
    suffix: str | None,
    threads: int | None,
    differenced: bool,
) -> Any:
    panel = FirmPanel.of(data, unit, time, step)
    names, distances = names_of("columns", columns), panel.steps("periods", periods)
    if suffix is not None and len(distances) > 1:
        raise ValueError("suffix= is for a single number of periods; leave it away for several")
    back, ahead = ("_difference", "_change_to") if differenced else ("_lag", "_lead")

    def named(name: str, distance: float) -> str:
        ending = (back if distance > 0 else ahead) + short(abs(distance)) if suffix is None else suffix
        return f"{name}{ending}"

    panel.fresh([named(name, distance) for name in names for distance in distances], suffix == "")
    values = [panel.numbers("columns", name) for name in names]
    moved = {}
    for distance in distances:
        with panel.translated():
            found, counts = panel.bases(distance, "exact", threads).lag(values, differenced, threads)
        for name, column, missing in zip(names, found, counts, strict=True):
            moved[named(name, distance)] = column
            tell(f"{named(name, distance)!r}", missing, panel.source.rows, stacklevel=3)
    made = {named(name, distance): moved[named(name, distance)] for name in names for distance in distances}
    return panel.with_columns(made)
