"""Two sets of scores of the same units: differences, one table, correlation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _core
from ._compare_match import On, columns_of, keys, matched, tiers_of, values_of
from ._stats_data import one_of
from .errors import DataError, UnknownNameError, translated
from .scores import Scores


def difference(first: Any, second: Any, on: On = "ranks", node: str | None = None) -> Any:
    """Compare two indices of the same units: first minus second.

    Parameters
    ----------
    first, second : Scores, or columns of numbers
        Units of scores are matched by their label (unit and time), never by
        position. Columns (arrays, Series) hold scores, higher being better; two
        pandas Series are matched by their index, others by position.
    on : {"ranks", "scores"}, default "ranks"
        What is compared. Ranks are 1 for the highest score, equal scores share
        the best place; in a panel they are among the rows of the same period.
    node : str, optional
        Node to compare; by default the index of each.

    Returns
    -------
    table
        In the order and of the kind of ``first``: the keys, ``first``,
        ``second``, ``difference`` (first - second; on ranks, negative is a better
        place in the first), ``absolute``.

    Raises
    ------
    DataError
        If a unit is in one and not in the other, or a label is there twice.
    UnknownNameError
        If there is no such node.

    Notes
    -----
    A missing score has no rank, and its difference is missing; the ranks of
    others are among the units that have a score.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7,
    doi:10.1787/9789264043466-en.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C"], "cloud": [0.0, 1.0, 3.0], "ai": [5.0, 2.0, 1.0]}
    >>> index = ix.Index.flat(["cloud", "ai"], weights={"cloud": 3, "ai": 1})
    >>> other = index.using(weights={"cloud": 1, "ai": 3})
    >>> found = ix.compare.difference(index.fit_score(firms, unit="firm"), other.fit_score(firms, unit="firm"))
    >>> [int(rank) for rank in found["difference"]]
    [2, 0, -2]
    """
    one_of("on", on, ("ranks", "scores"))
    if isinstance(first, Scores) and isinstance(second, Scores):
        rows = matched(first, second, "first", "second")
        a, b = values_of(first, on, node), values_of(second, on, node)[rows]
        signed, sizes, *_ = _core.compare_difference(a, b)
        return first._rows(keys(first) | {"first": a, "second": b, "difference": signed, "absolute": sizes})
    if isinstance(first, Scores) or isinstance(second, Scores):
        raise TypeError("expected two Scores or two columns, found one of each")
    if node is not None:
        raise UnknownNameError("node= is for Scores; columns have no nodes")
    a, b, output = columns_of(first, second)
    if on == "ranks":
        with translated():
            a, b = (_core.rank(values, True, "min", None) for values in (a, b))
    signed, sizes, *_ = _core.compare_difference(a, b)
    return output.frame({"first": a, "second": b, "difference": signed, "absolute": sizes})


def several(scores: Mapping[str, Scores], on: On = "ranks", node: str | None = None) -> Any:
    """Put many indices of the same units side by side.

    Parameters
    ----------
    scores : dict of name to Scores
        Two or more versions, by the names the columns get.
    on, node
        As in `difference`.

    Returns
    -------
    table
        In the order and of the kind of the first: the keys, one column per
        version; missing where a unit has no score.

    Raises
    ------
    DataError
        If the units of the versions differ.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C"], "cloud": [0.0, 1.0, 3.0], "ai": [5.0, 2.0, 1.0]}
    >>> index = ix.Index.flat(["cloud", "ai"], weights={"cloud": 3, "ai": 1})
    >>> versions = {"equal": index.using(weights="equal"), "given": index}
    >>> table = ix.compare.several({name: it.fit_score(firms, unit="firm") for name, it in versions.items()})
    >>> list(table.columns), [int(rank) for rank in table["given"]]
    (['firm', 'equal', 'given'], [3, 2, 1])
    """
    one_of("on", on, ("ranks", "scores"))
    if not isinstance(scores, Mapping) or not all(isinstance(part, Scores) for part in scores.values()):
        raise TypeError("expected a dict of name to Scores")
    if not scores:
        raise DataError("there are no scores to compare")
    (name, first), *rest = scores.items()
    columns = {name: values_of(first, on, node)}
    for other, part in rest:
        columns[other] = values_of(part, on, node)[matched(first, part, name, other)]
    return first._rows(keys(first) | columns)


def rank_correlation(first: Scores, second: Scores, method: str = "spearman") -> Any:
    """Correlate two indices of the same units, node by node.

    Parameters
    ----------
    first, second : Scores
        Matched by unit label.
    method : {"spearman", "kendall", "pearson"}, default "spearman"
        Spearman is the Pearson correlation of average ranks, Kendall is tau-b.

    Returns
    -------
    table
        One row per group that has a score in both, the index first: ``node``,
        ``tier`` (1 for indicators), ``correlation``, ``n`` (units with both
        scores).

    Raises
    ------
    DataError
        If the units differ.

    Notes
    -----
    Pairwise complete; missing with fewer than 3 common units or where a side is
    constant. In a panel, all rows of the panel are taken together.

    References
    ----------
    Spearman C. (1904), doi:10.2307/1412159. Kendall M. G. (1945),
    doi:10.1093/biomet/33.3.239.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C", "D"], "cloud": [0.0, 1.0, 3.0, 2.0], "ai": [5.0, 2.0, 4.0, 1.0]}
    >>> index = ix.Index.flat(["cloud", "ai"], weights={"cloud": 3, "ai": 1})
    >>> other = index.using(weights="equal")
    >>> found = ix.compare.rank_correlation(index.fit_score(firms, unit="firm"), other.fit_score(firms, unit="firm"))
    >>> [round(float(value), 2) for value in found["correlation"]]
    [0.4]
    """
    one_of("method", method, ("spearman", "kendall", "pearson"))
    if not (isinstance(first, Scores) and isinstance(second, Scores)):
        raise TypeError("expected two Scores")
    rows = matched(first, second, "first", "second")
    tiers = tiers_of(first.fitted._index.nodes)
    found: dict[str, list[Any]] = {"node": [], "tier": [], "correlation": [], "n": []}
    for name in (node for node in first._passes.groups if node in second._passes.groups):
        table = _core.Table(len(first))
        table.number("first", first._passes.values[name])
        table.number("second", second._passes.values[name][rows])
        with translated():
            values, _, counts = _core.stats_correlation(table, method, "pairwise")
        for column, value in zip(found, (name, tiers[name], float(values[0, 1]), int(counts[0, 1])), strict=True):
            found[column].append(value)
    return first._held.output.plain().frame(found | {"correlation": np.array(found["correlation"], dtype=float)})
