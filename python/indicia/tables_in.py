"""Definitions as tables with one row per code: the form users of COINr have."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._definition import Method, _method
from ._factor import factor
from ._files import text_of
from ._names import listed
from ._output import default_output
from ._warnings import IgnoredRowWarning
from .errors import DefinitionError, MissingColumnError, join
from .frames import source_of

_NAMES = {
    "id": ("id", "icode", "code"),
    "parent": ("parent",),
    "direction": ("direction",),
    "weight": ("weight",),
    "type": ("type",),
    "label": ("label", "iname", "name"),
    "measure": ("measure", "unit"),
}
_INDICATOR = ("indicator",)
_GROUP = ("aggregate", "group")
_SHOWN = 20


def definition_of(meta: Any, id: str | None, normalize: Method, aggregate: Method) -> dict[str, Any]:
    """The definition that a table describes."""
    rows, ignored = _rows(meta)
    parents = {row["parent"] for row in rows if row["parent"] is not None}
    leaves, groups = [], []
    problems = []
    for row in rows:
        node = {key: row[key] for key in ("id", "parent", "weight", "label") if row[key] is not None}
        kind = row["type"] or ("aggregate" if row["id"] in parents else "indicator")
        if kind in _GROUP:
            groups.append(node)
            continue
        if row["direction"] not in (None, 1.0, -1.0):
            problems.append(f"{row['id']}: direction is 1 or -1, found {row['direction']!r}")
        if row["direction"] == -1.0:
            node["direction"] = -1
        if row["measure"] is not None:
            node["measure"] = row["measure"]
        leaves.append(node)
    if problems:
        raise DefinitionError(join(problems))
    if ignored:
        shown = ", ".join(ignored[:_SHOWN]) + (f" and {len(ignored) - _SHOWN} more" if len(ignored) > _SHOWN else "")
        message = f"rows that are neither Indicator nor Aggregate are left out: {shown}"
        warnings.warn(message, IgnoredRowWarning, stacklevel=3)
    roots = [group["id"] for group in groups if "parent" not in group]
    name = id if id is not None else roots[0] if roots else "index"
    # The weight of a root has no siblings to be compared with.
    for group in groups:
        if "parent" not in group:
            group.pop("weight", None)
    defaults = {"scale": _method(normalize), "aggregate": _method(aggregate)}
    return {"id": name, "defaults": defaults, "indicator": leaves, "group": groups}


def _rows(meta: Any) -> tuple[list[dict[str, Any]], list[str]]:
    source = source_of(meta)
    lower: dict[str, str] = {}
    for name in source.names:
        lower.setdefault(name.casefold(), name)
    found = {key: next((lower[name] for name in names if name in lower), None) for key, names in _NAMES.items()}
    if found["id"] is None or found["parent"] is None:
        raise MissingColumnError(
            "a table of a definition needs the columns id (or iCode) and parent; "
            f"it has: {listed(sorted(source.names)) if source.names else 'no columns'}"
        )
    nothing: list[Any] = [None] * source.rows
    columns = {key: nothing if name is None else _values(source.column(name)) for key, name in found.items()}
    rows, ignored, problems = [], [], []
    for i in range(source.rows):
        row = {key: values[i] for key, values in columns.items()}
        for key in ("id", "parent", "type", "label", "measure"):
            row[key] = None if row[key] is None or not str(row[key]).strip() else str(row[key]).strip()
        for key in ("direction", "weight"):
            try:
                row[key] = None if row[key] is None else float(row[key])
            except (TypeError, ValueError):
                problems.append(f"row {i}: {key} is a number, found {row[key]!r}")
        if row["id"] is None:
            problems.append(f"row {i}: it has no id")
            continue
        row["type"] = row["type"].casefold() if row["type"] else None
        if row["type"] in (None, *_INDICATOR, *_GROUP):
            rows.append(row)
        else:
            ignored.append(row["id"])
    if problems:
        raise DefinitionError(join(problems))
    return rows, ignored


def _values(column: Any) -> list[Any]:
    """A column as Python values, missing as None."""
    codes, labels = factor(column)
    known = [label.item() if isinstance(label, np.generic) else label for label in labels]
    return [None if code < 0 else known[code] for code in codes.tolist()]


def table_of(definition: Mapping[str, Any]) -> Any:
    """The tree of a definition as a table."""
    leaves, groups = definition.get("indicator", []), definition.get("group", [])
    nodes = [(node, "Indicator") for node in leaves] + [(node, "Aggregate") for node in groups]
    given = {}
    for group in groups:
        weights = group.get("weights")
        if isinstance(weights, Mapping):
            given.update(weights.get("fixed", {}))
    return default_output().frame(
        {
            "id": [node["id"] for node, _ in nodes],
            "label": [text_of(node.get("label")) or None for node, _ in nodes],
            "parent": [node.get("parent") for node, _ in nodes],
            "direction": [int(node.get("direction", 1)) for node, _ in nodes],
            "weight": [float(given.get(node["id"], node.get("weight", 1.0))) for node, _ in nodes],
            "type": [kind for _, kind in nodes],
            "measure": [node.get("measure") for node, _ in nodes],
        }
    )
