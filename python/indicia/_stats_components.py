"""What columns have in common: principal components and their rotation."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from . import _core
from ._stats_data import Inspected, one_of, replaced
from ._warnings import UndefinedStatisticWarning
from .errors import DataError, translated

__all__ = ["Components", "pca", "varimax"]

Gaps = Literal["pairwise", "complete"]
_GAPS = ("pairwise", "complete")


class Components(NamedTuple):
    """What `pca` returns.

    Attributes
    ----------
    values : table
        ``component``, ``eigenvalue``, ``sd`` (its root), ``explained`` (share
        of the total), ``cumulative``.
    vectors, loadings : table
        ``column``, then one column per component (``PC1``, ...): unit vectors,
        and vectors times sd.
    scores : table
        Components of each row, of the caller's kind; missing for rows with a gap.
    n : int
        Rows without a gap.
    """

    values: Any
    vectors: Any
    loadings: Any
    scores: Any
    n: int


def pca(
    data: Any,
    *,
    columns: Sequence[str] | None = None,
    matrix: Literal["correlation", "covariance"] = "correlation",
    gaps: Gaps = "complete",
    components: int | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> Components:
    """Take the principal components of columns.

    Eigenvectors of the correlation or covariance matrix; explained share =
    eigenvalue / sum of eigenvalues; loading = vector * sqrt(eigenvalue).

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    columns : sequence of str, optional
        By default all numeric columns but the keys.
    matrix : {"correlation", "covariance"}, default "correlation"
        What is taken apart; covariances have the denominator n - 1.
    gaps : {"complete", "pairwise"}, default "complete"
        Rows that count: those that have all columns, or for each pair those
        both have.
    components : int, optional
        How many to score and show; by default all.
    unit, time : str, optional
        Keys, put before the scores.

    Returns
    -------
    Components
        ``values``, ``vectors``, ``loadings``, ``scores`` and ``n``.

    Raises
    ------
    DegenerateError
        If a column is constant (with correlations), a pair has no common rows,
        or fewer than three rows are complete.

    Warns
    -----
    UndefinedStatisticWarning
        If pairwise gaps make an eigenvalue negative; its sd and loadings are 0.

    Notes
    -----
    Signs are fixed: components of a vector have a positive sum; where that is
    zero, the largest is positive. With fewer rows than columns the last
    eigenvalues are 0.

    References
    ----------
    Jolliffe I. T. (2002), Principal Component Analysis, doi:10.1007/b98835.

    Examples
    --------
    >>> import indicia as ix
    >>> data = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [2.0, 1.0, 4.0, 3.0, 5.0]}
    >>> [round(float(value), 6) for value in ix.stats.pca(data).values["eigenvalue"]]
    [1.8, 0.2]
    """
    one_of("matrix", matrix, ("correlation", "covariance"))
    one_of("gaps", gaps, _GAPS)
    if components is not None and (isinstance(components, bool) or components < 1):
        raise DataError(f"components= is a number of at least 1, found {components!r}")
    found = Inspected(data, columns, unit, time)
    p = len(found.names) if components is None else min(components, len(found.names))
    with found.translated():
        numbers, vectors, loadings, scores, n = _core.stats_pca(found.table(), matrix, gaps, p)
    names = [f"PC{i + 1}" for i in range(p)]
    if gaps == "pairwise" and numbers[0].min() < -1e-9 * numbers[0].max():
        message = "the matrix has negative eigenvalues, because pairs have different rows; gaps='complete' has none"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    columns_of = {"column": found.names}
    values = zip(("eigenvalue", "sd", "explained", "cumulative"), (column[:p] for column in numbers), strict=True)
    return Components(
        found.small({"component": names} | dict(values)),
        found.small(columns_of | {name: vectors[:, i] for i, name in enumerate(names)}),
        found.small(columns_of | {name: loadings[:, i] for i, name in enumerate(names)}),
        found.rows(dict(zip(names, scores, strict=True))),
        n,
    )


def varimax(loadings: Any, *, columns: Sequence[str] | None = None, kaiser: bool = True) -> Any:
    """Rotate loadings so that each factor loads highly on few columns.

    Maximizes the sum, over factors, of the variances of the squared loadings.

    Parameters
    ----------
    loadings : dataframe, mapping or ndarray
        Columns in rows, one numeric column per factor, such as
        ``pca(...).loadings`` with as many components as are to be rotated.
    columns : sequence of str, optional
        The factors; by default all numeric columns.
    kaiser : bool, default True
        Give every row the same weight: divide by the root of its communality
        before, multiply after.

    Returns
    -------
    table
        The same table with rotated factors; an array for an array. Communalities
        are unchanged, factors stay in their places, each with a positive sum.

    Raises
    ------
    DataError
        If a loading is missing or infinite.

    References
    ----------
    Kaiser H. F. (1958), Psychometrika 23(3): 187-200, doi:10.1007/BF02289233.

    Examples
    --------
    >>> import indicia as ix, numpy as np
    >>> ix.stats.varimax(np.array([[0.6, 0.6], [0.6, -0.6]])).round(3) + 0.0
    array([[0.849, 0.   ],
           [0.   , 0.849]])
    """
    if isinstance(loadings, np.ndarray) and loadings.dtype.names is None and columns is None:
        return _rotated(np.array(loadings, dtype=np.float64, order="C", ndmin=2), kaiser)
    found = Inspected(loadings, columns)
    if not found.names:
        raise DataError("loadings need at least one numeric column, one per factor")
    stacked = np.column_stack([found.parts[name].values.astype(np.float64) for name in found.names])
    rotated = _rotated(stacked, kaiser)
    return replaced(found.source, found.output, {name: rotated[:, i] for i, name in enumerate(found.names)})


def _rotated(loadings: Any, kaiser: bool) -> Any:
    with translated():
        return _core.stats_varimax(loadings, kaiser)
