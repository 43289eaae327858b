"""Tables of estimates: groups and their totals, flags, columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import Factor
from ._keys import combined
from ._level_table import By, _is_list, _label, _ordered
from ._names import shorten
from ._survey_design import Codes, Design
from .errors import DataError

__all__ = ["Reliability"]

Found = tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True)
class Reliability:
    """When an estimate is marked as resting on little.

    The defaults are ours and no office's: put in the thresholds of the rule you
    publish under.

    Attributes
    ----------
    min_rows : int, default 30
        With fewer rows underneath (the denominator of a share) the flag is ``few``.
    max_cv : float, default 0.3
        With a standard error above so many times the estimate, or none, the flag is
        ``uncertain``.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.survey.Reliability(min_rows=50)
    Reliability(min_rows=50, max_cv=0.3)
    """

    min_rows: int = 30
    max_cv: float = 0.3

    def __post_init__(self) -> None:
        if isinstance(self.min_rows, bool) or not isinstance(self.min_rows, int) or self.min_rows < 0:
            raise ValueError(f"min_rows= is a number of at least 0, found {self.min_rows!r}")
        if not self.max_cv >= 0:
            raise ValueError(f"max_cv= is a number of at least 0, found {self.max_cv!r}")

    def flags(self, rows: Any, values: Any, errors: Any) -> list[str]:
        """Flags of estimates by the rows underneath, their values and standard errors."""
        return _core.survey_flags(
            np.asarray(rows, dtype=np.int64),
            np.asarray(values, dtype=np.float64),
            np.asarray(errors, dtype=np.float64),
            self.min_rows,
            float(self.max_cv),
        )


# The default thresholds.
OURS = Reliability()


class Grouping(NamedTuple):
    """Rows by group: a code per row, how many groups, and the labels of each."""

    codes: Codes | None
    size: int
    labels: list[dict[str, Any]]


def factors(design: Design, argument: str, by: By, taken: Sequence[str]) -> dict[str, Factor]:
    """The columns by which rows are grouped, in ascending order of their values."""
    wanted = [] if by is None else [by] if isinstance(by, str) or not _is_list(by) else list(by)
    found: dict[str, Factor] = {}
    for i, item in enumerate(wanted):
        name = item if isinstance(item, str) else str(getattr(item, "name", None) or f"{argument}_{i}")
        found[name] = _ordered(design.column(argument, item))
    clash = [name for name in found if name in taken]
    if clash:
        raise DataError(f"{argument}=: {clash[0]!r} is a column of the result; rename the column in the data")
    return found


def grouping(design: Design, found: dict[str, Factor]) -> Grouping:
    """All combinations of groups that some row has; missing is a group, before the others."""
    if not found:
        return Grouping(None, 1, [{}])
    codes = combined([factored.codes for factored in found.values()])
    distinct, first = np.unique(codes, return_index=True)
    labels = [{name: _label(factored, int(row)) for name, factored in found.items()} for row in first]
    return Grouping(codes, len(distinct), labels)


def groupings(design: Design, by: By, total: str | None, taken: Sequence[str]) -> Iterator[Grouping]:
    """The groups, and with a label for totals the groups of all fewer columns."""
    found = factors(design, "by", by, taken)
    if total is None:
        yield grouping(design, found)
        return
    if not isinstance(total, str) or not total:
        raise TypeError(f"total= is the label of totals, found {shorten(total)}")
    for name, factored in found.items():
        if any(str(label) == total for label in factored.labels):
            raise DataError(f"total=: {total!r} is a group of column {name!r}; choose another label")
    for size in range(len(found), -1, -1):
        for kept in combinations(found, size):
            part = grouping(design, {name: found[name] for name in kept})
            labels = [{name: _text(label[name]) if name in kept else total for name in found} for label in part.labels]
            yield Grouping(part.codes, part.size, labels)


def _text(label: Any) -> Any:
    # Totals are texts, and a column has one type.
    return None if label is None else str(label)


class Rows:
    """A table written row by row: labels first, then numbers by name."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}

    def add(self, labels: dict[str, Any], **values: Any) -> None:
        """One row."""
        for name, value in (labels | values).items():
            self.columns.setdefault(name, []).append(value)

    def frame(self, design: Design, empty: Sequence[str], **more: Any) -> Any:
        """The table, of the kind of the data."""
        columns: dict[str, Any] = {name: [] for name in empty} if not self.columns else {}
        for name, values in self.columns.items():
            columns[name] = values
            if values and all(isinstance(value, np.generic | float) for value in values):
                columns[name] = np.array(values)
        return design.output.frame(columns | more)


def flagged(rows: Rows, reliability: Reliability, base: str, value: str) -> list[str]:
    """The flags of a table, by its columns of rows underneath and of values."""
    if not isinstance(reliability, Reliability):
        raise TypeError(f"reliability= is an ix.survey.Reliability, found {shorten(reliability)}")
    made = rows.columns
    return reliability.flags(made.get(base, []), made.get(value, []), made.get("se", []))


def checked(confidence: float) -> float:
    """The confidence of intervals."""
    if isinstance(confidence, bool) or not 0 < confidence < 1:
        raise ValueError(f"confidence= lies between 0 and 1, found {confidence!r}")
    return float(confidence)


def named(argument: str, names: Any) -> list[str]:
    """Names of columns, one or a list."""
    if isinstance(names, str):
        return [names]
    if not isinstance(names, Sequence) or not names or not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument} is a name or a list of names, found {shorten(names)}")
    return list(dict.fromkeys(names))
