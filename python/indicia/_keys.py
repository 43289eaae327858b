"""Questions about key columns, answered by the engine that holds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ._factor import engine_of, factor, is_missing


def are_unique(keys: list[Any]) -> bool:
    """Whether no two rows have the same keys; missing is a value like others."""
    engine = engine_of(keys[0])
    if engine == "pandas":
        import pandas as pd

        return bool(pd.Index(keys[0]).is_unique if len(keys) == 1 else pd.MultiIndex.from_arrays(keys).is_unique)
    if engine == "polars":
        import polars as pl

        frame = pl.DataFrame([key.alias(str(i)) for i, key in enumerate(keys)])
        return bool(frame.n_unique() == frame.height)
    codes = combined([factor(key).codes for key in keys])
    return len(np.unique(codes)) == len(codes)


def combined(codes: list[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """One code for each combination of codes, in the order of the codes; missing comes first."""
    total = np.zeros(len(codes[0]), dtype=np.int64)
    for part in codes:
        shifted = part.astype(np.int64) + 1
        total = total * (int(shifted.max(initial=0)) + 1) + shifted
        # Counted through again, so that the product of many keys cannot overflow.
        total = np.unique(total, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return total


def element(column: Any, row: int) -> Any:
    """One value, missing as None."""
    engine = engine_of(column)
    if engine == "pandas":
        value = column.iloc[row] if hasattr(column, "iloc") else column[row]
    else:
        value = column[row].as_py() if engine == "pyarrow" else column[row]
    value = native(value)
    return None if value is np.ma.masked or is_missing(value) else value


def rows_of(column: Any, label: Any) -> npt.NDArray[np.intp]:
    """The rows that have a value; none where the types cannot be compared."""
    try:
        if engine_of(column) == "pyarrow":
            import pyarrow.compute as pc

            same = pc.fill_null(pc.equal(column, label), False).to_numpy(zero_copy_only=False)
        else:
            same = column == label
            same = same.to_numpy() if hasattr(same, "to_numpy") else np.asarray(same)
    except Exception:  # every library has its own error for types that do not compare
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.equal(same, True)) if np.ndim(same) else np.empty(0, dtype=np.intp)


def native(value: Any) -> Any:
    """NumPy scalars as Python's, so that messages show 2021 and not np.int64(2021)."""
    if isinstance(value, np.datetime64):
        return value.astype("M8[us]").item()
    return value.item() if isinstance(value, np.generic) and value.dtype.kind in "biufU" else value
