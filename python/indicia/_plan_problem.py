"""The problem of an allocation: what is asked, solving it, and its rules as people read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._html import number
from ._plan_solver import Conflict, Search, Solved
from .errors import DataError

if TYPE_CHECKING:
    from ._plan_path import Paths
    from .eligibility import Eligibility


class Question(NamedTuple):
    """What was asked, as checked and resolved."""

    paths: dict[str, Paths]
    programs: list[dict[str, Any]]
    quotas: list[dict[str, Any]]
    goal: str
    by: str | None
    asked: dict[str, Any]
    columns: tuple[Any, ...]
    conditions: list[Eligibility | None]
    reached: npt.NDArray[np.bool_]
    gap: float
    time_limit: float


class Found(NamedTuple):
    """One solved problem."""

    problem: _core.Allocator
    solved: Solved
    value: float
    bound: float
    rows: list[dict[str, Any]]


def solved_of(question: Question, asked: dict[str, Any]) -> Found:
    """The best allocation under what is asked; rules that cannot be met together are an error that names them."""
    problem = _core.Allocator(json.dumps(asked), *question.columns)
    search = Search(problem, len(question.reached), question.gap, question.time_limit)
    try:
        if question.goal == "smallest_share":
            solved, value, bound = search.smallest()
        else:
            solved = search.solve()
            value, bound = solved.value, solved.bound
    except Conflict as conflict:
        raise _conflict(problem, conflict.rules) from None
    return Found(problem, solved, value, bound, _rows(problem, solved, solved.prices))


def _conflict(problem: _core.Allocator, rules: list[int]) -> DataError:
    rows = problem.rows()
    lines = [f"{rows[row][0]}{_limits(rows[row])}" for row in rules]
    what = "cannot be met by itself" if len(lines) == 1 else "cannot be met together"
    listed = "".join(f"\n  - {line}" for line in lines)
    message = f"the rules conflict: no allocation meets them; {what}:{listed}\nloosen one of them"
    return DataError(message, [{"path": rows[row][0], "message": what} for row in rules])


def _limits(row: tuple[Any, ...]) -> str:
    _, part, _, _, share, low, high, already, _, _ = row
    if part in ("least share", "largest share") and share:
        return f" ({part} {share:g})"
    ends = [f"at least {number(low + already)}"] if np.isfinite(low) else []
    ends += [f"at most {number(high + already)}"] if np.isfinite(high) else []
    return f" ({' and '.join(ends)})"


def _rows(problem: _core.Allocator, solved: Solved, prices: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    """The rules as people read them: shares as shares, units with those that are there already."""
    names = ("at_least", "at_most", "used", "slack", "price")
    told = problem.told(solved.taken, prices)
    return [
        {"rule": row[0], "part": row[1], "of": row[3], **dict(zip(names, numbers, strict=True))}
        for row, numbers in zip(problem.rows(), told, strict=True)
    ]


def gap_of(value: float, bound: float) -> float:
    """How far the bound lies above the value, as a share of it."""
    return 0.0 if bound <= value else float((bound - value) / abs(value)) if value else float("inf")
