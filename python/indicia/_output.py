"""The same kind of table out: columns for the rows that came in, and small tables of any rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .errors import OptionalDependencyError
from .frames import Kind, Source


class Levels(NamedTuple):
    """A column of ordered names: codes into names, negative for unknown."""

    codes: npt.NDArray[Any]
    names: Sequence[str]


class Output:
    """Makes columns and tables of one kind; with the caller's index where there is one.

    Parameters
    ----------
    kind : {"pandas", "polars", "pyarrow", "numpy", "dict", "other"}
        Kind of the caller's table. For a dict of columns, pandas where it is
        installed, else a dict of arrays; for arrays, arrays.
    index : pandas.Index, optional
        Row index of the caller's table.
    backend : optional
        What narwhals calls the library of an "other" table.
    """

    __slots__ = ("_kept", "backend", "index", "kind")

    def __init__(self, kind: Kind, index: Any = None, backend: Any = None) -> None:
        if kind == "dict" and find_spec("pandas") is not None:
            kind = "pandas"
        self.kind: Kind = kind
        self.index = index
        self.backend = backend
        self._kept: dict[int, tuple[Any, Any]] = {}

    @classmethod
    def like(cls, source: Source) -> Output:
        """The output that matches an input."""
        return cls(source.kind, source.index, source.native.implementation if source.kind == "other" else None)

    def plain(self) -> Output:
        """The same kind, for tables whose rows are not the caller's."""
        return Output(self.kind, None, self.backend)

    def column(self, name: str, values: Any, fresh: bool = False) -> Any:
        """A column; NaN becomes what the library calls missing. Nobody else holds ``fresh`` values.

        Values may be an array of numbers, `Levels`, a list of texts and None,
        or a column of the caller's own.
        """
        if isinstance(values, Levels):
            return getattr(self, f"_levels_{self.kind}", self._levels_other)(name, values)
        if self.kind == "pandas":
            import pandas as pd

            if isinstance(values, pd.Series):
                return values.rename(name)
            if isinstance(values, pd.Index):
                return values.to_series(index=self.index, name=name)
            # What the caller does to it must not change the scores it came from: pandas 3 copies when it is written to,
            # as long as another Series holds the same values; older ones get a copy.
            if fresh or int(pd.__version__.split(".")[0]) < 3:
                return pd.Series(values, index=self.index, name=name, copy=not fresh)
            kept = self._kept.get(id(values))
            if kept is None or kept[0] is not values:
                kept = self._kept[id(values)] = (values, pd.Series(values, index=self.index, copy=False))
            return kept[1].rename(name)
        if self.kind == "polars":
            import polars as pl

            if isinstance(values, pl.Series):
                return values.alias(name)
            return pl.Series(name, values, nan_to_null=isinstance(values, np.ndarray))
        if self.kind == "pyarrow":
            import pyarrow as pa

            if isinstance(values, pa.ChunkedArray):
                return values
            array = values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
            return pa.chunked_array([array])
        if self.kind == "other":
            return _series(name, values, self.backend)
        return values.copy() if isinstance(values, np.ndarray) else _objects(list(values))

    def frame(self, columns: Mapping[str, Any]) -> Any:
        """A table of columns as `column` takes them."""
        made = {name: self.column(name, values) for name, values in columns.items()}
        if self.kind == "pandas":
            import pandas as pd

            return pd.DataFrame(made, index=self.index, copy=False)
        if self.kind == "polars":
            import polars as pl

            return pl.DataFrame(list(made.values()))
        if self.kind == "pyarrow":
            import pyarrow as pa

            return pa.table(made)
        if self.kind == "other":
            import narwhals.stable.v2 as nw

            frames = {name: nw.from_native(values, series_only=True) for name, values in made.items()}
            return nw.from_dict(frames, backend=self.backend).to_native()
        return made

    def _levels_pandas(self, name: str, levels: Levels) -> Any:
        import pandas as pd

        values = pd.Categorical.from_codes(levels.codes, categories=list(levels.names), ordered=True)
        return pd.Series(values, index=self.index, name=name)

    def _levels_polars(self, name: str, levels: Levels) -> Any:
        import polars as pl

        words = pl.Series(name, list(levels.names), dtype=pl.Enum(list(levels.names)))
        codes = pl.Series(levels.codes.astype(np.int64))
        # A null place gives a null level.
        return words.gather(codes.to_frame("code").select(pl.when(pl.col("code") >= 0).then("code"))["code"])

    def _levels_pyarrow(self, name: str, levels: Levels) -> Any:
        import pyarrow as pa

        codes = pa.array(levels.codes.astype(np.int16), mask=levels.codes < 0)
        words = pa.array(list(levels.names), pa.string())
        return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, words, ordered=True)])

    def _levels_other(self, name: str, levels: Levels) -> Any:
        words = _objects([*levels.names, None])[levels.codes]
        return words if self.kind in ("numpy", "dict") else _series(name, words, self.backend)


def rows_of(table: Any) -> list[dict[str, Any]]:
    """The rows of a small table of any kind as dicts; none where there is no table."""
    if table is None:
        return []
    if isinstance(table, Mapping):
        columns = {name: np.asarray(values).tolist() for name, values in table.items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    import narwhals.stable.v2 as nw

    return list(nw.from_native(table, eager_only=True).iter_rows(named=True))


def default_output() -> Output:
    """For tables that come from no data of the caller: pandas where installed, else a dict of arrays."""
    return Output("dict")


def optional(package: str, extra: str, what: str) -> Any:
    """Import an optional package.

    Raises
    ------
    OptionalDependencyError
        If it is not installed; the message names the extra that brings it.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != package.split(".")[0]:
            raise
        raise OptionalDependencyError(f"{what} needs {package}: pip install 'indicia[{extra}]'") from None


def _objects(values: Sequence[Any]) -> npt.NDArray[Any]:
    """A list as an array: doubles where all are numbers or None, else objects."""
    if values and all(value is None or type(value) in (float, int) for value in values):
        return np.array([np.nan if value is None else value for value in values])
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


def _series(name: str, values: Any, backend: Any) -> Any:
    import narwhals.stable.v2 as nw

    return nw.new_series(name, values, backend=backend).to_native()
