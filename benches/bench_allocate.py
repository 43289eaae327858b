"""Allocation of 100,000 firms: time and gap; and fewer against scipy.optimize.milp (HiGHS on the whole problem).

Firms have drawn plans to two levels; a grant with rates by level, a cap and quotas of money by industry, a voucher with
caps by size, and a subsidy of interest. scipy is given the same problem, a column per firm, level and programme.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

import indicia as ix

ROWS, SMALL = 100_000, 3_000
ITEMS = 24
VALUES = {"2": 1.0, "3": 1.6}
CAPS = {"micro": 150.0, "small": 250.0, "medium": 400.0}


def book() -> ix.Index:
    """Return the definition: points of yes/no items, and two levels."""
    items = [{"id": f"i{k}", "parent": "use", "scale": "flag", "weight": 1 + k % 4} for k in range(ITEMS)]
    groups = [{"id": "use", "aggregate": "sum"}]
    return ix.Index.from_dict(
        {"id": "bench", "indicator": items, "group": groups, "levels": {"thresholds": {"2": 20, "3": 34}}}
    )


def drawn(rows: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return firms and measures."""
    rng = np.random.default_rng(4)
    firms: dict[str, Any] = {f"i{k}": (rng.random(rows) < 0.4).astype(float) for k in range(ITEMS)}
    firms["industry"] = rng.choice([f"C{k}" for k in range(13, 33)], rows)
    firms["size"] = rng.choice(["micro", "small", "medium"], rows, p=[0.5, 0.35, 0.15])
    costs = [{"id": f"i{k}", "cost": float(rng.integers(30, 600)), "sets": {f"i{k}": True}} for k in range(ITEMS)]
    return firms, costs


def programs(rows: int, each: bool) -> list[dict[str, Any]]:
    """Return the programmes, with money in proportion to the firms."""
    quotas: list[dict[str, Any]] = [{"by": "size", "value": "micro", "of": "firms", "min_share": 0.4}]
    if each:
        quotas.append({"by": "industry", "each": True, "min_share": 0.03, "max_share": 0.1})
    return [
        {
            "id": "grant",
            "budget": 70.0 * rows,
            "public": 10.0 * rows,
            "share_to_firms_min": 0.8,
            "rate": {"by": "level", "values": {"2": 0.4, "3": 0.5}},
            "cap": 600,
            "quotas": quotas,
        },
        {
            "id": "voucher",
            "budget": 20.0 * rows,
            "cap": {"by": "size", "values": CAPS},
        },
        {"id": "loan", "budget": 4.0 * rows, "interest": {"points": 2, "years": 3, "loan_share": 0.8}, "paths": ["3"]},
    ]


def milp(paths: list[Any], asked: list[dict[str, Any]], gap: float, seconds: float) -> tuple[float, float]:
    """Return what scipy finds and its bound, for the programmes without quotas by industry."""
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.optimize import milp as solve
    from scipy.sparse import csr_array, vstack

    n, size = len(paths[0]), np.asarray(paths[0]._data["size"])
    cost = [np.asarray(one.cost, float) for one in paths]
    grants, values = [], []
    for k, (rate, worth) in enumerate(((0.4, 1.0), (0.5, 1.6))):
        there = 1.0 if k else 0.0
        worth = worth - np.where(cost[0] == 0, there, 0.0)
        own = np.minimum(cost[k], [CAPS[s] for s in size])
        for paid in (np.minimum(rate * cost[k], 600.0), own, 0.06 * 0.8 * cost[k] if k else np.zeros(n)):
            grants.append(np.where(cost[k] > 0, paid, 0.0))
            values.append(np.where((cost[k] > 0) & (paid > 0), worth, 0.0))
    columns = len(grants) * n
    paid, value = np.concatenate(grants), np.concatenate(values)
    of = np.tile(np.repeat(np.arange(3), n), 2)
    one = csr_array((np.ones(columns), (np.tile(np.arange(n), len(grants)), np.arange(columns))), shape=(n, columns))
    micro = np.tile(size == "micro", len(grants))
    usable = paid > 0
    rows = [np.where(of == p, paid, 0.0) for p in range(3)] + [(of == 0) * usable * (micro - 0.4)]
    matrix = vstack([one, csr_array(np.array(rows))])
    left = [p["budget"] - p.get("public", 0) for p in asked]
    low = np.concatenate([np.full(n + 3, -np.inf), [0.0]])
    high = np.concatenate([np.ones(n), left, [np.inf]])
    found = solve(
        -value,
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.ones(columns),
        bounds=Bounds(0, usable.astype(float)),
        options={"mip_rel_gap": gap, "time_limit": seconds},
    )
    return (-found.fun if found.fun is not None else np.nan), -found.mip_dual_bound


def report(rounds: int) -> None:
    """Measure and print; every case once."""
    del rounds
    firms, costs = drawn(ROWS)
    start = time.perf_counter()
    paths = [ix.plan.path(book(), firms, level, costs) for level in ("2", "3")]
    print(f"\nallocation, {ROWS:,} firms, plans to two levels found in {time.perf_counter() - start:.1f} s")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("reach", {"values": VALUES}),
        ("reach, weakest first", {"values": VALUES, "weakest_first": 1.0}),
        ("points", {"goal": "points"}),
        ("smallest share", {"goal": "smallest_share", "by": "industry"}),
    ]
    for name, keywords in cases:
        start = time.perf_counter()
        # Less money where it would bring all firms of all groups to the level.
        rows = ROWS // 20 if "by" in keywords else ROWS
        asked = programs(rows, True)
        found = ix.plan.allocate(paths, asked, **keywords)
        seconds = time.perf_counter() - start
        classes, offers, rules = found._found.problem.size
        shape = f"{classes:,} classes, {offers:,} offers, {rules} rules"
        print(f"  {name:22} {seconds:6.1f} s, gap {found.gap:.2e}; {shape}  target 120 s, gap 5e-3")
    start = time.perf_counter()
    found.to_frame()
    print(f"  table of all firms     {time.perf_counter() - start:6.1f} s")

    firms, costs = drawn(SMALL)
    paths = [ix.plan.path(book(), firms, level, costs) for level in ("2", "3")]
    asked = programs(SMALL, False)
    start = time.perf_counter()
    found = ix.plan.allocate(paths, asked, values=VALUES)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    value, bound = milp(paths, asked, 1e-3, 120.0)
    theirs = time.perf_counter() - start
    print(f"{SMALL:,} firms, gap 1e-3: indicia {ours:.2f} s, worth {found.value:.1f} (bound {found.bound:.1f});")
    print(f"  scipy.optimize.milp {theirs:.1f} s, worth {value:.1f} (bound {bound:.1f}): {theirs / ours:.0f} x")
