"""Why firms go without, in words: a condition, an amount, a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._output import Levels
from .eligibility import _name

if TYPE_CHECKING:
    from ._plan_allocation import Allocation

# In the order of the core.
REASONS = [
    "not offered",
    "there",
    "unreachable",
    "ineligible",
    "open",
    "not covered",
    "own share too high",
    "grant too small",
    "outbid",
    "quota",
    "left over",
    "no gain",
]
STATES = [*REASONS, "funded"]
_INELIGIBLE, _OPEN, _QUOTA = (REASONS.index(name) for name in ("ineligible", "open", "quota"))
_WORDS = {
    "not offered": "no programme pays for such a plan",
    "unreachable": "no choice of measures reaches the level",
    "not covered": "no amount for its category",
    "own share too high": "would have to pay more than it can",
    "grant too small": "the grant would be too small",
    "outbid": "others bring more for the money",
    "left over": "what is left does not pay for it",
    "no gain": "brings nothing for the goal",
}


def reasons(allocation: Allocation) -> Levels:
    """A text for every firm that goes without, as codes into distinct texts."""
    refused = allocation._refused
    codes = np.full(len(allocation), -1, np.int32)
    texts: dict[str, int] = {}
    state = np.where(allocation._program >= 0, -1, refused["reason"])
    for number, name in enumerate(REASONS):
        if name in _WORDS:
            codes[state == number] = texts.setdefault(_WORDS[name], len(texts))
    rules = allocation._found.problem.rows()
    for rule in np.unique(refused["rule"][(state == _QUOTA) & (refused["rule"] >= 0)]):
        codes[(state == _QUOTA) & (refused["rule"] == rule)] = texts.setdefault(f"{rules[rule][0]} is full", len(texts))
    rows = np.flatnonzero((state == _INELIGIBLE) | (state == _OPEN))
    for row, text in zip(rows.tolist(), _conditions(allocation, rows), strict=True):
        codes[row] = texts.setdefault(text, len(texts))
    return Levels(codes, list(texts) or [""])


def _conditions(allocation: Allocation, rows: Any) -> list[str]:
    """For each row, the programmes it may not take part in, and the requirements that fail or are open."""
    parts: list[list[str]] = [[] for _ in rows]
    places = {int(row): place for place, row in enumerate(rows)}
    whys = allocation._found.problem.whys()
    for number, (program, condition) in enumerate(
        zip(allocation._question.programs, allocation._question.conditions, strict=True)
    ):
        told: dict[int, dict[str, None]] = {}
        if condition is not None:
            found = condition._findings(np.asarray(rows, np.int64))
            heads = [rule for rule in condition._rules if rule["depth"] == 0]
            failures, needed = found["failures"], found["needed"]
            for row, rule in zip(failures["row"].tolist(), failures["rule"].tolist(), strict=True):
                told.setdefault(int(row), {})[_name(heads[condition._rules[int(rule)]["requirement"]])] = None
            for row, head in zip(needed["row"].tolist(), needed["requirement"].tolist(), strict=True):
                told.setdefault(int(row), {})[f"{_name(heads[int(head)])} unanswered"] = None
        for row in np.asarray(rows).tolist():
            if whys[number][row] - 1 not in (_INELIGIBLE, _OPEN):
                continue
            open_ = "cannot be told" if whys[number][row] - 1 == _OPEN else "not eligible"
            parts[places[row]].append(f"{program['id']}: {', '.join(told.get(row, {})) or open_}")
    return ["; ".join(part) for part in parts]
