"""Data after measures: the answers that plans change, written as the data write theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._factor import engine_of, is_missing
from ._keys import native

if TYPE_CHECKING:
    from ._plan_path import Paths


def applied(paths: Paths) -> Any:
    """The data of the paths with every unit's plan carried out."""
    held = paths.before._held
    columns: dict[str, Any] = {name: held.source.column(name) for name in held.source.names}
    changed: dict[str, list[Any]] = {}
    given = {(measure, leaf): score for measure, leaf, score in paths._given}
    leaves = _leaves(paths)
    of = paths._of.astype(np.int64)
    for number, measure in enumerate(paths.measures):
        having = [p for p, plan in enumerate(paths._plans) if number in plan[3]]
        rows = np.flatnonzero(np.isin(of, having))
        if not len(rows):
            continue
        for item, answer in measure["sets"].items():
            for name, value, better in _writes(paths, leaves, item, answer, rows, given, number):
                own = held.mapping.get(name, name)
                if own not in columns:
                    columns[own] = changed[own] = [None] * len(paths)
                if own not in changed:
                    changed[own] = _listed(columns[own])
                values = changed[own]
                for row in rows[better]:
                    values[row] = _written(values[row], value)
    for name, values in changed.items():
        columns[name] = _column(values)
    return held.output.frame(columns)


def _leaves(paths: Paths) -> dict[str, dict[str, Any]]:
    index = paths.before.fitted._index
    defaults = index.to_dict().get("defaults", {})
    return {leaf["id"]: {"scale": defaults.get("scale")} | leaf for leaf in index.to_dict()["indicator"]}


def _columns_of(leaf: dict[str, Any]) -> list[str]:
    column = leaf.get("column", leaf["id"])
    return [column] if isinstance(column, str) else list(column)


def _writes(
    paths: Paths,
    leaves: dict[str, dict[str, Any]],
    item: str,
    answer: Any,
    rows: npt.NDArray[np.int64],
    given: dict[tuple[int, str], float],
    number: int,
) -> list[tuple[str, Any, npt.NDArray[np.bool_]]]:
    """What is written where: column, value, and for which of the rows it is an improvement."""
    everywhere = np.ones(len(rows), bool)
    found: list[tuple[str, Any, npt.NDArray[np.bool_]]] = []
    for leaf in leaves.values():
        columns = _columns_of(leaf)
        if item not in (leaf["id"], columns[0]):
            continue
        options = leaf["scale"].get("options") if isinstance(leaf["scale"], dict) else None
        if options and options.get("multiple") and isinstance(answer, str):
            found.extend(_chosen(paths, options, columns[0], answer, everywhere))
            continue
        # Where the score rises; an answer that is as good already stays.
        now = paths.before._passes.node(leaf["id"])[rows]
        better = ~(now >= given.get((number, leaf["id"]), np.inf))
        found.append((columns[0], answer, better))
    if not found:
        found.append((item, answer, everywhere))
    return found


def _chosen(
    paths: Paths, options: dict[str, Any], column: str, answer: str, rows: npt.NDArray[np.bool_]
) -> list[tuple[str, Any, npt.NDArray[np.bool_]]]:
    """Options that are chosen besides those that are, in columns of their own or in one text."""
    held = paths.before._held
    chosen = [part for part in options["points"] if part == answer or part in _parts(answer)]
    template = options.get("columns")
    if template and any(
        held.mapping.get(n, n) in held.source for n in (template.replace("{option}", o) for o in options["points"])
    ):
        none = options.get("none")
        off = [(template.replace("{option}", none), False, rows)] if none else []
        off = [write for write in off if held.mapping.get(write[0], write[0]) in held.source]
        return [(template.replace("{option}", part), True, rows) for part in chosen] + off
    return [(column, _Also(chosen, options.get("none")), rows)]


class _Also:
    """Options added to a text of options."""

    def __init__(self, chosen: list[str], none: str | None) -> None:
        self.chosen, self.none = chosen, none

    def to(self, current: Any) -> str:
        there = [] if is_missing(current) else [p for p in _parts(str(current)) if p != self.none]
        return ";".join([*there, *(part for part in self.chosen if part not in there)])


def _parts(text: str) -> list[str]:
    for separator in "；|、,，\n":
        text = text.replace(separator, ";")
    return [part.strip() for part in text.split(";") if part.strip()]


def _written(current: Any, answer: Any) -> Any:
    """The answer after a measure, in the manner of the answer before it."""
    if isinstance(answer, _Also):
        return answer.to(current)
    if isinstance(answer, dict):
        limit = answer["at_most"]
        return limit if is_missing(current) or not isinstance(current, int | float) else min(current, limit)
    if isinstance(answer, bool):
        if isinstance(current, bool | np.bool_):
            return answer
        if isinstance(current, str):
            return "yes" if answer else "no"
        return int(answer)
    if isinstance(answer, int | float) and isinstance(current, str):
        return f"{answer:g}"
    return answer


def _listed(column: Any) -> list[Any]:
    engine = engine_of(column)
    values = (
        column.to_pylist() if engine == "pyarrow" else column.to_list() if hasattr(column, "to_list") else list(column)
    )
    return [None if is_missing(value) else native(value) for value in values]


def _column(values: list[Any]) -> Any:
    """A column of numbers where there is nothing else; booleans beside missing ones are numbers too."""
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in values):
        return np.array(values, bool)
    if there and all(isinstance(value, int | float) for value in there):
        return np.array([np.nan if value is None else float(value) for value in values])
    return [None if value is None else value for value in values]
