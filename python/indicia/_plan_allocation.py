"""`Allocation`: who gets what, what the rules use, who is just outside, and the curve over the budget."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._html import number, table
from ._output import Levels
from ._plan_apply import applied
from ._plan_curve import at, drawn
from ._plan_problem import Question, gap_of, solved_of
from ._plan_reasons import REASONS, STATES, reasons
from .scores import Scores

_SHOWN = 12
_LEFT_OVER, _OUTBID = REASONS.index("left over"), REASONS.index("outbid")


class Allocation:
    """Who gets which plan from which programme. Made by `allocate`; tables are of the kind of the data.

    Attributes
    ----------
    value : float
        What is reached, in the measure of the goal.
    bound : float
        No allocation reaches more.
    gap : float
        The difference, as a share of the value.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._first = next(iter(question.paths.values()))
        self._names = list(question.paths)
        self._found = solved_of(question, question.asked)
        self.value, self.bound = self._found.value, self._found.bound
        self.gap = gap_of(self.value, self.bound)
        taken = self._found.solved.taken
        self._program, self._path, self._net, self._grant = self._found.problem.assign(taken)
        self._refused = self._found.problem.refusals(
            taken, self._found.solved.prices, _core.AllocatorQuestion("worth", self._floor())
        )
        self._after: Scores | None = None

    def __len__(self) -> int:
        return len(self._first)

    def _floor(self) -> float | None:
        return self._found.value if self._question.goal == "smallest_share" else None

    @property
    def before(self) -> Scores:
        """The firms as they are."""
        return self._first.before

    # Who

    def to_frame(self) -> Any:
        """Every firm: what it gets, or why it gets nothing.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Unit first, where it is a column; ``state`` (funded, there, unreachable,
            ineligible, open, not covered, own share too high, grant too small, outbid,
            quota, left over, no gain); ``program`` and ``to`` (for firms that are
            outbid, or held out by a quota, those that came nearest); ``measures``,
            ``cost`` after the discount, ``grant`` and ``own`` share, of funded firms;
            ``level`` for certain, now and ``level_after``; ``reason``, the conditions
            or the rule that keep a firm out.
        """
        funded = self._program >= 0
        now, after = self._levels()
        names = [program["id"] for program in self._question.programs]
        program = np.where(funded, self._program, self._refused["program"])
        path = np.where(funded, self._path, self._refused["path"])
        return self.before._rows(
            {
                "state": Levels(self._states(), STATES),
                "program": Levels(program.astype(np.int32), names),
                "to": Levels(path.astype(np.int32), self._names),
                "measures": self._measures(),
                "cost": self._net,
                "grant": self._grant,
                "own": self._net - self._grant,
                "level": now,
                "level_after": after,
                "reason": reasons(self),
            }
        )

    def _states(self) -> npt.NDArray[np.int32]:
        return np.where(self._program >= 0, len(REASONS), self._refused["reason"]).astype(np.int32)

    def _levels(self) -> tuple[Levels, Levels]:
        now = self.before._levels_of(self._first._node)
        codes = now.certain.astype(np.int16)
        after = codes.copy()
        for place, paths in enumerate(self._question.paths.values()):
            after[self._path == place] = now.names.index(paths.eligibility.level)
        return Levels(codes, now.names), Levels(after, now.names)

    def _measures(self) -> Levels:
        """The measures of funded firms, as codes into distinct texts."""
        texts: dict[str, int] = {}
        codes = np.full(len(self), -1, np.int32)
        for place, paths in enumerate(self._question.paths.values()):
            own = ["; ".join(paths.measures[m]["id"] for m in plan[3]) for plan in paths._plans]
            numbers = np.array([texts.setdefault(text, len(texts)) for text in own], np.int32)
            rows = np.flatnonzero(self._path == place)
            codes[rows] = numbers[paths._of[rows].astype(np.int64)]
        return Levels(codes, list(texts) or [""])

    def funded(self) -> Any:
        """The funded firms: ``unit``, ``program``, ``to``, ``measures``, ``cost``, ``grant``, ``own``."""
        rows = np.flatnonzero(self._program >= 0)
        measures = self._measures()
        return self._plain(
            self._first.eligibility._labels(rows)
            | {
                "program": Levels(self._program[rows].astype(np.int32), self._program_names()),
                "to": Levels(self._path[rows].astype(np.int32), self._names),
                "measures": Levels(measures.codes[rows], measures.names),
                "cost": self._net[rows],
                "grant": self._grant[rows],
                "own": (self._net - self._grant)[rows],
            }
        )

    def _program_names(self) -> list[str]:
        return [program["id"] for program in self._question.programs]

    def _plain(self, columns: dict[str, Any]) -> Any:
        return self.before._held.output.plain().frame(columns)

    def outside(self, n: int = 20, reason: str | None = None) -> Any:
        """The firms that came nearest without being funded, nearest first.

        Parameters
        ----------
        n : int, default 20
            How many.
        reason : str, optional
            Only those with this state, such as "quota".

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``unit``, ``state``, ``program`` and ``to`` that came nearest, ``grant`` it
            would have had; ``cheaper``, by so much the grant would have to be smaller at
            the shadow prices of the rules (missing where no grant is small enough);
            ``more``, so much more money in the programme and its turn would come, if
            those before it come first; ``reason``.
        """
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ValueError(f"n= is a number of at least 1, found {n!r}")
        states, refused = self._states(), self._refused
        wanted = refused["program"] >= 0
        if reason is not None:
            if reason not in STATES:
                raise ValueError(f"reason= is one of {', '.join(STATES)}, found {reason!r}")
            wanted = states == STATES.index(reason)
        rows = np.flatnonzero(wanted)
        lacking = np.nan_to_num(refused["cheaper"][rows] / refused["grant"][rows], nan=np.inf)
        rows = rows[np.lexsort((rows, lacking))][:n]
        told = reasons(self)
        return self._plain(
            self._first.eligibility._labels(rows)
            | {
                "state": Levels(states[rows], STATES),
                "program": Levels(refused["program"][rows].astype(np.int32), self._program_names()),
                "to": Levels(refused["path"][rows].astype(np.int32), self._names),
                "grant": refused["grant"][rows],
                "cheaper": refused["cheaper"][rows],
                "more": refused["more"][rows],
                "reason": Levels(told.codes[rows], told.names),
            }
        )

    def needed(self) -> Any:
        """The unanswered columns that could change the outcome: ``unit``, ``requirement``, ``column``.

        Of funded firms and those outbid or held out by a quota, what their plans assume
        at its worst; of firms whose eligibility is open, what would settle it.
        """
        near = (self._program >= 0) | (self._refused["program"] >= 0)
        parts = [paths.eligibility for paths in self._question.paths.values()]
        found = [part._needed_columns(np.flatnonzero(near & (part._found["open"] > 0))) for part in parts]
        for condition in self._question.conditions:
            if condition is not None:
                open_ = condition._found["states"] == 1
                found.append(condition._needed_columns(np.flatnonzero(open_ & (self._states() != 1))))
        columns: dict[str, list[Any]] = {}
        for part in found:
            for name, values in part.items():
                texts = [values.names[code] for code in values.codes] if isinstance(values, Levels) else list(values)
                columns.setdefault(name, []).extend(texts)
        lines = list(dict.fromkeys(zip(*columns.values(), strict=True)))
        return self._plain({name: [line[i] for line in lines] for i, name in enumerate(columns)})

    # Rules

    def summary(self) -> Any:
        """Every rule: how much it allows, how much is used, and what one more of it would bring.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``rule``, ``part`` (budget, share to firms, amount, least or largest share),
            ``of`` (money, firms, reached), ``at_least``, ``at_most``, ``used`` (shares as
            shares), ``slack`` (how far from the nearer end), ``price``: by so much the
            goal would rise if the rule were looser by one unit of money or one firm,
            without whole numbers.
        """
        rows = self._found.rows
        names = ("rule", "part", "of", "at_least", "at_most", "used", "slack", "price")
        return self._plain({name: _column([row[name] for row in rows]) for name in names})

    def totals(self) -> Any:
        """Every programme: ``program``, ``kind``, ``firms``, ``cost``, ``grants``, ``own``, ``public``, ``left``."""
        programs = self._question.programs
        which = [np.flatnonzero(self._program == place) for place in range(len(programs))]
        grants = [float(np.sum(self._grant[rows])) for rows in which]
        costs = [float(np.sum(self._net[rows])) for rows in which]
        budgets = [row for row in self._found.rows if row["part"] == "budget"]
        return self._plain(
            {
                "program": self._program_names(),
                "kind": [str(program.get("kind", "grant")) for program in programs],
                "firms": np.array([len(rows) for rows in which], np.int64),
                "cost": np.array(costs),
                "grants": np.array(grants),
                "own": np.array(costs) - np.array(grants),
                "public": np.array([float(program.get("public", 0.0)) for program in programs]),
                "left": np.array([row["slack"] for row in budgets[: len(programs)]]),
            }
        )

    # Over the budget

    def curve(self, budgets: Sequence[float], program: str | None = None) -> Any:
        """What other budgets would bring, each solved anew.

        Parameters
        ----------
        budgets : list of float
            Budgets of the programme. With several programmes and none named, money of
            all together, divided as it is now; where ``budget=`` was given, that.
        program : str, optional
            The programme whose budget changes.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``budget``, ``value``, ``bound``, ``firms`` funded, ``grants``, and ``price``,
            by so much the value rises with one unit of money more. Missing where the
            rules cannot be met.
        """
        lines = [at(self, float(budget), program) for budget in budgets]
        names = ("budget", "value", "bound", "firms", "grants", "price")
        return self._plain({name: np.array([line[i] for line in lines], np.float64) for i, name in enumerate(names)})

    def plot_curve(self, budgets: Sequence[float], program: str | None = None, ax: Any = None) -> Any:
        """Draw the curve over the budget, its bound, and where this allocation stands.

        Returns
        -------
        matplotlib Axes
        """
        return drawn(self, budgets, program, ax)

    # After

    def applied(self) -> Any:
        """The data after the plans of the funded firms, of the same kind; the others stay as they are."""
        data, before = self._first._data, self.before
        for place, paths in enumerate(self._question.paths.values()):
            rows = self._path == place
            if not rows.any():
                continue
            # The same plans, and one more without measures for those who are not funded this way.
            clone = copy.copy(paths)
            clone._plans = [*paths._plans, (0.0, 0.0, 0.0, [], [])]
            clone._of = np.where(rows, paths._of.astype(np.int64), len(paths._plans))
            clone.before = before
            data = applied(clone)
            before = self._first._index.score(data, **self._first._keywords)
        return data

    @property
    def after(self) -> Scores:
        """The firms scored again after the plans of those that are funded."""
        if self._after is None:
            self._after = self._first._index.score(self.applied(), **self._first._keywords)
        return self._after

    @property
    def recipe(self) -> dict[str, Any]:
        """What the allocation rests on: definition, programmes, goal, what was found and how near to the best."""
        asked = self._question.asked
        shown = ("points", "values", "budget", "weakest_first")
        programs = [{k: v for k, v in p.items() if k != "eligible"} for p in self._question.programs]
        for program, given in zip(programs, self._question.programs, strict=True):
            if isinstance(given.get("eligible"), dict | str):
                program["eligible"] = given["eligible"]
            elif "eligible" in given:
                program["eligible"] = repr(given["eligible"])[:200]
        classes, offers, rules = self._found.problem.size
        return self.before.recipe | {
            "paths": {name: paths.eligibility.level for name, paths in self._question.paths.items()},
            "programs": programs,
            "quotas": self._question.quotas,
            "goal": self._question.goal,
            "by": self._question.by,
            **{name: asked[name] for name in shown},
            "classes": classes,
            "offers": offers,
            "rules": rules,
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
        }

    # People

    def __repr__(self) -> str:
        funded = int(np.sum(self._program >= 0))
        asking = int(np.sum(self._states() != STATES.index("there")))
        spent = []
        for place, program in enumerate(self._question.programs):
            grants = float(np.sum(self._grant[self._program == place]))
            spent.append(f"{program['id']}: {number(grants)} of {number(float(program['budget']))}")
        what = "smallest share" if self._question.goal == "smallest_share" else "worth"
        ends = f"{what} {number(self.value)}, bound {number(self.bound)}"
        return f"Allocation({funded} of {asking} firms funded by {'; '.join(spent)}; {ends})"

    def _repr_html_(self) -> str:
        rows = self._found.rows
        shown = [[r["rule"], r["at_least"], r["at_most"], r["used"], r["price"]] for r in rows[:_SHOWN]]
        notes = [f"first {_SHOWN} of {len(rows)} rules"] if len(rows) > _SHOWN else []
        states = np.bincount(self._states(), minlength=len(STATES))
        notes.append(", ".join(f"{n} {name}" for name, n in zip(STATES, states.tolist(), strict=True) if n))
        return table(repr(self), ["rule", "at least", "at most", "used", "price"], shown, notes)


def _column(values: list[Any]) -> Any:
    return np.array(values, np.float64) if all(isinstance(value, float) for value in values) else values
