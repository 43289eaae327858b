"""What the functions of `indicia.frontier` share: indicators as columns of the core, limits, labels, warnings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ._definition import Method
from ._held import Held
from ._plain import Columns, Indicators, fit_flat, passes_of
from ._warnings import warn_all

Doubles = npt.NDArray[np.float64]


def children(
    data: Any,
    indicators: Indicators,
    normalize: Method,
    columns: Columns,
    unit: str | None = None,
    threads: int | None = None,
    stacklevel: int = 5,
) -> tuple[dict[str, Doubles], Held]:
    """The (scaled) indicators, turned by their directions, and the table they come from."""
    fitted, held, chosen = fit_flat(
        data,
        indicators,
        columns=columns,
        unit=unit,
        threads=threads,
        normalize=normalize,
        aggregate="none",
        stacklevel=stacklevel,
    )
    found = passes_of(fitted, held, stacklevel=stacklevel).all_indicators()
    return {name: np.ascontiguousarray(found[name], dtype=np.float64) for name in chosen}, held


def against(
    data: Any,
    reference: Any,
    indicators: Indicators,
    normalize: Method,
    columns: Columns,
    unit: str | None = None,
    threads: int | None = None,
) -> tuple[dict[str, Doubles], Held, dict[str, Doubles] | None, Held]:
    """As `children`, and those of the rows compared with, on which scales are then fitted."""
    if reference is None:
        found, held = children(data, indicators, normalize, columns, unit, threads, stacklevel=6)
        return found, held, None, held
    fitted, others, chosen = fit_flat(
        reference,
        indicators,
        columns=columns,
        unit=unit,
        threads=threads,
        normalize=normalize,
        aggregate="none",
        stacklevel=6,
    )
    held = Held(fitted._index._needs, data, unit, None, columns, "error", None, threads)
    rows, records = (passes_of(fitted, table, stacklevel=6).all_indicators() for table in (held, others))
    own, known = (
        {name: np.ascontiguousarray(found[name], dtype=np.float64) for name in chosen} for found in (rows, records)
    )
    return own, held, known, others


def limits_json(limits: Mapping[str, Any] | None) -> str | None:
    """Limits for the core, which checks them."""
    if limits is None:
        return None
    if not isinstance(limits, Mapping):
        raise TypeError(f"limits= is a dict with 'on', 'low' and 'high', found {type(limits).__name__}")
    return json.dumps(dict(limits))


def labels(held: Held, rows: npt.NDArray[np.int64]) -> Any:
    """Labels of rows as a column: unit, else index, else number."""
    if held.panel.unit is None and held.panel.source.index is None:
        return rows
    different, places = np.unique(rows, return_inverse=True)
    found = [held.panel.label(int(row)) for row in different]
    if all(isinstance(label, int) for label in found):
        return np.array(found, dtype=np.int64)[places]
    words = np.array([None if label is None else str(label) for label in found], dtype=object)
    return words[places].tolist()


def tell(messages: Iterable[str], held: Held, stacklevel: int = 3) -> None:
    """Warnings of the core, rows by their labels."""
    found = [{"kind": "frontier", "message": message} for message in messages]
    warn_all(found, stacklevel, held.panel.text)
