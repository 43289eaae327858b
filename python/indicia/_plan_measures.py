"""Measures as people write them down: a table, a list, or a TOML file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from ._encode import encode
from ._keys import native
from ._names import did_you_mean, listed
from .errors import DataError, MissingColumnError
from .frames import source_of

Measures = Any
_COLUMNS = ("measure", "item", "answer", "at_most", "cost", "months", "requires", "label")
_NEEDED = ("measure", "item", "cost")


def measures_of(costs: Measures) -> list[dict[str, Any]]:
    """Measures as the core takes them, from whichever form they come in.

    Raises
    ------
    DataError
        If a table contradicts itself, or a measure has no name or no cost.
    """
    if isinstance(costs, str | PathLike):
        path = Path(costs)
        if path.suffix.lower() != ".toml":
            raise DataError(
                f"costs=: expected a TOML file with [[measure]] tables, a list or a table, found {path.name!r}"
            )
        import tomllib

        costs = tomllib.loads(path.read_text(encoding="utf-8"))
    if isinstance(costs, Mapping) and set(costs) == {"measure"} and _is_list(costs["measure"]):
        costs = costs["measure"]
    if _is_list(costs):
        return [_checked(dict(item)) for item in costs]
    return _from_table(costs)


def _is_list(costs: Any) -> bool:
    return isinstance(costs, list | tuple) and all(isinstance(item, Mapping) for item in costs)


def _checked(measure: dict[str, Any]) -> dict[str, Any]:
    known = ("id", "label", "cost", "months", "sets", "requires")
    for name in measure:
        if name not in known:
            raise DataError(f"costs=: a measure has no {name!r}{did_you_mean(name, known)}; it has: {listed(known)}")
    for name in ("id", "cost", "sets"):
        if name not in measure:
            raise DataError(f"costs=: measure {measure.get('id', '?')!r} lacks {name!r}")
    measure["cost"] = _number(measure["cost"], f"measure {measure['id']!r}: cost")
    return measure


def _number(value: Any, what: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise DataError(f"costs=: {what} is a number, found {value!r}") from None


def _from_table(costs: Any) -> list[dict[str, Any]]:
    source = source_of(costs, None)
    lacking = [name for name in _NEEDED if name not in source]
    if lacking:
        raise MissingColumnError(f"costs=: the table lacks {listed(lacking)}; it has: {listed(sorted(source.names))}")
    strange = [name for name in source.names if name not in _COLUMNS]
    if strange:
        raise DataError(f"costs=: column {strange[0]!r} is not used{did_you_mean(strange[0], _COLUMNS)}; drop it")
    if not ("answer" in source or "at_most" in source):
        raise MissingColumnError("costs=: the table needs a column 'answer' (or 'at_most')")
    columns = {name: _values(source.column(name)) for name in source.names}
    measures: dict[str, dict[str, Any]] = {}
    for row in range(source.rows):
        cell = {name: values[row] for name, values in columns.items()}
        name, where = cell["measure"], f"row {row} of the table"
        if name is None or cell["item"] is None:
            raise DataError(f"costs=: {where} lacks its measure or item")
        name = str(name)
        own = measures.setdefault(name, {"id": name, "sets": {}, "requires": []})
        for key in ("cost", "months", "label"):
            value = cell.get(key)
            if value is None:
                continue
            value = str(value) if key == "label" else _number(value, f"{where}: {key}")
            if key in own and own[key] != value:
                raise DataError(
                    f"costs=: measure {name!r} has {key} {own[key]!r} and {value!r}; say it once, or the same"
                )
            own[key] = value
        for other in str(cell.get("requires") or "").split(";"):
            if other.strip() and other.strip() not in own["requires"]:
                own["requires"].append(other.strip())
        item, answer, at_most = str(cell["item"]), cell.get("answer"), cell.get("at_most")
        if (answer is None) == (at_most is None):
            raise DataError(f"costs=: {where} needs an answer or at_most, and not both")
        if item in own["sets"]:
            raise DataError(f"costs=: measure {name!r} sets {item!r} twice")
        own["sets"][item] = _answer(answer) if at_most is None else {"at_most": _number(at_most, f"{where}: at_most")}
    for measure in measures.values():
        if "cost" not in measure:
            raise DataError(f"costs=: measure {measure['id']!r} has no cost")
    return list(measures.values())


def _answer(value: Any) -> Any:
    """A number where a table of texts holds one: "2" is 2."""
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.strip().lower(), value.strip())
    return number if math.isfinite(number) else value


def _values(column: Any) -> list[Any]:
    """The cells of a column, missing as None."""
    try:
        encoded = encode("costs", column)
    except Exception:
        return [_cell(value) for value in _iterated(column)]
    if encoded.kind == "text":
        return [encoded.labels[code] if code >= 0 and encoded.labels[code].strip() else None for code in encoded.values]
    return [None if value != value else native(value) for value in encoded.values.tolist()]


def _iterated(column: Any) -> Iterable[Any]:
    to_list = getattr(column, "to_list", None) or getattr(column, "to_pylist", None)
    values: Iterable[Any] = to_list() if to_list is not None else column
    return values


def _cell(value: Any) -> Any:
    return None if value is None or value != value else native(value)
