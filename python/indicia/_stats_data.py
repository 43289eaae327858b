"""What the functions of `indicia.stats` share: choosing columns, handing them to the core, rows and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._encode import Encoded, encode
from ._factor import engine_of
from ._names import did_you_mean, listed, shorten
from ._output import Output
from ._panel import Panel
from .errors import ColumnTypeError, MissingColumnError, UnknownNameError, join, translated
from .frames import Source, source_of


class Inspected:
    """Numeric columns of a table.

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        Any table; an array takes its names from ``columns``.
    columns : sequence of str, optional
        By default all numeric columns but the keys.
    unit, time : str, optional
        Keys of the rows.
    """

    __slots__ = ("names", "output", "panel", "parts", "source")

    def __init__(
        self, data: Any, columns: Sequence[str] | None = None, unit: str | None = None, time: str | None = None
    ) -> None:
        if isinstance(columns, str | Mapping):
            raise TypeError(f"columns= is a list of names, found {shorten(columns)}")
        plain = isinstance(data, np.ndarray) and data.dtype.names is None
        self.source = source_of(data, list(columns) if plain and columns is not None else None)
        self.panel = Panel(self.source, unit, time)
        self.output = Output.like(self.source)
        self.parts: dict[str, Encoded] = {}
        if columns is None:
            for name in self.source.names:
                if name not in self.panel.names:
                    self._add_numeric(name)
        else:
            self.take(columns)
        self.names = list(self.parts)

    def _add_numeric(self, name: str) -> None:
        try:
            part = encode(name, self.source.column(name))
        except ColumnTypeError:  # dates, lists: not numeric, and nobody asked for them
            return
        if part.kind != "text":
            self.parts[name] = part

    def take(self, names: Sequence[str]) -> None:
        """Encode columns the caller named; all that cannot be used are told at once."""
        absent = [name for name in dict.fromkeys(names) if name not in self.source]
        if absent:
            have = listed(self.source.names) if self.source.names else "no columns"
            lines = [f"no column is named {shorten(name)}{did_you_mean(name, self.source.names)}" for name in absent]
            raise MissingColumnError(f"{join(lines)}; the data have: {have}")
        texts = []
        for name in dict.fromkeys(names):
            self.parts[name] = encode(name, self.source.column(name))
            if self.parts[name].kind == "text":
                texts.append(f"column {name!r}: expected numbers, found texts")
        if texts:
            raise ColumnTypeError(join(texts))

    def table(self, names: Sequence[str] | None = None) -> _core.Table:
        """These columns for the core."""
        table = _core.Table(self.source.rows)
        for name in self.names if names is None else names:
            self.parts[name].add_to(table, name)
        return table

    def translated(self) -> Any:
        """Errors of the core in the words of these data."""
        return translated(self.panel.text, there=self.source.names)

    def rows(self, columns: Mapping[str, Any]) -> Any:
        """A table of the caller's rows, keys that are columns first."""
        return self.output.frame(self.panel.columns | dict(columns))

    def small(self, columns: Mapping[str, Any]) -> Any:
        """A table of other rows."""
        return self.output.plain().frame(columns)


def one_of(name: str, value: str, words: Sequence[str]) -> str:
    """The value, or an error that lists what there is."""
    if value not in words:
        shown = ", ".join(repr(word) for word in words)
        raise UnknownNameError(f"{name}= is one of {shown}, found {value!r}{did_you_mean(value, words)}")
    return value


def filtered(source: Source, keep: npt.NDArray[np.bool_]) -> Any:
    """The rows that are kept, as a table of the caller's own kind."""
    native = source.native
    if source.kind == "polars":
        return native.filter(keep)
    if source.kind == "pyarrow":
        import pyarrow as pa

        return native.filter(pa.array(keep))
    if source.kind == "other":
        return native.filter(keep.tolist()).to_native()
    if source.kind == "dict":
        return {name: _filtered(source.column(name), keep) for name in source.names}
    return native[keep]


def _filtered(column: Any, keep: npt.NDArray[np.bool_]) -> Any:
    if engine_of(column) == "pyarrow":
        import pyarrow as pa

        return column.filter(pa.array(keep))
    return column.filter(keep) if engine_of(column) == "polars" else column[keep]


def replaced(source: Source, output: Output, made: Mapping[str, npt.NDArray[np.float64]]) -> Any:
    """The caller's table with other values in some columns; the caller's own is left as it is."""
    native = source.native
    if source.kind == "pandas":
        return native.assign(**{name: output.column(name, values, fresh=True) for name, values in made.items()})
    if source.kind == "polars":
        return native.with_columns([output.column(name, values) for name, values in made.items()])
    if source.kind == "pyarrow":
        for name, values in made.items():
            native = native.set_column(native.column_names.index(name), name, output.column(name, values))
        return native
    if source.kind == "dict":
        return {name: made.get(name, source.column(name)) for name in source.names}
    if source.kind == "other":
        return output.frame({name: made.get(name, source.column(name)) for name in source.names})
    if native.dtype.names:
        fields = [(name, np.dtype(float) if name in made else native.dtype[name]) for name in native.dtype.names]
        records = np.empty(len(native), dtype=fields)
        for name in native.dtype.names:
            records[name] = made.get(name, native[name])
        return records
    array = native.astype(np.float64)
    for name, values in made.items():
        array[:, source.names.index(name)] = values
    return array
