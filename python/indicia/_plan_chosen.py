"""`Chain`: a choice under a budget, who is reached, and what more money would bring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._html import number, table
from ._output import optional
from ._plan_highs import solve
from ._plan_links import Network
from .scores import Scores

__all__ = ["Chain"]

Method = Literal["exact", "greedy"]
_SHOWN = 10


class Question(NamedTuple):
    """Whom to choose from, and what their codes mean."""

    core: _core.Chain
    scores: Scores
    network: Network
    candidates: list[int]
    counts: npt.NDArray[np.bool_]
    role: str
    level: str
    told: dict[str, int]


class Answer(NamedTuple):
    """A choice within one budget."""

    told: dict[str, Any]
    bound: float
    price: float
    guarantee: float | None


def checked(
    problems: list[str],
    budget: Any,
    method: Any,
    gap: Any = 0.0,
    seconds: Any = 1.0,
    rate: Any = None,
    at_most: Any = None,
    steps: Any = None,
) -> None:
    """Add what is wrong with the arguments to the problems."""
    if not _is_number(budget) or not 0 < budget < np.inf:
        problems.append(f"budget= is a number above 0, found {budget!r}")
    if rate is not None and (not _is_number(rate) or not 0 < rate < np.inf):
        problems.append(f"rate= is a number above 0, found {rate!r}")
    for name, whole in (("at_most", at_most), ("steps", steps)):
        if whole is not None and (isinstance(whole, bool) or not isinstance(whole, int | np.integer) or whole < 1):
            problems.append(f"{name}= is a whole number of at least 1, found {whole!r}")
    if method not in ("exact", "greedy"):
        problems.append(f"method= is 'exact' or 'greedy', found {method!r}")
    if not _is_number(gap) or not 0 <= gap < np.inf:
        problems.append(f"gap= is a share of at least 0, found {gap!r}")
    if not _is_number(seconds) or not seconds > 0:
        problems.append(f"seconds= is a number above 0, found {seconds!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def made(scores: Scores, *given: Any) -> _core.Chain:
    """The candidates and whom they reach, made by the core."""
    with scores._held.translated():
        return _core.Chain(*given)


class Chain:
    """Who is chosen within a budget, and who is reached. Made by `chain` and `cultivate`.

    Attributes
    ----------
    value : float
        Value of all that are reached; with values of 1, their number.
    bound : float
        No choice within the budget has more.
    gap : float
        How much more that is, as a share of the bound; 0 where the choice is the best.
    reached : int
        How many are reached.
    spent : float
        What the chosen cost.
    shadow_price : float
        Value that a little more money would bring, per unit of money: of the exact
        choice the price of the budget in its relaxation (where parts of buyers could
        be chosen), of the greedy one the best value per cost that is left.
    guarantee : float or None
        The share of the best value that the greedy choice has in any case; none where
        the search was exact.
    """

    def __init__(self, question: Question, budget: float, method: Method, gap: float, seconds: float) -> None:
        self._question = question
        self.budget, self.method, self.level = float(budget), method, question.level
        self._limits = (float(gap), float(seconds))
        answer = self._at(self.budget)
        self._told = answer.told
        self.value, self.spent = float(answer.told["value"]), float(answer.told["spent"])
        self.bound = max(answer.bound, self.value)
        # Rounding of the solver is no gap.
        apart = self.bound - self.value
        self.gap = apart / self.bound if apart > 1e-9 * max(self.bound, 1.0) else 0.0
        self.reached = int((answer.told["by"] >= 0).sum())
        self.shadow_price, self.guarantee = answer.price, answer.guarantee

    def __len__(self) -> int:
        return len(self._told["order"])

    def _at(self, budget: float) -> Answer:
        core, scores = self._question.core, self._question.scores
        with scores._held.translated():
            if self.method == "greedy":
                order, _, bound, guarantee, ratio = core.greedy(budget)
                return Answer(core.tell(order, True), bound, ratio, guarantee)
            solved = solve(core.program(budget), *self._limits, "method='exact'")
            return Answer(core.tell(solved.chosen, True), solved.bound, solved.price, None)

    # Tables

    @property
    def chosen(self) -> list[Any]:
        """Names of the chosen, those first that add most for their cost."""
        names, candidates = self._question.network.names, self._question.candidates
        return [names[candidates[place]] for place in self._told["order"].tolist()]

    def to_frame(self) -> Any:
        """Every candidate: what it costs, whom it could reach, whether it is chosen and what it adds.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``buyer`` (``unit`` of `cultivate`), ``cost``; ``reach``, how many it could
            reach, and ``worth``, their value; ``chosen``; ``order`` (from 1, by value
            per cost of what is added; missing for others); ``added``, how many it adds
            to those before it, and ``added_value`` (0 for others). The chosen first.
        """
        question, told = self._question, self._told
        cost, reach, worth = question.core.candidates()
        places = np.full(len(cost), np.nan)
        added, value = np.zeros(len(cost), np.int64), np.zeros(len(cost))
        order = told["order"]
        places[order] = np.arange(1, len(order) + 1)
        added[order], value[order] = told["added_count"], told["added"]
        rows = np.lexsort((np.arange(len(cost)), -worth, np.nan_to_num(places, nan=np.inf)))
        names = [question.network.names[question.candidates[row]] for row in rows]
        return self._frame(
            {
                question.role: names,
                "cost": cost[rows],
                "reach": reach[rows],
                "worth": worth[rows],
                "chosen": ~np.isnan(places[rows]),
                "order": places[rows],
                "added": added[rows],
                "added_value": value[rows],
            }
        )

    def suppliers(self) -> Any:
        """Every firm that counts: whether it is reached, and by whom.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``unit``; ``reached``; ``by``, the chosen one that counts it (missing for
            others); ``chosen``, how many of the chosen could reach it; ``could``, how
            many of all candidates could (0: no link to any).
        """
        question, names = self._question, self._question.network.names
        codes = np.flatnonzero(question.counts)
        everybody = question.core.tell(list(range(len(question.candidates))), False)
        by = self._told["by"][codes]
        return self._frame(
            {
                "unit": [names[code] for code in codes],
                "reached": by >= 0,
                "by": [names[question.candidates[place]] if place >= 0 else None for place in by.tolist()],
                "chosen": self._told["times"][codes],
                "could": everybody["times"][codes],
            }
        )

    def coverage(self) -> Any:
        """What became of the rows of links and of the names in them.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``what`` and ``count``. Rows: those without a name, own links, repeated
            ones, those of a small or unknown share, distinct links used, rows whose
            supplier is not scored. Names: suppliers and buyers that are scored or not.
            Units: those that lag for certain, those that cannot be told, and those
            left out for lack of a plan or cost.
        """
        words = {
            "rows": "rows of links",
            "nameless": "rows without a name",
            "own": "rows that link a firm to itself",
            "repeated": "rows that repeat a link",
            "small": "links of a small share",
            "unknown": "links of unknown share",
            "used": "links used",
        }
        told = {words[name]: count for name, count in self._question.core.links}
        told |= self._question.network.known() | self._question.told
        return self._frame({"what": list(told), "count": np.array(list(told.values()), np.int64)})

    # More or less money

    def curve(self, budgets: Iterable[float] | None = None) -> Any:
        """What other budgets would reach, each solved anew by the same method.

        Parameters
        ----------
        budgets : iterable of float, optional
            By default ten steps up to twice the budget.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``budget``, ``spent``, ``reached``, ``value``, ``bound`` (no choice has
            more), ``shadow_price``.
        """
        wanted = np.linspace(0.2, 2.0, 10) * self.budget if budgets is None else np.array(list(budgets), np.float64)
        problems: list[str] = []
        for budget in wanted.tolist():
            checked(problems, budget, self.method)
        if problems:
            raise ValueError(problems[0])
        rows = [(budget, self._at(budget)) for budget in wanted.tolist()]
        return self._frame(
            {
                "budget": wanted,
                "spent": np.array([answer.told["spent"] for _, answer in rows], np.float64),
                "reached": np.array([(answer.told["by"] >= 0).sum() for _, answer in rows], np.int64),
                "value": np.array([answer.told["value"] for _, answer in rows], np.float64),
                "bound": np.array([max(answer.bound, answer.told["value"]) for _, answer in rows], np.float64),
                "shadow_price": np.array([answer.price for _, answer in rows], np.float64),
            }
        )

    def plot(self, budgets: Iterable[float] | None = None, ax: Any = None) -> Any:
        """Draw the curve of value over budget, with the bound and the budget at hand (extra ``plot``).

        Parameters
        ----------
        budgets : iterable of float, optional
            As in `curve`.
        ax : matplotlib Axes, optional
            Where to draw; by default on a new figure.

        Returns
        -------
        matplotlib Axes
        """
        pyplot = optional("matplotlib.pyplot", "plot", "Chain.plot")
        found = self.curve(budgets)
        budget, value, bound = (np.asarray(found[name], np.float64) for name in ("budget", "value", "bound"))
        if ax is None:
            _, ax = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
        ax.plot(budget, value, marker="o", markersize=4, label="reached")
        if np.any(bound > value + 1e-9 * np.maximum(bound, 1.0)):
            ax.plot(budget, bound, linestyle="--", linewidth=1, color="0.5", label="no choice reaches more")
        ax.plot(
            [self.budget], [self.value], marker="o", markersize=9, color="C1", linestyle="none", label="this budget"
        )
        ax.set_xlabel("budget")
        ax.set_ylabel("value reached")
        ax.set_xlim(left=0)
        ax.set_ylim(bottom=0)
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, loc="lower right")
        return ax

    def _frame(self, columns: dict[str, Any]) -> Any:
        return self._question.scores._held.output.plain().frame(columns)

    def __repr__(self) -> str:
        how = "exact" if self.guarantee is None else "greedy"
        gap = f", gap {100 * self.gap:.2g} %" if self.gap else ""
        return (
            f"Chain(to {self.level}: {len(self)} of {len(self._question.candidates)} chosen reach {self.reached} "
            f"of {int(self._question.counts.sum())}; spent {number(self.spent)} of {number(self.budget)}; {how}{gap})"
        )

    def _repr_html_(self) -> str:
        cost, reach, _ = self._question.core.candidates()
        told = zip(self.chosen, self._told["order"].tolist(), self._told["added_count"].tolist(), strict=True)
        rows = [[name, float(cost[place]), int(reach[place]), added] for name, place, added in told][:_SHOWN]
        notes = [f"first {_SHOWN} of {len(self)} chosen"] if len(self) > _SHOWN else []
        return table(repr(self), [self._question.role, "cost", "could reach", "adds"], rows, notes)
