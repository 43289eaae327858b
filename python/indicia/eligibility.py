"""`Eligibility`: who meets a level, who does not, who cannot be told yet, and what is lacking."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._files import text_of
from ._html import number, table
from ._names import did_you_mean, listed
from ._output import Levels
from .errors import DataChangedError, UnknownNameError

if TYPE_CHECKING:
    from .scores import Scores

__all__ = ["Eligibility"]

ANSWERS = ["not met", "open", "met"]
_NOT_MET, _OPEN, _MET = range(3)
_SHOWN = 12


class Eligibility:
    """The answer of every unit about one level: met, not met, or open (cannot be told yet).

    Made by `Scores.eligibility`. A level asks for *requirements*: the conditions
    of its ``all``, or the one condition it has (with cumulative levels those of
    the lower levels too). The answer of a unit is met when all hold, not met when
    one fails for certain, and open otherwise: an unanswered question is unknown,
    never no.

    Notes
    -----
    Findings are computed when asked for, from the columns as the caller holds
    them. A failing requirement is told by the comparisons that make it fail; where
    several ways could meet it, each has its number under ``way``.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_miit_questionnaire(50, missing=0.1)
    >>> scores = ix.framework("miit-sme", edition=2024).score(firms, unit="firm")
    >>> answer = scores.eligibility("2")
    >>> answer.summary().columns.tolist()
    ['requirement', 'id', 'met', 'not_met', 'open', 'only_this_fails']
    >>> len(answer)
    50
    """

    __slots__ = ("_asked", "_found", "_rules", "_scores", "level")

    def __init__(self, scores: Scores, level: str | None, node: str | None) -> None:
        column = scores._levels_of(node)
        names = column.names[1:]
        if level is None:
            if len(names) > 1:
                raise UnknownNameError(f"level=: say which level is meant; there are: {listed(names)}")
            level = names[0]
        level = str(level)
        if level not in names:
            raise UnknownNameError(
                f"there is no level {level!r}{did_you_mean(level, names)}; there are: {listed(names)}"
            )
        self.level = level
        self._scores = scores
        self._asked = json.dumps({"owner": column.owner, "level": level})
        core = scores.fitted._core
        self._rules: list[dict[str, Any]] = json.loads(_core.eligibility_rules(core, self._asked))
        held = scores._held
        with held.translated():
            self._found = _core.eligibility(core, held.table, self._asked, held.score_request([]), held.periods)

    def __len__(self) -> int:
        return len(self._scores)

    # Answers

    @property
    def answer(self) -> Any:
        """Met, open or not met, as ordered categories; a column of the kind of the scored data."""
        return self._scores._column("answer", self._answers())

    def _answers(self) -> Levels:
        return Levels(self._found["states"].astype(np.int16), ANSWERS)

    def to_frame(self) -> Any:
        """Every unit: answer, failed and open requirements, and the route that carried it.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Unit and time first, where they are columns; ``answer``; ``failed`` and
            ``open``, numbers of requirements; ``lacking``, the fewest comparisons
            that would have to turn out otherwise (what is open counts as holding); ``route``, for units that meet the
            level, which of several ways met each requirement that has some (names
            joined by "; "); ``edition`` and ``confidence`` of the rule.
        """
        index = self._scores.fitted._index
        return self._scores._rows(
            {
                "answer": self._answers(),
                "failed": self._found["failed"],
                "lacking": self._found["lacking"],
                "open": self._found["open"],
                "route": self._routes(),
                "edition": self._same(index.edition),
                "confidence": self._same(index._summary["level_confidence"]),
            }
        )

    def _same(self, text: str | None) -> Levels:
        """The same text in every row; missing where there is none."""
        return Levels(np.full(len(self), 0 if text else -1, np.int16), [text or ""])

    def _routes(self) -> Levels:
        """The ways that held, as codes into texts; negative where the level is not met or has one way only."""
        ways = [self._ways(i) for i, rule in enumerate(self._rules) if rule["depth"] == 0 and rule["kind"] == "any"]
        met = self._found["states"] == _MET
        if not ways:
            return Levels(np.full(len(self), -1, np.int16), [""])
        combos, codes = np.unique(np.stack(self._found["routes"]), axis=1, return_inverse=True)
        texts = ["; ".join(names[way - 1] for names, way in zip(ways, combo, strict=True) if way) for combo in combos.T]
        return Levels(np.where(met, codes.reshape(-1), -1).astype(np.int32), texts)

    def _ways(self, place: int) -> list[str]:
        found = []
        for rule in self._rules[place + 1 :]:
            if rule["depth"] == 0:
                break
            if rule["depth"] == 1:
                found.append(_name(rule))
        return found

    # What is lacking

    def failures(self, units: Iterable[Any] | None = None) -> Any:
        """Every comparison that makes a requirement of a unit fail, with how much is missing.

        Parameters
        ----------
        units : iterable of labels, optional
            As `Scores.audit` takes one; by default all that do not meet the level.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``unit``; ``requirement`` (its id, label or words); ``way`` (which of
            several ways, counted from 1; 0 where there is one); ``condition``,
            ``of`` (node or column compared); ``value``, the nearest one the unit
            could have; ``bound``; ``short_by``, at least so much is missing, in
            the measure of the value; ``share``, that over the size of the bound.
            Texts have no value and no distance.
        """
        rows = self._rows_of(units) if units is not None else np.flatnonzero(self._found["states"] == _NOT_MET)
        return self._failure_table(rows)

    def near_misses(self, at_most: int = 2, include_open: bool = False) -> Any:
        """Units that lack one or two conditions, with the distance; as `failures`, nearest first.

        Parameters
        ----------
        at_most : int, default 2
            So many comparisons may fail, at the fewest: a requirement made of
            several counts each that fails, one with several ways its nearest way.
        include_open : bool, default False
            Whether units count that have other requirements which cannot be told yet.
        """
        if isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 1:
            raise ValueError(f"at_most= is a number of at least 1, found {at_most!r}")
        lacking, open_ = self._found["lacking"], self._found["open"]
        near = (lacking >= 1) & (lacking <= at_most) & (include_open | (open_ == 0))
        rows = np.flatnonzero(near)
        return self._failure_table(rows, nearest=True)

    def needed(self, units: Iterable[Any] | None = None) -> Any:
        """The answers still needed: for each unit that cannot be told, the unanswered columns that could settle it.

        Parameters
        ----------
        units : iterable of labels, optional
            By default all whose answer is open.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``unit``, ``requirement``, ``column``.
        """
        rows = self._rows_of(units) if units is not None else np.flatnonzero(self._found["states"] == _OPEN)
        return self._scores._held.output.plain().frame(self._needed_columns(rows))

    def summary(self) -> Any:
        """Every requirement: how many units meet it, fail it, cannot be told, and fail nothing else.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``requirement``, ``id``, ``met``, ``not_met``, ``open``,
            ``only_this_fails`` (units that would meet the level if they met this).
        """
        heads = [rule for rule in self._rules if rule["depth"] == 0]
        counts = np.asarray(self._found["counts"], np.int64).reshape(len(heads), 4)
        columns: dict[str, Any] = {
            "requirement": [_name(rule) for rule in heads],
            "id": [rule["id"] for rule in heads],
        }
        names = ["met", "not_met", "open", "only_this_fails"]
        columns |= {name: counts[:, i] for i, name in enumerate(names)}
        return self._scores._held.output.plain().frame(columns)

    def explain(self, unit: Any) -> str:
        """The answer about one unit in a few lines."""
        row = self._scores._held.panel.find(unit)
        found = self._findings(np.array([row]))
        index = self._scores.fitted._index
        edition = f" {index.edition}" if index.edition else ""
        grade = index._summary["level_confidence"]
        doubt = f" ({grade} rule, not official)" if grade not in (None, "official") else ""
        answer = ANSWERS[int(self._found["states"][row])]
        lines = [f"{unit}: {answer} ({index.id}{edition}, {self.level}){doubt}"]
        routes = self._routes()
        if routes.codes[row] >= 0 and routes.names[routes.codes[row]]:
            lines.append(f"  by {routes.names[routes.codes[row]]}")
        heads = [rule for rule in self._rules if rule["depth"] == 0]
        failures, needed = found["failures"], found["needed"]
        for i in range(len(failures["row"])):
            rule = self._rules[int(failures["rule"][i])]
            head = heads[rule["requirement"]]
            way = f", way {rule['way']}" if rule["way"] else ""
            value, short = float(failures["value"][i]), float(failures["short"][i])
            told = "" if np.isnan(value) else f": {number(value)}"
            told += "" if np.isnan(short) else f", {number(short)} short of {number(rule['bound'])}"
            condition = "" if rule["depth"] == 0 else f" ({_name(rule)}{way})"
            lines.append(f"  fails {_name(head)}{condition}{told}")
        mapping = self._scores._held.mapping
        for number_, head in enumerate(heads):
            at = needed["requirement"] == number_
            names = [found["columns"][int(c)] for c in needed["column"][at]]
            if names:
                lines.append(f"  cannot tell {_name(head)}: needs {', '.join(mapping.get(n, n) for n in names)}")
        return "\n".join(lines)

    # Tables

    def _needed_columns(self, rows: npt.NDArray[Any]) -> dict[str, Any]:
        found = self._findings(rows)
        mapping = self._scores._held.mapping
        columns = [mapping.get(name, name) for name in found["columns"]]
        heads = _distinct([_name(rule) for rule in self._rules if rule["depth"] == 0])
        needed = found["needed"]
        return self._labels(needed["row"]) | {
            "requirement": Levels(needed["requirement"].astype(np.int32), heads or [""]),
            "column": Levels(needed["column"].astype(np.int32), columns or [""]),
        }

    def _failure_table(self, rows: npt.NDArray[Any], nearest: bool = False) -> Any:
        return self._scores._held.output.plain().frame(self._failure_columns(rows, nearest))

    def _failure_columns(self, rows: npt.NDArray[Any], nearest: bool = False) -> dict[str, Any]:
        failures = self._findings(rows)["failures"]
        order = np.arange(len(failures["row"]))
        if nearest:
            # Units that lack fewer first, then the smallest share; what has no distance comes last.
            places = np.full(len(self), len(rows))
            places[rows] = self._found["lacking"][rows]
            order = np.lexsort((np.nan_to_num(failures["share"], nan=np.inf), places[failures["row"].astype(np.int64)]))
        row, rule = failures["row"][order], failures["rule"][order].astype(np.int64)
        rules = self._rules or [{}]
        heads = _distinct([_name(rule) for rule in self._rules if rule["depth"] == 0])

        def take(key: str) -> npt.NDArray[np.float64]:
            found = [item.get(key) for item in rules]
            values: npt.NDArray[np.float64] = np.array([np.nan if x is None else x for x in found], np.float64)[rule]
            return values

        of = list(dict.fromkeys(str(item.get("of")) for item in rules if item.get("of")))
        places_of = {name: i for i, name in enumerate(of)}
        codes_of = np.array([places_of.get(str(item.get("of")), -1) for item in rules])[rule]
        mapping = self._scores._held.mapping
        return self._labels(row) | {
            "requirement": Levels(take("requirement").astype(np.int32), heads or [""]),
            "way": take("way").astype(np.int64),
            "condition": Levels(rule.astype(np.int32), _distinct([_name(item) for item in rules])),
            "of": Levels(codes_of.astype(np.int32), [mapping.get(name, name) for name in of] or [""]),
            "value": failures["value"][order],
            "bound": take("bound").astype(np.float64),
            "short_by": failures["short"][order],
            "share": failures["share"][order],
        }

    def _labels(self, rows: npt.NDArray[Any]) -> dict[str, Any]:
        """The labels of rows: one column, or unit and time of a panel."""
        panel = self._scores._held.panel
        # Each row is looked up once; a unit that lacks much is told by many lines.
        distinct, places = np.unique(rows.astype(np.int64), return_inverse=True)
        labels = panel.labels(distinct)
        if panel.time is None:
            return {"unit": [labels[place] for place in places]}
        units, times = zip(*labels, strict=True) if labels else ((), ())
        return {"unit": [units[place] for place in places], "time": [times[place] for place in places]}

    def _rows_of(self, units: Iterable[Any]) -> npt.NDArray[np.int64]:
        if isinstance(units, str):
            units = [units]
        return np.array([self._scores._held.panel.find(unit) for unit in units], np.int64)

    def _findings(self, rows: npt.NDArray[np.int64]) -> dict[str, Any]:
        held = self._scores._held
        core = self._scores.fitted._core
        with held.translated():
            found: dict[str, Any] = _core.eligibility_findings(
                core, held.table, rows, self._asked, held.score_request([]), held.periods
            )
        failing = np.zeros(len(self), bool)
        failing[found["failures"]["row"].astype(np.int64)] = True
        if not np.array_equal(failing[rows], self._found["failed"][rows] > 0):
            raise DataChangedError("the data changed since they were scored; score them again")
        return found

    def _counts(self) -> str:
        counts = np.bincount(self._found["states"], minlength=3)
        return ", ".join(f"{counts[i]} {ANSWERS[i]}" for i in (_MET, _NOT_MET, _OPEN))

    def __repr__(self) -> str:
        index = self._scores.fitted._index
        return f"Eligibility({index.id}{f' {index.edition}' if index.edition else ''}, {self.level}: {self._counts()})"

    def _repr_html_(self) -> str:
        heads = [rule for rule in self._rules if rule["depth"] == 0]
        rows: list[Sequence[Any]] = [
            [_name(rule), *counts, rule["confidence"]]
            for rule, counts in zip(heads[:_SHOWN], self._found["counts"], strict=False)
        ]
        notes = [f"first {_SHOWN} of {len(heads)} requirements"] if len(heads) > _SHOWN else []
        head = ["requirement", "met", "not met", "open", "only this fails", "confidence"]
        return table(repr(self), head, rows, notes)


def _name(rule: dict[str, Any]) -> str:
    """What people call a condition."""
    return str(text_of(rule["label"]) or rule["id"] or rule["text"]) if rule else ""


def _distinct(names: list[str]) -> list[str]:
    """The same names, numbered where they repeat: categories are distinct."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
