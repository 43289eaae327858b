"""How the nodes of a tree go together."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, Literal

import numpy as np

from ._stats_correlation import Correlated, Gaps, Method, named
from ._stats_data import Inspected, one_of
from ._stats_tree import Tree
from .errors import DataError

__all__ = ["correlation_flags", "relations"]

Pair = tuple[str, str, str]


def relations(
    data: Any,
    index: Any,
    kind: Literal["parents", "ancestors", "siblings", "tiers"] = "parents",
    *,
    tiers: tuple[int, int] | None = None,
    method: Method = "pearson",
    gaps: Gaps = "pairwise",
    max_p: float | None = None,
) -> Any:
    """Correlate the nodes of a tree.

    Parameters
    ----------
    data : dataframe or mapping
        Scores of nodes, such as ``scores.to_frame("all")``, or raw indicators.
    index : Index or FittedIndex
        The tree. A node stands in the column of its id, or in the column its
        indicator reads; nodes that the data lack are left out.
    kind : {"parents", "ancestors", "siblings", "tiers"}, default "parents"
        Each node with its parent; with all groups above it; with the other
        children of its parent; every node of one tier with every node of
        another.
    tiers : tuple of int, optional
        With ``kind="tiers"`` the two tiers: 1 are the indicators, the tier of a
        group is one above its highest child. Twice the same tier gives all pairs
        within it.
    method, gaps, max_p
        As in `correlation`.

    Returns
    -------
    table
        ``first``, ``second``, ``group`` (the parent or ancestor, the common
        parent of siblings, none for tiers), ``correlation``, ``p_value``, ``n``.

    Raises
    ------
    DataError
        If the data hold no pair of that kind.

    Warns
    -----
    UndefinedStatisticWarning
        As in `correlation`.

    Examples
    --------
    >>> import indicia as ix
    >>> index = ix.Index.flat(["a", "b"])
    >>> data = {"a": [1.0, 2.0, 4.0, 3.0], "b": [2.0, 1.0, 4.0, 3.0]}
    >>> found = ix.stats.relations(index.fit_score(data).to_frame("all"), index)
    >>> list(found["first"]), list(found["second"])
    (['a', 'b'], ['index', 'index'])
    """
    one_of("kind", kind, ("parents", "ancestors", "siblings", "tiers"))
    if (kind == "tiers") != (tiers is not None):
        raise TypeError("tiers=(1, 2) goes with kind='tiers', and only with it")
    tree = Tree(index)
    found, columns = _nodes(data, tree)
    pairs = [pair for pair in _pairs(tree, kind, tiers) if pair[0] in columns and pair[1] in columns]
    if not pairs:
        raise DataError(f"kind={kind!r}: the data hold no such pair of nodes; give scores.to_frame('all')")
    all_pairs = Correlated(found, found.names, method, gaps, max_p)
    long = all_pairs.long([(columns[first], columns[second]) for first, second, _ in pairs])
    group = {"group": [group or None for *_, group in pairs]}
    return found.small(named([pair[:2] for pair in pairs]) | group | long)


def correlation_flags(
    data: Any,
    index: Any,
    *,
    high: float | None = 0.9,
    low: float | None = -0.4,
    method: Method = "pearson",
    gaps: Gaps = "pairwise",
) -> Any:
    """List the siblings that say the same, and those that contradict each other.

    Parameters
    ----------
    data : dataframe or mapping
        Scores of nodes or raw indicators, as in `relations`.
    index : Index or FittedIndex
        The tree.
    high, low : float or None, default 0.9 and -0.4
        Pairs in a group above ``high`` or below ``low``; None for no such side.
    method, gaps
        As in `correlation`.

    Returns
    -------
    table
        ``group``, ``first``, ``second``, ``correlation`` (not rounded),
        ``flag`` ("high" or "low"); no row where nothing is flagged.

    Warns
    -----
    UndefinedStatisticWarning
        As in `correlation`.

    Examples
    --------
    >>> import indicia as ix
    >>> data = {"a": [1.0, 2.0, 3.0], "b": [2.0, 4.0, 6.0], "c": [5.0, 1.0, 3.0]}
    >>> list(ix.stats.correlation_flags(data, ix.Index.flat(["a", "b", "c"]), low=None)["flag"])
    ['high']
    """
    tree = Tree(index)
    found, columns = _nodes(data, tree)
    pairs = [pair for pair in _pairs(tree, "siblings", None) if pair[0] in columns and pair[1] in columns]
    values = Correlated(found, found.names, method, gaps, None).long([(columns[a], columns[b]) for a, b, _ in pairs])
    rows = []
    for (first, second, group), value in zip(pairs, values["correlation"].tolist(), strict=True):
        flag = "high" if high is not None and value > high else "low" if low is not None and value < low else None
        if flag is not None:
            rows.append((group, first, second, value, flag))
    names = ("group", "first", "second", "correlation", "flag")
    made: dict[str, Any] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return found.small(made | {"correlation": np.array(made["correlation"], dtype=np.float64)})


def _nodes(data: Any, tree: Tree) -> tuple[Inspected, Mapping[str, str]]:
    """The columns of the nodes that the data hold."""
    found = Inspected(data, [])
    columns = tree.columns(found.source)
    found.take(list(columns.values()))
    found.names = list(found.parts)
    return found, columns


def _pairs(tree: Tree, kind: str, tiers: tuple[int, int] | None) -> list[Pair]:
    """Pairs of nodes and the group they belong to."""
    if kind == "parents":
        return [(node, parent, parent) for node, parent in tree.parent.items() if parent is not None]
    if kind == "ancestors":
        return [(node, above, above) for node in tree.parent for above in tree.ancestors(node)]
    if kind == "siblings":
        return [(*pair, group) for group, children in tree.children.items() for pair in combinations(children, 2)]
    first, second = tiers or (1, 1)
    below, above = ([node for node in tree.parent if tree.tier[node] == tier] for tier in (first, second))
    if first == second:
        return [(*pair, "") for pair in combinations(below, 2)]
    return [(node, other, "") for node in below for other in above]
