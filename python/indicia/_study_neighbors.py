"""Neighbors of units, in any form they come in, told and cut by name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ._keys import native
from .errors import DataError

_SHOWN = 5


class Neighbors:
    """Neighbors by name, from a mapping of mappings, a ``W`` or a ``Graph`` of libpysal, or a table of edges.

    Attributes
    ----------
    ids : list
        Every unit that is named, in the order of what was given.
    """

    def __init__(self, given: Any) -> None:
        self.given = given
        if hasattr(given, "id_order") and hasattr(given, "neighbors"):
            self.kind = "W"
            self.ids = [native(name) for name in given.id_order]
        elif hasattr(given, "adjacency") and hasattr(given, "unique_ids"):
            self.kind = "Graph"
            self.ids = [native(name) for name in given.unique_ids]
        elif isinstance(given, Mapping) and all(isinstance(own, Mapping) for own in given.values()):
            self.kind = "mapping"
            self._mapped = {native(name): {native(n): w for n, w in own.items()} for name, own in given.items()}
            self.ids = self._named()
        else:
            self.kind = "mapping"
            self._mapped = _edges(given)
            self.ids = self._named()
        self._check()

    def _named(self) -> list[Any]:
        return list(dict.fromkeys([*self._mapped, *(name for own in self._mapped.values() for name in own)]))

    @cached_property
    def edges(self) -> list[tuple[Any, Any, float]]:
        """Unit, neighbor and weight."""
        return list(self._walked())

    def _walked(self) -> Iterator[tuple[Any, Any, float]]:
        if self.kind == "W":
            weights = self.given.weights
            for name, own in self.given.neighbors.items():
                yield from ((native(name), native(n), float(w)) for n, w in zip(own, weights[name], strict=True))
        elif self.kind == "Graph":
            for (name, neighbor), weight in self.given.adjacency.items():
                # A unit without neighbors is its own with a weight of zero there.
                if name != neighbor or weight != 0:
                    yield native(name), native(neighbor), float(weight)
        else:
            for name, own in self._mapped.items():
                yield from ((name, neighbor, float(weight)) for neighbor, weight in own.items())

    def _check(self) -> None:
        for name, neighbor, weight in self.edges:
            if not (math.isfinite(weight) and weight >= 0):
                where = f"neighbors=, from {name!r} to {neighbor!r}"
                raise DataError(f"{where}: a weight is a finite number of at least 0, found {weight:g}")

    def subset(self, names: list[Any]) -> Any:
        """The same neighbors of fewer units, in the order of the names; what was given where nothing changes."""
        if names == self.ids and self.kind != "mapping":
            return self.given
        if self.kind == "W":
            return self._subset_w(names)
        if self.kind == "Graph":
            # Cut rows no longer sum to one: transformed again, as a whole matrix would be.
            cut, by = self.given.subgraph(names), self.given.transformation
            return cut if by in ("O", "C") else cut.transform(by)
        kept = set(names)
        return {name: {n: w for n, w in self._mapped.get(name, {}).items() if n in kept} for name in names}

    def _subset_w(self, names: list[Any]) -> Any:
        # Subclasses, such as contiguity, are made from shapes; what remains of one is a plain matrix.
        plain = next(kind for kind in type(self.given).__mro__ if kind.__name__ == "W")
        raw = self.given.transformations["O"]
        own = {native(name): list(zip(near, raw[name], strict=True)) for name, near in self.given.neighbors.items()}
        kept = set(names)
        pairs = {name: [(n, w) for n, w in own[name] if native(n) in kept] for name in names}
        cut = plain(
            {name: [native(n) for n, _ in near] for name, near in pairs.items()},
            {name: [w for _, w in near] for name, near in pairs.items()},
            id_order=names,
            silence_warnings=True,
        )
        if str(self.given.transform).upper() != "O":
            cut.transform = self.given.transform
        return cut

    def islands(self, names: list[Any]) -> int:
        """How many of these have no neighbor among them."""
        if len(names) == len(self.ids):
            return self._islands
        return self._without(set(names))

    @cached_property
    def _islands(self) -> int:
        return self._without(set(self.ids))

    def _without(self, kept: set[Any]) -> int:
        joined = {name for name, neighbor, weight in self.edges if weight > 0 and name in kept and neighbor in kept}
        return len(kept - joined)


def _edges(given: Any) -> dict[Any, dict[Any, Any]]:
    """A table of edges with columns focal, neighbor and, if wanted, weight."""
    from ._factor import factor
    from ._firm_data import Rows

    expected = (
        "neighbors= is a mapping of units to mappings of neighbors to weights, a W or Graph of libpysal, or a table "
        "with the columns 'focal', 'neighbor' and 'weight'"
    )
    try:
        table = Rows(given)
    except TypeError:
        raise TypeError(f"{expected}; found {type(given).__name__}") from None
    if "focal" not in table.source or "neighbor" not in table.source:
        raise DataError(f"{expected}; the table has {', '.join(map(repr, table.source.names)) or 'no columns'}")
    count = table.source.rows
    weights = np.ones(count) if "weight" not in table.source else table.numbers("neighbors", "weight")
    found: dict[Any, dict[Any, Any]] = {}
    ends = []
    for column in ("focal", "neighbor"):
        codes, labels = factor(table.source.column(column))
        for row in np.flatnonzero(np.asarray(codes) < 0)[:1].tolist():
            raise DataError(f"neighbors=, row {row}: an edge has two ends; {column!r} is missing")
        named = [native(label) for label in labels]
        ends.append([named[code] for code in np.asarray(codes).tolist()])
    for row, (name, neighbor, weight) in enumerate(zip(*ends, weights.tolist(), strict=True)):
        own = found.setdefault(name, {})
        if neighbor in own:
            raise DataError(f"neighbors=, row {row}: the edge from {name!r} to {neighbor!r} is there twice")
        own[neighbor] = weight
    return found


def shown(names: list[Any]) -> str:
    """Some of the names, and how many more."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(repr(name) for name in names[:_SHOWN]) + more


def kinds(ids: list[Any], units: list[Any]) -> str:
    """A hint where no name is shared: texts in one place, numbers in the other."""
    if not ids or not units or set(ids) & set(units):
        return ""
    if {str(name) for name in ids} & {str(name) for name in units}:
        return f"; ids are such as {ids[0]!r}, units such as {units[0]!r}: make them one type"
    return f"; no unit is among the ids, which are such as {ids[0]!r}"
