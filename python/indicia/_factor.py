"""Distinct values of a column and a code per row, by the engine that holds the column; no loop over rows in Python."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt


class Factor(NamedTuple):
    """Codes into distinct values; a negative code is missing."""

    codes: npt.NDArray[Any]
    labels: list[Any]


def engine_of(column: Any) -> str:
    """Which library a column belongs to: "pandas", "polars", "pyarrow" or "numpy"."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(column, pandas.Series | pandas.Index):
        return "pandas"
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(column, polars.Series):
        return "polars"
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(column, pyarrow.ChunkedArray | pyarrow.Array):
        return "pyarrow"
    return "numpy"


def factor(column: Any) -> Factor:
    """Distinct values of any column; in the order of categories where there are any, else in no stated order."""
    by_engine = {"pandas": _pandas, "polars": _polars, "pyarrow": _pyarrow}
    return by_engine.get(engine_of(column), _numpy)(column)


def _pandas(column: Any) -> Factor:
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        categorical = pd.Categorical(column)
        return Factor(np.asarray(categorical.codes), list(categorical.categories))
    codes, labels = pd.factorize(column)
    return Factor(np.asarray(codes), list(labels))


def _polars(column: Any) -> Factor:
    import polars as pl

    dtype = column.dtype
    if dtype == pl.Object:
        return _numpy(np.array(column.to_list(), dtype=object))
    if dtype == pl.Enum:
        labels = dtype.categories
        coded = column.to_physical()
    elif dtype in (pl.Categorical, pl.String):
        labels = column.unique(maintain_order=True).drop_nulls().cast(pl.String)
        coded = column.cast(pl.Enum(labels)).to_physical()
    else:
        if dtype.is_float():
            column = column.fill_nan(None)
        labels = column.unique().drop_nulls().sort()
        coded = (column.cast(pl.UInt8) if dtype == pl.Boolean else column).rank("dense").cast(pl.Int64) - 1
    codes = coded.cast(pl.Int64).fill_null(-1).to_numpy()
    return Factor(codes, labels.to_list())


def _pyarrow(column: Any) -> Factor:
    import pyarrow as pa

    if not isinstance(column, pa.ChunkedArray):
        column = pa.chunked_array([column])
    if is_string_view(column.type):
        column = column.cast(pa.large_string())
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # combine_chunks of older releases
        array = array.chunk(0) if array.num_chunks else pa.array([], type=column.type)
    codes = array.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    labels = array.dictionary.to_pylist()
    missing = [code for code, label in enumerate(labels) if is_missing(label)]
    if missing:
        codes = np.where(np.isin(codes, missing), -1, codes)
    return Factor(codes, labels)


def is_string_view(dtype: Any) -> bool:
    """Whether a type of pyarrow is the view form of text, which releases before 16 do not have."""
    return str(dtype) == "string_view"


def _numpy(column: Any) -> Factor:
    values = np.asarray(column)
    if values.dtype.kind in "iu" and len(values):
        least, most = int(values.min()), int(values.max())
        if most - least < 4 * len(values) and least > -(2**62) and most < 2**62:
            return _dense(values, least, most)
    if values.dtype != object:
        labels, codes = np.unique(values, return_inverse=True, equal_nan=True)
        return _without_missing(codes.reshape(-1), labels.tolist() if values.dtype.kind not in "mM" else list(labels))
    # Objects of several types cannot be sorted; a dict takes them as they are.
    seen: dict[Any, int] = {}
    codes = np.fromiter((seen.setdefault(value, len(seen)) for value in values.tolist()), np.int64, len(values))
    return _without_missing(codes, list(seen))


def _dense(values: npt.NDArray[Any], least: int, most: int) -> Factor:
    """Whole numbers that lie close together: found by place, without sorting; labels ascend."""
    offsets = (values - values.dtype.type(least)).astype(np.int64, copy=False)
    there = np.zeros(most - least + 1, dtype=np.bool_)
    there[offsets] = True
    places = np.cumsum(there) - 1
    return Factor(places[offsets], (np.flatnonzero(there) + least).tolist())


def _without_missing(codes: npt.NDArray[Any], labels: list[Any]) -> Factor:
    """Missing values get the code -1, and no label."""
    missing = np.fromiter((is_missing(label) for label in labels), np.bool_, len(labels))
    if not missing.any():
        return Factor(codes, labels)
    places = np.where(missing, -1, np.cumsum(~missing) - 1)
    return Factor(places[codes], [label for label in labels if not is_missing(label)])


def is_missing(value: Any) -> bool:
    """Whether a single value is None, NaN, NaT or NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        # pandas.NA refuses to be true or false.
        return type(value).__name__ == "NAType"
