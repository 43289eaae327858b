"""Scores by comparison with the best, a target, or all others."""

from __future__ import annotations

from typing import Any

from ._normalize_base import PerColumn, normalized
from ._plain import Columns, Indicators, options


def distance_to_max(
    data: Any,
    indicators: Indicators = None,
    *,
    outside: str | None = None,
    columns: Columns = None,
) -> Any:
    """Score one minus the distance to the best value, in units of the observed range.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    outside : {"extend", "clip", "missing", "error"}, default "extend"
        What happens beyond the anchors.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, in [0, 1], higher is better.

    Notes
    -----
    Missing values stay missing and do not count. A constant column has no
    such scale.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.distance_to_max({"a": [0.0, 5.0, 10.0]})["a"].tolist()
    [0.0, 0.5, 1.0]
    """
    return normalized("distance_to_max", data, indicators, columns, options(outside=outside))


def distance_to_reference(
    data: Any,
    indicators: Indicators = None,
    *,
    reference: str,
    unit: str,
    outside: str | None = None,
    columns: Columns = None,
) -> Any:
    """Score one minus the distance to a named unit, in units of its lead over the worst.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    reference : str
        Label of the unit that scores 1, as the column ``unit`` has it.
    unit : str
        The column that names units; rows must be unique in it.
    outside : {"extend", "clip", "missing", "error"}, default "extend"
        What happens beyond the anchors.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, 1 for the reference, 0 for the worst.

    Notes
    -----
    Missing values stay missing and do not count. The reference
    must have a value that is not the worst: otherwise a `DegenerateError`.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["x", "y", "z"], "a": [0.0, 4.0, 8.0]}
    >>> ix.normalize.distance_to_reference(firms, ["a"], reference="y", unit="firm")["a"].tolist()
    [0.0, 1.0, 2.0]
    """
    return normalized(
        "distance_to_reference", data, indicators, columns, options(unit=reference, outside=outside), unit
    )


def distance_to_target(
    data: Any,
    indicators: Indicators = None,
    *,
    target: PerColumn,
    outside: str | None = None,
    columns: Columns = None,
) -> Any:
    """Score how far a unit has come from the worst value to a target.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    target : float, or dict of column to float
        The target, in original units.
    outside : {"extend", "clip", "missing", "error"}, default "extend"
        What happens beyond the anchors.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, 1 at the target, 0 for the worst.

    Notes
    -----
    Missing values stay missing and do not count. A target at or beyond the
    worst value is a `DegenerateError`.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.distance_to_target({"a": [0.0, 4.0, 8.0]}, target=4)["a"].tolist()
    [0.0, 1.0, 2.0]
    """
    return normalized("distance_to_target", data, indicators, columns, options(target=target, outside=outside))


def fraction_of_max(
    data: Any,
    indicators: Indicators = None,
    *,
    columns: Columns = None,
) -> Any:
    """Score x / max where more is better, min / x where less is.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, in (0, 1], higher is better.

    Notes
    -----
    Missing values stay missing and do not count. Values of 0 or below
    are a `DegenerateError`.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.fraction_of_max({"a": [2.0, 5.0, 10.0]}, {"a": -1})["a"].tolist()
    [1.0, 0.4, 0.2]
    """
    return normalized("fraction_of_max", data, indicators, columns, {})


def rank(
    data: Any,
    indicators: Indicators = None,
    *,
    columns: Columns = None,
) -> Any:
    """Score the number of worse values plus one; ties share the lowest rank.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, from 1 for the worst upwards.

    Notes
    -----
    Missing values stay missing and do not count.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.rank({"a": [3.0, 1.0, 3.0]})["a"].tolist()
    [2.0, 1.0, 2.0]
    """
    return normalized("rank", data, indicators, columns, {})


def percentile(
    data: Any,
    indicators: Indicators = None,
    *,
    ties: str | None = None,
    columns: Columns = None,
) -> Any:
    """Score the share of values that are worse, (rank - 1) / (n - 1).

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    ties : {"min", "average"}, default "min"
        Rank of equal values.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, in [0, 1], higher is better.

    Notes
    -----
    Missing values stay missing and do not count. One value alone has no
    percentile: missing.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.percentile({"a": [3.0, 1.0, 5.0]})["a"].tolist()
    [0.5, 0.0, 1.0]
    """
    return normalized("percentile", data, indicators, columns, options(ties=ties))


def borda(
    data: Any,
    indicators: Indicators = None,
    *,
    columns: Columns = None,
) -> Any:
    """Score the number of worse values, rank - 1.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, from 0 for the worst upwards.

    Notes
    -----
    Missing values stay missing and do not count.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.borda({"a": [3.0, 1.0, 5.0]})["a"].tolist()
    [1.0, 0.0, 2.0]
    """
    return normalized("borda", data, indicators, columns, {})
