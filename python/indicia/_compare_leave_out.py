"""Leave one out: what an indicator or a group does to the ranking."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import _core
from ._compare_match import keys, tiers_of, values_of
from ._names import did_you_mean, shorten
from .errors import DataError, DefinitionError, UnknownNameError
from .index import Index


class LeftOut(NamedTuple):
    """What `leave_one_out` found.

    Attributes
    ----------
    elements : table
        One row per version, the full index ("nominal") first: ``element``,
        ``mean_abs_rank_change``, ``n`` (rows with both ranks).
    scores, ranks : table
        The keys of the rows, then one column per version.
    """

    elements: Any
    scores: Any
    ranks: Any


def leave_one_out(
    index: Index,
    data: Any,
    of: str | Sequence[str] = "indicators",
    *,
    unit: str | None = None,
    time: str | None = None,
    node: str | None = None,
    nominal: str = "nominal",
) -> LeftOut:
    """Take elements out of an index one at a time, fit and score anew, and see how ranks move.

    The importance of element e is the mean over units of abs(rank without e -
    rank).

    Parameters
    ----------
    index : Index
        The definition; the element is taken out of it, which gives it weight zero
        among its siblings. Weights by name lose its name, fitted weights are
        fitted without it.
    data : dataframe, dict of columns, or ndarray
        One row per unit, or per unit and period.
    of : {"indicators", "groups"}, int, or list of str, default "indicators"
        Each indicator; each group but the index; each node of a tier (1 for
        indicators, 2 for the groups right above them); or these nodes.
    unit, time : str, optional
        Keys of the rows; with ``time``, ranks are among the rows of a period, and
        the mean is over all rows.
    node : str, optional
        Whose ranks are compared; by default those of the index.
    nominal : str, default "nominal"
        Name of the column of the full index.

    Returns
    -------
    LeftOut
        ``elements``, ``scores``, ``ranks``.

    Raises
    ------
    DefinitionError
        If nothing is left without the element, or something else refers to it.
    UnknownNameError
        If there is no such node.

    Notes
    -----
    A group whose last child goes is taken out with it. A row without a score has
    no rank; the mean is over the rows ranked both times. Levels are left aside.

    References
    ----------
    Saisana M., Saltelli A., Tarantola S. (2005), JRSS A 168(2): 307-323,
    doi:10.1111/j.1467-985X.2005.00350.x.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C"], "cloud": [0.0, 1.0, 4.0], "ai": [5.0, 2.0, 1.0]}
    >>> index = ix.Index.flat(["cloud", "ai"], weights={"cloud": 3, "ai": 1})
    >>> found = ix.compare.leave_one_out(index, firms, unit="firm")
    >>> found.elements["element"].tolist(), found.elements["mean_abs_rank_change"].round(3).tolist()
    (['nominal', 'cloud', 'ai'], [0.0, 1.0, 0.333])
    """
    if not isinstance(index, Index):
        raise TypeError(f"expected an Index, which is fitted anew each time, found {type(index).__name__}")
    chosen = _elements(index, of)
    if nominal in chosen:
        raise DataError(f"nominal=: {nominal!r} is the name of an element; give the full index another name")
    full = index.fit_score(data, unit=unit, time=time)
    name = full._root() if node is None else node
    scores = {nominal: values_of(full, "scores", name)}
    ranks = {nominal: values_of(full, "ranks", name)}
    for element in chosen:
        part = Index.from_dict(without(index, element, name)).fit_score(data, unit=unit, time=time)
        scores[element], ranks[element] = values_of(part, "scores", name), values_of(part, "ranks", name)
    found = [_core.compare_difference(rank, ranks[nominal])[2:] for rank in ranks.values()]
    elements = {
        "element": list(ranks),
        "mean_abs_rank_change": np.array([mean for mean, _ in found], dtype=np.float64),
        "n": np.array([rows for _, rows in found], dtype=np.int64),
    }
    own = keys(full)
    return LeftOut(full._held.output.plain().frame(elements), full._rows(own | scores), full._rows(own | ranks))


def _elements(index: Index, of: Any) -> list[str]:
    nodes = index.nodes
    root = index._summary["root"]
    if isinstance(of, int) and not isinstance(of, bool):
        tiers = tiers_of(nodes)
        found = [node["id"] for node in nodes if tiers[node["id"]] == of and node["id"] != root]
        if not found:
            raise UnknownNameError(f"of=: there is nothing to leave out in tier {of}; tiers go from 1 (indicators)")
        return found
    if of == "indicators":
        return [node["id"] for node in nodes if node["kind"] == "indicator"]
    if of == "groups":
        found = [node["id"] for node in nodes if node["kind"] == "group" and node["id"] != root]
        if not found:
            raise UnknownNameError("of='groups': the index has no groups below it")
        return found
    if isinstance(of, str) or not isinstance(of, Iterable):
        raise UnknownNameError(f"of= is 'indicators', 'groups', a tier or a list of nodes, found {of!r}")
    known = [node["id"] for node in nodes]
    for name in (chosen := list(dict.fromkeys(of))):
        if name not in known:
            raise UnknownNameError(f"of=: no node is named {shorten(name)}{did_you_mean(name, known)}")
    return chosen


def without(index: Index, element: str, kept: str) -> dict[str, Any]:
    """The definition without a node, what is below it, and groups that are left empty."""
    definition = copy.deepcopy(index.to_dict())
    parts = [*definition.get("indicator", []), *definition.get("group", [])]
    parent = {part["id"]: part.get("parent") for part in parts}
    gone = {element}
    while True:
        below = {name for name, above in parent.items() if above in gone} - gone
        groups = {part["id"] for part in definition.get("group", [])} - gone
        filled = {above for name, above in parent.items() if name not in gone}
        # A group that had children and has none any more; one without any was so before.
        empty = {name for name in groups if name not in filled and name in parent.values()}
        if not below and not empty:
            break
        gone |= below | empty
    if kept in gone:
        raise DefinitionError(f"nothing is left of {kept!r} without {element!r}")
    for kind in ("indicator", "group"):
        definition[kind] = [part for part in definition.get(kind, []) if part["id"] not in gone]
    for part in [*definition["indicator"], *definition["group"]]:
        part.pop("levels", None)
        if "implies" in part:
            part["implies"] = [name for name in part["implies"] if name not in gone]
        _forget(part.get("weights"), gone)
    _forget(definition.get("defaults", {}).get("weights"), gone)
    definition.pop("levels", None)
    return definition


def _forget(weights: Any, gone: set[str]) -> None:
    """Weights by name lose the names of what is gone."""
    if isinstance(weights, dict):
        for options in weights.values():
            if isinstance(options, dict):
                for name in gone & set(options):
                    del options[name]
