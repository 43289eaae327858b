"""The same units under two editions of a rule book: who moves, and why."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._compare_match import matched
from ._output import Levels
from .eligibility import ANSWERS, Eligibility
from .errors import DataError
from .scores import Scores

__all__ = ["Editions", "editions"]

_MET = len(ANSWERS) - 1


class Editions(NamedTuple):
    """What `editions` finds; tables of the kind of the scored data.

    Attributes
    ----------
    transitions : DataFrame, Table or dict of ndarray
        ``before``, ``after`` and ``n``: how many units have which answer under
        which edition; all pairs, those that nobody has with 0.
    movers : DataFrame, Table or dict of ndarray
        Units whose answer differs: ``unit``, ``before``, ``after``.
    reasons : DataFrame, Table or dict of ndarray
        What failing movers fail: ``edition``, then the columns of
        `Eligibility.failures`. Who lost the level is told by the later edition,
        who gained it by the earlier one.
    needed : DataFrame, Table or dict of ndarray
        For movers whose answer is open under an edition: ``edition``, then the
        columns of `Eligibility.needed`.
    """

    transitions: Any
    movers: Any
    reasons: Any
    needed: Any


def editions(before: Scores, after: Scores, level: str | None = None, after_level: str | None = None) -> Editions:
    """The same units under two editions of a rule book: who moves, and why.

    Parameters
    ----------
    before, after : Scores
        The same units scored by both editions; their order may differ.
    level : str, optional
        Needed where there are several levels.
    after_level : str, optional
        The level of the later edition, where it has another name.

    Returns
    -------
    Editions
        Transitions between met, open and not met, the units that move, and the
        requirements that make them.

    Raises
    ------
    DataError
        If the units differ, or have no unique labels.

    Notes
    -----
    Nothing is assumed of unanswered questions: an edition that asks something new
    makes units open until they answer it. Editions may use different columns;
    score each with its own ``columns=``.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_gradient(300, missing=0.0, rng=1)
    >>> books = [ix.framework("gradient-little-giant", edition=year) for year in (2022, 2026)]
    >>> found = ix.compare.editions(*(book.score(firms, unit="firm", absent="unknown") for book in books))
    >>> int(found.transitions["n"].sum())
    300
    """
    if len(before) != len(after):
        raise DataError(f"the editions score {len(before)} and {len(after)} rows; score the same units with both")
    old = before.eligibility(level)
    new = after.eligibility(after_level if after_level is not None else level)
    places = matched(before, after, _edition(before), _edition(after))
    was, now = old._found["states"], new._found["states"][places]
    output = before._held.output.plain()

    pairs = was.astype(np.int64) * len(ANSWERS) + now
    codes = np.arange(len(ANSWERS) ** 2)
    transitions = {
        "before": Levels((codes // len(ANSWERS)).astype(np.int16), ANSWERS),
        "after": Levels((codes % len(ANSWERS)).astype(np.int16), ANSWERS),
        "n": np.bincount(pairs, minlength=len(codes)),
    }
    moved = np.flatnonzero(was != now)
    movers = old._labels(moved) | {
        "before": Levels(was[moved].astype(np.int16), ANSWERS),
        "after": Levels(now[moved].astype(np.int16), ANSWERS),
    }
    sides = [(old, moved), (new, places[moved])]
    return Editions(
        output.frame(transitions),
        output.frame(movers),
        _stacked(before, after, sides, 0),
        _stacked(before, after, sides, 1),
    )


def _edition(scores: Scores) -> str:
    index = scores.fitted._index
    return f"{index.id} {index.edition}" if index.edition else str(index.id)


def _stacked(before: Scores, after: Scores, sides: list[tuple[Eligibility, npt.NDArray[Any]]], which: int) -> Any:
    """What movers fail (or have to answer) under each edition, one below the other."""
    tables = []
    for scores, (side, rows) in zip((before, after), sides, strict=True):
        columns = side._failure_columns(rows) if which == 0 else side._needed_columns(rows)
        count = len(next(iter(columns.values())))
        tables.append(
            {"edition": [_edition(scores)] * count} | {name: _plain(values) for name, values in columns.items()}
        )
    first, second = tables
    return before._held.output.plain().frame({name: _joined(first[name], second[name]) for name in first})


def _plain(values: Any) -> Any:
    """Categories of two editions differ, so they are told as texts."""
    if isinstance(values, Levels):
        return [values.names[code] if code >= 0 else None for code in values.codes]
    return values


def _joined(first: Any, second: Any) -> Any:
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.concatenate([first, second])
    return [*first, *second]
