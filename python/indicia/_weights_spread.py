"""Weights by how much the scores of an indicator spread: std, cv, gini, angle, scatter_degree."""

from __future__ import annotations

from typing import Any

from ._definition import Method
from ._plain import Columns, Indicators
from ._weights_fit import Period, weigh


def std(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators by the standard deviation of their scores: w = s / sum(s).

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit, or per unit and period. Never changed.
    indicators : list of str, or dict of str to int, optional
        Columns, or columns with their direction: +1 more is better, -1 less is
        better. By default all columns of numbers but ``time``, each +1.
    normalize : str or dict, default "minmax"
        The scale the weights are fitted on: a name or ``{name: {options}}``.
        On minmax, units of measurement do not matter; on "none" s has the unit of
        the column.
    missing : {"pairwise", "listwise"}, optional
        Which rows count when values are missing: all observed values of each
        column, or only rows without a gap. There is no silent default: where values
        are missing, one must be chosen.
    time : str, optional
        Column of periods.
    period : {"pooled", "each", "each_mean"} or dict, default "pooled"
        All rows together; each period by itself, scale and weights; each period by
        itself, then the plain mean of an indicator's weights over the periods; or
        ``{"base": 2014}``, the rows of that period.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1)
        and ``sd``, in units of the scores; first ``period`` where each is fitted by
        itself. With "each_mean" the indicator and its weight only.

    Raises
    ------
    DegenerateError
        If values are missing and no rule is chosen, or no indicator varies (one
        row, say). The message names what and where.
    DefinitionError, MissingColumnError, ColumnTypeError, DataError

    Warns
    -----
    WeightWarning
        An indicator does not vary and gets weight 0.
    ConstantColumnWarning
        A scale could not be learned from a constant column.
    ComparabilityWarning
        With "each" and "each_mean": each period has a scale of its own.

    Notes
    -----
    s has the denominator n - 1, which cancels where all columns have the same rows.
    Two equal columns get equal weights. Weights by spread describe this sample, not
    importance. Rows and columns may stand in any order.

    A column that does not vary has no minmax scale and no scores; it gets weight 0
    with a warning.

    References
    ----------
    Diakoulaki, Mavrotas and Papayannakis (1995), doi:10.1016/0305-0548(94)00059-H.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 1.0, 2.0], "web": [0.0, 0.0, 6.0]}
    >>> ix.weights.std(firms)["weight"].round(3).tolist()
    [0.464, 0.536]
    """
    return weigh("std", {"missing": missing}, data, indicators, normalize, time, period, columns)


def cv(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "none",
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    r"""Weigh indicators by their coefficient of variation: v = s / \|m\|, w = v / sum(v).

    Parameters
    ----------
    data, indicators, missing, time, period, columns
        As in `std`.
    normalize : str or dict, default "none"
        By default the values as they are: v is then free of units. Turning a
        column around does not change its v, so that directions mean nothing on
        "none"; transform a cost first (1 / x, say) if it is to count by the spread of
        the transformed values. On minmax v is that of the scores, and changes with
        the extremes.

    Returns
    -------
    same kind as data
        As `std`, with ``cv`` (v, at least 0, no unit) instead of ``sd``.

    Raises
    ------
    DegenerateError
        As `std`, and if a mean is 0 (\|m\| <= 1e-12 s), where v has no meaning.

    Warns
    -----
    WeightWarning, ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    s has the denominator n - 1, m is the mean. A mean near 0 makes v explode.

    References
    ----------
    Shuai, Zongzhun, Yongji and Lei (2012), doi:10.1109/CCDC.2012.6244621.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.weights.cv({"a": [1.0, 2.0, 3.0], "b": [10.0, 20.0, 30.0]})["cv"].tolist()
    [0.5, 0.5]
    """
    return weigh("cv", {"missing": missing}, data, indicators, normalize, time, period, columns)


def gini(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators by the Gini index of their scores: w = G / sum(G).

    With sorted scores x_(1) <= ... <= x_(n) and their mean m: G = sum_i (2 i - n - 1)
    x_(i) / (n^2 m), the mean absolute difference over twice the mean.

    Parameters
    ----------
    data, indicators, missing, time, period, columns
        As in `std`.
    normalize : str or dict, default "minmax"
        The scale; its scores must be at least 0.

    Returns
    -------
    same kind as data
        As `std`, with ``gini`` in [0, 1) instead of ``sd``.

    Raises
    ------
    DegenerateError
        As `std`, and if a score is negative.

    Warns
    -----
    WeightWarning, ConstantColumnWarning, ComparabilityWarning
        As `std`; scores that are all zero count as not varying.

    Notes
    -----
    G divides by n^2, not by n (n - 1). It is free of units, but not of the zero
    point: minmax and the raw values give different weights.

    References
    ----------
    Gini (1912); Sen (1973), doi:10.1093/0198281935.001.0001.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.weights.gini({"a": [0.0, 1.0], "b": [2.0, 0.0]})["gini"].tolist()
    [0.5, 0.5]
    """
    return weigh("gini", {"missing": missing}, data, indicators, normalize, time, period, columns)


def angle(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "none",
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    r"""Weigh indicators by their angle to an indicator on which all units are equal: w = u / sum(u).

    With the mean m and the root mean square q of the scores: u = arccos(\|m\| / q).

    Parameters
    ----------
    data, indicators, missing, time, period, columns
        As in `std`.
    normalize : str or dict, default "none"
        By default the values as they are: u is then free of units. Turning a
        column around does not change its u, so that directions mean nothing on
        "none"; transform a cost first, as in `cv`.

    Returns
    -------
    same kind as data
        As `std`, with ``angle`` in radians, in [0, pi / 2], instead of ``sd``.

    Raises
    ------
    DegenerateError
        As `std`.

    Warns
    -----
    WeightWarning, ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    u is taken as arctan(s / \|m\|) with s over n: the same, and exact for small
    angles. A mean of 0 gives pi / 2.

    References
    ----------
    Shuai, Zongzhun, Yongji and Lei (2012), doi:10.1109/CCDC.2012.6244621.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.weights.angle({"a": [1.0, 3.0], "b": [2.0, 6.0]})["weight"].tolist()
    [0.5, 0.5]
    """
    return weigh("angle", {"missing": missing}, data, indicators, normalize, time, period, columns)


def scatter_degree(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    negative: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators so that the units are set furthest apart: vertical and horizontal grading.

    With the scores Z of all rows, units and periods together: w is the leading
    eigenvector of Z'Z, scaled to sum 1. It maximizes the sum of squared composites
    over vectors w of unit length.

    Parameters
    ----------
    data, indicators, missing, time, period, columns
        As in `std`.
    normalize : str or dict, default "minmax"
        The scale. With scores of at least 0 no weight can be negative; z-scores can
        give negative ones.
    negative : {"error", "drop", "nonnegative"}, default "error"
        Refuse negative weights; leave those indicators out and fit again; or find
        the best w >= 0.

    Returns
    -------
    same kind as data
        ``indicator`` and ``weight`` (at least 0, summing to 1); first ``period``
        where each is fitted by itself.

    Raises
    ------
    DegenerateError
        If weights are negative, by name, unless ``negative`` says what to do; if
        values are missing and no rule is chosen; if all scores are zero.

    Warns
    -----
    WeightWarning
        An indicator was dropped; or it does not vary and weighs by its size alone.
    ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    The method looks at the size of scores, not at their spread about the mean. With
    "pairwise", products are means over the rows both columns have.

    References
    ----------
    Guo (2002), Journal of Management Sciences in China 5(6). Tang, Cao and Chen
    (2025).

    Examples
    --------
    >>> import indicia as ix
    >>> ix.weights.scatter_degree({"a": [0.0, 1.0, 1.0], "b": [0.0, 1.0, 1.0]})["weight"].round(12).tolist()
    [0.5, 0.5]
    """
    given = {"missing": missing, "negative": negative}
    return weigh("scatter_degree", given, data, indicators, normalize, time, period, columns)
