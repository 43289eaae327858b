"""`cultivate`: which of the firms that just miss a level to bring there within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._names import did_you_mean, listed
from ._plan_chosen import Chain, Method, Question, checked, made
from ._plan_links import network, numbers_of
from .eligibility import Eligibility, _name
from .errors import DataError, join

__all__ = ["cultivate"]


def cultivate(
    eligibility: Eligibility,
    *,
    budget: float,
    costs: float | Mapping[str, float | None],
    lacking: int = 1,
    include_open: bool = False,
    value: Any = "count",
    links: Any = None,
    pull: float = 1.0,
    supplier: str = "supplier",
    buyer: str = "buyer",
    share: str | None = None,
    min_share: float = 0.0,
    steps: int = 1,
    method: Method = "exact",
    gap: float = 0.0,
    seconds: float = 60.0,
) -> Chain:
    """Choose among the firms that just miss a level those to bring there.

    The same choice as `chain`: candidates are the near misses, each reaches itself
    and, with links, the firms up its chain, which count once whoever pulls them.

    Parameters
    ----------
    eligibility : Eligibility
        The answers about the level, such as little giants (`Scores.eligibility`).
    budget : float
        Above 0.
    costs : float or mapping
        What it costs to mend one comparison that fails: the same for all, or by its
        name (that of the condition, of what it compares, or of the requirement, as in
        `Eligibility.near_misses`). None says that it cannot be mended.
    lacking : int, default 1
        So many comparisons may fail, at the fewest; ``at_most`` of `near_misses`.
    include_open : bool, default False
        Whether firms count that have other requirements which cannot be told yet.
    value : {"count", "near"}, str or array, default "count"
        What a candidate is worth: 1; its nearness 1 / (1 + distance), the distance
        being the sum of the shares that are missing (1 for what has no distance); or
        a column of the scored data, or one number per row.
    links : table, optional
        Who supplies whom. All suppliers count as pulled, scored or not.
    pull : float, default 1.0
        What a pulled firm is worth.
    supplier, buyer, share, min_share, steps, method, gap, seconds
        As in `chain`.

    Returns
    -------
    Chain
        With ``unit`` in place of ``buyer``. `Chain.reached` counts candidates that are
        chosen and firms that are pulled.

    Raises
    ------
    DataError
        If a cost is lacking or negative, or a name in ``costs`` is no comparison; all
        problems at once.

    Notes
    -----
    Of several ways to meet a requirement the cheapest is paid (for the distance, the
    nearest is taken); several comparisons of one way are all paid. Candidates that
    lack something which cannot be mended are left out and counted by
    `Chain.coverage`.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_gradient(3_000, rng=1)
    >>> book = ix.framework("gradient-little-giant", edition=2022)
    >>> near = book.score(firms, unit="firm").eligibility()
    >>> found = ix.plan.cultivate(near, budget=10, costs=2, method="greedy")
    >>> len(found), found.spent
    (5, 10.0)
    """
    if not isinstance(eligibility, Eligibility):
        raise TypeError(f"expected an eligibility (scores.eligibility), found {type(eligibility).__name__}")
    problems: list[str] = []
    checked(problems, budget, method, gap, seconds, steps=steps)
    if isinstance(lacking, bool) or not isinstance(lacking, int) or lacking < 1:
        problems.append(f"lacking= is a number of at least 1, found {lacking!r}")
    if isinstance(pull, bool) or not isinstance(pull, int | float) or not 0 <= pull < np.inf:
        problems.append(f"pull= is a number of at least 0, found {pull!r}")
    scores = eligibility._scores
    net = network(scores, links, supplier, buyer, share, min_share, problems)
    if net is None or problems:
        raise DataError(join(problems))
    fails, still = eligibility._found["lacking"], eligibility._found["open"]
    rows = np.flatnonzero((fails >= 1) & (fails <= lacking) & (include_open | (still == 0)))
    failures = eligibility._findings(rows)["failures"]
    cost = _lacking(eligibility, failures, _priced(eligibility, failures, costs, problems), False)
    if problems:
        raise DataError(join(problems))
    if isinstance(value, str) and value in ("count", "near"):
        near = _lacking(eligibility, failures, np.nan_to_num(failures["share"], nan=1.0), True)
        worth = {row: 1.0 if value == "count" else near[row] for row in rows.tolist()}
    else:
        worth = dict(enumerate(numbers_of(scores, value, "value", False).tolist()))
    # In the order of names, so that ties do not depend on the order of rows.
    chosen = sorted((row for row in rows.tolist() if not np.isnan(cost[row])), key=lambda row: net.units[row])
    candidates = net.units[chosen].tolist() if chosen else []
    ids = len(net.names)
    pulled = np.zeros(ids, bool)
    pulled[net.supplier[net.supplier >= 0]] = True
    values = np.concatenate([np.where(pulled, float(pull), 0.0), np.array([worth[row] for row in chosen], np.float64)])
    core = made(
        scores,
        (net.supplier, net.buyer, net.share, net.min_share),
        (candidates, pulled, steps, ids),
        values,
        np.array([cost[row] for row in chosen], np.float64),
        None,
        1.0,
        None,
    )
    # The candidates themselves stand after all names.
    named = net._replace(names=[*net.names, *(net.names[code] for code in candidates)])
    counts = np.concatenate([pulled, np.ones(len(candidates), bool)])
    told = {"near misses": len(rows), "near misses that cannot be mended": len(rows) - len(chosen)}
    question = Question(core, scores, named, candidates, counts, "unit", eligibility.level, told)
    return Chain(question, budget, method, gap, seconds)


def _lacking(
    eligibility: Eligibility, failures: dict[str, Any], amounts: npt.NDArray[np.float64], near: bool
) -> dict[int, float]:
    """What all that a row lacks comes to, by row."""
    rules = [eligibility._rules[rule] for rule in failures["rule"].astype(np.int64).tolist()]
    rows, sums = _core.chain_lacking(
        failures["row"].astype(np.int64).tolist(),
        [int(rule["requirement"]) for rule in rules],
        [int(rule["way"]) for rule in rules],
        amounts.tolist(),
        near,
    )
    return dict(zip(rows.tolist(), sums.tolist(), strict=True))


def _priced(
    eligibility: Eligibility, failures: dict[str, Any], costs: Any, problems: list[str]
) -> npt.NDArray[np.float64]:
    """The cost of each failing comparison; NaN where it cannot be mended."""
    given = costs if isinstance(costs, Mapping) else {"": costs}
    for name, amount in given.items():
        fine = isinstance(amount, int | float | np.number) and not isinstance(amount, bool) and 0 <= amount < np.inf
        if amount is not None and not fine:
            where = f"{name!r}: " if name else ""
            problems.append(f"costs=: {where}expected a finite number of at least 0, found {amount!r}")
    rules = eligibility._rules
    heads = [rule for rule in rules if rule["depth"] == 0]
    names = [
        (_name(rule), rule["id"], rule.get("of"), _name(heads[rule["requirement"]]), heads[rule["requirement"]]["id"])
        for rule in rules
    ]
    if not isinstance(costs, Mapping):
        return np.full(len(failures["rule"]), np.nan if problems else float(costs))
    known = dict.fromkeys(str(name) for several in names for name in several if name)
    for name in costs:
        if name not in known:
            problems.append(f"costs=: there is no condition {name!r}{did_you_mean(name, known)}")
    price: dict[int, float] = {}
    unpriced: dict[str, None] = {}
    for rule in sorted(set(failures["rule"].astype(np.int64).tolist())):
        found = [name for name in names[rule] if name in costs]
        if not found:
            unpriced[names[rule][0]] = None
        price[rule] = np.nan if not found or costs[found[0]] is None else float(costs[found[0]])
    if unpriced:
        problems.append(f"costs=: no cost (or None) for {listed([repr(name) for name in unpriced], 10)}")
    return np.array([price[rule] for rule in failures["rule"].astype(np.int64).tolist()], np.float64)
