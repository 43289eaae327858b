"""Imputation as plain functions: a table in, the same kind out with missing values of the named columns filled.

`mean`, `median`, `row_mean` and `row_median` are the score-time steps of an index (``impute=``); `last`, `constant`,
`linear` and `linear_constant` fill a panel from other periods, and `neighbors` and `iterative` adapt scikit-learn:
these are preparation, done before an index sees the rows. Nothing observed is ever changed.

Examples
--------
>>> import indicia as ix
>>> ix.impute.mean({"x": [1.0, None, 3.0]})["x"].tolist()
[1.0, 2.0, 3.0]
"""

from __future__ import annotations

from typing import Any

from ._impute_model import iterative, neighbors
from ._impute_panel import constant, last, linear, linear_constant
from ._plain import Columns, Indicators, fit_flat, indicators_of, method, options, passes_of
from ._replace import replaced
from .frames import source_of

__all__ = [
    "constant",
    "iterative",
    "last",
    "linear",
    "linear_constant",
    "mask",
    "mean",
    "median",
    "neighbors",
    "row_mean",
    "row_median",
]


def mean(data: Any, indicators: Indicators = None, *, by: str | None = None, columns: Columns = None) -> Any:
    """Fill with the mean of the column, or of the units of the same group.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns to fill; by default all columns of numbers.
    by : str, optional
        Column of groups, such as sector or size class.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; missing values of the named ones filled. `mask` tells which.

    Warns
    -----
    ImputationWarning
        Where a column, or a group, has no value to fill with, and where a unit
        has no group: those values stay missing.

    References
    ----------
    OECD/JRC (2008), step 3, doi:10.1787/9789264043466-en.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"x": [1.0, None, 5.0, None], "size": ["s", "s", "l", "l"]}
    >>> ix.impute.mean(firms, ["x"], by="size")["x"].tolist()
    [1.0, 1.0, 5.0, 5.0]
    """
    return _filled(data, indicators, method("mean", options(by=by)), columns)


def median(data: Any, indicators: Indicators = None, *, by: str | None = None, columns: Columns = None) -> Any:
    """Fill with the median (type 7) of the column, or of the units of the same group; all else as in `mean`.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.impute.median({"x": [1.0, None, 2.0, 9.0]})["x"].tolist()
    [1.0, 2.0, 2.0, 9.0]
    """
    return _filled(data, indicators, method("median", options(by=by)), columns)


def row_mean(data: Any, indicators: Indicators = None, *, columns: Columns = None) -> Any:
    """Fill with the unit's own standing on the other indicators.

    Every indicator is turned by its direction and put on [0, 1] by its extremes;
    the mean of the unit's observed ones is put back on the scale of the missing
    one.

    Parameters
    ----------
    data, columns
        As in `mean`.
    indicators : list of str, or dict of str to int, optional
        Columns to fill and to fill from, with their directions: +1 more is better,
        -1 less is better. Inside an index, ``within`` names the group whose
        indicators are used (by default the siblings).

    Returns
    -------
    same kind as data

    Warns
    -----
    ImputationWarning
        Where no other indicator varies.

    Notes
    -----
    A constant column is filled with its constant and says nothing of others. A
    unit with nothing observed stays missing.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"a": [0.0, 5.0, 10.0], "cost": [8.0, None, 4.0]}
    >>> ix.impute.row_mean(firms, {"a": 1, "cost": -1})["cost"].tolist()
    [8.0, 6.0, 4.0]
    """
    return _filled(data, indicators, "row_mean", columns)


def row_median(data: Any, indicators: Indicators = None, *, columns: Columns = None) -> Any:
    """Fill with the median standing of the unit on the other indicators; all else as in `row_mean`.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.impute.row_median({"a": [0.0, 1.0, 2.0], "b": [0.0, None, 2.0]})["b"].tolist()
    [0.0, 1.0, 2.0]
    """
    return _filled(data, indicators, "row_median", columns)


def mask(before: Any, after: Any, indicators: Indicators = None, *, columns: Columns = None) -> Any:
    """Tell which values were filled.

    Parameters
    ----------
    before, after : tables of the same rows
        The data as they came, and what a function of this module made of them.
    indicators : list of str, optional
        Columns to compare; by default all columns of numbers of ``before``.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as before
        One column of yes and no per indicator; its sum is the count of filled
        values.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"x": [1.0, None, 3.0]}
    >>> ix.impute.mask(firms, ix.impute.mean(firms))["x"].tolist()
    [False, True, False]
    """
    names = list(indicators_of(source_of(before, columns), indicators))
    first, held, _ = fit_flat(before, names, columns=columns, normalize="none", aggregate="none")
    second, own, _ = fit_flat(after, names, normalize="none", aggregate="none")
    was, now = passes_of(first, held).all_indicators(), passes_of(second, own).all_indicators()
    # A missing value is the only one that differs from itself.
    return held.output.frame({name: (was[name] != was[name]) & (now[name] == now[name]) for name in names})


def _filled(data: Any, indicators: Indicators, impute: Any, columns: Columns) -> Any:
    chosen = indicators_of(source_of(data, columns), indicators)
    steps = {"normalize": "none", "aggregate": "none", "impute": impute}
    fitted, held, _ = fit_flat(data, chosen, columns=columns, stacklevel=5, **steps)
    found = passes_of(fitted, held, stacklevel=5).all_indicators()
    # The scale "none" turns by direction; turned once more, values are as they came.
    return replaced(held.source, held.output, {name: found[name] * chosen[name] for name in chosen})
