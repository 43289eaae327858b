"""Second payments by result: what is due, what is withheld and which answers would settle it, what is lost and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core
from ._html import number, table
from ._names import listed
from ._output import Levels
from .eligibility import Eligibility, _name
from .errors import DataError, translated

if TYPE_CHECKING:
    from ._follow_up import FollowUp

__all__ = ["Payments"]

STATES = ["not due", "withheld", "due"]
_PARTS = ("granted", "first", "second", "withheld", "unpaid", "excess")
_SHOWN = 12


class Payments:
    """The list of second payments. Made by `FollowUp.payments`.

    Attributes
    ----------
    totals : dict of str to float
        Sums of ``granted``, ``first``, ``second``, ``withheld``, ``unpaid`` and
        ``excess``; of the list, to the smallest coin.
    """

    def __init__(self, frame: Any, columns: dict[str, Any], totals: dict[str, float], needed: dict[str, Any]) -> None:
        self._frame, self._columns, self._needed = frame, columns, needed
        self.totals = totals

    def __len__(self) -> int:
        return len(self._columns["unit"])

    def to_frame(self) -> Any:
        """Every unit that promised something.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``unit``; ``promised`` level; ``state``: due (something is paid now), withheld
            (the answers do not decide it, there are none, or spending is unknown), not
            due (the level was missed, or spending allows no more); ``granted`` =
            ``first`` (paid before) + ``second`` (due now) + ``withheld`` + ``unpaid``;
            ``excess``, what the first part exceeds the grant that the spending allows;
            ``reason``: what the unit fails and by how much, or what is lacking.
        """
        return self._frame(self._columns)

    def needed(self) -> Any:
        """The unanswered columns that would settle what is withheld: ``unit``, ``requirement``, ``column``."""
        return self._frame(self._needed)

    def __repr__(self) -> str:
        counts = np.bincount(self._columns["state"].codes, minlength=len(STATES))
        told = ", ".join(f"{count} {name}" for name, count in reversed(list(zip(STATES, counts, strict=True))))
        return f"Payments({told}; second payments {self.totals['second']:.2f} of {self.totals['granted']:.2f} granted)"

    def _repr_html_(self) -> str:
        names = ("unit", "promised", "granted", "first", "second", "withheld", "reason")
        words = [_words(self._columns[name])[:_SHOWN] for name in names]
        notes = [f"first {_SHOWN} of {len(self)}"] if len(self) > _SHOWN else []
        return table(repr(self), names, list(zip(*words, strict=True)), notes)


def _words(column: Any) -> list[Any]:
    if isinstance(column, Levels):
        return [column.names[code] for code in column.codes]
    return list(column.tolist()) if isinstance(column, np.ndarray) else list(column)


def pay(follow: FollowUp, rule: str) -> Payments:
    """Make the list."""
    promise, match, names = follow._promised, follow._match, follow._names
    places = [place for place, level in enumerate(promise.levels) if level is not None]
    gone = list(promise.gone)
    if not places and not gone:
        raise DataError("promised=: say which level each funded unit promised, and granted= how much it was granted")
    levels = [str(promise.levels[place]) for place in places] + [promise.gone[name][0] for name in gone]
    units = [match.labels[place] for place in places] + gone
    grants = np.concatenate([promise.grants[places], np.array([promise.gone[name][1] for name in gone], np.float64)])
    if np.isnan(grants).any():
        lacking = [repr(unit) for unit, money in zip(units, grants.tolist(), strict=True) if money != money]
        raise DataError(f"granted=: no grant for {listed(lacking, 5)}, who promised a level")
    spent = np.concatenate([follow._spent[places], np.full(len(gone), np.nan)])
    rows = match.after[places]
    outcomes = np.full(len(units), 1, np.int64)
    reasons: list[str | None] = [None] * len(places) + ["no answers after"] * len(gone)
    needed: dict[str, list[Any]] = {"unit": [], "requirement": [], "column": []}
    for level in dict.fromkeys(levels[: len(places)]):
        own = np.array([place for place in range(len(places)) if levels[place] == level], np.int64)
        eligibility = follow.after.eligibility(level, follow._node)
        outcomes[own] = eligibility._found["states"][rows[own]].astype(np.int64)
        found = eligibility._findings(rows[own])
        told = _told(eligibility, found)
        for place in own.tolist():
            reasons[place] = told.get(int(rows[place]))
        open_rows = rows[own[outcomes[own] == 1]]
        for name, values in eligibility._needed_columns(open_rows).items():
            if name in needed:
                needed[name].extend(_words(values))
    with translated(lambda row: f"unit {units[row]!r}"):
        parts, sums = _core.follow_payments(grants, spent, outcomes, rule)
    # By the money: who spent so little that nothing more is allowed has nothing due, whatever the level.
    states = np.where(parts[2] > 0, 2, np.where(parts[3] > 0, 1, 0))
    for place in range(len(places)):
        reached, less = outcomes[place] == 2, parts[4][place] > 0
        if reached and states[place] == 1:
            reasons[place] = "spending is unknown"
        elif states[place] == 0 and outcomes[place] != 0:
            reasons[place] = _allows(spent[place], "no more") if less else "all was paid first"
        elif reached:
            reasons[place] = _allows(spent[place], "less") if less else None
    columns: dict[str, Any] = {
        "unit": units,
        "promised": Levels(np.array([names.index(level) for level in levels], np.int16), names),
        "state": Levels(states.astype(np.int16), STATES),
        **dict(zip(_PARTS, parts, strict=True)),
        "reason": reasons,
    }
    return Payments(follow._frame, columns, dict(zip(_PARTS, sums, strict=True)), needed)


def _allows(spent: float, what: str) -> str:
    return f"spent {number(float(spent))}, which allows {what}"


def _told(eligibility: Eligibility, found: dict[str, Any]) -> dict[int, str]:
    """What each row fails and by how much, and what cannot be told, in words."""
    heads = [rule for rule in eligibility._rules if rule["depth"] == 0]
    texts: dict[int, list[str]] = {}
    failures, needed = found["failures"], found["needed"]
    for row, place, short in zip(failures["row"].tolist(), failures["rule"].tolist(), failures["short"], strict=True):
        rule = eligibility._rules[int(place)]
        amount = "" if np.isnan(short) else f", {number(float(short))} short"
        texts.setdefault(int(row), []).append(f"fails {_name(heads[rule['requirement']])}{amount}")
    mapping = eligibility._scores._held.mapping
    asked: dict[tuple[int, int], list[str]] = {}
    for row, head, column in zip(*(needed[name].tolist() for name in ("row", "requirement", "column")), strict=True):
        name = found["columns"][int(column)]
        asked.setdefault((int(row), int(head)), []).append(mapping.get(name, name))
    for (row, head), columns in asked.items():
        texts.setdefault(row, []).append(f"cannot tell {_name(heads[head])}: needs {', '.join(columns)}")
    return {row: "; ".join(dict.fromkeys(parts)) for row, parts in texts.items()}
