"""The curve of an allocation over the budget."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._output import optional
from ._plan_problem import solved_of
from .errors import DataError

if TYPE_CHECKING:
    from ._plan_allocation import Allocation


def at(allocation: Allocation, budget: float, program: str | None) -> tuple[float, ...]:
    """Budget, value, bound, funded firms, grants and price at another budget."""
    if not (np.isfinite(budget) and budget > 0):
        raise DataError(f"budgets= are numbers above 0, found {budget:g}")
    asked = copy.deepcopy(allocation._question.asked)
    names = allocation._program_names()
    if program is not None and program not in names:
        raise DataError(f"program=: there is no programme {program!r}; there are: {', '.join(names)}")
    total = asked["budget"] if program is None else None
    place = 0 if program is None else names.index(program)
    if total is not None:
        asked["budget"] = budget
        place = len(names)
    elif program is not None or len(names) == 1:
        asked["programs"][place]["budget"] = budget
    else:
        whole = sum(terms["budget"] for terms in asked["programs"])
        for terms in asked["programs"]:
            terms["budget"] *= budget / whole
    try:
        found = solved_of(allocation._question, asked)
    except DataError:
        return (budget, *[float("nan")] * 5)
    programs, _, _, grants = found.problem.assign(found.solved.taken)
    prices = [row["price"] for row in found.rows if row["part"] == "budget"]
    shared = total is None and program is None and len(names) > 1
    if shared:
        terms = asked["programs"]
        price = sum(p * t["budget"] / budget for p, t in zip(prices, terms, strict=True))
    else:
        price = prices[place]
    funded = programs >= 0
    return budget, found.value, found.bound, float(funded.sum()), float(np.sum(grants[funded])), price


def drawn(allocation: Allocation, budgets: Sequence[float], program: str | None, ax: Any) -> Any:
    """The curve as a plot."""
    plots = optional("matplotlib.pyplot", "plot", "plot_curve")
    lines = np.array([at(allocation, float(budget), program) for budget in sorted(budgets)])
    axes = ax if ax is not None else plots.subplots(figsize=(6.4, 4.0), layout="constrained")[1]
    axes.plot(lines[:, 0], lines[:, 1], marker="o", markersize=4, label="reached")
    axes.fill_between(lines[:, 0], lines[:, 1], lines[:, 2], alpha=0.3, label="up to the bound")
    names = allocation._program_names()
    asked = allocation._question.asked
    own = [terms["budget"] for terms in asked["programs"]]
    now = own[names.index(program)] if program else asked["budget"] or sum(own)
    axes.axvline(now, linestyle="--", linewidth=1, color="gray", label="this budget")
    words = {"reach": "worth of levels reached", "points": "points gained", "smallest_share": "smallest share"}
    axes.set_xlabel(f"budget of {program}" if program else "budget")
    axes.set_ylabel(words[allocation._question.goal])
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    return axes
