"""Errors: one base, and for each kind the builtin a user would catch.

Every error keeps `code`, a stable word to search for, and `problems`, a list of dicts with what is known of each
problem (``path``, ``column``, ``rows``, ``value``, ``message``, ``remedy``), so that all can be mended in one go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from . import _core
from ._names import did_you_mean, listed, shorten
from ._warnings import (
    AloneWarning,
    ComparabilityWarning,
    ConstantColumnWarning,
    ContradictionWarning,
    DerivedColumnWarning,
    DisagreementWarning,
    FewPeersWarning,
    FrontierWarning,
    IgnoredRowWarning,
    ImputationWarning,
    IndiciaWarning,
    MissingTextWarning,
    RangeWarning,
    ShadowedColumnWarning,
    TreatmentWarning,
    UncheckedColumnWarning,
    UndefinedStatisticWarning,
    UnseenPeriodWarning,
    WeightWarning,
)

__all__ = [
    "AloneWarning",
    "ColumnTypeError",
    "ComparabilityWarning",
    "ConstantColumnWarning",
    "ContradictionWarning",
    "DataChangedError",
    "DataError",
    "DefinitionError",
    "DegenerateError",
    "DerivedColumnWarning",
    "DisagreementWarning",
    "FewPeersWarning",
    "FrontierWarning",
    "IgnoredRowWarning",
    "ImputationWarning",
    "IndiciaError",
    "IndiciaWarning",
    "LimitError",
    "MissingColumnError",
    "MissingTextWarning",
    "NotFittedError",
    "OptionalDependencyError",
    "RangeWarning",
    "ShadowedColumnWarning",
    "TreatmentWarning",
    "UncheckedColumnWarning",
    "UndefinedStatisticWarning",
    "UnknownNameError",
    "UnseenPeriodWarning",
    "WeightWarning",
]

_LONGEST = 1_000
_HINT = re.compile(r"; did you mean .*\?$")


class IndiciaError(Exception):
    """Base of all errors of this package.

    Attributes
    ----------
    code : str
        A stable word for the kind of error, such as "missing-column".
    problems : list of dict
        What is known of each problem.
    """

    code = "error"

    def __init__(self, message: str = "", problems: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self.problems: list[dict[str, Any]] = [dict(problem) for problem in problems]

    def __str__(self) -> str:
        # KeyError shows the repr of its message, which would lose line breaks.
        return str(self.args[0]) if self.args else ""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.problems)


class DefinitionError(IndiciaError, ValueError):
    """A definition that cannot be an index."""

    code = "definition"


class MissingColumnError(IndiciaError, KeyError):
    """The data lack columns that the definition needs."""

    code = "missing-column"


class ColumnTypeError(IndiciaError, TypeError):
    """A column of a type that cannot be used."""

    code = "column-type"


class DataError(IndiciaError, ValueError):
    """A value that breaks a rule of its column, or data that do not fit the request."""

    code = "value"


class DegenerateError(IndiciaError, ValueError):
    """A method that is not defined on these data."""

    code = "degenerate"


class NotFittedError(IndiciaError, ValueError, AttributeError):
    """Something must be fitted first."""

    code = "not-fitted"


class UnknownNameError(IndiciaError, KeyError):
    """A node, unit, method or option that does not exist."""

    code = "unknown-name"


class LimitError(IndiciaError, ValueError):
    """Input larger than a stated limit."""

    code = "limit"


class DataChangedError(IndiciaError, RuntimeError):
    """The data changed between scoring them and asking for more about the scores."""

    code = "data-changed"


class OptionalDependencyError(IndiciaError, ImportError):
    """An optional package is needed; the message names the extra that brings it."""

    code = "optional-dependency"


_KINDS: Mapping[str, type[IndiciaError]] = {
    "definition": DefinitionError,
    "missing_column": MissingColumnError,
    "column_type": ColumnTypeError,
    "value": DataError,
    "degenerate": DegenerateError,
    "not_fitted": NotFittedError,
    "unknown_name": UnknownNameError,
    "limit": LimitError,
}


@contextmanager
def translated(
    label: Callable[[int], str] | None = None,
    columns: Mapping[str, str] | None = None,
    there: Sequence[str] = (),
) -> Iterator[None]:
    """Turn errors of the core into typed ones that speak the caller's language.

    Parameters
    ----------
    label : callable, optional
        Row number to text such as ``row 'Acme'``.
    columns : mapping of str to str, optional
        The definition's column names to the caller's.
    there : sequence of str
        The columns the data hold.
    """
    try:
        yield
    except _core.CoreError as error:
        payload = json.loads(error.args[0])
        if payload["kind"] == "interrupted":
            raise KeyboardInterrupt from None
        # The chain would show the same as JSON.
        raise _typed(payload, label or (lambda row: f"row {row}"), columns or {}, there) from None


def _typed(
    payload: Mapping[str, Any], label: Callable[[int], str], columns: Mapping[str, str], there: Sequence[str]
) -> IndiciaError:
    kind = _KINDS.get(payload["kind"], IndiciaError)
    problems = payload["problems"]
    if kind is MissingColumnError:
        return missing_columns(problems, columns, there)
    for problem in problems:
        problem["row_labels"] = [label(row) for row in problem["rows"]]
    lines = [_line(problem, columns) for problem in problems]
    return kind(join(lines), problems)


def _line(problem: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    place = []
    if problem["path"]:
        place.append(problem["path"])
    if problem["column"] is not None:
        place.append(f"column {shown_column(problem['column'], columns)}")
    if problem["row_labels"]:
        place.append(problem["row_labels"][0])
    text = ", ".join(place) + ": " if place else ""
    if problem["value"] is not None:
        text += f"{_cut(problem['value'])}: "
    text += _cut(problem["message"])
    if problem["count"] > 1:
        text += f" ({problem['count']} rows)"
    return f"{text}; {problem['remedy']}" if problem["remedy"] else text


def _cut(text: str) -> str:
    """A text of the core without the middle, where a name of a million characters stands in it."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}...{text[-_LONGEST // 2 :]}"


def missing_columns(
    problems: Sequence[dict[str, Any]], columns: Mapping[str, str], there: Sequence[str]
) -> MissingColumnError:
    """All missing columns, what there is instead, and what to do."""
    lines = []
    for problem in problems:
        name = problem["column"]
        reason = _cut(_HINT.sub("", problem["message"]))
        lines.append(f"column {shown_column(name, columns)}: {reason}{did_you_mean(columns.get(name, name), there)}")
    message = (
        f"{join(lines)}\nthe data have: {listed(sorted(there)) if there else 'no columns'}\n"
        "map names with columns={'name in the definition': 'name in the data'}, "
        "or say absent='unknown' to count them as unanswered"
    )
    return MissingColumnError(message, problems)


def shown_column(name: str, columns: Mapping[str, str]) -> str:
    """A column as the caller and the definition call it."""
    own: str = columns.get(name, name)
    return shorten(own) if own == name else f"{shorten(own)} ({shorten(name)} in the definition)"


def join(lines: Sequence[str]) -> str:
    """One problem in a line, several as a list."""
    if len(lines) == 1:
        return lines[0]
    return f"{len(lines)} problems" + "".join(f"\n  - {line}" for line in lines)
