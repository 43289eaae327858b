"""Lines between anchors, and the curve around the mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._normalize_base import PerColumn, normalized
from ._plain import Columns, Indicators, options


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
    return normalized("minmax", data, indicators, columns, options(to=to))


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
    return normalized("zscore", data, indicators, columns, options(mean=mean, sd=sd))


def logistic(
    data: Any,
    indicators: Indicators = None,
    *,
    k: float | None = None,
    columns: Columns = None,
) -> Any:
    """Bend the distance to the mean into an S: score = 1 / (1 + exp(-k (x - m) / s)).

    m is the mean and s the standard deviation (n - 1) of the column; where less
    is better, (x - m) turns its sign.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, with their direction: +1 more is better (the default), -1 less is
        better. By default all columns of numbers.
    k : float, default 1
        Steepness at the mean, above 0.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns; the named ones as scores, in [0, 1], 0.5 at the mean, higher is
        better. Outliers come ever closer to 0 and 1.

    Raises
    ------
    DefinitionError
        If ``k`` is not a positive number.

    Warns
    -----
    ConstantColumnWarning
        Where a column does not vary: its scores are missing.

    Notes
    -----
    Missing values stay missing and do not count.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.normalize.logistic({"a": [8.0, 10.0, 12.0]})["a"].round(4).tolist()
    [0.2689, 0.5, 0.7311]
    """
    return normalized("logistic", data, indicators, columns, options(k=k))


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
    return normalized("robust", data, indicators, columns, {})


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
    return normalized(
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
    return normalized("scaled", data, indicators, columns, options(low=low, high=high, to=to))
