"""Tables of estimates as SDMX-CSV."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ._factor import engine_of, is_missing
from ._keys import native
from ._names import did_you_mean, listed, shorten
from ._stats_data import one_of
from .errors import DataError, MissingColumnError
from .frames import source_of

__all__ = ["to_sdmx_csv"]

Version = Literal["1.0", "2.0"]

_DATAFLOW = re.compile(r"^[A-Za-z][\w.-]*:[\w@$-]+\(\d+(\.\d+)*\)$")
# The code list CL_OBS_STATUS: A normal, U low reliability, O missing value.
_STATUS = {"": "A", "missing": "O"}


def to_sdmx_csv(
    frame: Any,
    dataflow: str,
    dimensions: Sequence[str] | Mapping[str, Any],
    *,
    value: str = "share",
    codes: Mapping[str, Mapping[Any, str]] | None = None,
    attributes: Mapping[str, str] | None = None,
    status: str | None = "flag",
    decimals: int | None = None,
    version: Version = "2.0",
    path: str | os.PathLike[str] | None = None,
) -> str:
    r"""Write a table of estimates as SDMX-CSV, the exchange format of statistical offices.

    Parameters
    ----------
    frame : table
        What `shares`, `means` and the others return.
    dataflow : str
        Identity of the dataflow, ``AGENCY:ID(VERSION)``.
    dimensions : list of str, or dict
        Columns that say what a value is of, in the order of the data structure. A dict
        gives them the names of the structure, ``{"SIZE_EMP": "size"}``; an entry whose
        value is a tuple of one is a constant: ``{"TIME_PERIOD": (2023,)}``.
    value : str, default "share"
        Column of the values, written as OBS_VALUE.
    codes : dict of column to dict of label to code, optional
        The codes of code lists for the labels of a column; all labels must be there.
        A missing label is found under None.
    attributes : dict of str to str, optional
        More columns, by name of the attribute: ``{"STD_ERROR": "se"}``.
    status : str or None, default "flag"
        Column of flags, written as OBS_STATUS: A (normal) for none, O (missing value)
        for ``missing``, U (low reliability) for others. None writes no status.
    decimals : int, optional
        Rounds values and attributes that are numbers; by default they keep all digits.
    version : {"2.0", "1.0"}
        Of SDMX-CSV: 2.0 begins with STRUCTURE, STRUCTURE_ID and ACTION ("I",
        information), 1.0 with DATAFLOW.
    path : str or path, optional
        Where to write the text as UTF-8; it is returned in any case.

    Returns
    -------
    str
        A header and one line per row, separated by commas and CR LF. Missing is empty.

    Raises
    ------
    DataError
        If a label has no code, a dimension is missing, or two rows have the same
        dimensions.

    Notes
    -----
    What the names and codes of a data structure are, the office that keeps it says;
    nothing is looked up or guessed.

    References
    ----------
    SDMX Technical Working Group, SDMX-CSV: field guide,
    https://github.com/sdmx-twg/sdmx-csv.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"size": ["S", "S", "L", "L"], "cloud": [1, 0, 1, 1]}
    >>> table = ix.survey.shares(firms, "cloud", by="size", answers="yes")
    >>> text = ix.survey.to_sdmx_csv(
    ...     table,
    ...     "ESTAT:CLOUD(1.0)",
    ...     {"SIZE_EMP": "size", "TIME_PERIOD": (2023,)},
    ...     codes={"size": {"S": "10-49", "L": "GE250"}},
    ... )
    >>> print(text.replace("\r", ""), end="")
    STRUCTURE,STRUCTURE_ID,ACTION,SIZE_EMP,TIME_PERIOD,OBS_VALUE,OBS_STATUS
    dataflow,ESTAT:CLOUD(1.0),I,GE250,2023,1.0,U
    dataflow,ESTAT:CLOUD(1.0),I,10-49,2023,0.5,U
    """
    one_of("version", version, ("1.0", "2.0"))
    if not isinstance(dataflow, str) or not _DATAFLOW.match(dataflow):
        raise DataError(f"dataflow= is AGENCY:ID(VERSION), such as ESTAT:ISOC_E_DII(1.0); found {shorten(dataflow)}")
    source = source_of(frame)
    given = dict(dimensions) if isinstance(dimensions, Mapping) else {name: name for name in dimensions}
    if not given:
        raise DataError("dimensions= names at least one column")
    written: dict[str, list[str]] = {}
    for name, column in given.items():
        if isinstance(column, tuple):
            if len(column) != 1:
                raise DataError(f"dimensions=: a constant is a tuple of one, such as (2023,), found {column!r}")
            written[name] = [str(column[0])] * source.rows
            continue
        written[name] = _coded(column, _cells(source, column), codes)
        empty = [row for row, text in enumerate(written[name]) if not text]
        if empty:
            raise DataError(f"column {column!r}, row {empty[0]}: a dimension is missing; give None a code in codes=")
    keys = list(zip(*written.values(), strict=True))
    if len(set(keys)) < len(keys):
        twice = next(key for row, key in enumerate(keys) if key in keys[:row])
        raise DataError(f"two rows have the same dimensions {twice}; name all columns that tell them apart")
    measured = {"OBS_VALUE": _numbers(_cells(source, value), decimals)}
    if status is not None:
        flags = ["" if is_missing(flag) else str(flag) for flag in _cells(source, status)]
        measured["OBS_STATUS"] = [_STATUS.get(flag, "U") for flag in flags]
    for name, column in (attributes or {}).items():
        measured[name] = _numbers(_coded(column, _cells(source, column), codes, raw=True), decimals)
    clash = [name for name in measured if name in written]
    if clash:
        raise DataError(f"{clash[0]!r} is a dimension and a measure; name it once")
    begin = {"DATAFLOW": dataflow} if version == "1.0" else {}
    if version == "2.0":
        begin = {"STRUCTURE": "dataflow", "STRUCTURE_ID": dataflow, "ACTION": "I"}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*begin, *written, *measured])
    for row in zip(*written.values(), *measured.values(), strict=True):
        writer.writerow([*begin.values(), *row])
    text = out.getvalue()
    if path is not None:
        Path(path).write_text(text, encoding="utf-8", newline="")
    return text


def _cells(source: Any, name: str) -> list[Any]:
    if not isinstance(name, str) or name not in source:
        hint = did_you_mean(name, source.names)
        raise MissingColumnError(f"the table has no column {shorten(name)}{hint}; it has: {listed(source.names)}")
    column = source.column(name)
    engine = engine_of(column)
    cells = column.to_pylist() if engine == "pyarrow" else column.to_list() if engine == "polars" else list(column)
    return [native(cell) for cell in cells]


def _coded(name: str, cells: list[Any], codes: Mapping[str, Mapping[Any, str]] | None, raw: bool = False) -> list[Any]:
    known = (codes or {}).get(name)
    if known is None:
        return cells if raw else ["" if is_missing(cell) else str(cell) for cell in cells]
    labels = [None if is_missing(cell) else cell for cell in cells]
    absent = [label for label in labels if label not in known]
    if absent:
        raise DataError(f"codes=: column {name!r} has the label {absent[0]!r}, which has no code")
    return [known[label] for label in labels]


def _numbers(cells: list[Any], decimals: int | None) -> list[str]:
    made = []
    for cell in cells:
        if is_missing(cell):
            made.append("")
        elif decimals is not None and isinstance(cell, float | np.floating):
            made.append(f"{cell:.{decimals}f}")
        else:
            made.append(str(cell))
    return made
