"""Who the rows are: units, periods, labels for messages, duplicates."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from datetime import date, datetime
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from ._factor import factor
from ._keys import are_unique, combined, element, native, rows_of
from ._names import did_you_mean, listed, shorten
from .errors import DataError, MissingColumnError, UnknownNameError
from .frames import Source

_SHOWN_DUPLICATES = 5
_MOST_NAMES = 5_000


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
        self.names = [name for name in (unit, time) if name is not None]
        self.unit, self.time = unit, time
        for name in self.names:
            if not isinstance(name, str):
                raise TypeError(f"unit and time are names of columns or index levels, found {type(name).__name__}")
            if name not in source and name not in source.index_levels():
                raise MissingColumnError(_no_key(name, source))
        self.keys = [source.key(name) for name in self.names]
        if unit is not None and not are_unique(self.keys):
            raise self._duplicates()

    @property
    def columns(self) -> dict[str, Any]:
        """The keys that are columns, for output; index levels stay in the index."""
        return {name: self.source.column(name) for name in self.names if name in self.source}

    def _duplicates(self) -> DataError:
        codes = combined([factor(key).codes for key in self.keys])
        distinct, counts = np.unique(codes, return_counts=True)
        twice = distinct[counts > 1]
        first = np.flatnonzero(np.isin(codes, twice))
        rows = list(dict.fromkeys(codes[first].tolist()))[:_SHOWN_DUPLICATES]
        found = [np.flatnonzero(codes == code) for code in rows]
        shown = ", ".join(f"{self.text(int(same[0]))} ({len(same)} times)" for same in found)
        more = f" and {len(twice) - len(found)} more" if len(twice) > len(found) else ""
        keys = ", ".join(repr(name) for name in self.names)
        remedy = "" if self.time else "; for several periods per unit say time=..."
        return DataError(f"rows must be unique in {keys}, found more than once: {shown}{more}{remedy}")

    def label(self, row: int) -> Any:
        """The label of a row: its keys, else its index label, else its number."""
        if self.unit is not None:
            parts = tuple(element(key, row) for key in self.keys)
            return parts[0] if len(parts) == 1 else parts
        index = self.source.index
        return native(index[row]) if index is not None else row

    def labels(self, rows: npt.NDArray[np.int64]) -> list[Any]:
        """The labels of many rows."""
        if self.unit is None:
            return [self.label(int(row)) for row in rows]
        parts = []
        for key in self.keys:
            factored = factor(key)
            names = [native(label) for label in factored.labels]
            parts.append([names[code] if code >= 0 else None for code in factored.codes[rows]])
        return parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))

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
        rows = self._rows(label)
        if len(rows) == 1:
            return int(rows[0])
        if len(rows):
            shown = ", ".join(self.text(int(row)) for row in rows[:5])
            raise DataError(f"{len(rows)} rows are labeled {label!r} ({shown}); give a tuple (unit, time)")
        raise UnknownNameError(f"no row is labeled {shorten(label)}{self._hint(label)}")

    def _rows(self, label: Any) -> npt.NDArray[np.intp]:
        nothing = np.empty(0, dtype=np.intp)
        index = self.source.index
        # An array would be compared with the labels one by one.
        if not isinstance(label, Hashable):
            return nothing
        if self.unit is not None:
            columns: Iterable[Any] = self.keys
        elif index is not None:
            columns = (index.get_level_values(i) for i in range(index.nlevels))
        else:
            if isinstance(label, int | np.integer) and -self.source.rows <= label < self.source.rows:
                return np.array([int(label) % self.source.rows])
            return nothing
        columns = list(columns)
        wanted = label if len(columns) > 1 and isinstance(label, tuple) else (label,)
        if len(wanted) > len(columns):
            return nothing
        found = [rows_of(column, part) for column, part in zip(columns, wanted, strict=False)]
        rows = found[0]
        for more in found[1:]:
            rows = np.intersect1d(rows, more)
        return rows

    def _hint(self, label: Any) -> str:
        wanted = label[0] if isinstance(label, tuple) and label else label
        index = self.source.index
        if self.unit is not None:
            known = self.keys[0]
        elif index is not None:
            known = index.get_level_values(0)
        else:
            return f"; rows have no labels: give a number from 0 to {self.source.rows - 1}, or say unit= when scoring"
        return did_you_mean(wanted, [element(known, row) for row in range(min(self.source.rows, _MOST_NAMES))])

    def rows_of_units(self, names: list[str]) -> dict[str, list[int]]:
        """Row numbers of units that anchor a scale; units that are not there are left out."""
        index = self.source.index
        if not names or (self.unit is None and index is None):
            return {}
        codes, labels = factor(self.keys[0] if self.unit is not None else index.get_level_values(0))
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
        codes, labels = factor(self.keys[-1])
        missing = np.flatnonzero(codes < 0)
        if len(missing):
            first = f"the first is row {int(missing[0])}"
            raise DataError(f"column {self.time!r}: {len(missing)} rows have no period, {first}")
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(labels) + 1))
        parts = [(labels[i], order[bounds[i] : bounds[i + 1]].astype(np.int64)) for i in range(len(labels))]
        parts = [(native(label), rows) for label, rows in parts if len(rows)]
        try:
            parts.sort(key=lambda part: part[0])
        except TypeError:
            parts.sort(key=lambda part: str(part[0]))
        return [(period_json(label), rows) for label, rows in parts]

    def period_of(self, row: int) -> str | None:
        """The period of a row as JSON, where there are periods."""
        return None if self.time is None else period_json(element(self.keys[-1], row))


def period_json(label: Any) -> str:
    """A period as JSON: a whole number or a text."""
    if isinstance(label, Real) and float(label).is_integer():
        return str(int(float(label)))
    if isinstance(label, datetime) and (label.hour, label.minute, label.second, label.microsecond) == (0, 0, 0, 0):
        label = label.date()
    return json.dumps(label.isoformat() if isinstance(label, date) else str(label), ensure_ascii=False)


def _no_key(name: str, source: Source) -> str:
    known = source.names + source.index_levels()
    levels = f"; index levels: {', '.join(source.index_levels())}" if source.index_levels() else ""
    return (
        f"no column or index level is named {shorten(name)}{did_you_mean(name, known)}; "
        f"the data have: {listed(sorted(source.names)) if source.names else 'no columns'}{levels}"
    )
