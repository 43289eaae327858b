"""A small questionnaire, filled in and spoiled, and the lines of the error it gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import indicia as ix
from indicia.errors import DataError

INDEX = ix.Index.from_dict(
    {
        "id": "use",
        "columns": {"staff": {"measure": "persons", "domain": [0, 1e6]}, "size": {}},
        "derived": {"scale": {"expr": 'lookup(size, "small", 1, "large", 2)'}},
        "indicator": [
            {"id": "cloud", "parent": "use", "scale": "flag"},
            {"id": "share", "parent": "use", "scale": "none", "domain": [0, 1]},
            {"id": "staff", "parent": "use", "scale": "none"},
            {"id": "points", "parent": "use", "scale": "none", "domain": [0, 100]},
            {"id": "scale", "parent": "use", "scale": "none"},
            {
                "id": "tools",
                "parent": "use",
                "scale": {
                    "options": {
                        "points": {"erp": 1, "crm": 2},
                        "multiple": True,
                        "none": "nothing",
                        "columns": "tools_{option}",
                    }
                },
            },
        ],
        "group": [{"id": "use", "aggregate": "sum"}],
    }
)
# Columns of the template: A unit, B cloud, C share, D staff, E points, F size, G tools_erp, H tools_crm, I tools_nothing.
GOOD = [
    ["Acme", "yes", 0.5, 12, 50, "small", "yes", "no", "no"],
    ["Bolt", "否", 0.25, 7, 60, "large", "no", "no", "yes"],
]
HEAD = "unit,cloud,share,staff,points,size,tools_erp,tools_crm,tools_nothing\n"


def book_with(tmp_path: Path, change: Callable[[Any], None] | None = None, rows: list[list[Any]] = GOOD) -> Path:
    """A template filled in, then spoiled."""
    path = tmp_path / "filled.xlsx"
    book = INDEX.template(units=4)
    for row, values in enumerate(rows, 5):
        for column, value in enumerate(values, 1):
            book["data"].cell(row, column).value = value
    if change is not None:
        change(book)
    book.save(path)
    return path


def problems_of(path: Path, **how: Any) -> list[str]:
    """The lines of the one error of a file."""
    with pytest.raises(DataError) as caught:
        INDEX.read_answers(path, **how)
    first, *lines = str(caught.value).split("\n  - ")
    problems = caught.value.problems
    assert first == f"{path.name}: {len(lines)} problem{'s' if len(lines) > 1 else ''}"
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        place = f"{problem['sheet']}!{problem['cell']}"
        assert line.startswith(place) and line.endswith(problem["remedy"]) and problem["message"] in line
    return lines


def put(cell: str, value: Any, form: str = "General", kind: str | None = None) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["data"][cell].value = value
        book["data"][cell].number_format = form
        if kind is not None:
            book["data"][cell].data_type = kind

    return change
