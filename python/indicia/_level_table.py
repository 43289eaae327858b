"""The distribution of levels by groups of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._encode import encode
from ._factor import Factor, engine_of, factor
from ._keys import combined, native
from ._names import did_you_mean, listed, shorten
from ._output import Levels
from .errors import ColumnTypeError, DataError, MissingColumnError, translated

if TYPE_CHECKING:
    from ._held import Held
    from ._passes import LevelColumn

By = str | Sequence[Any] | None

UNKNOWN = np.uint8(255)


def level_table(held: Held, column: LevelColumn, by: By, sample_weight: Any) -> Any:
    """Rows of groups by level: the groups, level, n, weight, share."""
    groups = _groups(held, by)
    weights, weight_name = unit_weights(held, sample_weight)
    known = np.where(column.certain == column.possible, column.certain, UNKNOWN)
    if groups:
        codes = combined([factored.codes for factored in groups.values()])
        distinct, first = np.unique(codes, return_index=True)
    else:
        codes, distinct, first = None, np.zeros(1, np.int64), np.zeros(1, np.int64)
    with translated(held.panel.text, {"sample_weight": weight_name}):
        rows, sums, share = _core.shares(known, len(column.names), codes, len(distinct), weights)

    names = [*column.names, _unused("unknown", column.names)]
    # "No level" and "unknown" are shown where some row has them.
    shown = [i for i in range(len(names)) if 0 < i < len(names) - 1 or rows[:, i].any()]
    table: dict[str, Any] = {}
    for name, factored in groups.items():
        labels = [_label(factored, int(row)) for row in first]
        table[name] = [label for label in labels for _ in shown]
    kept = [names[i] for i in shown]
    table["level"] = Levels(np.tile(np.arange(len(shown), dtype=np.int16), len(distinct)), kept)
    table["n"] = rows[:, shown].reshape(-1)
    table["weight"] = sums[:, shown].reshape(-1)
    table["share"] = share[:, shown].reshape(-1)
    return held.output.plain().frame(table)


def _groups(held: Held, by: By) -> dict[str, Factor]:
    wanted = [] if by is None else [by] if isinstance(by, str) or not _is_list(by) else list(by)
    groups: dict[str, Factor] = {}
    for i, item in enumerate(wanted):
        if isinstance(item, str):
            _check_name(held, item, "by")
            groups[item] = _ordered(held.source.key(item))
        else:
            if len(item) != len(held):
                raise DataError(f"by=: an array has {len(item)} values, the scored data have {len(held)} rows")
            groups[str(getattr(item, "name", None) or f"by_{i}")] = _ordered(item)
    taken = [name for name in groups if name in ("level", "n", "weight", "share")]
    if taken:
        raise DataError(f"by=: {taken[0]!r} is the name of a column of the result; rename the column in the data")
    return groups


def _is_list(by: Any) -> bool:
    """Whether a list of names or arrays is meant, and not one array."""
    return isinstance(by, list | tuple) and all(isinstance(item, str) or hasattr(item, "__len__") for item in by)


def _ordered(column: Any) -> Factor:
    """Distinct values in ascending order, or in that of the categories."""
    factored = factor(column)
    engine = engine_of(column)
    kept = (engine == "pandas" and hasattr(column.dtype, "categories")) or str(getattr(column, "dtype", "")) == "Enum"
    if kept or str(getattr(column, "dtype", "")).startswith("Enum"):
        return factored
    try:
        order = sorted(range(len(factored.labels)), key=lambda code: factored.labels[code])
    except TypeError:
        order = sorted(range(len(factored.labels)), key=lambda code: str(factored.labels[code]))
    places = np.full(len(order) + 1, -1, dtype=np.int64)
    places[order] = np.arange(len(order))
    # The last place is what the code -1 takes.
    return Factor(places[factored.codes], [factored.labels[code] for code in order])


def unit_weights(held: Held, sample_weight: Any) -> tuple[npt.NDArray[np.float64] | None, str]:
    if sample_weight is None:
        return None, "sample_weight"
    name = "sample_weight"
    if isinstance(sample_weight, str):
        name = sample_weight
        _check_name(held, name, "sample_weight")
        sample_weight = held.source.key(name)
    encoded = encode(name, sample_weight)
    if encoded.kind == "text":
        raise ColumnTypeError(f"column {name!r}: weights are numbers, found texts such as {encoded.labels[0]!r}")
    if len(encoded.values) != len(held):
        raise DataError(f"sample_weight= has {len(encoded.values)} values, the scored data have {len(held)} rows")
    return encoded.values.astype(np.float64, copy=False), name


def _check_name(held: Held, name: str, argument: str) -> None:
    known = [*held.source.names, *held.source.index_levels()]
    if name not in known:
        hint = f"{did_you_mean(name, known)}; they have: {listed(sorted(known))}"
        raise MissingColumnError(f"{argument}=: the scored data have no column {shorten(name)}{hint}")


def _label(factored: Factor, row: int) -> Any:
    code = int(factored.codes[row])
    return None if code < 0 else native(factored.labels[code])


def _unused(name: str, taken: Sequence[str]) -> str:
    return name if name not in taken else _unused(f"({name})", taken)
