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
    _, _, used, whole, _ = problem.measure(solved.taken, _core.AllocatorQuestion("worth"))
    found = []
    for place, row in enumerate(problem.rows()):
        name, part, _, of, share, low, high, already, size, scale = row
        price = float(prices[place]) / scale
        at_least, at_most = low + already, high + already
        value = float(used[place]) + already
        if part in ("least share", "largest share"):
            ends = share if of != "reached" else None
            if ends is None:
                at_least, at_most, value = (x / size if size else np.nan for x in (at_least, at_most, value))
            else:
                at_least = ends if np.isfinite(low) else -np.inf
                at_most = ends if np.isfinite(high) else np.inf
                value = share + float(used[place]) / whole[place] if whole[place] else np.nan
        elif part == "smallest share":
            at_least, at_most, value = np.nan, np.nan, value / size if size else np.nan
        least, most = (x if np.isfinite(x) else np.nan for x in (at_least, at_most))
        slack = float(np.fmin(value - least, most - value))
        found.append(
            {
                "rule": name,
                "part": part,
                "of": of,
                "at_least": float(least),
                "at_most": float(most),
                "used": float(value),
                "slack": float(slack),
                "price": abs(price),
            }
        )
    return found


def gap_of(value: float, bound: float) -> float:
    """How far the bound lies above the value, as a share of it."""
    return 0.0 if bound <= value else float((bound - value) / abs(value)) if value else float("inf")
