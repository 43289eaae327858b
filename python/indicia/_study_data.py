"""Long frames for the study functions: values, weights, groups, units and periods by name."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._encode import encode
from ._firm_data import _units
from ._keys import native
from ._level_table import _ordered
from ._names import did_you_mean, listed
from ._output import Output
from ._panel import Panel
from .errors import ColumnTypeError, DataError, IndiciaError, LimitError, MissingColumnError, translated
from .frames import Source, source_of

Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint32]

_MOST_WHOLE = 2.0**53


class Groups(NamedTuple):
    """Codes of groups in the order of their labels; missing is the number of groups."""

    codes: Codes
    labels: list[Any]

    @property
    def unknown(self) -> int:
        """Rows in no group."""
        return int((self.codes == len(self.labels)).sum())


class Frame:
    """A long frame of a caller.

    Parameters
    ----------
    data : table
        Any.
    unit, time : str, optional
        Keys; they must be unique. With ``lazy`` that is seen to by `order`.
    """

    def __init__(self, data: Any, unit: str | None = None, time: str | None = None, *, lazy: bool = False) -> None:
        self.source: Source = source_of(data)
        self.unit, self.time = unit, time
        self.output = Output.like(self.source)
        if lazy:
            for name in (unit, time):
                if name is not None:
                    self._column(name)
        else:
            _ = self.panel

    @cached_property
    def panel(self) -> Panel:
        """Keys and labels of rows; says which keys are there twice."""
        try:
            return Panel(self.source, self.unit, self.time)
        except TypeError as error:  # lists, dicts: they cannot be compared
            if isinstance(error, IndiciaError) or not all(isinstance(n, str | None) for n in (self.unit, self.time)):
                raise
            keys = ", ".join(repr(name) for name in (self.unit, self.time) if name is not None)
            raise ColumnTypeError(f"keys {keys} are numbers, texts or dates; {error}") from None

    def __len__(self) -> int:
        return self.source.rows

    def _column(self, name: str) -> Any:
        if not isinstance(name, str):
            raise TypeError(f"columns are named, found {name!r}")
        if name not in self.source and name not in self.source.index_levels():
            known = [*self.source.names, *self.source.index_levels()]
            there = listed(known) if known else "no columns"
            raise MissingColumnError(f"no column is named {name!r}{did_you_mean(name, known)}; there are: {there}")
        return self.source.key(name)

    def numbers(self, name: str, *, least: float | None = None) -> Doubles:
        """A column of numbers, missing as NaN.

        Infinities and numbers below ``least`` are errors that name the first row.
        """
        encoded = encode(name, self._column(name))
        if encoded.kind == "text":
            raise ColumnTypeError(
                f"column {name!r} holds texts such as {encoded.labels[0]!r}, expected numbers; convert it first"
            )
        values = np.ascontiguousarray(encoded.values, np.float64)
        wrong = np.flatnonzero(np.isinf(values) if least is None else np.isinf(values) | (values < least))
        if len(wrong):
            expected = "finite numbers" if least is None else f"finite numbers of at least {least:g}"
            row = int(wrong[0])
            raise DataError(
                f"column {name!r}, {self.panel.text(row)}: {values[row]:g}; expected {expected} "
                f"({len(wrong)} rows are not); correct them, or make them missing"
            )
        return values

    def times(self, name: str, *, whole: bool = True) -> Doubles:
        """Periods as numbers, whole ones if asked for, none missing."""
        column = self._column(name)
        if type(getattr(column, "dtype", None)).__name__ == "PeriodDtype":
            import pandas as pd

            index = pd.PeriodIndex(column)
            values: Doubles = np.where(index.isna(), np.nan, index.asi8.astype(np.float64))
        else:
            try:
                values = self.numbers(name)
            except ColumnTypeError as error:
                raise ColumnTypeError(f"{error}; periods are numbers: of dates take the year, or the month") from None
        expected = "a whole number" if whole else "a number"
        wrong = np.isnan(values) | (np.abs(values) > _MOST_WHOLE)
        wrong |= (values != np.floor(values)) if whole else False
        for row in np.flatnonzero(wrong)[:1].tolist():
            found = "no period" if np.isnan(values[row]) else f"{values[row]:g}"
            raise DataError(
                f"column {name!r}, {self.panel.text(row)}: {found}; a period is {expected} "
                f"({int(wrong.sum())} rows are not); correct them, or drop the rows"
            )
        return values

    def units(self, name: str) -> npt.NDArray[np.int64]:
        """A code per row, none missing."""
        try:
            codes = _units(self._column(name))
        except TypeError as error:  # lists, dicts: they cannot be compared
            raise ColumnTypeError(f"column {name!r}: units are numbers or texts; {error}") from None
        self.known(name, codes < 0, "unit")
        return codes

    def known(self, name: str, missing: npt.NDArray[np.bool_], what: str) -> None:
        """Raise where a key is missing, with the first row."""
        for row in np.flatnonzero(missing)[:1].tolist():
            where = f"column {name!r}, {self.panel.text(row)}"
            raise DataError(f"{where}: no {what} ({int(missing.sum())} rows); name it, or drop the rows")

    def order(self, units: npt.NDArray[np.int64], times: Doubles) -> Codes:
        """Rows by unit and period; duplicates are an error that names them."""
        order, twice = _core.study_order(units, times)
        if twice is not None:
            raise DataError(f"rows must be unique in {self.unit!r}, {self.time!r}: {self.panel.text(twice)} is twice")
        return order

    def groups(self, name: str) -> Groups:
        """A column of groups, in the order of categories, else of labels where they can be ordered."""
        try:
            found = _ordered(self._column(name))
        except TypeError as error:
            raise ColumnTypeError(f"column {name!r}: groups are numbers or texts; {error}") from None
        codes = np.asarray(found.codes)
        used = np.zeros(len(found.labels) + 1, bool)
        used[codes] = True  # the code -1 takes the last place
        used = used[:-1]
        places = np.full(len(used) + 1, int(used.sum()), np.uint32)
        places[:-1][used] = np.arange(int(used.sum()), dtype=np.uint32)
        labels = [native(label) for label, there in zip(found.labels, used, strict=True) if there]
        return Groups(places[codes], labels)

    def weights(self, name: str | None) -> Doubles | None:
        """Sampling weights of at least zero; a missing one is an error."""
        if name is None:
            return None
        values = self.numbers(name, least=0.0)
        missing = np.isnan(values)
        for row in np.flatnonzero(missing)[:1].tolist():
            where = f"column {name!r}, {self.panel.text(row)}"
            raise DataError(f"{where}: no weight ({int(missing.sum())} rows); drop the row, or give it one")
        return values

    def moments(self, name: str | None) -> tuple[list[Any], tuple[Codes, int] | None]:
        """Labels of periods in ascending order, and what the core needs; None where there is no column."""
        if name is None:
            return [None], None
        groups = self.groups(name)
        self.known(name, groups.codes == len(groups.labels), "period")
        return groups.labels, (groups.codes, len(groups.labels))

    def translated(self) -> Any:
        """Errors of the core as typed ones."""
        # Looked up only where there is an error: keys of a large panel take longer than the work.
        return translated(lambda row: self.panel.text(row), there=self.source.names)

    def table(self, columns: dict[str, Any]) -> Any:
        """A table whose rows are not the caller's."""
        return self.output.plain().frame(columns)

    def rows(self, columns: dict[str, Any]) -> Any:
        """A table with the caller's rows: keys first, index kept."""
        return self.output.frame(self.panel.columns | columns)


def distinct(names: dict[str, str | None], made: Sequence[str]) -> None:
    """Raise where two keys are one column, or a key is named as a column of the result."""
    given = {argument: name for argument, name in names.items() if name is not None}
    seen: dict[str, str] = {}
    for argument, name in given.items():
        if name in seen:
            raise DataError(f"{seen[name]}= and {argument}= are both {name!r}; name two columns")
        seen[name] = argument
        if name in made:
            raise DataError(f"{argument}= is {name!r}, as a column of the result is; rename the column in the data")


def finite(name: str, value: Any, *, least: float | None = None, above: float | None = None) -> float:
    """An option that is a finite number."""
    expected = "a finite number"
    expected += f" of at least {least:g}" if least is not None else f" above {above:g}" if above is not None else ""
    try:
        number = math.nan if isinstance(value, bool | str) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    low = (least is not None and number < least) or (above is not None and number <= above)
    if not math.isfinite(number) or low:
        raise DataError(f"{name}= is {expected}, found {value!r}")
    return number


def whole(name: str, value: Any, *, least: int = 0, most: int = 2**63 - 1) -> int:
    """An option that is a whole number; beyond ``most`` it is a limit that is passed."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < least:
        raise ValueError(f"{name}= is a whole number of at least {least}, found {value!r}")
    if number > most:
        raise LimitError(f"{name}= is {number}, more than the {most} there may be")
    return number


def spread(used: int, what: str, most: int) -> None:
    """Raise where a column has more groups than a decomposition has room for."""
    if used > most:
        raise LimitError(
            f"column {what!r} has {used} groups, more than the {most} there may be; is it the unit? group it first"
        )
