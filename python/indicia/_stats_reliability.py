"""How far columns measure one thing."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from . import _core
from ._stats_data import Inspected, one_of
from ._stats_tree import Tree
from ._warnings import UndefinedStatisticWarning
from .errors import DegenerateError

__all__ = ["Reliability", "cronbach", "cronbach_by_group"]

Gaps = Literal["pairwise", "complete"]
_GAPS = ("pairwise", "complete")


class Reliability(NamedTuple):
    """What `cronbach` returns.

    Attributes
    ----------
    alpha : float
        Cronbach's alpha, at most 1; NaN where undefined.
    items : table
        ``column``, ``alpha_if_deleted``, ``correlation_with_rest``.
    n : int
        Rows without a gap.
    """

    alpha: float
    items: Any
    n: int


def cronbach(
    data: Any,
    *,
    columns: Sequence[str] | None = None,
    gaps: Gaps = "pairwise",
    standardized: bool = False,
    unit: str | None = None,
    time: str | None = None,
) -> Reliability:
    """Tell how far columns measure one thing: Cronbach's alpha.

    alpha = k^2 * (mean covariance of different columns) / (sum of all covariances).

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit; columns turned so that more means the same in all.
    columns : sequence of str, optional
        By default all numeric columns but the keys.
    gaps : {"pairwise", "complete"}, default "pairwise"
        Rows that count in a covariance: those both columns have, or those that
        have all.
    standardized : bool, default False
        Use correlations instead of covariances.
    unit, time : str, optional
        Keys, which are left out.

    Returns
    -------
    Reliability
        ``alpha``, ``items`` (alpha without each column, and its correlation with
        the sum of the others) and ``n``.

    Raises
    ------
    DegenerateError
        For fewer than two columns.

    Warns
    -----
    UndefinedStatisticWarning
        If alpha is not defined: columns without common rows, or covariances that
        add up to nothing.

    Notes
    -----
    Negative values are returned as they are: columns that go against each other.

    References
    ----------
    Cronbach L. J. (1951), Psychometrika 16(3): 297-334, doi:10.1007/BF02310555.

    Examples
    --------
    >>> import indicia as ix
    >>> round(ix.stats.cronbach({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]}).alpha, 3)
    0.667
    """
    one_of("gaps", gaps, _GAPS)
    found = Inspected(data, columns, unit, time)
    if len(found.names) < 2:
        raise DegenerateError(f"alpha needs at least 2 columns, found {len(found.names)}; name more columns")
    with found.translated():
        alpha, if_deleted, with_rest, n = _core.stats_cronbach(found.table(), gaps, standardized)
    if np.isnan(alpha):
        message = "alpha is not defined: columns have no common rows, or their covariances add up to nothing"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    items = {"column": found.names, "alpha_if_deleted": if_deleted, "correlation_with_rest": with_rest}
    return Reliability(alpha, found.small(items), n)


def cronbach_by_group(data: Any, index: Any, *, gaps: Gaps = "pairwise", standardized: bool = False) -> Any:
    """Give Cronbach's alpha of the children of each group.

    Parameters
    ----------
    data : dataframe or mapping
        Scores of nodes, such as ``scores.to_frame("all")``, or raw indicators.
    index : Index or FittedIndex
        The tree; a group none of whose children are in the data is left out.
    gaps, standardized
        As in `cronbach`.

    Returns
    -------
    table
        ``group``, ``tier`` (2 over indicators, and so on), ``children`` (how
        many are in the data), ``alpha``, ``n``. Alpha is missing where it is not
        defined, as for one child.

    Examples
    --------
    >>> import indicia as ix
    >>> data = {"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]}
    >>> found = ix.stats.cronbach_by_group(data, ix.Index.flat(["a", "b"]))
    >>> round(float(found["alpha"][0]), 3)
    0.667
    """
    one_of("gaps", gaps, _GAPS)
    tree = Tree(index)
    found = Inspected(data, [])
    columns = tree.columns(found.source)
    found.take(list(columns.values()))
    rows = []
    for group, children in tree.children.items():
        own = [columns[child] for child in children if child in columns]
        if not own:
            continue
        with found.translated():
            alpha, _, _, n = _core.stats_cronbach(found.table(own), gaps, standardized)
        rows.append((group, tree.tier[group], len(own), alpha, n))
    names = ("group", "tier", "children", "alpha", "n")
    made: dict[str, Any] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return found.small(made | {"alpha": np.array(made["alpha"], dtype=np.float64)})
