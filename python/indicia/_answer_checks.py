"""What must hold of a file of answers as a whole; its problems are collected, so that all can be mended in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ._answer_files import Grid
from ._answer_options import excludes
from ._names import did_you_mean, listed, shorten
from ._questions import Question
from .errors import DataError

_SHOWN = 20


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


def check_shape(
    grid: Grid,
    head: Mapping[str, int],
    keys: Sequence[str],
    first: int,
    known: Mapping[str, Question],
    needed: Sequence[Mapping[str, Any]],
    absent: str,
    problems: Problems,
) -> None:
    """Columns without a name, twice or missing, merged cells, values beside the table, rows cut short."""
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


def check_unique(
    grid: Grid,
    head: Mapping[str, int],
    keys: Sequence[str],
    rows: Sequence[int],
    columns: Mapping[str, Any],
    problems: Problems,
) -> None:
    """A unit (in a period) has one row."""
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


def check_none(
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
