"""`report`: one document for who decides on a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from ._plan_allocate import Goal, allocate
from ._plan_allocation import Allocation
from ._plan_path import path
from ._tables_io import columns_of
from .index import Index
from .report import Document, Figure, Heading, Table, Text
from .report._document import Block

__all__ = ["again", "report"]

_SHOWN = 50


def report(
    allocation: Allocation,
    *,
    by: str | Sequence[str] | None = None,
    alternatives: Mapping[str, Index] | None = None,
    budgets: Sequence[float] | None = None,
    figures: bool = True,
    most: int = _SHOWN,
    title: str | None = None,
) -> Document:
    """Write what a programme's decision maker needs: where firms stand, who gets what and why, what would change it.

    Parameters
    ----------
    allocation : Allocation
        What `allocate` returned.
    by : str or list of str, optional
        Columns of the data by which levels and grants are told, such as ``"industry"``.
    alternatives : mapping of str to Index, optional
        The index under other conventions: firms are scored, planned and funded again under each, and the lists
        compared. Costs a path and an allocation each.
    budgets : list of float, optional
        Other budgets of all programmes together, each solved anew, for the curve.
    figures : bool, default True
        Draw levels and the curve; needs matplotlib.
    most : int, default 50
        Firms shown in the text; lists in the xlsx hold all.
    title : str, optional
        Title of the document.

    Returns
    -------
    report.Document
        ``write("plan.html")`` gives one page, ``write("plan.xlsx")`` all lists: funded firms, all firms with the reason
        of each, road maps.

    Notes
    -----
    What is unknown is taken at its worst, as in `path` and `allocate`; the answers that could change the outcome are
    counted in the document and listed in the xlsx.

    Examples
    --------
    >>> import indicia as ix
    >>> city = ix.datasets.make_city(300)
    >>> paths = ix.plan.path(ix.framework("miit-sme", edition=2024), city.firms, "2", city.costs, unit="firm")
    >>> found = ix.plan.allocate(paths, city.programs)
    >>> document = ix.plan.report(found, by="industry", figures=False)
    >>> [block.text for block in document.blocks if isinstance(block, ix.report.Heading)][:4]
    ['In short', 'Where firms stand', 'What stands in the way', 'The plan']
    """
    first = next(iter(allocation._question.paths.values()))
    lists = {
        "funded": Table(allocation.funded(), title="Funded firms"),
        "all firms": Table(allocation.to_frame(), title="All firms, and why"),
        "road maps": Table(first.steps(_funded_labels(allocation)), title="Measures of funded firms, in order"),
        "open answers": Table(allocation.needed(), title="Answers that could change the outcome"),
    }
    blocks: list[Block] = [Heading("In short"), Text(_short(allocation))]
    blocks += [Heading("Where firms stand"), *_standing(allocation, by, figures)]
    blocks += [Heading("What stands in the way"), *_obstacles(allocation)]
    blocks += [Heading("The plan"), *_plan(allocation)]
    blocks += [Heading("Who gets what"), Table(allocation.funded(), title="Funded firms", most=most)]
    note = "cheaper: how much smaller the grant would have to be; more: how much more money, and its turn would come."
    blocks += [Heading("Just outside"), Table(allocation.outside(min(most, 20)), title="Nearest first", note=note)]
    blocks += [Heading("Why firms get nothing"), _reasons(allocation)]
    if budgets is not None:
        blocks += [Heading("Other budgets"), *_budgets(allocation, budgets, figures)]
    if alternatives:
        blocks += [Heading("Under other conventions"), _conventions(allocation, alternatives)]
    blocks += [Heading("How it was made"), Text(_made(allocation))]
    return Document(title or f"Programme for level {_levels_named(allocation)}", blocks, lists)


def again(allocation: Allocation, index: Index) -> Allocation:
    """The same programme under another index: firms are scored, planned and funded again."""
    question = allocation._question
    paths = {
        name: path(
            index, one._data, one.eligibility.level, one.measures, node=one._node, **one._wanted, **one._keywords
        )
        for name, one in question.paths.items()
    }
    asked, names = question.asked, list(question.paths)
    return allocate(
        paths,
        question.programs,
        goal=cast("Goal", question.goal),
        level=names[asked["counted"].index(True)],
        by=question.by,
        values=dict(zip(names, asked["values"], strict=True)),
        weights=question.columns[3],
        weakest_first=asked["weakest_first"],
        budget=asked["budget"],
        quotas=question.quotas,
        gap=question.gap,
        time_limit=question.time_limit,
    )


def _funded_labels(allocation: Allocation) -> list[Any]:
    rows = np.flatnonzero(allocation._program >= 0)
    return list(allocation.before._held.panel.labels(rows))


def _levels_named(allocation: Allocation) -> str:
    return " and ".join(dict.fromkeys(one.eligibility.level for one in allocation._question.paths.values()))


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _short(allocation: Allocation) -> str:
    states = columns_of(allocation.to_frame())["state"]
    funded, there = states.count("funded"), states.count("there")
    totals = columns_of(allocation.totals())
    lines = [
        f"{len(allocation)} firms were scored; {there} are at the level already, {funded} are funded.",
        f"Grants of {_amount(sum(totals['grants']))} bring forth spending of {_amount(sum(totals['cost']))}; firms pay "
        f"{_amount(sum(totals['own']))} themselves.",
        f"The plan is worth {allocation.value:g}; no plan under these rules is worth more than {allocation.bound:g}.",
    ]
    return " ".join(lines)


def _standing(allocation: Allocation, by: str | Sequence[str] | None, figures: bool) -> list[Block]:
    before, after = allocation.before, allocation.after
    node = next(iter(allocation._question.paths.values()))._node
    now, then = columns_of(before.levels(node=node)), columns_of(after.levels(node=node))
    later = dict(zip(now["level"], [0] * len(now["level"]), strict=True)) | dict(
        zip(then["level"], then["n"], strict=True)
    )
    earlier = dict.fromkeys(later, 0) | dict(zip(now["level"], now["n"], strict=True))
    names = list(later)
    table = Table(
        {
            "level": names,
            "firms now": [earlier[name] for name in names],
            "after the plan": [later[name] for name in names],
        },
        title="Levels, now and after the plan",
    )
    blocks: list[Block] = [table]
    if figures:
        blocks.append(_drawn(names, [earlier[name] for name in names], [later[name] for name in names]))
    if by is not None:
        groups = [by] if isinstance(by, str) else list(by)
        for group in groups:
            blocks.append(_by_group(columns_of(before.levels(node=node, by=group)), group))
    return blocks


def _by_group(table: dict[str, list[Any]], group: str) -> Table:
    """One row a group, one column a level: the share of its firms."""
    levels = list(dict.fromkeys(table["level"]))
    wide: dict[Any, dict[str, Any]] = {}
    for label, level, n, share in zip(table[group], table["level"], table["n"], table["share"], strict=True):
        row = wide.setdefault(label, {"firms": 0})
        row["firms"] += n
        row[level] = share
    columns: dict[str, list[Any]] = {group: list(wide), "firms": [row["firms"] for row in wide.values()]}
    columns |= {str(level): [row.get(level) for row in wide.values()] for level in levels}
    return Table(columns, title=f"Shares of levels now, by {group}", digits=2)


def _drawn(names: Sequence[str], now: Sequence[int], then: Sequence[int]) -> Figure:
    from ._output import optional

    plt = optional("matplotlib.pyplot", "plot", "drawing levels")
    _, ax = plt.subplots(figsize=(6.0, 3.0), layout="constrained")
    x = np.arange(len(names))
    ax.bar(x - 0.2, now, width=0.4, label="now", color="tab:gray")
    ax.bar(x + 0.2, then, width=0.4, label="after the plan", color="tab:blue")
    ax.set_xticks(x, names)
    ax.set_ylabel("firms")
    ax.legend(frameon=False)
    return Figure(ax, "Firms by level, now and after the plan")


def _obstacles(allocation: Allocation) -> list[Block]:
    return [
        Table(one.eligibility.summary(), title=f"Requirements of level {one.eligibility.level}", most=_SHOWN)
        for one in allocation._question.paths.values()
    ]


def _plan(allocation: Allocation) -> list[Block]:
    note = "price: by so much the goal would rise if the rule were looser by one unit of money or one firm."
    return [
        Table(allocation.totals(), title="Programmes"),
        Table(allocation.summary(), title="Rules, what they use and what they cost", note=note),
        Table(_measures(allocation), title="Measures of the funded firms", most=_SHOWN),
    ]


def _measures(allocation: Allocation) -> dict[str, list[Any]]:
    counts: dict[str, int] = {}
    for text in columns_of(allocation.funded())["measures"]:
        for name in filter(None, str(text or "").split("; ")):
            counts[name] = counts.get(name, 0) + 1
    order = sorted(counts, key=lambda name: (-counts[name], name))
    return {"measure": order, "firms": [counts[name] for name in order]}


def _reasons(allocation: Allocation) -> Table:
    states = columns_of(allocation.to_frame())["state"]
    names = sorted(set(states), key=lambda name: -states.count(name))
    return Table({"state": names, "firms": [states.count(name) for name in names]}, title="All firms by outcome")


def _budgets(allocation: Allocation, budgets: Sequence[float], figures: bool) -> list[Block]:
    blocks: list[Block] = [Table(allocation.curve(budgets), title="What other budgets would bring")]
    if figures:
        blocks.append(Figure(allocation.plot_curve(budgets), "What other budgets would bring"))
    return blocks


def _conventions(allocation: Allocation, alternatives: Mapping[str, Index]) -> Table:
    own = set(_funded_labels(allocation))
    rows: list[list[Any]] = [["as planned", len(own), len(own), 0, 0, allocation.value]]
    for label, index in alternatives.items():
        other = again(allocation, index)
        theirs = set(_funded_labels(other))
        rows.append([label, len(theirs), len(own & theirs), len(own - theirs), len(theirs - own), other.value])
    head = ("convention", "funded", "also funded as planned", "dropped", "new", "worth")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(head)}
    return Table(columns, title="The list under other conventions", note="Each scored, planned and funded anew.")


def _made(allocation: Allocation) -> str:
    recipe = allocation.recipe
    told = ", ".join(f"{name} {value}" for name, value in recipe.items() if isinstance(value, str | int | float))
    return (
        "Plans are the cheapest measures that make the level hold whatever the unanswered questions would say; "
        f"programmes are allocated by mixed-integer programming (HiGHS). {told}."
    )
