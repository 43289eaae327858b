"""1000 replicates of weighted level shares of 150 000 firms in 60 strata, against NumPy at fewer replicates.

NumPy draws `n_h - 1` of `n_h` firms in each stratum and adds weights up with `bincount`; its time is that of 20
replicates.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from _data import frame
from _timing import Job

import indicia as ix

FIRMS, STRATA, REPLICATES, FEWER = 150_000, 60, 1000, 20


def firms(n: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "weight": rng.uniform(1.0, 20.0, n),
        "stratum": rng.integers(0, STRATA, n),
        "size": rng.integers(0, 3, n),
        "level": rng.integers(0, 5, n),
    }


def by_hand(data: dict[str, np.ndarray], replicates: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    order = np.argsort(data["stratum"], kind="stable")
    counts = np.bincount(data["stratum"])
    cell, weight = (data["size"] * 5 + data["level"])[order], data["weight"][order]
    found = np.empty((replicates, 15))
    for r in range(replicates):
        drawn = np.concatenate([np.bincount(rng.integers(0, n, n - 1), minlength=n) * (n / (n - 1)) for n in counts])
        sums = np.bincount(cell, weights=weight * drawn, minlength=15).reshape(3, 5)
        found[r] = (sums / sums.sum(axis=1, keepdims=True)).reshape(-1)
    return found


def linearized(sample: Any) -> Any:
    return ix.survey.shares(sample, "level", by="size")


def jobs(rows: int, kind: str) -> list[Job]:
    """Return the comparisons."""
    n = min(rows, FIRMS)
    data = firms(n)
    sample = ix.survey.design(frame(data, kind), weights="weight", strata="stratum")

    def ours(replicates: int) -> Any:
        return ix.survey.bootstrap(sample, "shares", "level", by="size", replicates=replicates, rng=0)

    made = ours(REPLICATES).table
    errors, expected = np.asarray(made["se"], float), np.asarray(made["se_linearized"], float)
    apart = np.max(np.abs(errors / expected - 1))
    twin = np.max(np.abs(by_hand(data, 200).std(axis=0, ddof=1) / expected - 1))
    notes = [
        f"standard errors against linearized ones, largest relative difference: {apart:.3f} (numpy, 200: {twin:.3f})",
        f"numpy's time is that of {FEWER} replicates; times {REPLICATES // FEWER} for {REPLICATES}",
    ]
    contestants = {
        f"numpy by hand, {FEWER} replicates": lambda: by_hand(data, FEWER),
        f"indicia, {FEWER} replicates": lambda: ours(FEWER),
        f"indicia, {REPLICATES} replicates": lambda: ours(REPLICATES),
        "indicia, linearized": lambda: linearized(sample),
    }
    targets = {f"indicia, {REPLICATES} replicates": "<= 3000 ms"}
    return [Job(f"bootstrap of level shares by size, {n:,} firms ({kind})", contestants, targets, notes)]
