"""Answers from a file: every cell read or named, all problems of a file in one error."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._answer_files import Grid, read_grid
from ._answer_values import MISSING, Cell, Trouble, excludes, numeric_options, value_of
from ._names import did_you_mean, listed, shorten
from ._output import default_output
from ._questionnaire import Decimals
from ._questions import Question
from ._template import is_heading
from ._warnings import ComparabilityWarning, IgnoredRowWarning, UncheckedColumnWarning
from .errors import DataError, UnknownNameError

_SHOWN = 20
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_LEVEL = 4  # from a warning to the caller of Index.read_answers


class Problems:
    """What is wrong with a file."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, place: str, message: str, remedy: str, *, column: str | None = None, value: Any = None) -> None:
        """Note one problem."""
        sheet, _, cell = place.rpartition("!")
        said = f"{place}, column {shorten(column)}" if column is not None else place
        line = f"{said}: {shorten(value)}: {message}; {remedy}" if value is not None else f"{said}: {message}; {remedy}"
        known: dict[str, Any] = {
            "path": None,
            "column": column,
            "rows": [],
            "value": None if value is None else str(value),
        }
        self.found.append(known | {"sheet": sheet, "cell": cell, "message": message, "remedy": remedy, "line": line})

    def raise_for(self, name: str) -> None:
        """Raise one error with the first of them, and how many there are."""
        if not self.found:
            return
        count = len(self.found)
        self.found.sort(key=_by_place)
        lines = [problem.pop("line") for problem in self.found]
        head = f"{name}: 1 problem" if count == 1 else f"{name}: {count} problems"
        head += f", the first {_SHOWN} of them" if count > _SHOWN else ""
        raise DataError(head + "".join(f"\n  - {line}" for line in lines[:_SHOWN]), self.found)


def _by_place(problem: Mapping[str, Any]) -> tuple[int, int, str]:
    """Row by row, as people mend a file."""
    found = re.match(r"([A-Z]*)(\d+)", problem["cell"])
    return (int(found[2]), len(found[1]), found[1]) if found else (0, 0, "")


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
    _check_shape(grid, head, keys, first, known, needed, absent, problems)
    rows = _rows(grid, first, Path(path).name, problems)
    columns: dict[str, Any] = {}
    for key in keys:
        if key in head:
            columns[key] = _labels(grid, head[key], rows, key, key == time, problems)
    _check_unique(grid, head, keys, rows, columns, problems)
    extra = [name for name in head if name not in known and name not in keys]
    for name in head:
        if name in known:
            columns[name] = _column(grid, head[name], rows, known[name], decimal, problems)
    _check_none(grid, head, rows, known, columns, problems)
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


def _check_shape(
    grid: Grid,
    head: Mapping[str, int],
    keys: Sequence[str],
    first: int,
    known: Mapping[str, Question],
    needed: Sequence[Mapping[str, Any]],
    absent: str,
    problems: Problems,
) -> None:
    top = f"{grid.sheet}!1"
    if not set(head) & set(known):
        found = listed([repr(name) for name in head], 5)
        message = f"row 1 holds no name of a column, found {found}"
        problems.add(top, message, f"keep row 1 of the template, with names such as {listed(known, 5)}")
        return
    for key in keys:
        if key not in head:
            word = "unit" if key == keys[0] else "time"
            message = f"no column {key!r}{did_you_mean(key, head)}"
            problems.add(top, message, f"name the column in row 1 or say {word}= with its name in the file")
    for column in needed if absent == "error" else ():
        ways = column["alternatives"] or [[column["name"]]]
        if not any(all(name in head for name in way) for way in ways):
            wanted = " or ".join(" and ".join(way) if len(way) < 4 else f"{way[0]} ... {way[-1]}" for way in ways)
            users = ", ".join(column["used_by"])
            lost = next((name for way in ways for name in way if name not in head), column["name"])
            message = f"no column {wanted}, needed for {users}{did_you_mean(lost, head)}"
            problems.add(
                top,
                message,
                "add it to row 1, or say absent='unknown' to count it as unanswered",
                column=column["name"],
            )
    for coord, low, high in grid.merged:
        if low == 1 or high >= first:
            problems.add(f"{grid.sheet}!{coord}", "merged cells", "unmerge them and fill in every cell")
    named = set(head.values())
    strays: dict[int, int] = {}
    for row, place in grid.cells:
        if place not in named and row >= first:
            strays.setdefault(place, row)
    for place, row in strays.items():
        if (1, place) not in grid.cells:
            value = grid.cells[row, place].value
            problems.add(
                grid.place(row, place),
                "a value in a column without a name",
                "name the column in row 1, or delete the value",
                value=value,
            )
    for row, count, named_there in grid.ragged:
        problems.add(
            f"{grid.sheet}!{row}",
            f"{count} cells where row 1 names {named_there} columns",
            "write every cell of the row, blank ones too",
        )


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


def _check_unique(
    grid: Grid,
    head: Mapping[str, int],
    keys: Sequence[str],
    rows: Sequence[int],
    columns: Mapping[str, Any],
    problems: Problems,
) -> None:
    if any(key not in columns for key in keys):
        return
    seen: dict[tuple[str, ...], int] = {}
    for i, row in enumerate(rows):
        if any(columns[key][i] is None for key in keys):
            continue
        names = tuple(str(columns[key][i]) for key in keys)
        if names in seen:
            there = grid.place(seen[names], head[keys[0]])
            message = f"stands there twice, first in {there}"
            remedy = "give every row a name of its own, or delete the row that is out of date"
            problems.add(grid.place(row, head[keys[0]]), message, remedy, column=keys[0], value=", ".join(names))
        seen.setdefault(names, row)


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


def _check_none(
    grid: Grid,
    head: Mapping[str, int],
    rows: Sequence[int],
    known: Mapping[str, Question],
    columns: Mapping[str, Any],
    problems: Problems,
) -> None:
    """The answer that excludes the others, with a column of its own, chosen together with another one."""
    asked = [known[name] for name in head if name in known and known[name].part_of]
    for none in asked:
        others = [part.column for part in asked if part.part_of == none.part_of and part.option != none.option]
        if none.option != none.none or not others:
            continue
        for i, row in enumerate(rows):
            if columns[none.column][i] == 1.0 and any(columns[name][i] == 1.0 for name in others):
                trouble = excludes(none.option)
                problems.add(
                    grid.place(row, head[none.column]), trouble.message, trouble.remedy, column=none.column, value="yes"
                )


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
