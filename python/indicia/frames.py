"""Any table in: pandas, polars, pyarrow and what narwhals knows, a dict of columns, an array with named columns."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import narwhals
import narwhals.stable.v2 as nw
import numpy as np

from .errors import DataError

Kind = Literal["pandas", "polars", "pyarrow", "numpy", "dict", "other"]

_EXPECTED = (
    "expected a dataframe (pandas, polars, pyarrow), a dict of columns, or an array with columns=[names], found {found}"
)


class Source:
    """A table as the caller gave it: names, length, and columns by name; nothing is copied or changed.

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        See `source_of`.
    """

    __slots__ = ("_columns", "kind", "names", "native", "rows")

    def __init__(
        self, kind: Kind, native: Any, names: Sequence[str], rows: int, columns: Mapping[str, Any] | None
    ) -> None:
        self.kind: Kind = kind
        self.native = native
        self.names = list(names)
        self.rows = rows
        self._columns = columns
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        if twice:
            shown = ", ".join(repr(name) for name in twice[:10])
            raise DataError(f"column names must be unique, found more than once: {shown}; rename or drop one of them")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self.names)

    def column(self, name: str) -> Any:
        """One column, of the caller's own type."""
        if self._columns is not None:
            return self._columns[name]
        if self.kind == "pyarrow":
            return self.native.column(name)
        if self.kind == "other":
            return self.native.get_column(name).to_numpy()
        return self.native[name]

    @property
    def index(self) -> Any:
        """The row index of a pandas frame, else None."""
        return self.native.index if self.kind == "pandas" else None

    def index_levels(self) -> list[str]:
        """Names of the index levels of a pandas frame."""
        return [] if self.index is None else [name for name in self.index.names if isinstance(name, str)]

    def key(self, name: str) -> Any:
        """A column, or else an index level."""
        return self.column(name) if name in self else self.index.get_level_values(name)


def source_of(data: Any, columns: Mapping[str, str] | Sequence[str] | None = None) -> Source:
    """Read what a table holds, without reading its values.

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        A pandas, polars or pyarrow table, another eager frame that narwhals
        knows, anything with ``__arrow_c_stream__``, a mapping of names to
        columns, a structured array, or a two-dimensional array.
    columns : sequence of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    Source

    Raises
    ------
    TypeError
        If the data are no table.
    DataError
        If two columns have one name, columns differ in length, or the table
        must be collected first.
    """
    # A frame of narwhals itself, of whichever of its interfaces, stands for the one it wraps.
    data = narwhals.to_native(data, pass_through=True)
    if isinstance(data, np.ndarray):
        return _array(data, columns)
    if columns is not None and not isinstance(columns, Mapping):
        raise TypeError("a list of names in columns= is for arrays; for tables say columns={'definition': 'data'}")
    if isinstance(data, Mapping):
        return _mapping(data)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, pandas.DataFrame):
        # Columns whose names are no texts cannot be meant by a definition.
        names = [name for name in data.columns if isinstance(name, str)]
        return Source("pandas", data, names, len(data), None)
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(data, pyarrow.Table):
        return Source("pyarrow", data, data.column_names, data.num_rows, None)
    frame = nw.from_native(data, pass_through=True)
    if isinstance(frame, nw.LazyFrame):
        found = type(nw.to_native(frame))
        raise DataError(f"a lazy table ({found.__module__.split('.')[0]}) has no rows yet; collect it first")
    if isinstance(frame, nw.DataFrame):
        native = nw.to_native(frame)
        if frame.implementation.is_polars():
            return Source("polars", native, native.columns, native.height, None)
        if frame.implementation.is_pandas() or frame.implementation.is_pyarrow():
            return source_of(native)
        return Source("other", frame, frame.columns, len(frame), None)
    if hasattr(data, "__arrow_c_stream__") and not hasattr(data, "to_frame"):
        import pyarrow as pa

        return source_of(pa.table(data))
    raise TypeError(_EXPECTED.format(found=type(data).__name__))


def _array(data: np.ndarray[Any, Any], columns: Mapping[str, str] | Sequence[str] | None) -> Source:
    if data.dtype.names:
        return Source("numpy", data, data.dtype.names, len(data), {name: data[name] for name in data.dtype.names})
    if isinstance(columns, str) or columns is None or isinstance(columns, Mapping):
        raise TypeError("an array has no column names; say columns=['first', 'second', ...]")
    if data.ndim != 2:
        raise TypeError(f"expected a two-dimensional array (rows, columns), found {data.ndim} dimensions")
    names = [str(name) for name in columns]
    if len(names) != data.shape[1]:
        raise DataError(f"columns= names {len(names)} columns, the array has {data.shape[1]}")
    return Source("numpy", data, names, len(data), {name: data[:, i] for i, name in enumerate(names)})


def _mapping(data: Mapping[Any, Any]) -> Source:
    columns = {name: _listed(name, values) for name, values in data.items() if isinstance(name, str)}
    lengths = Counter(len(values) for values in columns.values())
    if len(lengths) > 1:
        usual = lengths.most_common(1)[0][0]
        odd = next(name for name, values in columns.items() if len(values) != usual)
        raise DataError(f"columns differ in length: {odd!r} has {len(columns[odd])} rows, others have {usual}")
    return Source("dict", data, list(columns), next(iter(lengths), 0), columns)


def _listed(name: str, values: Any) -> Any:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"column {name!r}: expected one value per row, found {type(values).__name__}")
    if hasattr(values, "dtype") or hasattr(values, "type"):
        return values
    listed = list(values)
    # NumPy would make one type of mixed values: texts of numbers, numbers of yes and no.
    types = {type(value) for value in listed}
    if types <= {bool} or types <= {int} or types <= {float, int} or types <= {str}:
        return np.asarray(listed) if listed else np.empty(0)
    mixed = np.empty(len(listed), dtype=object)
    mixed[:] = listed
    return mixed
