"""Who supplies whom in the example city: few lead firms buy from many, most buy from few."""

from __future__ import annotations

import numpy as np

from ._draws import pick, uniforms

# All invented. Shares of suppliers with 0, 1, .. buyers, and of suppliers that sell to a large firm, by size.
_BUYERS = np.array((0.3, 0.36, 0.2, 0.1, 0.04))
_TO_LARGE = {"micro": 0.4, "small": 0.65, "medium": 1.0}
_SAME_INDUSTRY = 0.7
# Tail of how many suppliers a buyer draws: the smaller, the heavier.
_TAIL = {"large": 1.1, "medium": 2.5}
_LEAST, _MOST = 0.1, 0.95


def draw_links(random: np.random.Generator, size: np.ndarray, industry: np.ndarray) -> dict[str, np.ndarray]:
    """Return rows (numbers of firms) of suppliers and their buyers, with the share of the supplier's sales.

    A buyer is always of a larger size class than its supplier, so that no firm supplies itself and nothing is circular.
    """
    n, most = len(size), len(_BUYERS) - 1
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = uniforms(random, 3 + 4 * most, n)
    pull = {name: u[0] ** (-1.0 / tail) for name, tail in _TAIL.items()}
    many = pick(u[1], _BUYERS)
    to_large = np.select([size == name for name in _TO_LARGE], list(_TO_LARGE.values()), 0.0)
    buyers = np.full((most, n), -1)
    for slot in range(most):
        tier, near, place = u[3 + 3 * slot], u[4 + 3 * slot], u[5 + 3 * slot]
        supplies = (many > slot) & (size != "large")
        for name in _TAIL:
            takes = supplies & ((tier < to_large) == (name == "large"))
            for group in sorted(set(industry.tolist())):
                own = takes & (industry == group)
                at_home = own & (near < _SAME_INDUSTRY)
                home = _choose(place[at_home], np.flatnonzero((size == name) & (industry == group)), pull[name])
                buyers[slot, at_home] = home
            away = takes & (buyers[slot] < 0)
            buyers[slot, away] = _choose(place[away], np.flatnonzero(size == name), pull[name])
    weights = u[3 + 3 * most :]
    slots, supplier = np.nonzero(buyers >= 0)
    buyer, weight = buyers[slots, supplier], weights[slots, supplier]
    # A buyer drawn twice by one supplier is one link.
    pairs, back = np.unique(supplier * n + buyer, return_inverse=True)
    weight = np.bincount(back.reshape(-1), weights=weight, minlength=len(pairs))
    supplier, buyer = pairs // n, pairs % n
    total = np.bincount(supplier, weights=weight, minlength=n)[supplier]
    sold = (_LEAST + (_MOST - _LEAST) * u[2])[supplier]
    # Rounded down, so that the shares of a supplier stay below one.
    share = np.maximum(np.floor(1000.0 * sold * weight / total), 1.0) / 1000.0
    return {"supplier": supplier, "buyer": buyer, "share": share}


def _choose(u: np.ndarray, pool: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Return one of the pool for each uniform, drawn by pull; -1 where the pool is empty."""
    if not len(pool):
        return np.full(len(u), -1)
    edges = np.cumsum(pull[pool])
    place = np.searchsorted(edges / edges[-1], u, side="right")
    chosen: np.ndarray = pool[np.minimum(place, len(pool) - 1)]
    return chosen


def roles(size: np.ndarray, links: dict[str, np.ndarray]) -> np.ndarray:
    """Return the role of each firm: lead, first tier (supplies a lead firm), second tier, or none."""
    n = len(size)
    buys, sells, sells_to_large = (np.zeros(n, dtype=bool) for _ in range(3))
    buys[links["buyer"]] = True
    sells[links["supplier"]] = True
    sells_to_large[links["supplier"][size[links["buyer"]] == "large"]] = True
    out = np.full(n, "none", dtype=object)
    out[sells | buys] = "tier2"
    out[sells_to_large] = "tier1"
    out[(size == "large") & buys] = "lead"
    return out
