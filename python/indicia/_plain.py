"""The steps as plain functions: a one-level index over the caller's columns, fitted and read off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from ._definition import Method
from ._held import Held
from ._passes import Passes
from .errors import DataError
from .fitted import FittedIndex
from .frames import Source, source_of
from .index import Index

Indicators = Mapping[str, int] | Sequence[str] | None
Columns = Sequence[str] | None

# The name of the one group; no column of a caller is likely to have it.
GROUP = "ix_group"


def options(**given: Any) -> dict[str, Any]:
    """The options that were given; what is None keeps the default of the method."""
    return {name: value for name, value in given.items() if value is not None}


def method(name: str, given: Mapping[str, Any]) -> Any:
    """A method as definitions have it."""
    return {name: dict(given)} if given else name


def indicators_of(source: Source, indicators: Indicators) -> dict[str, int]:
    """The indicators with their directions; by default all columns of numbers, more being better."""
    if isinstance(indicators, Mapping):
        return dict(indicators)
    if isinstance(indicators, str):
        raise TypeError(f"indicators are a list of columns, or a dict of column to direction; found {indicators!r}")
    if indicators is not None:
        return dict.fromkeys(indicators, 1)
    found = [name for name in source.names if _is_number(source.column(name))]
    if not found:
        raise DataError("there is no column of numbers; name the indicators")
    return dict.fromkeys(found, 1)


def _is_number(column: Any) -> bool:
    kind = str(getattr(column, "dtype", None) or getattr(column, "type", "")).lower()
    if kind == "object":
        # Numbers with None among them, as lists in a dict have it.
        values = [value for value in column if value is not None]
        return bool(values) and all(isinstance(value, Real) and not isinstance(value, bool) for value in values)
    return kind.startswith(("float", "int", "uint", "double"))


def fit_flat(
    data: Any,
    indicators: Indicators,
    *,
    columns: Columns = None,
    unit: str | None = None,
    time: str | None = None,
    threads: int | None = None,
    period: Any = None,
    missing: str | None = None,
    own: Mapping[str, Mapping[str, Any]] | None = None,
    stacklevel: int = 4,
    **steps: Any,
) -> tuple[FittedIndex, Held, dict[str, int]]:
    """Fit a one-level index over columns.

    ``steps`` are those of `Index.flat`; ``own`` has settings of single indicators.
    """
    source = source_of(data, columns)
    chosen = indicators_of(source, indicators)
    definition = Index.flat(chosen, id=GROUP, **steps).to_dict()
    for leaf in definition["indicator"]:
        leaf.update((own or {}).get(leaf["id"], {}))
    if period is not None:
        definition["period"] = period
    if missing is not None:
        definition["group"][0]["missing"] = missing
    index = Index.from_dict(definition)
    held = Held(index._needs, data, unit, time, columns, "error", None, threads)
    fitted = FittedIndex._fit(index, held, stacklevel=stacklevel)
    held.together = True
    return fitted, held, chosen


def passes_of(fitted: FittedIndex, held: Held, stacklevel: int = 4) -> Passes:
    """Scores of the fitted rows."""
    return Passes(fitted, held, stacklevel)


def aggregated(
    name: str,
    given: Mapping[str, Any],
    data: Any,
    indicators: Indicators,
    weights: Method,
    normalize: Method,
    missing: str | None,
    columns: Columns,
) -> Any:
    """Scores of the rows by one aggregation over columns, as a column of the caller's kind."""
    steps = {"weights": weights, "normalize": normalize, "aggregate": method(name, given)}
    fitted, held, _ = fit_flat(data, indicators, columns=columns, missing=missing, stacklevel=5, **steps)
    return held.output.column(name, passes_of(fitted, held, stacklevel=5).values[GROUP], fresh=True)
