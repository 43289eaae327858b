"""Rows of two sets of scores matched by label, and what is compared of them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ._encode import encode
from ._factor import engine_of, factor
from ._names import listed
from ._output import Output
from ._trend import _units, _words
from .errors import ColumnTypeError, DataError
from .frames import Kind
from .scores import Scores

On = Literal["ranks", "scores"]
Doubles = npt.NDArray[np.float64]


def tiers_of(nodes: list[dict[str, Any]]) -> dict[str, int]:
    """How far each node is above the indicators, which are 1."""
    tiers = {node["id"]: 1 for node in nodes if node["kind"] == "indicator"}
    waiting = [node["id"] for node in nodes if node["kind"] == "group"]
    below: dict[str, list[str]] = {name: [n["id"] for n in nodes if n["parent"] == name] for name in waiting}
    while waiting:
        ready = [name for name in waiting if all(child in tiers for child in below[name])]
        tiers |= {name: 1 + max((tiers[child] for child in below[name]), default=0) for name in ready}
        waiting = [name for name in waiting if name not in tiers]
    return tiers


def keys(scores: Scores) -> dict[str, Any]:
    """A number per row where rows have no other label: no unit, no index."""
    panel = scores._held.panel
    return {"row": np.arange(len(scores))} if panel.unit is None and panel.source.index is None else {}


def values_of(scores: Scores, on: On, node: str | None = None) -> Doubles:
    """Scores or ranks of a node; ranks are within periods."""
    name = scores._root() if node is None else node
    scores[name]
    if on == "scores":
        return scores._passes.node(name)
    ranks: Doubles = scores._ranks(name, "min", scores._held.panel.time)
    return ranks


def matched(first: Scores, second: Scores, one: str, other: str) -> npt.NDArray[np.intp]:
    """For each row of the first, the row of the second with the same label."""
    mine, theirs = labels_of(first), labels_of(second)
    places = {label: row for row, label in enumerate(theirs)}
    for name, labels in ((one, mine), (other, theirs)):
        if len(set(labels)) != len(labels):
            raise DataError(f"{name!r}: labels of rows are not unique; score with unit= (and time=)")
    known = set(mine)
    lacking = [(other, label) for label in mine if label not in places]
    lacking += [(one, label) for label in theirs if label not in known]
    if lacking:
        where, label = lacking[0]
        raise DataError(
            f"units differ: {label!r} is not in {where!r} ({len(lacking)} units are in one only); "
            "score the same units with both"
        )
    return np.array([places[label] for label in mine], dtype=np.intp)


def labels_of(scores: Scores) -> list[Any]:
    """The labels of the rows: unit, unit and time, else index, else number."""
    panel = scores._held.panel
    if panel.unit is None or panel.time is None:
        return _units(scores)
    return list(zip(*(_words(factor(key)) for key in panel.keys), strict=True))


def columns_of(first: Any, second: Any) -> tuple[Doubles, Doubles, Output]:
    """Two columns as doubles, and what makes tables like them."""
    engine = engine_of(first)
    if engine == "pandas" and engine_of(second) == "pandas":
        if not (first.index.is_unique and second.index.is_unique):
            raise DataError("columns: the labels of the index are not unique")
        if len(first) != len(second) or not first.index.isin(second.index).all():
            shown = listed([str(label) for label in first.index[:3]])
            raise DataError(f"columns: the indexes differ ({shown}, ...); compare the same units")
        second = second.reindex(first.index)
    pair = []
    for name, column in (("first", first), ("second", second)):
        encoded = encode(name, column)
        if encoded.kind == "text":
            raise ColumnTypeError(f"{name}: expected numbers, found texts")
        values = np.ascontiguousarray(encoded.values, dtype=np.float64)
        if np.isinf(values).any():
            raise DataError(f"{name}: expected finite numbers, found an infinite one")
        pair.append(values)
    if len(pair[0]) != len(pair[1]):
        raise DataError(f"columns differ in length: {len(pair[0])} and {len(pair[1])}")
    kinds: dict[str, Kind] = {"pandas": "pandas", "polars": "polars", "pyarrow": "pyarrow", "numpy": "dict"}
    return pair[0], pair[1], Output(kinds[engine], first.index if engine == "pandas" else None)
