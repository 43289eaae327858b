"""Means, totals, ratios, variances and quantiles of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ._level_table import By
from ._stats_data import one_of
from ._survey_design import Column, Design, designed
from ._survey_tables import OURS, Grouping, Reliability, Rows, checked, flagged, groupings, named
from .errors import DataError

__all__ = ["means", "quantiles", "ratios", "totals", "variances"]

Names = str | Sequence[str]
Pairs = Mapping[str, tuple[str, str]]
Rule = Literal["math", "higher", "school"]
Values = list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64] | None]]

COLUMNS = ("column", "n", "unknown", "weight", "mean", "total", "ratio", "variance", "se", "low", "high", "flag")


def means(
    data: Any,
    columns: Names,
    *,
    by: By = None,
    weights: Column = None,
    total: str | None = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """Means of groups, sum w y / sum w, with linearized standard errors.

    Parameters
    ----------
    data : Scores, Design, or table
        As in `shares`.
    columns : str or list of str
        Columns of numbers; with scores, also nodes.
    by, weights, total, confidence, reliability, threads
        As in `shares`.

    Returns
    -------
    table
        Groups in ascending order (missing first), ``column``, ``n`` rows used,
        ``unknown`` rows of the group without a value, ``weight`` of the ``n`` rows,
        ``mean``, ``se``, ``low`` and ``high`` (mean -+ t se), ``flag``.

    Notes
    -----
    Rows without a value are left out, which is a domain too. A group of a single
    sampling unit has no standard error.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"staff": [12.0, 20.0, 16.0, None], "w": [10.0, 10.0, 20.0, 5.0]}
    >>> found = ix.survey.means(firms, "staff", weights="w")
    >>> float(found["mean"][0]), int(found["n"][0]), int(found["unknown"][0])
    (16.0, 3, 1)
    """
    sample, names = designed(data, weights), named("columns", columns)
    values: Values = [(sample.values("columns", name), None) for name in names]
    return _table(sample, "mean", names, values, by, total, confidence, reliability, threads)


def totals(
    data: Any,
    columns: Names,
    *,
    by: By = None,
    weights: Column = None,
    total: str | None = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """Totals of groups in the population, sum w y, with standard errors.

    Parameters
    ----------
    data, columns, by, weights, total, confidence, reliability, threads
        As in `means`.

    Returns
    -------
    table
        As `means` does, with ``total`` in place of ``mean``.

    Notes
    -----
    Rows without a value add nothing, so the total is of the firms that answered: look
    at ``unknown``, and impute first where that is not what is meant. With ``weights``
    left away the total is that of the sample.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"patents": [0, 2, 1, 4], "w": [10.0, 10.0, 5.0, 5.0]}
    >>> float(ix.survey.totals(firms, "patents", weights="w")["total"][0])
    45.0
    """
    sample, names = designed(data, weights), named("columns", columns)
    values: Values = [(sample.values("columns", name), None) for name in names]
    return _table(sample, "total", names, values, by, total, confidence, reliability, threads)


def ratios(
    data: Any,
    pairs: Pairs,
    *,
    by: By = None,
    weights: Column = None,
    total: str | None = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """Ratios of totals, sum w y / sum w x, with linearized standard errors: margins, adoption weighted by turnover.

    Parameters
    ----------
    data : Scores, Design, or table
        As in `shares`.
    pairs : dict of str to (str, str)
        Name of the ratio to the columns above and below: ``{"margin": ("profit",
        "turnover")}``.
    by, weights, total, confidence, reliability, threads
        As in `shares`.

    Returns
    -------
    table
        As `means` does, with ``ratio`` in place of ``mean``; ``column`` is the name.

    Notes
    -----
    Rows that lack one of the two are left out of both. The ratio is missing where the
    total below is 0. It is not the mean of the firms' ratios.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"profit": [1.0, 2.0, -1.0], "turnover": [10.0, 20.0, 20.0]}
    >>> float(ix.survey.ratios(firms, {"margin": ("profit", "turnover")})["ratio"][0])
    0.04
    """
    sample = designed(data, weights)
    if not isinstance(pairs, Mapping) or not pairs:
        raise TypeError('pairs is a dict of names to (above, below), such as {"margin": ("profit", "turnover")}')
    values: Values = []
    for name, pair in pairs.items():
        if isinstance(pair, str) or len(pair) != 2:
            raise TypeError(f"pairs: {name!r} takes two columns, (above, below), found {pair!r}")
        values.append((sample.values("pairs", pair[0]), sample.values("pairs", pair[1])))
    return _table(sample, "ratio", list(pairs), values, by, total, confidence, reliability, threads)


def variances(
    data: Any,
    columns: Names,
    *,
    by: By = None,
    weights: Column = None,
    total: str | None = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """Variances in the population, n / (n - 1) sum w (y - mean)^2 / sum w, with linearized standard errors.

    Parameters
    ----------
    data, columns, by, weights, total, confidence, reliability, threads
        As in `means`.

    Returns
    -------
    table
        As `means` does, with ``variance`` in place of ``mean``. It is missing below
        two rows.

    Notes
    -----
    n is the number of rows with a value, as in `svyvar` of the R package survey.

    Examples
    --------
    >>> import indicia as ix
    >>> float(ix.survey.variances({"staff": [1.0, 2.0, 4.0, 5.0]}, "staff")["variance"][0]).__round__(6)
    3.333333
    """
    sample, names = designed(data, weights), named("columns", columns)
    values: Values = [(sample.values("columns", name), None) for name in names]
    return _table(sample, "variance", names, values, by, total, confidence, reliability, threads)


def _table(
    sample: Design,
    what: str,
    names: list[str],
    values: Values,
    by: By,
    total: str | None,
    confidence: float,
    reliability: Reliability,
    threads: int | None,
) -> Any:
    ask = "mean" if what == "ratio" else what
    rows, level = Rows(), checked(confidence)
    for group in groupings(sample, by, total, COLUMNS):
        with sample.translated():
            found = sample._core.estimates(ask, values, group.codes, group.size, level, threads)
        sizes = _sizes(sample, group)
        for place, labels in enumerate(group.labels):
            for column, name in enumerate(names):
                value, se, low, high, n, weight, _ = (part[column * group.size + place] for part in found)
                rows.add(
                    labels | {"column": name},
                    n=n,
                    unknown=np.int64(sizes[place] - n),
                    weight=weight,
                    **{what: value},
                    se=se,
                    low=low,
                    high=high,
                )
    flags = flagged(rows, reliability, "n", what)
    return rows.frame(sample, (*COLUMNS[:4], what, "se", "low", "high"), flag=flags)


def _sizes(sample: Design, group: Grouping) -> npt.NDArray[np.int64]:
    """Rows of each group."""
    if group.codes is None:
        return np.array([len(sample)])
    return np.bincount(group.codes, minlength=group.size).astype(np.int64)


def quantiles(
    data: Any,
    columns: Names,
    q: float | Sequence[float] = (0.25, 0.5, 0.75),
    *,
    by: By = None,
    weights: Column = None,
    rule: Rule = "math",
    total: str | None = None,
    confidence: float = 0.95,
    reliability: Reliability = OURS,
    threads: int | None = None,
) -> Any:
    """Weighted quantiles with Woodruff's intervals.

    Parameters
    ----------
    data, columns, by, weights, total, confidence, reliability, threads
        As in `means`.
    q : float or list of float, default (0.25, 0.5, 0.75)
        Between 0 and 1.
    rule : {"math", "higher", "school"}, default "math"
        With F the weighted share of rows up to a value: the smallest value with
        F >= q (``math``, as in the R package survey), the smallest with F > q
        (``higher``, as in the Python package svy), or midway between the two
        (``school``). They differ only where F = q.

    Returns
    -------
    table
        As `means` does, with ``q`` and ``quantile`` in place of ``mean``; ``se`` is the
        width of the interval over 2 t.

    Notes
    -----
    The interval is that of the share up to the quantile, carried back to values by the
    same rule; an end outside [0, 1] is missing, and the standard error with it.

    References
    ----------
    Woodruff R. S. (1952), Confidence intervals for medians and other position
    measures, JASA 47(260): 635-646, doi:10.1080/01621459.1952.10483443.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"staff": [12.0, 20.0, 16.0, 40.0], "w": [10.0, 10.0, 10.0, 2.0]}
    >>> ix.survey.quantiles(firms, "staff", [0.5, 0.99], weights="w")["quantile"].tolist()
    [16.0, 40.0]
    """
    one_of("rule", rule, ("math", "higher", "school"))
    if isinstance(q, str | bool):
        raise TypeError(f"q= is a number between 0 and 1 or a list of these, found {q!r}")
    wanted = [float(q)] if isinstance(q, int | float) else [float(share) for share in q]
    wrong = [share for share in wanted if not 0 < share < 1]
    if wrong or not wanted:
        raise DataError(f"q= lies between 0 and 1, found {wrong[0] if wrong else 'nothing'}")
    sample, names = designed(data, weights), named("columns", columns)
    values = [sample.values("columns", name) for name in names]
    rows, level = Rows(), checked(confidence)
    own = ("column", "q", "n", "unknown", "weight", "quantile", "se", "low", "high", "flag")
    for group in groupings(sample, by, total, own):
        with sample.translated():
            found = sample._core.quantiles(values, group.codes, group.size, wanted, rule, level, threads)
        sizes = _sizes(sample, group)
        for place, labels in enumerate(group.labels):
            for column, name in enumerate(names):
                for number, share in enumerate(wanted):
                    at = (column * group.size + place) * len(wanted) + number
                    value, se, low, high, n, weight, _ = (part[at] for part in found)
                    rows.add(
                        labels | {"column": name},
                        q=share,
                        n=n,
                        unknown=np.int64(sizes[place] - n),
                        weight=weight,
                        quantile=value,
                        se=se,
                        low=low,
                        high=high,
                    )
    return rows.frame(sample, own[:-1], flag=flagged(rows, reliability, "n", "quantile"))
