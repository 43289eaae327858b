"""Firms, plans and programmes to allocate, and every allocation of them written out plainly."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

import indicia as ix

ITEMS = ["cloud", "erp", "shop", "data", "safe"]
COSTS = [
    {"id": "cloud", "cost": 30, "sets": {"cloud": True}},
    {"id": "erp", "cost": 70, "sets": {"erp": True}},
    {"id": "shop", "cost": 45, "sets": {"shop": True}},
    {"id": "data", "cost": 55, "sets": {"data": True}},
    {"id": "safe", "cost": 20, "sets": {"safe": True}},
    {"id": "suite", "cost": 80, "sets": {"erp": True, "data": True}},
]
BOOK = ix.Index.from_dict(
    {
        "id": "aid",
        "indicator": [{"id": name, "parent": "use", "scale": "flag"} for name in ITEMS],
        "group": [{"id": "use", "aggregate": "sum"}],
        "levels": {"thresholds": {"basic": 2, "good": 4}},
    }
)


def firms(n: int, seed: int, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table: dict[str, Any] = {"firm": [f"f{i}" for i in range(n)]}
    for name in ITEMS:
        answers = (rng.random(n) < 0.35).astype(float)
        table[name] = np.where(rng.random(n) < missing, np.nan, answers)
    table["industry"] = rng.choice(["C28", "C29", "C30"], n)
    table["size"] = rng.choice(["micro", "small"], n)
    table["staff"] = rng.integers(1, 60, n).astype(float)
    table["weight"] = rng.integers(1, 4, n).astype(float)
    return pd.DataFrame(table)


def paths(data: Any, levels: tuple[str, ...] = ("basic", "good")) -> list[Any]:
    return [ix.plan.path(BOOK, data, level, COSTS, unit="firm") for level in levels]


def amount(value: Any, row: Any, level: str, otherwise: float) -> float:
    if value is None:
        return otherwise
    if not isinstance(value, dict):
        return float(value)
    if "column" in value:
        return float(row[value["column"]])
    key = level if value["by"] == "level" else row[value["by"]]
    return float(value["values"].get(key, value.get("default", math.nan)))


def grant(program: dict[str, Any], row: Any, level: str, cost: float) -> float | None:
    """What a programme pays for a plan; None where it does not. `eligible` is staff of at least so many."""
    if not cost > 0 or level not in program.get("paths", [level]):
        return None
    if not row["staff"] >= program.get("eligible", {"ge": 0})["ge"]:
        return None
    net = cost * (1 - amount(program.get("discount"), row, level, 0))
    if "interest" in program:
        told = program["interest"]
        loan = min(told.get("loan_share", 1) * net, told.get("loan_max", math.inf))
        paid = told["points"] / 100 * told["years"] * loan
    else:
        paid = amount(program.get("rate"), row, level, 1) * net
    own = (1 - amount(program.get("own_share_min"), row, level, 0)) * net
    paid = min(paid, amount(program.get("cap"), row, level, math.inf), own)
    if not paid > 0 or paid < amount(program.get("grant_min"), row, level, 0):
        return None
    if net - paid > amount(program.get("own_max"), row, level, math.inf) + 1e-9:
        return None
    return paid


class Plain:
    """Offers of every firm, and the rules as plain rows over them: low <= row @ x <= high."""

    def __init__(
        self,
        data: pd.DataFrame,
        plans: list[Any],
        programs: list[dict[str, Any]],
        values: dict[str, float] | None = None,
    ) -> None:
        names = [one.eligibility.level for one in plans]
        costs = np.array([np.asarray(one.cost, float) for one in plans])
        worth = values or dict.fromkeys(names, 1.0)
        self.offers: list[tuple[int, int, int, float, float]] = []
        for i in range(len(data)):
            has = max([worth[name] for k, name in enumerate(names) if costs[k, i] == 0], default=0.0)
            for p, program in enumerate(programs):
                for k, name in enumerate(names):
                    paid = grant(program, data.iloc[i], name, costs[k, i])
                    if paid is not None:
                        self.offers.append((i, p, k, paid, max(worth[name] - has, 0.0)))
        self.n, self.data, self.programs = len(data), data, programs
        self.already = costs[0] == 0
        self.rows: list[tuple[np.ndarray, float, float]] = []
        table = np.array(self.offers, float).reshape(-1, 5)
        self.firm, self.program = table[:, 0].astype(int), table[:, 1].astype(int)
        self.paid, self.value = table[:, 3], table[:, 4]
        for p, program in enumerate(programs):
            own = self.program == p
            public = program.get("public", 0)
            self.rows.append((own * self.paid, -math.inf, program["budget"] - public))
            share = program.get("share_to_firms_min", 0)
            if share and public:
                # grants >= share * (grants + public)
                self.rows.append((own * self.paid * (1 - share), share * public, math.inf))
            for quota in program.get("quotas", []):
                self.quota(quota, own)

    def quota(self, quota: dict[str, Any], own: np.ndarray) -> None:
        labels = sorted(set(self.data[quota["by"]])) if quota.get("each") else [quota.get("value")]
        for label in labels:
            group = np.ones(self.n, bool) if "by" not in quota else (self.data[quota["by"]] == label).to_numpy()
            inside = group[self.firm]
            what = own * (self.paid if quota.get("of", "money") == "money" else 1.0)
            if quota.get("of") == "reached":
                there, size = (self.already & group).sum(), group.sum()
                low = max(quota.get("min", 0) - there, quota.get("min_share", 0) * size - there)
                high = min(quota.get("max", math.inf) - there, quota.get("max_share", math.inf) * size - there)
                # Who is there already does not reach it again.
                self.rows.append((what * inside * ~self.already[self.firm], low, high))
                continue
            self.rows.append((what * inside, quota.get("min", -math.inf), quota.get("max", math.inf)))
            if "min_share" in quota:
                self.rows.append((what * (inside - quota["min_share"]), 0.0, math.inf))
            if "max_share" in quota:
                self.rows.append((what * (inside - quota["max_share"]), -math.inf, 0.0))

    def brute(self) -> float | None:
        """The best worth over all choices of at most one offer for each firm; None where the rules cannot be met."""
        own = [np.flatnonzero(self.firm == i) for i in range(self.n)]
        choices = [[-1, *places] for places in own if len(places)]
        if not choices:
            choices = [[-1]]
        every = np.array(list(itertools.product(*choices)))
        taken = np.zeros((len(every), len(self.offers) + 1))
        for column in every.T:
            taken[np.arange(len(every)), column] += 1
        taken = taken[:, : len(self.offers)] if len(self.offers) else np.zeros((1, 0))
        fine = np.ones(len(taken), bool)
        for row, low, high in self.rows:
            used = taken @ row
            fine &= (used >= low - 1e-9) & (used <= high + 1e-9)
        return float((taken @ self.value)[fine].max()) if fine.any() else None

    def milp(self, seconds: float = 10.0) -> tuple[float, float]:
        """The same by scipy, and its bound: firms that are alike make the search long."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        one = np.zeros((self.n, len(self.offers)))
        one[self.firm, np.arange(len(self.offers))] = 1
        matrix = np.array([row for row, _, _ in self.rows])
        low, high = np.array([r[1] for r in self.rows]), np.array([r[2] for r in self.rows])
        constraints = [LinearConstraint(one, -np.inf, 1), LinearConstraint(matrix, low, high)]
        found = milp(
            -self.value,
            constraints=constraints,
            integrality=np.ones(len(self.offers)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 1e-5, "time_limit": seconds},
        )
        return (-float(found.fun) if found.fun is not None else -math.inf), -float(found.mip_dual_bound)
