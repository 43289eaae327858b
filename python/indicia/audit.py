"""`Audit`: how one unit came to its scores and level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._files import text_of
from ._html import number, table
from ._output import Output

__all__ = ["Audit"]

_ANSWERS = ["node", "label", "column", "answer", "chosen", "points", "low", "high", "rule", "origin", "assumed"]
_ANSWERS += ["snapped", "reason", "edition", "source", "confidence"]
_GROUPS = ["node", "score", "low", "high", "aggregate", "formula", "scale"]
_CONDITIONS = ["path", "id", "waives", "label", "text", "state", "value", "margin", "source", "confidence"]
_LEVELS = ["owner", "level", "certain", "possible"]


class Audit:
    """Every answer with its points and rule, every group, every condition, every level of one unit.

    Made by `Scores.audit`. The tables are of the kind of the scored data.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_miit_questionnaire(5, missing=0.2)
    >>> audit = ix.framework("miit-sme", edition=2024).score(firms, unit="firm").audit(firms["firm"][0])
    >>> audit.to_dict()["answers"][0]["node"]
    'F1'
    """

    __slots__ = ("_found", "_grade", "_level_grade", "_output", "unit")

    def __init__(
        self,
        unit: Any,
        found: Mapping[str, Any],
        columns: Mapping[str, str],
        output: Output,
        grades: tuple[str | None, str | None],
    ) -> None:
        self.unit = unit
        self._grade, self._level_grade = grades
        self._output = output.plain()
        self._found = dict(found)
        self._found["groups"] = [group for group in found["groups"] if group["aggregate"] != "none"]
        for answer in self._found["answers"]:
            answer["assumed"] = answer["origin"] == "assumed"
            answer["column"] = columns.get(answer["column"], answer["column"])
            answer["label"] = text_of(answer["label"]) or None
            answer["chosen"] = text_of(answer["chosen"]) or None
        for condition in self._found["conditions"]:
            condition["label"] = text_of(condition["label"]) or None

    def _frame(self, part: str, names: list[str]) -> Any:
        return self._output.frame({name: [row[name] for row in self._found[part]] for name in names})

    @property
    def answers(self) -> Any:
        """Every indicator: column, answer, points, bounds, rule, and where the rule comes from.

        ``chosen`` has the labels of the options chosen, where there are any;
        ``origin`` is "answer", "assumed", "implied" or "missing"; ``snapped``
        says that a value counts as on an edge it misses by a rounding error;
        ``reason`` says why a derived column is missing.
        """
        return self._frame("answers", _ANSWERS)

    @property
    def groups(self) -> Any:
        """Every group: score, bounds, aggregation."""
        return self._frame("groups", _GROUPS)

    @property
    def conditions(self) -> Any:
        """Every condition: its state (yes, no or unknown), the value compared, how far it is from the bound."""
        return self._frame("conditions", _CONDITIONS)

    @property
    def levels(self) -> Any:
        """Every level: known (or missing), certain and possible; ``owner`` is the node, missing for the index."""
        return self._frame("levels", _LEVELS)

    @property
    def contributions(self) -> Any:
        """Every child of every group: score, weight, contribution, and what contributions add up to."""
        rows = [
            child
            | {"child": child["node"], "child_score": child["score"]}
            | {"node": group["node"], "adds_up_to": group["adds_up_to"]}
            for group in self._found["groups"]
            for child in group["children"]
        ]
        names = ["node", "child", "child_score", "weight", "contribution", "adds_up_to"]
        return self._output.frame({name: [row[name] for row in rows] for name in names})

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain dicts and lists."""
        return dict(self._found)

    def __str__(self) -> str:
        lines = [f"Audit of {self.unit!r}"]
        if self._grade not in (None, "official"):
            lines.append(f"  rules: {self._grade}, not official, unless said otherwise")
        for level in self._found["levels"]:
            doubt = f" ({self._level_grade} rule)" if self._level_grade not in (None, "official") else ""
            lines.append(f"  level{_of(level['owner'])}: {level_text(level)}{doubt}")
        for group in reversed(self._found["groups"]):
            lines.append(f"  {group['node']}: {_score_text(group)} ({group['aggregate']})")
        lines.append("Answers")
        for answer in self._found["answers"]:
            given = _given(answer) or "no answer"
            points = "?" if answer["points"] is None else number(answer["points"])
            origin = "" if answer["origin"] == "answer" else f" [{answer['origin']}]"
            reason = f" ({answer['reason']})" if answer["reason"] else ""
            rule = answer["rule"] + self._own(answer)
            lines.append(f"  {answer['node']}: {given}{reason} -> {points}{origin}; {rule}")
        if self._found["conditions"]:
            lines.append("Conditions")
        for condition in self._found["conditions"]:
            value = f" (found {condition['value']})" if condition["value"] is not None else ""
            waives = f", instead of {condition['waives']}" if condition["waives"] else ""
            name = f"{condition['label']}: " if condition["label"] else ""
            lines.append(f"  {condition['state']}: {name}{condition['text']}{waives}{value}{self._own(condition)}")
        return "\n".join(lines)

    def _own(self, rule: Mapping[str, Any]) -> str:
        """The grade of a rule, where it is not that of the index."""
        grade = rule["confidence"]
        if grade is None or grade == self._grade:
            return ""
        return " (official)" if grade == "official" else f" ({grade}, not official)"

    def __repr__(self) -> str:
        levels = "".join(f", level{_of(level['owner'])} {level_text(level)}" for level in self._found["levels"])
        return f"Audit({self.unit!r}: {len(self._found['answers'])} answers{levels})"

    def _repr_html_(self) -> str:
        head = ["node", "answer", "points", "rule", "origin", "confidence"]
        rows = [row | {"answer": _given(row)} for row in self._found["answers"]]
        parts = [table(repr(self), head, [[row[name] for name in head] for row in rows])]
        head = ["node", "score", "low", "high", "aggregate"]
        parts.append(table("Groups", head, [[row[name] for name in head] for row in reversed(self._found["groups"])]))
        if self._found["conditions"]:
            head = ["state", "text", "value", "margin", "confidence"]
            parts.append(table("Conditions", head, [[row[name] for name in head] for row in self._found["conditions"]]))
        return "".join(parts)


def _given(answer: Mapping[str, Any]) -> str | None:
    """An answer with the labels of the options chosen."""
    given: str | None = answer["answer"]
    return given if answer["chosen"] in (None, given) else f"{given} ({answer['chosen']})"


def level_text(level: Mapping[str, Any]) -> str:
    """A level, or the levels between which it lies."""
    return str(level["level"]) if level["level"] is not None else f"{level['certain']} to {level['possible']}"


def _score_text(group: Mapping[str, Any]) -> str:
    if group["score"] is not None:
        return number(group["score"])
    if group["low"] is None or group["high"] is None:
        return "missing"
    return f"missing, {number(group['low'])} to {number(group['high'])}"


def _of(owner: str | None) -> str:
    return "" if owner is None else f" of {owner}"
