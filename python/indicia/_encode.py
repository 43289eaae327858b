"""Columns of any library as the core takes them: doubles, small integers, or texts as codes and labels."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import Factor, engine_of, factor, is_string_view
from .errors import ColumnTypeError

_CORE_INTEGERS = ("i1", "u1", "i2", "i4", "i8")
_SHOWN_VALUES = 3


class Encoded(NamedTuple):
    """A column for `_core.Table`."""

    kind: Literal["number", "whole", "text"]
    values: npt.NDArray[Any]
    labels: Sequence[str] = ()

    def add_to(self, table: _core.Table, name: str) -> None:
        """Add the column to a table of the core."""
        if self.kind == "number":
            table.number(name, self.values)
        elif self.kind == "whole":
            table.whole(name, self.values)
        else:
            table.text(name, self.values, self.labels)


def encode(name: str, column: Any) -> Encoded:
    """Encode one column; views where memory allows, copies where the type must change.

    Raises
    ------
    ColumnTypeError
        For dates, lists and whatever else is neither number nor text.
    """
    by_engine = {"pandas": _pandas, "polars": _polars, "pyarrow": _pyarrow}
    return by_engine.get(engine_of(column), _numpy)(name, column)


def as_text(encoded: Encoded) -> Encoded:
    """A column of texts in which nobody answered: without any text it was taken for one of numbers."""
    if encoded.kind != "number" or not np.isnan(encoded.values).all():
        return encoded
    return Encoded("text", np.full(len(encoded.values), -1, dtype=np.int8), [""])


def _pandas(name: str, column: Any) -> Encoded:
    import pandas as pd

    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _texts(name, factor(column), dtype)
    if isinstance(dtype, pd.SparseDtype):
        return _numpy(name, np.asarray(column))
    if isinstance(dtype, np.dtype) and dtype.kind != "O":
        return _numpy(name, column.to_numpy())
    if pd.api.types.is_bool_dtype(dtype) or (pd.api.types.is_numeric_dtype(dtype) and dtype.kind not in "cmM"):
        return Encoded("number", column.to_numpy(dtype=np.float64, na_value=np.nan))
    if isinstance(dtype, pd.StringDtype) or getattr(dtype, "kind", "") in ("O", "U"):
        return _texts(name, _hashed(name, column), dtype)
    raise _unusable(name, dtype)


def _polars(name: str, column: Any) -> Encoded:
    import polars as pl

    dtype = column.dtype
    if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Object):
        return _texts(name, _hashed(name, column), dtype)
    if dtype == pl.Null:
        return Encoded("number", np.full(len(column), np.nan))
    if dtype.is_float() or dtype.is_decimal():
        return Encoded("number", column.cast(pl.Float64).to_numpy())
    if dtype == pl.Boolean or dtype.is_integer():
        if column.null_count():
            return Encoded("number", column.cast(pl.Float64).to_numpy())
        if dtype == pl.Boolean:
            return Encoded("whole", column.cast(pl.UInt8).to_numpy())
        if dtype in (pl.Int8, pl.UInt8, pl.Int16, pl.Int32, pl.Int64):
            return Encoded("whole", column.to_numpy())
        return Encoded("number", column.cast(pl.Float64).to_numpy())
    raise _unusable(name, dtype)


def _pyarrow(name: str, column: Any) -> Encoded:
    import pyarrow as pa

    is_ = pa.types
    dtype = column.type
    if is_.is_dictionary(dtype):
        return _texts(name, factor(column), dtype)
    if is_.is_string(dtype) or is_.is_large_string(dtype) or is_string_view(dtype):
        return _texts(name, factor(column), dtype)
    if is_.is_null(dtype):
        return Encoded("number", np.full(len(column), np.nan))
    if is_.is_boolean(dtype):
        column = column.cast(pa.uint8())
    elif not (is_.is_integer(dtype) or is_.is_floating(dtype) or is_.is_decimal(dtype)):
        raise _unusable(name, dtype)
    if column.null_count or not is_.is_integer(column.type):
        column = column.cast(pa.float64())
    values = column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    return _numpy(name, values)


def _numpy(name: str, column: Any) -> Encoded:
    if isinstance(column, np.ma.MaskedArray) and column.dtype.kind in "biuf":
        return Encoded("number", np.ma.filled(column.astype(np.float64), np.nan))
    values = column if isinstance(column, np.ndarray) else np.asarray(column)
    # Fields of records may lie at any byte; the core counts strides in values.
    if not values.flags.aligned or any(stride % max(values.itemsize, 1) for stride in values.strides):
        values = values.copy()
    if values.ndim != 1:
        raise ColumnTypeError(f"column {name!r}: expected one value per row, found an array of shape {values.shape}")
    kind = values.dtype.kind
    if kind == "b":
        return Encoded("whole", values.view(np.uint8))
    if kind in "iu" and values.dtype.str[1:] in _CORE_INTEGERS:
        return Encoded("whole", values if values.dtype.isnative else values.astype(values.dtype.newbyteorder("=")))
    if kind in "iuf":
        return Encoded("number", values.astype(np.float64, copy=False))
    if kind in "UTO":
        return _texts(name, _hashed(name, values), values.dtype)
    raise _unusable(name, values.dtype)


def _hashed(name: str, column: Any) -> Factor:
    try:
        return factor(column)
    except TypeError as error:  # lists, dicts: they cannot be compared
        raise ColumnTypeError(f"column {name!r}: expected numbers or texts; {error}") from None


def _texts(name: str, factored: Factor, dtype: Any) -> Encoded:
    """Texts by code; distinct values that are all numbers become numbers."""
    codes, labels = factored
    if not labels or all(_is_number(label) for label in labels):
        # The last entry is what the code -1 takes.
        values = np.array([*(_double(label) for label in labels), np.nan])
        return Encoded("number", values[codes])
    strange = [label for label in labels if not (isinstance(label, str) or label is None or _is_number(label))]
    if strange:
        shown = ", ".join(repr(label)[:40] for label in strange[:_SHOWN_VALUES])
        raise _unusable(name, f"{dtype} with values such as {shown}")
    texts = ["" if label is None else label if isinstance(label, str) else _plain(label) for label in labels]
    return Encoded("text", _core_codes(codes), texts)


def _is_number(value: Any) -> bool:
    # Decimal is a number for the reader of a table, though not a Real.
    return isinstance(value, Real | np.bool_) or type(value).__name__ == "Decimal"


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number beyond the doubles: the core refuses infinity by name and row
        return np.inf if value > 0 else -np.inf


def _plain(value: Any) -> str:
    """A number among texts, as a text: 3.0 and 3 are the same answer."""
    return str(int(value)) if not isinstance(value, bool) and float(value).is_integer() else str(value)


def _core_codes(codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return codes if codes.dtype.str[1:] in ("i1", "i2", "i4", "i8") else codes.astype(np.int64)


def _unusable(name: str, dtype: Any) -> ColumnTypeError:
    message = f"column {name!r}: expected numbers, booleans, texts or categories, found {dtype}"
    return ColumnTypeError(message, [{"column": name, "message": message}])
