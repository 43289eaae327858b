"""`chain`: which buyers' support of their suppliers reaches the most lagging firms within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ._names import did_you_mean, listed
from ._plan_chosen import Chain, Method, Question, checked, made
from ._plan_links import Network, network, numbers_of
from ._plan_path import Paths
from .errors import DataError, join
from .scores import Scores

__all__ = ["chain"]


def chain(
    firms: Scores | Paths,
    links: Any,
    *,
    budget: float,
    to: str | None = None,
    costs: float | str | Mapping[Any, float] | None = None,
    rate: float = 1.0,
    at_most: int | None = None,
    buyers: Iterable[Any] | str | None = None,
    value: Any = None,
    supplier: str = "supplier",
    buyer: str = "buyer",
    share: str | None = None,
    min_share: float = 0.0,
    steps: int = 1,
    method: Method = "exact",
    gap: float = 0.0,
    seconds: float = 60.0,
    node: str | None = None,
) -> Chain:
    """Choose buyers whose support of their chain reaches the most lagging suppliers.

    maximize sum(v_i z_i) with z_i <= sum(x_j of buyers j that reach i) and
    sum(c_j x_j) <= budget, x and z being 0 or 1: maximum coverage under a knapsack.
    A supplier counts once, whoever reaches it.

    Parameters
    ----------
    firms : Scores or Paths
        The scored firms, or their plans to the level. Lagging is who is below the
        level for certain; firms that cannot be told are not counted on.
    links : table
        One row per link. Buyers need not be among the scored firms.
    budget : float
        Above 0; the same money as the costs.
    to : str, optional
        The level. Needed for scores with several levels; plans have one.
    costs : float, str or mapping, optional
        What it costs to support a buyer: the same for all, a column of the scored
        data, or a mapping of buyer to cost. By default, with plans, ``rate`` times the
        cost of the plans of all lagging suppliers it reaches. Buyers without a cost
        are no candidates, and are counted.
    rate : float, default 1.0
        Share of the cost of plans that the support pays.
    at_most : int, optional
        A buyer reaches so many suppliers at most; not with the cost of plans.
    buyers : iterable of names or str, optional
        The candidates, or a column of yes and no of the scored data. By default all
        buyers.
    value : str or array, optional
        What it is worth to reach a firm, such as its staff: a column of the scored
        data, or one number per row. By default 1 each.
    supplier, buyer, share : str
        Columns of the links; ``share`` is the share of the supplier's sales.
    min_share : float, default 0.0
        Links of a smaller share are not used; with it, unknown shares are not used.
    steps : int, default 1
        With 2, suppliers of suppliers are reached too, and so on.
    method : {"exact", "greedy"}, default "exact"
        By HiGHS (extra ``plan``), or the greedy choice, for large networks.
    gap : float, default 0.0
        The exact search may stop where the value is within this share of the bound.
    seconds : float, default 60.0
        Limit of the exact search; where it is hit, ``gap`` of the result tells how
        good the choice is at least.
    node : str, optional
        Node whose levels are meant; by default those of the index.

    Returns
    -------
    Chain
        Who is chosen, what each adds, who is reached by whom, the price of the
        budget, the curve over it.

    Raises
    ------
    DataError
        If columns are lacking, costs are negative, the budget is not above 0, names do
        not exist; all problems at once.
    OptionalDependencyError
        If the exact search is wanted and highspy is not installed.

    Notes
    -----
    Own links are left out; rows that repeat a link are one, their shares added;
    `Chain.coverage` counts all rows by what became of them. Firms below the level
    that no plan brings there are not counted as reached.

    The greedy choice takes buyers by value per cost of what they add, and compares
    with the best single buyer: at least (1 - 1/e) / 2 of the best value. In small
    networks all sets of three are tried as starts, which makes it 1 - 1/e [1]_.
    ``bound`` is computed from the data and usually much closer. Ties are broken by
    name, so the order of rows does not matter.

    References
    ----------
    .. [1] Khuller S., Moss A., Naor J. (1999). The budgeted maximum coverage problem.
       Information Processing Letters 70(1), 39-45. doi:10.1016/S0020-0190(99)00031-9

    Examples
    --------
    >>> import indicia as ix
    >>> city = ix.datasets.make_city(2_000)
    >>> scores = ix.framework("miit-sme", edition=2024).score(city.firms, unit="firm")
    >>> found = ix.plan.chain(scores, city.links, to="2", budget=100, costs=20, method="greedy")
    >>> found.spent, int(found.reached) == int(found.to_frame()["added"].sum())
    (100.0, True)
    """
    scores, level, plans, problems = _level(firms, to, node)
    checked(problems, budget, method, gap, seconds, rate, at_most, steps)
    net = network(scores, links, supplier, buyer, share, min_share, problems)
    if plans is None and costs is None:
        problems.append("costs=: say what it costs to support a buyer, or give plans (ix.plan.path)")
    if costs is None and at_most is not None:
        problems.append("at_most=: the cost of all plans is that of all suppliers; give costs= too")
    if net is None or problems:
        raise DataError(join(problems))
    eligibility = scores.eligibility(level, node)
    states = eligibility._found["states"]
    lagging = states == 0
    if plans is not None:
        no_plan = lagging & np.isnan(plans)
        lagging = lagging & ~no_plan
    candidates, cost = _candidates(scores, net, costs, buyers, problems)
    worth = np.ones(len(scores)) if value is None else numbers_of(scores, value, "value", False)
    if problems:
        raise DataError(join(problems))
    counts = np.zeros(len(net.names), bool)
    counts[net.units] = lagging
    values, by_plan = np.zeros(len(net.names)), np.full(len(net.names), np.nan)
    values[net.units] = np.where(lagging, worth, 0.0)
    if plans is not None:
        by_plan[net.units] = plans
    told = {"lagging": int(lagging.sum()), "open": int((states == 1).sum())}
    if plans is not None:
        told["below the level without a plan"] = int(no_plan.sum())
    told["buyers without a cost"] = len(_wanted(scores, net, buyers, [])) - len(candidates)
    core = made(
        scores,
        (net.supplier, net.buyer, net.share, net.min_share),
        (candidates, counts, steps, None),
        values,
        cost,
        by_plan if costs is None else None,
        float(rate),
        at_most,
    )
    return Chain(Question(core, scores, net, candidates, counts, "buyer", level, told), budget, method, gap, seconds)


def _level(
    firms: Any, to: str | None, node: str | None
) -> tuple[Scores, str, npt.NDArray[np.float64] | None, list[str]]:
    problems: list[str] = []
    if isinstance(firms, Paths):
        level = firms.eligibility.level
        if to is not None and str(to) != level:
            problems.append(f"to=: the plans are to level {level!r}, found {to!r}")
        return firms.before, level, firms._numbers(0), problems
    if not isinstance(firms, Scores):
        raise TypeError(f"expected scores or plans (ix.plan.path), found {type(firms).__name__}")
    return firms, firms.eligibility(to, node).level, None, problems


def _wanted(scores: Scores, net: Network, buyers: Any, problems: list[str]) -> list[int]:
    """The buyers asked for, as codes in the order of their names."""
    all_buyers = net.buyers()
    if buyers is None:
        return all_buyers
    if isinstance(buyers, str):
        yes = numbers_of(scores, buyers, "buyers", True)
        chosen = set(net.units[yes > 0].tolist())
        return [code for code in all_buyers if code in chosen]
    places = {net.names[code]: code for code in all_buyers}
    unknown = [name for name in buyers if name not in places]
    if unknown:
        problems.append(
            f"buyers=: nobody sells to {listed([repr(name) for name in unknown], 5)}{did_you_mean(unknown[0], places)}"
        )
    return sorted({places[name] for name in buyers if name in places})


def _candidates(
    scores: Scores, net: Network, costs: Any, buyers: Any, problems: list[str]
) -> tuple[list[int], npt.NDArray[np.float64] | None]:
    """Buyers that have a cost, and the cost; none where plans give it."""
    wanted = _wanted(scores, net, buyers, problems)
    if costs is None:
        return wanted, None
    cost = np.full(len(net.names), np.nan)
    if isinstance(costs, str):
        cost[net.units] = numbers_of(scores, costs, "costs", True)
    elif isinstance(costs, Mapping):
        codes = {name: code for code, name in enumerate(net.names)}
        strange = [name for name in costs if name not in codes]
        if strange:
            shown = listed([repr(name) for name in strange], 5)
            problems.append(f"costs=: there is no buyer {shown}{did_you_mean(strange[0], codes)}")
        for name, amount in costs.items():
            cost[codes.get(name, 0)] = amount if name in codes else cost[0]
    else:
        cost[:] = float(costs)
    own = cost[wanted]
    bad = [code for code, amount in zip(wanted, own.tolist(), strict=True) if np.isinf(amount) or amount < 0]
    if bad:
        problems.append(
            f"costs=: expected finite numbers of at least 0, found {cost[bad[0]]:g} "
            f"(buyer {net.names[bad[0]]!r}; {len(bad)} buyers)"
        )
    there = ~np.isnan(own)
    return [code for code, has in zip(wanted, there.tolist(), strict=True) if has], own[there]
