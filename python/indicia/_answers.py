"""Answers from a file: every cell read or named, all problems of a file in one error."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._answer_cells import Cell, Trouble
from ._answer_checks import Problems, check_none, check_shape, check_unique
from ._answer_files import Grid, read_grid
from ._answer_values import MISSING, numeric_options, value_of
from ._names import did_you_mean, listed
from ._output import default_output
from ._questionnaire import Decimals
from ._questions import Question
from ._template import is_heading
from ._warnings import ComparabilityWarning, IgnoredRowWarning, UncheckedColumnWarning
from .errors import UnknownNameError

_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_LEVEL = 4  # from a warning to the caller of Index.read_answers


def read_answers(
    questions: Sequence[Question],
    needed: Sequence[Mapping[str, Any]],
    title: str,
    path: str | Path,
    *,
    unit: str = "unit",
    time: str | None = None,
    also: Sequence[str] = (),
    sheet: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    decimal: Decimals | None = None,
    absent: str = "error",
) -> Any:
    """Read a file of answers; see `Index.read_answers`."""
    if absent not in ("error", "unknown"):
        raise UnknownNameError(f"absent= is 'error' or 'unknown', found {absent!r}")
    if decimal not in (None, ".", ","):
        raise UnknownNameError(f"decimal= is '.' or ',', found {decimal!r}")
    known = {question.column: question for question in questions}
    grid = read_grid(path, [*known], sheet, encoding, separator, _LEVEL + 1)
    if grid.book and grid.book != title:
        message = f"{Path(path).name} is a questionnaire of {grid.book!r}, it is read for {title!r}"
        warnings.warn(message, ComparabilityWarning, stacklevel=_LEVEL - 1)
    problems = Problems()
    head = _head(grid, known, problems)
    keys = [unit] if time is None else [unit, time]
    first = _first_row(grid, head.get(unit, 1))
    check_shape(grid, head, keys, first, known, needed, absent, problems)
    rows = _rows(grid, first, Path(path).name, problems)
    columns: dict[str, Any] = {}
    for key in keys:
        if key in head:
            columns[key] = _labels(grid, head[key], rows, key, key == time, problems)
    check_unique(grid, head, keys, rows, columns, problems)
    extra = [name for name in head if name not in known and name not in keys]
    for name in head:
        if name in known:
            columns[name] = _column(grid, head[name], rows, known[name], decimal, problems)
    check_none(grid, head, rows, known, columns, problems)
    columns |= {name: _as_it_is(grid, head[name], rows, name, problems) for name in extra}
    problems.raise_for(Path(path).name)
    unasked = [name for name in extra if name not in also]
    if unasked:
        hint = "".join(did_you_mean(name, [*known]) for name in unasked[:1])
        message = (
            f"{Path(path).name}: the definition asks for no column {listed(map(repr, unasked))}{hint}; kept as they "
            "are, unchecked; say also=[...] for columns that are meant to be there"
        )
        warnings.warn(message, UncheckedColumnWarning, stacklevel=_LEVEL - 1)
    order = [*keys, *(name for name in head if name not in keys)]
    return default_output().frame({name: columns[name] for name in order})


def _head(grid: Grid, known: Mapping[str, Question], problems: Problems) -> dict[str, int]:
    """The columns by name; the first row names them."""
    head: dict[str, int] = {}
    for column, cell in grid.row(1).items():
        if cell.trouble is not None:
            trouble = cell.trouble
            problems.add(grid.place(1, column), trouble.message, trouble.remedy, value=cell.value)
        name = str(cell.value) if cell.value in known else str(cell.value).strip()
        if name in head:
            there = grid.place(1, head[name])
            problems.add(
                grid.place(1, column), f"a second column {name!r}", f"rename or delete it (the first is {there})"
            )
        else:
            head[name] = column
    return head


def _first_row(grid: Grid, unit: int) -> int:
    """The row after the headings that a template has below the names."""
    row = 2
    while (row, unit) in grid.cells and is_heading(grid.cells[row, unit].value):
        row += 1
    return row


def _rows(grid: Grid, first: int, name: str, problems: Problems) -> list[int]:
    """Rows with content; gaps between them are told."""
    rows = sorted({row for row, _ in grid.cells if row >= first})
    if not rows:
        problems.add(f"{grid.sheet}!{first}", "no answers from here on", "fill in one row a unit")
        problems.raise_for(name)
    empty = sorted(set(range(first, rows[-1])) - set(rows))
    if empty:
        shown = ", ".join(map(str, empty[:10])) + (", ..." if len(empty) > 10 else "")
        message = f"{name}: {grid.sheet}: empty rows among the answers are skipped, {len(empty)} in all: row {shown}"
        warnings.warn(message, IgnoredRowWarning, stacklevel=_LEVEL)
    return rows


def _labels(grid: Grid, column: int, rows: Sequence[int], name: str, whole: bool, problems: Problems) -> list[Any]:
    """Names of units or periods: whole numbers where all are (texts of digits only for periods), else texts."""
    found: list[Any] = []
    for row in rows:
        cell = grid.cells.get((row, column))
        if cell is None:
            problems.add(
                grid.place(row, column), f"a row of answers without {name}", "name it, or empty the row", column=name
            )
            found.append(None)
            continue
        try:
            found.append(_label(cell))
        except Trouble as trouble:
            problems.add(grid.place(row, column), trouble.message, trouble.remedy, column=name, value=cell.value)
            found.append(None)
    if whole and all(isinstance(label, int) or (label or "").isdecimal() for label in found):
        return [int(label) for label in found]
    if all(isinstance(label, int) for label in found):
        return found
    return [None if label is None else str(label) for label in found]


def _label(cell: Cell) -> int | str:
    value = cell.value
    if cell.trouble is not None:
        raise cell.trouble
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Trouble("neither a text nor a whole number", "format the cell as text and enter the name again")
    if isinstance(value, float) and not value.is_integer():
        raise Trouble("not a whole number", "name units and periods by texts or whole numbers")
    if isinstance(value, str) and "\ufffd" in value:
        raise Trouble("a damaged character", "the file was saved in another encoding: export it again as UTF-8")
    if isinstance(value, str) and value.strip().startswith("="):
        raise Trouble("a formula stored as text", "enter the name itself")
    return value.strip() if isinstance(value, str) else int(value)


def _column(
    grid: Grid, column: int, rows: Sequence[int], question: Question, decimal: Decimals | None, problems: Problems
) -> Any:
    found: list[float | str | None] = []
    for row in rows:
        cell = grid.cells.get((row, column))
        try:
            found.append(None if cell is None else value_of(cell, question, decimal))
        except Trouble as trouble:
            value = None if cell is None else cell.value
            problems.add(grid.place(row, column), trouble.message, trouble.remedy, column=question.column, value=value)
            found.append(None)
    numbers = question.kind in ("number", "yes_no")
    if question.kind == "choice" and question.closed and numeric_options([*question.answers]):
        numbers = True
    if numbers:
        return np.array([np.nan if value is None else float(value) for value in found])
    if question.kind == "choice" and question.closed and default_output().kind == "pandas":
        import pandas as pd

        # Keeps its kind where nobody answered: a column of nothing else would be one of numbers.
        return pd.Series(pd.Categorical(found, categories=[*question.answers]))
    return found


def _as_it_is(grid: Grid, column: int, rows: Sequence[int], name: str, problems: Problems) -> Any:
    """A column that the definition does not know: numbers where all cells are, else texts."""
    values: list[Any] = []
    for row in rows:
        cell = grid.cells.get((row, column))
        if cell is not None and cell.trouble is not None:
            problems.add(
                grid.place(row, column), cell.trouble.message, cell.trouble.remedy, column=name, value=cell.value
            )
        value = None if cell is None or cell.trouble is not None else cell.value
        values.append(None if isinstance(value, str) and value.strip() in MISSING else value)
    known = [value for value in values if value is not None]
    # In a file of texts 12.5 is a number, and 007 a name.
    if known and all(isinstance(value, str) and _NUMBER.fullmatch(value.strip()) for value in known):
        return np.array([np.nan if value is None else float(value) for value in values])
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return np.array([np.nan if value is None else float(value) for value in values])
    plain = [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]
    return [None if value is None else str(value).strip() for value in plain]
