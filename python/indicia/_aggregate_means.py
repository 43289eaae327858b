"""Means and order statistics of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._definition import Method
from ._plain import Columns, Indicators, aggregated, options


def arithmetic(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Weighted arithmetic mean, sum(w x) / sum(w).

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    weights : str or dict, default "equal"
        A method of `indicia.weights`, or weights by column.
    normalize : str or dict, default "none"
        Scale of the columns; "none" takes them as they are, turned by direction.
    missing : {"renormalize", "propagate", "error"}, default "renormalize"
        What a missing column does: its weight goes to the others, the score is
        missing, or it is an error.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    column of the kind of data
        In the unit of the columns; higher is better.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.arithmetic({"a": [1.0, 2.0], "b": [3.0, None]}, weights={"a": 3, "b": 1}).tolist()
    [1.5, 2.0]
    """
    return aggregated("arithmetic", {}, data, indicators, weights, normalize, missing, columns)


def sum(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Weighted sum, sum(w x); weights are used as they are.

    Parameters are those of `arithmetic`.

    Returns
    -------
    column of the kind of data
        In the unit of the columns.

    Notes
    -----
    Missing columns make the sum missing by default (``missing="propagate"``).

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.sum({"a": [1.0], "b": [3.0]}, weights={"a": 1, "b": 2}).tolist()
    [7.0]
    """
    return aggregated("sum", {}, data, indicators, weights, normalize, missing, columns)


def geometric(
    data: Any,
    indicators: Indicators = None,
    *,
    zero: str | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Weighted geometric mean, exp(sum(w ln x) / sum(w)), for positive columns.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    zero : {"error", "zero", "missing"}, default "error"
        What a zero does: an error that names the rows, a score of zero, or a
        missing score. Negative values are always an error.

    Returns
    -------
    column of the kind of data
        In the unit of the columns; a weak column is made up for only in part.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.geometric({"a": [1.0], "b": [4.0]}).tolist()
    [2.0]
    """
    given = options(zero=zero)
    return aggregated("geometric", given, data, indicators, weights, normalize, missing, columns)


def harmonic(
    data: Any,
    indicators: Indicators = None,
    *,
    zero: str | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Weighted harmonic mean, sum(w) / sum(w / x), for positive columns.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    zero : {"error", "zero", "missing"}, default "error"
        As in `geometric`.

    Returns
    -------
    column of the kind of data
        In the unit of the columns; a weak column is made up for least of the three means.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.harmonic({"a": [1.0], "b": [3.0]}).tolist()
    [1.5]
    """
    given = options(zero=zero)
    return aggregated("harmonic", given, data, indicators, weights, normalize, missing, columns)


def power(
    data: Any,
    indicators: Indicators = None,
    *,
    p: float | None = None,
    zero: str | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Weighted power mean, (sum(w x^p) / sum(w))^(1/p), for positive columns.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    p : float, not 0
        The exponent; required.
    zero : {"error", "zero", "missing"}, default "error"
        As in `geometric`; with p > 0 a zero is a value like any other.

    Returns
    -------
    column of the kind of data
        In the unit of the columns; the smaller p, the less a strong column makes up for a weak one.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.power({"a": [1.0], "b": [7.0]}, p=2.0).tolist()
    [5.0]
    """
    given = options(p=p, zero=zero)
    return aggregated("power", given, data, indicators, weights, normalize, missing, columns)


def min(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """The smallest column; no weights.

    Parameters are those of `arithmetic`.

    Returns
    -------
    column of the kind of data
        The worst column, whatever the others.

    Notes
    -----
    A missing column makes the score missing by default, unless it cannot matter.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.min({"a": [1.0], "b": [3.0]}).tolist()
    [1.0]
    """
    return aggregated("min", {}, data, indicators, weights, normalize, missing, columns)


def max(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """The greatest column; no weights.

    Parameters are those of `arithmetic`.

    Returns
    -------
    column of the kind of data
        The best column, whatever the others.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.max({"a": [1.0], "b": [3.0]}).tolist()
    [3.0]
    """
    return aggregated("max", {}, data, indicators, weights, normalize, missing, columns)


def median(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Weighted median: the value at which the weights below reach one half.

    Parameters are those of `arithmetic`.

    Returns
    -------
    column of the kind of data
        In the unit of the columns; one extreme column does not move it.

    Notes
    -----
    Where the weights below a value reach one half exactly, the mean of it and the
    next, so that equal weights give the usual median.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.median({"a": [1.0], "b": [3.0], "c": [100.0]}).tolist()
    [3.0]
    """
    return aggregated("median", {}, data, indicators, weights, normalize, missing, columns)


def owa(
    data: Any,
    indicators: Indicators = None,
    *,
    ranks: Sequence[float] | None = None,
    orness: float | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Ordered weighted average, sum(v_k x_(k)): weights belong to ranks, best to worst.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    ranks : list of float, optional
        v, from the best column to the worst; any scale.
    orness : float in (0, 1), default 0.5
        Instead of ``ranks``: how much the best columns count. 0.5 is the mean,
        towards 0 the worst column decides, towards 1 the best.

    Returns
    -------
    column of the kind of data
        In the unit of the columns, between the worst and the best.

    Notes
    -----
    ``weights`` of columns stretch the ranks. With a missing column the others keep
    their places: v is read as a piecewise linear quantifier.

    References
    ----------
    Yager (1988), doi:10.1109/21.87068.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.owa({"a": [1.0], "b": [3.0]}, ranks=[0.25, 0.75]).tolist()
    [1.5]
    """
    given = options(weights=None if ranks is None else list(ranks), orness=orness)
    return aggregated("owa", given, data, indicators, weights, normalize, missing, columns)
