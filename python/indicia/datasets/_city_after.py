"""The example city one year later: what funded firms carried out of their plans, and what it cost.

Shares of firms that do all, a part or nothing, overruns and drift are invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._city_measures import OFFERS
from ._draws import pick, uniforms
from ._miit_rule import CONSTRAINED, LEVELS, MULTIPLE, SCENES, SINGLE, Answers, score

# Firms with a plan do all of it, a part, or nothing.
_OUTCOMES = np.array((0.7, 0.25, 0.05))
_OVERRUN = 0.15
# A scene rises by itself, or falls back.
_UP, _DOWN = 0.03, 0.01
_NUMBER = {offer.id: place for place, offer in enumerate(OFFERS)}
# What is bought for points, in this order, until there are enough.
_FOR_POINTS = (
    *("F6.rules", "F7.rules", "M1.studied", "M1.plan", "M3.training", "M3.pay", "M3.tiers", "M2.workflow"),
    *("F4.administration", "F4.sales", "F4.supply", "F5.one", "F5.several", "M2.operation", "M2.data", "F4.production"),
    *(
        "F6.assessment",
        "F7.assessment",
        "F7.products",
        "F6.products",
        "F3@0.25",
        "F3@0.45",
        "M3.department",
        "M3.staff",
    ),
)


def copied(answers: Answers) -> Answers:
    """Return answers that can be changed without changing the old ones."""
    parts = (answers.multiple, answers.single, answers.rates, answers.trends)
    multiple, single, rates, trends = ({item: values.copy() for item, values in part.items()} for part in parts)
    return Answers(multiple, single, rates, trends, answers.scenes.copy())


def carry_out(answers: Answers, done: np.ndarray) -> None:
    """Change answers in place: ``done`` is bool, firms x measures."""
    for place, offer in enumerate(OFFERS):
        rows = np.flatnonzero(done[:, place])
        if not len(rows):
            continue
        for item, answer in offer.sets.items():
            if item in answers.multiple:
                keys = list(MULTIPLE[item])[1:]
                columns = np.array([keys.index(key) for key in str(answer).split(";")])
                answers.multiple[item][np.ix_(rows, columns)] = True
            elif item in answers.single:
                least = list(SINGLE[item]).index(str(answer))
                answers.single[item][rows] = np.maximum(answers.single[item][rows], least)
            elif item in answers.rates:
                answers.rates[item][rows] = np.maximum(answers.rates[item][rows], float(answer))
            else:
                column = SCENES.index(item)
                answers.scenes[rows, column] = np.maximum(answers.scenes[rows, column], int(answer))


def own_plans(answers: Answers, rows: np.ndarray) -> np.ndarray:
    """Return a simple plan to level 2 for some firms (bool, firms x measures): first scenes, then points.

    Not the cheapest; see `indicia.plan.path` for that.
    """
    planned = np.zeros((len(answers.scenes), len(OFFERS)), dtype=bool)
    least, of_all, of_constrained = LEVELS[2]
    bound = np.isin(SCENES, CONSTRAINED)
    for row in rows.tolist():
        scenes = answers.scenes[row]
        # Constrained scenes first, then those that are nearest.
        order = [k for k in np.lexsort((np.arange(len(SCENES)), -scenes, ~bound)) if scenes[k] < 2]
        lacking = max(of_all - int((scenes >= 2).sum()), of_constrained - int((scenes >= 2)[bound].sum()), 0)
        for k in order[:lacking]:
            for grade in range(int(scenes[k]) + 1, 3):
                planned[row, _NUMBER[f"{SCENES[k]}@{grade}"]] = True
    after = copied(answers)
    for name in _FOR_POINTS:
        short = np.zeros(len(planned), dtype=bool)
        short[rows] = score(after)[rows] < least
        step = np.zeros_like(planned)
        step[short, _NUMBER[name]] = True
        before = score(after)
        carry_out(after, step)
        # What brings no points is not bought.
        planned |= step & (score(after) > before)[:, None]
    return planned


def read_plans(planned: Any, firms: Sequence[str]) -> np.ndarray:
    """Return plans given as a table (``firm``, ``measures``) or a mapping, as bool, firms x measures."""
    if isinstance(planned, Mapping) and not {"firm", "measures"} <= set(planned):
        pairs = list(planned.items())
    else:
        pairs = list(zip(planned["firm"], planned["measures"], strict=True))
    places = {name: row for row, name in enumerate(firms)}
    out = np.zeros((len(firms), len(OFFERS)), dtype=bool)
    problems = []
    for firm, measures in pairs:
        names = measures.split(";") if isinstance(measures, str) else () if _blank(measures) else measures
        for name in (str(name).strip() for name in names):
            if str(firm) not in places:
                problems.append(f"there is no firm {firm!r}")
            elif name and name not in _NUMBER:
                problems.append(f"firm {firm!r}: there is no measure {name!r}")
            elif name:
                out[places[str(firm)], _NUMBER[name]] = True
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ValueError(f"planned: {problems[0]}{more}")
    return out


def _blank(value: Any) -> bool:
    return value is None or type(value).__name__ in ("NAType", "float")


def one_year(
    random: np.random.Generator, answers: Answers, planned: np.ndarray
) -> tuple[Answers, np.ndarray, np.ndarray]:
    """Return answers a year later, what was done (bool, firms x measures), and the money spent on it."""
    n = len(planned)
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = uniforms(random, 3 + 2 * len(SCENES), n)
    outcome = pick(u[0], _OUTCOMES)
    # Who does a part does the first measures: what is required comes before what requires it.
    order = np.cumsum(planned, axis=1)
    count = order[:, -1]
    kept = np.where(outcome == 0, count, np.where(outcome == 1, np.floor(count * (0.3 + 0.6 * u[1])), 0))
    done = planned & (order <= kept[:, None])
    prices = np.array([offer.cost for offer in OFFERS])
    spent = np.rint(100.0 * (done @ prices) * (1.0 + _OVERRUN * (2.0 * u[2] - 0.6))) / 100.0

    after = copied(answers)
    up, down = u[3 : 3 + len(SCENES)].T < _UP, u[3 + len(SCENES) :].T < _DOWN
    moved = after.scenes + up.astype(np.int64) - down.astype(np.int64)
    after.scenes[:] = np.clip(moved, 0, 4)
    carry_out(after, done)
    return after, done, spent


def names_of(measures: np.ndarray) -> np.ndarray:
    """Return the names of the measures of each firm, joined by "; "; None where there is none."""
    out = np.full(len(measures), None, dtype=object)
    for row in np.flatnonzero(measures.any(axis=1)).tolist():
        out[row] = "; ".join(OFFERS[place].id for place in np.flatnonzero(measures[row]))
    return out
