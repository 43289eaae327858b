"""Means with penalties, and aggregations that compare with a fitted reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._definition import Method
from ._plain import Columns, Indicators, aggregated, options


def mean_min(
    data: Any,
    indicators: Indicators = None,
    *,
    alpha: float | None = None,
    beta: float | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Mean less a penalty for lagging behind it: m - alpha (sqrt((m - min)^2 + beta^2) - beta).

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    alpha : float in [0, 1], default 1
        How much imbalance costs; 0 is the mean.
    beta : float >= 0, default 0
        How gently the penalty starts; 0 with ``alpha`` 1 is the minimum.

    Returns
    -------
    column of the kind of data
        Between the mean and the minimum.

    Notes
    -----
    Casadio Tarabusi and Guarini (2013), doi:10.1007/s11205-012-0100-z.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.mean_min({"a": [1.0], "b": [4.0], "c": [7.0]}, alpha=0.5, beta=4.0).tolist()
    [3.5]
    """
    given = options(alpha=alpha, beta=beta)
    return aggregated("mean_min", given, data, indicators, weights, normalize, missing, columns)


def mpi(
    data: Any,
    indicators: Indicators = None,
    *,
    penalty: str | None = None,
    ddof: int | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Mazziotta-Pareto index: M - S cv with cv = S / M, a mean with a penalty for imbalance.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    penalty : {"down", "up"}, default "down"
        Whether imbalance lowers the score, or raises it (for an index of which
        more is worse).
    ddof : {0, 1}, default 1
        The standard deviation divides by the number of columns less this. Software
        for this index divides by n - 1; some authors write n.

    Returns
    -------
    column of the kind of data
        Around 100; without imbalance the mean.

    Notes
    -----
    Columns should be z-scores of mean 100 and standard deviation 10:
    ``normalize={"zscore": {"mean": 100, "sd": 10}}``. A mean of 0 or below is an
    error. De Muro, Mazziotta and Pareto (2011), doi:10.1007/s11205-010-9727-z.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.mpi({"a": [90.0], "b": [110.0]}).tolist()
    [98.0]
    """
    given = options(penalty=penalty, ddof=ddof)
    return aggregated("mpi", given, data, indicators, weights, normalize, missing, columns)


def ampi(
    data: Any,
    indicators: Indicators = None,
    *,
    penalty: str | None = None,
    ddof: int | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Adjusted Mazziotta-Pareto index: M - S cv on scores that compare over time.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    penalty : {"down", "up"}, default "down"
        Whether imbalance lowers the score, or raises it (for an index of which
        more is worse).
    ddof : {0, 1}, default 1
        The standard deviation divides by the number of columns less this. Software
        for this index divides by n - 1; some authors write n.

    Returns
    -------
    column of the kind of data
        Around 100; without imbalance the mean.

    Notes
    -----
    Columns should lie on [70, 130] between goalposts common to all periods:
    ``normalize={"minmax": {"to": [70, 130]}}``, or goalposts. Mazziotta and Pareto
    (2016), doi:10.1007/s11205-015-0998-2.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.ampi({"a": [90.0], "b": [110.0]}).tolist()
    [98.0]
    """
    given = options(penalty=penalty, ddof=ddof)
    return aggregated("ampi", given, data, indicators, weights, normalize, missing, columns)


def topsis(
    data: Any,
    indicators: Indicators = None,
    *,
    normalization: str | None = None,
    weighting: str | None = None,
    ideal: Mapping[str, float] | None = None,
    anti_ideal: Mapping[str, float] | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Closeness to the ideal point: D- / (D+ + D-).

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    normalization : {"none", "vector"}, default "none"
        Whether columns are divided by the root of their sum of squares.
    weighting : {"inside", "outside"}, default "inside"
        Distance by (w d)^2, as Hwang and Yoon have it, or by w d^2.
    ideal, anti_ideal : dict of str to float, optional
        The best and the worst point; the greatest and least value of each column
        by default.

    Returns
    -------
    column of the kind of data
        In [0, 1]; 1 is the ideal.

    Notes
    -----
    Scores depend on the rows at hand: adding rows can reverse ranks. Where no column
    varies there is an error. Hwang and Yoon (1981), doi:10.1007/978-3-642-48318-9.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.topsis({"a": [0.0, 1.0, 0.5], "b": [0.0, 1.0, 0.5]}).tolist()
    [0.0, 1.0, 0.5]
    """
    given = options(normalization=normalization, weighting=weighting, ideal=ideal, anti_ideal=anti_ideal)
    return aggregated("topsis", given, data, indicators, weights, normalize, missing, columns)


def vikor(
    data: Any,
    indicators: Indicators = None,
    *,
    v: float | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Compromise of the group's satisfaction S and the worst regret R; the score is 1 - Q.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    v : float in [0, 1], default 0.5
        How much the majority counts against the worst regret.

    Returns
    -------
    column of the kind of data
        In [0, 1]; 1 is best in both. The published Q, of which less is better, is 1 - score.

    Notes
    -----
    S = sum d, R = max d with d = w (best - x) / (best - worst). Opricovic and Tzeng
    (2004), doi:10.1016/S0377-2217(03)00020-1.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.vikor({"a": [0.0, 1.0, 1.0], "b": [0.0, 1.0, 0.0]}).tolist()
    [0.0, 1.0, 0.25]
    """
    given = options(v=v)
    return aggregated("vikor", given, data, indicators, weights, normalize, missing, columns)


def grey_relational(
    data: Any,
    indicators: Indicators = None,
    *,
    rho: float | None = None,
    reference: Mapping[str, float] | None = None,
    extremes: str | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Grey relational degree: mean of (min D + rho max D) / (D + rho max D), D the distance from the reference.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    rho : float in (0, 1], default 0.5
        The distinguishing coefficient.
    reference : dict of str to float, optional
        The reference of every column; the best value of each by default.
    extremes : {"global", "per_child"}, default "global"
        Over what the least and greatest distance are taken.

    Returns
    -------
    column of the kind of data
        In (0, 1]; 1 is the reference.

    Notes
    -----
    Deng (1982), doi:10.1016/S0167-6911(82)80025-X.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.grey_relational({"a": [0.0, 1.0], "b": [0.0, 1.0]}).round(4).tolist()
    [0.3333, 1.0]
    """
    given = options(rho=rho, reference=reference, extremes=extremes)
    return aggregated("grey_relational", given, data, indicators, weights, normalize, missing, columns)
