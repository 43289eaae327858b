"""Groups of matched units, by columns of the earlier data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._compare_standing import group_codes
from ._factor import factor
from ._keys import native
from ._level_table import By, _check_name

if TYPE_CHECKING:
    from ._follow_up import FollowUp


def groups_of(follow: FollowUp, by: By) -> tuple[npt.NDArray[np.int64], dict[str, list[Any]]]:
    """Codes of the groups of matched units, and what the groups are called."""
    if by is None:
        return np.zeros(len(follow), np.int64), {}
    columns = by_columns(follow, by)
    every = group_codes(follow.before, list(columns.values()))
    if every is None:
        return np.zeros(len(follow), np.int64), {}
    distinct, codes = np.unique(every[follow._match.before], return_inverse=True)
    first = [int(np.flatnonzero(every == code)[0]) for code in distinct.tolist()]
    labels = {name: at(column, first) for name, column in columns.items()}
    for name in labels:
        labels[name] = [None if code < 0 else label for code, label in zip(distinct, labels[name], strict=True)]
    # In ascending order, missing first, whatever the order of rows.
    order = _ascending(list(zip(*labels.values(), strict=True)))
    place = np.argsort(np.array(order, np.int64))
    told = {name: [values[row] for row in order] for name, values in labels.items()}
    return place[codes.reshape(-1)].astype(np.int64), told


def by_columns(follow: FollowUp, by: Any) -> dict[str, Any]:
    """The columns that groups are made of, by name."""
    given = [by] if isinstance(by, str) or not isinstance(by, list | tuple) else list(by)
    columns: dict[str, Any] = {}
    for place, item in enumerate(given):
        if isinstance(item, str):
            _check_name(follow.before._held, item, "by")
            columns[item] = follow.before._held.source.key(item)
        else:
            columns["group" if len(given) == 1 else f"group_{place + 1}"] = item
    return columns


def _ascending(rows: list[tuple[Any, ...]]) -> list[int]:
    try:
        return sorted(range(len(rows)), key=lambda row: [(value is not None, value or 0) for value in rows[row]])
    except TypeError:  # texts among numbers
        return sorted(range(len(rows)), key=lambda row: [(value is not None, str(value)) for value in rows[row]])


def at(column: Any, rows: list[int]) -> list[Any]:
    """The values of some rows, missing as None."""
    factored = factor(column)
    labels = [native(label) for label in factored.labels]
    codes = factored.codes.tolist()
    return [labels[codes[row]] if codes[row] >= 0 else None for row in rows]
