"""Columns in, a dataframe of the wanted kind out; argument checks shared by the data sets."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

Frame = Literal["pandas", "polars", "pyarrow", "dict"]

# The name of an extra is not always the name of the package it installs.
_EXTRAS = {"pandas": "pandas", "polars": "polars", "pyarrow": "arrow"}


# Values of a text column and whether their order means something.
Categories: TypeAlias = tuple[Sequence[str], bool]


def to_frame(
    columns: Mapping[str, np.ndarray],
    frame: Frame | None,
    categories: Mapping[str, Categories] | None = None,
) -> Any:
    """Return ``columns`` as the kind of table that ``frame`` names.

    Parameters
    ----------
    columns : mapping of str to ndarray
        Text columns have object dtype with None for missing, numbers have NaN.
    frame : {"pandas", "polars", "pyarrow", "dict"} or None
        None means pandas where it is installed, else a dict of arrays.
    categories : mapping of str to (sequence of str, bool), optional
        Values of categorical columns and whether they are ordered; only
        pandas uses them.
    """
    if frame is None:
        frame = "dict" if _find("pandas") is None else "pandas"
    if frame == "dict":
        return dict(columns)
    package = _load(frame)
    text = [name for name, values in columns.items() if values.dtype == object]
    if frame == "pandas":
        table = package.DataFrame(dict(columns))
        for name, (values, ordered) in (categories or {}).items():
            table[name] = package.Categorical(table[name], categories=list(values), ordered=ordered)
        return table
    # The type of text is named: a column of blanks alone would have none.
    if frame == "polars":
        return package.DataFrame(
            {name: values.tolist() if name in text else values for name, values in columns.items()},
            schema_overrides=dict.fromkeys(text, package.String),
            nan_to_null=True,
        )
    return package.table(
        {
            name: package.array(values, from_pandas=True, type=package.string() if name in text else None)
            for name, values in columns.items()
        }
    )


def check_frame(frame: Frame | None) -> None:
    """Raise unless ``frame`` is None or a known kind whose package is installed."""
    if frame is None or frame == "dict":
        return
    if frame not in get_args(Frame):
        raise ValueError(f"frame must be one of {', '.join(get_args(Frame))} or None, got {frame!r}")
    _load(frame)


def check_count(n: int, least: int) -> int:
    """Return ``n`` as an int of at least ``least``."""
    try:
        count = operator.index(n)
    except TypeError:
        raise TypeError(f"n must be an integer (number of firms), got {n!r}") from None
    if count < least:
        raise ValueError(f"n must be at least {least}, got {count}")
    return count


def check_share(missing: float) -> float:
    """Return ``missing`` as a share in [0, 1]."""
    share = float(missing)
    if not (math.isfinite(share) and 0.0 <= share <= 1.0):
        raise ValueError(f"missing must be a share between 0 and 1, got {missing!r}")
    return share


def _find(package: str) -> Any | None:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            # The package is there but something it needs is not: say that, not "install it".
            raise
        return None


def _load(package: str) -> Any:
    module = _find(package)
    if module is None:
        raise ImportError(
            f"frame={package!r} needs {package}, which is not installed: pip install indicia[{_EXTRAS[package]}]",
            name=package,
        )
    return module
