"""Tables of every kind from one dict of columns, and the values back from every kind."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

SHARED = Path(os.environ.get("INDICIA_SHARED", Path(__file__).resolve().parents[3] / "shared"))

Make = Callable[[dict[str, Any]], Any]


def pandas_nullable(columns: dict[str, Any]) -> pd.DataFrame:
    # Early releases of pandas cast infinity to a whole number to see whether it is one.
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(columns).convert_dtypes()


def pandas_arrow(columns: dict[str, Any]) -> pd.DataFrame:
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def pandas_categories(columns: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    texts = [name for name, values in columns.items() if any(isinstance(value, str) for value in values)]
    return frame.astype(dict.fromkeys(texts, "category"))


def polars_categories(columns: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(columns).with_columns(pl.col(pl.String).cast(pl.Categorical))


def arrow_dictionary(columns: dict[str, Any]) -> pa.Table:
    table = pa.table(columns)
    made = {name: table[name] for name in table.column_names}
    return pa.table({n: c.dictionary_encode() if pa.types.is_string(c.type) else c for n, c in made.items()})


def arrow_chunks(columns: dict[str, Any]) -> pa.Table:
    table = pa.table(columns)
    return pa.concat_tables([table.slice(0, 1), table.slice(1)])


MAKERS: dict[str, Make] = {
    "pandas": pd.DataFrame,
    "pandas nullable": pandas_nullable,
    "pandas arrow": pandas_arrow,
    "pandas categories": pandas_categories,
    "polars": pl.DataFrame,
    "polars categories": polars_categories,
    "pyarrow": pa.table,
    "pyarrow dictionary": arrow_dictionary,
    "pyarrow chunks": arrow_chunks,
    "dict": dict,
}


def values(column: Any) -> list[Any]:
    """A column of any kind as a list; missing is None."""
    way = next(way for way in ("to_pylist", "tolist", "to_list") if hasattr(column, way))
    return [None if _missing(value) else value for value in getattr(column, way)()]


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def kind(thing: Any) -> str:
    """The library a table or column belongs to."""
    return "numpy" if isinstance(thing, np.ndarray) else type(thing).__module__.split(".")[0]
