"""What the functions of `indicia.firm` share: a panel for the core, columns, groups, counts of reasons."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from copy import copy
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._encode import encode
from ._factor import engine_of, factor
from ._impute_panel import _times
from ._keys import combined, native
from ._level_table import _ordered
from ._names import did_you_mean, listed
from ._output import Levels, Output
from ._panel import Panel
from ._replace import replaced
from ._stats_data import one_of
from ._warnings import UndefinedStatisticWarning
from .errors import ColumnTypeError, DataError, MissingColumnError, translated
from .frames import source_of

Names = str | Sequence[str]
Step = Literal["year", "quarter", "month", "day"]
Doubles = npt.NDArray[np.float64]

# Natural ends of a history: every panel has them, and nobody needs to be warned.
_QUIET = ("other period outside the panel", "unit not there in the other period")


@cache
def reason_words() -> tuple[str, ...]:
    """Why values are missing, from reason 1 on."""
    return tuple(_core.firm_reasons())


class Rows:
    """A table whose columns of numbers are asked for by name.

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        Any table.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.
    """

    def __init__(self, data: Any, columns: Sequence[str] | None = None) -> None:
        self.source = source_of(data, columns)
        self.output = Output.like(self.source)

    def numbers(self, argument: str, name: str) -> Doubles:
        """A column as doubles, NaN where missing."""
        self.check(argument, name)
        part = encode(name, self.source.key(name))
        if part.kind == "text":
            raise ColumnTypeError(f"{argument}=: column {name!r}: expected numbers, found texts")
        values = np.ascontiguousarray(part.values, dtype=np.float64)
        if not np.isfinite(values.sum()) and np.isinf(values).any():
            row = int(np.flatnonzero(np.isinf(values))[0])
            raise DataError(f"column {name!r}: expected finite numbers, found an infinite one ({self.text(row)})")
        return values

    def check(self, argument: str, name: Any) -> None:
        """Raise unless a column or an index level has that name."""
        if not isinstance(name, str):
            raise TypeError(f"{argument}= is the name of a column, found {type(name).__name__}")
        if name in self.source or name in self.source.index_levels():
            return
        have = listed(self.source.names) if self.source.names else "no columns"
        hint = did_you_mean(name, self.source.names)
        raise MissingColumnError(f"{argument}=: no column is named {name!r}{hint}; the data have: {have}")

    def text(self, row: int) -> str:
        """A row as messages show it."""
        return Panel(self.source).text(row)

    def translated(self) -> Any:
        """Errors of the core in the words of these data."""
        return translated(self.text, there=self.source.names)

    def with_columns(self, made: dict[str, Any]) -> Any:
        """The caller's table and these columns."""
        return replaced(self.source, self.output, made)

    def fresh(self, names: Sequence[str], replace: bool = False) -> None:
        """Raise where a new column has the name of one that is there."""
        taken = [name for name in names if name in self.source]
        twice = [name for name in dict.fromkeys(names) if list(names).count(name) > 1]
        if twice:
            raise DataError(f"two new columns would be named {twice[0]!r}; name each column once")
        if taken and not replace:
            raise DataError(f"the data have a column {taken[0]!r} already; give suffix= or name=, or drop that column")

    def groups(self, argument: str, by: Names | None) -> Groups:
        """Rows by the values of columns; -1 where one of them is missing."""
        wanted = [] if by is None else [by] if isinstance(by, str) else list(by)
        for name in wanted:
            self.check(argument, name)
        return Groups(wanted, [_ordered(self.source.key(name)) for name in wanted], self.source.rows)


class Groups:
    """Codes of groups in ascending order of their values, and what the groups are."""

    def __init__(self, names: Sequence[str], factors: Sequence[Any], rows: int) -> None:
        self.names = list(names)
        if not names:
            self.codes, self.size = np.zeros(rows, dtype=np.int64), 1
            self.labels: dict[str, list[Any]] = {}
            return
        codes = combined([factored.codes for factored in factors])
        known = np.all([factored.codes >= 0 for factored in factors], axis=0)
        distinct, first, places = np.unique(codes[known], return_index=True, return_inverse=True)
        self.codes = np.full(rows, -1, dtype=np.int64)
        self.codes[known] = places.reshape(-1)
        self.size = len(distinct)
        rows_of = np.flatnonzero(known)[first]
        self.labels = {
            name: [native(factored.labels[code]) for code in factored.codes[rows_of].tolist()]
            for name, factored in zip(names, factors, strict=True)
        }

    @property
    def unknown(self) -> int:
        """Rows in no group."""
        return int((self.codes < 0).sum())


class FirmPanel(Rows):
    """Rows with units and periods.

    Parameters
    ----------
    unit, time : str
        Columns or index levels.
    step : {"year", "quarter", "month", "day"}, optional
        What one period is, where times are dates.
    """

    def __init__(
        self, data: Any, unit: str, time: str, step: Step | None = None, columns: Sequence[str] | None = None
    ) -> None:
        super().__init__(data, columns)
        self.unit, self.time, self._keyed = unit, time, self.source
        self.check("unit", unit)
        self.check("time", time)
        if step is not None:
            one_of("step", step, ("year", "quarter", "month", "day"))
        self.units = _units(self.source.key(unit))
        self.times = _periods(self.source.key(time), time, step)
        # Shared by panels of the same rows.
        self._order: list[_core.FirmOrder] = []
        self._bases: dict[tuple[float, str], _core.FirmBases] = {}

    def text(self, row: int) -> str:
        """A row as messages show it; where rows are not unique, who is there twice is told instead."""
        return Panel(self._keyed, self.unit, self.time).text(row)

    @classmethod
    def of(cls, data: Any, unit: str, time: str, step: Step | None = None) -> FirmPanel:
        """A panel as it is, or that of a table."""
        return data if isinstance(data, FirmPanel) else cls(data, unit, time, step)

    def holding(self, columns: dict[str, Any]) -> FirmPanel:
        """The same rows with other columns; what is known of their keys stays known."""
        made = copy(self)
        made.source = source_of(columns)
        made.output = Output.like(made.source)
        return made

    def bases(self, periods: float, which: str = "exact", threads: int | None = None) -> _core.FirmBases:
        """Rows of another period, made once."""
        found = self._bases.get((periods, which))
        if found is None:
            with self.translated():
                if not self._order:
                    self._order.append(_core.FirmOrder(self.units, self.times, threads))
                found = self._order[0].bases(self.units, self.times, periods, which, threads)
            self._bases[periods, which] = found
        return found

    def steps(self, argument: str, periods: Any) -> list[float]:
        """Numbers of periods, none of them 0."""
        given = list(periods) if isinstance(periods, Sequence) and not isinstance(periods, str) else [periods]
        for number in given:
            if isinstance(number, bool | str) or not np.isfinite(number) or number == 0:
                raise ValueError(f"{argument}= is a number of periods other than 0, found {number!r}")
        return [float(number) for number in given]


def tell(what: str, counts: Sequence[int], rows: int, stacklevel: int = 2) -> None:
    """Warn with the counts of all reasons, where one is more than the end of a history."""
    found = {word: count for word, count in zip(reason_words(), counts, strict=True) if count}
    if any(word not in _QUIET for word in found):
        shown = ", ".join(f"{count} {word}" for word, count in found.items())
        message = f"{what} is missing in {sum(found.values())} of {rows} rows: {shown}"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=stacklevel + 1)


def reasons_column(reasons: npt.NDArray[np.uint8]) -> Levels:
    """Reasons in words, missing where there is a value."""
    return Levels(reasons.astype(np.int64) - 1, reason_words())


def names_of(argument: str, columns: Any) -> list[str]:
    """One name or several."""
    if isinstance(columns, str):
        return [columns]
    if not isinstance(columns, Sequence) or not columns or not all(isinstance(name, str) for name in columns):
        raise TypeError(f"{argument}= is the name of a column or a list of names, found {columns!r}")
    return list(dict.fromkeys(columns))


def short(number: float) -> str:
    """A number of periods in a name: 1, not 1.0."""
    return str(int(number)) if float(number).is_integer() else str(number)


def _units(column: Any) -> npt.NDArray[np.int64]:
    """A code per row, negative where missing; equal codes are equal units, in whatever order."""
    engine = engine_of(column)
    dtype = getattr(column, "dtype", None)
    if engine in ("pandas", "numpy") and isinstance(dtype, np.dtype) and dtype.kind in "iu" and dtype != np.uint64:
        whole = np.ascontiguousarray(column, dtype=np.int64)
        least = int(whole.min(initial=0))
        # Numbers far apart, such as those of a register, are counted unless they ascend.
        if least >= 0 and (int(whole.max(initial=0)) < 4 * len(whole) or bool((whole[1:] >= whole[:-1]).all())):
            return whole
        if least < 0 and least > -(2**62) and int(whole.max(initial=0)) < 2**62:
            return whole - least
    runs = _runs(column, engine, dtype)
    return runs if runs is not None else np.ascontiguousarray(factor(column).codes, dtype=np.int64)


def _runs(column: Any, engine: str, dtype: Any) -> npt.NDArray[np.int64] | None:
    """Codes of texts that come in long runs, as units in a sorted panel do: only the heads of runs are compared."""
    if engine == "polars":
        import polars as pl

        if dtype != pl.String:
            return None
        run = column.rle_id().to_numpy()
        if not len(run) or run[-1] > len(run) // 2:
            return None
        heads = np.flatnonzero(np.diff(run, prepend=-1))
        codes = np.ascontiguousarray(factor(column.gather(heads)).codes, dtype=np.int64)
        made: npt.NDArray[np.int64] = codes[run]
        return made
    if engine != "pandas" or getattr(dtype, "storage", None) != "pyarrow" or find_spec("pyarrow") is None:
        return None
    import pyarrow as pa

    array = pa.array(column)
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
    if array.null_count or not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return None
    # Sliced tables share the buffers of the whole ones.
    _, offsets, text = array.buffers()
    if text is None or offsets is None:
        return None
    kind = np.int64 if pa.types.is_large_string(array.type) else np.int32
    places = np.frombuffer(offsets, dtype=kind)[array.offset : array.offset + len(array) + 1]
    return _core.firm_runs(places.astype(np.int64, copy=False), np.frombuffer(text, dtype=np.uint8), None)


def _periods(column: Any, name: str, step: Step | None) -> Doubles:
    """Times as numbers of periods."""
    if engine_of(column) == "pandas" and type(getattr(column, "dtype", None)).__name__ == "PeriodDtype":
        import pandas as pd

        index = pd.PeriodIndex(column)
        whole: Doubles = np.where(index.isna(), np.nan, index.asi8.astype(np.float64))
        return whole
    array = column if isinstance(column, np.ndarray) else np.asarray(column)
    if array.dtype.kind != "M":
        if array.dtype.kind == "O" and len(array) and hasattr(array[0], "year"):
            array = array.astype("datetime64[D]")
        else:
            return np.ascontiguousarray(_times(column, name))
    if step is None:
        raise DataError(f"column {name!r} holds dates: say what a period is, step='year', 'quarter', 'month' or 'day'")
    months = array.astype("datetime64[M]").astype(np.float64)
    numbers = array.astype("datetime64[D]").astype(np.float64)
    if step != "day":
        numbers = np.floor(months / {"year": 12.0, "quarter": 3.0, "month": 1.0}[step])
    return np.where(np.isnat(array), np.nan, numbers)
