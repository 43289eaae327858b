"""Data for the benchmarks: random indicators, as columns and as frames."""

from __future__ import annotations

from typing import Any

import numpy as np

Columns = dict[str, np.ndarray]


def columns(rows: int, count: int = 20, missing: float = 0.0, seed: int = 1) -> Columns:
    """Return ``count`` positive columns with different spreads; a share of the values is NaN."""
    rng = np.random.default_rng(seed)
    data = {}
    for j in range(count):
        x = rng.random(rows)
        x *= 1.0 + j
        if missing:
            x[rng.random(rows) < missing] = np.nan
        data[f"x{j:02}"] = x
    return data


def frame(data: Columns, kind: str) -> Any:
    """Return the columns as the kind of table that is asked for."""
    if kind == "dict":
        return data
    if kind == "polars":
        import polars as pl

        # NaN is missing, and polars has a word of its own for it.
        return pl.DataFrame(data).with_columns(pl.all().fill_nan(None))
    import pandas as pd

    return pd.DataFrame(data)
