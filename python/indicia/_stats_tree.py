"""The tree of an index as the functions of `indicia.stats` ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .frames import Source


class Tree:
    """Parents, children and tiers of a definition.

    Parameters
    ----------
    index : Index or FittedIndex
        Whose tree it is.

    Notes
    -----
    The tier of an indicator is 1, that of a group one more than the highest
    tier of its children.
    """

    __slots__ = ("_columns", "children", "indicators", "parent", "tier")

    def __init__(self, index: Any) -> None:
        definition = getattr(index, "index", index)
        if not hasattr(definition, "nodes") or not hasattr(definition, "to_dict"):
            raise TypeError(f"index= is an Index or a FittedIndex, found {type(index).__name__}")
        nodes = definition.nodes
        self.parent: dict[str, str | None] = {node["id"]: node["parent"] for node in nodes}
        self.indicators = [node["id"] for node in nodes if node["kind"] == "indicator"]
        self.children: dict[str, list[str]] = {node["id"]: [] for node in nodes if node["kind"] != "indicator"}
        for node, parent in self.parent.items():
            if parent is not None:
                self.children[parent].append(node)
        self.tier: dict[str, int] = {}
        for node in self.parent:
            self._find_tier(node)
        self._columns = {node["id"]: _columns_of(node) for node in definition.to_dict().get("indicator", [])}

    def _find_tier(self, node: str) -> int:
        if node not in self.tier:
            below = [self._find_tier(child) for child in self.children.get(node, [])]
            self.tier[node] = 1 + max(below, default=0)
        return self.tier[node]

    def ancestors(self, node: str) -> list[str]:
        """The groups above a node, the nearest first."""
        found: list[str] = []
        above = self.parent[node]
        while above is not None:
            found.append(above)
            above = self.parent[above]
        return found

    def leaves(self, group: str) -> list[str]:
        """The indicators below a group, in definition order."""
        return [node for node in self.indicators if group in self.ancestors(node)]

    def column(self, node: str, source: Source) -> str | None:
        """The column of the data that holds a node: its id, or the column its indicator reads."""
        return next((name for name in [node, *self._columns.get(node, [])] if name in source), None)

    def columns(self, source: Source) -> dict[str, str]:
        """The nodes the data hold, with their columns."""
        found = {node: self.column(node, source) for node in self.parent}
        return {node: name for node, name in found.items() if name is not None}


def _columns_of(indicator: Mapping[str, Any]) -> list[str]:
    column = indicator.get("column", [])
    return [column] if isinstance(column, str) else list(column)
