"""Winsorizing per period or pooled."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np

from . import _core
from ._firm_data import Names, Rows, names_of
from ._stats_data import one_of
from ._warnings import TreatmentWarning

__all__ = ["winsorize"]


def winsorize(
    data: Any,
    columns: Names,
    *,
    share: float | tuple[float, float] = 0.01,
    by: Names | None = None,
    quantile: Literal["stata", "linear"] = "stata",
    caps: bool = False,
    threads: int | None = None,
) -> Any:
    """Cap values beyond two quantiles, per period or pooled.

    Parameters
    ----------
    data : dataframe, or dict of columns
        Any rows. Never changed.
    columns : str or list of str
        Columns of numbers; they are replaced.
    share : float or (float, float), default 0.01
        Share capped at each side, or below and above; 0 caps nothing.
    by : str or list of str, optional
        Column of periods (or industries): each group has caps of its own. Without it
        all rows are pooled; which of the two is meant is seldom told in studies, and
        changes results.
    quantile : {"stata", "linear"}, default "stata"
        With h = n q, the mean of the values of rank h and h + 1 where h is whole, else that
        of the next whole rank (``pctile`` and ``winsor2`` of Stata); or linear
        interpolation, type 7 (R, NumPy, pandas).
    caps : bool, default False
        Whether a second table comes with the first.
    threads : int, optional
        By default what the machine grants. Results do not depend on it.

    Returns
    -------
    same kind as data, or two of them
        All columns, ``columns`` capped. With ``caps``: per column and group ``n`` (values),
        ``low`` and ``high`` (the caps), ``low_count`` and ``high_count`` (values capped).

    Warns
    -----
    TreatmentWarning
        If rows have no group: their values are missing in the result.

    See Also
    --------
    indicia.treat.winsorize_quantile : the same caps inside an index, learned once and kept for new rows.

    Notes
    -----
    Missing values stay missing and count nowhere. Caps are of this table: an index that
    scores new rows takes ``treat=`` instead.

    References
    ----------
    Hyndman R. J., Fan Y. (1996), Sample quantiles in statistical packages, The
    American Statistician 50(4): 361-365, doi:10.1080/00031305.1996.10473566.

    Examples
    --------
    >>> import indicia as ix
    >>> rows = {"year": [2019] * 5 + [2020] * 5, "x": [1.0, 2, 3, 4, 50, 11, 12, 13, 14, 60]}
    >>> found, caps = ix.firm.winsorize(rows, "x", share=0.2, by="year", caps=True)
    >>> found["x"].tolist()
    [1.5, 2.0, 3.0, 4.0, 27.0, 11.5, 12.0, 13.0, 14.0, 37.0]
    >>> caps["high_count"].tolist()
    [1, 1]
    """
    one_of("quantile", quantile, ("stata", "linear"))
    lower, above = (share, share) if isinstance(share, int | float) else share
    if isinstance(share, bool) or not (min(lower, above) >= 0.0 and lower + above < 1.0):
        raise ValueError(f"share= is one share below 0.5, or two that add up to less than 1, found {share!r}")
    rows, names = Rows(data), names_of("columns", columns)
    groups = rows.groups("by", by)
    rule = "stata" if quantile == "stata" else "type7"
    made: dict[str, Any] = {}
    told: list[tuple[int, float, float, int, int]] = []
    for name in names:
        values = rows.numbers("columns", name)
        with rows.translated():
            made[name], found = _core.firm_winsorize(
                values, groups.codes, groups.size, float(lower), 1.0 - float(above), rule, threads
            )
        told += found
    if groups.unknown:
        message = f"{groups.unknown} rows have no {' or '.join(groups.names)}: their values are missing in the result"
        warnings.warn(message, TreatmentWarning, stacklevel=2)
    table = rows.with_columns(made)
    if not caps:
        return table
    n, low, high, low_count, high_count = (np.array(part) for part in zip(*told, strict=True)) if told else [[]] * 5
    second: dict[str, Any] = {"column": [name for name in names for _ in range(groups.size)]}
    second |= {name: labels * len(names) for name, labels in groups.labels.items()}
    second |= {"n": n, "low": low, "high": high, "low_count": low_count, "high_count": high_count}
    return table, rows.output.plain().frame(second)
