"""Cheapest paths against one HiGHS programme per firm (a sample), and on the questionnaire of MIIT at full size.

The programme: thirty yes/no items with points, of which so many are needed, and sixteen scenes graded 0 to 4, of which
eight must reach grade 3, upgraded grade by grade. Costs are drawn. Both must find the same cost for every firm of the
sample.
"""

from __future__ import annotations

import time

import numpy as np

import indicia as ix

SAMPLE = 40
ITEMS, SCENES, NEED, GRADE, COUNT = 30, 16, 24.0, 3, 8


def book() -> ix.Index:
    """Return the definition."""
    points = [0.5 + 0.25 * (k % 5) for k in range(ITEMS)]
    items = [{"id": f"i{k}", "parent": "items", "scale": "flag", "weight": p} for k, p in enumerate(points)]
    scenes = [{"id": f"S{k}", "parent": "scenes", "scale": "none", "domain": [0, 4]} for k in range(SCENES)]
    count = {"count": {"under": "scenes", "ge": GRADE}, "at_least": COUNT}
    level = {"id": "good", "when": {"all": [{"node": "items", "ge": NEED}, count]}}
    groups = [{"id": "items", "aggregate": "sum"}, {"id": "scenes", "aggregate": "none"}]
    text = {"id": "bench", "root": "items", "indicator": items + scenes, "group": groups, "levels": {"level": [level]}}
    return ix.Index.from_dict(text)


def drawn(rows: int) -> tuple[dict[str, np.ndarray], list[dict]]:
    """Return firms and measures."""
    rng = np.random.default_rng(4)
    firms = {f"i{k}": (rng.random(rows) < 0.4).astype(float) for k in range(ITEMS)}
    firms |= {f"S{k}": rng.integers(0, 4, rows).astype(float) for k in range(SCENES)}
    costs = [{"id": f"i{k}", "cost": float(rng.integers(3, 60)), "sets": {f"i{k}": True}} for k in range(ITEMS)]
    for k in range(SCENES):
        for grade in range(1, 5):
            before = [f"S{k}@{grade - 1}"] if grade > 1 else []
            cost = float(rng.integers(5, 40)) * grade
            costs.append({"id": f"S{k}@{grade}", "cost": cost, "sets": {f"S{k}": grade}, "requires": before})
    return firms, costs


def highs(firms: dict[str, np.ndarray], costs: list[dict], row: int) -> float:
    """Return the cheapest cost of one firm, by a mixed-integer programme."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    price = np.array([measure["cost"] for measure in costs])
    points = np.array([0.5 + 0.25 * (k % 5) for k in range(ITEMS)])
    have = np.array([firms[f"i{k}"][row] for k in range(ITEMS)])
    matrix, low = [np.zeros(len(costs))], [NEED - points @ have - 1e-9]
    matrix[0][:ITEMS] = points * (1 - have)
    reached, needed = np.zeros(len(costs)), COUNT
    for k in range(SCENES):
        now, first = int(firms[f"S{k}"][row]), ITEMS + 4 * k
        needed -= now >= GRADE
        if now < GRADE:
            reached[first + GRADE - 1] = 1
        for grade in range(max(now, 1), 4):
            chain = np.zeros(len(costs))
            # Grade by grade, from the one that is there.
            if grade > now:
                chain[first + grade - 1], chain[first + grade] = 1, -1
                matrix.append(chain)
                low.append(0)
    matrix.append(reached)
    low.append(needed)
    constraint = LinearConstraint(np.array(matrix), np.array(low), np.inf)
    return float(milp(price, constraints=constraint, integrality=np.ones(len(costs)), bounds=Bounds(0, 1)).fun)


def miit_costs() -> list[dict]:
    """Return upgrades of scenes and items of MIIT 2024 with drawn costs, and a product that covers three scenes."""
    rng = np.random.default_rng(1)
    costs = [{"id": "suite", "cost": 45.0, "sets": {"S1": 2, "S2": 2, "S3": 2}}]
    for leaf in ix.framework("miit-sme", edition=2024).to_dict()["indicator"]:
        scale, name = leaf.get("scale"), leaf["id"]
        if name.startswith("S"):
            for grade in range(1, 5):
                before = [f"{name}@{grade - 1}"] if grade > 1 else []
                cost = float(rng.integers(5, 40)) * grade
                costs.append({"id": f"{name}@{grade}", "cost": cost, "sets": {name: grade}, "requires": before})
        elif isinstance(scale, dict) and "options" in scale:
            for option, points in scale["options"]["points"].items():
                if points > 0:
                    cost = float(rng.integers(3, 30))
                    costs.append({"id": f"{name}={option}", "cost": cost, "sets": {name: option}})
    return costs


def report(rounds: int) -> None:
    """Measure and print; every case once."""
    del rounds
    rows = 10_000
    firms, costs = drawn(rows)
    start = time.perf_counter()
    found = ix.plan.path(book(), firms, "good", costs)
    ours = time.perf_counter() - start
    sample = np.linspace(0, rows - 1, SAMPLE).astype(int)
    start = time.perf_counter()
    theirs = np.array([highs(firms, costs, int(row)) for row in sample])
    each = (time.perf_counter() - start) / SAMPLE
    apart = np.abs(np.asarray(found.cost)[sample] - theirs).max()
    print(f"\ncheapest paths, {rows:,} firms, {len(costs)} measures; HiGHS on {SAMPLE} firms, times n")
    print(f"  indicia {ours:6.1f} s; HiGHS {each * rows:6.1f} s: {each * rows / ours:.0f} x; difference {apart:.1e}")
    firms_miit = ix.datasets.make_miit_questionnaire(100_000, missing=0.05, rng=8)
    for level, target in (("2", ""), ("3", "target 60 s")):
        start = time.perf_counter()
        found = ix.plan.path(ix.framework("miit-sme", edition=2024), firms_miit, level, miit_costs(), unit="firm")
        seconds = time.perf_counter() - start
        print(f"  MIIT 2024, 100,000 firms to level {level}: {seconds:.1f} s, {len(found._plans):,} patterns  {target}")
