"""Walks over the thresholds of a rule book, and over the completions of rows with gaps; helpers, not tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Table = dict[str, Any]
Rows = dict[str, np.ndarray]
# Rows in, one comparable answer a row out (numbers or texts; a matrix compares whole rows).
Answer = Callable[[Rows], np.ndarray]
# Columns of all rows that give a quantity a value.
Setter = Callable[[Rows, float], Rows]

BOUNDS = ("ge", "gt", "le", "lt")


def conditions(tree: Any) -> Iterator[Table]:
    """Every comparison inside a condition, however deep."""
    if isinstance(tree, list):
        for inner in tree:
            yield from conditions(inner)
    elif isinstance(tree, dict):
        if any(bound in tree for bound in BOUNDS):
            yield tree
        for key in ("all", "any", "of", "not", "when", "cases", "then", "level", "levels"):
            yield from conditions(tree.get(key, []))


def compared(tree: Any, what: str = "column") -> set[tuple[str, float]]:
    """(Column or node, bound) of every comparison with a number."""
    found = {
        (test[what], float(test[bound]))
        for test in conditions(tree)
        if what in test
        for bound in BOUNDS
        if bound in test
    }
    return found | ({(on, edge) for on, edge in _cases(tree)} if what == "column" else set())


def edges(table: Table) -> set[tuple[str, float]]:
    """(Indicator, edge) of every scale by bands."""
    return {
        (item["id"], float(edge))
        for item in table.get("indicator", [])
        if isinstance(item["scale"], dict) and "bands" in item["scale"]
        for edge in item["scale"]["bands"]["edges"]
    }


def _cases(tree: Any) -> Iterator[tuple[str, float]]:
    if isinstance(tree, list):
        for inner in tree:
            yield from _cases(inner)
    elif isinstance(tree, dict):
        if "edges" in tree and "on" in tree:
            yield from ((tree["on"], float(edge)) for edge in tree["edges"])
        for inner in tree.values():
            yield from _cases(inner)


def around(bound: float) -> tuple[float, float, float]:
    """Below, on and above, farther off than the tolerance of comparisons (1e-9)."""
    step = 1e-6 * max(1.0, abs(bound))
    return bound - step, bound, bound + step


def put(column: str) -> Setter:
    """Sets one column of all rows to a value."""
    return lambda rows, value: {column: np.full(len(next(iter(rows.values()))), value)}


def walk(rows: Rows, column: str, bound: float, book: Answer, twin: Answer, setter: Setter | None = None) -> int:
    """Set a column of all rows below, on and above a bound: the book must answer as its twin does.

    Returns how many rows change their answer there; there must be one. Which side the bound itself belongs to is what
    the twin says. A `setter` brings about a value that is computed from other columns.
    """
    answers = []
    for value in around(bound):
        variant = rows | (setter or put(column))(rows, value)
        wanted, found = twin(variant), book(variant)
        assert wanted.shape == found.shape
        wrong = np.nonzero(_differ(wanted, found))[0]
        assert len(wrong) == 0, f"{column} = {value!r}: {found[wrong[0]]} instead of {wanted[wrong[0]]}"
        answers.append(found)
    below, on, above = answers
    changes = _differ(below, above)
    assert changes.any(), f"no row depends on {column} at {bound}"
    # The bound belongs to one of both sides, the same for every row that depends on this bound alone.
    assert not np.any(_differ(on, below) & _differ(on, above))
    return int(changes.sum())


def _differ(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    differ = one != other
    return differ if differ.ndim == 1 else differ.any(axis=1)


def flips(rows: Rows, column: str, answers: Sequence[Any], book: Answer, twin: Answer) -> None:
    """Set a column of all rows to each answer in turn: the book must answer as its twin does, and some row must change."""
    found = []
    for answer in answers:
        kind = object if isinstance(answer, str) else np.float64
        variant = rows | {column: np.full(len(rows[column]), answer, dtype=kind)}
        found.append(book(variant))
        wrong = np.nonzero(_differ(found[-1], twin(variant)))[0]
        assert len(wrong) == 0, f"{column} = {answer!r}: {found[-1][wrong[0]]} in row {wrong[0]}"
    for one, other in itertools.pairwise(found):
        assert _differ(one, other).any(), f"no row depends on {column}"


def candidates(bounds: Iterable[float], low: float, high: float) -> list[float]:
    """Values of which one lies in every interval that the bounds make, whichever side a bound belongs to."""
    inner = [value for bound in sorted(set(bounds)) for value in around(bound)[1:]]
    return sorted({min(max(value, low), high) for value in (low, *inner, high)})


def completions(row: Mapping[str, Any], open_values: Mapping[str, Sequence[Any]]) -> Rows:
    """All rows that fill the gaps of one row with the values given for each column."""
    missing = [name for name in open_values if row[name] is None or row[name] != row[name]]
    filled = list(itertools.product(*(open_values[name] for name in missing)))
    out: Rows = {}
    for name, value in row.items():
        values = (
            [combination[missing.index(name)] for combination in filled] if name in missing else [value] * len(filled)
        )
        out[name] = np.array(values, dtype=object if isinstance(values[0], str) else np.float64)
    return out


def row_of(rows: Rows, place: int) -> dict[str, Any]:
    """One row, as a dict."""
    return {name: values[place] for name, values in rows.items()}
