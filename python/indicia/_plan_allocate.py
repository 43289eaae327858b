"""`allocate`: who gets which plan from which programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ._plan_allocation import Allocation
from ._plan_path import Paths
from ._plan_problem import Question
from ._plan_programs import Problems, Programs, check, programs_of
from ._plan_terms import Data, amounts, eligible, rules
from .errors import DataError, UnknownNameError

__all__ = ["allocate"]

Goal = Literal["reach", "points", "smallest_share"]


def allocate(
    paths: Paths | Sequence[Paths] | Mapping[str, Paths],
    programs: Programs,
    *,
    goal: Goal = "reach",
    level: str | None = None,
    by: str | None = None,
    values: Mapping[str, float] | None = None,
    weights: Any = None,
    weakest_first: float = 0.0,
    budget: float | None = None,
    quotas: Sequence[Mapping[str, Any]] | None = None,
    gap: float = 1e-3,
    time_limit: float = 60.0,
) -> Allocation:
    """Choose the firms and plans that programmes pay for, under budgets and quotas.

    maximize sum(weight x worth of the plans paid for) such that every firm has at most
    one plan from one programme, each programme pays ``min(rate x cost, cap)`` within its
    budget, and all quotas hold. Firms with the same offers are one whole number; HiGHS
    solves for those offers that can matter at the prices of the rules.

    Parameters
    ----------
    paths : Paths, list of Paths, or dict of Paths
        The cheapest ways to one or more levels, of the same data; a firm can be
        brought to one of them. Lowest level first. The key of a dict, else the level,
        is the name of a path.
    programs : dict, list of dict, or path of a TOML file
        Programmes, each with ``id`` and ``budget``. What it pays of a cost: ``rate`` (a
        share, by default all), ``cap``, ``discount`` (the share that the vendor cuts
        first), ``own_share_min`` (the least share the firm pays), ``grant_min``,
        ``own_max`` (the most a firm can pay), or ``interest`` (``points``, ``years``,
        ``loan_share``, ``loan_max``). Each amount is a number, ``{"by": "level" or a
        column, "values": {category: number}, "default": number}``, or ``{"column":
        name}``. Who may take part: ``eligible``, a condition of the grammar of
        definitions, an `Eligibility`, a column of yes and no, or an array; and
        ``paths``, the names of those it pays for. The rest: ``public`` (money for
        public services, set aside first), ``share_to_firms_min``, ``quotas``, and for
        people ``kind`` and ``label``.
    goal : {"reach", "points", "smallest_share"}, default "reach"
        Firms that reach a level, points of the index gained for certain, or the
        smallest share of the groups of ``by`` at the level, then firms.
    level : str, optional
        The path whose level counts for quotas of what is "reached" and for
        "smallest_share": firms brought to it or a later path count. By default the first.
    by : str, optional
        Column of groups for "smallest_share".
    values : dict of str to float, optional
        What reaching each path is worth, for "reach"; by default 1. A firm that is at
        a level already adds only what the next one is worth more.
    weights : str or array, optional
        How much each firm counts for "reach" and "points"; by default 1.
    weakest_first : float, default 0
        How much more the weakest tenth of the firms (by score) counts: 1 doubles it. The
        tenths above get less, the strongest a tenth of it.
    budget : float, optional
        Money of all programmes together, besides their own budgets.
    quotas : list of dict, optional
        Quotas over all programmes together, of the same form as those of programmes:
        ``of`` ("money", "firms" funded, or firms "reached", those there already
        included), ``by`` (a column) with ``value``, ``values`` or ``each=True``, and
        ``min_share``, ``max_share``, ``min``, ``max``, ``label``. Shares of money and
        firms are of what is given out; those of "reached" are of the group.
    gap : float, default 1e-3
        A difference between bound and value, as a share of the value, that is good
        enough. With 0 the answer is exact, where the time allows.
    time_limit : float, default 60
        Seconds for the search in whole numbers.

    Returns
    -------
    Allocation
        Who gets what, what the rules use, their shadow prices, who is just outside.

    Raises
    ------
    DataError
        If programmes are malformed, all problems at once, or the rules conflict: the
        message names a smallest set of rules that cannot be met together.
    OptionalDependencyError
        If highspy is not installed.

    Notes
    -----
    What is unknown is taken at its worst: plans reach their level whatever the
    unanswered questions would say, a firm takes part only where it is eligible for
    certain, and `Allocation.needed` names the answers that could change the outcome.
    Shadow prices are those of the problem without whole numbers. Between firms with the
    same offers the weakest come first, then the order of the rows.

    References
    ----------
    Balas E, Zemel E (1980). An algorithm for large zero-one knapsack problems. Operations
    Research 28(5). doi:10.1287/opre.28.5.1130

    Huangfu Q, Hall JAJ (2018). Parallelizing the dual revised simplex method. Mathematical
    Programming Computation 10. doi:10.1007/s12532-017-0130-5

    Examples
    --------
    >>> import indicia as ix
    >>> index = ix.Index.from_dict({
    ...     "id": "aid",
    ...     "indicator": [{"id": name, "parent": "use", "scale": "flag"} for name in ("cloud", "erp", "shop")],
    ...     "group": [{"id": "use", "aggregate": "sum"}],
    ...     "levels": {"thresholds": {"basic": 1, "good": 2}},
    ... })
    >>> costs = [{"id": name, "cost": cost, "sets": {name: True}} for name, cost in [("cloud", 3), ("erp", 9)]]
    >>> firms = {"firm": ["A", "B", "C", "D"], "staff": [4, 20, 30, 40]}
    >>> firms |= {"cloud": [0, 1, 0, 0], "erp": [0, 0, 0, 0], "shop": [0, 1, 1, 1]}
    >>> paths = ix.plan.path(index, firms, to="good", costs=costs, unit="firm")
    >>> grant = {"id": "grant", "budget": 2, "rate": 0.5, "eligible": {"column": "staff", "ge": 10}}
    >>> found = ix.plan.allocate(paths, grant)
    >>> found
    Allocation(1 of 3 firms funded by grant: 1.5 of 2; worth 1, bound 1)
    >>> found.to_frame()[["firm", "state", "grant"]].values.tolist()
    [['A', 'ineligible', nan], ['B', 'there', nan], ['C', 'funded', 1.5], ['D', 'left over', nan]]
    """
    if goal not in ("reach", "points", "smallest_share"):
        raise UnknownNameError(f"goal= is 'reach', 'points' or 'smallest_share', found {goal!r}")
    named = _named(paths)
    names = list(named)
    problems = Problems()
    given, over_all = programs_of(programs, quotas)
    first = next(iter(named.values()))
    check(given, over_all, names, problems, first.before._levels_of(first._node).names)
    problems.number("gap=", gap)
    problems.number("time_limit=", time_limit, open_low=True)
    problems.number("weakest_first=", float(weakest_first) if isinstance(weakest_first, bool) else weakest_first)
    if budget is not None:
        problems.number("budget=", budget, open_low=True)
    if level is not None:
        problems.name("level=", level, names, "path")
    for name, value in (values or {}).items():
        if problems.name("values=", name, names, "path"):
            problems.number(f"values= {name}", value)
    if (goal == "smallest_share") != (by is not None):
        problems.add("by=", "goal='smallest_share' needs by=, the column of the groups, and no other goal does")
    problems.done()

    data = Data(first, problems)
    counted = [place >= (names.index(level) if level is not None else 0) for place in range(len(names))]
    costs = [np.ascontiguousarray(one._numbers(0)) for one in named.values()]
    reached = np.any([cost == 0 for cost, counts in zip(costs, counted, strict=True) if counts], axis=0)
    terms, asked_rules, states, conditions, numbers = [], [], [], [], []
    for place, program in enumerate(given):
        own = program.get("paths", names)
        own = own if isinstance(own, list) else [own]
        interest = program.get("interest")
        terms.append(
            {"id": program["id"], "budget": program["budget"], "paths": [name in own for name in names]}
            | {key: program[key] for key in ("public", "share_to_firms_min") if key in program}
            | ({"interest": {"loan_share": 1.0, "loan_max": None} | dict(interest)} if interest else {})
        )
        asked_rules += rules(program.get("quotas", []), place, program["id"], data, reached)
        may, condition = eligible(program, data)
        states.append(may)
        conditions.append(condition)
        numbers.append([amounts(program, name, data) for name in names])
    asked_rules += rules(over_all, None, "", data, reached)
    group = data.group("by=", by) if by is not None else None
    counts = np.ones(len(first)) if weights is None else data.numbers("weights=", weights)
    if counts is not None and np.isnan(counts).any():
        problems.add("weights=", f"{int(np.isnan(counts).sum())} firms have none")
    problems.done()

    asked = {
        "programs": terms,
        "rules": asked_rules,
        "budget": budget,
        "points": goal == "points",
        "values": [float((values or {}).get(name, 1.0)) for name in names],
        "counted": counted,
        "smallest_by": group[0] if group is not None else None,
        "weakest_first": float(weakest_first),
    }
    after = [_certain(one.after) for one in named.values()] if goal == "points" else []
    columns = (
        costs,
        _certain(first.before),
        after,
        counts,
        [np.ascontiguousarray(factored.codes, np.int64) for _, factored in data.groups.values()],
        [len(factored.labels) for _, factored in data.groups.values()],
        states,
        numbers,
    )
    question = Question(named, given, over_all, goal, by, asked, columns, conditions, reached, float(gap), time_limit)
    return Allocation(question)


def _certain(scores: Any) -> Any:
    """The score each firm has for certain; missing where the index has none."""
    root = scores._passes.root
    if root is None:
        return np.full(len(scores), np.nan)
    return np.ascontiguousarray(scores._passes.bounds(root)["low"], np.float64)


def _named(paths: Any) -> dict[str, Paths]:
    if isinstance(paths, Paths):
        paths = [paths]
    if not isinstance(paths, Mapping):
        paths = list(paths)
        if not all(isinstance(one, Paths) for one in paths):
            raise TypeError("paths= is what ix.plan.path returns, a list of these, or a dict with names")
        names = [one.eligibility.level for one in paths]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise DataError(f"two paths lead to level {twice!r}; give a dict with a name for each")
        paths = dict(zip(names, paths, strict=True))
    if not paths or not all(isinstance(one, Paths) for one in paths.values()):
        raise TypeError("paths= is what ix.plan.path returns, a list of these, or a dict with names")
    first = next(iter(paths.values()))
    for name, one in paths.items():
        same = one._data is first._data and one._keywords == first._keywords and one._node == first._node
        if not same or one._index.to_json() != first._index.to_json():
            raise DataError(f"path {name!r} is of other data or another index than the first")
    return {str(name): one for name, one in paths.items()}
