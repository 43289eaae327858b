"""The pages that list names list all of them: the reference, and the tables of errors and warnings."""

from __future__ import annotations

import importlib
import re
import types
from pathlib import Path

import pytest

import indicia as ix
from indicia import errors

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference.md").read_text(encoding="utf-8")
ROOMS = [name for name in ix.__all__ if type(getattr(ix, name)).__name__ == "module"]


def listed(room: str) -> list[str]:
    """The members that the reference names for a module."""
    found = re.search(rf"automodule:: indicia\.{room}\n +:members:((?: [^\n]*\n)(?: {{4,}}[^\n]*\n)*)", REFERENCE)
    assert found, f"docs/reference.md has no members of indicia.{room}"
    return [name.strip() for name in found[1].split(",")]


def test_rooms_are_found() -> None:
    rooms = {
        "aggregate",
        "compare",
        "datasets",
        "errors",
        "firm",
        "frontier",
        "impute",
        "normalize",
        "plan",
        "productivity",
        "report",
        "robustness",
        "stats",
        "study",
        "survey",
        "text",
        "treat",
        "weights",
    }
    assert set(ROOMS) == rooms
    assert set(ROOMS) == {*ix._LAZY, "errors"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_of_a_room_is_in_the_reference(room: str) -> None:
    assert listed(room) == importlib.import_module(f"indicia.{room}").__all__


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_exists_and_says_what_it_is(room: str) -> None:
    module = importlib.import_module(f"indicia.{room}")
    assert module.__all__ == sorted(module.__all__)
    for name in module.__all__:
        member = getattr(module, name)
        # Other members are words that an argument takes (`Literal`), told where they are taken.
        if isinstance(member, type | types.FunctionType):
            assert (member.__doc__ or "").strip(), f"{room}.{name} has no docstring"
    # What is defined for callers and not listed would be found by nobody.
    own = {name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    public = {name for name in own if not name.startswith("_") and callable(getattr(module, name))}
    assert public - set(module.__all__) <= {"translated", "missing_columns", "shown_column", "join"}


def test_every_object_of_the_package_is_in_the_reference() -> None:
    named = re.findall(r"auto(?:class|function):: (\w+)\n", REFERENCE)
    assert sorted(named) == sorted(set(ix.__all__) - set(ROOMS) - {"__version__"})


def test_every_error_and_warning_is_explained() -> None:
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(explained) == sorted(set(errors.__all__) - {"IndiciaError", "IndiciaWarning"})
