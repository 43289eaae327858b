"""Ratios of accounts, free and by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from . import _core
from ._firm_data import FirmPanel, Names, Rows, Step, names_of, tell
from ._stats_data import one_of
from .errors import UnknownNameError

__all__ = ["ratio", "ratios"]

Basis = Literal["end", "begin", "mean"]

# Name: numerator, denominator, whether its logarithm is taken, whether the denominator is a stock of begin and end.
NAMED: Mapping[str, tuple[str, str, bool, bool]] = {
    "roa": ("profit", "assets", False, True),
    "roe": ("profit", "equity", False, True),
    "net_margin": ("profit", "revenue", False, False),
    "asset_turnover": ("revenue", "assets", False, True),
    "equity_ratio": ("equity", "assets", False, False),
    "rd_intensity": ("rd", "revenue", False, False),
    "rd_assets": ("rd", "assets", False, True),
    "investment_rate": ("investment", "capital", False, True),
    "labor_productivity": ("value_added", "employees", True, False),
    "sales_per_head": ("revenue", "employees", True, False),
    "capital_intensity": ("capital", "employees", True, False),
}


def ratio(
    data: Any,
    numerator: str,
    denominator: str,
    *,
    name: str | None = None,
    basis: Basis = "end",
    log: bool = False,
    unit: str | None = None,
    time: str | None = None,
    step: Step | None = None,
    threads: int | None = None,
) -> Any:
    """Divide one column by another, or take the logarithm of that.

    Parameters
    ----------
    data : dataframe, or dict of columns
        One row per unit (and period). Never changed.
    numerator, denominator : str
        Columns of numbers.
    name : str, optional
        Name of the new column, by default ``<numerator>_per_<denominator>``.
    basis : {"end", "begin", "mean"}, default "end"
        Which denominator: that of the row (``end``), of the period before (``begin``), or
        the mean of the two. By time and not by row; the last two need ``unit`` and ``time``.
    log : bool, default False
        ln(numerator / denominator); it needs a numerator above 0.
    unit, time, step, threads
        As in `growth`.

    Returns
    -------
    same kind as data
        All columns and the ratio.

    Warns
    -----
    UndefinedStatisticWarning
        With the number of rows by reason: numerator or denominator missing,
        denominator zero or negative, no row in the period before.

    Notes
    -----
    A denominator of 0 or less (negative equity) gives a missing value, never an infinite
    or a sign-turned one.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["a", "a"], "year": [2019, 2020], "profit": [1.0, 3.0], "assets": [10.0, 20.0]}
    >>> found = ix.firm.ratio(firms, "profit", "assets", name="roa", basis="mean", unit="firm", time="year")
    >>> found["roa"].tolist()
    [nan, 0.2]
    """
    new = name or f"{numerator}_per_{denominator}"
    rows = _rows(data, basis, unit, time, step)
    rows.fresh([new])
    return rows.with_columns({new: _one(rows, new, numerator, denominator, basis, log, threads)})


def ratios(
    data: Any,
    names: Names,
    *,
    columns: Mapping[str, str] | None = None,
    basis: Basis = "end",
    unit: str | None = None,
    time: str | None = None,
    step: Step | None = None,
    threads: int | None = None,
) -> Any:
    """Ratios by their usual names.

    ====================== ============================ =======================
    ``roa``                profit / assets              follows ``basis``
    ``roe``                profit / equity              follows ``basis``
    ``net_margin``         profit / revenue
    ``asset_turnover``     revenue / assets             follows ``basis``
    ``equity_ratio``       equity / assets
    ``rd_intensity``       rd / revenue
    ``rd_assets``          rd / assets                  follows ``basis``
    ``investment_rate``    investment / capital         follows ``basis``
    ``labor_productivity`` ln(value_added / employees)
    ``sales_per_head``     ln(revenue / employees)
    ``capital_intensity``  ln(capital / employees)
    ====================== ============================ =======================

    Parameters
    ----------
    data, basis, unit, time, step, threads
        As in `ratio`.
    names : str or list of str
        Ratios of the table above; the new columns are named so.
    columns : dict of str to str, optional
        The data's column for each word of the table that is named otherwise there:
        ``{"profit": "net_income"}``.

    Returns
    -------
    same kind as data
        All columns and the ratios.

    Raises
    ------
    UnknownNameError
        If there is no ratio of that name.
    MissingColumnError
        If a column is not there; the message names it.

    Warns
    -----
    UndefinedStatisticWarning
        As in `ratio`.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"profit": [2.0, -1.0], "equity": [8.0, 4.0], "sales": [20.0, 10.0]}
    >>> found = ix.firm.ratios(firms, ["roe", "net_margin"], columns={"revenue": "sales"})
    >>> found["roe"].tolist(), found["net_margin"].tolist()
    ([0.25, -0.25], [0.1, -0.1])
    """
    wanted, given = names_of("names", names), dict(columns or {})
    for name in wanted:
        one_of("names", name, tuple(NAMED))
    roles = {role for above, below, _, _ in NAMED.values() for role in (above, below)}
    strange = [role for role in given if role not in roles]
    if strange:
        raise UnknownNameError(f"columns= knows {', '.join(sorted(roles))}, found {strange[0]!r}")
    needed = basis if any(NAMED[name][3] for name in wanted) else "end"
    one_of("basis", basis, ("end", "begin", "mean"))
    rows = _rows(data, needed, unit, time, step)
    rows.fresh(wanted)
    made = {}
    for name in wanted:
        above, below, log, stock = NAMED[name]
        own: Basis = basis if stock else "end"
        made[name] = _one(rows, name, given.get(above, above), given.get(below, below), own, log, threads)
    return rows.with_columns(made)


def _rows(data: Any, basis: Basis, unit: str | None, time: str | None, step: Step | None) -> Rows:
    one_of("basis", basis, ("end", "begin", "mean"))
    if unit is not None and time is not None:
        return FirmPanel.of(data, unit, time, step)
    if basis != "end":
        raise TypeError(f"basis={basis!r} looks at the period before: say unit= and time=")
    return Rows(data)


def _one(rows: Rows, new: str, above: str, below: str, basis: Basis, log: bool, threads: int | None) -> Any:
    numerator, denominator = rows.numbers("numerator", above), rows.numbers("denominator", below)
    bases = rows.bases(1.0, "exact", threads) if basis != "end" and isinstance(rows, FirmPanel) else None
    with rows.translated():
        (values,), (counts,) = _core.firm_ratio(numerator, denominator, basis, bases, log, threads)
    tell(f"{new!r} ({above} / {below})", counts, rows.source.rows, stacklevel=3)
    return values
