"""Scales as plain functions: a table in, the same kind out with the named columns replaced by their scores.

Inside an index say ``normalize=``, or ``scale =`` in a definition; the numbers are the same. To score new rows by the
fitted numbers, or each period by itself, fit an index.

Examples
--------
>>> import indicia as ix
>>> firms = {"cloud": [0.0, 5.0, 10.0], "cost": [8.0, 4.0, 6.0]}
>>> ix.normalize.minmax(firms, {"cloud": 1, "cost": -1})["cost"].tolist()
[0.0, 1.0, 0.5]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._plain import Columns, Indicators, fit_flat, indicators_of, method, options, passes_of
from ._replace import replaced
from .errors import UnknownNameError
from .frames import source_of

__all__ = [
    "borda",
    "distance_to_max",
    "distance_to_reference",
    "distance_to_target",
    "fraction_of_max",
    "goalposts",
    "minmax",
    "percentile",
    "rank",
    "robust",
    "scaled",
    "zscore",
]

# A number for all columns, or one for each.
PerColumn = float | Mapping[str, float]


def minmax(
    data: Any,
    indicators: Indicators = None,
    *,
    to: Sequence[float] | None = None,
    columns: Columns = None,
) -> Any:
    """Put the worst observed value on ``to[0]`` and the best on ``to[1]``.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    to : (float, float), default (0, 1)
        Scores of the worst and the best.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, on ``to``, higher is better.

    Notes
    -----
    Missing values stay missing and do not count. A constant column has
    no such scale: its scores are missing, with a `ConstantColumnWarning`.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.minmax({"a": [0.0, 5.0, 10.0]}, to=[1, 100])["a"].tolist()
    [1.0, 50.5, 100.0]
    """
    return _normalized("minmax", data, indicators, columns, options(to=to))


def zscore(
    data: Any,
    indicators: Indicators = None,
    *,
    mean: float | None = None,
    sd: float | None = None,
    columns: Columns = None,
) -> Any:
    """Measure the distance to the mean in standard deviations (n - 1).

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    mean, sd : float, default 0 and 1
        Mean and standard deviation of the scores.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, around ``mean``, higher is better.

    Notes
    -----
    Missing values stay missing and do not count. A constant column has
    no such scale.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.zscore({"a": [1.0, 2.0, 3.0]}, mean=100, sd=10)["a"].tolist()
    [90.0, 100.0, 110.0]
    """
    return _normalized("zscore", data, indicators, columns, options(mean=mean, sd=sd))


def robust(
    data: Any,
    indicators: Indicators = None,
    *,
    columns: Columns = None,
) -> Any:
    """Measure the distance to the median in interquartile ranges (type 7).

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
        All columns; the named ones as scores, around 0, higher is better.

    Notes
    -----
    Missing values stay missing and do not count. A column whose quartiles
    are equal has no such scale.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.robust({"a": [1.0, 2.0, 3.0, 4.0, 5.0]})["a"].tolist()
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    return _normalized("robust", data, indicators, columns, {})


def goalposts(
    data: Any,
    indicators: Indicators = None,
    *,
    low: PerColumn,
    high: PerColumn,
    to: Sequence[float] | None = None,
    transform: str | None = None,
    outside: str | None = None,
    columns: Columns = None,
) -> Any:
    """Draw a line between two fixed goalposts in original units.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    low, high : float, or dict of column to float
        Goalposts, low < high whatever the direction.
    to : (float, float), default (0, 1)
        Scores of the worst and the best.
    transform : {"none", "ln", "log10"}, default "none"
        What both values and goalposts go through first.
    outside : {"clip", "extend", "missing", "error"}, default "clip"
        What happens beyond the anchors.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, on ``to``, higher is better.

    Notes
    -----
    Missing values stay missing and do not count. Nothing is learned
    from the data.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.goalposts({"life": [20.0, 52.5, 90.0]}, low=20, high=85)["life"].tolist()
    [0.0, 0.5, 1.0]
    """
    return _normalized(
        "goalposts", data, indicators, columns, options(low=low, high=high, to=to, transform=transform, outside=outside)
    )


def scaled(
    data: Any,
    indicators: Indicators = None,
    *,
    low: PerColumn,
    high: PerColumn,
    to: Sequence[float] | None = None,
    columns: Columns = None,
) -> Any:
    """Draw a line through two fixed values that goes on beyond them.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    low, high : float, or dict of column to float
        The values, low < high whatever the direction.
    to : (float, float), default (0, 100)
        Their scores.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, higher is better.

    Notes
    -----
    Missing values stay missing and do not count. Nothing is learned
    from the data.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.scaled({"a": [1.0, 3.0]}, low=0, high=2)["a"].tolist()
    [50.0, 150.0]
    """
    return _normalized("scaled", data, indicators, columns, options(low=low, high=high, to=to))


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
    return _normalized("distance_to_max", data, indicators, columns, options(outside=outside))


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
    return _normalized(
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
    return _normalized("distance_to_target", data, indicators, columns, options(target=target, outside=outside))


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
    return _normalized("fraction_of_max", data, indicators, columns, {})


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
    return _normalized("rank", data, indicators, columns, {})


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
    return _normalized("percentile", data, indicators, columns, options(ties=ties))


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
    return _normalized("borda", data, indicators, columns, {})


def _normalized(
    name: str,
    data: Any,
    indicators: Indicators,
    columns: Columns,
    given: Mapping[str, Any],
    unit: str | None = None,
) -> Any:
    chosen = indicators_of(source_of(data, columns), indicators)
    apart = {option: value for option, value in given.items() if isinstance(value, Mapping)}
    for option, values in apart.items():
        lacking = [column for column in chosen if column not in values]
        if lacking:
            raise UnknownNameError(f"{option}= has no number for column {lacking[0]!r}")
    own = {
        column: {"scale": method(name, dict(given) | {option: values[column] for option, values in apart.items()})}
        for column in chosen
    }
    steps: dict[str, Any] = {"normalize": "none", "aggregate": "none", "own": own}
    fitted, held, _ = fit_flat(data, chosen, columns=columns, unit=unit, stacklevel=5, **steps)
    found = passes_of(fitted, held, stacklevel=5).all_indicators()
    return replaced(held.source, held.output, {column: found[column] for column in chosen})
