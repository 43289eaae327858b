"""The caller's table with some columns replaced: same kind, same rows, same order, other columns as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._output import Output
from .frames import Source


def replaced(source: Source, output: Output, columns: Mapping[str, Any]) -> Any:
    """A new table with these columns in place of their namesakes; new names go to the end.

    For arrays with named columns, a dict of arrays.
    """
    made = {name: output.column(name, values, fresh=True) for name, values in columns.items()}
    if source.kind == "pandas":
        return source.native.assign(**made)
    if source.kind == "polars":
        return source.native.with_columns(list(made.values()))
    if source.kind == "pyarrow":
        table = source.native
        for name, column in made.items():
            place = table.schema.get_field_index(name)
            table = table.append_column(name, column) if place < 0 else table.set_column(place, name, column)
        return table
    if source.kind == "other":
        import narwhals.stable.v2 as nw

        new = [nw.from_native(column, series_only=True).alias(name) for name, column in made.items()]
        return source.native.with_columns(*new).to_native()
    kept = {name: np.asarray(source.column(name)) for name in source.names}
    return kept | {name: np.asarray(column) for name, column in made.items()}
