"""Who the rows are: units, periods, labels for messages, duplicates."""

from __future__ import annotations

import json
from collections.abc import Hashable
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt

from ._factor import Factor, factor
from ._names import did_you_mean, shorten
from .errors import DataError, MissingColumnError, UnknownNameError
from .frames import Source

_SHOWN_DUPLICATES = 5


class Panel:
    """Units and periods of a table.

    Parameters
    ----------
    source : Source
        The table.
    unit, time : str, optional
        Names of columns or index levels.

    Raises
    ------
    MissingColumnError
        If there is neither a column nor an index level of that name.
    DataError
        If two rows have the same keys.
    """

    def __init__(self, source: Source, unit: str | None = None, time: str | None = None) -> None:
        self.source = source
        self.keys = [key for key in (unit, time) if key is not None]
        self.unit, self.time = unit, time
        for key in self.keys:
            if not isinstance(key, str):
                raise TypeError(f"unit and time are names of columns or index levels, found {type(key).__name__}")
            if key not in source and key not in source.index_levels():
                raise MissingColumnError(_no_key(key, source))
        if unit is not None:
            self._check_duplicates()

    @cached_property
    def factors(self) -> list[Factor]:
        """Distinct values and codes of the keys."""
        return [factor(self.source.key(key)) for key in self.keys]

    @property
    def columns(self) -> dict[str, Any]:
        """The keys that are columns, for output; index levels stay in the index."""
        return {key: self.source.column(key) for key in self.keys if key in self.source}

    def _check_duplicates(self) -> None:
        codes = combined([factored.codes for factored in self.factors])
        distinct, counts = np.unique(codes, return_counts=True)
        twice = distinct[counts > 1]
        if not len(twice):
            return
        rows = [np.flatnonzero(codes == code) for code in twice[:_SHOWN_DUPLICATES]]
        rows.sort(key=lambda found: int(found[0]))
        shown = [f"{self.text(int(found[0]))} ({len(found)} times)" for found in rows]
        more = f" and {len(twice) - len(shown)} more" if len(twice) > len(shown) else ""
        keys = ", ".join(repr(key) for key in self.keys)
        remedy = "" if self.time else "; for several periods per unit say time=..."
        raise DataError(f"rows must be unique in {keys}, found more than once: {', '.join(shown)}{more}{remedy}")

    def label(self, row: int) -> Any:
        """The label of a row: its keys, else its index label, else its number."""
        if self.unit is not None:
            parts = tuple(_value(factored, row) for factored in self.factors)
            return parts[0] if len(parts) == 1 else parts
        index = self.source.index
        return _native(index[row]) if index is not None else row

    def text(self, row: int) -> str:
        """The label of a row as messages show it."""
        label = self.label(row)
        if self.unit is not None and self.time is not None:
            return f"row {label[0]!r}, {label[1]}"
        return f"row {label!r}"

    def find(self, label: Any) -> int:
        """The row of a label.

        Raises
        ------
        UnknownNameError
            If no row has that label.
        DataError
            If several rows have it.
        """
        index = self.source.index
        known: Any = ()
        rows = np.empty(0, dtype=np.intp)
        if not isinstance(label, Hashable):
            pass  # an array would be compared with the labels one by one
        elif self.unit is not None:
            wanted = label if self.time is not None and isinstance(label, tuple) else (label,)
            pairs = zip(self.factors, wanted, strict=False)
            parts = [factored.codes == _code(factored, part) for factored, part in pairs]
            rows = np.flatnonzero(np.logical_and.reduce(parts))
            known = self.factors[0].labels
        elif index is not None:
            known = index
            with suppress(TypeError, ValueError):
                rows = np.flatnonzero(index == label) if index.nlevels == 1 else _rows_of_tuple(index, label)
        elif isinstance(label, Integral) and -self.source.rows <= int(label) < self.source.rows:
            rows = np.array([int(label) % self.source.rows])
        if len(rows) == 1:
            return int(rows[0])
        if len(rows):
            shown = ", ".join(self.text(int(row)) for row in rows[:5])
            raise DataError(f"{len(rows)} rows are labeled {label!r} ({shown}); give a tuple (unit, time)")
        raise UnknownNameError(f"no row is labeled {shorten(label)}{self._hint(label, known)}")

    def _hint(self, label: Any, known: Any) -> str:
        wanted = label[0] if isinstance(label, tuple) and label else label
        if self.unit is None and self.source.index is None:
            return f"; rows have no labels: give a number from 0 to {self.source.rows - 1}, or say unit= when scoring"
        return did_you_mean(wanted, known)

    def rows_of_units(self, names: list[str]) -> dict[str, list[int]]:
        """Row numbers of units that anchor a scale; units that are not there are left out."""
        if not names:
            return {}
        if self.unit is not None:
            codes, labels = self.factors[0]
        elif self.source.index is not None:
            codes, labels = factor(self.source.index.get_level_values(0))
        else:
            return {}
        found = {str(label): code for code, label in enumerate(labels)}
        return {name: np.flatnonzero(codes == found[name]).tolist() for name in names if name in found}

    @cached_property
    def periods(self) -> list[tuple[str, npt.NDArray[np.int64]]]:
        """Rows of each period, in ascending order of periods where they can be ordered.

        Raises
        ------
        DataError
            If a row has no period.
        """
        codes, labels = self.factors[-1]
        missing = np.flatnonzero(codes < 0)
        if len(missing):
            first = f"the first is row {int(missing[0])}"
            raise DataError(f"column {self.time!r}: {len(missing)} rows have no period, {first}")
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(labels) + 1))
        parts = [(labels[i], order[bounds[i] : bounds[i + 1]].astype(np.int64)) for i in range(len(labels))]
        parts = [(_native(label), rows) for label, rows in parts if len(rows)]
        try:
            parts.sort(key=lambda part: part[0])
        except TypeError:
            parts.sort(key=lambda part: str(part[0]))
        return [(period_json(label), rows) for label, rows in parts]

    def period_of(self, row: int) -> str | None:
        """The period of a row as JSON, where there are periods."""
        return None if self.time is None else period_json(_value(self.factors[-1], row))


def combined(codes: list[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """One code for each combination of codes; missing counts as a value."""
    total = np.zeros(len(codes[0]), dtype=np.int64)
    for part in codes:
        shifted = part.astype(np.int64) + 1
        total = total * (int(shifted.max(initial=0)) + 1) + shifted
        # Counted through again, so that the product of many keys cannot overflow.
        total = np.unique(total, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return total


def period_json(label: Any) -> str:
    """A period as JSON: a whole number or a text."""
    if isinstance(label, Real) and float(label).is_integer():
        return str(int(float(label)))
    if isinstance(label, datetime) and (label.hour, label.minute, label.second, label.microsecond) == (0, 0, 0, 0):
        label = label.date()
    return json.dumps(label.isoformat() if isinstance(label, date) else str(label), ensure_ascii=False)


def _value(factored: Factor, row: int) -> Any:
    code = int(factored.codes[row])
    return None if code < 0 else _native(factored.labels[code])


def _native(value: Any) -> Any:
    """NumPy scalars as Python's, so that messages show 2021 and not np.int64(2021)."""
    if isinstance(value, np.datetime64):
        return value.astype("M8[us]").item()
    return value.item() if isinstance(value, np.generic) and value.dtype.kind in "biufU" else value


def _code(factored: Factor, label: Any) -> int:
    """The code of a label; -2, which no row has, where there is none."""
    try:
        return next((code for code, known in enumerate(factored.labels) if known is label or known == label), -2)
    except (TypeError, ValueError):
        return -2


def _rows_of_tuple(index: Any, label: Any) -> npt.NDArray[np.intp]:
    parts = label if isinstance(label, tuple) else (label,)
    hits = [np.asarray(index.get_level_values(i) == part) for i, part in enumerate(parts[: index.nlevels])]
    return np.flatnonzero(np.logical_and.reduce(hits))


def _no_key(key: str, source: Source) -> str:
    known = source.names + source.index_levels()
    levels = f"; index levels: {', '.join(source.index_levels())}" if source.index_levels() else ""
    return (
        f"no column or index level is named {key!r}{did_you_mean(key, known)}; "
        f"the data have: {', '.join(sorted(source.names)[:40]) or 'no columns'}{levels}"
    )
